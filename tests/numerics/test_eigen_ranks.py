"""Ranks certified without a tolerance, and the smallest nonzero eigenvalues that rest on them."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from mpmath import mp

from exactly import known, network
from numerics.eigen import certified_rank, from_gradient, smallest_nonzero
from numerics.losses import DeepLinear, DiagonalLinear, ExactLoss, Factorisation, TwoLayer, U, V, leaky
from numerics.ranks import rank_at_most


def test_smallest_nonzero_eigenvalue_of_balanced_products():
    # (uv - 1)^2/2 on uv = 1: the Hessian has eigenvalues 0 and u^2 + v^2.
    point = ExactLoss((U*V - 1)**2/2, (U, V)).at([2.0, 0.5])
    found, ratio = smallest_nonzero(point, 1)
    assert found.low[0] <= 4.25 <= found.high[0] and ratio < 2.0**-50
    with pytest.raises(ValueError, match="rank must lie between 1 and 2"):
        smallest_nonzero(point, 0)


def test_smallest_nonzero_keeps_relative_accuracy_on_an_ill_conditioned_kernel():
    # Two almost equal samples, one linear neuron per input: K = c X X' with X = [[1, 0], [1, h]].
    h = 2.0**-20
    rows = [[1.0, 0.0], [1.0, h]]
    point = DiagonalLinear(rows, [0.0, 0.0], factor=0.5).at([0.5, 0.5, 0.5, 0.5])
    # K = (4/2) X diag(1/2) X' = X X': trace 2 + h^2, determinant h^2.
    with mp.workdps(50):
        s, d = 2 + mp.mpf(h)**2, mp.mpf(h)**2
        exact = 2*d/(s + mp.sqrt(s*s - 4*d))
        found, _ = smallest_nonzero(point, 2, interpolates=True)
        plain = np.linalg.eigvalsh(point.kernel())[0]
        assert abs(found.values[0] - exact)/exact < 2.0**-30 < abs(plain - exact)/exact*2**30
    assert found.low[0] <= exact <= found.high[0]


def test_a_sample_without_active_neuron_lowers_the_rank():
    # Every ReLU is off on the last sample: its row of J is 0, rank n - 1, and claiming n shows.
    inputs, theta = [[1.0, 0.5], [0.5, 2.0], [-1.0, -1.0]], [1.0, -2.0, 1.0, 0.25, 0.5, 3.0]
    point = TwoLayer(inputs, [0.0, 0.0, 0.0], "relu", factor=0.5).at(theta)
    right, ratio = smallest_nonzero(point, 2, interpolates=True)
    wrong, _ = smallest_nonzero(point, 3, interpolates=True)
    assert ratio < 2.0**-40 and right.values[0] > 0
    assert wrong.low[0] <= 0


@pytest.mark.parametrize("activation, n, d, m", [
    ("tanh", 6, 3, 4), ("quadratic", 12, 4, 2), ("quadratic", 12, 3, 5), ("quadratic", 4, 3, 3),
    ("relu", 12, 2, 4), ("relu", 5, 3, 6), (leaky(0.25), 9, 2, 4), (leaky(0.25), 7, 4, 4)], ids=lambda one: getattr(one, "name", str(one)))
def test_certified_ranks_are_exact_ranks_of_the_jacobian(activation, n, d, m):
    certified = tried = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        inputs, theta = rng.integers(-4, 5, (n, d)) + 0.5, rng.integers(-3, 4, m*(1 + d)) + 0.25
        try:
            point = TwoLayer(inputs, np.zeros(n), activation, factor=0.5).at(theta)
        except ValueError:
            continue                                           # a sample on a kink
        tried += 1
        exact = fmpq_mat([[fmpq(*float(x).as_integer_ratio()) for x in row] for row in point.jacobian()]).rank()
        assert exact <= rank_at_most(point)                    # tanh: the Jacobian of rounded s, s'
        try:
            assert certified_rank(point) == exact
            certified += 1
        except ValueError as refused:
            assert "lies between" in str(refused)
    assert 2*certified > tried >= 10


@pytest.mark.parametrize("activation, inputs, w", [("quadratic", (0.7, 0.1), 1.0), ("relu", (0.3, 0.7), 1.1)])
def test_a_certified_rank_is_that_of_the_exact_network(activation, inputs, w):
    """Exactly, both columns of J are multiples of x^2 or x; in doubles they are not."""
    point = TwoLayer(np.array(inputs)[:, None], np.zeros(2), activation, factor=0.5).at(np.array([1.3, w]))
    exact = lambda x: fmpq(*float(x).as_integer_ratio())
    rows = [[exact(s), exact(slope)*exact(x)] for s, slope, x in zip(point.s[:, 0], point.slope[:, 0], inputs)]
    assert fmpq_mat(rows).rank() == 2 and certified_rank(point) == 1


def test_two_columns_closer_than_the_rounding_of_s_certify_no_rank():
    family = TwoLayer(np.array([[1.0], [1.0 + 2.0**-52]]), np.zeros(2), "relu", factor=0.5)
    assert certified_rank(family.at(np.array([1.0, 1.0]))) == 1
    with pytest.raises(ValueError, match="lies between 1 and 2"):
        certified_rank(TwoLayer(np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-52]]), np.zeros(2), "relu", factor=0.5).at(np.ones(3)))


def test_a_certified_rank_serves_the_smallest_nonzero_eigenvalue():
    point = network(9, 4, 2, "quadratic", 0.0)                 # rank m d - m (m - 1)/2 = 7 of 9
    given, _ = smallest_nonzero(point, 7, interpolates=True)
    found, ratio = smallest_nonzero(point, interpolates=True)
    assert found.values == given.values and found.low[0] > 0 and ratio < 2.0**-30
    exact = ExactLoss((U*V - 1)**2/2, (U, V)).at([2.0, 0.5])
    with pytest.raises(ValueError, match="no rank of a ExactPoint can be certified"):
        smallest_nonzero(exact, interpolates=True)
    with pytest.raises(ValueError, match="pass the rank"):
        smallest_nonzero(np.eye(2))


def test_certified_ranks_of_diagonal_networks_count_live_coordinates():
    rng = np.random.default_rng(0)
    theta = rng.standard_normal(12)*np.array([1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0])      # coordinates 0, 1, 2, 5
    point = DiagonalLinear(rng.standard_normal((5, 6)), np.zeros(5), factor=0.5).at(theta)
    assert certified_rank(point) == 4
    near = DiagonalLinear([[1.0, 1.0, 0.0], [1.0, 1.0 + 2.0**-40, 0.0]], [0.0, 0.0], factor=0.5).at(np.ones(6))
    with pytest.raises(ValueError, match="lies between 1 and 2"):
        certified_rank(near)


def test_thousands_of_rank_deficient_matrices_have_their_smallest_nonzero_eigenvalue_enclosed():
    rng = np.random.default_rng(10)
    for trial in range(2000):
        rank = trial % 15 + 1
        exact = np.append(rng.integers(1, 2**(4 + trial % 17), rank), np.zeros(16 - rank, dtype=int))
        found, ratio = smallest_nonzero(known(rng, 16, exact), rank)
        assert found.low[0] <= exact[:rank].min() <= found.high[0] and ratio < 2.0**-20


def deep(rng, entries=(-0.5, 0, 0.5)):
    """A random deep linear network with many singular layers, and data that may miss some directions."""
    widths = [int(w) for w in rng.integers(1, 5, rng.integers(2, 6))]
    n, sizes = int(rng.integers(1, 6)), [a*b for a, b in zip(widths, widths[1:])]
    inputs, theta = rng.integers(-1, 2, (n, widths[0])) + 0.0, rng.choice(entries, sum(sizes))
    return DeepLinear(inputs, np.zeros((n, widths[-1])), tuple(widths), factor=0.5).at(theta)


def test_ranks_of_deep_networks_are_exact_ranks_of_the_jacobian():
    rng, deficient = np.random.default_rng(1), 0
    for _ in range(200):
        point = deep(rng)
        moved = [point._moved(point.split(e))[2] @ point.inputs.T for e in np.eye(point.size)]
        exact = fmpq_mat([[fmpq(*float(x).as_integer_ratio()) for x in row.ravel()] for row in moved]).rank()
        assert certified_rank(point) == exact
        widths = [point.second.shape[0]] + [len(w) for w in point.weights]
        r = min(widths)
        deficient += exact < min(r*(widths[0] + widths[-1] - r), len(point.inputs)*widths[-1])
    assert deficient > 50                             # the generic rank would have been wrong there


def test_deep_networks_at_a_minimum_have_their_smallest_nonzero_eigenvalue():
    # U V' = M of rank 1: r (a + b - r) = 6 of the 14 eigenvalues are not 0, sigma_1/2 = 3 the least of balanced factors.
    u, v = np.zeros((4, 2)), np.zeros((3, 2))
    u[0, 0] = v[0, 0] = 2.0
    point = Factorisation(u @ v.T, 2, factor=0.5)
    point = point.at(point.pack(u, v))
    assert certified_rank(point) == 4 + 3 - 1
    found, ratio = smallest_nonzero(point, interpolates=True)
    assert found.low[0] <= 4 <= found.high[0] and ratio < 2.0**-40       # |u|^2 = |v|^2 = 4, and their sum once
    inputs = np.array([[1.0, 1.0], [1.0, -1.0]]*2)                       # as many outputs x inputs as parameters
    one = DeepLinear(inputs, inputs @ [[2.0], [4.0]], (2, 1), factor=0.5).at([2.0, 4.0])
    assert one.value == 0 and smallest_nonzero(one, interpolates=True)[0].values == [1]


def test_the_gap_below_the_smallest_nonzero_eigenvalue_reaches_to_zero():
    point = network(3, 2, 3, "tanh", 0)
    full, _ = smallest_nonzero(point, 3, interpolates=True)
    assert 0 < full.gap <= full.high[0] and not full.multiple
    slopes = from_gradient(lambda t: np.array([1.0, 2.0, 0.0])*t, np.ones(3), analytic=False)
    rough, _ = smallest_nonzero(slopes, 2)
    assert 1/2 < rough.gap <= 1 and not rough.multiple     # eigenvalues 0, 1, 2: no more than the true gap
