"""Instances on which a claim might fail: a case's own data, bent.

The numbers in a case's data are its leaves: exact numbers, the coefficients of its
expressions, the ends of its boxes.  `degenerate` sets them to zero, one, equal to each
other, to the boundary of an assumption, cuts lists and matrices to one sample and one
dimension, makes eigenvalues equal, and takes slope or curvature out of a loss; `refill`
puts any other numbers in their place, `limits` says between which they may lie.
"""

from fractions import Fraction

import sympy
from sympy.printing.str import StrPrinter

from theorems.kernel.domain import SORTS
from theorems.kernel.exact import is_bound
from theorems.kernel.statement import Box, Case, Each, relations

PLAIN = tuple(map(sympy.Rational, ("0", "1", "-1", "1/2", "2", "-1/2", "3", "1/10", "10", "-2")))
NEAR = sympy.Rational(1, 1000)     # how far beside a boundary it is also tried


def leaves(case):
    """The exact numbers in a case's data, in order."""
    found = []
    _walk(dict(case.data), lambda number: found.append(number) or number)
    return found


def refill(case, numbers, name):
    """The case with its leaves replaced."""
    supply = iter(numbers)
    return Case(name, _walk(dict(case.data), lambda _: next(supply)))


def degenerate(case, claim):
    """(kind, case) for every boundary and degenerate probe, simplest first."""
    own = leaves(case)
    yield from (*shorter(case), *_flat(case), *_tied(case))
    for value in PLAIN[:5]:
        yield f"all numbers {value}", refill(case, [value]*len(own), f"all {value}")
    for i in range(len(own)):
        ties = (own[k] for k in range(len(own)) if k != i)
        for value in dict.fromkeys((*PLAIN, *ties, *_edges(case, i, claim))):
            if value != own[i]:
                yield "one number at a plain value, a tie or a boundary", \
                    refill(case, [*own[:i], value, *own[i + 1:]], f"number {i + 1} set to {value}")
    for i in range(len(own) - 1):
        for a in PLAIN[:4]:
            for b in PLAIN[:4]:
                yield "two numbers at plain values", refill(case, [*own[:i], a, b, *own[i + 2:]], f"{a} and {b}")


def shorter(case):
    """(what was cut, case): lists cut to one entry (n = 1), their rows and matrices to one coordinate (d = 1).

    Lists of one length are taken to belong together: samples with their labels.
    """
    for size in dict.fromkeys(len(value) for value in case.data.values() if _long(value)):
        yield _bent(case, "one entry (n = 1)", {key: value[:1] for key, value in case.data.items() if _long(value, size)})
        if size > 2:
            yield _bent(case, "one entry less", {key: value[:-1] for key, value in case.data.items() if _long(value, size)})
    narrow = {key: _one_dimensional(value) for key, value in case.data.items()}
    if narrow != dict(case.data):
        yield _bent(case, "one coordinate (d = 1)", {key: value for key, value in narrow.items() if value != case.data[key]})


def _long(value, size=None):
    return isinstance(value, (list, tuple)) and (len(value) > 1 if size is None else len(value) == size)


def _flat(case):
    """Losses without slope, without curvature, along one coordinate only; lists with an entry that is zero."""
    for key, value in case.data.items():
        if isinstance(value, sympy.Expr) and value.free_symbols:
            free = sorted(value.free_symbols, key=str)
            origin = dict.fromkeys(free, 0)
            slope = sum(value.diff(x).subs(origin)*x for x in free)
            bend = sum(value.diff(x, y).subs(origin)*x*y/2 for x in free for y in free)
            for what, less in (("no slope at 0 (zero gradient)", slope), ("no curvature at 0", bend)):
                if less != 0 and less.is_finite is not False and value - less != 0:
                    yield _bent(case, what, {key: sympy.expand(value - less)})
            for x in free[1:]:
                yield _bent(case, f"nothing along {x} (d = 1)", {key: value.subs(x, 0)})
        elif isinstance(value, (list, tuple)) and len(value) > 1:
            yield _bent(case, "a first entry that is zero (zero gradient)", {key: type(value)([_zeros(value[0]), *value[1:]])})


def _tied(case):
    """Equal entries, equal eigenvalues, a sample that occurs twice."""
    for key, value in case.data.items():
        if isinstance(value, sympy.MatrixBase):
            yield _bent(case, "equal eigenvalues", {key: value[0, 0]*sympy.eye(*value.shape).as_immutable()})
            yield _bent(case, "a matrix that is zero", {key: sympy.zeros(*value.shape).as_immutable()})
        if _long(value):
            yield _bent(case, "equal entries", {key: type(value)([value[0]]*len(value))})
    for size in dict.fromkeys(len(value) for value in case.data.values() if isinstance(value, (list, tuple)) and value):
        yield _bent(case, "its first entry twice", {key: type(value)([value[0], *value]) for key, value in case.data.items()
                                                    if _long(value, size)})


def grown(case):
    """The case with one more power in a loss: the next ones, small, which no derivative of lower order notices."""
    for key, value in case.data.items():
        if isinstance(value, sympy.Expr) and value.free_symbols and value.is_polynomial(*value.free_symbols):
            degree = sympy.Poly(value, *sorted(value.free_symbols, key=str)).total_degree()
            for power in range(degree + 1, degree + 4):
                for x in sorted(value.free_symbols, key=str):
                    term = x**power/(2*sympy.factorial(power))
                    yield Case(f"{case.name}, {key} with {term}", {**case.data, key: value + term})


def names_of_symbols(claim):
    """{symbol: the name it has in the claim's module}."""
    return {value: name for name, value in claim.measurement.function.__globals__.items() if isinstance(value, sympy.Symbol)}


def _bent(case, what, changed):
    return what, Case(f"{case.name}, {' and '.join(changed)} with {what}", {**case.data, **changed})


def _one_dimensional(value):
    if isinstance(value, sympy.MatrixBase):
        return value[:1, :1]
    if isinstance(value, (list, tuple)) and any(isinstance(one, (list, tuple, sympy.MatrixBase)) for one in value):
        return type(value)(_one_dimensional(one) if _nested(one) else one[:1] for one in value) \
            if all(isinstance(one, (list, tuple, sympy.MatrixBase)) for one in value) else value
    return value


def _nested(value):
    return isinstance(value, sympy.MatrixBase) or any(isinstance(one, (list, tuple)) for one in value)


def _zeros(value):
    return _walk(value, lambda number: number*0)


def inside(box):
    """Exact numbers of a box: its middle, its ends, and points near the ends."""
    width = box.high - box.low
    return [box.low + width*sympy.Rational(p, 64) for p in (32, 0, 64, 1, 63, 16, 48, 8, 56, 24, 40)]


def literal(value, names=None):
    """Python text that a theorem module reads back as the same exact value; `names` are its names of symbols."""
    names = names or {}
    if isinstance(value, dict) or hasattr(value, "items"):
        return "{" + ", ".join(f"{key!r}: {literal(one, names)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(literal(one, names) for one in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, sympy.MatrixBase):
        return f"Matrix({literal(value.tolist(), names)})"
    if isinstance(value, Box):
        return f"Box({literal(value.low)}, {literal(value.high)})"
    if isinstance(value, Each):
        return f"Each({literal(list(value.values))})"
    if isinstance(value, (sympy.Rational, Fraction)):      # also a whole one: Python divides its integers into floats
        return f"Rational({value.numerator})" if value.denominator == 1 else f"Rational({value.numerator}, {value.denominator})"
    if not isinstance(value, sympy.Expr):
        return repr(value) if isinstance(value, str) else str(value)
    return _Printer().doprint(value.xreplace({one: sympy.Symbol(names[one]) for one in value.free_symbols if one in names}))


class _Printer(StrPrinter):
    """Fractions as Rational(p, q), which Python does not round."""

    def _print_Rational(self, number):
        return f"Rational({number.p}, {number.q})"

    _print_Half = _print_Rational


def _walk(value, visit):
    if isinstance(value, dict) or hasattr(value, "items"):
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


def plain_names(case):
    """For each leaf the datum that it is, or None where it is a part of one."""
    found = []
    for key, value in case.data.items():
        own = isinstance(value, (int, Fraction, sympy.Expr)) and not isinstance(value, bool) and not getattr(
            value, "free_symbols", None)
        found += [key] if own else [None]*len(leaves(Case("", {key: value})))
    return found


def limits(case, claim, chosen=None):
    """{datum: (low, high)} that its symbol's sort, and assumptions linear in it, leave it; None where unbounded.

    The other data are as in the case, or as `chosen`.  The ends are exact, and may lie outside.
    """
    at = {key: value for key, value in case.data.items() if key in plain_names(case)} | (chosen or {})
    symbols = [one for one in _symbols(claim) if one.name in at]
    return {one.name: _limits(one, claim.theorem.assumes, {other: at[other.name] for other in symbols if other != one})
            for one in symbols}


def unfit(case, claim):
    """Whether a datum contradicts the sort of the symbol of its name, also of one that the statement leaves out."""
    plain, sorts = plain_names(case), {one.name: one for one in _symbols(claim)}
    for key in (key for key in plain if key in sorts):
        value, symbol = sympy.sympify(case.data[key]), sorts[key]
        if symbol.is_integer and not value.is_integer or any(
                getattr(symbol, f"is_{sort}") and getattr(value, f"is_{sort}") is False for sort in SORTS):
            return True
    return False


def _symbols(claim):
    """The symbols of the claim's module, of its statement and assumptions, by name; the last ones count."""
    found = {one.name: one for one in names_of_symbols(claim)}
    found |= {one.name: one for relation in [*relations(claim.statement), *claim.theorem.assumes] for one in relation.free_symbols}
    return [found[name] for name in sorted(found)]


def _limits(symbol, assumes, others):
    low, high = (sympy.Integer(0) if known else None for known in (symbol.is_nonnegative, symbol.is_nonpositive))
    for relation in assumes:
        for upper, end in _ends(symbol, relation, others):
            if upper:
                high = end if high is None or end < high else high
            else:
                low = end if low is None or end > low else low
    return low, high


def _ends(symbol, relation, others):
    """(whether it is an upper end, the end) where a relation is linear in the symbol."""
    if not is_bound(relation) or symbol not in relation.free_symbols:
        return
    slack = (relation.gts - relation.lts).subs(others)
    poly = slack.as_poly(symbol) if slack.free_symbols == {symbol} else None
    if poly is not None and poly.degree() == 1:
        yield bool(poly.LC() < 0), -poly.eval(0)/poly.LC()


def _edges(case, i, claim):
    """Values of a leaf that is an assumption's symbol at which that assumption is just met, or nearly."""
    name = plain_names(case)[i]
    if name is not None:
        low, high = limits(case, claim).get(name, (None, None))
        for end in filter(lambda one: one is not None, (low, high)):
            yield from (end, end + NEAR, end - NEAR)
