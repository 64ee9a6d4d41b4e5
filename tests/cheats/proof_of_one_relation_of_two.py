"""The second relation is never looked at."""

from mpmath import mp
from sympy import Eq, diff, lambdify, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem, zero

size, time, h, a = symbols("size time h a", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: diff(case.loss, X, 2).subs(X, 0)}


moved = theorem.claim("one step moves by the slope and takes one unit of time", (Eq(size, a), Eq(time, 1)),
                      false={"half": (Eq(size, a/2), Eq(time, 1)), "twice": (Eq(size, 2*a), Eq(time, 1))})


@moved.proof
def by_definition(claimed, never_looked_at):
    yield zero(a - claimed.rhs, "the displacement per unit of step size")


@moved.observation(small=h)
def displacement(lab, h):
    slope = lambdify(X, diff(lab.loss, X), "mpmath")
    start = mp.mpf(1) + h
    return {size: (start - lab.iterate(descent(slope, h), start, 1))/h, time: 1 + h}


theorem.case("shallow", loss=X**2/3)
theorem.case("steep", loss=5*X**2)
