"""Trajectories of the second moment in floats, against all batch sequences in rationals."""

from fractions import Fraction

import numpy as np
import pytest

from numerics.stability import sampling_factor, second_moment_path, second_moment_trajectory, step_size_threshold

HALF = Fraction(1, 2)
THREE = [[(1, HALF)], [(-HALF, 2)], [(HALF, HALF/2)]]
OUTPUTS = [[(1, 0, 2), (1, 1, 0)], [(0, 1, 1), (1, -1, HALF)]]
FLAT = [[(1, 2, 0)], [(HALF, 1, 0)]]


@pytest.mark.parametrize("samples", [THREE, OUTPUTS, FLAT])
@pytest.mark.parametrize("batch", [1, 2])
def test_all_batch_sequences_agree(samples, batch):
    steps, eta = 4, Fraction(3, 8)
    exact = second_moment_path(samples, eta, steps, batch, replacement=False)
    p = sampling_factor(len(samples), batch, replacement=False)
    data = np.array(samples, dtype=float)
    found = second_moment_trajectory(data, 0.375, steps, p)
    # A step is a few sums of n + d products of numbers at most (1 + eta max H_i)^2 times the largest before.
    growth = (1 + 0.375*(data**2).sum(axis=(1, 2)).max())**2
    for t, (one, other) in enumerate(zip(exact, found)):
        assert abs(other - float(one)) <= 64*(t + 1)*(len(data) + data.shape[2])*2.0**-53*growth**t


def test_it_rises_beyond_the_threshold_and_falls_below():
    data = np.random.default_rng(60).standard_normal((40, 15))
    eta = step_size_threshold(data).value
    falls, rises = (second_moment_trajectory(data, share*eta, 200) for share in (0.9, 1.1))
    assert falls[-1] < falls[-2] < falls[-100] and rises[-1] > rises[-2] > rises[-100] > 1


def test_a_start_of_ones_own_is_split_by_what_H_sees():
    # One sample, H = e1 e1': S_11 is multiplied by (1 - eta)^2, S_22 stays.
    found = second_moment_trajectory([[1.0, 0.0]], 0.5, 3, start=[[8.0, 1.0], [1.0, 2.0]])
    assert found.tolist() == [10.0, 4.0, 2.5, 2.125]


@pytest.mark.parametrize("options, words", [
    ({"step_size": float("inf"), "steps": 1}, "step_size = inf must be finite"),
    ({"step_size": 0.1, "steps": -1}, "steps = -1 an integer of at least 0"),
    ({"step_size": 0.1, "steps": 1, "start": [[1.0]]}, r"symmetric matrix of shape \(2, 2\)"),
    ({"step_size": 0.1, "steps": 1, "start": [[1.0, 2.0], [0.0, 1.0]]}, "pass \\(S \\+ S.T\\)/2"),
    ({"step_size": 0.1, "steps": 1, "p": 2}, "p = 2 must lie in"),
])
def test_unusable_input_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        second_moment_trajectory(np.eye(2), **options)
