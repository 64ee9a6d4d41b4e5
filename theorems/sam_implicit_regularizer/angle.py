"""How far SAM's gradient is from the top eigenvector: an angle of exact order rho.

Setting as in `flow`: SAM of step size eta and radius rho on the orbit that it reaches, at the minimiser p =
Phi(x) with eigenvalues l1 > l2, ... and k = T[v1, v1, v2], T the third derivatives of L at p; s = eta l1 < 2.

Statement.  As rho -> 0 at fixed eta

    (v2 . grad L(x))/(rho |v1 . grad L(x)|) -> -(k/2) (2 + s)/(s l1 + (2 - s) l2)

in both phases of the orbit, and likewise for every other weaker mode: the tangent of the angle from +-v1(p).
It tends to -k/(2 l2) as eta -> 0.  So the published angle O(rho) holds at every step size below 2/l1, small or
not, and is sharp wherever some k is not 0.
"""

from sympy import Eq, Rational, diff, symbols

from numerics.balls import ball
from numerics.midpoints import as_mpf, midpoints, rounded
from numerics.steps import sam
from theorems import Source, Theorem, zero
from theorems.sam_implicit_regularizer.flow import SETTLING
from theorems.sam_implicit_regularizer.sharpness import dot
from theorems.sam_implicit_regularizer.valleys import VARIABLES, gradient, valley, x, y, z

tangent = symbols("tangent", real=True)                        # measured: of the angle, over rho
l1, l2, eta, rho = symbols("l1 l2 eta rho", positive=True)
k, k0 = symbols("k k0", real=True)
Y = symbols("Y", real=True)                                    # the orbit's component along v2, over rho

theorem = Theorem("angle between SAM's gradient and the top eigenvector",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.5, alignment of the gradient"),
                  assumes=(eta*l1 < 2, l2 < l1))


@theorem.data
def jet(case):
    """The loss is diagonal at the minimiser, v1 along x and v2 along y."""
    here = dict(zip(VARIABLES, case.at))
    found = {symbol: diff(case.loss, *by).subs(here) for symbol, by in ((l1, (x, x)), (l2, (y, y)), (k, (x, x, y)))}
    return {**found, eta: case.eta}


tilted = theorem.claim(
    "angle of the gradient on the orbit",
    Eq(tangent, -k/2*(2 + eta*l1)/(eta*l1**2 + (2 - eta*l1)*l2)),
    false={
        "aligned to higher order": Eq(tangent, 0*k),
        "as for vanishing step size": Eq(tangent, -k/(2*l2)),
        "the other side": Eq(tangent, k/2*(2 + eta*l1)/(eta*l1**2 + (2 - eta*l1)*l2)),
        "the point's own deviation": Eq(tangent, -k/2/(l1 - l2)),
    },
)


@tilted.proof(scope="the cubic jet at a minimiser, every weaker mode by itself")
def by_the_rest_along_the_weaker_mode(claimed):
    """In units of rho the loss is quadratic + rho cubic and SAM has radius 1.  At +-a v1 + rho Y v2 the second
    component must come back after a step, at first order in rho: that gives Y, and the gradient there.
    """
    scaled = (l1*x**2 + l2*y**2)/2 + rho*(k0*x**3 + 3*k*x**2*y)/6
    put = lambda expression, point: expression.subs(dict(zip((x, y), point)), simultaneous=True)
    slopes = lambda *point: tuple(put(diff(scaled, a), point) for a in (x, y))
    first = lambda expression: diff(expression, rho).subs(rho, 0)
    a = eta*l1/(2 - eta*l1)
    tilt = claimed.rhs                                         # of the gradient, over rho
    rest = (tilt*l1*a - k*a**2/2)/l2                           # the Y with that tilt
    for sign in (1, -1):
        start = (sign*a, rho*Y)
        moved = sam(slopes, eta, 1)(start)[1] - rho*Y
        g = slopes(*start)
        yield zero(first(g[1]).subs(Y, rest) - tilt*sign*g[0].subs(rho, 0), "the tilt at that place")
        yield zero(first(moved).subs(Y, rest), "which is at rest along v2")


@tilted.observation(small=rho, order=1, first=Rational(1, 256), halvings=4)
def on_the_orbit(lab, rho):
    """The gradient after SETTLING steps, in the eigenvectors at the minimiser that Newton's iteration finds from there."""
    variables = VARIABLES[:len(lab.at)]
    place, slopes, radius = valley(lab.loss, variables, lab.codimension), gradient(lab.loss, variables), ball(rho)
    start = midpoints(ball(a) + ball(lab.eta)*radius*ball(d) for a, d in zip(lab.at, lab.off))
    end = lab.iterate(rounded(sam(slopes, ball(lab.eta), radius)), start, SETTLING)
    vectors = place.spectrum(place.projected(as_mpf(end)))[1]
    one, two = (midpoints(v if v[i] > 0 else -v) for i, v in enumerate((vectors[:, 0], vectors[:, 1])))
    g = slopes(*end)
    return dot(two, g)/abs(dot(one, g))/radius


half, third = Rational(1, 2), Rational(1, 3)
bowl = (3*x**2 + 2*y**2)/2 + x**3/4 + x**2*y/2 + y**3/3 + x**4/4
theorem.case("isolated minimiser", loss=bowl, at=(0, 0*half), off=(half, third), codimension=2, eta=half/2)
theorem.case("longer steps", loss=bowl, at=(0, 0*half), off=(half, third), codimension=2, eta=half)
theorem.case("valley", loss=((2 + z)*x**2 + (1 + z/2 + z**2)*y**2)/2 + x**2*y*(1 + z)/3 + x*y**2/5 + x*y*z*(x + z)/4, at=(0, 0, 0*half),
             off=(half, third, 0), codimension=2, eta=half/2)
theorem.case("another scale", loss=(5*x**2 + 2*y**2)/2 - x**2*y + x**3/7, at=(0, 0*half), off=(half, third), codimension=2, eta=third/2)
