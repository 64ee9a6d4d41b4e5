"""Ranks of tangent kernels, certified: an enclosure from below meets the structure of the network from above.

No tolerance on computed eigenvalues decides a rank.  From below: as many eigenvalues of the kernel
as exceed 0 by a proved enclosure and the kernel's own rounding.  From above, for every
value of the parameters,

    two layers, s quadratic    m' d - m' (m' - 1)/2, m' = min(m, d): J sees only symmetric matrices
                               that vanish outside the span of the w_j
    two layers, s kinked       s(z) = s'(z) z, so the columns of J lie in the span of all D_j o X_k: at most the sum
                               over distinct D_j of min(d, samples on which D_j is not 0), and up to 5000
                               entries the rank of those doubles, exactly
    diagonal linear            the coordinates where u or v is not 0
    always                     the rows of J that are not 0, and p
"""

import numpy as np
from flint import fmpq, fmpq_mat

from numerics.diagonal_linear import DiagonalPoint
from numerics.enclosures import enclosed
from numerics.two_layer import TwoLayerPoint

EXACT = 5000               # entries of a matrix of doubles whose rank is computed exactly: below a second


def rank_at_most(point):
    """An upper bound for the rank of J from the structure of the network (module's head)."""
    if isinstance(point, DiagonalPoint):
        return min(int(point.inputs.any(axis=1).sum()), int((point.signed.reshape(2, -1) != 0).any(axis=0).sum()))
    if not isinstance(point, TwoLayerPoint):
        return min(point.samples, point.size)
    if point.family.activation.kinked:
        return _kinked(np.unique(point.slope, axis=1), point.inputs)
    span = min(point.m, point.d)
    quadratic = point.family.activation.name == "quadratic"
    return min(point.samples, span*point.d - span*(span - 1)//2 if quadratic else point.size)


def _kinked(slopes, inputs):
    """The bound from the distinct columns of D, (n, at most m), and X (n, d)."""
    n, d = inputs.shape
    alive = slopes != 0
    simple = min(int(alive.any(axis=1).sum()), int(np.minimum(alive.sum(axis=0), d).sum()))
    if n*d*slopes.shape[1] > EXACT:
        return simple
    rows = [[fmpq(*x.as_integer_ratio())*fmpq(*y.as_integer_ratio()) for x in left for y in right]
            for left, right in zip(slopes.tolist(), inputs.tolist())]
    return min(simple, fmpq_mat(rows).rank())


def certified_rank(point):
    """The rank of the tangent kernel of a two-layer or diagonal network, proved.

    It is that of the kernel of the float arrays s(Z), s'(Z), X (or X, u, v), taken as exact: what
    computing them rounded off is not covered.

    Error   none: the bounds from below and above agree
    Cost    one `eigh` of the n x n kernel and two products of that size
    Raises  ValueError where the bounds differ (naming both), or the kernel's rounding is not bounded
    """
    if not hasattr(point, "kernel_rounding"):
        raise ValueError(f"no rank of a {type(point).__name__} can be certified; pass it, from exact data: "
                         f"ExactSpectrum(matrix).rank")
    low = enclosed(point.kernel()).low
    least, most = int((low > point.kernel_rounding()).sum()), rank_at_most(point)
    if least < most:
        raise ValueError(f"the rank of the tangent kernel lies between {least} and {most}, and doubles do not "
                         f"decide which; pass `rank`, from exact data: ExactSpectrum(matrix).rank")
    return least
