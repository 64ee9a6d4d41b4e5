"""A family of ReLU networks for which the trace condition is enough for SGD.

Statement.  Bias-free ReLU neurons in pairs (w, a), (-w, a') with |a| = |a'|, sum over pairs of w w^T = c I,
all |x_i| = rho, none on a kink: then every per-sample gradient has |g_i|^2 = rho^2 (c + sum_pairs a^2), so

    Lambda = tr H = rho^2 (c + sum_pairs a^2)

for any inputs on the sphere, symmetric or not: tr H <= 2/eta is necessary and sufficient.  Each hypothesis is
needed: without a partner, with unequal slopes, with pairs that do not span, or off the sphere
the identity fails.  Shown for every dimension, number of pairs and samples.
"""

from sympy import Eq, Gt, Matrix, Rational, symbols

from numerics.stability import largest_curvature
from numerics.stable_networks import preactivations
from theorems import Source, Theorem, cited, zero
from theorems.sgd_stable_minima_norms.differences import relu_samples, relu_trace

Lambda, trace = symbols("Lambda trace", nonnegative=True)      # measured
c, slopes, radius = symbols("c slopes radius", nonnegative=True)           # sum w w^T = c I; sum over pairs of a^2; |x|^2
unpaired, spread, uneven, tilt = symbols("unpaired spread uneven tilt", nonnegative=True)
nearest = symbols("nearest", nonnegative=True)

theorem = Theorem("ReLU networks for which the trace decides SGD's stability",
                  source=Source("Wu and Su", arxiv="2305.17490", at="two-layer ReLU networks, a sharp family"),
                  assumes=(Eq(unpaired, 0), Eq(uneven, 0), Eq(tilt, 0), Eq(spread, 0), Gt(nearest, 0)))


@theorem.data
def network(case):
    """Neuron 2j and 2j + 1 are meant to be a pair."""
    heads, tails = case.weights[::2], case.weights[1::2]
    total = Matrix(heads).T*Matrix(heads)
    level = total.trace()/Rational(total.rows)
    sizes = [sum(t**2 for t in x) for x in case.inputs]
    return {c: level, slopes: sum(x**2 for x in case.a[::2]), radius: max(sizes), spread: max(sizes) - min(sizes),
            unpaired: sum((s + t)**2 for one, other in zip(heads, tails) for s, t in zip(one, other)),
            uneven: sum((s**2 - t**2)**2 for s, t in zip(case.a[::2], case.a[1::2])),
            tilt: sum(x**2 for x in total - level*Matrix.eye(total.rows)),
            nearest: min(abs(t) for x in case.inputs for t in preactivations(case.weights, x))}


value = theorem.claim(
    "threshold and trace are one number",
    (Eq(Lambda, radius*(c + slopes)), Eq(trace, radius*(c + slopes))),
    false={
        "counting both neurons of a pair": (Eq(Lambda, radius*(2*c + 2*slopes)), Eq(trace, radius*(2*c + 2*slopes))),
        "a threshold above the trace": (Eq(Lambda, 2*radius*(c + slopes)), Eq(trace, radius*(c + slopes))),
        "the first layer alone": (Eq(Lambda, radius*c), Eq(trace, radius*c)),
    },
)


@value.proof
def by_equal_norms(threshold, total):
    """Exactly one neuron of each pair is active; it adds (w.x)^2 + a^2 |x|^2.  Sum (w.x)^2 = x.(sum w w^T) x = c |x|^2."""
    s, x1, x2, u, v = symbols("s x1 x2 u v", real=True)
    two = (u*x1 + v*x2)**2 + (-v*x1 + u*x2)**2
    yield zero(two - (u**2 + v**2)*(x1**2 + x2**2), "sum (w.x)^2 = c |x|^2, here two orthogonal heads of one length")
    for claimed in (threshold, total):
        norm = c*radius + s**2*radius
        yield zero(norm - claimed.rhs.subs(slopes, s**2), "every |g_i|^2 is the claim")
    yield cited("for equal |g_i|^2 all row sums of a matrix with entries >= 0 and top eigenvalue Lambda are equal to it (Perron)")


@value.enclosure
def both_measured(lab):
    """Threshold from the gradients over the rationals; trace from the loss's second differences."""
    return {Lambda: largest_curvature(relu_samples(lab.weights, lab.a, lab.inputs)),
            trace: relu_trace(lab.weights, lab.a, lab.inputs)}


half, third = Rational(1, 2), Rational(1, 3)
circle = ((1, 0), (Rational(4, 5), Rational(3, 5)), (-Rational(5, 13), Rational(12, 13)))
theorem.case("three inputs on a circle", inputs=circle, weights=((1, 2), (-1, -2), (-2, 1), (2, -1)), a=(1, -1, half, half))
theorem.case("two inputs, larger", inputs=((3, 4), (0, 5)), weights=((half, third), (-half, -third), (third, -half), (-third, half)),
             a=(third, third, -2, 2))
theorem.case("a line", inputs=((half,), (-half,)), weights=((3,), (-3,), (1,), (-1,)), a=(half, half, third, -third))
theorem.case("steep", inputs=((half,), (half,), (-half,)), weights=((third,), (-third,)), a=(4, -4))
theorem.outside("one neuron without partner", breaks=Eq(unpaired, 0), inputs=((1,), (-1,)), weights=((1,), (-half,)), a=(1, 1))
theorem.outside("unequal slopes", breaks=Eq(uneven, 0), inputs=((1,), (-1,)), weights=((1,), (-1,)), a=(1, 2))
theorem.outside("pairs that do not span", breaks=Eq(tilt, 0), inputs=circle, weights=((1, 2), (-1, -2)), a=(1, -1))
theorem.outside("off the sphere", breaks=Eq(spread, 0), inputs=((1,), (-2,)), weights=((1,), (-1,)), a=(1, 1))
