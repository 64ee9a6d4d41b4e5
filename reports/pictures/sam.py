"""Pictures of sharpness-aware minimisation: which flow it follows along a valley of minimisers, and how fast."""

import math
from types import SimpleNamespace

import numpy as np

from reports.pictures.data import runs
from reports.svg import Plot

START, TIME = .5, .4


def speeds(records):
    """Drift over slope against eta l1: certified cases, the claim and its false variants."""
    plot = Plot((0, 1.5), (0, 6.2), (680, 320), ("η λ₁", "drift of Φ, over -slope of λ₁"), key=(
        ("says", "", "claim: 2/(2 - ηλ₁)²"), ("false", "", "false: 1/(2 - ηλ₁)"), ("also", "", "published limit: 1/2"),
        ("seen", "circle", "certified, with bar")))
    ticks = [k/100 for k in range(151)]
    plot.line([(s, 2/(2 - s)**2) for s in ticks], "says")
    plot.line([(s, 1/(2 - s)) for s in ticks], "false")
    plot.line([(0, .5), (1.5, .5)], "also")
    for run in runs(records, "sam_implicit_regularizer/flow/along_valley"):
        slope = run["slope"][0]
        if slope:
            s, speed, bar = run["eta"][0]*run["l1"][0], -run["drift"][0]/slope, run["drift"][1]/abs(slope)
            plot.whisker(s, speed - bar, speed + bar, "bar")
            plot.mark(s, speed, "circle", "seen", f"ηλ₁ = {s:.3g}: {speed:.6g} +/- {bar:.1g}")
    alt = ("Certified marks at six products of step size and curvature lie on the curve 2/(2 - s) squared, which rises "
           "from one half; the false variant with the first power and the constant one half lie clearly below them.")
    caption = ("How fast SAM drifts along the minimisers, per step and ηρ², on six losses with one to three flat or "
               "curved directions. The measured limits (circles; their bars are smaller than the circles) choose the "
               "claim; the published flow is its limit at ηλ₁ = 0, and the first power instead of the square misses from"
               " ηλ₁ = 0.3 on.")
    return plot.svg(alt), caption


def _two_modes(exp, x, y, z, weights=(1, 1)):
    """Gradient of (k1 2 e^z x^2 + k2 e^-z y^2)/2; one sample is one of both terms, twice."""
    grown = exp(z)
    p, q = 2*weights[0]*grown*x, weights[1]/grown*y
    return p, q, (p*x - q*y)/2


def _sam(gradient, eta, rho, point, steps, keep=lambda step, point: None):
    """Full-batch SAM in floats; `keep` sees every state."""
    x, y, z = point
    for step in range(steps):
        keep(step, (x, y, z))
        a, b, c = gradient(math.exp, x, y, z)
        far = rho/math.sqrt(a*a + b*b + c*c)
        a, b, c = gradient(math.exp, x + far*a, y + far*b, z + far*c)
        x, y, z = x - eta*a, y - eta*b, z - eta*c
    return x, y, z


def _path(gradient, kept, eta, rho, marks=60):
    """(time, Phi) along full-batch SAM, at about `marks` of its steps."""
    steps, found = round(TIME/(eta*rho**2)), []
    every = max(1, steps//marks)
    _sam(gradient, eta, rho, (.3*eta*rho, .7*eta*rho, START), steps,
         lambda step, point: found.append((step*eta*rho**2, kept(*point))) if step % every == 0 else None)
    return found


def _flow(speed, steps=200):
    """(time, z) of z' = speed(z) by Runge and Kutta's rule."""
    z, h, found = START, TIME/steps, [(0, START)]
    for step in range(steps):
        a = speed(z)
        b = speed(z + h/2*a)
        c = speed(z + h/2*b)
        z += h/6*(a + 2*b + 2*c + speed(z + h*c))
        found.append(((step + 1)*h, z))
    return found


def _descent_on_ascended(step_size, rho):
    """(time, z) of gradient descent with the true gradient of L(x + rho g/|g|)."""
    x, y, z, found = .01*rho, .05*rho, START, []
    steps = round(TIME/(step_size*rho**2))
    for step in range(steps):
        if step % (steps//60) == 0:
            found.append((step*step_size*rho**2, z))
        a, b, c = _two_modes(math.exp, x, y, z)
        size = math.sqrt(a*a + b*b + c*c)
        p, q, r = a/size, b/size, c/size
        f, g, h = _two_modes(math.exp, x + rho*p, y + rho*q, z + rho*r)
        along, up, down = p*f + q*g + r*h, 2*math.exp(z), math.exp(-z)
        f0, g0, h0 = (f - p*along)*rho/size, (g - q*along)*rho/size, (h - r*along)*rho/size
        x, y, z = (x - step_size*(f + up*f0 + up*x*h0), y - step_size*(g + down*g0 - down*y*h0),
                   z - step_size*(h + up*x*f0 - down*y*g0 + (up*x*x + down*y*y)/2*h0))
    return found


def _single(gradient, kept, eta, rho, count=60, marks=24):
    """(time, tenth, median, nine tenths) of Phi over runs of SAM on one sample at a time."""
    rng = np.random.default_rng(5)
    point = [np.full(count, .3*eta*rho), np.full(count, .7*eta*rho), np.full(count, START)]
    steps, found = round(TIME/(eta*rho**2)), []
    for step in range(steps + 1):
        if step % (steps//marks) == 0:
            found.append((step*eta*rho**2, *np.quantile(kept(*point), (.1, .5, .9)).tolist()))
        first = rng.integers(0, 2, count).astype(float)
        weights = 2*first, 2 - 2*first
        a, b, c = gradient(np.exp, *point, weights)
        far = rho/np.sqrt(a*a + b*b + c*c)
        a, b, c = gradient(np.exp, point[0] + far*a, point[1] + far*b, point[2] + far*c, weights)
        point = [point[0] - eta*a, point[1] - eta*b, point[2] - eta*c]
    return found


def _race(plot, flows, full, single, third):
    """Flows as lines, full-batch SAM as marks, single samples as a band with its median, descent on L_asc."""
    plot.area([(t, low) for t, low, _, _ in single], [(t, high) for t, _, _, high in single], "band")
    for kind, points in flows:
        plot.line(points, kind)
    for shape, points in full:
        for t, value in points[::6]:
            plot.mark(t, value, shape, "seen")
    plot.dots([(t, middle) for t, _, middle, _ in single], "cloud thick")
    plot.dots(third, "miss thick")


def valley(records):
    """SAM, SAM on single samples and descent on the ascended loss over their three flows, in a straight valley."""
    kept = lambda x, y, z: z - (x*x - y*y)/4
    plot = Plot((0, TIME), (-.3, .7), (680, 400), ("time η ρ² per step", "position Φ along the valley"), key=(
        ("says", "", "flows of λ₁, of the trace, of the smallest λ"), ("seen", "circle", "SAM, η = 1/20"),
        ("seen", "diamond", "SAM, η = 1/5"),
        ("also", "", "claims at these η"), ("band", "patch", "SAM on single samples (10 to 90 %)"),
        ("cloud thick", "dot", "their median"),
        ("miss", "dot", "descent on L_asc")))
    sharp = lambda eta: _flow(lambda z: -math.exp(z)*(2/(2 - 2*eta*math.exp(z)))**2)
    flows = [("says", sharp(0)), ("also", sharp(1/20)), ("also", sharp(1/5)),
             ("says", _flow(lambda z: -math.exp(z) + math.exp(-z)/2)), ("says", _flow(lambda z: math.exp(-z)/2))]
    full = [("circle", _path(_two_modes, kept, 1/20, 1/25)), ("diamond", _path(_two_modes, kept, 1/5, 2/25))]
    _race(plot, flows, full, _single(_two_modes, kept, 1/100, 1/10), _descent_on_ascended(2e-4, .3))
    for height, told in ((flows[0][1][-1][1], "λ₁"), (flows[3][1][-1][1], "trace"), (flows[4][1][-1][1], "smallest λ")):
        x, y = plot.at(TIME, height)
        plot.text(x - 4, y - 6, told, "end")
    alt = ("From one start four paths part: SAM with small steps falls along the flow of the largest eigenvalue, with "
           "large steps faster, along the claim at that step size; SAM on single samples falls less, along the flow of "
           "the trace; descent on the ascended loss rises, along the flow of the smallest eigenvalue.")
    caption = ("The valley ½(2e^z x² + e^-z y²). Three quantities that one might call sharpness give three flows "
               "(solid). SAM follows the largest eigenvalue, at a finite step size faster (dotted); SAM on single "
               "samples follows the trace; descent on the loss that SAM approximates goes the other way, near the flow "
               "of the smallest eigenvalue.")
    return plot.svg(alt), caption


def _turning(exp, x, y, z, weights=(1, 1)):
    """Gradient of (k1 f1^2 + k2 f2^2)/2, whose eigenvectors turn along the valley."""
    b = exp(-z/4)
    a = 1/(b*b)
    p, q = a*x, b*y
    f, g = 1.5*p + .5*q + (p*p - p*q)/3, -.5*p + q + (q*q + p*q)/4
    by_p = weights[0]*f*(1.5 + (2*p - q)/3) + weights[1]*g*(-.5 + q/4)
    by_q = weights[0]*f*(.5 - p/3) + weights[1]*g*(1 + (2*q + p)/4)
    return by_p*a, by_q*b, by_p*p/2 - by_q*q/4


def _eigenvalues(z):
    """Trace and both eigenvalues of the Hessian at the minimiser z of the turning valley, with their slopes."""
    trace, area = 2.5*math.exp(z) + 1.25*math.exp(-z/2), (2.5*1.25 - .0625)*math.exp(z/2)
    by_z = 2.5*math.exp(z) - .625*math.exp(-z/2)
    gap = math.sqrt(trace*trace - 4*area)
    spread = (trace*by_z - area)/gap
    return SimpleNamespace(trace=by_z, top=(trace + gap)/2, sharper=(by_z + spread)/2, flatter=(by_z - spread)/2)


def turning(records):
    """The same race where eigenvectors turn and samples are not orthogonal."""
    kept = lambda x, y, z: z - x*x/4 + y*y/8
    plot = Plot((0, TIME), (-.4, .7), (680, 380), ("time η ρ² per step", "position Φ along the valley"), key=(
        ("says", "", "flows of λ₁, of the trace, of the smallest λ"), ("seen", "circle", "SAM, η = 1/20"),
        ("also", "", "claim at η = 1/20"),
        ("band", "patch", "SAM on single samples (10 to 90 %)"), ("cloud thick", "dot", "their median")))
    at = _eigenvalues
    flows = [("says", _flow(lambda z: -at(z).sharper/2)), ("says", _flow(lambda z: -at(z).trace/2)),
             ("says", _flow(lambda z: -at(z).flatter/2)),
             ("also", _flow(lambda z: -2*at(z).sharper/(2 - at(z).top/20)**2))]
    _race(plot, flows, [("circle", _path(_turning, kept, 1/20, 1/25))], _single(_turning, kept, 1/100, 1/10), [])
    for (_, points), told, below in zip(flows, ("λ₁", "trace", "smallest λ"), (13, -6, -6)):
        x, y = plot.at(*points[-1])
        plot.text(x - 4, y + below, told, "end")
    alt = ("Three solid flows part from one start. SAM's marks lie on the dotted curve just below the flow of the "
           "largest eigenvalue; the band of SAM on single samples lies round the flow of the trace; nothing follows the "
           "smallest eigenvalue.")
    caption = ("A valley along which the eigenvectors of the Hessian turn and the samples' gradients are not orthogonal."
               " Full-batch SAM follows the largest eigenvalue at the speed of its step size (dotted), SAM on single "
               "samples the trace.")
    return plot.svg(alt), caption


def orders(records):
    """Distance from the two flows against rho at a fixed step size, and with rho = 2 eta/5."""
    plot = Plot((.008, .1), (1e-6, 1), (680, 320), ("radius ρ", "distance from the flow at the end"), (True, True), key=(
        ("says", "", "slopes 2 and 1"), ("seen", "circle", "from the claim, η = 1/10"),
        ("seen", "square", "from the published flow, ρ = 2η/5"),
        ("miss", "cross", "from the published flow, η = 1/10: it stalls")))
    kept = lambda x, y, z: z - (x*x - y*y)/4

    def ends(eta, rho):
        steps = round(TIME/(eta*rho**2))
        return kept(*_sam(_two_modes, eta, rho, (.3*eta*rho, .7*eta*rho, START), steps))

    flow = lambda eta: _flow(lambda z: -math.exp(z)*(2/(2 - 2*eta*math.exp(z)))**2)[-1][1]
    fixed = [(rho, ends(1/10, rho)) for rho in (.08, .04, .02, .01)]
    tied = [(.4*eta, abs(ends(eta, .4*eta) - flow(0))) for eta in (.2, .1, .05)]
    for rho, end in fixed:
        plot.mark(rho, abs(end - flow(1/10)), "circle", "seen", f"{abs(end - flow(1/10)):.2g}")
        plot.mark(rho, abs(end - flow(0)), "cross", "miss", f"{abs(end - flow(0)):.2g}")
    for rho, error in tied:
        plot.mark(rho, error, "square", "seen", f"{error:.2g}")
    last, tied_last = abs(fixed[-1][1] - flow(1/10)), tied[-1][1]
    plot.line([(.01, last), (.08, 64*last)], "says")
    plot.line([(.02, tied_last), (.08, 4*tied_last)], "says")
    alt = ("On two logarithmic axes the distances from the claimed flow fall on a line of slope 2; those from the "
           "published flow fall on a line of slope 1 where the step size shrinks with the radius, and stay constant at a"
           " fixed step size.")
    caption = ("Where SAM ends in the valley above, against its radius. The flow of the claim is reached with an error "
               "in ρ² at a fixed step size. The published flow is reached only if the step size shrinks too, with an "
               "error in η; at a fixed step size the distance from it stalls (crosses).")
    return plot.svg(alt), caption
