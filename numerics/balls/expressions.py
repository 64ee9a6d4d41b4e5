"""Exact SymPy expressions at balls: an enclosure of the range, by recursion over the tree.

Each operation encloses its own range as tightly as a ball allows (monotone functions by their
values at the two ends), so a result is wide only through dependency: x - x at [0, 1] is
[-1, 1].  `mean_value` and smaller boxes are the cure.  An operation that is undefined
somewhere on its argument raises Undecided; only the branch of a Piecewise that is taken is
looked at.
"""

from functools import reduce

import sympy
from flint import arb, fmpq

from numerics.balls.arithmetic import Undecided, absolute, ball, compare, power, text


def evaluate(expression, values):
    """A ball that contains `expression` for every choice of numbers in the balls `values`.

    `values` maps symbols to balls or exact numbers.  Error: enclosed.
    Cost: one ball operation per node of the tree; equal subtrees are evaluated once.
    Raises: Undecided where the expression is not defined as a real number on the whole box, or
    a condition is not decided there; TypeError for floats, unknown functions, missing symbols.
    """
    expression = sympy.sympify(expression)
    symbols = tuple(values)
    return compiled(expression, symbols)(*values.values())


def compiled(expression, symbols):
    """`evaluate` for repeated use: a function of balls or exact numbers, one per symbol.

    For a tuple, list or matrix of expressions the function returns a flat list of balls, and
    subtrees they share are evaluated once.
    """
    several = isinstance(expression, (tuple, list, sympy.Tuple, sympy.MatrixBase))
    expressions = [sympy.sympify(e) for e in expression] if several else [expression]
    built = _slots(symbols)
    parts = [_build(e, built) for e in expressions]

    def function(*values):
        if len(values) != len(symbols):
            raise TypeError(f"{len(symbols)} values are needed, one for each of {symbols}")
        known = [*map(_finite_ball, values), *[None]*(len(built) - len(symbols))]
        results = [part(known) for part in parts]
        return results if several else results[0]
    return function


def holds(condition, values):
    """True, False or None (undecided) for a relation or Boolean combination at balls.

    True means: for every choice of numbers in the balls.  Equality is True only for two single
    points, and Undecided is not raised for a condition, only for undefined operands.
    """
    built = _slots(values)
    decide = _condition(sympy.sympify(condition), built)
    return decide([*map(_finite_ball, values.values()), *[None]*len(built)])


def _slots(symbols):
    """A fresh table node -> function of the list of known values; symbols come first."""
    return {symbol: (lambda known, i=i: known[i]) for i, symbol in enumerate(symbols)}


def _finite_ball(value):
    value = ball(value)
    if not value.is_finite():
        raise Undecided("a value is unbounded or undefined: an operation before it was not defined "
                        "on its whole argument")
    return value


def _build(node, built):
    if node not in built:
        compute = _operation(node, built)
        built[node] = _remember(node, compute, len(built))
    return built[node]


def _remember(node, compute, slot):
    """Each node is computed once per call, and kept in its slot of `known`."""
    def value(known):
        found = known[slot]
        if found is None:
            found = known[slot] = compute(known)
            if not found.is_finite():
                raise Undecided(f"{node} is not defined as a real number on the whole box")
        return found
    return value


def _operation(node, built):
    if isinstance(node, sympy.Float):
        raise TypeError(f"the float {node} in an exact expression: write it as a Rational")
    if isinstance(node, sympy.Rational):
        return _constant(node)
    if node in CONSTANTS:
        return lambda known: CONSTANTS[node]()
    if isinstance(node, sympy.Symbol):
        raise TypeError(f"no value given for {node}")
    if isinstance(node, sympy.Piecewise):
        return _piecewise(node, built)
    if isinstance(node, sympy.Pow):
        return _power(node, built)
    if isinstance(node, sympy.CRootOf):
        return lambda known: _root_of(node)
    function = FUNCTIONS.get(node.func)
    if function is None:
        raise TypeError(f"{node} of type {type(node).__name__} cannot be evaluated at balls; known "
                        f"functions: {', '.join(sorted(f.__name__ for f in FUNCTIONS))}")
    parts = [_build(a, built) for a in node.args]
    return lambda known: function(*[part(known) for part in parts])


def _constant(node):
    if node.q == 1:
        exact = arb(node.p)
        return lambda known: exact
    quotient = fmpq(node.p, node.q)
    return lambda known: arb(quotient)


def _power(node, built):
    base, exponent = node.args
    x = _build(base, built)
    if exponent.is_Integer:
        n = int(exponent)
        return lambda known: power(x(known), n)
    if exponent.is_Rational:
        p, q = int(exponent.p), int(exponent.q)
        return lambda known: _root_power(x(known), p, q)
    y = _build(exponent, built)
    return lambda known: _real_power(x(known), y(known))


def _root_power(x, p, q):
    """x**(p/q), the real value for x >= 0; SymPy's value for x < 0 is not real."""
    if not x >= 0:
        raise Undecided(f"the root of order {q} of {text(x)}, which is not shown to be >= 0")
    return power(_rising(lambda t: t.root(q))(x).nonnegative_part(), p)


def _real_power(x, y):
    if y.is_exact() and y.is_integer():
        return power(x, int(y.fmpz()))
    if not x > 0:
        raise Undecided(f"{text(x)} to a power that is no fixed integer needs a positive base")
    return _rising(arb.exp)(y*_rising(arb.log)(x))


def _piecewise(node, built):
    branches = [(_build(value, built), _condition(condition, built))
                for value, condition in node.args]

    def choose(known):
        for value, condition in branches:
            truth = condition(known)
            if truth is None:
                raise Undecided(f"which branch of {node} holds is not decided on the whole box")
            if truth:
                return value(known)
        raise Undecided(f"no branch of {node} holds")
    return choose


def _condition(condition, built):
    if condition in (sympy.true, sympy.false):
        return lambda known: bool(condition)
    if isinstance(condition, (sympy.And, sympy.Or, sympy.Not)):
        parts = [_condition(c, built) for c in condition.args]
        join = CONNECTIVES[condition.func]
        return lambda known: join([part(known) for part in parts])
    decide = RELATIONS.get(condition.func)
    if decide is None:
        raise TypeError(f"the condition {condition} cannot be decided at balls")
    left, right = (_build(side, built) for side in condition.args)
    return lambda known: decide(left(known), right(known))


def _less(a, b):
    return True if a < b else False if a >= b else None


def _not_more(a, b):
    return True if a <= b else False if a > b else None


def _equal(a, b):
    order = compare(a, b)
    return None if order is None else order == 0


def _not(truth):
    return None if truth is None else not truth


def _all(truths):
    return False if False in truths else None if None in truths else True


def _rising(f):
    """The range of an increasing function: between its values at the two ends."""
    return lambda x: f(x) if x.is_exact() else f(x.lower()).union(f(x.upper()))


def _cosh(x):
    """Even, and increasing with |x|."""
    return arb.cosh(x.abs_lower()).union(arb.cosh(x.abs_upper()))


def _tan(x):
    if 0 in x.cos():
        raise Undecided(f"the tangent has a pole in {text(x)}, or close to it")
    return _rising(arb.tan)(x)


def _atan2(y, x):
    if 0 in y and 0 in x:
        raise Undecided(f"the angle of the point ({text(x)}, {text(y)}), which may be the origin")
    return arb.atan2(y, x)


def _sign(x):
    if x > 0 or x < 0 or x.is_zero():
        return arb((x > 0) - (x < 0))
    raise Undecided(f"the sign of {text(x)} is not decided")


def _root_of(node):
    """A real root of a rational polynomial, by exact isolation: SymPy counts from the left."""
    from numerics.sturm import enclose_root
    return enclose_root(node.poly, node.index)


CONSTANTS = {sympy.pi: arb.pi, sympy.E: arb.const_e, sympy.EulerGamma: arb.const_euler,
             sympy.Catalan: arb.const_catalan}
FUNCTIONS = {
    sympy.Add: lambda *terms: reduce(arb.__add__, terms),
    sympy.Mul: lambda *factors: reduce(arb.__mul__, factors),
    sympy.exp: _rising(arb.exp), sympy.log: _rising(arb.log),
    sympy.sinh: _rising(arb.sinh), sympy.tanh: _rising(arb.tanh), sympy.cosh: _cosh,
    sympy.asinh: _rising(arb.asinh), sympy.atanh: _rising(arb.atanh),
    sympy.acosh: _rising(arb.acosh), sympy.asin: _rising(arb.asin), sympy.acos: _rising(arb.acos),
    sympy.atan: _rising(arb.atan), sympy.sin: arb.sin, sympy.cos: arb.cos, sympy.tan: _tan,
    sympy.atan2: _atan2,
    sympy.erf: _rising(arb.erf), sympy.erfc: _rising(arb.erfc), sympy.gamma: arb.gamma,
    sympy.Abs: absolute, sympy.sign: _sign,
    sympy.Max: lambda *xs: reduce(arb.max, xs), sympy.Min: lambda *xs: reduce(arb.min, xs),
}
RELATIONS = {
    sympy.StrictLessThan: _less, sympy.StrictGreaterThan: lambda a, b: _less(b, a),
    sympy.LessThan: _not_more, sympy.GreaterThan: lambda a, b: _not_more(b, a),
    sympy.Equality: _equal, sympy.Unequality: lambda a, b: _not(_equal(a, b)),
}
CONNECTIVES = {sympy.And: _all, sympy.Or: lambda truths: _not(_all([_not(t) for t in truths])),
               sympy.Not: lambda truths: _not(truths[0])}
