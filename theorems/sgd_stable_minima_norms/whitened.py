"""On whitened inputs each sharpness metric of a diagonal linear network is one norm.

Statement.  f = sum_j a_j b_j x_j with w_j = a_j^2 + b_j^2 and (1/n) sum_i x_i x_i^T = I.  At every
interpolating point the Hessian H has

    lambda_1 = max w_j,    |H|_F = |w|_2,    tr H = |w|_1.

The norms may not be exchanged, w is not 2 |beta| before balancing (see `whitened_least`), and whitening
is needed: inputs uniform on [-1, 1] have S = I/3 and a third of each metric.
Written for two inputs: H is a sum of commuting 2 x 2 blocks, one per input, for every number of them.
"""

from sympy import Eq, Matrix, Max, Rational, symbols

from numerics.balls import ball_matrix, eigenvalues
from theorems import Source, Theorem, nonnegative, zero
from theorems.sgd_stable_minima_norms.diagonal import S11, S12, S22, a1, a2, b1, b2, gradient, mean, second_moments, x1, x2
from theorems.sgd_stable_minima_norms.differences import diagonal_output, loss_hessian

trace, top, square = symbols("trace top square", nonnegative=True)     # measured: tr H, lambda_1(H), |H|_F^2
w1, w2 = symbols("w1 w2", nonnegative=True)                            # a_j^2 + b_j^2
r1, r2 = symbols("r1 r2", nonnegative=True)                            # |beta_j|
defect = symbols("defect", nonnegative=True)                           # sum of the squared entries of S - I

theorem = Theorem("sharpness of diagonal linear networks on whitened inputs",
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, re-derived"),
                  assumes=(Eq(defect, 0),))


@theorem.data
def network(case):
    moments = second_moments(case.inputs)
    return {w1: case.a[0]**2 + case.b[0]**2, w2: case.a[1]**2 + case.b[1]**2,
            r1: abs(case.a[0]*case.b[0]), r2: abs(case.a[1]*case.b[1]),
            defect: (moments[S11] - 1)**2 + 2*moments[S12]**2 + (moments[S22] - 1)**2}


metrics = theorem.claim(
    "top eigenvalue, squared Frobenius norm and trace of the Hessian",
    (Eq(top, Max(w1, w2)), Eq(square, w1**2 + w2**2), Eq(trace, w1 + w2)),
    false={
        "the top eigenvalue is the sum": (Eq(top, w1 + w2), Eq(square, w1**2 + w2**2), Eq(trace, w1 + w2)),
        "the trace is the maximum": (Eq(top, Max(w1, w2)), Eq(square, w1**2 + w2**2), Eq(trace, Max(w1, w2))),
        "norms of beta, doubled": (Eq(top, 2*Max(r1, r2)), Eq(square, 4*r1**2 + 4*r2**2), Eq(trace, 2*r1 + 2*r2)),
    },
)


@metrics.proof
def by_blocks(largest, frobenius, total):
    """H is block-diagonal in the pairs (a_j, b_j) with characteristic polynomials x (x - w_j)."""
    g, x = gradient((x1, x2)), symbols("x", real=True)
    white = {S11: 1, S22: 1, S12: 0}
    h = (g*g.T).applyfunc(lambda entry: mean(entry).subs(white) if entry else entry)
    one, other = (a1**2 + b1**2, a2**2 + b2**2)
    for j in (0, 1):
        block = h[[j, j + 2], [j, j + 2]]
        polynomial = x**2 - block.trace()*x + block.det()
        yield zero(polynomial - x*(x - (one, other)[j]), "a block's eigenvalues are 0 and w_j")
    yield zero(h[[0, 2], [1, 3]], "no entry joins the blocks")
    yield zero((largest.rhs - w1)*(largest.rhs - w2), "the claimed top eigenvalue is one of the w_j")
    yield nonnegative(largest.rhs - w1, "and the other is no larger")
    yield nonnegative(largest.rhs - w2, "whichever it is")
    yield zero((h*h).trace() - frobenius.rhs.subs({w1: one, w2: other}), "the squared Frobenius norm")
    yield zero(h.trace() - total.rhs.subs({w1: one, w2: other}), "the trace")


@metrics.enclosure
def from_the_loss(lab):
    """The loss's own second differences, their trace, squares and enclosed top eigenvalue."""
    table = loss_hessian(diagonal_output, (*lab.a, *lab.b), lab.inputs)
    matrix = Matrix(table)
    return {top: eigenvalues(ball_matrix(table))[-1], square: (matrix*matrix).trace(), trace: matrix.trace()}


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
