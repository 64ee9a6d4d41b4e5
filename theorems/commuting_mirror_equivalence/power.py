"""Domain conditions on powers: depth above 2 bounds the dual, depth below 2 reaches the boundary too soon.

Statement.  For w = x^k, x > 0, and every real depth k > 0 other than 2, the dual is m = (x(0)^(2-k) - w^((2-k)/k))/(k (k-2)),
up to a constant the slope of R = -w^(2/k)/(2 (k-2)), and J J' = k^2 w^(2-2/k).

For w = u^k - v^k, u, v > 0, k > 2, with p = u(0)^(2-k), q = v(0)^(2-k), the unit control leads to

    w = (p - k (k-2) m)^(-k/(k-2)) - (q + k (k-2) m)^(-k/(k-2))     on the bounded interval  -q < k (k-2) m < p:

the range of grad R is bounded, R has the whole line as its domain and grows with the slopes p/(k (k-2)) and
-q/(k (k-2)), like a weighted absolute value.  With a loss -w gradient flow ends at the upper end, and so does mirror flow.

For 0 < k < 2 the control -1 takes x to 0 at the finite time x(0)^(2-k)/(k (2-k)), over the finite length x(0): R has a
finite slope at its boundary, so it is not essentially smooth, the condition of infinite length fails, and
gradient flow is a mirror flow up to that time only.
"""

from mpmath import mp
from sympy import Eq, Rational, diff, exp, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow, flow
from theorems import Source, Theorem, positive, zero

w = symbols("w", positive=True)                                # measured after the unit control for a time m: the weight x^k
both = symbols("both", real=True)                              # measured likewise: u^k - v^k
top, bottom = symbols("top bottom", real=True)                 # measured: the ends of the interval of m
stop = symbols("stop", real=True)                              # measured: where m ends at the boundary x = 0
k, p, q = symbols("k p q", positive=True)                      # the depth, and the starts' powers 2 - k
m = symbols("m", real=True)
h, s = symbols("h s", positive=True)

theorem = Theorem(
    "domain conditions on powers",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="examples and domain, re-derived"),
)


@theorem.data
def start(case):
    found = {k: case.depth, p: case.plus**(2 - case.depth)}
    found |= {q: case.minus**(2 - case.depth)} if "minus" in case.data else {}
    return found | ({m: case.time} if "time" in case.data else {})


def pushed(lab, rates, point):
    """The unit control for the case's time, enclosed."""
    x = symbols("U V")[:len(point)]
    return lab.iterate(lambda at: enclose_flow(Field(rates(*x), x), at, lab.time, digits=14), point, 1)


def powered(x, depth):
    """x^k of a ball, for a rational depth."""
    return (ball(depth)*ball(x).log()).exp()


mirror = theorem.claim(
    "the mirror of the weight x^k",
    Eq(m, (p - w**((2 - k)/k))/(k*(k - 2))),
    false={
        "by the weight's own power": Eq(m, (p - w**(2 - k))/(k*(k - 2))),
        "without the depth": Eq(m, (p - w**((2 - k)/k))/(k - 2)),
        "the entropy's order": Eq(m, (p - w**(2/k))/(k*(k - 2))),
    },
)


@mirror.proof(scope="every real depth k > 0 other than 2, every continuous control")
def by_the_inverse_slope(claimed):
    """J J' = k^2 x^(2k-2) at w = x^k; the dual has the inverse slope by w, starts at 0, and is R' up to a constant."""
    log_x = symbols("log_x", real=True)
    here = {w: exp(k*log_x), p: exp((2 - k)*log_x)}
    yield zero(diff(exp(k*log_x), log_x)/exp(log_x) - k*exp((k - 1)*log_x), "the slope of x^k, by the logarithm of x")
    yield zero((k*exp((k - 1)*log_x))**2 - k**2*exp((2*k - 2)*log_x), "J J' is its square")
    yield zero((diff(claimed.rhs, w)*k**2*w**(2 - 2/k)) - 1, "the dual's slope is the inverse of J J' by w", given=(k - 2 > 0,))
    yield zero((diff(claimed.rhs, w)*k**2*w**(2 - 2/k)) - 1, "and for depths below 2", given=(k - 2 < 0,))
    yield zero(diff(claimed.rhs - diff(-w**(2/k)/(2*(k - 2)), w), w), "the slope of R up to a constant", given=(k > 2,))
    yield zero(diff(claimed.rhs - diff(-w**(2/k)/(2*(k - 2)), w), w), "and for depths below 2", given=(k < 2,))
    yield zero((claimed.rhs*(k*(k - 2))).expand().subs(here), "the dual starts at 0", given=(k > 2,))
    yield zero((claimed.rhs*(k*(k - 2))).expand().subs(here), "and for depths below 2", given=(k < 2,))


@mirror.enclosure
def one_side(lab):
    end = pushed(lab, lambda x: (lab.depth*x**(lab.depth - 1),), (lab.plus,))
    return powered(end[0], lab.depth)


def weight(rate=1, power=0):
    """u^k - v^k after the unit control for a time m."""
    above, below = p - rate*k*(k - 2)*m, q + rate*k*(k - 2)*m
    return above**(power - k/(k - 2)) - below**(power - k/(k - 2))


two_sided = theorem.claim(
    "the weight on both sides",
    Eq(both, weight()),
    false={
        "half the rate": Eq(both, weight(rate=Rational(1, 2))),
        "the depth below": Eq(both, weight(power=1)),
        "one side": Eq(both, (p - k*(k - 2)*m)**(-k/(k - 2)) - q**(-k/(k - 2))),
    },
)


@two_sided.proof(scope="every real depth k > 2, every continuous control")
def by_solving_the_flow(claimed):
    """p = u^(2-k) falls at the rate k (k-2) in m and q rises at it; u = above^(-1/(k-2)), so u^(k-1) = u/above."""
    above, below = symbols("above below", positive=True)       # u^(2-k) and v^(2-k) along the flow
    deep = (k > 2,)
    u, v = above**(-1/(k - 2)), below**(-1/(k - 2))
    yield zero(diff(u, above)*(-k*(k - 2)) - k*u/above, "u moves along k u^(k-1)", given=deep)
    yield zero(diff(v, below)*(k*(k - 2)) + k*v/below, "v along -k v^(k-1)", given=deep)
    yield zero(-1/(k - 2)*(k - 1) - (-1/(k - 2) - 1), "as u^(k-1) = u/above, by exponents", given=deep)
    inside = {p: above + k*(k - 2)*m, q: below - k*(k - 2)*m}
    yield zero(claimed.rhs.subs(inside) - (above**(-k/(k - 2)) - below**(-k/(k - 2))), "the weight, u^k - v^k", given=deep)
    yield zero(claimed.lhs - both, "what the relation is about")
    yield positive(k**2*(u*u/above**2 + v*v/below**2), "Q'' = k^2 (u^(2k-2) + v^(2k-2))", given=deep)


@two_sided.enclosure
def both_sides(lab):
    end = pushed(lab, lambda x, y: (lab.depth*x**(lab.depth - 1), -lab.depth*y**(lab.depth - 1)), (lab.plus, lab.minus))
    return powered(end[0], lab.depth) - powered(end[1], lab.depth)


interval = theorem.claim(
    "the interval of the dual",
    (Eq(top, p/(k*(k - 2))), Eq(bottom, -q/(k*(k - 2)))),
    false={
        "symmetric": (Eq(top, p/(k*(k - 2))), Eq(bottom, -p/(k*(k - 2)))),
        "without the depth": (Eq(top, p/(k - 2)), Eq(bottom, -q/(k - 2))),
        "the depth alone": (Eq(top, p/k), Eq(bottom, -q/k)),
    },
)


@interval.proof(scope="every real depth k > 2")
def by_the_poles(upper, lower):
    """Between the ends p - k (k-2) m and q + k (k-2) m are positive; at each one of them is 0, so u or v is unbounded."""
    deep = k > 2
    yield zero(p - k*(k - 2)*upper.rhs, "u is unbounded at the upper end", given=(deep,))
    yield zero(q + k*(k - 2)*lower.rhs, "v at the lower end", given=(deep,))
    yield positive(p - k*(k - 2)*m, "before it is not", given=(deep, k*(k - 2)*m < p))
    yield positive(q + k*(k - 2)*m, "nor is v", given=(deep, k*(k - 2)*m > -q))


@interval.observation(small=h, order=1, first=Rational(1, 2), halvings=4)
def until_the_parameter_is_large(lab, h):
    """The same orbits by x' = x, m' = x^(2-k)/k, until x^(k-2) = 1/h."""
    return {top: time_to(lab, lab.plus, h), bottom: -time_to(lab, lab.minus, h)}


def time_to(lab, start, h):
    """The dual that takes x from `start` to where x^(2-k) = h, by the orbit in log x; k as an exact number of halves."""
    x, power = symbols("x m"), 2 - Rational(lab.halves, 2)
    field = Field((x[0], x[0]**power*2/lab.halves), x)
    span = 2*mp.log(h)/(4 - lab.halves) - mp.log(start)
    return lab.iterate(lambda at: flow(field, at, span), (start, mp.zero), 1)[1]


boundary = theorem.claim(
    "depths below 2 reach the boundary after a finite dual",
    Eq(stop, -p/(k*(2 - k))),
    false={
        "by the depth alone": Eq(stop, -p/k),
        "twice as late": Eq(stop, -2*p/(k*(2 - k))),
        "at the start's power": Eq(stop, -p),
    },
)


@boundary.proof(scope="every real depth 0 < k < 2")
def by_the_root(claimed):
    """x^(2-k) is linear in m, 0 at the claimed end; there the slope of R, which is m, is finite, and so is the length x(0)."""
    shallow = (k < 2,)
    along = p + k*(2 - k)*m
    yield zero(along.subs(m, claimed.rhs), "x^(2-k) = p + k (2-k) m is 0 at the end", given=shallow)
    yield positive(along, "and positive before", given=(*shallow, m > claimed.rhs))
    root = symbols("root", positive=True)                      # x^(2-k) along the flow
    x = root**(1/(2 - k))
    yield zero(diff(x, root)*k*(2 - k) - k*x/root, "x moves along k x^(k-1) = k x/root", given=shallow)


@boundary.observation(small=s, order=1, first=Rational(1, 2), halvings=4)
def until_the_root_is_small(lab, s):
    """The same orbit until x^(2-k) = s: backwards in the dual."""
    return time_to(lab, lab.plus, s)


half = Rational(1, 2)
mirror.case("fourth power", plus=half, depth=4, time=Rational(1, 4))
mirror.case("between two and three, falling", plus=Rational(9, 4), depth=5*half, time=Rational(-1, 3))
mirror.case("below two", plus=Rational(4, 9), depth=3*half, time=Rational(1, 5))
two_sided.case("third powers", plus=half, minus=Rational(2, 3), depth=3, time=Rational(1, 4))
two_sided.case("fourth powers, falling", plus=Rational(3, 2), minus=Rational(3, 4), depth=4, time=Rational(-1, 8))
two_sided.case("between two and three", plus=Rational(4, 9), minus=Rational(9, 4), depth=5*half, time=Rational(1, 6))
interval.case("fifth power of the root", plus=half, minus=Rational(2, 3), depth=5*half, halves=5)
interval.case("fourth powers", plus=Rational(3, 2), minus=half, depth=4, halves=8)
boundary.case("three halves", plus=Rational(4, 9), depth=3*half, halves=3)
boundary.case("three halves, far", plus=Rational(9, 4), depth=3*half, halves=3)
