"""Largest eigenpairs of a symmetric operator known by its products: Lanczos, in NumPy alone.

`leading` finds one pair by the three-term recurrence without reorthogonalisation: lost
orthogonality only makes copies of converged pairs and cannot spoil the first one.  `block`
finds k by thick restarts with full reorthogonalisation; its block of k vectors sees
eigenvalues of multiplicity up to k.  Both stop on residuals, never on the change of a value;
a caller computes the true residual with one more product.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh_tridiagonal

BASIS = 200       # three-term steps kept before restarting
EVERY = 3         # steps between looks at the tridiagonal


@dataclass(frozen=True, eq=False)
class Ritz:
    """What an iteration found: k values in descending order, unit vectors (k, p).

    estimates : (k,) residual norms by the recurrence; `products` the number of products used
    first : a unit start vector and its product, for a symmetry check
    steps : three-term steps from the start vector, 0 after a restart
    scale : a lower bound for the norm, from Ritz values or diagonal entries; second : the next Ritz value, a lower estimate
    """

    values: np.ndarray
    vectors: np.ndarray
    estimates: np.ndarray
    products: int
    first: tuple
    steps: int
    scale: float
    second: float


def leading(product, size, start, accuracy, limit, memory=2**30):
    """The largest eigenpair from a start vector (p,), until residual <= accuracy |theta|_max.

    Cost    one product, 8 p operations and 8 p bytes a step; at most `limit` products
    Raises  ValueError if a product is not finite
    """
    room = int(min(BASIS, limit, size, max(memory//(8*size), 8)))
    basis, alpha, beta = np.empty((room, size)), np.empty(room), np.empty(room)
    basis[0] = start/np.linalg.norm(start)
    for j in range(room):
        w = checked(product(basis[j]), j + 1)
        if j == 0:
            first = basis[0], w.copy()
        alpha[j] = basis[j] @ w
        w -= alpha[j]*basis[j]
        if j:
            w -= beta[j - 1]*basis[j - 1]
        beta[j] = np.sqrt(w @ w)
        exhausted = beta[j] <= size*2.0**-53*np.abs(alpha[:j + 1]).max()
        if exhausted or j % EVERY == EVERY - 1 or j == room - 1:
            theta, y, extreme, second = _top(alpha[:j + 1], beta[:j])
            estimate = beta[j]*abs(y[-1])
            if exhausted or estimate <= accuracy*extreme or j == room - 1:
                break
        np.divide(w, beta[j], out=basis[j + 1])
    q = y @ basis[:j + 1]
    q /= np.linalg.norm(q)
    if exhausted and j + 1 < size:
        second = theta          # fewer distinct eigenvalues than parameters: which repeat is unknown
    return Ritz(np.array([theta]), q[None], np.array([estimate]), j + 1, first, j + 1, extreme, second)


def _top(diagonal, off):
    """Largest eigenpair of a tridiagonal, a lower bound for its norm, and the second value."""
    j = len(diagonal)
    if j == 1:
        return diagonal[0], np.ones(1), abs(diagonal[0]), -np.inf
    values, vectors = eigh_tridiagonal(diagonal, off, select="i", select_range=(j - 2, j - 1),
                                       check_finite=False)
    return values[1], vectors[:, 1], max(np.abs(diagonal).max(), abs(values[1])), values[0]


def checked(w, count):
    """A product as a fresh float vector (p,), refused if not finite."""
    w = np.array(w, dtype=float).reshape(-1)
    if not np.isfinite(w).all():
        raise ValueError(f"product {count} with the operator is not finite")
    return w


def block(product, size, k, starts, accuracy, limit, rng, memory=2**30):
    """The k largest eigenpairs by block Lanczos with thick restarts.

    starts : (b, p), b >= 1 rows; fewer than k rows may miss copies of a multiple eigenvalue
    Cost    b products and 8 p j b operations a step at a basis of j vectors, j of about 60 or 4 k
    Raises  ValueError if a product is not finite
    """
    b = len(starts)
    room = min(size, max(24, 4*k + 2*b, min(60, int(memory//(8*size)))))
    basis, t = np.empty((room + b, size)), np.zeros((room + b, room + b))
    basis[:b] = orthonormal(np.array(starts), basis[:0], rng)[0]
    filled, used, first, scale = 0, 0, None, 0.0
    while True:
        fresh = slice(filled, filled + b)
        images = np.array([checked(product(q), used + i + 1) for i, q in enumerate(basis[fresh])])
        first = first or (basis[0].copy(), images[0].copy())
        used, filled = used + b, filled + b
        done = basis[:filled]
        t[fresh, :filled] = images @ done.T
        t[:filled, fresh] = t[fresh, :filled].T
        values, y = np.linalg.eigh((t[:filled, :filled] + t[:filled, :filled].T)/2)
        scale = max(scale, abs(values[0]), abs(values[-1]))
        images -= t[fresh, :filled] @ done
        spent = filled + b > size
        after, r = (None, np.zeros((b, b))) if spent else orthonormal(images, done, rng, scale)
        estimates = np.linalg.norm(r @ y[fresh, -k:], axis=0)
        enough = filled >= k and (estimates <= accuracy*scale).all()
        if enough or spent or used + b > limit:
            order, vectors = slice(None, None, -1), y[:, -k:].T @ done
            return Ritz(values[-k:][order], vectors[order], estimates[order], used, first, 0, scale,
                        values[-k - 1] if filled > k else -np.inf)
        if filled + b > room:
            filled = _restart(basis, t, values, y, r @ y[fresh], min(max(k + 5, room//3), filled - b))
        basis[filled:filled + b] = after


def _restart(basis, t, values, y, links, keep):
    """Keep the best Ritz vectors; the next block couples with them through `links`."""
    b = len(links)
    basis[:keep] = y[:, -keep:].T @ basis[:len(y)]
    t[:] = 0
    t[:keep, :keep] = np.diag(values[-keep:])
    t[keep:keep + b, :keep], t[:keep, keep:keep + b] = links[:, -keep:], links[:, -keep:].T
    return keep


def orthonormal(rows, done, rng, scale=0.0):
    """`rows` made orthonormal and orthogonal to `done` (orthonormal rows): (out, r).

    rows[i] = sum_j r[j, i] out[j] + a part in `done`.  A row that vanishes to rounding is
    replaced by a random direction, with coefficient 0.
    """
    out, r = np.empty_like(rows), np.zeros((len(rows), len(rows)))
    for i, row in enumerate(rows):
        floor, fresh = rows.shape[1]*2.0**-53*scale, False
        while True:
            first = out[:i] @ row
            row = _outside(_outside(row, done, out[:i]), done, out[:i])
            norm = np.linalg.norm(row)
            if norm > floor:
                break
            row, floor, fresh = rng.standard_normal(rows.shape[1]), 0.0, True
        if not fresh:
            r[:i, i], r[i, i] = first, norm
        out[i] = row/norm
    return out, r


def _outside(row, done, more):
    row = row - (done @ row) @ done
    return row - (more @ row) @ more
