"""Sharpness of a diagonal linear network is a weighted norm of its parameters.

Statement.  f = sum_j a_j b_j x_j, loss (1/2n) sum_i (f(x_i) - y_i)^2 at an interpolating point, with
w_j = a_j^2 + b_j^2, beta_j = a_j b_j and S = (1/n) sum_i x_i x_i^T.  For all data the Hessian H has

    the nonzero eigenvalues of (1/n) X diag(w) X^T,    tr H = sum_j w_j S_jj.

The trace is no norm of beta, and depends on S through its diagonal only; the other coefficients of the
characteristic polynomial do not.  Written for two inputs; the trace and the Gram matrix go coordinate by
coordinate, so they hold for every number of inputs, and all holds for every number of samples.
"""

from sympy import Abs, Eq, Matrix, Poly, Rational, Tuple, diff, symbols

from theorems import Source, Theorem, zero
from theorems.sgd_stable_minima_norms.differences import diagonal_output, loss_hessian

trace = symbols("trace", nonnegative=True)                     # measured: of the loss's Hessian
c1, c2, c3, c4 = symbols("c1:5", real=True)                    # measured: its characteristic polynomial's coefficients
a1, a2, b1, b2 = symbols("a1 a2 b1 b2", real=True)
S11, S22 = symbols("S11 S22", nonnegative=True)
S12 = symbols("S12", real=True)
x1, x2, y1, y2 = symbols("x1 x2 y1 y2", real=True)             # two inputs

theorem = Theorem("sharpness of diagonal linear networks as a norm of the parameters",
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, re-derived"))


@theorem.data
def network(case):
    (p1, p2), (q1, q2) = case.a, case.b
    return {a1: p1, a2: p2, b1: q1, b2: q2, **second_moments(case.inputs)}


def second_moments(inputs):
    mean = lambda j, k: sum(x[j]*x[k] for x in inputs)/Rational(len(inputs))
    return {S11: mean(0, 0), S12: mean(0, 1), S22: mean(1, 1)}


def gradient(x):
    """The output's gradient in (a1, a2, b1, b2)."""
    return Matrix([diff(diagonal_output((a1, a2, b1, b2), x), one) for one in (a1, a2, b1, b2)])


def mean(expression):
    """The mean over all samples of a quadratic form in (x1, x2)."""
    moments = {(2, 0): S11, (1, 1): S12, (0, 2): S22}
    return sum(coefficient*moments[powers] for powers, coefficient in Poly(expression, x1, x2).terms())


value = theorem.claim(
    "the trace of the Hessian",
    Eq(trace, (a1**2 + b1**2)*S11 + (a2**2 + b2**2)*S22),
    false={
        "twice the weighted l1 norm of beta": Eq(trace, 2*(S11*Abs(a1*b1) + S22*Abs(a2*b2))),
        "the loss without its half": Eq(trace, 2*((a1**2 + b1**2)*S11 + (a2**2 + b2**2)*S22)),
        "with the inputs' correlation": Eq(trace, (a1**2 + b1**2)*S11 + (a2**2 + b2**2)*S22 + 2*a1*a2*S12),
    },
)


@value.proof
def by_the_gradients(claimed):
    """At an interpolating point H is the mean of g g^T, so tr H is the mean of |g|^2."""
    g = gradient((x1, x2))
    yield zero(g.dot(g) - (a1**2 + b1**2)*x1**2 - (a2**2 + b2**2)*x2**2, "each coordinate adds w_j x_j^2")
    yield zero(mean(g.dot(g)) - claimed.rhs, "the mean over the samples is the claim")


@value.enclosure
def by_differences(lab):
    """The loss's own second differences: no formula for the gradient."""
    hessian = loss_hessian(diagonal_output, (*lab.a, *lab.b), lab.inputs)
    return sum(hessian[k][k] for k in range(4))


spectrum = theorem.claim(
    "the Hessian's characteristic polynomial",
    Eq(Tuple(c1, c2, c3, c4),
       Tuple((a1**2 + b1**2)*S11 + (a2**2 + b2**2)*S22, (a1**2 + b1**2)*(a2**2 + b2**2)*(S11*S22 - S12**2), 0, 0)),
    false={
        "of diag(w) diag(S)": Eq(Tuple(c1, c2, c3, c4), Tuple((a1**2 + b1**2)*S11 + (a2**2 + b2**2)*S22,
                                                              (a1**2 + b1**2)*(a2**2 + b2**2)*S11*S22, 0, 0)),
        "of diag(beta) S, doubled": Eq(Tuple(c1, c2, c3, c4), Tuple(2*(a1*b1*S11 + a2*b2*S22),
                                                                    4*a1*b1*a2*b2*(S11*S22 - S12**2), 0, 0)),
    },
)


@spectrum.proof
def by_the_gram_matrix(claimed):
    """J J^T = X diag(w) X^T entry by entry, for every number of inputs; J^T J has the same nonzero eigenvalues.

    For two inputs the characteristic polynomial is computed besides, from H itself.
    """
    yield zero(gradient((x1, x2)).dot(gradient((y1, y2))) - (a1**2 + b1**2)*x1*y1 - (a2**2 + b2**2)*x2*y2,
               "the gradients' products are those of X diag(w) X^T")
    g = gradient((x1, x2))
    hessian = (g*g.T).applyfunc(lambda entry: mean(entry) if entry else entry)
    found = hessian.charpoly().all_coeffs()
    for k, side in enumerate(claimed.rhs, 1):
        yield zero((-1)**k*found[k] - side, f"the sum of the principal minors of size {k}")


@spectrum.enclosure
def characteristic_polynomial(lab):
    """Sums of the principal minors of the Hessian by differences."""
    found = Matrix(loss_hessian(diagonal_output, (*lab.a, *lab.b), lab.inputs)).charpoly().all_coeffs()
    return {symbol: (-1)**k*found[k] for k, symbol in enumerate((c1, c2, c3, c4), 1)}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("two signs", inputs=((1, 1), (1, -1)), a=(1, half), b=(2, third))
theorem.case("three inputs of different sizes", inputs=((1, 2), (-third, half), (3, Rational(1, 5))), a=(-2, half), b=(1, 3))
theorem.case("balanced but for a sign", inputs=((2, half), (-1, 3)), a=(1, -3), b=(-1, -3))
theorem.case("unbalanced where the input vanishes", inputs=((2, 0), (third, 0)), a=(half, 1), b=(-half, 4))
theorem.case("one balanced sample", inputs=((third, Rational(3, 2)),), a=(2, -half), b=(2, -half))
