"""Hessian eigensolves: what is found, what its bound says, and what is refused."""

import numpy as np
import pytest
from mpmath import mp
from scipy.sparse.linalg import LinearOperator, aslinearoperator
from sympy import Rational, diff, sin, sqrt, symbols, tanh

from exactly import known, network
from numerics.eigen import ball_eigenvalues, batched, flattest, sharpest, sharpness_gradient, spectrum
from numerics.losses import ExactLoss, TwoLayer, U, V, compiled, hessian

SPECTRA = {
    "random": lambda rng, n: rng.integers(-2**20, 2**20, n),
    "clustered at the top": lambda rng, n: np.append(rng.integers(-2**20, 0, n - 4), 2**20 - np.arange(4)),
    "multiple at the top": lambda rng, n: np.append(rng.integers(-2**20, 0, n - 3), [2**20]*3),
    "rank deficient": lambda rng, n: rng.integers(1, 2**20, n)*(np.arange(n) > n//2),
    "negative": lambda rng, n: -rng.integers(1, 2**20, n),
    "larger below": lambda rng, n: np.append(rng.integers(-2**10, 2**10, n - 1), -2**20),
}


@pytest.mark.parametrize("kind", SPECTRA)
def test_bounds_hold_for_decomposed_matrices(kind):
    rng = np.random.default_rng(1)
    for trial in range(60):
        exact = np.sort(SPECTRA[kind](rng, 16))[::-1]
        a, k = known(rng, 16, exact), trial % 16 + 1
        found = sharpest(a, k, proof=trial % 2 == 1)
        assert (found.low <= exact[:k]).all() and (exact[:k] <= found.high).all()
        assert found.multiple or len(set(exact[:k + 1])) == min(k + 1, 16)
        assert set(found.kind) <= {"rigorous", "Kato-Temple"} and found.covers == "the matrix given"
        low = flattest(a, k)
        assert (low.low <= exact[::-1][:k]).all() and (exact[::-1][:k] <= low.high).all()


def test_proved_bounds_are_within_rounding_of_the_value():
    rng = np.random.default_rng(2)
    exact = np.append(rng.integers(-2**20, 2**20, 15), 2**21)
    found = sharpest(known(rng, 16, exact), proof=True)
    assert found.kind == ("Kato-Temple",)
    assert found.high[0] - found.low[0] <= 16*2.0**-53*2**21
    assert found.gap >= 2**20 - 1


@pytest.mark.parametrize("kind", SPECTRA)
def test_residual_bounds_hold_for_iterated_matrices(kind):
    rng = np.random.default_rng(3)
    for trial in range(12):
        exact = np.sort(SPECTRA[kind](rng, 128))[::-1]
        a, k = known(rng, 128, exact), trial % 4 + 1
        found = sharpest(a, k, seed=trial)
        assert found.converged and set(found.kind) == {"residual"}
        for low, value, high in zip(found.low, found.values, found.high):
            assert low <= value <= high and ((low <= exact) & (exact <= high)).any()
        # Stronger than what is promised: the right eigenvalues were found, copies included.
        assert (found.low <= exact[:k]).all() and (exact[:k] <= found.high).all()
        if len(set(exact[:k + 1])) <= k:
            assert found.multiple or k == 1


def test_a_proved_bound_for_the_second_eigenvalue_gives_kato_temple():
    rng = np.random.default_rng(4)
    exact = np.append(rng.integers(-2**20, 2**20, 127), 2**21)
    a, second = known(rng, 128, exact), np.sort(exact)[-2]
    plain, sharp = sharpest(a, accuracy=1e-4), sharpest(a, accuracy=1e-4, below=second)
    assert sharp.kind == ("Kato-Temple",)
    assert sharp.low[0] <= 2**21 <= sharp.high[0]
    assert (sharp.high - sharp.low)[0] < (plain.high - plain.low)[0]/100
    mirrored = flattest(-a, accuracy=1e-4, above=-second)
    assert mirrored.low[0] <= -2**21 <= mirrored.high[0] and mirrored.kind == ("Kato-Temple",)
    with pytest.raises(ValueError, match="needs k = 1"):
        sharpest(a, 2, below=second)


def test_algebraically_largest_is_not_largest_in_modulus():
    assert sharpest(np.diag([1.0, -5.0])).values == [1]
    assert flattest(np.diag([1.0, -5.0])).values == [-5]
    big = np.diag(np.append(np.linspace(-1, 1, 149), -7.0))
    assert sharpest(big).low[0] <= 1 <= sharpest(big).high[0]


def test_degenerate_matrices_are_answered():
    for n in (1, 3, 100, 300):
        zero = sharpest(np.zeros((n, n)))
        assert zero.values == zero.low == zero.high == zero.residuals == 0
        assert zero.converged and zero.multiple == (n > 1)
    assert sharpest([[2.5]]).values == [2.5] and sharpest([[2.5]]).gap == np.inf
    identity = sharpest(np.eye(300), 2)
    assert identity.multiple and identity.converged
    for size in (2.0**-1000, 2.0**1000):
        found = sharpest(size*np.diag([1.0, 3.0]))
        assert found.low[0] <= 3*size <= found.high[0] and found.high[0] - found.low[0] <= size/2**40


def test_too_few_products_are_reported_not_hidden():
    rng = np.random.default_rng(5)
    a = rng.standard_normal((200, 200))
    found = sharpest(a + a.T, limit=2)
    exact = np.linalg.eigvalsh(a + a.T)
    assert not found.converged
    assert ((found.low[0] <= exact) & (exact <= found.high[0])).any()


@pytest.mark.parametrize("problem, words", [
    (np.array([[1.0, 2.0], [0.0, 1.0]]), "not its mirror image"),
    (np.array([[1.0, np.inf], [np.inf, 1.0]]), "not finite"),
    (np.zeros((2, 2, 2)), "`batched` takes stacks"),
    (np.zeros((2, 3)), "shape"),
    (LinearOperator((150, 150), matvec=lambda v: v*np.nan, dtype=float), "product 1 .* is not finite"),
    (LinearOperator((3, 3), matvec=lambda v: np.roll(v, 1), dtype=float), r"not symmetric: entries \(0, 1\)"),
    (LinearOperator((3, 2), matvec=lambda v: v, dtype=float), r"shape \(p, p\)"),
    (aslinearoperator(np.diag(np.full(150, 1e-120))), "multiply the loss by a power of two"),
])
def test_unusable_problems_are_named(problem, words):
    with pytest.raises(ValueError, match=words):
        sharpest(problem)


def test_a_large_asymmetric_operator_is_noticed():
    a = np.diag(np.arange(200.0))
    a[150:, 199] += 30.0
    with pytest.raises(ValueError, match="not symmetric: u'Hv and v'Hu differ"):
        sharpest(aslinearoperator(a), limit=40)


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="k must lie between 1 and the 2 parameters, not 3"):
        sharpest(np.eye(2), 3)
    with pytest.raises(ValueError, match="start must be a finite vector of 150"):
        sharpest(np.eye(150), start=np.zeros(150))
    with pytest.raises(ValueError, match="no tangent kernel"):
        sharpest(np.eye(2), interpolates=True)
    with pytest.raises(TypeError, match="a str has no curvature"):
        sharpest("loss")
    with pytest.raises(ValueError, match="at most 2000 rows, not 3000"):
        sharpest(LinearOperator((3000, 3000), matvec=lambda v: v, dtype=float), proof=True)


@pytest.mark.parametrize("activation", ["tanh", "relu", "quadratic", "softplus"])
@pytest.mark.parametrize("n, d, m", [(30, 8, 15), (60, 3, 40), (10, 30, 6), (150, 20, 10)])
def test_every_route_encloses_the_same_eigenvalue(activation, n, d, m):
    # Kernel correction, three-term Lanczos, dense proof: three routes, one number.
    for noise in (0.01, 1.0, 30.0):
        point = network(n, d, m, activation, noise)
        proved = sharpest(point, proof=True)
        for other in (sharpest(point), sharpest(LinearOperator((point.size,)*2, matvec=point.product, dtype=float)),
                      sharpest(point, interpolates=True), sharpest(point, start=proved.vectors[0])):
            assert other.converged
            assert max(other.low[0], proved.low[0]) <= min(other.high[0], proved.high[0]), other.method


def test_a_large_problem_is_proved_through_its_kernel():
    point = network(40, 12, 155, "tanh", 0.01)              # p = 2015
    proved, plain = sharpest(point, proof=True), sharpest(point)
    exact = np.linalg.eigvalsh(point.dense())[-1]
    formed = 64*2.0**-53*point.absolute().frobenius()
    assert proved.kind == ("Kato-Temple",) and plain.kind == ("residual",)
    assert proved.low[0] - formed <= exact <= proved.high[0] + formed
    assert (proved.high - proved.low)[0] <= (plain.high - plain.low)[0]
    gradient = sharpness_gradient(point, proof=True)
    assert gradient.kind == "Kato-Temple" and gradient.angle < 2.0**-20 and gradient.error is None
    with pytest.raises(ValueError, match="this proves no gap"):
        sharpest(network(40, 12, 155, "tanh", 1000.0), proof=True)


def test_balls_hold_the_true_hessian_eigenvalues():
    # At (0, 0) the Hessian of u^2 + v^2 + sin(u v) is [[2, 1], [1, 2]]; of u^2 + v^2 it is 2, twice.
    low, high = ball_eigenvalues(ExactLoss(U**2 + V**2 + sin(U*V), (U, V)), (0, 0))
    assert low.contains(1) and high.contains(3) and not low.contains(3)
    twice = ball_eigenvalues(ExactLoss(U**2 + V**2, (U, V)), (Rational(1, 3), 0))
    assert all(ball.contains(2) for ball in twice)
    # At (1/2, 1) it needs sine and cosine: the float enclosure of the float Hessian lies nearby.
    loss, at = ExactLoss(U**2 + sin(U*V), (U, V)), (Rational(1, 2), 1)
    floats = spectrum(loss.at([0.5, 1.0]))
    for ball, a, b in zip(ball_eigenvalues(loss, at), floats.low, floats.high):
        assert a - 64*2.0**-53 <= float(ball.mid()) <= b + 64*2.0**-53
    with pytest.raises(ValueError, match="the loss has 2 variables, the point 1"):
        ball_eigenvalues(loss, (1,))


def test_dropping_the_residual_part_is_seen_in_the_residual():
    point = network(30, 4, 25, "tanh", 3.0)
    wrong = sharpest(LinearOperator((point.size,)*2, matvec=point.gauss_newton, dtype=float))
    v, true = wrong.vectors[0], sharpest(point)
    miss = np.linalg.norm(point.product(v) - wrong.values[0]*v)
    assert wrong.converged and miss > 10**6*wrong.residuals[0] and miss > abs(wrong.values[0] - true.values[0])


def test_enclosures_hold_the_eigenvalues_of_forty_digit_arithmetic():
    # The same network as a SymPy expression, its Hessian compiled for mpmath.
    t = symbols("t:6", real=True)
    inputs = [(1, Rational(1, 2)), (Rational(-3, 4), 1), (2, Rational(-1, 4)), (Rational(1, 8), 1)]
    targets = (1, -1, Rational(1, 2), 0)
    out = [sum(t[j]*tanh(t[2 + 2*j]*x + t[3 + 2*j]*y) for j in range(2)) for x, y in inputs]
    loss = sum((f - g)**2 for f, g in zip(out, targets))/8
    theta = [Rational(k*k % 7 - 3, 4) for k in range(6)]
    with mp.workdps(40):
        full = compiled(list(hessian(loss, t)), t, "mpmath")(*[mp.mpf(int(x.p))/int(x.q) for x in theta])
        exact = [float(x) for x in mp.eigsy(mp.matrix([full[6*i:6*i + 6] for i in range(6)]), eigvals_only=True)]
    floats = lambda rows: [[float(x) for x in row] for row in rows]
    point = TwoLayer(floats(inputs), [float(y) for y in targets], "tanh", factor=0.5).at([float(x) for x in theta])
    whole = spectrum(point)
    # The enclosure covers the Hessian as formed; forming it moves each entry by 64 u of its moduli.
    formed = 64*2.0**-53*point.absolute().frobenius()
    assert (whole.low - formed <= exact).all() and (exact <= whole.high + formed).all()
    same = spectrum(ExactLoss(loss, t).at([float(x) for x in theta]))
    assert (same.low - 4*formed <= exact).all() and (exact <= same.high + 4*formed).all()


def test_gradient_of_the_sharpness_is_that_of_the_closed_formula():
    loss = (U*V - 1)**2/2 + U**3/6
    full = hessian(loss, (U, V))
    largest = (full[0, 0] + full[1, 1])/2 + sqrt(((full[0, 0] - full[1, 1])/2)**2 + full[0, 1]**2)
    for at in ((2, Rational(1, 2)), (1, 3), (Rational(-3, 2), 1)):
        exact = [diff(largest, x).subs({U: at[0], V: at[1]}).evalf(30) for x in (U, V)]
        found = sharpness_gradient(ExactLoss(loss, (U, V)).at([float(x) for x in at]))
        miss = max(abs(float(e - g)) for e, g in zip(exact, found.gradient))
        size = np.abs([float(diff(loss, x, y, z).subs({U: at[0], V: at[1]})) for x in (U, V)
                       for y in (U, V) for z in (U, V)]).sum()
        assert miss <= found.error + 64*2.0**-53*size            # 64 roundings of the contraction's terms
        assert found.error <= 2.0**-40*size


def test_gradient_of_the_sharpness_differentiates_it_to_second_order():
    point = network(8, 3, 5, "tanh", 0.5)
    family, theta = point.family, np.concatenate([point.a, point.w.ravel()])
    found, e = sharpness_gradient(point), np.random.default_rng(1).standard_normal(point.size)
    e /= np.linalg.norm(e)
    at = lambda h: sharpest(family.at(theta + h*e)).values[0]
    errors = [abs((at(h) - at(-h))/(2*h) - found.gradient @ e) for h in (2.0**-5, 2.0**-6, 2.0**-7)]
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    assert (np.round(orders) == 2).all()


def test_a_multiple_eigenvalue_has_no_gradient():
    twice = sharpness_gradient(ExactLoss(U**2 + V**2 + U**3, (U, V)).at([0.0, 0.0]))
    assert twice.gradient is None and twice.pair.multiple
    once = sharpness_gradient(ExactLoss(U**3, (U,)).at([2.0]))
    assert (once.gradient == [6]).all() and once.pair.values == [12]
    with pytest.raises(ValueError, match="knows no third derivatives"):
        sharpness_gradient(np.eye(2))


def test_small_problems_are_batched_with_their_vectors():
    stack = np.random.default_rng(6).integers(-9, 9, (200, 2, 2)).astype(float)
    stack = stack + stack.transpose(0, 2, 1)
    found = batched(stack)
    for a, low, high, v in zip(stack.astype(int).tolist(), found.low, found.high, found.vectors):
        s, t = a[0][0] + a[1][1], a[0][0]*a[1][1] - a[0][1]**2
        with mp.workdps(40):
            root = mp.sqrt(s*s - 4*t)
            assert low[0] <= (s - root)/2 <= high[0] and low[1] <= (s + root)/2 <= high[1]
        assert np.abs(v.T @ v - np.eye(2)).max() <= 8*2.0**-53
        assert np.abs(np.array(a) @ v - v*(low + high)/2).max() <= 32*2.0**-53*(np.abs(low) + np.abs(high)).max()
    assert (batched([[[3.0]], [[-1.0]]]).high == [[3], [-1]]).all()
    with pytest.raises(ValueError, match=r"shape \(N, d, d\)"):
        batched(np.eye(3))
