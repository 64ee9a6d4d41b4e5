"""The certificate as Markdown: the table, then each claim's statement and verdict."""

import re


def page(certificate, changes=None):
    """The Markdown text; formulas are LaTeX between dollar signs."""
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
    from reports.page import in_one_line, levels
    yield "| theorem | what it says | verdict | level of its claims | mutants refuted | errata |"
    yield "|---|---|---|---|---|---|"
    for theorem in certificate["theorems"]:
        refuted, total = (sum(claim["mutants"][key] for claim in theorem["claims"]) for key in ("refuted", "total"))
        yield (f"| {code(theorem['address'])} | {text(in_one_line(theorem))} | {theorem['verdict']} | "
               f"{levels(theorem)} | {refuted} of {total} | {len(theorem['errata'])} |")


def _theorem(theorem):
    yield f"## {text(theorem['title'])}"
    yield f"\n{theorem['verdict']}. {text(theorem['source'])}. Again: {code('qed verify ' + theorem['address'])}\n"
    for claim in theorem["claims"]:
        yield f"- **{text(claim['says'])}**: {claim['verdict']}, {claim['level']}, for {text(claim['scope'])}"
        yield f"  {code(claim['text'])}" + (f"\n  {text(claim['because'])}" if claim["because"] else "")
    for one in theorem["errata"]:
        yield (f"- Erratum, {text(one['source'])}: {text(one['printed'])}. {text(one['fault'])} "
               f"False at {text(one['witness'])}. Repaired: {text(one['repaired'])}")


def text(words):
    """Words on one line, with the characters that Markdown or HTML would read escaped."""
    return re.sub(r"([\\`*_\[\]<>|&#~$])", r"\\\1", " ".join(words.split()))


def code(words):
    """Words as a code span that fits into a table's cell."""
    return "`" + " ".join(words.replace("`", "'").replace("|", "\\|").split()) + "`"
