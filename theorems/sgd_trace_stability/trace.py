"""SGD with batch size 1 is stable only where the Hessian's trace is small.

Statement.  Sample i has Hessian g_i g_i^T at an interpolating minimum, s_i = |g_i|^2, H is their mean.
With batches of one sample, independent over time, SGD keeps E|x_t|^2 bounded exactly for step sizes up
to 2/Lambda, and

    tr H = mean(s)  <=  mean(s^2)/mean(s)  <=  Lambda  <=  max s.

So stability at eta forces tr H <= 2/eta, even tr H (1 + CV^2) <= 2/eta with CV the coefficient of
variation of the s_i.

False without its assumptions: for two outputs per sample (one sample, H_1 = I: Lambda = 1, tr H = 2),
and for larger batches (two orthonormal gradients, B = 2: Lambda = 3/4, tr H = 1, so eta = 5/2 is
stable although tr H > 2/eta).  Proved for every number of samples and parameters.
"""

from sympy import Rational, expand, symbols

from numerics.stability import largest_curvature, moment_threshold, sampling_factor
from theorems import Source, Theorem, cited, nonnegative, zero

Lambda, edge = symbols("Lambda edge", positive=True)           # measured: top of C^-1 M; largest stable step size
k, B = symbols("k B", integer=True, positive=True)             # outputs per sample; batch size
mean, square, largest, s, t = symbols("mean square largest s t", positive=True)   # of the s_i; two s_i
eta, G = symbols("eta G")                                      # one g g^T: G^2 = s G, trace G = s
n = symbols("n", integer=True, positive=True)

theorem = Theorem("trace bound for stable SGD",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, sharpened"),
                  assumes=(k <= 1, B <= 1))


@theorem.data
def norms(case):
    """Each sample is a list of gradient rows; one row means one output."""
    size = [sum(x*x for row in rows for x in row) for rows in case.samples]
    mean_of = lambda values: sum(values)/Rational(len(size))
    return {k: max(map(len, case.samples)), B: case.batch, largest: max(size),
            mean: mean_of(size), square: mean_of([x*x for x in size])}


sandwich = theorem.claim(
    "Lambda lies between two means of the gradients' squared norms",
    (Lambda >= square/mean, Lambda <= largest, Lambda >= mean),
    false={
        "twice the trace": (Lambda >= 2*mean, Lambda <= largest, Lambda >= mean),
        "the mean norm suffices": (Lambda >= square/mean, Lambda <= mean, Lambda >= mean),
        "the root mean square suffices": (Lambda >= square/mean, Lambda <= square/mean, Lambda >= mean),
    },
)


@sandwich.proof
def by_the_identity_as_test_matrix(lower, upper, trace):
    """One step moves S to S - 2 eta C(S) + eta^2 M(S); try S = I."""
    yield from of_the_identity()
    yield cited("S -> C^-1 M(S) keeps the cone of positive semidefinite S and is self-adjoint for <S,C S>, "
                "so <S,M S>/<S,C S> <= Lambda for every S, and M(S) <= t C(S), S > 0, gives Lambda <= t")
    yield nonnegative(square/mean - lower.rhs, "<I,M I>/<I,C I> reaches the lower bound")
    yield nonnegative(upper.rhs - s, "t C(I) - M(I), the mean of (t - s_i) G_i", given=(largest >= s,))
    yield nonnegative(square/mean - trace.rhs, "the variance is not negative", given=(square >= mean**2,))


def of_the_identity():
    """C(I) = mean G_i, M(I) = mean s_i G_i; the variance of the s_i as a mean over pairs."""
    moved = expand((1 - eta*G)*(1 - eta*G)).subs(G**2, s*G)
    yield zero(moved - (1 - 2*eta*G + eta**2*s*G), "C(I) is the mean of G_i, M(I) that of s_i G_i")
    pairs = (n*(n*square) - 2*(n*mean)*(n*mean) + n*(n*square))/(2*n**2)
    yield zero(square - mean**2 - pairs, "the variance is the mean of (s_i - s_j)^2/2 over all pairs")
    yield nonnegative((s - t)**2, "a mean of squares")


@sandwich.enclosure
def curvature(lab):
    """Top of C^-1 D by the rational operators; enclosed."""
    return largest_curvature(lab.samples, sampling_factor(len(lab.samples), lab.batch))


necessary = theorem.claim(
    "a stable step size is at most 2/trace, even 2 mean(s)/mean(s^2)",
    (mean*edge <= 2, edge <= 2*mean/square, edge >= 2/largest),
    false={
        "half of it": (mean*edge <= 1, edge <= 2*mean/square, edge >= 2/largest),
        "the trace condition suffices": (mean*edge <= 2, edge <= 2*mean/square, edge >= 2/mean),
        "twice the variation": (mean*edge <= 2, edge <= 2*mean/(2*square - mean**2), edge >= 2/largest),
    },
)


@necessary.proof
def by_one_step_from_the_identity(trace, sharper, enough):
    """T is self-adjoint with spectral radius at most 1, so <I, T I> <= <I, I>; and T is stable at 2/max s."""
    yield from of_the_identity()
    yield cited("E|x_t|^2 is bounded exactly if <S, T S> <= <S, S> for every S (the threshold theorem)")
    stable = 2*edge*mean - edge**2*square >= 0
    known = (square >= mean**2, stable)
    yield nonnegative((sharper.rhs - edge)*square*edge, "<I, I> - <I, T I> = 2 eta mean(s) - eta^2 mean(s^2)", given=known)
    yield nonnegative((trace.rhs - trace.lhs)*edge*square, "and mean(s)^2 <= mean(s^2)", given=known)
    yield nonnegative(2 - enough.rhs*s, "2 C(I) - eta M(I), the mean of (2 - eta s_i) G_i, at the lower bound",
                      given=(largest >= s, largest >= mean))


@necessary.enclosure
def from_the_definition(lab):
    """The first step size at which the average over batches of (I - eta H_B) S (I - eta H_B) has the eigenvalue 1."""
    return moment_threshold(lab.samples, 2, lab.batch)


third, half = Rational(1, 3), Rational(1, 2)
theorem.case("three samples", samples=[[(1, half)], [(-third, 2)], [(half, half/2)]], batch=1)
theorem.case("equal norms, not orthogonal", samples=[[(1, 0)], [(Rational(3, 5), Rational(4, 5))]], batch=1)
theorem.case("short and parallel", samples=[[(third,)], [(half,)]], batch=1)
theorem.case("long and nearly equal", samples=[[(7, 1)], [(5, -5)], [(1, Rational(69, 10))]], batch=1)
theorem.case("one sample", samples=[[(half, third)]], batch=1)
theorem.case("orthogonal, of different lengths", samples=[[(2, 0)], [(0, 3)]], batch=1)
sandwich.outside("one sample, two outputs", breaks=k <= 1, samples=[[(1, 0), (0, 1)]], batch=1)
sandwich.outside("two orthonormal gradients, two draws", breaks=B <= 1, samples=[[(1, 0)], [(0, 1)]], batch=2)
necessary.outside("one sample, two outputs", breaks=k <= 1, samples=[[(1, 0), (0, 1)]], batch=1)
necessary.outside("two orthonormal gradients, two draws", breaks=B <= 1, samples=[[(1, 0)], [(0, 1)]], batch=2)
