"""The 2-cycle of gradient descent on (xy - 1)^2/2 with step size K > 1, in every kind of number."""

import numpy as np
from flint import arb
from mpmath import mp
from sympy import sqrt


def product_cycle(K):
    """(u, t) = (sqrt(1 + 3/K) +- sqrt(1 - 1/K))/2, the coordinates x = y of both points, the larger first.

    Error: exact for SymPy numbers, enclosed for balls, rounding for mpf and float arrays.
    """
    wide, narrow = square_root(1 + 3/K), square_root(1 - 1/K)
    return (wide + narrow)/2, (wide - narrow)/2


def square_root(x):
    """The nonnegative root in the arithmetic of x: ball, mpf, float array or SymPy number."""
    if isinstance(x, arb):
        return x.sqrt()
    if isinstance(x, mp.mpf):
        return mp.sqrt(x)
    return np.sqrt(x) if isinstance(x, np.ndarray) else sqrt(x)
