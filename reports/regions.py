"""The regions in which a counterexample is sought: a fixed list for each claim, each searched alone.

The list depends on the claim alone, and what a region holds depends on nothing else, so that
any number of processes or machines gives what one gives.  Cheap and telling regions come first:
the cases given, boxes in some parts, degenerate and boundary instances, what z3 proposes, small
rationals, rationals drawn by Hypothesis, and boxes once more in many parts.
"""

import itertools
import math
import tempfile
import time

import sympy

from reports import boxes, polynomials, probes
from reports.falsify import LATE
from reports.search import GIVEN, Search
from theorems.kernel.loading.discover import load
from theorems.kernel.statement import Box, Case

BLOCK, ALL_OF = 1000, 20_000       # instances of one region; choices of small rationals that are all tried
SIZES, DRAWN = (4, 40, 1000), 100  # sizes of drawn rationals; how many are drawn of each
NEARBY = sympy.Rational(1, 10**6)  # how far inside an irrational end drawn numbers begin
MISSING = "{} is not installed (python -m pip install 'demonstrandum[search]'): {}"


def plan(claim):
    """[(kind, case number, detail)]: the regions of a claim, in the order in which their findings count."""
    families, pointed = instances(claim)
    each = range(len(pointed))
    parted = [("box", number) for number, case in enumerate(families) if _has_box(case)]
    parted += [("bounded", number) for number in each[:3] if _bounded(claim, pointed[number])]
    parted = [[(kind, number, (share, limit)) for kind, number in parted for share in range(boxes.SHARES)]
              for limit in boxes.PARTS if claim.measurement.level == "ENCLOSED"]
    found = [("given", 0, 0), ("points", 0, 0), *(parted or [[]])[0], *(("degenerate", number, 0) for number in each)]
    found += [("z3", number, 0) for number in each[:3] if parted]
    for number, rank in itertools.product(each, (1, 2, 3)):
        count = math.prod(map(len, _small(claim, pointed[number], rank)))
        found += [("small", number, (rank, start)) for start in range(0, count if count <= ALL_OF else 0, BLOCK)]
    return found + [("drawn", number, size) for size in SIZES for number in each] + (parted or [[]])[-1]


def searched(file, job, seconds):
    """The record of one region, in a process that may be far away."""
    claim = next(one for one in load(job["address"], file).claims if one.name == job["claim"])
    kind, number, detail = job["region"]
    return explore(claim, (kind, number, tuple(detail) if isinstance(detail, list) else detail), seconds)


def planned(address, file):
    """[(claim's name, its regions)] of a module."""
    return [(claim.name, plan(claim)) for claim in load(address, file).claims]


def explore(claim, region, seconds):
    """The record of one region."""
    kind, number, detail = region
    state = Search(claim, time.monotonic() + seconds)
    families, pointed = instances(claim)
    case = (families if kind == "box" else pointed)[number]
    try:
        if kind in ("box", "bounded"):
            boxes.examine(state, case if kind == "box" else _bounded(claim, case), *detail, declared=kind == "box")
        else:
            for what, instance in _members(claim, kind, case, detail, state):
                wrong = state.false(instance, what)
                if wrong:
                    state.keep(instance, wrong)
                    break
    except TimeoutError:
        state.notes.append(LATE)
    return state.record()


def _members(claim, kind, case, detail, state):
    """(what it is, instance) for each member of a region that is no box."""
    if kind == "given":
        return [(GIVEN, one) for one in instances(claim)[0] if not _has_box(one)]
    if kind == "points":
        return [("points of boxes", one) for given in instances(claim)[0] if _has_box(given) for one in _at_points(given)]
    if kind == "degenerate":
        return probes.degenerate(case, claim)
    if kind == "z3":
        return _proposed(claim, case, state)
    if kind == "small":
        rank, start = detail
        choices = itertools.islice(itertools.product(*_small(claim, case, rank)), start, start + BLOCK)
        return (("small rationals, all choices", probes.refill(case, one, "small rationals")) for one in choices)
    return _drawn(claim, case, detail, state)


def instances(claim):
    """(the cases given, the same at the middle of their boxes)."""
    families = [instance for case in claim.all_cases() for instance in case.instances()]
    return families, [next(_at_points(case)) for case in families]


def _has_box(case):
    return any(isinstance(value, Box) for value in case.data.values())


def _at_points(case):
    """The case at exact points of its boxes (itself if it has none)."""
    keys = [key for key, value in case.data.items() if isinstance(value, Box)]
    for choice in itertools.product(*(probes.inside(case.data[key]) for key in keys)):
        at = dict(zip(keys, choice))
        yield Case(case.name + "".join(f", {key} = {value}" for key, value in at.items()), {**case.data, **at}, case.breaks) \
            if keys else case


def _bounded(claim, case):
    return boxes.between(case, probes.limits(case, claim))


def _small(claim, case, rank):
    """For each leaf the rationals p/q with q <= rank, |p| <= 3 rank between its limits, smallest first."""
    numbers = sorted({sympy.Rational(p, q) for q in range(1, rank + 1) for p in range(-3*rank, 3*rank + 1)},
                     key=lambda one: (one.q, abs(one.p), one.p))
    return [[one for one in numbers if _fits(one, *_room(claim, name, {}))] for name in probes.plain_names(case)]


def _room(claim, name, chosen):
    """The limits of a datum where those in `chosen` have their values and the others any."""
    return probes.limits(Case("", {}), claim, {**chosen, name: 0}).get(name, (None, None))


def _fits(number, low, high):
    return (low is None or low <= number) and (high is None or number <= high)


def _proposed(claim, case, state):
    try:
        found, notes = polynomials.proposals(claim, case, (state.deadline - time.monotonic())/4)
    except ImportError:
        found, notes = [], [MISSING.format("z3", "polynomials were not searched")]
    state.notes += notes
    return [("proposed by z3", one) for one in found]


def _drawn(claim, case, size, state):
    """Rationals drawn by Hypothesis between the limits that the assumptions leave each number, given those before it."""
    try:
        from hypothesis import HealthCheck, Phase, configuration, given, settings, strategies as st
    except ImportError:
        state.notes.append(MISSING.format("Hypothesis", "no rationals were drawn"))
        return
    drawn, count = [], len(probes.leaves(case))
    unit = st.fractions(min_value=-1, max_value=1, max_denominator=size)

    @settings(max_examples=DRAWN, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(st.lists(unit, min_size=count, max_size=count))
    def collect(units):
        drawn.append(units)
    with tempfile.TemporaryDirectory() as nothing_kept:    # Hypothesis would leave a folder where the user is
        configuration.set_hypothesis_home_dir(nothing_kept)
        collect()
        configuration.set_hypothesis_home_dir(None)
    for units in drawn:
        yield f"rationals of size up to {size}", probes.refill(case, _placed(claim, case, units, size), f"drawn up to {size}")


def _placed(claim, case, units, size):
    """Units in [-1, 1] moved to where the assumptions leave room, one number after the other."""
    names, placed, chosen = probes.plain_names(case), [], {}
    for name, unit in zip(names, units):
        unit = sympy.Rational(unit.numerator, unit.denominator)
        low, high = _inner(_room(claim, name, chosen))
        placed.append(low + (high - low)*(unit + 1)/2 if low is not None and high is not None else
                      low + abs(unit)*size if low is not None else high - abs(unit)*size if high is not None else unit*size)
        if name is not None:
            chosen[name] = placed[-1]
    return placed


def _inner(ends):
    """Plain rational ends inside the exact ones, and near them."""
    found = []
    for end, side in zip(ends, (1, -1)):
        if end is not None and not end.is_Rational:
            near, far = (boxes.inner(one, side) for one in (end, end + side*NEARBY))
            end = sympy.Rational(*boxes.simple(min(near, far), max(near, far)).as_integer_ratio())
        found.append(end)
    return found
