"""The trace bound for every batch size, number of outputs and rank.

Statement.  Sample i has Hessian H_i = X_i^T X_i of rank at most k <= r, H is their mean, r its rank, p the sampling factor of the batches.  The largest eigenvalue Lambda of C^-1 D_p satisfies

    tr H (p/k + (1 - p)/r)  <=  Lambda.

So stability at eta forces tr H (p/k + (1 - p)/r) <= 2/eta: not tr H <= 2/eta for every batch size, and
not for several outputs.
Proved for every n, B, k, r; attained by tight frames and by one sample with H_1 = I.
"""

from sympy import Matrix, Rational, symbols

from numerics.stability import largest_curvature, sampling_factor
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.threshold import mean_hessian

Lambda = symbols("Lambda", positive=True)                      # measured: top of C^-1 D
trace = symbols("trace", positive=True)
p = symbols("p", nonnegative=True)
k, r = symbols("k r", integer=True, positive=True)
u, v, w, e, f, g = symbols("u v w e f g", real=True)

theorem = Theorem("trace bound for every batch size",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, extended"),
                  assumes=(p <= 1, k <= r))


@theorem.data
def sizes(case):
    H = mean_hessian(case.samples)
    factor = sampling_factor(len(case.samples), case.batch, case.drawn == "with replacement")
    return {trace: H.trace(), p: Rational(factor.numerator, factor.denominator),
            k: max(Matrix(rows).rank() for rows in case.samples), r: H.rank()}


rank_bound = theorem.claim(
    "outputs, rank and sampling factor weaken the trace bound",
    Lambda >= trace*(p/k + (1 - p)/r),
    false={
        "the trace itself": Lambda >= trace,
        "whatever the number of outputs": Lambda >= trace*(p + (1 - p)/r),
        "whatever the rank": Lambda >= trace*(p/k + 1 - p),
    },
)


@rank_bound.proof
def by_the_identity_as_test_matrix(claimed):
    """<I, D I> = (1 - p)|H|^2 + p mean|H_i|^2, <I, C I> = tr H; frob, spread, square = |H|^2, mean|H_i|^2, mean (tr H_i)^2."""
    frob, spread, square = symbols("frob spread square", positive=True)
    yield from norms_and_traces(square)
    yield cited("C^-1 D keeps the cone of positive semidefinite S and is self-adjoint for <S, C S>, so <S, D S>/<S, C S> "
                "<= Lambda for every S")
    x, y, z = symbols("x y z", nonnegative=True)
    gaps = (1 - p)*x + p*y + p*z/k
    for gap, part in (((1 - p)*x, "of the eigenvalues of H"), (p*y, "of each H_i"), (p*z/k, "of the norms")):
        yield nonnegative(gap, f"a mixture of three gaps: {part}")
    filled = gaps.subs({x: frob - trace**2/r, y: spread - square/k, z: square - trace**2})
    yield zero((1 - p)*frob + p*spread - trace*claimed.gts.subs(Lambda, claimed.lts) - filled,
               "which make up the distance from <I, D I> to the bound")


def norms_and_traces(square):
    """|K|^2 - (tr K)^2/k entry by entry for k = 3; for any k from the eigenvalues; the variance of the tr H_i."""
    K = Matrix([[u, e, f], [e, v, g], [f, g, w]])
    pairs = (u - v)**2 + (v - w)**2 + (u - w)**2
    yield zero(3*(K*K).trace() - K.trace()**2 - pairs - 3*2*(e**2 + f**2 + g**2), "three outputs: squares")
    yield zero(k*(k*square) - (k*trace)**2 - (k*(k*square) - 2*(k*trace)*(k*trace) + k*(k*square))/2,
               "k values of mean `trace` and mean square `square`: half the sum over pairs of squared differences")
    yield nonnegative((u - v)**2 + e**2, "each is a sum of squares")


@rank_bound.enclosure
def curvature(lab):
    """Top of C^-1 D by the rational operators; enclosed."""
    return largest_curvature(lab.samples, sampling_factor(len(lab.samples), lab.batch, lab.drawn == "with replacement"))


third, half = Rational(1, 3), Rational(1, 2)
three = [[(1, half)], [(-third, 2)], [(half, half/2)]]
tight = [[(1, 0)], [(0, 1)], [(Rational(3, 5), Rational(4, 5))], [(-Rational(4, 5), Rational(3, 5))]]
long = [[(3, 0, 0)], [(0, 3, 0)]]
identity = [[(1, 0), (0, 1)]]
outputs = [[(1, 0), (0, 1)], [(1, 1), (half, -half)]]
theorem.case("three samples", samples=three, batch=Each((1, 2)), drawn=Each(("with replacement", "without")))
theorem.case("tight frame", samples=tight, batch=Each((1, 2, 3)), drawn="without")
theorem.case("tight frame, drawn independently", samples=tight, batch=2, drawn="with replacement")
theorem.case("orthogonal and long, in a plane of space", samples=long, batch=Each((1, 2, 3)), drawn="with replacement")
theorem.case("one sample, two outputs", samples=identity, batch=Each((1, 2)), drawn="with replacement")
theorem.case("two outputs", samples=outputs, batch=Each((1, 2)), drawn="with replacement")
theorem.case("three outputs of rank one", samples=[[(1, 2), (half, 1), (-1, -2)], [(2, -1), (0, 0), (2, -1)]], batch=1, drawn="without")
theorem.case("one short gradient", samples=[[(third, 0)]], batch=Each((1, 3)), drawn="with replacement")
