"""On linear models SAM ends less sharp for every noise, but not by its Hessian.

Statement.  Loss sum d_i (w_i - c_i)^2/2 in the eigenbasis, start w = 0, equal step size and number
of steps, under (A): eta d_i (1 + rho d_i) <= 1.  For every label (every c), with g the gradient,

    loss of SAM <= loss of GD,      max over |delta| <= r of [L(w + delta) - L(w)]  of SAM <= of GD,

for every radius r.  The Hessian is the same for both, so "less sharp" in the sense of its largest
eigenvalue or trace says nothing here.  Written for n = 2, proved mode by mode for every n.
"""

from sympy import Eq, Le, Rational, symbols

from numerics.filters import worst_rise
from numerics.steps import descent, unnormalised_sam
from theorems import Each, Source, Theorem, nonnegative

loss_gd, loss_sam, rise_gd, rise_sam = symbols("loss_gd loss_sam rise_gd rise_sam", nonnegative=True)    # measured
top_gd, top_sam = symbols("top_gd top_sam", nonnegative=True)  # measured: largest Hessian eigenvalue
eta, largest = symbols("eta largest", positive=True)           # step size; largest d_i
rho = symbols("rho", nonnegative=True)
d, b, c, p, q, u, v = symbols("d b c p q u v", nonnegative=True)

theorem = Theorem("SAM is less sharp on linear models, whatever the noise",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="flatness, convex case"),
                  assumes=(eta*largest*(1 + rho*largest) <= 1,))


@theorem.data
def steepest(case):
    return {eta: case.eta, rho: case.rho, largest: max(case.spectrum)}


flatter = theorem.claim(
    "SAM's loss and its worst-direction sharpness are the smaller ones",
    (Le(loss_sam, loss_gd), Le(rise_sam, rise_gd)),
    false={
        "sharper in the worst direction": (Le(loss_sam, loss_gd), Le(rise_gd, rise_sam)),
        "loss smaller by 1/(1 + rho)": (Le(loss_sam, loss_gd/(1 + rho)**4), Le(rise_sam, rise_gd)),
    },
)


@flatter.proof
def by_modes(loss, rise):
    """The residual in a mode is -c gamma^k, with 0 <= gamma_SAM <= gamma_GD under (A) (see `comparison`).

    So |g_i| is the smaller one for SAM in every mode.  At a best delta the signs agree with g, hence
    the maximum is that of sum |g_i||delta_i| + d_i delta_i^2/2, which increases in every |g_i|.
    """
    under = (d <= largest,)
    yield nonnegative(1 - eta*d - eta*rho*d**2, "SAM's filter is nonnegative in every mode", under)
    yield nonnegative(b*p - (b - c)*q, "powers keep the order", given=(p >= q, b >= c))
    yield nonnegative(d*p**2/2 - d*q**2/2 + (loss.gts - loss.lts).subs({loss_gd: 0, loss_sam: 0}),
                      "the mode's loss is the smaller one", given=(p >= q,))
    yield nonnegative((loss.gts - loss.lts).subs({loss_gd: v + u, loss_sam: v}), "so is the sum over the modes")
    yield nonnegative((p - q)*u, "a larger |g_i| raises |g_i||delta_i|", given=(p >= q,))
    yield nonnegative((rise.gts - rise.lts).subs({rise_gd: v + u, rise_sam: v}), "so the maximum is the larger one")


@flatter.enclosure
def after_k_steps(lab):
    """Run both methods from 0; the loss there, and its largest rise within the radius."""
    found = {}
    for name, w in ends(lab).items():
        rest = [one - centre for one, centre in zip(w, lab.centre)]
        slope = [d*x for d, x in zip(lab.spectrum, rest)]
        loss = sum(d*x**2 for d, x in zip(lab.spectrum, rest))/2
        found[name] = loss, worst_rise(slope, lab.spectrum, lab.radius)
    return {loss_gd: found["gd"][0], rise_gd: found["gd"][1], loss_sam: found["sam"][0], rise_sam: found["sam"][1]}


def ends(lab):
    gradient = lambda *w: tuple(d*(x - c) for d, x, c in zip(lab.spectrum, w, lab.centre))
    start = tuple(0*c for c in lab.centre)
    return {"gd": lab.iterate(descent(gradient, lab.eta), start, lab.time),
            "sam": lab.iterate(unnormalised_sam(gradient, lab.eta, lab.rho), start, lab.time)}


vacuous = theorem.claim(
    "the Hessian's largest eigenvalue does not tell them apart, wherever they end",
    Eq(top_sam, top_gd),
    false={
        "SAM's is smaller by the ascent": Eq(top_sam, top_gd/(1 + rho*largest)),
        "SAM's is half": Eq(top_sam, top_gd/2),
    },
)


@vacuous.enclosure
def curvature_at_two_points(lab):
    """Second differences of the loss, exact for a quadratic, at the start and at the minimiser: the largest."""
    def top(point):
        loss = lambda x, i: lab.spectrum[i]*(x - lab.centre[i])**2/2
        return max(loss(x + 1, i) - 2*loss(x, i) + loss(x - 1, i) for i, x in enumerate(point))
    return {top_gd: top([0*c for c in lab.centre]), top_sam: top(lab.centre)}


half, tenth = Rational(1, 2), Rational(1, 10)
theorem.case("two modes", spectrum=(Rational(1), Rational(1, 4)), centre=(Rational(3), Rational(-1)), eta=Rational(2, 5),
             rho=half, radius=tenth, time=Each((1, 2, 6)))
theorem.case("small data, wide radius", spectrum=(Rational(2), Rational(1, 3)), centre=(tenth, half), eta=Rational(1, 4),
             rho=Rational(1, 3), radius=Rational(5), time=Each((1, 3)))
flatter.outside("overshooting ascent", breaks=eta*largest*(1 + rho*largest) <= 1, spectrum=(Rational(1), Rational(1, 4)),
                centre=(Rational(3), Rational(-1)), eta=Rational(4, 5), rho=Rational(2), radius=tenth, time=1)
