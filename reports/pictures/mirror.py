"""Pictures of gradient flows that are mirror flows, and of one that is not."""

import math

import numpy as np

from reports.pictures.data import runs
from reports.svg import Plot

UP, DOWN, ROW, TARGET = np.array([1/2, 1/3]), np.array([1/4, 1/2]), np.array([1, 2]), 2.0
ROUNDING = 1e-14                   # distances below are drawn here: they differ between machines


def _weights(state):
    return state[:2]**2 - state[2:]**2


def _slope(state):
    """Gradient of (row.w - target)^2/2 in (u, v), w = u^2 - v^2."""
    pull = 2*ROW*(ROW @ _weights(state) - TARGET)
    return np.concatenate([pull*state[:2], -pull*state[2:]])


def _gradient_flow():
    """Points of the gradient flow, by short Runge-Kutta steps."""
    state, h, found = np.concatenate([UP, DOWN]), 1/500, []
    for step in range(2500):
        if step % 10 == 0:
            found.append(_weights(state))
        a = -_slope(state)
        b = -_slope(state + h/2*a)
        c = -_slope(state + h/2*b)
        state = state + h/6*(a + 2*b + 2*c - _slope(state + h*c))
    return [*found, _weights(state)]


def _dual(weights, beta):
    return (np.arcsinh(weights/beta))/4


def _end(beta, dual):
    """The solution whose dual moved along the row from `dual`, by halving the multiplier."""
    low, high = -5.0, 5.0
    for _ in range(80):
        middle = (low + high)/2
        low, high = (middle, high) if ROW @ (beta*np.sinh(4*(dual + middle*ROW))) < TARGET else (low, middle)
    return beta*np.sinh(4*(dual + low*ROW))


def _discrete(size, mirror=False):
    """The path of gradient descent in (u, v), or of mirror descent in w, until it fits."""
    state, beta = np.concatenate([UP, DOWN]), 2*UP*DOWN
    weights, dual, found = _weights(state), _dual(_weights(state), beta), []
    for _ in range(round(4/size)):
        found.append(weights)
        if mirror:
            dual = dual - size*ROW*(ROW @ weights - TARGET)
            weights = beta*np.sinh(4*dual)
        else:
            state = state - size*_slope(state)
            weights = _weights(state)
    return [*found, weights]


def _divergence(a, start, beta):
    """Bregman divergence of the hyperbolic entropy from `start`, up to its value at a fixed point."""
    entropy = lambda w: (w*np.arcsinh(w/beta) - np.sqrt(w*w + beta*beta))/4
    return (entropy(a) - entropy(start) - _dual(start, beta)*(a - start)).sum(axis=-1)


def _level(start, beta, height):
    """The closed curve on which the divergence from `start` has this height, by halving along rays."""
    angles = np.linspace(0, 2*math.pi, 181)[:, None]
    ways, low, high = np.hstack([np.cos(angles), np.sin(angles)]), 0*angles, 8 + 0*angles
    for _ in range(40):
        middle = (low + high)/2
        inside = _divergence(start + middle*ways, start, beta)[:, None] < height
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return [tuple(one) for one in start + low*ways]


def projection(records):
    """Gradient flow on u^2 - v^2 to the first level curve of its divergence that touches the solutions."""
    beta, start = 2*UP*DOWN, UP**2 - DOWN**2
    path = _gradient_flow()
    end, wrong = _end(beta, _dual(start, beta)), _end(beta/2, _dual(start, beta/2))
    plain = _end(beta, 0*beta)
    plot = Plot((-.4, 1.2), (-.4, 1.2), (680, 560), ("w₁", "w₂"), key=(
        ("says", "", "gradient flow"), ("cloud thick", "dot", "gradient descent, step 1/24"),
        ("also", "", "level curves of the claimed divergence"), ("guide", "", "solutions"),
        ("seen", "circle", "certified points"), ("miss", "cross", "false: half the parameter; from w = 0")))
    for share in (.3, .65, 1):
        plot.line(_level(start, beta, share*_divergence(end, start, beta)), "also")
    plot.line([(x/100, (TARGET - x/100)/2) for x in range(-40, 121)], "guide")
    plot.line([tuple(one) for one in path], "says")
    plot.dots([tuple(one) for one in _discrete(1/24)], "cloud thick")
    for told, point in (("half the parameter", wrong), ("from w = 0", plain)):
        plot.mark(*point, "cross", "miss", told)
        plot.text(plot.at(*point)[0] + 8, plot.at(*point)[1] - 4, told)
    for told, point in (("start", start), ("end", end)):
        plot.mark(*point, "square", "keep", told)
        plot.text(plot.at(*point)[0] - 8, plot.at(*point)[1] + 14, told, "end")
    for run in runs(records, "commuting_mirror_equivalence/hyperbolic/path"):
        if abs(run["u1"][0] - .5) + abs(run["v1"][0] - .25) == 0:
            plot.mark(run["w1"][0], run["w2"][0], "circle", "seen", "enclosed on the way, for a loss that changes in time")
    alt = ("In the plane of two weights the flow runs from the start to the line of solutions and ends where a level "
           "curve of the divergence touches the line; two false variants end elsewhere on the line.")
    caption = ("Two weights w = u² - v² under the loss ½(w₁ + 2w₂ - 2)². The flow ends where the level curves of the "
               "hyperbolic entropy's divergence from the start, growing (dotted), first touch the line of solutions. "
               "Half the parameter, or the divergence from w = 0 (crosses), give other points of the line. The circle on"
               " the path is certified.")
    return plot.svg(alt), caption


def discrete(records):
    """Where gradient descent and mirror descent with the same steps end, against the step size."""
    sizes = [1/16, 1/32, 1/64, 1/128]
    flow = _end(2*UP*DOWN, _dual(UP**2 - DOWN**2, 2*UP*DOWN))
    plot = Plot((.006, .08), (1e-15, 1), (680, 300), ("step size", "distance of the end from the flow's"), (True, True), (
        ("says", "", "slope 1"), ("seen", "circle", "gradient descent"), ("seen", "square", "mirror descent (to rounding)"),
        ("false", "", "false: slope 2")))
    off = {name: [float(np.linalg.norm(_discrete(size, name == "mirror")[-1] - flow)) for size in sizes]
           for name in ("plain", "mirror")}
    last = off["plain"][-1]
    plot.line([(sizes[-1], last), (sizes[0], 8*last)], "says")
    plot.line([(sizes[-1], last/8), (sizes[0], 8*last)], "false")
    for name, shape in (("plain", "circle"), ("mirror", "square")):
        for size, error in zip(sizes, off[name]):
            plot.mark(size, max(error, ROUNDING), shape, "seen", f"step {size:g}: {max(error, ROUNDING):.2g}")
    alt = ("On logarithmic axes gradient descent's distance from the flow's end falls with slope 1; mirror descent ends "
           "at the flow's end at every step size, up to rounding.")
    caption = ("Two weights w = u² - v² under the loss ½(w₁ + 2w₂ - 2)², in discrete time. Mirror descent ends where the "
               "flow ends, whatever the step size: its steps stay on the row space in the dual. Gradient descent drifts "
               "away in proportion to the step size, as it carries half of the second-order term only; with all of it the slope would be 2.")
    return plot.svg(alt), caption


def swapped(records):
    """What the order of two controls changes: nothing for a commuting pair, e^2 otherwise."""
    x, y, times = 1.0, .5, [2.0**-k for k in range(1, 9)]
    gap = lambda e: math.dist(_both(x, y, e, 0), _both(x, y, e, 1))
    plot = Plot((.003, .6), (1e-16, 20), (680, 320), ("length e of each control", "distance of the two ends"), (True, True), (
        ("says", "", "claim"), ("seen", "circle", "certified"), ("cloud thick", "dot", "computed"),
        ("false", "", "false: nothing, a mirror flow"),
        ("also", "", "its second-order term alone")))
    curve = [.004*1.06**k for k in range(86)]
    plot.line([(e, _difference(x, y, e)) for e in curve], "says")
    plot.line([(e, 2.5*e*e) for e in curve], "also")
    plot.line([(.003, ROUNDING), (.6, ROUNDING)], "false")
    plot.dots([(e, gap(e)) for e in times], "cloud thick")
    for e in times:
        plot.mark(e, max(_commuting(e), ROUNDING), "cross", "miss", "a commuting pair, up to rounding")
    for run in runs(records, "commuting_mirror_equivalence/swapped/difference"):
        if (run["x"][0], run["y"][0]) == (x, y):
            plot.mark(run["e"][0], math.hypot(run["D1"][0], run["D2"][0]), "circle", "seen", f"e = {run['e'][0]:g}")
    alt = ("On logarithmic axes the distance between the two ends falls with slope 2 along the claimed curve, which "
           "passes through a certified circle; for a commuting pair the crosses lie at the level of rounding.")
    caption = ("Two controls in two orders, on the weights (x² - y²)/2 and x y from (1, 1/2). Every mirror flow ends in "
               "the same place (dashed: rounding). Here the ends differ by the claimed amount, about 2.5 e²: no "
               "potential makes this gradient flow a mirror flow. Crosses: the commuting pair u² and v², where the order"
               " changes rounding only.")
    return plot.svg(alt), caption


def _both(x, y, e, order):
    """Weights after the flows of both gradients, (x, -y) and (y, x), each for the time e."""
    for first in ((1, 0) if order else (0, 1)):
        if first == 0:
            x, y = x*math.exp(e), y*math.exp(-e)
        else:
            x, y = x*math.cosh(e) + y*math.sinh(e), y*math.cosh(e) + x*math.sinh(e)
    return (x*x - y*y)/2, x*y


def _difference(x, y, e):
    """The claim's length of (D1, D2)."""
    E = math.exp(e)
    common = (E*E - 1)**2*(E*E + 1)/E**4
    return common*math.hypot(((E - 1)*x + (E + 1)*y)*((E + 1)*x + (E - 1)*y)/8, (E*E*x*x - y*y)/4)


def _commuting(e):
    """The same for u^2 and v^2 turned by the angle 1, whose flows commute: what rounding leaves."""
    c, s = math.cos(1), math.sin(1)

    def move(point, way):
        p, q = c*point[0] + s*point[1], c*point[1] - s*point[0]
        p, q = (p*math.exp(2*e), q) if way == 0 else (p, q*math.exp(2*e))
        return c*p - s*q, s*p + c*q

    ends = [move(move((1.0, .5), a), 1 - a) for a in (0, 1)]
    squares = [((c*p + s*q)**2, (c*q - s*p)**2) for p, q in ends]
    return math.dist(*squares)
