"""What a finding says in words: what was asked, what was found with its numbers, and what to do.

Everything is read from a certificate's records, so that terminal, pytest and page say the same.
"""

import re

from theorems.kernel.certificate import as_expected
from theorems.kernel.evidence import slug

DEMANDED = {"claim": "must hold", "erratum": "the printed relation must be false at its witness",
            "outside case": "must be measured false", "spoiled laboratory": "must be noticed by the measurement",
            "false variant": "must be refuted by a measurement", "mutants": "must all be refuted, rejected or implied"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_DISTANCE = re.compile(r"left - right = (\S+) \+/- (\S+)")


def finding(evidence, claim=None, theorem=None, instance=""):
    """A finding in full: a heading with the verdict, then what was measured and what is missing.

    `instance` is a case that would mend it, where one was looked for (`sharpness.instance`).
    """
    from reports import mistakes
    told = mistakes.told(evidence, claim, theorem, instance)
    lines = told or [heading(evidence, claim)]
    if claim is not None:
        lines.append(f"  statement   {claim['text']}")
    if "statement" in evidence:
        lines.append(f"  wrong form  {evidence['statement']}")
    if evidence.get("data"):
        lines.append("  data        " + ", ".join(f"{key} = {value}" for key, value in evidence["data"].items()))
    if not told:
        lines += [f"  measured    {line}" for line in measured(evidence)]
        lines += [f"  found       {evidence['because']}"]
        lines += [f"  mend        {what}" for what in filter(None, [mistakes.mend(evidence)])]
    lines += [f"  goal        {goal['goal']}" for goal in evidence.get("goals", ()) if goal["verdict"] != "HOLDS"]
    lines += [f"  survivor    {one}" for one in survivors(evidence)]
    return "\n".join(lines)


def survivors(evidence, shown=3):
    """The first mutants that survive where none should."""
    found = evidence.get("survivors", ()) if not as_expected(evidence) else ()
    return [*found[:shown], *([f"and {len(found) - shown} more"] if len(found) > shown else [])]


def consequence(evidence):
    """Whether a finding is open only because the claim's own measurements are."""
    return evidence["because"].startswith(("no measurement holds", "no sound measurement"))


def heading(evidence, claim=None):
    """`theorem, claim "...", case "...": VERDICT`, with what would have been right for the counter-checks."""
    theorem, *rest = _parts(evidence["address"], claim)
    told = theorem + "".join(f", {part}" for part in rest)
    verdict = evidence["verdict"] if evidence["about"] == "claim" or as_expected(evidence) else \
        f"{evidence['verdict']} ({DEMANDED[evidence['about']]})"
    return f"{told}: {verdict}"


def _parts(address, claim):
    if claim is None:
        return address, 
    kind, _, last = address.removeprefix(f"{claim['address']}/").partition("/")
    what = {"false": "false variant", "outside": "outside case", "proved": "proof"}.get(kind, "case")
    shown = f'{what} "{as_written(claim, last)}"' if last else {"spoiled": "spoiled laboratories"}.get(kind, kind)
    return theorem_of(claim), f'claim "{claim["says"]}"', shown


def as_written(claim, part):
    """What the author called the case or false variant of whose name this part of an address is made."""
    known = (*claim["data"], *(variant["name"] for variant in claim["variants"]))
    return next((one for one in known if slug(one) == part), part)


def theorem_of(claim):
    """The address of a claim's theorem."""
    return claim["address"].removesuffix(f"/{claim['name']}")


def measured(evidence):
    """One line for each measured symbol: value, bar and observed order where it is a limit."""
    numbers = evidence.get("measured") or {}
    names = [key for key in numbers if not re.search(r" (bar|order|interval)$", key)]
    for name in (key for key in names if key not in ("confidence", "draws", "centre")):
        extra = [f"{word} {numbers[key]}" for word, key in (
            ("bar", f"{name} bar"), ("observed order", f"{name} order"), ("interval", f"{name} interval"))
            if key in numbers]
        centre = f"the {numbers['centre']} of " if "centre" in numbers else ""
        extra += [f"{centre}{numbers['draws']} draws, confidence {numbers['confidence']}"] if "confidence" in numbers else []
        yield f"{name} = {numbers[name]}" + (f"   ({', '.join(extra)})" if extra else "")


def distance(because):
    """(|left - right|, radius) as floats, read off a finding's reason; None where it was exact."""
    found = _DISTANCE.search(because)
    try:
        middle, radius = (abs(float(part)) for part in found.groups()) if found else (0.0, 0.0)
    except ValueError:
        return None
    return (middle, radius) if radius > 0 else None


def bars(found):
    """How many radii a distance is, as a short number."""
    ratio = found[0]/found[1]
    return f"{ratio:.0f}" if ratio < 1e4 else f"{ratio:.1e}"


def clean(value):
    """A record with control characters replaced, so that text from a module cannot steer a terminal or break XML."""
    if isinstance(value, dict):
        return {clean(key): clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value
