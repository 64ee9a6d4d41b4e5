"""Mutants of a statement: one integer changed by one, one sign, one symbol for another.

They come in a fixed order: relations as written, each tree from the top, arguments in
SymPy's canonical order.
"""

from dataclasses import dataclass
from functools import lru_cache

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from theorems.kernel.statement import relations

_REVERSED = " reversed"


@dataclass(frozen=True)
class Mutant:
    """A changed statement: relation number `place` of the tuple is now `relation`."""

    name: str
    place: int
    relation: object
    statement: object

    @property
    def reversed(self):
        """Whether only the direction of an inequality changed."""
        return self.name.endswith(_REVERSED)


def mutants(statement, symbols):
    """Every different mutant of `statement`; `symbols` are the ones to be interchanged."""
    return _mutants(relations(statement), tuple(sorted(symbols, key=str)))


@lru_cache(maxsize=16)             # one claim asks on each of its cases
def _mutants(parts, symbols):
    seen, found = set(), []
    for place, part in enumerate(parts):
        for name, changed in _changes(part, symbols):
            if changed == part or (place, changed) in seen or _trivial(changed):
                continue
            seen.add((place, changed))
            whole = parts[:place] + (changed,) + parts[place + 1:]
            found.append(Mutant(name, place, changed, whole if len(parts) > 1 else changed))
    return tuple(found)


def _changes(node, symbols):
    yield from _here(node, symbols)
    for i, argument in enumerate(node.args):
        for name, changed in _changes(argument, symbols):
            try:
                yield name, _rebuilt(node, [*node.args[:i], changed, *node.args[i + 1:]])
            except (TypeError, ValueError, ZeroDivisionError):
                continue           # no expression of this shape exists


def _trivial(changed):
    """Whether it says nothing: already decided, both sides the same, or defined nowhere, as log(p - p) is."""
    same = isinstance(changed, Relational) and changed.lhs == changed.rhs
    return isinstance(changed, BooleanAtom) or same or changed.has(sympy.zoo, sympy.nan)


def _rebuilt(node, args):
    """The node over other arguments; a relation stays one, for whether it is true is for measurements to say."""
    return node.func(*args, evaluate=False) if isinstance(node, Relational) else node.func(*args)


def _here(node, symbols):
    if node.is_Rational:
        yield from _integers(node)
    elif node.is_Symbol and node in symbols:
        yield from ((f"{node} -> {other}", other) for other in symbols if other != node)
    elif isinstance(node, Relational):
        if not isinstance(node, (sympy.Eq, sympy.Ne)):
            yield f"{node}{_REVERSED}", _rebuilt(node.reversedsign, node.args)
        side = 0 if node.rhs == 0 else 1                       # one sign, whichever side carries it
        if not _entries(node.lhs) and not _entries(node.rhs):
            yield f"sign of {node.args[side]}", _rebuilt(node, [-x if i == side else x for i, x in enumerate(node.args)])
    if isinstance(node, sympy.Add):
        for i, term in enumerate(node.args):
            yield f"sign of {term}", node.func(*node.args[:i], -term, *node.args[i + 1:])


def _integers(number):
    for step in (1, -1):
        yield f"{number} -> {sympy.Rational(number.p + step, number.q)}", sympy.Rational(number.p + step, number.q)
        if number.q > 1 and number.q + step > 0:
            changed = sympy.Rational(number.p, number.q + step)
            yield f"{number} -> {changed}", changed


def _entries(side):
    return isinstance(side, (sympy.Tuple, sympy.MatrixBase, BooleanFunction, Relational))
