"""Domain conditions on powers: depth above 2 bounds the dual, depth below 2 reaches the boundary too soon.

Statement.  For w = u^3 - v^3, u, v > 0, the unit control takes u to 1/(1/u - 3 m) and v to 1/(1/v + 3 m), so

    w = (1/u - 3 m)^-3 - (1/v + 3 m)^-3      on the bounded interval  -1/(3 v) < m < 1/(3 u):

the range of grad R is bounded, R has the whole line as its domain and grows with the slopes 1/(3u) and -1/(3v), like a
weighted absolute value.  With a loss -w the flow ends at the time 1/(3 u), and so does the mirror flow.

For w = x^(3/2), x > 0, the control -1 takes x to 0 at the finite time (4/3) sqrt(x) over the finite length x:
R = w^(4/3) - (4/3) sqrt(x) w has a finite slope at its boundary, so it is not essentially smooth, the condition
of infinite length fails, and gradient flow is a mirror flow up to that time only.
"""

from mpmath import mp
from sympy import Eq, Rational, diff, sqrt, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow, flow
from theorems import Source, Theorem, positive, zero

w = symbols("w", real=True)                                    # measured: the weight after the unit control for a time m
top, bottom = symbols("top bottom", real=True)                 # measured: the ends of the interval of m
stop = symbols("stop", real=True)                              # measured: where m ends at the boundary x = 0
u, v = symbols("u v", positive=True)                           # the start
m = symbols("m", real=True)
h, s = symbols("h s", positive=True)

theorem = Theorem(
    "domain conditions on powers",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="examples and domain, re-derived"),
)


@theorem.data
def start(case):
    return {u: case.plus, v: case.minus, m: case.time}


two_sided = theorem.claim(
    "the weight of depth three on both sides",
    Eq(w, (1/u - 3*m)**-3 - (1/v + 3*m)**-3),
    false={
        "rate 1": Eq(w, (1/u - m)**-3 - (1/v + m)**-3),
        "exponent of depth two": Eq(w, (1/u - 3*m)**-2 - (1/v + 3*m)**-2),
        "one side": Eq(w, (1/u - 3*m)**-3 - v**3),
    },
)


@two_sided.proof
def by_solving_the_flow(claimed):
    """1/u falls and 1/v rises at the rate 3; while both are positive the weight is their cubes' difference."""
    inside = (3*m*u < 1, -3*m*v < 1)
    up, down = 1/(1/u - 3*m), 1/(1/v + 3*m)
    yield zero(diff(up, m) - 3*up**2, "u moves along the gradient", given=inside)
    yield zero(diff(down, m) + 3*down**2, "and v", given=inside)
    yield zero(up.subs(m, 0) - u, "u at the start")
    yield zero(down.subs(m, 0) - v, "v at the start")
    yield zero(up**3 - down**3 - claimed.rhs, "the weight", given=inside)
    yield zero(diff(up**3 - down**3, m) - 9*up**4 - 9*down**4, "Q'' = 9 (u^4 + v^4) > 0", given=inside)


@two_sided.enclosure
def both_sides(lab):
    x = symbols("U V")
    end = lab.iterate(lambda at: enclose_flow(Field((3*x[0]**2, -3*x[1]**2), x), at, lab.time, digits=14),
                      (lab.plus, lab.minus), 1)
    return ball(end[0])**3 - ball(end[1])**3


interval = theorem.claim(
    "the interval of the dual",
    (Eq(top, 1/(3*u)), Eq(bottom, -1/(3*v))),
    false={
        "by the weights": (Eq(top, 1/(3*u**3)), Eq(bottom, -1/(3*v**3))),
        "symmetric": (Eq(top, 1/(3*u)), Eq(bottom, -1/(3*u))),
        "without the depth": (Eq(top, 1/u), Eq(bottom, -1/v)),
    },
)


@interval.proof
def by_the_poles(upper, lower):
    """Between the ends 1/u - 3 m and 1/v + 3 m are positive; at each one of them is 0, so u or v is unbounded."""
    yield zero(1/u - 3*upper.rhs, "u is unbounded at the upper end")
    yield zero(1/v + 3*lower.rhs, "v at the lower end")
    inside = (m < upper.rhs, m > lower.rhs)
    yield positive(1/u - 3*m, "before it is not", given=inside)
    yield positive(1/v + 3*m, "nor is v", given=inside)


@interval.observation(small=h, order=1)
def until_the_parameter_is_large(lab, h):
    """The same orbits by x' = x, m' = x/(3 x^2), until x = 1/h."""
    return {top: time_to(lab, lab.plus, 1/h, 3), bottom: -time_to(lab, lab.minus, 1/h, 3)}


def time_to(lab, start, end, k):
    """The dual that takes x from `start` to `end` along the gradient of x^k, by the orbit in log x."""
    x = symbols("x m")
    field = Field((x[0], x[0]**(2 - k)/k), x)
    return lab.iterate(lambda at: flow(field, at, mp.log(end/start)), (start, mp.zero), 1)[1]


boundary = theorem.claim(
    "depth 3/2 reaches its boundary after a finite dual",
    Eq(stop, -4*sqrt(u)/3),
    false={
        "by the weight": Eq(stop, -4*u/3),
        "twice as late": Eq(stop, -8*sqrt(u)/3),
        "depth three": Eq(stop, -1/(3*u)),
    },
)


@boundary.proof
def by_the_root(claimed):
    """sqrt(x) is linear in m: x = (sqrt(u) + 3 m/4)^2, 0 at the claimed end; R has a finite slope there."""
    x = (sqrt(u) + 3*m/4)**2
    yield zero(diff(x, m)**2 - Rational(9, 4)*x, "x moves along the gradient, 3 sqrt(x)/2")
    yield zero(x.subs(m, 0) - u, "the start")
    yield zero(x.subs(m, claimed.rhs), "the end is the boundary")
    yield positive(sqrt(u) + 3*m/4, "before it x is positive", given=(m > claimed.rhs,))
    root = symbols("root", positive=True)                      # w^(1/3) = sqrt(x)
    slope = Rational(4, 3)*(root - sqrt(u))
    yield zero(slope.subs(root, sqrt(u) + 3*m/4) - m, "the slope of R = w^(4/3) - (4/3) sqrt(u) w is m")
    yield zero(slope.subs(root, 0) - claimed.rhs, "and at the boundary the claimed end, a finite slope")


@boundary.observation(small=s, order=1)
def until_the_root_is_small(lab, s):
    """The same orbit until x = s^2, for the depth 3/2: backwards in the dual."""
    x = symbols("x m")
    field = Field((x[0], 2*sqrt(x[0])/3), x)
    return lab.iterate(lambda at: flow(field, at, mp.log(s**2/lab.plus)), (lab.plus, mp.zero), 1)[1]


theorem.case("small start", plus=Rational(1, 2), minus=Rational(2, 3), time=Rational(1, 4))
theorem.case("large start, falling", plus=Rational(9, 4), minus=Rational(3, 4), time=Rational(-1, 3))
