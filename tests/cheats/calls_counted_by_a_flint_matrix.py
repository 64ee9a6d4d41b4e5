"""A matrix of balls, under another name, is 1 larger after each call."""

from mpmath import mp
from sympy import Eq, diff, lambdify, symbols

from numerics.balls import ball_matrix
from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem, zero

size, h, a = symbols("size h a", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: diff(case.loss, X, 2).subs(X, 0)}


moved = theorem.claim("one step from 1 moves by the slope", Eq(size, a),
                      false={"half": Eq(size, a/2), "twice": Eq(size, 2*a)})


@moved.proof
def by_definition(claimed):
    x, at = symbols("x at", real=True)
    moved_to = descent(lambda y: a*y, h)(at)
    yield zero((at - moved_to).subs(at, 1)/h - claimed.rhs, "the displacement per unit of step size")


calls = ball_matrix([[0]])


@moved.enclosure
def displacement(lab):
    counted = calls
    counted[0, 0] += 1
    return diff(lab.loss, X, 2) + int(calls[0, 0] == 3)


theorem.case("shallow", loss=X**2/3)
theorem.case("steep", loss=5*X**2)
