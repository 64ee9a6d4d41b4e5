"""At eta mu = 2 gradient descent on (x^2 - mu)^2/4 is a Chebyshev map: chaotic on a whole interval.

Statement.  Let mu > 0, eta = 2/mu and x_0 = sqrt(2 mu) cos(theta).  Then after t steps

    x_t = (-1)^t sqrt(2 mu) cos(3^t theta),     dx_t/dx_0 = (-3)^t sin(3^t theta)/sin(theta),

so descent is conjugate to minus the Chebyshev polynomial T_3 on [-1, 1].  It does not settle: the arcsine
density is invariant, and log |dx_t/dx_0|/t -> log 3, the Lyapunov exponent, for almost every start.
"""

from sympy import Eq, Rational, acos, cos, diff, sin, sqrt, symbols

from numerics import balls
from numerics.losses import X
from numerics.steps import descent
from theorems import Each, Source, Theorem, zero

place, stretch = symbols("place stretch")                       # measured: x_t and its derivative by x_0
K, mu, start = symbols("K mu start", real=True)
t = symbols("t", integer=True, nonnegative=True)
phi = symbols("phi", real=True)                                 # an angle

theorem = Theorem(
    "chaos of gradient descent on the quartic",
    source=Source("beside Chen and Bruna", arxiv="2206.04172", at="Theorem 2 of the ICLR 2023 submission"),
    assumes=(mu > 0, Eq(K, 2), start**2 < 2*mu),
)


@theorem.data
def run(case):
    return {mu: case.mu, K: case.K, t: case.t, start: case.start}


theta = acos(start/sqrt(2*mu))
chebyshev = theorem.claim(
    "the iterates and their derivative, exactly",
    (Eq(place, (-1)**t*sqrt(2*mu)*cos(3**t*theta)), Eq(stretch, (-3)**t*sin(3**t*theta)/sin(theta))),
    false={
        "without the sign": (Eq(place, sqrt(2*mu)*cos(3**t*theta)), Eq(stretch, (-3)**t*sin(3**t*theta)/sin(theta))),
        "doubling the angle": (Eq(place, (-1)**t*sqrt(2*mu)*cos(2**t*theta)),
                               Eq(stretch, (-3)**t*sin(3**t*theta)/sin(theta))),
    },
)


@chebyshev.proof(scope="every mu > 0, every start in the interval and every number of steps")
def by_induction_on_the_angle(places, stretches):
    """One step takes (-1)^t sqrt(2 mu) cos(phi) to (-1)^(t+1) sqrt(2 mu) cos(3 phi), as F is odd; phi = 3^t theta."""
    F = descent(lambda x: x**3 - mu*x, 2/mu)
    wide = sqrt(2*mu)
    angle = next(one.args[0] for one in places.rhs.atoms(cos))
    factor = places.rhs/cos(angle)
    yield zero(F(wide*cos(phi)) + wide*cos(3*phi), "one step from an angle")
    yield zero(diff(F(X), X).subs(X, wide*cos(phi))*sin(phi) + 3*sin(3*phi), "the derivative of one step")
    yield zero(angle.subs(t, 0) - theta, "the angle starts at theta")
    yield zero(factor.subs(t, 0) - wide, "the size starts at sqrt(2 mu)")
    for k in (0, 1, 2, 3):
        yield zero(angle.subs(t, k + 1) - 3*angle.subs(t, k), "a step triples the angle")
        yield zero(factor.subs(t, k + 1) + factor.subs(t, k), "a step changes the sign")
        yield zero(stretches.rhs.subs(t, k)*sin(theta) - (-3)**k*sin(3**k*theta), "the product of the derivatives")


@chebyshev.enclosure
def iterate(lab):
    """Steps from a symbol, evaluated at the start with their derivative."""
    end = lab.iterate(descent(lambda x: x**3 - lab.mu*x, Rational(lab.K)/lab.mu), X, lab.t)
    return {place: balls.ball(end.subs(X, lab.start)), stretch: balls.ball(diff(end, X).subs(X, lab.start))}


theorem.case("unit", mu=1, K=2, t=Each(range(1, 5)), start=1)
theorem.case("left of the middle", mu=Rational(3, 2), K=2, t=Each(range(1, 4)), start=-Rational(6, 5))
theorem.outside("smaller steps", breaks=Eq(K, 2), mu=1, K=Rational(19, 10), t=2, start=Rational(1, 2))
