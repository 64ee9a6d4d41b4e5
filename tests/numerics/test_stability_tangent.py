"""Thresholds from the tangent kernel alone, against those from the gradients and against exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from numerics.balls import lower, upper
from numerics.lanczos import RESIDUAL
from numerics.stability import kernel_curvature, kernel_step_size_threshold, sample_matrix, step_size_threshold
from numerics.stable_networks import diagonal_gram, diagonal_gradients, relu_gradients, relu_gram


def exact_bounds(kernel, p, outputs):
    curvature = kernel_curvature([[Fraction(x) for x in row] for row in kernel.tolist()], p, outputs)
    ends = (curvature, curvature) if hasattr(curvature, "p") else (lower(curvature), upper(curvature))
    return [Fraction(int(x.p), int(x.q)) if hasattr(x, "p") else Fraction(x) for x in ends]


@pytest.mark.parametrize("outputs", [1, 2])
def test_bounds_contain_the_exact_threshold_of_the_same_kernel(outputs):
    for seed in range(20):
        rng = np.random.default_rng([50, seed])
        rows = rng.integers(-3, 4, (2*outputs, int(rng.integers(1, 5)))).astype(float)
        rows[0, 0] += 4
        kernel, p = rows @ rows.T*2.0**int(rng.integers(-5, 6)), Fraction(int(rng.integers(0, 5)), 4)
        low, high = exact_bounds(kernel, p, outputs)
        found = kernel_step_size_threshold(kernel, outputs=outputs, p=p)
        assert found.kind == "rigorous" and Fraction(found.lower) <= 2/high <= 2/low <= Fraction(found.upper)


@pytest.mark.parametrize("n, d", [(30, 50), (50, 30), (12, 3)])
@pytest.mark.parametrize("p", [1, 0.25, 0])
def test_kernel_and_gradients_agree(n, d, p):
    rows = np.random.default_rng(51).integers(-99, 100, (n, d)).astype(float)     # integers: the kernel is exact
    found, whole = kernel_step_size_threshold(rows @ rows.T, p=p), step_size_threshold(rows, p=p)
    assert (found.kind, whole.kind) == ("rigorous", "rigorous") and found.upper/found.lower - 1 < 1e-8
    assert found.lower <= whole.upper and whole.lower <= found.upper


def test_an_error_of_the_kernel_widens_the_bounds_by_twice_it():
    rows = np.random.default_rng(52).integers(-9, 10, (8, 5)).astype(float)
    exact, near = (kernel_step_size_threshold(rows @ rows.T, error=error) for error in (0.0, 2.0**-10))
    assert near.lower < exact.lower and exact.upper < near.upper
    moved = step_size_threshold(np.hstack([rows, 2.0**-5*np.eye(8)]))              # a kernel at that distance
    assert near.lower <= moved.upper and moved.lower <= near.upper
    width = 2/near.lower - 2/near.upper
    assert 4*2.0**-10 <= width <= 4*2.0**-10*(1 + 2.0**-8) + 2*(2/exact.lower - 2/exact.upper)


def test_networks_need_no_gradients():
    a, b, inputs = [1.0, 0.5, -2.0], [2.0, 0.25, 1.0], [[1.0, -1.0, 1.0], [1.0, 1.0, 0.5], [0.5, 2.0, 1.0]]
    weights = [[1.0, 0.5, 2.0], [-1.0, 1.0, 0.25]]
    for gram, gradients in ((diagonal_gram(a, b, inputs), diagonal_gradients(a, b, inputs)),
                            (relu_gram(weights, a[:2], inputs), relu_gradients(weights, a[:2], inputs))):
        kernel = (gram + gram.T)/2*3
        rounding = 32*2.0**-53*np.trace(kernel)                                     # about ten operations per entry
        found, whole = kernel_step_size_threshold(kernel, error=rounding), step_size_threshold(np.array(gradients))
        assert found.lower <= whole.upper and whole.lower <= found.upper


def test_the_direction_is_a_second_moment_of_outputs():
    rows = np.random.default_rng(53).standard_normal((6, 4))
    kernel = rows @ rows.T
    found = kernel_step_size_threshold((kernel + kernel.T)/2, error=2.0**-45)
    gradients = step_size_threshold(rows)
    image = rows @ gradients.direction @ rows.T
    image /= np.trace(image)
    # Both solvers stop at RESIDUAL times the value: their vectors are off by that over the gap (Davis and Kahan).
    values = np.linalg.eigvalsh(np.array(sample_matrix([[[Fraction(x) for x in row]] for row in rows.tolist()]), dtype=float))
    allowed = 2*len(rows)*RESIDUAL*values[-1]/(values[-1] - values[-2])
    assert np.abs(found.direction - image).max() <= allowed
    assert abs(np.trace(found.direction) - 1) <= 8*2.0**-53 and np.linalg.eigvalsh(found.direction)[0] >= -8*2.0**-53


@pytest.mark.parametrize("kernel, options, words", [
    ([[1.0, 2.0]], {}, "is not square"),
    ([[1.0, 0.5], [0.25, 1.0]], {}, r"kernel\[0, 1\] = 0.5 is not kernel\[1, 0\] = 0.25: pass \(K \+ K.T\)/2"),
    ([[1.0, 2.0], [2.0, 1.0]], {}, "so it is no matrix of products"),
    ([[-1.0]], {}, "so it is no matrix of products"),
    ([[-1.0, 0.0], [0.0, -1.0]], {"error": 10.0}, "so it is no matrix of products"),
    ([[0.0]], {}, "the kernel is zero"),
    ([[1.0]], {"outputs": 2}, "no multiple of outputs = 2"),
    ([[1.0]], {"error": -1.0}, "error = -1.0 must be a number of at least 0"),
    ([[1.0]], {"error": float("nan")}, "error = nan"),
    ([[np.nan]], {}, r"kernel\[0, 0\] is nan"),
])
def test_what_is_no_kernel_is_refused(kernel, options, words):
    with pytest.raises(ValueError, match=words):
        kernel_step_size_threshold(kernel, **options)
