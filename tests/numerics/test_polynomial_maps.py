"""Exact derivatives, multipliers and common zeros of polynomial maps."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat
from sympy import Poly, symbols

from numerics.laboratory import Absent, Laboratory
from numerics.polynomial_maps import (characteristic, common_zeros, coprime_part, cycle_jacobian, derivative_weights,
                                      in_basis, jacobian, largest_in_batch, largest_multiplier, rational, submatrix)
from numerics.steps import descent

x, y = symbols("x y")


def iterate():
    return Laboratory({}).iterate


def cubic(a, b):
    """Gradient of (ab - 1)^2/2."""
    return (a*b - 1)*b, (a*b - 1)*a


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5, 6])
def test_weights_differentiate_every_power_up_to_their_degree(degree):
    weights = derivative_weights(degree)
    for power in range(degree + 1):
        found = sum(c*(Fraction(k)**power - Fraction(-k)**power) for k, c in enumerate(weights, 1))
        assert found == (power == 1)


def test_weights_fail_beyond_their_degree():
    weights = derivative_weights(3)
    assert sum(c*2*Fraction(k)**5 for k, c in enumerate(weights, 1)) != 0


def test_jacobian_of_a_step_is_the_identity_minus_the_hessian():
    a, b, eta = fmpq(3, 2), fmpq(-1, 5), fmpq(2, 7)
    found = jacobian(iterate(), descent(cubic, eta), (a, b), degree=3)
    assert found == [[1 - eta*b*b, -eta*(2*a*b - 1)], [-eta*(2*a*b - 1), 1 - eta*a*a]]


def test_spacing_changes_nothing():
    step, point = descent(cubic, fmpq(1, 3)), (fmpq(5, 3), fmpq(2))
    assert jacobian(iterate(), step, point, 3) == jacobian(iterate(), step, point, 3, spacing=fmpq(1, 64))


def test_balls_enclose_the_exact_jacobian():
    step, point = descent(cubic, Fraction(1, 3)), (fmpq(5, 3), fmpq(2, 7))
    exact = jacobian(iterate(), descent(cubic, fmpq(1, 3)), point, 3)
    found = jacobian(iterate(), step, tuple(map(arb, point)), 3)
    assert all(ball.contains(arb(number)) for row, numbers in zip(found, exact) for ball, number in zip(row, numbers))


def test_jacobian_round_a_cycle_multiplies_in_the_order_of_the_points():
    shear, stretch = fmpq_mat([[1, 1], [0, 1]]), fmpq_mat([[2, 0], [0, 1]])
    maps = {fmpq(0): shear, fmpq(5): stretch}

    def step(point):
        table = maps[min(maps, key=lambda centre: abs(centre - point[0]))].tolist()
        return tuple(row[0]*point[0] + row[1]*point[1] for row in table)
    found = cycle_jacobian(iterate(), step, [(fmpq(0), fmpq(0)), (fmpq(5), fmpq(0))], degree=1)
    assert found == stretch*shear != shear*stretch


def test_largest_multiplier_leaves_neutral_directions_out():
    matrix = fmpq_mat([[1, 0, 0], [0, 0, -1], [0, fmpq(1, 4), 0]])
    assert largest_multiplier(matrix).contains(1)
    found = largest_multiplier(matrix, neutral=1)
    assert found.contains(arb(fmpq(1, 2))) and found < 1


def test_a_missing_neutral_direction_is_absent():
    with pytest.raises(Absent, match="multiplicity 1, and not of 2"):
        largest_multiplier(fmpq_mat([[1, 0], [0, 2]]), neutral=2)


def test_characteristic_polynomial_and_bases():
    matrix = fmpq_mat([[1, 2], [3, 4]])
    assert characteristic(matrix, Fraction(1, 2)) == fmpq(1, 4) - fmpq(5, 2) - 2
    assert in_basis(matrix, [[1, 1], [1, -1]]) == fmpq_mat([[5, -1], [-2, 0]])
    assert submatrix(fmpq_mat([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), [2, 0]) == fmpq_mat([[9, 7], [3, 1]])


def test_rationals_of_every_kind_become_fmpq():
    assert rational((Fraction(1, 3), 2, symbols("x")*0 + 5)) == (fmpq(1, 3), fmpq(2), fmpq(5))
    with pytest.raises(TypeError, match="is not a rational number"):
        rational(symbols("x"))


def test_coprime_part_removes_shared_roots_with_all_multiplicities():
    poly = Poly((x - 1)**3*(x - 2)**2*(x**2 + 1), x)
    assert coprime_part(poly, Poly((x - 1)*(x - 3), x)) == Poly((x - 2)**2*(x**2 + 1), x)


@pytest.mark.parametrize("polynomials, avoiding, count", [
    ([x**2 + y**2 - 1, x - y], 1, 2), ([x**2, y**3], 1, 6), ([x*y - 1, x - 2], 1, 1), ([x - 1, x - 2, y], 1, 0),
    ([x*(x - 1), y], x, 1), ([x**2 + y**2 - 1, x - y], x + y, 2), ([x**2 + y**2 - 1, x - y], x - y, 0)])
def test_common_zeros_are_counted_with_multiplicity(polynomials, avoiding, count):
    assert common_zeros(polynomials, (x, y), avoiding=avoiding) == count


def test_infinitely_many_common_zeros_are_refused():
    with pytest.raises(ValueError, match="infinitely many"):
        common_zeros([x*y], (x, y))


def test_a_batch_finds_each_run_s_largest_eigenvalue():
    ones, zeros = np.ones(2), np.zeros(2)
    first = [[ones, zeros], [zeros, np.array([0.5, 4.0])]]
    second = [[ones, zeros], [zeros, np.array([0.5, -1.0])]]
    assert list(largest_in_batch([first, second])) == [1.0, 4.0]
    assert list(largest_in_batch([first, second], neutral=1)) == [0.25, 4.0]
