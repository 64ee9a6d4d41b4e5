"""Exact spectra of rational matrices, against matrices built from their eigenvalues."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import Matrix, Rational, sqrt

from numerics.eigen import ExactSpectrum, enclose


def similar(rng, eigenvalues):
    """A symmetric rational matrix with these eigenvalues: two reflections with any integer vectors."""
    n = len(eigenvalues)
    rows = [[Fraction(eigenvalues[i]) if i == j else Fraction(0) for j in range(n)] for i in range(n)]
    for _ in range(2):
        v = [int(x) for x in rng.integers(1, 6, n)]
        s = sum(x*x for x in v)
        h = [[Fraction(int(i == j)) - Fraction(2*v[i]*v[j], s) for j in range(n)] for i in range(n)]
        times = lambda a, b: [[sum(x*y for x, y in zip(row, column)) for column in zip(*b)] for row in a]
        rows = times(times(h, rows), h)
    return rows


SPECTRA = [
    [1, 2, 3, 4, 5], [2, 2, 2, -1, -1], [0, 0, 0, 7, -7], [0]*4,
    [Fraction(1, 3)]*3 + [Fraction(1, 3) + Fraction(1, 10**12)],
    [10**15, 1, Fraction(1, 10**15), 0, -1], [-3],
]


@pytest.mark.parametrize("eigenvalues", SPECTRA, ids=str)
def test_counts_ranks_and_multiplicities_are_exact(eigenvalues):
    exact = ExactSpectrum(similar(np.random.default_rng(len(eigenvalues)), eigenvalues))
    down = sorted(eigenvalues, reverse=True)
    for mu in [*eigenvalues, 0, Fraction(1, 3) + Fraction(1, 10**13), -10**20]:
        assert exact.count(mu) == (sum(x < mu for x in down), down.count(mu), sum(x > mu for x in down))
    assert exact.rank == sum(x != 0 for x in down)
    for k, value in enumerate(down, 1):
        assert exact.multiplicity(k) == down.count(value)
        low, high = exact.enclose(k, Fraction(1, 10**25))
        assert low <= value <= high and high - low <= Fraction(1, 10**25)


def test_irrational_eigenvalues_are_enclosed_to_any_width():
    # The path of three vertices: 2 and 2 +- sqrt(2), compared through exact squares.
    exact = ExactSpectrum(Matrix([[2, 1, 0], [1, 2, 1], [0, 1, 2]]))
    low, high = exact.enclose(1, Fraction(1, 10**60))
    assert (low - 2)**2 <= 2 <= (high - 2)**2 and low < high
    assert exact.enclose(2, Fraction(1, 10**60)) == (2, 2) or exact.count(2) == (1, 1, 1)
    assert exact.inertia == (0, 0, 3)


def test_float_enclosures_hold_exactly_counted_eigenvalues():
    # The doubles of an array are rationals: every proved float bound must agree with the counts.
    rng = np.random.default_rng(7)
    for trial in range(40):
        half = rng.standard_normal((5, 5))*2.0**rng.integers(-30, 30, (5, 5))
        a = half + half.T if trial % 2 else np.round(half @ half[:2].T @ half[:2] @ half.T, 3)
        a = (a + a.T)/2
        exact = ExactSpectrum([[Fraction(x) for x in row] for row in a.tolist()])
        found = enclose(a)
        for k in range(5):
            assert exact.count(Fraction(found.low[k]))[0] <= k                       # fewer than k + 1 below
            below, equal, _ = exact.count(Fraction(found.high[k]))
            assert below + equal >= k + 1


def test_sixty_rows_are_counted_in_a_moment():
    rng = np.random.default_rng(9)
    half = rng.integers(-9, 10, (60, 40)).tolist()
    rows = [[sum(x*y for x, y in zip(a, b)) for b in half] for a in half]
    assert ExactSpectrum(rows).inertia == (0, 20, 40)


@pytest.mark.parametrize("matrix, words", [
    ([[0.5]], "float 0.5; write it as an exact number"),
    (Matrix([[sqrt(2)]]), "is not rational"),
    ([[1, 2], [3, 1]], r"entries \(1, 0\) = 3 and \(0, 1\) = 2 differ"),
    ([[1, 2]], "square"),
    ([], "square"),
])
def test_unusable_matrices_are_named(matrix, words):
    with pytest.raises(ValueError, match=words):
        ExactSpectrum(matrix)


def test_unusable_requests_are_named():
    exact = ExactSpectrum([[1, Rational(1, 2)], [Rational(1, 2), 1]])
    with pytest.raises(ValueError, match="k must lie between 1 and 2, not 3"):
        exact.enclose(3, 1)
    with pytest.raises(ValueError, match="width must be positive"):
        exact.enclose(1, 0)
