"""Thresholds against exact rational arithmetic, the dense definition and closed forms."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from numerics.balls import lower, upper
from numerics.memory import budget
from numerics.stability import (gradient_descent_threshold, largest_curvature, sampling_factor,
                                second_moment_operator, step_size_threshold)
from numerics.stability_certificate import certified
from numerics.stability_input import read
from numerics.stability_operator import diagonalised, lifted
from numerics.stability_parts import parts
from numerics.stability_solve import by_moments, by_samples, densely

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


def test_rigorous_bounds_contain_the_exact_threshold_of_the_same_floats():
    proved = 0
    for seed in range(300):
        rng = np.random.default_rng([7, seed])
        data, p = small_data(rng), Fraction(int(rng.integers(0, 9)), 8)
        found = step_size_threshold(data, p=p)
        if found.kind == "rigorous":
            low, high = exact_bounds(data, p)
            assert Fraction(found.lower) <= 2/high <= 2/low <= Fraction(found.upper)
            proved += 1
    assert proved == 300


@pytest.mark.parametrize("shape", [(7, 3), (3, 7)])
@pytest.mark.parametrize("p", [Fraction(1), HALF])
def test_a_slightly_smaller_curvature_is_not_proved(shape, p):
    # Otherwise the test above would pass for a certificate that accepts everything.
    rows = np.random.default_rng(5).uniform(-1, 1, shape)
    problem, basis = diagonalised(rows, 1, len(rows))
    solution = densely(problem, float(p))
    low, high = certified(rows, problem, basis, solution, p)
    assert low <= high < low*(1 + 2.0**-30)
    for factor in (1 - 2.0**-30, 0.5):
        wrong = replace(solution, value=solution.value*factor)
        proof = certified(rows, problem, basis, wrong, p)
        assert proof is None or proof[1] >= low


def test_the_worked_instance_is_exact_and_its_floats_agree():
    exact, floats = step_size_threshold(THREE), step_size_threshold(np.array(THREE, dtype=float))
    # Lambda_1 is the larger root of 588240 x^2 - 2946557 x + 2347241, and eta* = 2/Lambda_1.
    sign = [588240*4 - 2946557*2*eta + 2347241*eta**2 for eta in (exact.lower, exact.upper)]
    assert exact.kind == "exact" and sign[0] > 0 > sign[1]
    assert floats.kind == "rigorous" and floats.lower <= exact.value <= floats.upper


def test_equal_norms_give_the_trace_bound_exactly():
    found = step_size_threshold([(1, 0), (Fraction(3, 5), Fraction(4, 5))])
    assert (found.value, found.lower, found.upper, found.kind) == (2, 2, 2, "exact")


@pytest.mark.parametrize("options, curvature", [
    ({}, 1), ({"batch_size": 2}, Fraction(3, 4)), ({"batch_size": 2, "replacement": False}, HALF),
    ({"p": 0}, HALF), ({"p": HALF}, Fraction(3, 4))])
def test_two_orthonormal_samples_follow_the_batch_size(options, curvature):
    assert step_size_threshold([(1, 0), (0, 1)], **options).value == 2/curvature


def test_one_sample_with_two_outputs_breaks_the_trace_bound():
    assert step_size_threshold([[(1, 0), (0, 1)]]).value == 2        # the trace is 2, not 1


def test_gradient_descent_is_the_full_batch():
    assert gradient_descent_threshold([(1, 0), (0, 2)]).value == 1
    assert sampling_factor(7, 7, replacement=False) == 0


def dense_oracle(gradients, p):
    """The published formula: pseudo-inverse of C times D on vec(S), general eigenvalues."""
    samples = np.atleast_3d(gradients.T).T if gradients.ndim == 2 else gradients
    samples = gradients[:, None] if gradients.ndim == 2 else samples
    hessians = samples.transpose(0, 2, 1) @ samples
    mean, one = hessians.mean(axis=0), np.eye(gradients.shape[-1])
    spread = (1 - p)*np.kron(mean, mean) + p*sum(np.kron(h, h) for h in hessians)/len(hessians)
    return np.linalg.eigvals(np.linalg.pinv((np.kron(mean, one) + np.kron(one, mean))/2) @ spread).real.max()


@pytest.mark.parametrize("shape, p", [((6, 4), 1), ((3, 5), 0.25), ((4, 2, 5), 0.5), ((12, 6), 1)])
def test_the_dense_definition_agrees(shape, p):
    data = np.random.default_rng(2).standard_normal(shape)
    found, oracle = step_size_threshold(data, p=p), dense_oracle(data, p)
    # Backward error of the general eigensolver, d^2 = N: about N u |matrix|, times the condition of C.
    values = np.linalg.eigvalsh(np.concatenate(data.reshape(len(data), -1, shape[-1])).T
                                @ np.concatenate(data.reshape(len(data), -1, shape[-1])))
    condition = values[-1]/values[values > values[-1]*2.0**-40][0]
    allowed = shape[-1]**4*2.0**-52*condition
    assert abs(2/found.value - oracle) <= allowed*oracle


@pytest.mark.parametrize("n, d", [(40, 20), (15, 20), (20, 20)])
def test_three_methods_meet_within_the_bounds_of_one(n, d):
    data, scale = np.random.default_rng(3).standard_normal((n, d)), 2.0
    found = step_size_threshold(scale*data)
    problem, _ = diagonalised(data, 1, n)
    for value in (by_samples(problem).value, by_moments(problem, 1).value, densely(problem, 1).value):
        assert found.lower <= 2/(value*scale**2) <= found.upper


def test_the_direction_is_attained_and_positive():
    data = np.random.default_rng(4).standard_normal((30, 8))
    found = step_size_threshold(data)
    hessian, moment = data.T @ data/30, found.direction
    forms = np.einsum("ia,ab,ib->i", data, moment, data)
    quotient = (forms**2).mean()/np.sum(moment*(hessian @ moment))
    rounding = 64*2.0**-53*30*8
    assert abs(quotient*found.value/2 - 1) <= rounding and abs(np.trace(moment) - 1) <= rounding
    assert np.linalg.eigvalsh(moment)[0] > 0


def test_second_moment_neither_grows_nor_shrinks_at_the_threshold():
    hessians = np.array([np.outer(g, g) for g in np.array(THREE, dtype=float)])
    found = step_size_threshold(THREE)
    radius = [np.linalg.eigvalsh(second_moment_operator(hessians, eta))[-1]
              for eta in (0.99*found.value, 1.01*found.value)]
    assert radius[0] < 1 < radius[1]


def test_groups_that_share_no_coordinate_are_solved_apart():
    data = np.random.default_rng(6).standard_normal((12, 6))
    apart = np.zeros((24, 20))
    apart[:12, 3:9], apart[12:, 10:16] = data, data[:, ::-1]*0.5
    whole, part = step_size_threshold(apart), step_size_threshold(data)
    # The same group among twice as many samples: H halves and so does M, which leaves C^-1 M.
    assert whole.kind == "rigorous" and whole.lower <= part.upper and part.lower <= whole.upper
    assert not whole.direction[:, 10:].any() and not whole.direction[:3].any()


@pytest.mark.parametrize("n, d, p", [(30, 20, 1), (30, 20, 0.25), (20, 30, 1), (20, 30, 0)])
def test_a_linear_operator_gives_the_same_threshold(n, d, p):
    data = np.random.default_rng(8).standard_normal((n, d))
    found, operator = step_size_threshold(data, p=p), step_size_threshold(aslinearoperator(data), p=p)
    assert (found.kind, operator.kind) == ("rigorous", "rigorous")
    assert found.lower <= operator.upper and operator.lower <= found.upper


def test_rows_read_block_by_block_are_bounded_like_an_array_of_them():
    data = np.random.default_rng(17).standard_normal((2100, 4))*2.0**-40     # more rows than are held at once
    found, operator = step_size_threshold(data), step_size_threshold(aslinearoperator(data))
    assert operator.kind == "rigorous" and operator.upper/operator.lower - 1 < 1e-8
    assert found.lower <= operator.upper and operator.lower <= found.upper


@pytest.mark.parametrize("p", [1, 0.25])
def test_rows_too_long_to_be_kept_are_read_in_pairs_of_blocks(p):
    data = np.random.default_rng(19).standard_normal((30, 20000))*2.0**9
    whole, reads = step_size_threshold(data, p=p), []

    def rows(units):
        reads.append(units.shape[1])
        return data.T @ units
    operator = LinearOperator(data.shape, dtype=float, matvec=lambda x: data @ x, rmatvec=lambda x: data.T @ x, rmatmat=rows)
    with budget(2**21):                                                      # the gradients alone take 4.6 MiB
        found = step_size_threshold(operator, p=p)
    assert found.kind == "rigorous" and found.upper/found.lower - 1 < 1e-8 and max(reads) < 10
    assert found.lower <= whole.upper and whole.lower <= found.upper
    x = np.random.default_rng(20).standard_normal(20000)
    one, other = found.direction @ x, whole.direction @ x
    # Two directions of one threshold: off by the solver's residual over the gap, far below 2^-20 here.
    assert np.linalg.norm(one - other) <= 2.0**-20*np.linalg.norm(other)


@pytest.mark.parametrize("shape", [(4, 3), (3, 4)])
def test_an_operator_with_a_row_that_is_not_finite_is_refused(shape):
    data = np.ones(shape)
    data[2, 1] = np.inf
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="the operator's row "):
        step_size_threshold(aslinearoperator(data))


def test_many_parameters_give_the_direction_as_an_operator():
    data = np.random.default_rng(9).standard_normal((3, 4, 3000))
    found = step_size_threshold(data)
    assert isinstance(found.direction, LinearOperator) and found.direction.shape == (3000, 3000)
    assert found.kind == "rigorous" and found.lower < found.upper


def test_exactly_dependent_gradients_are_rigorous_and_agree_with_the_reduced_ones():
    data = np.random.default_rng(10).standard_normal((30, 5))
    doubled, single = step_size_threshold(np.hstack([data, data])), step_size_threshold(data)
    assert (doubled.kind, single.kind) == ("rigorous", "rigorous")
    assert doubled.lower <= single.upper/2 and single.lower/2 <= doubled.upper


def test_gradients_dependent_but_for_rounding_are_bounded_as_narrowly():
    data = np.random.default_rng(10).standard_normal((30, 5))
    nearly = np.hstack([data, data @ np.full((5, 1), 1/3)])
    for gradients in (nearly, nearly.T, aslinearoperator(nearly)):
        found = step_size_threshold(gradients)
        assert found.kind == "rigorous" and found.upper/found.lower - 1 < 1e-8
    low, high = exact_bounds(nearly, Fraction(1))
    found = step_size_threshold(nearly)
    assert Fraction(found.lower) <= 2/high <= 2/low <= Fraction(found.upper)


def test_a_deficient_rank_of_many_gradients_is_no_obstacle():
    rng = np.random.default_rng(18)
    for shape in ((900, 800), (800, 900)):
        found = step_size_threshold(rng.standard_normal((shape[0], 60)) @ rng.standard_normal((60, shape[1])))
        assert found.kind == "rigorous" and found.upper/found.lower - 1 < 1e-8


def rotated(data):
    """The rows times the 16 x 16 Hadamard matrix: orthogonal, and exact for integers."""
    small = np.array([[1, 1], [1, -1]])
    return data @ np.kron(np.kron(small, small), np.kron(small, small)).astype(float)


@pytest.mark.parametrize("p", [1, 0.25])
def test_orthogonal_groups_are_found_in_any_basis(p):
    whole = np.zeros((20, 16))
    rng = np.random.default_rng(14)
    whole[:10, :8], whole[10:, 8:] = rng.integers(-9, 10, (10, 8)), rng.integers(-9, 10, (10, 8))
    found, apart = step_size_threshold(rotated(whole), p=p), step_size_threshold(4*whole, p=p)
    assert len(parts(read(rotated(whole)).in_floats())) == len(parts(read(whole).in_floats())) == 2
    assert found.kind == "rigorous" and found.lower <= apart.upper and apart.lower <= found.upper


@pytest.mark.parametrize("p", [1, 0.25])
def test_groups_orthogonal_but_for_rounding_are_solved_apart(p):
    rng = np.random.default_rng(15)
    turn, whole = np.linalg.qr(rng.standard_normal((6, 6)))[0], np.zeros((8, 6))
    whole[:4, :3], whole[4:, 3:] = rng.standard_normal((2, 4, 3))
    turned = whole @ turn
    split = parts(read(turned).in_floats())
    assert (turned[:4] @ turned[4:].T).any() and len(split) == 2 and all(part.distance > 0 for part in split)
    low, high = exact_bounds(turned, Fraction(p))
    found = step_size_threshold(turned, p=p)
    assert found.kind == "rigorous" and found.upper/found.lower - 1 < 1e-8
    assert Fraction(found.lower) <= 2/high <= 2/low <= Fraction(found.upper)


def test_groups_with_products_beyond_rounding_stay_together():
    rng = np.random.default_rng(15)
    for size in (2.0**-20, 2.0**-40, 2.0**-44):
        whole = np.zeros((8, 6))
        whole[:4, :3], whole[4:, 3:] = rng.standard_normal((2, 4, 3))
        whole[0] += size
        assert len(parts(read(whole).in_floats())) == 1


@pytest.mark.parametrize("shape", [(39, 40), (30, 40), (20, 40), (6, 40)])
@pytest.mark.parametrize("p", [1, 0.25])
def test_fewer_samples_than_parameters_are_bounded_as_narrowly(shape, p):
    found = step_size_threshold(np.random.default_rng(16).standard_normal(shape), p=p)
    assert found.kind == "rigorous" and found.upper/found.lower - 1 < 1e-8


@pytest.mark.parametrize("p", [1, 0.25, 0])
def test_heavy_tails_are_rigorous(p):
    for seed, shape in ((0, (60, 100)), (1, (300, 40)), (2, (40, 40))):
        data = np.random.default_rng(seed).standard_t(1.1, shape)
        found = step_size_threshold(data, p=p)
        assert found.kind == "rigorous" and found.upper/found.lower - 1 < 1e-8


@pytest.mark.parametrize("p", [1, 0.25, 0])
@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (6, 4)])
def test_no_condition_is_too_bad(shape, p):
    rng = np.random.default_rng(21)
    for decay in (6, 9, 14, 40):
        values = 10.0**(-decay*np.arange(min(shape))/min(shape))
        data = np.linalg.qr(rng.standard_normal((shape[0],)*2))[0][:, :len(values)]*values @ \
            np.linalg.qr(rng.standard_normal((shape[1],)*2))[0][:len(values)]
        found, (low, high) = step_size_threshold(data, p=p), exact_bounds(data, Fraction(p))
        assert found.kind == "rigorous" and found.upper/found.lower - 1 < 2.0**-25
        assert Fraction(found.lower) <= 2/high <= 2/low <= Fraction(found.upper)


def test_bounds_that_cannot_be_proved_are_numerical(monkeypatch):
    data = np.random.default_rng(22).standard_normal((7, 4))
    proved = step_size_threshold(data)
    monkeypatch.setattr("numerics.stability_threshold.certified", lambda *_: None)
    found = step_size_threshold(data)
    assert (proved.kind, found.kind, found.value) == ("rigorous", "numerical", proved.value)
    assert found.lower <= found.value <= found.upper


def test_a_power_of_two_scales_exactly():
    data = np.random.default_rng(11).standard_normal((8, 3))
    found, scaled = step_size_threshold(data), step_size_threshold(data*2.0**-300)
    assert (scaled.lower, scaled.upper) == (found.lower*2.0**600, found.upper*2.0**600)


@pytest.mark.parametrize("p", [1, HALF])
def test_restarts_for_want_of_memory_reach_the_same_threshold(p, monkeypatch):
    data = np.random.default_rng(13).standard_normal((60, 30))
    whole = step_size_threshold(data, p=p)
    monkeypatch.setattr("numerics.stability_solve.ROOM", 7)
    short = step_size_threshold(data, p=p)
    assert short.kind == whole.kind == "rigorous" and short.iterations > 7
    assert short.lower <= whole.upper and whole.lower <= short.upper


def test_progress_reports_every_application():
    seen = []
    data = np.random.default_rng(12).standard_normal((60, 30))
    found = step_size_threshold(data, progress=lambda *state: seen.append(state))
    assert [state[0] for state in seen] == list(range(1, found.iterations + 1))
    assert found.value == 2/seen[-1][1] and seen[-1][2] < seen[0][2]


@pytest.mark.parametrize("gradients, options, words", [
    (np.zeros((0, 3)), {}, r"shape \(n, d\) or \(n, k, d\), none of them 0, not \(0, 3\)"),
    (np.ones(3), {}, r"not \(3,\)"),
    ([[1.0, np.nan]], {}, r"gradients\[0, 1\] is nan"),
    ([[1.0], [-np.inf]], {}, r"gradients\[1, 0\] is -inf"),
    ([[1, 2], [3]], {}, "ragged"),
    (np.zeros((2, 2)), {}, "all gradients are zero"),
    ([[0, 0]], {}, "all gradients are zero"),
    (np.eye(2), {"batch_size": 0}, "batch_size = 0 must be at least 1"),
    (np.eye(2), {"batch_size": 3, "replacement": False}, "between 1 and n = 2"),
    (np.eye(2), {"p": 1.5}, r"p = 1.5 must lie in \[0, 1\]"),
    (np.eye(2), {"p": float("nan")}, "p = nan must be a number"),
    (np.eye(2), {"residuals": [0.0, 0.25]}, r"residuals\[1\] is 0.25, so the minimum does not interpolate"),
    (np.eye(2), {"residuals": [0.0]}, r"residuals must have shape \(2,\) or \(2, 1\)"),
    (np.eye(2), {"residuals": [0.0, np.nan]}, r"residuals\[1\] is nan"),
    (np.full((1, 1), 1e-200), {}, "out of the range of floats"),
])
def test_unusable_input_is_refused_by_name(gradients, options, words):
    with pytest.raises(ValueError, match=words):
        step_size_threshold(gradients, **options)


@pytest.mark.parametrize("gradients, options, words", [
    ([[THIRD, 0.5]], {}, "mix floats with exact numbers"),
    ([[THIRD]*11], {}, "1/3 is no float, and exact arithmetic ends at 10 parameters"),
    ([[1j]], {}, "must be real numbers"),
    (np.eye(2), {"batch_size": 1.0}, "batch_size = 1.0 must be an integer"),
])
def test_the_wrong_kind_of_number_is_refused(gradients, options, words):
    with pytest.raises(TypeError, match=words):
        step_size_threshold(gradients, **options)


def test_the_eigenbasis_is_orthonormal_for_few_rows_of_any_condition():
    rng = np.random.default_rng(23)
    for decay in (0, 3, 6):
        rows = rng.standard_normal((20, 30)) @ np.diag(10.0**(-decay*np.arange(30)/30))
        problem, basis = diagonalised(rows, 1, 20)
        whole, size = lifted(basis, rows), len(problem.curvatures)
        # Householder's columns are orthonormal to about their number times the dimension, in units.
        assert basis.shape == (20, size) and np.abs(whole.T @ whole - np.eye(size)).max() <= 20*30*2.0**-53
        assert np.abs(rows @ whole - problem.coordinates).max() <= 20*30*2.0**-53*np.abs(rows).sum()


def test_the_step_operator_moves_a_second_moment_as_sgd_does():
    # Integers, a step size and a sample count that are powers of two: no rounding at all.
    roots = np.random.default_rng(20).integers(-3, 4, size=(4, 3, 3))
    hessians, moment = roots + roots.transpose(0, 2, 1), np.array([[2, 1, 0], [1, 3, 1], [0, 1, 2]])
    steps = np.eye(3) - 0.25*hessians
    moved = second_moment_operator(hessians, 0.25) @ moment.reshape(-1)
    assert (moved.reshape(3, 3) == sum(step @ moment @ step for step in steps)/4).all()


def test_an_asymmetric_hessian_is_named():
    with pytest.raises(ValueError, match=r"hessians\[1\] is not symmetric"):
        second_moment_operator([np.eye(2), [[1.0, 2.0], [0.0, 1.0]]], 0.1)
