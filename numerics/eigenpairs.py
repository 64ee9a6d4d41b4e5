"""Eigenpairs with bounds: by a matrix, by the tangent kernel, or by products alone.

Three routes to the k largest eigenpairs of a curvature, and one record for what they found.
Each ends with what its result proves: an enclosure of the whole spectrum where a matrix was
decomposed, a residual where products were used, Kato-Temple where a gap is proved or given.
"""

from dataclasses import dataclass, replace

import numpy as np

from numerics import krylov
from numerics.curvature import matrix_of
from numerics.enclosures import (TINY, U, enclose, exponent, gamma, kato_temple, norm_above, outward,
                                 rayleigh, symmetric)

SMALL = 100        # up to this size a dense eigendecomposition is the quickest method
KERNEL = 2000      # largest tangent kernel formed as a matrix
PROVED = 2000      # largest matrix enclosed whole for a proof


@dataclass(frozen=True, eq=False)
class Eigenpairs:
    """k eigenvalues (descending from `sharpest`, ascending from `flattest`) with their bounds.

    values, low, high : (k,), units of the Hessian
    kind : k names, see the module's head; covers : what the bounds hold for
    vectors : (k, p), unit, the entry of largest modulus positive
    residuals : (k,), |H v - rho v| as computed with one product each, after the iteration
    gap : distance from the last value to the next eigenvalue: proved if the kind is, else
        estimated; infinite if there is no further eigenvalue
    multiple : the bounds (or, unproved, 10 residuals) do not separate the values from each
        other or from the next one
    converged : every residual is at most `accuracy` times the largest modulus seen
    products : Hessian-vector products used; 0 where a matrix was decomposed
    """

    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    kind: tuple
    covers: str
    vectors: np.ndarray
    residuals: np.ndarray
    gap: float
    multiple: bool
    converged: bool
    products: int
    method: str


class Negated:
    """-H, through products or as a matrix."""

    def __init__(self, point):
        self.size, self.product = point.size, lambda v: -point.product(v)
        if hasattr(point, "covers"):
            self.covers = point.covers
        if hasattr(point, "dense"):
            self.dense = lambda: -point.dense()


def extreme(point, k, interpolates, proof, below, start, accuracy, limit, seed):
    if not 1 <= k <= point.size:
        raise ValueError(f"k must lie between 1 and the {point.size} parameters, not {k}")
    if interpolates and not hasattr(point, "kernel"):
        raise ValueError(f"{type(point).__name__} has no tangent kernel, which interpolates=True needs")
    if interpolates and point.samples <= max(KERNEL, SMALL) and k <= point.samples < point.size:
        return _by_kernel(point, k, proof, below, start, accuracy, limit, seed)
    if point.size <= SMALL or 4*k > point.size or proof:
        return by_matrix(point, k, below)
    return _by_products(point, k, below, start, accuracy, limit, seed)


def by_matrix(point, k, below):
    if point.size > PROVED:
        raise ValueError(f"a proof by enclosure takes at most {PROVED} rows, not {point.size}; use "
                         f"`below`, or proof=False")
    found = decomposed(matrix_of(point), k, below)
    return replace(found, covers=getattr(point, "covers", "the Hessian as formed in doubles"))


def decomposed(matrix, k, below=None):
    """The k largest eigenpairs of a float matrix by `eigh`, each bounded as sharply as is proved."""
    n = len(matrix)
    whole = enclose(matrix)
    order = np.arange(n - 1, n - 1 - k, -1)
    low, high, residuals, kinds = whole.low[order], whole.high[order], np.zeros(k), ["rigorous"]*k
    values = whole.values[order]
    shift = exponent(matrix)
    scaled = np.ldexp(matrix, shift)
    for i, at in enumerate(order):
        rho, blur, epsilon = rayleigh(scaled, whole.vectors[:, at])
        residuals[i] = np.ldexp(epsilon, -shift)
        floor = whole.high[at - 1] if at else -np.inf
        if below is not None and i == k - 1:
            floor = min(floor, below)
        if not scaled.any():
            break
        ends = np.ldexp((floor, whole.low[at + 1] if at + 1 < n else np.inf), shift)
        if ends[0] < rho - 2*blur and rho + 2*blur < ends[1]:
            tight = kato_temple(rho, blur, epsilon, *ends)
            bounds = outward(tight[0], -shift, -np.inf), outward(tight[1], -shift, np.inf)
            if bounds[1] - bounds[0] < high[i] - low[i]:
                low[i], high[i], kinds[i] = max(low[i], bounds[0]), min(high[i], bounds[1]), "Kato-Temple"
                values[i] = min(max(np.ldexp(rho, -shift), low[i]), high[i])
    gap = values[-1] - whole.high[order[-1] - 1] if k < n else np.inf
    apart = (low[:-1] > high[1:]).all() and (k == n or low[-1] > whole.high[n - 1 - k])
    return Eigenpairs(values, low, high, tuple(kinds), "the matrix given",
                      signed(whole.vectors[:, order].T), residuals, float(gap), not apart, True, 0,
                      f"eigh of the {n} x {n} matrix")


def signed(vectors):
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None], axis=1)
    return vectors*np.where(largest < 0, -1.0, 1.0)


def _by_kernel(point, k, proof, below, start, accuracy, limit, seed):
    """Through the n x n tangent kernel, whose nonzero spectrum is that of the Gauss-Newton matrix."""
    kernel, n = point.kernel(), point.samples
    if n > SMALL and 4*k <= n and not proof:
        guess = None if start is None else point.push(start)
        ritz = _iterate(lambda v: kernel @ v, n, k, guess, accuracy, limit, seed)
        vectors = unit(np.array([point.lift(u) for u in ritz.vectors]))
        return _measured(point, ritz, vectors, below, accuracy, f"Lanczos on the {n} x {n} tangent kernel")
    found = decomposed(symmetric("the tangent kernel", kernel), k)
    vectors = unit(np.array([point.lift(u) for u in found.vectors]))
    spread = point.bend
    low, high = np.nextafter(found.low - spread, -np.inf), np.nextafter(found.high + spread, np.inf)
    residuals = true_residuals(point, vectors)[1]
    return replace(found, low=low, high=high, vectors=signed(vectors), residuals=residuals, products=k,
                   multiple=found.multiple or not (low[:-1] > high[1:]).all() or found.gap <= 2*spread,
                   gap=found.gap - 2*spread,
                   covers="the tangent kernel as formed in doubles, plus the residual part's norm",
                   method=f"eigh of the {n} x {n} tangent kernel")


def unit(vectors):
    """Rows of length one; a null vector stays null."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors/np.where(length > 0, length, 1)


def _by_products(point, k, below, start, accuracy, limit, seed):
    inner, back = point, None
    if hasattr(point, "reduced") and point.d > point.samples and start is None:
        inner, back = point.reduced()
    ritz = _iterate(inner.product, inner.size, k, start, accuracy, limit, seed)
    vectors = ritz.vectors if back is None else np.array([back(v) for v in ritz.vectors])
    name = "three-term Lanczos" if ritz.steps else "block Lanczos with thick restarts"
    return _measured(point, ritz, vectors, below, accuracy, name)


def _iterate(product, size, k, start, accuracy, limit, seed):
    """Three-term Lanczos for one pair, thick-restart block Lanczos where it needs more room."""
    rng = np.random.default_rng(seed)
    guess = rng.standard_normal((1, size)) if start is None else _guess(start, size, rng)
    used = 0
    if k == 1:
        ritz = krylov.leading(product, size, guess[0], accuracy, limit)
        used = ritz.products
        if ritz.estimates[0] <= accuracy*ritz.scale or used >= limit:
            return ritz
        guess = ritz.vectors
    starts = np.vstack([guess, rng.standard_normal((k - 1, size))])
    ritz = krylov.block(product, size, k, starts, accuracy, limit - used, rng)
    return replace(ritz, products=ritz.products + used)


def _guess(start, size, rng):
    """The caller's start vector with a thousandth of noise: it must not be blind to any direction."""
    start = np.asarray(start, dtype=float).reshape(-1)
    if start.shape != (size,) or not np.isfinite(start).all() or not start.any():
        raise ValueError(f"start must be a finite vector of {size} entries, not all zero")
    noise = rng.standard_normal(size)
    return (start/np.linalg.norm(start) + noise/(1000*np.sqrt(size)))[None]


def true_residuals(point, vectors):
    """Rayleigh quotients, |H v - rho v|, and the rounding of both, for unit vectors (k, p)."""
    images = np.array([np.asarray(point.product(v), dtype=float).reshape(-1) for v in vectors])
    square = _dots(vectors, vectors)
    quotients = _dots(vectors, images)/np.where(square > 0, square, 1)
    left = images - quotients[:, None]*vectors
    length = np.sqrt(_dots(left, left)/np.where(square > 0, square, 1))
    return quotients, length, images


def _dots(left, right):
    """Row by row inner products, summed in blocks: error at most gamma_k |left| |right|, k = `_depth`."""
    k, p = left.shape
    side = int(np.sqrt(p)) + 1
    whole = p//side*side
    parts = np.einsum("kij,kij->ki", left[:, :whole].reshape(k, -1, side), right[:, :whole].reshape(k, -1, side))
    return parts.sum(axis=1) + np.einsum("ki,ki->k", left[:, whole:], right[:, whole:])


def _depth(p):
    return 2*int(np.sqrt(p)) + 6


def _measured(point, ritz, vectors, below, accuracy, method):
    """Pairs with their true residuals, and what those prove (products taken as exact)."""
    quotients, residuals, images = true_residuals(point, vectors)
    _check_scale(ritz.scale)
    _check_symmetry(ritz, vectors, images)
    g, p = gamma(_depth(point.size)), point.size
    lengths = np.sqrt(_dots(images, images))
    blur = (3*g + 4*U)*lengths*(1 + 4*g) + TINY*(lengths > 0)
    epsilon = residuals*(1 + 4*g) + (4*g + 4*U)*(lengths + np.abs(quotients)) + TINY*(lengths > 0)
    low, high = quotients - epsilon - blur, quotients + epsilon + blur
    kinds, gap = ["residual"]*len(quotients), quotients[-1] - ritz.second
    if quotients.argmax() == 0:
        low[0] = quotients[0] - blur[0]                 # the largest eigenvalue is no less
    if below is not None:
        ends = kato_temple(quotients[-1], blur[-1], epsilon[-1], below, low[-2] if len(low) > 1 else np.inf)
        low[-1], high[-1], kinds[-1], gap = *ends, "Kato-Temple", quotients[-1] - below
    close = np.abs(np.diff(quotients)) <= 10*np.maximum(residuals[1:], residuals[:-1])
    return Eigenpairs(quotients, low, high, tuple(kinds), "products taken as exact", signed(vectors),
                      residuals, float(gap), bool(close.any() or gap <= 10*residuals[-1]),
                      bool((residuals <= accuracy*max(ritz.scale, 0.0)*(1 + 2.0**-10)).all()),
                      ritz.products + len(vectors), method)


def _check_scale(scale):
    if scale and not 2.0**-300 < scale < 2.0**300:
        raise ValueError(f"eigenvalues of size {scale:.1e} leave no room for squares in doubles; multiply "
                         f"the loss by a power of two first")


def _check_symmetry(ritz, vectors, images):
    """u'Hv = v'Hu for the start vector u and the result v: no further product is needed."""
    u, image = ritz.first
    if len(u) != vectors.shape[1]:
        return
    skew = abs(u @ images[0] - vectors[0] @ image)
    rounding = 64*len(u)*U*(np.linalg.norm(images[0]) + np.linalg.norm(image))
    if skew > rounding:
        raise ValueError(f"the operator is not symmetric: u'Hv and v'Hu differ by {skew:.1e} for unit "
                         f"vectors, rounding explains {rounding:.1e}; symmetrise its product")
