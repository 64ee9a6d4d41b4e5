"""Reading per-sample gradients: shapes, refusals, exact entries and scale."""

from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral

import numpy as np
from scipy.sparse.linalg import LinearOperator

from numerics.cholesky import TINY
from numerics.memory import spare
from numerics.reading import whole
from numerics.stability_operator import Rows


@dataclass(frozen=True)
class Gradients:
    """Samples as they came: `exact` nested lists, or `rows` of floats, or an `operator`."""
    count: int                          # n
    dimension: int                      # d
    outputs: int                        # k
    rows: object = None                 # (n k, d) array, or `Rows`
    exact: list | None = None
    operator: LinearOperator | None = None
    scale: float = 1.0                  # the gradients are scale*rows
    columns: np.ndarray | None = None   # which of the d parameters the rows keep
    ceiling: float = np.inf             # at least max_i |X_i|^2
    distance: float = 0.0               # at least the spectral distance of the rows' kernel from the true one, scaled

    def in_floats(self, convert=None):
        """The same with float rows of size at most 2; exact entries must be floats, or `convert` is `float`.

        Entries below 2^-1022 of the largest may be rounded, each by at most 2^-1075: TINY is far above what
        that changes in the products of rows.
        """
        rows = self.rows
        if self.operator is not None:
            if self.count >= self.dimension or 4*self.count*self.dimension > spare():
                return self._read_block_by_block()
            rows = np.concatenate([block for _, block in Rows(self.operator).blocks()])
            _nonzero(rows)
        if rows is None:
            rows = np.array([[(convert or _unrounded)(x) for x in row] for sample in self.exact for row in sample])
        scale = _power_above(np.abs(rows).max())
        scaled = rows/scale
        return Gradients(self.count, self.dimension, self.outputs, scaled, scale=scale,
                         columns=np.arange(self.dimension), distance=0.0 if (scaled*scale == rows).all() else TINY)

    def _read_block_by_block(self):
        sizes = (np.abs(block) for _, block in Rows(self.operator).blocks())
        extremes = [(size.max(), size[size > 0].min(initial=np.inf)) for size in sizes]
        largest, least = max(high for high, _ in extremes), min(low for _, low in extremes)
        _nonzero(largest)
        scale = _power_above(largest)
        return Gradients(self.count, self.dimension, 1, Rows(self.operator, scale), operator=self.operator,
                         scale=scale, columns=np.arange(self.dimension),
                         distance=0.0 if least/scale >= 2.0**-1022 else TINY)


def _power_above(size):
    """A power of two that brings `size` into [1/2, 1), or as near as floats allow."""
    return float(np.ldexp(1.0, min(int(np.frexp(size)[1]), 1023)))


def sampling_factor(count, batch_size=1, replacement=True):
    """p, the weight of single samples in the second moment's step: 1/B, or (n - B)/(B (n - 1)).

    count : n samples; batch_size : B, drawn anew in each step; replacement : within one batch

    Returns  Fraction in [0, 1]; 1 for B = 1, and 0 for B = n > 1 without replacement
    Error    none
    Raises   ValueError unless 1 <= B, and B <= n without replacement
    """
    if isinstance(batch_size, bool) or not isinstance(batch_size, Integral):
        raise TypeError(f"batch_size = {batch_size!r} must be an integer")
    count, batch_size = whole("count", count, 1), int(batch_size)
    if batch_size < 1 or not replacement and batch_size > count:
        limit = "at least 1" if replacement else f"between 1 and n = {count} without replacement"
        raise ValueError(f"batch_size = {batch_size} must be {limit}")
    if batch_size == 1:
        return Fraction(1)
    return Fraction(1, batch_size) if replacement else Fraction(count - batch_size, batch_size*(count - 1))


def read(gradients, residuals=None):
    """Gradients of (n, d) or (n, k, d), float or exact, or a LinearOperator, checked."""
    if isinstance(gradients, LinearOperator):
        count, dimension = gradients.shape
        data = Gradients(count, dimension, 1, operator=gradients)
    else:
        data = _read_array(gradients)
    if residuals is not None:
        _interpolating(np.asarray(residuals, dtype=float), data)
    return data


def _read_array(gradients):
    array = _array(gradients)
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ValueError(f"gradients must have shape (n, d) or (n, k, d), none of them 0, not {array.shape}")
    outputs = 1 if array.ndim == 2 else array.shape[1]
    stacked = array.reshape(-1, outputs, array.shape[-1])
    if array.dtype.kind == "f":
        _finite(array)
        _nonzero(array)
        return Gradients(len(array), array.shape[-1], outputs, np.ascontiguousarray(
            stacked.reshape(-1, array.shape[-1]), dtype=float))
    exact = stacked.tolist()
    _nonzero(any(x for sample in exact for row in sample for x in row))
    return Gradients(len(array), array.shape[-1], outputs, exact=exact)


def _array(gradients):
    try:
        array = np.asarray(gradients)
    except ValueError:
        raise ValueError("gradients are ragged: every sample needs the same number of rows and "
                         "every row the same number of entries") from None
    if array.dtype.kind in "fiu":
        return array
    kinds = {type(x).__name__ for x in array.ravel().tolist()}
    if array.dtype.kind == "O" and "float" in kinds:
        raise TypeError("gradients mix floats with exact numbers: convert all of them, with "
                        "np.array(gradients, dtype=float) or Fraction")
    if array.dtype.kind != "O":
        raise TypeError(f"gradients must be real numbers, not dtype {array.dtype}")
    return array


def _finite(array):
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"gradients{list(where)} is {array[where]}: remove the sample or find what overflowed")


def _nonzero(entries):
    if not np.any(entries):
        raise ValueError("all gradients are zero: every step size is stable and no threshold exists")


def _interpolating(residuals, data):
    allowed = {(data.count,), (data.count, data.outputs)}
    if residuals.shape not in allowed:
        raise ValueError(f"residuals must have shape ({data.count},) or ({data.count}, {data.outputs}), "
                         f"not {residuals.shape}")
    size = np.abs(residuals.reshape(data.count, -1)).max(axis=1)
    if not (size == 0).all():
        i = int(np.flatnonzero(size != 0)[0])
        raise ValueError(f"residuals[{i}] is {size[i]:.3g}, so the minimum does not interpolate: sample {i}'s "
                         f"Hessian is not g g' alone; train to zero residual, or leave `residuals` out if "
                         f"they are rounding of zero")


def _unrounded(x):
    value = float(x)
    if Fraction(value) != Fraction(int(x.p), int(x.q)) if hasattr(x, "p") else Fraction(value) != x:
        raise TypeError(f"{x} is no float, and exact arithmetic ends at 10 parameters: pass floats, "
                        f"np.array(gradients, dtype=float), and the bounds hold for those")
    return value
