"""One parametrisation, all questions: is gradient flow on w = G(x) a mirror flow, of which potential, and if not, how far off?

    x, y = symbols("x y", real=True)
    print(examine(Parametrisation(((x**2 - y**2)/2, x*y), (x, y)), (1, Rational(1, 2))))

prints brackets, metric, verdict, the Legendre functions (a closed form, or a table), what swapping
controls changes, and where the flow of a constant control ends.
"""

from dataclasses import dataclass
from itertools import combinations

from mpmath import mp
from sympy import Matrix, Rational, eye, factor

from numerics.balls import text
from numerics.flows import FlowStopped
from numerics.identities import Finding, all_vanish, lowest_terms
from numerics.legendre import Legendre, closed_form, table
from numerics.parametrisation import Parametrisation
from numerics.reading import exact_fraction


@dataclass(frozen=True)
class End:
    """Under `control`, a unit vector of the dual, the flow ends near this `time`; w there, as balls.

    grad R is bounded in that direction.  Where |w| has not become large, R has a finite slope at its boundary: it is not
    essentially smooth, and gradient flow is its mirror flow up to such an end only.
    """

    control: tuple
    time: object
    weights: tuple


@dataclass(frozen=True)
class Examination:
    """What was found for one start.

    brackets   {(i, j): column} in the parameters; metric: J J'
    verdict    whether it is a mirror flow near the start's orbit
    legendre   closed forms of Q and perhaps R, or None; table: rows along each dual axis, where R has none
    swaps      {(i, j): Holonomy} at the side h
    ends       an `End` for each axis of the dual, up or down, along which the flow does not last for `horizon`
    """

    parametrisation: Parametrisation
    brackets: dict
    metric: Matrix
    verdict: Finding
    legendre: Legendre | None
    table: tuple
    swaps: dict
    side: Rational
    ends: tuple

    def __str__(self):
        lines = [f"{self.parametrisation}", f"J J' = {self.metric.applyfunc(factor).tolist()}"]
        lines += [f"[grad G{i + 1}, grad G{j + 1}] = {list(one.applyfunc(factor))}" for (i, j), one in self.brackets.items()]
        answer = {True: "is a mirror flow", False: "is no mirror flow", None: "was not decided to be a mirror flow"}
        lines += [f"gradient flow {answer[self.verdict.verdict]}: {self.verdict.reason}"]
        if self.legendre is not None:
            lines += [f"Q = {self.legendre.conjugate}", f"R = {self.legendre.potential or 'no closed form found'}"]
        lines += [f"mu = {_shown(row.dual)}: w = {_shown(row.weights)}, Q = {mp.nstr(row.conjugate, 8)}, "
                  f"R = {mp.nstr(row.potential, 8)}" for row in self.table]
        lines += [f"swapping controls {i + 1} and {j + 1}, each for a time {self.side}, changes w by {_shown(one.weights)} "
                  f"(over its square, in the limit: {_shown(one.limit)})" for (i, j), one in self.swaps.items()]
        lines += [f"under the control {_shown(one.control)} the flow ends near the time {text(one.time, 6)}, at "
                  f"w = ({', '.join(text(w, 6) for w in one.weights)})" for one in self.ends]
        return "\n".join(lines)


def examine(parametrisation, start, side=Rational(1, 16), horizon=8):
    """An `Examination` of the parametrisation from a start.

    start    dictionary or sequence of exact numbers; side: how long each swapped control acts, exact
    horizon  how far the dual is followed along each axis, exact

    Error   the verdict is exact or None; table, swaps and ends are observed, at mpmath's precision; an end is met
            where the flow's series no longer reaches on, a little before it
    Cost    seconds for a few weights; brackets and holonomy for all d (d - 1)/2 pairs
    Raises  ValueError for a start that does not fit, or at which J has less than full rank
    """
    if exact_fraction("side", side) <= 0:
        raise ValueError(f"side must be positive, not {side}")
    _refuse_irregular(parametrisation, parametrisation.start(start))
    start, pairs = parametrisation.start(start), [*combinations(range(len(parametrisation.weights)), 2)]
    brackets = {pair: parametrisation.bracket(*pair).applyfunc(lowest_terms) for pair in pairs}
    verdict = parametrisation.is_mirror()
    found = closed_form(parametrisation, start) if parametrisation.commutes().verdict is True else None
    rows = () if verdict.verdict is not True or found and found.potential is not None else _rows(parametrisation, start, side)
    swaps = {pair: parametrisation.holonomy(start, *pair, side) for pair in pairs}
    return Examination(parametrisation, brackets, parametrisation.metric, verdict, found, rows, swaps, side,
                       _ends(parametrisation, start, horizon))


def _refuse_irregular(parametrisation, start):
    there = parametrisation.metric.subs(dict(zip(parametrisation.parameters, start)), simultaneous=True)
    if all_vanish([there.det(method="berkowitz")]).verdict is True:
        raise ValueError(f"J has less than full rank at the start (J J' = {there.tolist()}): some direction of the weights "
                         f"is frozen there, so no potential is strictly convex; move the start or drop a weight")


def _rows(parametrisation, start, side):
    """The table at plus and minus `side` along each axis of the dual, where the flow gets there."""
    rows = []
    for axis in eye(len(parametrisation.weights)).tolist():
        for sign in (1, -1):
            try:
                rows += table(parametrisation, start, [[sign*side*one for one in axis]])
            except FlowStopped:
                continue                               # beyond the range of grad R
    return tuple(rows)


def _ends(parametrisation, start, horizon):
    axes = [tuple(sign*one for one in axis) for axis in eye(len(parametrisation.weights)).tolist() for sign in (1, -1)]
    found = []
    for axis in axes:
        try:
            parametrisation.flow(start, axis, horizon)
        except FlowStopped as stop:
            found.append(End(axis, stop.time, parametrisation.value([one.mid() for one in stop.point])))
    return tuple(found)


def _shown(values):
    return "(" + ", ".join(mp.nstr(value, 8) if isinstance(value, mp.mpf) else str(value) for value in values) + ")"
