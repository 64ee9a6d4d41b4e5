from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from flint import arb, arb_series, ctx, fmpq
from mpmath import mp
from sympy import (Rational, acos, acosh, asin, asinh, atan, atanh, cos, cosh, diff, exp, log, pi, sin, sinh,
                   sqrt, symbols, tan, tanh)

from numerics.balls import precision
from numerics.formula import Formula
from numerics.implicit import implicit, revert
from numerics.jets import along, generators, jets, taylor

x, y = symbols("x y", real=True)
# Every operation and function that a formula knows, analytic at (2/3, 1/5).
EXPRESSIONS = [
    x**3*y - 2*x*y/3 + Rational(5, 7), (x - y)/(x + 2*y), 1/x**2, sqrt(x + y), (x + 1)**Rational(-5, 3),
    exp(x*y), log(x + y), sin(x + y**2), cos(x - y), tan(x*y), sinh(x), cosh(x + y), tanh(x - y), asin(x*y),
    acos(x - y), atan(x + y), asinh(x + 2*y), acosh(2 + x*y), atanh(x - y), (1 + x)**y, pi*x + sqrt(2)*y,
    exp(-x**2/2)*log(cosh(y))]


def exact_partials(expression, point, order):
    for i in range(order + 1):
        for j in range(order + 1 - i):
            yield (i, j), diff(diff(expression, x, i), y, j).subs(point)


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_jets_in_balls_enclose_the_exact_derivatives(expression):
    point = {x: Rational(2, 3), y: Rational(1, 5)}
    with precision(160):
        jet = taylor(expression, (x, y), (arb(2)/3, arb(1)/5), 3)
        for exponents, exact in exact_partials(expression, point, 3):
            found = jet.partial(*exponents)
            reference = arb(str(exact.evalf(40)))
            assert found.rad() < arb(10)**-40
            assert abs(found - reference) < arb(10)**-36*(1 + abs(reference))
            assert not abs(found + arb(10)**-20 - reference) < arb(10)**-36*(1 + abs(reference))


def test_rational_jets_are_exact():
    jet = taylor(x**3*y - 2*x*y/3 + x/(1 + y), (x, y), (Fraction(2, 3), Fraction(1, 5)), 4)
    for exponents, exact in exact_partials(x**3*y - 2*x*y/3 + x/(1 + y), {x: Rational(2, 3), y: Rational(1, 5)}, 4):
        assert Rational(*jet.partial(*exponents).as_integer_ratio()) == exact


def test_functions_of_rationals_need_rational_values():
    assert taylor(exp(x) + log(1 + x) + cos(x), (x,), (Fraction(0),), 3).coefficient(3) == Fraction(1, 6) + Fraction(1, 3)
    assert taylor(sqrt(x), (x,), (Fraction(9, 4),), 1).coefficient(1) == Fraction(1, 3)
    with pytest.raises(ValueError, match="no rational number"):
        taylor(exp(x), (x,), (Fraction(1),), 2)
    with pytest.raises(ValueError, match="sqrt"):
        taylor(sqrt(x), (x,), (Fraction(2),), 2)


def test_the_exponential_law_holds_as_series():
    h, k = jets([Fraction(0), Fraction(0)], 8)
    assert (h + k).elementary("exp") == h.elementary("exp")*k.elementary("exp")
    assert h.elementary("exp").elementary("log") == h + 0*k
    sine, cosine = (1*h).elementary("sin"), (1*h).elementary("cos")
    assert sine*sine + cosine*cosine == 0*h + 1
    assert (1 + h).to_power(Fraction(1, 3))**3 == 1 + h
    assert (1 + h).to_power(Fraction(1, 3))**3 != 1 + h + k**8


def test_derivative_and_truncation_agree_with_the_coefficients():
    h, k = jets([Fraction(2), Fraction(-1)], 4)
    f = h**3*k + k**2
    assert f.derivative(0) == (3*h**2*k).truncated(3) and f.derivative(1) == (h**3 + 2*k).truncated(3)
    assert f.tensor(2).tolist() == [[-12, 12], [12, 2]] and f.constant == -7
    with pytest.raises(IndexError, match="up to degree 4"):
        f.coefficient(3, 2)


def test_a_series_composed_with_its_inverse_is_the_identity():
    h, = jets([Fraction(0)], 7)
    f = 2*h + 3*h**2 - h**5
    g, = revert(f)
    assert f(g) == h == g(f) and f(g + h**7) != h
    u, v = jets([Fraction(0), Fraction(0)], 5)
    pair = (u + 2*v + u*v, v - u**2 + v**3)
    back = revert(*pair)
    assert [p(*back) for p in pair] == [u, v]


def test_implicit_series_solve_their_equations():
    q, m = jets([Fraction(0), Fraction(0)], 6)
    equation = 3*m + q - m*m*q + q**3
    solution, = implicit([equation])
    time, = jets([Fraction(0)], 6)
    assert not any(equation(time, solution).parts)
    with pytest.raises(ValueError, match="must vanish there"):
        implicit([equation + 1])
    with pytest.raises(ZeroDivisionError, match="singular"):
        implicit([q + m*m])


def test_the_two_step_series_of_gradient_descent():
    # f' = a x + b x^2/2 + c x^3/6 + d x^4/24 + e x^5/120; 2-cycles m +- s with q = s^2 solve
    # E = (f'(m+s) + f'(m-s))/2 = 0 and eta O = 2, O = (f'(m+s) - f'(m-s))/(2s).
    a, b, c, d, e = generators("a b c d e")
    slope = [0*a, a, b, c, d, e, 0*a]
    q, m = jets([0*a, 0*a], 2)
    at = lambda k: sum((m**j*slope[j + k]/factorial(j) for j in range(1, 6 - k)), 0*m + slope[k])
    even, odd = at(0) + at(2)*q/2 + at(4)*q**2/24, at(1) + at(3)*q/6 + at(5)*q**2/120
    middle, = implicit([even])
    square, = jets([0*a], 2)
    eta = 2/odd(square, middle)
    assert middle.coefficient(2) == -(a**2*d - 6*a*b*c + 3*b**3)/(24*a**3)
    assert eta.coefficient(1) == (3*b**2 - a*c)/(3*a**3)
    assert eta.coefficient(2) == -(3*a**3*e - 45*a**2*b*d - 10*a**2*c**2 + 195*a*b**2*c - 135*b**4)/(180*a**5)
    assert eta.coefficient(2) != -(3*a**3*e - 45*a**2*b*d - 10*a**2*c**2 + 194*a*b**2*c - 135*b**4)/(180*a**5)


def test_directional_derivatives_to_order_six_of_a_batch():
    # x^3 y along (1, -1) from integers: floats of small integers do not round.
    points, ways = np.array([[1.0, 2.0], [-3.0, 1.0], [0.0, 4.0]]), np.array([[1.0, -1.0], [2.0, 1.0], [1.0, 0.0]])
    jet = along(x**3*y + x**6, (x, y), points.T, (ways.T,), 6)
    t = symbols("t")
    for run, ((p, q), (v, w)) in enumerate(zip(points.astype(int), ways.astype(int))):
        curve = (x**3*y + x**6).subs({x: int(p) + t*int(v), y: int(q) + t*int(w)}, simultaneous=True)
        for k in range(7):
            assert jet.partial(k)[run] == float(diff(curve, t, k).subs(t, 0))
    tensors = taylor(x**3*y, (x, y), points.T, 3).tensor(3)
    assert tensors.shape == (3, 2, 2, 2) and (tensors[:, 0, 0, 1] == 6*points[:, 0]).all()


def test_mixed_directional_derivatives_are_the_tensor_contracted():
    with mp.workdps(50):
        at = (mp.mpf(2)/3, mp.mpf(1)/5)
        tensor = taylor(exp(x*y), (x, y), at, 3).tensor(3)
        v, w = (mp.mpf(1), mp.mpf(2)), (mp.mpf(-1), mp.mpf(3))
        by_hand = sum(tensor[i, j, k]*v[i]*v[j]*w[k] for i in (0, 1) for j in (0, 1) for k in (0, 1))
        found = along(exp(x*y), (x, y), at, (v, w), 3).partial(2, 1)
        # Both sum a few dozen products of numbers below 100.
        assert abs(found - by_hand) < 10**5*mp.eps and abs(found - by_hand - mp.mpf(10)**-30) > 10**5*mp.eps


@pytest.mark.parametrize("expression", [e for e in EXPRESSIONS if e.diff(x) != 0], ids=str)
def test_flint_series_and_jets_expand_alike(expression):
    with precision(128):
        before, ctx.cap = ctx.cap, 6
        try:
            series, = Formula((expression,), (x, y))(arb_series([arb(2)/3, 1], 6), arb_series([arb(1)/5, -2], 6))
        finally:
            ctx.cap = before
        jet = along(expression, (x, y), (arb(2)/3, arb(1)/5), ((1, -2),), 5)
        for k in range(6):
            assert series[k].overlaps(jet.coefficient(k)) and series[k].rad() < arb(2)**-100


def test_formulas_refuse_floats_and_strangers():
    with pytest.raises(ValueError, match="float"):
        Formula((0.5*x,), (x,))
    with pytest.raises(ValueError, match="y stands in the formula"):
        Formula((x + y,), (x,))
    with pytest.raises(TypeError, match="cannot be expanded"):
        Formula((abs(x),), (x,))
    with pytest.raises(TypeError, match="takes 1 values"):
        Formula((x,), (x,))(1, 2)
    assert Formula((x/3 + Rational(1, 6),), (x,))(fmpq(1, 2)) == [fmpq(1, 3)]
    with pytest.raises(ValueError, match="in 1 and in 2 variables|in 2 and in 1"):
        jets([Fraction(0)], 2)[0] + jets([Fraction(0)]*2, 2)[0]


def test_whole_numbers_stay_exact_beside_balls_and_alone():
    x, y = symbols("x y")
    third = Formula((x/3 + y,), (x, y))
    assert third(1, 2) == [Fraction(7, 3)] and third(1, arb(0))[0].contains(fmpq(1, 3))
    assert third(1, mp.mpf(2)) == [mp.mpf(1)/3 + 2]
