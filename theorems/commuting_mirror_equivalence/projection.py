"""Implicit bias: gradient flow that fits the data ends at the Bregman projection of its start.

Statement.  w_i = u_i^2 - v_i^2 with gradient flow of a loss of z.w, from u_i, v_i > 0, ending at z.w = y.  With
beta_i = 2 u_i v_i and R the hyperbolic entropy of the start, the end is the only point with z.w = y and

    (asinh(w_i/beta_i) + log(v_i/u_i))/4 = lambda z_i   with one lambda for all i:   grad R(w) = lambda z,

that is the minimiser of R on z.w = y, by Pythagoras' equality for every other point of z.w = y

    D_R(w', w(0)) = D_R(w', w) + D_R(w, w(0)).

It is the limit of gradient descent as the step size falls to 0, and of mirror descent at every step size.
The term log(v/u) is part of R; without it the minimiser is another.  Shown for every number of weights, here three.
"""

from sympy import Eq, Rational, asinh, diff, exp, log, sqrt, symbols

from numerics.balls import ball
from numerics.bregman import bregman_projection
from numerics.steps import descent
from theorems import Source, Theorem, cited, positive, zero

w = w1, w2, w3 = symbols("w1 w2 w3", real=True)                # measured: where the weights end
multiplier = symbols("multiplier", real=True)                  # measured: lambda
u = u1, u2, u3 = symbols("u1 u2 u3", positive=True)            # the start
v = v1, v2, v3 = symbols("v1 v2 v3", positive=True)
z = z1, z2, z3 = symbols("z1 z2 z3", real=True, nonzero=True)
y = symbols("y", real=True)
h = symbols("h", positive=True)
m = symbols("m1:4", real=True)

theorem = Theorem(
    "gradient flow ends at a Bregman projection",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="implicit bias, re-derived for differences of squares"),
)


@theorem.data
def problem(case):
    return dict(zip((*u, *v, *z, y), (*case.plus, *case.minus, *case.features, case.label)))


def dual(i, ratio=1, scale=2):
    """The mirror of weight i."""
    return (asinh(w[i]/(scale*u[i]*v[i])) + ratio*log(v[i]/u[i]))/4


def conditions(times=1, **changed):
    """z.w = y and grad R(w) = multiplier z."""
    return (Eq(z1*w1 + z2*w2 + z3*w3, y), *(Eq(multiplier*c, times*dual(i, **changed)) for i, c in enumerate(z)))


limit = theorem.claim(
    "gradient descent with vanishing step size ends where grad R is a multiple of the features",
    conditions(),
    false={
        "parameter u v": conditions(scale=1),
        "without the starting ratio": conditions(ratio=0),
        "smallest norm": (Eq(z1*w1 + z2*w2 + z3*w3, y), *(Eq(multiplier*c, one) for c, one in zip(z, w))),
    },
)


@limit.proof(scope="every number of weights, losses of z.w whose flow ends at z.w = y, convex or not, changing in time or not")
def by_the_mirror(fitted, *mirrored):
    """Along the flow grad R(w) = -(integral of the slopes of the loss) z; it starts at 0, and the end keeps the form.

    R is strictly convex, so by Pythagoras' equality the end is the one minimiser.
    """
    yield cited("where the flow ends at exponential rate, gradient descent ends O(h) away (Euler's method on a compact set)")
    yield zero(fitted.lhs - fitted.rhs - (z1*w1 + z2*w2 + z3*w3 - y), "the end fits the data")
    yield from of_the_mirror(mirrored)
    yield from pythagoras()


def of_the_mirror(mirrored):
    """Each relation is multiplier z = dual, where the dual is 0 at the start and has the slope of R' by the weight."""
    for i, claimed in enumerate(mirrored):
        beta = 2*u[i]*v[i]
        yield zero(claimed.lhs - multiplier*z[i], f"lambda z, weight {i + 1}")
        yield zero(diff(claimed.rhs, w[i])*4*sqrt(w[i]**2 + beta**2) - 1, f"its slope is the inverse of J J', weight {i + 1}")
        yield zero(claimed.rhs.rewrite(log).subs(w[i], u[i]**2 - v[i]**2), f"it is 0 at the start, weight {i + 1}")
        yield zero((u[i]**2 - v[i]**2)**2 + beta**2 - (u[i]**2 + v[i]**2)**2, "as sqrt(w^2 + beta^2) = u^2 + v^2")


def pythagoras():
    """R at three points p, end, start as free values, its gradients at the end (lambda z) and the start (0)."""
    at = dict(zip(("p", "end", "start"), symbols("R_p R_end R_start", real=True)))
    p, lam = symbols("p1:4", real=True), symbols("lambda", real=True)
    divergence = lambda a, b, slope, left, right: at[a] - at[b] - sum(s*(x - y) for s, x, y in zip(slope, left, right))
    along, start = [lam*c for c in (z1, z2, z3)], [x**2 - y**2 for x, y in zip(u, v)]
    gap = (divergence("p", "start", (0, 0, 0), p, start) - divergence("p", "end", along, p, w)
           - divergence("end", "start", (0, 0, 0), w, start))
    fits = [Eq(z1*x[0] + z2*x[1] + z3*x[2], y) for x in (p, w)]
    yield zero(gap, "Pythagoras' equality for every p with z.p = y", given=fits)


@limit.observation(small=h, order=1, first=Rational(1, 16), halvings=4)
def gradient_descent_to_its_end(lab, h):
    """Descent on (z.(u^2 - v^2) - y)^2/2 until it settles, on balls without radius; lambda sums the residuals."""
    c, y = [*map(ball, lab.features)], ball(lab.label)

    def gradient(*x):
        rest = sum(one*(p*p - q*q) for one, p, q in zip(c, x, x[3:])) - y
        return (*(2*rest*one*p for one, p in zip(c, x)), *(-2*rest*one*q for one, q in zip(c, x[3:])), rest)
    step = descent(gradient, ball(h))
    end = lab.settle(lambda x: tuple(one.mid() for one in step(x)), (*map(ball, (*lab.plus, *lab.minus)), ball(0)), lab.pace*h)
    return {multiplier: end[6], **{one: p*p - q*q for one, p, q in zip(w, end, end[3:])}}


certified = theorem.claim(
    "one multiplier, enclosed by Krawczyk's test: grad R(w) = multiplier z",
    conditions(),
    false={
        "without the quarter": conditions(times=4),
        "without the starting ratio": conditions(ratio=0),
    },
)


@certified.proof(scope="every number of weights")
def by_monotonicity(fitted, *mirrored):
    """The residual rises with the multiplier at a rate > 0, so there is one root; each weight inverts its mirror."""
    yield zero(fitted.lhs - fitted.rhs - (z1*w1 + z2*w2 + z3*w3 - y), "the equation for the multiplier")
    for i, c in enumerate(z):
        weight = u[i]**2*exp(4*m[i]) - v[i]**2*exp(-4*m[i])
        yield positive(c*diff(weight, m[i])*c, f"the rate of c w at m = lambda c, weight {i + 1}")
        yield zero(diff(weight, m[i])**2 - 16*(weight**2 + (2*u[i]*v[i])**2), "the inverse slope of the mirror")
    yield from of_the_mirror(mirrored)


@certified.enclosure
def krawczyk(lab):
    """The root of z.Q'(lambda z) = y, Q' written with exponentials."""
    weights = [p**2*exp(4*s) - q**2*exp(-4*s) for p, q, s in zip(lab.plus, lab.minus, m)]
    found, ends = bregman_projection(weights, m, [list(lab.features)], [lab.label], digits=20)
    return {multiplier: found[0], **dict(zip(w, ends))}


half, third, quarter = Rational(1, 2), Rational(1, 3), Rational(1, 4)
theorem.case("one of each sign", plus=(half, third, quarter), minus=(quarter, half, third),
             features=(1, 2, -1), label=2, pace=14)
theorem.case("weak third feature", plus=(1, third, half), minus=(third, quarter, Rational(2, 5)),
             features=(2, -1, half), label=third, pace=14)
