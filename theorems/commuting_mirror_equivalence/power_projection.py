"""Implicit bias of powers: gradient flow on w_i = x_i^k that fits z.w = y ends at a Bregman projection, for every depth.

Statement.  Let gradient flow of a loss of z.w in x, x_i > 0, k > 0 other than 2, end at z.w = y with all w_i > 0.  With
p_i = x_i(0)^(2-k) there is one lambda with

    lambda z_i = (p_i - w_i^((2-k)/k))/(k (k-2)),

so the end is the only minimiser on z.w = y of D_R(w, w(0)) for R = -sum w_i^(2/k)/(2 (k-2)), a Tsallis entropy of order
2/k; it is the limit of gradient descent as the step size falls to 0.  The order depends on the depth: the
minimiser for another depth, or for the entropy of squares, is another point.  Below depth 2 it is a condition that
the flow ends inside: it may reach w_i = 0 in finite time (see `power`).
"""

from sympy import Eq, Rational, diff, exp, log, symbols

from numerics.balls import ball, power
from numerics.steps import descent
from theorems import Source, Theorem, cited, positive, zero

w = w1, w2 = symbols("w1 w2", positive=True)                   # measured: where the weights end
multiplier = symbols("multiplier", real=True)                  # measured: lambda
p = p1, p2 = symbols("p1 p2", positive=True)                   # the start's powers 2 - k
z = z1, z2 = symbols("z1 z2", real=True, nonzero=True)
y = symbols("y", real=True)
k = symbols("k", positive=True)
h = symbols("h", positive=True)

theorem = Theorem(
    "gradient flow on powers ends at a Bregman projection",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="implicit bias, re-derived for powers"),
)


@theorem.data
def problem(case):
    return {p1: case.start[0]**(2 - case.depth), p2: case.start[1]**(2 - case.depth),
            **dict(zip((*z, y, k), (*case.features, case.label, case.depth)))}


def dual(i, k=k):
    return (p[i] - w[i]**((2 - k)/k))/(k*(k - 2))


def conditions(mirror=dual):
    """z.w = y and grad R(w) = multiplier z."""
    return (Eq(z1*w1 + z2*w2, y), Eq(multiplier*z1, mirror(0)), Eq(multiplier*z2, mirror(1)))


limit = theorem.claim(
    "gradient descent with vanishing step size ends where grad R is a multiple of the features",
    conditions(),
    false={
        "the entropy of squares": conditions(lambda i: log(w[i])/4),
        "the power of the parameter": conditions(lambda i: (p[i] - w[i]**(2 - k))/(k*(k - 2))),
        "one depth more": conditions(lambda i: dual(i, k + 1)),
    },
)


@limit.proof(scope="every real depth k > 0 other than 2 and number of weights, losses of z.w whose flow ends inside at z.w = y")
def by_the_mirror(fitted, *mirrored):
    """Along the flow grad R(w) is a multiple of z, as it starts at 0 and has the slope 1/(J J'); so at the end."""
    log_x = symbols("log_x", real=True)
    yield cited("where the flow ends at exponential rate, gradient descent ends O(h) away (Euler's method on a compact set)")
    yield zero(fitted.lhs - fitted.rhs - (z1*w1 + z2*w2 - y), "the end fits the data")
    for i, claimed in enumerate(mirrored):
        yield zero(claimed.lhs - multiplier*z[i], f"lambda z, weight {i + 1}")
        start = {w[i]: exp(k*log_x), p[i]: exp((2 - k)*log_x)}
        for side in (k > 2, k < 2):
            yield zero(diff(claimed.rhs, w[i])*k**2*w[i]**(2 - 2/k) - 1, f"its slope is the inverse of J J', weight {i + 1}", given=side)
            yield zero((claimed.rhs*k*(k - 2)).expand().subs(start), f"it is 0 at the start, weight {i + 1}", given=side)
            yield positive(diff(claimed.rhs, w[i]), f"R is strictly convex, weight {i + 1}", given=side)


@limit.observation(small=h, order=1, first=Rational(1, 8), halvings=4)
def gradient_descent_to_its_end(lab, h):
    """Descent on (z.x^k - y)^2/2 until it settles, on balls without radius; lambda sums the residuals."""
    c, label, depth = [*map(ball, lab.features)], ball(lab.label), lab.depth

    def gradient(*x):
        lower = [raised(a, depth - 1) for a in x]
        rest = sum(one*a*b for one, a, b in zip(c, x, lower)) - label
        return (*(ball(depth)*rest*one*b for one, b in zip(c, lower)), rest)
    step = descent(gradient, ball(h))
    end = lab.settle(lambda x: tuple(one.mid() for one in step(x)), (*map(ball, lab.start), ball(0)), lab.pace*h)
    return {multiplier: end[2], w1: raised(end[0], depth), w2: raised(end[1], depth)}


def raised(x, depth):
    """x^depth of a ball."""
    return power(x, depth) if isinstance(depth, int) else (ball(depth)*x.log()).exp()


half = Rational(1, 2)
theorem.case("third powers", start=(Rational(5, 4), Rational(3, 4)), depth=3, features=(Rational(2, 3), -half),
             label=half, pace=5)
theorem.case("below two", start=(Rational(4, 9), Rational(9, 16)), depth=3*half, features=(2, -1), label=half, pace=8)
theorem.case("fourth powers", start=(Rational(2, 3), Rational(3, 4)), depth=4, features=(Rational(3, 2), 1), label=half, pace=4)
