"""SAM on quadratics inside the limit sphere: the top component grows, and longer steps return.

Setting as in `lyapunov`: y = Ax/rho, N = |y|, s = eta l1, c = eta l1^2, R = c/(2 - s), 0 < s < 2.

Statement.  From N <= R:  N+ <= c - (1 - s) N, and |y_top| is multiplied by c/N - 1 + s >= 1.
Over two steps it is multiplied by at least 1 + s (c/N - 2 + s) >= 1.  For s >= 1 the first bound is at
most R: the orbit stays inside.  For s <= 1, N++ <= R whenever N+ > R (`lyapunov`).  So |y_top| never
falls along the times with N <= R, whose gaps are 1 or 2, and is at most R there: its growth factors
tend to 1, so N tends to R.
"""

from sympy import Eq, Ge, Le, Rational, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, nonnegative, zero

after, once, twice = symbols("after once twice", nonnegative=True)     # measured: N+; factors of |y_top|
s, c, N = symbols("s c N", positive=True)
u, r = symbols("u r", nonnegative=True)                        # a ratio l_j/l1; N after one step

theorem = Theorem("SAM on quadratics: growth of the top component",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, new proof"),
                  assumes=(s < 2, N <= c/(2 - s)))


@theorem.data
def scaled(case):
    """In the eigenbasis, first eigenvalue largest."""
    return {s: case.eta*case.spectrum[0], c: case.eta*case.spectrum[0]**2, N: sqrt(sum(y**2 for y in case.steep))}


def run(lab, count):
    """y after `count` steps of SAM from x = rho A^-1 y."""
    slope = lambda *x: tuple(k*p for k, p in zip(lab.spectrum, x))
    start = tuple(lab.rho*y/k for k, y in zip(lab.spectrum, lab.steep))
    moved = lab.iterate(sam(slope, lab.eta, lab.rho), start, count)
    return [g/lab.rho for g in slope(*moved)]


step = theorem.claim(
    "one step from inside: length, and growth of the top component",
    (Le(after, c - (1 - s)*N), Eq(once, c/N - 1 + s)),
    false={
        "inside again": (Le(after, c/(2 - s)), Eq(once, c/N - 1 + s)),
        "the top component keeps its size": (Le(after, c - (1 - s)*N), Eq(once, 1 + 0*s)),
        "growth without the descent": (Le(after, c - (1 - s)*N), Eq(once, c/N - 1)),
    },
)


@step.proof(scope="every spectrum and dimension, 0 < s < 2")
def by_comparing_factors(bounded, grows):
    """m(u) = 1 - s u - c u^2/N is at least m(1), and at most -m(1) as N <= R."""
    m = lambda u: 1 - s*u - c*u**2/N
    yield nonnegative(m(u) - m(1), "no factor is below the top one", (u <= 1,))
    yield nonnegative(-m(1) - 1, "which is at most -1")
    yield nonnegative(1 - m(u), "and no factor exceeds 1")
    yield nonnegative(c/(2 - s) - bounded.rhs, "for s >= 1 the orbit stays inside", (s >= 1,))
    yield zero(bounded.rhs + m(1)*N, "so N+ <= -m(1) N, with equality on the top mode alone")
    yield zero(grows.rhs + m(1), "the top component's factor")


@step.enclosure
def after_one(lab):
    y = run(lab, 1)
    return {after: sqrt(sum(g**2 for g in y)), once: abs(y[0]/lab.steep[0])}


pair = theorem.claim(
    "two steps never lower the top component",
    Ge(twice, 1 + s*(c/N - 2 + s)),
    false={
        "the square of one step": Ge(twice, (c/N - 1 + s)**2),
        "no loss from the long step": Ge(twice, 1 + s*(c/N - 1)),
    },
)


@pair.proof(scope="every spectrum and dimension, 0 < s < 2")
def by_the_longest_step(claimed):
    """The second factor c/N+ - 1 + s falls with N+ = r, which is at most c - (1 - s) N (`step`)."""
    longest = c - (1 - s)*N
    both = lambda r: (c/N - 1 + s)*(c/r - 1 + s)
    yield nonnegative(c/longest - 1 + s, "the second factor is not negative either")
    yield nonnegative(both(r) - both(longest), "the longest first step is the worst", (r > 0, r <= longest))
    yield zero(both(longest) - claimed.rhs, "and leaves this factor")
    yield nonnegative(claimed.rhs - 1, "which is at least 1")


@pair.enclosure
def after_two(lab):
    return abs(run(lab, 2)[0]/lab.steep[0])


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("on the top mode", spectrum=(2, 1), steep=(half, 0*half), eta=Rational(1, 4), rho=third)
theorem.case("on the sphere", spectrum=(7, 3), steep=(49/(11*(2 - Rational(7, 11))), 0*half), eta=Rational(1, 11), rho=half)
theorem.case("small curvature", spectrum=(half,), steep=(Rational(1, 20),), eta=1, rho=half)
theorem.case("two modes", spectrum=(3, 2), steep=(Rational(3, 10), Rational(2, 5)), eta=Rational(1, 5), rho=2*third)
theorem.case("s = 1", spectrum=(4, 1), steep=(Rational(7, 3), half), eta=Rational(1, 4), rho=third)
theorem.case("s = 9/5, top mode alone", spectrum=(9,), steep=(32,), eta=Rational(1, 5), rho=third)
theorem.case("s = 9/5", spectrum=(9, 2), steep=(Rational(5, 2), 6), eta=Rational(1, 5), rho=third)
theorem.outside("start outside", breaks=N <= c/(2 - s), spectrum=(4, 2), steep=(Rational(1, 10), 3), eta=Rational(1, 8), rho=half)
