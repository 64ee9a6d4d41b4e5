"""The mean of SGD near an interpolating minimum follows gradient descent.

Statement.  H is the mean of the H_i = X_i^T X_i, v an eigenvector, H v = lam v.  Batches are independent
over time and unbiased.  From x_0 = v,

    E x_t = (1 - eta lam)^t v,

so the mean stays bounded for all starts exactly if eta lambda_1(H) <= 2: not the trace of H, and not the
second moment's threshold, decides about the mean.  Proved for every t, n and dimension; the cases run
every sequence of samples.
"""

from itertools import product

from sympy import Eq, Rational, symbols

from numerics.steps import stochastic_descent
from theorems import Each, Source, Theorem, zero
from theorems.sgd_trace_stability.samples import dot, gradient, numbers
from theorems.sgd_trace_stability.threshold import mean_hessian

path = symbols("path", real=True)                              # measured: v.E x_t/|v|^2
eta, lam, trace = symbols("eta lam trace", positive=True)
t = symbols("t", integer=True, nonnegative=True)

theorem = Theorem("the mean of SGD near an interpolating minimum",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 1"))


@theorem.data
def eigenvalue(case):
    """The start is an eigenvector: lam is read off its first coordinate."""
    H = mean_hessian(case.samples)
    return {eta: case.eta, t: case.time, trace: H.trace(), lam: dot(H.row(0), case.top)/case.top[0]}


follows = theorem.claim(
    "the mean over all batch sequences is gradient descent's path",
    Eq(path, (1 - eta*lam)**t),
    false={
        "the trace in place of the eigenvalue": Eq(path, (1 - eta*trace)**t),
        "continuous time": Eq(path, (1 + eta*lam)**(-t)),
    },
)


@follows.proof
def by_linearity(claimed):
    """H_B has mean H and is independent of the past; s stands for (1 - eta lam)^t."""
    s = symbols("s", real=True)
    grown = lambda e: e.replace(lambda x: x.is_Pow and x.exp.has(t), lambda x: s**(x.exp/t).expand()*x.base - (1 - eta*lam)*s)
    yield zero(claimed.rhs.subs(t, 0) - 1, "the start")
    yield zero(claimed.rhs.subs(t, 1) - (1 - eta*lam), "one step multiplies by 1 - eta lam, the mean of 1 - eta H_B on v")
    yield zero(grown(claimed.rhs), "and so does every later one")


@follows.enclosure
def over_all_sequences(lab):
    """Run SGD with batch size 1 from v along every sequence of samples; project the mean on v."""
    samples, eta, start = numbers(lab.samples), numbers(lab.eta), numbers(tuple(lab.top))
    gradients = [gradient(samples, (i,)) for i in range(len(samples))]
    ends = [after(lab, gradients, eta, start, sequence) for sequence in product(range(len(samples)), repeat=lab.time)]
    return sum(dot(start, x) for x in ends)/len(ends)/dot(start, start)


def after(lab, gradients, eta, start, sequence):
    """The point reached from `start` along one sequence of batches, one gradient each."""
    draws = iter(sequence)
    return lab.iterate(stochastic_descent(gradients, eta, lambda: next(draws)), start, len(sequence))


half = Rational(1, 2)
cross = [[(2, 0)], [(0, 1)], [(0, 3)], [(1, 0)]]
theorem.case("two axes", samples=cross, eta=Each((half, 1)), top=(1, 0), time=Each((1, 2, 3, 4)))
theorem.case("along the diagonal", samples=[[(1, half)], [(half, 1)], [(half, -half)]], eta=Rational(1, 3), top=(1, 1),
             time=Each((2, 5)))
theorem.case("two outputs", samples=[[(1, 0), (1, 1)], [(0, 1), (1, -1)]], eta=Rational(7, 3), top=(1, 0), time=3)
