"""The worst-case sharpness of single samples where SAM on single samples is: the trace, up to an exact order eta.

Setting as in `stochastic_steps`: two samples L_k with orthogonal gradients, F_k the nonzero eigenvalues of the Hessian
of their mean L, eta F_1 < 1; R_k(x) = max over |v| <= 1 of L_k(x + rho v) - L_k(x).

Statement.  As rho -> 0 at fixed eta, on the orbit that SAM on single samples reaches,

    (1/2) sum_k R_k(x_t)/rho^2 -> (1/2) sum_k F_k (1 + eta F_k)/(1 - eta F_k),

whatever the draws.  It exceeds trace(Hessian of L)/2 by eta sum_k F_k^2/(1 - eta F_k): so Corollary 5.6, which allows
(eta^(1/4) + rho^(1/4)) rho^2 with probability 1 - O(eta^(1/2) + rho^(1/2)), is met with an error of exact order
eta rho^2 there.  At the minimiser below it is the trace itself (`sharpness_of_samples`).
"""

from sympy import Eq, Rational, exp, symbols

from numerics.steps import ascent, sam
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.stochastic import one_of_two
from theorems.sam_implicit_regularizer.valleys import TWO_MODES, VARIABLES, eigenvalue_along, gradient, u, values, x, y, z

rise = symbols("rise", real=True)                              # measured: mean of R_k over rho^2
F1, F2, F, eta, rho = symbols("F1 F2 F eta rho", positive=True)
share = symbols("share", real=True)                            # v . grad f_k over |grad f_k|, for a unit v

CLIMBS = 12                      # of the ascent from x to the worst point: each leaves rho times what was wrong

theorem = Theorem("worst-case sharpness of single samples on their orbit",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Corollary 5.6"),
                  assumes=(eta*F1 < 1, F2 < F1))


@theorem.data
def eigenvalues(case):
    """Of the mean loss."""
    loss = sum(case.losses)/len(case.losses)
    found = [eigenvalue_along(loss, case.conserved, case.at, largest)[0] for largest in (True, False)]
    return {F1: found[0], F2: found[1], eta: case.eta}


on_orbit = theorem.claim(
    "mean worst-case sharpness of the samples on the orbit",
    Eq(rise, (F1*(1 + eta*F1)/(1 - eta*F1) + F2*(1 + eta*F2)/(1 - eta*F2))/2),
    false={
        "that of the minimiser": Eq(rise, (F1 + F2)/2),
        "half the excess": Eq(rise, (F1/(1 - eta*F1) + F2/(1 - eta*F2))/2),
        "the largest eigenvalue alone": Eq(rise, F1*(1 + eta*F1)/(1 - eta*F1)/2),
    },
)


@on_orbit.proof(scope="two samples with orthogonal gradients, the leading order in rho")
def by_the_outward_direction(claimed):
    """A sample moves its own mode only, where its curvature is 2 F and its orbit +-a is one of period two."""
    a = eta*rho*2*F/(2 - eta*2*F)
    stable = (eta*F < 1,)
    yield zero(sam(lambda w: (2*F*w,), eta, rho)((a,))[0] + a, "the orbit of one sample", stable)
    height = lambda w: F*w**2
    one = height(a + rho) - height(a)
    unit = (share <= 1, share >= -1)
    yield nonnegative(one - (height(a + rho*share) - height(a)), "outwards is the worst direction", (*stable, *unit))
    both = sum(one.subs(F, each)/rho**2 for each in (F1, F2))/2
    yield zero(both - claimed.rhs, "the mean over both samples", (eta*F2 < 1,))


@on_orbit.sampling(small=rho, order=1, first=Rational(1, 128), halvings=2, count=400)
def settled(lab, rng, count, rho):
    """One run each, after 80 steps; the worst point of each sample by repeated ascent from there."""
    variables = VARIABLES[:len(lab.at)]
    step = one_of_two(lab.losses, variables, lab.eta, rho, lambda: rng.integers(0, 2, count))
    start = tuple(a + lab.eta*rho*d*rng.standard_normal(count) for a, d in zip(lab.at, lab.off))
    here, total = lab.iterate(step, start, 80), 0
    for loss in lab.losses:
        slopes, height = gradient(loss, variables), values((loss,), variables)
        top = here
        for _ in range(CLIMBS):
            direction = slopes(*top)
            top = lab.iterate(ascent(lambda *_: direction, rho), here, 1)
        total += (height(*top)[0] - height(*here)[0])/2
    return total/rho**2


half = Rational(1, 2)
pair = ((x*y - 1)**2, (z*u - 1)**2/2)
theorem.case("two modes", losses=(2*exp(z)*x**2, exp(-z)*y**2), conserved=TWO_MODES[1], at=(0, 0, 0*half), off=(1, 1, 0), eta=Rational(1, 4))
theorem.case("two hyperbolas", losses=pair, conserved=x**2 - y**2, at=(1, 1, Rational(5, 4), Rational(4, 5)), off=(1, half, 1, half),
             eta=Rational(1, 5))
