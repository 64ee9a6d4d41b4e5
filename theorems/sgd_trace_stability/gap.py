"""Single samples against the full batch: how much smaller SGD's stable step sizes are.

Statement.  Sample i has Hessian g_i g_i^T at an interpolating minimum, H their mean, of rank r.  Gradient
descent is stable in mean square up to the step size e_GD = 2/lambda_1(H), SGD with batch size 1 up to
e_SGD, and

    tr H e_GD <= 2 r,     tr H e_SGD <= 2,     e_GD/e_SGD >= tr H/lambda_1(H):

gradient descent admits r times the trace, and the step sizes differ by at least the stable rank.  All
three are attained by equal-norm tight frames.  Proved for every number of samples and parameters.
"""

from sympy import Rational, symbols

from numerics.stability import moment_threshold
from theorems import Source, Theorem, cited, nonnegative
from theorems.sgd_trace_stability.threshold import mean_hessian

full, single = symbols("full single", positive=True)           # measured: the largest stable step sizes
trace, lam, a, b = symbols("trace lam a b", positive=True)     # of H; lam its largest eigenvalue
r = symbols("r", integer=True, positive=True)

theorem = Theorem("the gap between gradient descent and SGD",
                  source=Source("Wu and Su", arxiv="2305.17490", at="comparison of gradient descent and SGD"),
                  assumes=(lam <= trace, trace <= r*lam))


@theorem.data
def spectrum(case):
    H = mean_hessian([[row] for row in case.gradients])
    return {trace: H.trace(), lam: max(H.eigenvals()), r: H.rank()}


apart = theorem.claim(
    "gradient descent admits r times the trace, and step sizes larger by the stable rank",
    (trace*full <= 2*r, trace*single <= 2, full*lam >= trace*single),
    false={
        "SGD admits as much": (trace*full <= 2*r, full*lam <= 2*single, full*lam >= trace*single),
        "gradient descent admits no more": (trace*full <= 2, trace*single <= 2, full*lam >= trace*single),
        "larger by the rank": (trace*full <= 2*r, trace*single <= 2, full >= r*single),
    },
)


@apart.proof
def by_the_trace_bound(of_full, of_single, ratio):
    """full = 2/lam by the threshold theorem at p = 0, and tr H single <= 2 by the trace bound."""
    yield cited("full = 2/lambda_1(H) (the threshold theorem at p = 0) and tr H single <= 2 (the trace bound)")
    known = (trace*single <= 2, trace <= r*lam)
    yield nonnegative((of_full.gts - of_full.lts).subs(full, 2/lam), "the trace is at most r lambda_1", given=known)
    yield nonnegative(of_single.gts - of_single.lts - (2 - trace*single), "single samples")
    yield nonnegative((ratio.gts - ratio.lts).subs(full, 2/lam) - (2 - trace*single), "the ratio of the two")


@apart.enclosure
def from_the_definition(lab):
    """The first step sizes at which the average over the batches of (I - eta H_B) S (I - eta H_B) has the eigenvalue 1."""
    samples = [[row] for row in lab.gradients]
    return {single: moment_threshold(samples, 2), full: moment_threshold(samples, 2, len(samples), replacement=False)}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("two axes", gradients=[(2, 0), (0, 1), (0, 2)])
theorem.case("orthonormal", gradients=[(1, 0), (0, 1)])
theorem.case("orthogonal, short, in space", gradients=[(third, 0, 0), (0, third, 0), (0, 0, third)])
theorem.case("parallel and long", gradients=[(3,), (-3,)])
theorem.case("along the diagonals", gradients=[(1, half), (half, 1), (half, -half)])
