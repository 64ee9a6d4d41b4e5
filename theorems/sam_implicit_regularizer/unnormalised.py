"""SAM without normalising the ascent: below its edge of stability it settles at the minimiser, on no orbit of period two.

Setting.  L = x'Ax/2 and steps x - eta g(x + rho g(x)), g = Ax.

Statement.  The mode of eigenvalue l is multiplied by 1 - eta l (1 + rho l) in every step, wherever x is.  It
dies out exactly if eta l (1 + rho l) < 2, l > 0: then x tends to a minimiser, along the flattest modes
last.  The normalised ascent instead keeps x at the distance eta rho l1/(2 - eta l1) (`alignment`), which is
what makes SAM feel the largest eigenvalue.
"""

from sympy import Eq, Equivalent, Lt, Rational, symbols

from numerics.steps import unnormalised_sam
from theorems import Source, Theorem, positive, zero

factor = symbols("factor", real=True)                          # measured: of one mode, in one step
l, eta, rho, X, Y, other = symbols("l eta rho X Y other", positive=True)

theorem = Theorem("SAM with an ascent that is not normalised",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, role of the normalisation"))


@theorem.data
def mode(case):
    return {l: case.spectrum[case.mode], eta: case.eta, rho: case.rho}


def slope(spectrum):
    return lambda *x: tuple(k*c for k, c in zip(spectrum, x))


def ratio(lab):
    moved = lab.iterate(unnormalised_sam(slope(lab.spectrum), lab.eta, lab.rho), lab.start, 1)
    return moved[lab.mode]/lab.start[lab.mode]


one_step = theorem.claim(
    "factor of one mode in one step",
    Eq(factor, 1 - eta*l*(1 + rho*l)),
    false={
        "gradient descent": Eq(factor, 1 - eta*l + 0*rho),
        "the ascent's sign turned": Eq(factor, 1 - eta*l*(1 - rho*l)),
        "two steps of descent": Eq(factor, (1 - eta*l)*(1 - rho*l)),
    },
)


@one_step.proof
def by_the_step_on_symbols(claimed):
    """One step moves each mode by itself, by a factor that its start divides out of."""
    moved = unnormalised_sam(slope((l, other)), eta, rho)((X, Y))[0]
    yield zero(moved - X*claimed.rhs, "one step, whatever the other modes are")


one_step.enclosure(lambda lab: ratio(lab))

dies = theorem.claim(
    "which modes die out",
    Equivalent(Lt(factor**2, 1), Lt(eta*l*(1 + rho*l), 2)),
    false={
        "as for gradient descent": Equivalent(Lt(factor**2, 1), Lt(eta*l, 2)),
        "never, as for the normalised ascent": Equivalent(Lt(factor**2, 1), Lt(rho*l, 0)),
    },
)


@dies.proof
def by_the_factor(claimed):
    """1 - factor^2 is the product of the region's gap and a positive number."""
    inside, region = sorted(claimed.args, key=lambda one: not one.has(factor))
    gap = (inside.gts - inside.lts).subs(factor, unnormalised_sam(slope((l, other)), eta, rho)((X, Y))[0]/X)
    yield zero(gap - (region.gts - region.lts)*eta*l*(1 + rho*l), "both have one sign")
    yield positive(eta*l*(1 + rho*l), "the quotient")


dies.enclosure(lambda lab: ratio(lab))

half, third = Rational(1, 2), Rational(1, 3)
theorem.case("settles", spectrum=(3, 1), start=(1, 2), mode=0, eta=Rational(1, 4), rho=third)
theorem.case("diverges by the ascent", spectrum=(half, 4), start=(third, 5), mode=1, eta=Rational(2, 5), rho=half)
theorem.case("just below the border", spectrum=(2, 1), start=(1, 1), mode=0, eta=half, rho=Rational(499, 1000))
theorem.case("just above it", spectrum=(2, 1), start=(1, 1), mode=0, eta=half, rho=Rational(501, 1000))
theorem.case("flat mode", spectrum=(2, third), start=(1, 7), mode=1, eta=5*half, rho=2)
