"""The n x n condition for piecewise linear networks, against dense Hessians."""

import numpy as np
import pytest

from numerics.eigen import sharpest
from numerics.losses import TwoLayer, leaky
from numerics.secular import Secular


def network(activation, n, d, m, noise, seed):
    rng = np.random.default_rng(seed)
    inputs, theta = rng.standard_normal((n, d)), rng.standard_normal(m*(1 + d))
    return TwoLayer(inputs, noise*rng.standard_normal(n), activation, factor=0.5).at(theta)


@pytest.mark.parametrize("activation", ["relu", leaky(0.25)], ids=["relu", "leaky"])
def test_counts_above_the_blocks_are_those_of_the_dense_hessian(activation):
    compared = 0
    for seed in range(80):
        point = network(activation, 6, 3, 4, 2.0**(seed % 8 - 3), seed)
        secular = Secular(point, point.inner())
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
        secular = Secular(point, point.inner())
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
