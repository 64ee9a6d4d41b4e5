"""What a stranger needs to check a judgement again: the statement as canonical trees, and the values.

A statement is ["=", left, right] (or "!=", ">=", ">", "<=", "<") of canonical trees, or
["and" | "or" | "not" | "iff" | "implies", ...] of statements; a value is a canonical tree
or ["ball", middle, radius] with dyadic numbers written m*2^e.  Beyond the canonical language,
the exponent in ["^", a, q] may be a tree: whole exponents allow a negative base.  Solutions that a
measurement proved to exist stand beside them, as `_zero` says.
"""

import sympy
from sympy.logic.boolalg import And, BooleanAtom, Equivalent, Implies, Not, Or

from numerics import balls
from theorems.kernel.deciding.canonical import Refused, parts, rebuild, times, tree
from theorems.kernel.statement import relations

RUNS = 256                         # runs of one piece of evidence that are written down
_SIGNS = {sympy.Eq: "=", sympy.Ne: "!=", sympy.Ge: ">=", sympy.Gt: ">", sympy.Le: "<=", sympy.Lt: "<"}
_WORDS = {And: "and", Or: "or", Not: "not", Equivalent: "iff", Implies: "implies"}


def payload(statement, runs):
    """{"statement", "at"} for values of each run; {} where an expression has no canonical form."""
    try:
        whole = [_formula(one) for one in relations(statement)]
        needed = set().union(*(one.free_symbols for one in relations(statement)))
        at = [{str(symbol): _value(value) for symbol, value in sorted(run.values.items(), key=lambda pair: str(pair[0]))
               if symbol in needed} for run in runs[:RUNS]]
    except Refused:
        return {}
    zeros = [_zero(zero) for run in runs[:RUNS] for zero in run.zeros]
    return {"statement": whole[0] if len(whole) == 1 else ["and", *whole], "at": at, **({"zeros": zeros} if zeros else {})}


def _zero(zero):
    """What Krawczyk's test needs: equations that are 0, the box, and the inverse of their slopes, in dyadic numbers."""
    equations, unknowns, parameters, inverse = zero.system
    return {"equations": [tree(one) for one in equations], "unknowns": list(map(str, unknowns)),
            "at": {str(symbol): _value(value) for symbol, value in parameters.items()},
            "box": {str(symbol): _value(side) for symbol, side in zip(unknowns, zero.searched)},
            "inverse": [[_value(one)[1] for one in row] for row in inverse]}


def _formula(relation):
    if isinstance(relation, BooleanAtom):
        return ["true" if relation else "false"]
    if type(relation) in _WORDS:
        return [_WORDS[type(relation)], *map(_formula, sorted(relation.args, key=sympy.default_sort_key))] \
            if not isinstance(relation, Implies) else ["implies", *map(_formula, relation.args)]
    if isinstance(relation.lhs, (sympy.Tuple, sympy.MatrixBase)):
        return ["and", *([_SIGNS[type(relation)], *map(_powers, map(tree, pair))] for pair in zip(relation.lhs, relation.rhs))]
    return [_SIGNS[type(relation)], _powers(tree(relation.lhs)), _powers(tree(relation.rhs))]


def _powers(node):
    """The tree with exp(q log a) written a^q."""
    node = rebuild(node, [_powers(part) for part in parts(node)]) if parts(node) else node
    if node[0] == "exp" and node[1][0] == "*":
        logs = [part for part in node[1][1:] if part[0] == "log"]
        rest = [part for part in node[1][1:] if part[0] != "log"]
        if len(logs) == 1 and rest:
            return ("^", logs[0][1], times(*rest) if len(rest) > 1 else rest[0])
    return node


def _value(value):
    if isinstance(value, sympy.Basic):
        return tree(value)
    return ["ball", *balls.serialise(value).split(" +/- ")]
