"""Check a certificate again with nothing but this file: python check.py FILE.json, or qed check FILE.json.

Identities are expanded; signs follow from coefficients (in slack variables), discriminants, factors and the
products of squares and constraints written down; judgements are repeated in exact numbers and intervals.
Each piece is re-checked, failed, or outside this file's scope and then trusted to the program that wrote it.
Not checked: that a goal's assumptions are the theorem's, that its goals imply the statement, that the values
at which it is judged follow from the definitions; mutants, spoiled laboratories, errata.  No text is run as code.
Trusted: Python's integers and fractions, and that its decimal arithmetic, exp and ln round correctly.
"""

import hashlib
import json
import sys
from collections import Counter
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, Overflow
from fractions import Fraction
from functools import reduce
from math import gcd, isqrt, lcm

WORK, LONGEST, LARGEST, HIGHEST, TRIES, RUNS, BITS = 100_000, 4000, 1 << 26, 400, 8, 256, 400
left = [WORK]                      # work still allowed for this piece
DOWN, UP = (Context(prec=100, rounding=way) for way in (ROUND_FLOOR, ROUND_CEILING))
exactly = lambda q: tuple(way.divide(Decimal(q.numerator), Decimal(q.denominator)) for way in (DOWN, UP))
mul = lambda a, b: (min(DOWN.multiply(x, y) for x in a for y in b), max(UP.multiply(x, y) for x in a for y in b))
BY_OTHERS = {"tanh": lambda a: ["+", "1", ["*", "-2", ["^", ["+", "1", ["exp", ["*", "2", a]]], "-1"]]],
             "sinh": lambda a: ["*", "1/2", ["+", ["exp", a], ["*", "-1", ["exp", ["*", "-1", a]]]]],
             "cosh": lambda a: ["*", "1/2", ["+", ["exp", a], ["exp", ["*", "-1", a]]]],
             "asinh": lambda a: ["log", ["+", a, ["^", ["+", "1", ["^", a, "2"]], "1/2"]]]}
OPAQUE = ("exp", "log", "pi", "free", "sin", "cos", "atan", "erf")          # real wherever they are defined
FITS = {"=": {0}, "!=": {1, -1}, ">=": {0, 1}, ">": {1}, "<=": {0, -1}, "<": {-1}}
GOALS = {"zero": "=", "distinct": "!=", "positive": ">", "nonnegative": ">="}
LOGIC = {"and": min, "or": max, "not": lambda v: -v[0], "implies": lambda v: max(-v[0], v[1]),  # of 1, 0 (open), -1
         "iff": lambda v: min(v)*max(v), "true": lambda v: 1, "false": lambda v: -1}

class Outside(Exception):
    """Beyond what this file can check; the text says what is then trusted."""
class Wrong(Exception):
    """What is written is not so."""
class Unreadable(Exception):
    """The file is no certificate that can be checked."""

def stop(kind, text):
    raise kind(text)

def tell(line, file=None):
    print(line.encode("unicode_escape").decode(), file=file)

def spend(amount):
    left[0] -= amount
    left[0] >= 0 or stop(Outside, "what is too long to expand here")

def number(text):
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Outside("a number too long to read")
    top, _, bottom = text.partition("/")
    return Fraction(int(top), int(bottom or 1))

# ---- polynomials {((generator, exponent), ...): coefficient}, a generator being (kind, name)

ONE = {(): Fraction(1)}
scaled = lambda p, c: {m: v*c for m, v in p.items()}
gen = lambda g, e=1: {((g, e),): Fraction(1)}
key = lambda p: tuple(sorted(p.items()))
unit = lambda p: scaled(p, 1/abs(max(p.items())[1]))       # the same for two that differ by a positive number
gens = lambda p: sorted({g for m in p for g, _ in m})
size = lambda p: sum(1 + len(m)/4 + (c.numerator.bit_length() + c.denominator.bit_length() >> 6) for m, c in p.items())
lowered = lambda m, g, by: tuple((h, e - by*(h == g)) for h, e in m if e != by*(h == g))       # m/g^by

def plus(p, q, scale=1):
    found = {m: p.get(m, 0) + q.get(m, 0)*scale for m in {**p, **q}}
    return {m: c for m, c in found.items() if c}

def product(p, q):
    """The product; in a generator ("word", letters), whose letters do not commute, these are joined."""
    spend(size(p)*size(q) + 1)
    found = {}
    for m, c in p.items():
        for n, d in q.items():
            exps = dict(m)
            for g, e in n:
                if g[0] == "word":
                    before = next((h for h in exps if h[0] == "word"), ("word", ()))
                    exps.pop(before, None)
                    g = "word", before[1] + g[1]
                exps[g] = exps.get(g, 0) + e
            k = tuple(sorted((g, e) for g, e in exps.items() if e))
            found[k] = found.get(k, 0) + c*d
    return {m: c for m, c in found.items() if c}

def parts_of(p, g):
    """{e: coefficient of g^e}."""
    power = {m: dict(m).get(g, 0) for m in p}
    return {e: {lowered(m, g, e): c for m, c in p.items() if power[m] == e} for e in sorted(set(power.values()))}

def moved(p, g, top, bottom, sign=1):
    """p at g = top/bottom, times a positive power of bottom, which has this sign."""
    rows = parts_of(p, g)
    degree = int(max(rows, default=0))
    spend(degree**2)
    terms = (reduce(product, [top]*int(e) + [bottom]*(degree - int(e)), row) for e, row in rows.items())
    return scaled(reduce(plus, terms, {}), sign**degree)

def primes(n):
    """The prime factors of n, a factor without divisors below 10,000 being left whole."""
    spend(n.bit_length())
    least = next((p for p in range(2, min(isqrt(n), 10_000) + 1) if n % p == 0), n)
    return [least] + primes(n//least) if n > 1 else []

class Algebra:
    """Expressions as polynomials in symbols, roots, inverses and functions, with what is given of them.

    `meaning` says of which polynomials a generator is a function, `powers` which power of it is what, `above`
    what is positive (or nonnegative), and `sides` what must be so for all read so far to be defined.
    """

    def __init__(self, given=(), at=()):
        self.at, self.rough, self.above, self.sides = dict(at), False, [], []
        self.names, self.meaning, self.powers = {}, {}, {}
        for operator, node in sorted(given, key=lambda one: (one[0] != "=", len(repr(one)))):
            try:                                                       # a relation that holds is defined;
                for side in [(self.whole(self.read(node)), operator), *self.sides]:
                    self.assume(*side)
            except Outside:                                            # to assume less is sound
                pass
            self.sides = []
        used = {g for p, _ in self.above for g in gens(p) if g[0] == "x"}
        self.above += [(gen(g), True) for g in sorted(used) if self.positive(gen(g), True)]

    def assume(self, p, operator):
        if any(g[0] == "word" for g in gens(p)):
            return                                                     # letters have no size
        if operator in (">", ">=") and set(p) - {()}:
            self.above.append((unit(p), operator == ">"))
        if operator == "!=" and p:
            self.above.append((unit(product(p, p)), True))
        for g in gens(p) if operator == "=" else ():                   # p = 0 reduces powers of one symbol
            rows = parts_of(p, g)
            degree = max(rows)
            if g[0] == "x" and g not in self.powers and set(rows[degree]) == {()} and degree == int(degree):
                self.powers[g] = int(degree), scaled(plus(p, gen(g, degree), -rows[degree][()]), -1/rows[degree][()])
                return

    def times(self, p, q):
        return self.reduced(product(p, q))

    def reduced(self, p):
        spend(len(p) + 1)
        for m, g in ((m, g) for m in p for g, e in m if g in self.powers and e >= self.powers[g][0]):
            degree, rest = self.powers[g]
            rest = self.times({lowered(m, g, degree): p[m]}, rest)
            return plus(self.reduced({k: c for k, c in p.items() if k != m}), rest)
        return p

    def read(self, node):
        """The polynomial that an expression is; a denominator of several terms makes a generator "over"."""
        spend(1)
        if isinstance(node, str):
            return {(): number(node)} if number(node) else {}
        kind, parts = node[0], node[1:]
        if kind == "x" and self.at.get(parts[0], ["ball"])[0] != "ball":
            return self.read(self.at[parts[0]])
        if kind in ("x", "nc"):
            self.rough = self.rough or parts[0] in self.at
            return self.reduced(gen(("x", str(parts[0])) if kind == "x" else ("word", (str(parts[0]),))))
        if kind in BY_OTHERS:
            return self.read(BY_OTHERS[kind](*parts))
        if kind == "^":
            q = self.read(parts[1])
            return self.power(self.read(parts[0]), q.get((), Fraction(0))) if set(q) <= {()} else \
                stop(Outside, "a power whose exponent is no number")
        if kind in ("+", "*"):
            return reduce(plus if kind == "+" else self.times, map(self.read, parts))
        if kind not in OPAQUE:
            raise Outside(f"what is written as {str(kind)[:20]}")
        own, inner = ((kind, *map(repr, parts[:2])), parts[2:]) if kind == "free" else ((kind,), parts)
        inner = [self.read(part) for part in inner]
        if kind == "exp":
            return reduce(self.times, (gen(self.named(own, [{m: Fraction(1)}]), c) for m, c in inner[0].items()), ONE)
        if kind == "log":
            self.sides.append((self.whole(inner[0]), ">"))
        g = self.named(own, inner)
        if kind == "sin":
            self.powers[g] = 2, plus(ONE, gen(self.named(("cos",), inner), 2), -1)
        return gen(g)

    def named(self, own, inner):
        if any(g[0] == "word" for p in inner for g in gens(p)):
            raise Outside("a function of what does not commute")
        g = self.names.setdefault((own, *map(key, inner)), (own[0], len(self.names)))
        self.meaning[g] = inner
        return g

    def cleared(self, p):
        """(numerator, {factor: exponent} of the denominator)."""
        den = {}
        for g in gens(p):
            exps = [0, *(dict(m).get(g, 0) for m in p)]
            if g[0] == "over":
                p, den[key(self.meaning[g][0])] = moved(p, g, ONE, self.meaning[g][0]), max(exps)
            elif g[0] != "exp" and min(exps) < 0:
                k = -int(min(exps)//1)
                p, den[key(gen(g))] = product(p, gen(g, k)), k
        return self.reduced(p), den

    def whole(self, p):
        """A polynomial of the same sign, wherever p is defined."""
        p, den = self.cleared(p)
        return reduce(self.times, (dict(factor) for factor, e in den.items() if e % 2), p)

    def inverse(self, p):
        num, den = self.cleared(p)
        self.sides.append((num or stop(Wrong, "a division by zero"), "!="))
        m, lead = max(num.items())
        top = reduce(self.times, (dict(factor) for factor, e in den.items() for _ in range(e)), {(): 1/lead})
        under = self.named(("over",), [scaled(num, 1/lead)])
        return self.times(top, gen(under) if len(num) > 1 else {tuple((g, -e) for g, e in m): Fraction(1)})

    def power(self, base, q):
        whole = q//1 if abs(q) <= HIGHEST else stop(Outside, f"a power above {HIGHEST}")
        found = self.root(base, q - whole) if q != whole else ONE
        return reduce(self.times, [self.inverse(base) if q < 0 else base]*int(abs(whole)), found)

    def root(self, base, q):
        """base^q for base >= 0 and 0 < q < 1: the denominator's factors, prime numbers, and the rest in one piece."""
        self.sides.append((self.whole(base), ">="))
        (p, den), found = self.cleared(base), ONE
        if not p:
            return p
        for factor, e in den.items():
            s = self.sign(dict(factor), True) or stop(Outside, "a root of a quotient")
            p = scaled(p, s**e)
            found = self.times(found, self.power(self.root(scaled(dict(factor), s), q), -e))
        top, bottom = gcd(*(c.numerator for c in p.values())), lcm(*(c.denominator for c in p.values()))
        p = scaled(p, Fraction(bottom, top))
        for prime, e in [(n, q) for n in primes(top)] + [(n, -q) for n in primes(bottom)]:
            self.powers["prime", prime] = 1, {(): Fraction(prime)}
            found = self.times(found, {((("prime", prime), e - e//1),): Fraction(prime)**(e//1)})
        if set(p) == {()}:
            return found if p == ONE else stop(Outside, "a root of a negative number")
        g = self.named(("root",), [p])
        if g not in self.powers:
            self.powers[g] = 1, p
            self.above += [(gen(g), True)]*self.positive(p, True)
        return self.times(found, gen(g, q))

    def sign(self, p, strict):
        """1 or -1 if p or -p was shown to be positive (not strict: nonnegative), else 0."""
        return next((s for s in (1, -1) if self.positive(scaled(p, s), strict)), 0)

    def shown(self, p, need):
        return not p if need == "=" else self.positive(p, need == ">") if need != "!=" else \
            bool(self.sign(p, True) or self.positive(product(p, p), True))

    def positive(self, p, strict, depth=4):
        """Whether p > 0 (not strict: >= 0) was shown on the domain."""
        if not p or not depth:
            return not p and not strict
        p = unit(p)
        if any(p == g and (s or not strict) for g, s in self.above) or self.slack(p, self.above, strict, [TRIES]):
            return True
        for rows in (parts_of(p, g) for g in gens(p)):                 # a g^2 + b g + c by its discriminant
            a, b, c = (rows.get(e, {}) for e in (2, 1, 0))
            gap = plus(scaled(product(a, c), 4), product(b, b), -1)
            if a and set(rows) <= {0, 1, 2} and all(self.positive(*q, depth - 1) for q in ((a, True), (gap, strict))):
                return True
        return False

    def surely(self, p, above, strict):
        """Whether every term is known to be nonnegative (strict: and one of them positive)."""
        known = {m[0][0]: s for g, s in sorted(above, key=lambda one: one[1]) if len(g) == 1
                 for m, c in g.items() if c > 0 and len(m) == 1 and m[0][1] == 1}
        sure = lambda g: known.get(g, {"exp": True, "root": False}.get(g[0]))
        rows = {}
        for m, c in p.items():                                         # coefficients hold roots of primes, and pi
            rest = tuple(one for one in m if one[0][0] not in ("prime", "pi"))
            rows.setdefault(rest, {})[tuple(one for one in m if one not in rest)] = c
        return (not any(e % 2 and sure(g) is None for m in rows for g, e in m)
                and all(self.enclosed(c)[0] > 0 for c in rows.values())
                and (not strict or any(all(sure(g) for g, _ in m) for m in rows)))

    def slack(self, p, above, strict, tries):
        """Whether no coefficient of p is negative once constraints, solved for symbols, have made these slacks."""
        tries[0] -= 1
        if self.surely(p, above, strict):
            return True
        for place, (g, s) in enumerate(above):
            for x in sorted({x for m in g for x, e in m if x[0] == "x" and e == 1 and len(g) > 1}):
                rows, new = parts_of(g, x), gen(("slack", x[1]))
                if tries[0] <= 0 or set(rows) - {0, 1} or x not in gens(p):
                    continue
                sign = next((k for k in (1, -1) if self.surely(scaled(rows[1], k), above, True)), None)
                exps = [e for q in (p, *(h for h, _ in above)) for e in parts_of(q, x)]
                if sign is None or any(e < 0 or e != int(e) for e in exps):
                    continue                                           # g = slope x + rest becomes the slack
                move = lambda h: self.reduced(moved(h, x, plus(new, rows.get(0, {}), -1), rows[1], sign))
                others = [(move(h), t) for i, (h, t) in enumerate(above) if i != place] + [(new, s)]
                if self.slack(move(p), others, strict, tries):
                    return True
        return False

    def signs(self, p):
        low, high = self.enclosed(p) if self.cleared(p)[0] else (0, 0)
        return {s for s, possible in ((1, high > 0), (0, low <= 0 <= high), (-1, low < 0)) if possible}

    def enclosed(self, p):
        terms = (reduce(mul, (raised(self.bounds(*g), e) for g, e in m), exactly(c)) for m, c in p.items())
        return reduce(lambda a, b: (DOWN.add(a[0], b[0]), UP.add(a[1], b[1])), terms, exactly(0))

    def bounds(self, kind, name):
        inner = [self.enclosed(p) for p in self.meaning.get((kind, name), ())]
        if kind == "x" and name in self.at:
            middle, radius = map(dyadic, self.at[name][1:])
            return exactly(middle - abs(radius))[0], exactly(middle + abs(radius))[1]
        if kind in ("root", "over"):
            return raised(inner[0], 1 if kind == "root" else -1)
        if kind == "exp" or (kind == "log" and inner[0][0] > 0):
            return elementary(kind, inner[0])
        return exactly(name) if kind == "prime" else pi() if kind == "pi" else stop(Outside, f"bounds of {kind}")

def elementary(kind, a):
    """exp or log, correctly rounded to the nearest and then one unit further out."""
    low, high = (way.exp(end) if kind == "exp" else way.ln(end) for way, end in zip((DOWN, UP), a))
    return DOWN.next_minus(low), UP.next_plus(high)

def raised(a, q):
    """Bounds of a^q, for a broken q if a >= 0."""
    if (q < 0 and a[0] <= 0 <= a[1]) or (q != int(q) and a[0] < 0):
        raise Outside("a division by what may be zero, or a root of what may be negative")
    if q < 0:
        return raised((DOWN.divide(1, a[1]), UP.divide(1, a[0])), -q)
    if q != int(q):
        ends = (elementary("exp", mul(elementary("log", (x, x)), exactly(q))) if x else a for x in a)
        return next(ends)[0], next(ends)[1]
    low, high = mul(a, raised(a, q - 1)) if q % 2 else mul(*[raised(a, q//2)]*2) if q else exactly(1)
    return low if q % 2 else max(low, 0), high

def pi():
    """16 atan(1/5) - 4 atan(1/239), each term rounded down: off by less than 40 BITS units."""
    term = lambda c, n, k: c*(-1)**k*((1 << BITS)//((2*k + 1)*n**(2*k + 1)))
    total = sum(term(16, 5, k) + term(-4, 239, k) for k in range(BITS))
    return tuple(exactly(Fraction(total + s*40*BITS, 1 << BITS))[s > 0] for s in (-1, 1))

def dyadic(text):
    m, _, e = text.partition("*2^")
    return number(m)*Fraction(2)**int(e) if abs(int(e)) <= 20_000 else stop(Outside, "a ball of extreme size")

def judged(formula, at, agree=True):
    """1, -1 or 0 (left open) for a true or false statement; `agree`: an equation may hold to a ball's radius."""
    word, parts = formula[0], formula[1:]
    if word in LOGIC:
        return LOGIC[word]([judged(part, at, agree and word in ("and", "or")) for part in parts])
    at.rough, at.sides = False, []
    try:
        signs = at.signs(at.read(["+", parts[0], ["*", "-1", parts[1]]]))
        defined = all(at.signs(p) <= FITS[need] for p, need in at.sides)
    except (Outside, Wrong, Overflow):
        return 0
    if signs <= FITS[word] or (word == "=" and 0 in signs and at.rough and agree):
        return int(defined)
    return -int(defined and not signs & FITS[word])

def check_runs(payload, wanted):
    """Whether the statement has the wanted truth at all values written down."""
    if not 0 < len(payload["at"]) <= RUNS:
        raise Outside("a statement of which no values are written down, or too many")
    for run in payload["at"]:
        left[0] = WORK
        found = judged(payload["statement"], Algebra((), run)) or stop(Outside, "what intervals leave open")
        if (found > 0) != wanted:
            raise Wrong(f"the statement is {found > 0} at the values written down")

def check_goal(payload, kind):
    for one in payload["entries"] if payload.get("entries") else [payload]:
        (written, node), need, algebra = one["goal"], GOALS[kind], Algebra(one["given"])
        p = algebra.whole(algebra.read(node))
        value = p.get((), 0)
        if written != kind or (set(p) <= {()} and (value > 0) - (value < 0) not in FITS[need]):
            raise Wrong("the goal is false, or of another kind than was claimed")
        if not algebra.shown(p, need):
            by_factors(algebra, p, one.get("factors", ()), need == ">") if need in (">", ">=") else \
                stop(Outside, "an identity or a difference that needs more than expanding")
        for p, need in algebra.sides:
            algebra.shown(p, need) or stop(Outside, f"that what must be {need} 0 for it to be defined is so")

def by_factors(algebra, p, factors, strict):
    """The sign of p from the signs of the factors written down."""
    total = ONE
    for one in factors:
        f, power = algebra.read(one["factor"]), one["power"]
        s = algebra.sign(f, strict) or by_products(algebra, f, one, strict) if power % 2 else \
            not strict or algebra.shown(f, "!=")
        if not s:
            raise Outside(f"the sign of a factor (by {one['how']})")
        total = scaled(algebra.times(total, algebra.power(f, abs(number(str(power))))), s)
    if unit(p) != unit(total):
        raise Outside("how factors make up the whole")

def by_products(algebra, f, one, strict):
    """The sign of f if f times something positive is the sum of nonnegative products written down."""
    total, some, times = {}, not strict, algebra.read(one.get("times", "0"))
    for weight, nodes in one.get("products", ()):
        term, sure = {(): number(weight)}, number(weight) > 0 or stop(Wrong, "a weight is not positive")
        for node in nodes:
            q = algebra.read(node)
            sure = sure and algebra.positive(q, True)
            if not (sure or (node[0] == "^" and number(node[2]) % 2 == 0) or algebra.positive(q, False)):
                return 0
            term = algebra.times(term, q)
        total, some = plus(total, term), some or sure
    signs = (s for s in (1, -1) if scaled(algebra.times(f, times), s) == total)
    return next(signs, 0) if some and algebra.positive(times, True) else 0

# ---- the file

def read(path):
    """The certificate, if its seal fits it; Unreadable says what is wrong with it."""
    refuse = lambda text: stop(Unreadable, f"the number {text[:30]} is a float, which no certificate holds")
    pairs = lambda found: dict(found) if len(dict(found)) == len(found) else stop(Unreadable, "a key occurs twice")
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
        found = json.loads(data, object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
        text = json.dumps({k: v for k, v in found.items() if k != "seal"}, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError, OSError, AttributeError) as error:
        raise Unreadable(f"{type(error).__name__}: {str(error)[:100]}") from None
    if len(data) > LARGEST or found.get("format") != "demonstrandum/1":
        raise Unreadable(f"it is not of the format demonstrandum/1, or larger than {LARGEST >> 20} MiB")
    if found.get("seal") != hashlib.sha256(text.encode()).hexdigest():
        raise Unreadable("its seal does not fit: something was altered after it was written")
    return found

def show(node):
    if isinstance(node, str) or node[0] in ("x", "nc"):
        return node if isinstance(node, str) else node[1]
    inner = [show(part) for part in node[1 + 2*(node[0] == "free"):]]
    name = f"{node[1]}{node[2] if any(node[2]) else ''}" if node[0] == "free" else node[0]
    between = name in ("+", "*", "^", "and", "or", "iff", "implies", *FITS) and len(inner) > 1
    return f"({f' {name} '.join(inner)})" if between else f"{name}({', '.join(inner)})"

def check_verdict(claim):
    """A claim's statement, if its verdict fits its evidence (a proof has goals) and all is about that one statement."""
    stated = {json.dumps(one["payload"]["statement"]) for one in claim["evidence"]
              if one["about"] == "claim" and one.get("payload")}
    sound = [one["verdict"] == ("HOLDS" if one["about"] == "claim" else "REFUTED") and one.get("goals") != []
             and all(goal["verdict"] == one["verdict"] for goal in one.get("goals", ())) for one in claim["evidence"]]
    if len(stated) > 1 or (claim["verdict"] == "HOLDS") != (sound != [] and all(sound)):
        raise Wrong("its verdict or statement does not fit its evidence")
    return "".join(show(json.loads(one)) for one in stated)

def pieces(claim):
    """(name, function, arguments) for all that a claim's certificate writes down, its verdict first."""
    yield claim["address"], check_verdict, (claim,)
    for one in claim["evidence"]:
        for goal in one.get("goals", ()):
            if goal["kind"] != "cited" and goal["verdict"] == "HOLDS":
                yield f"{one['address']}: {goal['why']}", check_goal, (goal["payload"], goal["kind"])
        if not ("goals" in one or one["verdict"] == "UNDECIDED" or one["about"] in ("mutants", "spoiled laboratory")):
            yield one["address"], check_runs, (one.get("payload") or {"at": ()}, one["verdict"] == "HOLDS")

def tried(function, arguments):
    """("re-checked" | "failed" | "trusted", what was found)."""
    left[0] = WORK
    try:
        return "re-checked", function(*arguments)
    except (Outside, RecursionError, OverflowError, Overflow, MemoryError) as reason:
        return "trusted", str(reason)
    except (Wrong, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as reason:
        return "failed", f"{type(reason).__name__}: {reason}"

def check(found, tell=tell):
    """Check a certificate that `read` gave; {address: how many pieces were "re-checked", "failed", "trusted"}."""
    counted = {}
    for theorem in found["theorems"]:
        count, reasons = counted.setdefault(theorem["address"], Counter(failed=0)), Counter()
        for name, function, arguments in (piece for claim in theorem["claims"] for piece in pieces(claim)):
            status, told = tried(function, arguments)
            count[status] += status == "failed" or function is not check_verdict
            reasons[told] += status == "trusted"
            if status == "failed" or function is check_verdict:
                tell(f"{name}: {'FAILED: '*(status == 'failed')}{told}")
        count["failed"] += theorem["verdict"] == "HOLDS" and {one["verdict"] for one in theorem["claims"]} != {"HOLDS"}
        tell(f"{theorem['address']}: {count['re-checked']} re-checked, {count['failed']} failed, "
             f"{count['trusted']} trusted to the kernel, SymPy and FLINT")
        for why, n in sorted((+reasons).items()):
            tell(f"    {n} x {why}")
    return counted

def main(path):
    """Exit status: 0 nothing failed, 1 something failed, 2 the file cannot be checked."""
    try:
        total = sum(check(read(path)).values(), Counter())
    except (Unreadable, LookupError, TypeError, AttributeError, RecursionError) as reason:
        tell(f"{path}: {type(reason).__name__}: {reason}", sys.stderr)
        return 2
    tell("in all " + ", ".join(f"{total[word]} {word}" for word in ("re-checked", "failed", "trusted")))
    return int(total["failed"] > 0)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python check.py FILE.json")
