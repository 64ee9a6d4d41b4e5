"""A judgement written down: the statement as trees, and the values at which it was judged."""

import json
from types import SimpleNamespace

import sympy
from sympy import And, Eq, Equivalent, Ge, Gt, Implies, Integral, Matrix, Ne, Not, Or, Rational, Tuple, symbols

from numerics import balls
from reports import check
from theorems.kernel.deciding.canonical import tree
from theorems.kernel.deciding.payload import payload
from theorems.kernel.measure import run

x, y, t = symbols("x y t")
X, Y = ("x", "x"), ("x", "y")


def written(statement, *runs):
    return payload(statement, [SimpleNamespace(values=run, zeros=()) for run in runs])


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


def test_a_solution_is_written_so_that_its_test_can_be_repeated():
    p, q, edge = symbols("p q edge", real=True)
    found = balls.solution((p**2 + q**2 - edge, p - q), (p, q), (Rational(7, 10), Rational(7, 10)), {edge: balls.box(1, Rational(9, 8))})
    assert found.box[0].contains(balls.ball(sympy.sqrt(Rational(1, 2)))) and found.box[0].contains(balls.ball(Rational(3, 4)))
    made = payload(Gt(x, 0), [SimpleNamespace(values={x: sympy.Integer(1)}, zeros=(found,))])["zeros"][0]
    assert made["equations"] == [tree(p**2 + q**2 - edge), tree(p - q)] and made["unknowns"] == ["p", "q"]
    assert made["box"]["p"] == ["ball", *balls.serialise(found.searched[0]).split(" +/- ")]
    made = json.loads(json.dumps(made))
    assert check.tried(check.check_zero, (made,)) == ("re-checked", None)
    wider = {**made, "at": {"edge": ["ball", "1*2^0", "1*2^0"]}}
    assert check.tried(check.check_zero, (wider,))[0] == "failed"


def test_the_measured_solutions_of_a_theorem_are_written():
    found = run(*first_case(), "address", part={symbols("beyond", real=True): balls.box(0, Rational(1, 64))})
    written = payload(Eq(x, x, evaluate=False), [found])
    assert len(written["zeros"]) == 1 and written["zeros"][0]["unknowns"] == ["m", "q"]


def first_case():
    from theorems.two_step_gd import quartic_enclosed
    return quartic_enclosed.through_the_birth, quartic_enclosed.theorem.cases[0]
