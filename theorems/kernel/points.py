"""Exact points of a domain: found one symbol after the other, the same on every machine.

A relation is (operator, tree), meaning tree operator 0 with the operator >, >=, = or !=.  A point is
{symbol name: tree of a number}; every point yielded satisfies every relation, decided exactly.
"""

from fractions import Fraction
from functools import lru_cache

from theorems.kernel.canonical import Refused, draw, names, substitute
from theorems.kernel.roots import cells, factors, simplest, solutions
from theorems.kernel.signs import build, sign_here

FREE = "0 1 -1 2 1/2 -2 3 -1/2 3/2 -3 1/3 -5/4 7/5 -11/3 13 -16/7".split()    # for symbols that nothing bounds
ALLOWED = {">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}


def satisfied(relations, point):
    """Whether every relation whose symbols all have values holds at the point."""
    return all(sign_here(node, point) in ALLOWED[operator] for operator, node in relations
               if set(names(node)) <= set(point))


def points(relations, symbols, integers, seed, count, start=()):
    """Up to `count` points of the domain that extend `start`, from three times as many attempts; the first is simple."""
    symbols, seen = sorted(set(symbols) - set(start)), set()
    for attempt in range(3*count):
        order = symbols if attempt == 0 else sorted(symbols, key=lambda name: draw(seed, attempt, name))
        point = dict(start)
        for name in order:
            ready = [r for r in relations if name in names(r[1]) and set(names(r[1])) <= {*point, name}]
            for value in candidates(name, ready, point, name in integers, (seed, attempt, name)):
                if satisfied(ready, point | {name: value}):
                    point[name] = value
                    break
            else:
                break
        if set(symbols) <= set(point) and repr(sorted(point.items())) not in seen and len(seen) < count:
            seen.add(repr(sorted(point.items())))
            if satisfied([r for r in relations if set(names(r[1])) <= set(start)], point):
                yield point


def candidates(name, relations, point, integer, key):
    """Values to try for one symbol, given those chosen before it: ends and roots, then inner points."""
    if not relations:
        free = [value for value in FREE if not integer or Fraction(value).denominator == 1]
        return [free[draw(*key) % len(free) if key[1] else 0]]
    equal, ends = [], {}
    for operator, node in relations:
        for poly in along(substitute(node, point), name):
            ends[str(poly)] = poly
            if operator == "=":
                equal += solutions(poly)
    if equal:
        return equal
    roots, gaps = cells(ends.values())
    sure = [value for root in roots for value in solutions(root.poly)]
    inner = [*gaps, *inside(roots, key)]
    if integer:
        inner = [Fraction(round(q) + k) for q in inner for k in (0, 1, -1)]
        sure = [value for value in sure if isinstance(value, str) and Fraction(value).denominator == 1]
    found = list(dict.fromkeys([*map(str, inner), *sure]))
    return found if key[1] == 0 else sorted(found, key=lambda value: draw(key, value))


@lru_cache(maxsize=10_000)
def along(node, name):
    """Irreducible polynomials in one symbol among whose roots a tree in it changes sign; () if it is not algebraic."""
    try:
        domain, quotient = build([], node)
    except Refused:
        return ()
    x = domain.keys["x", name]
    norms = [domain.norm(domain.normal(poly), x) for poly in quotient]
    return tuple(factor for norm in norms if norm for factor in factors(norm))


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
