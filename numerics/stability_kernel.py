"""SGD's threshold is a monotone, Lipschitz function of the tangent kernel, so a kernel known roughly bounds it.

G is the (n k, d) matrix of all gradient rows, K = GG' the kernel of the n k outputs, Lambda_p as in
`numerics.stability_threshold`.  With X = G S G', an (n k, n k) matrix of blocks X_ij of size k x k,

    G C(S) G' = (KX + XK)/(2n)   and   G D(S) G' = K E(X) K/n,   E(X) = (1 - p) X/n + p diag(X_11, ..., X_nn),

so Lambda_p is the largest eigenvalue of E^(1/2) h(K) E^(1/2), where h(K) multiplies the entries in K's eigenbasis by
the harmonic means 2 x y/(x + y) of its eigenvalues x, y (0 where both are 0).  E is self-adjoint, 0 <= E <= w, w = p + (1 - p)/n.

    monotone     h(K) is twice the parallel sum of Y -> KY and Y -> YK, which grows with both (Anderson and Duffin
                 1969): K <= K' gives Lambda_p(K) <= Lambda_p(K')
    Lipschitz    (x + t)(y + t)/(x + y + 2t) <= x y/(x + y) + t, so h(K + t) <= h(K) + 2t for t >= 0, and
                 K <= K' + |K - K'| gives |Lambda_p(K) - Lambda_p(K')| <= 2 w |K - K'| in spectral norm

Ranks and angles play no part: rows Y of doubles serve in place of G if |GG' - YY'| is bounded, and as Lambda_p is at
least w trace(K)/(n k), rounding of the products, at most gamma trace(K), costs at most 2 n k gamma of it.
"""

from dataclasses import dataclass

import numpy as np

from numerics.cholesky import SLACK, TINY, depth, gamma, gram, norm, product
from numerics.memory import require
from numerics.stability_operator import ROWS


@dataclass(frozen=True)
class Frame:
    """Rows of doubles that stand for the samples: what is proved for them, exactly as they are, holds nearly for G.

    rows : (m k, r) array, or `Rows` that are read again for each pass
    square : (r, r) array, Y'Y as `gram` computes it; None: not known
    distance : at least |GG' - YY'| in spectral norm
    """
    rows: object
    square: np.ndarray | None
    distance: float

    @property
    def shape(self):
        return self.rows.shape

    def blocks(self, outputs):
        """The rows in parts of a multiple of 256 and of `outputs`: pairs of a slice and an array."""
        yield from row_blocks(self.rows, outputs)

    def drift(self, count, sampling):
        """At least |Lambda_p(GG') - Lambda_p(YY')|: 2 (p + (1 - p)/n) times the distance."""
        return drift(self.distance, count, sampling)


def drift(distance, count, sampling):
    """2 (p + (1 - p)/n) distance, rounded up: what Lambda_p changes at most when the kernel changes that much."""
    return SLACK*2*float(sampling + (1 - sampling)/count)*distance if distance else 0.0


def row_blocks(rows, outputs):
    """Pairs of a slice and the rows there, of an array or of `Rows`."""
    if not isinstance(rows, np.ndarray):
        yield from rows.blocks()
        return
    for start in range(0, len(rows), ROWS*outputs):
        part = slice(start, min(start + ROWS*outputs, len(rows)))
        yield part, rows[part]


def framed(rows, problem, basis, kept=None):
    """The frame for samples given exactly by the doubles in `rows`, (m k, d) array or `Rows`.

    problem, basis : as `diagonalised` or `streamed` return them; kept : mask of the directions to keep, None for all

    Returns  Frame: the rows themselves where they span the parameters, else the coordinates in H's eigenbasis
    Cost     (m k)^2 r operations where m k < d, 2 m k r d where more rows than parameters are dependent
    Raises   TooLarge where an operator's rows are dependent and n r numbers exceed the memory budget
    """
    if rows.shape[0] < rows.shape[1]:
        found = problem.coordinates if kept is None else np.ascontiguousarray(problem.coordinates[:, kept])
        return Frame(found, None, _from_gram(found, problem.square, rows.shape[1]))
    if kept is None and basis.shape[1] == rows.shape[1]:
        return Frame(rows, problem.square, 0.0)
    return _projected(rows, problem.outputs, basis if kept is None else basis[:, kept])


def _from_gram(rows, square, dimension):
    """At least |GG' - YY'| from GG' as computed and the rows Y: a product errs by at most gamma |.|_F^2."""
    own = gram(rows.T)
    rounding = gamma(depth(dimension))*np.trace(square) + gamma(depth(rows.shape[1]))*np.trace(own)
    own -= square
    return float(SLACK*(norm(own) + SLACK*rounding) + TINY)


def _projected(rows, outputs, basis):
    """The frame of Y = GB + E for the nearly orthonormal columns of B.

    With N = B'B and Z = G - GBB', ZZ' = G(I - BB')G' + GB(N - I)B'G', so |GG' - YY'| <= |Z|^2 + |GB|^2 |N - I| +
    2 |Y||E| + |E|^2; Z itself is G - YB' + EB'.
    """
    size = basis.shape[1]
    require(2*rows.shape[0]*size, "the coordinates of dependent gradients")
    found, missed, length = np.empty((rows.shape[0], size)), 0.0, 0.0
    for part, block in row_blocks(rows, outputs):
        found[part] = product(basis.T, block.T).T
        missed += norm(block.T - product(basis, found[part].T))**2
        length += norm(block)**2
    columns, images = norm(basis), norm(found)
    error = gamma(depth(len(basis)))*np.sqrt(length)*columns + TINY
    missed = SLACK*(np.sqrt(missed) + gamma(depth(size) + 2)*images*columns + error*columns)
    skew = norm(gram(basis) - np.eye(size)) + gamma(depth(len(basis)) + 2)*columns**2
    distance = missed**2 + (images + error)**2*skew + 2*images*error + error**2
    return Frame(found, None, float(SLACK*SLACK*distance + TINY))
