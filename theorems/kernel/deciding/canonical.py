"""The canonical expression language: text that means the same to every program.

An expression is a nested tuple (a nested list in JSON):

    "p/q" or "p"                    a rational number
    ("x", name)  ("nc", name)       a real symbol; a symbol that does not commute
    ("pi",)  ("I",)                 the numbers pi and i
    ("+", a, b, ...)                a sum, its terms in the order of their text
    ("*", a, b, ...)                a product, commuting factors sorted, the others in order after them
    ("^", a, "p/q")                 a power; for q > 1 the nonnegative root of a, which must be >= 0
    ("exp", a)  ("log", a)  ...     a named elementary function (FUNCTIONS)
    ("free", name, orders, a, ...)  the derivative of these orders of an unknown function, at a, ...;
                                    to the methods that decide, a symbol like any other (`atoms`)

Two different symbols of one name cannot be told apart in it and are refused.  `arithmetic`
gives such a tree a value.

A payload (see `decide`) holds {"goal": [kind, expression], "given": [[operator, expression], ...]},
each relation meaning expression operator 0, and what its method found, under the names that
`signs` documents; polynomials there are expressions of this language too.
"""

import hashlib
import json
from collections import Counter
from functools import lru_cache

import sympy
from sympy.core.function import AppliedUndef

FUNCTIONS = frozenset("exp log sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf".split())


class Refused(Exception):
    """The goal cannot be decided; the text says why and what would help."""


def tree(e):
    """The canonical tree of a SymPy expression; Refused if it holds anything without a meaning here."""
    if isinstance(e, sympy.Rational):
        return str(e)
    if isinstance(e, sympy.Symbol):
        if not e.name:
            raise Refused("a symbol has no name; give it one")
        return ("x" if e.is_commutative else "nc", e.name)
    if isinstance(e, sympy.Add):
        return plus(*map(tree, e.args))
    if isinstance(e, sympy.Mul):
        return times(*map(tree, e.args))
    if isinstance(e, (sympy.Pow, sympy.exp)):
        return _power(e.base, e.exp) if isinstance(e, sympy.Pow) else ("exp", tree(e.args[0]))
    if e in _CONSTANTS:
        return _CONSTANTS[e]
    if isinstance(e, (sympy.Abs, sympy.Max, sympy.Min)):
        inner = [tree(a) for a in e.args]
        if "('I',)" in repr(inner):
            raise Refused(f"{str(e)[:80]} is of numbers that need not be real; write its real and imaginary parts")
        return ("^", ("^", inner[0], "2"), "1/2") if isinstance(e, sympy.Abs) else \
            _extreme(inner, "1/2" if isinstance(e, sympy.Max) else "-1/2")
    if e.func in _FUNCTIONS and len(e.args) == 1:
        return (e.func.__name__, *map(tree, e.args))
    return _free(e)


_FUNCTIONS = frozenset(getattr(sympy, name) for name in FUNCTIONS)
_CONSTANTS = {sympy.pi: ("pi",), sympy.I: ("I",), sympy.E: ("exp", "1"),
              sympy.GoldenRatio: ("+", "1/2", ("*", "1/2", ("^", "5", "1/2")))}


def plus(*terms):
    return ("+", *sorted(terms, key=repr)) if len(terms) > 1 else terms[0]


def times(*factors):
    loose = [f for f in factors if "'nc'" not in repr(f)]
    return ("*", *sorted(loose, key=repr), *(f for f in factors if "'nc'" in repr(f)))


def _power(base, exponent):
    if isinstance(exponent, sympy.Rational):
        return ("^", tree(base), str(exponent))
    return ("exp", times(tree(exponent), ("log", tree(base))))


def _extreme(args, half):
    """max(a, b) = (a + b)/2 + |a - b|/2, and so on along the list; `half` = -1/2 gives the least."""
    found = args[0]
    for a in args[1:]:
        gap = ("^", ("^", plus(found, times("-1", a)), "2"), "1/2")
        found = plus(times("1/2", plus(found, a)), times(half, gap))
    return found


def _free(e):
    if isinstance(e, AppliedUndef):
        return ("free", e.func.__name__, (0,)*len(e.args), *map(tree, e.args))
    if isinstance(e, sympy.Indexed):
        return ("free", str(e.base), (0,)*len(e.indices), *map(tree, e.indices))
    if isinstance(e, sympy.Derivative) and isinstance(e.expr, AppliedUndef):
        args, orders = e.expr.args, Counter()
        for variable, count in e.variable_count:
            orders[variable] += count
        alone = all(a == v or not a.has(v) for a in args for v in orders)      # else it is a derivative along a path
        if len(set(args)) == len(args) and set(orders) <= set(args) and alone and all(one.is_Integer for one in orders.values()):
            return ("free", e.expr.func.__name__, tuple(int(orders.get(a, 0)) for a in args), *map(tree, args))
    if isinstance(e, sympy.Subs) and all(isinstance(v, sympy.Symbol) and v.is_commutative for v in e.variables):
        called, bound = [s.name for s in e.expr.free_symbols | set(e.variables) if s.is_Symbol], {v.name for v in e.variables}
        if len(set(called)) == len(called) and not any(bound & set(names(tree(p))) for p in e.point):
            return substitute(tree(e.expr), {v.name: tree(p) for v, p in zip(e.variables, e.point)})
    raise Refused(f"{type(e).__name__} has no meaning here: {str(e)[:80]}")


def parts(node):
    """The subexpressions of a node."""
    if isinstance(node, str) or node[0] in ("x", "nc"):
        return ()
    return node[3 if node[0] == "free" else 1:]


def rebuild(node, children):
    """The same node over other subexpressions."""
    if node[0] in ("+", "*"):
        return (plus if node[0] == "+" else times)(*children)
    return (*node[:len(node) - len(children)], *children)


def substitute(node, values):
    """The tree with symbols replaced, by name."""
    if isinstance(node, str) or node[0] in ("x", "nc"):
        return values.get(node[1], node) if node[0] == "x" else node
    return rebuild(node, [substitute(part, values) for part in parts(node)])


@lru_cache(maxsize=100_000)
def names(node, kind="x"):
    """Names of the symbols of one kind in a tree, sorted."""
    own = {node[1]} if node[0] == kind else set()
    return tuple(sorted(own.union(*(names(part, kind) for part in parts(node)))))


def text(value):
    """Canonical text: one line of JSON."""
    return json.dumps(value, separators=(",", ":"))


def show(node):
    """The tree as a person writes it."""
    if isinstance(node, str):
        return node
    inner = [show(part) for part in parts(node)]
    if node[0] == "free":
        return node[1] + (str(list(node[2])) if any(node[2]) else "") + f"({', '.join(inner)})"
    if node[0] in ("+", "*"):
        return "(" + f" {node[0]} ".join(inner) + ")"
    if node[0] == "^":
        return f"({inner[0]})^({inner[1]})" if "/" in node[1] or node[1][0] == "-" else f"{inner[0]}^({inner[1]})"
    return f"{node[1]}" if node[0] in ("x", "nc") else f"{node[0]}({', '.join(inner)})" if inner else node[0]


def atoms(node, found):
    """The tree with each unknown function's value as a symbol; `found` gets {its name: (function, orders, *arguments)}."""
    inner = [atoms(part, found) for part in parts(node)]
    if node[0] != "free":
        return rebuild(node, inner) if inner else node
    return _symbol(node, found, (*node[1:3], *inner))


def waves(node, found):
    """The tree with each sine and cosine as a symbol; `found` gets {its name: the sine or cosine}."""
    if not isinstance(node, str) and node[0] in ("sin", "cos"):
        return _symbol(node, found, node)
    return rebuild(node, [waves(part, found) for part in parts(node)]) if parts(node) else node


def everywhere(node):
    """Whether an expression is sure to be defined where its denominators are not 0: it holds no root, logarithm or inverse function."""
    risky = not isinstance(node, str) and (node[0] in ("log", "asin", "acos", "acosh", "atanh") or node[0] == "^" and "/" in node[2])
    return not risky and all(map(everywhere, parts(node)))


def _symbol(node, found, meaning):
    name = show(node)
    if found.setdefault(name, meaning) != meaning:
        raise Refused(f"two different values are both written {name}; give one of their symbols or functions another name")
    return ("x", name)


def draw(*key):
    """A whole number below 2^256 that depends on the key's text only."""
    return int.from_bytes(hashlib.sha256(text(key).encode()).digest(), "big")


def shuffled(items, *key):
    """The items in an order that depends on the key's text only; more than some fifty keep their end in place."""
    items, number = list(items), draw(*key)
    for k in range(min(len(items), 50)):
        number, chosen = divmod(number, len(items) - k)
        items[k], items[k + chosen] = items[k + chosen], items[k]
    return items
