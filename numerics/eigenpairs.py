"""Eigenpairs with bounds: by a matrix, by the tangent kernel, or by products alone.

Three routes to the k largest eigenpairs of a curvature, and one record for what they found.
Each ends with what its result proves: an enclosure of the whole spectrum where a matrix was
decomposed, a residual where products were used, Kato-Temple where a gap is proved or given.
"""

import numpy as np

from numerics.curvature import matrix_error, matrix_of
from numerics.davidson import corrected, kernel_pair
from numerics.decomposed import decomposed, of_matrix
from numerics.enclosures import U, enclosed
from numerics.krylov import iterate, vector
from numerics.measured import Eigenpairs, measured, moved, signed, widened
from numerics.secular import Root, condition, rooted
from numerics.tangent import by_kernel
from numerics.threads import fitting

SMALL = 100        # up to this size a dense eigendecomposition is the quickest method
KERNEL = 2000      # largest tangent kernel formed as a matrix
PROVED = 2000      # largest matrix enclosed whole for a proof


class Negated:
    """-H, through products or as a matrix."""

    def __init__(self, point):
        self.size, self.product = point.size, lambda v: -point.product(v)
        for name in ("covers", "product_error"):
            if hasattr(point, name):
                setattr(self, name, getattr(point, name))
        if hasattr(point, "dense"):
            self.dense = lambda: -point.dense()


def extreme(point, k, interpolates, proof, below, start, accuracy, limit, seed):
    if not 1 <= k <= point.size:
        raise ValueError(f"k must lie between 1 and the {point.size} parameters, not {k}")
    if below is not None and k > 1 and point.size > SMALL and not proof:
        raise ValueError(f"`below` bounds the second eigenvalue, so it needs k = 1, not {k}, or proof=True")
    if interpolates and not hasattr(point, "kernel"):
        raise ValueError(f"{type(point).__name__} has no tangent kernel, which interpolates=True needs")
    asked = point, k, interpolates, proof, below, start, accuracy, limit, seed
    if point.size <= SMALL or not hasattr(point, "work"):
        return _found(*asked)
    with fitting(point.work[1]//2):
        return _found(*asked)


def _found(point, k, interpolates, proof, below, start, accuracy, limit, seed):
    if interpolates and point.samples <= KERNEL and k <= point.samples < point.size:
        found = by_kernel(point, k, proof, below, start, accuracy, limit, seed)
        if found.converged:
            return found                # else residuals do not vanish, and the whole Hessian decides
    if point.size <= SMALL or 4*k > point.size or proof and point.size <= PROVED:
        return by_matrix(point, k, below, proof, accuracy)
    if proof:
        below = _second_at_most(point, k)
    return _by_products(point, k, below, start, accuracy, limit, seed)


def _second_at_most(point, k):
    """A proved upper bound for the second eigenvalue: the kernel's, enclosed, plus |H - c J'J/n|."""
    if k > 1 or not hasattr(point, "kernel_rounding") or not 1 < point.samples <= PROVED:
        raise ValueError(f"a proof by enclosure takes at most {PROVED} rows, not {point.size}, or k = 1 and a "
                         f"tangent kernel of at most {PROVED} rows whose rounding is bounded; give `below`, or "
                         f"proof=False")
    kernel = enclosed(point.kernel()).high[-2]
    return max((kernel + point.kernel_rounding() + point.bend)*(1 + 4*U), point.bend)


def by_matrix(point, k, below, proof, accuracy):
    accuracy = None if isinstance(point, Negated) else accuracy       # -H >= 0 has no positive leading value
    fields = decomposed(matrix_of(point), k, below, proof, accuracy)
    return of_matrix(point, moved(fields, matrix_error(point)))


def _by_products(point, k, below, start, accuracy, limit, seed):
    inner, back = point, None
    if hasattr(point, "reduced") and point.d > point.samples and start is None:
        inner, back = point.reduced()
    ritz = None
    if k == 1 and _kernel_pays(inner):
        ritz, guess, name = _through_kernel(inner, accuracy, seed, start)
        if isinstance(ritz, Root):
            if below is None and back is None:
                return _of_root(point, ritz, name)
            ritz = ritz.unbounded()
        start = guess if start is None else start
    if ritz is None:
        ritz = iterate(inner.product, inner.size, k, start, accuracy, limit, seed)
        name = "three-term Lanczos" if ritz.steps else "block Lanczos with thick restarts"
    vectors = ritz.vectors if back is None else np.array([back(v) for v in ritz.vectors])
    return measured(point, ritz, vectors, below, accuracy, name)


def _through_kernel(point, accuracy, seed, start=None):
    """(Ritz, `Root` or None, start for Lanczos, method): by the secular condition, or by corrections."""
    guess = None if start is None else point.push(vector(start, point.size))
    secular = condition(point)
    kernel = secular.kernel() if secular else point.kernel()
    pair = kernel_pair(kernel, seed, guess)
    root = secular and rooted(secular, kernel, pair, accuracy)
    if root:
        return root, None, "secular condition on n x n matrices"
    return *corrected(point, kernel, pair, accuracy), "Davidson iteration on the tangent kernel"


def _of_root(point, root, name):
    low, high = widened(np.array([root.value]), np.array([root.value]), root.residual)
    gap = root.value - root.second
    return Eigenpairs(np.array([root.value]), low, high, ("residual",), point.arrays, signed(root.vector[None]),
                      np.array([root.residual]), gap, gap <= 10*root.residual, True, 0, name)


def _kernel_pays(point):
    """Is forming the n x n kernel, and some 150 products with it, cheaper than 30 with the Hessian?"""
    if not hasattr(point, "kernel") or not 1 < point.samples <= KERNEL:
        return False
    kernel, product = point.work
    return kernel + 300*point.samples**2 <= 30*product


