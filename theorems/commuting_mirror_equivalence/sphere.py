"""The entropy on the simplex: gradient flow on a sphere is multiplicative weights.

Statement.  w_i = x_i^2/4 on the sphere |x|^2 = 4, x_i > 0, so that the w_i are positive with sum 1.  Riemannian
gradient flow (tangential projections of gradients) of any loss L_t(w), with m the integral of -grad L_s(w(s)) ds
and a the start's weights, has

    w_i = a_i exp(m_i)/sum_j a_j exp(m_j),       m_i - m_n = log(w_i/a_i) - log(w_n/a_n),
    <grad G_i, grad G_j> = w_i delta_ij - w_i w_j,

the mirror flow of the negative entropy.  Its metric is that of a piece of a sphere, which is not flat, so no
parametrisation by as many parameters as free weights has it.  Shown for n = 3; the same added to all of m
moves nothing, so m_3 = 0 is no restriction.  Measured with losses of w_1, w_2.
"""

from sympy import Eq, Matrix, Rational, diff, exp, eye, log, symbols

from numerics.balls import ball
from numerics.flows import Field, enclose_flow
from theorems import Source, Theorem, zero

w1, w2, m1, m2 = symbols("w1 w2 m1 m2", real=True)             # measured: weights, and minus the integral of grad L
a1, a2, a3 = symbols("a1 a2 a3", positive=True)                # the weights at the start
x = symbols("x1 x2 x3", positive=True)
u = symbols("u1 u2 u3", real=True)                             # a control
t = symbols("t", real=True)

theorem = Theorem(
    "gradient flow on the sphere is mirror flow of the entropy",
    source=Source("Li, Wang, Lee and Arora", arxiv="2207.04036", at="converse, realised for the simplex"),
)


@theorem.data
def start(case):
    return dict(zip((a1, a2, a3), case.weights))


def tangential(control):
    """The projection of J' u on the sphere: x_i u_i/2 less its normal part."""
    plain = [one*c/2 for one, c in zip(x, control)]
    normal = sum(one*p for one, p in zip(x, plain))/4
    return [p - one*normal for one, p in zip(x, plain)]


total = a1*exp(m1) + a2*exp(m2) + a3
weights = theorem.claim(
    "multiplicative weights, for a loss that changes in time",
    (Eq(w1, a1*exp(m1)/total), Eq(w2, a2*exp(m2)/total)),
    false={
        "no normalisation": (Eq(w1, a1*exp(m1)), Eq(w2, a2*exp(m2))),
        "twice the rate": (Eq(w1, a1*exp(2*m1)/(a1*exp(2*m1) + a2*exp(2*m2) + a3)),
                           Eq(w2, a2*exp(2*m2)/(a1*exp(2*m1) + a2*exp(2*m2) + a3))),
        "gradient flow in the weights": (Eq(w1, a1 + m1), Eq(w2, a2 + m2)),
    },
)


@weights.proof(scope="three weights, every continuous control")
def by_the_metric(*claimed):
    """On the sphere the products are those of the derivatives of the claimed weights by m; both start at a."""
    sphere, given = sum(one**2 for one in x), [one**2/4 for one in x]
    yield zero(sum(one*part for one, part in zip(x, tangential(u))), "flows stay on the sphere", given=(Eq(sphere, 4),))
    yield zero(Matrix(tangential((u[0],)*3)), "the same control for all moves nothing", given=(Eq(sphere, 4),))
    moved = [one*part/2 for one, part in zip(x, tangential(u))]
    for i in range(2):
        for j in range(2):
            yield zero(diff(moved[i], u[j]) - (given[i]*int(i == j) - given[i]*given[j]), f"the product {i + 1}, {j + 1}")
    here = {w1: claimed[0].rhs, w2: claimed[1].rhs}
    for i, one in enumerate((w1, w2)):
        yield zero(claimed[i].lhs - one, "what the relation is about")
        for j, (other, m) in enumerate(((w1, m1), (w2, m2))):
            product = (one*int(i == j) - one*other).subs(here)
            yield zero(diff(claimed[i].rhs, m) - product, f"dw/dm is that product, {i + 1}, {j + 1}")
        yield zero(claimed[i].rhs.subs({m1: 0, m2: 0, a3: 1 - a1 - a2}) - (a1, a2)[i], "the start")


def run(lab):
    """Projected flow of (1 + t)(w1 - y)^2/2 + w1 w2, with m, enclosed."""
    w = [one**2/4 for one in x]
    control = [(1 + t)*(lab.target - w[0]) - w[1], -w[0], 0*t]
    field = Field([*tangential(control), *control[:2]], (*x, *symbols("M1 M2")), t)
    end = lab.iterate(lambda point: enclose_flow(field, point, lab.time, digits=10), (*map(root, lab.weights), 0, 0), 1)
    return {w1: ball(end[0])**2/4, w2: ball(end[1])**2/4, m1: ball(end[3]), m2: ball(end[4])}


def root(weight):
    """x with x^2/4 = weight, as a ball."""
    return 2*ball(weight).sqrt()


@weights.enclosure
def projected_flow(lab):
    return run(lab)


duals = theorem.claim(
    "the mirror of the weights",
    (Eq(m1, log(w1/a1) - log((1 - w1 - w2)/a3)), Eq(m2, log(w2/a2) - log((1 - w1 - w2)/a3))),
    false={
        "each weight alone": (Eq(m1, log(w1/a1)), Eq(m2, log(w2/a2))),
        "a quarter, as off the sphere": (Eq(m1, log(w1/a1)/4 - log((1 - w1 - w2)/a3)/4),
                                         Eq(m2, log(w2/a2)/4 - log((1 - w1 - w2)/a3)/4)),
    },
)


@duals.proof(scope="three weights, every continuous control")
def by_the_inverse_metric(*claimed):
    """The derivative of the mirror by w, times the products of the gradients, is the identity; it is 0 at the start."""
    inside = (w1 > 0, w2 > 0, w1 + w2 < 1)
    slopes = Matrix([one.rhs for one in claimed]).jacobian(Matrix([w1, w2]))
    products = Matrix([[w1 - w1**2, -w1*w2], [-w1*w2, w2 - w2**2]])
    for i, row in enumerate((slopes*products).tolist()):
        yield zero(claimed[i].lhs - (m1, m2)[i], "what the relation is about")
        yield zero(claimed[i].rhs.subs({w1: a1, w2: a2, a3: 1 - a1 - a2}), "0 at the start", given=(a1 + a2 < 1,))
        for j, entry in enumerate(row):
            yield zero(entry - int(i == j), f"entry {i + 1}, {j + 1}", given=inside)
    third = 1 - w1 - w2
    inverse = Matrix([[1/w1 + 1/third, 1/third], [1/third, 1/w2 + 1/third]])
    yield zero(inverse*products - eye(2), "the inverse of the products", given=inside)
    yield zero(curvature(inverse[0, 0], inverse[0, 1], inverse[1, 1]) - Rational(1, 4), "is a sphere's of radius 2: not flat",
               given=inside)


def curvature(E, F, G):
    """Gauss curvature of the metric E, F, G of w1, w2, by Brioschi's formula."""
    one, two = (lambda e: diff(e, w1)), (lambda e: diff(e, w2))
    first = Matrix([[-two(two(E))/2 + one(two(F)) - one(one(G))/2, one(E)/2, one(F) - two(E)/2],
                    [two(F) - one(G)/2, E, F], [two(G)/2, F, G]])
    second = Matrix([[0, two(E)/2, one(G)/2], [two(E)/2, E, F], [one(G)/2, F, G]])
    return (first.det(method="berkowitz") - second.det(method="berkowitz"))/(E*G - F**2)**2


@duals.enclosure
def projected_flow_again(lab):
    return run(lab)


theorem.case("balanced", weights=(Rational(1, 4), Rational(1, 4), Rational(1, 2)), target=2, time=Rational(1, 4))
theorem.case("near a corner", weights=(Rational(1, 9), Rational(4, 5), Rational(4, 45)), target=-1, time=Rational(1, 3))
