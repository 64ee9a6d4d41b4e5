"""When SGD's noise is aligned with the Hessian: always, but for parallel gradients of equal length.

Statement.  Sample i has Hessian H_i = g_i g_i^T at an interpolating minimum, s_i = |g_i|^2, H is their mean,
r its rank, and mu_0 the least value of tr(H N(x))/(x.Hx |H|^2) on its range, with
N(x) = mean H_i x x^T H_i - H x x^T H.  Then

    mu_0 > 0     exactly if     r >= 2  or  the s_i differ.

Rank 1 with different s_i has mu_0 = Var(s)/mean(s)^2 > 0.  Proved for every number of samples and
parameters.
"""

from sympy import Equivalent, Or, Rational, symbols

from numerics.stability import alignment
from theorems import Source, Theorem, nonnegative, positive, zero
from theorems.sgd_trace_stability.samples import dot
from theorems.sgd_trace_stability.threshold import mean_hessian

mu0 = symbols("mu0", nonnegative=True)                         # measured
mean, square = symbols("mean square", positive=True)           # of the s_i
r = symbols("r", integer=True, positive=True)
h, s = symbols("h s", positive=True)

theorem = Theorem("alignment vanishes only for parallel gradients of equal length",
                  source=Source("Wu, Wang and Su", arxiv="2207.02628", at="alignment, case of no alignment"),
                  assumes=(square >= mean**2,))


@theorem.data
def lengths(case):
    size, share = [dot(row, row) for row in case.gradients], Rational(1, len(case.gradients))
    return {mean: share*sum(size), square: share*sum(v**2 for v in size), r: mean_hessian([[row] for row in case.gradients]).rank()}


vanishes = theorem.claim(
    "the noise is aligned exactly if gradients differ in direction or length",
    Equivalent(mu0 > 0, Or(r >= 2, square > mean**2)),
    false={
        "if they differ in direction": Equivalent(mu0 > 0, r >= 2),
        "if they differ in length": Equivalent(mu0 > 0, square > mean**2),
    },
)


@vanishes.proof
def by_common_images(claimed):
    """mean H_i H H_i - H^3 = mean (H_i - H) H (H_i - H) vanishes on v only if H_i v = Hv for every i.

    Hv != 0 for v in the range, so each g_i is parallel to Hv: rank 1.  There mu_0 = Var(s)/mean(s)^2.
    """
    G, H = symbols("G H", commutative=False)
    region, aligned = sorted(claimed.args, key=lambda part: part.has(mu0))
    norms, rank = sorted(region.args, key=lambda part: part.has(r))
    room = lambda relation: relation.gts - relation.lts
    yield zero((G - H)*H*(G - H) - (G*H*G - G*H*H - H*H*G + H**3), "the mean over i of both sides, as mean H_i = H")
    yield zero(mean*(s - mean)**2 - mean*(s**2 - 2*mean*s + mean**2), "rank 1: (s_i - mean)^2 mean, whose mean is mean Var(s)")
    yield nonnegative(room(rank), "a higher rank is in the region", given=r >= 2)
    yield positive(-room(rank), "rank 1 is not", given=r <= 1)
    yield positive(room(norms), "different lengths are", given=square > mean**2)
    yield nonnegative(-room(norms), "equal ones are not", given=square <= mean**2)
    yield positive(room(aligned).subs(mu0, h), "a positive value counts as aligned")
    yield nonnegative(-room(aligned).subs(mu0, 0), "and 0 does not")


@vanishes.enclosure
def from_the_pencil(lab):
    """Least eigenvalue of (mean H_i H H_i - H^3, H) on the range, over |H|^2."""
    return alignment(lab.gradients)


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("three samples", gradients=[(1, half), (-third, 2), (half, half/2)])
theorem.case("equal norms, not orthogonal", gradients=[(2, 0), (Rational(6, 5), Rational(8, 5))])
theorem.case("orthonormal and short", gradients=[(third, 0), (0, third)])
theorem.case("one parameter", gradients=[(1,), (2,)])
theorem.case("one parameter, short", gradients=[(third,), (half,)])
theorem.case("one parameter, all equal", gradients=[(half,), (-half,)])
theorem.case("parallel in the plane, long and equal", gradients=[(3, 4), (3, 4), (-3, -4)])
theorem.case("parallel in the plane", gradients=[(1, 1), (2, 2), (half, half)])
theorem.case("one sample", gradients=[(1, 1)])
