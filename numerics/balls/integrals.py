"""Definite integrals of analytic functions, enclosed."""

from flint import acb, arb

from numerics.balls.arithmetic import Undecided, ball, text

ENTIRE = ("exp", "sin", "cos", "sinh", "cosh", "erf", "erfc")
POLES = ("tan", "tanh", "gamma")         # FLINT's value is not finite where the argument holds one
CUTS = {                                 # the principal branch is cut where this is real and <= 0
    "sqrt": lambda z: z, "rsqrt": lambda z: z, "log": lambda z: z, "log1p": lambda z: 1 + z, "acosh": lambda z: z - 1,
    "asin": lambda z: 1 - z*z, "acos": lambda z: 1 - z*z, "atanh": lambda z: 1 - z*z,
    "atan": lambda z: 1 + z*z, "asinh": lambda z: 1 + z*z,
}
UNDEFINED = acb("nan")


class _Argument:
    """What `integral` hands to a function: a complex ball with its holomorphic operations, and no others.

    +, -, *, /, ** with exact real numbers, real balls and one another, and the functions of `ENTIRE`, `POLES` and `CUTS`.
    `analytic` : whether the integrator rests on the result's being analytic on the whole ball.  Then an operation
    whose argument meets a cut is not finite, which no function can forget.  Comparisons and parts raise.
    """

    __slots__ = ("_ball", "_analytic")
    __hash__ = __eq__ = __ne__ = __bool__ = None

    def __init__(self, value, analytic):
        self._ball, self._analytic = value, analytic

    def __add__(self, other):
        return self._with(self._ball + self._complex(other))

    def __sub__(self, other):
        return self._with(self._ball - self._complex(other))

    def __mul__(self, other):
        return self._with(self._ball*self._complex(other))

    def __truediv__(self, other):
        return self._with(self._ball/self._complex(other))

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self._with(self._complex(other)/self._ball)

    def __neg__(self):
        return self._with(-self._ball)

    def __pow__(self, other):
        power = self._complex(other)
        whole = not isinstance(other, _Argument) and power.real.is_exact() and power.real.is_integer()
        return self._with(self._ball**power, None if whole else self._ball)

    def __rpow__(self, other):
        return self._with(self._complex(other), None)**self

    __radd__ = __add__
    __rmul__ = __mul__

    def _complex(self, other):
        return other._ball if isinstance(other, _Argument) else acb(ball(other))

    def _with(self, value, beside=None):
        """The result of an operation that is cut where `beside` is real and <= 0."""
        cut = self._analytic and beside is not None and 0 in beside.imag and not beside.real > 0
        return _Argument(UNDEFINED if cut else value, self._analytic)


def _named(name):
    return lambda self: self._with(getattr(self._ball, name)(), CUTS[name](self._ball) if name in CUTS else None)


for _name in (*ENTIRE, *POLES, *CUTS):
    setattr(_Argument, _name, _named(_name))


def integral(function, low, high):
    """A ball round the integral of a real function over [low, high].

    `function` is written with +, -, *, /, **, exact numbers, real balls, and t.exp(), t.log(), t.sqrt(), ... (`ENTIRE`,
    `POLES`, `CUTS`), as in t -> 1/(1 + t*t).sqrt(): t is no number, but knows where its functions are cut.
    Where it is not analytic near the interval no wrong enclosure results; split at a kink.  Where it is not real on parts of
    the interval it is refused, or its real part's integral is enclosed if the imaginary part's is as small as the ball.
    Error: enclosed (Petras; F. Johansson, Numerical integration in arbitrary precision, 2018).
    Raises: Undecided if no finite enclosure was found; TypeError or AttributeError for what is not holomorphic (t < 0, t.real).
    """
    low, high, errors = ball(low), ball(high), []
    if not low <= high:
        raise ValueError(f"the interval needs low <= high, not {text(low, 8)} and {text(high, 8)}")

    def at(z, analytic):
        if errors:
            return UNDEFINED
        argument = _Argument(z, analytic)
        try:
            value = argument._complex(function(argument))
        except Exception as error:                                # FLINT's adapter loses some of them
            errors.append(error)
            return UNDEFINED
        return value if analytic or 0 in value.imag else UNDEFINED
    found = acb.integral(at, acb(low), acb(high))
    if errors:
        raise errors[0]
    if not found.is_finite() or 0 not in found.imag:
        raise Undecided("the integral was not enclosed: the function may not be analytic and real on the interval")
    return arb(found.real)
