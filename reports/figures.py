"""The pictures of the page: one made from any certificate, and one per result where someone drew it.

A result's own picture is a function in `PICTURES`, under the first part of its addresses: it
takes the theorems' records and returns (SVG, caption).  What it shows beside certified
numbers is recomputed here, cheaply, and never judged.
"""

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
    caption = ("What was measured lies at the left; one bar is the measurement's own uncertainty. Each claim (circle) must "
               "lie inside it (shaded), every false variant (cross) and the nearest one-symbol change (diamond) to the right of 1. "
               "Wrong statements refuted by exact values, at no finite distance, are not drawn.")
    return plot.svg(f"Distances in bars. {told}."), caption


def _marks(claim):
    """(bars, shape, kind, words) of the claim, its false variants and its nearest mutant, where there is a bar."""
    worst = [messages.distance(one["because"]) for one in claim["evidence"]
             if one["about"] == "claim" and one["level"] != "PROVED"]
    worst = [found[0]/found[1] for found in worst if found]
    if worst:
        yield max(worst), "circle", "claim", f"the claim at {max(worst):.1g} bars"
    for one in claim["evidence"]:
        if one["about"] == "false variant" and _finite(one.get("bars", "")):
            yield float(one["bars"]), "cross", "variant", f"{one['address'].rsplit('/', 1)[1]} at {one['bars']} bars"
    nearest = claim["mutants"]["nearest"]
    if _finite(nearest):
        yield float(nearest), "diamond", "mutant", f"the nearest one-symbol change at {nearest} bars"


def _finite(text):
    try:
        return 0 < float(text) < math.inf
    except (TypeError, ValueError):
        return False


def picture(result, theorems):
    """(SVG, caption) that someone drew for this result, or None."""
    return PICTURES[result](theorems) if result in PICTURES else None


def bifurcation(theorems, style=""):
    """Where gradient descent on (x^2 - 1)^2/4 ends, against K = step size: computed dots, exact branches."""
    import numpy as np
    sizes = np.linspace(0.9, 2, 331)
    x = np.tile(np.array([[0.37], [0.81]]), (1, len(sizes)))
    plot = Plot((0.9, 2), (0, 1.6), (680, 340), ("K = step size times curvature at zero", "x after 2000 steps"))
    seen = []
    for step in range(2048):
        x = x*(1 + sizes*(1 - x*x))
        if step >= 2024:
            seen += zip(np.tile(sizes, 2), np.abs(x).ravel())
    plot.dots(seen, "cloud")
    over = 1/(1 - np.linspace(-math.sqrt(.5), math.sqrt(.5), 201)**2)     # even steps along the curve through (1, 1)
    half = np.sign(np.linspace(-1, 1, 201))*np.sqrt(1 - 1/over)
    plot.line([(float(k), float(x)) for k, x in zip(over.clip(1, 2), (np.sqrt(1 + 3/over) + half)/2)], "exact")
    for level, (k, told) in enumerate(((1, "1"), (math.sqrt(4.5) - 1, "√4.5 - 1"), (math.sqrt(5) - 1, "√5 - 1"),
                                       (1.5*math.sqrt(3) - 1, "3√3/2 - 1"), (2, "2"))):
        plot.upright(k, told, level % 2)
    alt = ("Bifurcation diagram. Up to K = 1 descent ends in the minimum x = 1; from there to K = 1.236 in two points, "
           "which lie on the exact curves; beyond, in four points and more, then in chaos, while the curves go on.")
    caption = ("Gradient descent on the quartic loss (x² - 1)²/4, two starts, 2000 steps, the last 24 drawn (dots). The dashed "
               "curves are the exact 2-cycle ½(√(1 + 3/K) ± √(1 - 1/K)). They carry the dots from K = 1 to √5 - 1, not only to "
               "√4.5 - 1 = 1.121, where the cycle attracts most strongly; right of √5 - 1 the cycle exists and repels.")
    return plot.svg(alt, style), caption


PICTURES = {"two_step_gd": bifurcation}
