"""SAM on quadratics with eta l1 >= 2 diverges, at least linearly.

Statement.  L = x'Ax/2, y = Ax/rho, s = eta l1 >= 2, c = eta l1^2, N0 = |y_0| and y_top,0 != 0.  Then

    |y_top,k|/|y_top,0| >= 1 + c k/N0          for every number of steps k,

with equality at s = 2 where only the top mode is present.  At s = 2 itself gradient descent stays
bounded; SAM does not.  For s < 2 the orbit settles (`alignment`).
"""

from sympy import Ge, Rational, sqrt, symbols

from numerics.steps import sam
from theorems import Each, Source, Theorem, nonnegative, zero

grown = symbols("grown", nonnegative=True)                     # measured: |y_top,k|/|y_top,0|
s, c, N0 = symbols("s c N0", positive=True)
k = symbols("k", integer=True, nonnegative=True)
u, N, G = symbols("u N G", positive=True)                      # a ratio l_j/l1; N and the growth after k steps

theorem = Theorem("SAM on quadratics diverges from step size 2 over the sharpness on",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, complement"),
                  assumes=(s >= 2,))


@theorem.data
def scaled(case):
    return {s: case.eta*case.spectrum[0], c: case.eta*case.spectrum[0]**2, k: case.time,
            N0: sqrt(sum(y**2 for y in case.steep))}


diverges = theorem.claim(
    "the top component grows at least linearly",
    Ge(grown, 1 + c*k/N0),
    false={
        "geometric growth": Ge(grown, (1 + c/N0)**k + 0*s),
        "growth at twice the speed": Ge(grown, 1 + 2*c*k/N0),
    },
)


@diverges.proof(scope="every spectrum and dimension, every k")
def by_induction(claimed):
    """As no |m_j| exceeds |m_1| = s - 1 + c/N, the growth G of |y_top| is at least N/N0 at every time."""
    m = lambda u: 1 - s*u - c*u**2/N
    yield nonnegative(m(u) - m(1), "no factor is below the top one", (u <= 1,))
    yield nonnegative(-m(1) - m(u), "nor above its negative", (u <= 1,))
    yield zero(claimed.rhs.subs(k, 0) - 1, "the growth after 0 steps")
    more = claimed.rhs.subs(k, k + 1) - claimed.rhs
    yield nonnegative(-m(1)*G - G - more, "one more step adds at least c/N0", (G >= N/N0,))
    tight = (-m(1)*G - G - more).subs(s, 2).subs(N, G*N0)
    yield zero(tight, "exactly that at s = 2 on the top mode alone, where G = N/N0")


@diverges.enclosure
def growth(lab):
    """k steps of SAM from x = rho A^-1 y."""
    slope = lambda *x: tuple(l*p for l, p in zip(lab.spectrum, x))
    start = tuple(lab.rho*y/l for l, y in zip(lab.spectrum, lab.steep))
    return abs(lab.iterate(sam(slope, lab.eta, lab.rho), start, lab.time)[0]/start[0])


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("top mode alone at the limit", spectrum=(4,), steep=(third,), eta=half, rho=half, time=Each((1, 2, 5)))
theorem.case("small gradient", spectrum=(third,), steep=(Rational(1, 100),), eta=6, rho=half, time=Each((1, 3)))
theorem.case("large gradient", spectrum=(4,), steep=(50,), eta=half, rho=half, time=Each((1, 4)))
theorem.case("two modes", spectrum=(5, 2), steep=(3, 4), eta=half, rho=third, time=Each((1, 2)))
theorem.outside("below the limit", breaks=s >= 2, spectrum=(3,), steep=(4,), eta=half, rho=third, time=3)
