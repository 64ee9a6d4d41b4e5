"""SAM at a fixed step size in a valley of two modes: the flow of finite step size with constants, from starts near the orbit.

Setting.  L = (e^z x^2 + b e^-z y^2)/2, with the minimisers x = y = 0 of sharpness e^z and b e^-z; C = z - (x^2 - y^2)/4 is kept by
gradient flow.  SAM starts at z = 0 (another start is another step size) with eta <= 1, rho <= 1/8, |x|/rho within 6 rho^2 of
eta/(2 - eta), and for some l: 2 b <= l^2, rho^2 <= eta l/24, |y| <= rho^2 eta l/4, where the flow of finite step size takes at least
the time tau (1 + 16 rho^2) from the sharpness e^C to l.  (On x = y = 0, which an orbit may meet by accident, SAM is undefined.)

Statement.  After every number T of steps, tau = T eta rho^2, the distance |x|/rho is within 6 rho^2 of s/(2 - s), s = eta e^z,
|y| has not grown, and the time in which the flow z' = -(1/2)(2/(2 - s))^2 e^z falls as far as C is

    tau pace,     1 - 8 rho^2  <=  pace  <=  1 + 16 rho^2.

So SAM follows the flow of the largest eigenvalue with an error in time of O(rho^2) tau, until the eigenvalues come as near as
e^z = 2 b e^-z; the weaker mode pulls the other way and is not seen.  With one mode, for all times: `valley_horizon`.
"""

from sympy import Ge, Le, Rational, exp, log, sqrt, symbols

from numerics.balls import ball, precision
from numerics.steps import sam
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero
from theorems.sam_implicit_regularizer.valley_horizon import (ESTIMATES, S, X, clocked, eta, h, kept, lost, off, p, pace, r, rho,
                                                              room, s, taken, w)
from theorems.sam_implicit_regularizer.valleys import gradient, x, y, z

aside = symbols("aside", nonnegative=True)                     # measured: |y| at the end over that at the start
spare = symbols("spare", real=True)                            # the flow's time from e^C to l, less tau (1 + 16 rho^2)
t, G, k, q = symbols("t G k q", nonnegative=True)               # b e^-2z, (y/x)^2 over h; see the proof

theorem = Theorem("SAM in a valley of two modes, with constants",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5 at finite step size, with constants"),
                  assumes=(eta <= 1, room >= 0, spare >= 0))


@theorem.data
def start(case):
    """`room` is the least of what the conditions on the start leave."""
    (a, b), size, l = case.beside, case.rho**2, case.lowest
    left = (1 - 8*case.rho, 6 - abs(a/case.rho - case.eta/(2 - case.eta))/size, l**2 - 2*case.weaker,
            case.eta*l/24 - size, size*case.eta*l/4 - abs(b))
    first = exp(-(a**2 - b**2)/4)
    time = 2/l - 2/first + 2*case.eta*log(l/first) - case.eta**2*(l - first)/2
    return {eta: case.eta, rho: case.rho, room: min(left), spare: time - case.steps_taken*case.eta*size*(1 + 16*size)}


STRIP = Ge(off, S/(2 - S) - 6*rho**2), Le(off, S/(2 - S) + 6*rho**2)
follows = theorem.claim(
    "pace against the flow of the largest eigenvalue, distance from its orbit of period two, and the weaker mode",
    (Ge(pace, 1 - 8*rho**2), Le(pace, 1 + 16*rho**2), Ge(off, S/(2 - S) - 6*rho**2), Le(off, S/(2 - S) + 6*rho**2), Le(aside, 1)),
    false={
        "half the pace": (Ge(pace, (1 - 8*rho**2)/2), Le(pace, (1 + 16*rho**2)/2), *STRIP, Le(aside, 1)),
        "the orbit of small steps": (Ge(pace, 1 - 8*rho**2), Le(pace, 1 + 16*rho**2), Ge(off, S/2 - 6*rho**2),
                                     Le(off, S/2 + 6*rho**2), Le(aside, 1)),
        "the weaker mode is halved at once": (Ge(pace, 1 - 8*rho**2), Le(pace, 1 + 16*rho**2), *STRIP, Le(aside, Rational(1, 2))),
    },
)


@follows.proof
def by_an_invariant_strip(slow, fast, above, below, beside):
    """As in `valley_horizon`, with |y| = g |x|, g^2 = h G: G <= 1 since |y| <= rho^2 s/4 and p >= s/4, as e^z >= e^C >= l.

    The gradient is along w (1, t g, (x/2)(1 - t h G)) for x, y > 0.  So 1 - w <= 3 h/10, and y is multiplied by
    1 - t' (1 + t w/p) with t' = s t/B the weaker mode's step.  C loses h (c - c'), c' = (t'/2) g q (t w g + t' g q/2) with
    q = p + t w, which is no more than 3 s h/8.
    """
    strip, other = (below.rhs - S/(2 - S))/rho**2, (S/(2 - S) - above.rhs)/rho**2
    yield zero(strip - other, "the strip is the same on both sides")
    yield cited(ESTIMATES)
    yield from stepped()
    yield from lost()
    yield from weaker(strip, beside.rhs)
    yield from kept(strip, Rational(3, 10))
    yield from clocked(strip, Rational(3, 10), least=8, most=16, other=Rational(3, 8))
    yield nonnegative(1 - 8*rho**2 - slow.rhs, "the pace from below")
    yield nonnegative(fast.rhs - 1 - 16*rho**2, "and from above")


def stepped():
    """Goals: the step of the code, from z = 0 and x, y = X, g X > 0; w and B are written out."""
    g, weak = symbols("g weak", positive=True)
    lift = X*(1 - weak*g**2)/2
    w = 1/sqrt(1 + (weak*g)**2 + lift**2)
    B = exp(rho*w*lift)
    after = sam(lambda x, y, z: (exp(z)*x, weak*exp(-z)*y, (exp(z)*x**2 - weak*exp(-z)*y**2)/2), eta, rho)((X, g*X, 0*X))
    reach, other = X + rho*w, g*X + rho*w*weak*g
    yield zero(after[0] - (X - eta*B*reach), "the step of x")
    yield zero(after[1] - (g*X - eta*weak/B*other), "of y")
    yield zero(after[2] - (-eta*B*reach**2/2 + eta*weak/B*other**2/2), "and of z")


def weaker(strip, grown):
    """Goals: what the weaker mode does."""
    few, near = (2*t <= 1, G <= 1, w <= 1, s <= 1), (2*t <= 1, G <= 1, 64*h <= 1)
    yield nonnegative(4*(s/(2 - s) - strip*h) - s, "p is at least s/4", (s <= 1, 24*h <= s))
    yield positive(1 - t*h*G, "the ascent raises e^z", near)
    yield nonnegative(Rational(3, 5) - t**2*G - p**2/4, "1/w^2 - 1 over h, as (1 - t h G)^2 <= 1", (8*p <= 9, *few))
    yield nonnegative(k/2 - w**2*k/(1 + w), "so 1 - w is half of that at most", (w <= 1,))
    pulled = s*t + k*t**2*w                                    # of y, with k = s/p
    yield nonnegative(grown - (1 - pulled), "y does not grow")
    yield nonnegative(grown - (pulled - 1), "nor on the other side", (k <= 4, *few))
    reach, turn = X + rho*k, s*t
    fall = turn*reach**2/2 + ((turn*reach - X)**2 - X**2)/4
    yield zero(fall - turn*reach*(rho*k + turn*reach/2)/2, "what C gains by the mode y, X = |y| and k its share of the direction")
    yield nonnegative(Rational(13, 8) - (p + t*w), "q", (8*p <= 9, *few))
    yield nonnegative(Rational(3, 8) - t**2*G*q*(w + s*q/2)/2, "c' over s h", (8*q <= 13, *few))
    yield positive(s*w**2/2 - 3*s*h/8, "C falls, as c is at least s w^2/2", (s > 0, 10*w >= 10 - 3*h, 64*h <= 1))
    yield nonnegative(r**2 - q**2, "the weaker mode raises z by t h G q^2 times what", (q <= r,))
    yield positive((1 - t*h*G)*r**2, "the stronger lowers it by r^2 times, so z falls", near)


@follows.enclosure
def after_all(lab):
    """T steps of SAM in balls, whose radii grow by a factor in every step."""
    with precision(3500):
        loss = (exp(z)*x**2 + lab.weaker*exp(-z)*y**2)/2
        begin = *(ball(a) for a in lab.beside), ball(0)
        step = sam(gradient(loss, (x, y, z)), ball(lab.eta), ball(lab.rho))
        end = lab.iterate(step, begin, lab.steps_taken)
        first, last = ((c - (a**2 - b**2)/4).exp() for a, b, c in (begin, end))
        orbit = {off: abs(end[0])/ball(lab.rho), S: ball(lab.eta)*end[2].exp()}
        return {pace: taken(lab, first, last), **orbit, aside: abs(end[1]/begin[1])}


half, tiny = Rational(1, 2), Rational(1, 4000)
theorem.case("long steps", weaker=half/2, eta=half, rho=half/8, beside=(half/24, tiny), lowest=3*half/2, steps_taken=Each((1, 180)))
theorem.case("longest steps", weaker=half/8, eta=1, rho=half/8, beside=(half/8, tiny), lowest=half, steps_taken=Each((1, 150)))
theorem.case("weak", weaker=Rational(1, 50), eta=half, rho=half/16, beside=(half/48, -tiny/5), lowest=half, steps_taken=700)
theorem.outside("start off the orbit", breaks=room >= 0, weaker=half/2, eta=half/4, rho=half/8, beside=(half/4, tiny/8),
                lowest=3*half/2, steps_taken=1)
