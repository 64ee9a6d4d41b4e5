"""The potential of a homogeneous parametrisation is the size of its parameters, so it is finite exactly where flows exist.

Statement.  Let G be commuting and homogeneous of degree k > 0, G(c x) = c^k G(x), and q = Q(m) - Q(0) the integral of
w.dm along any control from x(0), w = G(x).  Then

    q = (|x|^2 - |x(0)|^2)/(2 k),

so Q is finite where flows exist and tends to infinity where they run off at a finite m.  For w = x^k, k != 2,

    q = ((p - k (k-2) m)^(-2/(k-2)) - x(0)^2)/(2 k),        p = x(0)^(2-k),

finite exactly for k (k-2) m < p.  For k > 2 it is infinite at that end (Q is essentially smooth); for k < 2 it ends with
the slope 0 (Q is not).  At the boundary w = 0 of its domain R is finite with an infinite slope for k > 2,

    R(0) = x(0)^2/(2 k) = -inf Q,

and for w < 0 it is infinite, since Q is bounded below while m w is not above.
"""

from mpmath import mp
from sympy import Eq, Matrix, Rational, diff, exp, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow, flow
from theorems import Source, Theorem, positive, zero

q = symbols("q", real=True)                                    # measured: the integral of w.dm
after = symbols("after", nonnegative=True)                     # measured: |x|^2 at the end
edge = symbols("edge", real=True)                              # measured: m w - q where w falls to 0
before, p, k = symbols("before p k", positive=True)            # |x(0)|^2, x(0)^(2-k), the degree
m, t = symbols("m t", real=True)
x = symbols("x1:4", real=True)
h = symbols("h", positive=True)

theorem = Theorem(
    "the potential of a homogeneous parametrisation",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="domain, homogeneous parametrisations"),
)


@theorem.data
def start(case):
    if "point" in case.data:
        return {before: sum(one**2 for one in case.point), k: case.degree}
    return {before: case.begun**2, k: case.degree, p: case.begun**(2 - case.degree)} | (
        {m: case.time} if "time" in case.data else {})


size = theorem.claim(
    "the potential is the size over twice the degree",
    Eq(q, (after - before)/(2*k)),
    false={
        "as for squares, whatever the degree": Eq(q, (after - before)/4),
        "twice as much": Eq(q, (after - before)/k),
        "the size itself": Eq(q, (after - before)/2),
    },
)


@size.proof(scope="every dimension, degree and control, of two weights as of any number")
def by_euler(claimed):
    """G(c x) = c^k G(x), derived by c at c = 1, is x.grad G_i = k G_i; so |x|^2 moves at the rate 2 x.J'u = 2 k w.u."""
    scale, G, H, u1, u2 = symbols("scale G H u1 u2", positive=True)
    yield zero(diff(scale**k*G, scale).subs(scale, 1) - k*G, "Euler: the derivative of c^k G by c at c = 1")
    rate_of_size, rate_of_q = 2*(k*G*u1 + k*H*u2), G*u1 + H*u2
    yield zero(diff(claimed.rhs, after)*rate_of_size - rate_of_q, "the claim moves as the integral of w.u does")
    yield zero(claimed.rhs.subs(after, before), "from 0")
    yield zero(claimed.lhs - q, "and is what q is")


@size.enclosure
def under_a_control(lab):
    """The control (1, 3 t^2)/4 over a time 1, with q' = w.u."""
    variables, weights = x[:len(lab.point)], Matrix(lab.parametrisation)
    u = Matrix([Rational(1, 4), 3*t**2/4][:len(weights)])
    field = Field([*(weights.jacobian(Matrix(variables)).T*u), (weights.T*u)[0]], (*variables, symbols("Q")), t)
    end = lab.iterate(lambda at: enclose_flow(field, at, 1, digits=10), (*lab.point, 0), 1)
    return {q: end[-1], after: sum(ball(one)**2 for one in end[:-1])}


def remaining(slope=2, share=2):
    return ((p - k*(k - 2)*m)**(-slope/(k - 2)) - before)/(share*k)


finite = theorem.claim(
    "the potential of a power, by its dual",
    Eq(q, remaining()),
    false={
        "the power of its slope": Eq(q, remaining(slope=k)),
        "twice as much": Eq(q, remaining(share=1)),
        "as if the dual were unbounded": Eq(q, before*(exp(4*m) - 1)/(2*k)),
    },
)


@finite.proof(scope="every real degree k > 0 other than 2")
def by_the_slope(claimed):
    """Its derivative by m is the weight, and it starts at 0; the base p - k (k-2) m is x^(2-k), positive while x > 0."""
    log_x, left = symbols("log_x", real=True), symbols("left", positive=True)      # left: p - k (k-2) m
    there = {m: (p - left)/(k*(k - 2))}
    start = {p: exp((2 - k)*log_x), before: exp(2*log_x), m: 0}
    for side, named in ((k > 2, "deep"), (k < 2, "shallow")):
        slope = diff(claimed.rhs, m).subs(there)
        yield zero(slope - left**(-k/(k - 2)), f"the slope is the weight, {named}", given=side)
        yield zero(claimed.rhs.subs(start), f"it starts at 0, {named}", given=side)
    ended = (2*k*claimed.rhs + before).subs(there)             # |x|^2
    yield zero(ended**(-(k - 2)/2) - left, "deep: where p - k (k-2) m ends at 0, so does a negative power of Q", given=k > 2)
    yield zero(ended**((2 - k)/2) - left, "shallow: there |x| ends at 0, and Q is finite", given=k < 2)
    yield positive(-k/(k - 2), "with the slope 0, a positive power of what is left", given=k < 2)


@finite.enclosure
def under_the_unit_control(lab):
    """x' = k x^(k-1) and q' = x^k."""
    at = symbols("U Q")
    field = Field((lab.degree*at[0]**(lab.degree - 1), at[0]**lab.degree), at)
    return lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=12), (lab.begun, 0), 1)[1]


value = theorem.claim(
    "at the boundary of its domain R is finite",
    Eq(edge, before/(2*k)),
    false={
        "not halved": Eq(edge, before/k),
        "0, as at the start": Eq(edge, 0),
        "a quarter of the start, as for squares": Eq(edge, before/4),
    },
)


@value.proof(scope="every real degree k > 2")
def by_both_closed_forms(claimed):
    """R = m w - q with m = (p - x^(2-k))/(k (k-2)) is this and positive powers of x, down to x = 0, where its slope m is infinite."""
    at = symbols("at", positive=True)                          # x, on the way to 0
    log_x = symbols("log_x", real=True)
    dual, weight, q_there = (p - at**(2 - k))/(k*(k - 2)), at**k, (at**2 - before)/(2*k)
    rest = p*at**k/(k*(k - 2)) - at**2/(2*(k - 2))
    yield zero((dual*weight - q_there - before/(2*k) - rest).expand().subs(at, exp(log_x)), "R less R(0) is p x^k/(k (k-2)) - x^2/(2 (k-2))", given=k > 2)
    yield zero(claimed.lhs - claimed.rhs - edge + before/(2*k), "the end is the claim")


@value.observation(small=h, order=2, then=1, first=Rational(1, 4), halvings=4)
def towards_zero(lab, h):
    """The orbit by the clock log x, m' = x^(2-k)/k and q' = x^2/k, down to x = h: m w - q there."""
    at = symbols("x m q")
    field = Field((at[0], at[0]**(2 - lab.degree)/lab.degree, at[0]**2/lab.degree), at)
    end = lab.iterate(lambda point: flow(field, point, mp.log(h/lab.begun)), (lab.begun, mp.zero, mp.zero), 1)
    return end[1]*end[0]**lab.degree - end[2]


half, third = Rational(1, 2), Rational(1, 3)
size.case("cubes", parametrisation=(x[0]**3 - x[1]**3,), point=(half, Rational(2, 3)), degree=3)
size.case("turned cubes", parametrisation=((x[0] + x[1])**3/3 + (x[0] - x[1])**3, (x[0] + x[1])**3 - (x[0] - x[1])**3/2),
          point=(Rational(1, 5), Rational(1, 7)), degree=3)
size.case("three factors", parametrisation=(x[0]*x[1]*x[2],), point=(1, 2, half), degree=3)
size.case("quadratics", parametrisation=(x[0]**2 - x[1]**2, x[0]**2 + 2*x[1]**2), point=(third, 3*half), degree=2)
size.case("square roots, far from 0", parametrisation=((x[0]**2 + x[1]**2)**half,), point=(2, 1), degree=1)
finite.case("cubes", begun=half, degree=3, time=third)
finite.case("fourth powers, falling", begun=3*half, degree=4, time=-half)
finite.case("below two", begun=Rational(9, 4), degree=3*half, time=-half)
value.case("cubes", begun=half, degree=3)
value.case("fifth powers", begun=3*half, degree=5)
