from fractions import Fraction

import pytest
from mpmath import mp
from sympy import Rational, atan, cos, diag, exp, log, sin, sqrt, symbols

from numerics.balls import Undecided, ball, box, contains_zero, evaluate, precision
from numerics.flows import (Field, FlowStopped, dual_flow, enclose_flow, flow, gradient_flow, mirror_flow,
                            refined_flow, taylor_series, taylor_step)
from numerics.laboratory import Laboratory

x, y, z, t = symbols("x y z t", real=True)
w1, w2 = symbols("w1 w2", positive=True)
HALF, THIRD = Rational(1, 2), Rational(1, 3)
# Field, start, span and the solution in closed form.
SOLVED = {
    "decay": (Field([-x], (x,)), (1,), 3, (exp(-3),)),
    "logistic": (Field([x*(1 - x)], (x,)), (THIRD,), 2, (exp(2)/(2 + exp(2)),)),
    "rotation": (Field([-y, x], (x, y)), (1, 0), 5, (cos(5), sin(5))),
    "driven": (Field([x*t], (x,), t), (1,), 2, (exp(2),)),
    "towards a singularity": (Field([x**2], (x,)), (1,), Rational(7, 8), (8,)),
    "backwards": (Field([-x, x*y], (x, y)), (1, 1), -1, (exp(1), exp(1 - exp(1)))),
    "root": (Field([-sqrt(x)], (x,)), (1,), Rational(3, 2), (Rational(1, 16),)),
    "inexact span": (Field([-x], (x,)), (2,), THIRD, (2*exp(-THIRD),)),
}


@pytest.mark.parametrize("field, start, span, end", SOLVED.values(), ids=SOLVED)
def test_the_enclosure_contains_the_solution_and_excludes_its_neighbours(field, start, span, end):
    found = enclose_flow(field, start, span, digits=25)
    with precision(200):
        for b, exact in zip(found, end):
            assert contains_zero(b - evaluate(exact, {}))
            assert b.rad() < ball(10)**-20 and not contains_zero(b - evaluate(exact + Rational(1, 10**19), {}))


@pytest.mark.parametrize("field, start, span, end", SOLVED.values(), ids=SOLVED)
def test_the_change_under_refinement_covers_the_error_on_closed_forms(field, start, span, end):
    with mp.workdps(40):
        first = flow(field, start, span)
        second, change = refined_flow(field, start, span)
        for a, b, exact in zip(first, second, end):
            true = exact.evalf(60)._to_mpmath(200) if hasattr(exact, "evalf") else mp.mpf(exact)
            # The second run has eight digits more: the change is the first run's error up to rounding.
            assert abs(a - true) <= change + 4*mp.eps*abs(true) < mp.mpf(10)**-36
            assert abs(b - true) <= mp.mpf(10)**-36


def test_an_interval_of_starts_is_carried_with_little_loss():
    # A harmonic start box of radius 1/1000 turned once around must not grow by more than 1%.
    with precision(150):
        start = (box(Rational(999, 1000), Rational(1001, 1000)), box(-Rational(1, 1000), Rational(1, 1000)))
        found = enclose_flow(Field([-y, x], (x, y)), start, 6, digits=20)
        for b, low, high in ((found[0], cos(6), cos(6)), (found[1], sin(6), sin(6))):
            reach = (abs(cos(6)) + abs(sin(6)))/1000
            for corner in (low - reach, high + reach):
                assert not (b - evaluate(corner, {})).abs_lower() > ball(Fraction(1, 10**12))
            assert b.rad() < evaluate(reach, {})*ball(Fraction(101, 100))


@pytest.mark.parametrize("radius", [0, Rational(1, 10**6), Rational(1, 200)])
def test_boxes_of_starts_with_zero_in_every_power_contain_their_trajectories(radius):
    field = Field([-2*x**2 - 6*y**2 - z, -x**2/3 - 4*x*z + z + exp(-z), 4*y*z/5 + t*y/5], (x, y, z), t)
    centre = (1, 0, HALF)
    with precision(150):
        starts = [box(c - radius, c + radius) for c in centre]
    found = enclose_flow(field, starts, -Rational(1, 5), digits=15)
    for signs in ((1, 1, 1), (1, -1, 0), (-1, THIRD, -1)):
        with mp.workdps(35):
            end = flow(field, [c + s*radius for c, s in zip(centre, signs)], -Rational(1, 5))
        with precision(200):
            for b, e in zip(found, end):                # the trajectory itself is known to 1e-30
                assert (b - ball(e)).abs_lower() < ball(Fraction(1, 10**30))
                assert b.rad() < 8*ball(radius) + ball(Fraction(1, 10**12))


def test_the_taylor_coefficients_of_a_flow_are_the_closed_forms():
    coefficients, = taylor_series(Field([x**2], (x,)), (ball(2),), 8)
    assert [int(c.fmpq()) for c in coefficients] == [2**(k + 1) for k in range(9)]


def test_a_field_that_loses_an_order_is_named():
    with pytest.raises(IndexError, match="returned 1 terms for 2"):
        taylor_series(lambda x: [(x*x).derivative()] if x.prec > 1 else [x], (ball(2),), 4)


def test_two_coordinates_of_a_product_loss_conserve_their_balance():
    field = gradient_flow((x*y - 1)**2/2, (x, y))
    u, v = enclose_flow(field, (Rational(3, 5), Rational(2, 5)), 4)
    with precision(160):
        assert contains_zero(u*u - v*v - ball(THIRD*Rational(3, 5)))
        assert not contains_zero(u*u - v*v - ball(THIRD*Rational(3, 5) + Rational(1, 10**25)))
        # theta(4) of the specification of gradient flow against descent, 21 digits.
        assert (u - ball(Fraction(1050726150424591479588, 10**21))).abs_upper() < ball(Fraction(1, 10**21))


def test_gradient_flow_of_squares_is_the_entropy_mirror_flow_in_both_coordinates():
    # w = x^2: R = (w log w - w)/4 up to affine terms, Q' = x0^2 e^(4 mu); time-varying loss.
    loss = (w1 + 2*w2 - 1)**2*(1 + t)/2
    m1, m2 = symbols("m1 m2", real=True)
    squares = gradient_flow(loss.subs({w1: x**2, w2: y**2}), (x, y), t)
    mirror = mirror_flow(loss, (w1, w2), (w1*log(w1) + w2*log(w2))/4, t)
    dual = dual_flow(loss, (w1, w2), (exp(4*m1)/4, exp(4*m2)/9), (m1, m2), t)
    wrong = mirror_flow(loss, (w1, w2), diag(w1, w2), t)
    a, b = (v*v for v in enclose_flow(squares, (HALF, THIRD), 1))
    c, d = enclose_flow(mirror, (HALF**2, THIRD**2), 1)
    e, f = ((4*mu).exp()/n for mu, n in zip(enclose_flow(dual, (0, 0), 1), (4, 9)))
    for one, other in ((a, c), (b, d), (a, e), (b, f)):
        assert contains_zero(one - other) and (one - other).rad() < ball(Fraction(1, 10**12))
    assert not contains_zero(a - enclose_flow(wrong, (HALF**2, THIRD**2), 1)[0])


def test_a_non_commuting_parametrisation_that_is_mirror_flow_reaches_the_known_point():
    r2 = x**2 + y**2
    first, angle = r2/(r2 + 1), z - atan(y/x)
    loss = (first - Rational(3, 5))**2/2 + (angle*first - Rational(1, 5))**2*(1 + t/2)/2
    with mp.workdps(30):
        field = Field([-(first - Rational(3, 5))*first.diff(v) - (angle*first - Rational(1, 5))*(1 + t/2)
                       * (angle*first).diff(v) for v in (x, y, z)], (x, y, z), t)
        p, q, r = flow(field, (1, 0, HALF), 2)
        s = (p*p + q*q)/(p*p + q*q + 1)
        # w(2) of the specification (N6), 20 digits.
        assert abs(s - mp.mpf("0.52976294610389507784")) < mp.mpf(10)**-20
        assert abs((r - mp.atan(q/p))*s - mp.mpf("0.21640620846950744607")) < mp.mpf(10)**-20
        assert gradient_flow(loss, (x, y, z), t).expressions[3] == 1


@pytest.mark.parametrize("field, start, end", [
    (Field([x**2], (x,)), 1, 1), (Field([-sqrt(x)], (x,)), 1, 2), (Field([-1/x], (x,)), 1, HALF)])
def test_a_flow_that_stops_says_when(field, start, end):
    with pytest.raises(FlowStopped, match="near time") as stopped:
        flow(field, (start,), 3, digits=20)
    assert abs(stopped.value.time - ball(end)) < ball(Fraction(1, 10**3))
    with pytest.raises(Undecided, match="no box holds|not defined"):
        enclose_flow(field, (start,), 3, digits=10)


def test_where_the_solution_is_not_unique_nothing_is_enclosed():
    with pytest.raises(Undecided, match="not defined"):
        enclose_flow(Field([sqrt(x)], (x,)), (0,), 1)


def test_a_laboratory_repeats_a_flow_step_and_a_spoiled_one_misses():
    step = taylor_step(Field([-x*t], (x,), t), Rational(1, 4))
    with mp.workdps(25):
        sound = Laboratory({}).iterate(step, (mp.mpf(1), mp.mpf(0)), 4)
        spoiled = Laboratory({}, excess=Fraction(1, 1000)).iterate(step, (mp.mpf(1), mp.mpf(0)), 4)
        assert sound[1] == 1 and abs(sound[0] - mp.exp(-mp.mpf(1)/2)) < 100*mp.eps
        assert abs(spoiled[0] - sound[0]) > mp.mpf(10)**-4


def test_floats_and_misfits_are_refused():
    with pytest.raises(TypeError, match="not exact"):
        flow(Field([-x], (x,)), (0.5,), 1)
    with pytest.raises(ValueError, match="float"):
        Field([-x*0.5], (x,))
    with pytest.raises(ValueError, match="1 expressions cannot move 2 variables"):
        Field([-x], (x, y))
    with pytest.raises(ValueError, match="not among its variables"):
        Field([-x*y], (x,))
