"""One ReLU neuron against a ReLU teacher: population loss by integration and in closed form.

Student v s(w.x), teacher s(u.x), s(t) = max(0, t), |u| = 1; by symmetry w = (x, y) in the plane of u and w,
u = (1, 0).  The loss is E(student - teacher)^2 for standard Gaussian inputs; for inputs uniform on the unit
sphere of dimension d it is 1/d of that, since the loss is quadratic in the input's length.  Closed forms
(arc-cosine kernel of degree 1, Cho and Saul 2009), with n = |w| and the angle a of w to u:

    E s(w.x)^2 = n^2/2,      E s(w.x) s(u.x) = n (sin a + (pi - a) cos a)/(2 pi).
"""

import numpy as np
from flint import arb
from mpmath import mp

from numerics.balls.arithmetic import absolute, power
from numerics.balls.arrays import PI, BallArray
from numerics.balls.integrals import integral


def gradient(v, x, y):
    """Gradient of v^2 n^2/2 - v (|y| + (pi - a) x)/pi + 1/2, the population loss, in (v, x, y).

    Balls, one or many at a time, mpf or float arrays.  The teacher's mirror image y -> -y gives the mirrored gradient.
    Error: enclosed for balls; for floats, by rounding, at most 64 u (1 + |v|)^2 (1 + n)^2, u = 2^-53.
    Assumes: w != 0, and x > 0 where a ball y contains 0.
    """
    pi, angle, size, square = _tools(v)
    height, length = size(y), square(x) + square(y)
    rest = pi - angle(height, x)
    return (v*length - (height + rest*x)/pi,
            square(v)*x - v*(rest + x*height/length)/pi,
            square(v)*y - v*y*height/(pi*length))


def hessian(v, x, y):
    """The matrix of second derivatives, as three rows; discontinuous third derivatives lie on y = 0 only."""
    pi, angle, size, square = _tools(v)
    height, length = size(y), square(x) + square(y)
    rest, quartic = pi - angle(height, x), square(length)
    mixed = 2*v*x - (rest + x*height/length)/pi
    turned, across = 2*v*y - y*height/(pi*length), 2*v*x*y*height/(pi*quartic)
    return [[length, mixed, turned],
            [mixed, square(v) - 2*v*height*square(height)/(pi*quartic), across],
            [turned, across, square(v) - 2*v*square(x)*height/(pi*quartic)]]


def angle_to_teacher(x, y):
    """The angle of w = (x, y), y >= 0, to u = (1, 0)."""
    return _tools(x)[1](y, x)


def _tools(value):
    """pi, atan2, absolute value and square in the arithmetic of the value."""
    if isinstance(value, arb):
        return arb.pi(), arb.atan2, absolute, lambda t: power(t, 2)
    if isinstance(value, BallArray):
        return PI, BallArray.atan2, BallArray.absolute, BallArray.square
    if isinstance(value, mp.mpf):
        return mp.pi, mp.atan2, abs, lambda t: t*t
    return np.pi, np.arctan2, np.abs, lambda t: t*t


def plane_mean(function, kinks):
    """2 E f(cos t, sin t) for a uniform angle t: the Gaussian mean of a function quadratic in the input's length.

    function  maps (cosine, sine) as arguments of `integral` and the signs' place, a real angle, to one:
              f is analytic between two neighbouring kinks, and the place tells between which
    Error: enclosed
    """
    ends = [-arb.pi(), *sorted(kinks, key=float), arb.pi()]
    total = arb(0)
    for low, high in zip(ends, ends[1:]):
        place = (low + high)/2
        total += integral(lambda z: function(z.cos(), z.sin(), place), low, high)
    return total/arb.pi()
