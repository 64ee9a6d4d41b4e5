"""The starts on a quadratic from which SAM does not settle on the top eigenvector.

Setting.  L = x'Ax/2, N = |Ax|, s = eta l1 < 2; the top component of x is not 0.

Statement.  One step makes the top component 0 exactly if s < 1 and N = rho eta l1^2/(1 - s), written
(1 - s) N = rho eta l1^2.  The map x -> x+ on the range of A has the Jacobian determinant
(1/N^2) sum_j (1 - eta l_j) g_j^2 prod_{i != j} m_i with m_i = 1 - eta l_i - eta rho l_i^2/N.  For s < 1 it
is analytic for x != 0 and tends to a positive number at infinity, so it vanishes on a null set only,
preimages of null sets are null, and so is the set of all exceptional starts.  For s >= 1 the top
component is never lost.  What one step removes is shown here, the determinant in `jacobian`, written out for rank 3.
"""

from sympy import Eq, Equivalent, Rational, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, positive, zero

top = symbols("top", real=True)                                # measured: the top component after one step
l1, N, eta, rho = symbols("l1 N eta rho", positive=True)

theorem = Theorem("exceptional starts of SAM on quadratics",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, made explicit"),
                  assumes=(eta*l1 < 2,))


@theorem.data
def start(case):
    steep = [k*x for k, x in zip(case.spectrum, case.start)]
    return {l1: case.spectrum[0], N: sqrt(sum(y**2 for y in steep)), eta: case.eta, rho: case.rho}


def slope(spectrum):
    return lambda *x: tuple(k*c for k, c in zip(spectrum, x))


lost = theorem.claim(
    "when one step removes the top component",
    Equivalent(Eq(top, 0), Eq((1 - eta*l1)*N, rho*eta*l1**2)),
    false={
        "never": Equivalent(Eq(top, 0), Eq(N, 0)),
        "on the sphere of the orbit": Equivalent(Eq(top, 0), Eq((2 - eta*l1)*N, rho*eta*l1**2)),
        "whatever the step size": Equivalent(Eq(top, 0), Eq(N, rho*eta*l1**2)),
    },
)


@lost.proof
def by_the_factor(claimed):
    """The top component is multiplied by 1 - s - eta rho l1^2/N, and was not 0."""
    vanishes, place = sorted(claimed.args, key=lambda one: not one.has(top))
    factor = 1 - eta*l1 - eta*rho*l1**2/N
    yield zero((vanishes.lhs - vanishes.rhs).subs(top, factor)*N - (place.lhs - place.rhs), "both vanish together, as N > 0")
    yield positive(-factor, "for s >= 1 neither does", (eta*l1 >= 1,))


@lost.enclosure
def after_one(lab):
    return lab.iterate(sam(slope(lab.spectrum), lab.eta, lab.rho), lab.start, 1)[0]


half, third = Rational(1, 2), Rational(1, 3)
lost.case("on the ellipsoid", spectrum=(3, 2), start=(half, 1), eta=Rational(1, 6), rho=Rational(5, 6))
lost.case("just off it", spectrum=(3, 2), start=(half, 1), eta=Rational(1, 6), rho=Rational(51, 60))
lost.case("on the orbit", spectrum=(2,), start=(third,), eta=half, rho=third)
lost.case("beyond one", spectrum=(3, 1), start=(half, 2), eta=half, rho=third)
lost.case("another scale", spectrum=(half,), start=(2,), eta=half, rho=6)
lost.case("on the sphere of the orbit", spectrum=(half,), start=(Rational(1, 7),), eta=half, rho=1)
