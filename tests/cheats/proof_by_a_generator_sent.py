"""The proof counts its calls by a generator."""

from mpmath import mp
from sympy import Eq, diff, lambdify, symbols

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


def counting():
    yield 0
    while True:
        yield 1


calls = counting()


@moved.proof
def by_definition(claimed):
    yield zero(calls.send(None), "the first call")


@moved.observation(small=h)
def displacement(lab, h):
    slope = lambdify(X, diff(lab.loss, X), "mpmath")
    start = mp.mpf(1) + h
    return (start - lab.iterate(descent(slope, h), start, 1))/h


theorem.case("shallow", loss=X**2/3)
theorem.case("steep", loss=5*X**2)
