"""Every ReLU network with path norm up to 2/eta has parameters at which gradient descent is stable.

Statement.  f = sum_j a_j relu(w_j . x), path norm P = sum_j |a_j| |w_j|, symmetric inputs with
(1/n) sum_i x_i x_i^T = I, none on a kink.  Rescaling each neuron to |w_j| = |a_j| leaves f and P, and then

    lambda_1(H) <= P.

SGD's stability forces P <= 2/(eta sqrt(d)) instead (see `relu_path`): weaker by sqrt(d).  One neuron on a line
attains it.  SGD's balance |w_j| = sqrt(d) |a_j| is another one and does not do.
Shown for every width, dimension and number of inputs; neurons with a_j = 0 or w_j = 0 are left out.
"""

from sympy import Eq, Gt, Le, Rational, sqrt, symbols

from numerics.stability import largest_curvature
from theorems import Source, Theorem, cited, nonnegative, zero
from theorems.sgd_stable_minima_norms.differences import relu_output, relu_samples
from theorems.sgd_stable_minima_norms.relu_trace import geometry, nearest, skew

top, change = symbols("top change", nonnegative=True)          # measured: after balancing; greatest change of an output
P = symbols("P", nonnegative=True)                             # path norm
defect = symbols("defect", nonnegative=True)                   # sum of the squared entries of S - I

theorem = Theorem("gradient descent's stability and the path norm",
                  source=Source("Wu and Su", arxiv="2305.17490", at="two-layer ReLU networks under GD, re-derived"),
                  assumes=(Eq(defect, 0), Eq(skew, 0), Gt(nearest, 0)))


@theorem.data
def network(case):
    size, found = len(case.inputs[0]), geometry(case)
    moment = lambda j, k: sum(x[j]*x[k] for x in case.inputs)/Rational(len(case.inputs))
    return {P: sum(abs(x)*sqrt(sum(w**2 for w in row)) for x, row in zip(case.a, case.weights)),
            skew: found[skew], nearest: found[nearest],
            defect: sum((moment(j, k) - int(j == k))**2 for j in range(size) for k in range(size))}


balanced = theorem.claim(
    "the top eigenvalue of the balanced network is at most the path norm, its outputs are the same",
    (Le(top, P), Eq(change, 0)),
    false={
        "half the path norm": (Le(top, P/2), Eq(change, 0)),
        "at least the path norm, as SGD's threshold": (P <= top, Eq(change, 0)),
    },
)


@balanced.proof
def by_both_layers(bound, same):
    """By `relu_top` with S = I, lambda_1 <= (sum |w|^2 + sum a^2)/2; (t a, w/t) with t^2 = |w|/|a| makes them equal."""
    v, s, t = symbols("v s t", positive=True)                  # |w| and |a| of one neuron; the factor
    here = (Eq(t**2*s, v),)
    yield cited("lambda_1(H) <= (sum_j w_j.S w_j + lambda_1(S) |a|^2)/2, the claim of `relu_top`")
    yield zero(((v/t)**2 + (s*t)**2)/2 - s*v, "the part of each balanced neuron is |a| |w|, their sum the path norm", here)
    yield nonnegative(bound.gts - bound.lts, "the bound is the claim", given=(top <= P,))
    yield zero(s*t*(v/t) - s*v - same.rhs, "slope times signal stays, as relu(z/t) = relu(z)/t")


@balanced.enclosure
def after_balancing(lab):
    """Rescale each neuron by the root of |w|/|a|; threshold over the rationals, outputs compared."""
    factors = [sqrt(sqrt(sum(w**2 for w in row))/abs(slope)) for row, slope in zip(lab.weights, lab.a)]
    weights = [tuple(w/f for w in row) for row, f in zip(lab.weights, factors)]
    a = [slope*f for slope, f in zip(lab.a, factors)]
    flat = lambda rows, slopes: (*(w for row in rows for w in row), *slopes)
    outputs = [[relu_output(flat(*one), x, len(a)) for x in lab.inputs] for one in ((weights, a), (lab.weights, lab.a))]
    return {top: top_eigenvalue(weights, a, lab.inputs), change: max(abs(y - z) for y, z in zip(*outputs))}


def top_eigenvalue(weights, a, inputs):
    return largest_curvature(relu_samples(weights, a, inputs), 0)


third = Rational(1, 3)
line, pair = ((1,), (-1,)), ((1, 1), (1, -1), (-1, -1), (-1, 1))
theorem.case("one neuron on a line", inputs=line, weights=((9,),), a=(1,))
theorem.case("one short neuron on a line", inputs=line, weights=((Rational(1, 4),),), a=(-third*third,))
theorem.case("two neurons on a line", inputs=line, weights=((1,), (-4,)), a=(4, -1))
theorem.case("two neurons on the square", inputs=pair, weights=((3, 4), (-12, 5)), a=(5, -13))
theorem.case("two balanced differently", inputs=pair, weights=((12, 16), (-4, 3)), a=(5, -20))
theorem.outside("longer inputs", breaks=Eq(defect, 0), inputs=((2,), (-2,)), weights=((1,),), a=(1,))
theorem.outside("no mirror images", breaks=Eq(skew, 0), inputs=((1,), (1,)), weights=((1,),), a=(1,))
