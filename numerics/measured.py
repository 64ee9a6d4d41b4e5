"""What a computed eigenpair proves: one record, and the bounds of a residual measured by a product.

For a unit vector v and its Rayleigh quotient rho some eigenvalue lies within |H v - rho v| of rho; with a
proved gap Kato-Temple squares that.  The rounding of every inner product is counted.
"""

from dataclasses import dataclass

import numpy as np

from numerics.enclosures import TINY, U, gamma, kato_temple

SHORT = 1000       # inner products up to this length are summed at once, longer ones in blocks


@dataclass(frozen=True, eq=False)
class Eigenpairs:
    """k eigenvalues (descending from `sharpest`, ascending from `flattest`) with their bounds.

    values, low, high : (k,), units of the Hessian
    kind : k names, see the module's head; covers : what the bounds hold for
    vectors : (k, p), unit, the entry of largest modulus positive
    residuals : (k,), |H v - rho v| as computed with one product each, after the iteration; through the
        tangent kernel and the secular condition a proved upper bound of it, which takes no product
    gap : distance from the last value to the next eigenvalue: if the kind is proved, no more than
        the true one, else estimated; infinite if there is no further eigenvalue
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

    def __init__(self, values, low, high, kind, covers, vectors, residuals, gap, multiple, converged, products, method):
        fields = locals()              # at once: field by field a frozen record takes as long as a product of 30 rows
        del fields["self"]
        vars(self).update(fields)


def signed(vectors):
    """The sign of each row turned in place so that its entry of largest modulus is positive."""
    for v in vectors:
        if v[v.argmax()] < -v[v.argmin()]:
            np.negative(v, out=v)
    return vectors


def widened(low, high, spread):
    return np.nextafter(low - spread, -np.inf), np.nextafter(high + spread, np.inf)


def moved(fields, spread):
    """Fields of `Eigenpairs` whose values may each lie `spread` further off: bounds, gap, and whether bounds then meet."""
    if not spread:
        return fields
    low, high = widened(fields["low"], fields["high"], spread)
    gap, meet = float(fields["gap"] - 2*spread), np.maximum(low[1:], low[:-1]) <= np.minimum(high[1:], high[:-1])
    return fields | dict(low=low, high=high, gap=gap, multiple=bool(fields["multiple"] or gap <= 0 or meet.any()))


def unit(vectors):
    """Rows divided in place by their length; a null vector stays null."""
    for v in vectors:
        length = np.sqrt(v.dot(v))
        if length:
            v /= length
    return vectors


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


def measured(point, ritz, vectors, below, accuracy, method):
    """Pairs with their true residuals, and what those prove."""
    quotients, residuals, images = true_residuals(point, vectors)
    _check_scale(ritz.scale)
    _check_symmetry(ritz, vectors, images, getattr(point, "product_error", 0.0))
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


def _check_symmetry(ritz, vectors, images, off):
    """u'Hv = v'Hu for the start vector u and the result v: no further product is needed."""
    u, image = ritz.first
    if len(u) != vectors.shape[1]:
        return
    skew = abs(u @ images[0] - vectors[0] @ image)
    rounding = 64*len(u)*U*(np.linalg.norm(images[0]) + np.linalg.norm(image)) + 64*off
    if skew > rounding:
        raise ValueError(f"the operator is not symmetric: u'Hv and v'Hu differ by {skew:.1e} for unit "
                         f"vectors, rounding explains {rounding:.1e}; symmetrise its product")
