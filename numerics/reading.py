"""Reading exact or symbolic arguments: what is no list of numbers is refused in words, before anything is computed.

Numbers may be of any arithmetic in `numerics.kinds`; the functions that read them so work in all of these.
"""

from collections.abc import Iterable, Mapping, Set
from fractions import Fraction
from math import isfinite
from numbers import Integral

import numpy as np
from mpmath import mp
from sympy import Expr, Float, S, Symbol, SympifyError, sympify

from numerics.kinds import is_number, kind_of

_UNBOUNDED = S.NaN, S.Infinity, S.NegativeInfinity, S.ComplexInfinity
_FINITE = {"float": isfinite, "mpf": mp.isfinite, "arb": lambda x: x.is_finite(), "SymPy": lambda x: not x.has(*_UNBOUNDED),
           "array": lambda x: bool(np.isfinite(x).all())}


def _always(_):
    return True


def number(name, value):
    """`value` itself, one finite number of any arithmetic.

    Raises   TypeError for what is no number, or many; ValueError for NaN and infinities
    """
    if isinstance(value, np.ndarray):
        raise TypeError(f"{name} must be one number, not an array of shape {value.shape}")
    _refuse_unbounded(name, value)
    return value


def _refuse_unbounded(name, value):
    if not _FINITE.get(kind_of(value), _always)(value):
        raise ValueError(f"{name} is {value}; it must be finite")


def whole(name, value, least=0):
    """`value` as an int, at least `least`.

    Raises   TypeError for what is no integer (a float, a text, True); ValueError for a smaller one
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, not {value!r} of type {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")
    return int(value)


def finite_size(name, value):
    """`value` itself, a step size or radius of any kind that a step can use: a number, an array, a ring's element.

    Raises   TypeError for None, texts and containers; ValueError for NaN and infinities
    """
    if value is None or isinstance(value, (str, bytes, bool, complex, list, tuple, dict, set)):
        raise TypeError(f"{name} must be a number, not {value!r} of type {type(value).__name__}")
    if is_number(value):
        _refuse_unbounded(name, value)
    return value


def listed(name, values):
    """`values` as a tuple: a list, an array of at least one dimension, or anything else that gives one after the other.

    Raises   TypeError for anything else: a text, a single number, a dictionary
    """
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return tuple(values.tolist())
    entries = isinstance(values, Iterable) or hasattr(values, "__getitem__")       # a SymPy matrix has only the latter
    if isinstance(values, (str, bytes, Mapping, Set)) or not entries or getattr(values, "ndim", 1) == 0:
        raise TypeError(f"{name} must be a list, a tuple or an array, not {type(values).__name__}")
    return tuple(values)


def numbers(name, values, count=None):
    """`values` as a tuple of finite numbers, so many of them if `count` is given.

    Raises   as `listed` and `number`, naming the entry; ValueError for another count
    """
    values = listed(name, values)
    if count is not None and len(values) != count:
        raise ValueError(f"{name} needs {count} numbers, not {len(values)}")
    return tuple(number(f"{name}[{i}]", x) for i, x in enumerate(values))


def table(name, rows, width=None):
    """`rows` as a list of tuples of finite numbers, all as long as the first, or `width`.

    Raises   as `numbers`; ValueError if there is no row, or no entry
    """
    rows = listed(name, rows)
    found = []
    for i, row in enumerate(rows):
        found.append(numbers(f"{name}[{i}]", row, width if width is not None or not found else len(found[0])))
    if not found or not found[0]:
        raise ValueError(f"{name} is empty: it needs a row with an entry")
    return found


def exact_fraction(name, value):
    """`value`, an int, Fraction, SymPy or FLINT rational, as a Fraction.

    Raises   TypeError for a float, or any other number
    """
    if kind_of(value) not in ("integer", "Fraction", "fmpq") and not getattr(value, "is_Rational", False) is True:
        raise TypeError(f"{name} = {value!r} is not a rational number: an int, Fraction, or SymPy or FLINT rational")
    return Fraction(int(value.numerator), int(value.denominator))


def exact(value):
    """`value` as a SymPy expression without floats.

    Raises  ValueError if a float occurs in it (0.1 is not one tenth), or NaN or an infinity; TypeError for what
            is no expression, a text among them
    """
    expression = _expression(value)
    floats = sorted(map(str, expression.atoms(Float)))
    if floats:
        raise ValueError(f"{value} holds the float {floats[0]}; write it as an exact number, "
                         f"for instance Rational(1, 10) for 0.1")
    if expression.has(*_UNBOUNDED):
        raise ValueError(f"{value} holds no finite number")
    return expression


def _expression(value):
    try:
        found = None if isinstance(value, (str, bool)) else sympify(value)
    except SympifyError:
        found = None
    if not isinstance(found, Expr):
        raise TypeError(f"{value!r} of type {type(value).__name__} is no exact number or SymPy expression")
    return found


def variables_of(variables):
    """`variables` as a tuple of different symbols.  Raises TypeError for anything else, ValueError if one occurs twice."""
    variables = listed("variables", variables)
    for i, x in enumerate(variables):
        if not isinstance(x, Symbol):
            raise TypeError(f"variables[{i}] = {x!r} is no symbol")
        if x in variables[:i]:
            raise ValueError(f"variables[{i}] = {x} is given twice")
    return variables
