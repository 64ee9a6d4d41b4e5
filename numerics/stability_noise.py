"""The stationary spread of SGD at a regular minimum, where gradients do not vanish one by one."""

from dataclasses import dataclass

import numpy as np
from flint import fmpq_mat

from numerics.reading import table
from numerics.reals import finite, floats
from numerics.stability_exact import (fractions, identity, lyapunov, mean_hessian, rational, read_samples, regular,
                                      spread_operator, symmetric_pairs)
from numerics.stability_input import read
from numerics.stability_operator import diagonalised, lifted
from numerics.stability_threshold import mixture, step_size_threshold

MOST = 500                    # steps of conjugate gradients


@dataclass(frozen=True)
class StationaryCovariance:
    """value : (d, d) array, symmetric positive semidefinite up to `error`, units length^2
    error : bound of the Frobenius distance to the solution, rounding left out; steps : of the solver
    """
    value: np.ndarray
    error: float
    steps: int


def stationary_covariance(gradients, noise, step_size, p=1):
    """Sum over the past of one step's noise: eta p (2 C - eta D)^-1 (mean_i n_i n_i') on the range of H.

    gradients : (n, d) or (n, k, d) floats with H_i = X_i'X_i; noise : (n, d) loss gradients n_i at the
    minimum, mean 0; step_size : below the threshold; p : sampling factor

    Returns  StationaryCovariance
    Error    `error`, from the residual: 2 C - eta D is at least 2 - eta Lambda_p times C
    Cost     conjugate gradients, about sqrt(2/(2 - eta Lambda_p)) applications per digit
    Raises   ValueError if the noise has a mean or does not match, or step_size is not below eta*
    """
    gradients = floats("gradients", gradients)
    data, p = read(gradients), mixture(p)
    noise = _checked(finite("noise", noise, 2), data)
    threshold = step_size_threshold(gradients, p=p)
    step_size = float(finite("step_size", step_size, 0))
    if not 0 < step_size < threshold.lower:
        raise ValueError(f"step_size = {step_size} must lie between 0 and the threshold {threshold.lower:.6g}: "
                         f"beyond it the noise grows without limit")
    problem, basis = diagonalised(data.rows, data.outputs, data.count)
    basis = lifted(basis, data.rows)
    root, seen = np.sqrt(problem.halves), noise @ basis
    target = float(step_size)*float(p)*(seen.T @ seen)/data.count/root

    def apply(x):
        return 2*x - step_size*problem.moved(x/root, float(p))/root
    x, residual, steps = _conjugate_gradients(apply, target)
    margin = 2 - step_size*2/threshold.lower
    value = basis @ (x/root) @ basis.T
    return StationaryCovariance((value + value.T)/2, residual/margin/float(root.min()), steps)


def _conjugate_gradients(apply, target):
    """x with |apply(x) - target| as small as it gets; the residual is computed anew at the end."""
    x, rest = np.zeros_like(target), target.copy()
    direction, square, steps = rest, float((rest*rest).sum()), 0
    goal = square*2.0**-100
    while square > goal and steps < MOST:
        moved = apply(direction)
        length = square/float((direction*moved).sum())
        x, rest = x + length*direction, rest - length*moved
        before, square = square, float((rest*rest).sum())
        direction, steps = rest + (square/before)*direction, steps + 1
    return x, float(np.linalg.norm(target - apply(x))), steps


def _checked(noise, data):
    if noise.shape != (data.count, data.dimension):
        raise ValueError(f"noise must have shape ({data.count}, {data.dimension}), not {noise.shape}")
    mean, rounding = np.abs(noise.mean(axis=0)), len(noise)*2.0**-52*np.abs(noise).mean(axis=0)
    if (mean > rounding).any():
        a = int((mean - rounding).argmax())
        raise ValueError(f"the mean of noise[:, {a}] is {mean[a]:.3g}, so this is no minimum: subtract the mean "
                         f"only if it is rounding")
    return noise


def exact_stationary_covariance(samples, noise, step_size, p=1):
    """The same in rationals: list of d lists of d Fractions, supported on the range of H.

    samples : lists of gradient rows; noise : n rows n_i of d exact rationals, mean 0.  Error: none
    Raises   ValueError if the noise has a mean or the equation is singular (step_size = eta*)
    """
    samples, eta, p = read_samples(samples), rational(step_size), rational(p)
    rows = fmpq_mat([[rational(x) for x in row] for row in table("noise", noise)])
    if any(sum(column, rational(0)) != 0 for column in rows.transpose().tolist()):
        raise ValueError("the noise must have mean 0 exactly: at a minimum the gradients cancel")
    total = mean_hessian(samples)
    size, full = total.nrows(), regular(total)
    projection = identity(size) - (full - total)
    seen = rows*projection
    spread = (seen.transpose()*seen)/rows.nrows()*(eta*p)
    equation = lyapunov(full)*2 - spread_operator(samples, p)*eta
    pairs = symmetric_pairs(size)
    solved = equation.solve(fmpq_mat([[spread[a, b]] for a, b in pairs]))
    place = {pair: solved[j, 0] for j, pair in enumerate(pairs)}
    return fractions(fmpq_mat([[place[min(a, b), max(a, b)] for b in range(size)] for a in range(size)]))
