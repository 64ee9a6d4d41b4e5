"""SGD's second moment near an interpolating minimum, in the coordinates that diagonalise the Hessian.

Sample i has gradient rows X_i (k x d) and Hessian H_i = X_i'X_i; H is their mean.  On symmetric S,

    C(S) = (HS + SH)/2,    M(S) = mean_i H_i S H_i,    D(S) = (1 - p) HSH + p M(S),

and one step of size eta moves S to S - 2 eta C(S) + eta^2 D(S).  With H = diag(h_1, ..., h_r), C and
S -> HSH multiply entries by (h_a + h_b)/2 and h_a h_b; only M costs matrix products.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import blas, eigh
from scipy.sparse.linalg import LinearOperator

from numerics.cholesky import gram, product
from numerics.memory import require, spare
from numerics.reals import finite

ROWS = 2048                   # rows handled at once: bounds the memory of a product
SMALL = 2**13                 # entries up to which one general product is faster than two symmetric updates


@dataclass(frozen=True)
class Diagonalised:
    """Samples in an eigenbasis of their mean Hessian, restricted to its range.

    curvatures : (r,) eigenvalues of H, ascending, positive
    coordinates : (m k, r) array, C order: row by row the gradients, one sample after another
    outputs : k; count : n, the number of samples that the mean counts (n >= m: some may be zero)
    square : the products that were diagonalised as `numerics.cholesky.gram` adds them up: of all pairs of rows
             where rows are fewer than parameters, else of all pairs of columns; None: not kept
    """
    curvatures: np.ndarray
    coordinates: np.ndarray
    outputs: int
    count: int
    square: np.ndarray | None = None

    @cached_property
    def halves(self):
        """(r, r) array: the factors (h_a + h_b)/2 by which C multiplies."""
        return (self.curvatures[:, None] + self.curvatures)/2

    def forms(self, moment):
        """X_i S X_i' for each sample: (m,) array for one output, else (m, k, k).

        One output: y'Sy = 2 y'Ly with L the lower triangle and half the diagonal, so that a
        triangular product does half the work.  Cost: m r^2 operations (k > 1: 2 m k r^2).
        """
        if self.outputs > 1:
            rows = self._samples
            return (self.coordinates @ moment).reshape(rows.shape) @ rows.transpose(0, 2, 1)
        lower = moment.copy(order="F")                          # only its lower triangle is read
        lower.flat[::len(lower) + 1] /= 2
        found = np.empty(len(self.coordinates))
        for start in range(0, len(found), ROWS):
            rows = self.coordinates[start:start + ROWS]
            moved = blas.dtrmm(2.0, lower, rows.T, lower=1)
            found[start:start + ROWS] = np.einsum("ai,ai->i", moved, rows.T)
        return found

    def gathered(self, weights):
        """sum_i X_i' W_i X_i for weights shaped as `forms` returns them, symmetric: (r, r) array.

        One output: the samples with positive and with negative weight are symmetric rank-r updates,
        half the work of a general product.  Cost: m r^2 operations (k > 1, or few entries: 2 m k r^2).
        """
        if self.outputs > 1:
            rows = self._samples
            total = self.coordinates.T @ (weights @ rows).reshape(self.coordinates.shape)
            return (total + total.T)/2
        if self.coordinates.size <= SMALL:
            total = self.coordinates.T @ (weights[:, None]*self.coordinates)
            return (total + total.T)/2
        total = np.zeros((len(self.curvatures),)*2, order="F")
        root = np.sqrt(np.abs(weights))
        for sign in (1.0, -1.0):
            chosen = np.flatnonzero(sign*weights > 0)
            for start in range(0, len(chosen), ROWS):
                part = chosen[start:start + ROWS]
                rows = self.coordinates[part]*root[part, None]
                blas.dsyrk(sign, rows.T, beta=1.0, c=total, lower=1, overwrite_c=1)
        total += total.T                                        # its upper triangle was zero
        total.flat[::len(total) + 1] /= 2
        return total

    def moved(self, moment, p):
        """D(S) = (1 - p) HSH + p M(S), (r, r) array.  Cost: 2 m r^2 operations (k > 1: 4 m k r^2)."""
        spread = self.gathered(self.forms(moment))*(p/self.count)
        if p < 1:
            spread += (1 - p)*self.curvatures[:, None]*moment*self.curvatures
        return spread

    def lengths(self, weights):
        """The sums over rows and coordinates of weights_a y_a^2 for each sample: (m,) array."""
        return (self.coordinates**2 @ weights).reshape(-1, self.outputs).sum(axis=1)

    @property
    def shape(self):
        return self.coordinates.shape

    @property
    def _samples(self):
        return self.coordinates.reshape(-1, self.outputs, len(self.curvatures))


def diagonalised(rows, outputs, count):
    """The samples in an eigenbasis of their mean Hessian, and the way back.

    rows : (m k, d) array of gradient rows, k = outputs for each of m samples; the mean is over
           `count` samples, of which those not given are zero

    Returns  Diagonalised, and the (d, r) or (m k, r) array `basis`: the basis itself where d <= m k,
             else the matrix U with basis = rows' U, since then the (m k)^2 Gram matrix is diagonalised
    Assumes  an eigenvalue below size*2^-52 times the largest is rounding of zero (the backward error
             of the eigensolver): the directions that belong to it are left out
    Cost     m k d s + about 9 s^3 operations, s = d or m k
    """
    wide = rows.shape[0] < rows.shape[1]
    _require_square(min(rows.shape), rows.shape[0])
    if wide:
        return factored(gram(rows.T), outputs, count)
    square = gram(rows)
    values, basis = eigh(square, lower=True, driver="evd", check_finite=False)
    kept = above_rounding(values)
    coordinates = np.ascontiguousarray(rows @ basis[:, kept])
    return Diagonalised(values[kept]/count, coordinates, outputs, count, square), basis[:, kept]


def _require_square(size, rows):
    require(7*size**2 + 2*rows*size, f"diagonalising {size} gradient directions", "keep fewer samples or parameters")


def factored(square, outputs, count):
    """`diagonalised` from the products of all pairs of rows: coordinates Y with YY' near them, and U."""
    values, vectors = eigh(square, lower=True, driver="evd", check_finite=False)
    kept = above_rounding(values)
    roots, vectors = np.sqrt(values[kept]), vectors[:, kept]
    return Diagonalised(values[kept]/count, np.ascontiguousarray(vectors*roots), outputs, count, square), vectors/roots


def lifted(basis, rows):
    """The (d, r) eigenbasis of H from what `diagonalised` returned with these rows, orthonormal to rounding.

    From U the columns rows'U hold rounding of the larger directions over the size of their own; orthogonalising
    from the largest downwards takes it out.  Cost: 2 m k r d + 4 d r^2 operations where it is U
    """
    if len(basis) == rows.shape[1]:
        return basis
    columns, triangle = np.linalg.qr((rows.T @ basis)[:, ::-1])
    return np.ascontiguousarray((columns*np.sign(np.diagonal(triangle)))[:, ::-1])


def above_rounding(values):
    return values > len(values)*2.0**-52*values[-1]


@dataclass(frozen=True)
class Rows:
    """The rows of an (n, d) LinearOperator over a power of two, read anew for each pass, up to 2048 at a time.

    A row is what `rmatmat` returns for its unit vector; the operator is taken to return the same each time.
    """
    operator: LinearOperator
    scale: float = 1.0

    @property
    def shape(self):
        return self.operator.shape

    def blocks(self, stop=None):
        """Pairs of a slice and an array, of the first `stop` rows.  Raises: ValueError for an entry that is not finite."""
        count, size = self.shape[0], max(1, min(ROWS, spare(1/4)//self.shape[1]))
        for start in range(0, count if stop is None else stop, size):
            part = slice(start, min(start + size, count))
            unit = np.zeros((count, part.stop - start))
            unit[np.arange(part.start, part.stop), np.arange(part.stop - start)] = 1.0
            rows = np.ascontiguousarray(np.asarray(self.operator.rmatmat(unit), dtype=float).T)
            if not np.isfinite(rows).all():
                i = start + int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])
                raise ValueError(f"the operator's row {i} has an entry that is not finite")
            yield part, rows/self.scale


@dataclass(frozen=True)
class Streamed(Diagonalised):
    """The same for more samples than parameters, their rows read from an operator block by block.

    coordinates : None; each application reads all rows twice and holds 2048 of them
    """
    rows: Rows = None
    basis: np.ndarray = None

    def forms(self, moment):
        return np.concatenate([block.forms(moment) for _, block in self._parts()])

    def gathered(self, weights):
        return sum(block.gathered(weights[part]) for part, block in self._parts())

    def lengths(self, weights):
        return np.concatenate([block.lengths(weights) for _, block in self._parts()])

    @property
    def shape(self):
        return self.rows.shape

    def _parts(self):
        for part, rows in self.rows.blocks():
            yield part, Diagonalised(self.curvatures, rows @ self.basis, 1, self.count)


def streamed(rows):
    """`diagonalised` for `Rows` with n >= d, never held at once: `Streamed`, and the (d, r) basis.

    Cost     n products with the transpose, and 2 n more with each application
    Memory   d^2 and 2048 max(n, d) numbers
    """
    count, dimension = rows.shape
    require(6*dimension**2 + 4*ROWS*max(rows.shape), f"the Hessian of {dimension} parameters", "keep fewer parameters")
    hessian = np.zeros((dimension, dimension))
    for _, block in rows.blocks():
        hessian += block.T @ block
    values, basis = eigh(hessian/count, driver="evd")
    kept = above_rounding(values)
    return Streamed(values[kept], None, 1, count, None, rows, basis[:, kept]), basis[:, kept]


def paired(rows):
    """`diagonalised` for `Rows` with n < d, of which two blocks are held at once: `Diagonalised`, and U.

    Cost     n^2 d operations; with b blocks, the operator's products with (b + 1)/2 n unit vectors
    Memory   7 n^2 numbers and half the budget
    """
    count = rows.shape[0]
    _require_square(count, count)
    square = np.empty((count, count), order="F")
    for part, one in rows.blocks():
        square[part, part] = gram(one.T)
        for before, other in rows.blocks(part.start):
            square[part, before] = product(one, other.T)
            square[before, part] = square[part, before].T
    return factored(square, 1, count)


def second_moment_operator(hessians, eta):
    """Matrix of S -> mean_i (I - eta H_i) S (I - eta H_i), acting on vec(S).

    One step of SGD with batch size 1 near an interpolating minimum multiplies the second moment by
    it, so the minimum is stable in mean square up to spectral radius 1 (bounded at 1 itself).

    hessians : (n, d, d) array, symmetric in the last two axes, units loss/length^2; eta : step size

    Returns  (d*d, d*d) symmetric array; it keeps the positive semidefinite cone, so its spectral
             radius is its largest eigenvalue
    Error    entrywise at most (n + 6) u (1 + eta max|H|)^2, u = 2^-53, by rounding
    Cost     n d^4 multiplications, d^4 numbers kept; meant for d <= 40
    Raises   ValueError if the stack is empty or a Hessian is not symmetric
    """
    hessians, eta = finite("hessians", hessians, 3), float(finite("eta", eta, 0))
    if len(hessians) == 0 or hessians.shape[1] != hessians.shape[2]:
        raise ValueError(f"hessians must have shape (n, d, d) with n >= 1, not {hessians.shape}")
    skew = np.abs(hessians - hessians.transpose(0, 2, 1)).max(axis=(1, 2))
    if skew.any():
        i = int(skew.argmax())
        raise ValueError(f"hessians[{i}] is not symmetric: entries differ by {skew[i]:.1e} across the "
                         f"diagonal; pass (H + H.T)/2 if that is rounding")
    require(3*hessians.shape[1]**4, f"the operator on moments of {hessians.shape[1]} parameters",
            "use step_size_threshold, which does not form it")
    steps = np.eye(hessians.shape[1]) - eta*hessians
    total = sum(np.kron(step, step) for step in steps)
    return total/len(steps)
