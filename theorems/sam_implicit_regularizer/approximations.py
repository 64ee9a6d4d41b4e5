"""SAM's two approximations: each alone changes what is penalised, together they do not.

Setting.  L = x'Ax/2 with nonzero eigenvalues l1 >= ... >= lM > 0, g = Ax, s = eta l1 < 2.  SAM replaces
the worst direction by the ascent direction g/|g| (step 1), then drops the derivative of g/|g| in the
gradient of L_asc(x) = L(x + rho g/|g|) (step 2).

Statement.  With p_k = sum l^k x^2:  L_asc = p1/2 + rho sqrt(p2) + rho^2 p3/(2 p2) >= rho^2 lM/2, an
infimum approached along v_M at 0 and never attained.  On the orbit where SAM settles L_asc is
2 l1 rho^2/(2 - s)^2: more than l1/lM times the infimum.  So SAM does not minimise L_asc, whose bias is
lM and not l1; its orbit is on v_1, the direction of the worst case min L_max = rho^2 l1/2.  What step 2
drops is rho^2 (a - b) g1 g2/|g|^4 (a g2, -b g1) for two modes a, b: 0 if and only if g lies in one
eigenspace, and else of order rho/eta at the distance eta rho of the orbit.
"""

from mpmath import mp
from sympy import Eq, Rational, diff, sqrt, symbols

from numerics.steps import ascent, sam
from theorems import Source, Theorem, nonnegative, positive, zero

raised, lowest, reached, first, second = symbols("raised lowest reached first second", real=True)     # measured
p1, p2, p3, eta, rho, l1, lM = symbols("p1 p2 p3 eta rho l1 lM", positive=True)
g1, g2 = symbols("g1 g2", real=True)
steps = symbols("steps", integer=True, positive=True)
X, Y = symbols("X Y", positive=True)
l, w = symbols("l w", positive=True)                           # one mode: eigenvalue, coordinate

theorem = Theorem("two approximations in SAM that undo each other",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Section 4, discussion of the ascent direction"),
                  assumes=(lM <= l1, eta*l1 < 2))


@theorem.data
def spectrum(case):
    """Moments of the start, the extreme eigenvalues, and for two modes the gradient."""
    moment = lambda power: sum(k**power*x**2 for k, x in zip(case.spectrum, case.start))
    live = [k for k in case.spectrum if k != 0]
    return {p1: moment(1), p2: moment(2), p3: moment(3), eta: case.eta, rho: case.rho, l1: max(live), lM: min(live),
            g1: case.spectrum[0]*case.start[0], g2: case.spectrum[-1]*case.start[-1]}


def slope(spectrum):
    return lambda *x: tuple(k*c for k, c in zip(spectrum, x))


def height(spectrum, x):
    return sum(k*c**2 for k, c in zip(spectrum, x))/2


ascended = theorem.claim(
    "the ascended loss in closed form",
    Eq(raised, p1/2 + rho*sqrt(p2) + rho**2*p3/(2*p2)),
    false={
        "curvature along the gradient, not divided": Eq(raised, p1/2 + rho*sqrt(p2) + rho**2*p3/2),
        "first order only": Eq(raised, p1/2 + rho*sqrt(p2)),
        "worst direction": Eq(raised, p1/2 + rho*sqrt(p2) + rho**2*l1/2),
    },
)


@ascended.proof
def by_the_ascent_on_symbols(claimed):
    """Two modes stand for any number: each adds its terms to p1, p2, p3."""
    moment = lambda power: l1**power*X**2 + lM**power*Y**2
    moved = ascent(slope((l1, lM)), rho)((X, Y))
    put = claimed.rhs.subs({p1: moment(1), p2: moment(2), p3: moment(3)}, simultaneous=True)
    yield zero(height((l1, lM), moved) - put, "L at the ascended point")


@ascended.enclosure
def climbed(lab):
    return height(lab.spectrum, lab.iterate(ascent(slope(lab.spectrum), lab.rho), lab.start, 1))


missed = theorem.claim(
    "infimum of the ascended loss, and what SAM reaches",
    (Eq(lowest, rho**2*lM/2), Eq(reached, 2*l1*rho**2/(2 - eta*l1)**2)),
    false={
        "SAM minimises the ascended loss": (Eq(lowest, rho**2*lM/2), Eq(reached, rho**2*lM/2)),
        "the infimum has the largest eigenvalue": (Eq(lowest, rho**2*l1/2), Eq(reached, 2*l1*rho**2/(2 - eta*l1)**2)),
        "SAM reaches the least worst case": (Eq(lowest, rho**2*lM/2), Eq(reached, rho**2*l1/2)),
    },
)


@missed.proof(scope="every spectrum and dimension")
def by_modes_and_the_orbit(least, orbit):
    """p1 and p2 are positive, so the infimum is that of rho^2 p3/(2 p2), which no x attains."""
    yield nonnegative((rho**2*l**3/2 - least.rhs*l**2)*w**2, "mode by mode no quotient is lower", (l >= lM,))
    yield zero((rho**2*l**3/2 - least.rhs*l**2).subs(l, lM), "and the last mode attains it")
    a = eta*rho*l1/(2 - eta*l1)
    yield zero(sam(slope((l1,)), eta, rho)((a,))[0] + a, "the orbit of period two, on which SAM settles (`alignment`)")
    yield zero(orbit.rhs - l1*(a + rho)**2/2, "its ascended loss")
    yield positive(orbit.rhs/least.rhs - l1/lM, "more than l1/lM times the infimum")


@missed.observation(small=1/steps, order=1, first=Rational(1, 16), halvings=5)
def both(lab, steps):
    """SAM for a growing number of steps; and the least ascended loss over directions at a falling distance."""
    climb, move = ascent(slope(lab.spectrum), lab.rho), sam(slope(lab.spectrum), lab.eta, lab.rho)
    end = lab.iterate(climb, lab.iterate(move, tuple(1*mp.mpf(x) for x in lab.start), steps), 1)
    near = [tuple(mp.mpf(part)/steps for part in direction) for direction in lab.directions]
    return {lowest: min(height(lab.spectrum, lab.iterate(climb, x, 1)) for x in near), reached: height(lab.spectrum, end)}


dropped = theorem.claim(
    "what is dropped from the gradient of the ascended loss",
    (Eq(first, rho**2*(l1 - lM)*g1*g2**2*l1/(g1**2 + g2**2)**2), Eq(second, -rho**2*(l1 - lM)*g1**2*g2*lM/(g1**2 + g2**2)**2)),
    false={
        "nothing": (Eq(first, 0*g1), Eq(second, 0*g2)),
        "of the other sign": (Eq(first, -rho**2*(l1 - lM)*g1*g2**2*l1/(g1**2 + g2**2)**2),
                              Eq(second, rho**2*(l1 - lM)*g1**2*g2*lM/(g1**2 + g2**2)**2)),
        "without the second curvature": (Eq(first, rho**2*(l1 - lM)*g1*g2**2/(g1**2 + g2**2)**2),
                                         Eq(second, -rho**2*(l1 - lM)*g1**2*g2/(g1**2 + g2**2)**2)),
    },
)


def rest(iterate, modes, eta, rho):
    """Gradient of the ascended loss minus the direction of a SAM step, at a symbolic point."""
    full = height(modes, iterate(ascent(slope(modes), rho), (X, Y), 1))
    moved = iterate(sam(slope(modes), eta, rho), (X, Y), 1)
    return [diff(full, at) - (at - new)/eta for at, new in zip((X, Y), moved)]


@dropped.proof(scope="two modes")
def by_differentiation(one, other):
    """The derivative of the ascended loss against the step that SAM takes."""
    found = rest(lambda step, start, count: step(start), (l1, lM), eta, rho)
    for claimed, part in zip((one, other), found):
        yield zero(part - claimed.rhs.subs({g1: l1*X, g2: lM*Y}), "full gradient minus SAM's")


@dropped.enclosure
def difference(lab):
    """Both are run on a symbolic start, which is then put in."""
    at = dict(zip((X, Y), lab.start))
    return dict(zip((first, second), (part.subs(at) for part in rest(lab.iterate, lab.spectrum, lab.eta, lab.rho))))


half, third = Rational(1, 2), Rational(1, 3)
axes = ((1, 0), (0, 1), (3, 4), (1, -1))
theorem.case("two modes", spectrum=(2, 1), start=(half, third), directions=axes, eta=half, rho=third)
theorem.case("ill conditioned", spectrum=(5, third), start=(1, 2), directions=axes, eta=Rational(1, 10), rho=3)
theorem.case("overshooting", spectrum=(3, 2), start=(2, third), directions=axes, eta=half, rho=half)
