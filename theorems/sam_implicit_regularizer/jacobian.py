"""The Jacobian determinant of one step of SAM on a quadratic.

Setting.  L = x'Ax/2, g = Ax, N = |g|; mode i has the weight w_i = g_i^2/N^2, gradient descent's factor
a_i = 1 - eta l_i and SAM's factor m_i = a_i - eta rho l_i^2/N.

Statement.  On the range of A the determinant is sum_j a_j w_j prod_{i != j} m_i.  It is not the product of
the m_i: N depends on x.  Far out every m_i tends to a_i and the determinant to prod a_i, which is positive
for eta l1 < 1: so it is not identically 0, which `exceptional` uses.  Written out for rank 3.
"""

from functools import lru_cache

from sympy import Eq, Matrix, Rational, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, zero

determinant = symbols("determinant", real=True)                # measured
a, m = symbols("a1:4", real=True), symbols("m1:4", real=True)
w = symbols("w1:4", nonnegative=True)
l, X = symbols("l1:4", positive=True), symbols("X1:4", real=True)
N, eta, rho = symbols("N eta rho", positive=True)

theorem = Theorem("Jacobian determinant of SAM on quadratics",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, exceptional starts"))


@theorem.data
def factors(case):
    return factors_at(case.spectrum, case.start, case.eta, case.rho)


def factors_at(spectrum, start, eta, rho, length=None):
    """Weights and factors of the three modes."""
    steep = [k*x for k, x in zip(spectrum, start)]
    length = length or sqrt(sum(g**2 for g in steep))
    found = {}
    for i, (k, g) in enumerate(zip(spectrum, steep)):
        found |= {w[i]: g**2/length**2, a[i]: 1 - eta*k, m[i]: 1 - eta*k - eta*rho*k**2/length}
    return found


def slope(spectrum):
    return lambda *x: tuple(k*c for k, c in zip(spectrum, x))


one_step = theorem.claim(
    "Jacobian determinant of one step, rank 3",
    Eq(determinant, a[0]*w[0]*m[1]*m[2] + a[1]*w[1]*m[0]*m[2] + a[2]*w[2]*m[0]*m[1]),
    false={
        "product of the factors": Eq(determinant, m[0]*m[1]*m[2]),
        "gradient descent": Eq(determinant, a[0]*a[1]*a[2]),
        "SAM's factor for its own": Eq(determinant, m[0]*m[1]*m[2]*(w[0] + w[1] + 0*w[2])),
    },
)


@one_step.proof(scope="rank 3; the formula for a diagonal plus a matrix of rank one gives every rank")
def by_rank_one(claimed):
    """The derivative is diag(m) plus a matrix of rank one, from the derivative of 1/N; here the step is run on symbols."""
    put = claimed.rhs.subs(factors_at(l, X, eta, rho, N), simultaneous=True)
    yield zero(whole() - put, "determinant of the derivative of the step", given=(Eq(N**2, sum((k*x)**2 for k, x in zip(l, X))),))


@lru_cache(maxsize=None)
def whole():
    moved = sam(slope(l), eta, rho)(X)
    root = sqrt(sum((k*x)**2 for k, x in zip(l, X)))
    return Matrix([[part.diff(x) for x in X] for part in moved]).subs(root, N).det(method="berkowitz")


@one_step.enclosure
def derivative(lab):
    """The step on a symbolic point, differentiated and then put in."""
    moved = lab.iterate(sam(slope(lab.spectrum), lab.eta, lab.rho), X, 1)
    return Matrix([[part.diff(x) for x in X] for part in moved]).subs(dict(zip(X, lab.start))).det()


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("integer gradient", spectrum=(3, 2, 1), start=(third, 1, 2), eta=Rational(1, 7), rho=half)
theorem.case("other scale", spectrum=(2, half, third), start=(1, 8, 24), eta=half, rho=third)
theorem.case("overshooting", spectrum=(5, 2, 1), start=(Rational(2, 5), 3, -9), eta=third, rho=2*third)
