"""SAM on single samples that share no coordinate: each keeps its own clock, so the flow holds with large probability.

Setting.  L is the mean of (xy - 1)^2 and a sample of other coordinates, T samples are drawn uniformly, q = x^2 - y^2
is q0 > 0 at the start with q0^2 <= 11 and 0 < |xy - 1| <= 24 eta rho, and eta <= 1/32, rho <= 1/16.
(On xy = 1, which an orbit may meet by accident, SAM is undefined.)

Statement.  With w = -ln(q_T/q0)/(2 eta rho^2 T), which the trace flow makes 1, and d = sqrt(2 E/T),

    w >= (1 - d)(1 - rho/2)     and     w <= (1 + d)(1 + rho/2 + 27 eta),

each but with a probability of at most e^-E.  In the time tau = T eta rho^2 that is q_T = q0 e^(-2 tau (1 + O(eta + rho + d))),
d = rho sqrt(2 eta E/tau): with the published probability 1 - O(rho), so E = ln(1/rho), the error is less than the
published eta^(1/2) + rho, and its random part is rho sqrt(eta ln(1/rho)).  At all times, by quantiles of the exact law.
"""

from fractions import Fraction
from math import comb

from sympy import Eq, Ge, Le, Rational, log, sqrt, symbols

from numerics.balls import ball, precision
from numerics.steps import sam
from theorems import Source, Theorem, cited, nonnegative, positive, zero
from theorems.sam_implicit_regularizer.valleys import gradient, u, x, y, z

slow, fast = symbols("slow fast", real=True)                   # measured: quantiles of w, each left out with at most e^-E
eta, rho, d, E = symbols("eta rho d E", positive=True)
room = symbols("room", real=True)                              # the lesser of 11 - q0^2 and 1 - |r_0|/(24 eta rho)
T = symbols("T", integer=True, positive=True)

theorem = Theorem("single samples that share no coordinate",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 5.4, with constants on an instance"),
                  assumes=(32*eta <= 1, 16*rho <= 1, room >= 0, d < 1))


@theorem.data
def start(case):
    """`left_out` is the probability e^-E."""
    a, b = case.at[:2]
    spare = min(11 - (a**2 - b**2)**2, 1 - abs(a*b - 1)/(24*case.eta*case.rho))
    return {room: spare, eta: case.eta, rho: case.rho, d: sqrt(2*log(1/case.left_out)/case.time)}


likely = theorem.claim(
    "speed of a sample's conserved quantity, up to a probability",
    (Ge(slow, (1 - d)*(1 - rho/2)), Le(fast, (1 + d)*(1 + rho/2 + 27*eta))),
    false={
        "no fluctuation": (Ge(slow, 1 - rho/2 + 0*d), Le(fast, (1 + d)*(1 + rho/2 + 27*eta))),
        "half the fluctuation": (Ge(slow, (1 - d/2)*(1 - rho/2)), Le(fast, (1 + d)*(1 + rho/2 + 27*eta))),
        "frozen, as on the full batch": (Ge(slow, (1 - d)*(1 - rho/2)), Le(fast, (1 + d)*27*eta)),
    },
)


@likely.proof(scope="two samples of separate coordinates, the other arbitrary")
def by_counting_own_steps(below, above):
    """A step on the other sample moves neither x nor y; a step on (xy - 1)^2 is one of `hyperbola_horizon` with 2 eta.

    After n own steps -ln(q/q0) is n times -ln(1 - 4 eta rho^2 v), where 1 - rho/2 <= v <= 1 + rho/2 + 26 eta as there.
    n is binomial, so it is within t = d T/2 = sqrt(T E/2) of T/2 on either side but with probability e^-E.
    """
    own, alone = gradient((x*y - 1)**2, (x, y)), gradient((x*y - 1)**2/2, (x, y))
    for two, one in zip(own.expressions, alone.expressions):
        yield zero(eta*two - 2*eta*one, "the sample's step is that of half its loss at twice the step size")
    yield cited("Hoeffding's inequality: for n of T fair draws P(n < T/2 - t) and P(n > T/2 + t) are at most exp(-2 t^2/T)")
    yield cited("a <= -ln(1 - a) <= a/(1 - a) for 0 <= a < 1")
    t = d*T/2
    yield zero(2*t**2/T - E, "the level", given=(Eq(d**2*T, 2*E),))
    share = lambda steps, v: steps*v*4*eta*rho**2/(2*eta*rho**2*T)
    low, high = 1 - rho/2, 1 + rho/2 + 26*eta
    small = (32*eta <= 1, 16*rho <= 1)
    yield zero(below.rhs - share(T/2 - t, low), "the lower bound, from the fewest own steps")
    yield positive(1 - 4*eta*rho**2*high, "no step takes all", small)
    most = share(T/2 + t, high)/(1 - 4*eta*rho**2*high)
    yield nonnegative(above.rhs - most, "the upper bound, from the most", small)


@likely.enclosure
def quantiles(lab):
    """w after every number of own steps, in balls, and the exact law of that number.

    Steps on the other sample are taken in between, which move neither x nor y.
    """
    with precision(1500):
        mine, other = (sam(gradient(loss, (x, y, z, u)), ball(lab.eta), ball(lab.rho)) for loss in lab.losses)
        at = [tuple(ball(a) for a in lab.at)]
        for _ in range(lab.time):
            at.append(lab.iterate(other, lab.iterate(mine, at[-1], 1), 1))
        kept = [a**2 - b**2 for a, b, *_ in at]
        speeds = [-(one/kept[0]).log()/(2*ball(lab.eta)*ball(lab.rho)**2*lab.time) for one in kept]
        first, last = fewest_and_most(lab.time, Fraction(lab.left_out.p, lab.left_out.q))
        return {slow: speeds[first], fast: speeds[last]}


def fewest_and_most(draws, level):
    """The largest a with P(n < a) <= level and the least b with P(n > b) <= level, n binomial."""
    weights, tail, k = [comb(draws, k) for k in range(draws + 1)], 0, 0
    while Fraction(tail + weights[k], 2**draws) <= level:
        tail, k = tail + weights[k], k + 1
    return k, draws - k


half = Rational(1, 2)
pair = ((x*y - 1)**2, (z*u - 1)**2/2)
theorem.case("a hundred draws", losses=pair, at=(Rational(3, 2), Rational(2, 3) + Rational(1, 10**4), 1, 2), eta=Rational(1, 128),
             rho=Rational(1, 32), time=100, left_out=Rational(1, 100))
theorem.case("few draws, likely", losses=((x*y - 1)**2, (z*u - 1)**2*3), at=(Rational(5, 4), Rational(4, 5) - Rational(1, 10**4), 1, 2),
             eta=Rational(1, 64), rho=Rational(1, 16), time=16, left_out=Rational(1, 10))
theorem.outside("start far off", breaks=room >= 0, losses=pair, at=(Rational(3, 2), 1, 1, 2), eta=Rational(1, 64),
                rho=Rational(1, 32), time=4, left_out=half)
