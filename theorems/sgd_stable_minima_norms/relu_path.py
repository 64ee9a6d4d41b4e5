"""On symmetric whitened data sharpness controls the path norm of a bias-free ReLU network.

Statement.  f = sum_j a_j relu(w_j . x) in d inputs, path norm P = sum_j |a_j| |w_j|, inputs symmetric
with (1/n) sum_i x_i x_i^T = I and none on a kink.  At every interpolating point

    tr H = sqrt(d) P + (1/2) sum_j (|w_j| - sqrt(d) |a_j|)^2.

So tr H >= sqrt(d) P, with equality exactly if every |w_j| = sqrt(d) |a_j|; rescaling each neuron to
(t a_j, w_j/t) attains it and leaves f as it is; and SGD of batch size 1 is stable at step size eta only
where P <= 2/(eta sqrt(d)), for 2/eta >= Lambda >= tr H.  Equality holds only after rescaling: at a given
point the trace is no function of P.  Balancing at |w_j| = |a_j|, which is gradient descent's, does not do.
Shown for every width, dimension and number of inputs; neurons with a_j = 0 or w_j = 0 are left out.
"""

from sympy import Eq, Ge, Gt, Rational, sqrt, symbols

from numerics.stability import largest_curvature
from theorems import Source, Theorem, cited, nonnegative, zero
from theorems.sgd_stable_minima_norms.differences import relu_output, relu_samples, relu_trace
from theorems.sgd_stable_minima_norms.relu_trace import geometry, nearest, skew

trace, Lambda, least, change = symbols("trace Lambda least change", nonnegative=True)    # measured
d = symbols("d", integer=True, positive=True)
P, imbalance = symbols("P imbalance", nonnegative=True)        # path norm; sum of (|w_j| - sqrt(d) |a_j|)^2
defect = symbols("defect", nonnegative=True)                   # sum of the squared entries of S - I
root = symbols("root", positive=True)                          # sqrt(d)
r, v, s = symbols("r v s", nonnegative=True)                   # sqrt(d), |w| and |a| of one neuron

theorem = Theorem("path norm and sharpness of ReLU networks",
                  source=Source("Wu and Su", arxiv="2305.17490", at="Theorem 4.3 as credited by Wen, Li and Ma, re-derived"),
                  assumes=(Eq(defect, 0), Eq(skew, 0), Gt(nearest, 0)))


@theorem.data
def network(case):
    size = len(case.inputs[0])
    found = geometry(case)
    lengths = [sqrt(sum(w**2 for w in row)) for row in case.weights]
    moment = lambda j, k: sum(x[j]*x[k] for x in case.inputs)/Rational(len(case.inputs))
    return {d: size, root: sqrt(size), P: sum(abs(x)*y for x, y in zip(case.a, lengths)), skew: found[skew], nearest: found[nearest],
            imbalance: sum((y - sqrt(size)*abs(x))**2 for x, y in zip(case.a, lengths)).expand(),
            defect: sum((moment(j, k) - int(j == k))**2 for j in range(size) for k in range(size))}


value = theorem.claim(
    "trace of the Hessian by path norm and imbalance",
    Eq(trace, sqrt(d)*P + imbalance/2),
    false={
        "the path norm alone": Eq(trace, sqrt(d)*P),
        "no dimension": Eq(trace, P + imbalance/2),
        "d times the path norm": Eq(trace, d*P + imbalance/2),
        "the loss without its half": Eq(trace, 2*sqrt(d)*P + imbalance),
    },
)


def one_neuron():
    """Its part of the trace by the quadratic form (see `relu_trace`), S = I."""
    return (v**2 + r**2*s**2)/2


def put(side):
    """A side for one neuron; r stands for sqrt(d)."""
    return side.subs({P: s*v, imbalance: (v - r*s)**2, sqrt(d): r}).subs(d, r**2)


@value.proof
def by_completing_the_square(claimed):
    """Neuron by neuron: tr S = d and w.Sw = |w|^2."""
    yield zero(one_neuron() - put(claimed.rhs), "the part of each neuron")
    yield nonnegative((v - r*s)**2/2, "so the trace is at least sqrt(d) P, with equality at |w| = sqrt(d) |a|")


@value.enclosure
def from_the_loss(lab):
    """The loss's own second differences."""
    return relu_trace(lab.weights, lab.a, lab.inputs)


stable = theorem.claim(
    "two over the largest stable step size is at least sqrt(d) times the path norm",
    Ge(Lambda, root*P),
    false={
        "d times the path norm": Ge(Lambda, root**2*P),
        "twice, the loss without its half": Ge(Lambda, 2*root*P),
    },
)


@stable.proof
def by_the_trace(claimed):
    """Lambda >= tr H, and tr H - sqrt(d) P is a sum of squares; eta Lambda <= 2 gives P <= 2/(eta sqrt(d))."""
    yield cited("SGD's threshold 2/Lambda for batch size 1 and one output has Lambda >= tr H")
    gap = (claimed.gts - claimed.lts).subs({Lambda: one_neuron(), P: s*v, root: r})
    yield zero(gap - (v - r*s)**2/2, "the gap of each neuron is half a square")
    yield nonnegative((v - r*s)**2, "which is nonnegative")


@stable.enclosure
def threshold(lab):
    """The second moment's operator from the gradients, over the rationals."""
    return largest_curvature(relu_samples(lab.weights, lab.a, lab.inputs))


rescaled = theorem.claim(
    "rescaling each neuron attains the bound and leaves the function",
    (Eq(least, sqrt(d)*P), Eq(change, 0)),
    false={
        "the path norm": (Eq(least, P), Eq(change, 0)),
        "twice": (Eq(least, 2*sqrt(d)*P), Eq(change, 0)),
    },
)


@rescaled.proof
def by_homogeneity(attained, same):
    """(t a, w/t) with t^2 = |w|/(sqrt(d) |a|) is balanced; relu(z/t) = relu(z)/t for t > 0."""
    factor = symbols("factor", positive=True)
    here = (Eq(factor**2*r*s, v), s > 0, r > 0)
    moved = one_neuron().subs({v: v/factor, s: factor*s}, simultaneous=True)
    yield zero(moved - put(attained.rhs), "the part of a rescaled neuron", here)
    yield zero(factor*s*(v/factor) - s*v - same.rhs, "slope times signal stays")


@rescaled.enclosure
def balanced_network(lab):
    """Rescale by the root of |w|/(sqrt(d) |a|), then measure trace and outputs."""
    size, width = len(lab.inputs[0]), len(lab.a)
    factors = [sqrt(sqrt(sum(w**2 for w in row))/(sqrt(size)*abs(slope))) for row, slope in zip(lab.weights, lab.a)]
    weights = [tuple(w/f for w in row) for row, f in zip(lab.weights, factors)]
    a = [slope*f for slope, f in zip(lab.a, factors)]
    flat = lambda rows, slopes: (*(w for row in rows for w in row), *slopes)
    outputs = (relu_output(flat(weights, a), x, width) - relu_output(flat(lab.weights, lab.a), x, width) for x in lab.inputs)
    return {least: relu_trace(weights, a, lab.inputs).expand(), change: sum(abs(y) for y in outputs)}


half, third = Rational(1, 2), Rational(1, 3)
line = ((1,), (-1,))
axes = tuple(tuple(2*sign*int(j == k) for k in range(4)) for j in range(4) for sign in (1, -1))
turned = tuple((sign*x, sign*y) for x, y in ((Rational(7, 5), Rational(1, 5)), (Rational(1, 5), -Rational(7, 5))) for sign in (1, -1))
for claim in (value, stable):
    claim.case("a line, one pair of neurons", inputs=line, weights=((half,), (-half,)), a=(half, -half))
    claim.case("a line, unbalanced", inputs=line, weights=((2,), (-1,), (third,)), a=(half, -3, 1))
    claim.case("four axes, balanced", inputs=axes, weights=((1, 1, 1, 1), (3, -3, -3, 3)), a=(1, -3))
    claim.case("four axes, unbalanced", inputs=axes, weights=((2, 4, 4, 8), (-1, 1, third, third)), a=(half, 2))
    claim.case("turned square", inputs=turned, weights=((3, 4), (-4, 3)), a=(2, half))
stable.case("a line, short pair", inputs=line, weights=((2,), (-2,)), a=(-2, 2))
pairs = ((1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1))
fours = tuple(tuple(sign*w for w in row) for row in pairs for sign in (1, -1))
for name, scale, slope in (("as long as steep", Rational(1), Rational(1)), ("small", Rational(1, 10), Rational(1, 10)),
                           ("faint second layer", Rational(1, 10), Rational(1, 100)),
                           ("steep second layer", Rational(1, 10), Rational(9)), ("steep first layer", Rational(9), Rational(1))):
    stable.case(f"four pairs, {name}", inputs=axes, a=(slope, -slope)*4, weights=tuple(tuple(scale*w for w in row) for row in fours))
rescaled.case("a line", inputs=line, weights=((9,), (-1,)), a=(1, 4))
rescaled.case("four axes", inputs=axes, weights=((2, 2, 2, 2), (-1, 1, 1, -1)), a=(half, -9))
rescaled.case("turned square", inputs=turned, weights=((3, 4),), a=(-2,))
value.outside("longer inputs", breaks=Eq(defect, 0), inputs=((2,), (-2,)), weights=((1,),), a=(1,))
value.outside("no mirror images", breaks=Eq(skew, 0), inputs=((1, 1), (1, -1)), weights=((2, 1),), a=(1,))
theorem.erratum(
    at="abstract, read at a given parameter",
    printed="the sharpness metrics are equivalent to parameter norms",
    fault="at a given point the trace is no multiple of the path norm, nor bounded by one: the neuron w = 100, a = 1/100 "
          "on the inputs 1, -1 has path norm 1 and trace (100^2 + 100^-2)/2",
    statement=Eq(trace, sqrt(d)*P), witness={trace: Rational(100000001, 20000), d: 1, P: 1}, where=(P <= 1, Eq(d, 1)),
    repaired="trace >= sqrt(d) P at every point, and equality after the best rescaling of each neuron")
