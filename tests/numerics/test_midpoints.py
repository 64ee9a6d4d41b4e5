from fractions import Fraction

import pytest
from flint import arb
from mpmath import mp
from sympy import Rational

from numerics.balls import precision
from numerics.midpoints import NotSettled, as_mpf, midpoints, root, rounded
from numerics.steps import sam


def test_midpoints_hold_no_radius_and_refuse_floats():
    found = midpoints((Fraction(1, 3), Rational(1, 7), 2))
    assert all(x.rad() == 0 for x in found) and found[2] == 2
    with pytest.raises(TypeError, match="not exact"):
        midpoints((0.1,))


def test_dyadic_numbers_come_back_as_they_were():
    assert as_mpf(midpoints((Fraction(3, 8), -5))) == (mp.mpf(3)/8, -5)


def test_a_rounded_step_keeps_no_radius_and_stays_in_the_ball_of_the_sound_one():
    gradient = lambda x, y: (3*x, y)
    step = sam(gradient, arb(1)/8, arb(1)/2)
    start = midpoints((Fraction(1, 3), Fraction(2, 7)))
    whole, short = step(start), rounded(step)(start)
    assert all(x.rad() == 0 for x in short) and all(w.contains(s) for w, s in zip(whole, short))


def test_a_rounded_step_of_integers_is_exact():
    assert rounded(sam(lambda x, y: (x, y), arb(1)/2, arb(5)))(midpoints((3, 4))) == (0, 0)


def test_newton_finds_a_rational_zero_to_the_last_bit():
    with precision(100):
        found = root(lambda x, y: (x*x - y, x + y - 6), lambda x, y: ((2*x, -1), (1, 1)), (Fraction(5, 2), 3))
        assert found == (2, 4)


def test_newton_that_does_not_settle_is_reported():
    with pytest.raises(NotSettled, match="still moves by"):
        root(lambda x: (x*x + 1,), lambda x: ((2*x,),), (Fraction(7, 10),))
