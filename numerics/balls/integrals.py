"""Definite integrals of analytic functions, enclosed."""

from flint import acb, arb

from numerics.balls.arithmetic import Undecided, ball, text


def integral(function, low, high):
    """A ball round the integral of a real function over [low, high].

    `function` maps a complex ball (acb) to one and is analytic near the interval: sums, products,
    quotients, cos, sin, exp, ...  Split the interval where it is not (a kink).
    Error: enclosed (Petras; F. Johansson, Numerical integration in arbitrary precision, 2018).
    Raises: Undecided if no finite enclosure was found.
    """
    low, high = ball(low), ball(high)
    if not low <= high:
        raise ValueError(f"the interval needs low <= high, not {text(low, 8)} and {text(high, 8)}")
    found = acb.integral(lambda z, analytic: function(z), acb(low), acb(high))
    if not found.is_finite():
        raise Undecided("the integral was not enclosed: the function may not be analytic near the interval")
    return arb(found.real)
