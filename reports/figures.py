"""The picture that any certificate gives: each claim against its nearest wrong statements, in bars."""

import math

from reports import messages
from reports.svg import Plot

SHORTEST, LONGEST = 1e-3, 1e40     # distances beyond these are drawn at the edge


def scale(theorem):
    """(SVG, caption): every claim, measured, against its nearest wrong statements, in bars; or None."""
    rows = [(claim, list(_marks(claim))) for claim in theorem["claims"]]
    rows = [(claim, marks) for claim, marks in rows if marks]
    if not rows:
        return None
    highest = max((bars for _, marks in rows for bars, *_ in marks if bars < math.inf), default=1)
    plot = Plot((SHORTEST, max(10*highest, 100)), (0, len(rows)), (680, 62 + 30*len(rows)),
                ("distance from what was measured, in bars (logarithmic)", ""), (True, False))
    plot.box((SHORTEST, 0), (1, len(rows)), "agreement")
    for number, (claim, marks) in enumerate(rows):
        height = len(rows) - number - .5
        x, y = plot.at(1, height)
        plot.text(x + 8, y - 8, claim["name"])
        for bars, shape, kind, told in marks:
            plot.mark(min(max(bars, SHORTEST), plot.x[1]), height, shape, kind, told)
    told = "; ".join(f"{claim['name']}: " + ", ".join(one[3] for one in marks) for claim, marks in rows)
    wrong = min((bars for _, marks in rows for bars, shape, *_ in marks if shape != "circle"), default=math.inf)
    caption = ("Distances from what was measured. A claim (circle) must lie within one bar (shaded), or hold with room; "
               + (f"the nearest false variant (cross) or one-symbol change (diamond) is {messages.bars((wrong, 1))} bars away."
                  if wrong < math.inf else "no wrong statement lies at a finite distance."))
    return plot.svg(f"Distances in bars. {told}."), caption


def _marks(claim):
    """(bars, shape, kind, words) of the claim, its false variants and its nearest mutant, where there is a bar."""
    measured = [one for one in claim["evidence"] if one["about"] == "claim" and one["level"] != "PROVED"
                and one["verdict"] != "UNDECIDED"]
    if measured:
        worst = max(_off(one) for one in measured)
        yield worst, "circle", "claim", {0: "the claim, exactly or as a bound with room", math.inf: "the claim, refuted exactly"}.get(
            worst, f"the claim at {worst:.1g} bars")
    for one in claim["evidence"]:
        if one["about"] == "false variant" and _finite(one.get("bars", "")):
            yield float(one["bars"]), "cross", "variant", f"{one['address'].rsplit('/', 1)[1]} at {one['bars']} bars"
    nearest = claim["mutants"]["nearest"]
    if _finite(nearest):
        yield float(nearest), "diamond", "mutant", f"the nearest one-symbol change at {nearest} bars"


def _off(one):
    """How many bars a claim's measurement is off: 0 if exact or a bound with room, infinite if exactly refuted."""
    found = messages.distance(one["because"])
    bars = found[0]/found[1] if found else 0.0
    if one["verdict"] == "REFUTED":
        return bars or math.inf
    return 0.0 if bars > 1 else bars


def _finite(text):
    try:
        return 0 < float(text) < math.inf
    except (TypeError, ValueError):
        return False
