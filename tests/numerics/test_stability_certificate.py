"""The rounding budget of the float certificate, number by number, against exact rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from exactly import exact, size
from numerics.stability_certificate import Attempt, Sizes, turned_moment
from numerics.stability_kernel import framed
from numerics.stability_operator import diagonalised
from numerics.stability_solve import densely


def case(seed, wide):
    """An attempt at a random problem of one to three outputs, with everything exact beside it.

    wide: fewer rows than parameters, or dependent ones, so that coordinates stand for the gradients.
    """
    rng = np.random.default_rng([31, seed])
    k, m = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    d = k*m + int(rng.integers(1, 4)) if wide else max(1, k*m - int(rng.integers(0, 4)))
    rows = rng.uniform(-1, 1, (k*m, d))*2.0**rng.integers(-6, 1, (k*m, 1))
    if wide and seed % 2:
        rows = np.hstack([rows[:, :max(k*m - 1, 1)], rows[:, :1]])
    p, count = Fraction(int(rng.integers(0, 8)), 7), m + int(rng.integers(0, 3))
    problem, basis = diagonalised(rows, k, count)
    solution = densely(problem, float(p))
    bound = solution.value*(1 + 2.0**-30)
    frame = framed(rows, problem, basis)
    moment = turned_moment(solution.witness(bound), basis if frame.rows is rows else None)
    attempt = Attempt(frame, Sizes.of(frame, problem), problem, moment, p, bound)
    return attempt, bound, p, exact(frame.rows), exact(rows)


def moved(matrix, rows, outputs, count, p):
    """D(S) = (1 - p) HSH + p mean_i H_i S H_i from exact rows."""
    entries, total = rows.tolist(), rows.transpose()*rows/count
    samples = [fmpq_mat(entries[i:i + outputs]) for i in range(0, len(entries), outputs)]
    spread = sum((x.transpose()*(x*matrix*x.transpose())*x for x in samples), fmpq_mat(*[rows.ncols()]*2))
    return total*matrix*total*(1 - p) + spread*(p/count)


@pytest.mark.parametrize("wide", [False, True])
def test_every_computed_number_stays_within_its_budget(wide):
    worst = dict.fromkeys(("hessian", "top", "images", "difference"), 0.0)

    def note(name, error, budget):
        worst[name] = max(worst[name], error/budget)
    for seed in range(40):
        attempt, bound, p, rows, _ = case(seed, wide)
        sizes, k, n = attempt.sizes, attempt.outputs, attempt.count
        moment, share = exact(attempt.moment), fmpq(p.numerator, p.denominator)
        images, total = rows*moment, rows.transpose()*rows/n
        note("images", size(images), attempt.images_norm + attempt.images_error)
        note("hessian", size(exact(sizes.hessian) - total), sizes.hessian_error)
        note("top", size(total), sizes.top)
        curved = (total*moment + moment*total)/2
        true = curved*exact([[bound]])[0, 0] - moved(moment, rows, k, n, share)
        note("difference", size(exact(attempt.matrix) - true), attempt.error)
    assert all(0 < ratio <= 1 for ratio in worst.values()), worst            # rounding was seen


@pytest.mark.parametrize("wide", [False, True])
def test_the_forms_of_each_sample_stay_within_their_bounds(wide):
    for seed in range(40):
        attempt, _, _, rows, _ = case(seed, wide)
        images, k = rows*exact(attempt.moment), attempt.outputs
        for i, (form, length, error) in enumerate(zip(attempt.forms, attempt.form_lengths, attempt.form_errors)):
            part = slice(i*k, (i + 1)*k)
            true = fmpq_mat(images.tolist()[part])*fmpq_mat(rows.tolist()[part]).transpose()
            assert size(exact(form) - true) <= error and size(true) <= length + error


@pytest.mark.parametrize("wide", [False, True])
def test_the_lower_bound_stays_below_the_exact_quotient(wide):
    for seed in range(40):
        attempt, _, p, rows, _ = case(seed, wide)
        moment, share = exact(attempt.moment), fmpq(p.numerator, p.denominator)
        total = rows.transpose()*rows/attempt.count
        spread = moved(moment, rows, attempt.outputs, attempt.count, share)
        above = sum((a*b for a, b in zip(moment.entries(), spread.entries())), fmpq(0))
        below = sum((a*b for a, b in zip(moment.entries(), (total*moment).entries())), fmpq(0))
        quotient = above/below
        assert Fraction(attempt.lower()) <= Fraction(int(quotient.p), int(quotient.q))


def test_forms_that_are_not_negative_are_seen_only_where_they_serve():
    # An indefinite moment with y'Sy > 0 for both rows; with p < 1 or a negative form nothing is proved by the forms.
    rows, moment = np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    problem, basis = diagonalised(rows, 1, 2)
    frame = framed(rows, problem, basis)

    def positive(moment, p):
        return Attempt(frame, Sizes.of(frame, problem), problem, moment, p, 2.0)._forms_are_positive()
    assert positive(moment, Fraction(1)) and not positive(moment, Fraction(1, 2)) and not positive(-moment, Fraction(1))
    flat = np.array([[1.0, 0.0], [0.0, -0.25]])                              # the second row's form is exactly 0
    assert not positive(flat, Fraction(1))
