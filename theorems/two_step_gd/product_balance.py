"""Gradient descent on a loss l(xy): imbalance, and why every 2-cycle is balanced.

Statement.  Let l be differentiable, q = xy, g = l'(q), step size eta.

identities  One step multiplies x - y by 1 + eta g, x + y by 1 - eta g, and the imbalance x^2 - y^2
            by 1 - eta^2 g^2: the drift to balance is of second order in the oscillation.
shrinking   While x^2 - y^2 and g differ from 0, |x^2 - y^2| does not grow exactly if
            eta^2 g^2 <= 2.
            With |eta g| <= 1 it keeps its sign, too.
no cycle    So whatever l and eta are, a 2-cycle satisfies x = y or x = -y at both points: twice in
            a row the factors 1 + eta g multiply to 1 and the factors 1 - eta g too, which leaves
            g = 0, a fixed point.  So an orbit that settles on a 2-cycle ends balanced.
"""

from sympy import Eq, Equivalent, Integer, Le, Ne, Rational, diff, exp, log, symbols

from numerics.losses import X
from numerics.polynomial_maps import common_zeros
from numerics.steps import descent
from theorems import Source, Theorem, positive, zero

difference, total, gap = symbols("difference total gap", real=True)      # measured after a step: x - y, x + y, x^2 - y^2
unbalanced = symbols("unbalanced")                                       # measured: points of period two with x^2 != y^2
x, y, g = symbols("x y g", real=True)
eta = symbols("eta", positive=True)
a, b = symbols("a b", real=True)

theorem = Theorem(
    "balancing by gradient descent on a function of a product",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="section 5 of the ICLR 2023 submission, made general"),
    assumes=(Ne(x**2, y**2), Ne(g, 0)),
)


@theorem.data
def slope_at_the_start(case):
    """g = l'(xy), with l given as an expression in X."""
    return {x: case.x, y: case.y, eta: case.eta, g: diff(case.loss, X).subs(X, case.x*case.y)}


def gradient_of(loss):
    """Of l(xy), from l."""
    slope = diff(loss, X)
    return lambda x, y: (slope.subs(X, x*y)*y, slope.subs(X, x*y)*x)


identities = theorem.claim(
    "difference, sum and imbalance after one step",
    (Eq(difference, (1 + eta*g)*(x - y)), Eq(total, (1 - eta*g)*(x + y)), Eq(gap, (1 - eta**2*g**2)*(x**2 - y**2))),
    false={
        "factors exchanged": (Eq(difference, (1 - eta*g)*(x - y)), Eq(total, (1 + eta*g)*(x + y)),
                              Eq(gap, (1 - eta**2*g**2)*(x**2 - y**2))),
        "imbalance conserved, as by gradient flow": (Eq(difference, (1 + eta*g)*(x - y)), Eq(total, (1 - eta*g)*(x + y)),
                                                     Eq(gap, x**2 - y**2)),
        "drift of first order": (Eq(difference, (1 + eta*g)*(x - y)), Eq(total, (1 - eta*g)*(x + y)),
                                 Eq(gap, (1 - eta*g)*(x**2 - y**2))),
    },
)


@identities.proof(scope="every differentiable l and every step size")
def by_one_step_on_symbols(differs, adds, balances):
    """One step, run on symbols; g stands for l'(xy), the only thing that a step takes from the loss."""
    X1, Y1 = descent(lambda x, y: (g*y, g*x), eta)((x, y))
    yield zero(X1 - Y1 - differs.rhs, "the difference")
    yield zero(X1 + Y1 - adds.rhs, "the sum")
    yield zero(X1**2 - Y1**2 - balances.rhs, "the imbalance is their product")


@identities.enclosure
def after_one_step(lab):
    moved = lab.iterate(descent(gradient_of(lab.loss), lab.eta), (lab.x, lab.y), 1)
    return {difference: moved[0] - moved[1], total: moved[0] + moved[1], gap: moved[0]**2 - moved[1]**2}


shrinking = theorem.claim(
    "the imbalance does not grow exactly while eta^2 g^2 is at most 2",
    Equivalent(Le(gap**2, (x**2 - y**2)**2), Le(eta**2*g**2, 2)),
    false={
        "at most 1": Equivalent(Le(gap**2, (x**2 - y**2)**2), Le(eta**2*g**2, 1)),
        "at most 4": Equivalent(Le(gap**2, (x**2 - y**2)**2), Le(eta**2*g**2, 4)),
        "always": Equivalent(Le(gap**2, (x**2 - y**2)**2), Le(0, eta**2*g**2)),
    },
)


@shrinking.proof(scope="every differentiable l and every step size")
def by_a_difference_of_squares(claimed):
    """Growth of the square is eta^2 g^2 (x^2 - y^2)^2 times eta^2 g^2 - 2."""
    shrunk, region = sorted(claimed.args, key=lambda one: one.has(g))
    moved = descent(lambda x, y: (g*y, g*x), eta)((x, y))
    loss = (shrunk.gts - shrunk.lts).subs(gap, moved[0]**2 - moved[1]**2)
    yield zero(loss - eta**2*g**2*(x**2 - y**2)**2*(region.gts - region.lts), "a multiple of the gap in the region")
    yield positive(eta**2*g**2*(x**2 - y**2)**2, "a positive one")


@shrinking.enclosure
def squared_imbalance(lab):
    moved = lab.iterate(descent(gradient_of(lab.loss), lab.eta), (lab.x, lab.y), 1)
    return moved[0]**2 - moved[1]**2


axes = theorem.claim(
    "no point of period two has x^2 != y^2",
    Eq(unbalanced, 0),
    false={"one unbalanced cycle and its mirror images": Eq(unbalanced, 8), "one unbalanced cycle": Eq(unbalanced, 2)},
)


@axes.proof(scope="every differentiable l and every step size")
def by_the_products_round_a_cycle(counts):
    """a and b stand for eta g at the two points of a 2-cycle with x^2 != y^2 at one of them.

    Then no factor 1 +- a vanishes, for the difference or the sum would stay 0 and not return; so
    the products of the factors round the cycle are 1, and a = b = 0: both points are fixed.
    """
    X1, Y1 = descent(lambda x, y: (g*y, g*x), eta)((x, y))
    yield zero(X1 - Y1 - (1 + eta*g)*(x - y), "the difference is multiplied by 1 + a")
    yield zero(X1 + Y1 - (1 - eta*g)*(x + y), "the sum by 1 - a")
    forth, back = (1 + a)*(1 + b) - 1, (1 - a)*(1 - b) - 1
    yield zero(forth - back - 2*(a + b), "both vanish, so a + b = 0")
    yield zero(forth + back - 2*a*b, "and a b = 0")
    yield zero(a*(a + b) - a*b - a**2, "so a = b = 0: no such cycle")
    yield zero(counts.lhs.subs(unbalanced, 0) - counts.rhs, "that is the claimed number")


@axes.enclosure
def complex_points_of_period_two(lab):
    """Common zeros of two steps minus the identity, off the fixed points l'(xy) = 0 and off x^2 = y^2."""
    twice = lab.iterate(descent(gradient_of(lab.loss), lab.eta), (x, y), 2)
    fixed = diff(lab.loss, X).subs(X, x*y)
    return common_zeros([twice[0] - x, twice[1] - y], (x, y), avoiding=fixed*(x**2 - y**2))


half, fifth = Rational(1, 2), Rational(1, 5)
square, quartic, logistic = (X - 1)**2/2, (X**2 - 1)**2/4, log(1 + exp(X)) - 3*X/4
identities.case("squared loss", loss=square, x=3, y=half, eta=fifth)
identities.case("quartic loss", loss=quartic, x=-half, y=3, eta=Rational(1, 7))
identities.case("logistic loss at a zero margin", loss=logistic, x=Integer(0), y=Rational(2, 3), eta=3)
shrinking.case("small step", loss=square, x=3, y=half, eta=fifth)
shrinking.case("just below the bound", loss=square, x=3, y=half, eta=Rational(282, 100))
shrinking.case("just above the bound", loss=square, x=3, y=half, eta=Rational(283, 100))
shrinking.case("large step", loss=quartic, x=2, y=1, eta=1)
shrinking.case("between 1 and 2", loss=quartic, x=half, y=1, eta=Rational(16, 5))
axes.case("squared loss beyond the edge", loss=square, x=2, y=1, eta=Rational(6, 5))
axes.case("squared loss, far beyond", loss=square, x=2, y=1, eta=4)
axes.case("loss with a cubic term", loss=square + (X - 1)**3/3, x=2, y=1, eta=Rational(3, 2))
