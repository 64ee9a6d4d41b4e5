"""SAM with small step size: the published flow, and the exact order of its error.

Setting as in `flow`: drift of a J that gradient flow conserves, per step and eta rho^2, on the orbit
that SAM reaches from a start with a component along the top eigenvector.

Statement.  As eta -> 0 with rho = eta^3, drift -> -(1/2) grad J . grad l1: the published flow
X' = -(1/2) P grad l1.  The error is of exact order eta, with the coefficient -(l1/2) grad J . grad l1,
which is not 0 unless the flow rests: the flow at fixed eta runs along the same curve and faster.
So the published bound O(eta ln(1/rho)) can at most lose the logarithm.  Over a horizon: `horizon`.
"""

from sympy import Eq, Rational, diff, symbols

from numerics.balls import ball
from numerics.steps import sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.flow import drift_after
from theorems.sam_implicit_regularizer.valleys import CURVED, HYPERBOLA, TWO_HYPERBOLAS, eigenvalue_along

drift, error = symbols("drift error", real=True)               # measured: the limit, and the coefficient of eta
l1, eta, rho = symbols("l1 eta rho", positive=True)
slope, other = symbols("slope other", real=True)               # grad J . grad l1 and grad J . grad lM at the point

theorem = Theorem("the flow that SAM follows as the step size vanishes",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5"))


@theorem.data
def largest_eigenvalue(case):
    value, change = eigenvalue_along(case.loss, case.conserved, case.at)
    return {l1: value, slope: change, other: eigenvalue_along(case.loss, case.conserved, case.at, largest=False)[1]}


vanishing = theorem.claim(
    "the published flow, and the coefficient of its error",
    (Eq(drift, -slope/2), Eq(error, -l1*slope/2)),
    false={
        "no half": (Eq(drift, -slope), Eq(error, -l1*slope/2)),
        "uphill": (Eq(drift, slope/2), Eq(error, -l1*slope/2)),
        "the smallest nonzero eigenvalue": (Eq(drift, -other/2), Eq(error, -l1*slope/2)),
        "an error of higher order": (Eq(drift, -slope/2), Eq(error, 0*l1)),
        "an error of the other sign": (Eq(drift, -slope/2), Eq(error, l1*slope/2)),
    },
)


@vanishing.proof(scope="the orbit of period two at leading order in rho, for every eta; then eta -> 0")
def by_expanding_in_the_step_size(limit, correction):
    """Ascended points lie (a + rho) v1 from the manifold, so a step moves J by -eta (a + rho)^2/2 times its slope.

    (Each term of the jet is checked in `flow`.)  a is found from one step, as in `quadratic`.
    """
    a = rho*eta*l1/(2 - eta*l1)
    stable = (eta*l1 < 2,)
    yield zero(sam(lambda x: (l1*x,), eta, rho)((a,))[0] + a, "the orbit of period two", stable)
    at = -slope/2*((a + rho)/rho)**2
    yield zero(at.subs(eta, 0) - limit.rhs, "at eta = 0")
    yield zero(diff(at, eta).subs(eta, 0) - correction.rhs, "the derivative by eta there")


@vanishing.observation(small=eta, tied={rho: eta**3}, order=1, first=Rational(1, 4), halvings=4)
def at_small_step(lab, eta, rho):
    """The drift after 12/eta steps, at eta and at eta/2 with radius rho/8."""
    coarse = drift_after(lab, eta, rho, int(12/eta))
    fine = drift_after(lab, eta/2, rho/8, int(24/eta))
    return {drift: coarse, error: 2*(coarse - fine)/ball(eta)}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("hyperbola", loss=HYPERBOLA[0], conserved=HYPERBOLA[1], at=(Rational(4, 3), Rational(3, 4)), off=(third, 1))
theorem.case("two hyperbolas, the steeper", loss=TWO_HYPERBOLAS, conserved=HYPERBOLA[1], at=(Rational(4, 3), Rational(3, 4), 1, 1),
             off=(third, 1, half, third))
theorem.case("curved and generic", loss=CURVED[0], conserved=CURVED[1], at=(0, 0*half), off=(half, third))
