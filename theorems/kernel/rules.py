"""The rules: prove, enclose, observe, sample, and what follows from them.

The only maker of evidence.  `pieces` yields, claim by claim, the proof and the
measurements on every case, then what they say of spoiled laboratories, outside cases,
false variants and mutants; `summary` draws the claim's verdict from them.
"""

import traceback
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import sympy

from numerics import balls
from numerics.laboratory import Absent, LaboratoryError
from numerics.limits import NoLimit, WrongOrder
from theorems.kernel import goals
from theorems.kernel.decide import decide
from theorems.kernel.evidence import Level, Verdict, constructor
from theorems.kernel.measure import Unmeasured, reading, run, shown, spoiled_runs
from theorems.kernel.mutate import mutants
from theorems.kernel.payload import payload
from theorems.kernel.statement import Box, relations, slug
from theorems.kernel.truth import Truth, truth

HOLDS, REFUTED, UNDECIDED = Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED
PARTS = 4096                       # boxes into which a Box is divided before it counts as undecided
HEARD = 8                          # mutants refuted on cases that a proof is tried on
_evidence = constructor()
_ONE, _OTHER = sympy.symbols("one other")
_SORTS = {"positive": _ONE > 0, "negative": _ONE < 0, "nonnegative": _ONE >= 0, "nonpositive": _ONE <= 0,
          "nonzero": sympy.Ne(_ONE, 0)}


def outline(claim):
    """(address, about) of every piece of evidence that `pieces` will make, in its order."""
    base = f"{claim.theorem.address}/{claim.name}"
    level = claim.measurement.level.lower()
    if claim.argument is not None:
        yield f"{base}/proved/{slug(claim.argument.__name__)}", "claim"
    for case in claim.all_cases():
        yield f"{base}/{level}/{slug(case.name)}", "claim"
    yield f"{base}/spoiled", "spoiled laboratory"
    for case in claim.all_outsides():
        yield f"{base}/outside/{slug(case.name)}", "outside case"
    for name in claim.false:
        yield f"{base}/false/{slug(name)}", "false variant"
    yield f"{base}/mutants", "mutants"


def pieces(claim, skip=None, fresh=""):
    """Every piece of evidence for a claim; an address in `skip` is UNDECIDED for the reason given there."""
    skip, found, argued = skip or {}, [], []
    for address, about in outline(claim):
        kind, name = address.removeprefix(f"{claim.theorem.address}/{claim.name}/").partition("/")[::2]
        level = Level.PROVED if kind == "proved" else Level(claim.measurement.level)
        try:
            if address in skip:
                raise Unmeasured(skip[address])
            piece = _piece(claim, kind, name, address, found, argued, fresh)
        except Exception as error:                         # a crash is a reason, never the end of the others
            piece = UNDECIDED, _why(claim, error)
        yield _evidence(address, level, about, *piece)


def _piece(claim, kind, name, address, found, argued, fresh):
    """(verdict, because, numbers, discrete) of one piece; `found` and `argued` collect what later ones use."""
    if kind == "proved":
        argued.append(argue(claim, claim.statement))
        return argued[0].verdict, argued[0].because, {"goals": argued[0].goals}, {
            "goals": [goal["verdict"] for goal in argued[0].goals]}
    if kind == "spoiled":
        return _spoiled(claim, address, found, fresh)
    if kind == "outside":
        return _outside(claim, _named(claim.all_outsides(), name), address, fresh)
    holding = argued[0] if argued and argued[0].verdict is HOLDS else None
    if kind == "false":
        return _variant(claim, next(one for one in claim.false if slug(one) == name), found, holding)
    if kind == "mutants":
        return _mutants(claim, found, holding)
    return _measured(claim, _named(claim.all_cases(), name), address, found, fresh)


def _named(cases, name):
    return next(case for case in cases if slug(case.name) == name)


class Argued:
    """What a proof says of one statement: a verdict and its goals as the certificate prints them."""

    def __init__(self, verdict, because, decided=(), witness=None):
        self.verdict, self.because, self.goals, self.witness = verdict, because, list(decided), witness


def argue(claim, statement, hurry=False):
    """Run the claim's proof on a statement and decide its goals; `hurry` stops at the first that fails."""
    try:
        yielded = list(claim.argument(*relations(statement)) or ())
    except Exception as error:                             # an author's proof may raise anything
        return Argued(UNDECIDED, f"the proof raised {_told(claim, error)}")
    stray = next((one for one in yielded if not isinstance(one, goals.Goal)), None)
    if stray is not None:
        return Argued(UNDECIDED, f"the proof yielded {stray!r}, which is no goal; yield zero(...), positive(...)")
    if all(goal.kind == "cited" for goal in yielded):
        return Argued(UNDECIDED, "the proof yields no goals to decide")
    decided, failed = [], None
    for goal in yielded:
        found = decide(goal, claim.theorem.assumes)
        decided.append({"goal": goal.text, "kind": goal.kind, "why": goal.why, "verdict": str(Verdict(found.verdict)),
                        "how": found.how, "because": found.because, "payload": found.payload})
        if Verdict(found.verdict) is not HOLDS and failed is None:
            failed = goal, found
            if hurry:
                break
    if failed is None:
        given = [goal.why for goal in yielded if goal.kind == "cited"]
        told = f"{len(decided) - len(given)} goals decided" + (f", given: {'; '.join(given)}" if given else "")
        return Argued(HOLDS, told, decided)
    goal, found = failed
    witness = found.witness if Verdict(found.verdict) is REFUTED else None
    return Argued(UNDECIDED, f"the goal {goal.why!r} is {found.verdict}: {found.because}", decided, witness)


def _measured(claim, case, address, found, fresh):
    """The claim measured on one case: all its instances, or all parts of its boxes."""
    fault = unmet(claim, case)
    if fault:
        return UNDECIDED, fault
    runs = judged(claim, case, address, fresh)
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
    elif not _contradicts(claim, runs):
        verdict, told = UNDECIDED, (f"it agrees with the claim ({worst.seen.because}), but with every false variant and "
                                    f"every mutant too, so it shows nothing; narrow the ball or choose other data")
    else:
        verdict, told = HOLDS, worst.seen.because + (f" (the first of {len(runs)})" if len(runs) > 1 else "")
        found.extend(runs)
    return verdict, told, numbers, {"runs": len(runs)}


def _distance(claim, seen):
    """How far a refuted claim is off, with a hint where that is what one float makes."""
    told = "" if seen.bars is None else f", {seen.bars:.4g} bars"
    if claim.measurement.level == "OBSERVED" and seen.off and 2**-60 < seen.off < 2**-44:
        told += (f"; the discrepancy is of the size of double precision: look for a float in "
                 f"`{claim.measurement.function.__name__}`")
    return told


def _contradicts(claim, runs):
    """Whether runs that agree with a claim could have disagreed: a wide ball agrees with every equation."""
    if not any(one.seen.agrees for one in runs):
        return True
    return any(_refuting(wrong, runs) for wrong in claim.false.values()) or any(
        _refuting(mutant.statement, runs) for mutant in mutants(claim.statement, _data_symbols(runs)))


def _data_symbols(runs):
    """The symbols with values from data, which mutants interchange."""
    known = set().union(*(one.found.values for one in runs))
    measured = set().union(*(one.found.measured for one in runs))
    return [symbol for symbol in known if str(symbol) not in measured]


@dataclass(frozen=True)
class Run:
    """The claim measured once: on one instance of a case, or on one part of its boxes."""

    case: object
    part: dict | None
    found: object
    seen: Truth


def judged(claim, case, address, fresh=""):
    """The runs over a case's instances; each Box is divided until all is decided."""
    judged = []
    for instance in case.instances():
        boxes = {key: value for key, value in instance.data.items() if isinstance(value, Box)}
        if not boxes:
            found = run(claim, instance, f"{address}{instance.name.removeprefix(case.name)}", fresh=fresh)
            judged.append(Run(instance, None, found, _seen(claim, found)))
        else:
            judged.extend(_over_boxes(claim, instance, address))
    return judged


def _seen(claim, found):
    """The truth of the claim at what was found, which includes the declared sorts of measured symbols."""
    for symbol, value in found.values.items():
        if str(symbol) in found.measured:
            sort = next((sort for sort in _SORTS if getattr(symbol, f"is_{sort}")), None)
            if sort and truth(_SORTS[sort], {_ONE: value}).value is False:
                return Truth(False, f"{symbol} = {shown(value)}, but the symbol is declared {sort}")
    return truth(claim.statement, found.values)


def _over_boxes(claim, case, address):
    _, boxes = reading(claim, case)
    waiting, judged, tried = deque([{symbol: (Fraction(0), Fraction(1)) for symbol in boxes}]), [], 0
    while waiting:                 # the widest part first: one that refutes is found beside one that stays open
        share, tried = waiting.popleft(), tried + 1
        part = {symbol: _slice(boxes[symbol], *share[symbol]) for symbol in boxes}
        try:
            found = run(claim, case, address, part=part)
            seen, reason = _seen(claim, found), ""
        except balls.Undecided as undecided:
            found, seen, reason = None, None, str(undecided)
        if seen is not None and seen.value is not None:
            judged.append(Run(case, part, found, seen))
            if seen.value is False:
                return judged
            continue
        if tried > PARTS:
            raise balls.Undecided(f"after {PARTS} parts it is still open on {_told_part(part)}: "
                                  f"{reason or seen.because}")
        symbol = max(share, key=lambda one: (share[one][1] - share[one][0], str(one)))
        low, high = share[symbol]
        middle = (low + high)/2
        waiting += [{**share, symbol: (low, middle)}, {**share, symbol: (middle, high)}]
    return judged


def _slice(box, low, high):
    ends = [box.low + (box.high - box.low)*sympy.Rational(x.numerator, x.denominator) for x in (low, high)]
    return balls.box(*ends)


def _told_part(part):
    return ", ".join(f"{symbol} in {balls.text(ball, 8)}" for symbol, ball in part.items())


def unmet(claim, case, breaking=None):
    """Why a case does not meet the assumptions (but for the one it says it breaks), or None."""
    for instance in case.instances():
        data, boxes = reading(claim, instance)
        inside = [relation for symbol, box in boxes.items() for relation in (symbol >= box.low, symbol <= box.high)]
        fault = next(filter(None, (_unfit(case, symbol, value, inside) for symbol, value in data.items())), None)
        if fault:
            return fault
        for relation in claim.theorem.assumes:
            missing = relation.free_symbols - set(data)
            if missing:
                return (f"case {case.name!r} gives no value for {', '.join(sorted(map(str, missing)))}, "
                        f"which the assumption {relation} needs")
            held = _assumed(relation, data, inside)
            if held is None:
                return f"whether case {case.name!r} meets the assumption {relation} was not decided"
            if relation == breaking and held:
                return f"the outside case {case.name!r} breaks no assumption: {relation} holds for it"
            if relation != breaking and not held:
                return f"case {case.name!r} violates the assumption {relation}"
    return None


def _unfit(case, symbol, value, inside):
    """How a value contradicts the declared sort of its symbol, or None."""
    sort = next((sort for sort in _SORTS if getattr(symbol, f"is_{sort}", False)), None)
    wrong = f"case {case.name!r} gives {symbol} the value {value}, but the symbol is declared"
    if symbol.is_integer and not value.is_integer:
        return f"{wrong} integer"
    if symbol.is_extended_real and value.is_extended_real is False:
        return f"{wrong} real"
    held = _assumed(_SORTS[sort], {_ONE: value}, inside) if sort else True
    return None if held else f"{wrong} {sort}" + ("" if held is False else ", which was not decided")


def _assumed(relation, data, inside):
    if not inside:
        return truth(relation, data).value
    at = relation.subs(list(data.items()), simultaneous=True)
    if at in (sympy.true, sympy.false):
        return bool(at)
    found = [_over_region(one, inside) for one in (at, sympy.Not(at))]
    return True if found[0] else False if found[1] else None


def _over_region(relation, inside):
    """Whether an inequality was decided to hold all over the region."""
    difference = relation.gts - relation.lts if hasattr(relation, "gts") else None
    if difference is None:
        return False
    kind = goals.positive if isinstance(relation, (sympy.Gt, sympy.Lt)) else goals.nonnegative
    return Verdict(decide(kind(difference, "an assumption over a box", given=tuple(inside))).verdict) is HOLDS


def _spoiled(claim, address, found, fresh):
    """Whether on some case the ball leaves the sound one in a laboratory that is wrong on purpose."""
    if not found:
        return UNDECIDED, "no sound measurement to compare with"
    tried = []
    for one in _first_of_each_case(found):
        part = one.part and _middles(claim, one.case)
        try:
            sound = run(claim, one.case, address, part=part, fresh=fresh)
        except balls.Undecided:
            continue
        if not sound.taken and claim.measurement.by_hand:
            return UNDECIDED, (f"the measurement iterates outside its laboratory ({claim.measurement.by_hand}), where "
                               f"nothing can be spoiled; use lab.iterate(step, start, count)")
        for what, how in spoiled_runs(claim, one.case, address, sound, part, fresh):
            tried.append(what)
            told = _left(sound, claim, one.case, address, how)
            if told is None:
                continue
            if not _same(sound, run(claim, one.case, address, part=part, fresh=fresh)):
                return UNDECIDED, "the measurement gave another value when it was repeated: it keeps something"
            return REFUTED, f"{what}: {told}", {"case": one.case.name, "steps": str(sound.taken)}, {"noticed": what}
    return UNDECIDED, (f"the measurement did not move in a spoiled laboratory ({len(tried)} tried): "
                       f"it does not depend on what it simulates")


def _same(one, other):
    return all(shown(value) == shown(other.values[symbol]) for symbol, value in one.values.items())


def _first_of_each_case(found):
    """One run per instance: of a Box the first part stands for all, as its midpoint is tried."""
    seen = {}
    for one in found:
        seen.setdefault(one.case.name, one)
    return seen.values()


def _middles(claim, case):
    _, boxes = reading(claim, case)
    return {symbol: balls.ball((box.low + box.high)/2) for symbol, box in boxes.items()}


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


def _outside(claim, case, address, fresh):
    """The claim measured where one assumption is broken: it must come out false."""
    fault = unmet(claim, case, case.breaks)
    if fault:
        return UNDECIDED, fault
    breaks = {"breaks": str(case.breaks)}
    try:
        runs = judged(claim, case, address, fresh)
    except (Absent, WrongOrder) as gone:
        if isinstance(gone, WrongOrder) and not gone.diverges:
            raise
        return REFUTED, f"there is nothing to measure: {gone}", breaks
    false = next((one for one in runs if one.seen.value is False), None)
    worst, told = false or runs[0], "" if false else f"the claim was not measured false although {case.breaks} fails: "
    verdict = REFUTED if false else HOLDS if all(one.seen.value for one in runs) else UNDECIDED
    return verdict, told + worst.seen.because, {**breaks, "measured": worst.found.numbers}


def _variant(claim, name, found, holding):
    """An author's wrong statement: some measurement must contradict it, and the proof must not accept it."""
    wrong = claim.false[name]
    hit = _refuting(wrong, found, best=True)
    if hit is None:
        return UNDECIDED, _unrefuted(claim, name, found)
    one, seen = hit
    case = one.case
    numbers = {"case": case.name, "bars": _bars(seen), "statement": str(wrong), "payload": payload(wrong, [one.found])}
    if holding:
        again = argue(claim, wrong, hurry=True)
        if again.verdict is HOLDS:
            return UNDECIDED, (f"refuted on {case.name!r}, but the proof also accepts the mutant {name!r}: "
                               f"it does not look at the statement"), numbers
        numbers["proof"] = again.because
    return REFUTED, f"on {case.name!r}: {seen.because}", numbers


def _unrefuted(claim, name, found):
    """Why an author's variant was not refuted, and what would refute it."""
    wrong = claim.false[name]
    if not found:
        return "no measurement holds, so none can contradict it"
    asserted = relations(wrong)
    if all(_is_bound(one) and _implied(claim, one) for one in asserted if one not in relations(claim.statement)):
        return (f"the false variant {name!r} was not refuted: the claim implies it, and a weaker bound is never false; "
                f"replace it by a stronger one, and give a case that attains the claim")
    seen = [truth(wrong, one.found.values) for one in found]
    if all(one.value for one in seen):
        return (f"the false variant {name!r} was not refuted: it equals the claim on every case given, so no measurement "
                f"can tell them apart; add a case that does{_apart_at(claim, asserted)}")
    open_ = next(one for one in seen if one.value is None)
    return f"the false variant {name!r} was not refuted: no case decides it ({open_.because}); add a sharper case"


def _apart_at(claim, asserted):
    """Where a wrong equation and the claim's differ: ", for instance a = 1", or nothing."""
    for right, wrong in zip(relations(claim.statement), asserted):
        if isinstance(right, sympy.Eq) and isinstance(wrong, sympy.Eq) and right.lhs.is_Symbol and right != wrong:
            found = decide(goals.zero((wrong.lhs - wrong.rhs).subs(right.lhs, right.rhs), "both say the same"),
                           claim.theorem.assumes)
            where = [f"{key} = {value}" for key, value in found.witness.items() if key != "value"]
            if where:
                return f", for instance with {', '.join(where)}"
    return ""


def _refuting(statement, found, best=False):
    """(run, truth) of a measurement at which the statement is false: the first, or the clearest."""
    hits = []
    for one in found:
        seen = truth(statement, one.found.values)
        if seen.value is False:
            hits.append((one, seen))
            if not best or seen.bars is None:
                return hits[-1]
    return max(hits, key=lambda hit: hit[1].bars) if hits else None


def _bars(seen):
    return "exact" if seen.bars is None else f"{seen.bars:.1e}"


def _mutants(claim, found, holding):
    """Every mutant of the statement: refuted, rejected with a witness, implied, coinciding, or surviving."""
    counts = dict.fromkeys(("total", "refuted", "rejected", "implied", "coincide"), 0)
    survivors, blunt, fates, bars = [], [], [], []
    for mutant in mutants(claim.statement, _data_symbols(found)):
        original = relations(claim.statement)[mutant.place]
        fate, seen = _fate(claim, mutant, original, found, holding)
        fates.append((mutant, fate))
        counts["total"] += 1
        if fate in counts:
            counts[fate] += 1
        elif fate == "survives":
            survivors.append(f"{mutant.name}: {mutant.relation}{_apart_at(claim, relations(mutant.statement))}")
            blunt += [] if _is_bound(original) else survivors[-1:]
        bars += [seen.bars] if seen is not None and seen.bars is not None else []
    numbers = {**counts, "survivors": survivors, "nearest": f"{min(bars):.1e}" if bars else "exact"}
    told = f"{counts['refuted']} of {counts['total']} refuted"
    told += "".join(f", {counts[key]} {key}" for key in ("rejected", "implied", "coincide") if counts[key])
    unheard = _unheard(claim, fates) if holding else None
    if not found:
        verdict, told = UNDECIDED, "no measurement holds, so no mutant can be tried"
    elif unheard:
        verdict, told = UNDECIDED, unheard
    elif blunt:
        verdict = UNDECIDED
        told += f"; {len(blunt)} differ from the claim and survive, first {blunt[0]}; add a case that separates it"
    else:
        verdict = REFUTED
        told += f"; valid, not shown to be sharp ({len(survivors)} stronger bounds survive)" if survivors else ""
    return verdict, told, numbers, {**counts, "survivors": len(survivors)}


def _unheard(claim, fates):
    """Why the proof does not look at some part of the statement, or None.

    It must fail on mutants that cases refute (spread over all of them, one of each relation
    at least), and where a relation has none, on some mutant of it.  Which of two sides is the
    larger may stay prose: a proof may read the sides alone.
    """
    fates = [(mutant, fate) for mutant, fate in fates if not mutant.reversed]
    condemned = next((mutant for mutant, fate in fates if fate == "condemned"), None)
    refuted = [mutant for mutant, fate in fates if fate == "refuted"]
    firsts = {mutant.place: mutant for mutant in reversed(refuted)}
    tried = {id(mutant): mutant for mutant in [*firsts.values(), *refuted[::max(1, len(refuted)//HEARD)]]}
    for mutant in tried.values():
        if condemned is None and argue(claim, mutant.statement, hurry=True).verdict is HOLDS:
            condemned = mutant
    if condemned:
        return (f"the proof also accepts the mutant {condemned.relation} ({condemned.name}): "
                f"it does not look at that part of the statement")
    for place, relation in enumerate(relations(claim.statement)):
        others = [mutant for mutant, _ in fates if mutant.place == place][:HEARD]
        if place not in firsts and others and all(
                argue(claim, mutant.statement, hurry=True).verdict is HOLDS for mutant in others):
            return f"the proof also accepts the mutant {others[0].relation} and others: it does not look at {relation}"
    return None


def _is_bound(relation):
    return isinstance(relation, (sympy.Ge, sympy.Le, sympy.Gt, sympy.Lt))


def _fate(claim, mutant, original, found, holding):
    hit = _refuting(mutant.relation, found)      # the claim's other relations hold on these runs
    if hit:
        return "refuted", hit[1]
    if _is_bound(original):
        return ("implied" if _implied(claim, mutant.relation) else "survives"), None
    if _coincides(claim, mutant, original):
        return "coincide", None
    if holding:
        again = argue(claim, mutant.statement, hurry=True)
        if again.verdict is HOLDS:
            return "condemned", None
        if again.witness is not None:
            return "rejected", None
    return "survives", None


def _implied(claim, bound):
    """Whether the claim's own relations imply a changed bound."""
    kind = goals.positive if isinstance(bound, (sympy.Gt, sympy.Lt)) else goals.nonnegative
    given = tuple(one for one in relations(claim.statement) if isinstance(one, sympy.core.relational.Relational))
    goal = kind(bound.gts - bound.lts, "the claim implies it", given=given)
    return Verdict(decide(goal, claim.theorem.assumes).verdict) is HOLDS


def _coincides(claim, mutant, original):
    """Whether an equation's mutant says the same as the equation, wherever the assumptions hold."""
    if not isinstance(original, sympy.Eq) or not isinstance(mutant.relation, sympy.Eq):
        return False
    difference = mutant.relation.lhs - mutant.relation.rhs
    if original.lhs.is_Symbol and not original.rhs.has(original.lhs):
        difference = difference.subs(original.lhs, original.rhs)
        goal = goals.zero(difference, "the mutant says the same")
        return Verdict(decide(goal, claim.theorem.assumes).verdict) is HOLDS
    ratio = sympy.cancel(difference/(original.lhs - original.rhs))
    return bool(ratio.is_number and ratio.is_nonzero)


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
    return f"it raised {_told(claim, error)}"


def _told(claim, error):
    """The error and where it arose: the module's own last line in the traceback, or the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == claim.theorem.file]
    place = (own or frames)[-1]
    return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
