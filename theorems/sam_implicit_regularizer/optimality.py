"""How close SAM comes to the least worst-case loss in the time tau.

Setting as in `horizon` with one normal direction: L_max(x) = max over |v| <= 1 of L(x + rho v), and on the
curve of minimisers mu is the least sharpness, at the point where the flow comes to rest.

Statement.  As rho -> 0 at fixed eta, after tau/(eta rho^2) steps of SAM,

    L_max/rho^2 -> (l/2) (2/(2 - eta l))^2,     while the least L_max/rho^2 -> mu/2,

l the sharpness of the flow at the time tau.  l falls to mu; so what SAM has above the minimum becomes
rho^2 (mu/2) ((2/(2 - eta mu))^2 - 1): below any epsilon rho^2 for large tau, then small eta, then small rho.
It is not 0 at a fixed step size, however long SAM runs.
"""

from sympy import Eq, Rational, symbols

from numerics.balls import ball
from numerics.midpoints import as_mpf, midpoints
from numerics.steps import sam
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.horizon import after_all, alpha, end, eta, l, mu, rho, single_mode, solves, start, tau
from theorems.sam_implicit_regularizer.sharpness import dot, extremum
from theorems.sam_implicit_regularizer.valleys import HYPERBOLA, VARIABLES, valley, values

reached, least = symbols("reached least", real=True)           # measured: both worst-case losses over rho^2
w, share = symbols("w share", real=True)                       # over rho: distance from the curve, and a direction

theorem = Theorem("how nearly SAM minimises the worst-case loss",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Corollaries 4.6 and 4.7"),
                  assumes=(eta*start < 2, mu <= start))


@theorem.data
def constants(case):
    return {start: case.sharp, eta: case.eta, tau: case.time, alpha: case.alpha, mu: case.mu}


nearly = theorem.claim(
    "worst-case loss at the end, and its minimum",
    (Eq(reached, end/2*(2/(2 - eta*end))**2), Eq(least, mu/2), single_mode()),
    false={
        "that of the minimiser": (Eq(reached, end/2), Eq(least, mu/2), single_mode()),
        "the start is the best of the curve": (Eq(reached, end/2*(2/(2 - eta*end))**2), Eq(least, start/2), single_mode()),
        "the minimum is reached": (Eq(reached, mu/2), Eq(least, mu/2), single_mode()),
        "the first power": (Eq(reached, end/2*(2/(2 - eta*end))), Eq(least, mu/2), single_mode()),
    },
)


@nearly.proof(scope="the flow's end and the orbit there, at leading order; that SAM follows the flow is observed")
def by_the_orbit_at_the_end(orbit, minimum, law):
    """On the orbit +-a v1 the worst direction is outwards (`worst_case`); at rest l = mu.

    At the distance w rho from a minimiser of sharpness l the loss rises to l (w + share)^2 rho^2/2 along a
    direction; the worst is outwards.
    """
    size = eta*rho*end/(2 - eta*end)
    stable = (eta*end < 2,)
    yield zero(sam(lambda x: (end*x,), eta, rho)((size,))[0] + size, "the orbit of period two", stable)
    yield zero(end*(size + rho)**2/2 - rho**2*orbit.rhs, "its worst case, outwards", stable)
    raised = l*(w + share)**2/2
    worst = raised.subs(share, 1)
    yield nonnegative(worst - raised, "outwards is the worst direction", (w >= 0, share <= 1, share >= -1))
    yield nonnegative(worst - minimum.rhs, "no point has less than the minimum", (w >= 0, l >= mu))
    yield zero(worst.subs({w: 0, l: mu}) - minimum.rhs, "which is that of the minimiser at rest")
    yield nonnegative(orbit.rhs - end/2, "SAM's is not below that of the minimiser beside it", stable)
    yield nonnegative(end/2 - minimum.rhs, "nor that below the minimum", (end >= mu,))
    yield from solves(law, alpha*(l**2 - mu**2)/l, l > mu, start > mu)


@nearly.observation(small=rho, order=1, first=Rational(1, 8), halvings=4)
def at_the_end(lab, rho):
    """The least worst case is looked for among points of the curve, and then on both sides of the best of them."""
    place, radius = valley(lab.loss, VARIABLES[:2], 1), ball(rho)
    point = after_all(lab, rho)
    height = lambda at: worst(place, midpoints(at), radius)
    best = min(lab.tried, key=height)
    beside = [tuple(ball(a) + sign*radius*ball(b)/8 for a, b in zip(best, best[::-1])) for sign in (1, -1)]
    return {reached: height(point), least: min(map(height, (best, *beside))), end: place.eigenvalue(place.projected(point), 0)}


def worst(place, x, rho):
    """The better of the critical points of L(x + rho v)/rho^2 on |v| = 1 next to the two normal directions."""
    curved, vectors = place.spectrum(as_mpf(x))
    top, height = midpoints(vectors[:, 0]), values((place.loss,), place.variables)
    steep = -dot(top, place.descending(*x)).mid()
    outwards = top if steep > 0 else [-v for v in top]
    there = extremum(place, x, rho, ((1, 0), (0, 1)), outwards, rho*ball(curved[0]) + abs(steep))
    return height(*there)[0]/rho**2


half = Rational(1, 2)
tried = ((2, half), (Rational(4, 3), Rational(3, 4)), (1, 1), (Rational(4, 5), Rational(5, 4)), (half, 2))
theorem.case("flat start", loss=HYPERBOLA[0], at=(Rational(4, 3), Rational(3, 4)), off=(Rational(3, 4), Rational(4, 3)), tried=tried,
             eta=Rational(1, 4), time=Rational(1, 16), sharp=Rational(337, 144), alpha=4, mu=2)
theorem.case("steeper start", loss=HYPERBOLA[0], at=(2, half), off=(half/2, 1), tried=tried,
             eta=Rational(1, 8), time=Rational(1, 16), sharp=Rational(17, 4), alpha=4, mu=2)
