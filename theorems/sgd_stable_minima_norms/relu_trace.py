"""On symmetric data the trace of a bias-free ReLU network's Hessian is a quadratic form.

Statement.  f = sum_j a_j relu(w_j . x) at an interpolating point, the multiset of inputs symmetric
(x and -x equally often), no input on a kink (w_j . x_i != 0), S = (1/n) sum_i x_i x_i^T.  Then

    tr H = (1/2) sum_j (w_j^T S w_j + a_j^2 tr S).

It is false for inputs {e_1, e_2}, which are not symmetric, and on kinks with the convention
relu'(0) = 0: there the network of x_1 x_2 on the cube has 3/4 of it.  Not the whole quadratic form:
each neuron sees half of the data.  Shown for every width, number of inputs and dimension.
"""

from sympy import Eq, Gt, Max, Rational, symbols

from numerics.stable_networks import preactivations
from theorems import Source, Theorem, zero

trace = symbols("trace", nonnegative=True)                     # measured
form, slopes, spread = symbols("form slopes spread", nonnegative=True)     # sum w.Sw, sum a^2, tr S
skew, nearest = symbols("skew nearest", nonnegative=True)      # inputs without their mirror image; least |w.x|
t = symbols("t", real=True)
s, length = symbols("s length", nonnegative=True)

theorem = Theorem("trace of the Hessian of ReLU networks on symmetric data",
                  source=Source("Wu and Su", arxiv="2305.17490", at="two-layer ReLU networks, re-derived"),
                  assumes=(Eq(skew, 0), Gt(nearest, 0)))


@theorem.data
def network(case):
    return {form: sum(x**2 for row in case.weights for x in signals(row, case.inputs))/Rational(len(case.inputs)),
            slopes: sum(x**2 for x in case.a), **geometry(case)}


def signals(row, inputs):
    return [sum(w*x for w, x in zip(row, point)) for point in inputs]


def geometry(case):
    """tr S, how many inputs lack a mirror image, and the least pre-activation."""
    points = [tuple(x) for x in case.inputs]
    lone = [x for x in points if points.count(x) != points.count(tuple(-t for t in x))]
    return {spread: sum(t**2 for x in points for t in x)/Rational(len(points)), skew: len(lone),
            nearest: min(abs(x) for row in case.weights for x in signals(row, case.inputs))}


value = theorem.claim(
    "trace of the Hessian on symmetric data",
    Eq(trace, (form + slopes*spread)/2),
    false={
        "without the half": Eq(trace, form + slopes*spread),
        "half of the first layer only": Eq(trace, form/2 + slopes*spread),
        "the second layer alone": Eq(trace, form/2),
    },
)


@value.proof
def by_mirror_images(claimed):
    """tr H is the mean of |g|^2, and |g(x)|^2 sums relu(t_j)^2 + a_j^2 |x|^2 [t_j > 0] with t_j = w_j . x.

    Of x and -x exactly one activates a neuron.  Both sides are linear in the quadratic form, the squared
    slopes times |x|^2, and their means; so one neuron and one pair of inputs show all.
    """
    active = (1 + t/((t**2)**Rational(1, 2)))/2
    size = lambda t: Max(t, 0)**2 + s**2*length*active.subs(symbols("t", real=True), t)
    off_kink = (t**2 > 0,)
    yield zero(Max(t, 0)**2 + Max(-t, 0)**2 - t**2, "relu(t)^2 + relu(-t)^2 = t^2")
    yield zero((size(t) + size(-t))/2 - claimed.rhs.subs({form: t**2, slopes: s**2, spread: length}),
               "the mean over an input and its mirror image", off_kink)


@value.enclosure
def mean_squared_gradient(lab):
    """The mean of |g|^2, with relu'(0) = 0 on kinks."""
    total = 0
    for x in lab.inputs:
        size = sum(t*t for t in x)
        total += sum(t**2 + slope**2*size for t, slope in zip(preactivations(lab.weights, x), lab.a) if t > 0)
    return total/Rational(len(lab.inputs))


half, third = Rational(1, 2), Rational(1, 3)
axes = ((1, 0), (0, 1), (-1, 0), (0, -1))
cube = tuple((x, y, z) for x in (1, -1) for y in (1, -1) for z in (1, -1))
theorem.case("two neurons on the axes", inputs=axes, weights=((1, 2), (-1, 3)), a=(1, -2))
theorem.case("one neuron, skew pair", inputs=((2, third), (-2, -third)), weights=((half, -1),), a=(3,))
theorem.case("three neurons on the cube", inputs=cube, weights=((1, third, -half), (4, 1, 1), (-1, -3, half)), a=(half, -third, 2))
theorem.case("three pairs of different length", inputs=((3, half), (-3, -half), (0, 2), (0, -2), (1, 1), (-1, -1)),
             weights=((1, -half), (third, 1)), a=(-half, 0))
theorem.outside("no mirror images", breaks=Eq(skew, 0), inputs=((1, 0), (0, 1)), weights=((1, 1),), a=(1,))
theorem.outside("the product of two signs, on its kinks", breaks=Gt(nearest, 0), inputs=cube, a=(half, half, -half, -half),
                weights=((1, 1, 0), (-1, -1, 0), (1, -1, 0), (-1, 1, 0)))
