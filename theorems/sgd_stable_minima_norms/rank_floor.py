"""With few samples gradient descent's stability already bounds the trace.

Statement.  H = (1/n) sum_i g_i g_i^T has lambda_1(H) >= |g_i|^2/n for each i, so lambda_1(H) >= tr H/n: gradient descent
stable at step size eta has tr H <= 2n/eta, against 2/eta for SGD of batch size 1.  Orthogonal gradients
of one length attain it; for n = 1 the two conditions are one.  The factor is n, not n - 1, and vector
outputs break it: their H has rank up to n k.  Shown for every n and every number of parameters.
"""

from sympy import Eq, Ge, Rational, symbols

from numerics.stability import largest_curvature
from theorems import Source, Theorem, nonnegative, zero

top = symbols("top", nonnegative=True)                         # measured: lambda_1(H)
trace = symbols("trace", nonnegative=True)
n, k = symbols("n k", integer=True, positive=True)             # samples; outputs per sample

theorem = Theorem("a floor for the top eigenvalue", assumes=(Eq(k, 1),),
                  source=Source("Wu and Su", arxiv="2305.17490", at="GD against SGD, sharpened for few samples"))


@theorem.data
def gradients(case):
    count = len(case.samples)
    return {n: count, k: max(map(len, case.samples)),
            trace: sum(x**2 for rows in case.samples for row in rows for x in row)/Rational(count)}


floor = theorem.claim(
    "the top eigenvalue is at least the trace over the number of samples",
    Ge(top, trace/n),
    false={
        "the trace itself, as for SGD's threshold": Ge(top, trace),
        "one sample fewer": Ge(top, trace/(n - Rational(1, 2))),
    },
)


@floor.proof
def by_the_gradients_as_test_vectors(claimed):
    """g_i.H g_i = (1/n) sum_j (g_i.g_j)^2 is at least |g_i|^4/n and at most top |g_i|^2; then the mean over i.

    s stands for |g_i|^2 (0 asks for no more than top >= 0), rest for the other samples' part.
    """
    u, v, w, z = symbols("u v w z", real=True)                 # g_i = (u, v) and another g_j = (w, z)
    s, rest = symbols("s rest", nonnegative=True)
    form = u*(u*(u**2 + v**2) + w*(u*w + v*z)) + v*(v*(u**2 + v**2) + z*(u*w + v*z))
    yield zero(form - (u**2 + v**2)**2 - (u*w + v*z)**2, "g.(g g^T + h h^T) g = |g|^4 + (g.h)^2, for each further sample")
    yield nonnegative((u*w + v*z)**2, "whose part is a square")
    yield nonnegative(top - s/n, "so top >= |g_i|^2/n", given=(s > 0, n*top*s >= s**2 + rest))
    total = n*trace                                            # of the |g_i|^2
    yield zero(n*(claimed.gts - claimed.lts) - (n*top - total/n), "n times the claim's gap is the sum over i of top - |g_i|^2/n")


@floor.enclosure
def top_eigenvalue(lab):
    """Gradient descent's threshold, 2 over the top eigenvalue, over the rationals."""
    return largest_curvature(lab.samples, 0)


half, third = Rational(1, 2), Rational(1, 3)
floor.case("one sample", samples=[[(third, 2)]])
floor.case("orthogonal and equal", samples=[[(3, 4, 0)], [(-4, 3, 0)], [(0, 0, 5)]])
floor.case("two short ones", samples=[[(half, 0)], [(0, half)]])
floor.case("five orthogonal", samples=[[tuple(third*int(i == j) for j in range(5))] for i in range(5)])
floor.case("parallel", samples=[[(1, 1)], [(2, 2)], [(half, half)]])
theorem.outside("two outputs", breaks=Eq(k, 1), samples=[[(1, 0), (0, 1)]])
