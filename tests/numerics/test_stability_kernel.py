"""The threshold as a function of the tangent kernel, and the distances of kernels that are bounded in doubles."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from scipy.sparse.linalg import aslinearoperator

from exactly import exact, size
from numerics.memory import TooLarge, budget
from numerics.stability import largest_curvature, step_size_threshold
from numerics.stability_input import read
from numerics.stability_kernel import drift, framed
from numerics.stability_operator import Rows, diagonalised, streamed
from numerics.stability_parts import parts


def distance(rows, others):
    left, right = exact(rows), exact(others)
    return size(left*left.transpose() - right*right.transpose())


def harmonic(kernel, n, k, p):
    """The largest eigenvalue of E^(1/2) h(K) E^(1/2) on all (n k, n k) matrices, from its definition."""
    values, vectors = np.linalg.eigh(kernel)
    sums = values[:, None] + values
    means, size = 2*values[:, None]*values/sums, n*k
    weights = np.sqrt((1 - p)/n + p*np.kron(np.eye(n), np.ones((k, k))))
    columns = []
    for entry in np.eye(size*size).reshape(-1, size, size):
        inner = vectors.T @ (weights*entry) @ vectors
        columns.append((weights*(vectors @ (means*inner) @ vectors.T)).ravel())
    return np.linalg.eigvalsh(np.array(columns))[-1]


@pytest.mark.parametrize("n, k, d, p", [(4, 1, 4, 1.0), (3, 1, 5, 0.25), (3, 2, 6, 1.0), (2, 2, 7, 0.5), (3, 1, 4, 0.0)])
def test_the_threshold_is_an_eigenvalue_of_harmonic_means_of_the_kernel(n, k, d, p):
    rows = np.random.default_rng(40).standard_normal((n*k, d))
    found = step_size_threshold(rows.reshape(n, k, d), p=p)
    kernel = rows @ rows.T
    # Both eigensolvers' backward errors: about (n k)^2 units, times the kernel's condition for the means.
    allowed = (n*k)**2*2.0**-52*np.linalg.cond(kernel)
    assert abs(harmonic(kernel, n, k, p)*found.value/2 - 1) <= allowed


def test_a_larger_kernel_has_a_larger_curvature_by_at_most_twice_the_difference():
    # Exactly: K + w w' by one more parameter for all samples, K + t by one more parameter for each.
    for seed in range(30):
        rng = np.random.default_rng([41, seed])
        n, d = (int(x) for x in rng.integers(2, 4, 2))
        rows, p = rng.integers(-4, 5, (n, d)), Fraction(int(rng.integers(1, 5)), 4)
        rows[0, 0] += 5
        more = rng.integers(-3, 4, (n, 1)) if seed % 2 else int(rng.integers(1, 4))*np.eye(n, dtype=int)
        before, after = (float(largest_curvature([[row] for row in samples.tolist()], p))
                         for samples in (rows, np.hstack([rows, more])))
        change = float((more.T @ more).trace()) if seed % 2 else float(more[0, 0])**2
        assert before <= after*(1 + 2.0**-50) and after - before <= drift(change, n, p)


@pytest.mark.parametrize("shape", [(3, 6), (5, 6), (6, 3), (7, 6)])
def test_distances_of_kernels_are_bounds(shape):
    seen = 0.0
    for seed in range(20):
        rows = np.random.default_rng([42, seed]).uniform(-1, 1, shape)
        if shape[0] > shape[1]:
            rows = np.hstack([rows, rows[:, :1]*0.75])                       # dependent but for rounding
        problem, basis = diagonalised(rows, 1, len(rows))
        for kept in (None, problem.curvatures > np.median(problem.curvatures)):
            frame = framed(rows, problem, basis, kept)
            true = distance(rows, frame.rows)
            assert true <= frame.distance
            seen = max(seen, true/frame.distance if kept is None else 0.0)
    assert seen > 2.0**-10                                                   # near enough to be of use


def test_rows_that_span_the_parameters_stand_for_themselves():
    rows = np.random.default_rng(43).standard_normal((7, 4))
    frame = framed(rows, *diagonalised(rows, 1, 7))
    assert frame.rows is rows and frame.distance == 0 and frame.drift(7, Fraction(1)) == 0


def test_dependent_rows_of_an_operator_are_kept_if_memory_allows():
    data = np.random.default_rng(44).standard_normal((2100, 3))
    rows = Rows(aslinearoperator(np.hstack([data, data @ np.full((3, 1), 1/3)])))
    problem, basis = streamed(rows)
    assert basis.shape == (4, 3) and framed(rows, problem, basis).shape == (2100, 3)
    with budget(40000), pytest.raises(TooLarge, match="the coordinates of dependent gradients needs"):
        framed(rows, problem, basis)


def test_products_between_groups_are_within_the_distance():
    rng = np.random.default_rng(45)
    turn, whole = np.linalg.qr(rng.standard_normal((6, 6)))[0], np.zeros((8, 6))
    whole[:4, :3], whole[4:, 3:] = rng.standard_normal((2, 4, 3))
    rows = read(whole @ turn).in_floats().rows
    found = parts(read(rows).in_floats())
    kernel = exact(rows)*exact(rows).transpose()
    between = fmpq_mat([[x if (i < 4) != (j < 4) else fmpq(0) for j, x in enumerate(row)]
                        for i, row in enumerate(kernel.tolist())])
    assert 0 < size(between) <= found[0].distance == found[1].distance


def test_entries_that_scaling_would_round_are_still_bounded():
    rows = np.array([[1.0, 3*2.0**-1074], [2.0**-1074, 2.0**-40], [0.5, 1.0]])*2.0**3
    data, found = read(rows).in_floats(), step_size_threshold(rows)
    assert data.distance > 0 and found.kind == "rigorous"
    curvature = largest_curvature([[[Fraction(x) for x in row]] for row in rows.tolist()])
    assert Fraction(found.lower) <= 2/Fraction(float(curvature)*(1 + 2.0**-50))
    assert Fraction(found.upper) >= 2/Fraction(float(curvature)*(1 - 2.0**-50))
