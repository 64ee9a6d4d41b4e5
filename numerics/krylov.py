"""Largest eigenpairs of a symmetric operator known by its products: Lanczos, in NumPy alone.

`leading` finds one pair by the three-term recurrence without reorthogonalisation: lost
orthogonality only makes copies of converged pairs and cannot spoil the first one.  `block`
finds k by thick restarts with full reorthogonalisation; its block of k vectors sees
eigenvalues of multiplicity up to k.  Both stop on residuals, never on the change of a value;
a caller computes the true residual with one more product.
"""

from dataclasses import dataclass, replace
from math import inf, log, sqrt

import numpy as np
from scipy.linalg import lapack

BASIS = 200       # three-term steps kept before restarting
EVERY = 3         # steps between looks at the tridiagonal, at least
NO_COPY = 2.0**-44  # residual over norm above which lost orthogonality has not yet made a copy of the first pair,
APART = 2.0**-30    # and distance over norm at which the second value is no such copy


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
    np.divide(start, np.linalg.norm(start), out=basis[0])
    largest, look, before = 0.0, EVERY - 1, None
    for j in range(room):
        w = np.array(product(basis[j]), dtype=float).reshape(-1)
        if j == 0:
            first = basis[0], w.copy()
        alpha[j] = along = w.dot(basis[j])
        w -= along*basis[j]
        if j:
            w -= beta[j - 1]*basis[j - 1]
        beta[j] = beside = sqrt(square) if (square := w.dot(w)) < inf else _refused(first, w, j)
        largest = max(largest, abs(along))
        exhausted = beside <= size*2.0**-53*largest
        if exhausted or j >= look or j == room - 1:
            theta, y, other = _top(alpha[:j + 1], beta[:j])
            estimate, extreme = beside*abs(y[-1]), max(largest, abs(theta))
            if before is None or estimate > NO_COPY*extreme and theta - other > APART*extreme:
                second = other
            if exhausted or estimate <= accuracy*extreme or j == room - 1:
                break
            look, before = _next_look(j, before, estimate, accuracy*extreme), (j, estimate)
        np.divide(w, beside, out=basis[j + 1])
    q = y @ basis[:j + 1]
    q /= np.linalg.norm(q)
    if exhausted:
        second = theta if j + 1 < size else other       # fewer distinct values than parameters: some repeat
    return Ritz(np.array([theta]), q[None], np.array([estimate]), j + 1, first, j + 1, extreme, second)


def _next_look(j, before, estimate, wanted):
    """The step at which half of the way to the wanted residual will be done, at the rate seen; at most 6 ahead."""
    if before is None or not 0 < estimate < before[1] or wanted <= 0:
        return j + EVERY
    rate = log(before[1]/estimate)/(j - before[0])
    return j + max(EVERY, min(2*EVERY, int(0.5*log(estimate/wanted)/rate)))


def _refused(first, w, j):
    checked(first[1], 1)
    checked(w, j + 1)
    raise ValueError(f"product {j + 1} with the operator is so large that its square overflows; multiply the loss "
                     f"by a power of two first")


def _top(diagonal, off):
    """Largest eigenpair of a tridiagonal, and the second value; LAPACK called directly, at a tenth of the cost."""
    j = len(diagonal)
    if j == 1:
        return diagonal[0], np.ones(1), -np.inf
    count, values, blocks, splits, failed = lapack.dstebz(diagonal, off, 2, 0.0, 0.0, j - 1, j, 0.0, "B")
    failed = failed or count != 2
    if not failed:
        vectors, failed = lapack.dstein(diagonal, off, values[:2], blocks, splits)
    if failed:
        values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(off, 1) + np.diag(off, -1))
        values, vectors = values[-2:], vectors[:, -2:]
    last = int(values[1] >= values[0])
    return values[last], vectors[:, last], values[1 - last]


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


def iterate(product, size, k, start, accuracy, limit, seed):
    """Three-term Lanczos for one pair, thick-restart block Lanczos where it needs more room."""
    rng = np.random.default_rng(seed)
    guess = rng.standard_normal((1, size)) if start is None else _guess(start, size, rng)
    used = 0
    if k == 1:
        ritz = leading(product, size, guess[0], accuracy, limit)
        used = ritz.products
        if ritz.estimates[0] <= accuracy*ritz.scale or used >= limit:
            return ritz
        guess = ritz.vectors
    starts = np.vstack([guess, rng.standard_normal((k - 1, size))])
    ritz = block(product, size, k, starts, accuracy, limit - used, rng)
    return replace(ritz, products=ritz.products + used)


def _guess(start, size, rng):
    """The caller's start vector with a thousandth of noise: it must not be blind to any direction."""
    start, noise = vector(start, size), rng.standard_normal(size)
    return (start/np.linalg.norm(start) + noise/(1000*np.sqrt(size)))[None]


def vector(start, size):
    start = np.asarray(start, dtype=float).reshape(-1)
    if start.shape != (size,) or not np.isfinite(start).all() or not start.any():
        raise ValueError(f"start must be a finite vector of {size} entries, not all zero")
    return start


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
