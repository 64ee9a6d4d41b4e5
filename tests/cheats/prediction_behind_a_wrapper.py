"""The formula is used by a function that is wrapped as another."""

from functools import wraps

from mpmath import mp
from sympy import Eq, diff, lambdify, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem, zero

size, h, a, b = symbols("size h a b", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: diff(case.loss, X, 2).subs(X, 0), b: diff(case.loss, X, 4).subs(X, 0)/6}


moved = theorem.claim("one step from 1 moves by the slope", Eq(size, a + b),
                      false={"half": Eq(size, a/2), "twice": Eq(size, 2*a)})


@moved.proof
def by_definition(claimed):
    x, at = symbols("x at", real=True)
    moved_to = descent(lambda y: a*y + b*y**3, h)(at)
    yield zero((at - moved_to).subs(at, 1)/h - claimed.rhs, "the displacement per unit of step size")


formula = a + b


def by_definition(lab):
    return lab.loss


@moved.enclosure
@wraps(by_definition)
def displacement(lab):
    return formula.subs({a: diff(lab.loss, X, 2).subs(X, 0), b: diff(lab.loss, X, 4).subs(X, 0)/6})


theorem.case("shallow", loss=X**2/3 + X**4)
theorem.case("steep", loss=5*X**2 - X**4/3)
