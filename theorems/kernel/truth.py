"""A statement at exact values and balls: true, false, or undecided.

Exact values are decided exactly; where a side is undefined, nothing is.  With a ball among them, an equation is true when the
difference of its sides contains zero (agreement to the ball's radius), false when it
excludes zero; an inequality is true or false only where the whole ball is on one side.
"""

from dataclasses import dataclass, replace
from functools import lru_cache, partial

import sympy
from flint import acb
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, BooleanAtom, Equivalent, Implies, Not, Or

from numerics import balls
from theorems.kernel.deciding.arithmetic import COMPLEX, Inexact, evaluate
from theorems.kernel.deciding.canonical import Refused, tree
from theorems.kernel.deciding.decide import sign_of
from theorems.kernel.statement import relations


@dataclass(frozen=True)
class Truth:
    """`value` True, False or None; `bars` how many radii separate a false equation (None: exact).

    `agrees` marks an equation that is true by agreement to a ball's radius only: its negation
    is not false, so under Not and Equivalent it is undecided.  `off` is the sides' distance.
    `told` is a text, or what makes it: of most comparisons nobody asks for more than the value.
    """

    value: bool | None
    told: object
    bars: float | None = None
    agrees: bool = False
    off: float | None = None

    @property
    def because(self):
        """Why, in words."""
        return self.told() if callable(self.told) else self.told


def truth(statement, values):
    """The truth of a statement (a relation or a tuple, which means all of them) at `values`."""
    found = [_truth(relation, values) for relation in relations(statement)]
    return _all(found)


def _truth(relation, values):
    if isinstance(relation, BooleanAtom):
        return Truth(bool(relation), str(relation))
    if isinstance(relation, And):
        return _all([_truth(one, values) for one in _in_order(relation)])
    if isinstance(relation, Or):
        return _any([_truth(one, values) for one in _in_order(relation)])
    if isinstance(relation, Not):
        return _not(_truth(relation.args[0], values))
    if isinstance(relation, Implies):
        return _truth(Or(Not(relation.args[0]), relation.args[1]), values)
    if isinstance(relation, Equivalent):
        return _equivalent([_truth(one, values) for one in _in_order(relation)])
    if not isinstance(relation, Relational):
        return Truth(None, f"{relation} is no relation that the kernel decides")
    found = [_compare(type(relation), *one, values) for one in _differences(relation)]
    return _any(found) if isinstance(relation, sympy.Ne) else _all(found)


@lru_cache(maxsize=4000)           # a mutant is compared on every run
def _differences(relation):
    """(left - right, its symbols), entry by entry for tuples and matrices."""
    sides = [list(side) if isinstance(side, (sympy.Tuple, sympy.MatrixBase)) else [side]
             for side in (relation.lhs, relation.rhs)]
    if len(sides[0]) != len(sides[1]):
        raise ValueError(f"{relation}: the sides have {len(sides[0])} and {len(sides[1])} entries")
    differences = [left - right for left, right in zip(*sides)]
    return [(one, one.free_symbols) for one in differences]


def _compare(kind, difference, free, values):
    missing = sorted(str(symbol) for symbol in free - set(values))
    if missing:
        return Truth(None, f"no value is known for {', '.join(missing)}")
    used = {symbol: values[symbol] for symbol in free}
    if all(isinstance(value, sympy.Basic) for value in used.values()):
        return _exactly(kind, difference.xreplace(used))
    return _in_balls(kind, difference, used)


def _exactly(kind, number):
    if number.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        return Truth(None, "a side is undefined here")
    if number.is_extended_real is False:
        return _not_real(kind, _short(number))
    sign = sign_of(number)
    if sign is None:
        return Truth(None, f"the sign of {_short(number)} was not decided")
    return Truth(_fits(kind, sign), "exactly equal" if sign == 0 else partial(_told, _short, number))


def _told(text, difference, *digits):
    return f"left - right = {text(difference, *digits)}"


def _not_real(kind, number):
    if kind in (sympy.Eq, sympy.Ne):
        return Truth(kind is sympy.Ne, f"the sides differ by {number}, which is not real")
    return Truth(None, f"the sides differ by {number}, which is not real, so neither is larger")


def _short(number):
    """A number as text: in decimals where its fractions would fill lines (Python prints at most 4300 digits)."""
    if all(max(abs(one.p), one.q) < 2**200 for one in number.atoms(sympy.Rational)):
        return str(number)
    try:
        with balls.precision(64):
            return balls.text(balls.evaluate(number, {}), 12)
    except (balls.Undecided, TypeError):                   # no real number, or no finite one
        return "a number of more than 60 digits"


def _fits(kind, sign):
    return {sympy.Eq: sign == 0, sympy.Ne: sign != 0, sympy.Ge: sign >= 0, sympy.Gt: sign > 0,
            sympy.Le: sign <= 0, sympy.Lt: sign < 0}[kind]


def _in_balls(kind, difference, used):
    try:
        # enough bits for any cancellation against a measured radius above 2^-400
        with balls.precision(512):
            return _placed(kind, balls.evaluate(difference, {symbol: balls.ball(value) for symbol, value in used.items()}))
    except (balls.Undecided, TypeError) as reason:         # TypeError: what real balls do not know, such as log(-1)
        with balls.precision(512):
            turned = _imaginary_part(difference, used)
        if turned is None or turned.contains(0):
            return Truth(None, str(reason))
        return _not_real(kind, f"{balls.text(turned, 12)} times i beside its real part")


def _imaginary_part(difference, used):
    """A ball for it, with SymPy's principal roots; None where the difference has no finite value or no meaning."""
    try:
        found = evaluate(tree(difference), {symbol.name: acb(balls.ball(value)) for symbol, value in used.items()}, COMPLEX)
    except (Refused, Inexact):
        return None
    return found.imag if found.is_finite() else None


def _placed(kind, found):
    signs = {sign for sign, possible in ((1, not found <= 0), (-1, not found >= 0), (0, found.contains(0)))
             if possible}
    seen = {_fits(kind, sign) for sign in signs}
    bars = None if found.rad() == 0 else float(abs(found.mid())/found.rad())
    told, off = partial(_told, balls.text, found, 12), float(abs(found.mid()))
    if kind is sympy.Eq and 0 in signs:
        return Truth(True, told, bars, len(seen) > 1, off)
    return Truth(seen.pop() if len(seen) == 1 else None, told, bars, False, off)


def _all(found):
    for value in (False, None):
        for one in found:
            if one.value is value:
                return one
    return replace(found[0], agrees=any(one.agrees for one in found))


def _any(found):
    return next((one for value in (True, None) for one in found if one.value is value), found[0])


def _not(one):
    return Truth(None if one.value is None or one.agrees else not one.value, one.told, one.bars)


def _equivalent(found):
    undecided = next((one for one in found if one.value is None or one.agrees), None)
    if undecided:
        return Truth(None, undecided.told, undecided.bars)
    same = len({one.value for one in found}) == 1
    clearest = min(found, key=lambda one: float("inf") if one.bars is None else one.bars)
    return Truth(same, clearest.told, clearest.bars)


def _in_order(boolean):
    return sorted(boolean.args, key=sympy.default_sort_key)
