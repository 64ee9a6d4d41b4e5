"""The quartic's 2-cycle attracts up to K = sqrt(5) - 1, not only up to the printed K = 1.121.

Statement.  Let mu > 0, K = eta mu > 1.  The 2-cycle of gradient descent on (x^2 - mu)^2/4 in x > 0
has the multiplier Lambda = 9 - 2 (K + 1)^2 and attracts exactly for K < sqrt(5) - 1 = 1.2360...;
at the end Lambda = -1.  The printed range ends near 3/sqrt(2) - 1 = 1.1213...: there Lambda = 0,
the attraction is fastest, Lambda changes sign, and only arguments by monotony end.
"""

from sympy import Eq, Equivalent, Poly, Rational, cancel, diff, expand, resultant, sqrt, symbols

from numerics.losses import X
from theorems import Each, Source, Theorem, nonnegative, positive, zero
from theorems.two_step_gd.quartic import K, Lambda, all_roots, lower, mu, returning, two_steps, upper, x

best, end = symbols("best end")                                 # measured: K where Lambda = 0, = -1

theorem = Theorem(
    "how far the quartic's two-step cycle attracts",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 2 of the ICLR 2023 submission, sharpened"),
    assumes=(K > 1, mu > 0),
)


@theorem.data
def step(case):
    return {K: case.K, mu: case.mu}


attraction = theorem.claim(
    "the cycle attracts exactly below sqrt(5) - 1",
    Equivalent(Lambda**2 < 1, K < sqrt(5) - 1),
    false={
        "up to the printed 1.121": Equivalent(Lambda**2 < 1, K < Rational(1121, 1000)),
        "up to 1.25": Equivalent(Lambda**2 < 1, K < Rational(5, 4)),
        "up to 1.5": Equivalent(Lambda**2 < 1, K < Rational(3, 2)),
    },
)


@attraction.proof(scope="every mu > 0 and every K > 1; at K = sqrt(5) - 1 the multiplier is -1")
def by_the_sign_of_one_minus_its_square(equivalent):
    """Of the multiplier 9 - 2 (K + 1)^2, which `quartic` proves."""
    attracts, region = sorted(equivalent.args, key=lambda one: one.has(K))
    attracts = attracts.subs(Lambda, 9 - 2*(K + 1)**2)
    yield positive(attracts.gts - attracts.lts, "|Lambda| < 1 within the region", given=region)
    yield nonnegative(attracts.lts - attracts.gts, "|Lambda| >= 1 outside", given=~region)


@attraction.enclosure
def multiplier_of_the_root(lab):
    """As for the orbit: the slope of two symbolic steps at a root."""
    return returning(lab)[0][1]


landmarks = theorem.claim(
    "where the multiplier vanishes, and where it is -1",
    (Eq(best, 3/sqrt(2) - 1), Eq(end, sqrt(5) - 1)),
    false={
        "the printed 1.121 is the end": (Eq(best, 3/sqrt(2) - 1), Eq(end, Rational(1121, 1000))),
        "both are the end": (Eq(best, sqrt(5) - 1), Eq(end, sqrt(5) - 1)),
    },
)


@landmarks.proof(scope="every mu > 0")
def by_the_multiplier(superattracts, ends):
    """Of the multiplier 9 - 2 (K + 1)^2, which `quartic` proves; it decreases."""
    multiplier = 9 - 2*(K + 1)**2
    yield positive(-diff(multiplier, K), "each value is taken once")
    yield zero(multiplier.subs(K, superattracts.rhs), "it vanishes")
    yield positive(superattracts.rhs - 1, "beyond the edge")
    yield zero(multiplier.subs(K, ends.rhs) + 1, "it is -1")
    yield positive(ends.rhs - 1, "beyond the edge")


@landmarks.enclosure
def by_elimination(lab):
    """Eliminate the point from: two symbolic steps return it, with the slope 0, or -1; the root above 1."""
    _, twice = two_steps(lab.iterate, K, lab.mu)
    found = {}
    for symbol, slope in ((best, 0), (end, -1)):
        eliminant = resultant(cancel((twice - X)/X), expand(diff(twice, X) - slope), X)
        found[symbol], = (root for root in all_roots(Poly(eliminant, K)) if root > 1)
    return found


attraction.case("just beyond the edge", K=Rational(21, 20), mu=4)
attraction.case("each side of the end", K=Each([Rational(1236, 1000), Rational(1237, 1000)]), mu=3)
attraction.case("far beyond", K=Each([Rational(5, 4), Rational(3, 2), 2]), mu=1)
landmarks.case("unit", mu=1, K=Rational(3, 2))

step_from = lambda x: x - K/mu*(x**3 - mu*x)
middle, half = sqrt(Rational(7, 2))/2, sqrt(Rational(1, 6))/2
theorem.erratum(
    at="Theorem 2, range", printed="1 < K <= 1.121",
    fault="not the limit of attraction: at K = 6/5 the cycle attracts; near 1.1213 its multiplier only changes sign",
    statement=K <= Rational(1121, 1000),
    witness={K: Rational(6, 5), mu: 1, Lambda: -Rational(17, 25), upper: middle + half, lower: middle - half},
    where=(Eq(step_from(lower), upper), Eq(step_from(upper), lower),
           Eq(diff(step_from(x), x).subs(x, lower)*diff(step_from(x), x).subs(x, upper), Lambda),
           Lambda**2 < 1),
    repaired="1 < K <= sqrt(5) - 1; for larger K the cycle repels",
)
