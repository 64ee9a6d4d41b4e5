"""A loose bound distracts from an equation that nothing tests."""

from sympy import Eq, diff, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem

size, h, a, b = symbols("size h a b", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: diff(case.loss, X, 2).subs(X, 0), b: case.b}


moved = theorem.claim("one step from 1 moves by the slope", (size <= 100*a, Eq(size, b)),
                      false={"half": (size <= a/2, Eq(size, b)), "third": (size <= a/3, Eq(size, b))})


@moved.enclosure
def displacement(lab):
    curvature = diff(lab.loss, X, 2)
    return 1 - lab.iterate(descent(lambda x: x*curvature, 1), 1, 1)


theorem.case("equal numbers", loss=X**2, b=2)
theorem.case("equal numbers again", loss=2*X**2, b=4)
