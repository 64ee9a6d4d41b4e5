"""Positive semidefiniteness proved in double precision, and the rounding of matrix products.

Assumes IEEE doubles, rounding to nearest, gradual underflow or flushing to zero, and products
that add the n terms of each entry one by one, in any order, fused or not (every BLAS that does
not use Strassen's scheme), in parts of at least 128 that are summed before they are added to each
other or to a matrix given beside them (every BLAS that blocks for registers; netlib's reference
routines do not, and `tests/numerics` shows whether the one at work does).  Nothing is assumed of
the Cholesky routine: its factor is a witness, checked by one product.

Inner products.  If s = sum x_i y_i has n terms, each term meets at most n roundings (one for
the product, n - 1 for the additions), so in any order the computed sum differs from s by at
most gamma(n) sum |x_i y_i|, gamma(n) = n u/(1 - n u), u = 2^-53.  Adding up blocks of at most
256 terms one after another leaves `depth(n)` = 256 + ceil(n/128) roundings per term instead.
A product that underflows adds at most 2^-1022; see TINY.

Bounds are themselves sums and products of nonnegative doubles.  Fewer than 2^40 roundings meet
in any of them, so multiplying by SLACK = 1 + 2^-10 covers their own rounding (2^40 u < 2^-12).
"""

import numpy as np
from scipy.linalg import lapack
from scipy.linalg.blas import dgemm, dsyrk

ROUNDING = 2.0**-53
BLOCK = 256
PART = 128                    # terms, at least, that a product sums before it adds them to what is there
SLACK = 1 + 2.0**-10
TINY = 2.0**-800              # more than 2^80 underflows of 2^-1022, each multiplied by 2^100, add up to


def gamma(count):
    """count u/(1 - count u): the relative change of a number that met `count` roundings, at most."""
    return SLACK*count*ROUNDING


def depth(terms, block=None):
    """The number of roundings that a term of an inner product of `product` can meet."""
    block = block or BLOCK
    return min(terms, block + -(-terms//min(block, PART)))


def product(left, right, total=None, block=None):
    """left @ right in doubles, added up in blocks, to `total` if given (in place; (a, b), Fortran order).

    left : (a, n) array; right : (n, b) array

    Returns  (a, b) array in Fortran order
    Error    entrywise at most gamma(depth(n, block)) |left| |right| plus underflow, proved; without `block`,
             blocks of 256 are fast, blocks of about sqrt(n) the most accurate
    Cost     2 a n b operations
    """
    block = block or BLOCK
    total = np.zeros((left.shape[0], right.shape[1]), order="F") if total is None else total
    for start in range(0, left.shape[1], block):
        part = slice(start, start + block)
        _add_product(left[:, part], right[part], total)
    return total


def gram(rows, upper=False, block=None):
    """rows' rows in doubles, added up in blocks; for `upper` triangular rows the zeros are skipped.

    rows : (n, d) array

    Returns  (d, d) array, symmetric
    Error    entrywise at most gamma(depth(n, block)) |rows|'|rows| plus underflow, proved
    Cost     n d^2 operations (triangular: d^3/3)
    """
    total = np.zeros((rows.shape[1],)*2, order="F")
    block = block or BLOCK
    for start in range(0, len(rows), block):
        part = rows[start:start + block, start if upper else 0:]
        a, turn = (part.T, 0) if part.flags.c_contiguous else (part, 1)
        if upper and start:
            total[start:, start:] += dsyrk(1.0, a, trans=turn, lower=1)
        else:
            dsyrk(1.0, a, beta=1.0, c=total, trans=turn, lower=1, overwrite_c=1)
    total += np.tril(total, -1).T                                            # its upper triangle was zero
    return total


def _add_product(left, right, total):
    """total += left @ right in place, without copying operands that BLAS can read."""
    a, turn_a = (left, 0) if left.flags.f_contiguous else (left.T, 1)
    b, turn_b = (right, 0) if right.flags.f_contiguous else (right.T, 1)
    dgemm(1.0, a, b, beta=1.0, c=total, trans_a=turn_a, trans_b=turn_b, overwrite_c=1)


def norm(array, axis=None):
    """An upper bound of the Euclidean norm, proved (the slack exceeds the rounding)."""
    return SLACK*np.sqrt((array*array).sum(axis=axis) + TINY)


def positive_definite(matrix, error):
    """Whether every symmetric F with ||F - matrix|| <= error (spectral norm) is proved positive definite.

    With a factor R of any origin, F = R'R + (P - R'R) + (matrix - P) + (F - matrix), where P is the
    computed product R'R.  The first term is positive semidefinite; the others sum to a matrix that
    is positive definite if each diagonal entry of matrix - P exceeds the row's sum of the other
    |matrix - P|, of gamma |R|'|R| and `error`.  R is taken from matrix - shift, so that there is room.

    matrix : (d, d) array, symmetric; error : float, same units

    Returns  True (proved) or False (not proved: the matrix may or may not be positive definite)
    Error    none: a rigorous test
    Cost     0.7 d^3 operations, four (d, d) arrays
    Source   after Rump (2006), with the product in place of the analysis of the Cholesky routine
    """
    size = len(matrix)
    diagonal = np.diagonal(matrix)
    if not (np.isfinite(matrix).all() and (diagonal > 0).all()):
        return False
    root = np.sqrt(diagonal)
    shift = 2*error + 4*gamma(depth(size) + size)*root*root.sum() + 2*TINY
    shifted = np.array(matrix, order="F")
    shifted[np.diag_indices(size)] -= shift
    factor, failed = lapack.dpotrf(shifted, lower=0, clean=1, overwrite_a=1)
    return not failed and _dominates(matrix, factor, error)


def norm_at_most(matrix, error, guess):
    """An upper bound of the norm of every symmetric F >= 0 with ||F - matrix|| <= error, at most 1.25 `guess` or near it if proved.

    Error    none: rigorous; without a proof the Frobenius norm or the largest row sum serves
    Cost     d^2 operations where one of those two is good enough, else 0.7 d^3
    """
    size = len(matrix)
    least = SLACK*(min(norm(matrix), SLACK*np.abs(matrix).sum(axis=0).max()) + error)
    if least <= 1.25*guess:
        return least
    bound = SLACK*guess + SLACK*8*error + 8*gamma(depth(size) + size)*least
    rest = -matrix
    rest[np.diag_indices(size)] += bound
    rounding = ROUNDING*SLACK*(bound + least)
    return min(least, bound) if bound < least and positive_definite(rest, error + rounding) else least


def _dominates(matrix, factor, error):
    """Whether matrix - factor' factor is diagonally dominant with `error` and the rounding to spare."""
    size = len(matrix)
    rest = matrix - gram(factor, upper=True)
    room = np.diagonal(rest).copy()
    others = np.abs(rest).sum(axis=1) - np.abs(room)
    absolute = np.abs(factor)
    rounding = gamma(depth(size))*(absolute.T @ (absolute @ np.ones(size)))
    spent = others + ROUNDING*np.abs(rest).sum(axis=1)*size + rounding + error + TINY
    return bool((room > SLACK*spent).all())
