"""SAM on quadratics settles on the top eigenvector, bouncing with period two.

Setting.  L = x'Ax/2, A != 0 positive semidefinite, s = eta l1 in (0, 2).  The component of x in the
kernel of A never moves (`quadratic`); P x is the rest.

Statement.  Unless P_top x_0 = 0 or, for s < 1, some |A x_t| = rho eta l1^2/(1 - s) (`exceptional`),

    |P x_t| -> eta rho l1/(2 - s),   P x_t becomes parallel to P_top x_0,   P x_t+1 + P x_t -> 0,

and a mode with eigenvalue t l1 < l1 is in the end multiplied by 1 - s t - (2 - s) t^2 per step, whose
size is below 1.  A simple l1, a positive definite A and s < 1 are not needed.
"""

from mpmath import mp
from sympy import Eq, Rational, symbols

from numerics.steps import sam
from theorems import Source, Theorem, positive, zero
from theorems.sam_implicit_regularizer.lyapunov import groundwork

amplitude, cosine, flip, rate = symbols("amplitude cosine flip rate", real=True)     # measured, as limits
l1, eta, rho = symbols("l1 eta rho", positive=True)
t = symbols("t", nonnegative=True)                             # l_j/l1 of the weaker mode that is watched
steps = symbols("steps", integer=True, positive=True)
u, N = symbols("u N", positive=True)                            # any ratio l_j/l1; |Ax|/rho

theorem = Theorem("SAM on quadratics settles on the top eigenvector",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, without gap, definiteness and s < 1"),
                  assumes=(eta*l1 < 2, t < 1))


@theorem.data
def spectrum(case):
    """`case.mode` is the weaker mode that is watched."""
    return {l1: case.spectrum[0], eta: case.eta, rho: case.rho, t: Rational(case.spectrum[case.mode])/case.spectrum[0]}


settles = theorem.claim(
    "amplitude, direction, period and rate in the limit",
    (Eq(amplitude, eta*rho*l1/(2 - eta*l1)), Eq(cosine, 1), Eq(flip, -1),
     Eq(rate, 1 - eta*l1*t - (2 - eta*l1)*t**2)),
    false={
        "half the step": (Eq(amplitude, eta*rho*l1/2), Eq(cosine, 1), Eq(flip, -1),
                          Eq(rate, 1 - eta*l1*t - (2 - eta*l1)*t**2)),
        "convergence without a period": (Eq(amplitude, eta*rho*l1/(2 - eta*l1)), Eq(cosine, 1), Eq(flip, 1),
                                         Eq(rate, 1 - eta*l1*t - (2 - eta*l1)*t**2)),
        "weaker modes at gradient descent's rate": (Eq(amplitude, eta*rho*l1/(2 - eta*l1)), Eq(cosine, 1),
                                                    Eq(flip, -1), Eq(rate, 1 - eta*l1*t)),
    },
)


@settles.proof(scope="every spectrum, multiplicity and dimension, 0 < s < 2")
def by_lyapunov_and_multipliers(placed, aligned, flipped, shrinks):
    """y = Ax/rho, N = |y|, c = eta l1^2, R = c/(2 - s).  N tends to R:

    for s <= 1 every orbit enters the balls of `tails`, the lemma of `lyapunov` (whose goals are
    decided again here) and `growth` make |y_top| nondecreasing and bounded along the times N <= R;
    for s >= 1 `range` and `growth` do the same without that lemma.  At N = R the mode u l1 has the
    multiplier m(u), which is -1 at the top and smaller in size below it: those modes die out.
    """
    yield from groundwork()[0]
    m = lambda u, N: 1 - eta*l1*u - eta*l1**2*u**2/N
    stable = (eta*l1 < 2,)
    limit = l1*placed.rhs/rho                                  # |Ax|/rho on the limit
    yield zero(m(1, limit) - flipped.rhs, "on the limit sphere the top modes change sign", stable)
    yield zero(flipped.rhs + 1, "and keep their size", stable)
    yield zero(aligned.rhs - 1, "all top modes have one factor, so their direction is that of the start")
    yield zero(m(t, limit) - shrinks.rhs, "the multiplier of a weaker mode", stable)
    yield positive(1 + m(u, limit), "above -1", (*stable, u > 0, u < 1))
    yield positive(1 - m(u, limit), "below 1: the weaker modes decay geometrically", (*stable, u > 0, u < 1))


@settles.observation(small=1/steps, order=1, first=Rational(1, 16), halvings=5)
def after_many_steps(lab, steps):
    """SAM from the start for a growing number of steps; the last two of them are compared."""
    slope = lambda *x: tuple(k*p for k, p in zip(lab.spectrum, x))
    before, after = lab.orbit(sam(slope, lab.eta, lab.rho), tuple(1*mp.mpf(x) for x in lab.start), steps)[-2:]
    live = [k for k, value in enumerate(lab.spectrum) if value != 0]
    top = [x if value == lab.spectrum[0] else 0 for x, value in zip(lab.start, lab.spectrum)]
    size = lambda x: mp.sqrt(sum(x[k]**2 for k in live))
    dot = lambda x, y: sum(x[k]*y[k] for k in live)
    return {amplitude: size(after), cosine: abs(dot(after, top))/size(after)/size(top),
            flip: dot(before, after)/size(before)/size(after), rate: after[lab.mode]/before[lab.mode]}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("two modes", spectrum=(2, 1), start=(1, 5), mode=1, eta=Rational(1, 4), rho=third)
theorem.case("double top eigenvalue and a kernel", spectrum=(2, 2, 1, 0), start=(1, 2, 5, 7), mode=2, eta=half, rho=half)
theorem.case("s = 17/10", spectrum=(Rational(17, 5), 1), start=(3, 1), mode=1, eta=half, rho=third)
theorem.case("three modes", spectrum=(3, 2, 1), start=(third, 1, -2), mode=2, eta=Rational(1, 7), rho=2*third)
theorem.outside("beyond two", breaks=eta*l1 < 2, spectrum=(5, 1), start=(1, 1), mode=1, eta=half, rho=third)
settles.case("far start", spectrum=(1, half), start=(Rational(1, 100), 30), mode=1, eta=Rational(9, 10), rho=Rational(1, 10))
