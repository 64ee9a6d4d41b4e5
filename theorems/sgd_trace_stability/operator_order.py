"""Single samples do not make SGD's second-moment operator larger in every direction.

Statement.  D_p = (1 - p) HSH + p mean H_i S H_i.  Although the top eigenvalue of C^-1 D_p grows with p,
D_1 - D_0 is not positive semidefinite: for H_1 = h e_1 e_1^T and H_2 = h e_2 e_2^T it has the eigenvalues
h^2/4 (on diagonal S) and -h^2/4 (on off-diagonal S).  So monotonicity must be argued on positive
semidefinite test matrices.  An exact counterexample for each h.
"""

from sympy import Eq, Matrix, Rational, symbols

from theorems import Source, Theorem, zero

most, least = symbols("most least", real=True)                 # measured: extreme eigenvalues of D_1 - D_0
h = symbols("h", positive=True)
x, y, z = symbols("x y z", real=True)

theorem = Theorem("single samples do not enlarge the operator itself",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Proposition 1, a shorter argument that fails"))


@theorem.data
def size(case):
    return {h: case.length**2}


both_signs = theorem.claim(
    "the difference of the operators has eigenvalues of both signs",
    (Eq(most, h**2/4), Eq(least, -h**2/4)),
    false={
        "positive semidefinite": (Eq(most, h**2/4), least >= 0),
        "positive semidefinite and twice as large": (Eq(most, h**2/2), Eq(least, 0*h)),
    },
)


@both_signs.proof
def on_diagonal_and_off_diagonal_matrices(largest, smallest):
    """On diagonal S the operator multiplies by h^2/4, on off-diagonal S by -h^2/4."""
    first, second = Matrix([[h, 0], [0, 0]]), Matrix([[0, 0], [0, h]])
    H = (first + second)/2
    difference = lambda S: (first*S*first + second*S*second)/2 - H*S*H
    diagonal, off = Matrix([[x, 0], [0, y]]), Matrix([[0, z], [z, 0]])
    yield zero(difference(diagonal) - largest.rhs*diagonal, "diagonal matrices")
    yield zero(difference(off) - smallest.rhs*off, "off-diagonal matrices")


@both_signs.enclosure
def extreme_eigenvalues(lab):
    """Of D_1 - D_0 on the entries S_11, S_22, S_12 of symmetric matrices."""
    first, second = Matrix([[lab.length**2, 0], [0, 0]]), Matrix([[0, 0], [0, lab.length**2]])
    H, basis = (first + second)/2, [Matrix([[1, 0], [0, 0]]), Matrix([[0, 0], [0, 1]]), Matrix([[0, 1], [1, 0]])]
    images = [(first*S*first + second*S*second)/2 - H*S*H for S in basis]
    found = Matrix([[image[0, 0] for image in images], [image[1, 1] for image in images],
                    [image[0, 1] for image in images]]).eigenvals()
    return {most: max(found), least: min(found)}


theorem.case("unit vectors", length=1)
theorem.case("shorter", length=Rational(2, 3))
theorem.case("longer", length=3)
