"""When SGD stays at an interpolating minimum: the step size threshold, with a bound on both sides.

At a minimum where every sample's gradient vanishes, sample i has Hessian H_i = X_i'X_i, X_i its k x d
matrix of output gradients; H is their mean.  With C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH +
p mean_i H_i S H_i, one step of size eta moves the second moment S = E[x x'] to S - 2 eta C(S) +
eta^2 D(S), so E|x_t|^2 stays bounded exactly for eta <= 2/Lambda_p, Lambda_p the largest eigenvalue
of C^-1 D on the range of H.  Batches enter through p alone (`sampling_factor`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from numerics.balls import lower, upper
from numerics.stability_certificate import certified, estimated, widened
from numerics.stability_exact import largest_curvature, rational
from numerics.stability_input import read, sampling_factor
from numerics.stability_kernel import drift
from numerics.stability_operator import diagonalised, paired, streamed
from numerics.stability_parts import parts
from numerics.stability_solve import largest

EXACT = 55                    # d(d + 1)/2 up to here (d = 10): exact entries stay exact
LARGEST = 2.0**511            # gradients beyond this have squares beyond all floats
SHOWN = 2048                  # a direction of at most this many rows is returned as an array


@dataclass(frozen=True)
class Threshold:
    """The largest stable step size: lower <= eta* <= upper.

    value : eta*, a Fraction where it is rational and known exactly, else a float
    lower, upper : Fractions for `kind` exact, else floats
    kind : "exact" (rational arithmetic), "rigorous" (floats, rounding included in the bounds) or
           "numerical" (the bounds leave rounding out)
    direction : (d, d) positive semidefinite matrix S of trace 1 with C^-1 D(S) = Lambda_p S, in floats,
           the second moment that grows first above eta*; a LinearOperator where d > 2048 and n k < d
    iterations : applications of C^-1 D or its like
    method : the method, in words
    """
    value: float | Fraction
    lower: float | Fraction
    upper: float | Fraction
    kind: str
    direction: np.ndarray | LinearOperator
    iterations: int
    method: str


def step_size_threshold(gradients, batch_size=1, *, replacement=True, p=None, residuals=None, progress=None):
    """eta* = 2/Lambda_p, the step size up to which SGD stays at an interpolating minimum in mean square.

    Parameters
    ----------
    gradients : (n, d) array of per-sample gradients of the output (H_i = g_i g_i', units
                loss/length^2), or (n, k, d) for k outputs, or a LinearOperator of shape (n, d), whose rows
                are read in blocks; for n < d they are kept if a quarter of the memory budget holds them.
                Integers, Fractions or SymPy rationals with d <= 10 are treated exactly
    batch_size, replacement : batches drawn anew in each step, independently over time
    p : number in [0, 1] that overrides the batch size; 0 is gradient descent, 1 single samples
    residuals : optional (n,) or (n, k) array of output minus target, refused unless all zero
    progress : optional, called as progress(applications, Lambda, residual) after each application

    Returns  Threshold; eta* has units length^2/loss
    Error    lower <= eta* <= upper, proved for the gradients as given (the doubles that a LinearOperator's
             `rmatmat` returns for unit vectors) unless `kind` is numerical: where no bound within 2^-8 could be
             proved.  About 1e-10 wide, relatively; 1e-8 where H's condition is beyond about 1e9
    Cost     8 to 40 applications of 2 n k r^2 operations (twice that for k > 1), r = min(n k, d), 9 r^3
             to diagonalise H, and less than half as much again for the bounds; groups of samples whose
             gradients are orthogonal, exactly or but for rounding, are solved apart
    Raises   ValueError for empty data, wrong shapes, NaN or infinity, zero gradients, residuals that are
             not zero, a batch size outside 1..n or p outside [0, 1]; TypeError for exact numbers
             beside floats or too many parameters for exact arithmetic
    Source   Mulayoff and Michaeli (2024), arXiv 2306.07850; Wu and Su (2023), arXiv 2305.17490
    """
    data = read(gradients, residuals)
    p = sampling_factor(data.count, batch_size, replacement) if p is None else mixture(p)
    if data.exact is not None and data.dimension*(data.dimension + 1)//2 <= EXACT:
        return _exactly(data, p)
    data = data.in_floats()
    if data.scale > LARGEST:
        raise ValueError(f"gradients as large as {data.scale:.3g} have squares beyond the range of floats; divide "
                         f"them by a number c, and the threshold by c^2")
    solve = _over_parts if isinstance(data.rows, np.ndarray) else _streaming
    return threshold_of(solve(data, p, in_units(progress, data.scale**2)), data.scale)


def gradient_descent_threshold(gradients, **options):
    """2/(largest eigenvalue of H): `step_size_threshold` at p = 0, with the same options."""
    return step_size_threshold(gradients, p=0, **options)


def mixture(p):
    """p as an exact Fraction in [0, 1]."""
    try:
        exact = Fraction(p) if isinstance(p, float) else Fraction(int(rational(p).p), int(rational(p).q))
    except (ValueError, OverflowError):
        raise ValueError(f"p = {p} must be a number in [0, 1]") from None
    if not 0 <= exact <= 1:
        raise ValueError(f"p = {p} must lie in [0, 1]")
    return exact


def in_units(progress, unit):
    if progress is None:
        return None
    return lambda done, value, residual: progress(done, value*unit, residual*unit)


@dataclass(frozen=True)
class Found:
    """Bounds of Lambda_p for the scaled gradients."""
    value: float
    lower: float
    upper: float
    rigorous: bool
    direction: Callable                    # () -> array or LinearOperator
    iterations: int
    method: str


def threshold_of(found, scale):
    """The step size threshold of gradients that were divided by `scale`, a power of two."""
    outward = [np.nextafter(2/found.upper, 0), 2/found.value, np.nextafter(2/found.lower, np.inf)]
    low, value, high = (float(x)/scale/scale for x in outward)
    if not (0 < low and np.isfinite(high)):
        raise ValueError(f"the threshold, about {2/found.value}/{scale}^2, is out of the range of floats: "
                         f"rescale the gradients")
    return Threshold(min(max(value, low), high), low, high, "rigorous" if found.rigorous else "numerical",
                     found.direction(), found.iterations, found.method)


def _over_parts(data, p, progress):
    """The largest Lambda_p over groups of samples with orthogonal gradients.

    C and D keep each group's block; between groups only (1 - p) HSH acts, with eigenvalues at most
    (1 - p) max h <= Lambda_p.  No group exceeds max_i trace H_i, which skips hopeless ones.
    """
    best, ceiling, spent = None, 0.0, 0
    for part in parts(data):
        if best is not None and part.ceiling <= best.lower:
            ceiling = max(ceiling, part.ceiling)
            continue
        found = _solved(part, p, progress)
        spent += found.iterations
        ceiling, rigorous = max(ceiling, found.upper), found.rigorous and (best is None or best.rigorous)
        if best is None or found.value > best.value:
            found = replace(found, lower=max(found.lower, best.lower if best else 0.0))
            best = found
        best = replace(best, rigorous=rigorous)
    return replace(best, upper=ceiling, iterations=spent)


def _solved(part, p, progress):
    problem, basis = diagonalised(part.rows, part.outputs, part.count)
    return _found(part, problem, basis, largest(problem, float(p), progress), p)


def _found(part, problem, basis, solution, p):
    """The bounds of a solution, proved if they can be."""
    proof = certified(part.rows, problem, basis, solution, p)
    proof = proof and widened(*proof, drift(part.distance, part.count, p))
    low, high = proof or estimated(problem, solution, float(p))

    def direction():
        if isinstance(part.rows, np.ndarray) or len(basis) == part.dimension:
            return _direction(part, basis if len(basis) == part.rows.shape[1] else part.rows.T @ basis, solution.moment)
        lifted = part.rows.operator.H @ aslinearoperator(basis/part.rows.scale)
        return lifted @ aslinearoperator(solution.moment/np.trace(solution.moment)) @ lifted.H
    return Found(solution.value, float(low), float(high), proof is not None, direction,
                  solution.iterations, solution.method)


def _direction(part, basis, moment):
    """basis S basis' of trace 1 in the coordinates of all parameters."""
    moment = moment/np.trace(moment)
    if part.dimension <= max(SHOWN, part.rows.shape[0]):
        whole = np.zeros((part.dimension,)*2)
        whole[np.ix_(part.columns, part.columns)] = basis @ moment @ basis.T
        return (whole + whole.T)/2
    lifted = np.zeros((part.dimension, basis.shape[1]))
    lifted[part.columns] = basis
    lifted = aslinearoperator(lifted)
    return lifted @ aslinearoperator(moment) @ lifted.T


def _streaming(data, p, progress):
    problem, basis = (paired if data.count < data.dimension else streamed)(data.rows)
    return _found(data, problem, basis, largest(problem, float(p), progress), p)


def _exactly(data, p):
    """The threshold from the exact Lambda_p; the direction in floats."""
    curvature = largest_curvature(data.exact, p)
    floats = _over_parts(data.in_floats(float), p, None)
    shared = {"kind": "exact", "direction": floats.direction(), "iterations": floats.iterations,
              "method": "largest root of a rational characteristic polynomial"}
    if hasattr(curvature, "p"):
        value = Fraction(2*int(curvature.q), int(curvature.p))
        return Threshold(value, value, value, **shared)
    low, high = 2/upper(curvature), 2/lower(curvature)
    return Threshold(float(low), low, high, **shared)
