"""A small ascent radius lowers the best error where the signal-to-noise ratio grows fast enough.

Statement.  Gradient flow of a linear model, filters t_i = exp(-tau d_i (1 + rho d_i)), n modes
with different d_i > 0, signal theta_i^2 = sigma^2 (exp(m_i d_i) - 1), so that m_i is the ideal
stopping time of mode i under gradient descent.  If m_i/(1 + rho d_i) does not decrease as d_i
grows, the best error over all stopping times is strictly smaller for SAM with radius rho > 0:

    min_tau error(rho) < min_tau error(0).

It is a sufficient condition: m increasing alone is not enough, and the signal-to-noise ratio
growing with d is not enough either (companion `stopping_hurts`).  Shown for every n.
"""

from sympy import Lt, Rational, diff, exp, symbols

from numerics.filters import best_flow_error
from theorems import Source, Theorem, cited, nonnegative, positive, zero

best_sam, best_gd = symbols("best_sam best_gd", positive=True)         # measured: least error over all times
least_rise = symbols("least_rise", real=True)                  # least increase of m_i/(1 + rho d_i) between neighbours
rho = symbols("rho", positive=True)
d, m, tau, s2, x, y = symbols("d m tau s2 x y", positive=True)
r = symbols("r", nonnegative=True)                             # a radius between 0 and rho

theorem = Theorem("SAM wins at its best stopping time: a sufficient condition",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="early stopping, criterion derived here"),
                  assumes=(least_rise >= 0,))


@theorem.data
def rise(case):
    ratios = [m/(1 + case.radius*d) for d, m in zip(case.spectrum, case.ideal)]
    return {rho: case.radius, least_rise: min(b - a for a, b in zip(ratios, ratios[1:]))}


smaller = theorem.claim(
    "optimally stopped SAM has the smaller error",
    Lt(best_sam, best_gd),
    false={
        "the larger error": Lt(best_gd, best_sam),
        "smaller by the factor 1/(1 + rho)": Lt(best_sam, best_gd/(1 + rho)),
    },
)


@smaller.proof
def by_the_envelope_theorem(claimed):
    """At a best time the tau-derivative sum a_i t_i g_i vanishes, a = d (1 + r d), g as below.

    As d^2 = phi a with phi = d/(1 + r d) increasing, the r-derivative is -2 tau/n times
    sum (phi_i - phi_c) a_i t_i g_i, where c separates the negative g from the others: each term is
    nonnegative and not all vanish.  If m/(1 + rho d) does not decrease, m/(1 + r d) increases for r < rho.
    """
    yield from derivatives()
    yield nonnegative(x*y, "factors of one sign: after the change of sign", given=(x >= 0, y >= 0))
    shrink = (1 + rho*d)/(1 + r*d)
    yield zero(diff(shrink, d) - (rho - r)/(1 + r*d)**2, "the ratio gains a factor that increases in d")
    yield positive((rho - r)/(1 + r*d)**2, "strictly, below rho", given=(rho > r,))
    yield cited("envelope theorem (Danskin): one-sided derivatives of the least value are those at the best times")
    yield positive(claimed.gts - claimed.lts, "a decreasing best error gives the claim", given=(best_gd > best_sam,))


def derivatives():
    """The error's derivatives in time and radius, and the sign of g."""
    t, h = exp(-tau*d*(1 + r*d)), s2*(exp(m*d) - 1)
    error = h*t**2 + s2*(1 - t)**2
    g = (h + s2)*t - s2
    yield zero(diff(error, tau) + 2*d*(1 + r*d)*t*g, "tau-derivative of one mode's error")
    yield zero(diff(error, r) + 2*tau*d**2*t*g, "radius-derivative of one mode's error")
    yield zero(d**2 - d/(1 + r*d)*d*(1 + r*d), "d^2 = phi a")
    yield zero(diff(d/(1 + r*d), d) - 1/(1 + r*d)**2, "phi has this derivative")
    yield positive(1/(1 + r*d)**2, "so phi increases")
    yield zero(g - s2*(exp(d*(1 + r*d)*(m/(1 + r*d) - tau)) - 1), "g has the sign of m/(1 + r d) - tau")


@smaller.enclosure
def best_errors(lab):
    return least_errors(lab)


def least_errors(lab):
    """The flow's least error over all stopping times, with and without ascent, enclosed."""
    signal = [lab.noise*(exp(m*d) - 1) for d, m in zip(lab.spectrum, lab.ideal)]
    return {best_sam: best_flow_error(lab.spectrum, signal, lab.noise, lab.radius),
            best_gd: best_flow_error(lab.spectrum, signal, lab.noise, 0)}


half, tenth = Rational(1, 2), Rational(1, 10)
theorem.case("SAM attains the oracle", spectrum=(half, Rational(1), Rational(2)), radius=half, noise=Rational(1),
             ideal=(Rational(5, 4), Rational(3, 2), Rational(2)))
theorem.case("steep", spectrum=(tenth, Rational(1), Rational(3, 2), Rational(2)), radius=Rational(1, 3),
             noise=Rational(1, 4), ideal=(half, Rational(1), Rational(2), Rational(3)))
theorem.case("two modes", spectrum=(Rational(1), Rational(2)), radius=tenth, noise=Rational(2),
             ideal=(Rational(1), Rational(12, 10)))
theorem.outside("rising too slowly for the radius", breaks=least_rise >= 0, spectrum=(Rational(1), Rational(2)),
                radius=Rational(1), noise=Rational(1), ideal=(Rational(1), Rational(11, 10)))
