"""SAM on quadratics: every tail of the gradient enters a ball of its own and stays there.

Setting.  y = Ax/rho in the eigenbasis of A, eigenvalues l1 >= l2 >= ..., eta l1 <= 1.  The tail from
mode j on is (y_j, y_j+1, ...) with length r <= N = |y|; t = eta l_j^2 is its ball's radius.

Statement.  If r <= t then r+ <= t.  If r > t then r+ <= r max(1 - eta l_min, eta l_j), written
r+ <= q r for every q that is at least both.  Where q < 1 the tail shrinks until it is in its ball; for
eta l1 = 1 and j = 1 the first step outside that does not shrink r by 1 - eta l_min ends in the ball.
"""

from sympy import Le, Rational, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, nonnegative

after = symbols("after", nonnegative=True)                     # measured: r one step later
t, r, least, a = symbols("t r least a", positive=True)         # ball's radius, tail; eta l_min and eta l_j
q = symbols("q", nonnegative=True)
N, b, e = symbols("N b e", positive=True)                      # |y|; eta l_i and eta l_i^2 of a mode i >= j

theorem = Theorem("SAM on quadratics: tails enter their balls",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, new proof"),
                  assumes=(a <= 1, least <= a, q >= 1 - least, q >= a))


@theorem.data
def scaled(case):
    """The tail from mode `case.mode` on; q is the least that is allowed."""
    tail, l_j, l_min = case.steep[case.mode:], case.spectrum[case.mode], case.spectrum[-1]
    return {t: case.eta*l_j**2, r: sqrt(sum(y**2 for y in tail)), least: case.eta*l_min, a: case.eta*l_j,
            q: max(1 - case.eta*l_min, case.eta*l_j)}


def tail_after(lab):
    """One step of SAM from x = rho A^-1 y; the length of the tail of Ax/rho."""
    slope = lambda *x: tuple(k*p for k, p in zip(lab.spectrum, x))
    start = tuple(lab.rho*y/k for k, y in zip(lab.spectrum, lab.steep))
    moved = lab.iterate(sam(slope, lab.eta, lab.rho), start, 1)
    return sqrt(sum(g**2 for g in slope(*moved)[lab.mode:]))/lab.rho


def factors(least_factor, most):
    """The factor 1 - b - e/N of every mode of the tail lies between these two."""
    known = (b <= a, b >= least, e <= t, N >= r)
    yield nonnegative(1 - b - e/N - least_factor, "no factor is below that of mode j at N = r", known)
    yield nonnegative(most - (1 - b - e/N), "nor above 1 - eta l_min", known)


stays = theorem.claim(
    "a tail stays in its ball",
    (Le(after, t),),
    false={
        "it also shrinks": (Le(after, t*(1 - least)),),
        "half the ball": (Le(after, t/2),),
    },
)


@stays.proof(scope="every spectrum and dimension")
def by_extreme_factors(claimed):
    """r+ is at most r times the largest |factor|: (1 - least) r, or t - (1 - a) r."""
    yield from factors(1 - a - t/r, 1 - least)
    yield nonnegative(claimed.rhs - r*(1 - least), "the first is at most t", (r <= t,))
    yield nonnegative(claimed.rhs - (t - (1 - a)*r), "and so is the second", (r <= t,))


stays.enclosure(lambda lab: tail_after(lab))


shrinks = theorem.claim(
    "outside its ball a tail shrinks",
    (Le(after, q*r),),
    false={
        "by the square": (Le(after, q**2*r),),
        "by the mode's own descent": (Le(after, (1 - a)*r),),
    },
)


@shrinks.proof(scope="every spectrum and dimension")
def by_extreme_factors_outside(claimed):
    """As for `stays`; where a = 1 the second bound is t, so that step ends in the ball."""
    yield from factors(1 - a - t/r, 1 - least)
    yield nonnegative(claimed.rhs - r*(1 - least), "the first bound", (r > t,))
    yield nonnegative(claimed.rhs - (t - (1 - a)*r), "the second bound", (r > t,))


shrinks.enclosure(lambda lab: tail_after(lab))

half, third = Rational(1, 2), Rational(1, 3)
stays.case("s = 1, top mode", spectrum=(4,), steep=(third,), mode=0, eta=Rational(1, 4), rho=half)
stays.case("whole gradient", spectrum=(3, 1), steep=(Rational(6, 5), half), mode=0, eta=Rational(1, 5), rho=third)
stays.case("second tail", spectrum=(3, 2, 1), steep=(1, Rational(3, 5), Rational(1, 5)), mode=1, eta=third, rho=half)
shrinks.case("flat mode alone", spectrum=(2, third), steep=(0*half, 40*third), mode=1, eta=half, rho=third)
shrinks.case("small gradient", spectrum=(2, Rational(1, 30)), steep=(0*half, half), mode=1, eta=half, rho=third)
shrinks.case("two modes", spectrum=(2, 1), steep=(2, 3*half), mode=0, eta=Rational(1, 4), rho=half)
shrinks.case("just outside", spectrum=(9, 1), steep=(Rational(82, 10), half), mode=0, eta=Rational(1, 10), rho=half)
