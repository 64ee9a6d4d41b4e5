"""Losses against exact arithmetic: closed formulas in floats, Fractions and SymPy."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import QQ, Float, Rational, diff, exp, log, pi, ring, sin, sqrt, symbols, tanh

from numerics.losses import (ACTIVATIONS, Activation, DeepLinear, DiagonalLinear, ExactLoss, Factorisation,
                             TwoLayer, U, V, X, compiled, gradient, hessian, leaky, partial, third)

KINKED = [name for name, activation in ACTIVATIONS.items() if activation.kinked]


def integers(rng, *shape, low=-2, high=3):
    return rng.integers(low, high, size=shape).astype(float)


def polynomial(family, theta):
    """The family's loss as a polynomial in theta over QQ, by its definition alone, and theta exactly."""
    _, *t = ring([f"t{i}" for i in range(len(theta))], QQ)
    at = [QQ(int(x)) for x in theta]
    times = lambda a, b: [[sum(x*y for x, y in zip(row, column)) for column in zip(*b)] for row in a]
    rows = lambda entries, width: [list(entries[i:i + width]) for i in range(0, len(entries), width)]
    if isinstance(family, Factorisation):
        b, k = family.target.shape[1], family.rank
        out, y, n = times(rows(t[k*b:], k), rows(t[:k*b], b)), family.target, 1
    else:
        x, y, (n, d) = family.inputs.astype(int).tolist(), family.targets.reshape(len(family.inputs), -1), (
            family.inputs.shape)
    if isinstance(family, TwoLayer):
        m, name = len(t)//(1 + d), family.activation.name
        bend = {"relu": QQ(0), "leaky(0.25)": QQ(1, 4)}
        def s(z):
            if name in bend:
                return z if z(*at) > 0 else bend[name]*z
            return z**{"quadratic": 2, "cubic": 3}[name]
        z = times(x, list(zip(*rows(t[m:], d))))
        out = [[sum(a*s(w) for a, w in zip(t, row))] for row in z]
    elif isinstance(family, DiagonalLinear):
        out = [[sum(w*(u**2 - v**2) for w, u, v in zip(row, t, t[d:]))] for row in x]
    elif isinstance(family, DeepLinear):
        out, used = [list(column) for column in zip(*x)], 0
        for a, b in zip(family.widths[1:], family.widths[:-1]):
            out, used = times(rows(t[used:used + a*b], b), out), used + a*b
        out = zip(*out)
    gaps = [f - int(g) for fs, gs in zip(out, y) for f, g in zip(fs, gs)]
    return QQ(int(2*family.factor), 2*n)*sum(gap**2 for gap in gaps), t, at


def examples():
    """Small integer problems with 4 or 8 samples (no division rounds), d > n and d < n."""
    rng = np.random.default_rng(8)
    for name in ("quadratic", "cubic", "relu", leaky(0.25)):
        for n, d, m in ((4, 2, 2), (4, 5, 1)):
            inputs = integers(rng, n, d)
            inputs[:, 0] = np.arange(n) % 2*2 - 1
            weights = integers(rng, m, d)
            weights[:, 0] = 17                       # no sample at a kink: w.x is odd or large
            theta = np.concatenate([[3, -2][:m], weights.ravel()])
            yield TwoLayer(inputs, integers(rng, n), name, factor=0.5), theta
    yield DiagonalLinear(integers(rng, 4, 3), integers(rng, 4), factor=1), integers(rng, 6)
    yield DeepLinear(integers(rng, 4, 2), integers(rng, 4, 2), (2, 2, 1, 2), factor=0.5), integers(rng, 8)
    yield DeepLinear(integers(rng, 8, 3), integers(rng, 8, 1), (3, 1), factor=0.5), integers(rng, 3)
    yield Factorisation(integers(rng, 3, 2), 2, factor=0.5), integers(rng, 10)


EXAMPLES = list(examples())
NAMES = [f"{type(f).__name__} {getattr(f, 'activation', '') and f.activation.name} p={len(t)}" for f, t in EXAMPLES]


@pytest.mark.parametrize("family, theta", EXAMPLES, ids=NAMES)
def test_curvature_of_integer_problems_is_exact(family, theta):
    loss, t, at = polynomial(family, theta)
    point, q = family.at(theta), integers(np.random.default_rng(1), len(theta))
    slope, exact = [loss.diff(x) for x in t], lambda e: float(Fraction(str(e(*at))))
    along = lambda e: sum(e.diff(x)*int(a) for x, a in zip(t, q))
    dense = np.array([[exact(s.diff(x)) for x in t] for s in slope])
    cubic = [exact(along(along(s))) for s in slope]
    assert point.value == family.value(theta) == exact(loss)
    assert (point.gradient == [exact(s) for s in slope]).all()
    assert (point.dense() == dense).all()
    assert (point.product(q) == dense @ q).all()
    assert (point.cubic(q) == cubic).all()
    assert point.trace() == np.trace(dense)


@pytest.mark.parametrize("family, theta", EXAMPLES, ids=NAMES)
def test_gauss_newton_part_and_kernel_come_from_one_jacobian(family, theta):
    point, rng = family.at(theta), np.random.default_rng(2)
    rows = np.array([point.lift(e) for e in np.eye(point.samples)])
    q = integers(rng, point.size)
    if isinstance(family, DeepLinear):               # its J goes through a root of C, so it rounds
        whole = np.array([point.gauss_newton(e) for e in np.eye(point.size)])
        blur = 2.0**-40*np.abs(whole).max()          # 8192 roundings of the largest entry
        assert np.abs(point.scale*rows.T @ rows - whole).max() <= blur
        return
    assert (rows @ q == point.push(q)).all()
    assert (point.gauss_newton(q) == point.scale*(rows.T @ (rows @ q))).all()
    if not isinstance(family, DiagonalLinear):       # whose kernel is formed through square roots
        assert (point.kernel() == point.scale*rows @ rows.T).all()


@pytest.mark.parametrize("family, theta", EXAMPLES, ids=NAMES)
def test_bend_bounds_what_the_gauss_newton_matrix_leaves_out(family, theta):
    point = family.at(theta)
    left = point.dense() - np.array([point.gauss_newton(e) for e in np.eye(point.size)])
    norm = np.abs(np.linalg.eigvalsh((left + left.T)/2)).max()
    assert norm*(1 - point.size*2.0**-50) <= point.bend


def test_bend_is_attained_by_a_relu_network_with_one_bent_neuron():
    point = TwoLayer([[1.0, 2.0]], [0.0], "relu", factor=0.5).at([3.0, 1.0, 1.0])
    left = point.dense() - np.array([point.gauss_newton(e) for e in np.eye(3)])
    exact = 9*np.sqrt(5)                             # |r x|, r = 9
    assert exact <= point.bend <= exact*(1 + 2.0**-40)
    assert (left == 9*np.array([[0, 1, 2], [1, 0, 0], [2, 0, 0]])).all()


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - set(KINKED)))
def test_activation_derivatives_agree_with_sympy(name):
    z = symbols("z")
    s = {"tanh": tanh(z), "softplus": log(1 + exp(z)), "sine": sin(z), "quadratic": z**2, "cubic": z**3}[name]
    for at in (Rational(-7, 4), Rational(1, 3), Rational(5, 2)):
        jet = ACTIVATIONS[name].jet(np.array([float(at)]))
        for order, found in enumerate(jet):
            found = found() if callable(found) else found
            exact = diff(s, z, order).subs(z, at).evalf(40)
            # The point's own rounding moves s^(k) by u |z s^(k+1)|; 16 roundings of terms below 8.
            assert abs(Float(found[0], 40) - exact) <= 16*8*2.0**-53, (order, at)


def test_relu_networks_have_one_null_direction_of_the_jacobian_per_neuron():
    point = TwoLayer([[1.0, 2.0], [-3.0, 1.0], [2.0, 2.0]], [1.0, 0.0, 2.0], "relu", factor=1).at(
        [2.0, -1.0, 4.0, 1.0, -1.0, 3.0])
    for j in range(2):
        v = np.zeros(6)
        v[j], v[2 + 2*j:4 + 2*j] = -point.a[j], point.w[j]
        assert (point.push(v) == 0).all()


def test_a_kinked_network_refuses_a_sample_on_its_kink():
    family = TwoLayer([[1.0, 2.0], [2.0, 1.0]], [0.0, 0.0], "relu", factor=0.5)
    with pytest.raises(ValueError, match="neuron 0 meets sample 1 exactly at its kink"):
        family.at([1.0, 1.0, -2.0])
    assert family.value([1.0, 1.0, -2.0]) == 0


def test_a_sign_that_rounding_loses_is_decided_exactly():
    # 1 + 2^-60 - 1 in doubles is 0 or 2^-60 depending on the order; exactly it is 2^-60 > 0.
    family = TwoLayer([[1.0, 2.0**-60, -1.0]], [0.0], "relu", factor=0.5)
    assert (family.at([1.0, 1.0, 1.0, 1.0]).slope == 1).all()
    assert (family.at([1.0, 1.0, -1.0, 1.0]).slope == 0).all()


def test_a_positive_number_below_every_double_is_still_positive():
    tiny = 2.0**-1074
    assert (TwoLayer([[tiny]], [0.0], "relu", factor=0.5).at([1.0, tiny]).slope == 1).all()
    assert (TwoLayer([[tiny]], [0.0], "relu", factor=0.5).at([1.0, -tiny]).slope == 0).all()


def test_inputs_wider_than_the_samples_reduce_to_their_span():
    rng = np.random.default_rng(3)
    point = TwoLayer(rng.standard_normal((3, 7)), rng.standard_normal(3), "tanh", factor=0.5).at(
        rng.standard_normal(16))
    small, lift = point.reduced()
    v = rng.standard_normal(small.size)
    assert small.size == 2*(1 + 3)
    # Both sides differ by rounding only: QR and products of at most 16 terms of size |H||v|.
    blur = 2.0**-53*64*16*point.frobenius()*np.linalg.norm(v)
    assert np.abs(lift(small.product(v)) - point.product(lift(v))).max() <= blur


def test_moduli_of_the_arrays_bound_trace_and_norm():
    for family, theta in EXAMPLES:
        point = family.at(theta)
        absolute = point.absolute()
        assert absolute.trace() >= abs(point.trace())
        assert absolute.frobenius()*(1 + 2.0**-40) >= point.frobenius()


def test_frobenius_norm_by_small_matrices_is_that_of_the_dense_hessian():
    # F^2 is a dyadic integer here; the formula rounds only in the last square root.
    for family, theta in EXAMPLES:
        point = family.at(theta)
        exact = sum(Fraction(x)**2 for x in point.dense().ravel().tolist())
        found = Fraction(float(point.frobenius()))
        roundings = 4 if isinstance(family, TwoLayer) else 2*point.depths["frobenius"]
        size = Fraction(float(point.absolute().frobenius()))
        assert abs(found**2 - exact) <= Fraction(roundings, 2**52)*max(size**2, exact)


@pytest.mark.parametrize("activation", ["tanh", "softplus", "sine", "cubic"])
def test_products_are_derivatives_of_the_gradient_to_third_order(activation):
    # |grad(theta + h v) - grad(theta - h v) - 2 h H v| falls like h^3; a coupling of the wrong sign leaves h.
    rng = np.random.default_rng(4)
    family = TwoLayer(rng.standard_normal((7, 3)), rng.standard_normal(7), activation, factor=0.5)
    theta, v, w = rng.standard_normal((3, 16))

    def orders(point):
        miss = [np.linalg.norm(family.at(theta + h*v).gradient - family.at(theta - h*v).gradient
                               - 2*h*point.product(v)) for h in (2.0**-7, 2.0**-8, 2.0**-9)]
        return np.round(np.log2(np.divide(miss[:-1], miss[1:])))
    assert (orders(family.at(theta)) == 3).all()
    wrong = family.at(theta)
    wrong.coupling = -wrong.coupling
    assert (orders(wrong) == 1).all()
    skew = abs(w @ wrong.product(v) - v @ wrong.product(w))              # which symmetry does not notice
    assert skew <= 256*2.0**-53*wrong.absolute().frobenius()*np.linalg.norm(v)*np.linalg.norm(w)


def test_the_kernel_alone_misses_the_normal_part_of_the_gradient_of_the_sharpness():
    # grad lambda_1(H) = grad lambda_1(K) + c J'h, h_i = q' Hess f_i q: the last term is normal to the minimisers.
    rng = np.random.default_rng(5)
    inputs, theta = rng.standard_normal((4, 3)), rng.standard_normal(16)
    met = TwoLayer(inputs, np.zeros(4), "tanh", factor=0.5).at(theta).residual
    family = TwoLayer(inputs, met, "tanh", factor=0.5)
    point, top = family.at(theta), lambda x: np.linalg.eigvalsh(family.at(x).kernel())[-1]
    values, vectors = np.linalg.eigh(point.kernel())
    q = point.lift(vectors[:, -1])
    full, (_, _, rows) = point.cubic(q/np.linalg.norm(q)), np.linalg.svd(point.jacobian())
    normal, tangent = rows[0], rows[-1]
    orders = lambda e: np.log2([abs((top(theta + h*e) - top(theta - h*e))/(2*h) - full @ e)
                                for h in (2.0**-5, 2.0**-6)]) @ [1, -1]
    assert np.round(orders(tangent)) == 2 and np.round(orders(normal)) == 0


def test_partial_is_exact_and_refuses_floats():
    loss = (U*V - 1)**2/2 + U**3
    assert partial(loss, U, U, at={U: Rational(1, 3), V: 2}) == 6
    assert partial(loss, at={U: 1, V: sqrt(2)}) == (sqrt(2) - 1)**2/2 + 1
    assert partial(X**5/pi, X, X, at={X: 1}) == 20/pi
    with pytest.raises(ValueError, match="holds the float 0.5"):
        partial(0.5*X, X, at={X: 1})
    with pytest.raises(ValueError, match="holds the float"):
        partial(X, X, at={X: 0.1})
    with pytest.raises(ValueError, match="no finite number"):
        partial(log(X), X, at={X: 0})


def test_compiled_works_at_the_precision_in_force():
    from mpmath import mp, mpf
    third_of = compiled(U/3, (U,), "mpmath")
    with mp.workdps(60):
        assert abs(third_of(mpf(1))*3 - 1) <= mpf(10)**-59
    values = compiled((U, 7, U*V), (U, V))(np.array([1.0, 2.0]), 3.0)
    assert (values[0] == [1, 2]).all() and values[1] == 7 and (values[2] == [3, 6]).all()
    with pytest.raises(ValueError, match="'v'.*not among"):
        compiled(U*V, (U,))
    with pytest.raises(ValueError, match="numpy"):
        compiled(U, (U,), "torch")


def test_exact_loss_evaluates_whole_batches():
    loss = ExactLoss(U**3*V + V**2/2 + 7, (U, V))
    points, q = np.array([[1.0, 2.0], [3.0, 4.0], [0.0, -1.0]]), np.array([[1.0, 1.0], [2.0, 0.0], [-1.0, 3.0]])
    at = lambda e: np.array([float(e.subs({U: u, V: v})) for u, v in points.astype(int)])
    assert (loss.value(points) == at(loss.expression)).all()
    assert (loss.gradient(points) == np.stack([at(g) for g in gradient(loss.expression, (U, V))], 1)).all()
    full = hessian(loss.expression, (U, V))
    expected = np.stack([np.stack([at(full[i, j]) for j in (0, 1)], 1) for i in (0, 1)], 1)
    assert (loss.hessian(points) == expected).all()
    assert (loss.product(points, q) == np.einsum("nij,nj->ni", expected, q)).all()
    a, b = symbols("a b")
    cubic = [[float(e.subs({U: u, V: v, a: x, b: y})) for e in third(loss.expression, (U, V), (a, b))]
             for (u, v), (x, y) in zip(points.astype(int), q.astype(int))]
    assert (loss.cubic(points, q) == cubic).all()
    one = loss.at([1.0, 2.0])
    assert one.trace() == np.trace(expected[0]) and (one.product(q[0]) == expected[0] @ q[0]).all()


def test_unusable_problems_are_named():
    with pytest.raises(ValueError, match="no activation 'swish'"):
        TwoLayer([[1.0]], [1.0], "swish", factor=1)
    with pytest.raises(ValueError, match=r"inputs\[0, 1\] is nan"):
        TwoLayer([[1.0, np.nan]], [1.0], "relu", factor=1)
    with pytest.raises(ValueError, match="2 inputs but 1 targets"):
        DiagonalLinear([[1.0], [2.0]], [1.0], factor=1)
    with pytest.raises(ValueError, match="no positive multiple of 1 [+] d = 3"):
        TwoLayer([[1.0, 2.0]], [1.0], "relu", factor=1).at(np.ones(4))
    with pytest.raises(ValueError, match="must run from 1 inputs to 1 outputs"):
        DeepLinear([[1.0]], [[1.0]], (2, 1), factor=1)
    with pytest.raises(ValueError, match="not among its variables"):
        ExactLoss(U*V, (U,))
    with pytest.raises(TypeError, match="factor"):
        TwoLayer([[1.0]], [1.0], "relu")


def test_an_own_activation_is_taken():
    doubled = Activation("double", lambda z: (2*z, np.full_like(z, 2), None, None))
    point = TwoLayer([[3.0]], [1.0], doubled, factor=0.5).at([1.0, 2.0])
    # f = a 2 w x: gradient (2 w x, 2 a x) = (12, 6), residual 11, Hess f = [[0, 6], [6, 0]].
    assert (point.dense() == [[144, 72 + 66], [72 + 66, 36]]).all()
