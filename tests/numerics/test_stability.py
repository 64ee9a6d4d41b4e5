"""Thresholds against exact rational arithmetic, the dense definition and closed forms."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from numerics.balls import lower, upper
from numerics.stability import gradient_descent_threshold, largest_curvature, step_size_threshold

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
THREE = [(1, HALF), (-THIRD, 2), (HALF, HALF/2)]


def exact_bounds(gradients, p):
    """Lambda_p of float gradients, taken as the rationals they are."""
    samples = [[[Fraction(x) for x in row] for row in np.atleast_2d(sample)] for sample in gradients.tolist()]
    curvature = largest_curvature(samples, p)
    if hasattr(curvature, "p"):
        return (Fraction(int(curvature.p), int(curvature.q)),)*2
    return lower(curvature), upper(curvature)


def small_data(rng):
    """Gaussian, integer, nearly parallel, badly scaled and repeated samples, one to three outputs."""
    n, d, k = rng.integers(1, 6), rng.integers(1, 4), rng.integers(1, 4)
    data = rng.standard_normal((n, k, d)) if k > 1 else rng.standard_normal((n, d))
    kind = rng.integers(5)
    if kind == 1:
        data = np.round(2*data) + (data == data.flat[0])
    elif kind == 2:
        data = data.flat[0] + data*2.0**-10
    elif kind == 3:
        data = data*10.0**rng.integers(-3, 4, size=data.shape[-1])
    elif kind == 4:
        data = np.concatenate([data, data[:1]])
    return data


@pytest.mark.parametrize("seed", range(120))
def test_rigorous_bounds_contain_the_exact_threshold_of_the_same_floats(seed):
    rng = np.random.default_rng([7, seed])
    data, p = small_data(rng), Fraction(int(rng.integers(0, 9)), 8)
    found, (low, high) = step_size_threshold(data, p=p), exact_bounds(data, p)
    assert found.kind in ("rigorous", "numerical")
    if found.kind == "rigorous":
        assert Fraction(found.lower) <= 2/high and 2/low <= Fraction(found.upper)
