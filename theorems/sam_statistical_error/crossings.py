"""How often the lead changes between SAM and gradient descent, and what a tiny ascent does.

Statement.  n modes under strict (A), equal step size.  The difference of errors is an exponential
sum in k with at most 4n bases, so the lead changes at most 4n - 3 times for k > 0.  It is not
once, as in a single mode: with two modes it changes three times on exact data.  At rho = 0,

    d error_k/d rho = -(2 eta k/n) sum d_i^2 gamma_i^(k-1) [(theta_i^2 + sigma^2) gamma_i^k - sigma^2].

The derivative is written out for n = 2 and proved mode by mode.  Whether 2n - 1 changes are the
most that occur is open.
"""

from sympy import Eq, Ge, Le, Pow, Rational, diff, symbols

from numerics.steps import descent, unnormalised_sam
from theorems import Each, Source, Theorem, cited, nonnegative, zero

changes = symbols("changes", integer=True, nonnegative=True)   # measured: changes of the lead up to the horizon
last = symbols("last", integer=True, nonnegative=True)         # measured: the step of the last change, 0 if none
slope = symbols("slope", real=True)                            # measured: derivative of the error by rho at 0
n, k = symbols("n k", integer=True, positive=True)
d1, d2, h1, h2, s2, eta = symbols("d1 d2 h1 h2 s2 eta", positive=True)     # h_i = theta_i^2, s2 = sigma^2
rho, d, h, t = symbols("rho d h t", real=True)

theorem = Theorem("changes of the lead, and the first-order effect of ascent",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="dependence on the step, examined"))


@theorem.data
def modes(case):
    return {n: len(case.spectrum), d1: case.spectrum[0], d2: case.spectrum[-1], h1: case.theta[0]**2,
            h2: case.theta[-1]**2, s2: case.sigma**2, eta: case.eta, k: case.time}


lead = theorem.claim(
    "the lead changes at most 4n - 3 times, the last time not before as many steps",
    (Le(changes, 4*n - 3), Ge(last, changes)),
    false={
        "once": (Le(changes, 1), Ge(last, changes)),
        "as often as there are modes": (Le(changes, n), Ge(last, changes)),
        "all within the first steps": (Le(changes, 4*n - 3), Ge(4*n, last)),
    },
)


@lead.proof
def by_descartes(claimed, counted):
    """4n bases gamma_G, gamma_S, gamma_G^2, gamma_S^2 with signs +, -, -, +; the smallest and largest are +.

    Starting and ending with +, the ordered signs change at most 4n - 2 times; k = 0 is one of the zeros.
    """
    yield cited("Descartes' rule for exponential sums (Laguerre): real zeros are at most the sign changes of the "
                "coefficients ordered by base")
    a, b = symbols("a b", positive=True)
    for base in (b, a, b**2):
        yield nonnegative(base - b**2, "b^2 (sign +) is a mode's smallest base", given=(a < 1, b < a))
        yield nonnegative(a - base, "a (sign +) is its largest", given=(a < 1, b < a))
    gain = h*(b**2 - a**2) + s2*((1 - b)**2 - (1 - a)**2)
    yield zero(gain - (2*s2*a - 2*s2*b - (h + s2)*a**2 + (h + s2)*b**2), "the signs are +, -, -, +")
    yield nonnegative(claimed.rhs - (4*n - 2 - 1), "the bound leaves out the zero at k = 0")
    yield nonnegative((counted.gts - counted.lts).subs(last, changes + d1), "different changes happen at different steps")


@lead.enclosure
def changes_of_the_lead(lab):
    """Run both methods to the horizon, mode by mode, and count."""
    tracks = [[orbit(lab, d, theta, sign, radius) for d, theta in zip(lab.spectrum, lab.theta) for sign in (1, -1)]
              for radius in (0*lab.rho, lab.rho)]
    errors = [[sum(one[k] for one in each) for k in range(1, lab.time + 1)] for each in tracks]
    signs = [(k, gd > sam) for k, (gd, sam) in enumerate(zip(*errors), 1) if gd != sam]
    steps = [k for (_, before), (k, now) in zip(signs, signs[1:]) if before != now]
    return {changes: len(steps), last: max(steps, default=0)}


def orbit(lab, d, theta, sign, radius):
    """Squared errors after 0, 1, ... steps from 0 with noise sign*sigma."""
    gradient = lambda u: d*(u - theta - sign*lab.sigma)
    step = unnormalised_sam(gradient, lab.eta, radius) if radius else descent(gradient, lab.eta)
    return [(u - theta)**2 for u in lab.orbit(step, 0*d, lab.time)]


onset = theorem.claim(
    "derivative of the error by the ascent radius at zero (two modes)",
    Eq(slope, -eta*k*(d1**2*(1 - eta*d1)**(k - 1)*((h1 + s2)*(1 - eta*d1)**k - s2)
                      + d2**2*(1 - eta*d2)**(k - 1)*((h2 + s2)*(1 - eta*d2)**k - s2))),
    false={
        "linear in d": Eq(slope, -eta*k*(d1*(1 - eta*d1)**(k - 1)*((h1 + s2)*(1 - eta*d1)**k - s2)
                                         + d2*(1 - eta*d2)**(k - 1)*((h2 + s2)*(1 - eta*d2)**k - s2))),
        "bias alone": Eq(slope, -eta*k*(d1**2*(1 - eta*d1)**(2*k - 1)*h1 + d2**2*(1 - eta*d2)**(2*k - 1)*h2)),
    },
)


@onset.proof
def by_the_chain_rule(claimed):
    """In one mode error(gamma^k) with gamma = 1 - eta d - eta rho d^2; p stands for gamma^(k-1) at rho = 0."""
    gamma, g, p = 1 - eta*d - eta*rho*d**2, symbols("g", real=True), symbols("p1 p2", real=True)
    yield zero(diff(gamma, rho) + eta*d**2, "the filter falls by eta d^2 per unit of radius")
    one = lambda h, d, p, g: diff(h*t**2 + s2*(1 - t)**2, t).subs(t, g*p)*k*p*(-eta*d**2)/2
    bases = {1 - eta*d1: p[0], 1 - eta*d2: p[1]}
    put = claimed.rhs.replace(lambda x: isinstance(x, Pow) and x.exp.has(k),
                              lambda x: bases[x.base]*x.base**(x.exp - k + 1))
    yield zero(put - one(h1, d1, p[0], 1 - eta*d1) - one(h2, d2, p[1], 1 - eta*d2), "the mean over both modes is the claim")


@onset.observation(small=rho, order=1, first=Rational(1, 16))
def difference_quotient(lab, rho):
    """(error(rho) - error(0))/rho, from runs of both methods."""
    total = 0
    for radius, weight in ((rho, 1), (0, -1)):
        for d, theta in zip(lab.spectrum, lab.theta):
            total += weight*sum(orbit(lab, d, theta, sign, radius)[-1] for sign in (1, -1))/2
    return total/(2*rho)


quarter, half = Rational(1, 4), Rational(1, 2)
lead.case("two modes, three changes", spectrum=(Rational(1), Rational(1, 20)), theta=(Rational(9, 4), Rational(6, 5)),
          sigma=Rational(1), eta=quarter, rho=half, time=100)
lead.case("one mode, one change", spectrum=(Rational(1),), theta=(Rational(3),), sigma=Rational(1), eta=Rational(1, 10),
          rho=half, time=30)
onset.case("slow and fast mode", spectrum=(Rational(1), Rational(1, 3)), theta=(Rational(2), Rational(-1)),
           sigma=half, eta=quarter, time=Each((1, 2, 4)))
onset.case("small signal", spectrum=(Rational(3, 2), Rational(2, 5)), theta=(Rational(1, 5), Rational(3)),
           sigma=Rational(4, 3), eta=Rational(1, 3), time=Each((3, 5)))
