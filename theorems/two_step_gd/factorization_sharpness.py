"""Sharpness at the minimisers of matrix factorisation, and growth off them beyond the edge.

Statement.  At every global minimiser of |Y Z' - C|_F^2/2 the largest Hessian eigenvalue is

    |Y|_2^2 + |Z|_2^2      (operator norms),

for all shapes, also when the inner dimension is below the rank of C.  At (alpha X_0, X_0/alpha) that is
sigma_1^2 (alpha^2 + 1/alpha^2), at least 2 sigma_1^2: the step size 1/sigma_1^2 is the edge of the flattest
minimiser.  With step size K/sigma_1^2 the top mode grows there by the factor K (alpha^2 + 1/alpha^2) - 1 >= 2K - 1 per
step, so beyond K = 1 no minimiser attracts; descent surrounds them.
"""

from sympy import Eq, Ge, Gt, Matrix, Rational, symbols

from numerics import balls
from numerics.factor_gradients import asymmetric, diagonal, entries_of, times, transposed, turned
from numerics.polynomial_maps import cycle_jacobian, jacobian, rational
from numerics.steps import descent
from theorems import Source, Theorem, nonnegative, zero

sharpness, growth = symbols("sharpness growth", real=True)      # measured: largest Hessian eigenvalue; factor per step
p, q, P, Q = symbols("p q P Q", positive=True)                  # |Y|_2^2, |Z|_2^2; squared Frobenius norms
K, A = symbols("K A", positive=True)                            # eta sigma_1^2; alpha^2
y, z, a, b, c = symbols("y z a b c", positive=True)

theorem = Theorem(
    "sharpness of matrix factorisation",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="section 6 of the ICLR 2023 submission, re-derived"),
)


@theorem.data
def norms(case):
    """Factors are given by singular values, the first being the largest."""
    if "alpha" in case.data:
        return {K: case.K, A: Rational(case.alpha)**2}
    squares = [[Rational(value)**2 for value in values] for values in (case.left, case.right)]
    return {p: max(squares[0]), q: max(squares[1]), P: sum(squares[0]), Q: sum(squares[1])}


sharpest = theorem.claim(
    "largest Hessian eigenvalue at a global minimiser",
    Eq(sharpness, p + q),
    false={"Frobenius norms": Eq(sharpness, P + Q), "as if balanced": Eq(sharpness, 2*p),
           "difference of squares forgotten": Eq(sharpness, 2*q)},
)


@sharpest.proof(scope="all shapes")
def by_blocks_of_two(claimed):
    """In singular frames Y, Z are diagonal and the Hessian couples Y_ij with Z_ji only.

    The block's eigenvalues are 0 and y_i^2 + z_j^2, the largest for the two largest.  If the inner dimension is
    too small, the left-out singular value c <= y z of C couples Y_i1 with Z_i1, i beyond it.
    """
    moves = symbols("m1:9", real=True)
    here = [a, 0, 0, y, b, 0, 0, z]
    moved = descent(asymmetric(diagonal((a*b, y*z), (2, 2))), 1)(tuple(u + v for u, v in zip(here, moves)))
    hessian = (Matrix.eye(8) - Matrix(moved).jacobian(moves)).subs(dict.fromkeys(moves, 0))
    block = hessian.extract([1, 6], [1, 6])
    yield zero(block.det(), "one eigenvalue is 0")
    yield zero(block.trace() - a**2 - z**2, "the other is y_i^2 + z_j^2")
    yield nonnegative((claimed.rhs - a**2 - z**2), "which is largest", given=(p >= a**2, q >= z**2))
    yield zero(claimed.rhs.subs({p: a**2, q: z**2}) - a**2 - z**2, "for the two largest")
    narrow = descent(asymmetric(diagonal((y*z, c), (2, 2))), 1)((y, moves[1], z, moves[3]))
    extra = (Matrix.eye(2) - Matrix([narrow[1], narrow[3]]).jacobian([moves[1], moves[3]])).subs(dict.fromkeys(moves, 0))
    yield zero(extra.trace() - y**2 - z**2, "left-out directions: the same trace")
    yield nonnegative(extra.det(), "and no negative eigenvalue", given=(y*z >= c,))


@sharpest.enclosure
def from_one_step(lab):
    """One step of size 1 has the Jacobian I - H; it is measured exactly, its smallest eigenvalue enclosed."""
    left, right = rational(lab.left), rational(lab.right)
    shape = (lab.n, len(left))
    factors = [turned(diagonal(values, shape), angle) for values, angle in
               ((left, rational(lab.angles[0])), (right, rational(lab.angles[1])))]
    residual = times(turned(diagonal(rational(lab.left_out), (lab.n, lab.n)), rational(lab.angles[0])),
                     transposed(turned(diagonal((rational(1),)*lab.n, (lab.n, lab.n)), rational(lab.angles[1]))))
    target = [tuple(u + v for u, v in zip(*pair)) for pair in zip(times(factors[0], transposed(factors[1])), residual)]
    step = descent(asymmetric(target), rational(1))
    found = jacobian(lab.iterate, step, entries_of(factors[0]) + entries_of(factors[1]), degree=3)
    return 1 - balls.eigenvalues(found)[0]


growing = theorem.claim(
    "factor per step of the top mode off a quasi-symmetric minimiser",
    (Eq(growth, K*(A + 1/A) - 1), Ge(growth + 1, 2*K)),
    false={
        "above 2 K, as printed": (Eq(growth, K*(A + 1/A) - 1), Ge(growth, 2*K)),
        "without imbalance": (Eq(growth, 2*K - 1), Ge(growth + 1, 2*K)),
        "target added once": (Eq(growth, K*(A + 1/A - 1) - 1), Ge(growth + 1, 2*K)),
    },
)


@growing.proof
def by_the_curvature_at_the_start(factor, least):
    """The Jacobian of one step in (Y_11, Z_11) at (alpha, 1/alpha); its trace is 1 minus the factor."""
    moved = descent(asymmetric([(1,)]), K)((y, z))
    slopes = Matrix(moved).jacobian([y, z]).subs({y: a, z: 1/a})
    yield zero(slopes.det() - slopes.trace() + 1, "the other eigenvalue is 1")
    yield zero((1 - slopes.trace()) - factor.rhs.subs(A, a**2), "the factor")
    yield nonnegative((least.gts - least.lts).subs(growth, K*(A + 1/A) - 1), "at least its value at alpha = 1")


@growing.enclosure
def one_step_near_the_start(lab):
    """Minus the eigenvalue of one step that is not 1, in the entries (1,1)."""
    alpha, k = rational(lab.alpha), rational(lab.K)
    block = cycle_jacobian(lab.iterate, descent(asymmetric([(1,)]), k), [(alpha, 1/alpha)], degree=3)
    return 1 - block[0, 0] - block[1, 1]


half, plain, tilted, steep = Rational(1, 2), (1, 0), (Rational(3, 5), Rational(4, 5)), (Rational(5, 13), Rational(12, 13))
sharpest.case("diagonal", left=(1, half), right=(1, 1), left_out=(0, 0), n=2, angles=(plain, plain))
sharpest.case("turned, largest values apart", left=(1, 3), right=(2, Rational(1, 3)), left_out=(0, 0), n=2, angles=(tilted, steep))
sharpest.case("wide factors", left=(Rational(3, 2), 1), right=(half, half), left_out=(0, 0, 0), n=3, angles=(tilted, tilted))
sharpest.case("inner dimension too small", left=(2,), right=(Rational(3, 2),), left_out=(0, Rational(5, 2)), n=2,
              angles=(tilted, steep))
growing.case("narrow", K=Rational(1369, 1320), alpha=Rational(6, 7))
growing.case("strong imbalance", K=Rational(11, 10), alpha=Rational(3))
growing.case("no imbalance", K=Rational(21, 20), alpha=1)
growing.case("no imbalance, large step", K=3, alpha=1)

theorem.erratum(
    at="proof sketch of Theorem 4", printed="the growth factor of phase I exceeds 2 eta sigma_1^2",
    fault="the factor is K (alpha^2 + alpha^-2) - 1, for alpha = 1 and K = 21/20 it is 11/10 and not above 21/10",
    statement=Gt(K*(A + 1/A) - 1, 2*K), witness={K: Rational(21, 20), A: 1},
    repaired="the factor is at least 2 eta sigma_1^2 - 1 > 1",
)
