"""Krawczyk, interval Newton, root isolation.  A singular Jacobian must never certify."""

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given, settings, strategies
from sympy import Rational, cos, diff, exp, sqrt
from sympy.abc import x

from numerics.balls import (Undecided, ball, box, compare, compiled, evaluate, from_exact,
                            interval_newton, krawczyk, lower, mean_value, power, precision, roots,
                            to_exact, upper, zero_near)

small = strategies.integers(-6, 6)

pytestmark = pytest.mark.usefixtures("working_precision")


def in_callables(expression):
    return compiled(expression, [x]), compiled(diff(expression, x), [x])


def quartic_orbit(z, k):
    m, q = z
    return [m*m + 3*q - 1, 3*m*m + q - 1 - 2/k]


def quartic_slopes(z, k):
    return [[2*z[0], 3], [6*z[0], 1]]


def quartic_box(low, high):
    """m^2 = (1 + 3/K)/4 and q = (1 - 1/K)/4, a little enlarged."""
    k = box(low, high)
    return [sqrt_ball((1 + 3/k)/4) + arb((0, 0), (1, -4)), (1 - 1/k)/4 + arb((0, 0), (1, -4))]


def sqrt_ball(value):
    return evaluate(sqrt(x), {x: value})


def test_the_two_step_orbit_of_the_quartic_exists_once_for_every_step_size_in_a_ball():
    k = box(Rational(9, 8), Rational(37, 32))
    zero = krawczyk(quartic_orbit, quartic_slopes, quartic_box(Rational(9, 8), Rational(37, 32)), [k])
    assert zero.unique and zero.contraction < 1
    for inside in (Fraction(9, 8), Fraction(8, 7), Fraction(37, 32)):
        q = (1 - 1/inside)/4
        assert lower(zero.box[1]) <= q <= upper(zero.box[1])
        assert lower(zero.box[0])**2 <= (1 + 3/inside)/4 <= upper(zero.box[0])**2
    assert not lower(zero.box[1]) <= Fraction(1, 4) <= upper(zero.box[1])


def test_the_bifurcation_itself_is_certified():
    # At K = 1 the two orbit points merge (q = 0), where Newton in the iterate must fail.
    zero = krawczyk(quartic_orbit, quartic_slopes, quartic_box(1, Rational(33, 32)),
                    [box(1, Rational(33, 32))])
    assert lower(zero.box[1]) <= 0 < upper(zero.box[1])


@settings(max_examples=60, deadline=None)
@given(strategies.lists(strategies.lists(small, min_size=3, max_size=3), min_size=3, max_size=3),
       strategies.lists(small, min_size=3, max_size=3))
def test_linear_systems_certify_if_regular_and_never_if_singular(rows, solution):
    determinant = (rows[0][0]*(rows[1][1]*rows[2][2] - rows[1][2]*rows[2][1])
                   - rows[0][1]*(rows[1][0]*rows[2][2] - rows[1][2]*rows[2][0])
                   + rows[0][2]*(rows[1][0]*rows[2][1] - rows[1][1]*rows[2][0]))
    right = [sum(a*s for a, s in zip(row, solution)) for row in rows]

    def residual(z):
        return [sum((a*s for a, s in zip(row, z)), arb(0)) - b for row, b in zip(rows, right)]

    around = [from_exact(s + Fraction(1, 5), Fraction(3, 2)) for s in solution]
    if determinant:
        zero = krawczyk(residual, lambda z: rows, around)
        assert all(lower(b) <= s <= upper(b) for b, s in zip(zero.box, solution))
    else:
        with pytest.raises(Undecided):
            krawczyk(residual, lambda z: rows, around)


def test_a_box_without_a_zero_does_not_certify():
    with pytest.raises(Undecided, match="coordinate 1"):
        krawczyk(quartic_orbit, quartic_slopes, [box(Rational(9, 10), 1), box(1, 2)],
                 [ball(Rational(11, 10))])


def test_a_parameter_ball_in_which_the_zero_disappears_does_not_certify():
    # x^2 = p has no solution for p < 0 and a double one at p = 0.
    with pytest.raises(Undecided):
        krawczyk(lambda z, p: [power(z[0], 2) - p], lambda z, p: [[2*z[0]]], [box(0, 1)], [box(-1, 1)])


def test_a_zero_on_the_boundary_does_not_certify():
    # Strict inclusion is required: 0 is an end of this box.
    with pytest.raises(Undecided):
        krawczyk(lambda z: [z[0]], lambda z: [[1]], [box(0, 1)])


def test_a_kink_is_allowed_where_the_slopes_are_enclosed():
    # |x| + 2 x = 0 has slopes between 1 and 3.
    zero = krawczyk(lambda z: [abs(z[0]) + 2*z[0]], lambda z: [[box(1, 3)]], [from_exact(Fraction(1, 9), 1)])
    assert lower(zero.box[0]) <= 0 <= upper(zero.box[0])


def test_a_zero_is_found_from_a_rough_guess():
    zero = zero_near(quartic_orbit, quartic_slopes, [1, Fraction(1, 10)], [ball(Rational(11, 10))])
    m, radius = to_exact(zero.box[0])
    assert lower(zero.box[0])**2 <= (1 + 3/Fraction(11, 10))/4 <= upper(zero.box[0])**2
    assert radius < Fraction(1, 2**110)
    with pytest.raises(Undecided, match="no box round the guess"):
        zero_near(lambda z: [z[0]*z[0] + 1], lambda z: [[2*z[0]]], [Fraction(1, 3)])


def test_a_zero_at_the_origin_exactly_is_narrowed_no_further_than_the_precision():
    # x y = 0 = y - p near the origin: the radius of x would halve for ever
    found = zero_near(lambda z, p: [z[0]*(2 + z[1]), z[1] - p], lambda z, p: [[2 + z[1], z[0]], [0, 1]],
                      (Rational(1, 64), 0), (box(Rational(-1, 100), Rational(1, 100)),))
    assert 0 in found.box[0] and found.box[0].rad() < arb(2)**-100


def test_wrong_shapes_and_floats_are_named():
    with pytest.raises(ValueError, match="2 values are needed"):
        krawczyk(lambda z: [z[0]], lambda z: [[1, 0], [0, 1]], [box(0, 1)]*2)
    with pytest.raises(ValueError, match="2 rows are needed"):
        krawczyk(lambda z: z, lambda z: [[1, 0]], [box(0, 1)]*2)
    with pytest.raises(TypeError, match="not exact"):
        krawczyk(lambda z: [0.5], lambda z: [[1]], [box(0, 1)])
    with pytest.raises(Undecided, match=r"power\(x, 2\)"):
        krawczyk(lambda z: [z[0]], lambda z: [[z[0]**2]], [box(-1, 1)])


def test_undefined_and_infinite_slopes_certify_nothing():
    for slope in (arb("nan"), arb("inf")):
        with pytest.raises(Undecided, match="not shown nonzero"):
            interval_newton(lambda t: t, lambda t: slope, box(-1, 2))
        with pytest.raises(Undecided):
            krawczyk(lambda z: z, lambda z: [[slope]], [box(-1, 2)])
        with pytest.raises(Undecided):
            roots(lambda t: t, lambda t: slope, box(-1, 2), pieces=50)


def test_interval_newton_finds_excludes_and_abstains():
    f, df = in_callables(x**2 - 2)
    found = interval_newton(f, df, box(1, 2))
    assert lower(found)**2 < 2 < upper(found)**2
    assert interval_newton(f, df, box(2, 3)) is None
    with pytest.raises(Undecided, match="not shown nonzero"):
        interval_newton(f, df, box(-1, 1))
    with pytest.raises(Undecided, match="not in the interior"):
        interval_newton(*in_callables(x**3 - x), box(Rational(3, 5), 5))


@settings(max_examples=40, deadline=None)
@given(strategies.sets(strategies.fractions(-3, 3, max_denominator=12), max_size=5))
def test_all_chosen_roots_are_isolated_in_order(chosen):
    poly = 1 + x**2
    for r in chosen:
        poly *= x - Rational(r.numerator, r.denominator)
    found = roots(*in_callables(poly), box(-4, 5))
    assert len(found) == len(chosen)
    for enclosure, root in zip(found, sorted(chosen)):
        assert lower(enclosure) <= root <= upper(enclosure)
        assert upper(enclosure) - lower(enclosure) < Fraction(1, 2**100)


def test_roots_of_a_transcendental_function():
    found = roots(*in_callables(cos(10*x) - exp(-x)), box(Rational(1, 100), 2))
    assert len(found) == 6
    for enclosure in found:
        with precision(400):
            left, right = (evaluate(cos(10*x) - exp(-x), {x: end})
                           for end in (lower(enclosure), upper(enclosure)))
        assert compare(left, 0)*compare(right, 0) == -1


def test_roots_at_the_ends_are_counted_where_they_are_exact():
    found = roots(*in_callables(x*(x - 1)), box(0, 1))
    assert [lower(r) for r in found] == [0, 1] == [upper(r) for r in found]


def test_double_roots_and_doubtful_ends_are_undecided():
    with pytest.raises(Undecided):
        roots(*in_callables((3*x - 1)**2*(x + 1)), box(-2, 1), pieces=300)
    with pytest.raises(Undecided, match="after 1 pieces"):
        roots(*in_callables((3*x - 1)*(x + 1)), box(-2, 1), pieces=1)
    with pytest.raises(Undecided, match="may be a zero"):
        roots(lambda z, p: z - p, lambda z, p: ball(1), box(Rational(1, 4), 1),
              [box(Rational(1, 5), Rational(1, 3))])


def test_roots_hold_for_every_parameter():
    found = roots(lambda z, p: z*z - p, lambda z, p: 2*z, box(Rational(1, 2), 3), [box(2, 3)])
    assert len(found) == 1 and lower(found[0])**2 <= 2 and 3 <= upper(found[0])**2


@settings(max_examples=60, deadline=None)
@given(small, small, small, strategies.fractions(-2, 2, max_denominator=9),
       strategies.fractions(0, 1, max_denominator=9), strategies.fractions(-1, 1))
def test_mean_value_ranges_contain_values(a, b, c, centre, radius, place):
    around = [from_exact(centre, radius)]

    def f(z):
        return a*z[0]*z[0]*z[0] + b*z[0]*z[0] + c*z[0]

    def gradient(z):
        return [3*a*z[0]*z[0] + 2*b*z[0] + c]
    point = centre + place*radius
    found = mean_value(f, gradient, around)
    assert lower(found) <= a*point**3 + b*point**2 + c*point <= upper(found)


def test_the_mean_value_form_is_off_by_second_order_only():
    # x - x^2 near 1/2 has range [1/4 - r^2, 1/4]; term by term it is as wide as r.
    for bits in (4, 8, 16):
        r = Fraction(1, 2**bits)
        around = [from_exact(Fraction(1, 2), r)]
        found = mean_value(lambda z: z[0] - z[0]*z[0], lambda z: [1 - 2*z[0]], around)
        assert upper(found) - lower(found) <= 4*r**2*(1 + Fraction(1, 2**20))
        assert upper(around[0] - around[0]*around[0]) - Fraction(1, 4) > r


def test_the_mean_value_form_stands_alone_where_f_itself_is_undefined():
    # FLINT leaves x**2 of a wide ball undefined; the mean value form asks for f at the middle only.
    found = mean_value(lambda z: z[0]**2, lambda z: [2*z[0]], [box(-1, 1)])
    assert lower(found) <= 0 and 1 <= upper(found)


def test_mean_value_removes_dependency_and_notices_a_wrong_gradient():
    around = [from_exact(1, Fraction(1, 100))]
    assert mean_value(lambda z: z[0] - z[0], lambda z: [arb(0)], around).is_zero()
    with pytest.raises(ValueError, match="does not belong"):
        # f(m) + 0 is far from f's own range only if f is evaluated inconsistently.
        mean_value(lambda z: z[0] if z[0].is_exact() else z[0] + 5, lambda z: [arb(0)], around)
