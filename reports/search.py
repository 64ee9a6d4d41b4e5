"""A search for a counterexample: each instance measured as `qed verify` would, and what came of it.

What a search found is a plain record, so that it can be made by another process or machine.
"""

import contextlib
import copy
import math
import signal
import time
from dataclasses import dataclass, field, replace

import sympy
from sympy.logic.boolalg import And

from numerics import balls
from reports import probes
from theorems.kernel import rules
from theorems.kernel.exact import is_bound
from theorems.kernel.statement import relations
from theorems.kernel.values import shown

SHORT = 300                        # characters of a value or reason that are printed
GIVEN = "the cases given"


@contextlib.contextmanager
def at_most(seconds):
    """Raises TimeoutError in what takes longer, and each second anew if that is not heeded; where there is no alarm, never."""
    def ring(*_):
        raise TimeoutError
    if not hasattr(signal, "setitimer"):
        yield
        return
    before, left = signal.signal(signal.SIGALRM, ring), signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *left)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Search:
    """The search of one region: what was tried, the closest call, and the counterexample if there is one."""

    claim: object
    deadline: float
    tried: dict = field(default_factory=dict)              # kind of instance -> how many were measured
    outside: int = 0                                       # instances that do not meet the assumptions
    unmeasured: int = 0
    why: str = ""                                          # why the first of those gave nothing to judge
    closest: list | None = None                            # [key, what was seen]: the smallest key is the closest
    boxes: list = field(default_factory=list)
    found: dict | None = None
    notes: list = field(default_factory=list)

    def share(self):
        """The seconds that one instance may take: half of those left, so that one that hangs leaves some to others."""
        return max((self.deadline - time.monotonic())/2, 1)

    def false(self, case, kind="made simple"):
        """What is seen on an instance that meets the assumptions and where the claim is false; else None."""
        if time.monotonic() > self.deadline:
            raise TimeoutError
        seconds = self.share()
        try:
            with at_most(seconds):
                unmet = kind != GIVEN and probes.unfit(case, self.claim) or rules.unmet(self.claim, case)
                if unmet and kind == GIVEN:                # a fault of the case, which `qed verify` would tell
                    return self._nothing(unmet)
                if unmet:
                    self.outside += 1
                    return None
                runs, wrong = self._judged(case)
        except TimeoutError:
            return self._nothing(f"{case.name}: no value within {seconds:.2g} s, half of what was left of the budget")
        except Exception as error:                         # bent data may break a measurement in any way
            return self._nothing(f"{case.name}: {type(error).__name__}: {error}")
        self.tried[kind] = self.tried.get(kind, 0) + 1
        for one in runs:
            if not wrong:
                self._note_closest(one, case)
        return wrong

    def _nothing(self, why):
        self.unmeasured += 1
        self.why = self.why or why[:SHORT]

    def _judged(self, case):
        """(the runs of an instance, the one where the claim is false or None)."""
        address = f"{self.claim.theorem.address}/{self.claim.name}/falsify"
        runs = rules.judged(self.claim, case, address)
        wrong = next((one for one in runs if one.seen.value is False), None)
        if wrong and not self._again(case, address):
            raise ArithmeticError("it was measured false, but not again with more effort")
        return runs, wrong

    def _again(self, case, address):
        """Whether it is false again, from nearer by and with new draws: a bar or a confidence interval is no proof."""
        how = self.claim.measurement
        if how.level == "ENCLOSED":
            return True
        sharper = copy.copy(self.claim)
        if how.small is not None:
            object.__setattr__(sharper, "measurement", replace(how, first=how.first/16))
        return any(one.seen.value is False for one in rules.judged(sharper, case, address, fresh="again"))

    def _note_closest(self, run, case):
        call = closeness(self.claim.statement, run)
        if call is not None and (self.closest is None or call < self.closest[0]):
            told = f"a margin of {call:.3g}" if call >= 0 and run.seen.bars is None or call > 0 else run.seen.because
            self.closest = [call, ", ".join(filter(None, (f"{told} on {case.name!r}", _told(_given(run)))))]

    def keep(self, case, run):
        """Make the counterexample simple and keep it, as text that can be pasted."""
        try:
            case, run = simplest(self, case, run)
        except TimeoutError:
            self.notes.append("the budget ended while the counterexample was being made simple")
        names = probes.names_of_symbols(self.claim)
        self.found = {"statement": " and ".join(map(str, relations(self.claim.statement))),
                      "because": run.seen.because, "data": _told(_given(run)),
                      "measured": _told({name: shown(value) for name, value in _measured(run)}),
                      "case": "".join(f", {key}={probes.literal(value, names)}" for key, value in case.data.items())}

    def record(self):
        """What was found, as data."""
        return {key: getattr(self, key) for key in ("tried", "outside", "unmeasured", "why", "closest", "boxes", "found", "notes")}


def closeness(statement, run):
    """How near a true statement is to failing: the least margin of its bounds; else minus a ball's use of its radius."""
    margins = [margin(one, run.found.values) for one in parts(statement)]
    known = [one for one in margins if one is not None]
    if known:
        return float(min(one.lower() for one in known))
    return None if run.seen.bars is None else -float(run.seen.bars)


def parts(statement):
    """The relations that must all hold."""
    return [inner for one in relations(statement) for inner in (parts(one.args) if isinstance(one, And) else [one])]


def margin(relation, values):
    """The ball by which a bound holds (negative: by which it fails), or None where it is no bound or has no value."""
    if not is_bound(relation):
        return None
    difference = relation.gts - relation.lts
    try:
        with balls.precision():
            return balls.evaluate(difference, {one: balls.ball(values[one]) for one in difference.free_symbols})
    except (balls.Undecided, KeyError, TypeError):
        return None


def simplest(state, case, run):
    """The counterexample with fewer and plainer numbers, as long as the claim stays false."""
    changed = True
    while changed:
        changed = False
        for trial in _simpler(case):
            again = state.false(trial)
            if again:
                case, run, changed = trial, again, True
                break
    return case, run


def _simpler(case):
    """Instances simpler than a case: shorter lists first, then each number replaced by a plainer one."""
    yield from (shorter for _, shorter in probes.shorter(case))
    numbers = probes.leaves(case)
    for i, own in enumerate(numbers):
        for plain in _plainer(own):
            yield probes.refill(case, [*numbers[:i], plain, *numbers[i + 1:]], case.name)


def _plainer(number):
    size = lambda one: (one.q, abs(one.p), bool(one < 0)) if one.is_Rational else (math.inf, 0, 0)
    number = sympy.sympify(number)
    if not number.is_real:
        return []
    whole = [sympy.Rational(round(number*q) + near, q) for q in (1, 2, 3, 4, 5, 10) for near in (0, 1, -1)]
    whole += map(sympy.Integer, range(-12, 13))
    return [one for one in sorted({*probes.PLAIN, *whole}, key=size) if size(one) < size(number)]


def _given(run):
    return {str(key): shown(value) for key, value in run.found.values.items() if str(key) not in run.found.measured}


def _measured(run):
    return [(str(key), value) for key, value in run.found.values.items() if str(key) in run.found.measured]


def _told(values):
    return ", ".join(f"{key} = {value}" for key, value in values.items())[:SHORT]
