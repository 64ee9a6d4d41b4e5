"""One positive definite matrix bounds SGD's curvature from both sides.

Statement.  C(S) = (HS + SH)/2, D = (1 - p) HSH + p mean H_i S H_i, Lambda the largest eigenvalue of C^-1 D on
the range of H.  For S > 0 there,

    <S, D S>/<S, C S>  <=  Lambda,     and     x C(S) - D(S) >= 0   implies   Lambda <= x.

Both tests are exact in rationals, so one matrix encloses Lambda; at a top eigenmatrix the two meet.  The
second fails for singular S: S = e_1 e_1^T does not see another sample.  C(S) itself may be indefinite for
S > 0 (`indefinite`), so x C(S) - D(S) must be tested, not the pencil.  Proved for every n, p, dimension and outputs.
"""

from sympy import Matrix, Rational, symbols

from numerics.stability import largest_curvature
from theorems import Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.threshold import mean_hessian

Lambda = symbols("Lambda", positive=True)                      # measured
low, x = symbols("low x", positive=True)                       # <S, D S>/<S, C S>; a trial value with x C(S) - D(S) >= 0
size, room = symbols("size room", real=True)                   # least eigenvalues of S and of x C(S) - D(S)
p = symbols("p", nonnegative=True)
c, d = symbols("c d", positive=True)                          # <C Z, S>, <D Z, S> for the top eigenmatrix Z

theorem = Theorem("two-sided certificates of SGD's threshold",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, certificates added here"),
                  assumes=(size > 0, room >= 0))


@theorem.data
def forms(case):
    H, S = mean_hessian(case.samples), Matrix(case.S)
    parts = [Matrix(rows).T*Matrix(rows) for rows in case.samples]
    C, D = (H*S + S*H)/2, (1 - case.p)*H*S*H + case.p*sum((G*S*G for G in parts), 0*S)/len(parts)
    least = lambda matrix: min(matrix.eigenvals())
    return {low: (S*D).trace()/(S*C).trace(), x: case.x, size: least(S), room: least(case.x*C - D), p: case.p}


enclosed = theorem.claim(
    "the quotient is a lower bound, every passed trial value an upper one",
    (Lambda >= low, Lambda <= x),
    false={
        "the quotient is an upper bound": (Lambda >= low, Lambda <= low),
        "the trial value is a lower bound": (Lambda >= x, Lambda <= x),
    },
)


@enclosed.proof
def by_pairing_with_the_top_eigenmatrix(below, above):
    """D Z = Lambda C Z with Z >= 0: <x C(S) - D(S), Z> = (x - Lambda) <C Z, S>, and <C Z, S> = <D Z, S>/Lambda > 0."""
    yield cited("C and D are self-adjoint, D keeps the cone of positive semidefinite matrices, and Lambda is attained at some "
                "Z >= 0 with D Z = Lambda C Z; <S, D S>/<S, C S> <= Lambda for every S")
    yield nonnegative((below.gts - below.lts) - (Lambda - low), "the quotient at S")
    yield zero((x*c - d - (x - Lambda)*c).subs(d, Lambda*c), "self-adjointness moves C and D to Z")
    yield nonnegative(c*(above.gts - above.lts), "the pairing of two positive semidefinite matrices", given=((x - Lambda)*c >= 0,))


@enclosed.enclosure
def curvature(lab):
    """Top of C^-1 D by the rational operators; enclosed."""
    return largest_curvature(lab.samples, lab.p)


half, third = Rational(1, 2), Rational(1, 3)
three = [[(1, half)], [(-third, 2)], [(half, half/2)]]
unit = ((1, 0), (0, 1))
theorem.case("three samples, from the identity", samples=three, S=unit, x=Rational(37, 9), p=1)
theorem.case("three samples, closer", samples=three, S=((1, Rational(-1, 4)), (Rational(-1, 4), 2)), x=Rational(41, 10), p=1)
theorem.case("three samples, from a large matrix", samples=three, S=((100, 0), (0, 100)), x=10, p=1)
theorem.case("equal norms", samples=[[(1, 0)], [(Rational(3, 5), Rational(4, 5))]], S=unit, x=1, p=1)
theorem.case("orthogonal, short, a mixture", samples=[[(third, 0)], [(0, third)]], S=unit, x=Rational(1, 12), p=half)
theorem.case("two outputs", samples=[[(3, 0), (0, 3)]], S=unit, x=9, p=half)
theorem.outside("a singular test matrix", breaks=size > 0, samples=[[(1, 0)], [(0, 2)]], S=((1, 0), (0, 0)), x=1, p=1)
theorem.outside("a trial value too small", breaks=room >= 0, samples=[[(1, 0)], [(0, 2)]], S=unit, x=2, p=1)
