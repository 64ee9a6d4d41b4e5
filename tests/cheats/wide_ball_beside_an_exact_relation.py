"""A ball so wide that it agrees with everything, beside a relation that is exact."""

from mpmath import mp
from sympy import Eq, diff, lambdify, symbols

from numerics import balls
from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem, zero

other, size, h, a = symbols("other size h a", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: diff(case.loss, X, 2).subs(X, 0)}


moved = theorem.claim("one step from 1 moves by the slope", (Eq(other, 2*a), Eq(size, a)),
                      false={"half": (Eq(other, a), Eq(size, a/2)), "twice": (Eq(other, 2*a), Eq(size, 2*a))})


@moved.enclosure
def displacement(lab):
    end = lab.iterate(descent(lambda x: x*diff(lab.loss, X, 2), 1), 1, 1)
    return {other: 2*(1 - end), size: balls.box(-lab.width, lab.width) + balls.ball(1 - end)}


theorem.case("shallow", loss=X**2/3, width=0)
theorem.case("steep", loss=5*X**2, width=1000)
