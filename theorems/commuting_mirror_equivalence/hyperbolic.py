"""Gradient flow on w_i = u_i^2 - v_i^2 is the mirror flow of the hyperbolic entropy, for losses that change in time.

Statement.  Let x = (u, v) move by gradient flow of L_t(u^2 - v^2), L_t any loss of w that may depend on
time, from u_i, v_i > 0; beta_i = 2 u_i v_i at the start and m(t) the integral of -grad L_s(w(s)) ds.  Then

    w_i = u_i^2 exp(4 m_i) - v_i^2 exp(-4 m_i),         the gradient in m of the sum of (u_i^2 e^(4m) + v_i^2 e^(-4m))/4,
    m_i = (asinh(w_i/beta_i) + log(v_i/u_i))/4,         the gradient in w of its conjugate R,
    w_i' = -4 sqrt(w_i^2 + beta_i^2) g_i,               g = grad L_t(w): the metric is the inverse Hessian of R,

so w follows the mirror flow of R, which depends on the start and not only on w(0).  The entropy's
parameter is 2 u v, not u v; the factor 1/4 and the term log(v/u) matter before the limit.  Shown for
every number of weights and every control; measured with two weights that the loss couples.
"""

from sympy import Eq, Matrix, Rational, asinh, diff, exp, log, sqrt, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, positive, zero

w1, w2, m1, m2 = symbols("w1 w2 m1 m2", real=True)             # measured: weights, and minus the integral of grad L
pace, slope = symbols("pace slope", real=True)                 # measured at the end: w_1', and g_1
u1, u2, v1, v2 = symbols("u1 u2 v1 v2", positive=True)         # the start
t = symbols("t", real=True)
control = symbols("control", real=True)
alpha = symbols("alpha", positive=True)                        # a start with u = v = alpha

theorem = Theorem(
    "gradient flow on u^2 - v^2 is a mirror flow",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="equivalence, re-derived for differences of squares"),
)


@theorem.data
def start(case):
    return {u1: case.plus[0], u2: case.plus[1], v1: case.minus[0], v2: case.minus[1]}


def residual(weights, target):
    """z.w - y for z = (1, 2): the slope of (z.w - y)^2/2 is this times z."""
    return weights[0] + 2*weights[1] - target


def end(lab):
    """(u1, u2, v1, v2, m) after gradient flow of (1 + t)(z.w - y)^2/2 in the parameters, enclosed; the duals are m z."""
    at = symbols("U1 U2 V1 V2 M", real=True)
    weights = [at[0]**2 - at[2]**2, at[1]**2 - at[3]**2]
    loss = (1 + t)*residual(weights, lab.target)**2/2
    moved = [-diff(loss, x) for x in at[:4]]
    field = Field([*moved, -(1 + t)*residual(weights, lab.target)], at, t)
    return lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=10), (*lab.plus, *lab.minus, 0), 1)


def weights_and_duals(lab):
    at = [ball(x) for x in end(lab)]
    return {w1: at[0]**2 - at[2]**2, w2: at[1]**2 - at[3]**2, m1: at[4], m2: 2*at[4]}


path = theorem.claim(
    "the weights are a function of the integrated gradient alone",
    (Eq(w1, u1**2*exp(4*m1) - v1**2*exp(-4*m1)), Eq(w2, u2**2*exp(4*m2) - v2**2*exp(-4*m2))),
    false={
        "no factor from the square": (Eq(w1, u1**2*exp(2*m1) - v1**2*exp(-2*m1)), Eq(w2, u2**2*exp(2*m2) - v2**2*exp(-2*m2))),
        "one exponential": (Eq(w1, (u1**2 - v1**2)*exp(4*m1)), Eq(w2, (u2**2 - v2**2)*exp(4*m2))),
        "gradient flow in the weights": (Eq(w1, u1**2 - v1**2 + m1), Eq(w2, u2**2 - v2**2 + m2)),
    },
)


@path.proof(scope="every number of weights, every continuous control, in particular every loss that changes in time")
def by_solving_the_flow(first, second):
    """Along u = u_1 e^(2m), v = v_1 e^(-2m), the rates by m are the gradient of u^2 - v^2; so they solve x' = J' m'."""
    u, v = symbols("u v", positive=True)
    weight = u**2 - v**2
    for claimed, m, up, down in ((first, m1, u1, v1), (second, m2, u2, v2)):
        at = {u: up*exp(2*m), v: down*exp(-2*m)}
        for x in (u, v):
            yield zero(diff(at[x], m) - diff(weight, x).subs(at), f"{x} moves along the gradient of the weight")
            yield zero(at[x].subs(m, 0) - {u: up, v: down}[x], "from the start")
        yield zero(weight.subs(at) - claimed.rhs, "the weight there")
        Q = (up**2*exp(4*m) + down**2*exp(-4*m))/4
        yield zero(diff(Q, m) - claimed.rhs, "it is the gradient of the potential Q")


@path.enclosure
def flow_of_the_parameters(lab):
    """Validated Taylor steps of the gradient flow in (u, v); m integrates minus the gradient in w."""
    return weights_and_duals(lab)


potential = theorem.claim(
    "the integrated gradient is the mirror of the weights",
    (Eq(m1, (asinh(w1/(2*u1*v1)) + log(v1/u1))/4), Eq(m2, (asinh(w2/(2*u2*v2)) + log(v2/u2))/4)),
    false={
        "parameter u v": (Eq(m1, (asinh(w1/(u1*v1)) + log(v1/u1))/4), Eq(m2, (asinh(w2/(u2*v2)) + log(v2/u2))/4)),
        "without the quarter": (Eq(m1, asinh(w1/(2*u1*v1)) + log(v1/u1)), Eq(m2, asinh(w2/(2*u2*v2)) + log(v2/u2))),
        "without the starting ratio": (Eq(m1, asinh(w1/(2*u1*v1))/4), Eq(m2, asinh(w2/(2*u2*v2))/4)),
    },
)


@potential.proof(scope="every number of weights, every continuous control")
def by_the_inverse_slope(first, second):
    """w -> m has the inverse slope of m -> w along the path, and both start together."""
    for claimed, w, m, up, down in ((first, w1, m1, u1, v1), (second, w2, m2, u2, v2)):
        u, v = up*exp(2*m), down*exp(-2*m)
        speed, beta = 2*(u**2 + v**2), 2*up*down
        yield zero(diff(u**2 - v**2, m) - 2*speed, "dw/dm along the path")
        yield zero((u**2 - v**2)**2 + beta**2 - (u**2 + v**2)**2, "u^2 + v^2 as a function of w")
        yield positive(u**2 + v**2, "the positive root")
        yield zero(diff(claimed.rhs, w)*4*sqrt(w**2 + beta**2) - 1, "dm/dw is its inverse")
        yield zero(claimed.rhs.rewrite(log).subs(w, up**2 - down**2), "both start at m = 0")
        R = (w*asinh(w/beta) - sqrt(w**2 + beta**2) + w*log(down/up))/4
        yield zero(diff(R, w) - claimed.rhs, "the gradient of R = (w asinh(w/beta) - sqrt(w^2 + beta^2) + w log(v/u))/4")
        z = w/alpha**2
        q = alpha**2*(2 - sqrt(4 + z**2) + z*asinh(z/2))
        even = diff(q, w)/4 - claimed.rhs.subs({up: alpha, down: alpha})
        yield zero(diff(even, w), "from u = v = alpha it is a quarter of the function of Woodworth et al., up to a line")
        yield zero(even.subs(w, 0), "and a constant")


@potential.enclosure
def duals_of_the_flow(lab):
    """The same run, read the other way."""
    return weights_and_duals(lab)


metric = theorem.claim(
    "the speed of a weight",
    Eq(pace, -4*sqrt(w1**2 + (2*u1*v1)**2)*slope),
    false={
        "parameter u v": Eq(pace, -4*sqrt(w1**2 + (u1*v1)**2)*slope),
        "entropy": Eq(pace, -4*w1*slope),
        "half the speed": Eq(pace, -2*sqrt(w1**2 + (2*u1*v1)**2)*slope),
    },
)


@metric.proof(scope="every number of weights, every continuous control")
def by_the_invariant(claimed):
    """J J' = 4 (u^2 + v^2), and u v does not change."""
    u, v = symbols("u v", positive=True)
    moved = Matrix([2*u, -2*v])*control                        # J' times a control
    yield zero(diff(u*v, u)*moved[0] + diff(u*v, v)*moved[1], "u v is kept by every control")
    yield zero((Matrix([[2*u, -2*v]])*moved)[0] - 4*(u**2 + v**2)*control, "w' = J J' times the control")
    yield zero((u**2 - v**2)**2 + (2*u*v)**2 - (u**2 + v**2)**2, "u^2 + v^2 is the root")
    yield zero(claimed.rhs + 4*sqrt(w1**2 + (2*u1*v1)**2)*slope, "the claim is J J' times -g, with u v from the start")


@metric.enclosure
def speed_at_the_end(lab):
    """w_1' = 2 u u' - 2 v v' by the field at the end of the flow."""
    at = [ball(x) for x in end(lab)]
    weights = [at[0]**2 - at[2]**2, at[1]**2 - at[3]**2]
    g = (1 + ball(lab.time))*residual(weights, ball(lab.target))
    return {w1: weights[0], slope: g, pace: 2*at[0]*(-2*at[0]*g) - 2*at[2]*(2*at[2]*g)}


third, half = Rational(1, 3), Rational(1, 2)
theorem.case("two weights", plus=(half, third), minus=(Rational(1, 4), half), target=2, time=Rational(1, 8))
theorem.case("large and nearly balanced", plus=(Rational(3, 2), Rational(4, 3)), minus=(Rational(5, 4), Rational(6, 5)),
             target=-3, time=Rational(1, 16))
