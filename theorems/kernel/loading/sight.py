"""What a proof or a measurement can see: the objects that its function reaches by name.

A measurement may not see a conclusion, a proof no side of its own claim but through its
argument.  Seen are names of the module and of other theorem modules, followed through the
functions called; values handed over by the laboratory are not.
"""

import ast
import dis
from functools import lru_cache, partial, reduce
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType

import sympy
from sympy.core.relational import Relational

from theorems.kernel.statement import Claim, LoadError, Theorem, relations
from theorems.kernel.loading.vetting import iterations


def check(theorem):
    """Raise LoadError where a proof or a measurement sees what it must not."""
    every = [side for claim in theorem.claims for side in sides(claim)]
    for claim in theorem.claims:
        _look(claim.measurement.function, every, "measurement", claim)
        if claim.argument is not None:
            _look(claim.argument, sides(claim), "proof", claim)


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
        if any(one in _reached(called)[0] for called in _called(one)):
            return f"{place}{code.co_firstlineno}: `{one.__name__}` calls itself"
    repeated = next((name for name, value in values if value in (reduce, accumulate)), None)
    return None if repeated is None else f"through `{repeated}`"


def _look(function, hidden, what, claim):
    for name, value in _reached(function)[1]:
        seen = _conclusion(value, hidden)
        if seen:
            code = function.__code__
            raise LoadError(f"{code.co_filename}:{code.co_firstlineno}: the {what} `{function.__name__}` of claim "
                            f"{claim.says!r} sees {seen} through `{name}`; " + (
                                "use the relation it gets as argument" if what == "proof" else
                                "measure from the laboratory and the definitions alone"))


def _conclusion(value, hidden):
    if isinstance(value, Theorem):
        return "the theorem"
    if isinstance(value, Claim):
        return f"the claim {value.says!r}"
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        parts = value.values() if isinstance(value, dict) else value
        return next(filter(None, (_conclusion(one, hidden) for one in parts)), None)
    if isinstance(value, sympy.Basic):
        side = next((side for side in hidden if value == side or not value.is_Symbol and value.has(side)), None)
        return None if side is None else f"a side of a statement, {side},"
    return None


def _reached(function):
    """The functions of theorem modules that a function reaches by name, itself first, and all (name, value) they see."""
    functions, values, waiting = [], [], [function]
    while waiting:
        one = _plain(waiting.pop())
        if one is not None and one not in functions and _ours(one):
            functions.append(one)
            values += _seen(one)
            waiting += _called(one)
    return functions, values


def _called(function):
    return [plain for _, value in _seen(function) if (plain := _plain(value)) is not None and _ours(plain)]


def _seen(function):
    """(name, value) of the module's names and closure variables in a function's code."""
    names = {step.argval for code in _nested(function.__code__) for step in dis.get_instructions(code)
             if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    return [*((name, function.__globals__[name]) for name in sorted(names) if name in function.__globals__),
            *((name, cell.cell_contents) for name, cell in cells if _filled(cell))]


def _plain(value):
    while isinstance(value, partial) or hasattr(value, "__wrapped__"):
        value = value.func if isinstance(value, partial) else value.__wrapped__
    return value if isinstance(value, FunctionType) else None


def _ours(function):
    module = function.__module__ or ""
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
    return iterations(ast.parse(Path(file).read_text(encoding="utf-8"), file))
