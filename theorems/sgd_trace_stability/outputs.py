"""Largest and smallest eigenvalues bound SGD's curvature from both sides.

Statement.  Sample i has Hessian H_i = X_i^T X_i, H is their mean, p the sampling factor.  Then

    lambda_1(H)  <=  Lambda  <=  (1 - p) lambda_1(H) + p max_i lambda_1(H_i),

and for single samples, p = 1, also Lambda >= min_i lambda_min(X_i X_i^T): the cone of tuples of positive
semidefinite k x k matrices carries the same operator.  The trace tr H_i would be a bound from above
too, but no mean over the samples is.  Proved for every n, B, dimension and number of outputs.
"""

from sympy import Matrix, Rational, symbols

from numerics.stability import largest_curvature, sampling_factor
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.threshold import mean_hessian

Lambda, single = symbols("Lambda single", positive=True)       # measured: at the case's p; at p = 1
lam, peak = symbols("lam peak", positive=True)                 # lambda_1(H); largest lambda_1(H_i)
low = symbols("low", nonnegative=True)                         # least lambda_min(X_i X_i^T)
p = symbols("p", nonnegative=True)
u, v, q = symbols("u v q", nonnegative=True)

theorem = Theorem("eigenvalues bound SGD's curvature",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, bounds added here"),
                  assumes=(p <= 1, lam <= peak))


@theorem.data
def eigenvalues(case):
    factor = sampling_factor(len(case.samples), case.batch, case.drawn == "with replacement")
    outer = [(Matrix(rows)*Matrix(rows).T).eigenvals() for rows in case.samples]
    return {lam: max(mean_hessian(case.samples).eigenvals()), peak: max(map(max, outer)), low: min(map(min, outer)),
            p: Rational(factor.numerator, factor.denominator)}


between = theorem.claim(
    "between gradient descent's curvature and a mixture of the largest",
    (Lambda >= lam, Lambda <= (1 - p)*lam + p*peak, single >= low, single >= lam),
    false={
        "gradient descent's curvature": (Lambda >= lam, Lambda <= lam, single >= low, single >= lam),
        "the largest sample": (Lambda >= peak, Lambda <= (1 - p)*lam + p*peak, single >= low, single >= lam),
        "the largest sample from below": (Lambda >= lam, Lambda <= (1 - p)*lam + p*peak, single >= peak, single >= lam),
    },
)


@between.proof
def by_test_matrices(below, above, least, alone):
    """v v^T with H v = lambda_1 v; the identity; and (I, ..., I) in the cone of tuples."""
    yield cited("C^-1 D keeps the cone of positive semidefinite S and is self-adjoint for <S, C S>, so <S, D S>/<S, C S> "
                "<= Lambda for every S, and D(S) <= t C(S), S > 0, gives Lambda <= t")
    yield nonnegative(((1 - p)*lam**2 + p*q)/lam - below.gts.subs(Lambda, lam) + lam - below.lts,
                      "S = v v^T, as q = mean (v^T H_i v)^2 is at least its mean's square", given=(q >= lam**2,))
    yield nonnegative(q/lam - alone.gts.subs(single, lam) + lam - alone.lts, "and at p = 1", given=(q >= lam**2,))
    yield nonnegative(above.rhs - (1 - p)*u - p*v, "D(I) = (1 - p) H^2 + p mean H_i^2 is at most that multiple of C(I) = H",
                      given=(u <= lam, v <= peak))
    yield cited("Q_j -> mean_i X_j C^-1(X_i^T Q_i X_i) X_j^T keeps the cone of tuples of positive semidefinite matrices, has the "
                "nonzero eigenvalues of C^-1 M, and a tuple Q > 0 mapped to at least t Q gives Lambda >= t")
    yield zero(2*u/(u + u) - 1, "(I, ..., I) goes to (X_j X_j^T): C^-1 divides H by (u + u)/2 in each eigenvalue u", given=(u > 0,))
    yield nonnegative(v - least.rhs, "and no X_j X_j^T is below its least eigenvalue", given=(v >= low,))


@between.enclosure
def curvatures(lab):
    """Top of C^-1 D by the rational operators; enclosed."""
    factor = sampling_factor(len(lab.samples), lab.batch, lab.drawn == "with replacement")
    return {Lambda: largest_curvature(lab.samples, factor), single: largest_curvature(lab.samples)}


half, third = Rational(1, 2), Rational(1, 3)
outputs = [[(1, 0), (0, 1)], [(1, 1), (half, -half)]]
theorem.case("three samples", samples=[[(1, half)], [(-third, 2)], [(half, half/2)]], batch=Each((1, 2)), drawn="without")
theorem.case("three axes", samples=[[(2, 0)], [(0, 1)], [(0, 2)]], batch=Each((1, 2, 3)), drawn="without")
theorem.case("two outputs", samples=outputs, batch=Each((1, 2)), drawn="with replacement")
theorem.case("two axes", samples=[[(1, 0)], [(0, 1)]], batch=2, drawn="without")
theorem.case("one sample", samples=[[(2, 0), (0, 3)]], batch=2, drawn="with replacement")
theorem.case("one sample, equal outputs", samples=[[(half, 0), (0, half)]], batch=1, drawn="with replacement")
