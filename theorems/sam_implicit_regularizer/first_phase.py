"""SAM's first phase on (xy - 1)^2/2: gradient flow to its limit, up to an error of exact order eta.

Setting.  q = x^2 - y^2 and r = xy - 1 as in `hyperbola`, q0 > 0 at the start, anywhere; gradient flow conserves
q, and its limit has h^2 = x^2 + y^2 = k^2 with k^2 = sqrt(q0^2 + 4); k0^2 = sqrt(q0^2 + 4 (1 + r0)^2) at the start.

Statement.  As eta -> 0 with rho = eta^2, after 4 ln(1/rho)/eta steps, more than enough,

    q -> q0,     |r|/(eta rho) -> k^3/2,     (q - q0)/eta -> -q0 F,
    F = (k0^2 - k^2)/4 - (asinh(2 (1 + r0)/q0) - asinh(2/q0))/2.

So the second phase starts at the limit of gradient flow, in the published neighbourhood of order eta rho, and what the
first one adds to the error is of exact order eta, as is the second's (`published`).  It is gradient descent's own.
"""

from mpmath import mp
from sympy import Eq, Rational, asinh, diff, expand, sqrt, symbols

from numerics.balls import ball
from numerics.midpoints import midpoints, rounded
from numerics.steps import descent, sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.hyperbola import gradient

landed, near, error = symbols("landed near error", real=True)  # measured, as limits: q; |r|/(eta rho), a mean; (q - q0)/eta
q0, eta, rho, k = symbols("q0 eta rho k", positive=True)
r0 = symbols("r0", real=True)

theorem = Theorem("SAM's first phase on a hyperbola of minimisers",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, Phase I"))


@theorem.data
def start(case):
    a, b = case.at
    return {q0: a**2 - b**2, r0: a*b - 1}


def added(q0, r0):
    """The integral of r/h^2 from 0 to r0, h^4 = q0^2 + 4 (1 + r)^2."""
    return (sqrt(q0**2 + 4*(1 + r0)**2) - sqrt(q0**2 + 4))/4 - (asinh(2*(1 + r0)/q0) - asinh(2/q0))/2


lands = theorem.claim(
    "where the first phase ends, how near, and its error",
    (Eq(landed, q0), Eq(near**4, (q0**2 + 4)**3/16), Eq(error, -q0*added(q0, r0))),
    false={
        "no error of the first order": (Eq(landed, q0), Eq(near**4, (q0**2 + 4)**3/16), Eq(error, 0*r0)),
        "without the way back": (Eq(landed, q0), Eq(near**4, (q0**2 + 4)**3/16),
                                 Eq(error, -q0*(sqrt(q0**2 + 4*(1 + r0)**2) - sqrt(q0**2 + 4))/4)),
        "the orbit of the start's sharpness": (Eq(landed, q0), Eq(near**4, (q0**2 + 4*(1 + r0)**2)**3/16), Eq(error, -q0*added(q0, r0))),
    },
)


@lands.proof(scope="leading order in eta; that the first phase ends is observed")
def by_gradient_descent(limit, width, first):
    """A step of descent takes eta^2 r^2 q off q, while r' = -h^2 r in the time eta per step: in all -eta q times the
    integral of r^2 over the flow, which is that of r/h^2 over r.  SAM's part is smaller, at most of order rho.
    At rest the orbit of period two (`quadratic`) has |r| = h a, a = eta rho h^2/2 for small eta.
    """
    x, y = symbols("x y", real=True)
    a, b = descent(gradient, eta)((x, y))
    r, h2 = x*y - 1, x**2 + y**2
    yield zero(a**2 - b**2 - (x**2 - y**2)*(1 - eta**2*r**2), "a step of gradient descent")
    yield zero(diff(expand(a*b), eta).subs(eta, 0) + h2*r, "moves r by -eta h^2 r")
    sharp = sqrt(q0**2 + 4*(1 + r0)**2)
    yield zero(diff(first.rhs, r0) + q0*r0/sharp, "the derivative by r0")
    yield zero(first.rhs.subs(r0, 0), "nothing where no way is to go")
    yield zero(limit.rhs - q0, "to leading order q stays")
    amplitude = eta*rho*k**2/(2 - eta*k**2)
    yield zero(sam(lambda w: (k**2*w,), eta, rho)((amplitude,))[0] + amplitude, "the orbit of period two", (eta*k**2 < 2,))
    size = (k*amplitude/(eta*rho)).subs(eta, 0)
    yield zero(size**4 - width.rhs, "its distance", given=(Eq(k**4, q0**2 + 4),))


@lands.observation(small=eta, tied={rho: eta**2}, order=1, first=Rational(1, 8), halvings=4)
def after_the_first_phase(lab, eta, rho):
    """At eta and at eta/2 with radius rho/4."""
    coarse, fine = (phase(lab, *sizes) for sizes in ((eta, rho), (eta/2, rho/4)))
    return {landed: fine[0], near: fine[1], error: 2*(coarse[0] - fine[0])/ball(eta)}


def phase(lab, eta, rho):
    """q, and the mean of |r| over both phases of the orbit."""
    step = rounded(sam(gradient, ball(eta), ball(rho)))
    x, y = last = lab.iterate(step, midpoints(lab.at), int(4*mp.log(1/rho)/eta))
    u, v = lab.iterate(step, last, 1)
    return x**2 - y**2, (abs(x*y - 1) + abs(u*v - 1))/(2*ball(eta)*ball(rho))


half = Rational(1, 2)
theorem.case("from below", at=(half, Rational(1, 4)))
theorem.case("beyond the axis", at=(Rational(3, 2), -half))
