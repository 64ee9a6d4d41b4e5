"""At every point there are few step sizes at which one step of SAM is singular: at most as many as parameters.

Setting.  L twice continuously differentiable, two parameters, g the gradient at a point, N = |g| > 0 and n = g/N, H the Hessian there and K the one at the ascended
point x + rho n; m is n turned by a right angle.

Statement.  The Jacobian determinant of one step of SAM is

    1 - eta (trace K + (rho/N) m.HKm) + eta^2 det K (1 + (rho/N) m.Hm),

with D parameters det(1 - eta M), M = K (1 + (rho/N) (1 - n n') H) free of eta.  So at a point it vanishes for at most D step
sizes; the sets E_eta where it does overlap at most D-fold, and at most countably many have positive measure.  For all other
eta the preimages of null sets under SAM are null: if the stationary points are a null set, SAM is defined for almost every
start at all times (Theorems B.1 and B.2).  On a quadratic of rank one eta = 1/l is an exception, E_eta being everything;
where that is fatal: `exceptional_step`.
"""

from sympy import Eq, Le, Matrix, Poly, Rational, diff, eye, oo, symbols

from numerics.steps import sam
from theorems import Source, Theorem, cited, nonnegative, zero
from theorems.sam_implicit_regularizer.valleys import CURVED, HYPERBOLA, VARIABLES, values, x, y, z

determinant = symbols("determinant", real=True)                # measured: of the derivative of one step
critical = symbols("critical", integer=True, nonnegative=True)             # measured: for how many eta > 0 it vanishes
D = symbols("D", integer=True, positive=True)
eta, rho, N = symbols("eta rho N", positive=True)
trace, det, bent, mixed = symbols("trace det bent mixed", real=True)       # of K; m.Hm and m.HKm
n1, n2, h11, h12, h22, k11, k12, k22 = symbols("n1 n2 h11 h12 h22 k11 k12 k22", real=True)

theorem = Theorem("step sizes at which SAM is singular",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorems B.1 and B.2"))


@theorem.data
def curvatures(case):
    place = VARIABLES[:len(case.at)]
    slope = Matrix([diff(case.loss, a) for a in place])
    at = lambda formula, point: formula.subs(dict(zip(place, point)), simultaneous=True)
    g = at(slope, case.at)
    unit = g/g.norm()
    found = {D: len(place), eta: case.eta, rho: case.rho, N: g.norm()}
    if len(place) == 2:
        H, K = (at(slope.jacobian(place), point) for point in (case.at, Matrix(case.at) + case.rho*unit))
        m = Matrix([-unit[1], unit[0]])
        found |= {trace: K.trace(), det: K.det(), bent: (m.T*H*m)[0], mixed: (m.T*H*K*m)[0]}
    return found


one_step = theorem.claim(
    "Jacobian determinant of one step, two parameters",
    Eq(determinant, 1 - eta*(trace + rho*mixed/N) + eta**2*det*(1 + rho*bent/N)),
    false={
        "gradient descent from the ascended point": Eq(determinant, 1 - eta*trace + eta**2*det + 0*rho*bent*mixed/N),
        "a fixed direction of ascent": Eq(determinant, 1 - eta*(trace + rho*mixed/N) + eta**2*det),
        "unnormalised ascent": Eq(determinant, 1 - eta*(trace + rho*mixed) + eta**2*det*(1 + rho*bent)),
    },
)


@one_step.proof
def by_the_chain_rule(claimed):
    """The derivative of g/|g| is (1/N) (1 - n n') H = (1/N) m m'H, so M = K (1 + (rho/N) m m'H), and det(1 - eta M) is expanded."""
    H, K = Matrix([[h11, h12], [h12, h22]]), Matrix([[k11, k12], [k12, k22]])
    unit = (Eq(n1**2 + n2**2, 1),)
    m = Matrix([-n2, n1])
    g = N*Matrix([n1, n2]) + H*Matrix([x, y])
    size = (g.T*g)[0]
    for i, a in enumerate((x, y)):
        for k in range(2):
            turned = (diff(g[k], a)*size - g[k]*diff(size, a)/2).subs({x: 0, y: 0})    # |g|^3 times the derivative of g/|g|
            yield zero(turned - N**2*(m*m.T*H)[k, i], "the derivative of the direction", unit)
    M = K*(eye(2) + rho/N*m*m.T*H)
    found = {trace: K.trace(), det: K.det(), bent: (m.T*H*m)[0], mixed: (m.T*H*K*m)[0]}
    yield zero((eye(2) - eta*M).det() - claimed.rhs.subs(found), "the determinant", unit)


@one_step.enclosure
def by_differentiation(lab):
    return jacobian(lab, lab.eta)


few = theorem.claim(
    "number of step sizes at which one step is singular at a point",
    Le(critical, D),
    false={"at most one": Le(critical, 1), "none": Le(critical, 0)},
)


@few.proof(scope="the determinant's degree by symbols for D <= 3, by rows for all; what follows for null sets is cited")
def by_the_degree(claimed):
    """M does not depend on eta, and det(1 - eta M) has D rows, each of degree one in eta; at eta = 0 it is 1."""
    yield cited("a polynomial of degree at most D that is not 0 has at most D zeros")
    yield cited("of sets no point of which lies in more than D, at most countably many have positive measure")
    yield cited("a continuously differentiable map takes preimages of null sets to null sets if its Jacobian determinant is 0 on a "
                "null set only")
    for d in (1, 2, 3):
        whole = (eye(d) - eta*Matrix(d, d, lambda i, k: symbols(f"m{i}{k}", real=True))).det(method="berkowitz").expand()
        yield zero(diff(whole, eta, d + 1), f"of degree at most D = {d}")
        yield zero(whole.subs(eta, 0) - 1, f"and not 0, D = {d}")
    yield nonnegative(claimed.gts - claimed.lts - (D - critical), "the bound is D")


@few.enclosure
def roots_of_the_determinant(lab):
    return Poly(jacobian(lab, eta), eta).count_roots(0, oo)


def jacobian(lab, step_size):
    """The step on a symbolic point, differentiated and then put in: exact."""
    place = VARIABLES[:len(lab.at)]
    slope = values(tuple(diff(lab.loss, a) for a in place), place)
    moved = lab.iterate(sam(slope, step_size, lab.rho), place, 1)
    here = dict(zip(place, lab.at))
    return Matrix(len(place), len(place), lambda i, k: diff(moved[i], place[k]).subs(here)).det(method="berkowitz").expand()


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("hyperbola", loss=HYPERBOLA[0], at=(3*half, 2), eta=half/4, rho=half)
theorem.case("curved and generic", loss=CURVED[0], at=(-3*half, -3*half), eta=half/3, rho=third)
theorem.case("rank one, an exceptional step", loss=3*x**2/2 + 0*y, at=(half, 1), eta=third, rho=half)
theorem.case("quadratic", loss=(3*x**2 + 2*y**2)/8, at=(1, 2), eta=half/3, rho=third)
theorem.case("generic", loss=x + x**2 + x*y/2 - y**3/3 + x**2*y, at=(0, half*0), eta=third, rho=1)
few.case("quadratic of rank three", loss=(3*x**2 + 2*y**2 + z**2)/2, at=(third, 1, 2), eta=half, rho=third)
few.case("one double step size", loss=(2*x**2 + y**2)/2, at=(half, 0), eta=half, rho=1)
few.case("one parameter", loss=3*x**2/2 + x**3, at=(half,), eta=half, rho=1)
