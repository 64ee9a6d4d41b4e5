"""Linear systems, definiteness, eigenvalues: compared with exact rational matrices."""

from fractions import Fraction

import pytest
from flint import arb, fmpq_mat
from hypothesis import given, settings, strategies
from sympy import Matrix, Poly, Rational, cos, eye, pi, sqrt
from sympy.abc import x

from exactly import encloses
from numerics.balls import (Undecided, ball, box, contraction, eigenvalues, eigenvalues_general,
                            evaluate, is_positive_definite, lower, norm, solve, upper)
from numerics.sturm import count_roots

entries = strategies.integers(-5, 5)
square = strategies.lists(strategies.lists(entries, min_size=3, max_size=3), min_size=3, max_size=3)

pytestmark = pytest.mark.usefixtures("working_precision")


def meets(a, b):
    return ball(a).overlaps(ball(b))


def reflected(values):
    """Q diag(values) Q with the reflection Q = I - 2 v v'/|v|^2, v = (1, 2, ..., n): exact."""
    n = len(values)
    v = Matrix(range(1, n + 1))
    q = eye(n) - 2*v*v.T/(v.T*v)[0]
    return q*Matrix.diag(*values)*q


@settings(max_examples=60, deadline=None)
@given(square, strategies.lists(entries, min_size=3, max_size=3))
def test_linear_systems_enclose_the_exact_solution_and_refuse_singular_matrices(rows, right):
    matrix = Matrix(rows)
    if matrix.det() == 0:
        with pytest.raises(Undecided, match="singular"):
            solve(rows, right)
        return
    exact = matrix.LUsolve(Matrix(right))
    for found, value in zip(solve(rows, right), exact):
        value = Fraction(int(value.p), int(value.q))
        assert encloses(found, value) and not encloses(found, value + Fraction(1, 2**80))


@settings(max_examples=60, deadline=None)
@given(square)
def test_definiteness_agrees_with_the_leading_minors(rows):
    matrix = Matrix(rows) + Matrix(rows).T
    minors = [matrix[:k, :k].det() for k in (1, 2, 3)]
    found = is_positive_definite(matrix)
    if all(m > 0 for m in minors):
        assert found is True
    else:
        assert found is False or found is None and 0 in minors


def test_definiteness_of_a_ball_matrix_speaks_of_all_its_members():
    assert is_positive_definite([[2, box(-1, 1)], [box(-1, 1), 2]]) is True
    assert is_positive_definite([[1, box(2, 3)], [box(2, 3), 1]]) is False
    assert is_positive_definite([[1, box(0, 2)], [box(0, 2), 1]]) is None


@pytest.mark.parametrize("values", [
    (1, 2, 3), (2, 2, 2, 5), (0, 0, 1), (-1, -1, 1, 1, 1), (7,), (0, 0, 0),
    (1, 1 + Rational(1, 10**30), 2), (10**9, Rational(1, 10**9), -1),
])
def test_eigenvalues_are_enclosed_with_multiplicity(values):
    found = eigenvalues(reflected(values))
    assert len(found) == len(values)
    size = max(abs(v) for v in values)
    for enclosure, value in zip(found, sorted(values)):
        value = Fraction(int(value.p), int(value.q)) if isinstance(value, Rational) else value
        assert encloses(enclosure, value)
        assert upper(enclosure) - lower(enclosure) <= Fraction(1, 2**100)*max(int(size), 1)


def test_eigenvalues_of_the_path_are_the_known_cosines():
    n = 12
    path = [[2*(i == j) - (abs(i - j) == 1) for j in range(n)] for i in range(n)]
    for k, found in enumerate(eigenvalues(path), start=1):
        assert meets(found, 2 - 2*cos(k*pi/(n + 1)))
        assert not meets(found, 2 - 2*cos(k*pi/(n + 1)) + Rational(1, 2**90))


@settings(max_examples=40, deadline=None)
@given(square)
def test_eigenvalues_of_random_symmetric_matrices_agree_with_sturm_counts(rows):
    matrix = Matrix(rows) + Matrix(rows).T
    poly = Poly(matrix.charpoly(x).as_expr(), x)
    found = eigenvalues(matrix)
    for enclosure in found:
        ends = (lower(enclosure), upper(enclosure))
        assert count_roots(poly, *ends, "[]") >= 1
    assert evaluate(sum(matrix[i, i] for i in range(3)), {}).overlaps(sum(found, arb(0)))


def test_every_member_of_a_ball_matrix_has_its_eigenvalues_inside():
    wide = [[box(1, 2), Fraction(1, 10)], [Fraction(1, 10), box(4, 5)]]
    first, second = eigenvalues(wide)
    for a in (1, Fraction(3, 2), 2):
        for d in (4, 5):
            root = sqrt(Rational((a - d)**2) + Rational(4, 100))
            assert first.contains(ball((Rational(a + d) - root)/2))
            assert second.contains(ball((Rational(a + d) + root)/2))
    assert first < 3 and second > 3


def test_entries_beyond_the_range_of_floats_are_enclosed():
    huge = 10**400
    assert all(z.real.contains(huge) for z in eigenvalues_general([[huge, 0], [0, huge]]))
    first, second = eigenvalues([[huge, 1], [1, 3]])
    # Trace and determinant of the exact matrix.
    assert (first + second).contains(huge + 3) and (first*second).contains(3*huge - 1)


def test_asymmetric_and_unbounded_matrices_are_refused():
    with pytest.raises(ValueError, match=r"entry \[1\]\[0\]"):
        eigenvalues([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="square"):
        eigenvalues([[1, 2]])
    with pytest.raises(Undecided, match="unbounded"):
        eigenvalues([[arb("nan")]])
    with pytest.raises(TypeError, match="not exact"):
        eigenvalues([[0.5]])


@settings(max_examples=30, deadline=None)
@given(square)
def test_general_eigenvalues_enclose_the_characteristic_roots(rows):
    exact = fmpq_mat([[v for v in row] for row in rows]).charpoly()
    found = eigenvalues_general(rows)
    assert len(found) == 3
    for root, multiplicity in exact.numer().complex_roots():
        assert sum(z.overlaps(root) for z in found) >= multiplicity
    for z in found:
        assert any(z.overlaps(root) for root, _ in exact.numer().complex_roots())


@pytest.mark.parametrize("rows, values", [
    ([[0, 1], [-1, 0]], None), ([[2, 1], [0, 2]], (2, 2)), ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], (1, 1, 1)),
    ([[3, 1, 0], [0, 3, 1], [0, 0, 3]], (3, 3, 3)), ([[1, 5, 7], [0, 1, 0], [0, 0, 2]], (1, 1, 2)),
])
def test_multiple_and_defective_eigenvalues_are_enclosed(rows, values):
    found = eigenvalues_general(rows)
    if values is None:
        assert found[0].imag < 0 < found[1].imag and 0 in found[0].real
        return
    for z, value in zip(found, values):
        assert z.contains(value) and not z.real.contains(ball(value + Fraction(1, 50)))


def test_isolated_real_eigenvalues_are_exactly_real():
    assert all(z.imag.is_zero() for z in eigenvalues_general([[1, 2], [3, 4]]))
    assert not any(z.imag.is_zero() for z in eigenvalues_general([[1, -2], [3, 1]]))


def test_the_row_sum_bounds_and_contraction_in_a_basis():
    assert norm([[1, -2], [3, 4]]) == 7
    # The multipliers are 1/2 and -1/2, the row sum is 3/2; the basis holds the eigenvectors.
    jacobian, basis = [[0, Rational(3, 2)], [Rational(1, 6), 0]], [[3, 3], [1, -1]]
    assert norm(jacobian) > 1
    for times, bound in ((1, Fraction(1, 2)), (2, Fraction(1, 4))):
        found = contraction([jacobian]*times, basis)
        assert bound <= lower(found) and upper(found) < bound + Fraction(1, 2**100)
    with pytest.raises(Undecided, match="basis is singular"):
        contraction([jacobian], [[1, 1], [1, 1]])
