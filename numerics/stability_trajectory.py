"""How SGD's second moment moves near an interpolating minimum, step by step, in floats of any size."""

from numbers import Integral, Real

import numpy as np

from numerics.reals import floats
from numerics.stability_input import read
from numerics.stability_operator import diagonalised, lifted
from numerics.stability_threshold import mixture


def second_moment_trajectory(gradients, step_size, steps, p=1, *, start=None):
    """E|x_t|^2 for t = 0, ..., steps of linearised SGD, by moving S = E x_t x_t' with S - 2 eta C(S) + eta^2 D(S).

    C and D are diagonal in an eigenbasis of H but for mean_i H_i S H_i, so no d^2 x d^2 matrix is formed; what H
    does not see never moves.  `second_moment_path` gives the same numbers exactly, from the definition.

    gradients : (n, d) or (n, k, d) floats with H_i = X_i'X_i, units loss/length^2; step_size : eta, length^2/loss
    p : sampling factor in [0, 1], 1 for single samples (`sampling_factor`)
    start : (d, d) symmetric matrix E x_0 x_0'; by default I/d

    Returns  (steps + 1,) array, units of the trace of `start`
    Error    numerical: a step errs by about (n + d) 2^-53 (1 + eta max H_i)^2 of its largest entry, and steps add up
    Cost     2 n k r^2 operations per step (k > 1: twice that) and 9 r^3 once, r = min(n k, d)
    Raises   ValueError for gradients as `step_size_threshold` refuses them, a step size that is not finite, a negative
             number of steps, or a start of another shape or not symmetric
    """
    data, p = read(floats("gradients", gradients)).in_floats(), float(mixture(p))
    if not (isinstance(step_size, Real) and np.isfinite(float(step_size)) and isinstance(steps, Integral) and steps >= 0):
        raise ValueError(f"step_size = {step_size} must be finite and steps = {steps} an integer of at least 0")
    problem, basis = diagonalised(data.rows, data.outputs, data.count)
    moment, still = _split(start, lifted(basis, data.rows))
    rate, found = float(step_size)*data.scale*data.scale, np.empty(steps + 1)
    if not np.isfinite(rate*rate):
        raise ValueError(f"step_size = {step_size} times gradients of size {data.scale} leaves the range of floats")
    for t in range(len(found)):
        found[t] = np.trace(moment) + still
        if t + 1 < len(found):
            moment = moment - 2*rate*problem.halves*moment + rate*rate*problem.moved(moment, p)
    if not np.isfinite(found).all():
        raise ValueError(f"the second moment leaves the range of floats at step {int(np.argmin(np.isfinite(found)))}: "
                         f"take a smaller step size or fewer steps")
    return found


def _split(start, basis):
    """The start in the eigenbasis of H, and the trace of what H does not see."""
    dimension = len(basis)
    if start is None:
        return np.eye(basis.shape[1])/dimension, 1 - basis.shape[1]/dimension
    start = floats("start", start)
    if start.shape != (dimension, dimension) or not (start == start.T).all():
        raise ValueError(f"start must be a symmetric matrix of shape {(dimension, dimension)}; pass (S + S.T)/2 if it is not "
                         f"by rounding")
    moment = basis.T @ start @ basis
    return (moment + moment.T)/2, np.trace(start) - np.trace(moment)
