"""Whether a case lies in a theorem's domain: its assumptions, and the declared sorts of its symbols."""

from dataclasses import dataclass

import sympy

from numerics import balls
from theorems.kernel import goals
from theorems.kernel.deciding.decide import decide
from theorems.kernel.evidence import Verdict
from theorems.kernel.measure import reading
from theorems.kernel.truth import truth

ONE = sympy.Symbol("one")
SORTS = {"positive": ONE > 0, "negative": ONE < 0, "nonnegative": ONE >= 0, "nonpositive": ONE <= 0,
         "nonzero": sympy.Ne(ONE, 0)}


def unmet(claim, case, breaking=None):
    """Why a case does not meet the assumptions (but for the one it says it breaks), or None."""
    for instance in case.instances():
        data, boxes = reading(claim, instance)
        inside = [relation for symbol, box in boxes.items() for relation in (symbol >= box.low, symbol <= box.high)]
        fault = next(filter(None, (_unfit(case, symbol, value, inside) for symbol, value in data.items())), None)
        if fault:
            return fault
        for relation in claim.theorem.assumes:
            missing = relation.free_symbols - set(data)
            if missing:
                return (f"case {case.name!r} gives no value for {', '.join(sorted(map(str, missing)))}, "
                        f"which the assumption {relation} needs")
            held = _assumed(relation, data, inside)
            if held is None:
                return f"whether case {case.name!r} meets the assumption {relation} was not decided"
            if relation == breaking and held:
                return f"the outside case {case.name!r} breaks no assumption: {relation} holds for it"
            if relation != breaking and not held:
                return f"case {case.name!r} violates the assumption {relation}"
    return None


def _unfit(case, symbol, value, inside):
    """How a value contradicts the declared sort of its symbol, or None."""
    missed = unsorted(symbol, value, inside)
    return missed and f"case {case.name!r} gives {symbol} the value {value}, but the symbol is {missed.told}"


@dataclass(frozen=True)
class Missed:
    """A sort that a value is not of (`surely`), or was not shown to be of."""

    told: str
    surely: bool


def unsorted(symbol, value, inside=()):
    """How an exact value or a ball misses what its symbol stands for, a real number of the declared sort; or None."""
    exact = isinstance(value, sympy.Basic)
    if exact and not value.is_Rational and not (inside and value.free_symbols and value.is_real is not False):
        known = value.is_real is False or value.is_extended_real is False
        if known or not _on_the_line(value):
            return Missed("a real number" if known else "a real number, which was not shown", known)
    if symbol.is_integer and not (value.is_Integer or inside and value.is_integer if exact else value.contains_integer()):
        known = not exact or value.is_Rational
        return Missed("declared integer" + ("" if known else ", which was not decided"), known)
    sort = sort_of(symbol)
    held = _assumed(SORTS[sort], {ONE: value}, inside) if sort else True
    return None if held else Missed(f"declared {sort}" + ("" if held is False else ", which was not decided"), held is False)


def _on_the_line(number):
    """Whether a number has a value by real balls; they know no other numbers."""
    try:
        with balls.precision(64):
            return balls.evaluate(number, {}).is_finite()
    except (balls.Undecided, TypeError, ValueError):
        return False


def sort_of(symbol):
    """The sign that a symbol is declared with, a word of SORTS, or None."""
    return next((sort for sort in SORTS if getattr(symbol, f"is_{sort}", False)), None)


def _assumed(relation, data, inside):
    used = {symbol: value for symbol, value in data.items() if symbol in relation.free_symbols}
    if not any(isinstance(value, sympy.Basic) and value.free_symbols for value in used.values()):
        held, equations = truth(relation, used).value, relation.atoms(sympy.Eq, sympy.Ne)
        return held if held is False or all(_real(side, used) for one in equations for side in one.args) else None
    plain = {symbol: value for symbol, value in used.items() if value.is_Rational or value.free_symbols}
    given = [sympy.Eq(symbol, value) for symbol, value in used.items() if symbol not in plain]     # SymPy takes some for 0
    at = relation.subs(list(plain.items()), simultaneous=True)
    if at in (sympy.true, sympy.false):
        return bool(at)
    found = [_over_region(one, [*inside, *given]) for one in (at, sympy.Not(at))]
    return True if found[0] else False if found[1] else None


def _real(side, used):
    """Whether a side of an equation was shown to be real: a proof takes it to be where it is assumed."""
    entries = list(side) if isinstance(side, (sympy.Tuple, sympy.MatrixBase)) else [side]
    at = {**used, ONE: sympy.S.Zero}
    return all(truth(sympy.Ge(one, ONE, evaluate=False), at).value is not None for one in entries)


def _over_region(relation, inside):
    """Whether an inequality was decided to hold all over the region."""
    difference = relation.gts - relation.lts if hasattr(relation, "gts") else None
    if difference is None:
        return False
    kind = goals.positive if isinstance(relation, (sympy.Gt, sympy.Lt)) else goals.nonnegative
    return decide(kind(difference, "an assumption over a box", given=tuple(inside))).verdict is Verdict.HOLDS
