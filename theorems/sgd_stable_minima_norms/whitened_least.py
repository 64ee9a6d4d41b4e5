"""On whitened inputs the least sharpness over all factors of beta is twice a norm of beta.

Statement.  f = sum_j a_j b_j x_j with beta_j = a_j b_j and (1/n) sum_i x_i x_i^T = I.  At every
interpolating point, whatever the factors,

    lambda_1(H) >= 2 max |beta_j|,    |H|_F >= 2 |beta|_2,    tr H >= 2 |beta|_1,

attained together at |a_j| = |b_j|.  The norms may not be exchanged, and whitening is needed: inputs with
S = I/3 have a third of each metric.  Written for two inputs; H is a sum of commuting 2 x 2 blocks.
"""

from sympy import Eq, Ge, Matrix, Rational, symbols

from theorems import Source, Theorem, nonnegative
from theorems.sgd_stable_minima_norms.diagonal import S11, S12, S22, second_moments
from theorems.sgd_stable_minima_norms.differences import diagonal_output, loss_hessian

trace, top, square = symbols("trace top square", nonnegative=True)     # measured: tr H, lambda_1(H), |H|_F^2
r1, r2 = symbols("r1 r2", nonnegative=True)                            # |beta_j|
w1, w2 = symbols("w1 w2", nonnegative=True)                            # a_j^2 + b_j^2
defect = symbols("defect", nonnegative=True)                           # sum of the squared entries of S - I
p, q = symbols("p q", nonnegative=True)                                # |a_j| and |b_j|

theorem = Theorem("least sharpness of diagonal linear networks on whitened inputs",
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, re-derived"),
                  assumes=(Eq(defect, 0),))


@theorem.data
def network(case):
    moments = second_moments(case.inputs)
    return {r1: abs(case.a[0]*case.b[0]), r2: abs(case.a[1]*case.b[1]),
            defect: (moments[S11] - 1)**2 + 2*moments[S12]**2 + (moments[S22] - 1)**2}


least = theorem.claim(
    "over all factors of beta each metric is at least twice a norm of beta",
    (Ge(top, 2*r1), Ge(top, 2*r2), Ge(square, 4*r1**2 + 4*r2**2), Ge(trace, 2*r1 + 2*r2)),
    false={
        "the top eigenvalue above the l1 norm": (Ge(top, 2*r1 + 2*r2), Ge(top, 2*r2), Ge(square, 4*r1**2 + 4*r2**2),
                                                 Ge(trace, 2*r1 + 2*r2)),
        "twice the squared norms": (Ge(top, 2*r1), Ge(top, 2*r2), Ge(square, 8*r1**2 + 8*r2**2), Ge(trace, 2*r1 + 2*r2)),
        "the trace below": (Ge(top, 2*r1), Ge(top, 2*r2), Ge(square, 4*r1**2 + 4*r2**2), 2*r1 + 2*r2 >= trace),
    },
)


@least.proof
def by_balancing(first, second, frobenius, total):
    """w = 2 |beta| + (|a| - |b|)^2 in each coordinate, by `whitened`; p and q stand for |a| and |b|."""
    gap = lambda relation: (relation.gts - relation.lts).subs({square: w1**2 + w2**2, trace: w1 + w2})
    above = (w1 >= 2*r1, w2 >= 2*r2, top >= w1, top >= w2)
    yield nonnegative(p**2 + q**2 - 2*p*q, "each w_j is at least 2 |beta_j|, with equality if p = q")
    yield nonnegative(gap(first), "the top eigenvalue, which is at least w_1", above)
    yield nonnegative(gap(second), "and at least w_2", above)
    yield nonnegative(gap(frobenius), "the squared Frobenius norm", above)
    yield nonnegative(gap(total), "the trace", above)


@least.enclosure
def exact_metrics(lab):
    """The same with every eigenvalue exact."""
    matrix = Matrix(loss_hessian(diagonal_output, (*lab.a, *lab.b), lab.inputs))
    return {top: max(matrix.eigenvals()), square: (matrix*matrix).trace(), trace: matrix.trace()}


half, third = Rational(1, 2), Rational(1, 3)
signs, turned = ((1, 1), (1, -1)), ((Rational(7, 5), Rational(1, 5)), (Rational(1, 5), -Rational(7, 5)))
axes = ((2, 0), (0, 2), (0, 0), (0, 0))
theorem.case("signs", inputs=signs, a=(1, half), b=(2, third))
theorem.case("turned signs, second coordinate larger", inputs=turned, a=(third, -3), b=(half, 1))
theorem.case("axes, balanced", inputs=axes, a=(3, -half), b=(3, half))
theorem.case("turned, balanced, second larger", inputs=turned, a=(-third, 2), b=(third, 2))
theorem.case("one coefficient zero", inputs=signs, a=(0, third), b=(0, third))
theorem.case("both small", inputs=axes, a=(third, third), b=(third, third))
theorem.outside("a third of the second moment", breaks=Eq(defect, 0), a=(2, half), b=(2, half),
                inputs=((1, 0), (0, 1), (-1, 0), (0, -1), (0, 0), (0, 0)))
