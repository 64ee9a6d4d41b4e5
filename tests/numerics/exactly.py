"""What several tests of `numerics` compare with: doubles as exact numbers, and problems whose answers are known."""

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from numerics.balls import lower, upper
from numerics.losses import TwoLayer


def exact(array):
    """A matrix of doubles as the rationals that they are."""
    return fmpq_mat([[fmpq(*Fraction(x).as_integer_ratio()) for x in row] for row in np.asarray(array).tolist()])


def size(matrix):
    """The spectral norm of an exact matrix, to the few roundings of one conversion and one SVD."""
    return np.linalg.norm(np.array([[float(Fraction(int(x.p), int(x.q))) for x in row] for row in matrix.tolist()]), 2)


def encloses(enclosure, value):
    return lower(enclosure) <= value <= upper(enclosure)


def known(rng, n, eigenvalues):
    """An exact float matrix with the integer eigenvalues given: one reflection, n a power of two."""
    v = rng.choice([-1, 1], n)
    h = n//2*np.eye(n, dtype=np.int64) - np.outer(v, v)
    total = h @ np.diag(np.asarray(eigenvalues, dtype=np.int64)) @ h
    assert np.abs(total).max() < 2**53
    return np.ldexp(total.astype(float), -2*int(np.log2(n//2)))


def network(n, d, m, activation, noise, seed=0):
    """A point of a two-layer network that meets its targets but for noise of this size."""
    rng = np.random.default_rng(seed)
    inputs, theta = rng.standard_normal((n, d)), rng.standard_normal(m*(1 + d))
    met = TwoLayer(inputs, np.zeros(n), activation, factor=0.5).at(theta).residual
    return TwoLayer(inputs, met + noise*rng.standard_normal(n), activation, factor=0.5).at(theta)
