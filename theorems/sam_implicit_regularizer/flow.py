"""SAM at a fixed step size drifts along the minimisers against the gradient of the largest eigenvalue.

Setting.  L has a manifold of minimisers, P projects on its tangent space, l1 is the simple largest
eigenvalue of the Hessian, eta l1 < 2, and Phi is the limit of gradient flow.

Statement.  On the orbit of period two that SAM of radius rho reaches,

    Phi moves by -(eta rho^2/2) (2/(2 - eta l1))^2 P grad l1 + o(rho^2) per step

as rho -> 0 at fixed eta.  For J with grad J . grad L = 0 the drift of J is that of J(Phi), and
grad J . P grad l1 = grad J . grad l1.  So the flow is X' = -(1/2) (2/(2 - eta l1))^2 P grad l1 in the
time eta rho^2 per step; the published one is its limit eta -> 0, along the same curve at lower
speed.  Proved for the cubic jet.  Over times 1/(eta rho^2) the remainder is observed to stay small
(`horizon`), and proved to in valleys of one and of two modes (`valley_horizon`, `two_modes_horizon`).
"""

from functools import lru_cache

from sympy import Eq, Rational, diff, symbols

from numerics.balls import ball
from numerics.midpoints import midpoints, rounded
from numerics.steps import sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.valleys import (CURVED, HYPERBOLA, TURNING, TWO_HYPERBOLAS, TWO_MODES, VARIABLES,
                                                        eigenvalue_along, gradient, u, values, x, y, z)

drift = symbols("drift", real=True)                            # measured: change of J per step, over eta rho^2
l1, eta, rho = symbols("l1 eta rho", positive=True)
slope = symbols("slope", real=True)                            # grad J . grad l1 at the point
l2 = symbols("l2", positive=True)
k0, k1, k2, k3, alpha, beta, gamma, x2, y2 = symbols("k0 k1 k2 k3 alpha beta gamma x2 y2", real=True)

SETTLING = 100                   # steps, however small rho: by then the orbit has its period to twelve digits or more

theorem = Theorem("the flow that SAM follows at a fixed step size",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, at finite step size"),
                  assumes=(eta*l1 < 2,))


@theorem.data
def largest_eigenvalue(case):
    value, change = eigenvalue_along(case.loss, case.conserved, case.at)
    return {l1: value, eta: case.eta, slope: change}


along_valley = theorem.claim(
    "drift of what gradient flow conserves, per step and eta rho^2",
    Eq(drift, -slope/2*(2/(2 - eta*l1))**2),
    false={
        "the flow without the step size": Eq(drift, -slope/2),
        "the first power": Eq(drift, -slope/2*(2/(2 - eta*l1))),
        "no half": Eq(drift, -slope*(2/(2 - eta*l1))**2),
        "uphill": Eq(drift, slope/2*(2/(2 - eta*l1))**2),
    },
)


@along_valley.proof(scope="the cubic jet at a minimiser: two normal modes and one tangent direction stand for any number")
def by_one_step_on_the_jet(claimed):
    """In units of rho the loss is L(rho X)/rho^2 = quadratic + rho cubic and SAM has radius 1.

    The start is +-a v1 plus anything of order rho; the constants k, beta, gamma, x2, y2 drop out.
    `zeroth` is the quadratic case, where Phi does not move.  alpha is the derivative of l1.
    """
    goals, drifts = groundwork()
    yield from goals
    for one in drifts:
        yield zero(one - claimed.rhs.subs(slope, alpha), "the first order in rho")


@lru_cache(maxsize=None)
def groundwork():
    """What does not depend on the claim, and the drift per step and eta in both phases of the orbit."""
    cubic = (k0*x**3 + 3*k1*x**2*y + 3*k2*x*y**2 + k3*y**3)/6 + z*(alpha*x**2 + 2*gamma*x*y + beta*y**2)/2
    scaled = (l1*x**2 + l2*y**2)/2 + rho*cubic
    phi = z - rho*(alpha*x**2/(4*l1) + gamma*x*y/(l1 + l2) + beta*y**2/(4*l2))
    first = lambda expression: diff(expression, rho).subs(rho, 0)
    goals = [zero(first(sum(diff(phi, a)*diff(scaled, a) for a in (x, y, z))), "Phi is constant along gradient flow, to this order")]
    at = lambda expression, point: expression.subs(dict(zip((x, y, z), point)), simultaneous=True)
    slopes = lambda *point: tuple(at(diff(scaled, a), point) for a in (x, y, z))
    amplitude, drifts = eta*l1/(2 - eta*l1), []
    for sign in (1, -1):
        start = (sign*amplitude + rho*x2, rho*y2, 0*rho)
        change = at(phi, sam(slopes, eta, 1)(start)) - at(phi, start)
        goals += [zero(change.subs(rho, 0), "on the quadratic part Phi does not move")]
        drifts += [sum(term/rho for term in change.args).subs(rho, 0)/eta]     # no term of Phi's change is without rho
    return goals, drifts


@along_valley.observation(small=rho, order=1, first=Rational(1, 64), halvings=5)
def per_step(lab, rho):
    """J over two steps of SAM, after SETTLING steps from a start off the manifold along all modes."""
    return drift_after(lab, lab.eta, rho, SETTLING)


def drift_after(lab, eta, rho, settling):
    """Change of J in the two steps after `settling`, per step and eta rho^2."""
    variables = VARIABLES[:len(lab.at)]
    eta, rho = ball(eta), ball(rho)
    start = midpoints(ball(a) + eta*rho*ball(d) for a, d in zip(lab.at, lab.off))
    step, kept = rounded(sam(gradient(lab.loss, variables), eta, rho)), values((lab.conserved,), variables)
    before = lab.iterate(step, start, settling)
    after = lab.iterate(step, before, 2)
    return (kept(*after)[0] - kept(*before)[0])/(2*eta*rho**2)


half, third = Rational(1, 2), Rational(1, 3)
either, other = HYPERBOLA[1], z**2 - u**2
theorem.case("hyperbola", loss=HYPERBOLA[0], conserved=either, at=(2, half), off=(third, 1), eta=Rational(1, 10))
theorem.case("hyperbola, long steps", loss=HYPERBOLA[0], conserved=either, at=(half, 2), off=(third, 1), eta=third)
theorem.case("valley with two modes", loss=TWO_MODES[0], conserved=TWO_MODES[1], at=(0, 0, half),
             off=(Rational(3, 10), Rational(7, 10), 0), eta=Rational(1, 4))
theorem.case("two hyperbolas, the steeper", loss=TWO_HYPERBOLAS, conserved=either, at=(2, half, Rational(5, 4), Rational(4, 5)),
             off=(third, 1, half, half), eta=Rational(1, 5))
theorem.case("two hyperbolas, the other is frozen", loss=TWO_HYPERBOLAS, conserved=other,
             at=(2, half, Rational(5, 4), Rational(4, 5)), off=(third, 1, half, half), eta=Rational(1, 5))
theorem.case("rotating eigenvectors", loss=TURNING[0], conserved=TURNING[1], at=(0, 0, 0*half),
             off=(Rational(3, 10), Rational(7, 10), 0), eta=Rational(1, 5))
theorem.case("curved and generic", loss=CURVED[0], conserved=CURVED[1], at=(0, 0*half), off=(half, third), eta=third)
