"""Gradient descent on (x^2 - mu)^2/4 converges to its 2-cycle from almost everywhere, up to K = sqrt(5) - 1.

Statement.  Let mu > 0, 1 < K = eta mu <= sqrt(5) - 1 and 0 < x_0^2 < mu + 2/eta.  Descent converges to the 2-cycle
{lower, upper} or to its mirror image, where

    upper lower = mu/K,     upper^2 + lower^2 = mu (1 + 1/K),

except from a countable set of starts: the iterated preimages of 0 and +-sqrt(mu).  Beyond x_0^2 = mu + 2/eta it
diverges.  The printed theorem has 0 < x_0 < sqrt(mu) and K <= 1.121; the end of the range is sharp, as the
cycle repels beyond (at K = 5/4 descent settles on a 4-cycle).
"""

from sympy import Eq, Ne, Poly, Rational, diff, expand, quo, sqrt, symbols

from numerics import balls
from numerics.steps import descent
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero
from theorems.two_step_gd.quartic import K, lower, mu, upper

start, t, y, z, w = symbols("start t y z w", real=True)          # t = (1 + K)/3, w = z^2
g2, g3 = symbols("g2 g3", real=True)                            # derivatives of two steps at the cycle
PERIODS, STEPS = (1, 2, 4, 8), 1200

theorem = Theorem(
    "global convergence to the quartic's two-step cycle",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 2 of the ICLR 2023 submission, sharpened"),
    assumes=(K > 1, K <= sqrt(5) - 1, mu > 0, start**2 < mu*(1 + 2/K), Ne(start, 0), Ne(start**2, mu)),
)


@theorem.data
def run(case):
    return {K: case.K, mu: case.mu, start: case.start}


convergence = theorem.claim(
    "the limit points are those of the 2-cycle",
    (Eq(upper*lower, mu/K), Eq(upper**2 + lower**2, mu*(1 + 1/K))),
    false={
        "it settles on the minimiser": (Eq(upper*lower, mu), Eq(upper**2 + lower**2, 2*mu)),
        "a cycle of half the width": (Eq(upper*lower, mu/K), Eq(upper**2 + lower**2, mu*(1 + 1/K)/2)),
    },
)


def by_period_two(product, squares):
    """The points of `quartic` have this product and these squares; the cycle is all that two steps return."""
    above, below = (sqrt(mu)/2*(sqrt(1 + 3/K) + sign*sqrt(1 - 1/K)) for sign in (1, -1))
    for one in (product, squares):
        yield zero((one.lhs - one.rhs).subs({upper: above, lower: below}), "the limit points")
    F = z*(1 + K - K*z**2)
    yield zero(F.subs(z, F) - z - K*z*(z**2 - 1)*(K*z**2 - K - 2)*(K**2*z**4 - K*(K + 1)*z**2 + 1),
               "fixed points of two steps, x = sqrt(mu) z")
    peak = sqrt((1 + K)/(3*K))
    yield zero(F.subs(z, peak*y) - peak*T(y).subs(t, (1 + K)/3), "scaled to T(y) = t y (3 - y^2)")


def T(y):
    return t*y*(3 - y**2)


def entering():
    """|z| falls until z^2 < (K + 1)/K, which is kept; by oddness y > 0 is enough."""
    yield positive(2 + K - K*w, "F(z)/z > -1: |z| falls while z^2 < (K + 2)/K", given=w < (K + 2)/K)
    yield positive(K*w - K - 1, "F(z)/z < 0 while z^2 > (K + 1)/K", given=w > (K + 1)/K)
    yield positive(1 + K - K*w, "F(z)/z > 0 for z^2 < (K + 1)/K", given=w < (K + 1)/K)
    yield zero(diff(T(y), y) - 3*t*(1 - y**2), "T has its maximum 2 t at y = 1")
    yield positive(sqrt(3) - 2*(1 + K)/3, "2 t < sqrt(3): the interval is kept")
    yield positive(t*(3 - w) - 1, "T(y) > y below the fixed point, y_f^2 = 3 - 1/t", given=(t > 0, w < 3 - 1/t))
    yield zero(diff(T(y), y).subs(y**2, 3 - 1/t) + 6*t - 3, "T'(y_f) = -(6 t - 3)", given=t > 0)
    yield positive(6*t - 4, "y_f repels, so only its preimages reach it", given=t > Rational(2, 3))


def orbit_of_one():
    """y_1 = T(1), ..., y_4, as polynomials in t."""
    found = [T(1)]
    for _ in range(3):
        found.append(expand(T(found[-1])))
    return found


def increasing():
    """t <= 1/sqrt(2): T maps [1, 2t] into itself and falls there, so T(T) rises: its orbits are monotone."""
    y2 = orbit_of_one()[1]
    yield zero(y2 - 1 - (4*t**2 - 1)*(1 - 2*t**2), "T(T(1)) - 1")
    yield nonnegative(y2 - 1, "it is at least 0", given=(t >= Rational(2, 3), 2*t**2 <= 1))
    yield positive(3*t*(y**2 - 1), "T falls for y > 1", given=(t > 0, y > 1))


def folding():
    """1/sqrt(2) < t <= sqrt(5)/3: G = T(T) keeps [y_2, 1] and falls there, G(G) rises; a further 2-cycle of G would
    give the derivative of G(G) a positive local minimum, which a negative Schwarzian derivative excludes.
    """
    _, y2, y3, y4 = orbit_of_one()
    range_of_t = (2*t**2 > 1, 9*t**2 <= 5, t > 0)
    yield positive(1 - y2, "y_2 < 1", given=range_of_t)
    yield positive(y3, "y_3 > 0", given=range_of_t)
    yield positive(t*(y3**2 - 3) + 1, "y_3 > y_f: y_2 is above the preimage of y_f", given=range_of_t)
    quotient = quo(Poly(y4 - 1, t), Poly(2*t**2 - 1, t)).as_expr()
    yield zero(y4 - 1 - (2*t**2 - 1)*quotient, "exact division")
    yield positive(-quotient, "y_4 < 1", given=range_of_t)
    yield zero((K**2*w**2 - K*(K + 1)*w + 1).subs(w, (1 + K)/(3*K)) - (1 - 2*t**2).subs(t, (1 + K)/3),
               "the maximum lies between the points of the cycle")
    F = z*(1 + K - K*z**2)
    S = diff(F, z, 3)*diff(F, z) - Rational(3, 2)*diff(F, z, 2)**2
    yield zero(S + 6*K*(6*K*z**2 + K + 1), "Schwarzian derivative times F'^2")
    yield positive(-S, "it is negative")
    yield zero(g3*(-1)**3 + 3*g2**2*(-1) + (-1)*g3 - 2*(-g3 - Rational(3, 2)*g2**2),
               "at the end G' = -1: (G(G))''' is twice the Schwarzian of G, (G(G))'' = 0")


@convergence.proof(scope="every mu > 0, every K in (1, sqrt(5) - 1] and all but countably many starts")
def in_two_ranges(product, squares):
    """Every orbit enters 0 < |y| < sqrt(3); for t = (1 + K)/3 <= 1/sqrt(2) two steps are monotone on [1, 2t], beyond
    four steps are monotone on [y_2, 1]; what they converge to is a fixed point of two steps, and y_f repels.
    """
    yield cited("compositions of maps with negative Schwarzian derivative have it too, and their derivative has no "
                "positive local minimum")
    yield from by_period_two(product, squares)
    yield from entering()
    yield from increasing()
    yield from folding()


@convergence.enclosure
def settled(lab):
    """Run descent in balls, find the period at which the orbit contracts, and enclose its limit points."""
    with balls.precision(4*STEPS):
        eta, mass = balls.ball(lab.K)/balls.ball(lab.mu), balls.ball(lab.mu)
        step = descent(lambda x: x*x*x - mass*x, eta)
        x = lab.iterate(step, balls.ball(lab.start), STEPS, within=100)
        points = next(filter(None, (limit_points(lab, step, x, period, eta, mass) for period in PERIODS)), None)
    if points is None:
        raise balls.Undecided(f"after {STEPS} steps no period up to {PERIODS[-1]} contracts")
    sizes = [1*point for point in points]                       # at the working precision again
    return {upper: max(sizes, key=balls.upper), lower: min(sizes, key=balls.lower)}


def limit_points(lab, step, x, period, eta, mass):
    """Balls round the sizes of the limit points, by Banach's theorem for `period` steps, or None."""
    orbit = lab.orbit(step, x, period)
    gap = balls.magnitude(orbit[-1] - x)
    wide = lab.orbit(step, x + balls.box(-4, 4)*gap, period)
    contraction = balls.ball(1)
    for one in wide[:-1]:
        contraction *= balls.magnitude(1 - eta*(3*one*one - mass))
    if not (gap == 0 or gap < 4*gap*(1 - contraction)):
        return None
    return [balls.absolute(one) for one in wide[:-1]]


third = Rational(1, 3)
theorem.case("small steps", K=Rational(21, 20), mu=4, start=Each([third, -Rational(3, 2)]))
theorem.case("at the printed end", K=Rational(1121, 1000), mu=Rational(2, 3), start=Rational(1, 1000))
theorem.case("beyond the printed end", K=Rational(6, 5), mu=1, start=Each([Rational(9, 10), Rational(8, 5)]))
theorem.outside("before the edge", breaks=K > 1, K=Rational(1, 2), mu=1, start=third)
theorem.outside("beyond the end: a 4-cycle", breaks=K <= sqrt(5) - 1, K=Rational(5, 4), mu=1, start=third)
theorem.outside("too far out", breaks=start**2 < mu*(1 + 2/K), K=Rational(6, 5), mu=1, start=Rational(5, 3))
theorem.outside("at the minimiser", breaks=Ne(start**2, mu), K=Rational(6, 5), mu=4, start=2)
theorem.outside("at the maximum between", breaks=Ne(start, 0), K=Rational(6, 5), mu=4, start=0)
