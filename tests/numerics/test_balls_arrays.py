"""Balls in bulk, compared with exact rational arithmetic and with FLINT's balls."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from sympy import Rational, sqrt

from numerics.balls import ball, precision
from numerics.balls.arrays import ANGLE_ERROR, PI, U, BallArray
from numerics.steps import descent

RNG = np.random.default_rng(7)
MIDS = RNG.normal(size=(2, 200))*10.0**RNG.integers(-5, 6, size=(2, 200))
RADII = np.abs(MIDS)*10.0**RNG.integers(-17, 0, size=(2, 200))*RNG.integers(0, 2, size=(2, 200))


def exact(x):
    return Fraction(float(x))


def corners(ball):
    """Both ends of each ball, exactly."""
    return [(exact(m) - exact(r), exact(m) + exact(r)) for m, r in zip(ball.mid, ball.rad)]


def pair():
    return BallArray(MIDS[0], RADII[0]), BallArray(MIDS[1], RADII[1])


@pytest.mark.parametrize("name", ["__add__", "__sub__", "__mul__", "__truediv__"])
def test_every_corner_of_the_arguments_lands_in_the_result(name):
    one, other = pair()
    found = getattr(one, name)(other)
    operate = getattr(Fraction, name)
    for k, (ends, others) in enumerate(zip(corners(one), corners(other))):
        if not np.isfinite(found.rad[k]):
            assert name == "__truediv__" and others[0] <= 0 <= others[1]
            continue
        for a in ends:
            for b in others:
                assert abs(operate(a, b) - exact(found.mid[k])) <= exact(found.rad[k])


@pytest.mark.parametrize("name", ["__add__", "__sub__", "__mul__", "__truediv__"])
def test_a_radius_of_points_is_at_most_two_units(name):
    found = getattr(BallArray(MIDS[0]), name)(BallArray(MIDS[1]))
    assert (found.rad <= 2*U*np.abs(found.mid)*(1 + 2.0**-40)).all() and (found.rad > 0).all()


def test_squares_and_roots_contain_the_ends():
    one = BallArray(np.abs(MIDS[0]), RADII[0]/2)
    for k, ends in enumerate(corners(one)):
        for a in ends:
            assert abs(a*a - exact(one.square().mid[k])) <= exact(one.square().rad[k])
            found = one.sqrt()
            low, high = exact(found.mid[k]) - exact(found.rad[k]), exact(found.mid[k]) + exact(found.rad[k])
            assert max(low, 0)**2 <= a <= high**2


def test_angles_of_points_lie_within_their_documented_error():
    y, x = MIDS
    found = BallArray.atan2(BallArray(y), BallArray(x))
    for k in range(len(x)):
        off = abs(arb.atan2(arb(float(y[k])), arb(float(x[k]))) - arb(float(found.mid[k])))
        assert off <= arb(float(found.rad[k])) and found.rad[k] <= 1.01*ANGLE_ERROR*abs(found.mid[k])


def test_angles_of_boxes_contain_those_of_their_corners():
    y, x = BallArray(np.abs(MIDS[0]), RADII[0]), BallArray(MIDS[1], RADII[1])
    found = BallArray.atan2(y, x)
    sound = np.flatnonzero(np.isfinite(found.rad))
    assert len(sound) > 150
    for k in sound:
        for b in corners(y)[k] if k % 10 == 0 else ():
            for a in corners(x)[k]:
                angle = arb.atan2(arb(b.numerator)/b.denominator, arb(a.numerator)/a.denominator)
                assert abs(angle - arb(float(found.mid[k]))) <= arb(float(found.rad[k]))


def test_boxes_that_meet_the_origin_or_the_cut_have_no_angle():
    y, x = np.array([0.0, 0.5, 0.0, 1.0]), np.array([0.0, 0.5, -1.0, -1.0])
    assert not np.isfinite(BallArray.atan2(BallArray(y, np.full(4, 0.6)), BallArray(x, np.full(4, 0.6))).rad[:3]).any()
    assert np.isfinite(BallArray.atan2(BallArray(y, np.full(4, 0.1)), BallArray(x, np.full(4, 0.1))).rad[3])


EXTREME = np.array([0.0, -0.0, 5e-324, 1e-320, 2.0**-1022, 1e-200, 1e-162, 1e-30, 1.0, 1e154, 1e200, 1e308, 1.7e308])


@pytest.mark.parametrize("radius", [None, 0.0, 5e-324, 1e-17, 0.3, 0.9])
def test_angles_on_every_scale(radius):
    """A radius is a share of its midpoint, and 5e-324 that number; the worst points are corners and the midpoint."""
    signed = np.concatenate([EXTREME, -EXTREME, RNG.normal(size=9)*10.0**RNG.integers(-300, 300, size=9)])
    y, x = (part.ravel() for part in np.meshgrid(signed, signed))
    spread = lambda m: 0.0 if radius is None else np.full(m.shape, radius) if radius == 5e-324 else radius*np.abs(m)
    one, other = BallArray(y, spread(y)), BallArray(x, spread(x))
    found = BallArray.atan2(one, other)
    assert np.isfinite(found.rad).mean() > (0.5 if radius == 5e-324 else 0.75)
    shares = ((0, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
    with precision(2400):
        for k in np.flatnonzero(np.isfinite(found.rad)):
            r, s = (exact(np.broadcast_to(part.rad, y.shape)[k]) for part in (one, other))
            for a, b in shares if radius else shares[:1]:
                angle = arb.atan2(ball(exact(y[k]) + a*r), ball(exact(x[k]) + b*s))
                assert abs(angle - arb(float(found.mid[k]))) <= arb(float(found.rad[k])), (y[k], x[k])
            if radius is None:
                assert found.rad[k] <= 1.01*ANGLE_ERROR*abs(found.mid[k]) + 2.0**-1017


def test_the_angle_of_a_negative_number_is_pi_whatever_the_sign_of_zero():
    for rad in (0.0, np.zeros(1)):
        found = BallArray.atan2(BallArray(np.array([-0.0]), rad), BallArray(np.array([-1.0]), rad))
        assert found.mid == PI.mid and found.rad < 1e-14


def test_a_box_below_the_cut_has_an_angle():
    found = BallArray.atan2(BallArray(np.array([-1.0]), np.array([0.5])), BallArray(np.array([-1.0]), np.array([0.25])))
    assert np.isfinite(found.rad) and abs(found.mid + 0.75*np.pi) < 1e-14


@pytest.mark.parametrize("a, ra, b, rb", [
    (4e-323, 0.0, 1e-322, 5e-324), (3e-320, 0.0, 1e-319, 5e-324), (1e-160, 0.0, 9e99, 9e99*(1 - U)), (5e-324, 0.0, 1e-300, 9e-301),
    (1e-308, 5e-324, 3e-308, 2.9e-308), (1e-320, 0.0, 1e-10, 1e-20), (2.5e-308, 0.0, 1e17, 1e17*(1 - 2*U))])
def test_quotients_that_underflow_lie_in_their_balls(a, ra, b, rb):
    one, other = BallArray(np.array([a]), np.array([ra])), BallArray(np.array([b]), np.array([rb]))
    found = one/other
    for x in corners(one)[0]:
        for y in corners(other)[0]:
            assert not np.isfinite(found.rad[0]) or abs(x/y - exact(found.mid[0])) <= exact(found.rad[0])


def test_pi_lies_in_its_ball():
    assert abs(arb.pi() - arb(float(PI.mid))) <= arb(PI.rad)


def test_exact_numbers_are_rounded_outward():
    found = BallArray.of([[Rational(1, 3), 2], [Fraction(-7, 10), 0]])
    assert found.mid.shape == (2, 2) and found.rad[0, 1] == found.rad[1, 1] == 0
    assert abs(exact(found.mid[0, 0]) - Fraction(1, 3)) <= exact(found.rad[0, 0])
    with pytest.raises(TypeError, match="is not exact"):
        BallArray.of([0.1])
    with pytest.raises(ValueError, match="is not rational"):
        BallArray.of([sqrt(2)])


def test_intervals_lie_in_their_balls():
    low, high = np.sort(MIDS, axis=0)
    found = BallArray.between(low, high)
    assert all(a <= exact(x) and exact(y) <= b for (a, b), x, y in zip(corners(found), low, high))


def test_ends_are_rounded_outward():
    one = BallArray(MIDS[0], RADII[0])
    for k, (low, high) in enumerate(corners(one)):
        assert exact(one.lower()[k]) <= low and high <= exact(one.upper()[k])
        assert max(abs(low), abs(high)) <= exact(one.magnitude()[k])


def test_a_flint_ball_is_held():
    wide = arb("1.25", "0.125")
    found = BallArray.holding(wide)
    assert found.lower() <= 1.125 and found.upper() >= 1.375 and found.rad < 0.1251


def test_the_smaller_and_the_larger_number_of_two_balls():
    one, other = pair()
    for found, pick in ((one.least(other), min), (one.most(other), max)):
        for k, (ends, others) in enumerate(zip(corners(one), corners(other))):
            for a, b in zip(ends, others):
                assert abs(pick(a, b) - exact(found.mid[k])) <= exact(found.rad[k])


def test_a_rational_step_size_becomes_a_ball():
    step = descent(lambda a, b: (b, -a), Fraction(1, 3))
    moved = step((BallArray.of([1, 2]), BallArray.of([3, 5])))
    for found, wanted in zip(moved, ((0, Fraction(1, 3)), (Fraction(10, 3), Fraction(17, 3)))):
        assert all(abs(value - exact(m)) <= exact(r) < Fraction(1, 2**48) for value, m, r in zip(wanted, found.mid, found.rad))
