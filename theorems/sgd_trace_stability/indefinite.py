"""The Lyapunov image of a positive definite matrix may be indefinite, and then the pencil certifies nothing.

Statement.  Two orthogonal gradients of squared lengths 2a and 2b, so H = diag(a, b), and S = [[1, s], [s, 1]] > 0, |s| < 1.
C(S) = (HS + SH)/2 has a negative eigenvalue exactly if

    s^2 (a + b)^2 > 4 a b,

which for a != b some s < 1 satisfies.  The least positive root of det(x C(S) - D(S)) = 0, single samples, is

    4 a b/(a + b + sqrt((a - b)^2 + s^2 (a + b)^2))  <=  2 min(a, b),     while Lambda = 2 max(a, b);

for an indefinite C(S) it is the only positive one, so the top of the pencil (D(S), C(S)) is no upper bound of Lambda.
Only x C(S) - D(S) >= 0 is (see `certificate`), and no x has it there.  Exact for every a, b and s.
"""

from sympy import Eq, Equivalent, Matrix, Rational, Symbol, roots, symbols

from numerics.stability import largest_curvature
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero

size, least = symbols("size least", real=True)                 # measured: the smaller eigenvalues of S and of C(S)
root, Lambda = symbols("root Lambda", positive=True)           # measured: positive root of the pencil; top of C^-1 D
a, b = symbols("a b", positive=True)
s = symbols("s", real=True)

theorem = Theorem("Lyapunov images of positive definite matrices",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, certificates added here"))


@theorem.data
def sizes(case):
    return {a: Rational(case.lengths[0])**2/2, b: Rational(case.lengths[1])**2/2, s: case.s}


def image(a, b, s):
    """C(S) for H = diag(a, b)."""
    H, S = Matrix([[a, 0], [0, b]]), Matrix([[1, s], [s, 1]])
    return (H*S + S*H)/2


sign = theorem.claim(
    "the image is indefinite exactly if the eigenvalues of H are far enough apart",
    (Equivalent(size > 0, s**2 < 1), Equivalent(least < 0, s**2*(a + b)**2 > 4*a*b)),
    false={
        "never": (Equivalent(size > 0, s**2 < 1), Equivalent(least < 0, s**2 > 1)),
        "as soon as the matrix is not diagonal": (Equivalent(size > 0, s**2 < 1), Equivalent(least < 0, s**2 > 0)),
        "as soon as the eigenvalues differ": (Equivalent(size > 0, s**2 < 1), Equivalent(least < 0, (a - b)**2 > 0)),
    },
)


@sign.proof
def by_the_determinants(whole, claimed):
    """S and C(S) = [[a, s(a + b)/2], [s(a + b)/2, b]] have positive traces: their smaller eigenvalues have their determinants' signs."""
    C, larger = image(a, b, s), Symbol("larger", positive=True)
    yield positive(C.trace(), "the trace, and that of S is 2")
    for relation, symbol, determinant in ((whole, size, 1 - s**2), (claimed, least, C.det())):
        of_sign, region = sorted(relation.args, key=lambda part: not part.has(symbol))
        apart = (of_sign.gts - of_sign.lts).subs(symbol, determinant/larger)
        yield positive(apart, "where the region says so", given=(region,))
        yield nonnegative(-apart, "and only there", given=(~region,))


@sign.enclosure
def smaller_eigenvalues(lab):
    """Of S and of C(S), by their characteristic polynomials, from the gradients."""
    one, other = (Matrix([row]).T*Matrix([row]) for row in rows(lab))
    H, S = (one + other)/2, Matrix([[1, lab.s], [lab.s, 1]])
    return {size: min(S.eigenvals()), least: min(((H*S + S*H)/2).eigenvals())}


def rows(lab):
    return (lab.lengths[0], 0), (0, lab.lengths[1])


pencil = theorem.claim(
    "the least positive root of the pencil is below Lambda",
    (Eq(root**2*(s**2*(a + b)**2 - 4*a*b) + 8*root*a*b*(a + b), 16*a**2*b**2), root <= 2*a, root <= 2*b,
     Eq((Lambda - 2*a)*(Lambda - 2*b), 0), Lambda >= root),
    false={
        "a bound of Lambda": (Eq(root**2*(s**2*(a + b)**2 - 4*a*b) + 8*root*a*b*(a + b), 16*a**2*b**2), root <= 2*a, root <= 2*b,
                              Eq((Lambda - 2*a)*(Lambda - 2*b), 0), Lambda <= root),
        "as for a diagonal matrix": (Eq((root - 2*a)*(root - 2*b), 0), root <= 2*a, root <= 2*b,
                                     Eq((Lambda - 2*a)*(Lambda - 2*b), 0), Lambda >= root),
    },
)


@pencil.proof
def by_its_quadratic(equation, first, second, top, below):
    """det(x C(S) - D(S)) with D(S) = diag(2 a^2, 2 b^2); at x = 2a and 2b it is not positive, at 0 it is."""
    C, D, x, gap = image(a, b, s), Matrix([[2*a**2, 0], [0, 2*b**2]]), root, symbols("gap", nonnegative=True)
    one, other = Matrix([[2*a, 0], [0, 0]]), Matrix([[0, 0], [0, 2*b]])
    S = Matrix([[1, s], [s, 1]])
    yield zero(((one*S*one + other*S*other)/2 - D)[0, 0], "D(S), first entry")
    yield zero(((one*S*one + other*S*other)/2 - D)[1, 1], "D(S), second entry")
    value = (x*C - D).det()
    yield zero(4*value + equation.lhs - equation.rhs, "four times the determinant, reversed")
    for relation, at in ((first, 2*a), (second, 2*b)):
        yield nonnegative(-value.subs(x, at), "no positive value there, so the least positive root is not beyond")
        yield zero(relation.gts - relation.lts - (at - root), "as claimed")
    yield positive(value.subs(x, 0), "a positive one at 0")
    known = (s**2*(a + b)**2 > 4*a*b,)
    yield positive(-C.det()*D.det(), "an indefinite C(S) has roots of two signs: the least positive one is the only one", given=known)
    yield cited("orthogonal gradients do not interact: Lambda is the largest squared length (the trace bound's upper side, and S = e_i e_i^T)")
    yield zero(top.lhs - top.rhs - (Lambda - 2*a)*(Lambda - 2*b), "2a or 2b")
    yield nonnegative(below.gts - below.lts, "which is no less than the root", given=(root <= 2*a, Lambda >= 2*a))


@pencil.enclosure
def least_root_and_curvature(lab):
    """The least positive root of the determinant, exactly; top of C^-1 D by the rational operators."""
    parts = [Matrix([row]).T*Matrix([row]) for row in rows(lab)]
    H, S, x = (parts[0] + parts[1])/2, Matrix([[1, lab.s], [lab.s, 1]]), Symbol("x")
    C, D = (H*S + S*H)/2, sum((G*S*G for G in parts), 0*S)/2
    found = [value for value in roots((x*C - D).det(), x) if value > 0]
    return {root: min(found), Lambda: largest_curvature([[row] for row in rows(lab)])}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("far apart", lengths=(1, 4), s=Each((Rational(45, 68), -Rational(325, 408))))
theorem.case("at the edge", lengths=(1, 2), s=Each((Rational(4, 5), Rational(9, 20))))
theorem.case("short and diagonal", lengths=(third, half), s=0*half)
theorem.case("equal, longer", lengths=(5, 5), s=Each((third, Rational(4, 5))))
sign.case("beside the edge", lengths=(1, 2), s=Each((Rational(5, 6), Rational(3, 4))))
sign.case("near", lengths=(3, 2), s=Each((half, -Rational(19, 20))))
sign.case("no positive definite matrix", lengths=(1, 1), s=Each((1, 2)))
