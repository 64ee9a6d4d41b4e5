"""Where 3 f'''^2 = f'' f'''' all 2-cycles may sit at one step size, so equality gives none beyond the edge.

Statement.  Let a > 0 and f'(x) = (a/2) (x + x/(1 + beta x)) for beta x > -1.  At the minimiser 0,
f'' = a, f''' = -a beta, f'''' = 3 a beta^2, so 3 f'''^2 = f'' f'''' (a parabola for beta = 0).  One step at the edge, eta = 2/a, is the involution
x -> -x/(1 + beta x): two steps return every start.  Every 2-cycle in beta x > -1 has exactly this step size.
"""

from sympy import Eq, Ne, Rational, diff, symbols

from numerics import balls
from numerics.losses import X
from numerics.steps import descent
from theorems import Each, Source, Theorem, positive, zero

back, eta = symbols("back eta")                                 # measured: two steps on; the step size of the cycle
a, beta, start = symbols("a beta start", real=True)

theorem = Theorem(
    "descent at the edge may be an involution",
    source=Source("beside Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission, equality"),
    assumes=(a > 0, beta*start > -1),
)


@theorem.data
def constants(case):
    return {a: case.a, beta: case.beta, start: case.start}


def slope(x, a, beta):
    return a*(x + x/(1 + beta*x))/2


degenerate = theorem.claim(
    "two steps at the edge return, and no other step size has a cycle",
    (Eq(back, start), Eq(eta, 2/a)),
    false={
        "one step returns": (Eq(back, -start/(1 + beta*start)), Eq(eta, 2/a)),
        "a larger step size": (Eq(back, start), Eq(eta, 3/a)),
    },
)


@degenerate.proof(scope="every a > 0, every beta and every start with beta x > -1")
def by_the_involution(returns, holds):
    """f' increases, so f'(v) = -f'(x) has the one solution v = -x/(1 + beta x), and eta = (x - v)/f'(x)."""
    inside, x = beta*X > -1, X
    f, v = slope(x, a, beta), -x/(1 + beta*x)
    F = descent(lambda x: slope(x, a, beta), 2/a)
    jet = [diff(f, x, k).subs(x, 0) for k in (1, 2, 3)]
    yield zero(3*jet[1]**2 - jet[0]*jet[2], "3 f'''^2 = f'' f''''")
    yield zero(F(x) - v, "one step at the edge", given=inside)
    yield zero(F(F(x)) - returns.rhs.subs(start, x), "two steps return", given=inside)
    yield positive(diff(f, x), "f' increases", given=inside)
    yield zero(f + f.subs(x, v), "the partner", given=inside)
    yield zero((x - v)/f - holds.rhs, "the step size of every cycle", given=(inside, Ne(x, 0)))


@degenerate.enclosure
def two_steps_and_the_partner(lab):
    """Two steps at the edge; the v with f'(v) = -f'(start), and (start - v)/f'(start)."""
    a, beta, x = (balls.ball(one) for one in (lab.a, lab.beta, lab.start))
    f = lambda v: slope(v, a, beta)
    df = lambda v: a*(1 + 1/balls.power(1 + beta*v, 2))/2
    v, = balls.roots(lambda v: f(v) + f(x), df, balls.box(*lab.search))
    return {back: lab.iterate(descent(f, 2/a), x, 2), eta: (x - v)/f(x)}


theorem.case("to the right", a=3, beta=Rational(1, 2), start=Rational(1, 4), search=(-1, 1))
theorem.case("a family", a=Rational(2, 3), beta=-Rational(1, 5), start=Each([Rational(1, 8), -Rational(1, 2)]), search=(-1, 1))
