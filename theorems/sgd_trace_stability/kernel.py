"""SGD's threshold is a function of the tangent kernel: of its harmonic means, monotone and Lipschitz.

Statement.  G holds the gradient rows of all samples, k each, K = GG' is the tangent kernel at an interpolating minimum,
p the sampling factor, w = p + (1 - p)/n.  The largest eigenvalue Lambda of C^-1 D depends on G through K only: it is
the top of Y -> X with (KX + XK)/2 = K E(Y) K, E(Y) = (1 - p) Y/n + p (the diagonal k x k blocks of Y), which
multiplies E(Y) in an eigenbasis of K by the harmonic means 2 x y/(x + y).  A larger kernel never has a smaller
Lambda, and

    K <= K'   implies   Lambda(K) <= Lambda(K') <= Lambda(K) + 2 w |K' - K|,     spectral norm,

so kernels known up to rounding bound the threshold, whatever their rank or condition.  Not with w in place of
2 w: parallel gradients approach 3/2 of it (`parallel`).  Proved for every n, k, p and dimension; whether a constant
between 3/2 and 2 serves is not known.
"""

from sympy import Eq, Matrix, Rational, symbols

from numerics.stability import kernel_curvature, largest_curvature
from theorems import Each, Source, Theorem, cited, nonnegative, zero

before, after, top = symbols("before after top", positive=True)        # measured: Lambda of G, of G and more parameters; from K
p, size = symbols("p size", nonnegative=True)                  # size: |K' - K|
n = symbols("n", integer=True, positive=True)
x, y, t = symbols("x y t", positive=True)                        # eigenvalues of K; what is added to them
G, T, S, P = symbols("G T S P", commutative=False)             # T: G transposed; P selects the rows of one sample

theorem = Theorem("SGD's threshold as a function of the tangent kernel",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, the kernel's form found here"),
                  assumes=(p <= 1,))


@theorem.data
def change(case):
    more = Matrix([row for rows in case.more for row in rows])
    return {p: case.p, n: len(case.samples), size: max((more*more.T).eigenvals())}


lipschitz = theorem.claim(
    "the curvature is the kernel's, grows with it, and by at most 2 w times the difference",
    (Eq(before, top), after >= before, n*(after - before) <= 2*(n*p + 1 - p)*size),
    false={
        "by the difference": (Eq(before, top), after >= before, n*(after - before) <= (n*p + 1 - p)*size),
        "by the single samples' share": (Eq(before, top), after >= before, n*(after - before) <= 2*n*p*size),
        "falling": (Eq(before, top), after <= before, n*(after - before) <= 2*(n*p + 1 - p)*size),
    },
)


@lipschitz.proof
def by_harmonic_means(same, grows, slowly):
    """With X = G S G', G C(S) G' = (KX + XK)/(2n) and G D(S) G' = K E(X) K/n; the top S is G' Q G for some Q."""
    K, X = G*T, G*S*T
    yield zero(G*(T*G*S + S*T*G)*T - (K*X + X*K), "H = G'G/n, so G C(S) G' = (KX + XK)/(2n)")
    yield zero(G*(T*G*S*T*G)*T - K*X*K, "G HSH G' = K X K/n^2")
    yield zero(G*(T*P*G)*S*(T*P*G)*T - K*(P*X*P)*K, "H_i = G'P_iG: G M(S) G' = K (sum_i P_i X P_i) K/n, the diagonal blocks")
    yield zero((x + y)/2*(2*x*y/(x + y)) - x*y, "entry (x, y) in an eigenbasis of K: the harmonic mean")
    yield zero(same.lhs - same.rhs - (before - top), "so both are the top of one operator")
    yield cited("the harmonic mean of two commuting positive semidefinite operators, twice their parallel sum, grows with both "
                "(Anderson and Duffin 1969): here Y -> KY and Y -> YK, between two copies of E^(1/2)")
    yield zero(grows.gts - grows.lts - (after - before), "monotone")
    yield nonnegative(2*x*y/(x + y) + 2*t - 2*(x + t)*(y + t)/(x + y + 2*t), "the means of K + t exceed those of K by at most 2 t")
    yield nonnegative(p + (1 - p)/n - (1 - p)/n, "E is at most w: p + (1 - p)/n on diagonal blocks, (1 - p)/n beside them")
    known = (after <= before + 2*(p + (1 - p)/n)*size,)
    yield nonnegative(slowly.gts - slowly.lts, "K' <= K + |K' - K|, and monotone", given=known)


@lipschitz.enclosure
def of_gradients_and_of_the_kernel(lab):
    """Top of C^-1 D for the gradients, without and with more parameters; and from the kernel alone."""
    whole = [[(*row, *other) for row, other in zip(rows, others)] for rows, others in zip(lab.samples, lab.more)]
    flat = [row for rows in lab.samples for row in rows]
    kernel = [[sum(a*b for a, b in zip(one, other)) for other in flat] for one in flat]
    return {before: largest_curvature(lab.samples, lab.p), after: largest_curvature(whole, lab.p),
            top: kernel_curvature(kernel, lab.p, len(lab.samples[0]))}


half, third, tenth = Rational(1, 2), Rational(1, 3), Rational(1, 10)
theorem.case("parallel, one more direction each", samples=[[(2,)], [(1,)]], more=[[(tenth, 0)], [(0, tenth)]], p=1)
theorem.case("three samples, one more parameter", samples=[[(1, half)], [(-third, 2)], [(half, half/2)]], more=[[(1,)], [(0,)], [(-half,)]],
             p=Each((1, half)))
theorem.case("orthonormal, longer", samples=[[(1, 0)], [(0, 1)]], more=[[(half, 0)], [(0, half)]], p=Each((tenth, 0)))
theorem.case("short and parallel", samples=[[(third,)], [(third,)]], more=[[(2,)], [(-2,)]], p=third)
theorem.case("two outputs", samples=[[(1, 0), (1, 1)], [(0, 1), (1, -1)]], more=[[(1,), (0,)], [(0,), (2,)]], p=Each((1, third)))
