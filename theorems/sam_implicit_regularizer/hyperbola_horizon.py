"""SAM on (xy - 1)^2/2 at every time: the published flow with constants, and a proof without a limit.

Setting.  q = x^2 - y^2, r = xy - 1, as in `hyperbola`; step size and radius at most 1/16; q0 > 0, q0^2 <= 11 and
0 < |r_0| <= 12 eta rho at the start.  (On r = 0, which an orbit may meet by accident, SAM is undefined.)

Statement.  After every number T of steps |r_T| <= 12 eta rho, and

    q_T = q0 (1 - 2 eta rho^2 v)^T     with     1 - rho/2 <= v <= 1 + rho/2 + 13 eta.

So q_T = q0 e^(-2 tau (1 + O(eta + rho))) in the time tau = T eta rho^2, for all tau at once: the flow of the largest
eigenvalue, q' = -2 q, whose error here neither needs a logarithm nor a bound on rho/eta or on tau.
"""

from sympy import Eq, Ge, Le, Rational, symbols

from numerics.balls import ball, precision
from numerics.steps import sam
from theorems import Each, Source, Theorem, nonnegative, positive, zero
from theorems.sam_implicit_regularizer.hyperbola import gradient

speed, off = symbols("speed off", nonnegative=True)            # measured: v and |r_T|
eta, rho = symbols("eta rho", positive=True)
room = symbols("room", real=True)                              # the lesser of 11 - q0^2 and 1 - |r_0|/(12 eta rho)
h, p, q, c, G = symbols("h p q c G", positive=True)            # |(x, y)|, xy and x^2 - y^2 at some time; see the proof
S, bend, turn = symbols("S bend turn", nonnegative=True)       # |r|/rho; 2 rho c h and eta rho G (1 + sigma rho G)

theorem = Theorem("SAM on a hyperbola of minimisers, at all times",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, with constants on an instance"),
                  assumes=(16*eta <= 1, 16*rho <= 1, room >= 0))


@theorem.data
def start(case):
    a, b = case.at
    return {room: min(11 - (a**2 - b**2)**2, 1 - abs(a*b - 1)/(12*case.eta*case.rho)), eta: case.eta, rho: case.rho}


stays = theorem.claim(
    "mean speed of the conserved quantity over T steps, and the distance from the minimisers",
    (Ge(speed, 1 - rho/2), Le(speed, 1 + rho/2 + 13*eta), Le(off, 12*eta*rho)),
    false={
        "half as fast": (Ge(speed, 1 - rho/2), Le(speed, (1 + rho/2 + 13*eta)/2), Le(off, 12*eta*rho)),
        "never slower than the step size makes it": (Ge(speed, 1 + 13*eta), Le(speed, 1 + rho/2 + 13*eta), Le(off, 12*eta*rho)),
        "closer than one step": (Ge(speed, 1 - rho/2), Le(speed, 1 + rho/2 + 13*eta), Le(off, eta*rho)),
    },
)


@stays.proof
def by_an_invariant_strip(slow, fast, near):
    """sigma is the sign of r, G rho = sigma r' the ascended residual, c = p/h^2: G = S + h + sigma rho c (`hyperbola`).

    One step: q+ = q (1 - 2 eta rho^2 (G/h + (eta/2) G^2 (1 - rho^2/h^2))) as there, and sigma r+ = |r| - eta rho G A,
    A = h^2 + sigma (bend - turn), so |r+| <= max(|r|, eta rho G A) where G and A are positive.  As q falls and the strip
    has |p - 1| <= 12 eta rho^2, h is between 11/8 and 2 throughout.  1 - 2 eta rho^2 v is the geometric mean of the
    steps' factors, so it lies between their bounds, which are positive.
    """
    width = near.rhs/(eta*rho)                                 # of the strip, over eta rho
    small = (16*eta <= 1, 16*rho <= 1)
    strip, box = (*small, S <= width*eta), (h <= 2, 8*h >= 11, 16*c <= 9)
    for sign in (1, -1):
        yield from one_step(sign)
        inside = 1 + sign*rho*S
        yield nonnegative(67 - 64*inside, "xy in the strip", strip)
        yield nonnegative(64*inside - 61, "likewise", strip)
        ascended = S + h + sign*rho*c
        yield positive(ascended, "the ascent passes over the minimisers", (*strip, *box))
        yield nonnegative(Rational(14, 5) - ascended, "not far", (*strip, *box))
        yield nonnegative(ascended/h - slow.rhs, "its share of what q loses, from below", (*strip, *box))
        yield nonnegative(1 + rho/2 + 96*eta/11 - ascended/h, "and from above", (*strip, *box))
        yield positive(h**2 + sign*(bend - turn), "the step turns back", (*box, 64*bend <= 9, 64*turn <= 1))
        yield nonnegative(width - G*(h**2 + sign*(bend - turn)), "and ends in the strip", (*box, 5*G <= 14, 64*bend <= 9, 64*turn <= 1))
    yield nonnegative(16 - q**2 - 4*p**2, "h <= 2 as long as q <= q0", (q**2 <= 11, 64*p <= 67))
    yield nonnegative(4*p**2 - Rational(11, 8)**4, "and 8 h >= 11, from h^4 >= 4 p^2", (64*p >= 61,))
    yield nonnegative(9*h**2 - 16*p, "c is at most 9/16", (8*h >= 11, 64*p <= 67))
    yield nonnegative(Rational(9, 64) - 2*rho*c*h, "bend", (*small, *box))
    yield nonnegative(Rational(1, 64) - eta*rho*G*(1 + rho*G), "turn", (*small, 5*G <= 14))
    descent = eta*G**2*(1 - rho**2/h**2)/2
    yield nonnegative(descent, "the descent's share of what q loses", (16*rho <= 1, *box))
    yield nonnegative(fast.rhs - (1 + rho/2 + 96*eta/11) - descent, "both are no more than this", (16*rho <= 1, *box, 5*G <= 14))
    yield positive(1 - 2*eta*rho**2*fast.rhs, "and no step takes all of q", small)


def one_step(sign):
    """Goals: the residual at the ascended point and after a step of SAM, on symbols."""
    x, y = symbols("x y", real=True)
    known = (Eq(h**2, x**2 + y**2),)
    up, right = x + sign*rho*y/h, y + sign*rho*x/h
    residual = up*right - 1
    a, b = x - eta*residual*right, y - eta*residual*up
    m, v = symbols("m v", positive=True)
    place = m, 2*m*v/(1 - v**2)
    here = {x: place[0], y: place[1], h: m*(1 + v**2)/(1 - v**2)}
    beside = (v < 1, sign*(2*v*m**2 - (1 - v**2)) > 0)
    for moved, by_hand in zip(sam(gradient, eta, rho)(place), (a, b)):
        yield zero(moved - by_hand.subs(here), "the step of SAM", beside)
    reach = sign*(x*y - 1)/rho + h + sign*rho*x*y/h**2         # G
    back = h**2 + sign*(2*rho*x*y/h - eta*rho*reach*(1 + sign*rho*reach))
    yield zero(residual - sign*rho*reach, "the ascended residual", known)
    yield zero(sign*(a*b - 1) - sign*(x*y - 1) + eta*rho*reach*back, "the residual after the step", known)


@stays.enclosure
def after_all(lab):
    """T steps of SAM in balls, whose radii grow by a factor in every step."""
    with precision(1000):
        place = tuple(ball(a) for a in lab.at)
        x, y = lab.iterate(sam(gradient, ball(lab.eta), ball(lab.rho)), place, lab.time)
        mean = (((x**2 - y**2)/(place[0]**2 - place[1]**2)).log()/lab.time).exp()
        return {speed: (1 - mean)/(2*ball(lab.eta)*ball(lab.rho)**2), off: abs(x*y - 1)}


tiny = Rational(1, 10**6)
theorem.case("steep", at=(Rational(15, 8), Rational(8, 15) + tiny), eta=Rational(1, 64), rho=Rational(1, 16), time=Each((1, 100)))
theorem.case("flat", at=(Rational(9, 8), Rational(8, 9) - tiny), eta=Rational(1, 256), rho=Rational(1, 32), time=Each((2, 64)))
theorem.case("long steps", at=(Rational(3, 2), Rational(2, 3) + 100*tiny), eta=Rational(1, 16), rho=Rational(1, 16), time=120)
theorem.outside("start too far off", breaks=room >= 0, at=(Rational(3, 2), 1), eta=Rational(1, 64), rho=Rational(1, 32), time=1)
