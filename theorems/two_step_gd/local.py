"""Beyond the edge of stability gradient descent settles on a 2-cycle when 3 f'''^2 > f'' f''''.

Statement.  Let f have four continuous derivatives near a critical point, a = f'' > 0, b and c the
third and fourth derivative there, and p = 3 b^2 - a c > 0.

existence   Every start near the minimiser, on either side, lies on exactly one 2-cycle of
            F(x) = x - eta f'(x) with eta near 2/a.  The step size grows with the squared
            half-width, so eta > 2/a: one cycle for each step size just beyond the edge.
width       Descent with eta = 2/a + h settles on that cycle, and half-width^2/h -> 3 a^3/p.
multiplier  (Lambda - 1)/h -> -4 a, whatever b and c are: the cycle attracts.

For p < 0 the cycles lie before the edge and nothing attracts beyond it; for p = 0 they may all sit
at eta = 2/a.  The printed theorem assumes b != 0 and claims existence only; b does not matter.
"""

from sympy import Eq, Rational, atanh, diff, log, symbols, tanh

from numerics import balls
from numerics.cycles import critical_multiplier, midpoint_slopes, two_cycle, two_step_jacobian
from numerics.formula import Formula
from numerics.losses import X
from numerics.steps import descent
from theorems import Box, Source, Theorem, cited, positive, zero
from theorems.two_step_gd.expansion import slope_and_edge, slopes_at_the_minimiser

cycles, drift = symbols("cycles drift")                         # measured: 2-cycles through a start; d eta/d s^2
width, rate = symbols("width rate")                             # measured: s^2/h and (Lambda - 1)/h
a, b, c, s = symbols("a b c s", real=True)
h = symbols("h", real=True)                                     # eta - 2/a
p = 3*b**2 - a*c

theorem = Theorem(
    "attracting two-step cycles beyond the edge of stability",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 1 of the ICLR 2023 submission, sharpened"),
    assumes=(a > 0, p > 0),
)


@theorem.data
def derivatives(case):
    """Read the second to fourth derivative off the loss at the minimiser."""
    return {symbol: diff(case.loss, X, k).subs(X, case.at) for k, symbol in enumerate((a, b, c), 2)}


existence = theorem.claim(
    "each start lies on one 2-cycle, and the step size grows with its width",
    (Eq(cycles, 1), drift > 0),
    false={
        "two cycles through a start": (Eq(cycles, 2), drift > 0),
        "cycles before the edge": (Eq(cycles, 1), drift < 0),
    },
)


@existence.enclosure
def through_every_start(lab):
    """Partners v with f'(x0) + f'(v) = 0 and eta = (x0 - v)/f'(x0) > 0, for a ball of starts x0."""
    f = balls.compiled([diff(lab.loss, X, k) for k in range(1, 7)], (X,))
    x0 = balls.ball(lab.at) + balls.ball(lab.start)
    slopes = [midpoint_slopes(f, (x0 + v)/2, balls.power((x0 - v)/2, 2))
              for v in partners(f, x0, balls.box(*lab.search))]
    return {cycles: sum(one.step_size > 0 for one in slopes), drift: slopes[0].drift}


def partners(f, x0, search):
    """Every v in the ball `search` with f'(v) = -f'(x0)."""
    return balls.roots(lambda v: f(v)[0] + f(x0)[0], lambda v: f(v)[1], search)


settling = theorem.claim(
    "squared half-width of the cycle that descent settles on, per unit of excess step size",
    Eq(width, 3*a**3/p),
    false={
        "2 b^2 - a c decides": Eq(width, 3*a**3/(2*b**2 - a*c)),
        "3 b^2 - 2 a c decides": Eq(width, 3*a**3/(3*b**2 - 2*a*c)),
        "width instead of half-width": Eq(width, 12*a**3/p),
    },
)


@settling.proof(scope="every loss with four continuous derivatives near a critical point where f'' > 0 and p > 0")
def by_the_slopes_of_step_size_and_multiplier(settles):
    """eta - 2/a = t s^2 + ... with t > 0 can be solved for s^2; |Lambda| < 1 makes the cycle attract."""
    yield cited("the implicit function theorem; a 2-cycle with |Lambda| < 1 attracts the starts near it")
    E_m, E_q, O_m, O_q = slopes_at_the_minimiser()
    J = E_m*O_q - E_q*O_m
    growth = -2*J/(a**2*E_m)
    yield positive(E_m, "for each half-width there is one midpoint")
    yield positive(growth, "the step size grows with the width: one cycle for each excess h > 0")
    yield zero(1/growth - settles.rhs, "squared half-width per unit of excess")
    yield positive(-J, "Lambda = 1 + 2 q eta^2 J < 1, and Lambda is near 1 > -1: the cycle attracts")


@settling.observation(small=h, order=1, first=Rational(1, 8), halvings=4)
def settled_width(lab, h):
    """Run descent until it alternates; half the distance between its two last points, squared, over h."""
    edge = slope_and_edge(lab)[1]
    step = descent(slope_of(lab), balls.ball(edge + h))
    last = lab.settle(lambda x: step(x).mid(), balls.ball(lab.start), 4*h/edge, within=lab.region)
    half = (last - lab.iterate(step, last, 1))/2
    return (half*half/balls.ball(h)).mid()


def slope_of(lab):
    """f' for balls whose radius is dropped after each step: high precision at a tenth of mpmath's cost."""
    formula = Formula((diff(lab.loss, X),), (X,))
    return lambda x: formula(x)[0]


multiplier = theorem.claim(
    "multiplier of the cycle per unit of excess step size",
    Eq(rate, -4*a),
    false={"half of it": Eq(rate, -2*a), "twice": Eq(rate, -8*a)},
)


@multiplier.proof(scope="every loss with four continuous derivatives near a critical point where f'' > 0 and p > 0")
def by_the_quotient_of_both_slopes(rates):
    """d Lambda/d q = 2 eta^2 J and d eta/d q = -2 J/(O^2 E_m), with eta = 2/a and O = a at the minimiser."""
    E_m, E_q, O_m, O_q = slopes_at_the_minimiser()
    J = E_m*O_q - E_q*O_m
    yield zero(2*(2/a)**2*J/(-2*J/(a**2*E_m)) - rates.rhs, "the quotient does not depend on b and c")


@multiplier.observation(small=s, order=2, then=2)
def multiplier_of_a_small_cycle(lab, s):
    """Find the cycle of half-width s by steps alone, and difference two steps round it."""
    gradient, edge = slope_and_edge(lab)
    u, v, found = two_cycle(lab.iterate, gradient, (lab.at,), (1,), s, edge)
    return (critical_multiplier(two_step_jacobian(lab.iterate, gradient, u, found)) - 1)/(found - edge)


half, sixteenth = Rational(1, 2), Rational(1, 16)
skew = dict(loss=X**2 + X**3/2 + X**4/12, at=0)
even = dict(loss=X**2/2 - X**4/8 + X**5/10, at=0)
existence.case("both sides of a skew quartic", **skew, search=(-half, half), start=Box(-sixteenth, sixteenth))
existence.case("both sides, no third derivative", **even, search=(-half, half), start=Box(-sixteenth, sixteenth))
settling.case("skew quartic", **skew, start=sixteenth, region=1)
settling.case("no third derivative", **even, start=-sixteenth, region=1)
multiplier.case("skew quartic", **skew)
multiplier.case("hyperbolic tangent", loss=(tanh(X) - Rational(1, 3))**2, at=atanh(Rational(1, 3)))

convex = dict(loss=X**2/2 + X**4/4, at=0)
involution = dict(loss=X**2/4 + (X - log(1 + X))/2, at=0)
existence.outside("p negative: cycles before the edge", breaks=p > 0, **convex, search=(-half, half), start=sixteenth)
settling.outside("p negative: descent leaves", breaks=p > 0, **convex, start=sixteenth, region=1)
settling.outside("p = 0: two steps at the edge return every start", breaks=p > 0, **involution, start=sixteenth, region=half)
existence.outside("a maximiser", breaks=a > 0, loss=-X**2/2 + X**4/4, at=0, search=(-half, half), start=sixteenth)
