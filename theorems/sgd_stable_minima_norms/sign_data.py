"""On sign data SGD's stability is the l1 ball, and gradient descent's the maximum norm's ball.

Statement.  Diagonal linear network f = sum_j a_j b_j x_j at an interpolating point, all |x_ij| = 1,
batch size 1.  Then every per-sample gradient has squared norm |a|^2 + |b|^2, so Lambda = 2/(largest
stable step size) equals it, whatever n and however the inputs lie: E|theta_t - theta*|^2 stays bounded
to first order exactly if |a|^2 + |b|^2 <= 2/eta.  Over all factors of beta_j = a_j b_j,

    Lambda >= 2 |beta|_1,   with equality at |a_j| = |b_j|:

the coefficients that SGD can keep are exactly |beta|_1 <= 1/eta, not 2/eta, and not a ball of the
maximum norm (that is gradient descent's, see `gradient_descent`).  Where the inputs are no signs, the
trace condition is not enough: inputs (2, 0), (0, 1/2) have Lambda = 8 and trace 17/4.
Written for two coordinates; gradients and norms are sums over coordinates, so it holds for all d and n.
"""

from sympy import Eq, Equivalent, Ge, Le, Max, Rational, symbols

from numerics.stability import growth, largest_curvature
from numerics.stable_networks import diagonal_gradients
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_stable_minima_norms.diagonal import a1, a2, b1, b2, gradient, x1, x2

Lambda, rate = symbols("Lambda rate", nonnegative=True)        # measured: 2/threshold; growth of E|theta|^2 per step
w1, w2, r1, r2 = symbols("w1 w2 r1 r2", nonnegative=True)      # a_j^2 + b_j^2; |beta_j|
eta = symbols("eta", positive=True)
off = symbols("off", nonnegative=True)                         # the largest (x_ij^2 - 1)^2

theorem = Theorem("SGD's stability is an l1 norm on sign data",
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, sharpened"),
                  assumes=(Eq(off, 0),))


@theorem.data
def network(case):
    return {w1: case.a[0]**2 + case.b[0]**2, w2: case.a[1]**2 + case.b[1]**2, r1: abs(case.a[0]*case.b[0]),
            r2: abs(case.a[1]*case.b[1]), eta: case.eta, off: max((x**2 - 1)**2 for row in case.inputs for x in row)}


threshold = theorem.claim(
    "two over the largest stable step size",
    Eq(Lambda, w1 + w2),
    false={
        "gradient descent's": Eq(Lambda, Max(w1, w2)),
        "twice the l1 norm": Eq(Lambda, 2*r1 + 2*r2),
        "the loss without its half": Eq(Lambda, 2*w1 + 2*w2),
    },
)


def squared_norm():
    """|g|^2 at a sign input."""
    g = gradient((x1, x2))
    return g.dot(g)


def sides(claimed):
    """The two relations of an equivalence: on the growth, on the parameters."""
    return sorted(claimed.args, key=lambda one: not one.has(rate))


signs = (Eq(x1**2, 1), Eq(x2**2, 1))
factors = {w1: a1**2 + b1**2, w2: a2**2 + b2**2}
EQUAL = ("Lambda is the top eigenvalue of an n x n matrix A with entries >= 0 and row sums |g_i|^2, so it lies between the "
         "least and the largest row sum (Perron and Frobenius)")


@threshold.proof
def by_equal_norms(claimed):
    """All row sums of A are equal, hence equal to Lambda."""
    yield zero(squared_norm() - claimed.rhs.subs(factors), "every |g_i|^2 is the claim", signs)
    yield cited(EQUAL)


@threshold.enclosure
def top_of_the_second_moment(lab):
    """The second moment's operator from the gradients, over the rationals."""
    return largest_curvature(diagonal_gradients(lab.a, lab.b, lab.inputs))


stable = theorem.claim(
    "SGD is stable exactly if the parameters' squared norm is at most 2/eta",
    Equivalent(Le(rate, 1), Le(eta*(w1 + w2), 2)),
    false={
        "the coefficients' l1 norm decides": Equivalent(Le(rate, 1), Le(eta*(r1 + r2), 1)),
        "at most 1/eta": Equivalent(Le(rate, 1), Le(eta*(w1 + w2), 1)),
        "the larger coordinate at most 2/eta": Equivalent(Le(rate, 1), Le(eta*Max(w1, w2), 2)),
    },
)


@stable.proof
def by_the_threshold(claimed):
    """Stable means eta Lambda <= 2, and Lambda is w_1 + w_2 by `threshold`."""
    bounded, region = sides(claimed)
    yield zero(bounded.gts - bounded.lts - (1 - rate), "bounded means that the second moment grows by at most 1 per step")
    yield zero(squared_norm() - (w1 + w2).subs(factors), "Lambda is the common squared norm", signs)
    yield zero(region.gts - region.lts - (2 - eta*(w1 + w2)), "the region says eta Lambda <= 2")
    yield cited(EQUAL)


@stable.enclosure
def growth_per_step(lab):
    """The top eigenvalue of S -> mean_i (I - eta H_i) S (I - eta H_i), 1 where nothing grows."""
    return growth(diagonal_gradients(lab.a, lab.b, lab.inputs), lab.eta)


least = theorem.claim(
    "no factors of beta are stable beyond step size 1 over its l1 norm",
    Ge(Lambda, 2*r1 + 2*r2),
    false={
        "four times the l1 norm": Ge(Lambda, 4*r1 + 4*r2),
        "at most, for any factors": Le(Lambda, 2*r1 + 2*r2),
    },
)


@least.proof
def by_squares(claimed):
    """a^2 + b^2 - 2 |a b| = (|a| - |b|)^2; p and q stand for |a| and |b|."""
    p1, p2, q1, q2 = symbols("p1 p2 q1 q2", nonnegative=True)
    at = {Lambda: p1**2 + q1**2 + p2**2 + q2**2, r1: p1*q1, r2: p2*q2}
    yield zero((claimed.gts - claimed.lts).subs(at) - (p1 - q1)**2 - (p2 - q2)**2, "the gap is a sum of squares")
    yield nonnegative((p1 - q1)**2 + (p2 - q2)**2, "which vanishes exactly at balanced factors")


balanced = theorem.claim(
    "balanced factors are stable exactly in the l1 ball of radius 1/eta",
    Equivalent(Le(rate, 1), Le(eta*(r1 + r2), 1)),
    false={
        "radius 2/eta": Equivalent(Le(rate, 1), Le(eta*(r1 + r2), 2)),
        "the maximum norm's ball": Equivalent(Le(rate, 1), Le(eta*Max(r1, r2), 1)),
        "the Euclidean ball": Equivalent(Le(rate, 1), Le(eta**2*(r1**2 + r2**2), 1)),
    },
)


@balanced.proof
def by_balancing(claimed):
    """At |a_j| = |b_j| the squared norm is twice the l1 norm of beta."""
    bounded, region = sides(claimed)
    yield zero(bounded.gts - bounded.lts - (1 - rate), "bounded means that the second moment grows by at most 1 per step")
    yield zero((w1 + w2).subs(factors) - 2*(r1 + r2), "Lambda is twice the l1 norm",
               given=(Eq(a1**2, b1**2), Eq(a2**2, b2**2), Eq(a1**2, r1), Eq(a2**2, r2)))
    yield zero(2*(region.gts - region.lts) - (2 - 2*eta*(r1 + r2)), "the region says eta Lambda <= 2")
    yield cited(EQUAL)


least.enclosure(top_of_the_second_moment)
balanced.enclosure(growth_per_step)
half, third = Rational(1, 2), Rational(1, 3)
cross, tall, skew = ((1, 1), (1, -1)), ((1, 1), (1, -1), (-1, -1)), ((1, 1), (1, -1), (-1, -1), (1, 1), (-1, -1))
for claim in (threshold, least):
    claim.case("two signs", inputs=cross, a=(1, half), b=(2, third), eta=1)
    claim.case("parallel inputs", inputs=((1, -1), (-1, 1)), a=(3, half), b=(half, -2), eta=1)
    claim.case("three of one kind", inputs=tall, a=(third, half), b=(-half, 1), eta=1)
    claim.case("balanced", inputs=tall, a=(half, -2), b=(half, 2), eta=1)
    claim.case("balanced and small", inputs=skew, a=(third, half), b=(-third, half), eta=1)
for name, inputs, a, b in (("two signs", cross, (1, half), (1, half)), ("three of one kind", tall, (half, -1), (half, 1)),
                           ("five inputs, long", skew, (3, half), (-3, half))):
    w = 2*(a[0]**2 + a[1]**2)
    balanced.case(name, inputs=inputs, a=a, b=b, eta=Each([2*share/w for share in
                  (Rational(1, 8), Rational(9, 10), Rational(1), Rational(11, 10), Rational(7, 5), Rational(19, 10), Rational(4))]))
for name, inputs, a, b in (("two signs", cross, (1, half), (2, third)), ("three of one kind", tall, (third, half), (-half, 1)),
                           ("one coordinate", skew, (3, 0), (half, 0))):
    w = sum(x**2 for x in (*a, *b))
    stable.case(name, inputs=inputs, a=a, b=b, eta=Each([2*share/w for share in
                (Rational(1, 8), Rational(9, 10), Rational(1), Rational(11, 10), Rational(7, 5), Rational(4))]))
balanced.case("one coordinate beyond 1/eta", inputs=((1, 1), (-1, 1)), a=(half, 0), b=(half, 0), eta=Rational(6))
threshold.outside("no signs", breaks=Eq(off, 0), inputs=((2, 0), (0, half)), a=(1, 1), b=(1, 1), eta=1)
stable.outside("the trace condition alone", breaks=Eq(off, 0), inputs=((2, 0), (0, half)), a=(1, 1), b=(1, 1), eta=Rational(9, 20))
balanced.outside("shorter inputs, uniform on [-1, 1]", breaks=Eq(off, 0), inputs=((half, half), (third, -half), (-half, -1)),
                 a=(1, 1), b=(1, 1), eta=Rational(3, 5))
