"""Exact paths over all batch sequences, reshuffled epochs, and the two networks."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from sympy import Rational, sqrt

from numerics.balls import ball
from numerics.stability import largest_curvature, step_size_threshold
from numerics.stability_bounds import curvature_bounds
from numerics.stability_exact import congruence, mean_hessian, read_samples, spread_operator
from numerics.stability_paths import (epoch_growth, epoch_mean_square, epoch_operator, growth,
                                      second_moment_by_operator, second_moment_path, step_operator)
from numerics.stable_networks import (diagonal_gradients, diagonal_gram, diagonal_path, half_space_floor, half_space_moments,
                                      mean_absolute_walk, rademacher_complexity, relu_gradients, relu_gram,
                                      relu_output, squares_gradients)

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
THREE = [[(1, HALF)], [(-THIRD, 2)], [(HALF, HALF/2)]]
PLANE = [(1, 0), (-1, 0), (0, 1), (0, -1)]


def test_all_sequences_of_the_worked_instance():
    path = second_moment_path(THREE, HALF, 8)
    assert path == second_moment_by_operator(THREE, HALF, 8)
    assert (path[0], float(path[1]), float(path[8])) == (1, 0.8277894322273662, 0.5756470614667393)
    recurrence = step_operator(THREE, HALF).charpoly().coeffs()
    for t in range(6):
        assert sum(c*fmpq(x.numerator, x.denominator) for c, x in zip(recurrence, path[t:t + 4])) == 0
    assert growth(THREE, HALF) > 1                       # though the first eight steps shrink it


@pytest.mark.parametrize("batch, replacement", [(1, True), (2, True), (2, False), (3, False)])
def test_a_step_is_the_mixture_that_the_sampling_factor_says(batch, replacement):
    # p = 1/B, or (n - B)/(B (n - 1)): I - 2 eta C + eta^2 D_p against the average over all batches.
    samples, eta, n = read_samples(THREE), fmpq(1, 3), 3
    p = fmpq(1, batch) if replacement else fmpq(n - batch, batch*(n - 1))
    total = mean_hessian(samples)
    one = fmpq_mat([[1, 0], [0, 1]])
    formula = congruence(one) - congruence(total, one)*(2*eta) + spread_operator(samples, p)*(eta*eta)
    assert step_operator(THREE, THIRD, batch, replacement=replacement) == formula


def test_starts_may_be_chosen():
    path = second_moment_path(THREE, HALF, 3, 2, replacement=False, starts=[(1, 0)])
    other = second_moment_path(THREE, HALF, 3, 2, replacement=False, starts=[(0, 1)])
    both = second_moment_by_operator(THREE, HALF, 3, 2, replacement=False)
    assert [(a + b)/2 for a, b in zip(path, other)] == both and path != other


def test_too_many_sequences_are_refused():
    with pytest.raises(ValueError, match="14348907 batch sequences"):
        second_moment_path(THREE, HALF, 15)
    with pytest.raises(ValueError, match="orders of an epoch"):
        epoch_operator([[(1,)]]*12, HALF)


@pytest.mark.parametrize("eta", [HALF, Fraction(3, 4), Fraction(1, 5)])
def test_epochs_are_symmetric_and_grow_at_least_like_the_product_of_norms(eta):
    operator = epoch_operator(THREE, eta)
    weights = fmpq_mat([[1, 0, 0], [0, 2, 0], [0, 0, 1]])       # an entry off the diagonal counts twice
    assert weights*operator == (weights*operator).transpose()
    norms = [sum(x*x for x in rows[0]) for rows in THREE]
    geometric = abs((1 - eta*norms[0])*(1 - eta*norms[1])*(1 - eta*norms[2]))   # to the power 2/r = 1
    assert epoch_mean_square(THREE, eta) >= geometric
    least = epoch_mean_square(THREE, eta)
    assert not ball(least) > ball(epoch_growth(THREE, eta))


def test_reshuffling_breaks_the_trace_bound_with_unequal_norms():
    # H_2 = 1/eta wipes out every epoch, however large H_1 is; drawn independently it is unstable.
    samples = [[(1,)]*100, [(1,)]]
    assert epoch_growth(samples, 1) == 0 and growth(samples, 1) == Rational(99**2, 2)


@pytest.mark.parametrize("eta, stable", [(Fraction(2), True), (Fraction(21, 10), False)])
def test_reshuffling_keeps_the_trace_bound_with_equal_norms(eta, stable):
    samples = [[(1, 0)], [(Fraction(3, 5), Fraction(4, 5))]]
    assert (not ball(epoch_growth(samples, eta)) > ball(1)) is stable


def test_a_diagonal_network_on_signs_is_stable_exactly_up_to_its_norm():
    inputs, a, b = [(1, 1), (1, -1)], (1, HALF), (2, THIRD)
    assert largest_curvature(diagonal_gradients(a, b, inputs)) == Rational(193, 36)
    assert largest_curvature(squares_gradients(a, b, inputs)) == 4*Rational(193, 36)
    assert curvature_bounds(diagonal_gradients(a, b, inputs)).gradient_descent == 5


def test_unequal_inputs_break_the_norm_rule():
    gradients = diagonal_gradients((1, 1), (1, 1), [(2, 0), (0, HALF)])
    assert largest_curvature(gradients) == 8 and curvature_bounds(gradients).trace == Rational(17, 4)


def test_relu_gradients_on_symmetric_data():
    gradients = relu_gradients([(1, 2), (-1, 3)], (1, -2), PLANE)
    assert [sum(x*x for x in row) for row in gradients] == [2, 5, 18, 0]
    assert curvature_bounds(gradients).trace == Rational(25, 4)          # (15/2 + 5)/2
    assert curvature_bounds(gradients).gradient_descent <= 5


def test_gradients_are_those_of_the_output():
    # The output is a polynomial of degree 2 near the parameters: central differences are exact.
    weights, a, biases, x, h = [(1, 2), (-1, 3)], (1, -2), (HALF, -1), (2, 3), Fraction(1, 64)
    [gradient] = relu_gradients(weights, a, [x], biases)
    flat = [*weights[0], *weights[1], *biases, *a]

    def output(values):
        return relu_output([values[:2], values[2:4]], values[6:], x, values[4:6])
    for j, slope in enumerate(gradient):
        shifted = [[v + sign*h*(i == j) for i, v in enumerate(flat)] for sign in (1, -1)]
        assert (output(shifted[0]) - output(shifted[1]))/(2*h) == slope


def test_gram_matrices_need_no_gradients():
    weights, a, b = np.array([[1.0, 2.0], [-1.0, 3.0]]), np.array([1.0, -2.0]), np.array([2.0, 0.5])
    inputs = np.array(PLANE, dtype=float)
    rows = np.array(relu_gradients(weights.tolist(), a.tolist(), PLANE))
    assert (relu_gram(weights, a, inputs) == rows @ rows.T/4).all()      # dyadic numbers: no rounding
    rows = np.array(diagonal_gradients(a, b, PLANE))
    assert (diagonal_gram(a, b, inputs) == rows @ rows.T/4).all()


def test_a_kink_has_no_gradient():
    with pytest.raises(ValueError, match="neuron 1 is exactly on its kink at input 0"):
        relu_gradients([(1, 2), (0, 3)], (1, 1), [(1, 0)])


def test_blind_directions_have_no_moments():
    assert half_space_moments((1, 0), PLANE) == (Fraction(1, 4), Fraction(1, 4))
    assert half_space_moments((-1, 0), [(1, 0)]) == (0, 0)


@pytest.mark.parametrize("memoriser", [True, False])
@pytest.mark.parametrize("samples", [list(product((-1, 1), repeat=3)),
                                     [(1, 1, 1), (-1, -1, -1), (1, -1, 1), (-1, 1, -1)]])
def test_with_biases_memoriser_and_generaliser_are_equally_stable(memoriser, samples):
    if memoriser:
        weights, biases = [tuple(2*x for x in row) for row in samples], [-4]*len(samples)
        a = [x[0]*x[1] for x in samples]
    else:
        weights, biases = [(2, 2, 0), (-2, -2, 0), (2, -2, 0), (-2, 2, 0)], [-2]*4
        a = [1, 1, -1, -1]
    assert all(relu_output(weights, a, x, biases) == 2*x[0]*x[1] for x in samples)
    gradients = np.array(relu_gradients(weights, a, samples, biases), dtype=float)
    assert ((gradients**2).sum(axis=1) == 8).all()       # so trace H = Lambda = 8, whatever the angles
    top = max(np.linalg.eigvalsh(gradients @ gradients.T/len(samples)))
    assert round(top*4) == (4 if memoriser and len(samples) == 8 else 7 if len(samples) == 8 else 8)


def test_rademacher_complexities_by_enumeration():
    inputs = [(1, -1), (1, 1), (-1, 1), (1, 1)]
    assert rademacher_complexity(inputs, "linf") == 2*mean_absolute_walk(4)/4
    assert rademacher_complexity([(1,)]*5, "l1") == mean_absolute_walk(5)/5
    for n in range(1, 9):
        walks = [abs(sum(signs)) for signs in product((1, -1), repeat=n)]
        assert mean_absolute_walk(n) == Fraction(sum(walks), len(walks))
    with pytest.raises(ValueError, match="n may be 20 at most"):
        rademacher_complexity([(1,)]*21, "l1")


def test_the_nonlinear_network_follows_the_linear_path_to_first_order():
    inputs, a, b = [(1, 1), (1, -1), (-1, -1)], (1, HALF), (Fraction(3, 4), -1)
    eta = Fraction(9, 10)*2/sum(x*x for x in (*a, *b))
    linear = 4*second_moment_by_operator(diagonal_gradients(a, b, inputs), eta, 3)[3]

    def error(delta):
        starts = [[delta*int(i == k) for i in range(4)] for k in range(4)]
        return sum(diagonal_path(a, b, inputs, eta, start, 3)[3] for start in starts)/delta**2 - linear
    errors = [error(Fraction(1, 2**m)) for m in range(7, 12)]
    ratios = [abs(first/second - 2) for first, second in zip(errors, errors[1:])]
    assert all(later < earlier*Fraction(3, 4) for earlier, later in zip(ratios, ratios[1:]))


def test_thresholds_of_networks_in_floats_enclose_the_exact_ones():
    gradients = diagonal_gradients((1.0, 0.5), (2.0, 0.25), [(1.0, 1.0), (1.0, -1.0)])
    found = step_size_threshold(np.array(gradients))
    assert found.lower <= 2/5.3125 <= found.upper        # 1 + 1/4 + 4 + 1/16


def test_gradients_of_sympy_numbers_are_exact():
    half = Rational(1, 2)
    assert relu_gradients([(half, 1), (-1, half/2)], [half, 3], [(1, 2)]) == [(half, 1, 0, 0, Rational(5, 2), 0)]
    (row,) = relu_gradients([(sqrt(2), 1)], [half], [(1, 2)])
    assert row == (half, 1, 2 + sqrt(2))


def test_no_direction_of_the_plane_is_below_the_floor():
    # Rational directions all around, those on a kink left out: none is lower, and one comes within 2 percent.
    inputs = [(3, 1), (-1, 2), (0, -2), (-3, -1), (1, 1)]
    alpha, gamma, both = half_space_floor(inputs)
    assert (alpha, gamma) == ((7 - sqrt(13))/5, Rational(12, 5))
    around = [(x, y) for t in range(-40, 41) for x, y in ((t, 41), (41, t), (t, -41), (-41, t))]
    seen = [(Fraction(a, x*x + y*y), g) for x, y in around if all(x*p + y*q for p, q in inputs)
            for a, g in [half_space_moments((x, y), inputs)]]
    products = [a*g for a, g in seen]
    assert all(a >= alpha and g >= gamma for a, g in seen) and all(b >= both for b in products)
    assert min(g for _, g in seen) == gamma and float(min(products)/both) < 1.02


def test_floors_by_hand():
    assert half_space_floor(PLANE) == (Rational(1, 4), Rational(1, 2), Rational(1, 8))
    assert half_space_floor([(1, 0)]) == (0, 0, 0) and half_space_floor([(1, 0), (-2, 0)])[:2] == (0, Rational(1, 2))
    with pytest.raises(ValueError, match="on the kink of every neuron"):
        half_space_floor([(1, 0), (0, 0)])
