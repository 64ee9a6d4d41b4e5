"""Neither method dominates: each attains the oracle's error on a signal made for it, the other never.

Statement.  Two modes d1 != d2 with 0 < 1 - eta d_i (1 + rho d_i).  Every spectral filter has

    error >= oracle = (1/n) sum theta_i^2 sigma^2/(theta_i^2 + sigma^2),

with equality exactly if its factors are sigma^2/(theta_i^2 + sigma^2).  If theta_i^2 is
sigma^2 ((1 - eta d_i)^-k - 1), gradient descent attains the oracle at step k and SAM at no step;
with SAM's filters in their place the roles are exchanged.  So optimally stopped SAM is neither
always better nor never worse.  The bound is written for n = 2 and proved mode by mode; "at no
step" is proved for all data, and measured as the best error over every step k >= 1.
"""

from sympy import Eq, Ge, Gt, Rational, diff, log, sqrt, symbols

from numerics.steps import descent, unnormalised_sam
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero

error, best = symbols("error best", nonnegative=True)          # measured: at step k; least over all steps of the other
h1, h2, s2 = symbols("h1 h2 s2", positive=True)                # theta_1^2, theta_2^2, sigma^2
t, h, x, d, eta = symbols("t h x d eta", positive=True)
rho = symbols("rho", nonnegative=True)

theorem = Theorem("no method dominates the other at its best stopping time",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="advantage under early stopping, examined"))


@theorem.data
def signal(case):
    return {h1: case.theta[0]**2, h2: case.theta[1]**2, s2: case.sigma**2}


oracle = (h1*s2/(h1 + s2) + h2*s2/(h2 + s2))/2
bound = theorem.claim(
    "no filter beats the oracle",
    Ge(error, oracle),
    false={
        "the larger harmonic bound": Ge(error, 2*oracle),
        "the noise level": Ge(error, s2),
    },
)


@bound.proof
def by_completing_the_square(claimed):
    """A filter with factor t in a mode has error theta^2 t^2 + sigma^2 (1 - t)^2 there."""
    one = lambda h, t: h*t**2 + s2*(1 - t)**2
    yield zero(one(h, t) - h*s2/(h + s2) - (h + s2)*(t - s2/(h + s2))**2, "the error is the oracle's plus a square")
    t1, t2 = symbols("t1 t2", real=True)
    squares = ((h1 + s2)*(t1 - s2/(h1 + s2))**2 + (h2 + s2)*(t2 - s2/(h2 + s2))**2)/2
    yield nonnegative(squares, "the squares are nonnegative")
    yield nonnegative((one(h1, t1) + one(h2, t2))/2 - squares - claimed.rhs, "so the mean of both modes is at least the claim")


@bound.enclosure
def own_error(lab):
    """The method's error at step k, averaged over noise +-sigma in each mode."""
    return mean_error(lab, lab.radius, lab.k)


def mean_error(lab, radius, count):
    """Half the sum over both modes of the mean over signs of (fitted - theta)^2."""
    total = 0
    for d, theta in zip(lab.spectrum, lab.theta):
        for sign in (1, -1):
            gradient = lambda u: d*(u - theta - sign*lab.sigma)
            step = unnormalised_sam(gradient, lab.eta, radius) if radius else descent(gradient, lab.eta)
            total += (lab.iterate(step, 0*d, count) - theta)**2
    return (total/4).expand()


attained = theorem.claim(
    "the method for which the signal is made attains the oracle",
    Eq(error, oracle),
    false={
        "twice the oracle": Eq(error, 2*oracle),
        "the noise level": Eq(error, s2),
    },
)


@attained.proof
def by_the_square(claimed):
    """With theta^2 = sigma^2 (1/t - 1), the square of the bound vanishes in each mode; t = gamma^k."""
    t1, t2 = symbols("t1 t2", positive=True)
    one = lambda t: s2*(1/t - 1)*t**2 + s2*(1 - t)**2
    below = {h1: s2*(1/t1 - 1), h2: s2*(1/t2 - 1)}
    yield zero((one(t1) + one(t2))/2 - claimed.rhs.subs(below), "the error at step k is the oracle's", given=(t1 < 1, t2 < 1))


@attained.enclosure
def error_at_its_step(lab):
    """The method's error at the step for which the signal is made."""
    return mean_error(lab, lab.radius, lab.k)


beaten = theorem.claim(
    "the other method stays above the oracle at every step",
    Gt(best, oracle),
    false={
        "above by a tenth": Gt(best, 11*oracle/10),
        "above the noise level": Gt(best, s2),
    },
)


@beaten.proof
def by_the_ratio_of_logarithms(claimed):
    """Equality would need b_i^m = a_i^k in both modes, so equal ratios log b_i/log a_i.

    With phi(x) = -log(1 - x), the ratio is phi(eta d (1 + rho d))/phi(eta d) or its inverse.  Its
    logarithm increases strictly in d: x phi'(x)/phi(x) increases, and the argument eta d (1 + rho d)
    grows by the larger factor.  A strict bound at each step and the limit sigma^2 > oracle make the
    least error exceed the oracle.
    """
    inside = (x < 1,)
    phi = -log(1 - x)
    yield zero(diff(phi - x, x) - x/(1 - x), "phi(x) - x has derivative x/(1 - x)", inside)
    yield positive(x/(1 - x), "so phi(x) > x", inside)
    elasticity = x*diff(phi, x)/phi
    yield zero(diff(log(elasticity), x) - (1/x - 1/phi)/(1 - x), "the elasticity's logarithmic derivative", inside)
    yield positive((1/x - 1/h)/(1 - x), "which is positive, as phi = h exceeds x", (*inside, h > x))
    ascended = d*(1 + rho*d)
    yield nonnegative(diff(ascended, d)/ascended - 1/d, "the ascended argument grows at least as fast as d")
    yield cited("the errors of both methods tend to sigma^2 as k grows")
    ideal = sum(h*t**2 + s2*(1 - t)**2 for h, t in ((h1, s2/(h1 + s2)), (h2, s2/(h2 + s2))))/2
    yield positive(s2 - ideal, "and sigma^2 is above the error of the ideal factors")
    yield nonnegative(ideal - claimed.rhs, "so is the claimed bound, which is at most that error")


@beaten.enclosure
def least_error_of_the_other(lab):
    """The least error over every k >= 1: a finite search, the rest bounded by the distance to sigma^2."""
    other, count = lab.other, 1
    least = mean_error(lab, other, 1)
    while tail(lab, other, count) <= least:
        count += 1
        least = min(least, mean_error(lab, other, count))
    return least


def tail(lab, radius, count):
    """A lower bound for the error at every later step: sigma^2 - (1/n) sum 2 sigma^2 gamma^count."""
    powers = [(1 - lab.eta*d*(1 + radius*d))**count for d in lab.spectrum]
    return lab.sigma**2*(1 - sum(powers))


def made_for(radius, eta, spectrum, sigma, k):
    """theta_i = sigma sqrt(gamma_i^-k - 1)."""
    return tuple(sigma*sqrt((1 - eta*d*(1 + radius*d))**-k - 1) for d in spectrum)


def tuned(name, radius, other, eta, spectrum, sigma, k):
    theorem.case(name, spectrum=spectrum, radius=radius, other=other, eta=eta, sigma=sigma, k=k,
                 theta=made_for(radius, eta, spectrum, sigma, k))


quarter, fifth, none = Rational(1, 4), Rational(1, 5), 0*Rational(1, 2)
tuned("signal made for gradient descent", none, quarter, fifth, (Rational(2), Rational(1, 2)), Rational(1), 3)
tuned("signal made for SAM", quarter, none, fifth, (Rational(2), Rational(1, 2)), Rational(1), 3)
tuned("loud noise, made for SAM", Rational(1, 3), none, Rational(1, 8), (Rational(1, 3), Rational(3)), Rational(5, 2), 2)
tuned("faint noise, made for gradient descent", none, quarter, fifth, (Rational(1, 2), Rational(4)), Rational(1, 5), 1)
bound.case("a signal made for neither", spectrum=(Rational(1), Rational(2)), radius=quarter, other=none, eta=fifth,
           sigma=Rational(1, 2), k=Each((1, 4)), theta=(Rational(3), Rational(1, 5)))
