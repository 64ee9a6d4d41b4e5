"""SAM on quadratics: the orbits of period two along the other eigenvectors are unstable.

Setting.  L = x'Ax/2; on the orbit +-a v_k (`quadratic`) a small component along v_j is multiplied by m
in each step; t = l_j/l_k and s = eta l_k < 2.

Statement.  m = 1 - s t - (2 - s) t^2, hence 1 + m = (1 - t) (2 + (2 - s) t) and
1 - m = t (s + (2 - s) t): m < -1 exactly for t > 1, and |m| < 1 for 0 < t < 1.  A component along a
steeper eigenvector grows until it takes over; without any, exactly, the orbit stays.
"""

from sympy import Eq, Equivalent, Gt, Lt, Rational, sqrt, symbols

from numerics.steps import sam
from theorems import Source, Theorem, positive, zero

multiplier = symbols("multiplier", real=True)                  # measured
s, t, eps = symbols("s t eps", positive=True)
X, Y, l, eta, rho = symbols("X Y l eta rho", positive=True)

theorem = Theorem("stability of SAM's orbits of period two on quadratics",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 4.8, complement"),
                  assumes=(s < 2,))


@theorem.data
def ratios(case):
    """`own` is the eigenvalue of the orbit, `other` that of the disturbance."""
    return {s: case.eta*case.own, t: case.other/case.own}


disturbed = theorem.claim(
    "multiplier of a small component along another eigenvector",
    Eq(multiplier, 1 - s*t - (2 - s)*t**2),
    false={
        "gradient descent": Eq(multiplier, 1 - s*t),
        "linear in the ratio": Eq(multiplier, 1 - 2*t),
        "stable for all": Eq(multiplier, 1 - s*t**2),
    },
)


@disturbed.proof
def by_one_step(claimed):
    """One step from (X, Y) multiplies Y by a factor that depends on |g|, which at Y = 0 is l X."""
    slope = lambda x, y: (l*x, t*l*y)
    moved = sam(slope, s/l, rho)((X, Y))[1]/Y
    at_orbit = (moved*Y).expand().subs(sqrt(l**2*X**2 + t**2*l**2*Y**2), l*X)/Y
    yield zero(at_orbit.subs(X, s*rho/(2 - s)) - claimed.rhs, "the factor on the orbit")


@disturbed.observation(small=eps, order=1)
def factor(lab, eps):
    """One step from the point of the orbit, with a component eps along the other eigenvector."""
    slope = lambda x, y: (lab.own*x, lab.other*y)
    place = lab.eta*lab.rho*lab.own/(2 - lab.eta*lab.own)
    return lab.iterate(sam(slope, lab.eta, lab.rho), (place, eps), 1)[1]/eps


grows = theorem.claim(
    "which orbits are unstable",
    Equivalent(Lt(multiplier, -1), Gt(t, 1)),
    false={
        "none": Equivalent(Lt(multiplier, -1), Gt(s, 2)),
        "all": Equivalent(Lt(multiplier, -1), Gt(t, 0)),
        "only twice steeper": Equivalent(Lt(multiplier, -1), Gt(t, 2)),
    },
)


@grows.proof
def by_factoring(claimed):
    """Both sides have the sign of t - 1."""
    unstable, steeper = sorted(claimed.args, key=lambda one: not one.has(multiplier))
    m = 1 - s*t - (2 - s)*t**2
    gap = (unstable.gts - unstable.lts).subs(multiplier, m)
    yield zero(gap - (steeper.gts - steeper.lts)*(2 + (2 - s)*t), "the distances from both borders are proportional")
    yield positive(2 + (2 - s)*t, "by a positive factor")
    yield zero(1 - m - t*(s + (2 - s)*t), "and from above the multiplier")
    yield positive(t*(s + (2 - s)*t), "never reaches 1")


@grows.enclosure
def exact_factor(lab):
    """The same with a symbol for the small component: its exact derivative at 0."""
    slope = lambda x, y: (lab.own*x, lab.other*y)
    place = lab.eta*lab.rho*lab.own/(2 - lab.eta*lab.own)
    return lab.iterate(sam(slope, lab.eta, lab.rho), (place, Y), 1)[1].diff(Y).subs(Y, 0)


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("steeper", own=Rational(1), other=2, eta=half, rho=third)
theorem.case("flatter", own=3*half, other=third, eta=half, rho=half)
theorem.case("just steeper", own=2, other=Rational(21, 10), eta=Rational(9, 10), rho=third)
theorem.case("just flatter", own=5, other=Rational(49, 10), eta=Rational(1, 10), rho=2*third)
grows.case("equal", own=2, other=4*half, eta=third, rho=third)
