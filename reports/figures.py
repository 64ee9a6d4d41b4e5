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
    highest = max(bars for _, marks in rows for bars, *_ in marks)
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
                  if wrong < math.inf else "all false variants are refuted by exact values, at no finite distance."))
    return plot.svg(f"Distances in bars. {told}."), caption


def _marks(claim):
    """(bars, shape, kind, words) of the claim, its false variants and its nearest mutant, where there is a bar."""
    measured = [one for one in claim["evidence"] if one["about"] == "claim" and one["level"] != "PROVED"]
    if measured:
        worst = max(_off(one) for one in measured)
        yield worst, "circle", "claim", f"the claim at {worst:.1g} bars" if worst else "the claim, exactly or as a bound with room"
    for one in claim["evidence"]:
        if one["about"] == "false variant" and _finite(one.get("bars", "")):
            yield float(one["bars"]), "cross", "variant", f"{one['address'].rsplit('/', 1)[1]} at {one['bars']} bars"
    nearest = claim["mutants"]["nearest"]
    if _finite(nearest):
        yield float(nearest), "diamond", "mutant", f"the nearest one-symbol change at {nearest} bars"


def _off(one):
    """How many bars a claim's measurement is off; 0 where it is exact, or where a bound holds with room."""
    found = messages.distance(one["because"])
    bars = found[0]/found[1] if found else 0.0
    return 0.0 if bars > 1 and one["verdict"] == "HOLDS" else bars


def _finite(text):
    try:
        return 0 < float(text) < math.inf
    except (TypeError, ValueError):
        return False
