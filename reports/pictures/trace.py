"""Pictures of SGD's exact stability threshold: against the batch, on three kinds of data, and in time."""

import numpy as np

from reports.pictures.data import runs
from reports.svg import Plot

ROWS = np.array([[1, 1/2], [-1/3, 2], [1/2, 1/4]])


def _operators(rows):
    """Matrices of C, H.H and the mean of H_i.H_i on vec of a second moment."""
    single = rows[:, :, None]*rows[:, None, :]
    mean, one = single.mean(axis=0), np.eye(rows.shape[1])
    return (np.kron(mean, one) + np.kron(one, mean))/2, np.kron(mean, mean), sum(np.kron(h, h) for h in single)/len(rows)


def _curvature(rows, p):
    """2 over the largest stable step size."""
    middle, full, noise = _operators(rows)
    return float(np.linalg.eigvals(np.linalg.solve(middle, (1 - p)*full + p*noise)).real.max())


def thresholds(records):
    """The curvature that limits SGD's step size on three samples, against the sampling factor of the batch."""
    sizes, trace, factors = (ROWS**2).sum(axis=1), float((ROWS**2).sum()/3), np.linspace(0, 1, 101)
    top = lambda p: _curvature(ROWS, p)
    plot = Plot((0, 1), (0, 4.5), (680, 340), ("p = (n - B)/(B(n - 1)): 0 for the full batch, 1 for single samples",
                                              "2 / largest stable step size"), key=(
        ("says", "", "exact threshold"), ("seen", "circle", "certified"), ("false", "", "false: the trace decides"),
        ("also", "", "chord, an upper bound"), ("guide", "", "bounds for single samples")))
    plot.line([(0, top(0)), (1, top(1))], "also")
    plot.line([(p, top(p)) for p in factors.tolist()], "says")
    plot.line([(0, trace/2), (1, trace)], "false")
    for run in runs(records, "sgd_trace_stability/batch/rank_bound"):
        if abs(run["trace"][0] - trace) < 1e-9:
            plot.mark(run["p"][0], run["Lambda"][0], "circle", "seen", f"p = {run['p'][0]:g}: {run['Lambda'][0]:.6g}")
    for batch in (1, 2, 3):
        x, y = plot.at((3 - batch)/(2*batch), top((3 - batch)/(2*batch)))
        plot.text(x - 8 if batch == 1 else x + 8, y + 16, f"B = {batch}", "end" if batch == 1 else "start")
    for value, told in ((trace, "trace of the Hessian"), (sizes.dot(sizes)/sizes.sum(), "mean s² / mean s"),
                        (sizes.max(), "max s")):
        plot.line([(0, float(value)), (1, float(value))], "guide")
        plot.text(plot.at(0, 0)[0] + 6, plot.at(0, float(value))[1] - 4, told)
    alt = ("The exact threshold rises convexly from 1.44 at full batch to 4.02 at batch size 1, below the chord between "
           "its ends, above the straight lower bound; at batch size 1 it lies between mean s squared over mean s and max"
           " s.")
    caption = ("Three gradients in the plane, exact threshold of mean-square stability (solid, certified at the "
               "circles), against batch size B. The trace gives the lower bound tr H (p + (1 - p)/2) (dashed); read as "
               "the threshold it is false, by a factor of two. s is a sample's squared gradient norm; the threshold for "
               "single samples lies between the two upper guides.")
    return plot.svg(alt), caption


def _gaussian(scales, p):
    """The root of sum p h/(x - h (1 + p)) = 1 beyond its poles, by halving."""
    low = high = max(scales)*(1 + p)
    high += p*sum(scales) + 1e-9
    for _ in range(60):
        middle = (low + high)/2
        value = sum(p*h/(middle - h*(1 + p)) for h in scales)
        low, high = (middle, high) if value > 1 else (low, middle)
    return high


def spectra(records):
    """The threshold over the top eigenvalue for three kinds of data, with its two bounds."""
    axes = np.diag([2.0, 2.0, 2.0, 2.0])
    power = np.diag([(8/(k + 1))**.5 for k in range(8)])
    kinds = (("orthogonal, equal norms", lambda p: _curvature(axes, p), 1.0, "says"),
             ("Gaussian, two scales", lambda p: _gaussian((3.0, .75), p), 3.0, "also"),
             ("orthogonal, power law", lambda p: _curvature(power, p), 1.0, "other"))
    plot = Plot((0, 1), (0, 9), (680, 340), ("p: 0 for the full batch, 1 for single samples", "threshold / top eigenvalue"),
                key=(*((kind, "", told) for told, _, _, kind in kinds), ("seen", "circle", "certified"),
                     ("false", "", "false: the full batch's for all")))
    plot.line([(0, 1), (1, 1)], "false")
    for _, curve, top, kind in kinds:
        base = curve(1e-9) if kind == "also" else curve(0)
        plot.line([(k/50, curve(max(k/50, 1e-9))/base) for k in range(51)], kind)
    for run in runs(records, "sgd_trace_stability/gaussian/secular"):
        if (run["h1"][0], run["h2"][0]) == (3, .75):
            plot.mark(run["p"][0], run["Lambda"][0]/3, "circle", "seen", f"p = {run['p'][0]:g}: {run['Lambda'][0]:.6g}")
    alt = ("Three curves rise from 1, a constant: orthogonal data with equal norms rises in a straight line to 4, "
           "Gaussian data to about 3.1, a power law bends upwards to 8.")
    caption = ("How much the batch matters, on three kinds of data: four orthogonal gradients of equal norm (the trace "
               "bound is attained for every p), Gaussian gradients with the variances 3 and 3/4 (root of the secular "
               "equation), and eight orthogonal gradients with squared norms 8/k. Gradient descent's threshold (dashed) "
               "is right for the full batch alone.")
    return plot.svg(alt), caption


def moments(records):
    """E|theta|^2 over time at 0.95, 1 and 1.05 times the largest stable step size."""
    middle, full, noise = _operators(ROWS)
    edge = 2/_curvature(ROWS, 1)
    plot = Plot((0, 60), (.02, 20), (680, 320), ("steps", "E|θ|² from E θθ' = I/2"), (False, True), key=(
        ("says", "", "at the claimed edge: stays bounded"), ("also", "", "0.95 of it: decays"),
        ("other", "", "1.05 of it: grows"),
        ("false", "", "false edge: 2/trace")))
    for share, kind in ((1, "says"), (.95, "also"), (1.05, "other"), (2*3/(ROWS**2).sum()/edge, "false")):
        step, moment, found = np.eye(4) - 2*share*edge*middle + (share*edge)**2*noise, np.eye(2).ravel()/2, []
        for t in range(61):
            found.append((t, float(moment[0] + moment[3])))
            moment = step @ moment
        plot.line(found, kind)
    alt = ("On a logarithmic axis the second moment stays level at the claimed edge, decays in a straight line just "
           "below, grows in a straight line just above, and leaves the picture at once at two over the trace.")
    caption = ("Exact second moments of SGD on the gradients (1, ½), (-⅓, 2), (½, ¼), batch size 1. At 2/Λ they stay bounded, five per"
               " cent off they decay or grow exponentially. At 2/trace, the printed necessary condition, they explode "
               "within some steps: it is not sufficient.")
    return plot.svg(alt), caption
