"""What a measurement may use: a case's data and steps of an algorithm, sound or spoiled.

A sound laboratory runs what it is given.  A spoiled one makes every displacement of the
algorithm, or only its first coordinate, a little too long; where the measurement takes
no step, the data are spoiled instead.  A measurement whose result does not notice
did not depend on what it claims to simulate.
"""

from collections.abc import Mapping
from contextlib import contextmanager
from fractions import Fraction
from numbers import Integral
from numbers import Rational as Exact

from flint import arb, fmpq
from mpmath import ctx_mp_python, mp, mpf
import numpy
import sympy

from numerics.whole import INTEGERS


_EXACT = {*INTEGERS, Fraction, fmpq, arb, mpf}      # the usual kinds, known without a longer look
_ROUNDED = {numpy.dtype(one) for one in ("f2", "f4", "f8", "longdouble", "c8", "c16")}


class LaboratoryError(ValueError):
    """The laboratory was asked for something that would spoil the measurement."""


class Absent(ArithmeticError):
    """What was to be measured does not exist, and the laboratory saw where it failed."""


class Laboratory:
    """The data of one case as attributes, and steps of an algorithm.

    `excess` is the relative error put into each step (0: sound), `where` "all" or
    "first" coordinates; `floats` allows binary floating point (samplings only);
    `patience` multiplies the horizon of `settle`.  After a measurement `touched` holds
    the data it read, `taken` the number of steps, `zeros` what it kept.
    """

    def __init__(self, data, *, excess=Fraction(0), where="all", floats=False, patience=1):
        self._data, self._excess, self._where = data, excess, where
        self._floats, self._patience = floats, patience
        self.touched, self.taken, self.zeros = set(), 0, []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._data:
            raise LaboratoryError(f"the case has no datum {name!r}; it has {', '.join(self._data) or 'none'}")
        self.touched.add(name)
        return self._data[name]

    def keep(self, zero):
        """The zero, after noting it for the certificate: whoever checks that repeats its proof of existence."""
        self.zeros.append(zero)
        return zero

    def iterate(self, step, start, count, within=None):
        """The point after `count` steps; Absent if a coordinate leaves [-within, within]."""
        point = start
        for time in range(_count(count)):
            point = self._one(step, point)
            if within is not None and any(abs(x) > within for x in _coordinates(point)):
                raise Absent(f"the iterate left the region |x| <= {within} at step {time + 1}")
        return point

    def orbit(self, step, start, count):
        """The points after 0, 1, ..., `count` steps."""
        points = [start]
        for _ in range(_count(count)):
            points.append(self._one(step, points[-1]))
        return points

    def settle(self, step, start, rate, period=1, within=None):
        """The state after `patience` * digits * log 10 / `rate` steps, rounded up to whole periods.

        `rate` is the rate of approach per step, so that exp(-rate*steps) is the distance
        left; the kernel doubles the patience and lets any change widen the bar.  Absent if a
        coordinate leaves [-within, within].
        """
        steps = int(mp.ceil(self._patience*mp.dps*mp.ln(10)/rate/period))*period
        return self.iterate(step, start, steps, within)

    def steps(self, time, per):
        """time/per as an integer; a rounded horizon has no expansion, so it must be one."""
        ratio = _fraction(time)/_fraction(per)
        if ratio.denominator != 1:
            raise LaboratoryError(f"time {time} is {ratio} steps of {per}, not a whole number; choose `first` "
                                  f"and the time so that it is")
        return int(ratio)

    def _one(self, step, point):
        self.taken += 1
        before, _state["stepping"] = _state["stepping"], True
        try:
            moved = step(point)
        finally:
            _state["stepping"] = before
        if not self._floats:
            for x in _coordinates(moved):
                if type(x) not in _EXACT and (isinstance(x, (float, numpy.floating, sympy.Float))
                                              or getattr(x, "dtype", None) in _ROUNDED):
                    raise LaboratoryError(f"step {self.taken} returned the float {x!r}: 53 bits would pass for "
                                          f"exact; use mp functions, Fraction or balls")
        return moved if not self._excess else self._stretch(point, moved)

    def _stretch(self, point, moved):
        if isinstance(moved, numpy.ndarray):
            longer = self._excess*(moved - point) if moved.dtype == object else float(self._excess)*(moved - point)
            if self._where == "first":
                longer[..., 1:] = 0*longer[..., 1:]
            return moved + longer
        if not isinstance(moved, (tuple, list)):
            return moved + _times(moved - point, self._excess)
        stretched = [y + _times(y - x, self._excess) if i == 0 or self._where == "all" else y
                     for i, (x, y) in enumerate(zip(point, moved))]
        return type(moved)(stretched)


_state = {"measuring": False, "stepping": False}


@contextmanager
def measuring(floats=False):
    """While a measurement runs, only its laboratory takes steps, and no rounded float becomes an mpf."""
    _state["measuring"], convert = True, ctx_mp_python.from_float
    ctx_mp_python.from_float = convert if floats else _refusing(convert)
    try:
        yield
    finally:
        _state["measuring"], ctx_mp_python.from_float = False, convert


def _refusing(convert):
    """mpmath's own conversion, but for floats with more than 26 bits: those were rounded to 53."""
    def converted(x, *rest):
        if x == x and abs(x) != numpy.inf and _bits(x) > 26:
            raise LaboratoryError(f"the float {x!r} entered an mpf computation: 53 bits would pass for exact; "
                                  f"divide and take roots of mpf numbers only")
        return convert(x, *rest)
    return converted


def _bits(x):
    numerator = abs(x.as_integer_ratio()[0])
    return (numerator >> ((numerator & -numerator).bit_length() - 1)).bit_length() if numerator else 0


def stepped_outside():
    """Whether a step taken now would bypass the laboratory of the running measurement."""
    return _state["measuring"] and not _state["stepping"]


def spoiled_data(data, excess, keys):
    """Copies of `data`, each wrong in one way: all numbers under `keys` too large by `excess`, then each alone."""
    leaves = sum(_leaves(data[key]) for key in keys)
    for chosen in [set(range(leaves))] + ([{i} for i in range(min(leaves, 12))] if leaves > 1 else []):
        counter = iter(range(leaves))
        yield {key: _spoil(value, excess, chosen, counter) if key in keys else value for key, value in data.items()}


def _spoil(value, excess, chosen, counter):
    if isinstance(value, (list, tuple)):
        return type(value)(_spoil(one, excess, chosen, counter) for one in value)
    if isinstance(value, Mapping):
        return {key: _spoil(one, excess, chosen, counter) for key, one in value.items()}
    if isinstance(value, sympy.MatrixBase):
        return value.applyfunc(lambda one: _spoil(one, excess, chosen, counter))
    if isinstance(value, bool) or not isinstance(value, (Exact, sympy.Expr)):
        return value
    if next(counter) not in chosen:
        return value
    factor = sympy.Rational(excess.numerator, excess.denominator)
    return sympy.sympify(value) + (factor*value if value != 0 else factor)


def _leaves(value):
    if isinstance(value, Mapping):
        return sum(_leaves(one) for one in value.values())
    if isinstance(value, (list, tuple, sympy.MatrixBase)):
        return sum(_leaves(one) for one in value)
    return int(not isinstance(value, bool) and isinstance(value, (Exact, sympy.Expr)))


def _coordinates(point):
    if isinstance(point, numpy.ndarray):
        return point.flat if point.dtype == object else (point.flat[0],) if point.size else ()
    return point if isinstance(point, (tuple, list)) else (point,)


def _times(x, factor):
    return x*factor if isinstance(x, int) else x*factor.numerator/factor.denominator   # int/int would be a float


def _count(count):
    whole = isinstance(count, Integral) or getattr(count, "is_Integer", False) is True
    if isinstance(count, bool) or not whole or count < 0:
        raise LaboratoryError(f"a number of steps must be an exact nonnegative integer, not {count!r}")
    return int(count)


def _fraction(x):
    if isinstance(x, mpf) and mp.isfinite(x):
        sign, mantissa, exponent, _ = x._mpf_
        return Fraction((-1)**sign*int(mantissa))*Fraction(2)**exponent
    if isinstance(x, (float, numpy.floating)):
        raise LaboratoryError(f"{x!r} is a float; a horizon is computed from exact numbers")
    if isinstance(x, sympy.Rational) and x.is_finite:
        return Fraction(int(x.p), int(x.q))
    if isinstance(x, bool) or not isinstance(x, Exact) or isinstance(x, sympy.Basic):
        raise LaboratoryError(f"{x!r} of type {type(x).__name__} is no exact rational, from which a horizon could be computed")
    return Fraction(x)
