"""How fast gradient flow fits, and what it pays: the divergence to a fit falls by the square of the residual.

Statement.  Let gradient flow on w = G(x) be the mirror flow of R, and L convex.  For every w* in the domain of R

    d/dt D_R(w*, w(t)) = -<grad L(w), w - w*> <= -(L(w) - L(w*)),        d/dt L(w) = -|J'grad L|^2 <= 0,

so L(w(T)) - L(w*) <= D_R(w*, w(0))/T, boundary points w* included.  For L = (z.w - y)^2/2 and z.w* = y the first is
an equality at every time: D_R(w*, w(T)) = D_R(w*, w(0)) - (integral of the squared residual).  Measured for squares
w_i = x_i^2, with a quarter of the entropy, D(w*, w) = (1/4) sum [w*_i log(w*_i/w_i) - w*_i + w_i].

On the boundary of the domain the multiplier is lost: fitting w_1 + w_2 = 0 from w(0) = (a1, a2), grad R(w) falls to
minus infinity and the weights decay like 1/T, w_i = a_i/(1 + 4 (a1 + a2) T), not exponentially.
"""

from sympy import Eq, Le, Matrix, Rational, diff, exp, log, symbols, sympify

from numerics.balls import ball
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, nonnegative, zero

w1, w2 = symbols("w1 w2", positive=True)                       # measured: the weights at time T
paid, left = symbols("paid left", nonnegative=True)            # measured: the integral of r^2, and r^2/2 at the end
a1, a2 = symbols("a1 a2", positive=True)                       # the weights at the start
b1, b2 = symbols("b1 b2", positive=True)                       # w*
D = symbols("D", positive=True)                                # D_R(w*, w(0))
T = symbols("T", positive=True)
x = symbols("x1 x2", real=True)

theorem = Theorem(
    "convergence of gradient flow as mirror flow",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="convergence, re-derived"),
)


def divergence(one, other, share=Rational(1, 4)):
    """D_R(w*, w) for a quarter of the entropy; a coordinate w* = 0 adds w/4."""
    return share*sum((p*log(p/q) if p != 0 else 0) - p + q for p, q in zip(one, other))


@theorem.data
def start(case):
    if "horizon" in case.data:
        return {T: case.horizon, D: divergence(map(sympify, case.fit), case.weights)}
    found = {a1: case.weights[0], a2: case.weights[1]}
    return found | ({b1: case.fit[0], b2: case.fit[1]} if "fit" in case.data else {T: case.time})


def run(lab, time):
    """Gradient flow of (z.x^2 - y)^2/2 for y = z.w*, with the integral of the squared residual."""
    rest = sum(c*(one**2 - fit) for c, one, fit in zip(lab.features, x, lab.fit))
    field = Field([*(-2*rest*c*one for c, one in zip(lab.features, x)), rest**2], (*x, symbols("P")))
    end = lab.iterate(lambda at: enclose_flow(field, at, time, digits=12), (*(ball(a).sqrt() for a in lab.weights), 0), 1)
    weights = [ball(one)*ball(one) for one in end[:2]]
    residual = sum(ball(c)*(one - ball(fit)) for c, one, fit in zip(lab.features, weights, lab.fit))
    return {w1: weights[0], w2: weights[1], paid: end[2], left: residual*residual/2}


payment = theorem.claim(
    "the divergence to every fit falls by the integral of the squared residual",
    Eq(divergence((b1, b2), (w1, w2)), divergence((b1, b2), (a1, a2)) - paid),
    false={
        "the whole entropy": Eq(divergence((b1, b2), (w1, w2), 1), divergence((b1, b2), (a1, a2), 1) - paid),
        "half the square, the loss itself": Eq(divergence((b1, b2), (w1, w2)), divergence((b1, b2), (a1, a2)) - paid/2),
        "the other way round": Eq(divergence((w1, w2), (b1, b2)), divergence((a1, a2), (b1, b2)) - paid),
    },
)


@payment.proof(scope="every potential and number of weights for the rates; the relation for squares, weight by weight")
def by_the_rate(claimed):
    """With m' = -g and m = grad R(w), D_R(w*, w)' = -(m'.(w* - w)); for g = r z, z.w* = y that is -r^2."""
    r, c1, c2 = symbols("r c1 c2", real=True)
    yield rate_of_the_divergence()
    for i, (fit, weight, first) in enumerate(((b1, w1, a1), (b2, w2, a2))):
        rate = diff(claimed.lhs, weight)*(-4*weight*r*(c1, c2)[i])
        yield zero(rate + r*(c1, c2)[i]*(weight - fit), f"squares: J J' = 4 w, weight {i + 1} adds -r c (w - w*)")
    yield zero((claimed.lhs - claimed.rhs - paid).subs({w1: a1, w2: a2}), "equal at the start")
    residual = c1*(w1 - b1) + c2*(w2 - b2)
    yield zero(-r*residual + r**2*diff(claimed.rhs, paid)*(-1), "together -r^2, the rate of minus what is paid",
               given=(Eq(r, residual),))


def rate_of_the_divergence():
    """R(w*) - R(w) - grad R(w).(w* - w) has the rate -(w* - w).R'' w'; b stands for the row w* - w, S for R'', S J J' = 1."""
    g, b, S, J, Jt = symbols("g b S J Jt", commutative=False)
    moved = -J*Jt*g                                            # w' by the gradient flow of x
    return zero((-b*S*moved - b*g).expand().subs(S*J*Jt, 1), "D_R(w*, w) has the rate (w* - w).grad L(w), by words")


@payment.enclosure
def flow_to_a_time(lab):
    return {symbol: value for symbol, value in run(lab, lab.time).items() if symbol != left}


rate = theorem.claim(
    "the loss is at most the divergence of the start over the time",
    Le(left, D/T),
    false={
        "an eighth of it": Le(left, D/(8*T)),
        "over its square": Le(left, D/T**2),
        "at least": left >= D/T,
    },
)


@rate.proof(scope="convex losses, every potential and number of weights")
def by_a_falling_sum(claimed):
    """T (L(w(T)) - L(w*)) + D_R(w*, w(T)) never rises: it starts at D, and D_R >= 0 for a convex R."""
    yield rate_of_the_divergence()
    slopes, jacobian = Matrix(symbols("g1 g2", real=True)), Matrix(2, 2, symbols("j11 j12 j21 j22", real=True))
    speed, spent = symbols("speed spent", real=True)           # |J'g|, and grad L(w).(w - w*)
    yield zero((slopes.T*jacobian*jacobian.T*slopes)[0] - sum(one**2 for one in jacobian.T*slopes), "the loss falls at |J'g|^2")
    held = (T*(claimed.gts - claimed.lts)).expand()            # what the claim says is not negative, times T
    yield zero(held.subs(T, 0) - D, "at the start it is D, which is D_R(w*, w(0))")
    risen = diff(held, T) - diff(held, left)*speed**2 + spent
    yield nonnegative(risen, "less D_R(w*, w) it is 0 there and never falls, as L is convex", given=(left <= spent,))


@rate.enclosure
def loss_at_a_time(lab):
    return {left: run(lab, lab.horizon)[left]}


def decayed(i, slope=4):
    return (a1, a2)[i]/(1 + slope*(a1 + a2)*T)


boundary = theorem.claim(
    "fitting zero, the weights decay like 1/T and keep their ratio",
    (Eq(w1, decayed(0)), Eq(w2, decayed(1))),
    false={
        "exponentially": (Eq(w1, a1*exp(-4*(a1 + a2)*T)), Eq(w2, a2*exp(-4*(a1 + a2)*T))),
        "each weight alone": (Eq(w1, a1/(1 + 4*a1*T)), Eq(w2, a2/(1 + 4*a2*T))),
        "a quarter of the rate": (Eq(w1, decayed(0, slope=1)), Eq(w2, decayed(1, slope=1))),
    },
)


@boundary.proof
def by_solving_the_flow(*claimed):
    """w_i' = -4 w_i (w_1 + w_2) keeps the ratio; T times the weight tends to its share of 1/4, the dual to minus infinity."""
    there = [one.rhs for one in claimed]
    for i, w in enumerate(there):
        yield zero(diff(w, T) + 4*w*sum(there), f"the flow of squares, weight {i + 1}")
        yield zero(w.subs(T, 0) - (a1, a2)[i], "from the start")
    yield zero(there[0]*a2 - there[1]*a1, "the ratio is kept")


@boundary.enclosure
def squares_to_zero(lab):
    """Gradient flow of (x_1^2 + x_2^2)^2/2."""
    field = Field([-2*sum(one**2 for one in x)*p for p in x], x)
    end = lab.iterate(lambda at: enclose_flow(field, at, lab.time, digits=12), tuple(ball(a).sqrt() for a in lab.weights), 1)
    return {w: ball(one)*ball(one) for w, one in zip((w1, w2), end)}


half, third, quarter = Rational(1, 2), Rational(1, 3), Rational(1, 4)
payment.case("two features", weights=(quarter, 1), fit=(half, third), features=(1, 2), time=half)
payment.case("against each other", weights=(2, third), fit=(1, half), features=(half, -1), time=quarter)
rate.case("half way", weights=(Rational(3, 5), Rational(3, 5)), fit=(half, half), features=(1, 1), horizon=Rational(1, 8))
rate.case("slow", weights=(Rational(3, 320), Rational(3, 320)), fit=(Rational(1, 128), Rational(1, 128)), features=(1, 1), horizon=8)
rate.case("a fit on the boundary", weights=(Rational(3, 5), half), fit=(1, 0), features=(1, 2), horizon=Rational(1, 8))
rate.case("far and early", weights=(3, 2), fit=(1, 1), features=(1, 1), horizon=Rational(1, 64))
boundary.case("one to four", weights=(quarter, 1), time=3)
boundary.case("nearly equal", weights=(Rational(1, 5), quarter), time=half)
