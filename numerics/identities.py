"""Whether an exact expression is identically zero: yes by a normal form, no by a witness, or unknown.

SymPy's simplifiers are not asked.  An expression becomes a rational function over QQ of symbols
and of generators for its exponentials, roots, sines and other functions; the numerator is reduced
by the relations known among these (r^q = b for a root, s^2 + c^2 = 1).  Zero then proves the
identity wherever the expression is defined.  Not zero proves nothing, as further relations may
hold; "no" is said only with a point at which a ball of the value excludes 0.
"""

from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import lcm

import sympy
from flint import Ordering, fmpq, fmpq_mpoly_ctx
from sympy import Dummy, Rational, cos, exp, sin

from numerics.balls import Undecided, evaluate, holds, precision, text
from numerics.reading import exact

INVERSE = {sympy.asinh, sympy.acosh, sympy.atanh}
HYPERBOLIC = {sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth}
QUICK = 4                        # points tried before the normal form is computed


@dataclass(frozen=True)
class Finding:
    """`verdict` True (proved), False (with a witness) or None (unknown: `reason` says what is missing)."""

    verdict: bool | None
    reason: str
    witness: dict | None = None

    def __bool__(self):
        raise TypeError("a finding has three values: ask whether `verdict` is True, False or None")


def vanishes(expression, *, given=(), modulo=None, points=None):
    """Is the expression identically 0?  A `Finding`.

    given   relations that restrict the domain, for the search for a witness
    modulo  a polynomial that is 0 on the domain, such as |x|^2 - 4 on a sphere
    points  dictionaries symbol -> exact number to try as witnesses; needed with `modulo`, else
            64 rational points are tried, positive where the symbol is

    Error   none: True is an identity in a field of rational functions, False is enclosed
    Raises  as `numerics.reading.exact`: for floats, NaN, infinities, texts
    """
    expression = exact(expression)
    if points is None:
        points = [] if modulo is not None else list(_trials(expression))
    early = _searched(expression, given, points[:QUICK])     # far cheaper than a normal form
    if early.verdict is False:
        return early
    if _vanishes_formally(expression, modulo):
        return Finding(True, "the numerator of the normal form is 0")
    if not points:
        return Finding(None, "the normal form is not 0; give points on the constraint as witnesses")
    return _searched(expression, given, points[QUICK:])


def lowest_terms(expression):
    """The expression as one quotient of coprime polynomials in symbols and functions.

    A rewriting by identities of fields only; equal wherever both sides are defined.
    """
    translation = _Translation()
    plain = translation.rational(exact(expression))
    above, below = _Quotients([plain]).expressions(plain)
    return (above/below).xreplace(translation.originals())


def all_vanish(expressions, **options):
    """`vanishes` for several: True if all are 0, False at the first witness, else None."""
    count, unknown = 0, None
    for count, expression in enumerate(expressions, 1):
        finding = vanishes(expression, **options)
        if finding.verdict is False:
            return finding
        if finding.verdict is None and unknown is None:
            unknown = finding
    return Finding(True, f"all {count} numerators of normal forms are 0") if unknown is None else unknown


def _searched(expression, given, points):
    tried = 0
    with precision(256):
        for point in points:
            try:
                if any(holds(relation, point) is not True for relation in given):
                    continue
                value = evaluate(expression, point)
            except (Undecided, TypeError):             # not real there, or no function balls know: no witness
                continue
            tried += 1
            if value > 0 or value < 0:
                where = ", ".join(f"{s} = {v}" for s, v in point.items())
                return Finding(False, f"its value is {text(value, 8)} at {where}", point)
    return Finding(None, f"the normal form is not 0, but none of {tried} further points separates it from 0: "
                         f"an identity between its functions may be missing")


def _trials(expression):
    """64 rational points, the same ones in every run: quotients of small primes, both signs where allowed."""
    symbols = sorted(expression.free_symbols, key=str)
    values = [Rational(p, q) for p, q in product((3, 2, 7, 5, 11, 13), (5, 7, 4, 11))]
    for k in range(64):
        sign = [-1 if s.is_positive is not True and k >> i % 6 & 1 else 1 for i, s in enumerate(symbols)]
        yield {s: sign[i]*values[(k*(2*i + 1) + 5*i) % len(values)] for i, s in enumerate(symbols)}


def _vanishes_formally(expression, modulo):
    """Whether the numerator over QQ, reduced by all known relations, is 0: that proves the identity."""
    translation = _Translation()
    plain = translation.rational(expression)
    relations = translation.relations()                # may add generators of nested roots
    modulo = None if modulo is None else translation.walk(modulo)
    field = _Quotients([plain, *(b for *_, b in relations), *([] if modulo is None else [modulo])])
    numerator = field.quotient(plain)[0]
    for generator, power, value in relations:
        numerator = field.reduced(numerator, generator, power, *field.quotient(value))
    if modulo is not None:
        numerator = divmod(numerator, field.quotient(modulo)[0])[1]
    return numerator.is_zero()


class _Quotients:
    """Rational functions over QQ as pairs of FLINT polynomials without common factor."""

    def __init__(self, expressions):
        symbols = set().union(*(e.free_symbols for e in expressions))
        self._places = {s: i for i, s in enumerate(sorted(symbols, key=lambda s: (str(s), s.sort_key())))}
        self._ring = fmpq_mpoly_ctx.get([f"x{i}" for i in range(max(1, len(symbols)))], Ordering.lex)
        self._known = {}

    def quotient(self, e):
        """(numerator, denominator) of an expression of symbols, rationals, sums, products and powers."""
        if e not in self._known:
            self._known[e] = self._computed(e)
        return self._known[e]

    def _computed(self, e):
        one = self._ring.constant(1)
        if e.is_Rational:
            return self._ring.constant(fmpq(int(e.p), int(e.q))), one
        if e.is_Symbol:
            return self._ring.gens()[self._places[e]], one
        parts = [self.quotient(a) for a in e.args[:1 if e.is_Pow else None]]
        if e.is_Pow:
            above, below = parts[0] if e.exp > 0 else parts[0][::-1]
            if below.is_zero():
                raise ZeroDivisionError(f"{e} divides by an expression that is identically 0")
            return above**abs(int(e.exp)), below**abs(int(e.exp))
        combine = _sum if e.is_Add else _product
        return reduce(combine, parts)

    def expressions(self, e):
        """Numerator and denominator as SymPy expressions, the latter with leading coefficient 1."""
        above, below = self.quotient(e)
        leading = below.leading_coefficient()
        return tuple(self._expression(p/leading) for p in (above, below))

    def _expression(self, polynomial):
        return sympy.Add(*(sympy.Mul(Rational(int(c.p), int(c.q)), *(s**int(m[i]) for s, i in self._places.items()))
                           for m, c in polynomial.to_dict().items()))

    def reduced(self, polynomial, generator, power, above, below):
        """below^K times the polynomial, with generator^power replaced by above/below."""
        place = self._places.get(generator)
        if place is None or polynomial.is_zero():
            return polynomial
        parts = {}
        for monomial, coefficient in polynomial.to_dict().items():
            k, rest = divmod(monomial[place], power)
            parts.setdefault(k, {})[(*monomial[:place], rest, *monomial[place + 1:])] = coefficient
        most = max(parts)
        return sum((self._ring.from_dict(part)*above**k*below**(most - k) for k, part in parts.items()),
                   self._ring.constant(0))


def _sum(first, second):
    (a, b), (c, d) = first, second
    common = b.gcd(d)
    b, d = b//common, d//common
    return _lowest(a*d + c*b, b*d*common)


def _product(first, second):
    (a, b), (c, d) = first, second
    (a, d), (c, b) = _lowest(a, d), _lowest(c, b)
    return a*c, b*d


def _lowest(above, below):
    common = above.gcd(below)
    return above//common, below//common


class _Translation:
    """Replaces functions by generators and remembers what they satisfy."""

    def __init__(self):
        self._roots, self._exponentials, self._angles, self._others = {}, {}, {}, {}

    def rational(self, expression):
        """The expression as a rational function of symbols and generators."""
        functions = {n.func for n in expression.atoms(sympy.Function)}
        e = expression
        if functions & INVERSE:
            e = e.rewrite(list(INVERSE), sympy.log)
        if functions & HYPERBOLIC:
            e = e.rewrite(list(HYPERBOLIC), exp)
        if functions & {sin, cos, sympy.tan}:
            e = sympy.expand_trig(e.replace(sympy.tan, lambda a: sin(a)/cos(a)))
        if any(not n.exp.is_Integer for n in e.atoms(sympy.Pow)):
            e = e.replace(lambda n: n.is_Pow and not n.exp.is_Integer, _one_power)
        if e.has(exp):
            e = sympy.expand_power_exp(e.replace(exp, lambda a: exp(sympy.expand(a))))
        self._collect(e)
        return self.walk(e)

    def originals(self):
        """What each generator stands for."""
        found = {g: e for e, g in self._others.items()}
        for base, (least, (g, _)) in self._roots.items():
            found[g] = base**Rational(1, least)
        for base, (least, (g, _)) in self._exponentials.items():
            found[g] = exp(base/least)
        for base, (least, (s, c)) in self._angles.items():
            found |= {s: sin(base/least), c: cos(base/least)}
        return found

    def _collect(self, e):
        """Common denominators of the powers of each base, exponential and angle."""
        for node in e.atoms(sympy.Pow, exp, sin, cos):
            if isinstance(node, exp):
                self._note(self._exponentials, *_term(node.exp))
            elif isinstance(node, (sin, cos)):
                self._note(self._angles, *_term(node.args[0]))
            elif node.exp.is_Rational and not node.exp.is_Integer:
                self._note(self._roots, node.exp, node.base)

    def _note(self, table, factor, base):
        least, symbols = table.get(base, (1, (Dummy("g"), Dummy("h"))))
        table[base] = lcm(least, factor.q), symbols

    def walk(self, e):
        """An expression whose functions were collected, with their generators in place."""
        if e.is_Rational or e.is_Symbol and e not in self._roots:
            return e
        if e.is_Symbol:                                # p = g^q where sqrt(p) and its like occur
            least, (g, _) = self._roots[e]
            return g**least
        if isinstance(e, exp):
            factor, base = _term(e.exp)
            least, (g, _) = self._exponentials[base]
            return g**(factor*least)
        if isinstance(e, (sin, cos)):
            return self._angle(e)
        if e.is_Pow and e.exp.is_Rational and not e.exp.is_Integer:
            least, (g, _) = self._roots[e.base]
            return g**(e.exp*least)
        if e.is_Add or e.is_Mul or e.is_Pow and e.exp.is_Integer:
            return e.func(*(self.walk(a) for a in e.args))
        return self._others.setdefault(e, Dummy("f"))

    def _angle(self, e):
        factor, base = _term(e.args[0])
        least, (s, c) = self._angles[base]
        y = Dummy("y")
        return sympy.expand_trig(e.func(factor*least*y)).subs({sin(y): s, cos(y): c}, simultaneous=True)

    def relations(self):
        """(g, q, value) with g^q = value; outer roots before the roots in their bases."""
        found = [(s, 2, 1 - c**2) for _, (s, c) in self._angles.values()]
        for base in sorted((b for b in self._roots if not b.is_Symbol), key=sympy.count_ops, reverse=True):
            least, (g, _) = self._roots[base]
            found.append((g, least, self.walk(base)))
        return found


def _one_power(power):
    """A root with its rational content taken out: sqrt(x + 1/4) and sqrt(4 x + 1) are one generator.

    A symbolic power of a positive base becomes an exponential.
    """
    base, exponent = power.base, power.exp
    if not exponent.is_Rational:
        return exp(exponent*sympy.log(base)) if base.is_positive else base**exponent
    if not base.is_Add:
        return base**exponent
    content, base = sympy.cancel(base).as_content_primitive()
    return content**exponent*base**exponent


def _term(argument):
    """argument = factor*base with a rational factor."""
    factor, base = argument.as_coeff_Mul()
    return (factor, base) if factor.is_Rational else (Rational(1), argument)
