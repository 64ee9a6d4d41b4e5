"""Ranks of tangent kernels, certified: an enclosure from below meets the structure of the network from above.

No tolerance on computed eigenvalues decides a rank.  From below: as many eigenvalues of the kernel
as exceed 0 by a proved enclosure, the kernel's own rounding and that of s(Z), s'(Z) behind it.  From above, for every
value of the parameters,

    two layers, s quadratic    m' d - m' (m' - 1)/2, m' = min(m, d): J sees only symmetric matrices
                               that vanish outside the span of the w_j
    two layers, s kinked       s(z) = s'(z) z, so the columns of J lie in the span of all D_j o X_k: at most the sum
                               over distinct D_j of min(d, samples on which D_j is not 0), and up to 5000
                               entries the rank of those doubles, exactly
    diagonal linear            the coordinates where u or v is not 0
    always                     the rows of J that are not 0, and p

Deep linear networks need no bounds.  J maps (V_1, ..., V_L) to sum_l A_l V_l B_l X', A_l = W_L ... W_(l+1) and
B_l = W_(l-1) ... W_1, so its range is the sum of the spaces range(A_l) x range(X B_l').  The first factors grow with
l, the second shrink: in bases adapted to both, the tensor (i, j) is reached iff i <= a_l and j <= b_l for some l,
a_l = rank A_l, b_l = rank X B_l'.  With a_0 = 0

    rank J = sum_l (a_l - a_(l-1)) b_l,

at every point; where the outputs are fitted this is the rank of the Hessian.  Ranks of products of doubles are
exact: as small as the narrowest layer allows, or computed in rationals.
"""

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat, nmod_mat

from numerics.deep_linear import DeepPoint
from numerics.diagonal_linear import DiagonalPoint
from numerics.enclosures import TINY, enclosed, gamma
from numerics.two_layer import TwoLayerPoint

EXACT = 5000               # entries of a matrix of doubles whose rank is computed exactly: below a second
PRIME = 2**61 - 1


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
    """The rank of the tangent kernel of a two-layer, diagonal or deep linear network, proved.

    It is that at the floats X, a, W (or X, u, v; X, W_1, ..., W_L), taken as exact, where s is quadratic or kinked: what
    computing s(Z), s'(Z) rounded off is covered.  For other s it is that of the float arrays s(Z), s'(Z), X, a.

    Error   none: the bounds from below and above agree; deep linear networks by a formula, in rationals
    Cost    one `eigh` of the n x n kernel and two products of that size; deep linear: L eliminations
    Raises  ValueError where the bounds differ (naming both), or the kernel's rounding is not bounded
    """
    if isinstance(point, DeepPoint):
        return deep_rank(point)
    if not hasattr(point, "kernel_rounding"):
        raise ValueError(f"no rank of a {type(point).__name__} can be certified; pass it, from exact data: "
                         f"ExactSpectrum(matrix).rank")
    low = enclosed(point.kernel()).low - point.kernel_rounding()
    least, most = int((low > _evaluated(point)).sum()), rank_at_most(point)
    if least < most:
        raise ValueError(f"the rank of the tangent kernel lies between {least} and {most}, and doubles do not "
                         f"decide which; pass `rank`, from exact data: ExactSpectrum(matrix).rank")
    return least


def _evaluated(point):
    """c/n |J - J of the float arrays|_F^2 at most, where `rank_at_most` speaks of the exact s: z is off by g |x_i||w_j|."""
    activation = isinstance(point, TwoLayerPoint) and point.family.activation
    if not activation or not (activation.kinked or activation.name == "quadratic"):
        return 0.0
    g, x = 2*gamma(point.d + 4), point.lengths[:, None]
    size = x*np.sqrt((point.w*point.w).sum(axis=1))
    if activation.kinked:
        square = ((point.slope*size)**2).sum()
    else:
        square = (size**4).sum() + ((x*point.a*size)**2).sum()
    return float(point.scale*(2*g)**2*square) + TINY


def deep_rank(point):
    """The rank of J of a deep linear network, by the formula of the module's head.

    Error   none: weights and inputs are taken as exact
    Cost    2 L products of integer matrices, each eliminated modulo a prime; in rationals where that does not decide
    """
    weights, inputs = [_integers(w) for w in point.weights], _spanning(point)
    after, before = weights[-1:] if len(weights) > 1 else [], [inputs]
    for w in weights[-2:0:-1]:
        after.insert(0, after[0]*w)
    for w in weights[:-1]:
        before.append(w*before[-1])
    widths = [len(w) for w in point.weights]                     # of layers 1 to L
    a = [_rank(one, min(widths[i:])) for i, one in enumerate(after)] + [widths[-1]]
    b = [_rank(one, min([inputs.nrows()] + widths[:i])) for i, one in enumerate(before)]
    return sum((here - there)*rows for here, there, rows in zip(a, [0] + a, b))


def _integers(array):
    """An array of doubles times a power of two, as integers: the same rank."""
    ratios = [[x.as_integer_ratio() for x in row] for row in array.tolist()]
    largest = max(below for row in ratios for _, below in row)
    return fmpz_mat([[above*(largest//below) for above, below in row] for row in ratios])


def _spanning(point):
    """A matrix of integers with the range of X', square where X has full column rank (2 d of its rows showing that)."""
    d = point.second.shape[0]
    unit = fmpz_mat([[int(i == j) for j in range(d)] for i in range(d)])
    if point.inputs is None or len(point.inputs) >= d and _modular(_integers(point.inputs[:2*d])) == d:
        return unit
    return _integers(point.inputs.T)


def _modular(matrix):
    """The rank modulo a prime: never above the rank."""
    return nmod_mat(matrix, PRIME).rank()


def _rank(matrix, most):
    """The rank, known to be at most `most`."""
    return most if _modular(matrix) == most else matrix.rank()
