"""The key lemma of SAM on quadratics: one step from outside the limit sphere leads inside it.

Setting.  y = Ax/rho for A positive semidefinite with nonzero eigenvalues l1 >= l2 >= ..., N = |y|,
s = eta l1 <= 1, c = eta l1^2, R = c/(2 - s).  One step multiplies mode j by
m_j = 1 - eta l_j - eta l_j^2/N.  Every orbit enters the sets |(y_j, y_j+1, ...)| <= eta l_j^2, all j,
and stays there (`tails`).  `room` is 1 minus the largest ratio of the two sides.

Statement.  If room >= 0 and N >= R then N+ <= R.  For every spectrum and dimension; the constant is
attained.  Neither hypothesis can be left out.  With `growth` this makes the top component of y a
Lyapunov function along the times with N <= R.
"""

from functools import lru_cache

from sympy import Le, Rational, diff, integrate, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, nonnegative, zero

after = symbols("after", nonnegative=True)                     # measured: N one step later
s, c, N = symbols("s c N", positive=True)
room = symbols("room", real=True)
u, v, n, w = symbols("u v n w", nonnegative=True)              # ratios l_j/l1, their threshold v, n = N/c, v = (1 - s) w

theorem = Theorem("SAM on quadratics: one step leads inside",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, new proof"),
                  assumes=(s <= 1, N >= c/(2 - s), room >= 0))


@theorem.data
def scaled(case):
    """In the eigenbasis; tails are compared from every mode on."""
    tails = [sqrt(sum(y**2 for y in case.steep[j:])) for j in range(len(case.steep))]
    ratios = [tail/(case.eta*k**2) for tail, k in zip(tails, case.spectrum)]
    return {s: case.eta*case.spectrum[0], c: case.eta*case.spectrum[0]**2, N: tails[0], room: 1 - max(ratios)}


inside = theorem.claim(
    "one step from outside the sphere of radius R leads inside",
    Le((2 - s)*after, c),
    false={
        "half the radius of the invariant ball": Le(after, c/2),
        "as if the top mode decided": Le(after, c - (1 - s)*N),
        "contraction by s": Le(after, s*N),
    },
)


@inside.proof(scope="every spectrum and dimension, 0 < s <= 1")
def by_summation_against_tails(claimed):
    """With m(u) = 1 - s u - u^2/n let v be the ratio where m(v) = -m(1), and h(u) = m(u)^2 - m(1)^2.

    Modes with u >= v have |m(u)| <= |m(1)|.  For the others h(u_j) is the integral of -h' over
    (u_j, v); as modes with u_j <= u have sum of squares at most c^2 u^4 (room >= 0), their sum of
    h(u_j) y_j^2 is at most c^2 times the integral of u^4 (-h').  So (N+/c)^2 is at most
    B = (m(1) n)^2 + the integral of 4 u^3 h over (0, v).  n from 1/(2 - s) to 1 is v from 0 to 1 - s.
    """
    goals, bound = groundwork()
    yield from goals
    radius = claimed.rhs/claimed.lhs.coeff(after)/c
    yield nonnegative(radius**2 - bound, "B is at most (R/c)^2", (s <= 1, w <= 1))
    yield zero(radius - 1/(2 - s), "N = R attains it on the top mode alone: there N+ = -m_1 N = N", (s <= 1,))


@lru_cache(maxsize=None)
def groundwork():
    """What does not depend on the constant, and B as a function of s and w."""
    m = lambda u, n: 1 - s*u - u**2/n
    h = lambda u, n: m(u, n)**2 - m(1, n)**2
    at = (1 + v**2)/(2 - s - s*v)                              # n from its threshold
    unit, region = (s <= 1,), (s <= 1, v <= 1 - s)
    area = integrate((4*u**3*h(u, n)).expand(), (u, 0, v))
    parts = integrate((u**4*diff(h(u, n), u)).expand(), (u, 0, v)) + area
    return (
        zero(m(v, at) + m(1, at), "n as a function of the threshold", region),
        zero(at.subs(v, 0) - 1/(2 - s), "the threshold 0 is N = R", unit),
        zero(at.subs(v, 1 - s) - 1, "the threshold 1 - s is N = c", unit),
        nonnegative(diff(at, v), "and n increases with it", region),
        nonnegative(-m(1, at), "m_1 is not positive", region),
        nonnegative(m(u, at) - m(1, at), "and the least factor", (*region, u <= 1)),
        nonnegative(-m(1, at) - m(u, at), "beyond the threshold no factor exceeds -m_1", (*region, u <= 1, u >= v)),
        nonnegative(m(u, at) + m(1, at), "below it every factor does", (*region, u <= v)),
        zero(diff(h(u, n), u) + 2*m(u, n)*(s + 2*u/n), "so h decreases there", n > 0),
        zero(parts.subs(n, at), "integration by parts leaves no boundary term", region),
    ), ((m(1, n)*n)**2 + area).subs(n, at).subs(v, (1 - s)*w)


@inside.enclosure
def next_length(lab):
    """One step of SAM from x = rho A^-1 y."""
    slope = lambda *x: tuple(k*p for k, p in zip(lab.spectrum, x))
    start = tuple(lab.rho*y/k for k, y in zip(lab.spectrum, lab.steep))
    moved = lab.iterate(sam(slope, lab.eta, lab.rho), start, 1)
    return sqrt(sum(g**2 for g in slope(*moved)))/lab.rho


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("top mode on the sphere", spectrum=(2, 1), steep=(Rational(2, 3), 0*half), eta=Rational(1, 4), rho=third)
theorem.case("full tails", spectrum=(5, 2), steep=(sqrt(Rational(25, 4) - Rational(4, 25)), Rational(2, 5)),
             eta=Rational(1, 10), rho=half)
theorem.case("three modes", spectrum=(3, 2, 1), steep=(Rational(13, 10), half, Rational(1, 10)), eta=Rational(1, 5), rho=2*third)
theorem.case("s = 1", spectrum=(4, 1), steep=(4, 0*half), eta=Rational(1, 4), rho=half)
theorem.case("small curvature", spectrum=(half,), steep=(Rational(1, 6),), eta=1, rho=third)
theorem.case("one mode", spectrum=(7,), steep=(Rational(49, 13),), eta=Rational(1, 11), rho=half)
theorem.outside("long tail", breaks=room >= 0, spectrum=(4, 1), steep=(third, 2), eta=Rational(1, 8), rho=half)
theorem.outside("start inside", breaks=N >= c/(2 - s), spectrum=(2, 1), steep=(half, 0*half), eta=Rational(1, 4), rho=third)
