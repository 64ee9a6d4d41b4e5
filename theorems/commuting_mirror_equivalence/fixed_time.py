"""The gap between gradient descent and mirror descent at a fixed time, for one row of features: one number decides it.

Statement.  w_i = u_i^2 - v_i^2, L = (z.w - y)^2/2, r = z.w - y, H_i = 4 sqrt(w_i^2 + beta_i^2), beta_i = 2 u_i v_i at the
start.  After N steps of size h = T/N each,

    (gradient descent - mirror descent)/h  ->  turn z_i H_i - 4 P z_i^2 w_i,         P' = r^2,
    turn' = -(sum z_i^2 H_i) turn + 4 P (sum z_i^3 w_i),                             turn(0) = 0,

w the flow; `turn` is the limit of the gap over h of the sums -h (r_0 + r_1 + ...), the multipliers.  The first term moves
along the surface u v = const, the second leaves it.  Wrong is the equation in w alone, e_i' = -(H_i z_i r)' e - 4 z_i^2 r^2 w_i,
which has the second-order terms of one step but takes H for a function of w.  Shown for every number of weights.
"""

from sympy import Eq, Rational, diff, exp, log, sqrt, symbols

from numerics.balls import ball
from numerics.steps import descent, mirror_descent
from theorems import Source, Theorem, cited, zero

gaps = gap1, gap2, gap3 = symbols("gap1 gap2 gap3", real=True)  # measured: (gradient descent - mirror descent)/h
turned = symbols("turned", real=True)                          # measured: the same for the multipliers
w = w1, w2, w3 = symbols("w1 w2 w3", real=True)                # measured: mirror descent's weights
turn, paid = symbols("turn paid", real=True)                   # measured: `turn` and P by their equations, along mirror descent
shut = shut1, shut2, shut3 = symbols("shut1 shut2 shut3", real=True)   # measured: the equation in w alone
u = u1, u2, u3 = symbols("u1 u2 u3", positive=True)            # the start
v = v1, v2, v3 = symbols("v1 v2 v3", positive=True)
z = z1, z2, z3 = symbols("z1 z2 z3", real=True, nonzero=True)
h, r, m = symbols("h r m", real=True)

theorem = Theorem(
    "gradient descent against mirror descent for one row of features",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="discrete time, not in the paper"),
)


@theorem.data
def problem(case):
    return dict(zip((*u, *v, *z), (*case.plus, *case.minus, *case.features)))


def slope(i):
    """H_i = J J' at weight i."""
    return 4*sqrt(w[i]**2 + 4*u[i]**2*v[i]**2)


def predicted(along=1, away=4):
    return Eq(turned, turn), *(Eq(gap, along*turn*c*slope(i) - away*paid*c**2*w[i]) for i, (gap, c) in enumerate(zip(gaps, z)))


gap = theorem.claim(
    "the gap over the step size, by the gap of the multipliers and the integral of the squared residual",
    predicted(),
    false={
        "a closed equation in w": (Eq(turned, turn), *(Eq(gap, one) for gap, one in zip(gaps, shut))),
        "u v is kept": predicted(away=0),
        "the multipliers agree": predicted(along=0),
        "twice the loss of u v": predicted(away=8),
    },
)


@gap.proof(scope="every number of weights, least squares in z.w")
def by_products(multipliers, *weights):
    """u is multiplied by 1 - 2 h z r, v by 1 + 2 h z r: u = u(0) exp(2 z l - 2 h z^2 P) and v(0) exp(-2 z l - 2 h z^2 P) to first order.

    Here l = -h (r_0 + r_1 + ...) = lambda + h turn.  Both multipliers take Euler's steps, so their gap over h moves by -z.gap.
    """
    yield cited("Euler's method: for rates that differ by h q, the difference over h tends to the solution of e' = F'e + q (Henrici)")
    series = log(1 - 2*h*r)
    yield zero(diff(series, h).subs(h, 0) + 2*r, "the logarithm's first coefficient")
    yield zero(diff(series, h, 2).subs(h, 0)/2 + 2*r**2, "its second, the same for -r")
    for i, one in enumerate(weights):
        p, q, loss = u[i]*exp(2*m), v[i]*exp(-2*m), exp(-2*h*z[i]**2*paid)
        end = (p*loss)**2*exp(4*h*turn*z[i]) - (q*loss)**2*exp(-4*h*turn*z[i])
        there = one.rhs.subs(w[i], p**2 - q**2).subs((p**2 - q**2)**2 + 4*u[i]**2*v[i]**2, (p**2 + q**2)**2)
        yield zero((p**2 - q**2)**2 + 4*u[i]**2*v[i]**2 - (p**2 + q**2)**2, f"H by u and v, weight {i + 1}")
        yield zero(diff(end, h).subs(h, 0) - there, f"the rate of w_{i + 1} by h is the claim")
    metric, cubes = sum(c**2*slope(i) for i, c in enumerate(z)), sum(c**3*one for c, one in zip(z, w))
    moved = -sum(c*one.rhs for c, one in zip(z, weights))
    yield zero(moved - (-metric*turn + 4*paid*cubes), "so the multipliers' gap obeys the equation of `turn`")
    yield zero(multipliers.lhs - multipliers.rhs - turned + turn, "and is it")


@gap.observation(small=h, order=1, first=Rational(1, 256), halvings=4)
def both_methods(lab, h):
    """N steps of each, on balls without radius; gradient descent sums -h r, mirror descent carries turn, P and the closed equation."""
    c, y, h, steps = [*map(ball, lab.features)], ball(lab.label), ball(h), lab.steps(lab.time, h)
    residual = lambda at: sum(a*b for a, b in zip(c, at)) - y

    def gradient(*x):
        rest = residual([p*p - q*q for p, q in zip(x, x[3:])])
        return (*(2*rest*a*p for a, p in zip(c, x)), *(-2*rest*a*q for a, q in zip(c, x[3:])), rest)
    without = lambda step: lambda x: tuple(one.mid() for one in step(x))
    x = lab.iterate(without(descent(gradient, h)), (*map(ball, (*lab.plus, *lab.minus)), ball(0)), steps)
    mirror, inverse, start = entropy(lab)
    step = mirror_descent(lambda *at: riding(at, c, residual(at), start), h, mirror, inverse)
    at = lab.iterate(without(step), (*(p - q for p, q in start), *[ball(0)]*6), steps)
    return {turned: (x[6] - at[3])/h, turn: at[4], paid: at[5], **dict(zip(w, at)), **dict(zip(shut, at[6:])),
            **{one: (p*p - q*q - b)/h for one, p, q, b in zip(gaps, x, x[3:], at)}}


def entropy(lab):
    """(grad R, its inverse, squares of the start) in balls; further coordinates stay as they are."""
    start = [(ball(p)*ball(p), ball(q)*ball(q)) for p, q in zip(lab.plus, lab.minus)]
    mirror = lambda *at: (*(((one + (one*one + 4*p*q).sqrt())/(2*p)).log()/4 for one, (p, q) in zip(at, start)), *at[3:])
    inverse = lambda *dual: (*(p*(4*one).exp() - q*(-4*one).exp() for one, (p, q) in zip(dual, start)), *dual[3:])
    return mirror, inverse, start


def riding(at, c, rest, start):
    """Minus the rates of (dual, multiplier, turn, P, e); a weight's H has the slope 16 w/H by w."""
    weights, carried, P, e = at[:3], at[4], at[5], at[6:]
    H = [4*(one*one + 4*p*q).sqrt() for one, (p, q) in zip(weights, start)]
    turning = sum(a*a*one for a, one in zip(c, H))*carried - 4*P*sum(a**3*one for a, one in zip(c, weights))
    fit = sum(a*one for a, one in zip(c, e))
    closed = [a*(16*one/size*error*rest + size*fit) + 4*a*a*rest*rest*one for a, one, size, error in zip(c, weights, H, e)]
    return (*(a*rest for a in c), rest, turning, -rest*rest, *closed)


half, third, quarter = Rational(1, 2), Rational(1, 3), Rational(1, 4)
gap.case("three weights", plus=(half, third, quarter), minus=(quarter, half, third), features=(1, 2, -1), label=2, time=half)
gap.case("weak third feature", plus=(1, third, half), minus=(third, quarter, Rational(2, 5)), features=(2, -1, half),
         label=third, time=quarter)
