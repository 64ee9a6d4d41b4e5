"""SAM on quadratics with 1 <= eta l1 < 2: outside the limit sphere the gradient shrinks.

Setting.  y = Ax/rho in the eigenbasis of A, N = |y|, s = eta l1, c = eta l1^2, R = c/(2 - s), tau the
ratio of the least nonzero eigenvalue to l1.

Statement.  If N > R then N+ <= q N for every q that is at least s - 1 + c/N and at least
1 - s tau - c tau^2/N; both are below 1, uniformly for N bounded away from R.  So N falls to R, or
below it, where the ball N <= R is invariant and the top component grows (`growth`): N tends to R for
s >= 1 as well.  Neither a gap nor eta l1 < 1 is needed.
"""

from sympy import Le, Lt, Rational, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, nonnegative, positive, zero

after = symbols("after", nonnegative=True)                     # measured: N one step later
s, c, N, tau, q = symbols("s c N tau q", positive=True)
u = symbols("u", positive=True)                                # a ratio l_j/l1

theorem = Theorem("SAM on quadratics with step sizes from 1 to 2 over the sharpness",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, range extended"),
                  assumes=(s >= 1, s < 2, N > c/(2 - s), tau <= 1, q >= s - 1 + c/N, q >= 1 - s*tau - c*tau**2/N))


@theorem.data
def scaled(case):
    """In the eigenbasis, largest eigenvalue first; q is the least that is allowed."""
    s0, c0, t0 = case.eta*case.spectrum[0], case.eta*case.spectrum[0]**2, Rational(case.spectrum[-1])/case.spectrum[0]
    N0 = sqrt(sum(y**2 for y in case.steep))
    return {s: s0, c: c0, N: N0, tau: t0, q: max(s0 - 1 + c0/N0, 1 - s0*t0 - c0*t0**2/N0)}


shrinks = theorem.claim(
    "outside the limit sphere the gradient shrinks",
    (Le(after, q*N), Lt(after, N)),
    false={
        "as far as the sphere": (Le(after, c/(2 - s)), Lt(after, N)),
        "by the square": (Le(after, q**2*N), Lt(after, N)),
    },
)


@shrinks.proof(scope="every spectrum and dimension")
def by_both_ends_of_the_spectrum(bounded, less):
    """m(u) = 1 - s u - c u^2/N falls from m(tau) to m(1) < 0, and q is at least m(tau) and -m(1)."""
    m = lambda u: 1 - s*u - c*u**2/N
    yield nonnegative(m(tau) - m(u), "no factor is above the flattest mode's", (u >= tau, u <= 1))
    yield nonnegative(m(u) - m(1), "nor below the top one", (u >= tau, u <= 1))
    yield zero(bounded.rhs - q*N, "q is the least bound, as either end of the spectrum attains it")
    yield positive(less.rhs + m(1)*N, "it is below 1 at the upper end")
    yield positive(less.rhs - m(tau)*N, "and at the lower one")


@shrinks.enclosure
def next_length(lab):
    """One step of SAM from x = rho A^-1 y."""
    slope = lambda *x: tuple(k*p for k, p in zip(lab.spectrum, x))
    start = tuple(lab.rho*y/k for k, y in zip(lab.spectrum, lab.steep))
    moved = lab.iterate(sam(slope, lab.eta, lab.rho), start, 1)
    return sqrt(sum(g**2 for g in slope(*moved)))/lab.rho


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("top mode alone", spectrum=(3,), steep=(12,), eta=half, rho=third)
theorem.case("flat mode alone", spectrum=(3, third), steep=(0*half, 12), eta=half, rho=third)
theorem.case("s = 1", spectrum=(4, 1), steep=(3, 4), eta=Rational(1, 4), rho=third)
theorem.case("small scale", spectrum=(third, Rational(1, 10)), steep=(2, Rational(7, 4)), eta=4, rho=half)
theorem.case("small gradient", spectrum=(Rational(1, 30),), steep=(half,), eta=90*half, rho=half)
theorem.outside("start inside", breaks=N > c/(2 - s), spectrum=(3,), steep=(4,), eta=half, rho=third)
