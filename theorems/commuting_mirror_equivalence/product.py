"""Gradient flow on w = u v is the mirror flow of a hyperbolic entropy whose parameter is the imbalance.

Statement.  Let w = u v with gradient flow of any loss of w that may change in time, m the integral of -L'.  Then
u^2 - v^2 = delta stays, and with w' = sqrt(4 w^2 + delta^2) m',

    w = [(u + v)^2 e^(2m) - (u - v)^2 e^(-2m)]/4,
    m = [asinh(2 w/|delta|) - asinh(2 w(0)/|delta|)]/2       if delta is not 0,
    m = log(w/w(0))/2,  w of one sign for ever               if delta = 0 and w(0) > 0,

a start with equal factors has the entropy, and never changes its sign.  With any number of factors x_i the gradients
of different weights use different variables, so they commute, and every x_i^2 - x_j^2 stays.  Shown for every control,
coordinate by coordinate; measured with the loss (1 + t)(w - y)^2/2.
"""

from sympy import Eq, Rational, asinh, diff, exp, log, sqrt, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, zero

w, m, kept = symbols("w m kept", real=True)                    # measured: weight, dual, u^2 - v^2 at the end
u, v = symbols("u v", positive=True)                           # the start
x1, x2, x3 = symbols("x1 x2 x3", positive=True)           # the start of three factors
kept12, kept23 = symbols("kept12 kept23", real=True)           # measured: x1^2 - x2^2 and x2^2 - x3^2 at the end
delta = symbols("delta", real=True)
t = symbols("t", real=True)

theorem = Theorem(
    "gradient flow on a product of two factors",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="examples, re-derived"),
)


@theorem.data
def start(case):
    if "factors" in case.data:
        return dict(zip((x1, x2, x3), case.factors))
    return {u: case.first, v: case.second, delta: case.first**2 - case.second**2}


def run(lab):
    """Validated Taylor steps for (1 + t)(u v - y)^2/2, with m."""
    U, V, M = symbols("U V M")
    control = (1 + t)*(lab.target - U*V)
    end = lab.iterate(lambda at: enclose_flow(Field((V*control, U*control, control), (U, V, M), t), at, lab.time, digits=10),
                      (lab.first, lab.second, 0), 1)
    return {w: ball(end[0])*ball(end[1]), m: ball(end[2]), kept: ball(end[0])**2 - ball(end[1])**2}


path = theorem.claim(
    "the weight by the dual, and the imbalance",
    (Eq(w, ((u + v)**2*exp(2*m) - (u - v)**2*exp(-2*m))/4), Eq(kept, u**2 - v**2)),
    false={
        "rate 4, as for squares": (Eq(w, ((u + v)**2*exp(4*m) - (u - v)**2*exp(-4*m))/4), Eq(kept, u**2 - v**2)),
        "entropy": (Eq(w, u*v*exp(2*m)), Eq(kept, u**2 - v**2)),
        "the imbalance decays": (Eq(w, ((u + v)**2*exp(2*m) - (u - v)**2*exp(-2*m))/4), Eq(kept, (u**2 - v**2)*exp(-2*m))),
    },
)


@path.proof(scope="every continuous control")
def by_solving_the_flow(weight, imbalance):
    """U + V grows at the rate 1 in m, U - V falls at it."""
    U = ((u + v)*exp(m) + (u - v)*exp(-m))/2
    V = ((u + v)*exp(m) - (u - v)*exp(-m))/2
    yield zero(diff(U, m) - V, "u moves along the gradient")
    yield zero(diff(V, m) - U, "and v")
    yield zero(U.subs(m, 0) - u, "u at the start")
    yield zero(V.subs(m, 0) - v, "v at the start")
    yield zero(U*V - weight.rhs, "the weight")
    yield zero(U**2 - V**2 - imbalance.rhs, "the imbalance")
    Q = ((u + v)**2*exp(2*m) + (u - v)**2*exp(-2*m))/8
    yield zero(diff(Q, m) - weight.rhs, "the weight is the gradient of the potential Q")


@path.enclosure
def flow_of_the_factors(lab):
    return run(lab)


mirror = theorem.claim(
    "the mirror of a start with u > v",
    Eq(m, (asinh(2*w/delta) - asinh(2*u*v/delta))/2),
    false={
        "parameter delta, not delta/2": Eq(m, (asinh(w/delta) - asinh(u*v/delta))/2),
        "entropy": Eq(m, (log(w) - log(u*v))/2),
        "without the half": Eq(m, asinh(2*w/delta) - asinh(2*u*v/delta)),
    },
)


@mirror.proof(scope="every continuous control, u > v; with u < v by exchanging them")
def by_the_inverse_slope(claimed):
    """dw/dm = u^2 + v^2 = sqrt(4 w^2 + delta^2)."""
    positive_delta = symbols("imbalance", positive=True)
    slope = diff(claimed.rhs.subs(delta, positive_delta), w)
    yield zero(4*(u*v)**2 + (u**2 - v**2)**2 - (u**2 + v**2)**2, "u^2 + v^2 by the weight and the imbalance")
    yield zero(diff(u*v, u)*v + diff(u*v, v)*u - (u**2 + v**2), "dw/dm")
    yield zero(slope*sqrt(4*w**2 + positive_delta**2) - 1, "dm/dw is its inverse")
    yield zero(claimed.rhs.subs({w: u*v, delta: positive_delta}), "0 at the start")


@mirror.enclosure
def dual_of_the_factors(lab):
    return {symbol: value for symbol, value in run(lab).items() if symbol != kept}


depth = theorem.claim(
    "three factors keep the differences of their squares",
    (Eq(kept12, x1**2 - x2**2), Eq(kept23, x2**2 - x3**2)),
    false={
        "the differences of the factors": (Eq(kept12, (x1 - x2)**2), Eq(kept23, (x2 - x3)**2)),
        "they balance": (Eq(kept12, 0), Eq(kept23, 0)),
    },
)


@depth.proof(scope="every number of factors: any two of them, with the product of the others as one symbol")
def by_pairs(*claimed):
    """x_i^2 changes at the rate 2 x_i (dw/dx_i) = 2 w per unit of control, the same for all i."""
    one, other, rest = symbols("one other rest", real=True)
    w_ = one*other*rest
    yield zero(diff(one**2 - other**2, one)*diff(w_, one) + diff(one**2 - other**2, other)*diff(w_, other),
               "no control changes the difference of two squares")
    for relation, (a, b) in zip(claimed, ((x1, x2), (x2, x3))):
        yield zero(relation.rhs - (a**2 - b**2), "its value at the start")


@depth.enclosure
def flow_of_three_factors(lab):
    at = symbols("X1:4")
    rest = lab.target - at[0]*at[1]*at[2]
    field = Field([(1 + t)*rest*at[1]*at[2], (1 + t)*rest*at[0]*at[2], (1 + t)*rest*at[0]*at[1]], at, t)
    end = [ball(one)**2 for one in lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=10), tuple(lab.factors), 1)]
    return {kept12: end[0] - end[1], kept23: end[1] - end[2]}


path.case("unbalanced", first=1, second=Rational(1, 4), target=2, time=Rational(1, 4))
path.case("balanced", first=Rational(1, 2), second=Rational(1, 2), target=-1, time=Rational(1, 2))
mirror.case("small second factor", first=Rational(3, 2), second=Rational(1, 5), target=-2, time=Rational(1, 4))
mirror.case("mild imbalance", first=Rational(4, 3), second=1, target=3, time=Rational(1, 8))
depth.case("all different", factors=(1, Rational(1, 2), Rational(3, 4)), target=2, time=Rational(1, 4))
depth.case("one large", factors=(2, Rational(1, 3), Rational(1, 4)), target=-1, time=Rational(1, 8))
