"""The rules: prove, enclose, observe, sample, and what follows from them.

The only maker of evidence.  `pieces` yields, claim by claim, the proof and the
measurements on every case, then what they say of spoiled laboratories, outside cases,
false variants and mutants; `summary` draws the claim's verdict from them.
"""

from dataclasses import dataclass
from fractions import Fraction

import sympy

from numerics import balls
from numerics.laboratory import Absent, LaboratoryError
from numerics.limits import NoLimit
from theorems.kernel import goals
from theorems.kernel.decide import decide
from theorems.kernel.evidence import Level, Verdict, constructor
from theorems.kernel.measure import Unmeasured, reading, run, shown, spoiled_runs
from theorems.kernel.mutate import mutants
from theorems.kernel.statement import Box, relations, slug
from theorems.kernel.truth import Truth, truth

HOLDS, REFUTED, UNDECIDED = Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED
PARTS = 4096                       # boxes into which a Box is divided before it counts as undecided
_evidence = constructor()


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
    skip, found, argued = skip or {}, [], Argued(UNDECIDED, "there is no proof")
    for address, about in outline(claim):
        kind, name = _place(claim, address)
        level = Level.PROVED if kind == "proved" else Level(claim.measurement.level)
        if address in skip:
            yield _evidence(address, level, about, UNDECIDED, skip[address])
            continue
        try:
            if kind == "proved":
                argued = argue(claim, claim.statement)
            yield _piece(claim, kind, name, address, level, found, argued, fresh)
        except Exception as error:                         # a crash is a reason, never the end of the others
            yield _evidence(address, level, about, UNDECIDED, f"deciding it raised {_told(error)}")


def _place(claim, address):
    """(kind, name) of a piece of evidence from its address."""
    kind, _, name = address.removeprefix(f"{claim.theorem.address}/{claim.name}/").partition("/")
    return kind, name


def _piece(claim, kind, name, address, level, found, argued, fresh):
    if kind == "proved":
        return _evidence(address, level, "claim", argued.verdict, argued.because, {"goals": argued.goals},
                         {"goals": [goal["verdict"] for goal in argued.goals]})
    if kind == "spoiled":
        return _spoiled(claim, address, level, found)
    if kind == "outside":
        case = next(case for case in claim.all_outsides() if slug(case.name) == name)
        return _outside(claim, case, address, level, fresh)
    if kind == "false":
        variant = next(variant for variant in claim.false if slug(variant) == name)
        return _variant(claim, variant, address, level, found, argued)
    if kind == "mutants":
        return _mutants(claim, address, level, found, argued)
    case = next(case for case in claim.all_cases() if slug(case.name) == name)
    return _measured(claim, case, address, level, found, fresh)


class Argued:
    """What a proof says of one statement: a verdict and its goals as the certificate prints them."""

    def __init__(self, verdict, because, decided=(), witness=None):
        self.verdict, self.because, self.goals, self.witness = verdict, because, list(decided), witness


def argue(claim, statement, hurry=False):
    """Run the claim's proof on a statement and decide its goals; `hurry` stops at the first that fails."""
    try:
        yielded = list(claim.argument(*relations(statement)) or ())
    except Exception as error:                             # an author's proof may raise anything
        return Argued(UNDECIDED, f"the proof raised {_told(error)}")
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


def _measured(claim, case, address, level, found, fresh):
    """The claim measured on one case: all its instances, or all parts of its boxes."""
    try:
        fault = unmet(claim, case)
        if fault:
            return _evidence(address, level, "claim", UNDECIDED, fault)
        runs = judged(claim, case, address, fresh)
    except Exception as error:                             # an author's measurement may raise anything
        return _evidence(address, level, "claim", UNDECIDED, _why(error))
    wrong = next((one for one in runs if one.seen.value is False), None)
    open_ = next((one for one in runs if one.seen.value is None), None)
    worst = wrong or open_ or runs[0]
    verdict = REFUTED if wrong else UNDECIDED if open_ else HOLDS
    if verdict is HOLDS:
        found.extend(runs)
    numbers = {"data": {str(key): shown(value) for key, value in worst.found.values.items()
                        if str(key) not in worst.found.measured}, "measured": worst.found.numbers}
    if len(runs) > 1:
        numbers["all measured"] = [one.found.numbers for one in runs][:64]
    where = "" if len(runs) == 1 else f" (the first of {len(runs)})" if verdict is HOLDS else " (the first such part)"
    return _evidence(address, level, "claim", verdict, worst.seen.because + where, numbers, {"runs": len(runs)})


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
            found = run(claim, instance, address, fresh=fresh)
            judged.append(Run(instance, None, found, truth(claim.statement, found.values)))
        else:
            judged.extend(_over_boxes(claim, instance, address))
    return judged


def _over_boxes(claim, case, address):
    _, boxes = reading(claim, case)
    waiting, judged, tried = [{symbol: (Fraction(0), Fraction(1)) for symbol in boxes}], [], 0
    while waiting:
        share, tried = waiting.pop(), tried + 1
        part = {symbol: _slice(boxes[symbol], *share[symbol]) for symbol in boxes}
        try:
            found = run(claim, case, address, part=part)
            seen, reason = truth(claim.statement, found.values), ""
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
        waiting += [{**share, symbol: (middle, high)}, {**share, symbol: (low, middle)}]
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
        for symbol, value in data.items():
            if sort := _unfit(symbol, value):
                return f"case {case.name!r} gives {symbol} the value {value}, but the symbol is declared {sort}"
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


def _unfit(symbol, value):
    """The declared sort of a symbol that an exact value contradicts, or None."""
    if getattr(value, "free_symbols", True):
        return None
    return next((sort for sort in ("positive", "nonnegative", "negative", "nonpositive", "nonzero", "integer", "real")
                 if getattr(symbol, f"is_{sort}") and getattr(value, f"is_{sort}") is False), None)


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


def _spoiled(claim, address, level, found):
    """Whether on some case the ball leaves the sound one in a laboratory that is wrong on purpose."""
    if not found:
        return _evidence(address, level, "spoiled laboratory", UNDECIDED, "no sound measurement to compare with")
    tried = []
    for one in _first_of_each_case(found):
        part = one.part and _middles(claim, one.case)
        try:
            sound = run(claim, one.case, address, part=part) if part else one.found
        except balls.Undecided:
            continue
        for what, attempt in spoiled_runs(claim, one.case, address, sound, part):
            tried.append(what)
            told = _left(sound, attempt)
            if told:
                return _evidence(address, level, "spoiled laboratory", REFUTED, f"{what}: {told}",
                                 {"case": one.case.name}, {"noticed": what})
    return _evidence(address, level, "spoiled laboratory", UNDECIDED,
                     f"the measurement did not move in a spoiled laboratory ({len(tried)} tried): "
                     f"it does not depend on what it simulates")


def _first_of_each_case(found):
    """One run per instance: of a Box the first part stands for all, as its midpoint is tried."""
    seen = {}
    for one in found:
        seen.setdefault(one.case.name, one)
    return seen.values()


def _middles(claim, case):
    _, boxes = reading(claim, case)
    return {symbol: balls.ball((box.low + box.high)/2) for symbol, box in boxes.items()}


def _left(sound, attempt):
    """How the spoiled measurement differs from the sound one, or None."""
    try:
        spoiled = attempt()
    except (NoLimit, Absent) as gone:
        return f"it no longer exists: {gone}"
    except Exception:                                      # a crash shows nothing of what is simulated
        return None
    for symbol, value in spoiled.values.items():
        if str(symbol) in sound.measured and _apart(sound.values[symbol], value):
            return f"{symbol} moves from {shown(sound.values[symbol])} to {shown(value)}"
    return None


def _apart(one, other):
    return truth(sympy.Eq(_ONE, _OTHER), {_ONE: one, _OTHER: other}).value is False


_ONE, _OTHER = sympy.symbols("one other")


def _outside(claim, case, address, level, fresh):
    """The claim measured where one assumption is broken: it must come out false."""
    try:
        fault = unmet(claim, case, case.breaks)
        if fault:
            return _evidence(address, level, "outside case", UNDECIDED, fault)
        runs = judged(claim, case, address, fresh)
    except (Absent, NoLimit) as gone:
        return _evidence(address, level, "outside case", REFUTED, f"there is nothing to measure: {gone}",
                         {"breaks": str(case.breaks)})
    except Exception as error:
        return _evidence(address, level, "outside case", UNDECIDED, _why(error))
    false = next((one for one in runs if one.seen.value is False), None)
    worst, told = false or runs[0], "" if false else f"the claim was not measured false although {case.breaks} fails: "
    verdict = REFUTED if false else HOLDS if all(one.seen.value for one in runs) else UNDECIDED
    return _evidence(address, level, "outside case", verdict, told + worst.seen.because,
                     {"breaks": str(case.breaks), "measured": worst.found.numbers})


def _variant(claim, name, address, level, found, argued):
    """An author's wrong statement: some measurement must contradict it, and the proof must not accept it."""
    wrong = claim.false[name]
    hit = _refuting(wrong, found, best=True)
    if hit is None:
        return _evidence(address, level, "false variant", UNDECIDED, _unrefuted(claim, name, found))
    case, seen = hit
    numbers = {"case": case.name, "bars": _bars(seen), "statement": str(wrong)}
    if argued.verdict is HOLDS:
        again = argue(claim, wrong, hurry=True)
        if again.verdict is HOLDS:
            return _evidence(address, level, "false variant", UNDECIDED, f"refuted on {case.name!r}, but the proof "
                             f"also accepts the mutant {name!r}: it does not look at the statement")
        numbers["proof"] = again.because
    return _evidence(address, level, "false variant", REFUTED, f"on {case.name!r}: {seen.because}", numbers)


def _unrefuted(claim, name, found):
    wrong = claim.false[name]
    if not found:
        return "no measurement holds, so none can contradict it"
    if all(truth(wrong, one.found.values).value for one in found):
        return (f"the false variant {name!r} was not refuted: it agrees with the claim on every case given; "
                f"add a case that tells them apart")
    return f"the false variant {name!r} was not refuted: no case decides it; add a sharper case"


def _refuting(statement, found, best=False):
    """(case, truth) of a measurement at which the statement is false: the first, or the clearest."""
    hits = []
    for one in found:
        seen = truth(statement, one.found.values)
        if seen.value is False:
            hits.append((one.case, seen))
            if not best or seen.bars is None:
                return hits[-1]
    return max(hits, key=lambda hit: hit[1].bars) if hits else None


def _bars(seen):
    return "exact" if seen.bars is None else f"{seen.bars:.1e}"


def _mutants(claim, address, level, found, argued):
    """Every mutant of the statement: refuted, rejected with a witness, implied, coinciding, or surviving."""
    counts = {"total": 0, "refuted": 0, "rejected": 0, "implied": 0, "coincide": 0}
    survivors, nearest, sharp, condemned = [], None, True, None
    known = set().union(*(one.found.values for one in found))
    measured = set().union(*(one.found.measured for one in found))
    for mutant in mutants(claim.statement, [symbol for symbol in known if str(symbol) not in measured]):
        counts["total"] += 1
        original = relations(claim.statement)[mutant.place]
        fate, seen = _fate(claim, mutant, original, found, argued)
        if fate == "condemned":
            condemned = condemned or mutant
        elif fate == "survives":
            survivors.append(f"{mutant.name}: {mutant.relation}")
            sharp = sharp and not _is_bound(original)
        else:
            counts[fate] += 1
        if seen is not None and seen.bars is not None and (nearest is None or seen.bars < nearest):
            nearest = seen.bars
    blunt = [one for one in survivors] if sharp else []
    numbers = {**counts, "survivors": survivors, "nearest": "exact" if nearest is None else f"{nearest:.1e}"}
    discrete = {**counts, "survivors": len(survivors)}
    told = f"{counts['refuted']} of {counts['total']} refuted"
    told += "".join(f", {counts[key]} {key}" for key in ("rejected", "implied", "coincide") if counts[key])
    if condemned:
        verdict, told = UNDECIDED, f"the proof also accepts the mutant {condemned.relation} ({condemned.name})"
    elif not found:
        verdict, told = UNDECIDED, "no measurement holds, so no mutant can be tried"
    elif blunt:
        verdict = UNDECIDED
        told += f"; {len(blunt)} differ from the claim and survive, first {blunt[0]}; add a case that separates it"
    else:
        verdict = REFUTED
        told += "" if not survivors else f"; valid, not shown to be sharp ({len(survivors)} stronger bounds survive)"
    return _evidence(address, level, "mutants", verdict, told, numbers, discrete)


def _is_bound(relation):
    return isinstance(relation, (sympy.Ge, sympy.Le, sympy.Gt, sympy.Lt))


def _fate(claim, mutant, original, found, argued):
    hit = _refuting(mutant.statement, found)
    if hit:
        return "refuted", hit[1]
    if _is_bound(original):
        return ("implied" if _implied(claim, mutant) else "survives"), None
    if _coincides(claim, mutant, original):
        return "coincide", None
    if argued.verdict is HOLDS:
        again = argue(claim, mutant.statement, hurry=True)
        if again.verdict is HOLDS:
            return "condemned", None
        if again.witness is not None:
            return "rejected", None
    return "survives", None


def _implied(claim, mutant):
    """Whether the claim's own relations imply a changed bound."""
    kind = goals.positive if isinstance(mutant.relation, (sympy.Gt, sympy.Lt)) else goals.nonnegative
    given = tuple(one for one in relations(claim.statement) if isinstance(one, sympy.core.relational.Relational))
    goal = kind(mutant.relation.gts - mutant.relation.lts, "the claim implies it", given=given)
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
        held = [truth(relation, one.witness) for relation in one.where]
        seen = truth(one.statement, one.witness)
        if not all(part.value for part in held):
            bad = next(relation for relation, part in zip(one.where, held) if not part.value)
            verdict, because = UNDECIDED, f"the witness does not satisfy {bad}"
        else:
            verdict = {True: HOLDS, False: REFUTED, None: UNDECIDED}[seen.value]
            because = seen.because
        yield _evidence(address, Level.ENCLOSED, "erratum", verdict, because,
                        {"statement": str(one.statement), "witness": {str(k): str(v) for k, v in one.witness.items()}})


def _why(error):
    """The reason an UNDECIDED carries when a measurement gave nothing."""
    if isinstance(error, (Unmeasured, LaboratoryError, NoLimit, Absent, balls.Undecided)):
        return str(error)
    return f"the measurement raised {_told(error)}"


def _told(error):
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
    return f"{type(error).__name__}: {error} ({place})"
