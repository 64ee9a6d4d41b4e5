"""One picture per result, where someone drew it.

A result's picture is a function in `PICTURES`, under the first part of its addresses: it takes
the records of the result's theorems and returns (SVG, caption).  What it shows beside
certified numbers is recomputed here, cheaply, and never judged.
"""

import math

from reports.svg import Plot


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


def thresholds(theorems):
    """The curvature that limits SGD's step size on three samples, against the sampling factor of the batch."""
    import numpy as np
    rows = np.array([[1, 1/2], [-1/3, 2], [1/2, 1/4]])
    single = rows[:, :, None]*rows[:, None, :]
    mean, sizes, one = single.mean(axis=0), (rows**2).sum(axis=1), np.eye(2)
    middle = (np.kron(mean, one) + np.kron(one, mean))/2
    noise = sum(np.kron(sample, sample) for sample in single)/3

    def top(p):
        return float(np.linalg.eigvals(np.linalg.solve(middle, (1 - p)*np.kron(mean, mean) + p*noise)).real.max())

    trace, factors = float(np.trace(mean)), np.linspace(0, 1, 101)
    plot = Plot((0, 1), (0, 4.5), (680, 320), ("p = (n - B)/(B(n - 1)): 0 for the full batch, 1 for single samples",
                                              "2 / largest stable step size"))
    plot.line([(float(p), top(p)) for p in factors], "second")
    plot.line([(0, top(0)), (1, top(1))], "exact")
    plot.line([(0, trace/2), (1, trace)], "third")
    for batch in (1, 2, 3):
        p = (3 - batch)/(2*batch)
        plot.mark(p, top(p), "circle", "claim", f"batch size {batch}: {top(p):.4f}")
        x, y = plot.at(p, top(p))
        plot.text(x - 8 if batch == 1 else x + 8, y + 16, f"B = {batch}", "end" if batch == 1 else "start")
    for value, told in ((trace, "trace of the Hessian"), (sizes.dot(sizes)/sizes.sum(), "mean s² / mean s"), (sizes.max(), "max s")):
        plot.line([(0, float(value)), (1, float(value))], "guide")
        plot.text(plot.at(0, 0)[0] + 6, plot.at(0, float(value))[1] - 4, told)
    alt = ("The exact threshold rises convexly from 1.44 at full batch to 4.02 at batch size 1, below the chord between its "
           "ends, above the straight lower bound; at batch size 1 it lies between mean s squared over mean s and max s.")
    caption = ("Three gradients in the plane, exact threshold of mean-square stability (solid), against batch size B. Dashed: the "
               "chord, an upper bound as the curve is convex. Dotted: the lower bound by the trace. s is a sample's squared "
               "gradient norm; the threshold for single samples lies between the two upper guides, well above the trace.")
    return plot.svg(alt), caption


def early_stopping(theorems):
    """Prediction error of gradient descent and SAM on four modes, against the number of steps."""
    import numpy as np
    curvature, signal, step, radius = np.array([1, 1/2, 1/8, 1/32]), np.array([4, 2, 1, 1/2]), 1/2, 1/2
    count = np.arange(1, 257)[:, None]

    def parts(rate):
        left = (1 - step*rate)**count
        return (signal*left**2).sum(axis=1), ((1 - left)**2).sum(axis=1)

    plot = Plot((1, 256), (0, 5), (680, 320), ("steps", "squared error in units of the noise"), (True, False))
    for rate, kind in ((curvature, "second"), (curvature + radius*curvature**2, "exact")):
        bias, variance = parts(rate)
        plot.line([(int(k), float(e)) for k, e in zip(count[:, 0], bias + variance)], kind)
        plot.line([(int(k), float(e)) for k, e in zip(count[:, 0], variance)], kind)
    oracle = float((signal/(signal + 1)).sum())
    plot.line([(1, oracle), (256, oracle)], "guide")
    plot.text(plot.at(1, 0)[0] + 6, plot.at(1, oracle)[1] - 5, "oracle: no filter does better")
    plot.text(plot.at(150, 0)[0], plot.at(1, 4.1)[1], "error")
    plot.text(plot.at(12, 0)[0], plot.at(1, .9)[1], "variance alone")
    alt = ("Error against steps on a logarithmic axis. Both errors fall, pass a minimum slightly above the oracle line and rise "
           "with the variance; SAM's variance is above gradient descent's throughout, its error lower early and higher late.")
    caption = ("Exact prediction error (upper pair) and its variance part (lower pair) of gradient descent (solid) and SAM (dashed) "
               "on four modes, d = 1, 1/2, 1/8, 1/32. SAM has less bias and more variance: ahead early, behind late. "
               "Neither goes below the oracle's error.")
    return plot.svg(alt), caption


PICTURES = {"two_step_gd": bifurcation, "sgd_trace_stability": thresholds, "sam_statistical_error": early_stopping}
