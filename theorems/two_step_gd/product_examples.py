"""Sharpness on the minimisers of a loss l(xy), and two losses at the edge: a quartic, and the logistic with a soft label.

Statement.  Let l'(c) = 0, l2 = l''(c) > 0.

sharpness  At a minimiser, xy = c, the Hessian has the eigenvalues l2 (x^2 + y^2) = l2 sqrt(4 c^2 + (x^2 - y^2)^2) and 0:
           descent, which drifts to balance (`product_balance`), drifts to smaller sharpness.
edge       For l = (1 - q^2)^2/4 at (x, 1/x) the edge is eta = 1/(x^2 + x^-2), where x^2 - y^2 = +-sqrt(eta^-2 - 4).
soft       For l' = sigma(q) - s, 0 < s < 1, at its minimiser c > 0 on the diagonal, 3 f'''^2 - f'' f'''' (f = l(z^2)/2) is
               32 c s^2 (1 - s)^2 (c^2 (3 s^2 - 3 s + 1) + 3 c (1 - 2 s) + 3) > 0:
           the last factor has the discriminant -3 in c, so the balanced flip is supercritical for every label.
"""

from sympy import Eq, Gt, Matrix, Rational, diff, exp, log, symbols

from numerics.losses import X
from numerics.polynomial_maps import jacobian, rational
from numerics.steps import descent
from theorems import Source, Theorem, positive, zero
from theorems.two_step_gd.product_flip import differences_on_the_diagonal

top, flat, eta = symbols("top flat eta", real=True)             # measured: Hessian eigenvalues; 2 over the largest
condition = symbols("condition", real=True)                     # measured: 3 f'''^2 - f'' f''''
l2, x, c = symbols("l2 x c", positive=True)
y, s = symbols("y s", real=True)

theorem = Theorem(
    "sharpness and flips of losses of a product",
    source=Source("Chen and Bruna; Zhu et al.", arxiv="2206.04172, 2210.03294", at="re-derived"),
)


@theorem.data
def at_the_minimiser(case):
    """A loss l in X and a minimiser (x, y); or a label, whose minimiser is c."""
    if "label" in case.data:
        return {s: case.label, c: case.at}
    return {x: case.x, y: case.y, l2: diff(case.loss, X, 2).subs(X, case.x*case.y)}


sharpness = theorem.claim(
    "Hessian eigenvalues at a minimiser of l(xy)",
    (Eq(top, l2*(x**2 + y**2)), Eq(flat, 0), Eq(top**2, l2**2*(4*x**2*y**2 + (x**2 - y**2)**2))),
    false={
        "the imbalance alone": (Eq(top, l2*(x - y)**2), Eq(flat, 0), Eq(top**2, l2**2*(x**2 - y**2)**2)),
        "with half the target": (Eq(top, l2*((x - y)**2 + x*y)), Eq(flat, 0), Eq(top**2, l2**2*(x**2*y**2 + (x**2 - y**2)**2))),
    },
)


@sharpness.proof(scope="every l with two continuous derivatives near c")
def by_the_rank_one_hessian(largest, zero_one, squared):
    """To second order l(xy) is l2 (xy - c)^2/2 there, as l'(c) = 0."""
    a, b = symbols("a b", real=True)
    loss = l2*((x + a)*(y + b) - x*y)**2/2
    hessian = Matrix([[loss.diff(p, q).subs({a: 0, b: 0}) for q in (a, b)] for p in (a, b)])
    yield zero(hessian.det(), "one eigenvalue is 0")
    yield zero(zero_one.lhs.subs(flat, 0) - zero_one.rhs, "as claimed")
    yield zero(hessian.trace() - largest.rhs, "the other one is the trace")
    yield zero(hessian.trace()**2 - squared.rhs, "its square")


@sharpness.enclosure
def trace_and_determinant(lab):
    """I - J for one step of size 1 with exact Jacobian J: a determinant 0 leaves the trace."""
    (p, q), (r, t) = hessian_at(lab)
    return {top: p + t, flat: p*t - q*r}


def hessian_at(lab):
    slope = diff(lab.loss, X).as_poly(X)
    step = descent(lambda x, y: (slope_at(slope, x*y)*y, slope_at(slope, x*y)*x), rational(1))
    full = jacobian(lab.iterate, step, (rational(lab.x), rational(lab.y)), degree=2*slope.degree() + 1)
    return [[(i == j) - entry for j, entry in enumerate(row)] for i, row in enumerate(full)]


def slope_at(poly, q):
    """Horner's scheme in the arithmetic of q."""
    value = 0*q
    for coefficient in poly.all_coeffs():
        value = value*q + rational(coefficient)
    return value


edge = theorem.claim(
    "the edge of a quartic loss of a product",
    (Eq(eta*(x**2 + x**-2), 1), Eq((x**2 - x**-2)**2, eta**-2 - 4)),
    false={"for the squared loss": (Eq(eta*(x**2 + x**-2), 2), Eq((x**2 - x**-2)**2, 4*eta**-2 - 4)),
           "balanced at every step size": (Eq(eta*(x**2 + x**-2), 1), Eq((x**2 - x**-2)**2, 0))},
)


@edge.proof
def by_the_trace(size, imbalance):
    """l = (1 - q^2)^2/4 has l'' = 2 at q = 1; the edge is 2 over the trace at (x, 1/x)."""
    second = diff((1 - X**2)**2/4, X, 2).subs(X, 1)
    at = 2/(second*(x**2 + x**-2))
    yield zero(size.lhs.subs(eta, at) - size.rhs, "the edge")
    yield zero(imbalance.lhs - imbalance.rhs.subs(eta, at), "the imbalance there")


@edge.enclosure
def two_over_the_trace(lab):
    (p, _), (_, t) = hessian_at(lab)
    return 2/(p + t)


soft = theorem.claim(
    "the balanced flip of the logistic loss with soft label s",
    (Eq(condition, 32*c*s**2*(1 - s)**2*(c**2*(3*s**2 - 3*s + 1) + 3*c*(1 - 2*s) + 3)), Gt(condition, 0)),
    false={
        "without the target": (Eq(condition, 96*c*s**2*(1 - s)**2), Gt(condition, 0)),
        "the mixed term reversed": (Eq(condition, 32*c*s**2*(1 - s)**2*(c**2*(3*s**2 - 3*s + 1) - 3*c*(1 - 2*s) + 3)),
                                    Gt(condition, 0)),
    },
)


@soft.proof
def by_derivatives_of_the_sigmoid(equals, sign):
    """16 c (6 l2^2 + 6 c l2 l3 + 3 c^2 l3^2 - c^2 l2 l4) by `product_flip`; sigma' = sigma (1 - sigma), sigma = s at c."""
    rate = lambda value: value.diff(s)*s*(1 - s)
    second = s*(1 - s)
    third, fourth = rate(second), rate(rate(second))
    found = 16*c*(6*second**2 + 6*c*second*third + 3*c**2*third**2 - c**2*second*fourth)
    yield zero(found - equals.rhs, "its value")
    bracket = c**2*(3*s**2 - 3*s + 1) + 3*c*(1 - 2*s) + 3
    yield zero(bracket.diff(c).subs(c, 0)**2 - 4*3*bracket.diff(c, 2)/2 + 3, "the discriminant of the last factor is -3")
    yield positive(3*s**2 - 3*s + 1, "its leading coefficient")
    yield positive((sign.gts - sign.lts).subs(condition, 32*c*s**2*(1 - s)**2), "the other factors", given=(s > 0, s < 1))


h = symbols("h", positive=True)
soft.observation(small=h, order=1)(differences_on_the_diagonal)

half = Rational(1, 2)
sharpness.case("squared loss", loss=(X - 2)**2/2, x=Rational(4), y=half)
sharpness.case("negative target", loss=(X + half)**2 + (X + half)**3, x=Rational(3), y=-Rational(1, 6))
sharpness.case("quartic loss, balanced", loss=3*(X**2 - 1)**2/4, x=Rational(1), y=Rational(1))
edge.case("unbalanced", loss=(1 - X**2)**2/4, x=Rational(3, 2), y=Rational(2, 3))
edge.case("strongly unbalanced", loss=(1 - X**2)**2/4, x=Rational(1, 3), y=Rational(3))
soft.case("label 3/4", loss=log(1 + exp(X)) - 3*X/4, label=Rational(3, 4), at=log(3))
soft.case("label 9/10", loss=log(1 + exp(X)) - 9*X/10, label=Rational(9, 10), at=log(9))
