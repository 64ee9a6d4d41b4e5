"""The three sharpnesses that SAM is said to minimise, and what each penalises.

Setting.  L has a manifold of minimisers; at a point of it the Hessian H has the nonzero eigenvalues
l1 >= ... >= lM > 0 and rank M <= D.  R_rho = L_rho - L where L_rho(x) is

    worst direction    max over |v| <= 1 of L(x + rho v)
    ascent direction   L(x + rho g/|g|),  g = grad L(x)      (infinite where g = 0)
    average direction  mean of L(x + rho v), v uniform on the unit sphere of R^D.

Statement.  S = lim_{rho -> 0} lim_{r -> 0} inf_{|x' - x| <= r} R_rho(x')/rho^2 is l1/2, lM/2 and
trace H/(2 D).  The ascent direction gives the smallest NONZERO eigenvalue, not the smallest one and
not the largest.  For every M and D; the proof is mode by mode.
"""

from functools import lru_cache

from mpmath import mp
from sympy import Eq, Matrix, Poly, Rational, diff, symbols

from numerics.balls import ball
from numerics.midpoints import midpoints, root
from numerics.ride import rows
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.valleys import VARIABLES, u, valley, values, x, y, z

worst, ascent, average = symbols("worst ascent average", real=True)        # measured: the three limits
l1, lM, trace = symbols("l1 lM trace", positive=True)
D = symbols("D", integer=True, positive=True)
rho = symbols("rho", positive=True)
l, w, share = symbols("l w share", positive=True)              # one mode: eigenvalue, coordinate; mean of v_i^2

theorem = Theorem("the three limiting sharpnesses",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Definition 4.1"),
                  assumes=(lM <= l1,))


@theorem.data
def spectrum(case):
    """The nonzero eigenvalues of the Hessian at the point, exactly."""
    variables = VARIABLES[:len(case.at)]
    hessian = Matrix(len(variables), len(variables), lambda i, j: diff(case.loss, variables[i], variables[j]))
    counted = hessian.subs(dict(zip(variables, case.at))).eigenvals()
    values = sorted(value for value, count in counted.items() for _ in range(count) if value != 0)
    return {l1: values[-1], lM: values[0], trace: sum(values), D: len(variables)}


limits = theorem.claim(
    "what the worst, the ascent and the average direction penalise",
    (Eq(worst, l1/2), Eq(ascent, lM/2), Eq(average, trace/(2*D))),
    false={
        "all three the largest eigenvalue": (Eq(worst, l1/2), Eq(ascent, l1/2), Eq(average, trace/(2*D))),
        "ascent the smallest eigenvalue of all": (Eq(worst, l1/2), Eq(ascent, 0*lM), Eq(average, trace/(2*D))),
        "average over the rank only": (Eq(worst, l1/2), Eq(ascent, lM/2), Eq(average, trace/(2*(D - 1)))),
        "no half": (Eq(worst, l1), Eq(ascent, lM), Eq(average, trace/D)),
    },
)


@limits.proof
def by_modes(top, low, mean):
    """By Taylor R_rho/rho^2 tends to v'Hv/2 for the direction v of the perturbation.

    With x' = x + eps w the ascent direction tends to Hw/|Hw| as eps -> 0, whose quotient is
    sum l^3 w^2/(2 sum l^2 w^2) over the modes: each mode must have the sign shown, and the mode
    of the bound attains it.  Rotations leave the mean unchanged, so E v_i v_j = 0 and E v_i^2 is
    the same for all i; these D numbers have the sum 1.
    """
    quotient = l/2
    yield nonnegative(w**2*(top.rhs - quotient), "no direction exceeds it, mode by mode", given=(l <= l1,))
    yield zero(top.rhs - quotient.subs(l, l1), "the first eigenvector attains it")
    yield zero((l*w)**2*quotient - l**3*w**2/2, "along Hw a mode contributes l^3 w^2/2 and weighs l^2 w^2")
    yield nonnegative((l*w)**2*(quotient - low.rhs), "no approach gives less", given=(l >= lM,))
    yield zero(low.rhs - quotient.subs(l, lM), "approach along the last eigenvector attains it")
    yield zero(mean.rhs - share*trace/2, "the mean of sum l v_i^2/2", given=(Eq(D*share, 1),))


@limits.observation(small=rho, order=1, halvings=5)
def at_small_radius(lab, rho):
    """Extrema over directions of L(x + rho v)/rho^2 by Newton's method, and the mean by moments."""
    variables = VARIABLES[:len(lab.at)]
    place, height = valley(lab.loss, variables, lab.codimension), values((lab.loss,), variables)
    curved, vectors = place.spectrum(lab.at)
    columns, size = [[*vectors[:, i]] for i in range(len(lab.at))], ball(rho)
    spaces = {worst: (max, [[int(i == k) for i in range(len(lab.at))] for k in range(len(lab.at))]),
              ascent: (min, columns[:lab.codimension])}
    found = {}
    for name, (best, basis) in spaces.items():
        critical = [extremum(place, lab.at, size, basis, [sign*x for x in columns[i]], size*ball(curved[i]))
                    for i in range(lab.codimension) for sign in (1, -1)]
        found[name] = best((height(*point)[0].mid() for point in critical))/size**2
    return found | {average: mean(lab.loss, variables, lab.at, rho)}


def extremum(valley, at, rho, basis, direction, multiplier):
    """The critical point x + rho v, v a unit vector in the span of the orthonormal basis, near v = `direction`.

    With the span range H these are the limits of x + rho g/|g|.
    """
    at, basis = midpoints(at), [midpoints(one) for one in basis]
    place = lambda c: [a + rho*dot(c, [one[i] for one in basis]) for i, a in enumerate(at)]

    def stationary(*unknown):
        *c, multiple = unknown
        steep = valley.descending(*place(c))
        return [*(-dot(one, steep) - multiple*x for one, x in zip(basis, c)), dot(c, c) - 1]

    def slope(*unknown):
        *c, multiple = unknown
        hessian = rows(valley.hessian_formula(*place(c)), len(at))
        bent = [[dot(row, one) for row in hessian] for one in basis]
        curved = [[rho*dot(one, bend) - (multiple if i == k else 0) for k, bend in enumerate(bent)]
                  for i, one in enumerate(basis)]
        return [[*row, -x] for row, x in zip(curved, c)] + [[*(2*x for x in c), 0]]

    start = [dot(one, midpoints(direction)) for one in basis]
    return place(root(stationary, slope, (*start, multiplier))[:-1])


def dot(one, other):
    return sum(a*b for a, b in zip(one, other))


def mean(loss, variables, at, rho):
    """The mean of L(x + rho v)/rho^2 over the unit sphere: moments of a polynomial, monomial by monomial."""
    coefficients, monomials = shifted(loss, variables)
    found = zip(monomials, coefficients(*(a + 0*rho for a in at)))
    return sum(c*moment(powers)*rho**(sum(powers) - 2) for powers, c in found if any(powers))


@lru_cache(maxsize=None)
def shifted(loss, variables):
    """L(x + v) as a polynomial in v: its coefficients as a program in x, and their powers of v."""
    direction = symbols(f"v:{len(variables)}")
    whole = Poly(loss.subs({a: a + v for a, v in zip(variables, direction)}, simultaneous=True), *direction)
    return values(tuple(whole.coeffs()), variables), whole.monoms()


def moment(powers):
    """E v^powers on the unit sphere of R^D: products of double factorials."""
    if any(power % 2 for power in powers):
        return 0
    above = mp.fprod(mp.fac2(power - 1) for power in powers)
    return above/mp.fprod(len(powers) + 2*k for k in range(sum(powers)//2))


half = Rational(1, 2)
hyperbola = (x*y - 1)**2/2
bent = ((x*(1 + z) + y/2 + x**2/3)**2 + (y - x/2 + x*y*z)**2)/2
theorem.case("hyperbola", loss=hyperbola, at=(2, half), codimension=1)
theorem.case("two hyperbolas", loss=hyperbola + (z*u - 1)**2/4, at=(2, half, Rational(3, 2), Rational(2, 3)), codimension=2)
theorem.case("rotating eigenvectors", loss=bent, at=(0, 0, half), codimension=2)
theorem.case("isolated minimiser", loss=x**2 + 2*y**2 + z**2/6 + x**2*y + x**4 + y**3 + z**3/5, at=(0, 0, 0), codimension=3)
