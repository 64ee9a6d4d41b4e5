"""How far a walk of n fair signs gets: the constant 2/pi in the complexity of gradient descent's class.

Statement.  For n independent fair signs of size c, as n -> oo

    (E|e_1 + ... + e_n|)^2/n  ->  2 c^2/pi,

less than the mean square c^2.  With `rademacher` the complexity of the maximum norm's unit ball on n sign inputs
in d coordinates is about d sqrt(2/(pi n)), that of the l1 unit ball at most sqrt(2 log(2d)/n): the class that
gradient descent can keep is richer than SGD's by a factor of at least about d/sqrt(pi log(2d)).
"""

from math import comb

from sympy import Eq, Rational, pi, symbols

from theorems import Source, Theorem, cited, zero

walk, h = symbols("walk h", positive=True)                     # measured: (E|e_1 + ... + e_n|)^2/n; 1/n
c = symbols("c", positive=True)

theorem = Theorem("the mean distance of a random walk",
                  source=Source("Wu and Su", arxiv="2305.17490", at="generalisation of stable minima, re-derived"))


@theorem.data
def size(case):
    return {c: case.size}


limit = theorem.claim(
    "the squared mean distance over the number of signs",
    Eq(walk, 2*c**2/pi),
    false={
        "the mean square": Eq(walk, c**2),
        "the mean, not squared": Eq(walk**2, 2*c**2/pi),
    },
)


@limit.proof
def by_the_central_binomial(claimed):
    """E|S_n|/n = c binomial(n - 1, K)/2^(n - 1), K = floor((n - 1)/2) (`rademacher`); for n = 2m that is c binomial(2m, m)/4^m."""
    m, centre = symbols("m centre", positive=True)
    yield cited("Wallis: m (binomial(2m, m)/4^m)^2 -> 1/pi; odd n lie between, as E|S_n| does not fall")
    value = (2*m*c*centre)**2/(2*m)
    yield zero((claimed.lhs - claimed.rhs).subs(walk, value).subs(centre, 1/(pi*m)**Rational(1, 2)),
               "(E|S_n|)^2/n at binomial(2m, m)/4^m = 1/sqrt(pi m)")


@limit.observation(small=h, order=1, first=Rational(1, 16))
def over_all_patterns(lab, h):
    """The mean of |sum| over all 2^n patterns of signs, n = 1/h, those with k minus signs counted together."""
    n = int(1/h)
    total = sum(comb(n, k)*abs((n - k)*lab.size - k*lab.size) for k in range(n + 1))
    return (total*(1 + 0*h)/2**n)**2*h


limit.case("signs", size=1)
limit.case("signs of half the size", size=Rational(1, 2))
limit.case("larger", size=3)
