"""The rounding budget of the float certificate, number by number, against exact rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from numerics.stability_certificate import Attempt, Frame, Sizes, spanned, turned_moment
from numerics.stability_operator import diagonalised
from numerics.stability_solve import densely


def exact(array):
    return fmpq_mat([[fmpq(*Fraction(x).as_integer_ratio()) for x in row] for row in np.asarray(array).tolist()])


def size(matrix):
    """The spectral norm of an exact matrix, to the few roundings of one conversion and one SVD."""
    return np.linalg.norm(np.array([[float(Fraction(int(x.p), int(x.q))) for x in row]
                                    for row in matrix.tolist()]), 2)


def case(seed, wide):
    """An attempt at a random problem of one to three outputs, with everything exact beside it."""
    rng = np.random.default_rng([31, seed])
    k, m = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    d = k*m + int(rng.integers(1, 4)) if wide else max(1, k*m - int(rng.integers(0, 4)))
    rows = rng.uniform(-1, 1, (k*m, d))*2.0**rng.integers(-6, 1, (k*m, 1))
    p, count = Fraction(int(rng.integers(0, 8)), 7), m + int(rng.integers(0, 3))
    problem, basis = diagonalised(rows, k, count)
    solution = densely(problem, float(p))
    bound = solution.value*(1 + 2.0**-30)
    frame = spanned(rows, basis) if wide else Frame(rows, np.zeros(k*m), 0.0)
    moment = turned_moment(solution.witness(bound), None if wide else basis)
    attempt = Attempt(frame, Sizes.of(frame, problem), problem, moment, p)
    gradients = exact(rows)
    span = gradients.transpose()*exact(frame.left) if wide else None
    return attempt, bound, p, gradients, span, gradients*span if wide else gradients


def moved(matrix, rows, outputs, count, p):
    """D(S) = (1 - p) HSH + p mean_i H_i S H_i from exact rows."""
    entries, total = rows.tolist(), rows.transpose()*rows/count
    samples = [fmpq_mat(entries[i:i + outputs]) for i in range(0, len(entries), outputs)]
    spread = sum((x.transpose()*(x*matrix*x.transpose())*x for x in samples), fmpq_mat(*[rows.ncols()]*2))
    return total*matrix*total*(1 - p) + spread*(p/count)


@pytest.mark.parametrize("wide", [False, True])
def test_every_computed_number_stays_within_its_budget(wide):
    worst = dict.fromkeys(("rows", "metric", "images", "blocks", "hessian", "difference"), 0.0)

    def note(name, error, budget):
        worst[name] = max(worst[name], error/budget)
    for seed in range(40):
        attempt, bound, p, _, span, rows = case(seed, wide)
        sizes, k, n = attempt.sizes, attempt.outputs, attempt.count
        moment, share = exact(attempt.moment), fmpq(p.numerator, p.denominator)
        metric = span.transpose()*span if wide else fmpq_mat(np.eye(rows.ncols(), dtype=int).tolist())
        images, total = rows*moment, rows.transpose()*rows/n
        if wide:
            note("rows", max(size(exact([f]) - fmpq_mat([t])) / e for f, t, e in
                             zip(attempt.frame.rows, rows.tolist(), attempt.frame.errors)), 1)
            note("metric", size(metric - exact(np.eye(rows.ncols()))), attempt.frame.metric_error)
        note("images", size(exact(attempt.images) - images), attempt.images_error)
        for i, (block, budget) in enumerate(zip(attempt.blocks, attempt.block_errors)):
            part = slice(i*k, (i + 1)*k)
            true = fmpq_mat(images.tolist()[part])*fmpq_mat(rows.tolist()[part]).transpose()
            note("blocks", size(exact(block) - true), budget)
        note("hessian", size(exact(sizes.hessian) - total), sizes.hessian_error)
        assert sizes.top >= size(total)
        matrix, error = attempt.difference(bound)
        curved = (total*moment*metric + metric*moment*total)/2
        true = curved*exact([[bound]])[0, 0] - moved(moment, rows, k, n, share)
        note("difference", size(exact(matrix) - true), error)
    assert all(0 <= ratio <= 1 for ratio in worst.values()), worst
    assert all(worst[name] > 0 for name in ("images", "blocks", "hessian", "difference"))  # rounding was seen


@pytest.mark.parametrize("wide", [False, True])
def test_the_lower_bound_stays_below_the_exact_quotient(wide):
    for seed in range(40):
        attempt, _, p, gradients, span, _ = case(seed, wide)
        moment, share = exact(attempt.moment), fmpq(p.numerator, p.denominator)
        whole = span*moment*span.transpose() if wide else moment
        total = gradients.transpose()*gradients/attempt.count
        spread = moved(whole, gradients, attempt.outputs, attempt.count, share)
        above = sum((a*b for a, b in zip(whole.entries(), spread.entries())), fmpq(0))
        below = sum((a*b for a, b in zip(whole.entries(), (total*whole).entries())), fmpq(0))
        quotient = above/below
        assert Fraction(attempt.lower()) <= Fraction(int(quotient.p), int(quotient.q))
