"""A judgement written down: the statement as trees, and the values at which it was judged."""

from types import SimpleNamespace

import sympy
from sympy import And, Eq, Equivalent, Ge, Gt, Implies, Integral, Matrix, Ne, Not, Or, Tuple, symbols

from numerics import balls
from theorems.kernel.deciding.canonical import tree
from theorems.kernel.deciding.payload import payload

x, y, t = symbols("x y t")
X, Y = ("x", "x"), ("x", "y")


def written(statement, *runs):
    return payload(statement, [SimpleNamespace(values=run) for run in runs])


def test_every_kind_of_statement_has_its_word():
    one, other = Gt(x, 0), Ge(y, 0)
    assert written(And(one, other))["statement"] == ["and", [">=", Y, "0"], [">", X, "0"]]
    assert written(Or(one, other))["statement"][0] == "or"
    assert written(Equivalent(one, other))["statement"][0] == "iff"
    assert written(Not(Eq(x, y), evaluate=False))["statement"] == ["not", ["=", X, Y]]
    assert written(Implies(other, one))["statement"] == ["implies", [">=", Y, "0"], [">", X, "0"]]
    assert written((Ne(x, y), sympy.true))["statement"] == ["and", ["!=", X, Y], ["true"]]
    assert written(Eq(Tuple(x, y), Tuple(1, 2)))["statement"] == ["and", ["=", X, "1"], ["=", Y, "2"]]
    assert written(Eq(Matrix([x, y]), Matrix([1, 2]), evaluate=False))["statement"] == ["and", ["=", X, "1"], ["=", Y, "2"]]


def test_values_are_trees_or_balls():
    ball = balls.box(1, 2)
    made = written(Gt(y, t), {y: sympy.sqrt(2), t: ball, symbols("unused"): sympy.Integer(7)})
    assert made["at"] == [{"t": ["ball", *balls.serialise(ball).split(" +/- ")], "y": tree(sympy.sqrt(2))}]


def test_powers_with_symbolic_exponents_stand_as_powers():
    assert written(Eq(x, (-1)**t))["statement"] == ["=", X, ("^", "-1", ("x", "t"))]
    assert written(Eq(x, sympy.exp(2*t)))["statement"] == ["=", X, tree(sympy.exp(2*t))]


def test_what_has_no_canonical_form_is_not_written():
    assert written(Eq(x, Integral(t, (t, 0, 1)))) == {}
