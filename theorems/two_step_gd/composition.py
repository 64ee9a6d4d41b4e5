"""For f = (g - y)^2 the cycle lies beyond the edge exactly when 6 g''^2 > g' g'''.

Statement.  Let g be four times continuously differentiable, g = y and g' != 0 at a point.  There f = (g - y)^2
has a minimiser with f'' = 2 g'^2, and 3 f'''^2 - f'' f'''' = 16 g'^2 (6 g''^2 - g' g'''): it has the sign of
6 g''^2 - g' g'''.  So the flip coefficient of gradient descent at eta = 2/f'' = 1/g'^2 is

    4 (6 g''^2 - g' g''')/(3 g'^2),

and 2-cycles lie beyond the edge exactly for 6 g''^2 > g' g''' (the printed lemma has one direction).
"""

from functools import cache

from mpmath import mp
from sympy import Eq, Equivalent, Ne, Rational, diff, exp, lambdify, sin, symbols, tanh

from numerics.losses import X
from numerics.steps import descent
from theorems import Each, Source, Theorem, nonnegative, positive, zero

flip = symbols("flip")                                          # measured: the flip coefficient at the edge
g1, g2, g3, g4, x, s = symbols("g1 g2 g3 g4 x s", real=True)     # derivatives of g at the point

theorem = Theorem(
    "two-step cycles of squared compositions",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Lemma 2 of the ICLR 2023 submission, with its converse"),
    assumes=(Ne(g1, 0),),
)


@theorem.data
def derivatives(case):
    """Read the first three derivatives off g at 0."""
    return {symbol: diff(case.g, X, n, simplify=False).subs(X, 0) for n, symbol in enumerate((g1, g2, g3), 1)}


def composed():
    """f'', f''', f'''' of f = (g - y)^2 where g = y + g1 x + g2 x^2/2 + g3 x^3/6 + g4 x^4/24 + ..."""
    f = (g1*x + g2*x**2/2 + g3*x**3/6 + g4*x**4/24)**2
    return [diff(f, x, n, simplify=False).subs(x, 0) for n in (2, 3, 4)]


coefficient = theorem.claim(
    "the flip coefficient at the edge, by the derivatives of g",
    Eq(flip, 4*(6*g2**2 - g1*g3)/(3*g1**2)),
    false={
        "without the factor 6": Eq(flip, 4*(g2**2 - g1*g3)/(3*g1**2)),
        "for half the square": Eq(flip, 2*(6*g2**2 - g1*g3)/(3*g1**2)),
    },
)


@coefficient.proof(scope="every g with four derivatives and g' != 0")
def by_the_product_rule(claimed):
    """p/(3a^2) is the flip coefficient (`expansion`)."""
    a, b, c = composed()
    yield zero(a - 2*g1**2, "f'' = 2 g'^2")
    yield zero(3*b**2 - a*c - 16*g1**2*(6*g2**2 - g1*g3), "3 f'''^2 - f'' f''''")
    yield zero((3*b**2 - a*c)/(3*a**2) - claimed.rhs, "the flip coefficient")


@cache
def slope_and_curvature(g):
    """f' as a function of a point's coordinates, and f'', for f = (g - g(0))^2."""
    loss = (g - g.subs(X, 0))**2
    return lambdify((X,), (diff(loss, X),), "mpmath"), lambdify(X, diff(loss, X, 2, simplify=False), "mpmath")


def two_steps_at_the_edge(lab, s):
    """Two steps of descent on (g - g(0))^2 at eta = 2/f'' = 1/g'^2, from s and from -s."""
    gradient, curvature = slope_and_curvature(lab.g)
    step = descent(gradient, 2/mp.mpf(curvature(mp.zero)))
    (right,), (left,) = (lab.iterate(step, (one,), 2) for one in (s, -s))
    return ((s - right) - (-s - left))/(4*s**3)


coefficient.observation(small=s, order=2, then=2)(two_steps_at_the_edge)

criterion = theorem.claim(
    "cycles beyond the edge exactly for 6 g''^2 > g' g'''",
    Equivalent(flip > 0, 6*g2**2 > g1*g3),
    false={
        "g''^2 > g' g'''": Equivalent(flip > 0, g2**2 > g1*g3),
        "12 g''^2 > g' g'''": Equivalent(flip > 0, 12*g2**2 > g1*g3),
    },
)


@criterion.proof(scope="every g with four derivatives and g' != 0")
def by_the_sign(equivalent):
    """The flip coefficient is a positive multiple of the difference of the two sides."""
    beyond, region = sorted(equivalent.args, key=lambda one: not one.has(flip))
    beyond = beyond.subs(flip, 4*(6*g2**2 - g1*g3)/(3*g1**2))
    yield positive(beyond.gts - beyond.lts, "beyond the edge within the region", given=region)
    yield nonnegative(beyond.lts - beyond.gts, "not beyond outside", given=~region)


criterion.observation(small=s, order=2, then=2)(two_steps_at_the_edge)

theorem.case("skew", g=2*X + 3*X**2/4 - X**3/3 + X**4/5)
theorem.case("saturating", g=tanh(X) + X**2/5)
theorem.case("steep cubic", g=X/3 + X**2/8 + X**3/2)
theorem.case("flat bend", g=X + X**2/4 + X**3/6)
theorem.case("oscillating", g=3*sin(X) + exp(X/2) - X)
criterion.case("each side of the region", g=Each([X + X**2/2 + Rational(n, 600)*X**3 for n in (599, 601)]))
