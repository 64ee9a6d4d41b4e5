"""What a declaration may hold: relations and data that are exact and cannot change; all else is refused at its line."""

import sys
from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from inspect import signature
from pathlib import Path
from types import MappingProxyType

import flint
import sympy
from sympy.logic.boolalg import Boolean, BooleanAtom

_DATA = (int, Fraction, sympy.Basic, str, type(None), flint.fmpq, flint.fmpz)
_WORDS = tuple(sympy.Symbol("nothing", zero=True).assumptions0)            # all that SymPy knows of a number
_KNOWN = tuple("finite hermitian extended_real real integer nonzero nonnegative nonpositive positive negative".split())
ASSUMED = "only the sign may be assumed, and being real or an integer: write 2*k for an even number, or give a relation"


class LoadError(Exception):
    """A module cannot be used; the message names the file, the line and the mend."""


def relations(statement):
    """The relations of a statement, which is one relation or a tuple of them."""
    return tuple(statement) if isinstance(statement, (tuple, sympy.Tuple)) else (statement,)


def is_bound(relation):
    """Whether a relation is an inequality, strict or not."""
    return isinstance(relation, (sympy.Ge, sympy.Le, sympy.Gt, sympy.Lt))


def asserted(statement, what):
    """A statement, each of its relations checked; `what` names it in a refusal."""
    parts = tuple(relation(one, what) for one in relations(statement))
    if not parts:
        refuse(f"{what} has an empty statement")
    return parts if isinstance(statement, (tuple, sympy.Tuple)) else parts[0]


def relation(made, what):
    """An exact relation that SymPy has not evaluated."""
    if isinstance(made, (bool, BooleanAtom)):
        refuse(f"{what} is {made} before anything is measured: SymPy evaluated it; its sides must hold symbols "
               f"that differ and be both numbers or both matrices of one shape; an equation is Eq(left, right), for == "
               f"compares at once")
    if not isinstance(made, Boolean) or isinstance(made, sympy.Symbol):
        refuse(f"{what} must be a SymPy relation such as Eq(x, 2*a), not {made!r}")
    if made.atoms(sympy.Dummy):
        refuse(f"{what} holds a Dummy, whose name differs from run to run; use symbols(...)")
    if made.atoms(sympy.MatrixSymbol):
        refuse(f"{what} holds the MatrixSymbol {min(map(str, made.atoms(sympy.MatrixSymbol)))}, whose entries no case gives; "
               f"write Matrix([x1, x2]) of symbols, on both sides")
    return exact(made, what)


def datum(value, what):
    """A datum that is exact and cannot change: numbers, expressions, names, and tuples of them."""
    if isinstance(value, (list, tuple, range)):
        return tuple(datum(one, what) for one in value)
    if isinstance(value, Mapping):
        return MappingProxyType({key: datum(one, what) for key, one in value.items()})
    if isinstance(value, sympy.MatrixBase):
        value = value.as_immutable()
    if not isinstance(exact(value, what), _DATA) and not hasattr(value, "__dataclass_fields__"):
        refuse(f"{what} is {value!r} of type {type(value).__name__}, which is no exact datum; "
               f"write integers, Rational(p, q), expressions, names, or tuples of them")
    return value


def takes(function, *names):
    """Refuse a function that cannot be called with arguments of these names."""
    try:
        signature(function).bind(*names)
    except TypeError:
        refuse(f"`{function.__name__}` is called with ({', '.join(names)}); write `def {function.__name__}({', '.join(names)}):`")


def exact(value, what):
    """`value`, after making sure that no float hides in it."""
    if found := floats(value):
        refuse(f"{what} contains the float {found[0]}; write an exact number such as Rational(1, 3)")
    return value


def beyond(symbol):
    """What a symbol, or a function's value, is declared to be beyond ASSUMED, which no judgement would heed; or None."""
    known = {word: True for word in _KNOWN if getattr(symbol, f"is_{word}")} | {"commutative": symbol.is_commutative}
    implied = sympy.Symbol("one", **known).assumptions0
    found = [(value, word) for word in _WORDS if (value := getattr(symbol, f"is_{word}")) is not None and word not in implied]
    value, word = max(found, default=(True, None))
    return word if value else f"not {word}"


def floats(value):
    """The floats that hide in a value."""
    if isinstance(value, (float, complex)) or type(value).__name__ in ("mpf", "mpc", "float64", "float32"):
        return [value]
    if isinstance(value, sympy.MatrixBase):
        return floats(list(value))
    if isinstance(value, sympy.Basic):
        return sorted(value.atoms(sympy.Float), key=str)
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    elif hasattr(value, "__dataclass_fields__"):
        value = [getattr(value, one.name) for one in fields(value)]
    return [found for one in value for found in floats(one)] if isinstance(value, (list, tuple, set, frozenset)) else []


def repeated(things, key=lambda one: one):
    """The first thing whose key is that of an earlier one, or None."""
    keys = [key(one) for one in things]
    return next((one for k, one in enumerate(things) if keys[k] in keys[:k]), None)


def line():
    """The line of the module that runs a declaration."""
    return _frame().f_lineno


def refuse(message):
    """Refuse a declaration, naming the file and line of the module that made it."""
    frame = _frame()
    raise LoadError(f"{frame.f_code.co_filename}:{frame.f_lineno}: {message}")


def _frame():
    here, frame = Path(__file__).parent, sys._getframe(1)
    while Path(frame.f_code.co_filename).parent == here or frame.f_code.co_filename == "<string>":
        frame = frame.f_back
    return frame
