"""Gradients of factorisation losses against derivatives of the losses themselves."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from mpmath import mp
from sympy import Matrix, Rational, diff, symbols

from numerics.factor_gradients import (asymmetric, diagonal, entries_of, halves, minus, rows, symmetric, times, transposed,
                                       turned)
from numerics.product_cycle import product_cycle, square_root


def differentiated(loss, variables):
    return [diff(loss, v).expand() for v in variables]


def test_symmetric_gradient_is_that_of_a_quarter_of_the_squared_norm():
    entries, target = symbols("x1:7"), [(1, 2), (2, Rational(1, 3))]
    matrix = Matrix(2, 3, entries)
    loss = sum(e**2 for e in matrix*matrix.T - Matrix(target))/4
    assert [g.expand() for g in symmetric(target)(*entries)] == differentiated(loss, entries)


def test_asymmetric_gradient_is_that_of_half_the_squared_norm():
    entries, target = symbols("e1:9"), [(1, 2), (5, Rational(1, 3))]
    y, z = Matrix(2, 2, entries[:4]), Matrix(2, 2, entries[4:])
    loss = sum(e**2 for e in y*z.T - Matrix(target))/2
    assert [g.expand() for g in asymmetric(target)(*entries)] == differentiated(loss, entries)


def test_rows_and_halves_undo_entries_of():
    y, z = [(1, 2, 3), (4, 5, 6)], [(7, 8, 9), (10, 11, 12)]
    assert rows(entries_of(y), 2) == y
    assert halves(entries_of(y) + entries_of(z), 2) == (y, z)


def test_products_differences_and_transposes():
    assert times([(1, 2)], [(3,), (4,)]) == [(11,)]
    assert minus([(5, 1)], [(3, 2)]) == [(2, -1)]
    assert transposed([(1, 2), (3, 4)]) == [(1, 3), (2, 4)]
    assert diagonal((2, 3), (3, 2)) == [(2, 0), (0, 3), (0, 0)]


def test_turning_keeps_the_gram_matrix():
    matrix, angle = [(1, 2), (3, 4), (5, 6)], (Fraction(3, 5), Fraction(4, 5))
    moved = turned(matrix, angle)
    assert times(transposed(moved), moved) == times(transposed(matrix), matrix)
    assert moved[2] == (5, 6) and moved[0] == (Fraction(3 - 12, 5), Fraction(6 - 16, 5))


def test_the_cycle_of_the_product_is_rational_at_step_size_361_over_336():
    assert product_cycle(Rational(361, 336)) == (Rational(21, 19), Rational(16, 19))


@pytest.mark.parametrize("number", [arb(1.25), mp.mpf(1.25), np.array([1.25, 2.0])])
def test_the_cycle_keeps_the_arithmetic_and_the_order_of_its_points(number):
    u, t = product_cycle(number)
    assert type(u) is type(t) is type(number) and np.all(u > t)


def test_one_step_takes_the_ball_of_one_point_to_the_other():
    number = arb(1.25)
    u, t = product_cycle(number)
    assert (u - number*(u*u - 1)*u).overlaps(t) and (t - number*(t*t - 1)*t).overlaps(u)
    assert not u.overlaps(t)


def test_roots_of_each_kind():
    assert square_root(Rational(9, 4)) == Rational(3, 2) and square_root(mp.mpf(4)) == 2
    assert list(square_root(np.array([0.25, 9.0]))) == [0.5, 3.0] and square_root(arb(16)) == 4
