"""The network of squares: f = sum_j (u_j^2 - v_j^2) x_j has the same l1 norm as its sharpness, doubled.

Statement.  At every interpolating point, with beta_j = u_j^2 - v_j^2 and S = (1/n) sum_i x_i x_i^T,

    tr H = 4 sum_j (u_j^2 + v_j^2) S_jj = 4 sum_j S_jj |beta_j| + 8 sum_j S_jj min(u_j^2, v_j^2),

so tr H >= 4 sum_j S_jj |beta_j| with equality exactly if u_j v_j = 0 wherever S_jj > 0.  The constant is
4, not the 2 of the network a o b: here the gradient is twice as long.  Written for two inputs; coordinate
by coordinate, so it holds for every number of inputs and samples.
"""

from sympy import Abs, Eq, Equivalent, Min, Rational, diff, symbols

from theorems import Source, Theorem, zero
from theorems.sgd_stable_minima_norms.diagonal import S11, S22, mean, second_moments, x1, x2

trace = symbols("trace", nonnegative=True)                     # measured
u1, u2, v1, v2 = symbols("u1 u2 v1 v2", real=True)

theorem = Theorem("sharpness of the network of squares",
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, the variant of squares"))


@theorem.data
def network(case):
    (s1, s2), (t1, t2) = case.u, case.v
    return {u1: s1, u2: s2, v1: t1, v2: t2, **second_moments(case.inputs)}


value = theorem.claim(
    "trace of the Hessian by the parameters",
    Eq(trace, 4*(u1**2 + v1**2)*S11 + 4*(u2**2 + v2**2)*S22),
    false={
        "the constant of a o b": Eq(trace, (u1**2 + v1**2)*S11 + (u2**2 + v2**2)*S22),
        "the l1 norm at every point": Eq(trace, 4*Abs(u1**2 - v1**2)*S11 + 4*Abs(u2**2 - v2**2)*S22),
    },
)
excess = theorem.claim(
    "trace of the Hessian by the l1 norm and what both factors share",
    Eq(trace, 4*S11*Abs(u1**2 - v1**2) + 4*S22*Abs(u2**2 - v2**2) + 8*S11*Min(u1**2, v1**2) + 8*S22*Min(u2**2, v2**2)),
    false={
        "twice the l1 norm": Eq(trace, 2*S11*Abs(u1**2 - v1**2) + 2*S22*Abs(u2**2 - v2**2)
                                + 8*S11*Min(u1**2, v1**2) + 8*S22*Min(u2**2, v2**2)),
        "four times the shared part": Eq(trace, 4*S11*Abs(u1**2 - v1**2) + 4*S22*Abs(u2**2 - v2**2)
                                         + 4*S11*Min(u1**2, v1**2) + 4*S22*Min(u2**2, v2**2)),
    },
)
equality = theorem.claim(
    "the l1 norm is attained exactly where no coordinate uses both factors",
    Equivalent(Eq(trace, 4*S11*Abs(u1**2 - v1**2) + 4*S22*Abs(u2**2 - v2**2)), Eq(S11*(u1*v1)**2 + S22*(u2*v2)**2, 0)),
    false={
        "also where the input vanishes": Equivalent(Eq(trace, 4*S11*Abs(u1**2 - v1**2) + 4*S22*Abs(u2**2 - v2**2)),
                                                    Eq((u1*v1)**2 + (u2*v2)**2, 0)),
        "balanced factors, as for a o b": Equivalent(Eq(trace, 4*S11*Abs(u1**2 - v1**2) + 4*S22*Abs(u2**2 - v2**2)),
                                                     Eq(S11*(u1**2 - v1**2)**2 + S22*(u2**2 - v2**2)**2, 0)),
    },
)


def output(x):
    return (u1**2 - v1**2)*x[0] + (u2**2 - v2**2)*x[1]


def derived():
    """The mean of |g|^2."""
    return mean(sum(diff(output((x1, x2)), one)**2 for one in (u1, u2, v1, v2)).expand())


@value.proof
def by_the_gradients(claimed):
    """At an interpolating point tr H is the mean of |g|^2."""
    yield zero(derived() - claimed.rhs, "the mean over the samples")


@excess.proof
def by_the_smaller_square(claimed):
    """p + q - |p - q| = 2 min(p, q)."""
    yield zero(derived() - claimed.rhs, "the mean over the samples")


@equality.proof
def by_the_smaller_square_again(claimed):
    """The excess 8 sum S min(u^2, v^2) vanishes exactly if sum S u^2 v^2 does: min(p, q) max(p, q) = p q in each term."""
    attained = next(one for one in claimed.args if one.has(trace))
    unused = next(one for one in claimed.args if not one.has(trace))
    p, q = symbols("p q", nonnegative=True)
    shared = lambda s, t: (s**2 + t**2 - Abs(s**2 - t**2))/2
    yield zero((attained.lhs - attained.rhs).subs(trace, derived()) - 8*S11*shared(u1, v1) - 8*S22*shared(u2, v2), "the excess")
    yield zero((p + q - Abs(p - q))*(p + q + Abs(p - q)) - 4*p*q, "the smaller times the larger of two is their product")
    yield zero(unused.lhs - unused.rhs - S11*u1**2*v1**2 - S22*u2**2*v2**2, "the products, weighted")


def from_the_loss(lab):
    """Second differences of the loss: it vanishes at the point and is of degree 4, so two distances are exact."""
    value = lambda p, x: sum((p[j]**2 - p[2 + j]**2)*x[j] for j in (0, 1))
    point, share = (*lab.u, *lab.v), Rational(1, 2*len(lab.inputs))
    target = [value(point, x) for x in lab.inputs]

    def both(j, h):
        moved = [[p + s*h*(i == j) for i, p in enumerate(point)] for s in (1, -1)]
        return share*sum((value(p, x) - y)**2 for p in moved for x, y in zip(lab.inputs, target))
    return sum(16*both(j, 1) - both(j, 2) for j in range(4))/12


half, third, tenth = Rational(1, 2), Rational(1, 3), Rational(1, 10)
for claim in (value, excess, equality):
    claim.enclosure(from_the_loss)
theorem.case("two signs", inputs=((1, 1), (1, -1)), u=(1, half), v=(2, third))
theorem.case("three inputs of different sizes", inputs=((1, 2), (-third, half), (3, Rational(1, 5))), u=(-2, half), v=(1, 3))
theorem.case("one factor each", inputs=((2, half), (-1, 3)), u=(3, 0), v=(0, -2))
theorem.case("both factors where the input vanishes", inputs=((0, 2), (0, third)), u=(half, 4), v=(-half, 0))
theorem.case("one factor each, the other way", inputs=((1, 2), (3, half)), u=(0, 3), v=(half, 0))
theorem.case("shared parts of opposite sign", inputs=((1, 1), (1, -1)), u=(1, 1), v=(1, -1))
theorem.case("shared parts, signs exchanged", inputs=((1, 1), (1, -1)), u=(1, 1), v=(-1, 1))
theorem.case("second factor larger", inputs=((tenth, Rational(3, 2)),), u=(half, half), v=(third, 2))
