"""Balancing a diagonal linear network turns its sharpness into an l1 norm of its coefficients.

Statement.  f = sum_j a_j b_j x_j with beta_j = a_j b_j and S = (1/n) sum_i x_i x_i^T.  At every
interpolating point, for all data,

    tr H >= 2 sum_j S_jj |beta_j|,    with equality exactly if |a_j| = |b_j| wherever S_jj > 0.

So trace and norm agree after the best reparametrisation of beta, which exists, and not before: that is
what "equivalence" means.  Not needed: equal signs of a_j and b_j, or balance where an input vanishes.
Written for two inputs; coordinate by coordinate, so it holds for every number of inputs and samples.
"""

from sympy import Abs, Eq, Equivalent, Ge, Rational, symbols

from theorems import Source, Theorem, nonnegative, zero
from theorems.sgd_stable_minima_norms.diagonal import S11, S22, a1, a2, b1, b2, gradient, mean, second_moments, x1, x2
from theorems.sgd_stable_minima_norms.differences import diagonal_output, loss_hessian

trace = symbols("trace", nonnegative=True)                     # measured: of the loss's Hessian
p1, p2, q1, q2 = symbols("p1 p2 q1 q2", nonnegative=True)      # |a_j| and |b_j|

theorem = Theorem("sharpness of balanced diagonal linear networks",
                  source=Source("Wu and Su", arxiv="2305.17490", at="diagonal linear networks, re-derived"))


@theorem.data
def network(case):
    (s1, s2), (t1, t2) = case.a, case.b
    return {a1: s1, a2: s2, b1: t1, b2: t2, **second_moments(case.inputs)}


bound = theorem.claim(
    "the trace is at least twice the weighted l1 norm of beta",
    Ge(trace, 2*(S11*Abs(a1*b1) + S22*Abs(a2*b2))),
    false={
        "four times": Ge(trace, 4*(S11*Abs(a1*b1) + S22*Abs(a2*b2))),
        "at most": trace <= 2*(S11*Abs(a1*b1) + S22*Abs(a2*b2)),
    },
)
equality = theorem.claim(
    "the bound is attained exactly by balanced parameters",
    Equivalent(Eq(trace, 2*(S11*Abs(a1*b1) + S22*Abs(a2*b2))),
               Eq(S11*(Abs(a1) - Abs(b1))**2 + S22*(Abs(a2) - Abs(b2))**2, 0)),
    false={
        "balanced with sign": Equivalent(Eq(trace, 2*(S11*Abs(a1*b1) + S22*Abs(a2*b2))),
                                         Eq(S11*(a1 - b1)**2 + S22*(a2 - b2)**2, 0)),
        "also where the input vanishes": Equivalent(Eq(trace, 2*(S11*Abs(a1*b1) + S22*Abs(a2*b2))),
                                                    Eq((Abs(a1) - Abs(b1))**2 + (Abs(a2) - Abs(b2))**2, 0)),
    },
)


def derived():
    """The trace as the mean of |g|^2."""
    g = gradient((x1, x2))
    return mean(g.dot(g))


@bound.proof
def by_squares(claimed):
    """w_j - 2 |beta_j| = (|a_j| - |b_j|)^2; p_j and q_j stand for |a_j| and |b_j|."""
    squares = lambda s1, t1, s2, t2: S11*(s1 - t1)**2 + S22*(s2 - t2)**2
    gap = (claimed.gts - claimed.lts).subs(trace, derived())
    yield zero(gap - squares(Abs(a1), Abs(b1), Abs(a2), Abs(b2)), "the gap is a weighted sum of squares")
    yield nonnegative(squares(p1, q1, p2, q2), "which is nonnegative")


@equality.proof
def by_the_same_squares(claimed):
    """Both sides say that the same number is zero, a sum of nonnegative terms S_jj (|a_j| - |b_j|)^2."""
    attained = next(one for one in claimed.args if one.has(trace))
    balanced = next(one for one in claimed.args if not one.has(trace))
    yield zero((attained.lhs - attained.rhs).subs(trace, derived()) - (balanced.lhs - balanced.rhs),
               "one number decides both")


def by_differences(lab):
    """The loss's own second differences: no formula for the gradient."""
    hessian = loss_hessian(diagonal_output, (*lab.a, *lab.b), lab.inputs)
    return sum(hessian[k][k] for k in range(4))


bound.enclosure(by_differences)
equality.enclosure(by_differences)
half, third, tenth = Rational(1, 2), Rational(1, 3), Rational(1, 10)
theorem.case("two signs", inputs=((1, 1), (1, -1)), a=(1, half), b=(2, third))
theorem.case("three inputs of different sizes", inputs=((1, 2), (-third, half), (3, Rational(1, 5))), a=(-2, half), b=(1, 3))
theorem.case("balanced but for a sign", inputs=((2, half), (-1, 3)), a=(1, -3), b=(-1, -3))
theorem.case("unbalanced where the input vanishes", inputs=((2, 0), (third, 0)), a=(half, 1), b=(-half, 4))
theorem.case("one balanced sample", inputs=((third, Rational(3, 2)),), a=(2, -half), b=(2, -half))
bound.case("small parameters, parallel inputs", inputs=((3, 2), (2, 3)), a=(tenth, third), b=(tenth, third))
bound.case("large parameters, small inputs", inputs=((tenth, third), (third, -tenth)), a=(3, 5), b=(3, 5))
bound.case("first coordinate larger", inputs=((4, third), (2, half)), a=(tenth, -2), b=(-tenth, 2))
bound.case("second coordinate unbalanced", inputs=((half, 2), (third, 1)), a=(half, 3), b=(half, 2))
bound.case("tiny second input", inputs=((half, tenth), (half, tenth)), a=(half, half), b=(half, half))
