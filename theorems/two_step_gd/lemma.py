"""2-cycles where the third derivative vanishes: the first even derivative of higher order decides.

Statement.  Let f^(3) = ... = f^(k-1) = 0 != f^(k) at a critical point with a = f'' > 0, k >= 4.  Let j be
the smallest even number >= k, D = f^(j), and C = f^(j-1), which is f^(k) for odd k and 0 for even k.
Along the 2-cycles m +- s of gradient descent, as s -> 0,

    (eta - 2/a)/s^(j-2) -> -2 D/((j-1)! a^2),      (Lambda - 1)/s^(j-2) -> 4 (j-2) D/((j-1)! a),
    m/s^(j-2) -> -(j-1) C/((j-1)! a).

For D < 0 there are cycles beyond the edge, and they attract; for D > 0 they lie before it and repel.
The sign of an odd f^(k) does not matter; the printed interval for a start at distance eps > 0 needs
eps^(k-2) f^(k) > 0 when k is odd.
"""

from sympy import Eq, Rational, diff, factorial, symbols

from numerics.cycles import critical_multiplier, two_cycle, two_step_jacobian
from numerics.losses import X
from theorems import Source, Theorem, cited, positive, zero
from theorems.two_step_gd.expansion import slope_and_edge

excess, pull, shift = symbols("excess pull shift")              # measured: eta - 2/a, Lambda - 1, m over s^(j-2)
a, D, C, s = symbols("a D C s", real=True)                      # D = f^(j), C = f^(j-1)
j, k = symbols("j k", integer=True)
ways = symbols("ways", positive=True)                           # (j - 1)!
t, r = symbols("t r", real=True)                                # t = s^(j-2); r -> 0 with s

theorem = Theorem(
    "two-step cycles where the third derivative vanishes",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Lemma 1 of the ICLR 2023 submission, repaired"),
    assumes=(a > 0, j >= 4),
)


@theorem.data
def derivatives(case):
    """The curvature, and the first nonzero derivative of even order j among those from the first nonzero order on."""
    jet = {n: diff(case.loss, X, n).subs(X, 0) for n in range(2, 12)}
    first = next(n for n in jet if n > 2 and jet[n] != 0)
    even = first + first % 2
    return {a: jet[2], j: even, D: jet[even], C: jet[even - 1], ways: factorial(even - 1)}


width, slopes, centre = Eq(excess, -2*D/(ways*a**2)), Eq(pull, 4*(j - 2)*D/(ways*a)), Eq(shift, -(j - 1)*C/(ways*a))
growth = theorem.claim(
    "step size, multiplier and midpoint of the cycle, by the first even derivative",
    (width, slopes, centre),
    false={
        "without the factorial": (Eq(excess, -2*D/a**2), slopes, centre),
        "of the other sign": (Eq(excess, 2*D/(ways*a**2)), slopes, centre),
        "the multiplier as for j = 4": (width, Eq(pull, 8*D/(ways*a)), centre),
    },
)


@growth.proof(scope="every k >= 4 and every loss with k + 2 continuous derivatives and f'' > 0")
def by_the_first_even_term(exceeds, pulls, shifts):
    """O = a + (D/(j-1)! + r) t with r -> 0: even k leaves m = O(s^k); an odd k gives m = O(s^(k-1)), which
    changes O by O(s^(2k-4)), of higher order than s^(k-1) = t.  Then eta = 2/O, and by the identity
    Lambda = 1 - s eta'(s) (f''(u) + f''(v)), with s eta'(s) = (j-2) eta_1 t + ..., f''(u) + f''(v) -> 2a.
    """
    yield cited("Taylor's theorem and the implicit function theorem for m(s), as E_m = a > 0")
    yield positive((2*k - 4) - (k - 1), "an odd k: the midpoint's part of O is of higher order", given=k >= 5)
    chord = a + (D/ways + r)*t
    slope = diff(2/chord, t).subs({t: 0, r: 0})
    yield zero(slope - exceeds.rhs, "the first term of eta")
    yield zero(-(j - 2)*exceeds.rhs*2*a - pulls.rhs, "the first term of Lambda")
    yield zero(a*shifts.rhs + C/(ways/(j - 1)), "E = a m + C s^(j-2)/(j-2)! + ... vanishes")


@growth.observation(small=s, order=1)
def small_cycle(lab, s):
    """Find the cycle of half-width s by steps alone, and difference two steps round it."""
    gradient, edge = slope_and_edge(lab)
    u, v, eta = two_cycle(lab.iterate, gradient, (0,), (1,), s, edge)
    multiplier = critical_multiplier(two_step_jacobian(lab.iterate, gradient, u, eta))
    return {excess: (eta - edge)/s**lab.power, pull: (multiplier - 1)/s**lab.power,
            shift: (u[0] + v[0])/2/s**lab.power}


theorem.case("k = 4", loss=3*X**2/2 - X**4/8 + X**5/10, at=0, power=2)
theorem.case("k = 5", loss=X**2 + X**5/10 - X**6/24 + X**7/42, at=0, power=4)
theorem.case("k = 6, repelling", loss=X**2/2 + X**6/30 - X**7/30, at=0, power=4)
theorem.case("k = 7", loss=2*X**2 - X**7/14 - X**8/16, at=0, power=6)

u, v, eta, eps, kappa = symbols("u v eta eps kappa", real=True)
slope = lambda x: x + C*x**4/24 - kappa*x**5                    # k = 5, f^(5) = C, f^(6) = -120 kappa
start, partner, kick = -Rational(1, 2), Rational(5, 8), -12
bent = (start + partner + kick*(start**4 + partner**4)/24)/(start**5 + partner**5)
theorem.erratum(
    at="Lemma 1, odd k", printed="2/f'' < eta < 2/(f'' - f^(k) eps^(k-2)) for the start minus eps, eps > 0",
    fault="empty where f^(k) < 0, yet the cycle through -1/2 and 5/8 has a step size beyond the edge there",
    statement=(eta > 2/a, eta < 2/(a - C*eps**3)),
    witness={a: 1, C: kick, kappa: bent, eps: -start, u: start, v: partner,
             eta: (start - partner)/slope(start).subs({C: kick, kappa: bent})},
    where=(Eq(u - eta*slope(u), v), Eq(v - eta*slope(v), u), kappa > 0, C < 0, eta > 2),
    repaired="assume eps^(k-2) f^(k) > 0 for the interval; existence needs f^(k+1) < 0 only",
)
