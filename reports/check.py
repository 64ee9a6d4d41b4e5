"""Check a certificate again, trusting nothing but this file and Python's integers.

    python check.py FILE.json          or          qed check FILE.json

It re-derives what the certificate writes down: identities by expanding quotients of polynomials,
signs by coefficients, slack variables, Sturm counts and Bernstein coefficients, judgements by
exact numbers and outward-rounded intervals.  Each piece is re-checked, failed, or outside this
file's scope and then trusted to the program that wrote it.  No text is ever run as code.
Trusted here: Python's integers and fractions, and that its decimal exp and ln round correctly.
"""

import hashlib
import json
import sys
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from math import comb, gcd, lcm

BITS, WORK, LONGEST, LARGEST = 320, 3_000_000, 60_000, 400 << 20
KERNEL = "the deciding kernel (SymPy, FLINT)"
EXPECTED = {"claim": "HOLDS"}


class Outside(Exception):
    """Beyond what this file can check; the text says whom one trusts then."""


class Wrong(Exception):
    """What is written is not so."""


class Unreadable(Exception):
    """The file is no certificate that can be checked."""


class Budget:
    left = WORK

    @classmethod
    def spend(cls, amount):
        cls.left -= amount
        if cls.left < 0:
            raise Outside("too long to expand here")


def number(text):
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Outside("a number too long to read")
    try:
        top, _, bottom = text.partition("/")
        return Fraction(int(top), int(bottom or 1))
    except (ValueError, ZeroDivisionError):
        raise Wrong(f"{text[:40]!r} is no number") from None


# ---- polynomials {((generator, exponent), ...): coefficient} and quotients (polynomial, {factor: exponent})

ONE = {(): Fraction(1)}


def plus(p, q, scale=1):
    found = dict(p)
    for m, c in q.items():
        found[m] = found.get(m, 0) + c*scale
        if not found[m]:
            del found[m]
    return found


def key(p):
    return tuple(sorted(p.items()))


class Algebra:
    """Quotients over generators: symbols, roots of polynomials, exponentials and opaque functions."""

    def __init__(self, given=()):
        self.roots, self.exps, self.powers, self.put, self.above, self.unequal, self.sines = {}, {}, {}, {}, [], [], {}
        for operator, node in sorted(given, key=lambda one: one[0] != "="):
            poly, den = self.quotient(node)
            for factor, e in den.items():
                poly = self.times(poly, dict(factor)) if e % 2 else poly
            if operator == "=":
                self.solve(poly)
            elif operator == "!=":
                self.unequal.append(poly)
            else:
                self.above.append((poly, operator == ">"))

    def solve(self, poly):
        """Use poly = 0 to remove a symbol in which it has a constant leading coefficient."""
        for gen in sorted({g for m in poly for g, _ in m if g[0] == "x"}):
            degree = max(dict(m).get(gen, 0) for m in poly)
            lead = {tuple(x for x in m if x[0] != gen): c for m, c in poly.items() if dict(m).get(gen, 0) == degree}
            if gen not in self.powers and set(lead) == {()} and degree == int(degree):
                rest = {m: -c/lead[()] for m, c in poly.items() if dict(m).get(gen, 0) < degree}
                self.powers[gen] = int(degree), rest
                return

    def times(self, p, q):
        Budget.spend(len(p)*len(q) + 1)
        found = {}
        for m, c in p.items():
            for n, d in q.items():
                exps = dict(m)
                for gen, e in n:
                    exps[gen] = exps.get(gen, 0) + e
                k = tuple(sorted((g, e) for g, e in exps.items() if e))
                found[k] = found.get(k, 0) + c*d
        return self.reduced({m: c for m, c in found.items() if c})

    def reduced(self, p):
        for m, c in p.items():
            for gen, e in m:
                if gen in self.roots and e >= 1:
                    degree, rest = 1, self.roots[gen]
                elif gen in self.powers and e >= self.powers[gen][0]:
                    degree, rest = self.powers[gen]
                elif gen in self.sines and e >= 2:
                    degree, rest = 2, self.sines[gen]
                else:
                    continue
                left = tuple(sorted((g, f - degree*(g == gen)) for g, f in m if f - degree*(g == gen)))
                others = {k: v for k, v in p.items() if k != m}
                return plus(self.reduced(others), self.times({left: c}, rest))
        return p

    def quotient(self, node):
        if isinstance(node, str):
            return ({(): number(node)} if number(node) else {}), {}
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            raise Wrong("an expression that is none")
        kind, parts = node[0], node[1:]
        if kind == "x":
            return self.reduced({((("x", str(parts[0])), 1),): Fraction(1)}), {}
        if kind == "+":
            found = {}, {}
            for part in parts:
                found = self.add(found, self.quotient(part))
            return found
        if kind == "*":
            found = ONE, {}
            for part in parts:
                found = self.multiply(found, self.quotient(part))
            return found
        if kind == "^":
            return self.power(self.quotient(parts[0]), number(parts[1]))
        if kind == "exp":
            return self.exponential(self.quotient(parts[0]))
        if kind in ("sinh", "cosh", "tanh"):
            up, down = self.quotient(["exp", parts[0]]), self.quotient(["exp", ["*", "-1", parts[0]]])
            sinh, cosh = ({m: c/2 for m, c in plus(*pair).items()} for pair in (
                (up[0], {m: -c for m, c in down[0].items()}), (up[0], down[0])))
            if up[1] or down[1]:
                raise Outside("a quotient inside a hyperbolic function")
            return {"sinh": (sinh, {}), "cosh": (cosh, {})}.get(kind) or self.multiply((sinh, {}), self.inverse((cosh, {})))
        return self.opaque(kind, parts)

    def opaque(self, kind, parts):
        if kind in ("nc", "sum", "I"):
            raise Outside({"nc": "symbols that do not commute", "sum": "a symbolic sum", "I": "complex numbers"}[kind])
        names = tuple(json.dumps(part) if kind == "free" and i < 2 else self.name(self.quotient(part))
                      for i, part in enumerate(parts))
        gen = (kind, *names)
        if kind == "sin":
            self.sines[gen] = {(): Fraction(1), ((("cos", *names), 2),): Fraction(-1)}
        return {((gen, 1),): Fraction(1)}, {}

    def name(self, a):
        return repr((key(a[0]), sorted((f, e) for f, e in a[1].items())))

    def add(self, a, b):
        (p, d), (q, e) = a, b
        for factor in sorted({*d, *e}):
            gap = d.get(factor, 0) - e.get(factor, 0)
            for _ in range(abs(gap)):
                p, q = (p, self.times(q, dict(factor))) if gap > 0 else (self.times(p, dict(factor)), q)
        return plus(p, q), {f: max(d.get(f, 0), e.get(f, 0)) for f in {*d, *e}}

    def multiply(self, a, b):
        den = dict(a[1])
        for factor, e in b[1].items():
            den[factor] = den.get(factor, 0) + e
        return self.times(a[0], b[0]), den

    def inverse(self, a):
        num, den = a
        if not num:
            raise Wrong("a division by zero")
        top = ONE
        for factor, e in den.items():
            for _ in range(e):
                top = self.times(top, dict(factor))
        if len(num) == 1:
            (m, c), = num.items()
            exps = tuple((g, -e) for g, e in m if g[0] == "exp")
            below = {key({((g, Fraction(1) if e == int(e) else e),): Fraction(1)}): int(e) if e == int(e) else 1
                     for g, e in m if g[0] != "exp"}
            return self.times(top, {tuple(sorted(exps)): 1/c}), below
        lead = max(num.items())[1]
        return {m: c/lead for m, c in top.items()}, {key({m: c/lead for m, c in num.items()}): 1}

    def power(self, base, q):
        if q.denominator == 1:
            if abs(q) > 400:
                raise Outside("a power above 400")
            found, base = (ONE, {}), base if q >= 0 else self.inverse(base)
            for _ in range(abs(int(q))):
                found = self.multiply(found, base)
            return found
        if q < 0:
            return self.inverse(self.power(base, -q))
        result = self.root(base[0], q)
        for factor, e in base[1].items():
            if not self.sign(dict(factor), True) == 1:
                raise Outside("a root of a quotient")
            result = self.multiply(result, self.inverse(self.root_product(dict(factor), q*e)))
        return result

    def root_product(self, p, q):
        whole = int(q)
        found = self.power((p, {}), Fraction(whole))
        return self.multiply(found, self.root(p, q - whole)) if q != whole else found

    def root(self, p, q):
        """p^q for p >= 0: numbers by their primes, positive symbols by fractional exponents, the rest in one piece."""
        if not p:
            return {}, {}
        content = Fraction(gcd(*(c.numerator for c in p.values())), lcm(*(c.denominator for c in p.values())))
        p = {m: c/content for m, c in p.items()}
        common = set.intersection(*({g for g, _ in m} for m in p)) if p else set()
        found = ONE, {}
        for n, sign in ((content.numerator, 1), (content.denominator, -1)):
            for prime, e in primes(n):
                found = self.multiply(found, self.fraction_power(("prime", str(prime)), {(): Fraction(prime)}, q*e*sign))
        for gen in sorted(common):
            e = min(dict(m)[gen] for m in p)
            if gen[0] == "exp" or self.sign({((gen, 1),): Fraction(1)}, False) == 1:
                p = {tuple((g, f - e*(g == gen)) for g, f in m if f - e*(g == gen)): c for m, c in p.items()}
                found = self.multiply(found, ({((gen, e*q),): Fraction(1)}, {}))
        if p == ONE:
            return found
        if set(p) == {()}:
            raise Outside("a root of a negative number")
        return self.multiply(found, self.fraction_power(("root", repr(key(p))), p, q))

    def fraction_power(self, gen, base, q):
        if q < 0:
            return self.inverse(self.fraction_power(gen, base, -q))
        whole = int(q)
        self.roots[gen] = base
        found = self.power((base, {}), Fraction(whole))
        return self.multiply(found, ({((gen, q - whole),): Fraction(1)}, {})) if q != whole else found

    def exponential(self, a):
        exps = {}
        for m, c in a[0].items():
            gen = ("exp", repr((m, sorted(a[1].items()))))
            self.exps[gen] = m
            exps[gen] = c
        return {tuple(sorted(exps.items())): Fraction(1)}, {}

    # ---- signs

    def sign(self, p, strict):
        """1 or -1 if p or -p is shown positive (or nonnegative) on the domain, else 0."""
        for s in (1, -1):
            if self.positive({m: c*s for m, c in p.items()}, strict):
                return s
        return 0

    def positive(self, p, strict):
        if not p:
            return not strict
        if slack(self, p, self.above, strict, [40]):
            return True
        gens = sorted({g for m in p for g, _ in m})
        if any(g[0] != "x" for g in gens) or any(e != int(e) for m in p for _, e in m):
            return not gens_with_symbols(gens) and strict_number(p, self)
        bounds = [self.bounds(g) for g in gens]
        if len(gens) == 1 and sturm_positive(dense(p, gens[0]), [(dense(g, gens[0]), s) for g, s in self.above
                                                               if {x for m in g for x, _ in m} == {gens[0]}
                                                               and all(e == int(e) for m in g for _, e in m)], strict):
            return True
        return all(None not in b[:2] for b in bounds) and len(gens) <= 3 and bernstein(p, gens, bounds, strict)

    def bounds(self, gen):
        low = high = None
        for g, _ in self.above:
            if set(g) <= {(), ((gen, 1),)} and g.get(((gen, 1),)):
                value = -g.get((), Fraction(0))/g[((gen, 1),)]
                if g[((gen, 1),)] > 0:
                    low = value if low is None else max(low, value)
                else:
                    high = value if high is None else min(high, value)
        return low, high

    def nonzero(self, p):
        return bool(self.sign(p, True)) or any(p in (g, {m: -c for m, c in g.items()}) for g in self.unequal)


def gens_with_symbols(gens):
    return [g for g in gens if g[0] not in ("prime", "pi")]


def strict_number(p, algebra):
    total = (Fraction(0), Fraction(0))
    for m, c in p.items():
        term = (c, c)
        for g, e in m:
            base = pi() if g[0] == "pi" else (Fraction(int(g[1])),)*2
            term = mul(term, root(base, e))
        total = (total[0] + term[0], total[1] + term[1])
    return total[0] > 0


def primes(n):
    found, p = [], 2
    while p*p <= n and p < 50_000:
        e = 0
        while n % p == 0:
            n, e = n//p, e + 1
        if e:
            found.append((p, e))
        p += 1
    return found + ([(n, 1)] if n > 1 else [])


def positive_terms(p, above, strict):
    known = {}
    for g, s in above:
        if len(g) == 1:
            (m, c), = g.items()
            if c > 0 and len(m) == 1 and m[0][1] == 1:
                known[m[0][0]] = known.get(m[0][0], False) or s
    some = False
    for m, c in p.items():
        odd = [g for g, e in m if e % 2 and g[0] not in ("exp", "root", "prime", "pi")]
        if c < 0 or any(g not in known for g in odd):
            return False
        some = some or all(known.get(g, g[0] in ("exp", "prime", "pi")) for g, _ in m)
    return some or not strict


def slack(algebra, p, above, strict, tries, fixed=()):
    """Whether p has no negative coefficient once constraints have made symbols nonnegative slacks."""
    tries[0] -= 1
    if positive_terms(p, above, strict):
        return True
    for number_, (g, s) in enumerate(above):
        for gen in sorted({x for m in g for x, e in m if x[0] == "x" and e == 1 and len(g) > 1}):
            if tries[0] <= 0 or gen in fixed or not any(gen in dict(m) for m in p) or any(
                    dict(m).get(gen, 0) not in (0, 1) for m in g):
                continue
            slope = {tuple(x for x in m if x[0] != gen): c for m, c in g.items() if gen in dict(m)}
            rest = {m: c for m, c in g.items() if gen not in dict(m)}
            sign = next((k for k in (1, -1) if positive_terms({m: c*k for m, c in slope.items()}, above, True)), None)
            if sign is None:
                continue
            top = plus({((gen, 1),): Fraction(1)}, rest, -1)
            move = lambda h: shifted(algebra, h, gen, top, slope, sign)
            others = [(move(h), t) for i, (h, t) in enumerate(above) if i != number_] + [({((gen, 1),): Fraction(1)}, s)]
            if slack(algebra, move(p), others, strict, tries, (*fixed, gen)):
                return True
    return False


def shifted(algebra, p, gen, top, bottom, sign):
    """p at gen = top/bottom times a positive power of bottom."""
    rows = {}
    for m, c in p.items():
        e = dict(m).get(gen, 0)
        if e != int(e):
            raise Outside("a root of a shifted symbol")
        rows.setdefault(int(e), {})[tuple(x for x in m if x[0] != gen)] = c
    degree, total = max(rows, default=0), {}
    plain = Algebra()
    for e, row in rows.items():
        for factor, times in ((top, e), (bottom, degree - e)):
            for _ in range(times):
                row = plain.times(row, factor)
        total = plus(total, row)
    return {m: c*sign**degree for m, c in total.items()}


# ---- one variable: Sturm; a box: Bernstein

def dense(p, gen):
    row = [Fraction(0)]*(int(max((dict(m).get(gen, 0) for m in p), default=0)) + 1)
    for m, c in p.items():
        row[int(dict(m).get(gen, 0))] += c
    return row


def remainder(a, b):
    a = a[:]
    while len(a) >= len(b) and any(a):
        c = a[-1]/b[-1]
        for i, x in enumerate(b):
            a[len(a) - len(b) + i] -= c*x
        a.pop()
    while a and not a[-1]:
        a.pop()
    return a


def chain(p):
    rows = [p, [i*c for i, c in enumerate(p)][1:]]
    while rows[-1]:
        Budget.spend(len(rows[-1])**2)
        rows.append([-c for c in remainder(rows[-2], rows[-1])])
    return rows[:-1]


def at(p, x):
    total = Fraction(0)
    for c in reversed(p):
        total = total*x + c
    return total


def changes(rows, x):
    signs = [v > 0 for v in (at(p, x) for p in rows) if v]
    return sum(a != b for a, b in zip(signs, signs[1:]))


def sturm_positive(p, above, strict):
    """Whether p > 0 (>= 0) wherever every constraint holds: signs between and at the real roots of all of them."""
    whole = [Fraction(1)]
    for q in [p, *(g for g, _ in above)]:
        whole = [sum((whole[i]*q[k - i] for i in range(len(whole)) if 0 <= k - i < len(q)), Fraction(0))
                 for k in range(len(whole) + len(q) - 1)]
    rows, size = chain(whole), 2 + max(abs(c/whole[-1]) for c in whole)
    cells, waiting = [], [(-size, size)]
    while waiting:
        a, b = waiting.pop()
        count = changes(rows, a) - changes(rows, b)                    # distinct roots in (a, b]
        if count and (count > 1 or b - a > Fraction(1, 2**60)*size) and len(cells) + len(waiting) < 400:
            waiting += [((a + b)/2, b), (a, (a + b)/2)]
        elif count > 1:
            return False
        else:
            cells.append((a, b, count))
    inside = lambda x: all(at(g, x) > 0 or (at(g, x) == 0 and not s) for g, s in above)
    for a, b, count in cells:
        for x in (a, b):
            if inside(x) and (at(p, x) < 0 or (strict and at(p, x) == 0)):
                return False
        if count and strict and at(whole, b):                          # an irrational root strictly within
            own = chain(p)
            hits = changes(own, a) - changes(own, b)
            kept = all(at(g, a) > 0 and at(g, b) > 0 for g, _ in above)
            out = any(at(g, a) < 0 and at(g, b) < 0 for g, _ in above)
            if hits and not out:
                shared = [g for g, s in above if s and not any(remainder(p, g))]
                if not shared or kept:
                    return False
    return True


def bernstein(p, gens, bounds, strict):
    """Whether p > 0 (>= 0) on a closed box, by coefficients and halving."""
    waiting, looked = [tuple(bounds)], 0
    while waiting:
        box, looked = waiting.pop(), looked + 1
        moved = p
        for g, (low, high) in zip(gens, box):
            moved = shifted(None, moved, g, {((g, 1),): high - low, **({(): low} if low else {})}, ONE, 1)
        degrees = [int(max(dict(m).get(g, 0) for m in moved)) if moved else 0 for g in gens]
        table = {tuple(int(dict(m).get(g, 0)) for g in gens): c for m, c in moved.items()}
        for axis, n in enumerate(degrees):
            wide = {}
            for e, c in table.items():
                for k in range(e[axis], n + 1):
                    k_ = (*e[:axis], k, *e[axis + 1:])
                    wide[k_] = wide.get(k_, 0) + c*Fraction(comb(k, e[axis]), comb(n, e[axis]))
            Budget.spend(len(wide)*8)
            table = wide
        least = min(table.values(), default=Fraction(0))
        if least > 0 or (least == 0 and not strict):
            continue
        if looked > 200:
            return False
        axis = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
        low, high = box[axis]
        waiting += [(*box[:axis], half, *box[axis + 1:]) for half in ((low, (low + high)/2), ((low + high)/2, high))]
    return True


# ---- intervals of fractions, rounded outward

def out(low, high):
    scale = 1 << BITS + 2*max(0, -((max(abs(low), abs(high)) or 1)*(1 << 40)).__floor__().bit_length() + 40)
    return Fraction(low*scale//1, scale), -Fraction(-high*scale//1, scale)


def mul(a, b):
    products = [x*y for x in a for y in b]
    return out(min(products), max(products))


def root(a, q):
    """a^q for a >= 0, by integer roots."""
    if a[0] < 0 or (q < 0 and not a[0]):
        raise Outside("a root of a number that may be negative, or zero in a denominator")
    n, shift, ends = q.denominator, 1 << BITS, []
    for x in a:
        target = int(x**abs(q.numerator)*shift**n)
        guess = 1 << (target.bit_length() + n - 1)//n
        while (better := ((n - 1)*guess + target//guess**(n - 1))//n) < guess:
            guess = better
        ends += [Fraction(guess, shift), Fraction(guess + 1, shift)]
    return (ends[0], ends[3]) if q > 0 else out(1/ends[3], 1/ends[0]) if ends[0] else out(1/ends[3], 1/a[0])


def elementary(kind, a):
    """exp or log at both ends; the decimal module rounds them correctly, so one unit either way is a bound."""
    if max(map(abs, a)) > 3000 or (kind == "log" and a[0] <= 0):
        raise Outside(f"the {kind} of a number of this size")
    with localcontext() as context:
        context.prec, ends = 120, []
        for x, rounding in zip(a, (ROUND_FLOOR, ROUND_CEILING)):
            context.rounding = rounding
            value = Decimal(x.numerator)/Decimal(x.denominator)
            value = value.exp() if kind == "exp" else value.ln()
            ends.append(Fraction(value.next_minus() if rounding == ROUND_FLOOR else value.next_plus()))
    return ends[0], ends[1]


def pi():
    def arctangent(n):                                                 # 2^BITS atan(1/n), up to 2 BITS units
        terms = ((-1)**k*(1 << BITS)//((2*k + 1)*n**(2*k + 1)) for k in range(BITS))
        return sum(terms)
    value, slip = 16*arctangent(5) - 4*arctangent(239), 40*BITS
    return Fraction(value - slip, 1 << BITS), Fraction(value + slip, 1 << BITS)


def sinh(a):
    low, high = elementary("exp", a)
    return (low - 1/low)/2, (high - 1/high)/2


def interval(node, values):
    """Bounds of an expression, given those of its symbols."""
    if isinstance(node, str):
        return (number(node),)*2
    kind, parts = node[0], node[1:]
    if kind == "x":
        return values[parts[0]]
    if kind == "pi":
        return pi()
    if kind == "^":
        base, q = interval(parts[0], values), number(parts[1])
        if q.denominator > 1:
            return root(base, q)
        if abs(q) > 4000:
            raise Outside("a high power")
        found = [x**abs(int(q)) for x in base]
        if q % 2 == 0 and base[0] < 0 < base[1]:
            found.append(Fraction(0))
        low, high = out(min(found), max(found))
        if q < 0 and low <= 0 <= high:
            raise Outside("a division by an interval around zero")
        return (low, high) if q >= 0 else out(1/high, 1/low)
    inner = [interval(part, values) for part in parts]
    if kind == "+":
        return sum(a for a, _ in inner), sum(b for _, b in inner)
    if kind == "*":
        found = (Fraction(1),)*2
        for one in inner:
            found = mul(found, one)
        return found
    if kind in ("exp", "log"):
        return elementary(kind, inner[0])
    if kind in ("tanh", "sinh", "cosh"):                               # tanh and sinh increase; cosh by its square
        (low, _), (_, high) = (sinh((x, x)) for x in inner[0])
        if kind == "cosh":
            raise Outside("the function cosh")
        return (low, high) if kind == "sinh" else tuple(
            mul((s, s), root((1 + s*s,)*2, Fraction(-1, 2)))[k] for k, s in enumerate((low, high)))
    raise Outside(f"the function {kind}")


# ---- judgements

def judged(formula, values, exact):
    """True, False or None (overlapping intervals) for a statement at values."""
    word, parts = formula[0], formula[1:]
    if word in ("true", "false"):
        return word == "true"
    if word in ("and", "or", "not", "iff", "implies"):
        found = [judged(part, values, exact) for part in parts]
        if word == "implies":
            word, found = "or", [None if found[0] is None else not found[0], found[1]]
        if word == "not":
            return None if found[0] is None else not found[0]
        if word == "iff":
            return None if None in found else len(set(found)) == 1
        stop = word == "or"
        return stop if stop in found else None if None in found else not stop
    difference = ["+", parts[0], ["*", "-1", parts[1]]]
    low, high = interval(difference, values)
    if low <= 0 <= high and exact is not None and not Algebra().quotient(substituted(difference, exact))[0]:
        low = high = Fraction(0)
    signs = {s for s, possible in ((1, high > 0), (0, low <= 0 <= high), (-1, low < 0)) if possible}
    fits = {"=": {0}, "!=": {1, -1}, ">=": {0, 1}, ">": {1}, "<=": {0, -1}, "<": {-1}}[word]
    if word in ("=", "!=") and 0 in signs and (exact is None or signs == {0}):
        return word == "="                                             # agreement to the ball's radius
    return True if signs <= fits else False if not signs & fits else None


def substituted(node, values):
    if isinstance(node, str):
        return node
    return values[node[1]] if node[0] == "x" else [node[0], *(substituted(part, values) if i or node[0] != "^" else
            substituted(part, values) for i, part in enumerate(node[1:]))]


def dyadic(text):
    m, e = text.split("*2^")
    if abs(int(e)) > 20_000 or len(m) > LONGEST:
        raise Outside("a ball of extreme size")
    return Fraction(int(m))*Fraction(2)**int(e)


def check_runs(payload, wanted):
    """The statement has the wanted truth on all runs written down (for a refutation: on one)."""
    for run in payload["at"]:
        values, exact = {}, {}
        for name, value in run.items():
            if isinstance(value, list) and value[0] == "ball":
                middle, radius = map(dyadic, value[1:])
                values[name], exact = (middle - radius, middle + radius), None
            else:
                values[name] = interval(value, {})
                if exact is not None:
                    exact[name] = value
        found = judged(payload["statement"], values, exact)
        if found is None:
            raise Outside("intervals of this precision do not decide it")
        if found != wanted:
            raise Wrong(f"the statement is {str(found).lower()} at the values written down")


def check_goal(payload, kind):
    if "entries" in payload:
        for one in payload["entries"]:
            check_goal(one, kind)
        return
    if payload["goal"][0] != kind:
        raise Wrong("the goal written down is of another kind")
    algebra, node = Algebra(payload["given"]), payload["goal"][1]
    num, den = algebra.quotient(node)
    for factor in den:
        if not algebra.nonzero(dict(factor)):
            raise Outside("that a denominator differs from zero")
    if kind == "zero":
        if num:
            raise Outside("an identity that needs more than expanding")
        return
    odd_part = [dict(f) for f, e in den.items() if e % 2]
    if kind == "distinct":
        if not algebra.nonzero(num):
            raise Outside("that the difference is never zero")
        return
    strict, whole = kind == "positive", num
    for factor in odd_part:
        whole = algebra.times(whole, factor)
    if not algebra.positive(whole, strict):
        by_factors(algebra, whole, payload.get("factors", ()), strict)


def by_factors(algebra, whole, factors, strict):
    """The sign of a product from the signs of the factors written down."""
    product, sign = ONE, 1
    for one in factors:
        f, den = algebra.quotient(one["factor"])
        if den:
            raise Outside("a factor that is a quotient")
        for _ in range(abs(int(one["power"]))):
            product = algebra.times(product, f)
        if int(one["power"]) % 2:
            s = algebra.sign(f, strict)
            if not s:
                raise Outside(f"the sign of a factor (by {one['how']})")
            sign *= s
        elif strict and not algebra.nonzero(f):
            raise Outside("that a squared factor differs from zero")
    ratio = {c/product.get(m, Fraction(0)) if product.get(m) else None for m, c in whole.items()}
    if len(whole) != len(product) or len(ratio) != 1 or None in ratio or ratio.pop()*sign <= 0:
        raise Outside("the product of the factors")


# ---- the file

def pairs(found):
    if len({k for k, _ in found}) != len(found):
        raise Unreadable("a key occurs twice in one object")
    return dict(found)


def digest(value):
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read(path):
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Unreadable(f"it is larger than {LARGEST >> 20} MiB")
        found = json.loads(data, object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError, OSError) as error:
        raise Unreadable(f"{type(error).__name__}: {str(error)[:100]}") from None
    if not isinstance(found, dict) or found.get("format") != "demonstrandum/1":
        raise Unreadable("it is not of the format demonstrandum/1")
    if found.get("seal") != digest({k: v for k, v in found.items() if k != "seal"}):
        raise Unreadable("its seal does not fit: something was altered after it was written")
    return found


def refuse(text):
    raise Unreadable(f"the number {text[:30]} is a float, which no certificate holds")


def show(node):
    if isinstance(node, str):
        return node
    inner = [show(part) for part in node[1:]]
    if node[0] in ("+", "*", "^", "=", "!=", ">=", ">", "<=", "<", "and", "or", "iff", "implies"):
        return "(" + f" {node[0]} ".join(inner) + ")"
    return inner[0] if node[0] in ("x", "nc") else f"{node[0]}({', '.join(inner)})"


def pieces(claim):
    """(name, check) of all that a claim's certificate writes down to be checked."""
    for one in claim["evidence"]:
        for goal in one.get("goals", ()):
            if goal["kind"] != "cited" and goal["verdict"] == "HOLDS":
                yield f"{one['address']}: {goal['why']}", lambda goal=goal: check_goal(goal["payload"], goal["kind"])
        if one.get("payload", {}).get("at") and one["verdict"] in ("HOLDS", "REFUTED"):
            yield one["address"], lambda one=one: check_runs(one["payload"], one["verdict"] == "HOLDS")
        elif one["about"] == "claim" and one["level"] == "ENCLOSED" and one["verdict"] == "HOLDS":
            yield one["address"], lambda: (_ for _ in ()).throw(Outside("a statement without canonical form"))


def check(found, tell=print):
    """Check a certificate read by `read`; {"re-checked", "failed", "trusted"} counts."""
    totals = {"re-checked": 0, "failed": 0, "trusted": 0}
    for theorem in found["theorems"]:
        counts, reasons = dict.fromkeys(totals, 0), {}
        for claim in theorem["claims"]:
            statements = {json.dumps(one["payload"]["statement"]) for one in claim["evidence"]
                          if one["about"] == "claim" and one.get("payload", {}).get("statement")}
            for one in sorted(statements):
                tell(f"{claim['address']}: {show(json.loads(one))}")
            open_ = [one for one in claim["evidence"] if one["verdict"] != EXPECTED.get(one["about"], "REFUTED")]
            if (claim["verdict"] == "HOLDS") == bool(open_) or len(statements) > 1:
                counts["failed"] += 1
                tell(f"  FAILED {claim['address']}: its verdict or statement does not fit its evidence")
            for name, run in pieces(claim):
                Budget.left = WORK
                try:
                    run()
                    counts["re-checked"] += 1
                except Wrong as reason:
                    counts["failed"] += 1
                    tell(f"  FAILED {name}: {reason}")
                except (Outside, RecursionError, OverflowError, MemoryError) as reason:
                    counts["trusted"] += 1
                    reasons[str(reason)] = reasons.get(str(reason), 0) + 1
                except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as reason:
                    counts["failed"] += 1
                    tell(f"  FAILED {name}: what is written down cannot be read ({type(reason).__name__}: {reason})")
        tell(f"{theorem['address']}: {counts['re-checked']} re-checked, {counts['failed']} failed, {counts['trusted']} trusted "
             f"to {KERNEL}" + "".join(f"\n    {n} x {reason}" for reason, n in sorted(reasons.items())))
        totals = {word: totals[word] + counts[word] for word in totals}
    tell(f"in all {totals['re-checked']} re-checked, {totals['failed']} failed, {totals['trusted']} trusted")
    return totals


def main(path):
    """Exit status: 0 nothing failed, 1 something failed, 2 the file cannot be checked."""
    try:
        return int(check(read(path))["failed"] > 0)
    except (Unreadable, KeyError, TypeError, AttributeError) as reason:
        print(f"{path}: {reason}", file=sys.stderr)
        return 2


def add(subparsers):
    """Add the command to `qed`."""
    parser = subparsers.add_parser("check", help="check a certificate again with one small file of plain Python")
    parser.add_argument("file", help="what `qed verify --json FILE` wrote")
    parser.set_defaults(run=lambda arguments: main(arguments.file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python check.py FILE.json")
