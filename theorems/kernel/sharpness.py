"""How sharply a claim is tested: false variants, mutants, and the proof tried on both."""

from collections import Counter

import sympy

from theorems.kernel import goals
from theorems.kernel.argue import argue
from theorems.kernel.deciding.decide import decide, sign_of
from theorems.kernel.evidence import Verdict
from theorems.kernel.exact import is_bound
from theorems.kernel.mutate import mutants
from theorems.kernel.runs import data_symbols, refuting
from theorems.kernel.statement import relations
from theorems.kernel.truth import truth

HOLDS, REFUTED, UNDECIDED = Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED
HEARD = 8                          # mutants refuted on cases that a proof is tried on


def contradicts(claim, runs):
    """Whether runs that agree with a claim could have disagreed: a wide ball agrees with every equation.

    Each relation for itself, for beside an exact one a ball may be as wide as it likes.
    """
    right = relations(claim.statement)
    wrong = [relations(false) for false in claim.false.values()]
    changed = mutants(claim.statement, data_symbols(runs))
    for place, relation in enumerate(right):
        if any(truth(relation, one.found.values).agrees for one in runs):
            variants = [false[place] if len(false) == len(right) else false for false in wrong]
            mutated = [mutant.relation for mutant in changed if mutant.place == place]
            if not any(refuting(one, runs) for one in (*variants, *mutated)):
                return False
    return True


def unrefuted(claim, name, found):
    """Why an author's variant was not refuted, and what would refute it."""
    wrong = claim.false[name]
    if not found:
        return "no measurement holds, so none can contradict it"
    asserted = relations(wrong)
    if all(is_bound(one) and implied(claim, one) for one in asserted if one not in relations(claim.statement)):
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
            where = [f"{key} = {value}" for key, value in found.witness.items()]
            if where:
                return f", for instance with {', '.join(where)}"
    return ""


def judge_mutants(claim, found, holding):
    """Every mutant of the statement: refuted, rejected with a witness, implied, coinciding, or surviving."""
    fates = [(mutant, *_fate(claim, mutant, found, holding)) for mutant in mutants(claim.statement, data_symbols(found))]
    each = Counter(fate for _, fate, _ in fates)
    counts = {"total": len(fates), **{fate: each[fate] for fate in ("refuted", "rejected", "implied", "coincide")}}
    survivors = [mutant for mutant, fate, _ in fates if fate == "survives"]
    told = [f"{one.name}: {one.relation}{_apart_at(claim, relations(one.statement))}" for one in survivors]
    blunt = [text for one, text in zip(survivors, told) if not is_bound(_original(claim, one))]
    hits = [hit for _, _, hit in fates if hit]
    bars = [seen.bars for _, seen in hits if seen.bars is not None]
    numbers = {**counts, "survivors": told, "nearest": f"{min(bars):.1e}" if bars else "exact",
               "by_case": dict(Counter(run.case.name for run, _ in hits))}
    summed = ", ".join(f"{counts[fate]} {fate}" for fate in ("rejected", "implied", "coincide") if counts[fate])
    summed = f"{counts['refuted']} of {counts['total']} refuted" + (f", {summed}" if summed else "")
    unheard = _unheard(claim, fates) if holding else None
    if not found:
        verdict, because = UNDECIDED, "no measurement holds, so no mutant can be tried"
    elif unheard:
        verdict, because = UNDECIDED, unheard
    elif blunt:
        verdict, because = UNDECIDED, (f"{summed}; {len(blunt)} differ from the claim and survive, first {blunt[0]}; "
                                       f"add a case that separates it")
    else:
        verdict, because = REFUTED, summed + (f"; valid, not shown to be sharp ({len(survivors)} stronger bounds survive)"
                                              if survivors else "")
    return verdict, because, numbers, {**counts, "survivors": len(survivors)}


def _unheard(claim, fates):
    """Why the proof does not look at some part of the statement, or None.

    It must fail on mutants that cases refute (spread over all of them, one of each relation
    at least), by a goal that speaks of the refuting run: one whose `given` holds elsewhere says
    nothing of it.  Where a relation has none, it must fail on some mutant that says anything beside
    the assumptions.  Which of two sides is the larger may stay prose: a proof may read the sides alone.
    """
    fates = [one for one in fates if not one[0].reversed]
    condemned = next((mutant for mutant, fate, _ in fates if fate == "condemned"), None)
    refuted = [(mutant, hit[0].found.values) for mutant, fate, hit in fates if fate == "refuted"]
    firsts = {mutant.place: (mutant, at) for mutant, at in reversed(refuted)}
    tried = {id(mutant): (mutant, at) for mutant, at in [*firsts.values(), *refuted[::max(1, len(refuted)//HEARD)]]}
    for mutant, at in tried.values():
        if condemned is None and _accepts(claim, mutant.statement, at):
            condemned = mutant
    if condemned:
        return (f"the proof also accepts the mutant {condemned.relation} ({condemned.name}): "
                f"it does not look at that part of the statement")
    for place, relation in enumerate(relations(claim.statement)):
        if place in firsts:
            continue
        others = [mutant for mutant, fate, _ in fates if mutant.place == place
                  and not (fate == "implied" and implied(claim, mutant.relation, ()))][:HEARD]
        if others and all(argue(claim, mutant.statement, hurry=True).verdict is HOLDS for mutant in others):
            return f"the proof also accepts the mutant {others[0].relation} and others: it does not look at {relation}"
    return None


def _accepts(claim, statement, at):
    """Whether nothing in the proof fails on a statement that is false at the values `at`."""
    said = argue(claim, statement, hurry=True, at=at)
    return said.verdict is HOLDS or said.silent


def _original(claim, mutant):
    return relations(claim.statement)[mutant.place]


def _fate(claim, mutant, found, holding):
    """(what became of a mutant, the run and truth that refuted it or None)."""
    hit = refuting(mutant.relation, found)      # the claim's other relations hold on these runs
    if hit:
        return "refuted", hit
    if is_bound(_original(claim, mutant)):
        return ("implied" if follows(claim, mutant) else "survives"), None
    if coincides(mutant.relation, _original(claim, mutant), claim.theorem.assumes):
        return "coincide", None
    if holding:
        again = argue(claim, mutant.statement, hurry=True)
        if again.verdict is HOLDS:
            return "condemned", None
        if again.witness is not None or argue(claim, mutant.statement).witness is not None:
            return "rejected", None
    return "survives", None


def follows(claim, mutant):
    """Whether the claim implies a mutant of one of its bounds: it leaves no less room, or the relations together imply it."""
    bound, original = mutant.relation, _original(claim, mutant)
    strict = isinstance(bound, (sympy.Gt, sympy.Lt)) and not isinstance(original, (sympy.Gt, sympy.Lt))
    room = (bound.gts - bound.lts) - (original.gts - original.lts)
    goal = (goals.positive if strict else goals.nonnegative)(room, "the claim's own bound implies it")
    return decide(goal, claim.theorem.assumes, hurry=True).verdict is HOLDS or implied(claim, bound)


def implied(claim, bound, asserted=None):
    """Whether the claim's own relations (or those given) and the assumptions imply a changed bound."""
    kind = goals.positive if isinstance(bound, (sympy.Gt, sympy.Lt)) else goals.nonnegative
    asserted = relations(claim.statement) if asserted is None else asserted
    given = tuple(one for one in asserted if isinstance(one, sympy.core.relational.Relational))
    goal = kind(bound.gts - bound.lts, "the claim implies it", given=given)
    return decide(goal, claim.theorem.assumes, hurry=True).verdict is HOLDS


def coincides(changed, original, assumes=()):
    """Whether a changed equation says the same as the original, wherever the assumptions hold."""
    if not isinstance(original, sympy.Eq) or not isinstance(changed, sympy.Eq):
        return False
    difference = changed.lhs - changed.rhs
    if original.lhs.is_Symbol and not original.rhs.has(original.lhs):
        goal = goals.zero(difference.subs(original.lhs, original.rhs), "the mutant says the same")
        return decide(goal, assumes, hurry=True).verdict is HOLDS
    return sign_of(sympy.cancel(difference/(original.lhs - original.rhs))) in (1, -1)
