"""Check a certificate again, trusting nothing but this file and Python's own arithmetic.

    python check.py FILE.json          or          qed check FILE.json

It re-derives what the certificate writes down: identities by expanding quotients of polynomials,
signs by coefficients, slack variables, conjugates and Sturm counts, judgements by exact numbers
and outward-rounded intervals.  Each piece is re-checked, failed, or outside this file's scope and
then trusted to the program that wrote it.  Not checked here: that a goal's assumptions are the
theorem's, and that its goals imply the statement.  No text is ever run as code.
Trusted: Python's integers and fractions, and that its decimal exp and ln round correctly.
"""

import hashlib
import json
import sys
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from itertools import product as choices
from math import gcd, lcm

BITS, WORK, LONGEST, LARGEST, HIGHEST = 320, 200_000, 4000, 1 << 26, 400
left = [WORK]                      # work still allowed for this piece
BY_EXP = {"tanh": lambda a: ["+", "1", ["*", "-2", ["^", ["+", "1", ["exp", ["*", "2", a]]], "-1"]]],
          "sinh": lambda a: ["+", ["*", "1/2", ["exp", a]], ["*", "-1/2", ["exp", ["*", "-1", a]]]],
          "cosh": lambda a: ["+", ["*", "1/2", ["exp", a]], ["*", "1/2", ["exp", ["*", "-1", a]]]]}
OPAQUE = ("log", "pi", "free", "sin", "cos", "atan", "asinh", "erf")        # real wherever they are defined
DECIDED = {"zero": lambda v: v == 0, "distinct": lambda v: v != 0,
           "positive": lambda v: v > 0, "nonnegative": lambda v: v >= 0}

class Outside(Exception):
    """Beyond what this file can check; the text says what is then trusted."""

class Wrong(Exception):
    """What is written is not so."""

class Unreadable(Exception):
    """The file is no certificate that can be checked."""

def spend(amount):
    left[0] -= amount
    if left[0] < 0:
        raise Outside("what is too long to expand here")

def number(text):
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Outside("a number too long to read")
    top, _, bottom = text.partition("/")
    return Fraction(int(top), int(bottom or 1))

# ---- polynomials {((generator, exponent), ...): coefficient}; quotients (polynomial, {factor: exponent})

ONE = {(): Fraction(1)}

def plus(p, q, scale=1):
    found = {m: p.get(m, 0) + q.get(m, 0)*scale for m in {**p, **q}}
    return {m: c for m, c in found.items() if c}

def scaled(p, c):
    return {m: v*c for m, v in p.items()}

def gen(g, e=1):
    return {((g, e),): Fraction(1)}

def key(p):
    return tuple(sorted(p.items()))

def unit(p):
    """p times a positive number, such that polynomials which differ by one only become equal."""
    return scaled(p, 1/abs(max(p.items())[1]))

def gens(p):
    return sorted({g for m in p for g, _ in m}, key=repr)

def words(p):
    return sum(1 + len(m)/4 + (c.numerator.bit_length() + c.denominator.bit_length() >> 6) for m, c in p.items())

def product(p, q):
    spend(words(p)*words(q) + 1)
    found = {}
    for m, c in p.items():
        for n, d in q.items():
            exps = dict(m)
            for g, e in n:
                exps[g] = exps.get(g, 0) + e
            k = tuple(sorted((g, e) for g, e in exps.items() if e))
            found[k] = found.get(k, 0) + c*d
    return {m: c for m, c in found.items() if c}

def lowered(m, g, by):
    """A monomial divided by g^by."""
    return tuple((h, e - by*(h == g)) for h, e in m if e != by*(h == g))

def parts_of(p, g):
    """{e: coefficient of g^e}."""
    rows = {}
    for m, c in p.items():
        e = dict(m).get(g, 0)
        rows.setdefault(e, {})[lowered(m, g, e)] = c
    return rows

def odd(algebra, quotient):
    """A polynomial of the same sign as a quotient, wherever that is defined."""
    whole, den = quotient
    for factor, e in den.items():
        whole = algebra.times(whole, dict(factor)) if e % 2 else whole
    return whole

class Algebra:
    """Quotients over generators (symbols, roots, exponentials, opaque functions), and what is given of them.

    `sides` holds what must be so for the expressions read so far to be defined.
    """

    def __init__(self, given=()):
        self.powers, self.above, self.unequal, self.equal = {}, [], [], []
        self.sides, self.depth = [], 0
        for operator, node in sorted(given, key=lambda one: (one[0] != "=", len(repr(one)))):
            try:
                self.assume(odd(self, self.quotient(node)), operator)
                for poly, need in self.sides:                          # a relation that holds is defined
                    self.assume(poly, need)
            except Outside:
                pass                                                   # to assume less is sound
            self.sides = []
        for g in sorted({g for p, _ in self.above for g in gens(p) if g[0] == "x"}):
            if self.positive(gen(g), True):
                self.above.append((gen(g), True))

    def assume(self, p, operator):
        if operator == "=":
            self.solve(p)
        if operator in (">", ">=") and set(p) - {()}:
            self.above.append((unit(p), operator == ">"))
        if operator in (">", "!=") and p:
            self.unequal += [unit(scaled(q, s)) for q in split(p) for s in (1, -1)]

    def solve(self, p):
        """Use p = 0 to reduce powers of a symbol in which its leading coefficient is a number."""
        for g in (g for g in gens(p) if g[0] == "x" and g not in self.powers):
            rows = parts_of(p, g)
            degree = max(rows)
            if set(rows[degree]) == {()} and degree == int(degree):
                lower = {m: c for m, c in p.items() if dict(m).get(g, 0) < degree}
                self.powers[g] = int(degree), scaled(lower, -1/rows[degree][()])
                return
        self.equal.append(p)

    def times(self, p, q):
        return self.reduced(product(p, q))

    def reduced(self, p):
        spend(len(p) + 1)
        for m, c in p.items():
            for g, e in m:
                degree, rest = self.powers.get(g, (e + 1, None))
                if e >= degree:
                    return plus(self.reduced({k: v for k, v in p.items() if k != m}),
                                self.times({lowered(m, g, degree): c}, rest))
        return p

    # ---- reading

    def quotient(self, node):
        spend(1)
        if isinstance(node, str):
            return ({(): number(node)} if number(node) else {}), {}
        kind, parts = node[0], node[1:]
        if kind == "x":
            return self.reduced(gen(("x", str(parts[0])))), {}
        if kind in BY_EXP:
            return self.quotient(BY_EXP[kind](parts[0]))
        if kind == "^":
            return self.power(self.quotient(parts[0]), number(parts[1]))
        if kind not in ("+", "*", "exp", *OPAQUE):
            raise Outside(f"what is written as {str(kind)[:20]}")
        inner = [self.quotient(part) for part in parts[2*(kind == "free"):]]
        if kind in ("+", "*"):
            found = ({}, {}) if kind == "+" else (ONE, {})
            for one in inner:
                found = (self.add if kind == "+" else self.multiply)(found, one)
            return found
        if kind == "exp":
            (num, den), = inner
            spend(len(repr(inner)))
            powers = ((("exp", repr((m, sorted(den.items())))), c) for m, c in num.items())
            return {tuple(sorted(powers)): Fraction(1)}, {}
        if kind == "log":
            self.sides.append((odd(self, inner[0]), ">"))
        names = map(repr, parts[:2*(kind == "free")])
        spend(len(repr(inner)))
        return gen((kind, *names, *(repr((key(num), sorted(den.items()))) for num, den in inner))), {}

    def add(self, a, b):
        (p, d), (q, e) = a, b
        for factor in sorted({*d, *e}):
            gap = d.get(factor, 0) - e.get(factor, 0)
            for _ in range(abs(gap)):
                p, q = (p, self.times(q, dict(factor))) if gap > 0 else (self.times(p, dict(factor)), q)
        return plus(p, q), {f: max(d.get(f, 0), e.get(f, 0)) for f in {*d, *e}}

    def multiply(self, a, b):
        return self.times(a[0], b[0]), {f: a[1].get(f, 0) + b[1].get(f, 0) for f in {*a[1], *b[1]}}

    def inverse(self, a):
        (num, den), top = a, ONE
        if not num:
            raise Wrong("a division by zero")
        self.sides.append((num, "!="))
        for factor, e in den.items():
            for _ in range(e):
                top = self.times(top, dict(factor))
        m, lead = max(num.items())
        if len(num) > 1:
            return scaled(top, 1/lead), {key(scaled(num, 1/lead)): 1}
        exps = tuple((g, -e) for g, e in m if g[0] == "exp")           # an exponential is never zero
        below = {key(gen(g, e if e != int(e) else 1)): int(e) if e == int(e) else 1 for g, e in m if g[0] != "exp"}
        return self.times(top, {exps: 1/lead}), below

    def power(self, base, q):
        if abs(q) > HIGHEST:
            raise Outside(f"a power above {HIGHEST}")
        if q < 0:
            return self.inverse(self.power(base, -q))
        found = ONE, {}
        for _ in range(int(q)):
            found = self.multiply(found, base)
        return self.multiply(found, self.root(base, q - int(q))) if q != int(q) else found

    def root(self, base, q):
        """base^q for base >= 0 and 0 < q < 1; the denominator's factors must have signs."""
        self.sides.append((odd(self, base), ">="))
        (top, den), below = base, (ONE, {})
        for factor, e in den.items():
            s = self.sign(dict(factor), True)
            if not s:
                raise Outside("a root of a quotient")
            one = self.power(self.simple_root(scaled(dict(factor), s), q), Fraction(e))
            top, below = scaled(top, s**e), self.multiply(below, one)
        found = self.simple_root(top, q)
        return self.multiply(found, self.inverse(below)) if den else found

    def simple_root(self, p, q):
        """p^q for p >= 0: numbers by their primes, common positive generators, the rest in one piece."""
        if not p:
            return {}, {}
        content = Fraction(gcd(*(c.numerator for c in p.values())), lcm(*(c.denominator for c in p.values())))
        p, found = scaled(p, 1/content), (ONE, {})
        for n, s in ((content.numerator, 1), (content.denominator, -1)):
            for prime, e in primes(n):
                self.powers["prime", prime] = 1, {(): Fraction(prime)}
                whole = (q*e*s).__floor__()
                rest = gen(("prime", prime), q*e*s - whole) if q*e*s != whole else ONE
                found = self.multiply(found, (scaled(rest, Fraction(prime)**whole), {}))
        common = {g: min(dict(m)[g] for m in p) for g in gens(p) if all(g in dict(m) for m in p)}
        alone = len(p) == 1 and all(self.positive(gen(g), False) for g in common)
        for g, e in common.items():
            if alone or self.positive(gen(g), True):                   # else the rest might be negative where g is 0
                p = {lowered(m, g, e): c for m, c in p.items()}
                found = self.multiply(found, (self.reduced(gen(g, e*q)), {}))
        if p == ONE:
            return found
        if set(p) == {()}:
            raise Outside("a root of a negative number")
        g = "root", key(p)
        if g not in self.powers:
            self.powers[g] = 1, p
            if self.positive(p, True):
                self.above.append((gen(g), True))
        return self.multiply(found, (gen(g, q), {}))

    # ---- signs

    def sign(self, p, strict):
        """1 or -1 if p or -p is shown positive (not strict: nonnegative) on the domain, else 0."""
        return next((s for s in (1, -1) if self.positive(scaled(p, s), strict)), 0)

    def nonzero(self, p):
        return bool(p) and all(unit(q) in self.unequal or self.sign(q, True) for q in split(p))

    def defined(self):
        for p, need in self.sides:
            if not (self.nonzero(p) if need == "!=" else self.positive(p, need == ">")):
                raise Outside(f"that a {'denominator is not 0' if need == '!=' else 'root or logarithm is defined'}")

    def positive(self, p, strict):
        """Whether p > 0 (not strict: >= 0) was shown on the domain."""
        if not p:
            return not strict
        p = unit(p)
        if any(p == g and (s or not strict) for g, s in self.above) or slack(p, self.above, strict, [30], ()):
            return True
        used = gens(p)
        if all(g[0] in ("prime", "pi") for g in used):
            return sum(low for low, _ in (constant(m, c) for m, c in p.items())) > 0
        plain = all(g[0] == "x" and e == int(e) for m in p for g, e in m)
        own = [(g, s) for g, s in self.above if gens(g) == used and all(e == int(e) for m in g for _, e in m)]
        if plain and len(used) == 1:
            return sturm(dense(p, used[0]), [(dense(g, used[0]), s) for g, s in own], strict)
        box = [self.bounds(g) for g in used]
        if plain and len(used) <= 3 and not any(None in b for b in box) and on_box(p, used, box, strict):
            return True
        self.depth += 1
        found = self.depth < 4 and any(self.by_square(p, g, strict) for g in used)
        self.depth -= 1
        return found

    def by_square(self, p, g, strict):
        """For a + b sqrt(g): the larger square decides.  For a g^2 + b g + c: the discriminant."""
        rows = parts_of(p, g)
        half = Fraction(1, 2)
        if half in rows and set(rows) <= {0, half}:
            a, b = rows.get(0, {}), rows[half]
            gap = plus(self.times(a, a), self.times(self.times(b, b), self.reduced(gen(g))), -1)
            return any(self.positive(q, False) and self.positive(scaled(gap, s), strict) for q, s in ((a, 1), (b, -1)))
        if 2 not in rows or set(rows) - {0, 1, 2}:
            return False
        a, b, c = (rows.get(e, {}) for e in (2, 1, 0))
        return self.positive(a, True) and self.positive(plus(scaled(product(a, c), 4), product(b, b), -1), strict)

    def bounds(self, g):
        """((low, open), (high, open)) from constraints on g alone; None for a side without bound."""
        found = [None, None]
        for p, strict in self.above:
            slope = p.get(((g, 1),), 0)
            if slope and set(p) <= {(), ((g, 1),)}:
                new, side = (-p.get((), Fraction(0))/slope, strict), slope < 0
                ahead = found[side] is None or (new[0] - found[side][0])*slope > 0
                found[side] = new if ahead else found[side]
        return tuple(found)

def split(p):
    """The generators of a single term that may vanish, or else p: all differ from zero if p does."""
    return [gen(g) for m in p for g, _ in m if g[0] != "exp"] if len(p) == 1 else [p]

def primes(n):
    spend(n.bit_length())
    found, p = {}, 2
    while p*p <= n and p < 10_000:
        while n % p == 0:
            n, found[p] = n//p, found.get(p, 0) + 1
        p += 1
    return sorted({**found, n: found.get(n, 0) + 1}.items()) if n > 1 else sorted(found.items())

def constant(m, c):
    bounds = (c, c)
    for g, e in m:
        bounds = mul(bounds, root_of(pi() if g[0] == "pi" else (Fraction(g[1]),)*2, Fraction(e)))
    return bounds

def known_positive(p, above, strict):
    """Whether every term is known to be nonnegative (strict: and one of them positive)."""
    known = {m[0][0]: s for g, s in sorted(above, key=lambda one: one[1]) if len(g) == 1
             for m, c in g.items() if c > 0 and len(m) == 1 and m[0][1] == 1}
    sure = lambda g: known.get(g, {"exp": True, "prime": True, "pi": True, "root": False}.get(g[0]))
    if any(c < 0 or any(e % 2 and sure(g) is None for g, e in m) for m, c in p.items()):
        return False
    return not strict or any(all(sure(g) for g, _ in m) for m in p)

def slack(p, above, strict, tries, fixed):
    """Whether no coefficient of p is negative once constraints, solved for symbols, have made these slacks."""
    tries[0] -= 1
    if known_positive(p, above, strict):
        return True
    for place, (g, s) in enumerate(above):
        for x in sorted({x for m in g for x, e in m if x[0] == "x" and e == 1 and len(g) > 1} - set(fixed)):
            rows = parts_of(g, x)
            if tries[0] <= 0 or set(rows) - {0, 1} or x not in gens(p):
                continue
            sign = next((k for k in (1, -1) if known_positive(scaled(rows[1], k), above, True)), None)
            if sign is None or any(e != int(e) for q in (p, *(h for h, _ in above)) for e in parts_of(q, x)):
                continue
            top = plus(gen(x), rows.get(0, {}), -1)                    # g = slope x + rest is the slack
            move = lambda h: moved(h, x, top, rows[1], sign)
            others = [(move(h), t) for i, (h, t) in enumerate(above) if i != place] + [(gen(x), s)]
            if slack(move(p), others, strict, tries, (*fixed, x)):
                return True
    return False

def moved(p, x, top, bottom, sign=1):
    """p at x = top/bottom, times a positive power of bottom, which has this sign."""
    rows, total = parts_of(p, x), {}
    degree = int(max(rows, default=0))
    spend(degree**2)
    for e, row in rows.items():
        for factor in [top]*int(e) + [bottom]*(degree - int(e)):
            row = product(row, factor)
        total = plus(total, row)
    return scaled(total, sign**degree)

# ---- one variable: Sturm's theorem; a box: coefficients after x = (low + high t)/(1 + t)

def dense(p, g):
    rows = parts_of(p, g)
    spend(max(rows)**2)
    return [rows.get(k, {}).get((), Fraction(0)) for k in range(int(max(rows)) + 1)]

def at(p, x):
    total = Fraction(0)
    for c in reversed(p):
        spend(1 + (total.denominator.bit_length() >> 8))
        total = total*x + c
    return total

def chain(p):
    rows = [p, [i*c for i, c in enumerate(p)][1:]]
    while rows[-1]:
        spend(len(rows[-1])**2*(1 + (max(c.denominator.bit_length() for c in rows[-1]) >> 5)))
        a, b = rows[-2][:], rows[-1]
        while len(a) >= len(b):
            for i, x in enumerate(b[:-1]):
                a[len(a) - len(b) + i] -= a[-1]/b[-1]*x
            a.pop()
            while a and not a[-1]:
                a.pop()
        rows.append([-c for c in a])
    return rows[:-1]

def roots_in(rows, low, high):
    """How many roots lie between two points that are none, by Sturm's theorem (multiple roots count once)."""
    changes = []
    for x in (low, high):
        signs = [v > 0 for v in (at(p, x) for p in rows) if v]
        changes.append(sum(a != b for a, b in zip(signs, signs[1:])))
    return changes[0] - changes[1]

def sturm(p, above, strict):
    """Whether p > 0 (>= 0) where all constraints hold: at a point between any two roots of all, and at each root."""
    rows, whole = [chain(q) for q in (p, *(g for g, _ in above))], ONE
    for q, *_ in rows:
        whole = product(whole, {(("x", e),) if e else (): c for e, c in enumerate(q) if c})
    whole = dense(whole, "x")
    all_rows, size = chain(whole), 2 + max(abs(c/whole[-1]) for c in whole)

    def fine(first, *signs):
        good = first > 0 or (first == 0 and not strict)
        return good or any(s < 0 or (s == 0 and t) for s, (_, t) in zip(signs, above))

    waiting = [(-size, size)]
    good = fine(*(at(q, -size) for q, *_ in rows))
    while waiting and good:
        a, b = waiting.pop()
        count = roots_in(all_rows, a, b)
        if count > 1:
            places = (a + (b - a)*Fraction(k, len(whole) + 1) for k in middle_first(len(whole)))
            middle = next(m for m in places if at(whole, m))
            waiting += [(a, middle), (middle, b)]
        else:
            values = [at(q, b) for q, *_ in rows]
            good = fine(*values) and (not count or fine(*(0 if roots_in(r, a, b) else v for r, v in zip(rows, values))))
    return good

def middle_first(n):
    """1, ..., n from the middle outward."""
    return sorted(range(1, n + 1), key=lambda k: abs(2*k - n - 1))

def on_box(p, used, box, strict):
    """Whether p > 0 (>= 0) on a box, by coefficients and halving; its ends are (value, whether open)."""
    degree = {g: int(max(parts_of(p, g))) for g in used}
    waiting, looked = [box], 0
    while waiting:
        box, looked, q = waiting.pop(), looked + 1, p
        for g, ((low, _), (high, _)) in zip(used, box):
            q = moved(q, g, {k: v for k, v in (((), low), (((g, 1),), high)) if v}, plus(ONE, gen(g)))
        closed = [[e for e, (_, is_open) in zip((0, degree[g]), ends) if not is_open] or [None]
                  for g, ends in zip(used, box)]
        faces = [all(any(all(e in (None, dict(m).get(g, 0)) for g, e in zip(used, face)) for m in q)
                     for face in choices(*closed))] if strict else []
        if not q or not all(faces) or min(q.values()) < 0:
            if not q or looked > 100 or any(low[0] >= high[0] for low, high in box):
                return False
            axis = max(range(len(box)), key=lambda i: box[i][1][0] - box[i][0][0])
            middle = (box[axis][0][0] + box[axis][1][0])/2, False
            halves = (box[axis][0], middle), (middle, box[axis][1])
            waiting += [[*box[:axis], half, *box[axis + 1:]] for half in halves]
    return True

# ---- intervals of fractions, rounded outward

def out(low, high):
    size = max(abs(low), abs(high))
    shift = BITS + size.denominator.bit_length() - size.numerator.bit_length() if size else 0
    if abs(shift) > 100_000:
        raise Outside("a number of extreme size")
    scale = Fraction(2)**shift
    return Fraction(low*scale//1)/scale, -Fraction(-high*scale//1)/scale

def mul(a, b):
    products = [x*y for x in a for y in b]
    return out(min(products), max(products))

def root_of(a, q):
    """a^q for a >= 0, by integer roots."""
    if a[0] < 0 or (q < 0 and not a[0]) or max(abs(q.numerator), q.denominator) > HIGHEST:
        raise Outside("a root of what may be negative, or zero in a denominator")
    n, ends = q.denominator, []
    for x in a if q > 0 else (1/a[1], 1/a[0]):
        spend((x.numerator.bit_length() + x.denominator.bit_length())*abs(q.numerator) + BITS*n >> 6)
        target = int(x**abs(q.numerator)*(1 << BITS*n))
        guess = 1 << (target.bit_length() + n - 1)//n
        while guess and (better := ((n - 1)*guess + target//guess**(n - 1))//n) < guess:
            guess = better
        ends += [Fraction(guess, 1 << BITS), Fraction(guess + 1, 1 << BITS)]
    return out(ends[0], ends[3])

def elementary(kind, a):
    """exp or log; the decimal module rounds them correctly, so one unit further out is a bound."""
    if (kind == "exp" and max(map(abs, a)) > 3000) or (kind == "log" and a[0] <= 0):
        raise Outside(f"the {kind} of a number of this size")
    with localcontext() as context:
        context.prec, ends = 120, []
        for x, context.rounding in zip(a, (ROUND_FLOOR, ROUND_CEILING)):
            value = Decimal(x.numerator)/Decimal(x.denominator)
            value = value.exp() if kind == "exp" else value.ln()
            ends.append(Fraction(value.next_minus() if not ends else value.next_plus()))
    return tuple(ends)

def pi():
    """16 atan(1/5) - 4 atan(1/239), each term rounded down: off by less than 40 BITS units."""
    total = sum(c*(-1)**k*((1 << BITS)//((2*k + 1)*n**(2*k + 1))) for c, n in ((16, 5), (-4, 239)) for k in range(BITS))
    return Fraction(total - 40*BITS, 1 << BITS), Fraction(total + 40*BITS, 1 << BITS)

def interval(node, values):
    """Bounds of an expression, given those of its symbols."""
    spend(1)
    if isinstance(node, str):
        return (number(node),)*2
    kind, parts = node[0], node[1:]
    if kind == "x" and parts[0] in values:
        return values[parts[0]]
    if kind == "pi":
        return pi()
    if kind in BY_EXP:
        return interval(BY_EXP[kind](parts[0]), values)
    if kind not in ("+", "*", "^", "exp", "log"):
        raise Outside(f"intervals for what is written as {str(kind)[:20]}")
    inner = [interval(part, values) for part in parts]
    if kind in ("exp", "log"):
        return elementary(kind, inner[0])
    if kind == "+":
        return sum(a for a, _ in inner), sum(b for _, b in inner)
    found = Fraction(1), Fraction(1)
    if kind == "*":
        for one in inner:
            found = mul(found, one)
        return found
    base, q = inner[0], inner[1][0]
    if q != int(q):
        return root_of(base, q)
    if abs(q) > LONGEST or (q < 0 and base[0] <= 0 <= base[1]):
        raise Outside("a high power, or a division by an interval around zero")
    spend(int(abs(q))*max(x.numerator.bit_length() + x.denominator.bit_length() for x in base) >> 6)
    ends = [x**int(q) for x in base] + [Fraction(0)]*(q > 0 and q % 2 == 0 and base[0] < 0 < base[1])
    return out(min(ends), max(ends))

# ---- a statement at values

def symbols(node):
    return set() if isinstance(node, str) else {node[1]} if node[0] == "x" else set().union(*map(symbols, node[1:]))

def put(node, exact):
    """The expression with exact values for symbols; exp(n log a) becomes a^n for whole n."""
    spend(1)
    if isinstance(node, str):
        return node
    if node[0] == "x":
        return exact.get(node[1], node)
    node = [node[0], *(put(part, exact) for part in node[1:])]
    if node[0] == "exp" and node[1][0] == "*":
        logs = [part for part in node[1][1:] if part[0] == "log"]
        rest = Algebra().quotient(["*", *(part for part in node[1][1:] if part[0] != "log")])
        n = rest[0].get((), Fraction(0))
        if len(logs) == 1 and set(rest[0]) <= {()} and not rest[1] and n.denominator == 1:
            return ["^", logs[0][1], str(n)]
    return node

def judged(formula, exact, balls, agree=True):
    """True, False or None (left open) for a statement; `agree`: an equation may hold to a ball's radius."""
    word, parts = formula[0], formula[1:]
    if word in ("true", "false"):
        return word == "true"
    if word == "implies":
        return judged(["or", ["not", parts[0]], parts[1]], exact, balls, agree)
    if word in ("and", "or", "not", "iff"):
        found = [judged(part, exact, balls, agree and word in ("and", "or")) for part in parts]
        if word in ("and", "or"):
            stop = word == "or"
            return stop if stop in found else None if None in found else not stop
        return None if None in found else not found[0] if word == "not" else len(set(found)) == 1
    difference = put(["+", parts[0], ["*", "-1", parts[1]]], exact)
    rough = symbols(difference)
    try:
        low, high = interval(difference, balls)
        if low <= 0 <= high and not rough and not Algebra().quotient(difference)[0]:
            low = high = Fraction(0)
    except Outside:
        return None
    signs = {s for s, possible in ((1, high > 0), (0, low <= 0 <= high), (-1, low < 0)) if possible}
    fits = {"=": {0}, "!=": {1, -1}, ">=": {0, 1}, ">": {1}, "<=": {0, -1}, "<": {-1}}[word]
    if word == "=" and 0 in signs and rough and agree:
        return True
    return True if signs <= fits else None if signs & fits else False

def dyadic(text):
    m, e = text.split("*2^")
    if len(text) > LONGEST or abs(int(e)) > 20_000:
        raise Outside("a ball of extreme size")
    return Fraction(int(m))*Fraction(2)**int(e)

def check_runs(payload, wanted):
    """Whether the statement has the wanted truth at all values written down."""
    if not payload["at"]:
        raise Outside("a statement of which no values are written down")
    for run in payload["at"]:
        left[0] = WORK
        balls = {name: [dyadic(x) for x in value[1:]] for name, value in run.items() if value[0] == "ball"}
        balls = {name: (middle - abs(radius), middle + abs(radius)) for name, (middle, radius) in balls.items()}
        found = judged(payload["statement"], {name: value for name, value in run.items() if name not in balls}, balls)
        if found is None:
            raise Outside("what intervals of this precision leave open")
        if found != wanted:
            raise Wrong(f"the statement is {str(found).lower()} at the values written down")

# ---- a goal

def check_goal(payload, kind):
    if "entries" in payload:
        for one in payload["entries"] or [{}]:
            check_goal(one, kind)
        return
    if payload["goal"][0] != kind:
        raise Wrong("the goal written down is of another kind")
    algebra = Algebra(payload["given"])
    quotient = algebra.quotient(payload["goal"][1])
    whole = odd(algebra, quotient)
    if set(whole) <= {()} and not DECIDED[kind](whole.get((), 0)):
        raise Wrong("the goal is false")
    if kind == "zero" and whole and not modulo_equations(algebra, whole):
        raise Outside("an identity that needs more than expanding")
    if kind == "distinct" and not algebra.nonzero(whole):
        raise Outside("that a difference is never zero")
    if kind in ("positive", "nonnegative") and not algebra.positive(whole, kind == "positive"):
        by_factors(algebra, whole, payload.get("factors", ()), kind == "positive")
    algebra.defined()

def modulo_equations(algebra, p):
    """Whether p = 0 by the given equations, multiplying by leading coefficients that never vanish."""
    for equation in algebra.equal:
        for x in gens(equation):
            rows = parts_of(equation, x)
            degree = max(rows)
            while p and (top := max(parts_of(p, x))) >= degree > 0 and algebra.nonzero(rows[degree]):
                lead = product(parts_of(p, x)[top], gen(x, top - degree) if top > degree else ONE)
                p = algebra.reduced(plus(product(p, rows[degree]), product(lead, equation), -1))
    return not p

def by_factors(algebra, whole, factors, strict):
    """The sign of a product from the signs of the factors written down."""
    total, sign = ONE, 1
    for one in factors:
        f, den = algebra.quotient(one["factor"])
        total = algebra.times(total, algebra.power((f, {}), abs(number(str(one["power"]))))[0])
        if one["power"] % 2:
            s = algebra.sign(f, strict) or combined(algebra, f, one, strict)
        else:
            s = int(not strict or algebra.nonzero(f))
        if den or not s:
            raise Outside(f"the sign of a factor (by {one['how']})")
        sign *= s
    ratio = {c/total[m] if m in total else 0 for m, c in whole.items()}
    if len(whole) != len(total) or len(ratio) != 1 or ratio.pop()*sign <= 0:
        raise Outside("how factors make up the whole")

def combined(algebra, f, one, strict):
    """The sign of f if f times something positive is the combination of nonnegative products written down."""
    total, some = {}, not strict
    for weight, factors in one.get("products", ()):
        term, sure = {(): number(weight)}, True
        for node in factors:
            q, den = algebra.quotient(node)
            sure = sure and algebra.positive(q, True)
            if den or number(weight) <= 0 or not (sure or algebra.positive(q, False)):
                return 0
            term = algebra.times(term, q)
        total, some = plus(total, term), some or (sure and number(weight) > 0)
    if not some or "times" not in one or not algebra.positive(algebra.quotient(one["times"])[0], True):
        return 0
    target = algebra.times(f, algebra.quotient(one["times"])[0])
    return next((s for s in (1, -1) if scaled(target, s) == total), 0)

# ---- the file

def pairs(found):
    if len(dict(found)) != len(found):
        raise Unreadable("a key occurs twice in one object")
    return dict(found)

def refuse(text):
    raise Unreadable(f"the number {text[:30]} is a float, which no certificate holds")

def read(path):
    """The certificate, after its seal was found to fit; Unreadable says what is wrong with it."""
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Unreadable(f"it is larger than {LARGEST >> 20} MiB")
        found = json.loads(data, object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
        text = json.dumps({k: v for k, v in found.items() if k != "seal"}, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError, OSError, AttributeError) as error:
        raise Unreadable(f"{type(error).__name__}: {str(error)[:100]}") from None
    if found.get("format") != "demonstrandum/1":
        raise Unreadable("it is not of the format demonstrandum/1")
    if found.get("seal") != hashlib.sha256(text.encode()).hexdigest():
        raise Unreadable("its seal does not fit: something was altered after it was written")
    return found

def show(node):
    if isinstance(node, str):
        return node
    inner = [show(part) for part in node[1:]]
    if len(inner) > 1 and node[0] not in ("free", "x"):
        return "(" + f" {node[0]} ".join(inner) + ")"
    return inner[0] if node[0] in ("x", "nc") else f"{node[0]}({', '.join(inner)})"

def pieces(claim):
    """(name, function, arguments) for all that a claim's certificate writes down."""
    for one in claim["evidence"]:
        for goal in one.get("goals", ()):
            if goal["kind"] != "cited" and goal["verdict"] == "HOLDS":
                yield f"{one['address']}: {goal['why']}", check_goal, (goal["payload"], goal["kind"])
        if one.get("payload") and one["verdict"] in ("HOLDS", "REFUTED"):
            yield one["address"], check_runs, (one["payload"], one["verdict"] == "HOLDS")

def check_verdict(claim):
    """That a verdict fits its evidence, and that all evidence for a claim is about one statement."""
    sound = all(one["verdict"] == ("HOLDS" if one["about"] == "claim" else "REFUTED") for one in claim["evidence"])
    stated = {json.dumps(one["payload"]["statement"]) for one in claim["evidence"]
              if one["about"] == "claim" and one.get("payload")}
    if len(stated) > 1 or (claim["verdict"] == "HOLDS") != (sound and bool(claim["evidence"])):
        raise Wrong("its verdict or statement does not fit its evidence")
    return "".join(show(json.loads(one)) for one in stated)

def tried(function, arguments):
    """("re-checked" | "failed" | "trusted", what was found)."""
    left[0] = WORK
    try:
        return "re-checked", function(*arguments)
    except (Outside, RecursionError, OverflowError, MemoryError) as reason:
        return "trusted", str(reason)
    except (Wrong, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as reason:
        return "failed", f"{type(reason).__name__}: {reason}"

def check(found, tell=lambda line: print(line.encode("unicode_escape").decode())):
    """Check a certificate that `read` gave; {address: {"re-checked", "failed", "trusted", "reasons"}}."""
    counted = {}
    for theorem in found["theorems"]:
        count = counted[theorem["address"]] = {"re-checked": 0, "failed": 0, "trusted": 0, "reasons": {}}
        for claim in theorem["claims"]:
            status, told = tried(check_verdict, (claim,))
            count["failed"] += status == "failed"
            tell(f"{claim['address']}: {'FAILED: ' * (status == 'failed')}{told}")
            for name, function, arguments in pieces(claim):
                status, told = tried(function, arguments)
                count[status] += 1
                if status == "trusted":
                    count["reasons"][told] = count["reasons"].get(told, 0) + 1
                elif status == "failed":
                    tell(f"  FAILED {name}: {told}")
        tell("{}: {re-checked} re-checked, {failed} failed, {trusted} trusted to the kernel, SymPy and FLINT".format(
            theorem["address"], **count))
        for why, n in sorted(count["reasons"].items()):
            tell(f"    {n} x {why}")
    return counted

def shares(certificate):
    """{address: (pieces re-checked, pieces trusted)}; a theorem of which a piece failed is left out."""
    counted = check(certificate, lambda line: None)
    return {address: (one["re-checked"], one["trusted"]) for address, one in counted.items() if not one["failed"]}

def main(path):
    """Exit status: 0 nothing failed, 1 something failed, 2 the file cannot be checked."""
    try:
        counted = check(read(path)).values()
    except (Unreadable, LookupError, TypeError, AttributeError, RecursionError) as reason:
        print(f"{path}: {type(reason).__name__}: {reason}".encode("unicode_escape").decode(), file=sys.stderr)
        return 2
    words = "re-checked", "failed", "trusted"
    print("in all " + ", ".join(f"{sum(one[word] for one in counted)} {word}" for word in words))
    return int(any(one["failed"] for one in counted))

def add(subparsers):
    """Add the command to `qed`."""
    parser = subparsers.add_parser("check", help="check a certificate again with one small file of plain Python")
    parser.add_argument("file", help="what `qed verify --json FILE` wrote")
    parser.set_defaults(run=lambda arguments: main(arguments.file))

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python check.py FILE.json")
