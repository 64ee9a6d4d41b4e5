"""The formula is handed over by the laboratory, within an object that is a datum."""

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


@moved.enclosure
def displacement(lab):
    at = {a: diff(lab.loss, X, 2).subs(X, 0), b: diff(lab.loss, X, 4).subs(X, 0)/6}
    return lab.formula.authors.subs(at)


theorem.case("shallow", loss=X**2/3 + X**4, formula=Source(a + b))
theorem.case("steep", loss=5*X**2 - X**4/3, formula=Source(a + b))
