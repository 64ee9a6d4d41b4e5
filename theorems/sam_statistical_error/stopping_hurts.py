"""Any ascent radius raises the best error where the ideal stopping times do not grow with d.

Statement.  Setting of `stopping_helps`.  If m_i does not increase with d_i (two different d_i
occur), then for every rho > 0

    min_tau error(rho) > min_tau error(0).

A signal-to-noise ratio exp(m d) - 1 that increases with d does not prevent it.  Shown for every n.
"""

from sympy import Gt, Rational, symbols

from theorems import Source, Theorem, cited, nonnegative, positive
from theorems.sam_statistical_error.stopping_helps import best_gd, best_sam, derivatives, least_errors, rho, x, y

largest_rise = symbols("largest_rise", real=True)              # largest increase of m_i between neighbours
d, r = symbols("d", positive=True), symbols("r", nonnegative=True)

theorem = Theorem("SAM loses at its best stopping time: a sufficient condition",
                  source=Source("Behdin and Mazumder", arxiv="2302.11836", at="early stopping, criterion derived here"),
                  assumes=(largest_rise <= 0,))


@theorem.data
def rise(case):
    return {rho: case.radius, largest_rise: max(b - a for a, b in zip(case.ideal, case.ideal[1:]))}


larger = theorem.claim(
    "optimally stopped SAM has the larger error",
    Gt(best_sam, best_gd),
    false={
        "the smaller error": Gt(best_gd, best_sam),
        "larger by the factor 1 + rho": Gt(best_sam, best_gd*(1 + rho)),
    },
)


@larger.proof
def by_the_envelope_theorem(claimed):
    """As in `stopping_helps` with the signs reversed: m/(1 + r d) decreases strictly, so g goes from + to -."""
    yield from derivatives()
    yield nonnegative(-(x*-y), "factors of opposite sign: every term is nonpositive", given=(x >= 0, y >= 0))
    yield positive(1 - (1 + r*d)/(1 + r*(d + x)), "division by 1 + r d makes a constant decrease", given=(r > 0,))
    yield cited("envelope theorem (Danskin): one-sided derivatives of the least value are those at the best times")
    yield positive(claimed.gts - claimed.lts, "an increasing best error gives the claim", given=(best_sam > best_gd,))


@larger.enclosure
def best_errors(lab):
    return least_errors(lab)


half = Rational(1, 2)
theorem.case("equal ideal times", spectrum=(half, Rational(1), Rational(2)), radius=half, noise=Rational(1),
             ideal=(Rational(1), Rational(1), Rational(1)))
theorem.case("growing signal-to-noise ratio", spectrum=(Rational(1), Rational(2)), radius=Rational(1, 10),
             noise=Rational(1, 3), ideal=(Rational(2), Rational(3, 2)))
theorem.case("large radius", spectrum=(Rational(1, 5), Rational(1)), radius=Rational(3), noise=Rational(2),
             ideal=(Rational(3), Rational(1)))
theorem.outside("ideal times that grow", breaks=largest_rise <= 0, spectrum=(half, Rational(1), Rational(2)), radius=half,
                noise=Rational(1), ideal=(Rational(5, 4), Rational(3, 2), Rational(2)))
