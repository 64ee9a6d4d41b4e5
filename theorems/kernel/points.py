"""Exact points of a domain: found one symbol after the other, the same on every machine.

A relation is (operator, tree), meaning tree operator 0 with the operator >, >=, = or !=.  A point is
{symbol name: tree of a number}; every point yielded satisfies every relation, decided exactly.
"""

from fractions import Fraction

import flint

from theorems.kernel.canonical import Inexact, draw, evaluate, names, plus, times
from theorems.kernel.roots import cells, factors, real_roots, simplest
from theorems.kernel.signs import sign_here

ALLOWED = {">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}


class Lines:
    """Quotients of polynomials in one variable: a relation along a line through a partial point."""

    def __init__(self, num, den=1):
        self.num, self.den = flint.fmpq_poly(num), flint.fmpq_poly(den)

    def __add__(self, other):
        return Lines(self.num*other.den + other.num*self.den, self.den*other.den)

    def __mul__(self, other):
        return Lines(self.num*other.num, self.den*other.den)

    @staticmethod
    def number(q):
        return Lines([flint.fmpq(q.numerator, q.denominator)])

    @staticmethod
    def power(base, q):
        if q.denominator > 1 or (q < 0 and base.num.is_zero()):
            raise Inexact("root")
        return Lines(base.num**q.numerator, base.den**q.numerator) if q >= 0 else \
            Lines(base.den**-q.numerator, base.num**-q.numerator)

    @staticmethod
    def function(name, *args):
        raise Inexact(name)


def satisfied(relations, point):
    """Whether every relation whose symbols all have values holds at the point."""
    return all(sign_here(node, point) in ALLOWED[operator] for operator, node in relations
               if set(names(node)) <= set(point))


def points(relations, symbols, integers, seed, attempts):
    """Points of the domain, one per successful attempt; the first ones have the simplest numbers."""
    symbols, seen = sorted(symbols), set()
    for attempt in range(attempts):
        order = symbols if attempt == 0 else sorted(symbols, key=lambda name: draw(seed, attempt, name))
        point = {}
        for name in order:
            ready = [r for r in relations if name in names(r[1]) and set(names(r[1])) <= {*point, name}]
            for value in candidates(name, ready, point, name in integers, (seed, attempt, name)):
                if satisfied(ready, point | {name: value}):
                    point[name] = value
                    break
            else:
                break
        if len(point) == len(symbols) and repr(sorted(point.items())) not in seen:
            seen.add(repr(sorted(point.items())))
            if satisfied([r for r in relations if not names(r[1])], point):
                yield point


def candidates(name, relations, point, integer, key):
    """Values to try for one symbol, given those chosen before it: ends and roots, then inner points."""
    equal, ends = [], {}
    for operator, node in relations:
        try:
            line = evaluate(node, {**{n: Lines.number(Fraction(v)) for n, v in point.items() if isinstance(v, str)},
                                   name: Lines([0, 1])}, Lines)
        except (Inexact, KeyError):
            continue
        for poly in factors(line.num.numer()) + factors(line.den.numer()):
            ends[str(poly)] = poly
            if operator == "=":
                equal += solutions(poly)
    if equal:
        return equal
    roots, gaps = cells(ends.values())
    sure = [str(root.value) for root in roots if root.value is not None]
    inner = [*gaps, *inside(roots, key)]
    if integer:
        inner = [Fraction(round(q) + k) for q in inner for k in (0, 1, -1)]
    found = list(dict.fromkeys([*map(str, inner), *sure]))
    return found if key[1] == 0 else sorted(found, key=lambda value: draw(key, value))


def inside(roots, key):
    """Fractions within the gaps between roots, dense near the ends, at places drawn from the key."""
    places = [Fraction(1 + draw(key, k) % 63, 64) for k in range(3)] + [Fraction(1, 1024), Fraction(1023, 1024)]
    for a, b in zip(roots, roots[1:]):
        width = b.low - a.high
        yield from (simplest(a.high + width*p*Fraction(31, 32), a.high + width*p) for p in places)
    low, high = (roots[0].low, roots[-1].high) if roots else (Fraction(0), Fraction(0))
    for p in places:
        yield simplest(high + p/(1 - p)*Fraction(7, 8), high + p/(1 - p))
        yield simplest(low - p/(1 - p), low - p/(1 - p)*Fraction(7, 8))


def solutions(poly):
    """Trees of the real roots of an irreducible polynomial of degree at most two."""
    if poly.degree() == 1:
        return [str(root.value) for root in real_roots(poly)]
    if poly.degree() > 2 or not real_roots(poly):
        return []
    c, b, a = (Fraction(int(k)) for k in poly.coeffs())
    half = ("^", str((b*b - 4*a*c)/(4*a*a)), "1/2")
    return [plus(str(-b/(2*a)), half), plus(str(-b/(2*a)), times("-1", half))]
