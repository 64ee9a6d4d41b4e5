"""SAM against gradient descent in one mode: bias, variance, and who is ahead at step k.

Statement.  One mode d > 0 with a = 1 - eta d (gradient descent) and b = a - eta rho d^2 (SAM),
signal theta, noise sigma.  Under (A), eta d (1 + rho d) <= 1 with rho >= 0, for every k:

    bias of SAM <= bias of GD,     variance of SAM >= variance of GD,
    error_SAM - error_GD = (b^k - a^k) [(theta^2 + sigma^2)(b^k + a^k) - 2 sigma^2],

so SAM is ahead exactly while (a^k + b^k)/2 > sigma^2/(theta^2 + sigma^2): before one threshold
in k, never after.  "SAM has the smaller error at every k" is false.  Shown for every k.
"""

from sympy import Equivalent, Ge, Gt, Le, Lt, Pow, Rational, symbols

from numerics.steps import descent, unnormalised_sam
from theorems import Each, Source, Theorem, nonnegative, positive, zero

bias_gd, bias_sam, var_gd, var_sam = symbols("bias_gd bias_sam var_gd var_sam", nonnegative=True)   # measured
err_gd, err_sam = symbols("err_gd err_sam", nonnegative=True)                    # measured
d, eta, theta, sigma = symbols("d eta theta sigma", positive=True)
rho = symbols("rho", nonnegative=True)
k = symbols("k", integer=True, positive=True)
a, b, p, q = symbols("a b p q", nonnegative=True)              # filters of GD and SAM; their k-th powers

theorem = Theorem("SAM and GD compared in one mode",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="bias and variance, re-derived"),
                  assumes=(eta*d*(1 + rho*d) <= 1,))

orders = theorem.claim(
    "SAM has the lower bias and the higher variance",
    (Le(bias_sam, bias_gd), Ge(var_sam, var_gd)),
    false={
        "the lower variance": (Le(bias_sam, bias_gd), Le(var_sam, var_gd)),
        "a bias lower by 1 - rho d": (Le(bias_sam, (1 - rho*d)*bias_gd), Ge(var_sam, var_gd)),
        "a variance higher by 1 + rho d": (Le(bias_sam, bias_gd), Ge(var_sam, (1 + rho*d)**3*var_gd)),
    },
)


@orders.proof
def by_ordered_powers(lower, higher):
    """a >= b >= 0 under (A); p = a^k and q = b^k inherit the order by induction, one factor at a time."""
    yield from ordered()
    at = {bias_sam: theta**2*q**2, bias_gd: theta**2*p**2, var_sam: sigma**2*(1 - q)**2, var_gd: sigma**2*(1 - p)**2}
    given = (p >= q, p <= 1)
    yield nonnegative((lower.gts - lower.lts).subs(at), "bias is theta^2 times the squared power", given)
    yield nonnegative((higher.gts - higher.lts).subs(at), "variance is sigma^2 (1 - power)^2", given)


def ordered():
    """0 <= b <= a < 1, and the same for their powers."""
    yield nonnegative(1 - eta*d - eta*rho*d**2, "SAM's filter is nonnegative: that is (A)")
    yield nonnegative((1 - eta*d) - (1 - eta*d - eta*rho*d**2), "it is at most gradient descent's")
    yield positive(1 - (1 - eta*d), "which is below 1")
    yield nonnegative(a*p - b*q, "powers keep the order: if p >= q then a p >= b q", given=(a >= b, p >= q))
    yield nonnegative(1 - a*p, "and stay at most 1", given=(a <= 1, p <= 1))


@orders.enclosure
def moments(lab):
    """Run both methods on theta + sigma and theta - sigma; the mean and spread of the fitted values."""
    found = {}
    for name, radius in (("gd", 0*lab.rho), ("sam", lab.rho)):
        high, low = (fitted(lab, radius, lab.theta + sign*lab.sigma) for sign in (1, -1))
        found[name] = ((high + low)/2 - lab.theta)**2, ((high - low)/2)**2
    return {bias_gd: found["gd"][0], var_gd: found["gd"][1], bias_sam: found["sam"][0], var_sam: found["sam"][1]}


def fitted(lab, radius, label):
    """The fitted value after k steps from 0, in the mode's own coordinate (loss d w^2/2 - label w)."""
    gradient = lambda u: lab.d*(u - label)
    step = descent(gradient, lab.eta) if radius == 0 else unnormalised_sam(gradient, lab.eta, radius)
    return lab.iterate(step, 0*label, lab.k)


ahead = theorem.claim(
    "SAM is ahead exactly while the mean filter exceeds the oracle's",
    Equivalent(Lt(err_sam, err_gd), Gt(((1 - eta*d)**k + (1 - eta*d*(1 + rho*d))**k)/2, sigma**2/(theta**2 + sigma**2))),
    false={
        "always": Equivalent(Lt(err_sam, err_gd), Gt(rho, 0)),
        "compared by GD's filter alone": Equivalent(Lt(err_sam, err_gd),
                                                    Gt((1 - eta*d)**k, sigma**2/(theta**2 + sigma**2))),
        "compared by SAM's filter alone": Equivalent(Lt(err_sam, err_gd), Gt((1 - eta*d*(1 + rho*d))**k,
                                                                             sigma**2/(theta**2 + sigma**2))),
    },
)


@ahead.proof
def by_the_difference_of_errors(claimed):
    """error(t) = theta^2 t^2 + sigma^2 (1 - t)^2 at t = p (GD) and t = q (SAM), with q < p as rho > 0.

    The difference is (p - q) (theta^2 + sigma^2) times twice the gap between the two sides of the
    region, so both have one sign; the powers fall in k, hence one threshold.
    """
    yield from ordered()
    compared, region = sorted(claimed.args, key=lambda one: not one.has(err_sam))
    filters = {1 - eta*d: p, 1 - eta*d*(1 + rho*d): q}
    gap = (region.gts - region.lts).replace(
        lambda x: isinstance(x, Pow) and x.exp.has(k), lambda x: filters.get(x.base, x.base)**(x.exp/k))
    error = lambda t: theta**2*t**2 + sigma**2*(1 - t)**2
    yield zero((compared.gts - compared.lts).subs({err_gd: error(p), err_sam: error(q)}) - (error(p) - error(q)),
               "what is compared are the errors at both powers")
    yield zero(error(p) - error(q) - 2*(p - q)*(theta**2 + sigma**2)*gap, "the difference of errors is a multiple of the gap")
    yield nonnegative((p - a*p)*(q + 1), "one more step lowers a filter's power", given=(a <= 1,))


@ahead.enclosure
def errors(lab):
    """The mean squared error of both methods over noise +-sigma."""
    mean = lambda radius: sum((fitted(lab, radius, lab.theta + sign*lab.sigma) - lab.theta)**2 for sign in (1, -1))/2
    return {err_gd: mean(0*lab.rho), err_sam: mean(lab.rho)}


half, tenth = Rational(1, 2), Rational(1, 10)
ahead.case("strong signal, slow mode", d=1, eta=tenth, rho=half, theta=3, sigma=1, k=Each(range(1, 31)))
ahead.case("weak signal", d=Rational(5, 2), eta=Rational(1, 5), rho=Rational(1, 5), theta=1, sigma=2, k=Each(range(1, 4)))
ahead.case("stiff mode", d=3, eta=Rational(1, 7), rho=Rational(1, 3), theta=Rational(7, 2), sigma=half, k=Each(range(1, 6)))
ahead.case("small units", d=Rational(1, 50), eta=10, rho=7, theta=Rational(1, 3), sigma=Rational(1, 4), k=Each(range(1, 9)))
orders.case("without ascent both agree", d=2, eta=Rational(1, 3), rho=0*half, theta=3, sigma=half, k=Each((1, 2, 5)))
orders.case("slow mode", d=1, eta=tenth, rho=half, theta=3, sigma=1, k=Each((1, 4, 19)))
orders.case("SAM interpolates at once", d=1, eta=half, rho=1, theta=2, sigma=Rational(1, 3), k=Each((1, 2)))
theorem.outside("overshooting ascent", breaks=eta*d*(1 + rho*d) <= 1,
                d=1, eta=Rational(4, 5), rho=2, theta=1, sigma=2, k=2)
