from fractions import Fraction

import numpy as np
import pytest
import sympy

from numerics.balls import Undecided, ball
from numerics.filters import best_flow_error, compare_sam_with_gd, prediction_errors, worst_rise


def test_errors_are_exact_where_nothing_rounds():
    # d = (1, 2), eta = 1/2, rho = 1/2: gamma = (1/4, -1) for SAM; powers of two throughout
    errors = prediction_errors([1, 2], [2, 4], 1, 0.5, 0.5, [0, 1, 2])
    gamma, theta2 = (Fraction(1, 4), Fraction(-1)), (4, 16)
    for k in range(3):
        assert errors.bias[k] == sum(h*g**(2*k) for h, g in zip(theta2, gamma))/2
        assert errors.variance[k] == sum((1 - g**k)**2 for g in gamma)/2


def test_sam_is_ahead_up_to_step_eighteen_and_behind_from_nineteen():
    winner = compare_sam_with_gd([1], [3], 1, 0.1, 0.5, range(1, 40)).winner
    assert winner == ("SAM",)*18 + ("GD",)*21


def test_two_modes_change_the_lead_three_times():
    found = compare_sam_with_gd([1, 0.01], np.sqrt([5, 10]), 1, 0.25, 0.5, range(1, 2000))
    changes = [k for k, (a, b) in enumerate(zip(found.winner, found.winner[1:]), 2) if a != b]
    assert changes == [6, 21, 956]


def test_best_stopping_time_is_reported_with_its_error():
    found = compare_sam_with_gd([2, 0.5], np.sqrt([98/27, 271/729]), 1, 0.2, 0.25, range(1, 100))
    assert found.best["GD"][0] == 3 and found.best["SAM"][0] == 2
    assert found.best["GD"][1] < found.best["SAM"][1]


def test_no_filter_is_below_the_oracle():
    rng = np.random.default_rng(5)
    for _ in range(50):
        d, theta = rng.uniform(0, 2, 4), rng.normal(size=4)
        errors = prediction_errors(d, theta, 0.7, 0.3, 0.2, range(30))
        # n terms of about sigma^2, a few roundings each
        assert errors.total.min() >= errors.oracle - 100*np.finfo(float).eps


def test_least_flow_error_encloses_the_error_at_its_stationary_point():
    # one mode: the minimum is the oracle theta^2 sigma^2/(theta^2 + sigma^2), attained for every radius
    for radius in (0, Fraction(1, 3)):
        found = best_flow_error([Fraction(3, 2)], [3], 2, radius)
        assert found.overlaps(ball(Fraction(6, 5)))
        assert not found.overlaps(ball(Fraction(1201, 1000)))


def test_least_flow_error_agrees_with_a_fine_grid():
    d, h, s2, rho = (1, 2), (sympy.exp(1) - 1, sympy.exp(sympy.Rational(11, 5)) - 1), 1, Fraction(1, 10)
    found = best_flow_error(d, h, s2, rho)
    tau = np.linspace(0, 4, 200_001)
    t = [np.exp(-tau*a*(1 + 0.1*a)) for a in d]
    grid = sum(float(x)*y**2 + (1 - y)**2 for x, y in zip(h, t))/2
    low, high = float(found.lower()), float(found.upper())
    # the grid's least value is above the minimum by at most max|f''|/2 (step/2)^2 < 100 step^2
    assert low <= grid.min() <= high + 100*(tau[1] - tau[0])**2


def test_worst_rise_of_a_round_bowl_is_along_the_gradient():
    # d_1 = d_2 = d: max is r|g| + d r^2/2; here |g| = 5, r = 2, d = 3
    assert worst_rise([3, 4], [3, 3], 2).contains(16)
    assert not worst_rise([3, 4], [3, 3], 2).overlaps(ball(Fraction(16001, 1000)))


def test_worst_rise_without_a_gradient_along_the_steep_axis_is_undecided():
    with pytest.raises(Undecided, match="largest curvature"):
        worst_rise([1, 0], [1, 5], 10)


@pytest.mark.parametrize("arguments, message", [
    (([1, 2], [1], 1, 0.1, 0, [1]), "spectrum has 2 entries and signal 1"),
    (([1, -2], [1, 1], 1, 0.1, 0, [1]), r"spectrum\[1\] is -2"),
    (([1, np.nan], [1, 1], 1, 0.1, 0, [1]), r"spectrum\[1\] is nan"),
    (([], [], 1, 0.1, 0, [1]), "non-empty"),
    (([1], [1], -1, 0.1, 0, [1]), "noise must be finite and at least 0"),
    (([1], [1], 1, 0, 0, [1]), "step_size must be finite and above 0"),
    (([1], [1], 1, 0.1, -1, [1]), "radius must be finite"),
    (([1], [1], 1, 0.1, 0, [1.5]), "whole numbers"),
    (([1], [1], 1, 0.1, 0, [-1]), "whole numbers"),
])
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        prediction_errors(*arguments)
