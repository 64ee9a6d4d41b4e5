"""Ball matrices: linear systems, definiteness, and all eigenvalues, multiple ones included.

A ball matrix is a table of balls, exact numbers or both (rows, a SymPy matrix or an arb_mat);
what is said holds for every matrix with entries in the balls.
"""

import numpy as np
from flint import acb, acb_mat, arb, arb_mat

from numerics.balls.arithmetic import Undecided, ball, text

SWEEPS = 8
SCHUR_SCALES = (0, 8, 16, 24, 32)           # powers of 2 that shrink a Schur form's upper part


def ball_matrix(rows):
    """An arb_mat from rows of exact numbers or balls, a SymPy matrix or an arb_mat."""
    if isinstance(rows, arb_mat):
        return rows
    rows = rows.tolist() if hasattr(rows, "tolist") else rows
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, (list, tuple)) for row in rows):
        raise TypeError(f"a matrix is a list of rows, not {type(rows).__name__} {rows!r}"[:200])
    if len(set(map(len, rows))) > 1:
        raise ValueError(f"the rows of a matrix have one length, not {sorted(set(map(len, rows)))}")
    return arb_mat([[ball(x) for x in row] for row in rows])


def solve(matrix, right):
    """Balls round the solution x of A x = b, for every A in `matrix` (n, n) and b in `right` (n).

    Error: enclosed; also proves that every A is regular.  Raises: Undecided if that fails.
    """
    if not isinstance(right, (list, tuple)):
        raise TypeError(f"the right-hand side is a list of numbers, not {type(right).__name__}")
    matrix, right = _square(matrix), [ball(x) for x in right]
    if len(right) != matrix.nrows():
        raise ValueError(f"{matrix.nrows()} equations need as many right-hand sides, not {len(right)}")
    try:
        return matrix.solve(arb_mat(len(right), 1, right)).entries()
    except ZeroDivisionError:
        raise Undecided("the matrix is singular, or not shown to be regular: smaller balls or more "
                        "precision may decide") from None


def is_positive_definite(matrix):
    """True if every symmetric matrix in the ball matrix is positive definite, False if none is.

    By pivots of L D L' (the leading minors' quotients).  None if undecided.
    Raises: ValueError if the matrix is not symmetric.
    """
    rows = _symmetric(matrix).tolist()
    for k in range(len(rows)):
        pivot = rows[k][k]
        if not pivot > 0:
            return False if pivot <= 0 else None
        for i in range(k + 1, len(rows)):
            factor = rows[i][k]/pivot
            for j in range(k + 1, i + 1):
                rows[i][j] = rows[j][i] = rows[i][j] - factor*rows[j][k]
    return True


def eigenvalues(matrix):
    """Balls round all eigenvalues of a symmetric ball matrix (n, n), in ascending order.

    For every symmetric A in `matrix` the k-th smallest eigenvalue, counted with multiplicity,
    lies in ball k; clusters and multiple eigenvalues are no obstacle.  With X nearly orthogonal
    and D diagonal, e = |X'AX - D| and f = |X'X - I| < 1 in the maximum row sum,
        lambda_k(A) in (d_k +/- e)/(1 +/- f)      (Ostrowski; Weyl).
    X comes from floats, refined by Jacobi rotations to the working precision; the bound does not
    depend on how.  Error: enclosed.  Cost: O(n^3) per sweep; 0.3 s for n = 30.
    Raises: ValueError if not symmetric, Undecided if X is not shown to be regular.
    Source: Horn and Johnson, Matrix Analysis, theorems 4.3.1 and 4.5.9.
    """
    matrix = _symmetric(matrix)
    basis = _diagonalising(matrix)
    turned = basis.transpose()*matrix*basis
    approximate = [turned[k, k].mid() for k in range(turned.nrows())]
    off_diagonal = norm(turned - _diagonal(approximate))
    defect = norm(basis.transpose()*basis - _diagonal([1]*len(approximate)))
    if not defect < 1:
        raise Undecided("the approximate eigenvectors are not shown to be independent")
    stretch = arb(1, defect)
    return tuple(arb(d, off_diagonal)/stretch for d in sorted(approximate, key=_Exact))


def eigenvalues_general(matrix):
    """Complex balls (acb) round all eigenvalues of a ball matrix (n, n), with multiplicity.

    For every matrix in the balls its n eigenvalues can be numbered so that number k lies in
    ball k.  Simple eigenvalues are isolated by FLINT; otherwise Gershgorin discs in an
    approximate eigenvector or Schur basis, where each of k overlapping discs is replaced by the
    hull of all k (continuity: together they hold k eigenvalues).  An isolated eigenvalue of a
    real matrix whose ball meets the real axis is real, and its imaginary part is then exactly 0.
    Error: enclosed; about 1e-15 relative in the fallback, its square root for defective matrices.
    Raises: Undecided if no basis is shown to be regular.
    """
    matrix = _square(matrix)
    try:
        found = acb_mat(matrix).eig()
    except ValueError:
        found = _gershgorin(matrix)
    return tuple(sorted((_real_if_isolated(z, found) for z in found),
                        key=lambda z: (float(z.real.mid()), float(z.imag.mid()))))


def norm(matrix):
    """The largest row sum of |entries|, rounded up: bounds every eigenvalue's size, and the
    Euclidean norm if the matrix is symmetric."""
    worst = arb(0)
    for row in ball_matrix(matrix).tolist():
        worst = worst.max(sum((x.abs_upper() for x in row), arb(0)).upper())
    return worst


def contraction(jacobians, basis):
    """|B^-1 J_t ... J_1 B| in the maximum row sum, an upper bound as an exact ball.

    For balls J_k round the Jacobians of the successive maps (k = 1 acts first) and a fixed regular
    B: if the bound is below 1 the composition contracts in the norm |B^-1 x|_max.
    Assumes: each J_k encloses the slopes over a convex set that holds what the maps before made.
    """
    basis = ball_matrix(basis)
    product = basis
    for jacobian in jacobians:
        product = ball_matrix(jacobian)*product
    try:
        return norm(basis.inv()*product)
    except ZeroDivisionError:
        raise Undecided("the basis is singular, or not shown to be regular") from None


class _Exact:
    """Sorts exact balls by value."""

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return bool(self.value < other.value)


def _square(matrix):
    matrix = ball_matrix(matrix)
    if matrix.nrows() != matrix.ncols() or not matrix.nrows():
        raise ValueError(f"a square matrix is needed, not {matrix.nrows()} x {matrix.ncols()}")
    for x in matrix.entries():
        if not x.is_finite():
            raise Undecided("an entry of the matrix is unbounded or undefined")
    return matrix


def _symmetric(matrix):
    matrix = _square(matrix)
    for i in range(matrix.nrows()):
        for j in range(i):
            if not matrix[i, j].overlaps(matrix[j, i]):
                raise ValueError(f"the matrix is not symmetric: entry [{i}][{j}] is "
                                 f"{text(matrix[i, j])}, entry [{j}][{i}] is {text(matrix[j, i])}")
    return matrix


def _diagonal(values):
    return arb_mat([[v if i == j else 0 for j in range(len(values))] for i, v in enumerate(values)])


def _floats(matrix):
    return np.array([[float(x.mid()) for x in row] for row in matrix.tolist()])


def _diagonalising(matrix):
    """Approximate orthonormal eigenvectors as exact columns, to the working precision."""
    middle = matrix.mid()
    basis = _from_floats(_float_eigenvectors(_floats(middle)))
    for _ in range(SWEEPS):
        basis = _orthonormal(basis)
        turned = basis.transpose()*matrix*basis
        off = [abs(turned[i, j].mid()) for i in range(turned.nrows()) for j in range(i)]
        noise = sum((x.rad() for x in turned.entries()), arb(0))
        if not sum(off, arb(0)) > noise:
            break
        basis = (basis*_rotations(turned.mid())).mid()
    return basis


def _float_eigenvectors(middle):
    if not np.isfinite(middle).all():
        return np.eye(len(middle))
    return np.linalg.eigh((middle + middle.T)/2)[1]


def _from_floats(table):
    return arb_mat([[arb(float(x)) for x in row] for row in table])


def _orthonormal(basis):
    """Newton's iteration X (3 I - X'X)/2, which squares the defect: two steps."""
    three = _diagonal([3]*basis.nrows())
    for _ in range(2):
        basis = (basis*(three - basis.transpose()*basis)*arb((1, -1))).mid()
    return basis


def _rotations(turned):
    """The product of one sweep of Jacobi rotations that diagonalise `turned`, approximately."""
    n = turned.nrows()
    rows, product = turned.tolist(), _diagonal([1]*n).tolist()
    for p in range(n):
        for q in range(p + 1, n):
            if not rows[p][q].is_zero():
                c, s = _rotation(rows[p][p], rows[q][q], rows[p][q])
                _turn_columns(rows, p, q, c, s)
                _turn_rows(rows, p, q, c, s)
                _turn_columns(product, p, q, c, s)
    return arb_mat(product).mid()


def _rotation(a, d, b):
    """Cosine and sine that annihilate b in [[a, b], [b, d]]."""
    theta = ((d - a)/(2*b)).mid()
    t = (1/(abs(theta) + (theta*theta + 1).sqrt())).mid()
    t = -t if theta < 0 else t
    c = (1/(t*t + 1).sqrt()).mid()
    return c, (t*c).mid()


def _turn_columns(rows, p, q, c, s):
    for row in rows:
        row[p], row[q] = (c*row[p] - s*row[q]).mid(), (s*row[p] + c*row[q]).mid()


def _turn_rows(rows, p, q, c, s):
    rows[p], rows[q] = ([(c*x - s*y).mid() for x, y in zip(rows[p], rows[q])],
                        [(s*x + c*y).mid() for x, y in zip(rows[p], rows[q])])


def _gershgorin(matrix):
    found = [discs for basis in _bases(_floats(matrix)) if (discs := _discs(matrix, basis))]
    if not found:
        raise Undecided("no basis was shown to be regular, so no eigenvalue is enclosed")
    return _merged(min(found, key=lambda discs: max(float(r) for _, r in discs)))


def _bases(middle):
    """Candidates, any regular one is sound: eigenvectors, and scaled Schur bases for defects."""
    if not np.isfinite(middle).all():
        yield np.eye(len(middle))
        return
    yield np.linalg.eig(middle)[1]
    from scipy.linalg import schur         # here: eigenvectors suffice but for defects, and it loads slowly
    unitary = schur(middle, output="complex")[1]
    for power in SCHUR_SCALES:
        yield unitary @ np.diag(2.0**(-power*np.arange(len(middle))))


def _discs(matrix, basis):
    """Centres and radii of Gershgorin's discs of B^-1 A B, or None if B is not invertible."""
    basis = acb_mat([[acb(float(z.real), float(z.imag)) for z in row] for row in basis])
    try:
        turned = (basis.inv()*acb_mat(matrix)*basis).tolist()
    except ZeroDivisionError:
        return None
    return [(row[i], sum((abs(z).upper() for j, z in enumerate(row) if j != i), arb(0)).upper())
            for i, row in enumerate(turned)]


def _merged(discs):
    """Squares round the discs, each replaced by the hull of its connected component."""
    parts = [[_square_round(*disc)] for disc in discs]
    for _ in discs:
        for i, part in enumerate(parts):
            for other in parts[i + 1:]:
                if any(z.overlaps(w) for z in part for w in other):
                    part += other
                    parts.remove(other)
    return [_hull(part) for part in parts for _ in part]


def _square_round(centre, radius):
    return acb(centre.real + arb(0, radius), centre.imag + arb(0, radius))


def _hull(part):
    real, imag = part[0].real, part[0].imag
    for z in part[1:]:
        real, imag = real.union(z.real), imag.union(z.imag)
    return acb(real, imag)


def _real_if_isolated(z, found):
    mirror = acb(z.real, -z.imag)
    alone = sum(mirror.overlaps(w) for w in found) == 1 and mirror.overlaps(z)
    return acb(z.real) if alone else z
