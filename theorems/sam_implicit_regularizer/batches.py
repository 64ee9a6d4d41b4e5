"""Batches of more than one sample: there may be no point where all gradients are aligned.

Setting.  L_k = x'A_k x/2 for two batches; A_1 has the eigenvalues a > b > 0, A_2 is A_1 turned by an
angle with cosine p >= 0.  The gradient g_k = A_k x is aligned if it is a top eigenvector of A_k, that is
if a |g_k|^2 - g_k'A_k g_k, which is never negative, is 0.

Statement.  For every unit x the sum of these defects is at least (a - b) b^2 (1 - p), and some x attains
that.  So unless the top eigenvectors coincide (p = 1) no x != 0 has both gradients aligned, as the
argument for SAM on single samples would need.
"""

from sympy import Eq, Ge, Gt, Rational, sqrt, symbols

from numerics.steps import descent
from theorems import Source, Theorem, nonnegative, zero

defect = symbols("defect", real=True)                          # measured: sum over both batches
a, b = symbols("a b", positive=True)
p = symbols("p", nonnegative=True)
q, x1, x2, x3 = symbols("q x1 x2 x3", real=True)               # sine of the angle; the point

theorem = Theorem("no common alignment for larger batches",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Example 5.8"),
                  assumes=(a > b, p <= 1))


@theorem.data
def batches(case):
    return {a: case.top, b: case.low, p: case.turn[0]}


def slopes(top, low, turn):
    """The gradients of both batches; the top eigenvector of the second is (cosine, sine)."""
    c, s = turn
    second = lambda x, y: ((top*c**2 + low*s**2)*x + (top - low)*c*s*y, (top - low)*c*s*x + (top*s**2 + low*c**2)*y)
    return (lambda x, y: (top*x, low*y)), second


def misalignment(gradient, top, at):
    g = gradient(*at)
    return top*(g[0]**2 + g[1]**2) - sum(one*other for one, other in zip(g, gradient(*g)))


apart = theorem.claim(
    "the gradients of two batches are never aligned together",
    Ge(defect, (a - b)*b**2*(1 - p)),
    false={
        "twice": Ge(defect, 2*(a - b)*b**2*(1 - p)),
        "the other eigenvalue": Ge(defect, (a - b)*a**2*(1 - p)),
        "the square of the sine": Ge(defect, (a - b)*b**2*(1 - p**2)),
    },
)


@apart.proof(scope="two batches in the plane")
def by_completing_the_square(claimed):
    """The defects are (a - b) b^2 times the squared sines of the angles from x to the top eigenvectors."""
    unit = (Eq(q**2, 1 - p**2), Eq(x1**2, 1 - x2**2))
    whole = sum(misalignment(g, a, (x1, x2)) for g in slopes(a, b, (p, q)))
    sines = x2**2 + (p*x2 - q*x1)**2
    yield zero(whole - (a - b)*b**2*sines, "the sum of the defects", given=unit[0])
    square = p*(q*x1 - (1 + p)*x2)**2
    yield zero((1 + p)*(sines - (1 - p)) - square, "the squared sines exceed 1 - p by a square", given=unit)
    yield nonnegative(square, "which is not negative")
    yield zero(claimed.rhs - (a - b)*b**2*(1 - p), "the bound; halfway between both directions the square is 0")


@apart.enclosure
def both_defects(lab):
    """The gradients are read off unit descent steps from x; the curvature along them likewise."""
    total = 0
    for gradient in slopes(lab.top, lab.low, lab.turn):
        moved = lab.iterate(descent(gradient, 1), lab.at, 1)
        g = tuple(before - after for before, after in zip(lab.at, moved))
        total += lab.top*(g[0]**2 + g[1]**2) - sum(one*other for one, other in zip(g, gradient(*g)))
    return total


half = Rational(1, 2)
halfway = (2/sqrt(5), 1/sqrt(5))
theorem.case("halfway", top=2, low=1, turn=(Rational(3, 5), Rational(4, 5)), at=halfway)
theorem.case("halfway, another scale", top=3*half, low=Rational(1, 3), turn=(Rational(3, 5), Rational(4, 5)), at=halfway)
theorem.case("halfway, small curvatures", top=half, low=Rational(1, 3), turn=(Rational(3, 5), Rational(4, 5)), at=halfway)
theorem.case("at right angles", top=3, low=2, turn=(0*half, 1), at=(Rational(3, 5), Rational(4, 5)))
theorem.case("generic", top=5, low=half, turn=(Rational(12, 13), Rational(5, 13)), at=(Rational(4, 5), Rational(3, 5)))
theorem.case("small turn", top=2, low=1, turn=(Rational(4, 5), Rational(3, 5)), at=(3/sqrt(10), 1/sqrt(10)))

theorem.erratum(
    at="Example 5.8, quoted with 'different top eigenvectors'", printed="batches whose top eigenspaces differ have no common aligned x",
    fault="the top eigenspaces of diag(a, a, b) and diag(b, a, a) differ and meet in e2, which is aligned for both",
    statement=Gt((a - b)*b**2*(x1**2 + x3**2), 0),             # the sum of the defects
    witness={a: 2, b: 1, x1: 0, x2: 1, x3: 0}, where=(a > b, Eq(x1**2 + x2**2 + x3**2, 1)),
    repaired="batches of nonsingular A_k whose top eigenspaces meet only in 0",
)
