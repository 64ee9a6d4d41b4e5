"""SAM on single samples at a fixed step size, when the samples' gradients are orthogonal.

Setting as in `stochastic` with two samples; F1 > F2 > 0 are the nonzero eigenvalues of the Hessian of
L, each belonging to one sample, whose own curvature is 2 F_k; eta F1 < 1.

Statement.  As rho -> 0 at fixed eta the mean drift per step and eta rho^2 of a J that gradient flow
conserves is

    -(1/2) sum_k grad J . grad F_k/(1 - eta F_k)^2.

It tends to the trace flow as eta -> 0 and differs from it at order eta.
"""

from sympy import Eq, Rational, diff, exp, symbols

from numerics.steps import sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.stochastic import one_of_two
from theorems.sam_implicit_regularizer.valleys import TWO_MODES, VARIABLES, eigenvalue_along, u, values, x, y, z

drift = symbols("drift", real=True)                            # measured: mean change of J per step, over eta rho^2
F1, F2, eta, rho, F = symbols("F1 F2 eta rho F", positive=True)
slope1, slope2, slope, k = symbols("slope1 slope2 slope k", real=True)     # grad J . grad F_k at the point

theorem = Theorem("the flow of SAM on single orthogonal samples at a fixed step size",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 5.4, at finite step size"),
                  assumes=(eta*F1 < 1, F2 < F1))


@theorem.data
def eigenvalues(case):
    """Of the mean loss, with their derivatives along grad J."""
    loss = sum(case.losses)/len(case.losses)
    found = [eigenvalue_along(loss, case.conserved, case.at, largest) for largest in (True, False)]
    return {F1: found[0][0], slope1: found[0][1], F2: found[1][0], slope2: found[1][1], eta: case.eta}


along_valley = theorem.claim(
    "mean drift of what gradient flow conserves, per step and eta rho^2",
    Eq(drift, -(slope1/(1 - eta*F1)**2 + slope2/(1 - eta*F2)**2)/2),
    false={
        "the trace flow": Eq(drift, -(slope1 + slope2)/2),
        "curvature of the full batch": Eq(drift, -(slope1/(1 - eta*F1/2)**2 + slope2/(1 - eta*F2/2)**2)/2),
        "the full batch": Eq(drift, -slope1*(2/(2 - eta*F1))**2/2),
        "the first power": Eq(drift, -(slope1/(1 - eta*F1) + slope2/(1 - eta*F2))/2),
    },
)


@along_valley.proof(scope="the cubic jet at a minimiser, two samples with orthogonal gradients")
def by_one_sample_at_a_time(claimed):
    """A sample moves its own mode only, so between its turns that mode rests and its orbit has period two.

    In units of rho sample k has the loss F Y^2 + rho (k Y^3 + slope Z Y^2); each has half of the turns.
    """
    scaled = F*y**2 + rho*(k*y**3 + slope*z*y**2)
    phi = z - rho*slope*y**2/(4*F)
    put = lambda expression, point: expression.subs(dict(zip((y, z), point)), simultaneous=True)
    descends = lambda *point: tuple(put(diff(scaled, a), point) for a in (y, z))
    stable = (eta*F < 1,)
    yield zero(diff(sum(diff(phi, a)*diff(scaled, a) for a in (y, z)), rho).subs(rho, 0), "Phi is constant along its gradient flow")
    one = -slope/(1 - eta*F)**2
    for sign in (1, -1):
        start = (sign*eta*F/(1 - eta*F), 0*rho)
        change = put(phi, sam(descends, eta, 1)(start)) - put(phi, start)
        yield zero(diff(change, rho).subs(rho, 0)/eta - one, "drift in the turn of one sample", stable)
    both = one.subs({slope: slope1, F: F1}) + one.subs({slope: slope2, F: F2})
    yield zero(both/2 - claimed.rhs, "the mean over both samples", (eta*F2 < 1,))


@along_valley.sampling(small=rho, order=1, first=Rational(1, 128), halvings=2, count=1000)
def per_step(lab, rng, count, rho):
    """Change of J over 200 steps of one run, after 80 steps from a start off the manifold."""
    variables = VARIABLES[:len(lab.at)]
    step = one_of_two(lab.losses, variables, lab.eta, rho, lambda: rng.integers(0, 2, count))
    start = tuple(a + lab.eta*rho*d*rng.standard_normal(count) for a, d in zip(lab.at, lab.off))
    settled = lab.iterate(step, start, 80)
    kept = values((lab.conserved,), variables)
    change = kept(*lab.iterate(step, settled, 200))[0] - kept(*settled)[0]
    return change/(200*lab.eta*rho**2)


half = Rational(1, 2)
pair = ((x*y - 1)**2, (z*u - 1)**2/2)
theorem.case("two modes", losses=(2*exp(z)*x**2, exp(-z)*y**2), conserved=TWO_MODES[1], at=(0, 0, 0*half), off=(1, 1, 0), eta=Rational(1, 4))
theorem.case("two hyperbolas", losses=pair, conserved=x**2 - y**2 + z**2 - u**2, at=(2, half, Rational(5, 4), Rational(4, 5)),
             off=(1, half, 1, half), eta=Rational(1, 9))
theorem.case("two hyperbolas, the flatter", losses=pair, conserved=z**2 - u**2, at=(1, 1, Rational(5, 4), Rational(4, 5)),
             off=(1, half, 1, half), eta=Rational(1, 5))
