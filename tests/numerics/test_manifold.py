import numpy as np
import pytest
from mpmath import mp
from sympy import Rational, Symbol, diff, exp, lambdify, symbols

from numerics.manifold import Valley
from numerics.midpoints import NotSettled
from numerics.steps import stochastic_sam

x, y, z = symbols("x y z", real=True)
HALF, l = Rational(1, 2), Symbol("eigenvalue")
PRODUCT = Valley((x*y - 1)**2/2, (x, y), 1)
CIRCLE = Valley((x**2 + y**2 - 1)**2/8, (x, y), 1)
a, b = 2, 1
RIDGE = Valley((a*exp(z)*x**2 + b*exp(-z)*y**2)/2, (x, y, z), 2)
w1, w2 = exp(z/2)*x, exp(-z/4)*y
f1 = Rational(3, 2)*w1 + w2/2 + (w1**2 - w1*w2)/3
f2 = -w1/2 + w2 + (w2**2 + w1*w2)/4
GENERIC = Valley((f1**2 + f2**2)/2, (x, y, z), 2)          # rotating eigenvectors, no symmetry


@pytest.fixture(autouse=True)
def twenty_digits():
    with mp.workdps(20):
        yield


def near(found, expected):
    """Equal up to a thousand units of the twentieth digit, and not up to a hundredth part of that."""
    scale = max(1, *(abs(e) for e in expected))
    return all(abs(f - e) <= scale*mp.mpf(10)**-17 for f, e in zip(found, expected, strict=True))


def test_the_limit_map_of_the_product_keeps_the_balance():
    u, v = PRODUCT.limit((2, Rational(3, 2)))
    assert near((u*v, u*u - v*v), (1, mp.mpf(7)/4)) and not near((u*v, u*u - v*v), (1, mp.mpf(7)/4 + mp.mpf(10)**-15))


def test_newton_onto_a_manifold_through_the_origin_ends():
    # x and y tend to an exact 0: there is no rounding floor to stop at.
    u, v, w = GENERIC.projected((Rational(1, 50), Rational(1, 40), HALF))
    assert abs(u) < mp.mpf(10)**-30 and abs(v) < mp.mpf(10)**-30 and abs(w - mp.mpf(1)/2) < mp.mpf(1)/1000


def test_the_limit_map_of_the_generic_loss_has_its_closed_form():
    # x' G x/4 with G = diag(1, -1/2) is what z trades for x and y along gradient flow.
    found = GENERIC.limit((Rational(1, 10), Rational(1, 20), HALF))
    assert near(found, (0, 0, mp.mpf(1)/2 - mp.mpf(1)/400 + mp.mpf(1)/3200))


def test_the_derivative_of_the_limit_annihilates_the_gradient_and_projects_on_the_manifold():
    point = (2, Rational(3, 2))
    slope = PRODUCT.limit_derivative(point)
    assert near(slope*PRODUCT.gradient(point), (0, 0)) and not near(slope*mp.matrix([1, 1]), (0, 0))
    # Phi = (e^(w/2), e^(-w/2)), sinh w = (x^2 - y^2)/2: differentiate.
    balance = mp.mpf(7)/8
    w = mp.asinh(balance)
    by_hand = [s*mp.exp(s*w/2)/2*c/mp.sqrt(1 + balance**2) for s in (1, -1) for c in (2, -mp.mpf(3)/2)]
    assert near([*slope], by_hand)
    there = PRODUCT.limit(point)
    assert near([*PRODUCT.limit_derivative(there)], [*PRODUCT.projector(there)])


def test_second_derivatives_of_the_limit_map():
    # Normal-normal on x y = 1 at u = 7/5, thirty digits by differentiation of the closed form.
    normal = mp.matrix([mp.mpf(5)/7, mp.mpf(7)/5])/mp.sqrt(mp.mpf(25)/49 + mp.mpf(49)/25)
    found = PRODUCT.limit_second_derivative((Rational(7, 5), Rational(5, 7)), normal*normal.T)
    assert near(found, (mp.mpf("-0.332635991488614427331490160840"), mp.mpf("0.169712240555415524148719469816")))
    # Phi = p/|p| on the circle, at (1, 0): d_yy Phi = (-1, 0), d_xy Phi = (0, -1), d_xx Phi = 0.
    for covariance, drift in (([[0, 0], [0, 1]], (-1, 0)), ([[0, 1], [1, 0]], (0, -2)), ([[1, 0], [0, 0]], (0, 0))):
        assert near(CIRCLE.limit_second_derivative((1, 0), mp.matrix(covariance)), drift)


def test_label_noise_drifts_by_a_quarter_of_the_gradient_of_the_trace():
    # D^2 Phi[H]/2 = -P grad(trace H)/4 on the manifold, for a generic Hessian.
    point = (0, 0, HALF)
    drift = GENERIC.limit_second_derivative(point, GENERIC.hessian(point))/2
    slope = diff(GENERIC.trace, z).subs({x: 0, y: 0, z: HALF}).evalf(30)
    assert near(drift, (0, 0, -mp.mpf(slope)/4)) and not near(drift, (0, 0, -mp.mpf(slope)/2))


def test_the_gradient_of_an_eigenvalue_is_the_third_derivative_contracted():
    values, _ = GENERIC.spectrum((0, 0, HALF))
    trace = mp.mpf(5)/2*mp.exp(mp.mpf(1)/2) + mp.mpf(5)/4*mp.exp(-mp.mpf(1)/4)
    root = mp.sqrt(trace**2 - mp.mpf(49)/4*mp.exp(mp.mpf(1)/4))
    assert near(values, ((trace + root)/2, (trace - root)/2, 0))
    change = mp.mpf(5)/2*mp.exp(mp.mpf(1)/2) - mp.mpf(5)/8*mp.exp(-mp.mpf(1)/4)
    inner = (trace*change - mp.mpf(49)/16*mp.exp(mp.mpf(1)/4))/root
    for which, slope in ((0, (change + inner)/2), (1, (change - inner)/2)):
        assert near([GENERIC.eigenvalue_gradient((0, 0, HALF), which)[2]], [slope])


def test_an_eigenvalue_that_is_not_simple_is_refused():
    equal = Valley((x**2 + y**2)*exp(z), (x, y, z), 2)
    with pytest.raises(ValueError, match="needs a simple eigenvalue"):
        equal.eigenvalue_gradient((0, 0, 0), 0)
    with pytest.raises(ValueError, match="needs a simple eigenvalue"):
        equal.eigenvalue_flow((0, 0, 0), 1, 0)


def test_newton_lands_on_the_manifold():
    u, v = PRODUCT.projected((2, Rational(3, 5)))
    assert near([u*v], [1])
    with pytest.raises(NotSettled, match="start closer"):
        Valley(exp(x) + 0*y, (x, y), 1).projected((0, 0))


def test_where_the_codimension_is_wrong_there_is_no_limit():
    with pytest.raises(NotSettled, match="is the codimension right"):
        Valley((x*y - 1)**2/2, (x, y), 2).limit((2, HALF + 1))
    with pytest.raises(ValueError, match="between 1 and 2"):
        Valley(x**2 + y**2, (x, y), 3)


@pytest.mark.parametrize("which, expected", [
    # e^-z = e^-1/2 + tau for the top, e^z = e^1/2 + tau/2 for the smallest nonzero eigenvalue.
    (0, lambda tau: -mp.log(mp.exp(-mp.mpf(1)/2) + tau)), (1, lambda tau: mp.log(mp.exp(mp.mpf(1)/2) + tau/2))])
def test_flows_of_the_two_eigenvalues_go_opposite_ways(which, expected):
    end = RIDGE.eigenvalue_flow((0, 0, HALF), Rational(2, 5), which, -HALF)
    assert near(end, (0, 0, expected(mp.mpf(2)/5)))
    assert not near(end, (0, 0, expected(mp.mpf(2)/5 + mp.mpf(10)**-15)))


def test_the_trace_flow_is_a_hyperbolic_cotangent():
    end = RIDGE.potential_flow((0, 0, HALF), Rational(2, 5), RIDGE.trace/2)
    root, tau = mp.sqrt(mp.mpf(a*b)), mp.mpf(2)/5
    w = mp.sqrt(mp.mpf(b)/a)*mp.coth(root*tau/2 + mp.acoth(mp.exp(mp.mpf(1)/2)*mp.sqrt(mp.mpf(a)/b)))
    assert near(end, (0, 0, mp.log(w)))


def test_on_the_curved_manifold_the_balance_decays_exponentially():
    u, v = PRODUCT.eigenvalue_flow((2, HALF), HALF, 0, -HALF)
    assert near((u*v, u*u - v*v), (1, mp.mpf(15)/4*mp.exp(-1)))


def test_the_finite_step_flow_of_the_generic_loss_reaches_the_known_point():
    eta = Rational(1, 10)
    end = GENERIC.eigenvalue_flow((0, 0, HALF), Rational(2, 5), 0, -(2/(2 - eta*l))**2/2)
    assert near([end[2]], [mp.mpf("-0.229038190248430542")])
    other = GENERIC.eigenvalue_flow((0, 0, HALF), Rational(2, 5), 1, -HALF)
    assert near([other[2]], [mp.mpf("0.590751815703185673")])


def test_batched_sam_on_drawn_samples_follows_the_trace_flow():
    # L_1 = F_1 x^2, L_2 = F_2 y^2: the mean drift of z tends to the trace flow's, not the top eigenvalue's.
    gradients = [lambdify((x, y, z), [diff(part, v) for v in (x, y, z)], "numpy")
                 for part in (a*exp(z)*x**2, b*exp(-z)*y**2)]
    eta, rho, runs, rng = 1/64, 1/16, 400, np.random.default_rng(5)
    step = stochastic_sam(gradients, eta, rho, lambda: rng.integers(2, size=runs))
    point = tuple(np.full(runs, v) for v in (0.3*eta*rho, 0.7*eta*rho, 0.5))
    for _ in range(int(0.1/(eta*rho**2))):
        point = step(point)
    found, spread = point[2].mean(), point[2].std()/np.sqrt(runs)
    trace, top = (flow((0, 0, HALF), Rational(1, 10), *argument)[2] for flow, argument in (
        (RIDGE.potential_flow, (RIDGE.trace/2,)), (RIDGE.eigenvalue_flow, (0, -HALF))))
    assert abs(found - float(trace)) < abs(float(top) - float(trace))/2 and 8*spread < abs(float(top) - float(trace))
