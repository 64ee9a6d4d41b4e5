"""`qed verify --sharpness`: which evidence refutes which mutant, and a case for each that survives.

A mutant is refuted where a case's measurement contradicts it, rejected where the proof fails on
it with a witness, and is none where the claim implies it or says the same.  For each one that
survives, and for each author's variant that no case refutes, bent cases are tried on which the
claim holds, until one separates the two.
"""

import itertools
import textwrap

import sympy

from reports import probes
from reports.search import margin, parts
from theorems.kernel.exact import is_bound
from theorems.kernel.loading.discover import Unusable, load
from theorems.kernel.running.schedule import isolated
from theorems.kernel.statement import relations

SECONDS, TRIED = 120, 400          # for one claim; instances tried
WIDTH = 110


def lines(certificate, files):
    """Lines to print for a certificate; `files` maps theorem addresses to their modules."""
    for theorem in certificate["theorems"]:
        for claim in theorem["claims"]:
            mutants = claim["mutants"]
            nearest = mutants["nearest"] + ("" if mutants["nearest"] in ("exact", "none") else " bars")
            yield (f"{claim['address']}: {mutants['refuted']} of {mutants['total']} mutants refuted, nearest: {nearest}; "
                   f"rejected {mutants['rejected']}, implied {mutants['implied']}, "
                   f"coinciding {mutants['coincide']}, surviving {len(mutants['survivors'])}")
            for one in claim["evidence"]:
                if one["about"] == "false variant":
                    yield f"  variant {one['address'].rsplit('/', 1)[-1]}: {one['verdict']}, {one['because']}"
            yield from _told(theorem["address"], str(files[theorem["address"]]), claim["name"])


def _told(address, file, name):
    try:
        fates, found = isolated(search, (address, file, name), SECONDS)
    except Unusable as reason:
        yield f"  which evidence refutes which mutant was not found: {reason}"
        return
    for evidence in dict.fromkeys(one for _, one in fates):
        own = [mutant for mutant, one in fates if one == evidence]
        yield from textwrap.wrap(f"{len(own)} {evidence}: {'; '.join(own)}", WIDTH, initial_indent="  ", subsequent_indent="      ",
                                 break_long_words=False, break_on_hyphens=False)
    for mutant, case in found:
        yield f"  survives: {mutant}\n    {case}"


def search(address, file, name):
    """([(mutant, what refutes it)], [(survivor, the case that would refute it, or what was tried)]) for a claim."""
    claim = next(one for one in load(address, file).claims if one.name == name)
    by_case = {case.name: _holding(claim, case) or [] for case in claim.all_cases()}
    fates, alive = _fates(claim, by_case)
    runs = [run for own in by_case.values() for run in own]
    alive += [(f"variant {wrong!r}", relation) for wrong, relation in claim.false.items() if not _refuting(relation, runs)]
    return fates, _separating(claim, alive) if runs else []


def _fates(claim, by_case):
    """([(mutant's name, its fate)], [(name and relation, statement)] of those that survive)."""
    from theorems.kernel.argue import argue
    from theorems.kernel.evidence import Verdict
    from theorems.kernel.mutate import mutants
    from theorems.kernel.runs import data_symbols
    runs = [run for own in by_case.values() for run in own]
    holding = claim.argument is not None and argue(claim, claim.statement).verdict is Verdict.HOLDS
    fates, alive = [], []
    for mutant in mutants(claim.statement, data_symbols(runs)) if runs else []:
        names = [repr(name) for name, own in by_case.items() if own and _refuting(mutant.relation, own)]
        fate = f"refuted by {'case' if len(names) == 1 else 'cases'} {', '.join(names)}{' alone' if names[1:] == [] else ''}" \
            if names else _without_cases(claim, mutant, holding)
        if fate:
            fates.append((mutant.name, fate))
        else:
            alive.append((f"{mutant.name}: {mutant.relation}", mutant.relation))
    return fates, alive


def _without_cases(claim, mutant, holding):
    """Why a mutant that no case refutes needs none, or nothing."""
    from theorems.kernel import sharpness
    from theorems.kernel.argue import argue
    if sharpness.is_bound(mutant.relation):
        return "implied by the claim" if sharpness.follows(claim, mutant) else None
    if sharpness.coincides(mutant.relation, relations(claim.statement)[mutant.place], claim.theorem.assumes):
        return "saying the same as the claim"
    rejected = holding and argue(claim, mutant.statement, hurry=True).witness is not None
    return "rejected by the proof, with a witness" if rejected else None


def _refuting(relation, runs):
    from theorems.kernel.runs import refuting
    return refuting(relation, runs)


def _separating(claim, alive):
    """[(survivor, the case that would refute it, or what was tried)]."""
    names = probes.names_of_symbols(claim)
    found, tried = {}, 0
    for _, _, case in _bent(claim):
        if tried >= TRIED or len(found) == len(alive):
            break
        tried += 1
        new = _holding(claim, case)
        apart = [told for told, relation in alive if told not in found and new and _refuting(relation, new)]
        data = "".join(f", {key}={probes.literal(value, names)}" for key, value in case.data.items())
        for told in apart:
            found[told] = f'add  theorem.case("{apart[0].partition(":")[0]}"{data})' if told == apart[0] else \
                f"separated by the same case as {apart[0].partition(':')[0]}"
    return [(told, found.get(told, f"none of {tried} bent cases separates it from the claim")) for told, _ in alive]


def instance(address, file, name, variant):
    """In words, a case that tells a claim from a wrong equation, or one that attains the claim's bound; or nothing."""
    claim = next(one for one in load(address, file).claims if one.name == name)
    asked, bound = claim.false[variant], any(map(is_bound, relations(claim.false[variant])))
    tried = list(itertools.islice(_bent(claim), TRIED))
    for given, kind, case in sorted(tried, key=lambda one: one[1] != "equal entries") if bound else tried:
        new = _holding(claim, case)
        if new and (any(_attains(claim, run) for run in new) if bound else _refuting(asked, new)):
            return _in_words(given, kind, case)
    return ""


def _attains(claim, run):
    return any(one is not None and one == 0 for one in (margin(one, run.found.values) for one in parts(claim.statement)))


def _in_words(given, kind, case):
    changed = {key: value for key, value in case.data.items() if value != given.data.get(key)}
    if kind == "equal entries":
        return f"equal {' and '.join(changed)}"
    told = {key: sympy.sstr(value, order="rev-lex") for key, value in changed.items()}
    return ", ".join(told.values() if len(case.data) == 1 else (f"{key} = {value}" for key, value in told.items()))


def _bent(claim):
    """(the case it comes from, what was bent, instance)."""
    for case in claim.all_cases():
        for instance in case.instances():
            if probes.leaves(instance):
                yield from ((instance, "one more power", bent) for bent in probes.grown(instance))
                yield from ((instance, kind, bent) for kind, bent in probes.degenerate(instance, claim))


def _holding(claim, case):
    """The runs of an instance on which the claim holds, or None."""
    from theorems.kernel.rules import judged, unmet
    try:
        runs = None if unmet(claim, case) else judged(claim, case, f"{claim.theorem.address}/{claim.name}/sharpness")
    except Exception:                                      # bent data may break a measurement in any way
        return None
    return runs if runs and all(run.seen.value for run in runs) else None
