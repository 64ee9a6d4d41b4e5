"""The leading eigenpair of a small symmetric matrix by squaring it again and again, with a proof.

B_0 = A/t_0, A_(s+1) = fl(B_s'B_s), B_(s+1) = A_(s+1)/t_(s+1), t_s powers of two (division by them is exact):
the powers tend to a matrix of rank one, whose columns are the eigenvector of the eigenvalue of largest
modulus.  Each product has an error of at most e_s = gamma_n |B_s|_F^2 in norm.  With any Rayleigh quotient
below the largest eigenvalue, so l_0 at most the largest singular value of B_0, Weyl gives

    l_(s+1) = (l_s^2 - e_s)/t_(s+1)      and for the second singular value      m_s^2 <= t_(s+1) m_(s+1) + e_s,

while m_s^2 <= |B_s|_F^2 - l_s^2 at every stage.  Followed back from the last stage to A this bounds all
eigenvalues but one: the gap is proved, and Kato-Temple encloses the largest within a few n u, without a
decomposition.  Squaring 20 rows takes as long as ten products with a vector: two or three bring a ratio of
eigenvalues near 1/2 below 1/8, and products with the last power do the rest.
"""

from math import frexp, inf, ldexp, log, nextafter, sqrt
from typing import NamedTuple

import numpy as np

from numerics.enclosures import TINY, U, gamma

MOST = 10                  # squarings; eigenvalues of a ratio above 0.99 are left to `eigh`
ALONE = 2.0**-3            # stop where |B'B|_F/|B|_F^2 is this close to 1: it is the ratio of eigenvalues of B'B


class Leading(NamedTuple):
    """The largest eigenvalue in [low, high], all others in [-second, second], second < low: proved.

    value : the Rayleigh quotient of the unit vector (n,); residual : |A v - value v|, rounding included;
    size : an upper bound for |A|_F
    """

    value: float
    low: float
    high: float
    second: float
    vector: np.ndarray
    residual: float
    size: float


def leading_by_squaring(matrix, accuracy):
    """`Leading` of a symmetric float matrix (n, n), n <= 128, or None.

    None where the eigenvalue of largest modulus is not positive, multiple or nearly so, where its vector
    misses `accuracy` (residual over value), or entries lie far from 1.

    Error   rigorous, rounding included: see the module's head; entries of the matrix taken as exact
    Cost    2 n^3 operations a squaring, up to ten of them
    """
    square = float(np.vdot(matrix, matrix))            # without a warning where it is infinite
    found = _squared(matrix, square) if 2.0**-340 <= square <= 2.0**400 else None
    if found is None:
        return None
    power, stages, rest = found
    n, v = len(matrix), power[power.diagonal().argmax()]
    for _ in range(int(27/log(1/rest)) + 1 if rest > 2.0**-50 else 1):     # exp(-27) = 2e-12
        v = power.dot(v)
    v = matrix.dot(v)
    v /= sqrt(v.dot(v))
    image = matrix.dot(v)
    value = float(v.dot(image))
    image -= value*v
    size = sqrt(square)*(1 + gamma(n*n + 4))
    blur, left = (3*gamma(n + 4) + 4*U)*size + TINY, sqrt(image.dot(image))
    if value <= blur or left > accuracy*value:
        return None
    low, residual = value - blur, left*(1 + 8*n*U) + blur
    gap = value - (second := _others(stages, low, n)) - 2*blur
    if not gap > 0:
        return None
    high = nextafter(value + (residual**2/gap + blur)*(1 + 16*U), inf)
    return Leading(value, nextafter(low, 0.0), high, second, v, residual, size)


def _squared(matrix, square):
    """(last power, [(t_s, |B_s|_F^2)], second eigenvalue of that power over the first), or None."""
    stages, power, root = [], matrix, sqrt(square)
    for _ in range(MOST):
        t = ldexp(1.0, frexp(root)[1])
        shrink = 1/(t*t)
        before = square*shrink
        stages.append((t, before))
        power = (power*shrink).T.dot(power)
        square = _square(power)
        root = sqrt(square)
        rest = 1 - root/before
        if rest <= ALONE:
            stages.append((1.0, square))
            return power, stages, max(rest, 0.0)
    return None


def _square(matrix):
    """|A|_F^2; `vdot` takes half as long again."""
    entries = matrix.reshape(-1)
    return float(entries.dot(entries))


def _others(stages, low, n):
    """An upper bound for every eigenvalue's modulus but that of the one above `low`."""
    grown, shrunk, g, tiny = 1 + gamma(n*n + 8), 1 - 8*U, gamma(n)*(1 + gamma(n*n + 16)), n*TINY
    seen, floor, wider = [], low, 1 + 8*U
    for t, square in stages:
        error = g*square + tiny
        one = (floor/t)**2 if floor > 0 else 0.0
        rest = square*grown - one*shrunk
        seen.append((rest if rest > error else error, error, t*wider))
        floor = (one - error)*shrunk
    other = inf
    for rest, error, t in reversed(seen):
        other += error
        other = sqrt(rest if rest < other else other)*t
    return nextafter(other, inf)
