"""Orthogonal gradients of equal length: a moderate batch is not yet gradient descent.

Statement.  n orthogonal gradients with |g_i|^2 = s, batches of B < n different samples.  Then

    Lambda = s/B,     lambda_1(H) = s/n,     tr H = s,

so SGD's stable step sizes are n/B times smaller than gradient descent's (10 times at n = 100, B = 10),
and gradient descent allows a trace up to 2 n/eta.  In general Lambda <= (1 - p) lambda_1 + p Lambda_1
with Lambda_1 that of single samples, and Lambda >= p tr H: only B well above Lambda_1/lambda_1
suffices for gradient descent's threshold.  For B independent draws Lambda = s (1/B + (B - 1)/(B n)).
Proved for every n and B.
"""

from sympy import Eq, Rational, symbols

from numerics.stability import largest_curvature, sampling_factor
from theorems import Each, Source, Theorem, cited, zero

subsets, draws, full = symbols("subsets draws full", positive=True)    # measured: Lambda for each way of drawing
s = symbols("s", positive=True)
n, B = symbols("n B", integer=True, positive=True)

theorem = Theorem("SGD on orthogonal gradients of equal length",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="the claim that moderate batches suffice"),
                  assumes=(n >= 2, B <= n))


@theorem.data
def sizes(case):
    return {s: case.length**2, n: case.n, B: case.batch}


thresholds = theorem.claim(
    "the curvature falls with the batch size, not with the sample count",
    (Eq(subsets, s/B), Eq(draws, s*(n + B - 1)/(n*B)), Eq(full, s/n)),
    false={
        "gradient descent's for any batch": (Eq(subsets, s/n), Eq(draws, s*(n + B - 1)/(n*B)), Eq(full, s/n)),
        "the trace for the full batch": (Eq(subsets, s/B), Eq(draws, s*(n + B - 1)/(n*B)), Eq(full, s)),
        "independent draws like subsets": (Eq(subsets, s/B), Eq(draws, s/B), Eq(full, s/n)),
    },
)


@thresholds.proof
def by_the_tight_frame(of_subsets, of_draws, of_all):
    """H = (s/n) P and D(I) = ((1 - p) s^2/n^2 + p s^2/n) P is a multiple of C(I) = H."""
    yield cited("C^-1 D keeps the cone of positive semidefinite S, and D(S) = t C(S), S > 0, gives Lambda = t")
    multiple = lambda p: ((1 - p)*(s/n)**2 + p*s*(s/n))/(s/n)
    yield zero(multiple((n - B)/(B*(n - 1))) - of_subsets.rhs, "batches of different samples")
    yield zero(multiple(1/B) - of_draws.rhs, "independent draws")
    yield zero(multiple(0) - of_all.rhs, "the full batch")


@thresholds.enclosure
def curvatures(lab):
    """Top of C^-1 D by the rational operators, for n unit vectors times the length."""
    samples = [[tuple(lab.length if i == j else 0 for j in range(lab.n))] for i in range(lab.n)]
    found = {subsets: sampling_factor(lab.n, lab.batch, False), draws: sampling_factor(lab.n, lab.batch), full: 0}
    return {symbol: largest_curvature(samples, p) for symbol, p in found.items()}


theorem.case("two unit vectors", length=1, n=2, batch=Each((1, 2)))
theorem.case("three, shorter", length=Rational(2, 3), n=3, batch=Each((1, 2, 3)))
theorem.case("five, longer", length=3, n=5, batch=Each((2, 3)))
