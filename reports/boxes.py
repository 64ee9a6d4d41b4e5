"""Interval branch and bound: a claim over a box, its parts taken in the order of their margins.

Each part is measured whole, with balls.  Where the claim holds all over it, no counterexample
lies there; where an assumption fails all over it, none counts.  Of what stays open the part
with the smallest lower bound of the margin is cut next, and its simplest point is measured
exactly: only such a point is a counterexample.
"""

import heapq
import math
from fractions import Fraction

import sympy

from numerics import balls
from reports.search import at_most, margin, parts
from theorems.kernel.domain import ONE, SORTS
from theorems.kernel.measure import reading, run
from theorems.kernel.runs import halves, place, seen_at, stretch
from theorems.kernel.statement import Box, Case
from theorems.kernel.truth import truth

SHARES = 8                         # regions into which a box is dealt, a power of two
PARTS = 128, 1024                  # parts of a region looked at, first and once more at last
NARROWEST = Fraction(1, 2**48)     # a part as narrow as this share of its box is not cut further
_BITS = 64                         # of an inner rational bound of an irrational end


def examine(state, case, number, limit, declared):
    """Search region `number` of the case's box in at most `limit` parts; what is not decided is recorded in `state.boxes`."""
    claim = state.claim
    data, boxes = reading(claim, case)
    first = _dealt(boxes, number)
    try:
        with at_most(state.share()):
            fate, low = _look(claim, case, data, boxes, first)
    except TimeoutError:
        raise
    except Exception as error:                             # many measurements need numbers
        if declared:
            state.notes.append(f"{case.name}: its measurement takes no interval ({type(error).__name__}: {error})")
        return
    parts = _Parts(fate, low, first)
    try:
        while parts.waiting and parts.looked < limit and not state.found:
            share = parts.next()
            _try_point(state, case, boxes, share)
            for half in halves(share):
                try:
                    with at_most(state.share()):
                        found = _look(claim, case, data, boxes, half)
                    parts.put(*found, half)
                except (ArithmeticError, ValueError):      # not measurable on a part: cut further
                    parts.put("open", -math.inf, half)
    finally:                                               # also when the budget ends
        state.boxes.append({**parts.record(boxes), "case": case.name, "declared": declared, "region": number})


class _Parts:
    """The parts of one region: how much is settled, and what waits, the smallest lower bound first."""

    def __init__(self, fate, low, share):
        self.waiting, self.narrow, self.looked, self.measured = [], [], 0, False
        self.done = {"certain": Fraction(0), "outside": Fraction(0)}
        self.put(fate, low, share)

    def put(self, fate, low, share):
        self.looked += 1
        self.measured = self.measured or fate != "outside"
        if fate == "open":
            narrow = max(high - low for low, high in share.values()) <= NARROWEST
            heapq.heappush(self.narrow if narrow else self.waiting, (low, self.looked, share))
        else:
            self.done[fate] += math.prod((high - low for low, high in share.values()), start=Fraction(1))

    def next(self):
        return heapq.heappop(self.waiting)[2]

    def record(self, boxes):
        worst = min(self.waiting + self.narrow, default=None)
        return {"parts": self.looked, "measured": self.measured, **{key: str(value) for key, value in self.done.items()},
                "box": ", ".join(f"{symbol} in [{box.low}, {box.high}]" for symbol, box in boxes.items()),
                "worst": worst and [worst[0], _told(boxes, worst[2])]}


def _look(claim, case, data, boxes, share):
    """("certain", "outside" or "open", lower bound of the margin) of the claim on a part."""
    part = {symbol: stretch(boxes[symbol], *share[symbol]) for symbol in boxes}
    try:
        with balls.precision():
            values = {symbol: balls.evaluate(value, part) if value.free_symbols else value for symbol, value in data.items()}
        if any(truth(one, values).value is False for one in claim.theorem.assumes) or any(
                truth(relation, {ONE: value}).value is False for symbol, value in values.items()
                for sort, relation in SORTS.items() if getattr(symbol, f"is_{sort}")):
            return "outside", math.inf
        found = run(claim, case, f"{claim.theorem.address}/{claim.name}/falsify", part=part)
    except balls.Undecided:
        return "open", -math.inf
    seen = seen_at(claim, found)
    if seen.value is True and not seen.agrees:
        return "certain", math.inf
    return "open", min((_lowest(one, found.values) for one in parts(claim.statement)), default=-math.inf)


def _lowest(relation, values):
    """A lower bound of a relation's margin; of an equation's, minus the largest distance of its sides."""
    if isinstance(relation, sympy.Eq):
        known = margin(sympy.Ge(relation.lhs, relation.rhs, evaluate=False), values)
        return -math.inf if known is None else -float(known.abs_upper())
    known = margin(relation, values)
    return -math.inf if known is None else float(known.lower())


def _try_point(state, case, boxes, share):
    """Measure the claim exactly at the simplest point of a part."""
    at = {symbol.name: _point(boxes[symbol], *share[symbol]) for symbol in boxes}
    told = ", ".join(f"{key} = {value}" for key, value in at.items())
    point = Case(f"{case.name}, {told}", {**case.data, **at}, case.breaks)
    wrong = state.false(point, "points of boxes, the smallest margin first")
    if wrong:
        state.keep(point, wrong)


def _dealt(boxes, number):
    """Region `number` of SHARES: the shares (low, high) of each side that it covers."""
    share = {symbol: (Fraction(0), Fraction(1)) for symbol in boxes}
    for bit in range(SHARES.bit_length() - 1):
        share = halves(share)[number >> bit & 1]
    return share


def _point(box, low, high):
    """The rational with the smallest denominator between two ends of a box."""
    found = simple(*(inner(place(box, one), side) for one, side in ((low, 1), (high, -1))))
    return sympy.Rational(found.numerator, found.denominator)


def inner(number, side):
    """A rational at a number, or just above (side 1) or below (side -1) an irrational one."""
    if number.is_Rational:
        return Fraction(int(number.p), int(number.q))
    with balls.precision(2*_BITS):
        middle, radius = balls.to_exact(balls.ball(number))
    return Fraction(math.ceil(middle*side*2**_BITS + radius*2**_BITS), 2**_BITS)*side


def simple(low, high):
    """The rational with the smallest denominator in [low, high] (of those the one nearest to 0), by continued fractions.

    Cost: as many divisions as the continued fraction of an end has terms.
    """
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simple(-high, -low)
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    return whole - 1 + 1/simple(1/(high - whole + 1), 1/(low - whole + 1))


def _told(boxes, share):
    ends = lambda symbol: " .. ".join(balls.text(balls.ball(place(boxes[symbol], one)), 9) for one in share[symbol])
    return ", ".join(f"{symbol} in {ends(symbol)}" for symbol in boxes)


def lines(records):
    """For each case: how much of its box a counterexample is excluded from, and what stays undecided."""
    for name, box in dict.fromkeys((one["case"], one["box"]) for one in records):
        own = {one["region"]: one for one in records if (one["case"], one["box"]) == (name, box)}.values()   # the last of each
        if not any(one["measured"] or one["declared"] for one in own):
            continue                                       # its measurement takes no interval, and none was asked for
        certain, outside = (sum(Fraction(one[key]) for one in own) for key in ("certain", "outside"))
        seen = Fraction(len(own), SHARES)
        told = f"{name!r}, {box}: {sum(one['parts'] for one in own)} parts; a counterexample is excluded on {_percent(certain)}"
        told += f", the assumptions fail on {_percent(outside)}" if outside else ""
        open_, missed = seen - certain - outside, 1 - seen
        worst = min((one["worst"] for one in own if one["worst"]), default=None, key=lambda one: one[0])
        told += f", undecided on {_percent(open_)}" + (f", first {worst[1]}" if worst else "") if open_ else ""
        yield told + (f", not looked at {_percent(missed)}" if missed else "")


def _percent(part):
    """A share of the box in percent, never rounded to all or nothing."""
    if part in (0, 1):
        return f"{int(part)*100} %"
    percent = float(100*part)
    return "less than 0.01 %" if percent < 0.01 else "more than 99.99 %" if percent > 99.99 else f"{percent:.2f} %"


def between(case, limits):
    """The case with a Box for each number that the assumptions bound on both sides, or None (`limits` as in probes)."""
    wide = {key: Box(low, high) for key, (low, high) in limits.items() if low is not None and high is not None and low < high}
    return Case(f"{case.name}, between the assumptions", {**case.data, **wide}) if 0 < len(wide) <= 3 else None
