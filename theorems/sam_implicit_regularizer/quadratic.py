"""SAM on a quadratic loss: one step mode by mode, and the orbit of period two.

Setting.  L = x'Ax/2 with A symmetric positive semidefinite, eigenvalues l, and Ax != 0.  One step of
SAM with step size eta and radius rho multiplies the component in a mode of A by

    1 - eta l - eta rho l^2/|Ax|,

so a component in the kernel of A never moves.  On the line of an eigenvector with s = eta l < 2 the
points +-a v with a = eta rho l/(2 - s) are exchanged, and there the ascended loss L(x + rho g/|g|) is
2 l rho^2/(2 - s)^2.  Whether the orbit attracts is another matter: `alignment`, `lyapunov`, `cycles`.
"""

from sympy import Eq, Rational, Symbol, solve, sqrt, symbols

from numerics.steps import ascent, sam
from theorems import Source, Theorem, zero

factor, amplitude, height = symbols("factor amplitude height", real=True)  # measured
l = symbols("l", nonnegative=True)
eta, rho, N = symbols("eta rho N", positive=True)              # N = |Ax|
X, Y = symbols("X Y", positive=True)
second = symbols("second", positive=True)                      # another eigenvalue

theorem = Theorem("SAM on quadratics, step by step",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8"),
                  assumes=(eta*l < 2,))


@theorem.data
def modes(case):
    """The mode that is watched, and the length of the gradient."""
    steep = [k*x for k, x in zip(case.spectrum, case.start)]
    return {l: case.spectrum[case.mode], eta: case.eta, rho: case.rho, N: sqrt(sum(g**2 for g in steep))}


def gradient(spectrum):
    """Gradient of the quadratic in the eigenbasis of A."""
    return lambda *x: tuple(k*c for k, c in zip(spectrum, x))


one_step = theorem.claim(
    "factor of one mode in one step",
    Eq(factor, 1 - eta*l - eta*rho*l**2/N),
    false={
        "gradient descent": Eq(factor, 1 - eta*l),
        "ascent not normalised": Eq(factor, 1 - eta*l - eta*rho*l**2),
        "descent and ascent of opposite sign": Eq(factor, 1 - eta*l + eta*rho*l**2/N),
    },
)


@one_step.proof
def by_the_step_on_symbols(claimed):
    """Two modes stand for any number: the others enter through N only."""
    moved = sam(gradient((l, second)), eta, rho)((X, Y))[0]
    yield zero(moved - X*claimed.rhs.subs(N, sqrt(l**2*X**2 + second**2*Y**2)), "one step, other modes within N")


@one_step.enclosure
def ratio(lab):
    """One step of SAM from the start."""
    moved = lab.iterate(sam(gradient(lab.spectrum), lab.eta, lab.rho), lab.start, 1)
    return moved[lab.mode]/lab.start[lab.mode]


half, third = Rational(1, 2), Rational(1, 3)
one_step.case("gradient (3, 4)", spectrum=(3, 2), start=(1, 2), mode=0, eta=Rational(1, 7), rho=third)
one_step.case("kernel", spectrum=(2, 1, 0), start=(third, -2, 5), mode=2, eta=half, rho=2)
one_step.case("overshooting", spectrum=(2, half, 1), start=(1, 3, -1), mode=0, eta=Rational(9, 10), rho=Rational(7, 5))
one_step.case("weaker mode", spectrum=(5, third), start=(Rational(1, 10), 4), mode=1, eta=Rational(1, 4), rho=Rational(1, 100))

orbit = theorem.claim(
    "the orbit of period two along an eigenvector, and its ascended loss",
    (Eq(amplitude, eta*rho*l/(2 - eta*l)), Eq(height, 2*l*rho**2/(2 - eta*l)**2)),
    false={
        "half the step": (Eq(amplitude, eta*rho*l/2), Eq(height, 2*l*rho**2/(2 - eta*l)**2)),
        "denominator of the first power": (Eq(amplitude, eta*rho*l/(2 - eta*l)), Eq(height, l*rho**2/(2 - eta*l))),
        "the least ascended loss": (Eq(amplitude, eta*rho*l/(2 - eta*l)), Eq(height, l*rho**2/2)),
    },
)


@orbit.proof(scope="s < 2")
def by_one_step(placed, raised):
    """One step from X v, X > 0, ends at -X v exactly if X is the amplitude."""
    slope = lambda x: (second*x,)
    moved = sam(slope, eta, rho)((X,))[0]
    put = lambda side: side.subs(l, second)
    stable = (eta*second < 2,)
    yield zero(moved + X - (2 - eta*second)*(X - put(placed.rhs)), "opposite, or off by a multiple of the gap", stable)
    yield zero(put(raised.rhs) - second*(put(placed.rhs) + rho)**2/2, "L at the ascended point (a + rho) v", stable)


@orbit.enclosure
def opposite(lab):
    """The X for which a step from X v ends at -X v: the step is run on a symbol."""
    k, start = lab.spectrum[lab.mode], Symbol("start", positive=True)
    slope = lambda x: k*x
    place, = solve(lab.iterate(sam(slope, lab.eta, lab.rho), start, 1) + start, start)
    ascended = lab.iterate(ascent(slope, lab.rho), place, 1)
    return {amplitude: place, height: k*ascended**2/2}


orbit.case("half the stability limit", spectrum=(2, 1), start=(1, 1), mode=0, eta=half, rho=third)
orbit.case("beyond one", spectrum=(5,), start=(2,), mode=0, eta=third, rho=2)
orbit.case("near the limit", spectrum=(third, 1), start=(1, 2), mode=0, eta=Rational(29, 5), rho=Rational(1, 10))
orbit.case("small step", spectrum=(3, 7), start=(1, 2), mode=1, eta=Rational(1, 100), rho=5)
