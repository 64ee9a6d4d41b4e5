"""The certificate as Markdown: the table, then each claim's statement, verdict and evidence."""

import re


def page(certificate, changes=None):
    """The Markdown text; formulas stand as plain text in code spans."""
    from reports import compare
    from reports.verify import totals
    lines = ["# Certified theorems about optimisers", "", *table(certificate), "", f"{text(totals(certificate))}.",
             f"Certified {certificate['made']}."]
    if changes:
        lines += ["", "## Changes", "", *(f"    {line}" for line in compare.told(changes))]
    for theorem in certificate["theorems"]:
        lines += ["", *_theorem(theorem)]
    return "\n".join(lines) + "\n"


def table(certificate):
    """One row per theorem; nothing in it depends on the machine."""
    from reports.facts import in_one_line, levels
    yield "| theorem | what it says | verdict | level of its claims | mutants refuted | errata |"
    yield "|---|---|---|---|---|---|"
    for theorem in certificate["theorems"]:
        refuted, total = (sum(claim["mutants"][key] for claim in theorem["claims"]) for key in ("refuted", "total"))
        yield (f"| {code(theorem['address'])} | {text(in_one_line(theorem))} | {theorem['verdict']} | "
               f"{levels(theorem)} | {refuted} of {total} | {len(theorem['errata'])} |")


def _theorem(theorem):
    from reports.facts import command
    yield f"## {text(theorem['title'])}"
    yield f"\n{theorem['verdict']}. {text(theorem['source'])}. Again: {code(command(theorem))}\n"
    for one in theorem["assumes"]:
        needed = one["outside"] if one["outside"] == "not known to be needed" else f"false in the outside case “{one['outside']}”"
        yield f"- Assumes {code(one['text'])}: {text(needed)}"
    for claim in theorem["claims"]:
        mutants = claim["mutants"]
        yield f"- **{text(claim['says'])}**: {claim['verdict']}, {claim['level']}, for {text(claim['scope'])}"
        yield f"  {code(claim['text'])}" + (f"\n  {text(claim['because'])}" if claim["because"] else "")
        yield f"  - {mutants['refuted']} of {mutants['total']} mutants refuted, nearest at {mutants['nearest']}"
        for one in (one for one in claim["evidence"] if one["about"] != "mutants"):
            told = one["because"] + (f" ({one['bars']} bars)" if one.get("bars", "exact") != "exact" else "")
            yield f"  - {code(one['address'].removeprefix(claim['address'] + '/'))}: {one['verdict']}, {text(told)}"
    for one in theorem["errata"]:
        yield (f"- Erratum, {text(one['source'])}: {text(one['printed'])}. {text(one['fault'])} "
               f"False at {text(one['witness'])}. Repaired: {text(one['repaired'])}")


def text(words):
    """Words on one line, with the characters that Markdown or HTML would read escaped."""
    return re.sub(r"([\\`*_\[\]<>|&#~$])", r"\\\1", " ".join(words.split()))


def code(words):
    """Words as a code span that fits into a table's cell."""
    return "`" + " ".join(words.replace("`", "'").replace("|", "\\|").split()) + "`"
