"""Which arithmetic a number belongs to, and Euclidean norms taken in that arithmetic.

Exact numbers (integers, `Fraction`, `fmpq`, SymPy), balls (`arb`), high precision (`mpf`) and
floats may stand beside each other only where nothing is lost: an integer fits anywhere, a
`Fraction` beside SymPy or mpf, an `fmpq` beside arb, a Python float in an array.  Everything
else is refused by name, because Python would quietly go on with 53 bits.
"""

from fractions import Fraction
from math import hypot, isqrt
from operator import truediv

import numpy as np
from flint import arb, fmpq, fmpz
from mpmath import mp

from numerics.balls.arrays import BallArray
from numerics.surds import Surd
from numerics.whole import INTEGERS

_DOUBLE = np.dtype(float)
_KINDS = {**dict.fromkeys(INTEGERS, "integer"), fmpz: "integer", Fraction: "Fraction", fmpq: "fmpq", arb: "arb",
          mp.mpf: "mpf", float: "float", np.float64: "float", np.ndarray: "array", BallArray: "balls",
          Surd: "surd"}
# Which kinds may stand beside each other, and what they become together.
_JOINED = {("Fraction", "SymPy"): "SymPy", ("Fraction", "mpf"): "mpf", ("arb", "fmpq"): "arb",
           ("array", "float"): "array"}


def kind_of(value):
    """The arithmetic a number belongs to: integer, Fraction, fmpq, arb, mpf, SymPy, float, array, balls (many) or surd.

    Raises  TypeError for any other type (NumPy integers wrap around silently; an mpmath or
            SymPy object that carries a machine float is refused by name)
    """
    kind = _KINDS.get(type(value))
    if kind == "array" and value.dtype.kind != "f":
        raise TypeError(f"an array of dtype {value.dtype} cannot be a point: pass dtype=float, "
                        f"or exact numbers as a tuple of coordinates; in a sampling, drawn integers over 1 are floats: "
                        f"rng.integers(0, 2, count)/1")
    if kind is not None:
        return kind
    if isinstance(value, mp.mpf):                      # mp.pi and its like
        return "mpf"
    if hasattr(value, "free_symbols"):
        from sympy import Float
        if value.has(Float):
            raise TypeError(f"{value} holds a float: write Rational(1, 10), not 0.1")
        return "SymPy"
    raise TypeError(f"{value!r} of type {type(value).__name__} is no number that a step can use: "
                    f"pass int, Fraction, SymPy, FLINT, mpf or float64 values")


def is_number(value):
    """Whether a value belongs to one of these arithmetics."""
    return type(value) in _KINDS or isinstance(value, mp.mpf) or hasattr(value, "free_symbols")


def are_doubles(arrays):
    """Whether all arrays hold float64."""
    return all(one.dtype is _DOUBLE or one.dtype == _DOUBLE for one in arrays)


def _join(first, second, what):
    if first == second or second == "integer":
        return first
    if first == "integer":
        return second
    try:
        return _JOINED[min(first, second), max(first, second)]
    except KeyError:
        mend = ("write exact numbers such as Fraction(1, 10)" if "float" in (first, second)
                else "convert both to one kind first")
        raise TypeError(f"{what} mixes {first} with {second}: {mend}") from None


def common_kind(values, what):
    """The one arithmetic in which all values can be combined without loss; `what` names them in errors."""
    types = set(map(type, values))
    kind = _KINDS.get(*types) if len(types) == 1 else None
    if kind is not None and (kind != "array" or are_doubles(values)):
        return kind                                    # the usual case, at a third of the cost
    if arb in types and any(getattr(value, "is_Float", False) for value in values):
        raise TypeError(f"{what} mixes a ball with a float that SymPy made of a number times a ball: "
                        f"make exact numbers balls first, balls.ball(lab.a)*x")
    kind = "integer"
    for value in values:
        kind = _join(kind, kind_of(value), what)
    return kind


def _quotient(number):
    """Numerator and denominator of an exact rational of any kind, else None."""
    if isinstance(number, (Fraction, fmpq)) or getattr(number, "is_Rational", False):
        return int(number.numerator), int(number.denominator)
    return None


def adapt(parameter, kind, name):
    """The parameter in the arithmetic `kind`, and the kind that results.

    A rational becomes an mpf, a ball at the working precision, a `BallArray` or a `Surd`, in floats the nearest quotient;
    anything else must fit as it is.
    """
    if _KINDS.get(type(parameter)) == kind != "array":
        return parameter, kind
    rational = _quotient(parameter)
    if rational is None or kind == "integer":
        return parameter, _join(kind, kind_of(parameter), name)
    p, q = rational
    if kind == "SymPy":
        from sympy import Rational
        return Rational(p, q), kind
    if kind == "arb":
        return arb(fmpq(p, q)), kind
    return _DIVIDED.get(kind, truediv)(p, q), kind


_DIVIDED = {"Fraction": Fraction, "fmpq": fmpq, "mpf": lambda p, q: mp.mpf(p)/q,
            "balls": lambda p, q: BallArray.of(Fraction(p, q)), "surd": lambda p, q: Surd({1: fmpq(p, q)})}


def entries(point):
    """The coordinates of a point; a scalar or an array counts as one."""
    return point if isinstance(point, tuple) else (point,)


def norm(vector):
    """|v| = sqrt(sum v_i^2), the root taken in the vector's own arithmetic.

    vector  tuple of coordinates, a scalar, or an array (..., d): there the result has shape (..., 1)
    Error   exact for SymPy and rationals; a ball for arb; rounding of the working precision else
    Raises  ZeroDivisionError where the vector vanishes or its ball meets 0, and where squares of
            floats underflow or overflow; ValueError for a rational square that is no square
    """
    return norm_in(vector, common_kind(entries(vector), "the vector"))


def norm_in(vector, kind):
    """`norm` of a vector whose arithmetic is known."""
    if kind == "array":
        return _array_norm(vector)
    parts = entries(vector)
    size = abs(parts[0]) if len(parts) == 1 else _length(parts, kind)
    vanishes = size.is_zero is True if kind == "SymPy" and hasattr(size, "is_zero") else not size > 0
    if vanishes:
        raise ZeroDivisionError(f"the direction of {vector} is undefined: its norm {size} is not "
                                f"positive; start elsewhere or raise the precision")
    return size


def _length(parts, kind):
    if kind == "float":
        return hypot(*parts)                           # no underflow of squares
    square = parts[0]*parts[0]
    for v in parts[1:]:
        square += v*v
    if kind == "SymPy":
        from sympy import sqrt
        return sqrt(square)
    if kind in ("mpf", "arb"):
        return mp.sqrt(square) if kind == "mpf" else arb(square).sqrt()
    p, q = int(square.numerator), int(square.denominator)
    if isqrt(p)**2 != p or isqrt(q)**2 != q:
        raise ValueError(f"the norm sqrt({square}) is irrational: use SymPy, arb or mpf coordinates, "
                         f"or a start at which it is rational")
    return fmpq(isqrt(p), isqrt(q)) if kind == "fmpq" else Fraction(isqrt(p), isqrt(q))


def _array_norm(vector):
    if isinstance(vector, tuple):
        square = sum(np.square(v) for v in vector)
    else:
        square = np.square(vector).sum(axis=-1, keepdims=True)
    # Below 2^-969 the underflow of one square could exceed half a unit in the last place.
    sound = (square > 2.0**-969) & (square < np.inf)
    if not sound.all():
        i = int(np.argmin(np.ravel(sound)))
        raise ZeroDivisionError(f"run {i}: the gradient's squared norm is {np.ravel(square)[i]:.1e}; "
                                f"its direction is lost in floats, use mpf there")
    return np.sqrt(square)
