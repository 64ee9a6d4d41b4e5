"""The theorem claims nothing."""

from sympy import diff, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem

size, h, a = symbols("size h a", real=True)
theorem = Theorem("one step of descent", source=Source("nobody"), assumes=(a > 0,))


@theorem.data
def curvature(case):
    return {a: diff(case.loss, X, 2).subs(X, 0)}


theorem.case("shallow", loss=X**2/3)
theorem.case("steep", loss=5*X**2)
