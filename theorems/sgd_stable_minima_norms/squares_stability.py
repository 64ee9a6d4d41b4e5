"""SGD on the network of squares keeps an l1 ball of half the radius.

Statement.  f = sum_j (u_j^2 - v_j^2) x_j at an interpolating point, all |x_ij| = 1, batch size 1:

    Lambda = 4 (|u|^2 + |v|^2) >= 4 |beta|_1,      beta_j = u_j^2 - v_j^2,

equal where u_j v_j = 0.  So SGD is stable exactly if |u|^2 + |v|^2 <= 1/(2 eta), and the coefficients it
can keep are exactly |beta|_1 <= 1/(2 eta), half of what a o b allows.  Written for two coordinates; sums
over coordinates, so it holds for every number of them and of samples.
"""

from sympy import Eq, Equivalent, Ge, Le, Rational, symbols

from numerics.stability import growth, largest_curvature
from numerics.stable_networks import squares_gradients
from theorems import Each, Source, Theorem, cited, nonnegative, zero

Lambda, rate = symbols("Lambda rate", nonnegative=True)        # measured
size, norm = symbols("size norm", nonnegative=True)            # |u|^2 + |v|^2; |beta|_1
eta = symbols("eta", positive=True)
off = symbols("off", nonnegative=True)                         # the largest (x_ij^2 - 1)^2

theorem = Theorem("SGD's stability on the network of squares", assumes=(Eq(off, 0),),
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, the variant of squares"))


@theorem.data
def network(case):
    return {size: sum(x**2 for x in (*case.u, *case.v)), norm: sum(abs(s**2 - t**2) for s, t in zip(case.u, case.v)),
            eta: case.eta, off: max((x**2 - 1)**2 for row in case.inputs for x in row)}


threshold = theorem.claim(
    "two over the largest stable step size, and its least value",
    (Eq(Lambda, 4*size), Ge(Lambda, 4*norm)),
    false={
        "the constant of a o b": (Eq(Lambda, size), Ge(Lambda, norm)),
        "eight times the l1 norm": (Eq(Lambda, 4*size), Ge(Lambda, 8*norm)),
    },
)
stable = theorem.claim(
    "SGD is stable exactly if the squared parameters sum to at most 1/(2 eta)",
    Equivalent(Le(rate, 1), Le(2*eta*size, 1)),
    false={
        "at most 2/eta": Equivalent(Le(rate, 1), Le(eta*size, 2)),
        "the l1 norm of beta decides": Equivalent(Le(rate, 1), Le(2*eta*norm, 1)),
    },
)
p, q, x = symbols("p q x", real=True)                          # u_j, v_j, x_ij of one coordinate
EQUAL = "Lambda is the top eigenvalue of a matrix with entries >= 0 and row sums |g_i|^2 (Perron and Frobenius)"


@threshold.proof
def by_equal_norms(exact, bound):
    """The gradient is (2 u x, -2 v x) in each coordinate; all |g_i|^2 are equal, hence equal to Lambda."""
    yield cited(EQUAL)
    part = ((2*p*x)**2 + (2*q*x)**2)
    yield zero(part - exact.rhs.subs(size, p**2 + q**2), "the part of one coordinate", given=(Eq(x**2, 1),))
    for larger, smaller in ((p, q), (q, p)):
        gap = (bound.gts - bound.lts).subs({Lambda: 4*p**2 + 4*q**2, norm: larger**2 - smaller**2})
        yield zero(gap - 8*smaller**2, "the gap is eight times the smaller square")
    yield nonnegative(8*q**2, "which vanishes where one factor does")


@stable.proof
def by_the_threshold(claimed):
    """Stable means that the second moment grows by at most 1 per step: eta Lambda <= 2."""
    bounded, region = sorted(claimed.args, key=lambda one: not one.has(rate))
    yield cited(EQUAL)
    yield zero(bounded.gts - bounded.lts - (1 - rate), "bounded means a growth of at most 1")
    yield zero(2*(region.gts - region.lts) - (2 - eta*4*size), "the region says eta Lambda <= 2")


@threshold.enclosure
def top_of_the_second_moment(lab):
    """The second moment's operator from the gradients, over the rationals."""
    return largest_curvature(squares_gradients(lab.u, lab.v, lab.inputs))


@stable.enclosure
def growth_per_step(lab):
    """The top eigenvalue of S -> mean_i (I - eta H_i) S (I - eta H_i)."""
    return growth(squares_gradients(lab.u, lab.v, lab.inputs), lab.eta)


half, third = Rational(1, 2), Rational(1, 3)
for name, inputs, u, v in (("two signs", ((1, 1), (1, -1)), (1, half), (half, third)),
                           ("three inputs, one factor each", ((1, 1), (1, -1), (-1, -1)), (third, 0), (0, -half)),
                           ("parallel inputs, long", ((1, -1), (-1, 1)), (3, 0), (0, 2))):
    limit = 1/(2*Rational(1)*sum(x**2 for x in (*u, *v)))
    theorem.case(name, inputs=inputs, u=u, v=v, eta=Each([limit*share for share in
                 (Rational(1, 9), half, Rational(9, 10), Rational(1), Rational(11, 10), Rational(5, 2), Rational(4))]))
threshold.case("one factor, small", inputs=((1, 1), (-1, 1)), u=(Rational(1, 5), 0), v=(0, 0), eta=Rational(1))
theorem.outside("no signs", breaks=Eq(off, 0), inputs=((2, 0), (0, half)), u=(1, 1), v=(0, 0), eta=Rational(1, 4))
