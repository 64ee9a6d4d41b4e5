"""One pair of a small matrix by squaring: enclosed, its gap proved, and refused where squaring decides nothing."""

import numpy as np
import pytest

from exactly import known
from numerics.enclosures import enclosed
from numerics.krylov import leading
from numerics.squaring import leading_by_squaring

ACCURACY = 2.0**-33


@pytest.mark.parametrize("n", [4, 16, 64])
def test_thousands_of_known_spectra_are_enclosed_with_their_gaps(n):
    rng, found = np.random.default_rng(n), 0
    for trial in range(1000):
        exact = rng.integers(-2**(4 + trial % 17), 2**(4 + trial % 17), n)
        if trial % 3 == 0:
            exact[0] = 2*np.abs(exact).max() + 1                  # else the second often lies too near
        pair = leading_by_squaring(known(rng, n, exact), ACCURACY)
        if pair is None:
            continue
        found += 1
        order = exact[np.argsort(np.abs(exact))]
        assert pair.low <= order[-1] <= pair.high and abs(order[-2]) <= pair.second < pair.low
        assert pair.high - pair.low <= 40*n*2.0**-53*pair.size    # the head's "few n u"
    assert found > 400


def test_residuals_and_values_agree_with_the_enclosure_of_the_whole_spectrum():
    rng, found = np.random.default_rng(0), 0
    for trial in range(200):
        n = trial % 100 + 1
        a = rng.standard_normal((n, n + 2))
        a = a @ a.T
        pair, whole = leading_by_squaring(a, ACCURACY), enclosed(a)
        if pair is None:
            continue
        found += 1
        assert max(pair.low, whole.low[-1]) <= min(pair.high, whole.high[-1])
        assert n == 1 or pair.second >= whole.low[-2]
        left = a.astype(np.longdouble) @ pair.vector.astype(np.longdouble) - np.longdouble(pair.value)*pair.vector
        assert np.sqrt(left @ left) <= pair.residual <= ACCURACY*pair.value + 8*n*2.0**-53*pair.size
    assert found > 150


@pytest.mark.parametrize("matrix", [
    np.zeros((3, 3)), np.eye(4), np.diag([1.0, -2.0]), -np.diag([1.0, 2.0]), np.diag([1.0, 1.0 - 2.0**-20]),
    np.diag([1.0, -1.0]), np.diag([2.0**-180, 0.0]), np.diag([np.nan, 1.0]), np.diag([2.0**300, 1.0])],
    ids=["zero", "identity", "larger below", "negative", "close", "opposite", "tiny", "nan", "huge"])
def test_what_squaring_does_not_decide_is_refused(matrix):
    assert leading_by_squaring(matrix, ACCURACY) is None


def test_a_vector_that_misses_the_accuracy_is_refused():
    a = known(np.random.default_rng(1), 64, np.arange(64)**2)
    assert leading_by_squaring(a, 2.0**-60) is None and leading_by_squaring(a, ACCURACY) is not None


def test_lanczos_looks_late_and_still_knows_the_second_eigenvalue():
    # Long past convergence the tridiagonal holds copies of the first pair; they are not the second eigenvalue.
    for seed in range(20):
        exact = np.append(np.random.default_rng(seed).integers(0, 2**10, 126), [2**12, 2**14])
        a = known(np.random.default_rng(seed), 128, exact)
        for accuracy in (2.0**-20, 2.0**-40, 2.0**-48):
            ritz = leading(a.dot, 128, np.random.default_rng(seed).standard_normal(128), accuracy, 128)
            assert ritz.second <= 2**12*(1 + 2.0**-40) and ritz.values[0] >= 2**14*(1 - 2.0**-40)
            assert ritz.estimates[0] <= accuracy*ritz.scale
