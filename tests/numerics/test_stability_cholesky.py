"""Rounding bounds and proofs of definiteness against exact rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from numerics import cholesky
from exactly import exact
from numerics.cholesky import depth, gamma, gram, norm, norm_at_most, positive_definite, product


def is_positive_definite(matrix):
    """All leading minors of a rational symmetric matrix, exactly."""
    entries = matrix.tolist()
    return all(fmpq_mat([row[:j] for row in entries[:j]]).det() > 0 for j in range(1, len(entries) + 1))


def worst(found, true, allowed):
    """The largest error as a share of the bound, exactly; bounds of 0 demand error 0."""
    shares = [abs(a - b)/c if c else fmpq(int(a != b)) for f, t, g in
              zip(exact(found).tolist(), true.tolist(), allowed.tolist()) for a, b, c in zip(f, t, g)]
    return max(shares)


@pytest.mark.parametrize("block", [4, 256])
def test_products_stay_within_their_rounding_bound(block, monkeypatch):
    monkeypatch.setattr(cholesky, "BLOCK", block)
    for seed in range(40):
        rng = np.random.default_rng([1, seed])
        a, n, b = rng.integers(1, 12, 3)
        left, right = rng.standard_normal((a, n))*10.0**rng.integers(-6, 7, (a, n)), rng.standard_normal((n, b))
        bound = exact([[gamma(depth(n))]])[0, 0]
        absolute = exact(np.abs(left))*exact(np.abs(right))*bound
        assert worst(product(left, right), exact(left)*exact(right), absolute) <= 1
        own = exact(np.abs(left.T))*exact(np.abs(left))*exact([[gamma(depth(a))]])[0, 0]
        assert worst(gram(left), exact(left.T)*exact(left), own) <= 1


def test_blocks_need_fewer_roundings():
    assert (depth(7), depth(256), depth(257), depth(5000)) == (7, 256, 257, 256 + 40)
    assert (depth(3, block=4), depth(9, block=4)) == (3, 4 + 3)


@pytest.mark.parametrize("size", [1, 5, 40, 300])
def test_parts_of_a_product_are_summed_before_they_are_added(size):
    # 256 terms of 1.5 2^-60 vanish beside 1 if added one by one or in parts of 85; parts of 128 come to 1.5 2^-53.
    one = np.sqrt(1.5)*2.0**-30
    wide, first = np.full((size, 256), one), np.zeros((256, size))
    first[0] = 1.0                                                          # the first block of 256 rows leaves 1 everywhere
    assert 1 + 85*one*one == 1 < 1 + 128*one*one
    assert (product(wide, wide.T, np.ones((size, size), order="F")) > 1).all()
    assert (gram(np.concatenate([first, wide.T])) > 1).all()


def test_a_triangular_gram_matrix_skips_only_zeros():
    # Integers: no rounding, so skipping anything but zeros would show.
    rows = np.triu(np.random.default_rng(3).integers(-9, 10, (300, 300)).astype(float))
    assert (gram(np.asfortranarray(rows), upper=True) == rows.T @ rows).all()
    assert (gram(rows) == rows.T @ rows).all()


def test_norms_are_bounds_from_above():
    for seed in range(50):
        rng = np.random.default_rng([2, seed])
        array = rng.standard_normal((3, 4))*10.0**rng.integers(-200, 100)
        square = sum(Fraction(x)**2 for x in array.ravel().tolist())
        assert Fraction(norm(array))**2 >= square


def test_spectral_norms_are_bounds_from_above():
    for seed in range(30):
        rng = np.random.default_rng([5, seed])
        rows = rng.standard_normal((12, 6))*10.0**rng.integers(-3, 4, 6)
        for matrix in (gram(rows), np.diag(rng.uniform(1, 2, 6)), np.ones((6, 6))):
            guess = np.linalg.eigvalsh(matrix)[-1]
            found = norm_at_most(matrix, 0.0, guess)
            scaled = exact(np.eye(6))*exact([[found]])[0, 0] - exact(matrix)
            assert is_positive_definite(scaled) and found <= 1.26*guess


def symmetric(rng, size, least):
    """A random symmetric matrix whose smallest eigenvalue is about `least`."""
    basis = np.linalg.qr(rng.standard_normal((size, size)))[0]
    values = np.concatenate([[least], rng.uniform(0.1, 1, size - 1)])
    matrix = basis*values @ basis.T
    return (matrix + matrix.T)/2


def test_what_is_proved_definite_is_definite_exactly():
    proved = refused = 0
    for seed in range(400):
        rng = np.random.default_rng([3, seed])
        size, least = int(rng.integers(1, 7)), float(rng.choice([-1, 1])*10.0**rng.uniform(-18, -1))
        matrix = symmetric(rng, size, least)
        if positive_definite(matrix, 0.0):
            assert is_positive_definite(exact(matrix))
            proved += 1
        else:
            refused += 1
    assert proved > 100 and refused > 100


def test_definite_matrices_are_proved_once_their_margin_exceeds_the_rounding():
    for seed in range(50):
        rng = np.random.default_rng([4, seed])
        size = int(rng.integers(1, 60))
        # The shift is at most 4 gamma(2 size) times the trace; ten times that always leaves room.
        assert positive_definite(symmetric(rng, size, 10*4*gamma(2*size)*size), 0.0)


def test_the_error_is_spent_in_full():
    # diag(1, e) stays definite under every perturbation of norm below e, and not under one of norm e.
    for exponent in (3, 10, 20, 30):
        edge = 2.0**-exponent
        assert positive_definite(np.diag([1.0, edge]), edge/3)
        assert not positive_definite(np.diag([1.0, edge]), edge)
        assert not positive_definite(np.diag([1.0, edge]), 2*edge)


@pytest.mark.parametrize("matrix", [
    np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros((2, 2)),
    np.array([[np.nan, 0.0], [0.0, 1.0]]), np.array([[np.inf, 0.0], [0.0, 1.0]]), -np.eye(3)])
def test_singular_indefinite_and_unfinished_matrices_are_not_proved(matrix):
    assert not positive_definite(matrix, 0.0)


def test_a_wrong_witness_proves_nothing(monkeypatch):
    # The factor's origin is not trusted: a routine that returns another matrix's factor is found out.
    matrix = np.array([[1.0, 2.0], [2.0, 1.0]])
    monkeypatch.setattr(cholesky.lapack, "dpotrf", lambda *_, **__: (np.array([[1.0, 2.0], [0.0, 1.0]]), 0))
    assert not positive_definite(matrix, 0.0)
