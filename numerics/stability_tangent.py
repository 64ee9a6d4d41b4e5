"""SGD's threshold from the tangent kernel alone: for networks whose gradients are too many to be kept."""

import numpy as np
from scipy.linalg import eigh

from numerics.cholesky import ROUNDING, SLACK, TINY, depth, gamma, gram, norm
from numerics.memory import require
from numerics.reals import finite
from numerics.stability_certificate import estimated, proved
from numerics.stability_input import sampling_factor
from numerics.stability_kernel import Frame
from numerics.stability_operator import Diagonalised, above_rounding
from numerics.stability_solve import largest
from numerics.stability_threshold import Found, in_units, mixture, threshold_of


def kernel_step_size_threshold(kernel, batch_size=1, *, outputs=1, error=0.0, replacement=True, p=None, progress=None):
    """eta* = 2/Lambda_p from the products of all pairs of gradients, `step_size_threshold` without the gradients.

    Lambda_p depends on the gradients through these products only, and changes by at most 2 (p + (1 - p)/n) times
    what they change by in spectral norm (`numerics.stability_kernel`).

    Parameters
    ----------
    kernel : (n k, n k) array K of the products of gradient rows, sample by sample, units loss/length^2 (not divided by
             n); symmetric, and positive semidefinite up to `error` and its own rounding
    outputs : k, rows per sample
    error : at least the spectral norm of (K - the true kernel): what computing K has rounded
    batch_size, replacement, p, progress : as `step_size_threshold` takes them

    Returns  Threshold; its direction is (n k, n k), of the outputs: the second moment of the changes of all outputs
             that grows first, trace 1
    Error    lower <= eta* <= upper, proved for every positive semidefinite kernel within `error` of the one given unless
             `kind` is numerical
    Cost     9 (n k)^3 operations and 8 to 40 applications of 2 (n k)^3; about a third as much again for the bounds
    Raises   ValueError for a kernel that is not square, not symmetric, zero, has a negative eigenvalue beyond `error`, or
             does not fit `outputs`; for a negative `error`
    """
    kernel = _checked(finite("kernel", kernel, 2), outputs, error)
    count = len(kernel)//outputs
    p = sampling_factor(count, batch_size, replacement) if p is None else mixture(p)
    scale = np.ldexp(1.0, int(np.frexp(np.abs(kernel).max())[1]) // 2)       # of a gradient
    square = np.asfortranarray(kernel/scale/scale)
    problem, vectors = _factored(square, outputs, count, error/scale/scale)
    solution = largest(problem, float(p), in_units(progress, scale**2))
    frame = Frame(problem.coordinates, None, _distance(problem, error/scale/scale))
    bounds = proved(frame, None, problem, solution, p)
    low, high = bounds or estimated(problem, solution, float(p))

    def direction():
        images = problem.coordinates @ solution.moment @ problem.coordinates.T
        return (images + images.T)/2/np.trace(images)
    found = Found(solution.value, float(low), float(high), bounds is not None, direction, solution.iterations,
                  solution.method)
    return threshold_of(found, float(scale))


def _checked(kernel, outputs, error):
    if len(kernel) != kernel.shape[1] or not len(kernel) or len(kernel) % outputs:
        raise ValueError(f"a kernel of shape {kernel.shape} is not square, or empty, or its size no multiple of outputs = {outputs}")
    if not (kernel == kernel.T).all():
        i, j = (int(x) for x in np.argwhere(kernel != kernel.T)[0])
        raise ValueError(f"kernel[{i}, {j}] = {kernel[i, j]} is not kernel[{j}, {i}] = {kernel[j, i]}: pass (K + K.T)/2, and half the "
                         f"spectral norm of K - K.T as error")
    if not (np.isfinite(error) and error >= 0):
        raise ValueError(f"error = {error} must be a number of at least 0")
    if not kernel.any():
        raise ValueError("the kernel is zero: every step size is stable and no threshold exists")
    return kernel


def _factored(square, outputs, count, error):
    """Coordinates Y with YY' near the kernel, and the vectors they are made of."""
    size = len(square)
    require(8*size**2, f"the kernel of {size} outputs", "keep fewer samples")
    values, vectors = eigh(square, driver="evd", check_finite=False)
    if values[0] < -error - size*2.0**-50*values[-1]:
        raise ValueError(f"the kernel has the eigenvalue {values[0]/values[-1]:.3g} times its largest, so it is no matrix of "
                         f"products; `error` must cover what was rounded in it")
    kept = above_rounding(values)
    values, vectors = values[kept], vectors[:, kept]
    coordinates = np.ascontiguousarray(vectors*np.sqrt(values))
    return Diagonalised(values/count, coordinates, outputs, count, square), vectors


def _distance(problem, error):
    """At least the spectral distance of YY' from every kernel within `error` of the one given."""
    own = gram(problem.coordinates.T)
    rounding = gamma(depth(len(problem.curvatures)))*np.trace(own)
    own -= problem.square
    # Scaling by a power of two rounds nothing that TINY does not cover; `error` is rounded once.
    return float(SLACK*(norm(own) + SLACK*rounding + error*(1 + 2*ROUNDING)) + TINY)
