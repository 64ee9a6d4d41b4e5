"""Pictures of two-step cycles: the quartic, factorisation, one neuron against a teacher."""

import math

import numpy as np

from reports.pictures.data import cases, interval, runs
from reports.svg import Plot

EDGE = math.sqrt(5) - 1


def cycle(K):
    """Both points of the 2-cycle at mu = 1."""
    return tuple((math.sqrt(1 + 3/K) + sign*math.sqrt(1 - 1/K))/2 for sign in (1, -1))


def bifurcation(records, style=""):
    """Where gradient descent on (x^2 - 1)^2/4 ends, against K = step size: computed dots, exact branches."""
    sizes = np.linspace(0.9, 2, 331)
    x = np.tile(np.array([[0.37], [0.81]]), (1, len(sizes)))
    plot = Plot((0.9, 2), (0, 1.6), (680, 360), ("K = step size times curvature at zero", "x after 2000 steps"), key=(
        ("cloud", "dot", "gradient descent"), ("says", "", "exact 2-cycle, attracting up to √5 - 1"),
        ("false", "", "false: attracting up to 1.121"), ("seen", "circle", "certified cycle")))
    seen = []
    for step in range(2048):
        x = x*(1 + sizes*(1 - x*x))
        if step >= 2036:
            seen += zip(np.tile(sizes, 2), np.abs(x).ravel())
    over = 1/(1 - np.linspace(-math.sqrt(.5), math.sqrt(.5), 201)**2)     # even steps along the curve through (1, 1)
    half = np.sign(np.linspace(-1, 1, 201))*np.sqrt(1 - 1/over)
    plot.line([(float(k), float(x)) for k, x in zip(over.clip(1, 2), (np.sqrt(1 + 3/over) + half)/2)], "says")
    plot.dots(seen, "cloud")
    for level, (k, told, kind) in enumerate(((1, "1", "guide"), (math.sqrt(4.5) - 1, "√4.5 - 1", "false"),
                                             (EDGE, "√5 - 1", "says"),
                                             (1.5*math.sqrt(3) - 1, "3√3/2 - 1", "guide"), (2, "2", "guide"))):
        plot.upright(k, told, level % 2, kind)
    for run in runs(records, "two_step_gd/quartic/orbit"):
        for end in ("upper", "lower"):
            plot.mark(run["K"][0], run[end][0]/math.sqrt(run["mu"][0]), "circle", "seen", f"certified at K = {run['K'][0]:.4f}")
    alt = ("Bifurcation diagram. Up to K = 1 descent ends in the minimum x = 1; from there to K = 1.236 in two points, "
           "which lie on the exact curves; beyond, in four points and more, then in chaos, while the curves go on.")
    caption = ("Gradient descent on the quartic loss (x² - 1)²/4, two starts, 2000 steps, the last 12 drawn (dots). The "
               "curves are the exact 2-cycle ½(√(1 + 3/K) ± √(1 - 1/K)). They carry the dots from K = 1 to √5 - 1, not "
               "only to √4.5 - 1 = 1.121, where the cycle attracts most strongly; right of √5 - 1 the cycle exists and "
               "repels.")
    return plot.svg(alt, style), caption


def multiplier(records):
    """Lambda(K) with the boxes that Krawczyk's operator certified."""
    value = lambda k: 9 - 2*(k + 1)**2
    plot = Plot((.98, 1.3), (-1.8, 1.2), (680, 320), ("K", "multiplier of the 2-cycle"), key=(
        ("says", "", "exact 9 - 2(K + 1)²"), ("held", "patch", "certified boxes"), ("seen", "circle", "certified values"),
        ("false", "", "false: positive until it ends")))
    plot.box((1, -1), (EDGE, 1), "agreement")
    for (low, high), run in zip(*_boxes(records)):
        middle, radius = run["Lambda"]
        plot.box((low, max(middle - radius, -1.8)), (high, min(middle + radius, 1.2)), "held")
    plot.line([(1 + k/400, value(1 + k/400)) for k in range(121)], "says")
    plot.line([(1, 1), (math.sqrt(4.5) - 1, 0), (EDGE, 0)], "false")
    for run in runs(records, "two_step_gd/quartic_range/attraction"):
        if run["K"][0] <= 1.3:
            plot.mark(run["K"][0], run["Lambda"][0], "circle", "seen", f"K = {run['K'][0]:g}: {run['Lambda'][0]:.6g}")
    plot.upright(math.sqrt(4.5) - 1, "√4.5 - 1: most attracting")
    plot.upright(EDGE, "√5 - 1", 1)
    alt = ("The multiplier falls from 1 at K = 1 through 0 at K = 1.1213 to -1 at K = 1.236, inside a chain of boxes "
           "that become narrower towards the end; certified values lie on the curve, and one beyond the end lies below "
           "-1.")
    caption = ("The multiplier of the quartic's 2-cycle. Each box is a certified enclosure for a whole interval of K at "
               "once, from the birth of the cycle at K = 1, where it cannot be told from the minimiser in x, to just "
               "short of √5 - 1. The cycle attracts in the shaded band between 1 and -1. A cycle that stayed monotone "
               "(dashed) leaves the boxes at 1.1213.")
    return plot.svg(alt), caption


def _boxes(records):
    """The intervals of K and the runs on them, in the order in which an interval is halved from its left end.

    A certificate keeps the whole interval and the runs, not the halves: where the exact multiplier does
    not lie in a run's ball over its whole half, the halves were others, and nothing is drawn.
    """
    for text, found in cases(records, "two_step_gd/quartic_enclosed/through_the_birth")[:1]:
        low, high = interval(text)
        halves = []
        for _ in found[1:]:
            halves.append((1 + low, 1 + (low + high)/2))
            low = (low + high)/2
        halves.append((1 + low, 1 + high))
        if all(abs(9 - 2*(k + 1)**2 - run["Lambda"][0]) <= run["Lambda"][1] for ends, run in zip(halves, found) for k in ends):
            return halves, found
    return (), ()


def plane(records):
    """Where the printed condition and the true one hold, over imbalance and gap."""
    K = 3721/3640
    alphas = np.linspace(.7, 1/.7, 121)
    square = alphas**2
    printed = np.clip(np.minimum((2/K - 1/square)/square, (2/K - square)*square), 0, 1)
    true = np.array([_largest_ratio(K, a) for a in square])
    plot = Plot((.7, 1/.7), (0, 1), (680, 360), ("imbalance α of the start", "gap σ₂²/σ₁²"), key=(
        ("says", "", "the cycle attracts below"), ("false", "", "printed condition holds below"),
        ("gap", "patch", "printed, and false"),
        ("seen", "circle", "ends at the cycle"), ("miss", "cross", "ends elsewhere")))
    upper = np.maximum(printed, true)
    plot.area(list(zip(alphas, np.minimum(true, upper))), list(zip(alphas, upper)), "gap")
    plot.line(list(zip(alphas, true)), "says")
    plot.line(list(zip(alphas, printed)), "false")
    for run in runs(records, "two_step_gd/factorization_printed/ending"):
        if "A" in run:
            arrives = run["away"][0] <= run["eps"][0]
            plot.mark(math.sqrt(run["A"][0]), run["rho"][0], "circle" if arrives else "cross", "seen" if arrives else "miss",
                      f"K = {run['K'][0]:.4f}: ends {run['away'][0]:.2g} away")
    alt = ("Two hills over the imbalance with their tops at 1. The printed condition's is the higher one on both sides; "
           "two certified runs between the two curves end away from the cycle, two below both end at it.")
    caption = ("Quasi-symmetric matrix factorisation at K = 3721/3640. Its cycle of period two attracts below the solid "
               "curve only. In the shaded part the printed condition holds and is not enough: certified runs that start "
               "there (crosses; K between 1.02 and 1.04) end elsewhere, those below (circles; K between 1.05 and 1.08) "
               "end at the cycle.")
    return plot.svg(alt), caption


def _cubic(K, s, W):
    """Coefficients of the cubic whose roots are the multipliers that mix the modes."""
    return (1, 4*K - W**2 + 2*s**2 - 5,
            K**2*W - K**2*s**2 + 5*K**2 - K*W**2 - K*W + 2*K*s**2 - 12*K + 2*W**2 + s**4 - 3*s**2 + 7,
            K**3*W + 2*K**3 - 2*K**2*W + K**2*s**2 - 7*K**2 + K*W**2 - K*W*s**2 + K*W
            - 4*K*s**2 + 8*K - W**2 + W*s**2 - s**4 + 3*s**2 - 3)


def _largest_ratio(K, square):
    """The largest gap ratio below which all mixed multipliers stay in the unit disc: twentieths, then halving."""
    def attracts(ratio):
        s, W = K*ratio, K*ratio*(square + 1/square)
        return W < 2 and max(abs(np.roots(_cubic(K, s, W)))) < 1
    low = next((k/20 for k in range(20) if not attracts((k + 1)/20)), 1.0)
    high = min(low + 1/20, 1.0)
    for _ in range(8):
        low, high = ((low + high)/2, high) if attracts((low + high)/2) else (low, (low + high)/2)
    return low


def second_mode(records):
    """The second singular value of Z over the run, against what the printed theorem says."""
    plot = Plot((1, 3000), (.9, 1.06), (680, 300), ("steps", "second singular value of Z, over σ₂/α"), (True, False), (
        ("says", "", "where the cycle has it"), ("cloud thick", "dot", "wide gap"), ("miss", "dot", "narrow gap")))
    plot.box((1, .99), (3000, 1.01), "agreement")
    plot.line([(1, 1), (3000, 1)], "says")
    for K, alpha, second, kind in ((361/336, .8, .4, "cloud thick"), (1369/1320, 6/7, 7/8, "miss thick")):
        plot.dots(_values_of_z(K, alpha, second), kind)
    plot.text(*plot.at(700, .965), "narrow gap: it leaves")
    plot.text(*plot.at(700, 1.014), "wide gap: it stays")
    alt = ("Against steps on a logarithmic axis: one sequence stays at 1; the other stays there for some hundred steps, "
           "then falls by a few hundredths and remains.")
    caption = ("Two runs of gradient descent from starts within 1/100 of the cycle. In both the printed condition holds."
               " The run with a wide gap stays within the shaded hundredth; where the gap is narrow for its imbalance, "
               "the second singular value leaves its place on the cycle and never comes back.")
    return plot.svg(alt), caption


def _values_of_z(K, alpha, second):
    """(step, second singular value of Z over second/alpha), along 2 x 2 descent from a bent start."""
    target = np.diag([1, second**2])
    y, z = np.diag([alpha, alpha*second]), np.diag([1/alpha, second/alpha])
    bend = np.array([[1/3, -1/5], [2/7, 1/4]])/100, np.array([[1/6, 1/3], [-1/7, 2/5]])/100
    y, z, found = y + bend[0], z + bend[1], []
    for step in range(1, 3001):
        rest = K*(y @ z.T - target)
        y, z = y - rest @ z, z - rest.T @ y
        if step % 2 == 0 and (step < 300 or step % 10 == 0):      # in the other phase the first value is the smaller one
            size, area = float((z*z).sum()), float(z[0, 0]*z[1, 1] - z[0, 1]*z[1, 0])
            found.append((step, math.sqrt((size - math.sqrt(size*size - 4*area*area))/2)*alpha/second))
    return found


def neuron(v, x, y, K):
    """One step of the planar map of one ReLU neuron; y keeps its sign."""
    angle, size = math.atan2(abs(y), x), x*x + y*y
    pull = (abs(y) + (math.pi - angle)*x)/math.pi
    return (v - K*(v*size - pull), x - K*(v*v*x - v/math.pi*(math.pi - angle + x*abs(y)/size)),
            y - K*(v*v*y - v/math.pi*y*abs(y)/size))


def decay(records):
    """How fast angle and imbalance vanish, against the printed bound."""
    K, point, steps = 27/25, (.1, 0.0, .1), 60
    path = [point := neuron(*point, K) for _ in range(steps)]
    plot = Plot((0, steps), (1e-25, 10), (680, 320), ("steps t", "size"), (False, True), (
        ("says", "", "exact rates"), ("seen", "circle", "w_y"), ("seen", "square", "v - w_x"),
        ("false", "", "printed rate of w_y")))
    for part, rate, shape in ((lambda p: abs(p[2]), K - 1, "circle"), (lambda p: abs(p[0] - p[1]), 3 - 2*K, "square")):
        last = part(path[39])
        plot.line([(t, last*rate**((t - 40)/2)) for t in range(10, steps + 1)], "says")
        for t in range(2, steps + 1, 2):
            if part(path[t - 1]) > 1e-25:
                plot.mark(t, part(path[t - 1]), shape, "seen", f"t = {t}: {part(path[t - 1]):.2g}")
    plot.line([(8, .1), (steps, .1*(1 - .03*K)**(steps - 8))], "false")
    alt = ("On a logarithmic axis two falling straight rows of marks: w_y with the slope of the factor 0.08 per two "
           "steps, v - w_x with 0.84 per two steps, both on the exact lines; the printed bound is nearly flat above.")
    caption = ("One ReLU neuron against a teacher, K = 27/25. Every two steps the part w_y of the weights across the "
               "teacher is multiplied by 1 - K = -0.08 and the imbalance v - w_x by 3 - 2K = 0.84 in the limit (solid "
               "lines through the marks at t = 40). The printed bound on w_y (dashed) is true and far from sharp.")
    return plot.svg(alt), caption


def arrival(records):
    """The plane of both weights, with the orbit and the certified box."""
    K, point = 11/10, (.1, 0.0, .1)
    path = [point] + [point := neuron(*point, K) for _ in range(120)]
    u, low = cycle(K)
    plot = Plot((0, 1.3), (0, 1.3), (680, 470), ("v", "w_x"), key=(
        ("says", "", "minimisers: v w_x = 1"), ("cloud thick", "dot", "orbit"), ("keep", "circle", "exact 2-cycle"),
        ("held", "patch", "certified box"),
        ("miss", "cross", "false: a minimiser")))
    plot.line([(1/1.3 + t/200, 1/(1/1.3 + t/200)) for t in range(107)], "says")
    plot.line([(v, x) for v, x, _ in path[:12]], "guide")
    plot.dots([(v, x) for v, x, _ in path], "cloud thick")
    plot.mark(1, 1, "cross", "miss", "the flattest minimiser")
    for end in (u, low):
        plot.mark(end, end, "circle", "keep", f"v = w_x = {end:.6f}")
    zoom = Plot((-3, 3), (-3, 3), (240, 200), ("(v - u)·10⁴", "(w_x - u)·10⁴"))
    for run in runs(records, "two_step_gd/teacher_student_convergence/arrival")[:1]:
        corner = 2e4*run["r"][0]
        zoom.area([(-corner, 0), (0, -corner), (corner, 0)], [(0, corner)], "held")
    zoom.dots([((v - u)*1e4, (x - u)*1e4) for v, x, _ in path], "cloud thick")
    zoom.mark(0, 0, "circle", "keep", "the cycle")
    plot.inset(zoom, .62, .46)
    alt = ("The orbit climbs from the origin, crosses the hyperbola of minimisers and settles on two points of the "
           "diagonal, one on each side of the hyperbola; an enlargement shows its even steps entering a small certified "
           "box.")
    caption = ("v against w_x, K = 11/10, start v = 1/10. The orbit ends on two points astride the minimisers, never on "
               "one. Enlarged: the box round the upper point in which the orbit is certified to arrive, and which two "
               "steps are certified to contract; from there the orbit converges to the cycle.")
    return plot.svg(alt), caption
