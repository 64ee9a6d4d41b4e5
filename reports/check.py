"""Check a certificate again, trusting nothing but this file and Python's own arithmetic.

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
left = [WORK]                      # work still allowed for this piece
BY_EXP = {"tanh": lambda a: ["+", "1", ["*", "-2", ["^", ["+", "1", ["exp", ["*", "2", a]]], "-1"]]],
          "sinh": lambda a: ["+", ["*", "1/2", ["exp", a]], ["*", "-1/2", ["exp", ["*", "-1", a]]]],
          "cosh": lambda a: ["+", ["*", "1/2", ["exp", a]], ["*", "1/2", ["exp", ["*", "-1", a]]]]}


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


def gen(name, e=1):
    return {((name, e),): Fraction(1)}


def key(p):
    return tuple(sorted(p.items()))


def product(p, q):
    spend(len(p)*len(q) + 1)
    found = {}
    for m, c in p.items():
        for n, d in q.items():
            exps = dict(m)
            for g, e in n:
                exps[g] = exps.get(g, 0) + e
            k = tuple(sorted((g, e) for g, e in exps.items() if e))
            found[k] = found.get(k, 0) + c*d
    return {m: c for m, c in found.items() if c}


def parts_of(p, g):
    """{e: coefficient of g^e}."""
    rows = {}
    for m, c in p.items():
        rows.setdefault(dict(m).get(g, 0), {})[tuple(x for x in m if x[0] != g)] = c
    return rows


class Algebra:
    """Quotients over generators (symbols, roots, exponentials, opaque functions), and what is given of them."""

    def __init__(self, given=()):
        self.powers, self.above, self.unequal = {}, [], []             # generator -> (degree, what it equals)
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
        """Use poly = 0 to reduce powers of a symbol in which its leading coefficient is a number."""
        for g in sorted({g for m in poly for g, _ in m if g[0] == "x" and g not in self.powers}):
            rows = parts_of(poly, g)
            degree = max(rows)
            if set(rows[degree]) == {()} and degree == int(degree):
                lower = {m: c for m, c in poly.items() if dict(m).get(g, 0) < degree}
                self.powers[g] = int(degree), scaled(lower, -1/rows[degree][()])
                return

    def times(self, p, q):
        return self.reduced(product(p, q))

    def reduced(self, p):
        for m, c in p.items():
            for g, e in m:
                degree, rest = self.powers.get(g, (e + 1, None))
                if e >= degree:
                    others = tuple((h, f - degree*(h == g)) for h, f in m if f - degree*(h == g))
                    return plus(self.reduced({k: v for k, v in p.items() if k != m}), self.times({others: c}, rest))
        return p

    def quotient(self, node):
        if isinstance(node, str):
            return ({(): number(node)} if number(node) else {}), {}
        kind, parts = node[0], node[1:]
        if kind == "x":
            return self.reduced(gen(("x", str(parts[0])))), {}
        if kind in BY_EXP:
            return self.quotient(BY_EXP[kind](parts[0]))
        if kind in ("nc", "sum", "I"):
            raise Outside("symbols that do not commute, symbolic sums, complex numbers")
        if kind == "^":
            return self.power(self.quotient(parts[0]), number(parts[1]))
        inner = [part if kind == "free" and i < 2 else self.quotient(part) for i, part in enumerate(parts)]
        if kind in ("+", "*"):
            found = ({}, {}) if kind == "+" else (ONE, {})
            for one in inner:
                found = (self.add if kind == "+" else self.multiply)(found, one)
            return found
        if kind == "exp":
            (num, den), = inner
            return {tuple(sorted((("exp", repr((m, sorted(den.items())))), c) for m, c in num.items())): Fraction(1)}, {}
        return gen((kind, *(repr((key(a[0]), sorted(a[1].items()))) if isinstance(a, tuple) else repr(a) for a in inner))), {}

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
        for factor, e in den.items():
            top = self.times(top, self.power((dict(factor), {}), Fraction(e))[0])
        (m, lead) = max(num.items())
        if len(num) > 1:
            return scaled(top, 1/lead), {key(scaled(num, 1/lead)): 1}
        exps = tuple((g, -e) for g, e in m if g[0] == "exp")           # an exponential is never zero
        below = {key(gen(g, e if e != int(e) else 1)): int(e) if e == int(e) else 1 for g, e in m if g[0] != "exp"}
        return self.times(top, {exps: 1/lead}), below

    def power(self, base, q):
        if abs(q) > 400:
            raise Outside("a power above 400")
        if q < 0:
            return self.inverse(self.power(base, -q))
        found = ONE, {}
        for _ in range(int(q)):
            found = self.multiply(found, base)
        if q != int(q):
            q -= int(q)
            found = self.multiply(found, self.root(base[0], q))
            for factor, e in base[1].items():
                if self.sign(dict(factor), True) != 1:
                    raise Outside("a root of a quotient")
                found = self.multiply(found, self.inverse(self.power((self.root(dict(factor), q)), Fraction(e))))
        return found

    def root(self, p, q):
        """p^q for p >= 0 and 0 < q < 1: numbers by their primes, common positive generators, the rest in one piece."""
        if not p:
            return {}, {}
        content = Fraction(gcd(*(c.numerator for c in p.values())), lcm(*(c.denominator for c in p.values())))
        p, found = scaled(p, 1/content), (ONE, {})
        for n, sign in ((content.numerator, 1), (content.denominator, -1)):
            for prime, e in primes(n):
                self.powers["prime", prime] = 1, {(): Fraction(prime)}
                whole = (q*e*sign).__floor__()
                found = self.multiply(found, self.power(({(): Fraction(prime)}, {}), Fraction(whole)))
                found = self.multiply(found, (gen(("prime", prime), q*e*sign - whole) if q*e*sign != whole else ONE, {}))
        for g in sorted(set.intersection(*({g for g, _ in m} for m in p)), key=repr):
            e = min(dict(m)[g] for m in p)
            if g[0] == "exp" or self.sign(gen(g), False) == 1:
                p = {tuple((h, f - e*(h == g)) for h, f in m if f - e*(h == g)): c for m, c in p.items()}
                found = self.multiply(found, (gen(g, e*q), {}))
        if p == ONE:
            return found
        if set(p) == {()}:
            raise Outside("a root of a negative number")
        self.powers["root", key(p)] = 1, p
        return self.multiply(found, (gen(("root", key(p)), q), {}))

    # ---- signs

    def sign(self, p, strict):
        """1 or -1 if p or -p is shown positive (not strict: nonnegative) on the domain, else 0."""
        return next((s for s in (1, -1) if self.positive(scaled(p, s), strict)), 0)

    def nonzero(self, p):
        return bool(self.sign(p, True)) or any(p in (g, scaled(g, -1)) for g in self.unequal)

    def positive(self, p, strict):
        if not p or slack(p, self.above, strict, [40], ()):
            return bool(p) or not strict
        gens = sorted({g for m in p for g, _ in m}, key=repr)
        if all(g[0] in ("prime", "pi") for g in gens):
            total = [sum(ends) for ends in zip(*(constant(m, c) for m, c in p.items()))]
            return total[0] > 0
        plain = lambda q: all(g[0] == "x" and e == int(e) for m in q for g, e in m)
        if not plain(p):
            return False
        own = [(g, s) for g, s in self.above if {x for m in g for x, _ in m} == set(gens) and plain(g)]
        if len(gens) == 1 and sturm(dense(p, gens[0]), [(dense(g, gens[0]), s) for g, s in own], strict):
            return True
        box = [self.bounds(g) for g in gens]
        return len(gens) <= 3 and not any(None in b for b in box) and bernstein(p, gens, box, strict)

    def bounds(self, g):
        found = [None, None]
        for p, _ in self.above:
            slope = p.get(((g, 1),), 0)
            if slope and set(p) <= {(), ((g, 1),)}:
                value, side = -p.get((), Fraction(0))/slope, slope < 0
                best = max if slope > 0 else min
                found[side] = value if found[side] is None else best(found[side], value)
        return tuple(found)


def primes(n):
    found, p = [], 2
    while p*p <= n and p < 50_000:
        while n % p == 0:
            n, found = n//p, [*found, p]
        p += 1
    found += [n]*(n > 1)
    return [(p, found.count(p)) for p in sorted(set(found))]


def constant(m, c):
    bounds = (c, c)
    for g, e in m:
        bounds = mul(bounds, root_of(pi() if g[0] == "pi" else (Fraction(g[1]),)*2, Fraction(e)))
    return bounds


def known_positive(p, above, strict):
    """Whether every term is known to be nonnegative (strict: and one of them positive)."""
    known = {m[0][0]: s for g, s in sorted(above, key=lambda one: one[1]) if len(g) == 1
             for m, c in g.items() if c > 0 and len(m) == 1 and m[0][1] == 1}
    always = {"exp": True, "prime": True, "pi": True, "root": False}
    some = False
    for m, c in p.items():
        if c < 0 or any(e % 2 and g not in known and g[0] not in always for g, e in m):
            return False
        some = some or all(known.get(g, always.get(g[0], False)) for g, _ in m)
    return some or not strict


def slack(p, above, strict, tries, fixed):
    """Whether no coefficient of p is negative once constraints, solved for symbols, have made these slacks."""
    tries[0] -= 1
    if known_positive(p, above, strict):
        return True
    for number_, (g, s) in enumerate(above):
        for x in sorted({x for m in g for x, e in m if x[0] == "x" and e == 1 and len(g) > 1} - set(fixed)):
            rows = parts_of(g, x)
            if tries[0] <= 0 or set(rows) - {0, 1} or not any(x in dict(m) for m in p):
                continue
            sign = next((k for k in (1, -1) if known_positive(scaled(rows[1], k), above, True)), None)
            if sign is None or any(e != int(e) for q in (p, *(h for h, _ in above)) for e in parts_of(q, x)):
                continue
            top = plus(gen(x), rows.get(0, {}), -1)                    # g = slope x + rest is the slack
            move = lambda h: moved(h, x, top, rows[1], sign)
            others = [(move(h), t) for i, (h, t) in enumerate(above) if i != number_] + [(gen(x), s)]
            if slack(move(p), others, strict, tries, (*fixed, x)):
                return True
    return False


def moved(p, x, top, bottom, sign=1):
    """p at x = top/bottom, times a positive power of bottom, which has this sign."""
    rows, total = parts_of(p, x), {}
    degree = int(max(rows, default=0))
    for e, row in rows.items():
        for factor in [top]*int(e) + [bottom]*(degree - int(e)):
            row = product(row, factor)
        total = plus(total, row)
    return scaled(total, sign**degree)


# ---- one variable: Sturm's theorem; a box: Bernstein coefficients

def dense(p, g):
    rows = parts_of(p, g)
    return [rows.get(k, {}).get((), Fraction(0)) for k in range(int(max(rows)) + 1)]


def at(p, x):
    total = Fraction(0)
    for c in reversed(p):
        total = total*x + c
    return total


def chain(p):
    rows = [p, [i*c for i, c in enumerate(p)][1:]]
    while rows[-1]:
        spend(len(rows[-1])**2)
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
    """Distinct real roots in (low, high]."""
    counts = []
    for x in (low, high):
        signs = [v > 0 for v in (at(p, x) for p in rows) if v]
        counts.append(sum(a != b for a, b in zip(signs, signs[1:])))
    return counts[0] - counts[1]


def sturm(p, above, strict):
    """Whether p > 0 (>= 0) where all constraints hold: signs between the roots of all, and at those of p."""
    whole = [Fraction(1)]
    for q in [p, *(g for g, _ in above)]:
        whole = [sum((whole[i]*q[k - i] for i in range(len(whole)) if 0 <= k - i < len(q)), Fraction(0))
                 for k in range(len(whole) + len(q) - 1)]
    rows, own, size = chain(whole), chain(p), 2 + max(abs(c/whole[-1]) for c in whole)
    inside = lambda x: all(at(g, x) > 0 or (at(g, x) == 0 and not s) for g, s in above)
    waiting, cells = [(-size, size)], 0
    while waiting:
        (a, b), cells = waiting.pop(), cells + 1
        count = roots_in(rows, a, b)
        for x in (a, b):
            if inside(x) and (at(p, x) < 0 or (strict and at(p, x) == 0)):
                return False
        excluded = any(at(g, a) < 0 and at(g, b) < 0 and not roots_in(chain(g), a, b) for g, _ in above)
        if count == 0 or excluded or (count == 1 and not (strict and roots_in(own, a, b)) and b - a < size/64):
            continue
        if cells > 600:
            return False
        waiting += [((a + b)/2, b), (a, (a + b)/2)]
    return True


def bernstein(p, gens, box, strict):
    """Whether p > 0 (>= 0) on a closed box, by coefficients and halving."""
    waiting, looked = [box], 0
    while waiting:
        box, looked, p_ = waiting.pop(), looked + 1, p
        for g, (low, high) in zip(gens, box):
            p_ = moved(p_, g, plus(scaled(gen(g), high - low), {(): low} if low else {}), ONE)
        table = {tuple(int(dict(m).get(g, 0)) for g in gens): c for m, c in p_.items()}
        for axis, n in enumerate(max(e[k] for e in table) for k in range(len(gens))):
            wide = {}
            for e, c in table.items():
                for k in range(e[axis], n + 1):
                    place = (*e[:axis], k, *e[axis + 1:])
                    wide[place] = wide.get(place, 0) + c*Fraction(comb(k, e[axis]), comb(n, e[axis]))
            spend(len(wide)*8)
            table = wide
        least = min(table.values())
        if least < 0 or (strict and least == 0):
            if looked > 200:
                return False
            axis = max(range(len(box)), key=lambda i: box[i][1] - box[i][0])
            middle = sum(box[axis])/2
            waiting += [[*box[:axis], half, *box[axis + 1:]] for half in ((box[axis][0], middle), (middle, box[axis][1]))]
    return True


# ---- intervals of fractions, rounded outward

def out(low, high):
    size = max(abs(low), abs(high)) or 1
    scale = 1 << BITS + max(0, size.denominator.bit_length() - size.numerator.bit_length())
    return Fraction(low*scale//1, scale), -Fraction(-high*scale//1, scale)


def mul(a, b):
    products = [x*y for x in a for y in b]
    return out(min(products), max(products))


def root_of(a, q):
    """a^q for a >= 0, by integer roots."""
    if a[0] < 0 or (q < 0 and not a[0]):
        raise Outside("a root of what may be negative, or zero in a denominator")
    n, ends = q.denominator, []
    for x in a if q > 0 else (1/a[1], 1/a[0]):
        target = int(x**abs(q.numerator)*(1 << BITS*n))
        guess = 1 << (target.bit_length() + n - 1)//n
        while (better := ((n - 1)*guess + target//guess**(n - 1))//n) < guess:
            guess = better
        ends += [Fraction(guess, 1 << BITS), Fraction(guess + 1, 1 << BITS)]
    return ends[0], ends[3]


def elementary(kind, a):
    """exp or log; the decimal module rounds them correctly, so one unit further out is a bound."""
    if max(map(abs, a)) > 3000 or (kind == "log" and a[0] <= 0):
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
    if isinstance(node, str):
        return (number(node),)*2
    kind, parts = node[0], node[1:]
    if kind == "x":
        return values[parts[0]]
    if kind == "pi":
        return pi()
    if kind in BY_EXP:
        return interval(BY_EXP[kind](parts[0]), values)
    if kind not in ("+", "*", "^", "exp", "log"):
        raise Outside(f"the function {kind}")
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
    if abs(q) > 4000 or (q < 0 and base[0] <= 0 <= base[1]):
        raise Outside("a high power, or a division by an interval around zero")
    ends = [x**int(q) for x in base] + [Fraction(0)]*(q > 0 and q % 2 == 0 and base[0] < 0 < base[1])
    return out(min(ends), max(ends))


# ---- what is checked: a judgement at values, a goal

def judged(formula, values, exact):
    """True, False or None (intervals overlap) for a statement; `exact` holds the values if all are exact."""
    word, parts = formula[0], formula[1:]
    if word in ("true", "false"):
        return word == "true"
    if word in ("and", "or", "not", "iff", "implies"):
        found = [judged(part, values, exact) for part in parts]
        if word == "iff":
            return None if None in found else len(set(found)) == 1
        if word in ("not", "implies"):
            found[0] = None if found[0] is None else not found[0]
        stop = word in ("or", "implies")
        return found[0] if word == "not" else stop if stop in found else None if None in found else not stop
    difference = ["+", parts[0], ["*", "-1", parts[1]]]
    low, high = interval(difference, values)
    if low <= 0 <= high and exact is not None and not Algebra().quotient(put(difference, exact))[0]:
        low = high = Fraction(0)
    signs = {s for s, possible in ((1, high > 0), (0, low <= 0 <= high), (-1, low < 0)) if possible}
    fits = {"=": {0}, "!=": {1, -1}, ">=": {0, 1}, ">": {1}, "<=": {0, -1}, "<": {-1}}[word]
    if word in ("=", "!=") and 0 in signs and exact is None:
        return word == "="                                             # agreement to the ball's radius
    return True if signs <= fits else None if signs & fits else False


def put(node, values):
    if isinstance(node, str):
        return node
    return values[node[1]] if node[0] == "x" else [node[0], *(put(part, values) for part in node[1:])]


def dyadic(text):
    m, e = text.split("*2^")
    if abs(int(e)) > 20_000 or len(m) > LONGEST:
        raise Outside("a ball of extreme size")
    return Fraction(int(m))*Fraction(2)**int(e)


def check_runs(payload, wanted):
    """Whether the statement has the wanted truth at all values written down."""
    for run in payload["at"]:
        balls = {name: [dyadic(x) for x in value[1:]] for name, value in run.items() if value[0] == "ball"}
        values = {name: (balls[name][0] - balls[name][1], sum(balls[name])) if name in balls else interval(value, {})
                  for name, value in run.items()}
        found = judged(payload["statement"], values, None if balls else run)
        if found is None:
            raise Outside("what intervals of this precision leave open")
        if found != wanted:
            raise Wrong(f"the statement is {str(found).lower()} at the values written down")


def check_goal(payload, kind):
    for one in payload.get("entries", ()):
        check_goal(one, kind)
    if "entries" in payload:
        return
    if payload["goal"][0] != kind:
        raise Wrong("the goal written down is of another kind")
    algebra = Algebra(payload["given"])
    whole, den = algebra.quotient(payload["goal"][1])
    if not all(algebra.nonzero(dict(factor)) for factor in den):
        raise Outside("that a denominator differs from zero")
    if kind == "zero" and whole:
        raise Outside("an identity that needs more than expanding")
    if kind == "distinct" and not algebra.nonzero(whole):
        raise Outside("that a difference is never zero")
    if kind in ("positive", "nonnegative"):
        for factor, e in den.items():
            whole = algebra.times(whole, dict(factor)) if e % 2 else whole
        if not algebra.positive(whole, kind == "positive"):
            by_factors(algebra, whole, payload.get("factors", ()), kind == "positive")


def by_factors(algebra, whole, factors, strict):
    """The sign of a product from the signs of the factors written down."""
    total, sign = ONE, 1
    for one in factors:
        f, den = algebra.quotient(one["factor"])
        total = algebra.times(total, algebra.power((f, {}), abs(number(str(one["power"]))))[0])
        s = algebra.sign(f, strict) if one["power"] % 2 else int(not strict or algebra.nonzero(f))
        if den or not s:
            raise Outside(f"the sign of a factor (by {one['how']})")
        sign *= s
    ratio = {c/total[m] if m in total else 0 for m, c in whole.items()}
    if len(whole) != len(total) or len(ratio) != 1 or ratio.pop()*sign <= 0:
        raise Outside("how factors make up the whole")


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
        found = json.loads(data, object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
        text = json.dumps({k: v for k, v in found.items() if k != "seal"}, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError, OSError, AttributeError) as error:
        raise Unreadable(f"{type(error).__name__}: {str(error)[:100]}") from None
    if found.get("format") != "demonstrandum/1" or len(data) > LARGEST:
        raise Unreadable(f"it is not of the format demonstrandum/1, or larger than {LARGEST >> 20} MiB")
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


def check(found, tell=print):
    """Check a certificate that `read` gave; {address: {"re-checked", "failed", "trusted", "reasons"}}."""
    counted = {}
    for theorem in found["theorems"]:
        count = counted[theorem["address"]] = {"re-checked": 0, "failed": 0, "trusted": 0, "reasons": {}}
        for claim in theorem["claims"]:
            stated = {json.dumps(one["payload"]["statement"]) for one in claim["evidence"]
                      if one["about"] == "claim" and one.get("payload")}
            for one in stated:
                tell(f"{claim['address']}: {show(json.loads(one))}")
            sound = all(one["verdict"] == ("HOLDS" if one["about"] == "claim" else "REFUTED") for one in claim["evidence"])
            if len(stated) > 1 or (claim["verdict"] == "HOLDS") != sound:
                count["failed"] += 1
                tell(f"  FAILED {claim['address']}: its verdict or statement does not fit its evidence")
            for name, function, arguments in pieces(claim):
                left[0] = WORK
                try:
                    function(*arguments)
                    count["re-checked"] += 1
                except (Outside, RecursionError, OverflowError, MemoryError) as reason:
                    count["trusted"] += 1
                    count["reasons"][str(reason)] = count["reasons"].get(str(reason), 0) + 1
                except (Wrong, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as reason:
                    count["failed"] += 1
                    tell(f"  FAILED {name}: {type(reason).__name__}: {reason}")
        tell("{}: {re-checked} re-checked, {failed} failed, {trusted} trusted to the kernel, SymPy and FLINT".format(
            theorem["address"], **count) + "".join(f"\n    {n} x {why}" for why, n in sorted(count["reasons"].items())))
    return counted


def main(path):
    """Exit status: 0 nothing failed, 1 something failed, 2 the file cannot be checked."""
    try:
        counted = check(read(path)).values()
    except (Unreadable, LookupError, TypeError, AttributeError) as reason:
        print(f"{path}: {reason}", file=sys.stderr)
        return 2
    print("in all " + ", ".join(f"{sum(one[word] for one in counted)} {word}" for word in ("re-checked", "failed", "trusted")))
    return int(any(one["failed"] for one in counted))


def add(subparsers):
    """Add the command to `qed`."""
    parser = subparsers.add_parser("check", help="check a certificate again with one small file of plain Python")
    parser.add_argument("file", help="what `qed verify --json FILE` wrote")
    parser.set_defaults(run=lambda arguments: main(arguments.file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python check.py FILE.json")
