"""Two flattest networks with bias, one memorises and one generalises; no sharpness metric tells them apart.

Statement.  Labels y = 2 x_1 x_2 on the cube {-1, 1}^3; ReLU networks with trained biases.  The memoriser
has a neuron w = 2 x_i, bias -4, slope sign y_i for each of the n samples; the generaliser has four,
w = +-(2, 2, 0) with slope 1 and +-(2, -2, 0) with slope -1, biases -2.  Both interpolate, and on any n
samples with n = 4 (+-(1, 1, 1), +-(1, -1, 1)) or n = 8 (the cube) every |g_i|^2 = 8, so that

    tr H = Lambda = 8 = (2/n) sum_i sqrt(1 + |x_i|^2) |y_i|,

the least trace that any interpolating network with biases has (see `bias`), and both are stable for
SGD exactly up to step size 1/4.  Yet for n = 4 the memoriser is wrong on half of the cube, and its top
eigenvalue is that of the generaliser; for n = 8 it is smaller.  Path norms differ, and the bound
P <= 2/(eta sqrt(d)) of bias-free networks is false for the memoriser: 16 sqrt(3) at eta = 1/4.
All parameters may be t times as large; labels and traces are then t^2 times as large.
"""

from itertools import product

from sympy import Eq, Matrix, Rational, sqrt, symbols

from numerics.stability import largest_curvature
from numerics.stable_networks import preactivations, relu_output
from theorems import Source, Theorem, cited, zero
from theorems.sgd_stable_minima_norms.differences import relu_samples, relu_trace

trace, Lambda, residual = symbols("trace Lambda residual", nonnegative=True)   # measured: on the samples
wrong, error = symbols("wrong error", nonnegative=True)        # measured: share of wrong signs and mean square on the cube
memoriser_top, generaliser_top = symbols("memoriser_top generaliser_top", nonnegative=True)   # measured
n = symbols("n", integer=True, positive=True)
copied, t, P = symbols("copied t P", nonnegative=True)         # 1: the memoriser, 0: the generaliser; scale; path norm

theorem = Theorem("memorising networks among the flattest ones",
                  source=Source("Wen, Li and Ma", arxiv="2307.11007", at="Theorem 4.1 and Proposition 4.1, an exact instance"))
CUBE = tuple(product((1, -1), repeat=3))
FOUR = ((1, 1, 1), (-1, -1, -1), (1, -1, 1), (-1, 1, -1))
GENERALISER = (((2, 2, 0), (-2, -2, 0), (2, -2, 0), (-2, 2, 0)), (-2, -2, -2, -2), (1, 1, -1, -1))


def memoriser(inputs):
    """(weights, biases, slopes): a neuron for each sample."""
    return tuple(tuple(2*x for x in row) for row in inputs), (-4,)*len(inputs), tuple(row[0]*row[1] for row in inputs)


def scaled(network, factor):
    weights, biases, a = network
    return (tuple(tuple(factor*x for x in row) for row in weights), tuple(factor*x for x in biases),
            tuple(factor*x for x in a))


@theorem.data
def network(case):
    length = lambda row: sqrt(sum(w**2 for w in row))
    return {n: len(case.inputs), t: case.scale, copied: case.copied,
            P: sum(abs(x)*length(row) for x, row in zip(case.a, case.weights))}


flat = theorem.claim(
    "both networks interpolate with the least trace, which is enough for SGD",
    (Eq(trace, 8*t**2), Eq(Lambda, 8*t**2), Eq(residual, 0)),
    false={
        "the trace of bias-free networks": (Eq(trace, 15*n*t**2/2), Eq(Lambda, 8*t**2), Eq(residual, 0)),
        "at least sqrt(d) times the path norm": (sqrt(3)*P <= trace, Eq(Lambda, 8*t**2), Eq(residual, 0)),
        "the memoriser is sharper": (Eq(trace, 8*t**2), Eq(Lambda, 8*t**2 + copied*t**2), Eq(residual, 0)),
    },
)


def both(inputs):
    return memoriser(inputs), GENERALISER


@flat.proof(scope="4 and 8 samples of the cube, both networks, every scale t")
def by_equal_norms(total, threshold, exact):
    """The mean of |g_i|^2 is tr H; where all are equal, Lambda is their common value."""
    for inputs in (FOUR, CUBE):
        for network in both(inputs):
            weights, biases, a = scaled(network, t)
            for x in inputs:
                signals = [(s, slope) for s, slope, at_1 in zip(preactivations(weights, x, biases), a,
                                                                preactivations(network[0], x, network[1])) if at_1 > 0]
                size = sum(s**2 + slope**2*(1 + sum(u**2 for u in x)) for s, slope in signals)
                yield zero(size - total.rhs, "every |g_i|^2 is the claimed trace")
                yield zero(size - threshold.rhs, "and the claimed threshold")
                yield zero(sum(s*slope for s, slope in signals) - 2*t**2*x[0]*x[1] - exact.rhs, "the label is met")
    yield cited("Lambda is the top eigenvalue of a matrix with entries >= 0 and row sums |g_i|^2 (Perron and Frobenius)")


@flat.enclosure
def on_the_samples(lab):
    """Trace by the loss's differences, threshold over the rationals, and the greatest residual."""
    outputs = ((relu_output(lab.weights, lab.a, x, lab.biases), 2*lab.scale**2*x[0]*x[1]) for x in lab.inputs)
    return {trace: relu_trace(lab.weights, lab.a, lab.inputs, lab.biases),
            Lambda: largest_curvature(relu_samples(lab.weights, lab.a, lab.inputs, lab.biases)),
            residual: max(abs(f - y) for f, y in outputs)}


generalisation = theorem.claim(
    "the memoriser is wrong wherever it saw no sample, the generaliser nowhere",
    (Eq(wrong, copied*(1 - Rational(1, 8)*n)), Eq(error, 4*copied*t**4*(1 - Rational(1, 8)*n))),
    false={
        "both generalise": (Eq(wrong, 0*copied), Eq(error, 0*copied)),
        "both fail": (Eq(wrong, 1 - Rational(1, 8)*n), Eq(error, 4*t**4*(1 - Rational(1, 8)*n))),
    },
)


@generalisation.proof(scope="4 and 8 samples of the cube, both networks, every scale t")
def by_every_vertex(share, square):
    """Outputs on the whole cube: 0 off the samples for the memoriser, the label for the generaliser."""
    for inputs in (FOUR, CUBE):
        for one, network in ((1, memoriser(inputs)), (0, GENERALISER)):
            here = {copied: one, n: len(inputs)}
            gaps = [t**2*(relu_output(network[0], network[2], x, network[1]) - 2*x[0]*x[1]) for x in CUBE]
            yield zero(sum(gap**2 for gap in gaps)/8 - square.rhs.subs(here), "the mean square on the cube")
            missed = sum(relu_output(network[0], network[2], x, network[1])*x[0]*x[1] <= 0 for x in CUBE)
            yield zero(Rational(missed, 8) - share.rhs.subs(here), "the share of wrong signs")


@generalisation.enclosure
def on_the_cube(lab):
    """Outputs on all eight vertices."""
    pairs = [(relu_output(lab.weights, lab.a, x, lab.biases), 2*lab.scale**2*x[0]*x[1]) for x in CUBE]
    return {wrong: Rational(sum(1 for f, y in pairs if f*y <= 0), 8), error: sum((f - y)**2 for f, y in pairs)/8}


tops = theorem.claim(
    "on the whole cube the memoriser has the smaller top eigenvalue",
    (Eq(memoriser_top, t**2), Eq(generaliser_top, 7*t**2/4)),
    false={
        "equal, as for four samples": (Eq(memoriser_top, 2*t**2), Eq(generaliser_top, 2*t**2)),
        "the generaliser is flatter": (Eq(memoriser_top, 7*t**2/4), Eq(generaliser_top, t**2)),
    },
)


@tops.proof
def by_characteristic_polynomials(one, other):
    """The matrix of gradient products over n = 8 has the characteristic polynomials (x - t^2)^8 and (x - 7t^2/4)^4 (x - t^2/4)^4."""
    x = symbols("x", real=True)
    for network, side, second in ((memoriser(CUBE), one.rhs, t**2), (GENERALISER, other.rhs, t**2/4)):
        rows = Matrix(relu_samples(network[0], network[2], CUBE, network[1]))
        gram = rows*rows.T/8
        top = side/t**2
        yield zero((x*Matrix.eye(8) - gram).det() - (x - top)**4*(x - second/t**2)**4, "the spectrum at t = 1", given=(t > 0,))


@tops.enclosure
def both_tops(lab):
    """The exact top eigenvalues of both, parameters scaled; J J^T/n has the nonzero eigenvalues of H."""
    return {memoriser_top: top_eigenvalue(scaled(memoriser(CUBE), lab.scale)),
            generaliser_top: top_eigenvalue(scaled(GENERALISER, lab.scale))}


def top_eigenvalue(network):
    """Of the matrix of gradient products over n."""
    rows = Matrix(relu_samples(network[0], network[2], CUBE, network[1]))
    return max((rows*rows.T/8).eigenvals())


def place(claim, name, inputs, network, one, scale):
    weights, biases, a = scaled(network, scale)
    claim.case(name, inputs=inputs, weights=weights, biases=biases, a=a, copied=one, scale=scale)


half, third = Rational(1, 2), Rational(1, 3)
for claim in (flat, generalisation):
    place(claim, "memoriser of four", FOUR, memoriser(FOUR), 1, Rational(1))
    place(claim, "generaliser on four", FOUR, GENERALISER, 0, half)
    place(claim, "memoriser of the cube", CUBE, memoriser(CUBE), 1, third)
    place(claim, "generaliser on the cube", CUBE, GENERALISER, 0, Rational(3, 2))
place(generalisation, "memoriser of four, small", FOUR, memoriser(FOUR), 1, third)
place(generalisation, "memoriser of four, large", FOUR, memoriser(FOUR), 1, Rational(5, 2))
place(tops, "the cube", CUBE, memoriser(CUBE), 1, Rational(1))
place(tops, "the cube, small", CUBE, memoriser(CUBE), 1, third)
theorem.erratum(
    at="abstract, read for all two-layer ReLU networks",
    printed="minima that are stable for SGD generalise well, by an equivalence of sharpness and parameter norms",
    fault="no hypothesis excludes trained biases of the first layer; with them a global minimum of the trace, stable for SGD "
          "up to step size 1/4, memorises four labels of x_1 x_2 and is wrong on the other half of the cube",
    statement=Eq(wrong, 0), witness={wrong: Rational(1, 2), Lambda: 8, trace: 8}, where=(Lambda <= 8, Eq(trace, 8)),
    repaired="without bias the trace bounds the path norm on symmetric whitened inputs (`relu_path`); with bias it bounds "
             "a weighted mean of the labels (`bias`)")
