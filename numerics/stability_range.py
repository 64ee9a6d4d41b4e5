"""Coordinates on the range of SGD's mean Hessian H = G'G/n, and what is known of it in doubles.

An upper bound of Lambda_p is a statement about the range of H, the space of the gradients.  Where G has full
column rank that is everything, and the gradients are the coordinates.  Else W is a matrix of doubles whose
columns nearly span the range, Y = GW its rows, r its width.  If

    rank G <= r is proved,    Y'Y/n >= m > 0,    |G' - W A| <= missed for some A, and W'W is near I,

then G has rank r, its singular values are at least sqrt(n m)/|W|, and every x of length 1 in the range is
W a + z with W'z = 0 and |z| <= angle = missed |W|/sqrt(n m).  A form that nearly vanishes outside the
columns of W is then decided on them, up to the product of two small numbers, |Gz| <= missed |z| and |z|.

G's rank is at most r if every minor of r + 1 rows vanishes; it is an integer after scaling, below Hadamard's
bound, so it vanishes if it does modulo enough primes.
"""

from dataclasses import dataclass

import numpy as np
from flint import fmpz, fmpz_mat, nmod_mat

from numerics.cholesky import ROUNDING, SLACK, TINY, depth, gamma, gram, norm, positive_definite, product
from numerics.stability_operator import ROWS

FEW = 2**31                   # multiplications that proving a rank may cost (about four seconds)
SHORT = 64                    # terms added up at once where W meets G or itself
NEAR = 2.0**-20               # distance of W'W from I up to which W stays as it is: effort


@dataclass(frozen=True)
class Frame:
    """Rows Y of the samples in coordinates on the range of H, exact up to the errors.

    rows : (m k, r) array, or `Rows` that are read again for each pass
    directions : W, (d, r); None: it is I, Y is the gradients themselves, and nothing else is needed
    errors : (m k,) bounds of |Y^_i - Y_i|, row by row; metric, metric_error : W'W as computed, and a bound of its error in spectral norm
    missed : at least |G - GWW^+|
    """
    rows: object
    directions: np.ndarray | None = None
    errors: np.ndarray | None = None
    metric: np.ndarray | None = None
    metric_error: float = 0.0
    missed: float = 0.0

    @property
    def shape(self):
        return self.rows.shape

    def blocks(self, outputs):
        """The rows in parts of a multiple of 256 and of `outputs`: pairs of a slice and an array."""
        if not isinstance(self.rows, np.ndarray):
            yield from self.rows.blocks()
            return
        for start in range(0, len(self.rows), ROWS*outputs):
            part = slice(start, min(start + ROWS*outputs, len(self.rows)))
            yield part, self.rows[part]

    def angle(self, hessian, error, least, count):
        """A bound of |z|/|x| as above, or infinity: from Y'Y/n, within `error` of `hessian`, and a guess of its least
        eigenvalue."""
        size = len(hessian)
        excess = SLACK*(norm(self.metric - np.eye(size)) + self.metric_error)
        shifted = hessian.copy()
        shifted[np.diag_indices(size)] -= least/2
        if excess > 0.25 or not positive_definite(shifted, SLACK*(error + ROUNDING*(norm(hessian) + least))):
            return np.inf
        return SLACK*self.missed*np.sqrt(1.25)/np.sqrt(count*least/2)


def framed(rows, basis):
    """The frame for samples given exactly by the doubles in `rows`, or None if the range of H is not known.

    rows : (m k, d) array or `Rows`; basis : as `diagonalised` returns it
    Cost     6 m k r d operations if the range is not everything
    """
    rank, dimension = basis.shape[1], rows.shape[1]
    if rank == dimension:
        return Frame(rows)
    if not isinstance(rows, np.ndarray) or not rank_at_most(rows, rank):
        return None
    return spanned(rows, basis if len(basis) == dimension else rows.T @ basis)


def spanned(rows, directions):
    """The frame of W, near `directions`; short blocks keep the roundings few where W meets G."""
    dimension, block = rows.shape[1], SHORT
    metric = gram(directions, block=block)
    if norm(metric - np.eye(len(metric))) > NEAR:                            # a Newton step for (W'W)^(-1/2)
        directions = directions @ (1.5*np.eye(len(metric)) - metric/2)
        metric = gram(directions, block=block)
    size, rounding = norm(directions), gamma(depth(dimension, block))
    images, lengths = product(rows, directions, block=block), norm(rows, axis=1)
    rest = rows.T - product(directions, images.T)
    missed = (norm(rest) + gamma(depth(directions.shape[1]) + 2)*size*norm(images) + 2*ROUNDING*norm(rows))
    return Frame(images, directions, SLACK*rounding*size*lengths + TINY, metric,
                 SLACK*rounding*size**2 + TINY, SLACK*missed + TINY)


def rank_at_most(rows, rank):
    """Whether the rank of a matrix of doubles is proved to be at most `rank`; False: not proved.

    Cost     a sort of rows and of columns, which finds equal ones; beyond that one elimination modulo each of
             about rank + 1 primes, refused beyond 2^31 multiplications
    """
    if rank >= min(rows.shape):
        return True
    if not isinstance(rows, np.ndarray):
        return False
    rows = different(different(rows).T).T
    if rank >= min(rows.shape):
        return True
    if rows.size*(rank + 1)**2 > FEW:
        return False
    entries = integers(rows)[0]
    matrix, bits = fmpz_mat(entries), _hadamard_bits(entries, rank + 1)
    if (bits//61 + 1)*rows.size*(rank + 1) > FEW:
        return False
    prime, left = fmpz(2**62), bits + 1
    while left > 0:
        prime = _previous_prime(prime)
        if nmod_mat(matrix, int(prime)).rank() > rank:
            return False
        left -= 61                                                           # each prime exceeds 2^61
    return True


def different(rows):
    """The rows without those that are 0 or a power of two times another, up to sign: the rank stays."""
    rows = rows[rows.any(axis=1)]
    leads = rows[np.arange(len(rows)), (rows != 0).argmax(axis=1)]
    signs, powers = np.sign(leads)[:, None], np.frexp(leads)[1][:, None]
    scaled = np.ldexp(rows*signs, -powers)
    exact = (np.ldexp(scaled, powers)*signs == rows).all()
    return rows[np.sort(np.unique(scaled, axis=0, return_index=True)[1])] if exact else rows


def integers(rows):
    """Each row of doubles times a power of two: lists of integers without a common factor 2, and their bits at most."""
    mantissas, exponents = np.frexp(rows)
    entries = []
    for row, powers in zip((mantissas*2.0**53).astype(np.int64).tolist(), exponents.tolist()):
        least = min((e for x, e in zip(row, powers) if x), default=0)
        scaled = [x << e - least if x else 0 for x, e in zip(row, powers)]
        common = 0
        for x in scaled:
            common |= x
        entries.append([x >> max((common & -common).bit_length() - 1, 0) for x in scaled])
    return entries, max(x.bit_length() for row in entries for x in row)


def _hadamard_bits(entries, size):
    """The bits of the largest minor of that size, at most: half those of the squared lengths of rows."""
    lengths = sorted((sum(x*x for x in row).bit_length() for row in entries), reverse=True)
    return (sum(lengths[:size]) + 1)//2


def _previous_prime(number):
    number -= 1
    while not number.is_prime():
        number -= 1
    return number
