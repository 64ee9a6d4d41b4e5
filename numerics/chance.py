"""Finite-sample confidence bounds, at the suite's one error level.

`LEVEL` is the probability with which one sampled piece of evidence may be wrong by
chance; no argument changes it.
"""

from fractions import Fraction
import hashlib
from math import log, sqrt

import numpy as np

from numerics.reals import finite, floats

LEVEL = Fraction(1, 10**6)


def generator(address, fresh=""):
    """A NumPy generator seeded by a piece of evidence's address (and `fresh`, to draw anew)."""
    if not isinstance(address, str) or not isinstance(fresh, str):
        raise TypeError(f"an address and `fresh` are texts, not {address!r} and {fresh!r}")
    seed = hashlib.sha256(f"{address}{fresh}".encode()).digest()
    return np.random.default_rng(np.random.SeedSequence(int.from_bytes(seed, "big")))


def order_ranks(count, level):
    """The largest k with P(Binomial(count, 1/2) < k) <= level/2, by exact integer sums.

    Returns 0 if no k >= 1 qualifies.  Cost: count/2 additions of count-bit integers.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"a count of draws is a whole number, not {count!r}")
    allowed = _level(level)/2*2**count
    total, term, k = 0, 1, 0
    while total + term <= allowed:
        total += term
        k += 1
        term = term*(count - k + 1)//k
    return k


def median_bounds(values, level=LEVEL):
    """(low, median, high): the median of the law lies in [low, high] with confidence 1 - level.

    Order statistics: exact for every law, no range or moment needed (David and Nagaraja,
    Order Statistics, section 7.1).  Error: none beside the level.  Cost: one sort.
    Raises ValueError if a value is not finite or the sample is too small for any bound.
    """
    values = np.sort(_finite(values))
    k = order_ranks(len(values), level)
    if k == 0:
        needed = next(n for n in range(len(values), 10**6) if order_ranks(n, level))
        raise ValueError(f"{len(values)} draws give no bound on the median at level {level}; draw at least {needed}")
    return values[k - 1], float(np.median(values)), values[len(values) - k]


def mean_bounds(values, within, level=LEVEL):
    """(low, mean, high) with confidence 1 - level for values that lie in `within` = (a, b).

    Empirical Bernstein bound (Maurer and Pontil 2009, Theorem 4), both sides:
    |mean - E| <= sqrt(2 V log(4/level)/n) + 7 (b - a) log(4/level)/(3 (n - 1)).
    Raises ValueError if a value lies outside the range or there are fewer than two.
    """
    values, (low, high), level = _finite(values), _range(within), _level(level)
    if len(values) < 2:
        raise ValueError("a mean needs at least two draws")
    if values.min() < low or values.max() > high:
        i = int(np.argmax((values < low) | (values > high)))
        raise ValueError(f"draw {i} is {values[i]}, outside the stated range [{low}, {high}]")
    bits = log(4/level)
    half = sqrt(2*values.var(ddof=1)*bits/len(values)) + 7*(high - low)*bits/(3*(len(values) - 1))
    return values.mean() - half, float(values.mean()), values.mean() + half


def _level(level):
    if not isinstance(level, Fraction) or not 0 < level < 1:
        raise ValueError(f"level must be a Fraction between 0 and 1, not {level!r}")
    return level


def _range(within):
    ends = finite("within", within, 1)
    if len(ends) != 2 or not ends[0] <= ends[1]:
        raise ValueError(f"within must be two numbers, the lower first, not {within!r}")
    return ends.tolist()


def _finite(values):
    values = floats("draws", values)
    if values.ndim != 1:
        raise ValueError(f"draws must be one list of numbers, not an array of shape {values.shape}")
    if not np.isfinite(values).all():
        i = int(np.argmin(np.isfinite(values)))
        raise ValueError(f"draw {i} is {values[i]}; every draw must be finite")
    return values
