"""How large SAM's radius may be before its orbit of period two across a minimiser is lost.

Setting.  L = h x^2/2 + c x^3/6 with h, c > 0, its minimiser 0, s = eta h < 2 and kappa = rho c/h.

Statement.  There are X > 0 > Y > -2 h/c with X -> Y -> X under SAM if and only if

    (1 - kappa - s kappa (1 + kappa/2))^2 < 1 - 2 kappa - kappa^2.

For small s that is kappa < s - s^2/2 + ...: a radius below (1 - s/2) eta h^2/c.  Beyond it both points of the
orbit would lie on one side of the minimiser.  A symmetric loss (c = 0) has no such limit, and along
several normal directions c is the third derivative along the top eigenvector (at leading order).
"""

from sympy import Equivalent, Gt, Lt, Poly, Rational, symbols

from numerics.balls import ball, box
from numerics.steps import sam
from theorems import Source, Theorem, positive, zero

orbits = symbols("orbits", nonnegative=True)                   # measured: how many such orbits there are
s, kappa = symbols("s kappa", positive=True)
S, d, A, B = symbols("S d A B", real=True)                # ascended points A, B in units of h/c; their sum and gap

theorem = Theorem("range of SAM's orbit of period two",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, smallness of rho/eta"),
                  assumes=(s < 2,))


@theorem.data
def scaled(case):
    return {s: case.eta*case.curvature, kappa: case.rho*case.third/case.curvature}


exists = theorem.claim(
    "when an orbit of period two crosses the minimiser",
    Equivalent(Gt(orbits, 0), Lt((1 - kappa - s*kappa*(1 + kappa/2))**2, 1 - 2*kappa - kappa**2)),
    false={
        "always": Equivalent(Gt(orbits, 0), Lt(0*s, kappa)),
        "radius below the first order": Equivalent(Gt(orbits, 0), Lt(kappa, s)),
        "radius below the second order": Equivalent(Gt(orbits, 0), Lt(kappa, s - s**2/2)),
    },
)


@exists.proof
def by_sum_and_gap_of_the_ascended_points(claimed):
    """A = X + kappa, B = Y - kappa, slope x + x^2/2.  Both steps: slope(A) + slope(B) = 0, d - 2 kappa = s slope(A).

    The first gives S = -2 + sqrt(4 - d^2) (with the other root A < 0), which falls from 0 to -2 as d
    rises to 2; then d (1 - s/2 - s S/4) rises from 0 to 2 and takes the value 2 kappa once.  X > 0 means
    S > 2 kappa - d, that is q(d) < 0 for the quadratic q below, whose roots are 1 + kappa -+ sqrt(...).
    At a root the left side is less than 2 kappa exactly if d < D: so d lies between the roots exactly if D does.
    """
    crossing, region = sorted(claimed.args, key=lambda one: not one.has(orbits))
    slope = lambda x: x + x**2/2
    q = lambda d: d**2 - (2 + 2*kappa)*d + 4*kappa + 2*kappa**2
    at = {A: (S + d)/2, B: (S - d)/2}
    turn = d*(1 - s/2 - s*S/4)
    yield zero((slope(A) + slope(B)).subs(at) - (S**2 + 4*S + d**2)/4, "the slopes at the ascended points cancel")
    yield zero(d - s*(slope(A) - slope(B)).subs(at)/2 - turn, "the gap of one step")
    yield positive(turn.diff(d), "it rises with d", (d > 0, S <= 0))
    yield positive(-turn.diff(S), "and as S falls", (d > 0,))
    yield zero((S**2 + 4*S + d**2).subs(S, 2*kappa - d) - 2*q(d), "X = 0 is a root of q")
    border = 2*kappa + s*kappa*(1 + kappa/2)
    yield zero(4*(turn.subs(S, 2*kappa - d) - 2*kappa) - 4*(d - border) - s*q(d), "at a root the gap is decided by d - D")
    yield zero(q(border) - (region.lts - region.gts), "D lies between the roots exactly in the region")
    yield zero((crossing.gts - crossing.lts) - orbits, "and then there is an orbit")


@exists.enclosure
def crossing_orbits(lab):
    """Roots of the two steps with fixed ascents, of which those count that two steps of SAM, in balls, return across 0."""
    h, c, eta, rho = lab.curvature, lab.third, lab.eta, lab.rho
    slope = lambda x: h*x + c*x*x/2
    second = lambda x: x - eta*slope(x - rho)
    equation = Poly(second(A - eta*slope(A + rho)) - A, A)
    sharp, bend, found = ball(h), ball(c), 0
    step = sam(lambda x: sharp*x + bend*x*x/2, ball(eta), ball(rho))
    for (low, high), _ in equation.intervals(eps=Rational(1, 10**30)):
        start = box(low, high)
        if start > 0:
            middle, back = lab.orbit(step, start, 2)[1:]
            found += bool(middle < 0 and middle > -2*sharp/bend and back.overlaps(start))
    return found


half = Rational(1, 2)
theorem.case("below the border", curvature=Rational(1), third=1, eta=Rational(1, 20), rho=Rational(486, 10000))
theorem.case("just above it", curvature=Rational(1), third=1, eta=Rational(1, 20), rho=Rational(489, 10000))
theorem.case("another scale, below", curvature=3*half, third=Rational(7, 10), eta=Rational(1, 20), rho=Rational(154, 1000))
theorem.case("another scale, above", curvature=3*half, third=Rational(7, 10), eta=Rational(1, 20), rho=Rational(156, 1000))
theorem.case("long steps", curvature=Rational(2), third=half, eta=half, rho=Rational(8, 5))
theorem.case("long steps, radius too large", curvature=Rational(2), third=half, eta=half, rho=Rational(1656, 1000))
theorem.case("steps from one on", curvature=Rational(2), third=half, eta=Rational(7, 10), rho=Rational(7, 5))
