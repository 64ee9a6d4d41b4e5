"""Eigenpairs of a matrix of floats: by squaring where one is wanted, else by `eigh`, always with a proof."""

import numpy as np

from numerics.enclosures import enclosed, exponent, kato_temple, rayleigh
from numerics.measured import Eigenpairs, signed
from numerics.squaring import leading_by_squaring

SMALL = 100        # up to this size squaring is quicker than `eigh`


def of_matrix(point, fields):
    """`Eigenpairs` of what `decomposed` found, with signs."""
    signed(fields["vectors"])
    fields.pop("size", None)
    return Eigenpairs(covers=getattr(point, "covers", "the Hessian as formed in doubles"), **fields)


def decomposed(matrix, k, below=None, proof=False, accuracy=None):
    """The k largest eigenpairs of a float matrix: fields of `Eigenpairs`, vectors unsigned.

    Rigorous by the enclosure of all eigenvalues; with `proof` or `below` each isolated one is sharpened by
    Kato-Temple with its residual in extended precision.  One that an `accuracy` is given for is first sought
    by squaring, up to 100 rows.
    """
    if k == 1 and accuracy and len(matrix) <= SMALL and below is None and not proof:
        found = leading_by_squaring(matrix, accuracy)
        if found:
            return _alone(found, len(matrix))
    fields = _whole(matrix, k, below, proof)
    left = fields["vectors"] @ matrix - fields["values"][:, None]*fields["vectors"]
    return fields | dict(residuals=np.sqrt(np.einsum("ij,ij->i", left, left)))


def _alone(found, n):
    """Fields of `Eigenpairs` from `Leading`."""
    gap = found.low - found.second if n > 1 else np.inf
    return dict(values=np.array([found.value]), low=np.array([found.low]), high=np.array([found.high]),
                kind=("Kato-Temple",), vectors=found.vector[None], residuals=np.array([found.residual]), gap=gap, size=found.size,
                multiple=False, converged=True, products=0, method=f"squarings of the {n} x {n} matrix")


def _whole(matrix, k, below, proof):
    n, whole = len(matrix), enclosed(matrix)
    at = slice(n - 1, n - 1 - k if k < n else None, -1)
    values, low, high, vectors = (x[..., at].copy() for x in (whole.values, whole.low, whole.high, whole.vectors))
    kinds = ["rigorous"]*k
    if (proof or below is not None) and matrix.any():
        for i in range(k):
            floor = whole.high[n - 2 - i] if i + 1 < n else -np.inf
            floor = min(floor, below) if below is not None and i == k - 1 else floor
            ceiling = whole.low[n - i] if i else np.inf
            found = _sharpened(matrix, vectors[:, i], floor, ceiling)
            if found and found[2] - found[1] < high[i] - low[i]:
                low[i], high[i], kinds[i] = max(low[i], found[1]), min(high[i], found[2]), "Kato-Temple"
                values[i] = min(max(found[0], low[i]), high[i])
    next_high = whole.high[n - 1 - k] if k < n else -np.inf
    return dict(values=values, low=low, high=high, kind=tuple(kinds), vectors=vectors.T,
                gap=float(low[-1] - next_high), converged=True, products=0, method=f"eigh of the {n} x {n} matrix",
                multiple=bool(low[-1] <= next_high or k > 1 and (low[:-1] <= high[1:]).any()))


def _sharpened(matrix, vector, floor, ceiling):
    """(rho, low, high) by Kato-Temple, or None where (floor, ceiling) does not isolate rho."""
    shift = int(exponent(matrix))
    rho, blur, epsilon = rayleigh(np.ldexp(matrix, shift), vector)
    floor, ceiling = np.ldexp((floor, ceiling), shift)
    if not (floor < rho - 2*blur and rho + 2*blur < ceiling):
        return None
    low, high = kato_temple(rho, blur, epsilon, floor, ceiling)
    return (np.ldexp(rho, -shift), np.nextafter(np.ldexp(low, -shift), -np.inf),
            np.nextafter(np.ldexp(high, -shift), np.inf))
