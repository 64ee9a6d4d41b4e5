"""SAM on one sample at a time over a whole horizon: its law around the trace flow.

Setting as in `stochastic` for the mean loss (xy - 1)^2/2 + r (zu - 1)^2/4 of two samples, drawn uniformly.
J = z^2 - u^2 belongs to the second sample alone and is J0 at the start; T = tau/(eta rho^2) steps are taken.

Statement.  As eta -> 0 with rho = 6 eta,

    the median of J tends to J0 e^(-r tau), the trace flow,
    (J - J')/(rho sqrt(eta)), J' an independent copy, to a normal law of variance 2 V,  V = (r J0)^2 tau e^(-2 r tau).

So runs fluctuate by rho sqrt(eta), much less than the published bound eta^(1/2) + rho allows.  V is what
independent draws give: in a step J falls by 2 r J eta rho^2 or not at all.  That the drift follows from one
step is proved in `stochastic`; the law over the horizon is sampled.
"""

from fractions import Fraction

from sympy import Eq, Rational, erf, exp, sqrt, symbols

from theorems import Source, Theorem, cited, zero
from theorems.sam_implicit_regularizer.stochastic import one_of_two
from theorems.sam_implicit_regularizer.valleys import VARIABLES, u, values, x, y, z

place, spread = symbols("place spread", real=True)             # measured: medians of J and of |J - J'|/(rho sqrt(eta))
J0, r, tau, eta, rho, J = symbols("J0 r tau eta rho J", positive=True)

theorem = Theorem("the law of SAM on single samples over a whole horizon",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 5.4, with the law of the fluctuations"))


@theorem.data
def constants(case):
    return {J0: case.at[2]**2 - case.at[3]**2, r: case.ratio, tau: case.time}


law = theorem.claim(
    "median and spread at the end",
    (Eq(place, J0*exp(-r*tau)), Eq(erf(spread/(2*r*J0*sqrt(tau)*exp(-r*tau))), Rational(1, 2))),
    false={
        "twice the speed": (Eq(place, J0*exp(-2*r*tau)), Eq(erf(spread/(2*r*J0*sqrt(tau)*exp(-r*tau))), Rational(1, 2))),
        "frozen, as on the full batch": (Eq(place, J0 + 0*r*tau), Eq(erf(spread/(2*r*J0*sqrt(tau)*exp(-r*tau))), Rational(1, 2))),
        "noise that is not damped": (Eq(place, J0*exp(-r*tau)), Eq(erf(spread/(4*r*J0*sqrt(tau))), Rational(1, 2))),
    },
)


@law.proof(scope="the law of independent draws at leading order; that SAM has it is sampled")
def by_independent_draws(middle, law):
    """J' = -r J in the time eta rho^2 per step, and V' = -2 r V + the variance of one step's draw."""
    scale = law.lhs.args[0]/spread                             # P(|J - J'| < s) = erf(s/(2 sqrt(V)))
    V = 1/(2*scale)**2
    falls = (2*r*J, 0)
    mean = sum(falls)/2
    variance = sum((fall - mean)**2 for fall in falls)/2
    yield cited("central limit theorem for sums of independent bounded terms, with the delta method for J")
    yield zero(middle.rhs.diff(tau) + mean.subs(J, middle.rhs), "the mean of one draw moves J")
    yield zero(middle.rhs.subs(tau, 0) - J0, "from its start")
    yield zero(V.diff(tau) + 2*r*V - variance.subs(J, middle.rhs), "the variance of one draw enters, and is damped")
    yield zero(V.subs(tau, 0), "from nothing")
    yield zero(law.rhs - Rational(1, 2), "the median of |J - J'|")


@law.sampling(small=eta, tied={rho: 6*eta}, order=1, first=Rational(1, 18), halvings=2, count=6000)
def at_the_end(lab, rng, count, eta, rho):
    """Two independent batches of runs, from starts off the manifold, whose own spread is small beside that of the runs."""
    variables, runs = VARIABLES, 2*count
    step = one_of_two(lab.losses, variables, eta, rho, lambda: rng.integers(0, 2, runs))
    start = tuple(a + eta*rho*rng.standard_normal(runs)/10 for a in lab.at)
    kept = values((z**2 - u**2,), variables)
    ends = kept(*lab.iterate(step, start, round(lab.time/(eta*rho**2))))[0]
    return {place: ends[:count], spread: abs(ends[:count] - ends[count:])/(rho*eta**Fraction(1, 2))}


quarter = Rational(1, 4)
theorem.case("a sharper one", losses=((x*y - 1)**2, 5*(z*u - 1)**2/2), at=(1, 1, Rational(4, 3), 3*quarter), ratio=5,
             time=Rational(1, 6))
theorem.case("equal samples", losses=((x*y - 1)**2, (z*u - 1)**2), at=(1, 1, Rational(5, 3), Rational(3, 5)), ratio=2, time=Rational(2, 9))
