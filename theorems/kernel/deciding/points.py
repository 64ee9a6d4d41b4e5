"""Exact points of a domain: found one symbol after the other, the same on every machine.

A relation is (operator, tree), meaning tree operator 0 with the operator >, >=, = or !=.  A point is
{symbol name: tree of a number}; every point yielded satisfies every relation, decided exactly.
"""

from fractions import Fraction
from functools import lru_cache
from itertools import islice

from theorems.kernel.deciding.canonical import Refused, draw, names, shuffled, substitute
from theorems.kernel.deciding.roots import cells, factors, simplest, solutions
from theorems.kernel.deciding.signs import build, sign_here

FREE = "0 1 -1 2 1/2 -2 3 -1/2 3/2 -3 1/3 -5/4 7/5 -11/3 13 -16/7".split()    # for symbols that nothing bounds
LONGEST = 2**13                        # bits of a coefficient; Python writes no number of more than 4300 digits
ALLOWED = {">": (1,), ">=": (0, 1), "=": (0,), "!=": (-1, 1)}


def satisfied(relations, point):
    """Whether every relation whose symbols all have values holds at the point."""
    return all(sign_here(node, point) in ALLOWED[operator] for operator, node in relations
               if set(names(node)) <= set(point))


def points(relations, symbols, integers, seed, count, start=()):
    """Up to `count` points of the domain that extend `start`, from three times as many attempts; the first is simple."""
    symbols, seen = sorted(set(symbols) - set(start)), set()
    for attempt in range(3*count):
        order = symbols if attempt == 0 else shuffled(symbols, seed, attempt)
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


def product_points(relations, symbols, integers, count):
    """Up to `count` points of the domain, made of points of its independent parts.

    Parts share no symbol; the same part occurs in many goals of a proof and is searched once.
    """
    parts = [_part(*part, frozenset(integers & set(part[1])), count) for part in _parts(relations, symbols)]
    found = all(part.reach(0) for part in parts)
    k = 0
    while found:
        yield {name: value for part in parts for name, value in part.known[k % len(part.known)].items()}
        k += 1
        found = any([part.reach(k) for part in parts])         # of all: one that ends begins again


def _parts(relations, symbols):
    """[(relations, symbols)] with no symbol in two of them, in a fixed order."""
    groups = [({name}, []) for name in sorted(symbols)]
    for relation in relations:
        used = set(names(relation[1]))
        joined = [group for group in groups if group[0] & used]
        groups = [group for group in groups if not group[0] & used]
        groups.append((set().union(used, *(group[0] for group in joined)),
                       [*(one for group in joined for one in group[1]), relation]))
    return sorted(((tuple(sorted(held, key=repr)), tuple(sorted(own))) for own, held in groups), key=repr)


@lru_cache(maxsize=4000)
def _part(relations, symbols, integers, count):
    found = points(relations, symbols, integers, str(draw(relations, symbols)), count)
    return Part(found if symbols else iter([{}]*satisfied(relations, {})))


class Part:
    """The points of one part, searched as they are asked for; where the search fails, it fails for all who ask."""

    def __init__(self, found):
        self.known, self._found, self._failed = [], found, None

    def reach(self, k):
        """Whether there is a point number k."""
        if k >= len(self.known) and self._failed:
            raise self._failed
        try:
            self.known += islice(self._found, max(0, k + 1 - len(self.known)))
        except Exception as error:
            self._failed = error
            raise
        return k < len(self.known)


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
    spots = [*(("is", str(gap)) for gap in gaps), *spots_inside(len(roots)),
             *(("is", value) for root in roots for value in solutions(root.poly))]
    if key[1] == 1 and point:                              # a domain may be as thin as its own ends
        spots.reverse()
    return values(shuffled(spots, key) if key[1] > 1 else spots, roots, key, integer)


def values(spots, roots, key, integer):
    """The numbers at the spots, one after the other: most are never needed."""
    seen = set()
    for spot in spots:
        value = spot[1] if spot[0] == "is" else str(inside(spot, roots, key))
        if integer and not isinstance(value, str):
            continue
        near = [str(round(Fraction(value)) + k) for k in (0, 1, -1)] if integer else [value]
        for one in near:
            if one not in seen:
                seen.add(one)
                yield one


@lru_cache(maxsize=10_000)
def along(node, name):
    """Irreducible polynomials in one symbol among whose roots a tree in it changes sign; () if it is not algebraic."""
    try:
        domain, quotient = build([], node)
    except Refused:
        return ()
    x = domain.keys["x", name]
    norms = [domain.norm(domain.normal(poly), x) for poly in quotient]
    return tuple(factor for norm in norms if norm for factor in factors(norm) if factor.height_bits() < LONGEST)


def spots_inside(roots):
    """Names of places between neighbouring roots, and beyond the outer ones."""
    return [(where, gap, k) for where, gaps in (("between", range(roots - 1)), ("above", (0,)), ("below", (0,)))
            for gap in gaps for k in range(5)]


def inside(spot, roots, key):
    """A plain fraction at a spot: dense near the ends, at a place drawn from the key."""
    where, gap, k = spot
    p = Fraction(1 + draw(key, k) % 63, 64) if k < 3 else Fraction(1 if k == 3 else 1023, 1024)
    if where == "between":
        low, width = roots[gap].high, roots[gap + 1].low - roots[gap].high
        return simplest(low + width*p*Fraction(31, 32), low + width*p)
    if where == "above":
        high = roots[-1].high if roots else Fraction(0)
        return simplest(high + p/(1 - p)*Fraction(7, 8), high + p/(1 - p))
    low = roots[0].low if roots else Fraction(0)
    return simplest(low - p/(1 - p), low - p/(1 - p)*Fraction(7, 8))
