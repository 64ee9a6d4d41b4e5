"""A claim measured on a case: once for each instance, and over boxes until every part is decided."""

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

import sympy

from numerics import balls
from theorems.kernel.domain import unsorted
from theorems.kernel.measure import reading, run
from theorems.kernel.mutate import mutants
from theorems.kernel.statement import Box, relations
from theorems.kernel.truth import Truth, truth
from theorems.kernel.values import Unmeasured, shown

PILOT = 200                        # draws that tell how many are needed
PARTS = 4096                       # boxes into which a Box is divided before it counts as undecided


@dataclass(frozen=True)
class Run:
    """The claim measured once: on one instance of a case, or on one part of its boxes."""

    case: object
    part: dict | None
    found: object
    seen: Truth
    address: str                   # of which the seeds of its draws are made


def judged(claim, case, address, fresh=""):
    """The runs over a case's instances; each Box is divided until all is decided."""
    judged = []
    for instance in case.instances():
        boxes = {key: value for key, value in instance.data.items() if isinstance(value, Box)}
        if not boxes:
            own = f"{address}{instance.name.removeprefix(case.name)}"
            count = draws(claim, instance, own, fresh) if claim.measurement.level == "SAMPLED" else None
            found = run(claim, instance, own, fresh=fresh, count=count)
            judged.append(Run(instance, None, found, seen_at(claim, found), own))
        elif claim.measurement.level != "ENCLOSED":
            raise Unmeasured(f"case {case.name!r} holds an interval, of which only an enclosure sees every point; "
                             f"enclose, or choose points of it with Each")
        else:
            judged.extend(_over_boxes(claim, instance, address))
    return judged


def draws(claim, case, address, fresh=""):
    """How many draws a sampling needs, from a pilot: as many as the nearest wrong statement asks, at most the declared count.

    A statement b bars away from the pilot's PILOT draws is 2 bars away from PILOT (2/b)^2 draws, for a bar shrinks as
    the root of their number.  Where the declared count tells none apart, all of it is drawn, and at once where a pilot
    would take about as long.  The pilot has a seed of its own, so that the draws which are judged do not depend on their
    number.
    """
    most = claim.measurement.count
    if most <= 2*PILOT:
        return most
    pilot = run(claim, case, f"{address} pilot", fresh=fresh, count=PILOT)
    known = [symbol for symbol in pilot.values if str(symbol) not in pilot.measured]
    wrong = [one.relation for one in mutants(claim.statement, known)]
    wrong += [part for one in claim.false.values() for part in relations(one) if part not in relations(claim.statement)]
    bars = [truth(one, pilot.values).bars for one in wrong]
    needed = [ceil(PILOT*(2/one)**2) for one in bars if one and one > 2*sqrt(PILOT/most)]
    return min(most, max(PILOT, *needed)) if needed else most


def seen_at(claim, found):
    """The truth of the claim at what was found, which includes the declared sorts of measured symbols."""
    for symbol, value in found.values.items():
        missed = unsorted(symbol, value) if str(symbol) in found.measured else None
        if missed:
            return Truth(False if missed.surely else None, f"{symbol} = {shown(value)}, but the symbol is {missed.told}")
    return truth(claim.statement, found.values)


def _over_boxes(claim, case, address):
    _, boxes = reading(claim, case)
    waiting, judged, tried = deque([{symbol: (Fraction(0), Fraction(1)) for symbol in boxes}]), [], 0
    while waiting:                 # the widest part first: one that refutes is found beside one that stays open
        share, tried = waiting.popleft(), tried + 1
        part = {symbol: stretch(boxes[symbol], *share[symbol]) for symbol in boxes}
        try:
            found = run(claim, case, address, part=part)
            seen, reason = seen_at(claim, found), ""
        except balls.Undecided as undecided:
            found, seen, reason = None, None, str(undecided)
        if seen is not None and seen.value is not None and not seen.agrees:    # an equation to a ball's radius shows no part whole
            judged.append(Run(case, part, found, seen, address))
            if seen.value is False:
                return judged
            continue
        if tried > PARTS:
            whole = "; balls show no equation on a whole interval: take points of it with Each, or state bounds"
            raise balls.Undecided(f"after {PARTS} parts it is still open on {_told_part(part)}: "
                                  f"{reason or seen.because}{whole if seen is not None and seen.agrees else ''}")
        waiting += halves(share)
    return judged


def halves(share):
    """A part of boxes, {symbol: (low, high) as shares of its side}, cut across its widest side."""
    symbol = max(share, key=lambda one: (share[one][1] - share[one][0], str(one)))
    low, high = share[symbol]
    middle = (low + high)/2
    return [{**share, symbol: (low, middle)}, {**share, symbol: (middle, high)}]


def place(box, share):
    """The exact number at a share of a Box's width."""
    return box.low + (box.high - box.low)*sympy.Rational(share.numerator, share.denominator)


def stretch(box, low, high):
    """A ball that covers a Box between two shares of its width."""
    return balls.box(place(box, low), place(box, high))


def _told_part(part):
    return ", ".join(f"{symbol} in {balls.text(ball, 8)}" for symbol, ball in part.items())


def refuting(statement, found, best=False):
    """(run, truth) of a measurement at which the statement is false: the first, or the clearest."""
    hits = []
    for one in found:
        seen = truth(statement, one.found.values)
        if seen.value is False:
            hits.append((one, seen))
            if not best or seen.bars is None:
                return hits[-1]
    return max(hits, key=lambda hit: hit[1].bars) if hits else None


def data_symbols(runs):
    """The symbols with values from data, which mutants interchange."""
    known = set().union(*(one.found.values for one in runs))
    measured = set().union(*(one.found.measured for one in runs))
    return [symbol for symbol in known if str(symbol) not in measured]


def first_of_each_case(found):
    """One run per instance, fewest steps first; of a Box the first part stands for all, as its midpoint is tried."""
    seen = {}
    for one in found:
        seen.setdefault(one.case.name, one)
    return sorted(seen.values(), key=lambda one: one.found.taken)


def middles(claim, case):
    _, boxes = reading(claim, case)
    return {symbol: balls.ball((box.low + box.high)/2) for symbol, box in boxes.items()}
