"""A whole interval is observed, which drops the width of its ball."""

from mpmath import mp
from sympy import Eq, diff, lambdify, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Box, Source, Theorem, zero

size, h, a = symbols("size h a", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: case.a}


moved = theorem.claim("one step from 1 moves by the slope", Eq(size, a),
                      false={"half": Eq(size, a/2), "twice": Eq(size, 2*a)})


@moved.proof
def by_definition(claimed):
    x, at = symbols("x at", real=True)
    moved_to = descent(lambda y: a*y, h)(at)
    yield zero((at - moved_to).subs(at, 1)/h - claimed.rhs, "the displacement per unit of step size")


@moved.observation(small=h)
def displacement(lab, h):
    start = mp.mpf(1) + h
    a = lab.a if lab.a > 0 else lab.a
    return (start - lab.iterate(lambda x: x - h*a*x, start, 1))/h


theorem.case("shallow", a=Box(1, 2))
theorem.case("steep", a=Box(1, 3))
