"""Through n x n matrices: bounds that take no product with the Hessian, against exact arithmetic."""

import numpy as np
import pytest
from flint import fmpq

from exactly import network
from numerics.eigen import sharpest, spectrum
from numerics.losses import DeepLinear, DiagonalLinear, Factorisation, TwoLayer, leaky


def exact(number):
    return fmpq(*float(number).as_integer_ratio())


def fractions(array):
    return [exact(x) for x in np.ravel(array).tolist()]


def exact_residual(point, value, v):
    """|H v - value v|^2/|v|^2 in rationals, from f = sum_j a_j s(w_j.x), s quadratic or piecewise linear, alone."""
    v, a, value = fractions(v), fractions(point.a), exact(value)
    w, x = [fractions(row) for row in point.w], [fractions(row) for row in point.inputs]
    m, d, c = len(a), len(x[0]), exact(2*point.family.factor)/len(x)
    alpha, u = v[:m], [v[m + j*d:m + j*d + d] for j in range(m)]
    head, body = [fmpq(0)]*m, [[fmpq(0)]*d for _ in range(m)]
    for xi, y in zip(x, fractions(point.family.targets)):
        z, p = ([sum(map(lambda s, t: s*t, row, xi)) for row in rows] for rows in (w, u))
        jet = [_jet(point.family.activation.name, one) for one in z]
        r = sum(b*s for b, (s, _, _) in zip(a, jet)) - y
        g = sum(t*s + b*slope*q for t, b, q, (s, slope, _) in zip(alpha, a, p, jet))
        for j, (s, slope, bend) in enumerate(jet):
            head[j] += g*s + r*slope*p[j]
            pull = g*a[j]*slope + r*(slope*alpha[j] + a[j]*bend*p[j])
            body[j] = [b + pull*t for b, t in zip(body[j], xi)]
    image = head + [b for row in body for b in row]
    return sum((c*h - value*t)*(c*h - value*t) for h, t in zip(image, v))/sum(t*t for t in v)


def _jet(name, z):
    if name == "quadratic":
        return z*z, 2*z, fmpq(2)
    slope = fmpq(1) if z > 0 else exact(name[6:-1]) if name.startswith("leaky") else fmpq(0)
    return slope*z, slope, fmpq(0)


def integers(activation, n, d, m, misfit, seed):
    """Small integer data and weights: s(Z), s'(Z) and the residuals are exact doubles."""
    rng = np.random.default_rng(seed)
    inputs, theta = rng.integers(-3, 4, (n, d)) + 0.5, rng.integers(-3, 4, m*(1 + d)) + 0.25
    theta[m::d] += 2.0**-10                             # no sum of the other products cancels it: no kink is met
    met = TwoLayer(inputs, np.zeros(n), activation, factor=0.5).at(theta).residual
    return TwoLayer(inputs, met + misfit*rng.integers(-9, 10, n), activation, factor=0.5).at(theta)


@pytest.mark.parametrize("activation, shape", [
    ("quadratic", (6, 3, 4)), ("relu", (9, 2, 5)), ("quadratic", (30, 6, 20)), ("relu", (104, 3, 28))])
def test_residuals_at_interpolation_are_bounded_without_a_product(activation, shape):
    for seed in range(2):
        point = integers(activation, *shape, 0, seed)
        for k in (1, 2):
            found = sharpest(point, k, interpolates=True)
            assert found.converged and found.covers == point.arrays
            for value, v, bound in zip(found.values, found.vectors, found.residuals):
                assert exact_residual(point, value, v) <= exact(bound)*exact(bound)
                assert bound <= 1e-10*found.values[0]                     # the accuracy asked for


@pytest.mark.parametrize("activation", ["relu", leaky(0.25)], ids=["relu", "leaky"])
def test_residuals_of_the_secular_condition_are_bounded_without_a_product(activation):
    methods = []
    for seed, misfit in enumerate((2.0**-20, 2.0**-6, 1.0, 4.0)):
        point = integers(activation, 30, 12, 15, misfit, seed)
        found = sharpest(point)
        methods.append(found.method)
        if "secular" in found.method:
            assert found.products == 0 and found.covers == point.arrays
            assert exact_residual(point, found.values[0], found.vectors[0]) <= exact(found.residuals[0])*exact(found.residuals[0])
    assert sum("secular" in name for name in methods) >= 3


def test_a_bound_without_products_is_not_passed_on_where_it_misses_the_accuracy():
    for point in (network(20, 3, 10, "tanh", 0.0), network(120, 3, 50, "tanh", 0.0)):
        found = sharpest(point, interpolates=True, accuracy=2.0**-46)
        true = np.linalg.norm(point.product(found.vectors[0]) - found.values[0]*found.vectors[0])
        assert found.products > 0 and found.residuals[0] < 2.0**-40*found.values[0]
        assert true <= 2.0**-40*found.values[0]


def test_diagonal_networks_are_bounded_without_a_product():
    rng = np.random.default_rng(7)
    inputs, theta = rng.integers(-3, 4, (40, 150)) + 0.5, rng.integers(-3, 4, 300) + 0.25
    met = DiagonalLinear(inputs, np.zeros(40), factor=0.5).at(theta).residual
    for misfit, name in ((0.0, "tangent kernel"), (2.0**-4, "secular")):
        point = DiagonalLinear(inputs, met + misfit, factor=0.5).at(theta)
        found = sharpest(point, interpolates=not misfit)
        v = np.array(fractions(found.vectors[0]), dtype=object)
        rows = np.array(fractions(point.jacobian()), dtype=object).reshape(40, -1)
        k = np.array(fractions(2*point.scale*(point.residual @ inputs)), dtype=object)      # exact: dyadic
        image = exact(point.scale)*(rows.T @ (rows @ v)) + np.concatenate([k, -k])*v
        left = image - exact(found.values[0])*v
        assert name in found.method and left @ left <= exact(found.residuals[0])*exact(found.residuals[0])*(v @ v)


def test_an_untrue_claim_of_interpolation_costs_time_and_nothing_else():
    for n in (20, 120):                                  # kernel decomposed, kernel iterated
        point = network(n, 3, 50, "tanh", 2.0)
        whole = np.linalg.eigvalsh(point.dense())[::-1]
        found = sharpest(point, 2, interpolates=True)
        assert "kernel" not in found.method and found.converged
        assert (found.low <= whole[:2]).all() and (whole[:2] <= found.high).all()
        met = network(n, 3, 50, "tanh", 0.0)
        assert "kernel" in sharpest(met, 2, interpolates=True).method


def test_a_small_misfit_is_bounded_and_added():
    point = network(20, 3, 10, "tanh", 2.0**-40)
    whole, found = np.linalg.eigvalsh(point.dense()), spectrum(point, interpolates=True)
    wide = spectrum(network(20, 3, 10, "tanh", 2.0), interpolates=True)
    assert (found.low <= whole[20:]).all() and (whole[20:] <= found.high).all()
    assert found.high[-1] - found.low[-1] < 2.0**-30 < wide.high[-1] - wide.low[-1]


def test_spectrum_at_interpolation_has_its_exact_zeros():
    point = network(12, 3, 10, "tanh", 0.0)
    small, whole = spectrum(point, interpolates=True), spectrum(point)
    assert small.zeros == 40 - 12 and whole.zeros == 0
    assert (small.low <= whole.high[28:]).all() and (whole.low[28:] <= small.high).all()
    assert (whole.low[:28] <= 0).all() and (whole.high[:28] >= 0).all()


def test_deep_linear_sharpness_is_known_on_balanced_minima():
    # W_l = diag(s)^(1/3): eigenvalues of the Hessian sum over layers; the largest is 3 s_1^(4/3).
    factors, inputs = np.diag([2.0, 1.0]), np.array([[1.0, 1.0], [1.0, -1.0]]*2)       # X'X/4 = 1
    point = DeepLinear(inputs, inputs*[8.0, 1.0], (2, 2, 2, 2), factor=0.5).at(np.concatenate([factors.ravel()]*3))
    assert point.value == 0
    for found in (sharpest(point, proof=True), sharpest(point, interpolates=True)):
        assert found.low[0] <= 3*2**4 <= found.high[0]                                 # s_1 = 8
    # sum_l s_i^(2(3-l)/3) s_k^(2(l-1)/3) for all pairs; the cross pairs are equal.
    exact = [3, 16 + 4 + 1, 16 + 4 + 1, 48]
    whole = spectrum(point, interpolates=True)
    assert (whole.low <= exact).all() and (exact <= whole.high).all() and whole.zeros == 8
    assert point.trace() == sum(exact) == np.trace(point.dense())
    flat = Factorisation(np.diag([4.0, 1.0]), 2, factor=0.5)
    there = flat.at(flat.pack(np.diag([2.0, 1.0]), np.diag([2.0, 1.0])))
    assert sharpest(there).low[0] <= 8 <= sharpest(there).high[0]


@pytest.mark.parametrize("samples", [1, 3])
def test_below_the_last_eigenvalue_of_the_kernel_lies_a_zero(samples):
    point = network(samples, 2, 3, "tanh", 0)
    for k in range(1, samples + 1):
        found = sharpest(point, k, interpolates=True)
        assert "tangent kernel" in found.method and not found.multiple
        assert found.high[-1] >= found.gap > 0
    assert found.gap > found.high[-1]/2


def test_bounds_by_squaring_the_kernel_hold_what_residuals_contribute():
    point = network(5, 3, 4, "tanh", 2.0**-10)
    found = sharpest(point, interpolates=True, accuracy=0.5)
    assert found.method == "squarings of the 5 x 5 tangent kernel"
    assert found.high[0] - found.low[0] >= 2*point.bend > 0


@pytest.mark.parametrize("shape", [(20, 5, 5), (120, 6, 30)])        # squared as a whole, and by Lanczos
def test_the_entry_of_largest_modulus_is_positive_whatever_the_kernel_gave(shape):
    methods = set()
    for seed in range(12):
        pair = sharpest(network(*shape, "tanh", 0, seed), interpolates=True)
        v = pair.vectors[0]
        methods.add(pair.method.split()[0])
        assert v[np.abs(v).argmax()] > 0 and abs(v.dot(v) - 1) < 1e-14 and pair.low.shape == pair.residuals.shape == (1,)
    assert methods == {"squarings"} if shape[0] == 20 else "Lanczos" in methods
