"""The printed interval of step sizes for a 2-cycle through a start on the steep side of a minimiser.

Statement.  Let f have four continuous derivatives near a critical point, a = f'' > 0, b and c the
third and fourth derivative, 3 b^2 > a c.  A start at the minimiser minus eps, eps b > 0 and small,
lies on a 2-cycle of x - eta f'(x) with

    2/a < eta < 2/(a - eps b).

The upper end is of first order in eps while eta - 2/a is of second order, so any such bound of
first order would do.  Enclosed for the starts of two losses; the order is that of `expansion`.
"""

from sympy import Eq, Ne, Rational, diff, symbols

from numerics import balls
from numerics.cycles import midpoint_slopes
from numerics.losses import X
from theorems import Box, Source, Theorem

eta = symbols("eta")                                            # measured: the step size of the start's 2-cycle
a, b, c, eps = symbols("a b c eps", real=True)
p = 3*b**2 - a*c

theorem = Theorem(
    "the printed step sizes for a two-step cycle",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission"),
    assumes=(a > 0, p > 0, eps*b > 0, a > eps*b),
)


@theorem.data
def derivatives(case):
    """Read the second to fourth derivative off the loss at the minimiser."""
    jet = {symbol: diff(case.loss, X, k).subs(X, case.at) for k, symbol in enumerate((a, b, c), 2)}
    return {**jet, eps: case.eps}


interval = theorem.claim(
    "the cycle through the start has a step size in the printed interval",
    (eta > 2/a, eta < 2/(a - eps*b)),
    false={
        "before the edge": (eta > 2/(a + eps*b), eta < 2/a),
        "the interval of the other side": (eta > 2/a, eta < 2/(a + eps*b)),
    },
)


@interval.enclosure
def step_size_through_a_start(lab):
    """The partner v with f'(v) = -f'(x0); eta = 2/a + q (a slope between the minimiser and the cycle)."""
    f = balls.compiled([diff(lab.loss, X, k) for k in range(1, 7)], (X,))
    at, x0 = balls.ball(lab.at), balls.ball(lab.at) - balls.ball(lab.eps)
    v, = balls.roots(lambda v: f(v)[0] + f(x0)[0], lambda v: f(v)[1], balls.box(*lab.search))
    m, q = (x0 + v)/2, balls.power((x0 - v)/2, 2)
    return 2/f(at)[1] + midpoint_slopes(f, m.union(at), q.union(balls.ball(0))).drift*q


search, short, long = (-Rational(1, 2), Rational(1, 2)), Rational(1, 128), Rational(1, 16)
theorem.case("skew quartic", loss=X**2 + X**3/2 + X**4/12, at=0, search=search, eps=Box(short, long))
theorem.case("mirrored", loss=X**2 - X**3/2 + X**4/12, at=0, search=search, eps=Box(-long, -short))
theorem.outside("the flat side", breaks=eps*b > 0, loss=X**2 + X**3/2 + X**4/12, at=0, search=search, eps=-long)
theorem.outside("p negative", breaks=p > 0, loss=X**2/2 + X**3/64 + X**4/4, at=0, search=search, eps=long)

right, left, u, v, step = symbols("right left u v step", real=True)
theorem.erratum(
    at="Theorem 1", printed="f is C^3 near the minimiser, and the condition uses f''''",
    fault="a C^3 loss need not have a fourth derivative: x^2/2 + |x| x^3/24 has two one-sided ones at 0",
    statement=Eq(right, left),
    witness={right: diff(X**2/2 + X**4/24, X, 4), left: diff(X**2/2 - X**4/24, X, 4)},
    repaired="f has four continuous derivatives near the minimiser",
)
theorem.erratum(
    at="Theorem 1, hypothesis (i)", printed="f''' != 0 at the minimiser",
    fault="not needed: f' = x - x^3 has f''' = 0 and the cycles +-s with step size 2/(1 - s^2) beyond the edge",
    statement=Ne(b, 0), witness={b: 0, u: Rational(1, 2), v: -Rational(1, 2), step: Rational(8, 3)},
    where=(Eq(u - step*(u - u**3), v), Eq(v - step*(v - v**3), u), step > 2),
    repaired="f''' may vanish; it and the side of the start matter for the printed upper end of eta only",
)
theorem.erratum(
    at="discussion of Theorem 1", printed="3 f'''^2 > f'' f'''' is a necessary condition",
    fault="it is sufficient: f' = x - x^5 has f''' = f'''' = 0 and the cycles +-s with step size 2/(1 - s^4)",
    statement=p > 0, witness={a: 1, b: 0, c: 0, u: Rational(1, 2), v: -Rational(1, 2), step: Rational(32, 15)},
    where=(Eq(u - step*(u - u**5), v), Eq(v - step*(v - v**5), u), step > 2/a),
    repaired="sufficient; necessary only up to equality, which higher derivatives decide",
)
