"""How one step of SGD changes the expected loss: drift and aligned noise.

Statement.  Sample i has Hessian H_i = g_i g_i^T at an interpolating minimum, H their mean, L(x) = x.Hx/2,
N(x) = mean H_i x x^T H_i - H x x^T H the noise of a single sample, p the sampling factor.  With
mu(x) = tr(H N(x))/(2 L(x) |H|^2), Frobenius norm, one step of size eta gives

    E L(x_1) = x.(1 - eta H) H (1 - eta H) x/2 + p eta^2 mu(x) |H|^2 L(x).

Noise aligned with the Hessian (mu large) raises the loss in proportion to |H|^2, the larger the smaller
the batch.  Proved for every n, B and dimension.
"""

from itertools import combinations

from sympy import Eq, Matrix, Rational, symbols

from numerics.stability import sampling_factor
from numerics.steps import descent
from theorems import Each, Source, Theorem, cited, zero
from theorems.sgd_trace_stability.samples import curved, dot, gradient, numbers
from theorems.sgd_trace_stability.threshold import mean_hessian

after = symbols("after", real=True)                            # measured: E L(x_1)
eta, drift, loss, frob = symbols("eta drift loss frob", positive=True)
p, mu = symbols("p mu", nonnegative=True)

theorem = Theorem("the expected loss after one step of SGD",
                  source=Source("Wu, Wang and Su", arxiv="2207.02628", at="alignment and linear stability, re-derived"),
                  assumes=(p <= 1,))


@theorem.data
def geometry(case):
    samples, x = [[row] for row in case.gradients], case.x
    H, values = mean_hessian(samples), [Matrix(curved(rows, case.x)) for rows in samples]
    X, share = Matrix(x), Rational(1, len(samples))
    noise = share*sum((v.T*H*v)[0] for v in values) - (X.T*H**3*X)[0]
    L = (X.T*H*X)[0]/2
    kept = X - case.eta*H*X
    factor = sampling_factor(len(samples), case.batch, False)
    return {eta: case.eta, drift: (kept.T*H*kept)[0]/2, loss: L, frob: (H*H).trace(), mu: noise/(2*L*(H*H).trace()),
            p: Rational(factor.numerator, factor.denominator)}


step = theorem.claim(
    "one step's expected loss: gradient descent's and the aligned noise",
    Eq(after, drift + p*eta**2*mu*frob*loss),
    false={
        "the noise twice": Eq(after, drift + 2*p*eta**2*mu*frob*loss),
        "whatever the batch": Eq(after, drift + eta**2*mu*frob*loss),
    },
)


@step.proof
def by_the_variance_of_the_batch(claimed):
    """The step is (1 - eta H) x - eta (H_B - H) x; the noise has mean 0 and covariance p N(x)."""
    aligned = symbols("aligned", nonnegative=True)             # tr(H N(x))
    yield cited("E (H_B - H) x x^T (H_B - H) = p N(x) (the second-moment operator, minus its mean)")
    yield zero((drift + eta**2*p*aligned/2 - claimed.rhs).subs(mu, aligned/(2*loss*frob)), "half the noise's trace with H")


@step.enclosure
def over_all_batches(lab):
    """One step on every batch; the mean of the loss."""
    samples, x, eta = [[row] for row in numbers(lab.gradients)], numbers(lab.x), numbers(lab.eta)
    full, batches = gradient(samples, range(len(samples))), list(combinations(range(len(samples)), lab.batch))
    ends = [lab.iterate(descent(gradient(samples, batch), eta), x, 1) for batch in batches]
    return sum(dot(end, full(*end)) for end in ends)/(2*len(ends))


half, third = Rational(1, 2), Rational(1, 3)
three = [(1, half), (-third, 2), (half, half/2)]
theorem.case("three samples", gradients=three, x=(1, -2), eta=half, batch=Each((1, 2)))
theorem.case("equal norms, not orthogonal", gradients=[(2, 0), (Rational(6, 5), Rational(8, 5))], x=(1, half), eta=third, batch=1)
theorem.case("one parameter", gradients=[(1,), (2,)], x=(half,), eta=third, batch=1)
theorem.case("one parameter, all equal", gradients=[(half,), (-half,)], x=(3,), eta=2, batch=1)
theorem.case("parallel in the plane", gradients=[(1, 1), (2, 2), (half, half)], x=(1, 0), eta=Rational(1, 9), batch=2)
