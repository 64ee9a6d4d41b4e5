"""The trace bound for batches of B independent draws.

Statement.  Sample i has Hessian g_i g_i^T at an interpolating minimum, H is their mean, r its rank.  A
step size eta that is stable in mean square with batches of B independent draws satisfies

    tr H (1 + (B - 1)/r)  <=  2 B/eta,

between tr H <= 2/eta at B = 1 and gradient descent's tr H <= 2 r/eta for large B; it is attained by
equal-norm tight frames.  "tr H <= 2/eta for every batch size" is false: two orthonormal gradients with
B = 2 are stable at eta = 8/3, though tr H = 1.  Proved for every n, B and dimension.
"""

from sympy import Rational, symbols

from numerics.stability import moment_threshold
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.threshold import mean_hessian

edge = symbols("edge", positive=True)                          # measured: largest stable step size
trace, Lambda, p = symbols("trace Lambda p", positive=True)
r, B = symbols("r B", integer=True, positive=True)

theorem = Theorem("trace bound for independent draws",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, extended to batches"))


@theorem.data
def sizes(case):
    H = mean_hessian([[row] for row in case.gradients])
    return {trace: H.trace(), r: H.rank(), B: case.batch}


necessary = theorem.claim(
    "a stable step size is at most 2 B r/(trace (r + B - 1))",
    edge*trace*(r + B - 1) <= 2*B*r,
    false={
        "as for single samples": edge*trace <= 2,
        "half of it": edge*trace*(r + B - 1) <= B*r,
        "one draw more": edge*trace*(r + B) <= 2*B*r,
    },
)


@necessary.proof
def by_the_bound_for_every_batch(claimed):
    """Lambda >= tr H (p + (1 - p)/r) at p = 1/B."""
    yield cited("edge = 2/Lambda and Lambda >= tr H (p + (1 - p)/r) (the threshold theorem; the trace bound for every batch size)")
    yield zero((p + (1 - p)/r).subs(p, 1/B)*B*r - (r + B - 1), "the bound's factor at p = 1/B")
    known = (Lambda*B*r >= trace*(r + B - 1),)
    yield nonnegative((claimed.gts - claimed.lts).subs(edge, 2/Lambda)*Lambda, "edge = 2/Lambda is in the claimed range", given=known)


@necessary.enclosure
def from_the_definition(lab):
    """The first step size at which the average over all tuples of B samples has the eigenvalue 1."""
    return moment_threshold([[row] for row in lab.gradients], 2, lab.batch)


half = Rational(1, 2)
tight = [(1, 0), (0, 1), (Rational(3, 5), Rational(4, 5)), (-Rational(4, 5), Rational(3, 5))]
theorem.case("two orthonormal", gradients=[(1, 0), (0, 1)], batch=Each((1, 2, 3)))
theorem.case("tight frame of four", gradients=tight, batch=2)
theorem.case("three samples", gradients=[(1, half), (-Rational(1, 3), 2), (half, half/2)], batch=Each((1, 2)))
theorem.case("orthogonal and long, in a plane of space", gradients=[(3, 0, 0), (0, 3, 0)], batch=2)
theorem.case("parallel and short", gradients=[(half,), (-half,)], batch=Each((1, 3)))
