"""What a proof or a measurement can see: the objects that its function reaches by name.

A measurement may not see a conclusion, a proof no side of its own claim but through its
argument.  Seen are names of the module and of other theorem modules, followed through the
functions called; values handed over by the laboratory are not.
"""

import dis
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence, MutableSet
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial, reduce
from itertools import accumulate
from pathlib import Path
from types import BuiltinMethodType, CodeType, FunctionType, MethodType

import numpy
import sympy
from flint.flint_base.flint_base import flint_mat, flint_poly
from sympy.core.relational import Relational

from theorems.kernel.statement import Claim, LoadError, Theorem, relations
from theorems.kernel.loading.vetting import iterations, parsed


def check(theorem):
    """Raise LoadError where a proof or a measurement sees what it must not."""
    every = [side for claim in theorem.claims for side in sides(claim)]
    for claim in theorem.claims:
        _look(claim.measurement.function, every, "measurement", claim)
        if claim.argument is not None:
            _look(claim.argument, sides(claim), "proof", claim)
        if theorem.reader is not None:
            _look(theorem.reader, (), "reader", claim)
        for case in claim.all_cases() + claim.all_outsides():
            seen = next(filter(None, (_conclusion(part, every) for part in _parts(case.data))), None)
            if seen:
                raise LoadError(f"{theorem.file}:{claim.line}: case {case.name!r} of claim {claim.says!r} holds {seen} which "
                                f"its measurement would read; give what the definitions need")


def sides(claim):
    """The expressions that a claim's relations set equal or compare: no numbers, no bare symbols."""
    found = [side for statement in relations(claim.statement) for relation in sympy.preorder_traversal(statement)
             if isinstance(relation, Relational) for side in relation.args]
    return [side for side in found if isinstance(side, sympy.Basic) and side.free_symbols and not side.is_Symbol]


def by_hand(function):
    """Where a measurement iterates outside its laboratory ("file.py:12: x = x - g(x)"), or None."""
    functions, values = _reached(function)
    for one in functions:
        code, lines = one.__code__, {line for part in _nested(one.__code__) for _, _, line in part.co_lines() if line}
        place = f"{Path(code.co_filename).name}:"
        for line, text in _iterations(code.co_filename).items():
            if line in lines:
                return f"{place}{line}: `{text}`"
        if any(one in _reached(called)[0] for _, called in _seen(one) if _ours(called)):
            return f"{place}{code.co_firstlineno}: `{one.__name__}` calls itself"
    repeated = next((name for name, value in values if value is reduce or value is accumulate), None)
    return None if repeated is None else f"through `{repeated}`"


def kept(claim):
    """[(name, what it holds now)] of everything that a claim's functions see by name and could change."""
    functions = filter(None, (claim.measurement.function, claim.argument, claim.theorem.reader))
    return [(name, _held(value)) for function in functions for name, value in _changeable(function)]


@lru_cache(maxsize=64)
def _changeable(function):
    return [(name, value) for name, value in _reached(function)[1] if isinstance(value, _CHANGEABLE)]


_CHANGEABLE = (MutableMapping, MutableSequence, MutableSet, sympy.MutableDenseMatrix, sympy.MutableSparseMatrix, numpy.ndarray,
               flint_mat, flint_poly)


def _held(value):
    """What tells a container from itself after a change: the very objects in it, which are kept so that no other takes their place."""
    if isinstance(value, (MutableMapping, MutableSequence, MutableSet)):
        objects = [part for pair in value.items() for part in pair] if isinstance(value, MutableMapping) else value
        found = [(id(one), one) for one in objects]
        return sorted(found, key=lambda pair: pair[0]) if isinstance(value, MutableSet) else found
    if isinstance(value, (flint_mat, flint_poly)):
        return [one.repr() for one in (value.entries() if isinstance(value, flint_mat) else value.coeffs())]
    return repr(value.tolist())


def _look(function, hidden, what, claim):
    if not isinstance(function, FunctionType):
        raise LoadError(f"{claim.theorem.file}:{claim.line}: the {what} of claim {claim.says!r} is a "
                        f"{type(function).__name__}; write a function with def")
    functions, values = _reached(function)
    found = [(name, seen) for name, value in values if (seen := _conclusion(value, hidden))]
    if what == "measurement":
        found += [(one.__name__, "what the statement reads") for one in functions if one is claim.theorem.reader]
    for name, seen in found:
        code = function.__code__
        raise LoadError(f"{code.co_filename}:{code.co_firstlineno}: the {what} `{function.__name__}` of claim "
                        f"{claim.says!r} sees {seen} through `{name}`; " + (
                            "use the relation it gets as argument" if what == "proof" else
                            "use the data and the definitions alone"))


def _conclusion(value, hidden):
    """What is seen in a value that must not be, or None."""
    if isinstance(value, Theorem):
        return "the theorem"
    if isinstance(value, Claim):
        return f"the claim {value.says!r}"
    if isinstance(value, Iterator):
        return "an iterator, which remembers what was taken from it,"
    if isinstance(value, FunctionType) and value.__code__.co_filename.startswith("<lambdify"):
        side = next((side for side in hidden if str(side) in value.__doc__), None)
    else:
        side = next((side for side in hidden if value == side or not value.is_Symbol and value.has(side)), None) \
            if isinstance(value, sympy.Basic) else None
    return None if side is None else f"a side of a statement, {side},"


def _reached(function):
    """The functions of theorem modules that a function reaches by name, itself first, and all (name, value) they see."""
    functions, values, waiting = [], [], _parts(function)
    while waiting:
        one = waiting.pop()
        if one not in functions and _ours(one):
            functions.append(one)
            values += _seen(one)
            waiting += [value for _, value in _seen(one) if _ours(value)]
    return functions, values


def _seen(function):
    """(name, value) of what a function's code names: in its module, in its closure, in its defaults, and what these carry."""
    found = [(name, function.__globals__[name]) for name in _named(function.__code__) if name in function.__globals__]
    found += [(name, cell.cell_contents) for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ())
              if _filled(cell)]
    found += [("a default", value) for value in (function.__defaults__, function.__kwdefaults__)]
    return [(name, part) for name, value in found for part in _parts(value)]


@lru_cache(4096)
def _named(whole):
    """The names that code and the functions in it look up in their module."""
    return sorted({step.argval for code in _nested(whole) for step in dis.get_instructions(code)
                   if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")})


def _parts(value):
    """A value, or what it carries: parts of a container, the object of a method, function and arguments of a partial."""
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = value
    elif isinstance(value, partial):
        inner = (value.func, value.args, value.keywords)
    elif is_dataclass(value) and not isinstance(value, (type, Theorem, Claim)):
        inner = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, (MethodType, BuiltinMethodType)):
        inner = (value.__self__,)
    else:
        inner = (value.__wrapped__,) if hasattr(value, "__wrapped__") else ()
    return [value, *(part for one in inner for part in _parts(one))]


def _ours(value):
    module = value.__module__ or "" if isinstance(value, FunctionType) else ""
    return module.startswith(("theorems.", "conjecture_")) and not module.startswith("theorems.kernel.")


def _nested(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _filled(cell):
    try:
        return cell.cell_contents is not None
    except ValueError:             # not yet bound
        return False


@lru_cache(maxsize=None)
def _iterations(file):
    return iterations(parsed(Path(file).read_text(encoding="utf-8"), file))
