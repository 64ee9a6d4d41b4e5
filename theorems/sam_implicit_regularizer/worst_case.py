"""The worst-case sharpness where SAM is: the largest eigenvalue, up to an error of exact order eta.

Setting as in `flow`: SAM of step size eta and radius rho on the orbit that it reaches,
R_max(x) = max over |v| <= 1 of L(x + rho v) - L(x), s = eta l1 < 2.

Statement.  As rho -> 0 at fixed eta, R_max(x_t)/rho^2 -> (l1/2) (2 + s)/(2 - s).  So R_max differs from
rho^2 l1/2 by eta rho^2 l1^2/(2 - s), neither more nor less: the published O(eta rho^2 ln(1/rho)) can at
most lose the logarithm.  The point of the manifold below has exactly rho^2 l1/2 + o(rho^2).
"""

from sympy import Eq, Rational, symbols

from numerics.balls import ball
from numerics.midpoints import as_mpf, midpoints, rounded
from numerics.steps import sam
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.flow import SETTLING
from theorems.sam_implicit_regularizer.sharpness import dot, extremum
from theorems.sam_implicit_regularizer.valleys import (CURVED, HYPERBOLA, TURNING, TWO_HYPERBOLAS, VARIABLES,
                                                        eigenvalue_along, gradient, valley, values)

rise = symbols("rise", real=True)                              # measured: R_max over rho^2
l1, eta, rho, l = symbols("l1 eta rho l", positive=True)
v1, v2 = symbols("v1 v2", real=True)                           # a direction: top component, another one

theorem = Theorem("worst-case sharpness on SAM's orbit",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Corollary 4.6"),
                  assumes=(eta*l1 < 2,))


@theorem.data
def largest_eigenvalue(case):
    return {l1: eigenvalue_along(case.loss, case.conserved, case.at)[0], eta: case.eta}


on_orbit = theorem.claim(
    "worst-case sharpness on the orbit",
    Eq(rise, l1/2*(2 + eta*l1)/(2 - eta*l1)),
    false={
        "that of the minimiser": Eq(rise, l1/2),
        "the ascended loss, not its rise": Eq(rise, 2*l1/(2 - eta*l1)**2),
        "half the excess": Eq(rise, l1/(2 - eta*l1)),
    },
)


@on_orbit.proof(scope="the leading order in rho, every dimension")
def by_the_outward_direction(claimed):
    """At a v1 with a = eta rho l1/(2 - s), for a unit v; another mode l <= l1 stands for all others."""
    a = eta*rho*l1/(2 - eta*l1)
    gain = l1*((a + rho*v1)**2 - a**2)/2 + l*rho**2*v2**2/2
    best = claimed.rhs*rho**2
    yield zero(sam(lambda x: (l1*x,), eta, rho)((a,))[0] + a, "the orbit of period two")
    yield zero(best - gain.subs({v1: 1, v2: 0}), "outwards along v1")
    # v2^2 = 1 - v1^2, and what is left is linear in l
    rest = (best - gain).expand().subs(v2**2, 1 - v1**2)
    unit = (v1 <= 1, v1 >= -1)
    yield nonnegative(a*l1*rho*(1 - v1), "turning away from v1 costs this", unit)
    yield nonnegative(rho**2*(l1 - l)*(1 - v1**2)/2, "and this", (*unit, l <= l1))
    yield zero(rest - a*l1*rho*(1 - v1) - rho**2*(l1 - l)*(1 - v1**2)/2, "the loss of any other direction is their sum")


@on_orbit.observation(small=rho, order=1, first=Rational(1, 64), halvings=4)
def largest_rise(lab, rho):
    """The better of the critical points of L(x + rho v) on |v| = 1 near the top eigenvector, at x after SETTLING steps."""
    variables = VARIABLES[:len(lab.at)]
    place, height = valley(lab.loss, variables, lab.codimension), values((lab.loss,), variables)
    eta, rho = ball(lab.eta), ball(rho)
    start = midpoints(ball(a) + eta*rho*ball(d) for a, d in zip(lab.at, lab.off))
    x = lab.iterate(rounded(sam(gradient(lab.loss, variables), eta, rho)), start, SETTLING)
    curved, vectors = place.spectrum(as_mpf(x))
    top = midpoints(vectors[:, 0])
    slope = -dot(top, place.descending(*x)).mid()
    outwards = top if slope > 0 else [-v for v in top]
    axes = [[int(i == k) for i in range(len(x))] for k in range(len(x))]
    end = extremum(place, x, rho, axes, outwards, rho*ball(curved[0]) + abs(slope))
    return (height(*end)[0] - height(*x)[0])/rho**2


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("hyperbola", loss=HYPERBOLA[0], conserved=HYPERBOLA[1], at=(2, half), off=(third, 1), codimension=1, eta=Rational(1, 10))
theorem.case("hyperbola, long steps", loss=HYPERBOLA[0], conserved=HYPERBOLA[1], at=(1, 1), off=(third, 1), codimension=1,
             eta=2*third)
theorem.case("two hyperbolas", loss=TWO_HYPERBOLAS, conserved=HYPERBOLA[1], at=(2, half, Rational(5, 4), Rational(4, 5)),
             off=(third, 1, half, half), codimension=2, eta=Rational(1, 5))
theorem.case("curved and generic", loss=CURVED[0], conserved=CURVED[1], at=(0, 0*half), off=(half, third), codimension=1, eta=third)
theorem.case("rotating eigenvectors", loss=TURNING[0], conserved=TURNING[1], at=(0, 0, 0*half), off=(Rational(3, 10), Rational(7, 10), 0),
             codimension=2, eta=Rational(1, 5))
