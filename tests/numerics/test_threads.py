"""One BLAS thread for small products, the caller's number of threads everywhere else."""

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from numerics.eigen import sharpest
from numerics.losses import TwoLayer
from numerics.threads import WORTH, fitting


def threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_small_products_get_one_thread_and_large_ones_what_there_is():
    with threadpool_limits(2, "blas"):
        with fitting(WORTH - 1):
            assert threads() == {1}
        with fitting(WORTH):
            assert threads() == {2}
        assert threads() == {2}


def test_a_solver_runs_small_products_in_one_thread_and_gives_the_others_back():
    seen, rng = set(), np.random.default_rng(0)
    point = TwoLayer(rng.standard_normal((60, 5)), np.zeros(60), "tanh", factor=0.5).at(rng.standard_normal(240))
    product = point.product
    point.product = lambda v: seen.update(threads()) or product(v)
    with threadpool_limits(2, "blas"):
        found = sharpest(point)
        assert threads() == {2}
    assert found.converged and seen == {1}
