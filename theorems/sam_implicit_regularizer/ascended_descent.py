"""Gradient descent on the ascended loss itself: along which eigenvectors its orbits are stable.

Setting.  L = x'Ax/2, L_asc(x) = L(x + rho g/|g|), g = Ax, and descent of step size eta on L_asc with its
whole gradient, unlike SAM.  On the line of v_k it moves as SAM does, with the orbit of period two
+-a v_k, a = eta rho l_k/(2 - s), s = eta l_k < 2.

Statement.  There a small component along v_j, t = l_j/l_k, is multiplied in each step by

    m = 1 - s t - (2 - s) t^2 - (2 - s)^2 t^2 (t - 1)/s,

where the last term is what SAM drops.  For t > 1, m is below -1, as for SAM.  For t < 1, where SAM is
stable, it is above 1 exactly if (2 - s)^2 t (1 - t) > s (s + (2 - s) t), so for all small step sizes:
SAM's orbit along v_1 repels the method that SAM approximates.  As m tends to -oo for t > 1 and
eta -> 0, the orbit along v_M is no attractor either: where descent on L_asc goes, see `ascended_flow`.
"""

from sympy import Eq, Equivalent, Gt, Rational, diff, sqrt, symbols

from numerics.steps import ascent, descent
from theorems import Source, Theorem, positive, zero

multiplier = symbols("multiplier", real=True)                  # measured
s, t = symbols("s t", positive=True)
X, Y, l, eta, rho = symbols("X Y l eta rho", positive=True)

theorem = Theorem("descent on the ascended loss leaves SAM's orbit",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Section 4, ascent direction against SAM"),
                  assumes=(s < 2,))


@theorem.data
def ratios(case):
    """`own` is the eigenvalue of the orbit, `other` that of the disturbance."""
    return {s: case.eta*case.own, t: case.other/case.own}


def gradient_of_ascended(own, other, iterate, rho):
    """The whole gradient of L_asc for diag(own, other), as a function of the point."""
    climbed = iterate(ascent(lambda x, y: (own*x, other*y), rho), (X, Y), 1)
    raised = (own*climbed[0]**2 + other*climbed[1]**2)/2
    parts = [diff(raised, at) for at in (X, Y)]
    return lambda x, y: tuple(part.subs({X: x, Y: y}, simultaneous=True) for part in parts)


disturbed = theorem.claim(
    "multiplier of a small component along another eigenvector",
    Eq(multiplier, 1 - s*t - (2 - s)*t**2 - (2 - s)**2*t**2*(t - 1)/s),
    false={
        "SAM": Eq(multiplier, 1 - s*t - (2 - s)*t**2),
        "the other sign": Eq(multiplier, 1 - s*t - (2 - s)*t**2 + (2 - s)**2*t**2*(t - 1)/s),
        "one power of the distance": Eq(multiplier, 1 - s*t - (2 - s)*t**2 - (2 - s)*t**2*(t - 1)),
    },
)


@disturbed.proof
def by_one_step(claimed):
    """The gradient of L_asc along v_j to first order in Y, at X = a."""
    raised = (l*X**2 + t*l*Y**2)/2 + rho*sqrt(l**2*X**2 + (t*l)**2*Y**2) \
        + rho**2*(l**3*X**2 + (t*l)**3*Y**2)/(l**2*X**2 + (t*l)**2*Y**2)/2
    own = gradient_of_ascended(l, t*l, lambda step, start, count: step(start), rho)
    for part, at in zip(own(X, Y), (X, Y)):
        yield zero(part - diff(raised, at), "the gradient of the closed form")
    slope = diff(raised, Y, 2).subs(Y, 0)
    yield zero((1 - s/l*slope).subs(X, s*rho/(2 - s)) - claimed.rhs, "the multiplier on the orbit")


disturbed.enclosure(lambda lab: factor(lab))


def factor(lab):
    """One step from the orbit with a symbolic component along the other eigenvector; its derivative at 0."""
    gradient = gradient_of_ascended(lab.own, lab.other, lab.iterate, lab.rho)
    place = lab.eta*lab.rho*lab.own/(2 - lab.eta*lab.own)
    return lab.iterate(descent(gradient, lab.eta), (place, Y), 1)[1].diff(Y).subs(Y, 0)


repels = theorem.claim(
    "when the orbit repels flatter eigenvectors' components without alternation",
    Equivalent(Gt(multiplier, 1), Gt((2 - s)**2*t*(1 - t), s*(s + (2 - s)*t))),
    false={
        "never, as for SAM": Equivalent(Gt(multiplier, 1), Gt(0*t, s)),
        "for every flatter one": Equivalent(Gt(multiplier, 1), Gt(1, t)),
        "for small steps only by s < 1": Equivalent(Gt(multiplier, 1), Gt(1, s)),
    },
)


@repels.proof
def by_the_multiplier(claimed):
    """m - 1 is t/s times the gap of the region."""
    above, region = sorted(claimed.args, key=lambda one: not one.has(multiplier))
    m = 1 - s*t - (2 - s)*t**2 - (2 - s)**2*t**2*(t - 1)/s
    yield zero((above.gts - above.lts).subs(multiplier, m) - t/s*(region.gts - region.lts), "the distances are proportional")
    yield positive(t/s, "by a positive factor")
    yield positive(-1 - m, "for a steeper eigenvector m is below -1", (t > 1,))


repels.enclosure(lambda lab: factor(lab))


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("flatter, small step", own=2, other=half, eta=Rational(1, 10), rho=third)
theorem.case("flatter, long step", own=2, other=half, eta=Rational(4, 5), rho=third)
theorem.case("nearly equal", own=3*half, other=Rational(7, 5), eta=half, rho=half)
theorem.case("steeper", own=half, other=2, eta=half, rho=2*third)
theorem.case("very flat", own=5, other=Rational(1, 20), eta=Rational(1, 10), rho=third)
theorem.case("inside the border", own=Rational(1), other=half, eta=Rational(47, 100), rho=half)
theorem.case("outside the border", own=Rational(1), other=half, eta=Rational(48, 100), rho=half)
