"""At the threshold itself a minimum without interpolation loses its stability, one with interpolation keeps it.

Statement.  Setting as in `regular_minima`: commuting H_i = diag(s_i1, ..., s_id), gradients g_i of mean 0 at the
minimum, sampling factor p, h = mean s_i, D_aa = (1 - p) h_a^2 + p mean s_ia^2, n_aa = mean g_ia^2.  At the threshold
eta = 2/Lambda, reached in direction a, eta D_aa = 2 h_a; from x_0 = y e_a or -y e_a, each half of the time,

    E (x_t)_a^2 = y^2 + t eta^2 p n_aa :

constant where all gradients vanish, so the stable step sizes of interpolating minima are closed, and without bound
as soon as n_aa > 0.  Below the threshold it settles.  Proved for every n, B and dimension, for commuting H_i.
"""

from itertools import combinations, product

from sympy import Eq, Rational, symbols

from numerics.stability import largest_curvature, sampling_factor
from theorems import Each, Source, Theorem, cited, zero
from theorems.sgd_trace_stability.samples import numbers
from theorems.sgd_trace_stability.regular_minima import end, rooted, sloped

moment = symbols("moment", nonnegative=True)                   # measured: E (x_t)_a^2
Lambda = symbols("Lambda", positive=True)                      # measured: top of C^-1 D
eta, h, D = symbols("eta h D", positive=True)                  # h_a and D_aa
p, noise = symbols("p noise", nonnegative=True)                # noise: n_aa
y = symbols("y", real=True)
t = symbols("t", integer=True, nonnegative=True)

theorem = Theorem("the edge of stability with and without interpolation",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 4"),
                  assumes=(Eq(eta*D, 2*h),))


@theorem.data
def direction(case):
    a, share = case.along, Rational(1, len(case.noise))
    factor = sampling_factor(len(case.noise), case.batch, False)
    curvatures = [row[a]**2 for row in case.roots]
    weight, mean = Rational(factor.numerator, factor.denominator), share*sum(curvatures)
    return {eta: case.eta, t: case.time, y: case.start, p: weight, h: mean, noise: share*sum(row[a]**2 for row in case.noise),
            D: (1 - weight)*mean**2 + weight*share*sum(s**2 for s in curvatures)}


edge = theorem.claim(
    "the second moment is constant without noise and grows linearly with it",
    (Eq(moment, y**2 + t*eta**2*p*noise), Eq(eta*Lambda, 2)),
    false={
        "it settles": (Eq(moment, y**2 + eta**2*p*noise), Eq(eta*Lambda, 2)),
        "it stays": (Eq(moment, y**2), Eq(eta*Lambda, 2)),
        "the start is forgotten": (Eq(moment, t*eta**2*p*noise), Eq(eta*Lambda, 2)),
    },
)


@edge.proof
def by_one_step(grows, top):
    """A step multiplies E x_a^2 by 1 - 2 eta h_a + eta^2 D_aa and adds eta^2 p n_aa; E x_a stays 0, which kills the cross term."""
    yield cited("E (1 - eta H_B) S (1 - eta H_B) = S - 2 eta C(S) + eta^2 D(S), and E g_B g_B^T = p n as mean g_i = 0")
    factor = 1 - 2*eta*h + eta**2*D
    yield zero(factor - 1 - eta*(eta*D - 2*h), "the factor is 1 where eta D = 2 h")
    yield zero(grows.rhs.subs(t, 0) - y**2, "the start")
    yield zero(grows.rhs.subs(t, t + 1) - grows.rhs - eta**2*p*noise, "what each step adds")
    yield zero(top.lhs - top.rhs - (eta*Lambda - 2), "where the direction is the one that grows first")


@edge.enclosure
def over_all_sequences(lab):
    """Run SGD from +y and -y along every sequence of batches; top of C^-1 D by the rational operators."""
    roots, noise, eta = numbers(lab.roots), [(*row, 0) for row in numbers(lab.noise)], numbers(lab.eta)
    batches = list(combinations(range(len(noise)), lab.batch))
    gradients = [sloped([tuple(x*x for x in row) for row in roots], noise, batch) for batch in batches]
    starts = [tuple(sign*numbers(lab.start)*(i == lab.along) + 0*eta for i in range(len(noise[0]))) for sign in (1, -1)]
    ends = [end(lab, gradients, eta, start, sequence) for start in starts
            for sequence in product(range(len(batches)), repeat=lab.time)]
    factor = sampling_factor(len(noise), lab.batch, False)
    return {moment: sum(x[lab.along]**2 for x in ends)/len(ends), Lambda: largest_curvature([rooted(row) for row in lab.roots], factor)}


half, third = Rational(1, 2), Rational(1, 3)
two = [(1, half), (half, 1), (2, third)]
pulls = [(1, -1), (half, 2), (-3*half, -1)]
theorem.case("one parameter", roots=[(1,), (2,)], noise=[(1,), (-1,)], along=0, eta=Rational(10, 17), start=third, batch=1, time=Each((1, 4)))
theorem.case("two directions", roots=two, noise=pulls, along=0, eta=Rational(8, 13), start=1, batch=1, time=Each((2, 4)))
theorem.case("two directions, in pairs", roots=two, noise=pulls, along=0, eta=Rational(16, 17), start=2, batch=2, time=3)
theorem.case("long, without noise", roots=[(1, third), (3, half)], noise=[(0, 1), (0, -1)], along=0, eta=Rational(10, 41), start=half, batch=1,
             time=3)
theorem.outside("below the threshold", breaks=Eq(eta*D, 2*h), roots=two, noise=pulls, along=0, eta=half, start=1, batch=1, time=3)
