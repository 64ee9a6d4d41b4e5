"""Eigenpairs at interpolation, through the n x n tangent kernel and without a product with the Hessian.

With residuals 0 the Hessian is c J'J/n and shares its nonzero eigenvalues with K = c JJ'/n.  For a unit u,
rho = u'Ku and v = J'u/|J'u|,

    |H v - rho v| = |J'(K u - rho u)|/|J'u| <= sqrt(|K|/rho) |K u - rho u|,

so a residual in n dimensions bounds the one in p.  Added are what forming K rounded off (`kernel_rounding`),
what computing J'u rounded off, at most gamma_n |J|_F before division by |J'u|, and the norm of the residual
part (`bend`).  Where that misses the accuracy wanted, the residual is measured by a product instead.
"""

from dataclasses import replace
from math import copysign, inf, nextafter, sqrt

import numpy as np

from numerics.decomposed import decomposed
from numerics.enclosures import gamma, norm_above
from numerics.krylov import iterate
from numerics.measured import Eigenpairs, measured, moved, signed, true_residuals, unit
from numerics.squaring import leading_by_squaring

SMALL = 100        # kernels up to this size are decomposed, or squared
ROOM = 4           # how far below the wanted accuracy the kernel's own residual is brought


class Kernel:
    """A tangent kernel as a curvature of its own."""

    covers = "the tangent kernel as formed in doubles"

    def __init__(self, matrix):
        self.size, self.product = len(matrix), matrix.dot
        self.product_error = gamma(len(matrix))*norm_above(matrix)


def by_kernel(point, k, proof, below, start, accuracy, limit, seed):
    """`Eigenpairs` of the k largest eigenvalues, `converged` only if residuals of the whole Hessian are small."""
    matrix, n = point.kernel(), point.samples
    if n <= SMALL or 4*k > n or proof:
        alone = leading_by_squaring(matrix, accuracy) if k == 1 and n <= SMALL and not proof else None
        found = _alone(point, alone, n, accuracy) if alone and hasattr(point, "kernel_rounding") else None
        return found or _by_eigh(point, matrix, k, proof, accuracy)
    guess = None if start is None else point.push(start)
    ritz = iterate(matrix.dot, n, k, guess, accuracy/ROOM, limit, seed)
    name = f"Lanczos on the {n} x {n} tangent kernel"
    fields = vars(measured(Kernel(matrix), ritz, ritz.vectors, None, accuracy, name)).copy()
    found = _lifted(point, matrix, fields, accuracy) if below is None and fields["converged"] else None
    return found or measured(point, ritz, unit(np.array([point.lift(u) for u in fields["vectors"]])), below, accuracy,
                             name)


def _by_eigh(point, matrix, k, proof, accuracy):
    fields = decomposed(matrix, k, None, proof)
    fields["method"] += " of the tangent kernel"
    return _lifted(point, matrix, fields, accuracy) or _with_products(point, fields, accuracy)


def _alone(point, pair, n, accuracy):
    """What `Leading` of the kernel proves of the Hessian, or None where that misses the accuracy."""
    rounding, value = point.kernel_rounding(), pair.value
    residual = _residual(point, value, pair.residual + rounding, pair.size + rounding, gamma(n + 16))
    if residual > accuracy*value:
        return None
    spread, v = point.bend + rounding, point.lift(pair.vector)
    v /= copysign(sqrt(v.dot(v)), v[abs(v).argmax()])                  # as `signed`, in one pass
    values, low, high, residuals = np.array((value, nextafter(pair.low - spread, -inf), nextafter(pair.high + spread, inf),
                                             residual)).reshape(4, 1)
    gap = pair.low - (pair.second if n > 1 else 0.0) - 2*spread        # p > n: below the kernel's lie zeros
    return Eigenpairs(values, low, high, ("Kato-Temple",), point.arrays, v[None], residuals, gap, gap <= 0, True, 0,
                      f"squarings of the {n} x {n} tangent kernel")


def _residual(point, value, left, size, g):
    """The bound of the module's head for |K u - value u| <= left, |K| <= size; infinite where value is not above left."""
    floor = value - left
    if not floor > 0:
        return inf
    return (sqrt(size/floor)*left + 2*g*size*sqrt(point.kernel_trace/floor) + point.bend)*(1 + 2.0**-20)


def _lifted(point, matrix, fields, accuracy):
    """The pairs of the module's head, or None where bounds are unknown or miss the accuracy."""
    if not hasattr(point, "kernel_rounding"):
        return None
    size, rounding, g = norm_above(matrix), point.kernel_rounding(), gamma(len(matrix) + 16)
    residuals = [_residual(point, value, left*(1 + 2.0**-20) + 4*g*size + rounding, size + rounding, g)
                 for value, left in zip(fields["values"].tolist(), fields["residuals"].tolist())]
    if max(residuals) > accuracy*fields["values"][0]:
        return None
    return _spread(point, fields, point.bend + rounding, np.array(residuals), point.arrays)


def _with_products(point, fields, accuracy):
    """The same with residuals measured by products."""
    rounding = getattr(point, "kernel_rounding", None)
    covers = "the tangent kernel as formed in doubles, plus the residual part's norm"
    found = _spread(point, fields, point.bend + rounding() if rounding else point.bend, None,
                    point.arrays if rounding else covers)
    sound = found.residuals.max() <= accuracy*np.abs(found.values).max() and found.vectors.any(axis=1).all()
    return replace(found, converged=bool(sound))


def _spread(point, fields, spread, residuals, covers):
    """`Eigenpairs` of the Hessian from those of the kernel, every bound widened by `spread`."""
    lifted = [point.lift(u) for u in fields["vectors"]]
    vectors = signed(unit(np.array(lifted) if len(lifted) > 1 else lifted[0][None]))
    gap, products = min(fields["gap"], fields["low"][-1]), fields["products"]      # p > n: or the next is a zero
    if residuals is None:
        residuals, products = true_residuals(point, vectors)[1], products + len(vectors)
    return Eigenpairs(**moved(fields | {"gap": gap}, spread) | dict(
        covers=covers, vectors=vectors, residuals=residuals, converged=True, products=products))
