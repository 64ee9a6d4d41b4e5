"""Parallel gradients: the alignment of SGD's noise is the relative variance of their squared lengths.

Statement.  Sample i has Hessian H_i = g_i g_i^T at an interpolating minimum, all g_i parallel, s_i = |g_i|^2.  Then
mu(x) = tr(H N(x))/(x.Hx |H|^2) with N(x) = mean H_i x x^T H_i - H x x^T H is the same for all x with Hx != 0,

    mu_0 = Var(s)/mean(s)^2,

0 exactly for equal lengths, and as large as n - 1 for one curved sample among n.  Gradients that are not parallel are
aligned more: for two orthonormal ones the variance is 0 and mu_0 = 1/2.  Proved for every n and dimension.
"""

from sympy import Eq, Rational, symbols

from numerics.stability import alignment
from theorems import Source, Theorem, zero
from theorems.sgd_trace_stability.samples import dot
from theorems.sgd_trace_stability.threshold import mean_hessian

mu0 = symbols("mu0", nonnegative=True)                         # measured
mean, square = symbols("mean square", positive=True)           # of the s_i
r = symbols("r", integer=True, positive=True)                  # rank of H
s, c = symbols("s c", positive=True)                           # one s_i; (u.x)^2 for the common direction u

theorem = Theorem("alignment of parallel gradients",
                  source=Source("Wu, Wang and Su", arxiv="2207.02628", at="alignment, rank one"), assumes=(r <= 1,))


@theorem.data
def lengths(case):
    size, share = [dot(row, row) for row in case.gradients], Rational(1, len(case.gradients))
    return {mean: share*sum(size), square: share*sum(v**2 for v in size), r: mean_hessian([[row] for row in case.gradients]).rank()}


variance = theorem.claim(
    "the least alignment is the relative variance of the squared lengths",
    Eq(mu0*mean**2, square - mean**2),
    false={
        "the relative mean square": Eq(mu0*mean**2, square),
        "none": Eq(mu0, 0*mean),
    },
)


@variance.proof
def by_one_direction(claimed):
    """H_i = s_i u u^T: everything happens along u, where x.H_i x = s_i c."""
    yield zero(mean*(s**2*c) - mean*mean**2*c - mean*c*(s**2 - mean**2), "tr(H N(x)) is the mean over i of mean(s) c (s_i^2 - mean(s)^2)")
    mu = (mean*c*(square - mean**2))/(mean*c*mean**2)
    yield zero((claimed.lhs - claimed.rhs).subs(mu0, mu), "over x.Hx |H|^2 = mean(s) c mean(s)^2, whatever x")


@variance.enclosure
def from_the_pencil(lab):
    """Least eigenvalue of (mean H_i H H_i - H^3, H) on the range, over |H|^2."""
    return alignment(lab.gradients)


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("one parameter", gradients=[(1,), (2,)])
theorem.case("one parameter, short", gradients=[(third,), (half,)])
theorem.case("in the plane", gradients=[(1, 1), (2, 2), (half, half)])
theorem.case("in space, one of three curved", gradients=[(0, 0, 0), (1, 2, 2), (0, 0, 0)])
theorem.case("long and equal", gradients=[(3, 4), (-3, -4)])
theorem.outside("orthonormal", breaks=r <= 1, gradients=[(1, 0), (0, 1)])
