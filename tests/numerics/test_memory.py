import tracemalloc

import numpy as np
import pytest
from scipy.sparse.linalg import aslinearoperator

from numerics import curvature, eigen, enclosures, memory, stability_operator, stability_threshold, stable_networks

rng = np.random.default_rng(5)
GRADIENTS, WIDE = rng.standard_normal((400, 200)), rng.standard_normal((150, 600))
MATRIX = GRADIENTS.T @ GRADIENTS
SMALL = np.array([MATRIX[:14, :14]]*2)
CALLS = {
    "enclose": lambda: enclosures.enclose(MATRIX),
    "enclose, a stack": lambda: enclosures.enclose(np.array([MATRIX[:60, :60]]*20)),
    "matrix_of": lambda: curvature.matrix_of(curvature.Operator(aslinearoperator(MATRIX))),
    "spectrum": lambda: eigen.spectrum(MATRIX),
    "sharpest, proved": lambda: eigen.sharpest(MATRIX, 2, proof=True),
    "diagonalised": lambda: stability_operator.diagonalised(GRADIENTS, 1, 400),
    "diagonalised by pairs of rows": lambda: stability_operator.diagonalised(WIDE, 1, 150),
    "second_moment_operator": lambda: stability_operator.second_moment_operator(SMALL, 0.1),
    "relu_gram": lambda: stable_networks.relu_gram(GRADIENTS[:40, :10], np.ones(40), GRADIENTS[:300, :10]),
    "diagonal_gram": lambda: stable_networks.diagonal_gram(np.ones(10), np.ones(10), GRADIENTS[:300, :10]),
}


def stated(call):
    """What the call says that it needs, in bytes."""
    with memory.budget(0), pytest.raises(memory.TooLarge) as refusal:
        call()
    return refusal.value.needed


@pytest.mark.parametrize("name", CALLS)
def test_a_call_allocates_no_more_than_it_states(name):
    call = CALLS[name]
    call()                                                     # what is imported or compiled once does not count
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= stated(call) <= 4*peak


def test_a_threshold_states_its_krylov_basis_before_it_starts():
    call = lambda: stability_threshold.step_size_threshold(GRADIENTS, 2)
    call()
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with memory.budget(stated(call)), pytest.raises(memory.TooLarge, match="400 samples in 200 directions") as refusal:
        call()
    assert peak <= refusal.value.needed <= 2*peak


def test_what_cannot_fit_is_refused_before_anything_is_allocated():
    huge = np.lib.stride_tricks.as_strided(np.zeros(1), (40_000, 40_000), (0, 0))      # no memory behind it
    tracemalloc.start()
    with pytest.raises(memory.TooLarge, match=r"needs 95.4 GiB .* the budget is 4.0 GiB; use products"):
        enclosures.enclosed(huge)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_an_operator_too_large_for_a_matrix_is_refused_in_words():
    operator = aslinearoperator(np.lib.stride_tricks.as_strided(np.zeros(1), (40_000, 40_000), (0, 0)))
    with pytest.raises(memory.TooLarge, match="the Hessian of 40000 parameters as a matrix needs 59.6 GiB"):
        curvature.matrix_of(curvature.Operator(operator))


def test_a_budget_holds_within_its_block_only():
    with pytest.raises(memory.TooLarge, match=r"raise it: with numerics.memory.budget\(8\)"), memory.budget(7):
        memory.require(1, "one number")
    memory.require(memory.BUDGET//8, "a budget of numbers")
    with pytest.raises(MemoryError):
        memory.require(memory.BUDGET//8 + 1, "one number more")
