"""`qed verify --sharpness`: which evidence refutes which mutants, and a case for each that survives."""

from reports import probes
from theorems.kernel.discover import Unusable, load
from theorems.kernel.schedule import isolated
from theorems.kernel.statement import relations

SECONDS, TRIED = 60, 400           # for the search of one claim's survivors; instances tried


def lines(certificate, files):
    """Lines to print for a certificate; `files` maps theorem addresses to their modules."""
    for theorem in certificate["theorems"]:
        for claim in theorem["claims"]:
            mutants = claim["mutants"]
            counted = next((one.get("by_case", {}) for one in claim["evidence"] if one["about"] == "mutants"), {})
            yield (f"{claim['address']}: {mutants['refuted']} of {mutants['total']} mutants refuted, nearest at "
                   f"{mutants['nearest']}; rejected {mutants['rejected']}, implied {mutants['implied']}, "
                   f"coinciding {mutants['coincide']}, surviving {len(mutants['survivors'])}")
            for name, number in counted.items():
                yield f"  {number:4d} refuted first by case {name!r}"
            for one in claim["evidence"]:
                if one["about"] == "false variant":
                    yield f"       variant {one['address'].rsplit('/', 1)[-1]}: {one['verdict']}, {one['because']}"
            if mutants["survivors"]:
                yield from _separated(theorem["address"], str(files[theorem["address"]]), claim["name"])


def _separated(address, file, name):
    try:
        found = isolated(search, (address, file, name), SECONDS)
    except Unusable as reason:
        return [f"  no separating case was found: {reason}"]
    return [f"  survives: {mutant}\n    {case}" for mutant, case in found]


def search(address, file, name):
    """[(survivor, the case that would refute it, or what was tried)] for a claim."""
    from theorems.kernel import sharpness
    from theorems.kernel.mutate import mutants
    from theorems.kernel.rules import judged
    from theorems.kernel.runs import data_symbols, refuting
    claim = next(one for one in load(address, file).claims if one.name == name)
    runs = [run for case in claim.all_cases() for run in judged(claim, case, f"{address}/{name}/sharpness")]
    alive = [mutant for mutant in mutants(claim.statement, data_symbols(runs)) if not refuting(mutant.relation, runs)
             and not sharpness.coincides(claim, mutant, relations(claim.statement)[mutant.place])
             and not (sharpness.is_bound(mutant.relation) and sharpness.implied(claim, mutant.relation))]
    found, tried = {}, 0
    for case in _bent(claim):
        tried += 1
        if tried > TRIED or len(found) == len(alive):
            break
        new = _holding(claim, case, f"{address}/{name}/sharpness")
        for mutant in alive:
            if mutant.name not in found and new and refuting(mutant.relation, new):
                data = "".join(f", {key}={probes.literal(value)}" for key, value in case.data.items())
                found[mutant.name] = f'add  theorem.case("{mutant.name}"{data})'
    return [(f"{mutant.name}: {mutant.relation}", found.get(mutant.name, f"none of {min(tried, TRIED)} bent cases separates it"))
            for mutant in alive]


def _bent(claim):
    for case in claim.all_cases():
        for instance in case.instances():
            if probes.leaves(instance):
                yield from (bent for _, bent in probes.degenerate(instance, claim.theorem.assumes))


def _holding(claim, case, address):
    """The runs of an instance on which the claim holds, or None."""
    from theorems.kernel.rules import judged, unmet
    try:
        runs = None if unmet(claim, case) else judged(claim, case, address)
    except Exception:                                      # bent data may break a measurement in any way
        return None
    return runs if runs and all(run.seen.value for run in runs) else None
