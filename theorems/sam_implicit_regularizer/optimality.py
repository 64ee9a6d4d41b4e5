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
from numerics.formula import Formula
from numerics.manifold import Valley
from numerics.midpoints import as_mpf, midpoints
from numerics.steps import sam
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.horizon import after_all, alpha, end, eta, l, mu, rho, single_mode, solves, start, tau
from theorems.sam_implicit_regularizer.sharpness import dot, extremum
from theorems.sam_implicit_regularizer.valleys import HYPERBOLA, VARIABLES

reached, least = symbols("reached least", real=True)           # measured: both worst-case losses over rho^2

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
        "the minimum is reached": (Eq(reached, mu/2), Eq(least, mu/2), single_mode()),
        "the first power": (Eq(reached, end/2*(2/(2 - eta*end))), Eq(least, mu/2), single_mode()),
    },
)


@nearly.proof(scope="the flow's end and the orbit there, at leading order; that SAM follows the flow is observed")
def by_the_orbit_at_the_end(orbit, minimum, law):
    """On the orbit +-a v1 the worst direction is outwards (`worst_case`); at rest l = mu."""
    size = eta*rho*end/(2 - eta*end)
    stable = (eta*end < 2,)
    yield zero(sam(lambda x: (end*x,), eta, rho)((size,))[0] + size, "the orbit of period two", stable)
    yield zero(end*(size + rho)**2/2 - rho**2*orbit.rhs, "its worst case, outwards", stable)
    yield zero(minimum.rhs - mu/2, "the worst case of the minimiser at rest")
    yield nonnegative(orbit.rhs - end/2, "SAM's is not below that of the minimiser beside it", stable)
    yield nonnegative(end/2 - minimum.rhs, "nor that below the minimum", (end >= mu,))
    yield from solves(law, alpha*(l**2 - mu**2)/l, l > mu, start > mu)


@nearly.observation(small=rho, order=1, first=Rational(1, 8), halvings=4)
def at_the_end(lab, rho):
    valley = Valley(lab.loss, VARIABLES[:2], 1)
    point = after_all(lab, rho)
    return {reached: worst(valley, midpoints(point), ball(rho)), least: worst(valley, midpoints(lab.best), ball(rho)),
            end: valley.eigenvalue(valley.projected(point), 0)}


def worst(valley, x, rho):
    """The better of the critical points of L(x + rho v)/rho^2 on |v| = 1 next to the two normal directions."""
    values, vectors = valley.spectrum(as_mpf(x))
    top, height = midpoints(vectors[:, 0]), Formula((valley.loss,), valley.variables)
    steep = -dot(top, valley.descending(*x)).mid()
    outwards = top if steep > 0 else [-v for v in top]
    there = extremum(valley, x, rho, ((1, 0), (0, 1)), outwards, rho*ball(values[0]) + abs(steep))
    return height(*there)[0]/rho**2


theorem.case("flat start", loss=HYPERBOLA[0], at=(Rational(4, 3), Rational(3, 4)), off=(Rational(3, 4), Rational(4, 3)), best=(1, 1),
             eta=Rational(1, 4), time=Rational(1, 16), sharp=Rational(337, 144), alpha=4, mu=2)
theorem.case("steeper start", loss=HYPERBOLA[0], at=(2, Rational(1, 2)), off=(Rational(1, 4), 1), best=(1, 1),
             eta=Rational(1, 8), time=Rational(1, 16), sharp=Rational(17, 4), alpha=4, mu=2)
