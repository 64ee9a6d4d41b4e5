"""Curvature from a gradient alone: accuracy known, wrong claims refused."""

import numpy as np
import pytest
from sympy import cos, sin, symbols, tanh

from numerics.eigen import ceiling, flattest, frobenius, from_gradient, sharpest, spectrum, trace
from numerics.losses import ExactLoss, TwoLayer, gradient

T = symbols("t:3")
LOSS = ExactLoss((T[0]*T[1] - 1)**2/2 + sin(T[0]*T[2]) + tanh(T[1])*T[2]**2, T)
AT = np.array([1.0, 0.5, -0.75])


def slope(t):
    """The same gradient by hand, real or complex."""
    a, b, c = t
    return np.array([(a*b - 1)*b + np.cos(a*c)*c, (a*b - 1)*a + (1 - np.tanh(b)**2)*c*c,
                     np.cos(a*c)*a + 2*np.tanh(b)*c])


def test_the_gradient_by_hand_is_that_of_the_exact_loss():
    assert np.abs(slope(AT) - LOSS.at(AT).gradient).max() <= 16*2.0**-53*np.abs(slope(AT)).sum()
    assert gradient(LOSS.expression, T)[0].has(cos)


def test_complex_steps_are_as_accurate_as_derivatives():
    exact, point = LOSS.at(AT), from_gradient(slope, AT, analytic=True)
    h = exact.dense()
    for v in np.eye(3):
        assert np.abs(point.product(v) - h @ v).max() <= 32*2.0**-53*np.abs(h).sum()
    found = sharpest(point)
    assert found.low[0] - 64*2.0**-53*np.abs(h).sum() <= np.linalg.eigvalsh(h)[-1]
    assert found.covers == "products by complex steps, taken as exact"
    assert (point.product(np.zeros(3)) == 0).all()


def test_central_differences_know_their_accuracy():
    exact, point = LOSS.at(AT), from_gradient(slope, AT, analytic=False)
    h = exact.dense()
    assert 0 < point.product_error < 2.0**-26*np.abs(h).max()
    for found, value in ((sharpest(point), np.linalg.eigvalsh(h)[-1]), (flattest(point), np.linalg.eigvalsh(h)[0])):
        assert found.low[0] <= value <= found.high[0] and "estimated" in found.covers
    whole, values = spectrum(point), np.linalg.eigvalsh(h)
    assert (whole.low <= values).all() and (values <= whole.high).all()
    for found, value in ((trace(point), np.trace(h)), (frobenius(point), np.linalg.norm(h)),
                         (ceiling(point), values[-1])):
        assert found.low <= value <= found.high and found.high - found.low >= 2*point.product_error


def test_large_problems_take_products_from_gradients():
    rng = np.random.default_rng(0)
    family = TwoLayer(rng.standard_normal((30, 8)), rng.standard_normal(30), "tanh", factor=0.5)
    theta = rng.standard_normal(15*9)
    point = from_gradient(lambda t: family.at(t).gradient, theta, analytic=False)
    true = sharpest(family.at(theta), proof=True)
    found = sharpest(point, accuracy=2.0**-20)
    assert found.converged and found.low[0] <= true.high[0] and true.low[0] <= found.high[0]
    assert found.high[0] - found.low[0] > point.product_error > 0


def test_gradients_that_are_not_analytic_are_refused_for_complex_steps():
    bent = lambda t: slope(t) + np.array([0, 0, 3*np.abs(t[2])*t[2].real])
    with pytest.raises(ValueError, match="not by 8; is it analytic"):
        from_gradient(bent, AT, analytic=True)
    quadratic = lambda t: np.array([[2.0, 1.0], [1.0, 3.0]]) @ t           # e(h) is rounding at every step
    assert np.abs(from_gradient(quadratic, np.ones(2), analytic=True).product(np.eye(2)[0]) - [2, 1]).max() <= 4*2.0**-53
    for broken in (lambda t: t[:2], lambda t: t*np.nan, lambda t: t.astype(int)):
        with pytest.raises(ValueError, match="must return 3 finite floats"):
            from_gradient(broken, AT, analytic=False)


def test_the_point_stays_where_it_was_asked_for():
    in_place = lambda t: np.multiply(t, t*t, out=t)                        # D = 3 t^2
    for analytic in (True, False):
        at = np.array([1.0, 2.0])
        point = from_gradient(in_place, at, analytic=analytic)
        assert (at == [1, 2]).all() and (point.gradient == [1, 8]).all()
        at[:] = 7
        assert np.abs(point.product(np.eye(2)[1]) - [0, 12]).max() <= 2*point.product_error + 2.0**-48
