"""Pictures of what stability says about norms: unit balls in the plane of weights, and complexity over dimension."""

import math
from itertools import product

import numpy as np

from reports.pictures.data import runs
from reports.svg import Plot


def _largest(weights):
    """(top eigenvalue, SGD's threshold) over 2 at the balanced network a b with these weights, on all signs in the plane."""
    inputs = np.array(list(product((1, -1), repeat=2)), float)
    sizes = np.sqrt(np.abs(weights))
    rows = np.hstack([inputs*sizes*np.sign(weights), inputs*sizes])
    hessian = rows.T @ rows/4
    squared = rows @ rows.T
    return float(np.linalg.eigvalsh(hessian)[-1])/2, float(squared.diagonal().max())/2


def _sign(full, single):
    """The mark of what neither, only descent, or also SGD keeps: their growth, or curvature over its limit."""
    return ("circle", "keep") if single <= 1 else ("square", "part") if full <= 1 else ("cross", "miss")


def unit_balls(records):
    """Which weights descent and SGD can keep, at step size 1: computed on a grid, certified where circled."""
    plot = Plot((-1.5, 1.5), (-1.5, 1.5), (680, 600), ("η β₁", "η β₂"), key=(
        ("says", "", "SGD: |β₁| + |β₂| ≤ 1/η"), ("also", "", "descent: max |β| ≤ 1/η"),
        ("false", "", "false: the Frobenius norm's disc"),
        ("keep", "circle", "SGD keeps it"), ("part", "square", "only descent"), ("miss", "cross", "neither"),
        ("ring", "ring", "certified")))
    plot.line([(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)], "says")
    plot.line([(1, 1), (-1, 1), (-1, -1), (1, -1), (1, 1)], "also")
    plot.line([(math.cos(t*math.pi/60), math.sin(t*math.pi/60)) for t in range(121)], "false")
    for weights in product([.27*k - 1.4 for k in range(11)], repeat=2):
        full, single = _largest(np.array(weights))
        plot.mark(*weights, *_sign(full, single), f"top eigenvalue {2*full:.3g}, threshold {2*single:.3g}")
    for run in runs(records, "sgd_stable_minima_norms/gradient_descent/regions"):
        place = run["r1"][0]*run["eta"][0], run["r2"][0]*run["eta"][0]
        if max(place) <= 1.5:
            plot.mark(*place, "ring", "ring", "certified")
            plot.mark(*place, *_sign(run["full"][0], run["single"][0]), "certified")
    alt = ("In the plane of two weights a diamond inside a disc inside a square. Circles fill the diamond, squares the "
           "rest of the square, crosses lie outside; certified points on three rays agree.")
    caption = ("Balanced diagonal networks on all sign inputs, with the top eigenvalue and SGD's exact threshold "
               "computed at each mark. SGD keeps the ℓ₁ ball (diamond), gradient descent the ℓ∞ ball (square); the disc "
               "of the Frobenius norm (dashed) is neither. Rings: certified on the positive quadrant, at growing step "
               "sizes on three rays.")
    return plot.svg(alt), caption


def complexity(records):
    """Rademacher complexity of what SGD and what descent can keep, against the dimension."""
    n, dimensions = 64, [4**k for k in range(1, 7)]
    plot = Plot((1, 8192), (.3, 500), (680, 360), ("dimension d of the inputs, |x|² = d", "complexity · η√n"),
                (True, True), key=(
        ("says", "", "SGD: at most 4, for every d"), ("also", "", "descent: at least √(d/2)"), ("seen", "circle", "SGD"),
        ("seen", "square", "descent"),
        ("false", "", "false: SGD's grows like descent's"), ("ring", "ring", "certified, d ≤ 2")))
    plot.line([(1, 4), (8192, 4)], "says")
    plot.line([(d, math.sqrt(d/2)) for d in (1, 8192)], "also")
    plot.line([(d, math.sqrt(2*d)) for d in (1, 8192)], "false")
    for d in dimensions:
        mean = _mean_length(n, d)
        for kept, shape in ((2/math.sqrt(d), "circle"), (2, "square")):
            low, high = kept*mean/(2*math.sqrt(n)), 2*kept*mean/math.sqrt(n)
            plot.whisker(d, low, high, "bar")
            plot.mark(d, math.sqrt(low*high), shape, "seen", f"d = {d}: between {low:.3g} and {high:.3g}")
    for run in runs(records, "sgd_stable_minima_norms/rademacher_relu/classes"):
        value = 2*run["R"][0]*math.sqrt(run["n"][0])/run["rho"][0]
        plot.mark(1.4, value, "ring", "ring", f"{value:.4g}")
    alt = ("On logarithmic axes bars for SGD's class stay below a level line at 4 for all dimensions, bars for descent's"
           " class rise with the square root of the dimension; from a dimension of some hundred on they no longer "
           "overlap.")
    caption = ("Rademacher complexity of the bias-free ReLU networks that each method can keep at step size η, on 64 "
               "random sign inputs: the bars are the claim's two bounds, M/2 ≤ nR ≤ 2M, with M over 200 random patterns."
               " SGD's bound is free of the dimension. Leftmost: exact values for one to three inputs in one and two "
               "dimensions.")
    return plot.svg(alt), caption


def _mean_length(n, d):
    """Mean of |sum e_i x_i| over random signs, for random sign inputs."""
    rng = np.random.default_rng(d)
    inputs = rng.integers(0, 2, (n, d))*2 - 1
    return float(np.sqrt((((rng.integers(0, 2, (200, n))*2 - 1) @ inputs)**2).sum(axis=1)).mean())
