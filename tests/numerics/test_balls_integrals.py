"""Integrals against antiderivatives, with cuts and poles beside, at and inside the interval."""

from fractions import Fraction

import pytest
from flint import acb, arb
from sympy import (Rational, S, Symbol, acos, acosh, asin, asinh, atan, atanh, cosh, erf, exp, log, sin, sqrt, tan)

from numerics.balls import Undecided, ball, evaluate, integral, precision

t = Symbol("t")
tenth, R = Fraction(1, 10), Rational
KNOWN = [                                # function, antiderivative, low, high
    (lambda t: t.sqrt(), 2*t**R(3, 2)/3, 1, 4),
    (lambda t: t.sqrt(), 2*t**R(3, 2)/3, 0, 1),
    (lambda t: (t + tenth).sqrt(), 2*(t + R(1, 10))**R(3, 2)/3, 0, 1),
    (lambda t: (2 - t).sqrt(), -2*(2 - t)**R(3, 2)/3, -3, 2),
    (lambda t: t*t.sqrt(), 2*t**R(5, 2)/5, R(1, 100), 1),
    (lambda t: t**Fraction(3, 2), 2*t**R(5, 2)/5, R(1, 100), 9),
    (lambda t: t**R(1, 3), 3*t**R(4, 3)/4, R(1, 50), 8),
    (lambda t: t**ball(sqrt(2)), t**(1 + sqrt(2))/(1 + sqrt(2)), R(1, 9), 5),
    (lambda t: 3**t, 3**t/log(3), -1, 2),
    (lambda t: t**-2, -1/t, -3, -1),
    (lambda t: (1 + t*t).sqrt(), (t*sqrt(1 + t**2) + asinh(t))/2, -3, 4),
    (lambda t: (1 + t*t).rsqrt(), asinh(t), -3, 10),
    (lambda t: 1/(1 + t*t), atan(t), -9, 2),
    (lambda t: t.log(), t*log(t) - t, R(1, 99), 5),
    (lambda t: (-t).log(), t*log(-t) - t, -5, R(-1, 7)),
    (lambda t: t.log1p(), (1 + t)*log(1 + t) - t, R(-9, 10), 3),
    (lambda t: (1 + t*t).log(), t*log(1 + t**2) - 2*t + 2*atan(t), -3, 3),
    (lambda t: t.atan(), t*atan(t) - log(1 + t**2)/2, -3, 5),
    (lambda t: t.asinh(), t*asinh(t) - sqrt(1 + t**2), -3, 2),
    (lambda t: t.asin(), t*asin(t) + sqrt(1 - t**2), R(-1, 2), 1),
    (lambda t: t.acos(), t*acos(t) - sqrt(1 - t**2), -1, R(9, 10)),
    (lambda t: t.atanh(), t*atanh(t) + log(1 - t**2)/2, R(-1, 2), R(9, 10)),
    (lambda t: t.acosh(), t*acosh(t) - sqrt(t - 1)*sqrt(t + 1), 1, 3),
    (lambda t: t.cosh()/t.sinh(), log((exp(t) - exp(-t))/2), R(1, 2), 2),
    (lambda t: t.tan(), log(tan(t)/sin(t)), R(1, 4), R(3, 2)),
    (lambda t: t.tanh(), log(cosh(t)), -3, 2),
    (lambda t: (-t*t).exp(), erf(t)*sqrt(S.Pi)/2, -2, 1),
    (lambda t: 1 - 2*t.sin() + 0*t.cos(), t + 2*(1 - 2*sin(t/2)**2), -2, 3),
    (lambda t: 5, 5*t, -1, R(1, 3)),
]


@pytest.mark.parametrize("function, known, low, high", KNOWN)
def test_an_integral_lies_in_its_ball(function, known, low, high):
    with precision(300):
        exact = evaluate(known, {t: ball(high)}) - evaluate(known, {t: ball(low)})
    with precision(128):
        found = integral(function, low, high)
    assert found.contains(exact) and found.rad() <= arb(2)**-80*(1 + abs(exact))


@pytest.mark.parametrize("end", [R(1, 10), R(1, 1000), R(1, 10**9)])
@pytest.mark.parametrize("side", [1, -1])
def test_a_cut_beside_the_interval_is_not_crossed(end, side):
    with precision(200):
        exact = 2*(ball(1 + end)**ball(R(3, 2)) - ball(end)**ball(R(3, 2)))/3
        found = integral(lambda t: (side*t + end).sqrt(), *sorted((0, side)))
    assert found.overlaps(exact) and found.rad() < arb(2)**-150


@pytest.mark.parametrize("function, low, high", [
    (lambda t: t.sqrt(), -1, 1), (lambda t: t.sqrt(), -3, -1), (lambda t: t.log(), -1, 2), (lambda t: t**R(1, 3), -8, 8),
    (lambda t: t.asin(), 0, 2), (lambda t: t.acosh(), 0, 2), (lambda t: t.atanh(), -2, 0), (lambda t: (-1 - t*t).sqrt(), 1, 2),
    (lambda t: t.log() - (-t).log(), 1, 2), (lambda t: (-2)**t, 0, 1), (lambda t: 1/t, -1, 1), (lambda t: t**-2, -1, 2),
    (lambda t: t.tan(), 1, 2), (lambda t: t.gamma(), -1, 1), (lambda t: t/(t*t - 2), 1, 2)])
def test_a_cut_or_a_pole_in_the_interval_is_undecided(function, low, high):
    with pytest.raises(Undecided, match="not be analytic and real"):
        integral(function, low, high)


def test_a_kink_is_bisected_not_jumped():
    assert integral(lambda t: (t*t).sqrt(), -1, 1).contains(1)
    assert integral(lambda t: ((t - R(1, 3))**2).sqrt(), 0, 1).contains(ball(R(5, 18)))


@pytest.mark.parametrize("function", [
    lambda t: t if t else 1, lambda t: t if t == 0 else 1, lambda t: 1 if t < 0 else t, lambda t: abs(t), lambda t: t.real,
    lambda t: t.conjugate(), lambda t: t*acb(0, 1), lambda t: 0.5*t, lambda t: "t", lambda t: t.real_abs()])
def test_what_is_not_holomorphic_is_refused(function):
    with pytest.raises((TypeError, AttributeError)):
        integral(function, -1, 1)


def test_ends_that_are_balls_are_covered():
    low, high = arb(1, arb(2)**-20), arb(4, arb(2)**-20)
    found = integral(lambda t: t.sqrt(), low, high)
    assert found.contains(ball(R(14, 3))) and arb(2)**-20 < found.rad() < arb(2)**-17


def test_an_integral_backwards_is_refused():
    with pytest.raises(ValueError, match="low <= high"):
        integral(lambda t: t, 1, 0)
