"""`qed explain ADDRESS`: a statement in readable mathematics, its assumptions, proof, evidence, errata."""

import textwrap

from reports import listing, messages
from reports.verify import certified
from theorems.kernel.certificate import as_expected
from theorems.kernel.loading.discover import Unusable, aimed, under

WIDTH = 96
STANDINGS = {"conjecture": "no proof or measurement of it holds yet",
             "evidence": "something holds, and something needed is missing",
             "certified": "all that is needed holds", "refuted": "a measurement contradicts it",
             "withdrawn": "it was certified once, and is no longer"}


def add(word):
    word.description = "Show a theorem, one claim of it, or one piece of evidence: statement, assumptions, proof, numbers, errata."
    word.add_argument("address", metavar="ADDRESS|FILE",
                      help="a folder, a theorem, a claim or evidence: two_step_gd/local, file.py, file.py/CLAIM")
    word.set_defaults(run=run, workers=None, seconds=None, fresh=False)


def run(options):
    """Certify the address (from the store where nothing changed), and print all that is known of it."""
    file, address = aimed(options.address)
    options.target = [file]
    certificate = messages.clean(certified(options))
    for one in certificate["unusable"]:
        if "no evidence has this address" not in one["reason"]:
            raise Unusable(one["reason"])
    told = [line for theorem in certificate["theorems"] for line in explained(theorem, address, file)]
    if not told:
        raise Unusable(f"{options.address}: no evidence has this address; {listing.nearest(options.address, file)}")
    print("\n".join(told))
    return int(any(theorem["verdict"] != "HOLDS" for theorem in certificate["theorems"]))


def explained(theorem, address="", file=""):
    """The lines for a theorem, or for what lies under `address` in it; `file` is what certifies it again."""
    claims = [claim for claim in theorem["claims"] if any(_within(one, address, theorem) for one in _addresses(claim))]
    if not claims:
        return
    yield f"{theorem['title']}   [{theorem['address']}]   {theorem['verdict']}"
    yield f"Source: {theorem['source']}"
    *before, now = theorem.get("history") or [theorem]
    yield f"Standing: {_standing(now)}"
    yield from (f"Before, on this machine: {_standing(one)}" for one in before)
    if address.rstrip("/") == theorem["address"] or not address.startswith(theorem["address"]):
        yield from ["", *_indented(theorem["about"], "", raw=True)]
    yield from ["", "Assumes" + ("" if theorem["assumes"] else " nothing")]
    for one in theorem["assumes"]:
        yield f"  {one['text']}   ({_outside(one)})"
    for claim in claims:
        yield from claimed(claim, [one for one in claim["evidence"] if _within(one["address"], address, theorem)])
    if theorem["errata"]:
        yield from ["", "Errata of the printed versions"]
    for one in theorem["errata"]:
        yield from erratum(one)
    yield from ["", f"Again: qed verify {file or address}"]


def _standing(one):
    return one["status"] + (f" by version {one['version']}" if "version" in one else "") + f" ({STANDINGS[one['status']]})"


def _addresses(claim):
    return [claim["address"], *(one["address"] for one in claim["evidence"])]


def _within(one, address, theorem):
    return address.endswith(".py") or not address or under(address, one) or under(address, theorem["address"])


def _outside(assumption):
    name = assumption["outside"]
    return name if name == "not known to be needed" else f'needed: it fails for the outside case "{name}"'


def claimed(claim, evidence):
    """The lines for one claim and the pieces of evidence chosen."""
    yield from ["", f"{claim['name']}: {claim['says']}   {claim['verdict']}", ""]
    yield from _indented(claim["pretty"], "    ", raw=True)
    yield from ["", f"  {claim['level']}, for {claim['scope']}"]
    if claim["argument"]:
        yield from _indented(f"Proof. {claim['argument']}")
    if claim["measurement"]:
        yield from _indented(f"Measurement. {claim['measurement']}")
    for one in evidence:
        yield from _finding(one, claim)


def _finding(evidence, claim):
    kind = evidence["address"].removeprefix(f"{claim['address']}/")
    good = _judged(evidence)
    yield from ["", f"  {kind}   {_counted(evidence, claim)}{evidence['verdict']}{good}"]
    if evidence.get("statement"):
        yield f"      wrong form: {evidence['statement']}"
    for goal in evidence.get("goals", ()):
        if goal["kind"] == "cited":
            yield from _indented(f"given: {goal['why']}", "      ")
        else:
            yield from _indented(f"{goal['why']}: {goal['goal']}", "      ")
            yield from _indented(f"{goal['verdict']} by {goal['how']}: {goal['because']}", "        ")
    if evidence.get("data"):
        yield from _indented("at " + ", ".join(f"{key} = {value}" for key, value in evidence["data"].items()), "      ")
    yield from (f"      measured {line}" for line in messages.measured(evidence))
    yield from _indented(evidence["because"], "      ")
    if evidence["about"] == "mutants" and evidence.get("nearest"):
        yield f"      nearest: {evidence['nearest']}{'' if evidence['nearest'] in ('exact', 'none') else ' bars'}"
    yield from (f"      survives: {one}" for one in evidence.get("survivors", ()))


def _judged(evidence):
    if not as_expected(evidence):
        return f"   <- {messages.DEMANDED[evidence['about']]}"
    if evidence["about"] == "mutants" and evidence.get("survivors"):
        return f"; survivors, listed below: {len(evidence['survivors'])}"
    return "" if evidence["about"] == "claim" else ", as it must be"


def _counted(evidence, claim):
    if evidence["about"] != "mutants" or not as_expected(evidence):
        return ""
    return f"{claim['mutants']['refuted']} of {claim['mutants']['total']} "


def erratum(one):
    """The lines for one erratum."""
    yield from _indented(f"{one['source']}: printed “{one['printed']}”")
    yield from _indented(f"fault: {one['fault']}", "    ")
    yield from _indented(f"false at {one['witness']}: {one['because']}   {one['verdict']}", "    ")
    yield from _indented(f"repaired: {one['repaired']}", "    ")


def _indented(text, indent="  ", raw=False):
    for line in text.splitlines():
        if raw:
            yield f"{indent}{line}".rstrip()
        else:
            yield from textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
                                     break_long_words=False, break_on_hyphens=False)
