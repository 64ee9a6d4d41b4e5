"""SAM over a whole horizon where its radius is large against its step size: behind the published flow by a share of rho.

Setting.  L(x, y, z) with the minimisers x = y = 0, no symmetry, and eigenvectors that turn along them; z' is where gradient
flow leads from the place where SAM is after tau/(eta rho^2) steps.  The published flow passes there at the time (1 - lag) tau.

Statement.  For rho >= 10 eta, on the cases stated alone, as the orbits are chaotic: 60 digits do not give the lag of the first,

    lag >= rho/3,     and at least 9/10 of the lag is left with half the step size, at the same rho and tau.

So at a fixed rho the error does not fall with eta, as eta ln(1/rho) does: the published rate O(eta ln(1/rho)) needs the
bound on rho/eta.  For rho below eta SAM is ahead of the published flow instead, by O(eta) (`published`).  The next
term of the drift for small rho/eta is in `radius`; with one normal direction the lag is of order rho^2 (`fixed_radius`).
"""

from sympy import Ge, Le, Rational, diff, expand, log, symbols

from numerics.balls import ball, integral, precision
from numerics.steps import sam
from theorems import Each, Source, Theorem
from theorems.sam_implicit_regularizer.horizon_turning import without_symmetry
from theorems.sam_implicit_regularizer.valleys import TURNING, gradient, values, x, y, z

lag, later = symbols("lag later", real=True)                   # measured: at eta, and at eta/2
eta, rho = symbols("eta rho", positive=True)

theorem = Theorem("SAM with a radius that is large against its step size",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, smallness of rho/eta"),
                  assumes=(rho >= 10*eta,))


@theorem.data
def sizes(case):
    return {eta: case.eta, rho: case.rho}


behind = theorem.claim(
    "share of the horizon by which SAM lags behind the published flow, at one step size and at half of it",
    (Ge(lag, rho/3), Ge(later, 9*lag/10)),
    false={
        "the published rate: half the lag at half the step size": (Ge(lag, rho/3), Le(later, lag/2)),
        "of the second order in the radius": (Le(lag, rho**2), Ge(later, 9*lag/10)),
        "ahead, as for small radii": (Le(lag, 0*rho), Ge(later, 9*lag/10)),
    },
)


@behind.enclosure
def at_both_step_sizes(lab):
    return {lag: lag_at(lab, lab.eta), later: lag_at(lab, lab.eta/2)}


def lag_at(lab, eta):
    """Steps of SAM in balls, whose radii grow by a factor in every step; then the time by the flow's definition."""
    count = lab.steps(lab.time, eta*lab.rho**2)
    with precision(5*count + 300):
        step_size, radius = ball(eta), ball(lab.rho)
        begin = (3*step_size*radius/10, 7*step_size*radius/10, ball(lab.at))
        kept = values((lab.conserved,), (x, y, z))
        end = lab.iterate(sam(gradient(lab.loss, (x, y, z)), step_size, radius), begin, count)
        high, low = kept(*begin)[0], kept(*end)[0]
    with precision(200):
        return 1 - integral(time_per_height(lab.loss), low, high)/ball(lab.time)


def time_per_height(loss):
    """2 over dl/dz along the minimisers, l the larger eigenvalue of the Hessian there, at complex balls."""
    a, b, c = (diff(loss, *by, simplify=False).subs({x: 0, y: 0}) for by in ((x, x), (x, y), (y, y)))
    square = ((a - c)/2)**2 + b**2
    gap, widening, rise = map(in_exponentials, (square, diff(square, z), diff(a + c, z)/2))

    def density(height):
        grown = (height/4).exp()
        return 2/(rise(grown) + widening(grown)/(2*gap(grown).sqrt()))
    return density


def in_exponentials(expression):
    """A sum of multiples of e^(n z/4), n whole, as a function of e^(z/4)."""
    terms = [one.as_independent(z) for one in expand(expression).as_ordered_terms()]
    powers = [(ball(factor), int(4*diff(log(part), z))) for factor, part in terms]
    return lambda grown: sum(factor*grown**n for factor, n in powers)


fortieth = Rational(1, 40)
theorem.case("samples that are not orthogonal", loss=TURNING[0], conserved=TURNING[1], at=Rational(1, 2), rho=Rational(1, 4),
             eta=Each((fortieth, fortieth/2, fortieth/4)), time=Rational(1, 4))
theorem.case("turning eigenvectors", loss=without_symmetry, conserved=z - (x**2 - y**2)/4, at=Rational(7, 10), rho=Rational(1, 5),
             eta=Each((Rational(1, 50), Rational(1, 100))), time=Rational(1, 5))
theorem.outside("a small radius", breaks=rho >= 10*eta, loss=TURNING[0], conserved=TURNING[1], at=Rational(1, 2), rho=Rational(1, 16),
                eta=Rational(1, 16), time=Rational(1, 16))
