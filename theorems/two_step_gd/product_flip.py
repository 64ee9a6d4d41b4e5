"""Gradient descent on a loss l(xy) at the edge: the flip at every imbalance, and on the diagonal.

Statement.  Let l have four continuous derivatives near c, l'(c) = 0, l2 = l''(c) > 0, l3 and l4 the next ones.
The minimisers of l(xy) are the (x, y) with xy = c; let N = x^2 + y^2, so the edge is eta = 2/(l2 N).

reduction   The imbalance x^2 - y^2 moves by second order in l' only.  With it frozen, q = xy moves by
            q -> q (1 + eta^2 l'^2) - eta l' N(q),  N(q) = sqrt(4 q^2 + (x^2 - y^2)^2).
flip        At the edge two steps of this map change q - c = h by -2 m h^3 + ..., with
                m = (3 l3^2 - 2 l2 l4)/(6 l2^2) + (l3/l2 + 8 c/N^2)^2/2.
Schwarzian  So a negative Schwarzian derivative of l' at c, 3 l3^2 > 2 l2 l4, makes the flip supercritical
            (m > 0) at every imbalance; where l3 N^2 = -8 c l2 nothing less will do.
logistic    For l' = sigma(q) - s, 0 < s < 1, the first part is 1/6: every flip is supercritical.
diagonal    On x = y = z the loss is l(z^2)/2 for the step, and 3 f'''^2 - f'' f'''' = 16 c (6 l2^2 + 6 c l2 l3 + 3 c^2 l3^2
            - c^2 l2 l4) for f = l(z^2)/2.

There is no true 2-cycle off x = +-y (`product_balance`): the oscillation drifts to balance.
"""

from functools import cache

from mpmath import mp
from sympy import Eq, Rational, diff, exp, expand, lambdify, log, symbols

from numerics.losses import X
from numerics.steps import descent
from theorems import Source, Theorem, zero

flip, condition = symbols("flip condition", real=True)                  # measured: m; 3 f'''^2 - f'' f'''' on the diagonal
l2, N = symbols("l2 N", positive=True)
l3, l4, c, s, h, w = symbols("l3 l4 c s h w", real=True)

theorem = Theorem(
    "flip of gradient descent on a function of a product, at every imbalance",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 5 of the ICLR 2023 submission, known by name"),
    assumes=(N >= 2*c, N >= -2*c),
)


@theorem.data
def derivatives(case):
    """l is given in X; x is the first coordinate of the minimiser and y = c/x."""
    l = [diff(case.loss, X, k).subs(X, case.at) for k in (2, 3, 4)]
    size = Rational(case.x)**2 + (case.at/Rational(case.x))**2
    return {l2: l[0], l3: l[1], l4: l[2], c: case.at, N: size, **({s: case.label} if "label" in case.data else {})}


flips = theorem.claim(
    "flip coefficient of the frozen map: a Schwarzian part and a square",
    Eq(flip, (3*l3**2 - 2*l2*l4)/(6*l2**2) + (l3/l2 + 8*c/N**2)**2/2),
    false={
        "without the drift of q": Eq(flip, (3*l3**2 - l2*l4)/(3*l2**2)),
        "the Schwarzian part alone": Eq(flip, (3*l3**2 - 2*l2*l4)/(6*l2**2)),
        "half the drift": Eq(flip, (3*l3**2 - 2*l2*l4)/(6*l2**2) + (l3/l2 + 4*c/N**2)**2/2),
    },
)


@flips.proof(scope="every loss with four continuous derivatives near c, l'' > 0")
def by_expanding_two_frozen_steps(equals):
    """Taylor polynomials of degree 3 in h = q - c; the step in x, y gives the frozen map."""
    u, v, g, eta = symbols("u v g eta", real=True)
    X1, Y1 = descent(lambda x, y: (g*y, g*x), eta)((u, v))
    yield zero(X1*Y1 - u*v*(1 + eta**2*g**2) + eta*g*(u**2 + v**2), "q after a step")
    yield zero((X1**2 - Y1**2) - (u**2 - v**2)*(1 - eta**2*g**2), "the imbalance moves by second order")
    edge = 2/(l2*N)
    slope = l2*h + l3*h**2/2 + l4*h**3/6
    size = N + 4*c*h/N + (2/N - 8*c**2/N**3)*h**2
    yield zero((size**2 - N**2 - 8*c*h - 4*h**2).expand().coeff(h, 1), "N(q) to first order")
    yield zero((size**2 - N**2 - 8*c*h - 4*h**2).expand().coeff(h, 2), "and to second order")
    once = expand(h + (c + h)*edge**2*slope**2 - edge*slope*size)
    once = sum(once.coeff(h, k)*h**k for k in (1, 2, 3))
    twice = expand(once.subs(h, once))
    yield zero(once.coeff(h, 1) + 1, "one step reverses h")
    yield zero(twice.coeff(h, 2), "two steps have no second order term")
    yield zero(-twice.coeff(h, 3)/2 - equals.rhs, "the third order term")
    yield zero(equals.rhs - (3*l3**2 - l2*l4)/(3*l2**2) - 8*c*l3/(l2*N**2) - 32*c**2/N**4, "expanded")


@flips.observation(small=h, order=1)
def two_frozen_steps(lab, h):
    """Steps of descent in (x, y), each projected to the imbalance of the minimiser."""
    x, y = mp.mpf(lab.x), mp.mpf(lab.at)/lab.x
    gap, (slope, curvature) = x**2 - y**2, slope_and_curvature(lab.loss)
    step = descent(lambda x, y: (slope(x*y)*y, slope(x*y)*x), 2/(curvature(mp.mpf(lab.at))*(x**2 + y**2)))
    once = product_after(lab, step, lab.at + h, gap)
    return (lab.at + h - product_after(lab, step, once, gap))/(2*h**3)


@cache
def slope_and_curvature(loss):
    """l' and l'' as functions of q."""
    return lambdify(X, diff(loss, X), "mpmath"), lambdify(X, diff(loss, X, 2), "mpmath")


def product_after(lab, step, q, gap):
    """q after one step from the point with product q and the given x^2 - y^2."""
    x = mp.sqrt((gap + mp.sqrt(gap**2 + 4*q**2))/2)
    moved = lab.iterate(step, (x, q/x), 1)
    return moved[0]*moved[1]


logistic = theorem.claim(
    "flip coefficient of the logistic loss with soft label s",
    Eq(flip, Rational(1, 6) + (1 - 2*s + 8*c/N**2)**2/2),
    false={
        "a hard label's sign": Eq(flip, Rational(1, 6) + (1 - 2*s - 8*c/N**2)**2/2),
        "no drift": Eq(flip, Rational(1, 6) + (1 - 2*s)**2/2),
    },
)


@logistic.proof
def by_derivatives_of_the_sigmoid(claimed):
    """sigma' = sigma (1 - sigma), and sigma = s at the minimiser; the coefficient is that of `flips`."""
    rate = lambda value: value.diff(s)*s*(1 - s)
    second = s*(1 - s)
    third, fourth = rate(second), rate(rate(second))
    found = (3*third**2 - 2*second*fourth)/(6*second**2) + (third/second + 8*c/N**2)**2/2
    yield zero(found - claimed.rhs, "the Schwarzian part is 1/6 for every label", given=(s > 0, s < 1))


@logistic.observation(small=h, order=1)
def two_frozen_steps_again(lab, h):
    return two_frozen_steps(lab, h)


diagonal = theorem.claim(
    "the condition of one dimension on the diagonal",
    Eq(condition, 16*c*(6*l2**2 + 6*c*l2*l3 + 3*c**2*l3**2 - c**2*l2*l4)),
    false={
        "without the mixed term": Eq(condition, 16*c*(6*l2**2 + 3*c**2*l3**2 - c**2*l2*l4)),
        "of l alone": Eq(condition, 3*l3**2 - l2*l4),
    },
)


@diagonal.proof(scope="every loss with four continuous derivatives near c")
def by_derivatives_of_the_restriction(claimed):
    """f(z) = l(z^2)/2 at z^2 = c, where l' = 0."""
    z = symbols("z", positive=True)
    q = z**2
    f = (l2*(q - w)**2/2 + l3*(q - w)**3/6 + l4*(q - w)**4/24)/2
    second, third, fourth = (f.diff(z, k).subs(w, z**2) for k in (2, 3, 4))
    yield zero(3*third**2 - second*fourth - claimed.rhs.subs(c, z**2), "from the three derivatives")


@diagonal.observation(small=h, order=1)
def differences_on_the_diagonal(lab, h):
    """One step on the diagonal moves z by -eta f'(z); differences at z + h give the next derivatives."""
    slope, z = slope_and_curvature(lab.loss)[0], mp.sqrt(mp.mpf(lab.at))
    step = descent(lambda x, y: (slope(x*y)*y, slope(x*y)*x), mp.mpf(1))
    _, second, third, fourth = mp.diffs(lambda t: t - lab.iterate(step, (t, t), 1)[0], z + h, 3)
    return 3*third**2 - second*fourth


half, soft = Rational(1, 2), log(1 + exp(X)) - 3*X/4
quartic, skew = (X**2 - 1)**2/4, (X - 2)**2/2 + (X - 2)**3/3 - (X - 2)**4/5
for claim in (flips, diagonal):
    claim.case("quartic", loss=quartic, at=1, x=Rational(3, 2))
    claim.case("skew", loss=skew, at=2, x=Rational(2, 3))
    claim.case("logistic with a soft label", loss=soft, at=log(3), x=Rational(4, 3))
flips.case("negative target", loss=(X + half)**2 + (X + half)**3, at=-half, x=3)
flips.case("least value", loss=(X - 1)**2/2 - (X - 1)**3/3 + (X - 1)**4/7, at=1, x=1)
flips.case("target zero", loss=3*X**2/2 + X**3/5 - X**4/9, at=0, x=2)
for label, x in ((Rational(3, 4), 1), (Rational(1, 5), Rational(1, 2))):
    logistic.case(f"label {label}", loss=log(1 + exp(X)) - label*X, at=log(label/(1 - label)), x=x, label=label)
