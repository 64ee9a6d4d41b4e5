"""The rules: prove, enclose, observe, sample, and what follows from them.

The only maker of evidence.  `pieces` yields, claim by claim, the proof and the
measurements on every case, then what they say of spoiled laboratories, outside cases,
false variants and mutants; `certificate` draws the claim's verdict from them.
"""

from dataclasses import dataclass, field

import sympy

from numerics import balls
from numerics.laboratory import Absent, LaboratoryError
from numerics.limits import NoLimit, WrongOrder
from theorems.kernel.argue import argue, raised
from theorems.kernel.domain import unmet, unsorted
from theorems.kernel.evidence import Level, Verdict, constructor, slug
from theorems.kernel.loading import sight
from theorems.kernel.measure import run, spoiled_runs
from theorems.kernel.deciding.payload import payload
from theorems.kernel.runs import first_of_each_case, judged, middles, refuting
from theorems.kernel.sharpness import contradicts, judge_mutants, unrefuted
from theorems.kernel.truth import truth
from theorems.kernel.values import Unmeasured, shown

HOLDS, REFUTED, UNDECIDED = Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED
_evidence = constructor()
_ONE, _OTHER = sympy.symbols("one other")


def outline(claim):
    """(address, about) of every piece of evidence that `pieces` will make, in its order."""
    return [(address, about) for address, about, _, _ in _plan(claim)]


def _plan(claim):
    """(address, about, rule, what the rule is applied to) of every piece, in the order in which later ones use earlier."""
    base, level = f"{claim.theorem.address}/{claim.name}", claim.measurement.level.lower()
    if claim.argument is not None:
        yield f"{base}/proved/{slug(claim.argument.__name__)}", "claim", _proved, None
    for case in claim.all_cases():
        yield f"{base}/{level}/{slug(case.name)}", "claim", _measured, case
    yield f"{base}/spoiled", "spoiled laboratory", _spoiled, None
    for case in claim.all_outsides():
        yield f"{base}/outside/{slug(case.name)}", "outside case", _outside, case
    for name in claim.false:
        yield f"{base}/false/{slug(name)}", "false variant", _variant, name
    yield f"{base}/mutants", "mutants", _mutants, None


@dataclass
class _So:
    """What the pieces made so far leave to later ones."""

    fresh: str                     # seeds of samplings, drawn anew
    found: list = field(default_factory=list)      # the runs on which the claim was measured to hold
    proved: bool = False


def pieces(claim, skip=None, fresh="", kept=()):
    """Every piece of evidence for a claim; an address in `skip` is UNDECIDED for the reason given there.

    For a piece in `kept` = {address: verdict}, made before, None comes in its place.  What later
    pieces compare with is measured again: a ball does not outlive its process.
    """
    skip, so, plan, before = skip or {}, _So(fresh), [*_plan(claim)], sight.kept(claim)
    for address, about, rule, subject in plan:
        if address in kept and (rule is not _measured or plan[-1][0] in kept):
            so.proved = so.proved or rule is _proved and Verdict(kept[address]) is HOLDS
            yield None
            continue
        try:
            if address in skip:
                raise Unmeasured(skip[address])
            piece = rule(claim, subject, address, so)
            changed = next((name for (name, now), (_, then) in zip(sight.kept(claim), before) if now != then), None)
            if changed:
                raise Unmeasured(f"`{changed}` is changed and kept between calls; a function may depend on its arguments only")
        except Exception as error:                         # a crash is a reason, never the end of the others
            piece = UNDECIDED, _why(claim, error)
        yield _evidence(address, Level.PROVED if rule is _proved else Level(claim.measurement.level), about, *piece)


# Each rule gives (verdict, because, numbers, what the digest covers); the last two may be left out.

def _proved(claim, _, address, so):
    """The proof run on the claim's own statement."""
    made = argue(claim, claim.statement)
    so.proved, goals = made.verdict is HOLDS, made.goals()
    return made.verdict, made.because, {"goals": goals}, {"goals": [goal["verdict"] for goal in goals]}


def _measured(claim, case, address, so):
    """The claim measured on one case: all its instances, or all parts of its boxes."""
    fault = unmet(claim, case)
    if fault:
        return UNDECIDED, fault
    runs = judged(claim, case, address, so.fresh)
    wrong = next((one for one in runs if one.seen.value is False), None)
    open_ = next((one for one in runs if one.seen.value is None), None)
    worst = wrong or open_ or runs[0]
    numbers = {"data": {str(key): shown(value) for key, value in worst.found.values.items()
                        if str(key) not in worst.found.measured}, "measured": worst.found.numbers}
    if len(runs) > 1:
        numbers["all measured"] = [one.found.numbers for one in runs][:64]
    numbers["payload"] = payload(claim.statement, [one.found for one in runs])
    if wrong or open_:
        verdict, told = REFUTED if wrong else UNDECIDED, worst.seen.because + (" (the first such part)" if len(runs) > 1 else "")
        told += _distance(claim, worst.seen) if wrong else ""
    elif not contradicts(claim, runs):
        verdict, told = UNDECIDED, (f"it agrees with the claim ({worst.seen.because}), but with every false variant and "
                                    f"every mutant too, so it shows nothing; narrow the ball or choose other data")
    else:
        verdict, told = HOLDS, worst.seen.because + (f" (the first of {len(runs)})" if len(runs) > 1 else "")
        so.found.extend(runs)
    return verdict, told, numbers, {"runs": len(runs)}


def _distance(claim, seen):
    """How far a refuted claim is off, with a hint where that is what one float makes."""
    told = "" if seen.bars is None else f", {seen.bars:.4g} bars"
    if claim.measurement.level == "OBSERVED" and seen.off and 2**-60 < seen.off < 2**-40:
        told += (f"; the discrepancy is of the size of double precision: look for a float in "
                 f"`{claim.measurement.function.__name__}`")
    return told


def _spoiled(claim, _, address, so):
    """Whether on some case the ball leaves the sound one in a laboratory that is wrong on purpose."""
    if not so.found:
        return UNDECIDED, "no sound measurement to compare with"
    tried = []
    for one in first_of_each_case(so.found):
        part = one.part and middles(claim, one.case)
        again = {"part": part, "fresh": so.fresh, "count": one.found.count}
        try:
            sound = run(claim, one.case, one.address, **again) if part else one.found
            before = run(claim, one.case, one.address, coarse=True, **again) if claim.measurement.level == "OBSERVED" else sound
        except balls.Undecided:
            continue
        if not sound.taken and claim.measurement.by_hand:
            return UNDECIDED, (f"the measurement iterates outside its laboratory ({claim.measurement.by_hand}), where "
                               f"nothing can be spoiled; use lab.iterate(step, start, count)")
        for what, how in spoiled_runs(claim, one.case, sound, part, so.fresh):
            tried.append(what)
            told = _left(sound, claim, one.case, one.address, how)
            if told is None:
                continue
            if not _same(before, run(claim, one.case, one.address, coarse=True, **again)):
                return UNDECIDED, "the measurement gave another value when it was repeated: it keeps something"
            return REFUTED, f"{what}: {told}", {"case": one.case.name, "steps": str(sound.taken)}, {"noticed": what}
    return UNDECIDED, (f"the measurement did not move in a spoiled laboratory ({len(tried)} tried): "
                       f"it does not depend on what it simulates")


def _same(one, other):
    return all(shown(value) == shown(other.values[symbol]) for symbol, value in one.values.items())


def _left(sound, claim, case, address, how):
    """How the spoiled measurement differs from the sound one, or None."""
    try:
        spoiled = run(claim, case, address, **how)
    except (WrongOrder, Absent) as gone:
        return f"it no longer exists: {gone}"
    except Exception:                                      # a crash shows nothing of what is simulated
        return None
    for symbol, value in spoiled.values.items():
        if str(symbol) in sound.measured and _apart(sound.values[symbol], value):
            return f"{symbol} moves from {shown(sound.values[symbol])} to {shown(value)}"
    return None


def _apart(one, other):
    return truth(sympy.Eq(_ONE, _OTHER), {_ONE: one, _OTHER: other}).value is False


def _outside(claim, case, address, so):
    """The claim measured where one assumption is broken: it must come out false."""
    fault = unmet(claim, case, case.breaks)
    if fault:
        return UNDECIDED, fault
    breaks = {"breaks": str(case.breaks)}
    try:
        runs = judged(claim, case, address, so.fresh)
    except (Absent, WrongOrder) as gone:
        if isinstance(gone, WrongOrder) and not gone.diverges:
            raise
        return REFUTED, f"there is nothing to measure: {gone}", breaks
    false = next((one for one in runs if one.seen.value is False), None)
    worst, told = false or runs[0], "" if false else f"the claim was not measured false although {case.breaks} fails: "
    verdict = REFUTED if false else HOLDS if all(one.seen.value for one in runs) else UNDECIDED
    return verdict, told + worst.seen.because, {**breaks, "measured": worst.found.numbers,
                                                "payload": payload(claim.statement, [worst.found])}


def _variant(claim, name, address, so):
    """An author's wrong statement: some measurement must contradict it, and the proof must not accept it."""
    wrong = claim.false[name]
    hit = refuting(wrong, so.found, best=True)
    if hit is None:
        return UNDECIDED, unrefuted(claim, name, so.found)
    one, seen = hit
    case = one.case
    numbers = {"case": case.name, "bars": _bars(seen), "statement": str(wrong), "payload": payload(wrong, [one.found])}
    if so.proved:
        again = argue(claim, wrong, hurry=True, at=one.found.values)
        if again.verdict is HOLDS or again.silent:
            return UNDECIDED, (f"refuted on {case.name!r}, but the proof also accepts the mutant {name!r}: "
                               f"it does not look at the statement"), numbers
        numbers["proof"] = again.because
    return REFUTED, f"on {case.name!r}: {seen.because}", numbers


def _mutants(claim, _, address, so):
    return judge_mutants(claim, so.found, so.proved)


def _bars(seen):
    return "exact" if seen.bars is None else f"{seen.bars:.1e}"


def errata(theorem):
    """One piece of evidence for each erratum: the printed relation is false at its witness."""
    for number, one in enumerate(theorem.errata):
        address = f"{theorem.address}/errata/{slug(one.at)}-{number + 1}"
        numbers = {"statement": str(one.statement), "witness": {str(k): str(v) for k, v in one.witness.items()}}
        try:
            verdict, because = _erratum(one)
        except Exception as error:                         # a witness may not fit its statement
            verdict, because = UNDECIDED, f"it raised {type(error).__name__}: {error}"
        yield _evidence(address, Level.ENCLOSED, "erratum", verdict, because, numbers)


def _erratum(one):
    for symbol, value in one.witness.items():
        missed = unsorted(symbol, sympy.sympify(value))
        if missed:
            return UNDECIDED, f"the witness gives {symbol} the value {value}, but the symbol is {missed.told}"
    for relation in one.where:
        held = truth(relation, one.witness)
        if held.value is not True:
            return UNDECIDED, f"the witness was not shown to satisfy {relation}: {held.because}"
    seen = truth(one.statement, one.witness)
    return {True: HOLDS, False: REFUTED, None: UNDECIDED}[seen.value], seen.because


def _why(claim, error):
    """The reason an UNDECIDED carries when a function of the module gave nothing."""
    if isinstance(error, (Unmeasured, LaboratoryError, NoLimit, Absent, balls.Undecided)):
        return str(error)
    return f"it raised {raised(claim, error)}"
