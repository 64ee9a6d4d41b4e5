"""Check a certificate again with nothing but this file: python check.py FILE.json, or qed check FILE.json.

Identities are expanded; signs follow from coefficients (in slack variables), discriminants, factors and the products
of squares and constraints written down; judgements and Krawczyk's test are repeated in exact numbers and intervals.
Each piece is re-checked, failed, or outside this file's scope and then trusted to the program that wrote it.
Not checked: that a goal's assumptions are the theorem's, that its goals imply the statement, that the values
at which it is judged follow from the definitions; mutants, spoiled laboratories, errata.  No text is run as code.
Trusted: Python's integers and fractions.  Intervals, roots and elementary functions are made of integers here.
"""

import hashlib
import json
import math
import sys
from collections import Counter
from contextlib import suppress
from fractions import Fraction
from functools import cache, reduce
from itertools import count

WORK, LONGEST, LARGEST, HIGHEST, TRIES, RUNS, BITS, FAR = 100_000, 4000, 1 << 26, 400, 8, 256, 768, 1 << 15
left = [WORK]                                                               # work still allowed for this piece
BY_OTHERS = {"tanh": lambda a: ["+", "1", ["*", "-2", ["^", ["+", "1", ["exp", ["*", "2", a]]], "-1"]]],
             "sinh": lambda a: ["*", "1/2", ["+", ["exp", a], ["*", "-1", ["exp", ["*", "-1", a]]]]],
             "cosh": lambda a: ["*", "1/2", ["+", ["exp", a], ["exp", ["*", "-1", a]]]],
             "asinh": lambda a: ["log", ["+", a, ["^", ["+", "1", ["^", a, "2"]], "1/2"]]]}
OPAQUE = ("exp", "log", "pi", "free", "sin", "cos", "atan", "erf")          # real wherever they are defined
FITS = {"=": {0}, "!=": {1, -1}, ">=": {0, 1}, ">": {1}, "<=": {0, -1}, "<": {-1}}
GOALS = {"zero": "=", "distinct": "!=", "positive": ">", "nonnegative": ">="}
LOGIC = {"and": min, "or": max, "not": lambda v: -v[0], "implies": lambda v: max(-v[0], v[1]),  # of 1, 0 (open), -1
         "iff": lambda v: min(v)*max(v), "true": lambda v: 1, "false": lambda v: -1}

class Outside(Exception): """Beyond what this file can check; the text says what is then trusted."""
class Wrong(Exception): """What is written is not so."""
class Unreadable(Exception): """The file is no certificate that can be checked."""

tell = lambda line, file=None: print(line.encode("unicode_escape").decode(), file=file)
def stop(kind, text):
    raise kind(text)

def spend(amount):
    left[0] -= amount
    left[0] >= 0 or stop(Outside, "what is too long to expand here")

def number(text):
    top, _, bottom = text.partition("/") if isinstance(text, str) and len(text) <= LONGEST else \
        stop(Outside, "a number too long to read")
    return Fraction(int(top), int(bottom)) if bottom else int(top)

# ---- polynomials {((generator, exponent), ...): coefficient}, a generator being (kind, name)
ONE = {(): 1}
scaled = lambda p, c: {m: v*c for m, v in p.items()}
gen = lambda g, e=1: {((g, e),): 1}
key = lambda p: tuple(sorted(p.items()))
plus = lambda p, q, scale=1: {m: c for m in {**p, **q} if (c := p.get(m, 0) + q.get(m, 0)*scale)}
content = lambda p: (math.gcd(*(c.numerator for c in p.values())), math.lcm(*(c.denominator for c in p.values())))
unit = lambda p: {m: int(c*k[1])//k[0] for k in [content(p)] for m, c in p.items()}             # p over its content
gens = lambda p: sorted({g for m in p for g, _ in m})
degree = lambda m, g: next((e for h, e in m if h == g), 0)
least = lambda p, g: min((degree(m, g) for m in p), default=0)
size = lambda p: sum(1 + len(m)/4 + (c.numerator.bit_length() + c.denominator.bit_length() >> 6) for m, c in p.items())
lowered = lambda m, g, by: tuple((h, e - by*(h == g)) for h, e in m if e != by*(h == g))        # m/g^by
slope = lambda p, x: {lowered(m, x, 1): c*degree(m, x) for m, c in p.items() if degree(m, x)}   # of a true polynomial
parts_of = lambda p, g: {e: {lowered(m, g, e): c for m, c in p.items() if degree(m, g) == e}     # coefficients of g^e
                         for e in sorted({degree(m, g) for m in p})}

def product(p, q):  # the product; in a generator ("word", letters), whose letters do not commute, these are joined
    spend(size(p)*size(q) + 1)
    found = {}
    for (m, c), (n, d) in ((one, other) for one in p.items() for other in q.items()):
        exps = dict(m)
        for g, e in n:
            if g[0] == "word":
                before = next((h for h in exps if h[0] == "word"), ("word", ()))
                g = "word", before[1] + g[1]
                exps.pop(before, None)
            exps[g] = exps.get(g, 0) + e
        k = tuple(sorted((g, e) for g, e in exps.items() if e))
        found[k] = found.get(k, 0) + c*d
    return {m: c for m, c in found.items() if c}

def moved(p, g, top, bottom, sign=1):  # p at g = top/bottom, times a positive power of bottom, which has this sign
    rows, highest = parts_of(p, g), int(max([0, *(degree(m, g) for m in p)]))
    spend(highest**2)
    terms = (reduce(product, [top]*int(e) + [bottom]*(highest - int(e)), row) for e, row in rows.items())
    return scaled(reduce(plus, terms, {}), sign**highest)

def square_root(p):  # s with s^2 = p, found from the highest term down, or None
    order = gens(p)
    top = lambda q: max(q.items(), key=lambda term: [degree(term[0], g) for g in order])
    (m, c), r = top(p), math.isqrt(abs(top(p)[1].numerator))
    if c != r*r or any(e % 2 for _, e in m): return None
    s, under = {tuple((g, e//2) for g, e in m): r}, {tuple((g, -e//2) for g, e in m): Fraction(1, 2*r)}
    while rest := plus(p, product(s, s), -1):
        s, term = plus(s, term := product(dict([top(rest)]), under)), term
        if any(e < 0 for m in term for _, e in m): return None
    return s

def primes(n):  # its prime factors; what has no divisor below 1000, or more than 40 digits, is left whole
    p = next((p for p in range(2, 1000) if n % p == 0), n) if n < 1 << 132 else n
    return [p, *primes(n//p)] if n > 1 else []

class Algebra:
    """Expressions as polynomials in symbols, roots, inverses and functions, with what is given of them.
    `meaning` says of which polynomials a generator is a function, `powers` which power of it is what, `above`
    what is positive (or nonnegative), and `sides` what must be so for all read so far to be defined.
    """
    times = lambda self, p, q: self.reduced(product(p, q))
    def __init__(self, given=(), at=None):
        self.at, self.numeric, self.rough, self.above, self.sides = at or {}, at is not None, False, [], []
        self.names, self.meaning, self.powers, equations = {}, {}, {}, []
        for operator, node in sorted(given, key=lambda one: len(repr(one))):
            with suppress(Outside):                                         # to assume less is sound
                for p, need in [(self.whole(self.read(node)), operator), *self.sides]:
                    p = product(p, p) if need == "!=" else p
                    if set(p) - {()} and not any(g[0] == "word" for g in gens(p)):             # letters have no size
                        self.above += [(unit(p), need != ">=")]*(need in (">", ">=", "!="))
                        equations += [p]*(need == "=")
            self.sides = []                                                 # a relation that holds is defined
        for good in (lambda lead, _: set(lead) == {()}, self.shown):
            for p in (self.whole(self.reduced(p)) for p in equations):
                any(self.solved(p, g, good) for g in gens(p))
        self.above = [(unit(p), s) for g, s in self.above if set(p := self.whole(self.reduced(g))) - {()}]
        self.sides = []
    def solved(self, p, g, good):  # whether p = 0 now reduces powers of the symbol g, its highest coefficient being good
        e, lead = max(parts_of(p, g).items())
        if g[0] != "x" or g in self.powers or e != int(e) or e < 1 or not good(lead, "!="): return False
        self.powers[g] = int(e), self.times(plus(product(gen(g, e), lead), p, -1), self.inverse(lead))
        return True
    def reduced(self, p):
        spend(len(p) + 1)
        for m, g in ((m, g) for m in p for g, e in m if g in self.powers and e >= self.powers[g][0]):
            rest = self.times({lowered(m, g, self.powers[g][0]): p[m]}, self.powers[g][1])
            return plus(self.reduced({k: c for k, c in p.items() if k != m}), rest)
        return p
    def read(self, node):  # the polynomial that an expression is; a denominator of several terms makes a generator "over"
        spend(1)
        if isinstance(node, str): return {(): number(node)} if number(node) else {}
        kind, parts = node[0], node[1:]
        if kind == "x" and self.at.get(parts[0], ["ball"])[0] != "ball": return self.read(self.at[parts[0]])
        if kind in ("x", "nc"):
            self.rough = self.rough or parts[0] in self.at
            return self.reduced(gen(("x", str(parts[0])) if kind == "x" else ("word", (str(parts[0]),))))
        if kind in BY_OTHERS: return self.read(BY_OTHERS[kind](*parts))
        if kind == "^":
            base, q = self.read(parts[0]), self.read(parts[1])
            return self.power(base, q.get((), 0)) if set(q) <= {()} else stop(Outside, "an exponent that is no number")
        if kind in ("+", "*"): return reduce(plus if kind == "+" else self.times, map(self.read, parts))
        if kind not in OPAQUE: raise Outside(f"what is written as {str(kind)[:20]}")
        own, inner = ((kind, *map(repr, parts[:2])), parts[2:]) if kind == "free" else ((kind,), parts)
        inner = [self.read(part) for part in inner]
        if kind == "exp": return reduce(self.times, (self.exponential(m, c) for m, c in inner[0].items()), ONE)
        if kind == "log": return reduce(plus, (scaled(gen(self.named(own, [f])), e) for f, e in self.split(inner[0], ">")), {})
        g = self.named(own, inner)
        if kind == "sin": self.powers[g] = 2, plus(ONE, gen(self.named(("cos",), inner), 2), -1)
        if kind in ("sin", "cos"): self.above += [s for k in (1, -1) if (s := (plus(ONE, gen(g), k), False)) not in self.above]
        return gen(g)
    def named(self, own, inner):
        if any(g[0] == "word" for p in inner for g in gens(p)): raise Outside("a function of what does not commute")
        g = self.names.setdefault((own, *map(key, inner)), (own[0], len(self.names)))
        self.meaning[g] = inner
        return g
    def cleared(self, p):  # (numerator, {factor: exponent} of the denominator); no exponential divides the numerator
        den = {}
        for g in gens(p):
            if g[0] == "over":
                under, k = self.meaning[g][0], max(parts_of(p, g), default=0)
                p, den[key(under)] = moved(p, g, ONE, under), k
            elif k := -least(p, g) if g[0] == "exp" else -int(min(0, least(p, g))//1):
                p, den[key(gen(g))] = product(p, gen(g, k)), k
        return self.reduced(p), den
    def whole(self, p, full=False):  # a polynomial of the sign of p; numerator times denominator, if full
        p, den = self.cleared(p)
        for f, e in ((f, e) for factor, e in den.items() if len(f := dict(factor)) > 1 or gens(f)[0][0] != "exp"):
            s = 0 if full or e % 2 == 0 else self.sign(f, False)
            p = scaled(p, s) if s else reduce(self.times, [f]*(e if full else e % 2), p)
        return p
    def rooted(self, p):  # the generator g of which g^q is p^q, for p >= 0; "constant" if p is a number
        g = self.named(("root" if set(p) - {()} else "constant",), [p])
        if g not in self.powers:
            self.powers[g] = 1, p
            self.above += [(gen(g), True)]*self.positive(p, True)
        return g
    def absolute(self, f):  # the size of f: f or -f if its sign is known, or else a root
        if s := self.sign(f, False): return scaled(f, s)
        found = gen(self.rooted(self.times(f, f)), Fraction(1, 2))
        self.above += [one for k in (1, -1) if (one := (unit(plus(found, f, k)), False)) not in self.above]
        return found
    def split(self, base, need):  # base as product of f^e: [(f, e)], each f positive, a size, a prime, or as needed
        self.sides.append((self.whole(base), need))
        p, powers = self.cleared(base)
        powers, found = {factor: -e for factor, e in powers.items()}, []
        for f, g in ((key(gen(g)), g) for g in gens(p)):
            e = least(p, g)
            p, powers[f] = {lowered(m, g, e): c for m, c in p.items()}, powers.get(f, 0) + e
        for f, e in ((dict(factor), e) for factor, e in powers.items() if e):
            s = 1 if gens(f)[0][0] == "root" and len(f) == 1 else self.sign(f, True)
            odd = int(not s and e % 2)
            p = self.times(p, f) if odd else scaled(p, s) if e % 2 == 1 else p
            found.append((scaled(f, s) if s else self.absolute(f), e - odd))
        found += [({(): prime}, e) for n, e in zip(content(p), (1, -1)) for prime in primes(n)]
        p = unit(p) if p else stop(Wrong, "a logarithm or inverse root of zero")
        s = square_root(p) if set(p) - {()} else None
        return found + ([(self.absolute(s), 2)] if s else [(p, 1)]*(p != ONE))
    def lifted(self, f, e):  # f^e for f >= 0 and any number e
        (m, c), *more = f.items()
        if not more and c == 1 and [g[0] for g, _ in m] in (["exp"], ["root"]):
            return self.reduced({tuple((g, k*e) for g, k in m): 1})
        f != {(): -1} or stop(Outside, "a root of a negative number")
        return self.times(self.power(f, e//1), gen(self.rooted(f), e % 1) if e % 1 else ONE)
    def exponential(self, m, c):  # exp(c m) for a monomial m, which may be a logarithm
        of_log = len(m) == 1 and m[0][0][0] == "log" and m[0][1] == 1
        return self.lifted(self.meaning[m[0][0]][0], c) if of_log else gen(self.named(("exp",), [{m: 1}]), c)
    def inverse(self, p):
        num, den = self.cleared(p)
        self.sides.append((num or stop(Wrong, "a division by zero"), "!="))
        (m, lead), top = max(num.items()), ONE
        for f, e in den.items():
            top = self.times(top, gen(f[0][0][0][0], e) if len(f) == 1 else reduce(self.times, [dict(f)]*e))
        under, top = scaled(num, Fraction(1, lead)), scaled(top, Fraction(1, lead))
        return self.times(top, gen(self.named(("over",), [under])) if len(num) > 1 else {tuple((g, -e) for g, e in m): 1})
    def power(self, base, q):  # base^q: for a broken q by the factors of the base, which must be >= 0
        abs(q) <= HIGHEST or stop(Outside, f"a power above {HIGHEST}")
        whole = reduce(self.times, [self.inverse(base) if q < 0 else base]*int(abs(q//1)), ONE)
        factors = self.split(base, ">=") if q % 1 and base else []
        return reduce(self.times, (self.lifted(f, e*(q % 1)) for f, e in factors), whole if base or q == int(q) else {})
    sign = lambda self, p, strict: next((s for s in (1, -1) if self.positive(scaled(p, s), strict)), 0)     # 0: not known
    shown = lambda self, p, need: not p if need == "=" else self.positive(p, need == ">") if need != "!=" else \
        bool(self.sign(p, True) or self.positive(product(p, p), True))
    def positive(self, p, strict, depth=4):  # whether p > 0 (not strict: >= 0) was shown on the domain
        if not p or not depth or self.numeric:
            return self.numeric and self.signs(p) <= FITS[">" if strict else ">="] or not p and not strict
        p = unit(p)
        if any(p == g and (s or not strict) for g, s in self.above) or self.slack(p, self.above, strict, [TRIES]): return True
        for rows in (parts_of(p, g) for g in gens(p)):                      # a g^2 + b g + c by its discriminant
            a, b, c = (rows.get(e, {}) for e in (2, 1, 0))
            pairs = (a, True), (plus(scaled(product(a, c), 4), product(b, b), -1), strict)
            if a and set(rows) <= {0, 1, 2} and all(self.positive(*q, depth - 1) for q in pairs): return True
        return False
    def surely(self, p, above, strict):  # whether every term is known to be nonnegative (strict: and one of them positive)
        known = {m[0][0]: s for g, s in sorted(above, key=lambda one: one[1]) if len(g) == 1
                 for m, c in g.items() if c > 0 and len(m) == 1 and m[0][1] == 1}
        sure, rows = lambda g: known.get(g, {"exp": True, "root": False}.get(g[0])), {}
        for m, c in p.items():                                              # coefficients hold roots of primes, and pi
            rest = tuple(one for one in m if one[0][0] not in ("constant", "pi"))
            rows.setdefault(rest, {})[tuple(one for one in m if one not in rest)] = c
        some = not strict or any(all(sure(g) for g, _ in m) for m in rows)
        odd = any(e % 2 and sure(g) is None for m in rows for g, e in m)
        return some and not odd and all(self.enclosed(c)[0] > 0 for c in rows.values())
    def slack(self, p, above, strict, tries):  # the same, once constraints, solved for symbols, have made these slacks
        tries[0] -= 1
        if self.surely(p, above, strict): return True
        for place, (g, s) in enumerate(above):
            for x in sorted({x for m in g for x, e in m if x[0] == "x" and e == 1 and len(g) > 1}):
                rows, new = parts_of(g, x), gen(("slack", x[1]))
                if tries[0] <= 0 or set(rows) - {0, 1} or x not in gens(p): continue
                sign = next((k for k in (1, -1) if self.surely(scaled(rows[1], k), above, True)), None)
                if sign is None or any(e < 0 or e != int(e) for q in (p, *(h for h, _ in above)) for e in parts_of(q, x)):
                    continue                                                # g = slope x + rest becomes the slack
                move = lambda h: self.reduced(moved(h, x, plus(new, rows.get(0, {}), -1), rows[1], sign))
                others = [(move(h), t) for i, (h, t) in enumerate(above) if i != place] + [(new, s)]
                if self.slack(move(p), others, strict, tries): return True
        return False
    def signs(self, p):
        low, high = self.enclosed(p) if self.cleared(p)[0] else ZERO
        return {s for s, possible in ((1, high > 0), (0, low <= 0 <= high), (-1, low < 0)) if possible}
    def enclosed(self, p):
        spend(1)
        terms = (reduce(mul, (raised(self.bounds(*g), e) for g, e in m), exactly(c)) for m, c in p.items())
        return reduce(add, terms, ZERO)
    def bounds(self, kind, name):
        inner = [self.enclosed(p) for p in self.meaning.get((kind, name), ())]
        if kind == "x" and name in self.at: return ball(*self.at[name])
        if kind in ("root", "constant", "over"): return raised(inner[0], -1 if kind == "over" else 1)
        if kind in ("sin", "cos"): return wave(inner[0], kind == "sin")
        if kind in RISING and (kind != "log" or inner[0][0] > 0): return rising(RISING[kind], inner[0])
        return pi() if kind == "pi" else stop(Outside, f"bounds of {kind}")

# ---- intervals (low, high) in units of 2^-BITS, whole numbers rounded outward
ZERO, UNIT, MINUS = (0, 0), (1 << BITS, 1 << BITS), (-1 << BITS, -1 << BITS)
exactly = lambda q: ((q.numerator << BITS)//q.denominator, -((-q.numerator << BITS)//q.denominator))
add = lambda a, b: (a[0] + b[0], a[1] + b[1])
over = lambda a, d: (a[0]//d, -(-a[1]//d))                                  # for a whole number d > 0
log2 = lambda a: max(a[0].bit_length(), a[1].bit_length()) - BITS           # all of a is below 2^log2(a) in size
root = lambda a: (math.isqrt(max(0, a[0]) << BITS), math.isqrt(a[1] << BITS) + 1)
inverse = lambda a: ((1 << 2*BITS)//a[1], -(-(1 << 2*BITS)//a[0])) if a[0]*a[1] > 0 else \
    stop(Outside, "a division by what may be zero")
rising = lambda f, a: (f((a[0], a[0]))[0], f((a[1], a[1]))[1])              # an increasing function: by its ends

def mul(a, b):
    ends = sorted(x*y for x in a for y in b) if log2(a) + log2(b) < FAR else stop(Outside, "a number of extreme size")
    return ends[0] >> BITS, -(-ends[3] >> BITS)

def raised(a, q):  # bounds of a^q, for a broken q if a >= 0
    if q % 1:
        a[0] >= 0 or stop(Outside, "a root of what may be negative")
        by_log = lambda x: rising(exp, mul(log(x), exactly(q))) if x[0] else x
        return root(raised(a, 2*q)) if q.denominator == 2 else rising(by_log, a) if q > 0 else raised(inverse(a), -q)
    if q <= 0: return raised(inverse(a), -q) if q else UNIT
    low, high = mul(a, raised(a, q - 1)) if q % 2 else mul(*[raised(a, q//2)]*2)
    return low if q % 2 else max(low, 0), high

def series(first, y, d):
    """Bounds of the sum of first*y^n/d(n), n = 0, 1, ..., where d(n + 1) >= (n + 1) d(n), or d rises and |y| < 1/2:
    from n = 2|y| on each term is at most half the one before, so that what is left out is less than the last."""
    total, power = ZERO, first
    for n in count():
        spend(1)
        term = over(power, d(n))
        total, power, size = add(total, term), mul(power, y), max(-term[0], term[1])
        if size <= 1 and n >= 1 << max(0, log2(y) + 1): return add(total, (-size, size))

def waves(x, sign):  # cos x and sin x, or for sign 1 cosh x and sinh x: by series at x/2^k, and doubled k times
    k = max(0, log2(x) + 8) if log2(x) < 64 else stop(Outside, "an angle of extreme size")
    part, sign = over(x, 1 << k), exactly(sign)
    y = mul(sign, mul(part, part))
    c, s = series(UNIT, y, lambda n: math.factorial(2*n)), series(part, y, lambda n: math.factorial(2*n + 1))
    for _ in range(k):
        c, s = add(mul(c, c), mul(sign, mul(s, s))), mul(exactly(2), mul(s, c))
    return c, s

wave = lambda a, which: add(waves((a[0], a[0]), -1)[which], (a[0] - a[1], a[1] - a[0]))         # by slopes in [-1, 1]
exp = lambda x: inverse(exp(mul(MINUS, x))) if x[0] < 0 else add(*waves(x, 1))                  # of a point

def arc(z, sign):  # atan z, or for sign 1 atanh z: by its series after arc z = 2 arc(z/(1 + sqrt(1 - sign z^2))) eight times
    for _ in range(8): z = mul(z, inverse(add(UNIT, root(add(UNIT, mul(exactly(-sign), mul(z, z)))))))
    return mul(exactly(256), series(z, mul(exactly(sign), mul(z, z)), lambda n: 2*n + 1))

def log(x):  # a guess g, and log u = 2 atanh((u - 1)/(u + 1)) for u = x/exp g, whatever the guess
    g = exactly(Fraction(math.log(x[0]) - BITS*math.log(2)))
    u = mul(x, exp(mul(MINUS, g)))
    return add(g, mul(exactly(2), arc(mul(add(u, MINUS), inverse(add(u, UNIT))), 1)))

def erf(x):
    y = mul(MINUS, mul(x, x)) if log2(x) < 5 else stop(Outside, "the error function far out")
    return mul(mul(exactly(2), series(x, y, lambda n: math.factorial(n)*(2*n + 1))), inverse(root(pi())))

pi = cache(lambda: mul(exactly(4), arc(UNIT, -1)))
RISING = {"exp": exp, "log": log, "atan": lambda x: arc(x, -1), "erf": erf}

def dyadic(text):
    m, _, e = text.partition("*2^")
    return number(m)*Fraction(2)**int(e) if abs(int(e)) < FAR else stop(Outside, "a ball of extreme size")

ball = lambda _, m, r: (exactly(dyadic(m) - abs(dyadic(r)))[0], exactly(dyadic(m) + abs(dyadic(r)))[1])

# ---- pieces
def judged(formula, at, agree=True):  # 1, -1, or 0 if left open; if it may agree, an equation holds to a ball's radius
    word, parts = formula[0], formula[1:]
    if word in LOGIC: return LOGIC[word]([judged(part, at, agree and word in ("and", "or")) for part in parts])
    at.rough, at.sides = False, []
    try:
        signs = at.signs(at.read(["+", parts[0], ["*", "-1", parts[1]]]))
        defined = all(at.signs(p) <= FITS[need] for p, need in at.sides)
    except (Outside, Wrong):
        return 0
    holds = signs <= FITS[word] or (word == "=" and 0 in signs and at.rough and agree)
    return int(defined) if holds else -int(defined and not signs & FITS[word])

def check_runs(payload, wanted):  # whether the statement has the wanted truth at all values written down
    0 < len(payload["at"]) <= RUNS or stop(Outside, "a statement of which no values are written down, or too many")
    for run in payload["at"]:
        left[0] = WORK
        found = judged(payload["statement"], Algebra((), run)) or stop(Outside, "what intervals leave open")
        (found > 0) == wanted or stop(Wrong, f"the statement is {found > 0} at the values written down")

def check_zero(one):
    """Whether Krawczyk's operator takes a box into its inside, so that the equations have just one solution there:
    m - C F(m) + (1 - C F')(box - m), with m the middle, C the inverse written down, and F' over the box."""
    names, box, n = one["unknowns"], {x: one["box"][x] for x in one["unknowns"]}, len(one["equations"])
    wide, thin = (Algebra((), {**one["at"], **{x: [*b[:2], r or b[2]] for x, b in box.items()}}) for r in ("", "0*2^0"))
    {n, len(one["inverse"]), *map(len, one["inverse"])} == {len(box)} == {len(names)} or stop(Wrong, "it is not square")
    F, slopes = [thin.read(f) for f in one["equations"]], [wide.read(f) for f in one["equations"]]
    not wide.sides and {g[0] for p in slopes for g in gens(p)} <= {"x"} or stop(Outside, "Krawczyk's test of no polynomials")
    F, slopes = [thin.enclosed(p) for p in F], [[wide.enclosed(slope(p, ("x", x))) for x in names] for p in slopes]
    sides = [exactly(abs(dyadic(b[2]))) for b in box.values()]
    dot = lambda a, b: mul(MINUS, reduce(add, map(mul, a, b)))
    for i, C in enumerate([exactly(dyadic(c)) for c in row] for row in one["inverse"]):
        rows = [add(UNIT if i == k else ZERO, dot(C, [row[k] for row in slopes])) for k in range(n)]
        gap = reduce(add, (mul(row, (-r[1], r[1])) for row, r in zip(rows, sides)), dot(C, F))
        min(add(sides[i], gap)[0], add(sides[i], mul(MINUS, gap))[0]) > 0 or stop(Wrong, "the image leaves the box")

def check_goal(payload, kind):
    for one in payload.get("entries") or [payload]:
        (written, node), need, algebra = one["goal"], GOALS[kind], Algebra(one["given"])
        p = algebra.whole(q := algebra.read(node))
        value = p.get((), 0)
        if written != kind or (set(p) <= {()} and (value > 0) - (value < 0) not in FITS[need]):
            raise Wrong("the goal is false, or of another kind than was claimed")
        if not algebra.shown(p, need):
            by_factors(algebra, algebra.whole(q, True), one.get("factors", ()), need == ">") if need in (">", ">=") else \
                stop(Outside, "an identity or a difference that needs more than expanding")
        for p, need in algebra.sides:
            algebra.shown(p, need) or stop(Outside, f"that what must be {need} 0 for it to be defined is so")

def by_factors(algebra, p, factors, strict):  # the sign of p from the signs of the factors written down
    total = ONE
    for one in factors:
        f, e = algebra.read(one["factor"]), number(str(one["power"]))
        s = algebra.sign(f, strict) or by_products(algebra, f, one, strict) if e % 2 else not strict or algebra.shown(f, "!=")
        s or stop(Outside, f"the sign of a factor (by {one['how']})")
        total = scaled(algebra.times(total, algebra.power(f, abs(e))), s)
    unit(p) == unit(algebra.whole(total, True)) or stop(Outside, "how factors make up the whole")

def by_products(algebra, f, one, strict):  # its sign if f times something positive is the sum of products written down
    total, some, times = {}, not strict, algebra.read(one.get("times", "0"))
    for weight, nodes in one.get("products", ()):
        term, sure = {(): number(weight)}, number(weight) > 0 or stop(Wrong, "a weight is not positive")
        for q, node in ((algebra.read(node), node) for node in nodes):
            sure = sure and algebra.positive(q, True)
            if not (sure or (node[0] == "^" and number(node[2]) % 2 == 0) or algebra.positive(q, False)): return 0
            term = algebra.times(term, q)
        total, some = plus(total, term), some or sure
    signs = (s for s in (1, -1) if scaled(algebra.times(f, times), s) == total)
    return next(signs, 0) if some and algebra.positive(times, True) else 0

# ---- the file
digest = lambda value: hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

def read(path):
    """The certificate, if its seal fits it; Unreadable says what is wrong with it."""
    refuse = lambda text: stop(Unreadable, f"the number {text[:30]} is a float, which no certificate holds")
    pairs = lambda found: dict(found) if len(dict(found)) == len(found) else stop(Unreadable, "a key occurs twice")
    try:
        with open(path, "rb") as file: data = file.read(LARGEST + 1)
        found = json.loads(data, object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
        fits = isinstance(found, dict) and found.get("seal") == digest({k: v for k, v in found.items() if k != "seal"})
    except (ValueError, RecursionError, OSError, AttributeError) as error:
        raise Unreadable(f"{type(error).__name__}: {str(error)[:100]}") from None
    right = len(data) <= LARGEST and isinstance(found, dict) and found.get("format") == "demonstrandum/1"
    right or stop(Unreadable, f"it is no demonstrandum/1 of at most {LARGEST >> 20} MiB: write it by qed verify --json FILE")
    return found if fits else stop(Unreadable, "its seal does not fit: something was altered after it was written")

def show(node):
    if isinstance(node, str) or node[0] in ("x", "nc"): return node if isinstance(node, str) else node[1]
    inner = [show(part) for part in node[1 + 2*(node[0] == "free"):]]
    name = f"{node[1]}{node[2] if any(node[2]) else ''}" if node[0] == "free" else node[0]
    between = name in ("+", "*", "^", "and", "or", "iff", "implies", *FITS) and len(inner) > 1
    return f"({f' {name} '.join(inner)})" if between else f"{name}({', '.join(inner)})"

def check_verdict(claim):
    """A claim's statement, if its verdict fits its evidence (a proof has goals), and all is about that one statement."""
    stated = [one["payload"]["statement"] for one in claim["evidence"] if one["about"] == "claim" and one.get("payload")]
    sound = [one["verdict"] == ("HOLDS" if one["about"] == "claim" else "REFUTED") and one.get("goals") != []
             and all(goal["verdict"] == one["verdict"] for goal in one.get("goals", ())) for one in claim["evidence"]]
    if (claim["verdict"] == "HOLDS") != (sound != [] and all(sound)) or any(one != stated[0] for one in stated):
        raise Wrong("its verdict or statement does not fit its evidence")
    bound = [claim.get(k) for k in ("address", "statement", "text", "latex", "variants")]
    bound += [[one["address"], one["payload"].get("statement")] for one in claim["evidence"] if one.get("payload")]
    claim["bound"] == digest(bound) or stop(Wrong, "a statement was exchanged: what is read is not what was judged")
    return f"{claim['text']}{' judged as ' + show(stated[0]) if stated else ''}"

def pieces(claim):  # (name, function, arguments) for all that a claim's certificate writes down, its verdict first
    yield claim["address"], check_verdict, (claim,)
    for one in claim["evidence"]:
        payload = one.get("payload") or {"at": ()}
        for goal in one.get("goals", ()):
            if goal["kind"] != "cited" and goal["verdict"] == "HOLDS":
                yield f"{one['address']}: {goal['why']}", check_goal, (goal["payload"], goal["kind"])
        if not ("goals" in one or one["verdict"] == "UNDECIDED" or one["about"] in ("mutants", "spoiled laboratory")):
            yield one["address"], check_runs, (payload, one["verdict"] == "HOLDS")
        yield from ((f"{one['address']}: one solution in a box", check_zero, (zero,)) for zero in payload.get("zeros", ()))

def tried(function, arguments):  # ("re-checked" | "failed" | "trusted", what was found)
    left[0] = WORK
    try:
        return "re-checked", function(*arguments)
    except (Outside, RecursionError, OverflowError, MemoryError) as reason:
        return "trusted", str(reason)
    except (Wrong, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as reason:
        return "failed", f"{type(reason).__name__}: {reason}"

def check(found, tell=tell):
    """Check a certificate that `read` gave; {address: how many pieces were "re-checked", "failed", "trusted"}."""
    counted = {}
    for theorem in found["theorems"]:
        total, reasons = counted.setdefault(theorem["address"], Counter(failed=0)), Counter()
        for name, function, arguments in (piece for claim in theorem["claims"] for piece in pieces(claim)):
            status, told = tried(function, arguments)
            total[status] += status == "failed" or function is not check_verdict
            reasons[told] += status == "trusted"
            if status == "failed" or function is check_verdict: tell(f"{name}: {'FAILED: '*(status == 'failed')}{told}")
        total["failed"] += theorem["verdict"] == "HOLDS" and {one["verdict"] for one in theorem["claims"]} != {"HOLDS"}
        tell(f"{theorem['address']}: {total['re-checked']} re-checked, {total['failed']} failed, "
             f"{total['trusted']} trusted to the kernel, SymPy and FLINT")
        for why, n in sorted((+reasons).items()): tell(f"    {n} x {why}")
    return counted

def main(path):  # exit status: 0 nothing failed, 1 something failed, 2 the file cannot be checked
    try:
        total = sum(check(read(path)).values(), Counter())
    except (Unreadable, LookupError, TypeError, AttributeError, RecursionError) as reason:
        tell(f"{path}: {type(reason).__name__}: {reason}", sys.stderr)
        return 2
    tell("in all " + ", ".join(f"{total[word]} {word}" for word in ("re-checked", "failed", "trusted")))
    return int(total["failed"] > 0)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python check.py FILE.json")
