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
from theorems.kernel.deciding.canonical import Refused, plus, times, tree
from theorems.kernel.deciding.decide import sign_of
from theorems.kernel.deciding.jumps import jump_in, settled
from theorems.kernel.deciding.signs import sign_here
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
    """(left, right, left - right, their symbols), entry by entry for tuples and matrices."""
    sides = [list(side) if isinstance(side, (sympy.Tuple, sympy.MatrixBase)) else [side]
             for side in (relation.lhs, relation.rhs)]
    if len(sides[0]) != len(sides[1]):
        raise ValueError(f"{relation}: the sides have {len(sides[0])} and {len(sides[1])} entries")
    return [(left, right, left - right, left.free_symbols | right.free_symbols) for left, right in zip(*sides)]


def _compare(kind, left, right, difference, free, values):
    missing = sorted(str(symbol) for symbol in free - set(values))
    if missing:
        return Truth(None, f"no value is known for {', '.join(missing)}")
    used = {symbol: values[symbol] for symbol in free}
    if all(isinstance(value, sympy.Basic) for value in used.values()):
        return _exactly(kind, left, right, difference, used)
    return _in_balls(kind, left, right, difference, used)


def _exactly(kind, left, right, difference, used):
    """By the trees of both sides: SymPy would cancel what is undefined, and puts 0 for numbers that it takes for 0."""
    sign = _sign(left, right, used)
    if sign is None:
        turned, number = _imaginary_part(left, right, used), _number(difference, used)
        if turned is not None and not turned.contains(0):
            return _not_real(kind, _short(number))
        if number.is_Rational:
            return Truth(None, "whether both sides have values here was not decided")
        undefined = number.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo)
        return Truth(None, "a side is undefined here" if undefined else f"the sign of {_short(number)} was not decided")
    return Truth(_fits(kind, sign), "exactly equal" if sign == 0 else partial(_unequal, difference, used, sign))


def _number(difference, used):
    """What SymPy makes of the difference: for the eye, no judgement rests on it."""
    try:
        return difference.xreplace(used)
    except (ValueError, TypeError, ZeroDivisionError):     # no comparison with what is undefined
        return sympy.nan


def _unequal(difference, used, sign):
    number = _number(difference, used)
    return _told(_short, number) if number != 0 else f"left - right is {'positive' if sign > 0 else 'negative'}"


def _sign(left, right, used):
    """The sign of left - right, or None."""
    if _polynomial(left, right) and all(value.is_Rational for value in used.values()):     # however long
        return sign_of(left.xreplace(used) - right.xreplace(used))
    try:
        if jump_in(left, right):
            left, right = (settled(side, used, lambda condition: _truth(condition, used).value) for side in (left, right))
        return sign_here(_difference_of_trees(left, right), {symbol.name: tree(value) for symbol, value in used.items()})
    except Refused:
        return None


@lru_cache(maxsize=4000)
def _polynomial(left, right):
    return left.is_polynomial() and right.is_polynomial()


@lru_cache(maxsize=4000)
def _difference_of_trees(left, right):
    return plus(tree(left), times("-1", tree(right)))


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


def _in_balls(kind, left, right, difference, used):
    try:
        # enough bits for any cancellation against a measured radius above 2^-400
        with balls.precision(512):
            for side in _cancelled(left, right, difference):
                balls.evaluate(side, {symbol: balls.ball(used[symbol]) for symbol in side.free_symbols})
            return _placed(kind, balls.evaluate(difference, {symbol: balls.ball(value) for symbol, value in used.items()}))
    except (balls.Undecided, TypeError, KeyError) as reason:       # what real balls do not know, such as log(-1) or a sum's index
        turned = _imaginary_part(left, right, used)
        if turned is None or turned.contains(0):
            return Truth(None, str(reason))
        return _not_real(kind, f"{balls.text(turned, 12)} times i beside its real part")


@lru_cache(maxsize=4000)
def _cancelled(left, right, difference):
    """What may be undefined in the sides, but stands in their difference no more."""
    risky = lambda e: e.atoms(sympy.Pow, sympy.Function)
    return tuple((risky(left) | risky(right)) - risky(difference))


def _imaginary_part(left, right, used):
    """A ball for that of left - right, with SymPy's principal roots; None where a side has no finite value or no meaning."""
    try:
        with balls.precision(512):
            at = {symbol.name: evaluate(tree(value), {}, COMPLEX) if isinstance(value, sympy.Basic) else acb(value)
                  for symbol, value in used.items()}
            inner = [one for side in (left, right) for e in side.atoms(sympy.Abs, sympy.Max, sympy.Min) for one in e.args]
            if any(evaluate(tree(one), at, COMPLEX).imag != 0 for one in inner):   # their trees are those of real numbers
                return None
            found = [evaluate(tree(side), at, COMPLEX) for side in (left, right)]
    except (Refused, Inexact):
        return None
    return (found[0] - found[1]).imag if all(one.is_finite() for one in found) else None


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
