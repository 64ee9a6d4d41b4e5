"""A proof run on a statement: the goals it yields, decided one by one."""

import traceback
from collections.abc import Iterable
from pathlib import Path

from theorems.kernel import goals
from theorems.kernel.deciding.decide import decide
from theorems.kernel.evidence import Verdict
from theorems.kernel.statement import relations
from theorems.kernel.truth import truth

HOLDS, REFUTED, UNDECIDED = Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED


class Argued:
    """What a proof says of one statement: a verdict and its goals, each with the decision on it."""

    def __init__(self, verdict, because, decided=(), witness=None, silent=False):
        self.verdict, self.because, self.decided, self.witness = verdict, because, list(decided), witness
        self.silent = silent           # no goal speaks of the run asked for

    def goals(self):
        """The goals as the certificate prints them."""
        return [{"goal": goal.text, "kind": goal.kind, "why": goal.why, "verdict": str(found.verdict),
                 "how": found.how, "because": found.because, "payload": found.payload} for goal, found in self.decided]


def argue(claim, statement, hurry=False, at=None):
    """Run the claim's proof on a statement and decide its goals.

    `hurry` stops at the first goal that fails, and asks the proof for no more.
    With the values `at` of one run, only goals count whose `given` relations may hold there.
    """
    yielded, decided, failed, asked = _yielded(claim, statement), [], None, False
    for goal in yielded if hurry else list(yielded):
        if isinstance(goal, Argued):
            return goal
        asked = asked or goal.kind != "cited"
        if at is not None and any(truth(one, at).value is False for one in goal.given):
            continue
        found = decide(goal, claim.theorem.assumes, hurry)
        decided.append((goal, found))
        if found.verdict is not HOLDS and failed is None:
            failed = goal, found
            if hurry:
                break
    if not asked:
        return Argued(UNDECIDED, "the proof yields no goals to decide")
    if all(goal.kind == "cited" for goal, _ in decided):
        return Argued(UNDECIDED, "no goal of the proof speaks of this run", silent=True)
    if failed is None:
        given = [goal.why for goal, _ in decided if goal.kind == "cited"]
        told = f"{len(decided) - len(given)} goals decided" + (f", given: {'; '.join(given)}" if given else "")
        return Argued(HOLDS, told, decided)
    goal, found = failed
    witness = found.witness if found.verdict is REFUTED else None
    return Argued(UNDECIDED, f"the goal {goal.why!r} is {found.verdict}: {found.because}", decided, witness)


def _yielded(claim, statement):
    """The goals of the proof one after the other, then what is wrong with it, if anything."""
    try:
        made = claim.argument(*relations(statement)) or ()
        if not isinstance(made, Iterable):
            given = "a goal" if isinstance(made, goals.Goal) else repr(made)
            yield Argued(UNDECIDED, f"the proof returns {given}; write `yield zero(...)` for each goal, not `return`")
            return
        for goal in made:
            if not isinstance(goal, goals.Goal):
                yield Argued(UNDECIDED, f"the proof yielded {goal!r}, which is no goal; yield zero(...), positive(...)")
                return
            yield goal
    except Exception as error:                             # an author's proof may raise anything
        yield Argued(UNDECIDED, f"the proof raised {raised(claim, error)}")


def raised(claim, error):
    """The error and where it arose: the module's own last line in the traceback, or the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == claim.theorem.file]
    place = (own or frames)[-1]
    return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
