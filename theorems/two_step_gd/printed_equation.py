"""The printed equation for the quartic's 2-cycle holds at both points for K <= 3/2 only.

Statement.  Let mu > 0, 1 < K = eta mu <= 3/2.  Both points d of the 2-cycle of gradient descent on
(x^2 - mu)^2/4 in x > 0 solve

    eta = 1/(d^2 (sqrt(mu/d^2 - 3/4) + 1/2)),    0 < lower < sqrt(mu) < upper <= 2 sqrt(mu)/sqrt(3).

The radicand vanishes at the last bound, which is attained at K = 3/2; for larger K the upper point
needs the other sign of the root.
"""

from sympy import Eq, Rational, sqrt, symbols

from theorems import Source, Theorem, nonnegative, positive, zero
from theorems.two_step_gd.quartic import K, lower, mu, returning, upper

m, s = symbols("m s", positive=True)                            # upper, lower = m +- s

theorem = Theorem(
    "the printed equation for the quartic's two-step cycle",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 2 and eq. (5) of the ICLR 2023 submission"),
    assumes=(K > 1, K <= Rational(3, 2), mu > 0),
)


@theorem.data
def step(case):
    return {K: case.K, mu: case.mu}


def solves(point, sign=1):
    return Eq(K/mu, 1/(point**2*(sign*sqrt(mu/point**2 - Rational(3, 4)) + Rational(1, 2))))


equation = theorem.claim(
    "both points solve the printed equation",
    (solves(lower), solves(upper)),
    false={
        "the other root for the lower point": (solves(lower, -1), solves(upper)),
        "the other root for the upper point": (solves(lower), solves(upper, -1)),
    },
)

# the two equations of the cycle, solved for mu and K, in terms of midpoint and half-width
at = {mu: m**2 + 3*s**2, K: (m**2 + 3*s**2)/(m**2 - s**2), upper: m + s, lower: m - s}
cycle, small = m > s, m >= 3*s


def is_the_cycle():
    F = lambda x: x - K/mu*(x**3 - mu*x)
    yield zero((F(upper) - lower).subs(at), "the upper point steps to the lower", given=cycle)
    yield zero((F(lower) - upper).subs(at), "the lower point steps to the upper", given=cycle)
    yield nonnegative((Rational(3, 2) - K).subs(at), "m >= 3 s means K <= 3/2", given=(cycle, small))
    yield positive((K - Rational(3, 2)).subs(at), "m < 3 s means K > 3/2", given=(cycle, m < 3*s))


@equation.proof(scope="every mu > 0 and every K in (1, 3/2]")
def in_midpoint_and_half_width(below, above):
    """m^2 + 3 s^2 = mu and 3 m^2 + s^2 = mu (1 + 2/K); 4 mu - 3 (m + s)^2 = (m - 3 s)^2."""
    yield from is_the_cycle()
    for one in (below, above):
        yield zero((one.lhs - one.rhs).subs(at), "the equation", given=(cycle, small))


intervals = theorem.claim(
    "the points lie on either side of sqrt(mu), the upper one where the radicand is not negative",
    (lower**2 < mu, upper**2 > mu, 3*upper**2 <= 4*mu),
    false={
        "the printed intervals": (lower < 1, upper > 1, upper < 2),
        "a smaller upper end": (lower**2 < mu, upper**2 > mu, 3*upper**2 <= Rational(7, 2)*mu),
    },
)


@intervals.proof(scope="every mu > 0 and every K in (1, 3/2]")
def by_squares(left, right, most):
    """4 mu - 3 (m + s)^2 = (m - 3 s)^2."""
    yield from is_the_cycle()
    yield positive((left.gts - left.lts).subs(at), "the lower point lies below sqrt(mu)", given=cycle)
    yield positive((right.gts - right.lts).subs(at), "the upper point lies above", given=cycle)
    yield nonnegative((most.gts - most.lts).subs(at), "the radicand is a square", given=cycle)


def roots_of_two_symbolic_steps(lab):
    """Two steps from a symbol; the least and the largest point of x > 0 that returns."""
    found = returning(lab)
    return {lower: found[0][0], upper: found[-1][0]}


equation.enclosure(roots_of_two_symbolic_steps)
intervals.enclosure(roots_of_two_symbolic_steps)
theorem.case("rational cycle", K=Rational(361, 336), mu=4)
theorem.case("the end, where the bound is attained", K=Rational(3, 2), mu=3)
theorem.case("short of the end", K=Rational(7, 5), mu=Rational(1, 9))
equation.outside("beyond 3/2", breaks=K <= Rational(3, 2), K=2, mu=1)
theorem.outside("before the edge", breaks=K > 1, K=Rational(1, 2), mu=1)
