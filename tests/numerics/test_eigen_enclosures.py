"""Proved bounds against matrices whose spectrum is known without rounding.

Q = H_1 H_2 with H = I - 2 v v'/|v|^2, v of entries +-1 and length a power of two, is orthogonal
with dyadic entries, so Q D Q' is computed exactly in integers and its eigenvalues are D's.
"""

import numpy as np
import pytest

from numerics.decomposed import nth
from numerics.eigen import batched, enclose, sharpest
from numerics.enclosures import TINY, kato_temple, norm_above, product, radii, rayleigh

SPECTRA = {
    "random": lambda rng, n: rng.integers(-2**40, 2**40, n),
    "clustered": lambda rng, n: 2**40 - rng.integers(0, 4, n),
    "two clusters": lambda rng, n: rng.choice([-1, 1], n)*2**40 + rng.integers(0, 3, n),
    "multiple": lambda rng, n: rng.choice(rng.integers(-2**30, 2**30, 3), n),
    "all equal": lambda rng, n: np.full(n, rng.integers(-2**40, 2**40)),
    "rank deficient": lambda rng, n: rng.integers(1, 2**40, n)*(np.arange(n) >= n//2),
    "rank one": lambda rng, n: rng.integers(1, 2**40, n)*(np.arange(n) == 0),
    "graded": lambda rng, n: 2**rng.integers(0, 40, n),
    "zero": lambda rng, n: np.zeros(n, dtype=int),
}
POWERS = (0, 0, -900, 900, -1068)


def known(rng, n, kind, power=0):
    """(matrix, its exact eigenvalues in ascending order): floats, for n a power of two up to 8."""
    d = np.sort(SPECTRA[kind](rng, n)).astype(np.int64)
    total = np.diag(d)
    for _ in range(2):
        v = rng.choice([-1, 1], n)
        h = n//2*np.eye(n, dtype=np.int64) - np.outer(v, v) if n > 1 else np.ones((1, 1), dtype=np.int64)
        total = h @ total @ h
    assert np.abs(total).max() < 2**53
    shift = power - 4*int(np.log2(max(n//2, 1)))
    return np.ldexp(total.astype(float), shift), np.ldexp(d.astype(float), power)


def stack(n, count, seed):
    rng, kinds = np.random.default_rng(seed), list(SPECTRA)
    pairs = [known(rng, n, kinds[i % len(kinds)], POWERS[i//len(kinds) % len(POWERS)]) for i in range(count)]
    return np.array([a for a, _ in pairs]), np.array([d for _, d in pairs])


@pytest.mark.parametrize("n, count", [(1, 90), (2, 900), (4, 900), (8, 1350)])
def test_every_enclosure_holds_the_exact_eigenvalue(n, count):
    matrices, exact = stack(n, count, seed=n)
    found = batched(matrices)
    assert (found.low <= exact).all() and (exact <= found.high).all()
    # As narrow as documented: 4 n k u |A| (twice that for the constants left out), k = n here.
    norms = np.abs(exact).max(axis=1)[:, None]
    assert (found.high - found.low <= 8*(n + 4)**2*2.0**-53*norms + np.minimum(2*TINY, norms)).all()
    zero = norms[:, 0] == 0
    assert zero.any() and (found.low[zero] == 0).all() and (found.high[zero] == 0).all()


def test_one_matrix_is_enclosed_as_in_a_stack():
    matrices, exact = stack(8, 45, seed=0)
    for a, d in zip(matrices, exact):
        one = enclose(a)
        assert (one.low <= d).all() and (d <= one.high).all()


def test_bounds_hold_whatever_the_eigensolver_returned():
    # Values moved, vectors bent: the radii must grow so as to cover the damage.
    rng = np.random.default_rng(5)
    grown = 0
    for trial in range(400):
        a, exact = known(rng, 8, list(SPECTRA)[trial % len(SPECTRA)])
        a, exact = np.ldexp(a, -40), np.ldexp(exact, -40)
        values, vectors = np.linalg.eigh(a)
        size = 2.0**-rng.integers(6, 40)
        values = np.sort(values + size*rng.standard_normal(8))
        vectors = vectors*(1 + size*rng.standard_normal(8)) + size/8*rng.standard_normal((8, 8))
        radius = radii(a, values, vectors)
        assert (np.abs(values - exact) <= radius).all()
        grown += (np.abs(values - exact) > radii(a, *np.linalg.eigh(a))).any()
    assert grown > 300                 # the undamaged radii would not have covered them


def test_vectors_too_far_from_orthogonal_are_refused():
    with pytest.raises(ArithmeticError, match="too far from orthogonal"):
        radii(np.eye(3), np.ones(3), np.ones((3, 3)))


def test_blocked_products_err_less_than_their_bound():
    rng = np.random.default_rng(1)
    for n in (5, 128, 300):
        left, right = rng.integers(-2**26, 2**26, (6, n)), rng.integers(-2**26, 2**26, (n, 6))
        found, k = product(left.astype(float), right.astype(float))
        exact = left.astype(object) @ right.astype(object)
        moduli = np.abs(left).astype(object) @ np.abs(right).astype(object)
        worst = max(abs(int(f) - e)/m for f, e, m in zip(found.ravel(), exact.ravel(), moduli.ravel()))
        assert worst <= k*2.0**-53
        assert k == min(n, 128 + -(-n//128))


def test_kato_temple_holds_and_is_second_order():
    rng, sharper = np.random.default_rng(2), 0
    for trial in range(300):
        a, exact = known(rng, 8, ("random", "graded", "rank one")[trial % 3])
        a, exact = np.ldexp(a, -40), np.ldexp(exact, -40)
        if exact[-1] - exact[-2] < 2.0**-12*abs(exact[-1]):
            continue
        _, vectors = np.linalg.eigh(a)
        v = vectors[:, -1] + (exact[-1] - exact[-2])*2.0**-rng.integers(6, 20)*rng.standard_normal(8)
        rho, blur, epsilon = rayleigh(a, v)
        if rho - 2*blur <= exact[-2]:
            continue
        low, high = kato_temple(rho, blur, epsilon, exact[-2], np.inf)
        assert low <= exact[-1] <= high
        assert rho - epsilon - blur <= exact[-1]
        sharper += high - low < epsilon/4
    assert sharper > 150


def test_kato_temple_refuses_a_quotient_outside_the_gap():
    with pytest.raises(ValueError, match="must lie inside"):
        kato_temple(1.0, 1e-16, 1e-3, 1.0, 2.0)


def test_the_norm_is_rounded_up():
    rng = np.random.default_rng(3)
    for power in (-510, -300, 0, 300):
        a = np.ldexp(rng.integers(1, 2**20, (7, 7)), power)
        exact = sum(int(np.ldexp(x, -power))**2 for x in a.ravel())
        above = np.ldexp(norm_above(a), -power)
        assert int(np.ceil(above*2**20))**2 >= exact*2**40


@pytest.mark.parametrize("broken, words", [
    ([[1.0, 2.0], [3.0, 1.0]], r"\[0, 1\] = 2.0 is not its mirror image.*mirror entry is 3.0"),
    ([[1.0, np.nan], [np.nan, 1.0]], r"\[0, 1\] = nan is not finite"),
    (np.diag([1.0, -1e308]), r"\[1, 1\] = -1e\+308 is too large.*scale by a power of two"),
    ([1.0, 2.0], r"shape \(..., n, n\)"),
    (np.zeros((0, 0)), r"shape \(..., n, n\)"),
])
def test_unusable_matrices_are_named(broken, words):
    with pytest.raises(ValueError, match=words):
        enclose(broken)


def test_an_asymmetric_member_of_a_stack_is_named():
    matrices = np.zeros((5, 3, 3))
    matrices[3, 1, 2] = 1
    with pytest.raises(ValueError, match=r"hessians\[3, 1, 2\] = 1.0 is not its mirror image"):
        batched(matrices)


def test_kato_temple_is_not_claimed_for_a_multiple_eigenvalue():
    rotation, _ = np.linalg.qr(np.arange(9.0).reshape(3, 3)**2 + np.eye(3))
    for values in ([1.0, 2.0, 2.0], [2.0, 2.0, 3.0]):
        matrix = (rotation*values) @ rotation.T
        matrix = (matrix + matrix.T)/2
        kinds = sharpest(matrix, 3, proof=True).kind[::-1]
        for i, value in enumerate(values):
            twice = values.count(value) == 2
            found, _ = nth(matrix, i)
            assert kinds[i] == found["kind"][0] == ("rigorous" if twice else "Kato-Temple")
            assert found["multiple"] == twice
