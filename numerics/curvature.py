"""What an eigensolver may know of a Hessian: a matrix, products with it, or a model at a point.

Every curvature has `size` (p) and `product(v)`; what else it has decides the method:
`dense()`, `kernel()` with `lift(u)` and `bend` (a Gauss-Newton structure), `trace()`,
`frobenius()`, `cubic(q)` (third derivatives), `reduced()`, `product_error` (a bound for what a
product rounds off, per |v|; without it products are taken as exact).  Points of the families in
`numerics.losses` and of `ExactLoss` are curvatures; arrays and operators are wrapped here.
"""

from dataclasses import replace

import numpy as np

from numerics.enclosures import enclose, gamma, norm_above, symmetric
from numerics.measured import widened
from numerics.memory import require


class Dense:
    """A symmetric matrix (p, p) of floats, taken as exact."""

    covers, error = "the matrix given", 0.0             # error : |matrix - H|_F, at most

    def __init__(self, matrix):
        self.matrix = symmetric("matrix", matrix)
        if self.matrix.ndim != 2:
            raise ValueError(f"one matrix must have shape (p, p), not {self.matrix.shape}; "
                             f"`batched` takes stacks")
        self.size = len(self.matrix)

    def dense(self):
        return self.matrix

    @property
    def product_error(self):
        """|fl(A v) - A v| <= this times |v|: n roundings of every term."""
        return gamma(self.size)*norm_above(self.matrix) if self.matrix.any() else 0.0

    def product(self, v):
        return self.matrix @ v

    @property
    def depths(self):
        return {"trace": self.size, "frobenius": self.size**2 + 4}

    def absolute(self):
        return Dense(np.abs(self.matrix))

    def trace(self):
        return float(np.trace(self.matrix))

    def frobenius(self):
        largest = np.abs(self.matrix).max() or 1.0
        return float(largest*np.linalg.norm(self.matrix/largest))


class Operator:
    """Anything with `shape` (p, p) and `matvec` (a SciPy LinearOperator) or `@`, taken as symmetric."""

    def __init__(self, operator):
        shape = tuple(operator.shape)
        if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
            raise ValueError(f"an operator must have shape (p, p) with p >= 1, not {shape}")
        self.size = shape[0]
        self.product = getattr(operator, "matvec", None) or operator.__matmul__


def curvature(problem):
    """The curvature that `problem` stands for.

    Raises  TypeError for anything but an array, an operator, or a point with `product`
    """
    if isinstance(problem, (np.ndarray, list, tuple)):
        return Dense(problem)
    if hasattr(problem, "product") and hasattr(problem, "size"):
        return problem
    if hasattr(problem, "shape") and (hasattr(problem, "matvec") or hasattr(problem, "__matmul__")):
        return Operator(problem)
    raise TypeError(f"a {type(problem).__name__} has no curvature; pass a symmetric array (p, p), a "
                    f"LinearOperator, or loss.at(point)")


def matrix_of(point):
    """The whole Hessian, formed by products where nothing better is known; exactly symmetric.

    Raises  ValueError if products differ across the diagonal by more than rounding explains:
        sqrt(p) 2^-26 of the largest entry, beyond any algorithm that is stable at all
    """
    require(5*point.size**2, f"the Hessian of {point.size} parameters as a matrix", "use products: `sharpest`, `flattest`")
    if hasattr(point, "dense"):
        matrix = point.dense()
        if not np.isfinite(matrix).all():
            raise ValueError("the Hessian is not finite: the point lies where the loss overflows")
        return matrix
    rows = np.array([np.asarray(point.product(e), dtype=float).reshape(-1) for e in np.eye(point.size)])
    if not np.isfinite(rows).all():
        raise ValueError("a product with the operator is not finite")
    skew = np.abs(rows - rows.T)
    if skew.max() > np.sqrt(point.size)*2.0**-26*np.abs(rows).max():
        i, j = (int(k) for k in np.unravel_index(skew.argmax(), skew.shape))
        raise ValueError(f"the operator is not symmetric: entries ({i}, {j}) and ({j}, {i}) are "
                         f"{rows[j, i]} and {rows[i, j]}; symmetrise its product")
    return (rows + rows.T)/2


def matrix_error(point):
    """|matrix_of(point) - H|_F where it was formed by products that are known not to be exact, else 0."""
    return 0.0 if hasattr(point, "dense") else float(np.sqrt(point.size)*getattr(point, "product_error", 0.0))


def enclosed_hessian(point):
    """An `Enclosure` of the whole spectrum, wider by what the products behind the matrix may be off."""
    whole, off = enclose(matrix_of(point)), matrix_error(point)
    if not off:
        return whole
    low, high = widened(whole.low, whole.high, off)
    return replace(whole, low=low, high=high)
