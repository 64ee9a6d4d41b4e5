"""From the arrays to the loss: the rounding of Z, s(Z) and its derivatives is bounded, against balls and wrong arrays."""

from dataclasses import replace

import numpy as np
import pytest
from sympy import Rational, exp, log, sin, symbols, tanh

from numerics.activations import Activation
from numerics.eigen import ball_eigenvalues, evaluation_error, of_the_loss, sharpest
from numerics.losses import DiagonalLinear, ExactLoss, TwoLayer, leaky

SYMBOLIC = {"tanh": tanh, "softplus": lambda z: log(1 + exp(z)), "sine": sin, "quadratic": lambda z: z**2,
            "cubic": lambda z: z**3}


def exact(x):
    return Rational(*float(x).as_integer_ratio())


def network(activation, n=3, d=2, m=2, seed=0):
    rng = np.random.default_rng(seed)
    family = TwoLayer(rng.standard_normal((n, d)), rng.standard_normal(n), activation, factor=0.5)
    return family, rng.standard_normal(m*(1 + d))


@pytest.mark.parametrize("activation", SYMBOLIC)
def test_bounds_hold_for_the_loss_itself(activation):
    family, theta = network(activation)
    t, n = symbols(f"t:{len(theta)}"), len(family.targets)
    m = len(theta)//3
    out = [sum(t[j]*SYMBOLIC[activation](t[m + 2*j]*exact(x) + t[m + 2*j + 1]*exact(y)) for j in range(m))
           for x, y in family.inputs]
    loss = sum((f - exact(y))**2 for f, y in zip(out, family.targets))/(2*n)
    largest = ball_eigenvalues(ExactLoss(loss, t), tuple(map(exact, theta)))[-1]
    point = family.at(theta)
    found = of_the_loss(point, sharpest(point))
    assert found.low[0] <= float(largest.lower()) and float(largest.upper()) <= found.high[0]
    assert found.covers == "the Hessian of the loss at these weights"
    assert found.high[0] - found.low[0] <= 2.0**-36*point.absolute().frobenius()


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["descending", "ascending"])
def test_values_that_the_loss_does_not_separate_are_multiple(order):
    family, theta = network("tanh")
    point, ends = family.at(theta), np.array([[2.0, 3.0], [1.0, 2.0 - 2.0**-52]])[order]
    apart = replace(sharpest(point, 2), low=ends[:, 0], high=ends[:, 1], gap=1.0)
    assert not apart.multiple and of_the_loss(point, apart).multiple
    further = replace(apart, high=ends[:, 1] - 0.25)
    assert not of_the_loss(point, further).multiple


@pytest.mark.parametrize("name", ["s", "slope", "residual"])
def test_a_wrong_entry_is_seen_at_its_size(name):
    family, theta = network("tanh", 5, 3, 4)
    point = family.at(theta)
    small, whole = evaluation_error(point), point.dense()
    wrong = family.at(theta)
    getattr(wrong, name).flat[1] += 2.0**-20
    wrong.weighted = wrong.slope*wrong.a
    moved = np.linalg.norm(wrong.dense() - whole, 2)
    assert small < 2.0**-40 < moved <= evaluation_error(wrong)
    assert evaluation_error(wrong) <= 2.0**10*moved


@pytest.mark.parametrize("activation", ["relu", leaky(0.25)], ids=["relu", "leaky"])
def test_kinked_networks_have_exact_slopes(activation):
    family, theta = network(activation, 6, 3, 4)
    assert 0 < evaluation_error(family.at(theta)) < 2.0**-40
    whole = TwoLayer(np.round(4*family.inputs) + 0.5, np.round(family.targets), activation, factor=0.5)
    point = whole.at(np.round(4*theta) + 2.0**-8)
    assert evaluation_error(point) == 0                                         # Z and s(Z) are exact doubles
    found = sharpest(point)
    assert of_the_loss(point, found).low[0] < found.low[0]                      # the Hessian was rounded all the same


def test_what_balls_cannot_evaluate_is_refused():
    own = Activation("double", lambda z: (2*z, np.full_like(z, 2), None, None))
    diagonal = DiagonalLinear([[1.0]], [1.0], factor=0.5).at([1.0, 1.0])
    for point in (network(own)[0].at(network(own)[1]), diagonal):
        with pytest.raises(ValueError, match="only two-layer networks with a built-in activation"):
            evaluation_error(point)
