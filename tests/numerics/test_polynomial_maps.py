"""Exact derivatives, multipliers and common zeros of polynomial maps."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat
from sympy import Matrix, Poly, Rational, simplify, symbols

from numerics.balls import Undecided
from numerics.laboratory import Absent, Laboratory
from numerics.polynomial_maps import (attracting_in_batch, characteristic, common_zeros, coprime_part, cycle_jacobian,
                                      derivative_weights, in_basis, jacobian, jury, largest_multiplier, outside_the_disc,
                                      rational, submatrix, symbolic_characteristic, without_root_one)
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


def test_a_block_of_the_jacobian_takes_its_own_steps_only():
    lab = Laboratory({})
    step, point = descent(lambda a, b, c: (a*b*c, a**3, b*c), fmpq(1, 3)), (fmpq(5, 3), fmpq(2), fmpq(-1))
    full = jacobian(iterate(), step, point, 3)
    assert jacobian(lab.iterate, step, point, 3, within=(2, 0)) == [[full[2][2], full[2][0]], [full[0][2], full[0][0]]]
    assert lab.taken == 8


ROOTS = [(0.5, -0.25, 0.75), (0.5, 1.25, 0.75), (-1.5, 0.25, 0.5), (0.5, 0.5 + 0.75j, 0.5 - 0.75j), (0.5, 0.75 + 0.75j, 0.75 - 0.75j),
         (2.0, 0.5, 0.25), (-0.5, -0.75, -0.875), (4.0, 1.125, 0.25)]


def test_jury_s_conditions_agree_with_the_roots():
    for roots in ROOTS:
        _, a2, a1, a0 = np.poly(roots).real
        assert jury(a2, a1, a0) == all(abs(root) < 1 for root in roots)


def test_a_batch_tells_attracting_products_with_a_neutral_direction():
    swap, tables = np.fliplr(np.eye(4)), []
    for roots in ROOTS:
        companion = np.zeros((4, 4))
        companion[0, 0] = 1
        companion[1:, 1:] = np.diag([1.0, 1.0], -1)
        companion[1, 1:] = -np.poly(roots).real[1:]
        tables.append(companion @ swap)                     # times swap again: the companion matrix
    first, second = [[[np.full(len(ROOTS), swap[i, j]) for j in range(4)] for i in range(4)],
                     [[np.array([table[i, j] for table in tables]) for j in range(4)] for i in range(4)]]
    assert list(attracting_in_batch([first, second])) == [all(abs(root) < 1 for root in roots) for roots in ROOTS]


def test_roots_outside_the_disc_are_counted_with_multiplicity():
    found = without_root_one(fmpq_mat([[1, 0, 0], [0, 3, 0], [0, 0, fmpq(1, 2)]]).charpoly(), 1)
    assert found == Poly((x - 3)*(x - Rational(1, 2)), x) and outside_the_disc(found) == 1
    assert outside_the_disc(Poly((x**2 + 2)**2*(4*x + 1), x)) == 4
    with pytest.raises(Undecided, match="not told from the unit circle"):
        outside_the_disc(Poly(5*x**2 - 6*x + 5, x))


def test_a_symbolic_characteristic_polynomial_is_the_determinant():
    matrix = Matrix([[y, 1/y, 0], [1 - y, 2, y**2], [3, 0, 1/(1 + y)]])
    assert simplify(symbolic_characteristic(matrix, x) - (x*Matrix.eye(3) - matrix).det()) == 0
