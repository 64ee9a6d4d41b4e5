"""The n x n condition for piecewise linear and diagonal networks, against dense Hessians."""

import numpy as np
import pytest

from numerics.eigen import sharpest
from numerics.losses import DiagonalLinear, TwoLayer, leaky
from numerics.secular import DiagonalCondition, TwoLayerCondition


def network(activation, n, d, m, noise, seed):
    rng = np.random.default_rng(seed)
    inputs, theta = rng.standard_normal((n, d)), rng.standard_normal(m*(1 + d))
    return TwoLayer(inputs, noise*rng.standard_normal(n), activation, factor=0.5).at(theta)


@pytest.mark.parametrize("activation", ["relu", leaky(0.25)], ids=["relu", "leaky"])
def test_counts_above_the_blocks_are_those_of_the_dense_hessian(activation):
    compared = 0
    for seed in range(80):
        point = network(activation, 6, 3, 4, 2.0**(seed % 8 - 3), seed)
        secular = TwoLayerCondition(point)
        whole = np.linalg.eigvalsh(point.dense())
        for low, high in zip(whole, whole[1:]):
            mu = (low + high)/2
            if mu > secular.floor and high - low > 2.0**-30*whole[-1]:   # else rounding would decide
                assert (np.linalg.eigvalsh(secular.matrix(mu)) > 1).sum() == (whole > mu).sum()
                compared += 1
    assert compared > 100


def test_counts_notice_a_wrong_sign_of_the_coupling():
    wrong = 0
    for seed in range(20):
        point = network("relu", 6, 3, 4, 4.0, seed)
        secular = TwoLayerCondition(point)
        secular.cross = -secular.cross
        whole = np.linalg.eigvalsh(point.dense())
        wrong += any((np.linalg.eigvalsh(secular.matrix(mu)) > 1).sum() != (whole > mu).sum()
                     for mu in (whole[1:] + whole[:-1])/2 if mu > secular.floor)
    assert wrong > 5


@pytest.mark.parametrize("activation", ["relu", leaky(0.25)], ids=["relu", "leaky"])
def test_the_root_is_the_largest_eigenvalue(activation):
    methods = set()
    for seed, noise in enumerate((0.01, 1.0, 10.0, 1000.0)):
        point = network(activation, 30, 12, 15, noise, seed)
        found, proved = sharpest(point), sharpest(point, proof=True)
        assert found.converged
        assert max(found.low[0], proved.low[0]) <= min(found.high[0], proved.high[0])
        methods.add(found.method)
    assert "secular condition on n x n matrices" in methods and len(methods) > 1   # the last lies below a block


def diagonal(n, d, noise, seed):
    rng = np.random.default_rng(seed)
    return DiagonalLinear(rng.standard_normal((n, d)), noise*rng.standard_normal(n), factor=0.5).at(
        rng.standard_normal(2*d))


def test_counts_of_diagonal_networks_are_those_of_the_dense_hessian():
    compared, refuted = 0, 0
    for seed in range(80):
        point = diagonal(6, 9, 2.0**(seed % 8 - 3), seed)
        secular, whole = DiagonalCondition(point), np.linalg.eigvalsh(point.dense())
        for low, high in zip(whole, whole[1:]):
            mu = (low + high)/2
            if mu > secular.floor and high - low > 2.0**-30*whole[-1]:
                above = (whole > mu).sum()
                assert (np.linalg.eigvalsh(secular.matrix(mu)) > 1).sum() == above
                refuted += (np.linalg.eigvalsh(point.kernel()) > mu).sum() != above   # B may not be dropped
                compared += 1
    assert compared > 50 and refuted > 5


def test_the_root_of_a_diagonal_network_is_its_largest_eigenvalue():
    methods = set()
    for seed, noise in enumerate((0.01, 1.0, 10.0, 1000.0)):
        point = diagonal(40, 150, noise, seed)
        found, proved = sharpest(point), sharpest(point, proof=True)
        assert found.converged
        assert max(found.low[0], proved.low[0]) <= min(found.high[0], proved.high[0])
        methods.add(found.method)
    assert "secular condition on n x n matrices" in methods


def test_an_uncoupled_coordinate_may_hold_the_largest_eigenvalue():
    # u_1 = v_1 = 0: J does not see coordinate 1, and k_1 itself is the largest eigenvalue; M has no root.
    n, d = 5, 120
    rng = np.random.default_rng(0)
    inputs, theta = rng.standard_normal((n, d)), rng.standard_normal(2*d)/100
    theta[[0, d]] = 0
    inputs[:, 0] = 100
    point = DiagonalLinear(inputs, np.full(n, -50.0), factor=0.5).at(theta)
    found = sharpest(point)
    assert found.low[0] <= np.abs(point.diagonal[0]) <= found.high[0]
    assert "secular" not in found.method


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_start_from_a_point_nearby_gives_the_same_pair(activation):
    point = network(activation, 150, 10, 40, 1.0, 3)
    found = sharpest(point)
    other = sharpest(point, start=found.vectors[0])
    blind = sharpest(point, start=np.roll(np.eye(1, point.size)[0], 1))
    for again in (other, blind):
        assert again.converged
        assert max(found.low[0], again.low[0]) <= min(found.high[0], again.high[0])
    with pytest.raises(ValueError, match="start must be a finite vector"):
        sharpest(point, start=np.ones(3))
