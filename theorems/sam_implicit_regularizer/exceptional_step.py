"""A step size for which SAM is undefined from an interval of starts: why Theorem B.1 speaks of all but countably many.

Setting.  L = l (x^2/2 - max(0, -x)^6/(6 rho^4)) on the line: five times continuously differentiable, with the stationary
points 0 and -rho only.  SAM of radius rho and step size eta starts at X > 0.

Statement.  After one step the slope is 0, so that SAM is undefined,

    if and only if  eta l = 1  or  (1 - eta l) X = eta l rho.

For eta = 1/l that is every start X > 0; for any other step size it is at most one.  So "for all but countably many
step sizes" cannot be dropped.  That the exceptions are countable: `critical_steps`.
"""

from sympy import Eq, Equivalent, Gt, Or, Rational, symbols

from numerics.steps import sam
from theorems import Each, Source, Theorem, positive, zero

slope = symbols("slope", real=True)                            # measured: L' after one step
X, l, eta, rho = symbols("X l eta rho", positive=True)
y = symbols("y", positive=True)                                # minus the place after the step

theorem = Theorem("a step size that SAM does not survive",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorems B.1 and B.2"))

undefined = theorem.claim(
    "when SAM is undefined after one step",
    Equivalent(Eq(slope, 0), Or(Eq(eta*l, 1), Eq((1 - eta*l)*X, rho*eta*l))),
    false={
        "one start for each step size": Equivalent(Eq(slope, 0), Eq((1 - eta*l)*X, rho*eta*l)),
        "never": Equivalent(Eq(slope, 0), Eq(rho*eta*l, 0)),
        "at the edge of stability": Equivalent(Eq(slope, 0), Or(Eq(eta*l, 2), Eq((1 - eta*l)*X, rho*eta*l))),
    },
)


@undefined.proof
def by_the_two_stationary_points(claimed):
    """L' = l x for x >= 0, so the step from X ends at (1 - eta l) X - eta l rho; for x = -y < 0, L' = -l y (1 - (y/rho)^4)."""
    stationary, places = sorted(claimed.args, key=lambda one: not one.has(slope))
    landing, passing = sorted(places.args, key=lambda one: one.has(X))
    end = sam(lambda x: (l*x,), eta, rho)((X,))[0]
    yield zero(end + rho - (landing.rhs - landing.lhs)*(X + rho), "it ends at -rho exactly if eta l = 1")
    yield zero(end - (passing.lhs - passing.rhs), "and at 0 where it says")
    yield zero(stationary.lhs - stationary.rhs - slope, "the slope there")
    yield zero(y*(1 - (y/rho)**4) - y*(rho - y)*(rho + y)*(rho**2 + y**2)/rho**4, "the slope's zeros for x < 0")
    yield positive((rho + y)*(rho**2 + y**2), "are -rho only")


@undefined.enclosure
def slope_after_one(lab):
    fall = lambda x: lab.l*x if x >= 0 else lab.l*(x - x**5/lab.rho**4)
    return {slope: fall(lab.iterate(sam(fall, lab.eta, lab.rho), lab.X, 1))}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("every start", l=2, eta=half, rho=third, X=Each(Rational(n, 20) for n in range(1, 61)))
theorem.case("every start, longer steps", l=half, eta=2, rho=1, X=Each((third/5, 1, 7)))
theorem.case("one start", l=3, eta=third/2, rho=1, X=Each((half, 1, 2)))
theorem.case("short steps", l=half, eta=half, rho=3, X=Each((half, 1)))
theorem.case("long steps", l=2, eta=Rational(3, 4), rho=half, X=half)

theorem.erratum(
    at="Theorem B.1, quoted without 'all but countably many step sizes'",
    printed="if the stationary points are a null set, SAM is defined from almost every start",
    fault="on 2 (x^2/2 - max(0, -x)^6/(6 rho^4)) a step with eta = 1/2 leads from every X > 0 to the stationary point -rho",
    statement=Gt((y - y**5/rho**4)**2, 0), witness={X: 1, y: third, rho: third, l: 2, eta: half},
    where=(Eq(-y, (1 - eta*l)*X - rho*eta*l),), repaired="for all but countably many step sizes, as in the paper",
)
