"""Eigenpairs with bounds: by a matrix, by the tangent kernel, or by products alone.

Three routes to the k largest eigenpairs of a curvature, and one record for what they found.
Each ends with what its result proves: an enclosure of the whole spectrum where a matrix was
decomposed, a residual where products were used, Kato-Temple where a gap is proved or given.
"""

from dataclasses import dataclass, replace

import numpy as np

from numerics import krylov
from numerics.curvature import matrix_of
from numerics.davidson import corrected, kernel_pair
from numerics.enclosures import TINY, U, enclosed, exponent, gamma, kato_temple, rayleigh
from numerics.secular import condition, rooted

SMALL = 100        # up to this size a dense eigendecomposition is the quickest method
KERNEL = 2000      # largest tangent kernel formed as a matrix
SHORT = 1000       # inner products up to this length are summed at once, longer ones in blocks
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
        for name in ("covers", "product_error"):
            if hasattr(point, name):
                setattr(self, name, getattr(point, name))
        if hasattr(point, "dense"):
            self.dense = lambda: -point.dense()


def extreme(point, k, interpolates, proof, below, start, accuracy, limit, seed):
    if not 1 <= k <= point.size:
        raise ValueError(f"k must lie between 1 and the {point.size} parameters, not {k}")
    if below is not None and k > 1 and point.size > SMALL and not proof:
        raise ValueError(f"`below` bounds the second eigenvalue, so it needs k = 1, not {k}, or proof=True")
    if interpolates and not hasattr(point, "kernel"):
        raise ValueError(f"{type(point).__name__} has no tangent kernel, which interpolates=True needs")
    if interpolates and point.samples <= KERNEL and k <= point.samples < point.size:
        found = _by_kernel(point, k, proof, below, start, accuracy, limit, seed)
        if found.converged:
            return found                # else residuals do not vanish, and the whole Hessian decides
    if point.size <= SMALL or 4*k > point.size or proof and point.size <= PROVED:
        return by_matrix(point, k, below, proof)
    if proof:
        below = _second_at_most(point, k)
    return _by_products(point, k, below, start, accuracy, limit, seed)


def _second_at_most(point, k):
    """A proved upper bound for the second eigenvalue: the kernel's, enclosed, plus |H - c J'J/n|."""
    if k > 1 or not hasattr(point, "kernel_rounding") or not 1 < point.samples <= PROVED:
        raise ValueError(f"a proof by enclosure takes at most {PROVED} rows, not {point.size}, or k = 1 and a "
                         f"tangent kernel of at most {PROVED} rows whose rounding is bounded; give `below`, or "
                         f"proof=False")
    kernel = enclosed(point.kernel()).high[-2]
    return max((kernel + point.kernel_rounding() + point.bend)*(1 + 4*U), point.bend)


def by_matrix(point, k, below, proof):
    matrix = matrix_of(point)
    return of_matrix(point, matrix, decomposed(matrix, k, below, proof))


def of_matrix(point, matrix, found):
    """`Eigenpairs` of what `decomposed` found, with signs and residuals."""
    vectors = found["vectors"] = signed(found["vectors"])
    left = vectors @ matrix - found["values"][:, None]*vectors
    covers = getattr(point, "covers", "the Hessian as formed in doubles")
    return Eigenpairs(covers=covers, products=0, residuals=np.sqrt(np.einsum("ij,ij->i", left, left)), **found)


def decomposed(matrix, k, below=None, proof=False):
    """The k largest eigenpairs of a float matrix by `eigh`: fields of `Eigenpairs`, vectors unsigned.

    Rigorous by the enclosure of all eigenvalues; with `proof` or `below` each isolated one is
    sharpened by Kato-Temple with its residual in extended precision.
    """
    n, whole = len(matrix), enclosed(matrix)
    at = slice(n - 1, n - 1 - k if k < n else None, -1)
    values, low, high, vectors = (x[..., at].copy() for x in (whole.values, whole.low, whole.high, whole.vectors))
    kinds = ["rigorous"]*k
    if (proof or below is not None) and matrix.any():
        for i in range(k):
            floor = whole.high[n - 2 - i] if i + 1 < n else -np.inf
            floor = min(floor, below) if below is not None and i == k - 1 else floor
            ceiling = whole.low[n - i] if i else np.inf
            found = _sharpened(matrix, vectors[:, i], floor, ceiling)
            if found and found[2] - found[1] < high[i] - low[i]:
                low[i], high[i], kinds[i] = max(low[i], found[1]), min(high[i], found[2]), "Kato-Temple"
                values[i] = min(max(found[0], low[i]), high[i])
    next_high = whole.high[n - 1 - k] if k < n else -np.inf
    return dict(values=values, low=low, high=high, kind=tuple(kinds), vectors=vectors.T,
                gap=float(low[-1] - next_high), converged=True, method=f"eigh of the {n} x {n} matrix",
                multiple=bool(low[-1] <= next_high or k > 1 and (low[:-1] <= high[1:]).any()))


def _sharpened(matrix, vector, floor, ceiling):
    """(rho, low, high) by Kato-Temple, or None where (floor, ceiling) does not isolate rho."""
    shift = int(exponent(matrix))
    rho, blur, epsilon = rayleigh(np.ldexp(matrix, shift), vector)
    floor, ceiling = np.ldexp((floor, ceiling), shift)
    if not (floor < rho - 2*blur and rho + 2*blur < ceiling):
        return None
    low, high = kato_temple(rho, blur, epsilon, floor, ceiling)
    return (np.ldexp(rho, -shift), np.nextafter(np.ldexp(low, -shift), -np.inf),
            np.nextafter(np.ldexp(high, -shift), np.inf))


def signed(vectors):
    """The sign of each row chosen so that its entry of largest modulus is positive."""
    signs = [-1.0 if v[np.abs(v).argmax()] < 0 else 1.0 for v in vectors]
    return vectors*np.array(signs)[:, None]


def _by_kernel(point, k, proof, below, start, accuracy, limit, seed):
    """Through the n x n tangent kernel, whose nonzero spectrum is that of the Gauss-Newton matrix."""
    kernel, n = point.kernel(), point.samples
    if n > SMALL and 4*k <= n and not proof:
        guess = None if start is None else point.push(start)
        ritz = _iterate(lambda v: kernel @ v, n, k, guess, accuracy, limit, seed)
        vectors = unit(np.array([point.lift(u) for u in ritz.vectors]))
        return _measured(point, ritz, vectors, below, accuracy, f"Lanczos on the {n} x {n} tangent kernel")
    found, spread = decomposed(kernel, k, proof=proof), point.bend
    vectors = unit(np.array([point.lift(u) for u in found["vectors"]]))
    low, high = widened(found["low"], found["high"], spread)
    multiple = found["multiple"] or found["gap"] <= 2*spread or k > 1 and (low[:-1] <= high[1:]).any()
    residuals = true_residuals(point, vectors)[1]
    sound = residuals.max() <= accuracy*np.abs(found["values"]).max() and vectors.any(axis=1).all()
    found |= dict(low=low, high=high, vectors=signed(vectors), residuals=residuals, multiple=bool(multiple),
                  converged=bool(sound), gap=found["gap"] - 2*spread,
                  method=f"eigh of the {n} x {n} tangent kernel")
    return Eigenpairs(covers="the tangent kernel as formed in doubles, plus the residual part's norm",
                      products=k, **found)


def widened(low, high, spread):
    return np.nextafter(low - spread, -np.inf), np.nextafter(high + spread, np.inf)


def unit(vectors):
    """Rows of length one; a null vector stays null."""
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    length[length == 0] = 1
    return vectors/length


def _by_products(point, k, below, start, accuracy, limit, seed):
    inner, back = point, None
    if hasattr(point, "reduced") and point.d > point.samples and start is None:
        inner, back = point.reduced()
    ritz = None
    if k == 1 and _kernel_pays(inner):
        ritz, guess, name = _through_kernel(inner, accuracy, seed, start)
        start = guess if start is None else start
    if ritz is None:
        ritz = _iterate(inner.product, inner.size, k, start, accuracy, limit, seed)
        name = "three-term Lanczos" if ritz.steps else "block Lanczos with thick restarts"
    vectors = ritz.vectors if back is None else np.array([back(v) for v in ritz.vectors])
    return _measured(point, ritz, vectors, below, accuracy, name)


def _through_kernel(point, accuracy, seed, start=None):
    """(Ritz or None, start for Lanczos, method): by the secular condition, or by corrections."""
    guess = None if start is None else point.push(_start(start, point.size))
    secular = condition(point)
    kernel = secular.kernel() if secular else point.kernel()
    pair = kernel_pair(kernel, seed, guess)
    if secular:
        ritz = rooted(secular, pair, accuracy)
        if ritz:
            return ritz, None, "secular condition on n x n matrices"
    return *corrected(point, kernel, pair, accuracy), "Davidson iteration on the tangent kernel"


def _kernel_pays(point):
    """Is forming the n x n kernel, and some 150 products with it, cheaper than 30 with the Hessian?"""
    if not hasattr(point, "kernel") or not 1 < point.samples <= KERNEL:
        return False
    kernel, product = point.work
    return kernel + 300*point.samples**2 <= 30*product


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
    start, noise = _start(start, size), rng.standard_normal(size)
    return (start/np.linalg.norm(start) + noise/(1000*np.sqrt(size)))[None]


def _start(start, size):
    start = np.asarray(start, dtype=float).reshape(-1)
    if start.shape != (size,) or not np.isfinite(start).all() or not start.any():
        raise ValueError(f"start must be a finite vector of {size} entries, not all zero")
    return start


def true_residuals(point, vectors):
    """Rayleigh quotients, |H v - rho v| and H v for unit (or null) vectors (k, p)."""
    images = np.array([np.asarray(point.product(v), dtype=float).reshape(-1) for v in vectors])
    square = _dots(vectors, vectors)
    square[square == 0] = 1
    quotients = _dots(vectors, images)/square
    left = images - quotients[:, None]*vectors
    return quotients, np.sqrt(_dots(left, left)/square), images


def _dots(left, right):
    """Row by row inner products: error at most gamma_k |left| |right|, k = `_depth`."""
    k, p = left.shape
    if p <= SHORT:
        return np.einsum("ki,ki->k", left, right)
    side = int(np.sqrt(p)) + 1
    whole = p//side*side
    parts = np.einsum("kij,kij->ki", left[:, :whole].reshape(k, -1, side), right[:, :whole].reshape(k, -1, side))
    return parts.sum(axis=1) + np.einsum("ki,ki->k", left[:, whole:], right[:, whole:])


def _depth(p):
    return p if p <= SHORT else 2*int(np.sqrt(p)) + 6


def _measured(point, ritz, vectors, below, accuracy, method):
    """Pairs with their true residuals, and what those prove."""
    quotients, residuals, images = true_residuals(point, vectors)
    _check_scale(ritz.scale)
    _check_symmetry(ritz, vectors, images)
    g = gamma(_depth(point.size))
    lengths = np.sqrt(_dots(images, images))
    off, tiny = getattr(point, "product_error", 0.0), TINY*(lengths > 0)
    blur = (3*g + 4*U)*lengths*(1 + 4*g) + 2*off + tiny
    epsilon = residuals*(1 + 4*g) + (4*g + 4*U)*(lengths + np.abs(quotients)) + 2*off + tiny
    low, high = quotients - epsilon - blur, quotients + epsilon + blur
    kinds, gap = ["residual"]*len(quotients), quotients[-1] - ritz.second
    if below is not None:
        if quotients[0] - 2*blur[0] <= below:
            raise ValueError(f"the second eigenvalue is only known to be at most {below}, and the value found is "
                             f"{quotients[0]}: this proves no gap; use proof=False")
        low[0], high[0] = kato_temple(quotients[0], blur[0], epsilon[0], below, np.inf)
        kinds, gap = ["Kato-Temple"], quotients[0] - below
    close = np.abs(np.diff(quotients)) <= 10*np.maximum(residuals[1:], residuals[:-1])
    return Eigenpairs(quotients, low, high, tuple(kinds),
                      getattr(point, "covers", "products taken as exact"), signed(vectors),
                      residuals, float(gap), bool(close.any() or gap <= 10*residuals[-1]),
                      bool((residuals <= accuracy*ritz.scale*(1 + 2.0**-10)).all() and vectors.any(axis=1).all()),
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
