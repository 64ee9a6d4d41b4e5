"""`qed falsify`: look for an exact counterexample to a claim within its assumptions.

Instances are made from the cases given (`probes`): degenerate and boundary ones first,
then points of boxes, then what z3 proposes for a claim that its measurement turns into
polynomials, then rationals drawn by Hypothesis.  Each is measured as `qed verify` would;
one that meets every assumption and comes out false is made simple and printed as a case
to paste.  Finding none is no support for the claim, and is reported as what was tried.
"""

import itertools
import time
from dataclasses import dataclass, field

import sympy

from numerics.laboratory import Laboratory, measuring
from reports import probes
from theorems.kernel import rules
from theorems.kernel.discover import load, resolve
from theorems.kernel.measure import reading, sought
from theorems.kernel.schedule import isolated
from theorems.kernel.statement import Box, Case, relations

TRIED_AT_MOST = 100_000
GRACE = 60                         # seconds beyond the budget, for loading and for one slow measurement
SORTS = {"positive": lambda x: x > 0, "negative": lambda x: x < 0, "nonnegative": lambda x: x >= 0,
         "nonpositive": lambda x: x <= 0, "nonzero": lambda x: sympy.Ne(x, 0)}


@dataclass
class Search:
    """What was tried for one claim, and the counterexample if there is one."""

    claim: object
    deadline: float
    tried: dict = field(default_factory=dict)              # region -> instances measured
    skipped: int = 0                                       # outside the assumptions, or not measurable
    closest: tuple | None = None                           # (bars, case name, what was seen)
    found: tuple | None = None                             # (case, what was seen)
    notes: list = field(default_factory=list)

    def false(self, case, region="simplified"):
        """Whether the claim is measured false on an instance that meets the assumptions."""
        if time.monotonic() > self.deadline:
            raise TimeoutError
        try:
            if rules.unmet(self.claim, case):
                self.skipped += 1
                return None
            runs = rules.judged(self.claim, case, f"{self.claim.theorem.address}/{self.claim.name}/falsify")
        except Exception:                                  # bent data may break a measurement in any way
            self.skipped += 1
            return None
        self.tried[region] = self.tried.get(region, 0) + 1
        wrong = next((one for one in runs if one.seen.value is False), None)
        if wrong is None:
            near = min((one for one in runs if one.seen.bars is not None), key=lambda one: one.seen.bars, default=None)
            if near and (self.closest is None or near.seen.bars < self.closest[0]):
                self.closest = near.seen.bars, case.name, near.seen.because
        return wrong and wrong.seen


def search(claim, budget):
    """Search for a counterexample for at most `budget` seconds."""
    state = Search(claim, time.monotonic() + budget)
    try:
        for region, case in itertools.islice(_instances(claim, state), TRIED_AT_MOST):
            seen = state.false(case, region)
            if seen:
                state.found = _simplest(state, case, seen)
                break
    except TimeoutError:
        state.notes.append(f"the budget of {budget} s was used up")
    return state


def _instances(claim, state):
    families = [instance for case in claim.all_cases() for instance in case.instances()]
    pointed = [one for case in families for one in _at_points(case)]
    for case in families + pointed:
        yield "the cases given" if case in families else "points of the boxes", case
    for case in pointed:
        yield from itertools.islice(probes.degenerate(case, claim.theorem.assumes), 1, None)
    yield from _by_z3(claim, pointed, state)
    for case in pointed:
        for rank in range(1, 4):                           # every choice of small rationals, smallest first
            numbers = sorted({sympy.Rational(p, q) for q in range(1, rank + 1) for p in range(-3*rank, 3*rank + 1)},
                             key=lambda one: (one.q, abs(one.p), one.p))
            if len(numbers)**len(probes.leaves(case)) > 20_000:
                continue
            for choice in itertools.product(numbers, repeat=len(probes.leaves(case))):
                yield "small rationals, all choices", probes.refill(case, choice, "small rationals")
    yield from _drawn(claim, pointed, state)


def _at_points(case):
    """The case at exact points of its boxes (itself if it has none)."""
    boxes = [key for key, value in case.data.items() if isinstance(value, Box)]
    for choice in itertools.product(*(probes.inside(case.data[key]) for key in boxes)):
        at = dict(zip(boxes, choice))
        yield Case(case.name + "".join(f", {key} = {value}" for key, value in at.items()), {**case.data, **at}, case.breaks)


def _drawn(claim, cases, state):
    """Rationals drawn by Hypothesis, within the signs that the assumptions put on plain symbols."""
    try:
        from hypothesis import HealthCheck, Phase, given, settings, strategies as st
    except ImportError:
        state.notes.append("Hypothesis is not installed (pip install 'demonstrandum[search]'): no rationals were drawn")
        return
    for size, number in itertools.product((4, 40, 1000), range(len(cases))):
        case, drawn = cases[number], []
        bounded = st.fractions(min_value=-size, max_value=size, max_denominator=size)

        @settings(max_examples=100, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(st.lists(bounded, min_size=len(probes.leaves(case)), max_size=len(probes.leaves(case))))
        def collect(numbers):
            drawn.append([sympy.Rational(one.numerator, one.denominator) for one in numbers])
        collect()
        for numbers in drawn:
            yield f"rationals of size up to {size}", probes.refill(case, numbers, f"drawn up to {size}")


def _by_z3(claim, cases, state):
    """What z3 proposes where the measurement, run on symbols, turns the claim into polynomials."""
    if claim.measurement.level != "ENCLOSED":
        return
    try:
        import z3
    except ImportError:
        state.notes.append("z3 is not installed (pip install 'demonstrandum[search]'): no polynomial search")
        return
    for case in cases[:3]:
        symbols = sympy.symbols(f"leaf:{len(probes.leaves(case))}", real=True)
        relation = _as_relation(claim, probes.refill(case, symbols, case.name)) if symbols else None
        if relation is None:
            continue
        numbers = _z3_point(z3, relation, symbols, max(1, int(1000*(state.deadline - time.monotonic())/4)))
        if numbers is None:
            state.notes.append("z3 found no counterexample among polynomials")
        else:
            yield "proposed by z3", probes.refill(case, numbers, "proposed by z3")


def _as_relation(claim, case):
    """Assumptions and negated claim in the leaves, if the measurement runs on symbols; else None."""
    try:
        data, _ = reading(claim, case)
        with measuring():
            result = claim.measurement.function(Laboratory(case.data))
        values = {**data, **(result if isinstance(result, dict) else {sought(claim, data)[0]: result})}
        put = [(symbol, sympy.sympify(value)) for symbol, value in values.items()]
        assumed = [one.subs(put, simultaneous=True) for one in claim.theorem.assumes]
        assumed += [sign(sympy.sympify(value)) for symbol, value in data.items() for sort, sign in SORTS.items()
                    if getattr(symbol, f"is_{sort}")]
        return sympy.And(*assumed, sympy.Not(sympy.And(*(one.subs(put, simultaneous=True)
                                                         for one in relations(claim.statement)))))
    except Exception:                                      # most measurements need numbers
        return None


def _z3_point(z3, relation, symbols, milliseconds):
    """Rational values at which the relation holds, or None."""
    names = {symbol: z3.Real(symbol.name) for symbol in symbols}
    solver = z3.Solver()
    solver.set("timeout", milliseconds)
    try:
        solver.add(_to_z3(z3, relation, names))
    except (KeyError, TypeError):
        return None
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    values = [model.eval(names[symbol], model_completion=True) for symbol in symbols]
    if not all(z3.is_rational_value(value) for value in values):
        return None
    return [sympy.Rational(value.numerator_as_long(), value.denominator_as_long()) for value in values]


def _to_z3(z3, node, names):
    """A polynomial or rational SymPy relation as a z3 expression; TypeError if it is neither."""
    if node.is_Rational:
        return z3.Q(node.p, node.q)
    if node.is_Symbol:
        return names[node]
    if node in (sympy.true, sympy.false):
        return z3.BoolVal(bool(node))
    inner = [_to_z3(z3, one, names) for one in node.args if not (node.is_Pow and one is node.args[1])]
    if node.is_Pow and node.exp.is_Integer:
        power = z3.Product(*inner*abs(int(node.exp)))
        return power if node.exp > 0 else 1/power
    makers = {sympy.Add: lambda *xs: z3.Sum(*xs), sympy.Mul: lambda *xs: z3.Product(*xs), sympy.And: z3.And, sympy.Or: z3.Or,
              sympy.Not: z3.Not, sympy.Eq: lambda a, b: a == b, sympy.Ne: lambda a, b: a != b, sympy.Ge: lambda a, b: a >= b,
              sympy.Le: lambda a, b: a <= b, sympy.Gt: lambda a, b: a > b, sympy.Lt: lambda a, b: a < b}
    maker = makers.get(type(node))
    if maker is None:
        raise TypeError(f"{type(node).__name__} is not polynomial")
    return maker(*inner)


def _simplest(state, case, seen):
    """The counterexample with each number made as plain as it can be while the claim stays false."""
    numbers, changed = probes.leaves(case), True
    try:
        while changed:
            changed = False
            for i, own in enumerate(numbers):
                for plain in _plainer(own):
                    trial = probes.refill(case, [*numbers[:i], plain, *numbers[i + 1:]], case.name)
                    again = state.false(trial)
                    if again:
                        numbers[i], case, seen, changed = plain, trial, again, True
                        break
    except TimeoutError:
        state.notes.append("the budget ended while the counterexample was being made simple")
    return case, seen


def _plainer(number):
    size = lambda one: (sympy.Rational(one).q, abs(sympy.Rational(one).p), bool(one < 0))
    if not getattr(number, "is_Rational", isinstance(number, int)):
        return []
    whole = [sympy.Rational(round(number*q) + near, q) for q in (1, 2, 3, 4, 5, 10) for near in (0, 1, -1)]
    whole += map(sympy.Integer, range(-12, 13))
    return [one for one in sorted({*probes.PLAIN, *whole}, key=size) if size(one) < size(number)]


def told(state):
    """The report of a search, ready to print."""
    claim = state.claim
    address = f"{claim.theorem.address}/{claim.name}"
    count = sum(state.tried.values())
    regions = "\n".join(f"  {number:6d}  {region}" for region, number in state.tried.items())
    searched = f"{count} instances measured, {state.skipped} outside the assumptions or not measurable\n{regions}"
    notes = "".join(f"\n  {note}" for note in state.notes)
    if state.found:
        case, seen = state.found
        data = "".join(f", {key}={probes.literal(value)}" for key, value in case.data.items())
        return (f"{address}: REFUTED, {claim.says!r} is false on an instance that meets every assumption\n"
                f"  {seen.because}\n  Add it to the module, or an assumption that excludes it:\n"
                f'    theorem.case("counterexample"{data})\n{searched}{notes}')
    near = f"\n  closest call: {state.closest[0]:.1e} bars on {state.closest[1]!r}, {state.closest[2]}" if state.closest else ""
    return f"{address}: no counterexample found (this supports nothing)\n{searched}{near}{notes}"


def add(subparsers):
    """Add the command to `qed`."""
    parser = subparsers.add_parser("falsify", help="look for an exact counterexample to a claim within its assumptions",
                                   description="Look for an exact counterexample. Exit status: 0 none found, 1 found, "
                                               "2 unusable input.")
    parser.add_argument("target", help="a file, or the address of a theorem or a claim")
    parser.add_argument("--budget", type=_seconds, default=30, metavar="SECONDS", help="for each claim (default 30)")
    parser.set_defaults(run=command)


def _seconds(text):
    import argparse
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds between 0 and 86400")
    return seconds


def command(arguments):
    """Run the search for every claim of the target, each in a guarded process; the exit status."""
    found = False
    for address, file in resolve([arguments.target]).items():
        names = isolated(_names, (address, str(file)), arguments.budget + GRACE)
        for name in names:
            if not _asked(arguments.target, f"{address}/{name}"):
                continue
            refuted, text = isolated(_search, (address, str(file), name, arguments.budget), arguments.budget + GRACE)
            found = found or refuted
            print(text)
    return 1 if found else 0


def _asked(target, address):
    return target.endswith(".py") or f"{address}/".startswith(target.rstrip("/") + "/") or target.startswith(address + "/")


def _names(address, file):
    return [claim.name for claim in load(address, file).claims]


def _search(address, file, name, budget):
    claim = next(one for one in load(address, file).claims if one.name == name)
    state = search(claim, budget)
    return state.found is not None, told(state)
