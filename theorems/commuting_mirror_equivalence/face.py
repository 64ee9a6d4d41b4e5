"""Limits on the boundary: gradient flow whose fits have zero weights still ends at a Bregman projection, on a face.

Statement.  w_i = x_i^2, x_i > 0, a the start, L = c w_1 + (z.w - y)^2/2 with a price c > 0, so that w_1 = 0 at every
minimiser.  If gradient flow ends at z.w = y, it ends where, with one lambda,

    w_1 = 0,        log(w_i/a_i)/4 = lambda z_i  for i > 1:

grad R(w) = Z'lambda holds on the face w_1 = 0 alone.  The dual of w_1 falls for ever at the rate c, its multiplier's excess
(complementary slackness): -(log w_1)' -> 4 c.  The end is the minimiser of D_R(., a), R a quarter of the entropy with
0 log 0 = 0, over all minimisers of L: Pythagoras' equality holds for every p on the face with z.p = y.  For c = 0
no weight dies, and the end has log(w_1/a_1)/4 = lambda z_1 too.  Measured as the limit of gradient descent, step size h -> 0.
"""

from sympy import Eq, Rational, diff, log, symbols

from numerics.balls import ball
from numerics.steps import descent
from theorems import Source, Theorem, cited, zero

w = w2, w3 = symbols("w2 w3", positive=True)                   # measured: where the weights of the face end
dying = symbols("dying", real=True)                            # measured: the rate of -log w_1 in the end
multiplier = symbols("multiplier", real=True)                  # measured: lambda
a = a1, a2, a3 = symbols("a1 a2 a3", positive=True)            # the weights at the start
z = z1, z2, z3 = symbols("z1 z2 z3", real=True)
y, c, h = symbols("y", real=True), symbols("c", real=True), symbols("h", positive=True)

theorem = Theorem(
    "limits on the boundary of the domain",
    source=Source("beside Li, Wang, Lee and Arora", arxiv="2207.04036", at="implicit bias, limits on the boundary"),
    assumes=(c > 0,),
)


@theorem.data
def problem(case):
    return dict(zip((*a, *z, y, c), (*(one**2 for one in case.point), *case.features, case.label, case.price)))


def ending(rate=4, quarter=4, kept=True):
    return (Eq(z2*w2 + z3*w3, y), Eq(dying, rate*c), Eq(quarter*multiplier*z2, log(w2/a2) if kept else log(w2)),
            Eq(quarter*multiplier*z3, log(w3/a3) if kept else log(w3)))


limit = theorem.claim(
    "the end is a projection on the face, and the weight off it dies at four times its price",
    ending(),
    false={
        "the whole entropy": ending(quarter=1),
        "the start forgotten": ending(kept=False),
        "the price itself": ending(rate=1),
    },
)


@limit.proof(scope="every number of weights, prices and rows: weights with a price, and those without")
def on_the_face(fitted, falling, *mirrored):
    """m_i = log(w_i/a_i)/4 falls at the rate of its price plus z_i r, and r -> 0 with a finite integral -lambda.

    So m_1 goes to minus infinity, and the others end at lambda z_i; then Pythagoras on the face, with 0 log 0 = 0.
    """
    yield cited("where the flow ends at exponential rate, gradient descent ends O(h) away (Euler's method on a compact set)")
    x, r, feature, price = symbols("x r feature price", real=True)
    moved = -diff(x**2, x)*(price + feature*r)                 # x' = -(gradient of the weight)(slope of the loss by it)
    yield zero(2*x*moved + 4*x**2*(price + feature*r), "w' = -4 w (price + z r), so log w falls at 4 (price + z r)")
    yield zero(falling.rhs - 4*c, "which is 4 times the price in the end, as r -> 0")
    yield zero(fitted.lhs - fitted.rhs - (z2*w2 + z3*w3 - y), "the end fits, with w_1 = 0")
    for one, feature, weight, first in zip(mirrored, z[1:], w, a[1:]):
        yield zero(one.lhs - one.rhs - (4*multiplier*feature - log(weight/first)), "without a price m ends at lambda z")
    yield pythagoras(mirrored)


def pythagoras(mirrored):
    """4 (D(p, a) - D(p, w) - D(w, a)) for p on the face; the term of w_1 is a_1 in the first and the last."""
    p2, p3 = p = symbols("p2 p3", positive=True)
    term = lambda to, by: to*log(to/by) - to + by
    spread = sum(term(one, first) - term(one, weight) - term(weight, first) for one, weight, first in zip(p, w, a[1:]))
    logs = [one.rhs for one in mirrored]
    return zero(spread.expand(force=True) - sum((one - weight)*each.expand(force=True) for one, weight, each in zip(p, w, logs)),
                "D(p, a) - D(p, w) - D(w, a) is (p - w).(log(w/a)), that is 4 lambda z.(p - w) = 0")


@limit.observation(small=h, order=1, first=Rational(1, 16), halvings=4)
def gradient_descent_to_its_end(lab, h):
    """Descent until it settles, on balls without radius; lambda sums the residuals, and one more step shows how w_1 dies."""
    f, label, price = [*map(ball, lab.features)], ball(lab.label), ball(lab.price)

    def gradient(*x):
        rest = sum(one*p*p for one, p in zip(f, x)) - label
        return (*(2*p*(one*rest + cost) for one, p, cost in zip(f, x, (price, 0, 0))), rest)
    step = descent(gradient, ball(h))
    without = lambda x: tuple(one.mid() for one in step(x))
    near = lab.settle(without, (*map(ball, lab.point), ball(0)), lab.pace*h)
    end = lab.iterate(without, near, 1)
    return {dying: -2*(end[0]/near[0]).log()/ball(h), multiplier: end[3], **{one: p*p for one, p in zip(w, end[1:])}}


half, third = Rational(1, 2), Rational(1, 3)
limit.case("one price", point=(1, half, third), features=(1, 1, 2), label=1, price=1, pace=6)
limit.case("against the feature", point=(half, 1, Rational(3, 4)), features=(-2, 3*half, 1), label=half, price=Rational(3, 4), pace=4)
limit.outside("no price", breaks=c > 0, point=(1, half, third), features=(1, 1, 2), label=1, price=0, pace=20)
