"""The rational matrix behind SGD's threshold: nonnegative, with the squared gradient norms as row sums.

Statement.  Sample i has Hessian g_i g_i^T, s_i = |g_i|^2, H is their mean, C(S) = (HS + SH)/2 and
M(S) = mean g_i g_i^T S g_i g_i^T.  The n x n matrix A_ji = g_j.C^-1(g_i g_i^T) g_j/n is symmetric, has no
negative entry, and

    A 1 = s,     1.A 1/n = tr H,     tr A^2 = tr (C^-1 M)^2,

and the nonzero spectrum of C^-1 M.  For rational gradients it is rational, so Lambda is an algebraic number.  In an eigenbasis of H, with y_i
the coordinates of g_i, A_ji = (1/n) sum_kl 2 y_jk y_ik y_il y_jl/(lambda_k + lambda_l)
= (2/n) int_0^oo (g_i.e^(-sH) g_j)^2 ds.  For q > 0 the least and the largest of the (A q)_i/q_i enclose Lambda;
a component q_i = 0 may not be left out.  Proved for every n and dimension.
"""

from sympy import Eq, Rational, diff, exp, symbols

from numerics.balls import exact_value
from numerics.stability import curvature_operator, largest_curvature, sample_matrix
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.samples import dot

row, total, square, operators, least = symbols("row total square operators least", real=True)  # measured
asymmetry = symbols("asymmetry", real=True)                    # measured: sum (A_ij - A_ji)^2
Lambda = symbols("Lambda", positive=True)                      # measured: top of C^-1 M
lowest, highest, smallest = symbols("lowest highest smallest", nonnegative=True)   # of the (A q)_i/q_i with q_i > 0; of the q_i
s, trace = symbols("s trace", positive=True)                   # |g_j|^2 of the chosen sample; tr H
n = symbols("n", integer=True, positive=True)
u, v, w = symbols("u v w", positive=True)                      # eigenvalues of H; time
y, z, a, b = symbols("y z a b", real=True)                     # coordinates of g_j and of g_i, in two directions

theorem = Theorem("the rational matrix of SGD's threshold",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, a smaller matrix found here"),
                  assumes=(smallest > 0,))


@theorem.data
def lengths(case):
    size = [dot(row, row) for row in case.gradients]
    A, q = sample_matrix([[one] for one in case.gradients]), case.q
    ratios = [exact_value(sum(x*y for x, y in zip(row, q)))/q[i] for i, row in enumerate(A) if q[i]]
    return {s: size[case.sample], trace: sum(size)/Rational(len(size)), n: len(size),
            lowest: min(ratios), highest: max(ratios), smallest: min(q)}


sums = theorem.claim(
    "row sums, total, squares, no negative entry",
    (Eq(row, s), Eq(total, n*trace), Eq(square, operators), least >= 0, Eq(asymmetry, 0)),
    false={
        "the mean in every row": (Eq(row, trace), Eq(total, n*trace), Eq(square, operators), least >= 0, Eq(asymmetry, 0)),
        "normalised twice": (Eq(row, s/n), Eq(total, trace), Eq(square, operators), least >= 0, Eq(asymmetry, 0)),
    },
)


@sums.proof
def in_an_eigenbasis(rows, whole, squares, entries, symmetric):
    """A = V* C^-1 V with V q = mean-weighted sum of q_i g_i g_i^T, M = V V*: so A is symmetric and shares its spectrum.

    (1/n) sum_i y_ik y_il is lambda_k for k = l, else 0; nonnegative entries: two directions of H.
    """
    H = symbols("H", commutative=False)
    yield zero((H*1 + 1*H)/2 - H, "C(I) = H, so C^-1(H) is the projection to the range")
    yield zero(2*u/(u + u) - 1, "the sum over i leaves the terms k = l")
    yield zero(rows.lhs - rows.rhs - (row - s), "row j sums to |g_j|^2")
    yield zero(whole.lhs - whole.rhs - (total - n*trace), "and all rows to n tr H")
    first, second, mixed = y**2*a**2/u, z**2*b**2/v, 4*y*z*a*b/(u + v)
    integral = -(first*exp(-2*u*w) + second*exp(-2*v*w) + mixed*exp(-(u + v)*w))
    yield zero(diff(integral, w) - 2*(y*a*exp(-u*w) + z*b*exp(-v*w))**2, "an antiderivative of 2 (g_i.e^(-wH) g_j)^2")
    yield zero(-integral.subs(w, 0) - first - second - mixed, "which integrates from 0 to oo to n A_ji")
    yield nonnegative((y*a*exp(-u*w) + z*b*exp(-v*w))**2, "the integrand is a square")
    yield zero(entries.gts - entries.lts - least, "so is no entry negative")
    yield cited("tr (V* C^-1 V)^2 = tr (C^-1 V V*)^2")
    yield zero(squares.lhs - squares.rhs - (square - operators), "the squares")
    yield zero(symmetric.lhs - symmetric.rhs - asymmetry, "symmetry")


@sums.enclosure
def entry_by_entry(lab):
    """The matrix from its definition in rationals, and the operator C^-1 M."""
    A, size = sample_matrix([[one] for one in lab.gradients]), range(len(lab.gradients))
    K = curvature_operator([[one] for one in lab.gradients])
    squared = exact_value(sum((K*K)[i, i] for i in range(K.nrows())))
    return {row: sum(A[lab.sample]), total: sum(map(sum, A)), square: sum(A[i][j]*A[j][i] for i in size for j in size),
            operators: squared, least: min(map(min, A)), asymmetry: sum((A[i][j] - A[j][i])**2 for i in size for j in size)}


enclosed = theorem.claim(
    "ratios of a positive vector enclose the curvature",
    (Lambda >= lowest, Lambda <= highest, Lambda >= trace),
    false={
        "the lowest is an upper bound": (Lambda >= lowest, Lambda <= lowest, Lambda >= trace),
        "the highest is a lower bound": (Lambda >= highest, Lambda <= highest, Lambda >= trace),
    },
)


@enclosed.proof
def by_the_top_eigenvector(below, above, mean):
    """A z = Lambda z with z >= 0: z.Aq = Lambda z.q by symmetry, and lowest q <= Aq <= highest q with z.q > 0."""
    zq, paired = symbols("zq paired", positive=True)           # z.q; z.Aq
    yield cited("Perron and Frobenius: a symmetric matrix without negative entries has a top eigenvector z >= 0")
    yield nonnegative(below.gts - below.lts, "from below", given=(Eq(paired, Lambda*zq), paired >= lowest*zq))
    yield nonnegative(above.gts - above.lts, "from above", given=(Eq(paired, Lambda*zq), paired <= highest*zq))
    yield cited("q.Aq <= Lambda q.q for every q; and 1.A 1 = n tr H (`sums`)")
    yield zero(n*(mean.gts - mean.lts) - (n*Lambda - n*trace), "q = 1")


@enclosed.enclosure
def curvature(lab):
    """Top of C^-1 M by the rational operators; enclosed."""
    return largest_curvature([[one] for one in lab.gradients])


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("three samples", gradients=[(1, half), (-third, 2), (half, half/2)], sample=Each((0, 1, 2)), q=(1, 60, 1))
theorem.case("fewer samples than parameters", gradients=[(1, half, 0), (2, -1, third)], sample=Each((0, 1)), q=(1, 1))
theorem.case("parallel", gradients=[(1,), (half,), (-third,)], sample=2, q=(9, 9*half/2, 1))
theorem.case("orthogonal and long", gradients=[(3, 0), (0, 2)], sample=1, q=(1, 2))
theorem.case("equal norms", gradients=[(1, 0), (Rational(3, 5), Rational(4, 5))], sample=0, q=(2, 2))
enclosed.case("short and equal", gradients=[(third, 0), (0, third)], sample=0, q=(5, 1))
enclosed.outside("a component left out", breaks=smallest > 0, gradients=[(1, 0), (0, 2)], sample=0, q=(1, 0))
