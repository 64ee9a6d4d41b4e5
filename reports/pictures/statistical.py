"""Pictures of SAM's prediction error: over time, at its best stopping time, and on a network."""

import math

import numpy as np

from reports.pictures.data import runs
from reports.svg import Plot


def early_stopping(records):
    """Prediction error of gradient descent and SAM on four modes, against the number of steps."""
    curvature, signal, step, radius = np.array([1, 1/2, 1/8, 1/32]), np.array([4, 2, 1, 1/2]), 1/2, 1/2
    count = np.arange(1, 257)[:, None]

    def parts(rate):
        left = (1 - step*rate)**count
        return (signal*left**2).sum(axis=1), ((1 - left)**2).sum(axis=1)

    plot = Plot((1, 256), (0, 5), (680, 340), ("steps", "squared error in units of the noise"), (True, False), key=(
        ("says", "", "SAM"), ("also", "", "gradient descent"), ("guide", "", "oracle: no filter does better"),
        ("miss", "cross", "false: SAM is always ahead")))
    lines = {}
    for rate, kind in ((curvature, "also"), (curvature + radius*curvature**2, "says")):
        bias, variance = parts(rate)
        lines[kind] = bias + variance
        for values in (bias, variance, bias + variance):
            plot.line([(int(k), float(e)) for k, e in zip(count[:, 0], values)], kind)
    behind = [int(k) for k, ours, theirs in zip(count[:, 0], lines["says"], lines["also"]) if ours > theirs]
    plot.mark(behind[0], float(lines["says"][behind[0] - 1]), "cross", "miss", f"behind from step {behind[0]} on")
    oracle = float((signal/(signal + 1)).sum())
    plot.line([(1, oracle), (256, oracle)], "guide")
    for place, told in (((150, 4.1), "error"), ((60, 2.4), "variance"), ((30, .45), "bias²")):
        plot.text(*plot.at(*place), told)
    alt = ("Error against steps on a logarithmic axis. Both errors fall, pass a minimum slightly above the oracle line "
           "and rise with the variance; SAM's variance is above gradient descent's throughout, its bias below, its error"
           " lower early and higher late.")
    caption = ("Exact prediction error of gradient descent (dotted) and SAM (solid) with its parts, on four modes, d = "
               "1, 1/2, 1/8, 1/32. SAM has less bias and more variance at every step: ahead early, behind from the cross"
               " on. Neither goes below the oracle's error.")
    return plot.svg(alt), caption


def _best(spectrum, ideal, rho):
    """The least error over stopping times, noise 1: a grid in time, then a finer one round its best."""
    d, signal = np.array(spectrum), np.expm1(np.array(spectrum)*np.array(ideal))

    def errors(times):
        left = np.exp(-times[:, None]*(d + rho*d*d))
        return ((signal*left**2 + (1 - left)**2).sum(axis=1))/len(d)

    times = np.linspace(0, 8, 801)
    near = times[errors(times).argmin()]
    return float(errors(np.linspace(max(near - .02, 0), near + .02, 401)).min())


def best_errors(records):
    """The error at the best stopping time against the radius, for ideal times that increase, are equal, or decrease."""
    spectrum, radii = (.5, 1.0, 2.0), [k/40 for k in range(41)]
    kinds = (("m increasing: SAM attains the oracle at ρ = ½", tuple(1 + d/2 for d in spectrum), "says"),
             ("m equal", (1.0,)*3, "also"),
             ("m decreasing", (1.5, 1.2, .8), "false"))
    plot = Plot((0, 1), (-.02, .05), (680, 320), ("radius ρ of SAM", "best error, less gradient descent's"),
                key=(*((kind, "", told) for told, _, kind in kinds), ("seen", "circle", "certified")))
    for _, ideal, kind in kinds:
        base = _best(spectrum, ideal, 0)
        plot.line([(rho, _best(spectrum, ideal, rho) - base) for rho in radii], kind)
    for theorem, claim in (("stopping_helps", "smaller"), ("stopping_hurts", "larger")):
        for run in runs(records, f"sam_statistical_error/{theorem}/{claim}")[:1]:
            plot.mark(run["rho"][0], run["best_sam"][0] - run["best_gd"][0], "circle", "seen",
                      f"{run['best_sam'][0]:.8g} against {run['best_gd'][0]:.8g}")
    plot.line([(0, 0), (1, 0)], "guide")
    plot.text(plot.at(.85, 0)[0], plot.at(0, 0)[1] - 5, "no difference")
    alt = ("Against SAM's radius: with increasing ideal times the best error falls below gradient descent's and turns "
           "again; with equal and with decreasing ones it rises above from the start. Certified circles lie on the first"
           " two curves.")
    caption = ("Whether SAM at its best stopping time beats gradient descent at its own depends on the ideal stopping "
               "times m of the modes d = ½, 1, 2. Where m grows fast enough with d it does (solid), where m does not "
               "grow it never does; the claim that SAM always wins is refuted on the dotted curve.")
    return plot.svg(alt), caption


def network(records):
    """The predictor of a diagonal network along SAM's slow flow, against the network's conserved gradient flow."""
    features, up, down = (1, 1/2), (1, 6/5), (1/3, 2/5)
    plot = Plot((0, 6), (0, 1.3), (680, 320), ("time τ of the slow flow, η ρ² per step", "β = u v"), key=(
        ("says", "", "claim"), ("seen", "circle", "certified"), ("false", "", "false: one rate for all modes"),
        ("guide", "", "all on the smallest feature")))
    target = sum(f*u*v for f, u, v in zip(features, up, down))
    plot.line([(0, target/features[1]), (6, target/features[1])], "guide")
    for rates, kind in ((features, "says"), ((1, 1), "false")):
        points = [_predictor(features, rates, up, down, target, t/20) for t in range(121)]
        for mode in (0, 1):
            plot.line([(t/20, one[mode]) for t, one in enumerate(points)], kind)
    for mode, height in ((0, .1), (1, .98)):
        plot.text(*plot.at(3.2, height), f"β for x = {('1', '1/2')[mode]}")
    for run in runs(records, "sam_statistical_error/network/flow")[:1]:
        for mode in ("1", "2"):
            plot.mark(run["T"][0], run[f"u{mode}"][0]*run[f"v{mode}"][0], "circle", "seen", f"at τ = {run['T'][0]:g}")
    alt = ("Two solid curves part: the weight of the larger feature falls to zero, that of the smaller rises to the "
           "level at which it fits alone; the dashed curves of the false variant do the opposite.")
    caption = ("A diagonal network with two features, x = 1 and ½, fitting one observation. Along SAM's slow flow the "
               "imbalance of each mode decays at its own rate 2x², and all weight moves to the smallest feature. With "
               "one rate for both modes (dashed) it would move to the larger one.")
    return plot.svg(alt), caption


def _predictor(features, rates, up, down, target, time):
    """Both products u v at a time: the multiplier that fits the observation, by halving."""
    low, high = -60.0, 60.0

    def products(multiplier):
        for f, rate, u, v in zip(features, rates, up, down):
            shrink = math.exp(-rate*rate*time)
            plus, minus = (u + v)*shrink*math.exp(-f*multiplier), (u - v)*shrink*math.exp(f*multiplier)
            yield (plus*plus - minus*minus)/4

    for _ in range(60):
        middle = (low + high)/2
        low, high = (middle, high) if sum(f*p for f, p in zip(features, products(middle))) > target else (low, middle)
    return tuple(products(low))
