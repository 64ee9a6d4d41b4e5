"""Where the equivalence fails: two controls in two orders end in different weights.

Statement.  G1 = (x^2 - y^2)/2, G2 = x y has gradients that do not commute.  A unit control along G1, then one
along G2, each for a time e, ends in weights that differ from those of the other order by

    D1 = -E^-4 (E^2 - 1)^2 (E^2 + 1) [(E - 1) x + (E + 1) y] [(E + 1) x + (E - 1) y]/8,
    D2 =  E^-4 (E^2 - 1)^2 (E^2 + 1) (E^2 x^2 - y^2)/4,                E = exp(e),

D/e^2 tends to J [grad G1, grad G2] = (-4 x y, 2 x^2 - 2 y^2).  The linear losses -w1 and -w2, one after the
other, are such controls, and their integral does not see the order; every mirror flow ends where the
integral says.  So no mirror flow, with whatever potential, is gradient flow on this G.
"""

from sympy import Eq, Matrix, Rational, exp, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow, flow
from theorems import Source, Theorem, cited, zero

D1, D2 = symbols("D1 D2", real=True)                           # measured: (first, then second) minus the other order
R1, R2 = symbols("R1 R2", real=True)                           # measured: the same over e^2, as e -> 0
x, y = symbols("x y", real=True)
e = symbols("e", positive=True)
V = symbols("U V", real=True)
E = exp(e)

theorem = Theorem(
    "swapped controls on parametrisations that do not commute",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="necessary condition, an example"),
)


@theorem.data
def start(case):
    return {x: case.point[0], y: case.point[1], e: case.time}


def weights(point):
    return (point[0]**2 - point[1]**2)/2, point[0]*point[1]


def swapped(lab, moved):
    """The weights after the first control, then the second, minus those after the second, then the first."""
    fields = [Field(Matrix([w]).jacobian(Matrix(V)), V) for w in weights(V)]
    ends = []
    for one, other in (fields, fields[::-1]):
        middle = lab.iterate(lambda point: moved(one, point), tuple(lab.point), 1)
        ends += [weights(lab.iterate(lambda point: moved(other, point), middle, 1))]
    return [a - b for a, b in zip(*ends)]


difference = theorem.claim(
    "what the order of two controls changes in the weights",
    (Eq(D1, -exp(-4*e)*(E**2 - 1)**2*(E**2 + 1)*((E - 1)*x + (E + 1)*y)*((E + 1)*x + (E - 1)*y)/8),
     Eq(D2, exp(-4*e)*(E**2 - 1)**2*(E**2 + 1)*(E**2*x**2 - y**2)/4)),
    false={
        "nothing: a mirror flow": (Eq(D1, 0), Eq(D2, 0)),
        "its second-order term alone": (Eq(D1, -4*e**2*x*y), Eq(D2, e**2*(2*x**2 - 2*y**2))),
    },
)


@difference.proof
def by_linear_flows(first, second):
    """The controls have the flows diag(E, 1/E) and ((cosh e, sinh e), (sinh e, cosh e)); checked as solutions."""
    s = symbols("s", real=True)
    stretch = lambda s: Matrix([[exp(s), 0], [0, exp(-s)]])
    turn = lambda s: Matrix([[exp(s) + exp(-s), exp(s) - exp(-s)], [exp(s) - exp(-s), exp(s) + exp(-s)]])/2
    for one, w in zip((stretch, turn), weights(V)):
        moved = one(s)*Matrix([x, y])
        slope = Matrix([w]).jacobian(Matrix(V)).T.subs(dict(zip(V, moved)), simultaneous=True)
        yield zero(moved.diff(s) - slope, "the flow of the gradient")
        yield zero(moved.subs(s, 0) - Matrix([x, y]), "from the start")
    ends = [weights(a*Matrix([x, y])) for a in (turn(e)*stretch(e), stretch(e)*turn(e))]
    for one, other, claimed in zip(*ends, (first, second)):
        yield zero(one - other - claimed.rhs, "the difference of the ends")


@difference.enclosure
def both_orders(lab):
    return dict(zip((D1, D2), map(ball, swapped(lab, lambda field, point: enclose_flow(field, point, lab.time, digits=12)))))


onset = theorem.claim(
    "the difference over e^2 for short controls",
    (Eq(R1, -4*x*y), Eq(R2, 2*x**2 - 2*y**2)),
    false={
        "nothing: a mirror flow": (Eq(R1, 0), Eq(R2, 0)),
        "the bracket itself": (Eq(R1, -2*y), Eq(R2, 2*x)),
        "half of it": (Eq(R1, -2*x*y), Eq(R2, x**2 - y**2)),
    },
)


@onset.proof
def by_the_bracket(*claimed):
    """J [grad G1, grad G2], and the closed form of `difference` to second order."""
    yield cited("following X then Y and Y then X for a time s each ends s^2 [X, Y] + O(s^3) apart")
    J = Matrix(weights((x, y))).jacobian(Matrix([x, y]))
    X, Y = J.row(0).T, J.row(1).T
    bracket = Y.jacobian(Matrix([x, y]))*X - X.jacobian(Matrix([x, y]))*Y
    yield zero(bracket - Matrix([-2*y, 2*x]), "the bracket")
    for found, one in zip(J*bracket, claimed):
        yield zero(found - one.rhs, "what it does to the weights")


@onset.observation(small=e, order=1, first=Rational(1, 16))
def short_controls(lab, e):
    return {symbol: gap/e**2 for symbol, gap in zip((R1, R2), swapped(lab, lambda field, point: flow(field, point, e)))}


theorem.case("generic start", point=(1, Rational(1, 2)), time=Rational(1, 4))
theorem.case("second coordinate larger", point=(Rational(2, 3), Rational(-5, 4)), time=Rational(2, 3))
