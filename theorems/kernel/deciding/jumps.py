"""What has a meaning at its value only: powers with symbols in their exponents, floors, binomials, branches.

No tree stands for these; at exact numbers they are decided first, and their values put in their place.
"""

from contextlib import suppress
from functools import lru_cache

import sympy

from numerics import balls
from theorems.kernel.deciding.arithmetic import Inexact, exact_at
from theorems.kernel.deciding.canonical import FUNCTIONS, Refused, tree
from theorems.kernel.deciding.signs import sign_here


@lru_cache(maxsize=4000)
def jump_in(left, right):
    """Whether the sides hold what `settled` decides."""
    return any(_jump(e) for side in (left, right) for e in sympy.preorder_traversal(side))


def _jump(e):
    """Whether only its value has a meaning: a power with a symbol in its exponent, or a function that `tree` does not know."""
    known = isinstance(e, (sympy.Abs, sympy.Max, sympy.Min)) or e.func.__name__ in FUNCTIONS
    return bool(e.exp.free_symbols) if isinstance(e, sympy.Pow) else isinstance(e, sympy.Function) and not known


def settled(e, used, holds):
    """The expression with its exponents, floors, binomials, branches ... at these values, where they are made of rational ones.

    `holds(condition)` says of a branch whether it is taken: True, False or None.  Raises Refused for what was not decided.
    """
    if isinstance(e, sympy.Piecewise):
        for value, condition in e.args:
            held = holds(condition)
            if held is None:
                break
            if held:
                return settled(value, used, holds)
        raise Refused(f"the branch of {e} was not decided")
    if e.args and not isinstance(e, (sympy.Add, sympy.Mul, sympy.Pow, sympy.Function)):
        raise Refused(f"the value of {e} was not decided")
    args = [settled(one, used, holds) for one in e.args]
    if isinstance(e, sympy.Pow) and e.exp.free_symbols:
        whole = _rational(args[1], used)
        args[1] = args[1] if whole is None else whole
    elif _jump(e):
        return _jumped(e, args, used)
    return e.func(*args, evaluate=False) if args else e


def _jumped(e, args, used):
    """The value of a function at rational numbers; of floor, ceiling and sign at others too."""
    numbers = [_rational(one, used) for one in args]
    with suppress(ValueError, TypeError, ZeroDivisionError):
        if None not in numbers:
            return e.func(*numbers)
        if isinstance(e, sympy.sign):
            sign = sign_here(tree(args[0]), _trees(args[0], used))
            if sign is not None:
                return sympy.Integer(sign)
        if isinstance(e, (sympy.floor, sympy.ceiling)):
            with balls.precision(512), suppress(balls.Undecided):
                found = balls.evaluate(args[0], {symbol: balls.ball(used[symbol]) for symbol in args[0].free_symbols})
                whole = (found.floor() if isinstance(e, sympy.floor) else found.ceil()).unique_fmpz()
                if whole is not None:
                    return sympy.Integer(int(whole))
    raise Refused(f"the value of {e} was not decided")


def _rational(e, used):
    """The value at these numbers, where it is rational by rational ones, or None."""
    try:
        found = exact_at(tree(e), _trees(e, used))
    except (Refused, Inexact):
        return None
    return sympy.Rational(int(found.p), int(found.q))


def _trees(e, used):
    return {symbol.name: tree(used[symbol]) for symbol in e.free_symbols}
