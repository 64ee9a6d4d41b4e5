"""The top eigenvalue of a ReLU network's Hessian is bounded without the factor of the dimension.

Statement.  f = sum_j a_j relu(w_j . x) at an interpolating point, symmetric inputs, none on a kink,
S = (1/n) sum_i x_i x_i^T.  Then

    lambda_1(H) <= (1/2) (sum_j w_j^T S w_j + lambda_1(S) |a|^2).

With S = I and |w_j| = |a_j| the right side is the path norm P = sum_j |a_j| |w_j|: every function with
P <= 2/eta has parameters at which gradient descent is stable, while SGD's stability forces
P <= 2/(eta sqrt(d)) (see `relu_path`).  One input pair on a line attains the bound.  Neither term may be
dropped, and the trace of S does not stand in the place of its top eigenvalue.
Shown for every width, dimension and number of inputs.
"""

from sympy import Eq, Gt, Le, Matrix, Rational, symbols

from numerics.stability import largest_curvature
from theorems import Source, Theorem, cited, nonnegative, zero
from theorems.sgd_stable_minima_norms.differences import relu_samples
from theorems.sgd_stable_minima_norms.relu_trace import geometry, nearest, signals, skew

top = symbols("top", nonnegative=True)                         # measured: lambda_1(H)
form, slopes, most = symbols("form slopes most", nonnegative=True)         # sum w.Sw, sum a^2, lambda_1(S)

theorem = Theorem("top eigenvalue of the Hessian of ReLU networks on symmetric data",
                  source=Source("Wu and Su", arxiv="2305.17490", at="two-layer ReLU networks under GD, re-derived"),
                  assumes=(Eq(skew, 0), Gt(nearest, 0)))


@theorem.data
def network(case):
    found = geometry(case)
    moments = Matrix(case.inputs).T*Matrix(case.inputs)/Rational(len(case.inputs))
    return {form: sum(x**2 for row in case.weights for x in signals(row, case.inputs))/Rational(len(case.inputs)),
            slopes: sum(x**2 for x in case.a), most: max(moments.eigenvals()), skew: found[skew], nearest: found[nearest]}


bound = theorem.claim(
    "the top eigenvalue is at most half of both layers' parts",
    Le(top, (form + slopes*most)/2),
    false={
        "the first layer alone": Le(top, form/2),
        "the second layer alone": Le(top, slopes*most/2),
        "a quarter": Le(top, (form + slopes*most)/4),
    },
)


@bound.proof
def by_blocks_and_cauchy_schwarz(claimed):
    """H is positive semidefinite with blocks H_aa and H_ww; its top eigenvalue is at most the sum of theirs.

    H_aa has the trace mean sum_j relu(w_j . x)^2 = form/2 by symmetry.  For v = (v_1, ..., v_m), by Cauchy and
    Schwarz (sum_j a_j [t_j > 0] v_j . x)^2 <= |a|^2 sum_j [t_j > 0] (v_j . x)^2, whose mean is
    |a|^2 (1/2) sum_j v_j . S v_j <= |a|^2 lambda_1(S) |v|^2/2, so H_ww is at most slopes most/2.
    """
    one, other, p, q = symbols("one other p q", nonnegative=True)      # roots of both blocks' tops; a unit vector's two lengths
    a1, a2, c1, c2 = symbols("a1 a2 c1 c2", real=True)
    yield zero((one**2 + other**2)*(p**2 + q**2) - (one*p + other*q)**2 - (one*q - other*p)**2,
               "v.Hv <= (one p + other q)^2 <= (one^2 + other^2) |v|^2")
    yield zero((a1**2 + a2**2)*(c1**2 + c2**2) - (a1*c1 + a2*c2)**2 - (a1*c2 - a2*c1)**2,
               "Cauchy and Schwarz for each pair of neurons (Lagrange's sum of squares)")
    yield cited("a positive semidefinite matrix with blocks A, B, C has |p.Bq| <= sqrt(p.Ap q.Cq)")
    yield nonnegative((claimed.gts - claimed.lts).subs(top, form/2 + slopes*most/2), "the sum of both blocks' bounds")


@bound.enclosure
def gradient_descent_threshold(lab):
    """2 over gradient descent's threshold, from the gradients, over the rationals."""
    return largest_curvature(relu_samples(lab.weights, lab.a, lab.inputs), 0)


half, third = Rational(1, 2), Rational(1, 3)
axes = ((1, 0), (0, 1), (-1, 0), (0, -1))
bound.case("one neuron on a line", inputs=((1,), (-1,)), weights=((2,),), a=(third,))
bound.case("one neuron on a long line", inputs=((3,), (-3,)), weights=((third,),), a=(2,))
bound.case("one neuron on a short line", inputs=((third,), (-third,)), weights=((half,),), a=(half,))
bound.case("one steep neuron", inputs=((half,), (-half,)), weights=((half,),), a=(5,))
bound.case("one heavy neuron", inputs=((half,), (-half,)), weights=((7,),), a=(half,))
bound.case("two neurons on the axes", inputs=axes, weights=((1, 2), (-1, 3)), a=(1, -2))
bound.case("three neurons, skew pair", inputs=((2, third), (-2, -third)), weights=((half, -1), (1, 1), (-1, 2)), a=(1, half, -1))
bound.outside("no mirror images", breaks=Eq(skew, 0), inputs=((1,),), weights=((2,),), a=(third,))
