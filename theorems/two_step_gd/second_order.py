"""How 2-cycles of gradient descent grow from a minimiser, to second order in the squared half-width.

Statement.  Let f have six continuous derivatives near a critical point, a = f'' > 0, and b, c, d, e the
third to sixth derivative there, p = 3 b^2 - a c.  Along the 2-cycles m +- s, as s -> 0,

    m      = -b/(2a) s^2 - (a^2 d - 6 a b c + 3 b^3)/(24 a^3) s^4 + ...
    eta    = 2/a + p/(3a^3) s^2 - (3a^3 e - 45a^2 b d - 10a^2 c^2 + 195a b^2 c - 135b^4)/(180 a^5) s^4 + ...
    Lambda = 1 - 4p/(3a^2) s^2 + 2(3a^3 e - 45a^2 b d + 5a^2 c^2 + 135a b^2 c - 90b^4)/(45 a^4) s^4 + ...

and, where p != 0, by the excess h = eta - 2/a,

    Lambda = 1 - 4a h + a^2 (3a^3 e - 45a^2 b d + 20a^2 c^2 + 75a b^2 c - 45b^4)/(5 p^2) h^2 + ...
"""

from functools import cache

from mpmath import mp
from sympy import Eq, Ne, Rational, atanh, diff, factorial, lambdify, symbols, sympify, tanh

from numerics.cycles import critical_multiplier, two_cycle, two_step_jacobian
from numerics.losses import X
from theorems import Source, Theorem, cited, zero

moves, widens, pulls, bends = symbols("moves widens pulls bends")   # measured: the last coefficient of each line
a, b, c, d, e, s = symbols("a b c d e s", real=True)
p = 3*b**2 - a*c

theorem = Theorem(
    "two-step cycles to second order",
    source=Source("beside Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission"),
    assumes=(a > 0, Ne(p, 0)),
)


@theorem.data
def derivatives(case):
    """Read the second to sixth derivative off the loss at the minimiser."""
    return {symbol: diff(case.loss, X, k).subs(X, case.at) for k, symbol in enumerate((a, b, c, d, e), 2)}


m4 = -(a**2*d - 6*a*b*c + 3*b**3)/(24*a**3)
eta4 = -(3*a**3*e - 45*a**2*b*d - 10*a**2*c**2 + 195*a*b**2*c - 135*b**4)/(180*a**5)
Lambda4 = 2*(3*a**3*e - 45*a**2*b*d + 5*a**2*c**2 + 135*a*b**2*c - 90*b**4)/(45*a**4)
bend = a**2*(3*a**3*e - 45*a**2*b*d + 20*a**2*c**2 + 75*a*b**2*c - 45*b**4)/(5*p**2)

coefficients = theorem.claim(
    "the second coefficients of midpoint, step size and multiplier",
    (Eq(moves, m4), Eq(widens, eta4), Eq(pulls, Lambda4), Eq(bends, bend)),
    false={
        "no second coefficient of the midpoint": (Eq(moves, 0), Eq(widens, eta4), Eq(pulls, Lambda4), Eq(bends, bend)),
        "the multiplier is linear in the excess": (Eq(moves, m4), Eq(widens, eta4), Eq(pulls, Lambda4), Eq(bends, 0)),
    },
)


@coefficients.proof(scope="every loss with six continuous derivatives near a critical point where f'' > 0 and p != 0")
def by_comparing_powers(midpoint, step_size, multiplier, by_excess):
    """Put the series into f'(m + s) = -f'(m - s), eta (f'(m + s) - f'(m - s)) = 4 s and (1 - eta A)(1 - eta B)."""
    yield cited("the implicit function theorem: the branch has as many derivatives in s^2 as E and O have")
    m = series({2: -b/(2*a), 4: midpoint.rhs})
    eta = series({0: 2/a, 2: p/(3*a**3), 4: step_size.rhs})
    up, down = ([x + y for x, y in zip(m, series({1: sign}))] for sign in (1, -1))
    even, odd = ([x + sign*y for x, y in zip(slope(up), slope(down))] for sign in (1, -1))
    odd = times(eta, odd)
    for k in (2, 4):
        yield zero(even[k], f"the sum of the slopes vanishes at order {k}")
    for k, wanted in ((1, 4), (3, 0), (5, 0)):
        yield zero(odd[k] - wanted, f"the difference is 4 s/eta at order {k}")
    forth, back = ([int(k == 0) - x for k, x in enumerate(times(eta, curvature(point)))] for point in (up, down))
    product = times(forth, back)
    yield zero(product[0] - 1, "the multiplier starts at 1")
    yield zero(product[2] + 4*p/(3*a**2), "its first coefficient")
    yield zero(product[4] - multiplier.rhs, "its second coefficient")
    eta2, Lambda2 = p/(3*a**3), -4*p/(3*a**2)
    yield zero((multiplier.rhs - Lambda2/eta2*step_size.rhs)/eta2**2 - by_excess.rhs, "by the excess")


def series(coefficients):
    """Coefficients of s^0, ..., s^5."""
    return [sympify(coefficients.get(k, 0)) for k in range(6)]


def times(f, g):
    return [sum(f[i]*g[k - i] for i in range(k + 1) if f[i] != 0 and g[k - i] != 0) for k in range(6)]


def horner(derivatives, x):
    """The series of sum_k derivatives[k] x^k/k!."""
    total = series({})
    for k in reversed(range(len(derivatives))):
        total = [value + (derivatives[k]/factorial(k) if i == 0 else 0) for i, value in enumerate(times(total, x))]
    return total


def slope(x):
    return horner((0, a, b, c, d, e), x)


def curvature(x):
    return horner((a, b, c, d, e), x)


@coefficients.observation(small=s, order=2, then=2)
def differences_of_small_cycles(lab, s):
    """Two cycles found by steps alone, of half-widths s and s/2; divided differences of what they show."""
    gradient, second = slopes(lab.loss)
    edge = mp.mpf(2)/second(lab.at)
    at = [one_cycle(lab, gradient, edge, half) for half in (s, s/2)]
    area = 3*s**2/4
    moved, excess, pulled = ([one[k] for one in at] for k in range(3))
    rate = [pull/h for pull, h in zip(pulled, excess)]
    per_area = lambda pair: (pair[0]/s**2 - 4*pair[1]/s**2)/area
    return {moves: per_area(moved), widens: per_area(excess), pulls: per_area(pulled),
            bends: (rate[0] - rate[1])/(excess[0] - excess[1])}


@cache
def slopes(loss):
    """f' of a point's coordinates, and f''."""
    return lambdify((X,), (diff(loss, X),), "mpmath"), lambdify(X, diff(loss, X, 2), "mpmath")


def one_cycle(lab, gradient, edge, half):
    """Midpoint, excess step size and multiplier less 1."""
    u, v, eta = two_cycle(lab.iterate, gradient, (lab.at,), (1,), half, edge)
    multiplier = critical_multiplier(two_step_jacobian(lab.iterate, gradient, u, eta))
    return (u[0] + v[0])/2 - lab.at, eta - edge, multiplier - 1


theorem.case("skew sextic", loss=X**2 + X**3/2 + X**4/12 - X**5/40 + X**6/30, at=0)
theorem.case("hyperbolic tangent", loss=(tanh(X) - Rational(1, 3))**2, at=atanh(Rational(1, 3)))
