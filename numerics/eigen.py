"""Hessian eigenvalues with error bounds: the curvature of a loss at a point.

    point = TwoLayer(inputs, targets, "tanh", factor=1/2).at(theta)
    pair = sharpest(point)             # values, vectors, low <= lambda <= high, kind, ...

`problem` is a curvature: a point of a family or of an `ExactLoss`, `from_gradient(gradient, theta)`, a symmetric
array, or a LinearOperator.  "Sharpest" and "flattest" mean algebraically largest and smallest.

    sharpest, flattest      the k largest, the k smallest eigenpairs
    smallest_nonzero        on a manifold of minimisers, the rank being known or certified
    spectrum, batched       all eigenvalues of one Hessian; of a stack of small ones
    sharpness_gradient      the gradient of the largest eigenvalue
    trace, frobenius, density   (numerics.estimates)    exact where a formula exists
    ceiling                     an upper bound for the largest that no start vector can spoil
    ExactSpectrum               (numerics.inertia)      rational matrices: no rounding at all
    of_the_loss                 (numerics.evaluation)   bounds for a network's loss, not for its arrays
    ball_eigenvalues            the true Hessian of an exact loss, in balls

Kinds of bound, from strongest to weakest, each for what `covers` names:
    Kato-Temple   the k-th eigenvalue lies in [low, high]: proved, with the gap proved too
    rigorous      the same, by an enclosure of the whole spectrum; multiple eigenvalues welcome
    residual      some eigenvalue lies in [low, high]; which one it is has not been proved (the
                  largest is never below the largest Rayleigh quotient, up to its rounding)
"""

from dataclasses import dataclass, replace

import numpy as np

from numerics.balls import WORKING_BITS, ball, ball_matrix, compiled, eigenvalues, precision
from numerics.curvature import curvature, enclosed_hessian, matrix_error, matrix_of
from numerics.decomposed import nth, of_matrix
from numerics.eigenpairs import PROVED, Negated, extreme
from numerics.enclosures import Enclosure, enclose, gamma, symmetric
from numerics.estimates import ceiling, density, frobenius, trace
from numerics.evaluation import evaluation_error, of_the_loss
from numerics.from_gradient import from_gradient
from numerics.inertia import ExactSpectrum
from numerics.losses import hessian
from numerics.measured import Eigenpairs, moved, signed, true_residuals, unit, widened
from numerics.ranks import certified_rank
from numerics.reading import listed

__all__ = ["Eigenpairs", "Enclosure", "ExactSpectrum", "SharpnessGradient", "Spectrum",
           "ball_eigenvalues", "batched", "ceiling", "certified_rank", "density",
           "enclose", "evaluation_error", "flattest", "frobenius", "from_gradient", "of_the_loss", "sharpest",
           "sharpness_gradient", "smallest_nonzero", "spectrum", "trace"]


def sharpest(problem, k=1, *, interpolates=False, proof=False, below=None, start=None,
             accuracy=1e-10, limit=5000, seed=0):
    """The k algebraically largest eigenpairs of a Hessian, with bounds.

    Parameters
    ----------
    interpolates : use the tangent kernel.  That residuals vanish is not taken on trust: what they
        contribute is bounded and added, and if it shows at `accuracy` the whole Hessian decides
    proof : prove which eigenvalue was found: the Hessian of up to 2000 parameters is enclosed whole;
        beyond, for k = 1, the second eigenvalue is bounded through the tangent kernel (n <= 2000)
    below : an upper bound for the next eigenvalue that the caller has proved: sharpens the
        bound of the last value by Kato-Temple (k = 1, or a matrix)
    start : (p,) a first guess, for instance the eigenvector one step earlier
    accuracy : effort: iterate until residuals are this far below the largest modulus
    limit : effort: at most this many products; seed : of the random start

    Error   as `kind` says, returned beside each value
    Cost    p <= 100: some squarings, or one `eigh`.  With a kernel, n <= 2000: n^2 (d + 2 m) and 2 n^2 a step.
            Else 15 to 50 products for k = 1, basis of up to 200 p numbers
    Raises  ValueError for wrong shapes, k outside 1..p, values not finite, no symmetry
    """
    return extreme(curvature(problem), k, interpolates, proof, below, start, accuracy, limit, seed)


def flattest(problem, k=1, *, proof=False, above=None, start=None, accuracy=1e-10, limit=5000, seed=0):
    """The k algebraically smallest eigenpairs, ascending; arguments and bounds as for `sharpest`.

    At a minimum with a manifold of minimisers these are zeros: see `smallest_nonzero`.
    """
    point = curvature(problem)
    below = None if above is None else -above
    found = extreme(Negated(point), k, False, proof, below, start, accuracy, limit, seed)
    return replace(found, values=-found.values, low=-found.high, high=-found.low)


def smallest_nonzero(problem, rank=None, *, interpolates=False):
    """The smallest nonzero eigenvalue of a Hessian that is positive semidefinite of known rank.

    On a manifold of minimisers the rest of the spectrum is exactly 0, and no tolerance can tell
    which computed values are: the rank comes from the caller, or from exact data
    (`ExactSpectrum(matrix).rank`).

    Parameters
    ----------
    rank : int, 1 <= rank <= p (and <= n with a kernel); the caller's claim, or None: certified (`numerics.ranks`)
    interpolates : use the tangent kernel, as for `sharpest`

    Returns
    -------
    (pair, ratio) : `Eigenpairs` with k = 1, and the modulus of the largest computed "zero" over the
        value found (0 if there is none): near 1 it says that doubles do not show the claimed rank.
        With a kernel the value is |J'u|^2 c/n for its eigenvector u, which keeps relative accuracy
        where the kernel's own eigenvalue has lost it; the bound then holds for the exact kernel
        of the network's float values s(Z), s'(Z), X

    Cost    one `eigh` of the n x n kernel, or of the Hessian
    Raises  ValueError if the rank is impossible or not certified, or more than 2000 rows would be decomposed
    """
    point = curvature(problem)
    through = interpolates and hasattr(point, "kernel") and point.samples < point.size
    size = point.samples if through else point.size
    if rank is None and not interpolates:
        raise ValueError("pass the rank: only at interpolation (interpolates=True) can it be certified")
    rank = certified_rank(point) if rank is None and size <= PROVED else size if rank is None else rank
    if not 1 <= rank <= size:
        raise ValueError(f"rank must lie between 1 and {size}, the number of "
                         f"{'samples' if through else 'parameters'}, not {rank}")
    if size > PROVED:
        raise ValueError(f"{size} rows are more than {PROVED}; pass interpolates=True with fewer samples, or "
                         f"`flattest` with products")
    matrix = point.kernel() if through else matrix_of(point)
    found, rest = nth(matrix, size - rank)
    ratio = rest/abs(found["values"][0]) if found["values"][0] else np.inf
    if through:
        return _refined(point, found), float(ratio)
    return of_matrix(point, moved(found, matrix_error(point))), float(ratio if rank < size else 0.0)


def _refined(point, found):
    """Its Rayleigh quotient through J, and bounds that also hold what forming the kernel rounded off."""
    lifted, rounding = point.lift(found["vectors"][0]), getattr(point, "kernel_rounding", None)
    value = point.scale*lifted.dot(lifted)
    found["gap"] = min(found["gap"], found["low"][0])              # below a kernel of full rank lie zeros
    found = moved(found, point.bend + (rounding() if rounding else 0.0))
    vectors = signed(unit(lifted[None]))
    found |= dict(values=np.clip([value], found["low"], found["high"]), vectors=vectors,
                  residuals=true_residuals(point, vectors)[1], products=1,
                  method=f"eigh of the {point.samples} x {point.samples} tangent kernel, refined through J")
    covers = "the exact kernel of s(Z), s'(Z), X as rounded" if rounding else "the kernel as formed in doubles"
    return Eigenpairs(covers=covers + ", plus the residual part's norm", **found)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """All p eigenvalues: `zeros` exact ones and the others, ascending, with rigorous bounds.

    values, low, high : (p - zeros,); covers : what the bounds hold for
    """

    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    zeros: int
    covers: str
    kind: str = "rigorous"


def spectrum(problem, *, interpolates=False):
    """Every eigenvalue with a rigorous bound, multiple ones included.

    At interpolation (n < p) the n eigenvalues of the tangent kernel are the Hessian's, and
    p - n zeros are exact; what the residuals contribute to any eigenvalue is bounded and added.

    Cost    one `eigh` of n or p rows, at most 2000, and two products of that size
    Raises  ValueError for more rows, or if a matrix is not symmetric and finite
    """
    point = curvature(problem)
    through = interpolates and hasattr(point, "kernel") and point.samples < point.size
    size = point.samples if through else point.size
    if size > PROVED:
        raise ValueError(f"{size} rows are more than {PROVED}; `sharpest` needs products only, and "
                         f"`density` estimates")
    if not through:
        whole = enclosed_hessian(point)
        return Spectrum(whole.values, whole.low, whole.high, 0,
                        getattr(point, "covers", "the Hessian as formed in doubles"))
    whole = enclose(point.kernel())
    return Spectrum(whole.values, *widened(whole.low, whole.high, point.bend), point.size - size,
                    "the tangent kernel as formed in doubles, plus the residual part's norm")


def batched(hessians):
    """All eigenvalues of a stack (N, d, d) of small symmetric matrices, rigorously: an `Enclosure`.

    d = 1 is exact; d = 2 has the closed form s +- sqrt(((a - c)/2)^2 + b^2), s = (a + c)/2, within
    8 u (|s| + root); larger d as `enclose`, on the whole stack at once.

    Cost    no Python loop over N
    Raises  ValueError if an entry is not finite or a matrix is not symmetric, naming it
    """
    stack = symmetric("hessians", hessians)
    if stack.ndim != 3:
        raise ValueError(f"hessians must have shape (N, d, d), not {stack.shape}")
    if stack.shape[-1] == 1:
        return Enclosure(stack[..., 0], stack[..., 0], stack[..., 0], np.ones_like(stack))
    return _pairs(stack) if stack.shape[-1] == 2 else enclose(stack)


def _pairs(stack):
    shift = np.frexp(np.abs(stack).max(axis=(1, 2)))[1]
    a, b, c = (np.ldexp(stack[:, i, j], -shift) for i, j in ((0, 0), (0, 1), (1, 1)))
    middle, half = (a + c)/2, (a - c)/2
    root = np.sqrt(half*half + b*b)
    values = np.stack([middle - root, middle + root], axis=1)
    blur = (8*2.0**-53*(np.abs(middle) + root) + 2.0**-500*(root + np.abs(middle) > 0))[:, None]
    low, high = (np.nextafter(np.ldexp(values + side*blur, shift[:, None]), side*np.inf) for side in (-1, 1))
    exact = ((b == 0) & (half == 0))[:, None]
    low, high = (np.where(exact, stack[:, 0, :1], bound) for bound in (low, high))
    values = np.where(exact, stack[:, 0, :1], np.ldexp(values, shift[:, None]))
    # The eigenvector of the larger value, from whichever row of H - lambda is the larger one.
    tilt = np.where(half >= 0, half + root, root - half)
    upper = np.where((half >= 0)[:, None], np.stack([tilt, b], 1), np.stack([b, tilt], 1))
    upper = np.where((root == 0)[:, None], [1.0, 0.0], upper)
    upper /= np.linalg.norm(upper, axis=1, keepdims=True)
    return Enclosure(values, low, high, np.stack([np.stack([-upper[:, 1], upper[:, 0]], 1), upper], axis=2))


@dataclass(frozen=True, eq=False)
class SharpnessGradient:
    """The gradient of the largest eigenvalue, with what is known of its error.

    pair : the two largest eigenpairs (one if p = 1); gradient : (p,), or None where multiple
    angle : bound for the sine of the angle between the vector used and the eigenvector; the
        gradient's error is at most 2 M angle, M = max over unit x of |D^3 L[x, x, .]|
    error : that bound with M bounded by the third-derivative tensor's norm (p <= 30), else None
    kind : "Kato-Temple" or "rigorous" if the gap behind the angle is proved, "estimate" if not
    """

    pair: Eigenpairs
    gradient: np.ndarray
    angle: float
    error: float
    kind: str


def ball_eigenvalues(loss, at, bits=WORKING_BITS):
    """Balls round all eigenvalues of the exact Hessian of an `ExactLoss`, in ascending order.

    at : d exact numbers (int, Fraction, SymPy) or balls, a point or a box of points

    Unlike every float route this covers the formation of the Hessian too, transcendental
    functions included; multiple eigenvalues are no obstacle.

    Error   enclosed, for every point of the box
    Cost    0.3 s for d = 30, beside the symbolic derivatives
    Raises  TypeError for floats, Undecided where balls of this precision decide nothing
    """
    at = listed("at", at)
    if len(at) != loss.size:
        raise ValueError(f"the loss has {loss.size} variables, the point {len(at)} coordinates")
    with precision(bits):
        entries = compiled(list(hessian(loss.expression, loss.variables)), loss.variables)(*map(ball, at))
        rows = [entries[i:i + loss.size] for i in range(0, loss.size**2, loss.size)]
        return eigenvalues(ball_matrix(rows))


TENSOR = 30        # up to this many parameters the whole third-derivative tensor is formed


def sharpness_gradient(problem, *, interpolates=False, proof=False, start=None, accuracy=1e-10, limit=5000,
                       seed=0):
    """Gradient of the largest Hessian eigenvalue: D^3 L[v, v, .] for its unit eigenvector v.

    It exists where that eigenvalue is simple.  Two eigenpairs are computed, so that a multiple
    one is noticed; it then has only directional derivatives, and the gradient returned is None.
    (With `proof` beyond 2000 parameters, one pair and a proved bound for the second eigenvalue.)

    Error   2 M angle as in `SharpnessGradient`, angle <= residual/gap; rounding of D^3 L excluded
    Cost    that of `sharpest` with k = 2, and one product; p^2/2 more for `error`, p <= 30
    Raises  ValueError if the problem has no third derivatives (`cubic`)
    """
    point = curvature(problem)
    if not hasattr(point, "cubic"):
        raise ValueError(f"{type(point).__name__} knows no third derivatives; pass a point of a family or of "
                         f"an ExactLoss")
    k = 1 if proof and point.size > PROVED else min(2, point.size)
    pair = sharpest(point, k, interpolates=interpolates, proof=proof, start=start,
                    accuracy=accuracy, limit=limit, seed=seed)
    proved = "residual" not in pair.kind
    gap = pair.low[0] - pair.high[1] if k > 1 else pair.gap
    if gap <= 10*pair.residuals[0]:
        return SharpnessGradient(pair, None, 1.0, None, pair.kind[0] if proved else "estimate")
    depth = point.depths["trace"] if hasattr(point, "depths") else point.size + 8
    rounding = gamma(depth)*point.frobenius()           # of the product behind the residual
    angle = (pair.residuals[0] + rounding)*(1 + 2.0**-20)/gap
    error = 2*angle*_tensor_norm(point) if point.size <= TENSOR else None
    return SharpnessGradient(pair, point.cubic(pair.vectors[0]), float(angle), error,
                             pair.kind[0] if proved else "estimate")


def _tensor_norm(point):
    """Frobenius norm of the third-derivative tensor, by polarisation: at least M."""
    basis = np.eye(point.size)
    square = [point.cubic(e) for e in basis]
    total = sum(s @ s for s in square)
    for i in range(point.size):
        for j in range(i):
            mixed = (point.cubic(basis[i] + basis[j]) - square[i] - square[j])/2
            total += 2*(mixed @ mixed)
    return float(np.sqrt(total))
