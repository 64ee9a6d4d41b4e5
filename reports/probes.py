"""Instances on which a claim might fail: a case's own data, bent.

The numbers in a case's data are its leaves: exact numbers, the coefficients of its
expressions, the ends of its boxes.  `degenerate` sets them to zero, one, equal to each
other, to the boundary of an assumption, and cuts lists to one entry; `refill` puts any
other numbers in their place.
"""

from fractions import Fraction

import sympy

from theorems.kernel.statement import Box, Case, Each

PLAIN = tuple(map(sympy.Rational, ("0", "1", "-1", "1/2", "2", "-1/2", "3", "1/10", "10", "-2")))


def leaves(case):
    """The exact numbers in a case's data, in order."""
    found = []
    _walk(dict(case.data), lambda number: found.append(number) or number)
    return found


def refill(case, numbers, name):
    """The case with its leaves replaced."""
    supply = iter(numbers)
    return Case(name, _walk(dict(case.data), lambda _: next(supply)))


def degenerate(case, assumes):
    """(region, case) for every boundary and degenerate probe, simplest first."""
    own = leaves(case)
    yield "the cases given", case
    for cut, shorter in _shorter(dict(case.data)):
        yield cut, Case(f"{case.name}, {cut}", shorter)
    for value in PLAIN[:5]:
        yield f"all numbers {value}", refill(case, [value]*len(own), f"all {value}")
    for i in range(len(own)):
        for value in (*PLAIN, *(own[k] for k in range(len(own)) if k != i), *_edges(case, i, assumes)):
            if value != own[i]:
                yield "one number at a plain value, a tie or a boundary", \
                    refill(case, [*own[:i], value, *own[i + 1:]], f"number {i + 1} set to {value}")
    for i in range(len(own) - 1):
        for a in PLAIN[:4]:
            for b in PLAIN[:4]:
                yield "two numbers at plain values", refill(case, [*own[:i], a, b, *own[i + 2:]], f"{a} and {b}")


def inside(box):
    """Exact numbers of a box: its ends, its middle, and points near the ends."""
    width = box.high - box.low
    return [box.low + width*sympy.Rational(p, 64) for p in (0, 64, 32, 1, 63, 16, 48, 8, 56, 24, 40)]


def literal(value):
    """Python text that a theorem module reads back as the same exact value."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(literal, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, Box):
        return f"Box({literal(value.low)}, {literal(value.high)})"
    if isinstance(value, Each):
        return f"Each({literal(list(value.values))})"
    if isinstance(value, (sympy.Rational, Fraction)) and value.denominator != 1:
        return f"Rational({value.numerator}, {value.denominator})"
    return str(value) if not isinstance(value, sympy.Expr) else sympy.sstr(value.replace(
        lambda one: one.is_Rational and not one.is_Integer,
        lambda one: sympy.Symbol(f"Rational({one.p}, {one.q})")))


def _walk(value, visit):
    if isinstance(value, dict):
        return {key: _walk(one, visit) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_walk(one, visit) for one in value)
    if isinstance(value, sympy.MatrixBase):
        return value.applyfunc(lambda one: _walk(one, visit))
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, sympy.Expr)):
        return value
    if isinstance(value, sympy.Expr) and value.free_symbols:
        terms = sorted(sympy.expand(value).as_coefficients_dict().items(), key=lambda pair: str(pair[0]))
        return sympy.Add(*(visit(coefficient)*term for term, coefficient in terms))
    new = visit(value)
    return int(new) if isinstance(value, int) and getattr(new, "is_Integer", True) else new


def _shorter(data):
    for key, value in data.items():
        if isinstance(value, (list, tuple)) and len(value) > 1:
            yield f"{key} cut to one entry", {**data, key: value[:1]}
            yield f"{key} with equal entries", {**data, key: type(value)([value[0]]*len(value))}


def _edges(case, i, assumes):
    """Values of a leaf that is an assumption's symbol at which that assumption is just met."""
    named = [key for key, value in case.data.items() if _counts(value)]
    if len(named) != len(leaves(case)):
        return
    others = {key: value for key, value in case.data.items() if key != named[i]}
    for relation in assumes:
        symbol = next((one for one in relation.free_symbols if one.name == named[i]), None)
        if symbol is None or not hasattr(relation, "lhs"):
            continue
        at = (relation.lhs - relation.rhs).subs({one: others[one.name] for one in relation.free_symbols
                                                 if one.name in others})
        poly = at.as_poly(symbol) if at.free_symbols == {symbol} else None
        if poly is not None and poly.degree() == 1:
            edge = -poly.eval(0)/poly.LC()
            yield from (edge, edge + sympy.Rational(1, 1000), edge - sympy.Rational(1, 1000))


def _counts(value):
    return isinstance(value, (int, Fraction, sympy.Expr)) and not isinstance(value, bool) and not getattr(
        value, "free_symbols", None)
