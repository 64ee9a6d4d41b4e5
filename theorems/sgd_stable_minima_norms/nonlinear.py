"""The nonlinear network near its minimum follows the linear theory to first order in the distance.

Statement.  Diagonal linear network with two coordinates on sign inputs, labels of theta* = (a, b), SGD of
batch size 1 and step size eta from theta* + delta e_k, k = 1, ..., 4.  As delta -> 0 the sums over k of
E|theta_t - theta*|^2/delta^2, over all sequences of samples, tend at t = 1 to

    4 - 2 eta w + eta^2 w^2,    w = |a|^2 + |b|^2,

and at t = 4 to the trace of the fourth power of the linear second-moment step applied to the identity,
below the threshold eta = 2/w as above it.  The error is of first order in delta.  The step's derivative
at theta* is I - eta g g^T for every number of coordinates and every input.
"""

from sympy import Eq, Matrix, Rational, Tuple, diff, eye, symbols

from numerics.stability import second_moment_by_operator
from numerics.stable_networks import diagonal_gradients
from numerics.steps import descent
from theorems import Source, Theorem, zero
from theorems.sgd_stable_minima_norms.diagonal import a1, a2, b1, b2, gradient, x1, x2

one, four = symbols("one four", nonnegative=True)              # measured: sums over the starts after 1 and 4 steps
eta, delta = symbols("eta delta", positive=True)
w, linear = symbols("w linear", nonnegative=True)              # |a|^2 + |b|^2; the linear theory's value at t = 4
y = symbols("y", real=True)

theorem = Theorem("linear stability of the nonlinear diagonal network",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, checked on the network itself"))


@theorem.data
def network(case):
    samples = [[row] for row in diagonal_gradients(case.a, case.b, case.inputs)]
    value = 4*second_moment_by_operator(samples, case.eta, 4)[4]
    return {eta: case.eta, w: sum(x**2 for x in (*case.a, *case.b)), linear: Rational(value.numerator, value.denominator)}


path = theorem.claim(
    "second moment of the nonlinear network per squared distance",
    Eq(Tuple(one, four), Tuple(4 - 2*eta*w + eta**2*w**2, linear)),
    false={
        "the drift alone": Eq(Tuple(one, four), Tuple(4 - 2*eta*w, linear)),
        "noise counted twice": Eq(Tuple(one, four), Tuple(4 - 2*eta*w + 2*eta**2*w**2, linear)),
        "geometric growth": Eq(Tuple(one, four), Tuple(4 - 2*eta*w + eta**2*w**2, 4*(1 - eta*w/2 + eta**2*w**2/4)**4)),
    },
)


@path.proof
def by_the_derivative_of_one_step(claimed):
    """The step's Jacobian at theta*, and |(I - eta g g^T)|^2 summed over unit vectors with |g|^2 = w on sign inputs.

    `linear` is that linear step applied four times, which no formula replaces.
    """
    names = (a1, a2, b1, b2)
    loss = (a1*b1*x1 + a2*b2*x2 - y)**2/2
    moved = descent(lambda *point: tuple(diff(loss, name) for name in names), eta)(names)
    jacobian = Matrix(moved).jacobian(names).subs(y, a1*b1*x1 + a2*b2*x2)
    g = gradient((x1, x2))
    mirrored = [entry.subs({x1: -x1, x2: -x2, y: -y}, simultaneous=True) for entry in moved]
    for entry, other in zip(moved, mirrored):
        yield zero(entry - other, "an input and its mirror image make the same step, as the label is odd")
    yield zero(jacobian - eye(4) + eta*g*g.T, "one step is linearised by I - eta g g^T")
    first, last = claimed.rhs
    at = {w: a1**2 + a2**2 + b1**2 + b2**2}
    yield zero((jacobian.T*jacobian).trace() - first.subs(at), "the sum after one step", given=(Eq(x1**2, 1), Eq(x2**2, 1)))
    yield zero(last - linear, "the sum after four steps is the linear one")


@path.observation(small=delta, order=1, first=Rational(1, 64), halvings=5)
def every_sequence(lab, delta):
    """Run SGD on the network itself from four starts along all sequences of samples."""
    minimum, inputs = (*lab.a, *lab.b), [upright(x) for x in lab.inputs]
    steps = [(descent(residual_gradient(x, minimum), lab.eta), inputs.count(x)) for x in sorted(set(inputs))]
    points = [(tuple(value + delta*(j == k) for j, value in enumerate(minimum)), 1) for k in range(4)]
    after = []
    for t in range(4):
        points = [(lab.iterate(step, point, 1), times*often) for point, times in points for step, often in steps]
        after = after + [sum(times*(x - m)**2 for point, times in points for x, m in zip(point, minimum))
                         / len(inputs)**(t + 1)/delta**2]
    return {one: after[0], four: after[3]}


def upright(x):
    """x or -x, which make the same step: sequences that differ in such signs only are run once and counted."""
    return x if x[0] > 0 else tuple(-t for t in x)


def residual_gradient(x, minimum):
    """Gradient of (f(x) - y)^2/2 in (a1, a2, b1, b2), with the label of the minimum."""
    label = minimum[0]*minimum[2]*x[0] + minimum[1]*minimum[3]*x[1]

    def at(s1, s2, t1, t2):
        rest = s1*t1*x[0] + s2*t2*x[1] - label
        return rest*t1*x[0], rest*t2*x[1], rest*s1*x[0], rest*s2*x[1]
    return at


half = Rational(1, 2)
tall = ((1, 1), (1, -1), (-1, -1))
theorem.case("a tenth below the threshold", inputs=tall, a=(1, half), b=(Rational(3, 4), -1), eta=Rational(16, 25))
theorem.case("a tenth above the threshold", inputs=tall, a=(1, half), b=(Rational(3, 4), -1), eta=Rational(176, 225))
theorem.case("far below", inputs=((1, 1), (1, -1)), a=(half, 2), b=(1, Rational(1, 3)), eta=Rational(1, 10))
