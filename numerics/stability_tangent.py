"""SGD's threshold from the tangent kernel alone: for networks whose gradients are too many to be kept."""

import numpy as np

from numerics.cholesky import ROUNDING, SLACK, TINY, depth, gamma, gram, norm
from numerics.memory import require
from numerics.reals import finite
from numerics.stability_certificate import estimated, proved
from numerics.stability_input import sampling_factor
from numerics.stability_kernel import Frame
from numerics.stability_operator import factored
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
    Raises   ValueError for a kernel that is not square, not symmetric, zero, has negative eigenvalues beyond what
             sqrt(n k) times `error` and rounding explain, or does not fit `outputs`; for a negative `error`
    """
    kernel = _checked(finite("kernel", kernel, 2), outputs, error)
    count = len(kernel)//outputs
    p = sampling_factor(count, batch_size, replacement) if p is None else mixture(p)
    scale = np.ldexp(1.0, int(np.frexp(np.abs(kernel).max())[1]) // 2)       # of a gradient
    square = np.asfortranarray(kernel/scale/scale)
    require(9*square.size, f"the kernel of {len(square)} outputs", "keep fewer samples")
    problem, _ = factored(square, outputs, count)
    distance = _distance(problem, error/scale/scale)
    solution = largest(problem, float(p), in_units(progress, scale**2))
    frame = Frame(problem.coordinates, None, distance)
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


def _distance(problem, error):
    """At least the spectral distance of YY' from every kernel within `error` of the one given.

    Raises   ValueError where YY', which has the positive eigenvalues, misses more than `error` and rounding explain
    """
    own, size = gram(problem.coordinates.T), len(problem.square)
    rounding = gamma(depth(len(problem.curvatures)))*np.trace(own)
    own -= problem.square
    missed = norm(own)
    explained = np.sqrt(size)*(error + size*2.0**-50*problem.count*problem.curvatures.max(initial=0.0))
    if missed > explained or not len(problem.curvatures):
        raise ValueError(f"the kernel has negative eigenvalues of size {missed/norm(problem.square):.3g} relative to its "
                         f"norm, so it is no matrix of products; `error` must cover what was rounded in it")
    # Scaling by a power of two rounds nothing that TINY does not cover; `error` is rounded once.
    return float(SLACK*(missed + SLACK*rounding + error*(1 + 2*ROUNDING)) + TINY)
