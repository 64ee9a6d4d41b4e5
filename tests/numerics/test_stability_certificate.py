"""The rounding budget of the float certificate, number by number, against exact rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from numerics.stability_certificate import Attempt, Sizes, turned_moment
from numerics.stability_operator import diagonalised
from numerics.stability_range import different, framed, integers, rank_at_most
from numerics.stability_solve import densely


def exact(array):
    return fmpq_mat([[fmpq(*Fraction(x).as_integer_ratio()) for x in row] for row in np.asarray(array).tolist()])


def size(matrix):
    """The spectral norm of an exact matrix, to the few roundings of one conversion and one SVD."""
    return np.linalg.norm(np.array([[float(Fraction(int(x.p), int(x.q))) for x in row]
                                    for row in matrix.tolist()]), 2)


def case(seed, partial):
    """An attempt at a random problem of one to three outputs, with everything exact beside it.

    partial: the range is not everything, for want of rows or by dependent columns.
    """
    rng = np.random.default_rng([31, seed])
    k, m = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    d = k*m + int(rng.integers(1, 4)) if partial else max(1, k*m - int(rng.integers(0, 4)))
    rows = rng.uniform(-1, 1, (k*m, d))*2.0**rng.integers(-6, 1, (k*m, 1))
    if partial and seed % 2:
        rows = np.hstack([rows[:, :max(k*m - 1, 1)], rows[:, :1]])
    p, count = Fraction(int(rng.integers(0, 8)), 7), m + int(rng.integers(0, 3))
    problem, basis = diagonalised(rows, k, count)
    solution = densely(problem, float(p))
    bound = solution.value*(1 + 2.0**-30)
    frame = framed(rows, basis)
    moment = turned_moment(solution.witness(bound), basis if frame.metric is None else None)
    attempt = Attempt(frame, Sizes.of(frame, problem), problem, moment, p, bound)
    gradients = exact(rows)
    span = exact(frame.directions) if partial else None
    return attempt, bound, p, gradients, span, gradients*span if partial else gradients


def moved(matrix, rows, outputs, count, p):
    """D(S) = (1 - p) HSH + p mean_i H_i S H_i from exact rows."""
    entries, total = rows.tolist(), rows.transpose()*rows/count
    samples = [fmpq_mat(entries[i:i + outputs]) for i in range(0, len(entries), outputs)]
    spread = sum((x.transpose()*(x*matrix*x.transpose())*x for x in samples), fmpq_mat(*[rows.ncols()]*2))
    return total*matrix*total*(1 - p) + spread*(p/count)


@pytest.mark.parametrize("partial", [False, True])
def test_every_computed_number_stays_within_its_budget(partial):
    worst = dict.fromkeys(("rows", "metric", "hessian", "top", "images", "difference"), 0.0)

    def note(name, error, budget):
        worst[name] = max(worst[name], error/budget)
    for seed in range(40):
        attempt, bound, p, _, span, rows = case(seed, partial)
        sizes, k, n, frame = attempt.sizes, attempt.outputs, attempt.count, attempt.frame
        moment, share = exact(attempt.moment), fmpq(p.numerator, p.denominator)
        metric = span.transpose()*span if partial else fmpq_mat(np.eye(rows.ncols(), dtype=int).tolist())
        images, total = rows*moment, rows.transpose()*rows/n
        if partial:
            note("rows", max(size(exact([f]) - fmpq_mat([t])) / e for f, t, e in
                             zip(frame.rows, rows.tolist(), frame.errors)), 1)
            note("metric", size(metric - exact(frame.metric)), frame.metric_error)
        note("images", size(images), attempt.images_norm + attempt.images_error)
        note("hessian", size(exact(sizes.hessian) - total), sizes.hessian_error)
        note("top", size(total), sizes.top)
        curved = (total*moment*metric + metric*moment*total)/2
        true = curved*exact([[bound]])[0, 0] - moved(moment, rows, k, n, share)
        note("difference", size(exact(attempt.matrix) - true), attempt.error)
    assert all(0 <= ratio <= 1 for ratio in worst.values()), worst
    assert all(worst[name] > 0 for name in ("hessian", "top", "images", "difference"))     # rounding was seen


@pytest.mark.parametrize("partial", [False, True])
def test_the_sums_over_each_sample_stay_within_their_bounds(partial):
    for seed in range(40):
        attempt, _, _, _, _, rows = case(seed, partial)
        images, k = rows*exact(attempt.moment), attempt.outputs
        for i, (square, error) in enumerate(zip(attempt.block_squares, attempt.block_errors)):
            part = slice(i*k, (i + 1)*k)
            true = size(fmpq_mat(images.tolist()[part])*fmpq_mat(rows.tolist()[part]).transpose())
            assert true <= attempt.block_lengths[i] + error
            # The blocks' Frobenius norm is at most sqrt(k) times the spectral one; rounding of that norm: k^2 + 2.
            assert np.sqrt(square) <= (np.sqrt(k)*true + error)*(1 + (k*k + 2)*2.0**-52)


def test_what_is_proved_on_the_frame_holds_on_the_whole_range():
    # The form for vectors of the range itself, exactly, by its leading minors in a rational basis.
    seen = 0
    for seed in range(40):
        attempt, bound, p, gradients, span, _ = case(seed, True)
        if attempt.proves():
            whole, total = span*exact(attempt.moment)*span.transpose(), gradients.transpose()*gradients/attempt.count
            form = (total*whole + whole*total)*exact([[bound]])[0, 0]/2 - moved(
                whole, gradients, attempt.outputs, attempt.count, fmpq(p.numerator, p.denominator))
            basis = fmpq_mat(gradients.rref()[0].tolist()[:gradients.rank()])
            within = (basis*form*basis.transpose()).tolist()
            assert all(fmpq_mat([row[:j] for row in within[:j]]).det() > 0 for j in range(1, len(within) + 1))
            seen += 1
    assert seen > 30


@pytest.mark.parametrize("partial", [False, True])
def test_the_lower_bound_stays_below_the_exact_quotient(partial):
    for seed in range(40):
        attempt, _, p, gradients, span, _ = case(seed, partial)
        moment, share = exact(attempt.moment), fmpq(p.numerator, p.denominator)
        whole = span*moment*span.transpose() if partial else moment
        total = gradients.transpose()*gradients/attempt.count
        spread = moved(whole, gradients, attempt.outputs, attempt.count, share)
        above = sum((a*b for a, b in zip(whole.entries(), spread.entries())), fmpq(0))
        below = sum((a*b for a, b in zip(whole.entries(), (total*whole).entries())), fmpq(0))
        quotient = above/below
        assert Fraction(attempt.lower()) <= Fraction(int(quotient.p), int(quotient.q))


def test_a_rank_is_proved_exactly_where_it_holds():
    for seed in range(60):
        rng = np.random.default_rng([33, seed])
        n, d = (int(x) for x in rng.integers(1, 7, 2))
        rank = int(rng.integers(1, min(n, d) + 1))
        rows = (rng.integers(-9, 10, (n, rank)) @ rng.integers(-9, 10, (rank, d)))*2.0**rng.integers(-60, 9, (n, 1))
        true = exact(rows).rank()
        assert [rank_at_most(rows, r) for r in range(min(n, d) + 1)] == [r >= true for r in range(min(n, d) + 1)]


def test_a_change_in_the_last_place_raises_the_rank():
    rows = np.random.default_rng(34).standard_normal((6, 4))
    rows[:, 3] = 2*rows[:, 0] - rows[:, 1]/4
    exactly = exact(rows[:, 3:]) == exact(rows[:, :1])*2 - exact(rows[:, 1:2])/4
    assert not exactly and not rank_at_most(rows, 3)           # the difference was rounded
    rows[:, 3] = -2*rows[:, 0]
    assert rank_at_most(rows, 3)


def test_integers_are_the_rows_times_powers_of_two():
    rows = np.array([[0.75, -3.0, 0.0], [0.0, 0.0, 0.0], [2.0**-1070, 2.0**-1060, 0.0]])
    assert integers(rows) == ([[3, -12, 0], [0, 0, 0], [1, 1024, 0]], 11)


def test_equal_rows_are_found_up_to_powers_of_two_and_sign():
    rows = np.array([[0.0, 3.0, 1.0], [0.0, -6.0, -2.0], [0.0, 0.0, 0.0], [1.0, 3.0, 1.0], [0.0, 3.0, 2.0]])
    assert (different(rows) == rows[[0, 3, 4]]).all()
    far = np.array([[2.0**600, 2.0**-600], [2.0**-600, 0.0]])                # aligning would lose a number: left alone
    assert (different(far) == far).all()


def test_repeated_samples_of_many_parameters_have_a_known_rank():
    rows = np.random.default_rng(35).standard_normal((60, 4000))
    repeated = np.concatenate([rows, -rows[:7]/4])
    assert rank_at_most(repeated, 60) and not rank_at_most(repeated, 59)
