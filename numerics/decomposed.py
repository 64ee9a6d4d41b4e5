"""Eigenpairs of a matrix of floats: by squaring where one is wanted, else by `eigh`, always with a proof."""

import numpy as np

from numerics.enclosures import enclosed, exponent, kato_temple, rayleigh
from numerics.measured import Eigenpairs, signed
from numerics.squaring import leading_by_squaring

SMALL = 100        # up to this size squaring is quicker than `eigh`


def of_matrix(point, fields):
    """`Eigenpairs` of what `decomposed` found, with signs."""
    signed(fields["vectors"])
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
                kind=("Kato-Temple",), vectors=found.vector[None], residuals=np.array([found.residual]), gap=gap,
                multiple=False, converged=True, products=0, method=f"squarings of the {n} x {n} matrix")


def nth(matrix, i):
    """(fields of `Eigenpairs` for the eigenvalue with i smaller ones, largest modulus of those or 0): one `eigh`."""
    whole, n = enclosed(matrix), len(matrix)
    value, low, high, kind = _sharp(matrix, whole, i) if matrix.any() else (0.0, 0.0, 0.0, "rigorous")
    vector = whole.vectors[:, i].copy()
    left, gap = vector @ matrix - value*vector, low - whole.high[i - 1] if i else np.inf
    return dict(values=np.array([value]), low=np.array([low]), high=np.array([high]), kind=(kind,), vectors=vector[None],
                residuals=np.array([np.linalg.norm(left)]), gap=float(gap), converged=True, products=0,
                method=f"eigh of the {n} x {n} matrix", multiple=bool(gap <= 0 or i + 1 < n and high >= whole.low[i + 1])
                ), float(np.abs(whole.values[:i]).max(initial=0.0))


def _whole(matrix, k, below, proof):
    n, whole = len(matrix), enclosed(matrix)
    at = slice(n - 1, n - 1 - k if k < n else None, -1)
    values, low, high, vectors = (x[..., at].copy() for x in (whole.values, whole.low, whole.high, whole.vectors))
    kinds = ["rigorous"]*k
    if (proof or below is not None) and matrix.any():
        for i in range(k):
            values[i], low[i], high[i], kinds[i] = _sharp(matrix, whole, n - 1 - i, below if i == k - 1 else None)
    next_high = whole.high[n - 1 - k] if k < n else -np.inf
    return dict(values=values, low=low, high=high, kind=tuple(kinds), vectors=vectors.T,
                gap=float(low[-1] - next_high), converged=True, products=0, method=f"eigh of the {n} x {n} matrix",
                multiple=bool(low[-1] <= next_high or k > 1 and (low[:-1] <= high[1:]).any()))


def _sharp(matrix, whole, i, below=None):
    """(value, low, high, kind) of the eigenvalue with i smaller ones, by Kato-Temple where that is narrower."""
    value, low, high = whole.values[i], whole.low[i], whole.high[i]
    floor = whole.high[i - 1] if i else -np.inf
    ceiling = whole.low[i + 1] if i + 1 < len(matrix) else np.inf
    found = _sharpened(matrix, whole.vectors[:, i], floor if below is None else min(floor, below), ceiling)
    if not found or found[2] - found[1] >= high - low:
        return value, low, high, "rigorous"
    low, high = max(low, found[1]), min(high, found[2])
    return min(max(found[0], low), high), low, high, "Kato-Temple"


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
