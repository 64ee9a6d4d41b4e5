"""Validated iteration, compared with exact rational orbits in both directions."""

from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given, settings, strategies
from sympy import Rational, symbols

from exactly import encloses
from numerics.balls import (Tube, Undecided, ball, box, from_exact, iterate, lower,
                            map_and_jacobian, orbit, precision, upper)

x, y, z = symbols("x y z")
places = strategies.fractions(-1, 1, max_denominator=8)

pytestmark = pytest.mark.usefixtures("working_precision")


def width(enclosure):
    return upper(enclosure) - lower(enclosure)


def rotation(v):
    """Turns by the angle of 3-4-5 and shrinks by 99/100."""
    a, b = fmpq(3*99, 500), fmpq(4*99, 500)
    return [a*v[0] - b*v[1], b*v[0] + a*v[1]]


def rotation_slopes(v):
    a, b = fmpq(3*99, 500), fmpq(4*99, 500)
    return [[arb(a), arb(-b)], [arb(b), arb(a)]]


def henon(v):
    """(x, y) -> (1/5 - x^2/2 + y/4, x/2): attracts, with no linear part in common."""
    return [fmpq(1, 5) - v[0]*v[0]/2 + v[1]/4, v[0]/2]


def henon_slopes(v):
    return [[-v[0], arb(1)/4], [arb(1)/2, arb(0)]]


def exactly(function, start, steps):
    for _ in range(steps):
        start = function(start)
    return start


def test_a_rotating_contraction_keeps_its_box_where_plain_balls_explode():
    start = [from_exact(1, Fraction(1, 2**10)), from_exact(0, Fraction(1, 2**10))]
    plain, tube = start, iterate(rotation, rotation_slopes, start, 400)
    for _ in range(400):
        plain = rotation(plain)
    # The true set is a turned square with half-diagonal sqrt(2) r 0.99^400.
    shrunk = Fraction(99, 100)**400/2**10
    for side in tube:
        assert 2*shrunk <= width(side) <= 3*shrunk
    assert all(width(side) > 1 for side in plain)


@settings(max_examples=25, deadline=None)
@given(places, places, strategies.integers(0, 60))
def test_every_start_in_the_box_has_its_exact_orbit_inside(u, v, steps):
    start = [from_exact(1, Fraction(1, 64)), from_exact(Fraction(1, 2), Fraction(1, 64))]
    found = iterate(rotation, rotation_slopes, start, steps)
    exact = exactly(rotation, [fmpq(1) + fmpq(u.numerator, 64*u.denominator),
                               fmpq(1, 2) + fmpq(v.numerator, 64*v.denominator)], steps)
    for side, value in zip(found, exact):
        assert encloses(side, Fraction(int(value.p), int(value.q)))


@settings(max_examples=15, deadline=None)
@given(places, places, strategies.integers(0, 7))
def test_exact_rational_orbits_of_a_nonlinear_map_lie_inside_and_a_neighbour_does_not(u, v, steps):
    r = Fraction(1, 2**20)
    middle = [Fraction(1, 3), Fraction(1, 4)]
    found = iterate(henon, henon_slopes, [from_exact(m, r) for m in middle], steps)
    exact = exactly(henon, [fmpq(m.numerator, m.denominator) + fmpq(p.numerator, p.denominator*2**20)
                            for m, p in zip(middle, (u, v))], steps)
    for side, value in zip(found, exact):
        value = Fraction(int(value.p), int(value.q))
        assert encloses(side, value) and not encloses(side, value + Fraction(1, 2**17))


def test_a_nonlinear_orbit_settles_round_its_fixed_point():
    found = iterate(henon, henon_slopes, [from_exact(Fraction(1, 3), Fraction(1, 100))]*2, 1000)
    # x = 1/5 - x^2/2 + x/8: the fixed point is the positive root of 20 x^2 + 35 x - 8.
    low, high = lower(found[0]), upper(found[0])
    assert 20*low**2 + 35*low - 8 < 0 < 20*high**2 + 35*high - 8
    assert width(found[0]) < Fraction(1, 2**110)


def test_a_parameter_carried_as_a_coordinate_stands_for_an_interval():
    # x -> x/2 + p, p -> p settles on 2 p, for every p in [1, 2] at once.
    function, jacobian = map_and_jacobian([x/2 + y, y], [x, y])
    found = iterate(function, jacobian, [box(0, 1), box(1, 2)], 60)
    assert encloses(found[0], 2) and encloses(found[0], 4)
    assert lower(found[0]) > 2 - Fraction(1, 2**20) and upper(found[0]) < 4 + Fraction(1, 2**20)


def test_a_superattracting_map_and_a_singular_jacobian_pass():
    # The Jacobian is nilpotent: every start lands on one point after two steps.
    function, jacobian = map_and_jacobian([y, Rational(1, 3)], [x, y])
    found = iterate(function, jacobian, [box(0, 1), box(0, 1)], 3)
    assert all(encloses(side, Fraction(1, 3)) and width(side) < Fraction(1, 2**60) for side in found)


def cubic(t):
    """Gradient descent on the quartic (t^2 - 1)^2/4 with step size 6/5: a 2-cycle."""
    return t - fmpq(6, 5)*t*(t*t - 1)


def cubic_slope(t):
    return 1 - fmpq(6, 5)*(3*t*t - 1)


def test_plain_balls_lose_every_digit_where_the_mean_value_form_keeps_them():
    with precision(200):
        start = ball(Fraction(1, 3))
        kept = iterate(cubic, cubic_slope, start, 10000)
        plain = exactly(cubic, start, 3000)
        assert width(kept) < Fraction(1, 2**190)
        assert not plain.rad() < 1
        # The cycle's squares are the roots of K^2 w^2 - K (K + 1) w + 1 with K = 6/5.
        low, high = lower(kept)**2, upper(kept)**2
        signs = [36*w*w - 66*w + 25 for w in (low, high)]
        assert min(signs) < 0 < max(signs)


@settings(max_examples=20, deadline=None)
@given(strategies.fractions(0, 1, max_denominator=7), places, strategies.integers(0, 6))
def test_one_variable_orbits_contain_the_exact_one(start, place, steps):
    r = Fraction(1, 2**12)
    found = iterate(cubic, cubic_slope, from_exact(start, r), steps)
    exact = start + place*r
    for _ in range(steps):
        exact = exact - Fraction(6, 5)*exact*(exact*exact - 1)
    assert encloses(found, exact)


def test_numbers_beyond_the_range_of_floats_pass():
    # The frame is chosen in floats; where those overflow it is the unit matrix, still sound.
    huge = 10**400
    found = iterate(lambda v: [v[0]*huge, v[0] + v[1]], lambda v: [[huge, 0], [1, 1]], [1, 1], 2)
    assert encloses(found[0], huge**2) and encloses(found[1], huge + 2)


def test_orbits_are_yielded_from_the_start_on():
    boxes = orbit(rotation, rotation_slopes, [1, 0])
    assert [float(side) for side in next(boxes)] == [1.0, 0.0]
    assert encloses(next(boxes)[0], Fraction(3*99, 500))


def test_the_start_is_exactly_its_box():
    start = [from_exact(1, Fraction(1, 4)), from_exact(-2, Fraction(1, 8))]
    for side, given_side in zip(Tube.round(start).box(), start):
        assert side.contains(given_side) and width(side) <= width(given_side)*(1 + Fraction(1, 2**20))


def test_sympy_maps_take_parameters_after_the_coordinates():
    function, jacobian = map_and_jacobian([x*z + y, x*y], [x, y, z])
    assert [lower(v) for v in function([ball(2), ball(3)], ball(5))] == [13, 6]
    assert [[lower(v) for v in row] for row in jacobian([ball(2), ball(3)], ball(5))] == [[5, 1], [3, 2]]


def test_explosions_and_poles_are_undecided():
    function, jacobian = map_and_jacobian([1/x, y], [x, y])
    with pytest.raises(Undecided):
        iterate(function, jacobian, [box(-1, 1), 0], 1)
    with pytest.raises(Undecided, match="the jacobian is not defined"):
        iterate(lambda v: [v[0]], lambda v: [[1/v[0]]], [box(-1, 1)], 1)
    with pytest.raises(Undecided, match="not defined"):
        iterate(lambda t: 1/t, lambda t: -1/(t*t), box(-1, 1), 1)
    with pytest.raises(ValueError, match="at least 0"):
        iterate(rotation, rotation_slopes, [1, 0], -1)
