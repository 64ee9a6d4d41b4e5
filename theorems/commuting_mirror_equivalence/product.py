"""Gradient flow on w = u v is the mirror flow of a hyperbolic entropy whose parameter is the imbalance.

Statement.  Let w = u v with gradient flow of any loss of w that may change in time, m the integral of -L'.  Then
u^2 - v^2 = delta stays, and with w' = sqrt(4 w^2 + delta^2) m',

    w = [(u + v)^2 e^(2m) - (u - v)^2 e^(-2m)]/4,
    m = [asinh(2 w/|delta|) - asinh(2 w(0)/|delta|)]/2       if delta is not 0,
    m = log(w/w(0))/2,  w of one sign for ever               if delta = 0 and w(0) > 0,

a start with equal factors has the entropy, and never changes its sign.  Shown for every control, coordinate by
coordinate; measured with the loss (1 + t)(w - y)^2/2.
"""

from sympy import Eq, Rational, asinh, diff, exp, log, sqrt, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, zero

w, m, kept = symbols("w m kept", real=True)                    # measured: weight, dual, u^2 - v^2 at the end
u, v = symbols("u v", positive=True)                           # the start
delta = symbols("delta", real=True)
t = symbols("t", real=True)

theorem = Theorem(
    "gradient flow on a product of two factors",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="examples, re-derived"),
)


@theorem.data
def start(case):
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


path.case("unbalanced", first=1, second=Rational(1, 4), target=2, time=Rational(1, 4))
path.case("balanced", first=Rational(1, 2), second=Rational(1, 2), target=-1, time=Rational(1, 2))
mirror.case("small second factor", first=Rational(3, 2), second=Rational(1, 5), target=-2, time=Rational(1, 4))
mirror.case("mild imbalance", first=Rational(4, 3), second=1, target=3, time=Rational(1, 8))
