"""The formula of the statement is also the measurement."""

from sympy import Eq, diff, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem

size, h, a = symbols("size h a", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: diff(case.loss, X, 2).subs(X, 0)}


prediction = a*(a + 1)/(a + 1)**2*(1 + a)
prediction = a + a*(a - 1)
moved = theorem.claim("one step from 1 moves by the slope", Eq(size, prediction),
                      false={"half": Eq(size, a/2), "twice": Eq(size, 2*a)})


@moved.enclosure
def displacement(lab):
    return helper(diff(lab.loss, X, 2))


def helper(value):
    return prediction.subs(a, value)


theorem.case("shallow", loss=X**2/3)
theorem.case("steep", loss=5*X**2)
