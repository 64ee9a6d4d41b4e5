"""Without symmetry the trace of a ReLU network's Hessian weighs each neuron by the half-space it sees.

Statement.  f = sum_j a_j relu(w_j . x) at an interpolating point, none on a kink.  For every direction u
let alpha(u) = mean relu(u . x_i)^2 and gamma(u) = mean |x_i|^2 [u . x_i > 0].  For all data

    tr H = sum_j |w_j|^2 alpha(w_j/|w_j|) + a_j^2 gamma(w_j) >= 2 sum_j |a_j| |w_j| sqrt(alpha gamma),

with equality exactly if |w_j| sqrt(alpha) = |a_j| sqrt(gamma) for each.  So tr H >= 2 sqrt(floor) P with P the path
norm and floor the infimum of alpha gamma over all directions, found exactly in the plane.  A bound of the path
norm itself needs floor > 0: a neuron whose half-space holds no input is invisible,
and with it the path norm is as large as one likes at the same trace.  Shown for every width and data.
"""

from sympy import Eq, Ge, Max, Rational, diff, sqrt, symbols

from numerics.stable_networks import half_space_floor, half_space_moments
from theorems import Source, Theorem, nonnegative, zero
from theorems.sgd_stable_minima_norms.differences import relu_trace

trace = symbols("trace", nonnegative=True)                     # measured
first, second = symbols("first second", nonnegative=True)      # sum |w|^2 alpha, sum a^2 gamma
mixed, P = symbols("mixed P", nonnegative=True)                # sum |a| |w| sqrt(alpha gamma); path norm
floor = symbols("floor", nonnegative=True)                     # infimum of alpha gamma
p, q = symbols("p q", nonnegative=True)                        # |w| sqrt(alpha) and |a| sqrt(gamma) of one neuron

theorem = Theorem("half-spaces and the sharpness of ReLU networks",
                  source=Source("Wu and Su", arxiv="2305.17490", at="two-layer ReLU networks on general data, re-derived"))


@theorem.data
def network(case):
    parts = [(half_space_moments(w, case.inputs), a, sqrt(sum(t**2 for t in w))) for w, a in zip(case.weights, case.a)]
    return {first: sum(alpha for (alpha, _), _, _ in parts), second: sum(a**2*gamma for (_, gamma), a, _ in parts),
            mixed: sum(abs(a)*sqrt(alpha*gamma) for (alpha, gamma), a, _ in parts),
            P: sum(abs(a)*length for _, a, length in parts), floor: half_space_floor(case.inputs)[2]}


value = theorem.claim(
    "trace of the Hessian by half-spaces",
    Eq(trace, first + second),
    false={
        "the first layer alone": Eq(trace, first),
        "the loss without its half": Eq(trace, 2*first + 2*second),
        "balanced": Eq(trace, 2*mixed),
    },
)
bound = theorem.claim(
    "the trace is at least the path norm weighed by half-spaces",
    Ge(trace, 2*mixed),
    false={
        "the path norm itself": Ge(trace, P),
        "a hundredth of the path norm": Ge(trace, P/100),
        "three times": Ge(trace, 3*mixed),
    },
)


@value.proof
def by_differentiation(claimed):
    """Off the kinks each neuron's part of f is linear in w and in a, or 0; H is the mean of g g^T.

    |w|^2 alpha(w/|w|) = alpha(w) and gamma(w/|w|) = gamma(w), as relu(t u) = t relu(u) for t > 0.  Written for two
    neurons and two inputs in the plane, of which all sums are made.
    """
    names = a, w1, w2, b, v1, v2 = symbols("a w1 w2 b v1 v2", real=True)
    x1, x2, t, z = symbols("x1 x2 t z", real=True)
    signal, other, size = w1*x1 + w2*x2, v1*x1 + v2*x2, x1**2 + x2**2
    squared = lambda f: sum(diff(f, name)**2 for name in names)
    both, one = signal**2 + other**2 + (a**2 + b**2)*size, signal**2 + a**2*size
    yield zero(squared(a*signal + b*other) - both, "|g|^2 where both neurons are active: a sum over neurons")
    yield zero(squared(a*signal) - one, "where one is, it alone counts")
    yield zero(Max(t*z, 0) - t*Max(z, 0), "relu is homogeneous", given=(t > 0,))
    part = lambda w, slope, length: claimed.rhs.subs({first: w, second: slope*length}, simultaneous=True)
    p, q, r, s, e, f = symbols("p q r s e f", nonnegative=True)
    yield zero(part(p, q, r) - (p + q*r), "the claim for one neuron on one input: relu(w.x)^2 + a^2 |x|^2, or 0 + 0")
    whole = claimed.rhs.subs({first: (p + r)/2, second: (q*e + s*f)/2}, simultaneous=True)
    yield zero(whole - (part(p, q, e) + part(r, s, f))/2, "and it is additive over neurons and means of inputs")


@bound.proof
def by_squares(claimed):
    """p^2 + q^2 - 2 p q = (p - q)^2 for each neuron, by `value`."""
    gap = (claimed.gts - claimed.lts).subs({trace: p**2 + q**2, mixed: p*q})
    yield zero(gap - (p - q)**2, "the gap of one neuron")
    yield nonnegative((p - q)**2, "which is nonnegative")


plane = theorem.claim(
    "the trace is at least a multiple of the path norm that the inputs set",
    Ge(trace**2, 4*floor*P**2),
    false={
        "whatever the inputs": Ge(trace**2, 4*P**2),
        "five times": Ge(trace**2, 5*floor*P**2),
    },
)


@plane.proof
def by_the_infimum(claimed):
    """Each direction has alpha gamma >= floor, so mixed >= sqrt(floor) P term by term; then `bound`, squared."""
    r, m, e = symbols("r m e", nonnegative=True)               # sqrt(floor); mixed; sqrt(alpha gamma) - r of one neuron
    yield nonnegative(p*q*(r + e) - r*p*q, "one neuron with |a| = p, |w| = q")
    gap = (claimed.gts - claimed.lts).subs({floor: r**2, trace: 2*(r*P + m)})
    yield nonnegative(gap, "trace >= 2 mixed, which exceeds r P by m")


@value.enclosure
def from_the_loss(lab):
    """The loss's own second differences."""
    return relu_trace(lab.weights, lab.a, lab.inputs)


bound.enclosure(from_the_loss)
plane.enclosure(from_the_loss)
half, third, tenth = Rational(1, 2), Rational(1, 3), Rational(1, 10)
theorem.case("two inputs, not symmetric", inputs=((1, 0), (0, 1)), weights=((1, 1),), a=(1,))
theorem.case("three neurons", inputs=((1, 2), (-third, half), (3, -1)), weights=((2, 1), (-1, third), (half, -1)), a=(1, half, -2))
theorem.case("one neuron and one that no input activates", inputs=((1, 0),), weights=((half, 0), (-100, 0)), a=(half, 7))
theorem.case("invisible and huge", inputs=((1, 0), (2, 0)), weights=((-1000, 0), (third, 0)), a=(3, -third))
theorem.case("balanced and small", inputs=((1, 0), (0, 1)), weights=((tenth, tenth),), a=(tenth,))
theorem.case("far inputs, small network", inputs=((9, 0), (-9, 0), (0, 9), (0, -9)), weights=((tenth, tenth),), a=(tenth,))
plane.case("four axes, balanced", inputs=((1, 0), (-1, 0), (0, 1), (0, -1)), weights=((1, 1), (-2, 2)), a=(1, -2))
plane.case("four axes, small", inputs=((1, 0), (-1, 0), (0, 1), (0, -1)), weights=((tenth, tenth),), a=(tenth,))
plane.case("inputs all around", inputs=((3, 1), (-1, 2), (0, -2), (-3, -1), (1, 1)), weights=((1, -half), (2, 3)), a=(2, 1))
theorem.case("long weights, faint slopes", inputs=((1, half), (-third, 1)), weights=((3, 4), (-2, 1)), a=(tenth, -tenth))
