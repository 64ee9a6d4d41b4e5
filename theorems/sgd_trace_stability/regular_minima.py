"""Regular minima: SGD's second moment settles on the range of H and walks at random in its kernel.

Statement.  Samples with Hessians H_i >= 0 and gradients g_i at the minimum, mean g_i = 0; H = mean H_i, p the
sampling factor.  On the range of H, for eta below the threshold 2/Lambda, E x_t x_t^T tends to

    S = eta p (2 C - eta D)^(-1)(mean g_i g_i^T).

For commuting H_i = diag(s_i1, ..., s_id) with h = mean s_i this reads, entry by entry and for all t from
x_0 = 0,

    E (x_t)_a (x_t)_b = S_ab (1 - rho^t),     S_ab = eta p n_ab/(h_a + h_b - eta D_ab),
    rho = 1 - eta (h_a + h_b) + eta^2 D_ab,   D_ab = (1 - p) h_a h_b + p mean s_ia s_ib,   n = mean g_i g_i^T,

while in the kernel, h_a = h_b = 0, it is t eta^2 p n_ab: a random walk at every step size.
The fixed point is proved for every n, B and dimension, the path for commuting H_i.
"""

from itertools import combinations, product

from sympy import Eq, Rational, symbols

from numerics.stability import exact_stationary_covariance, sampling_factor
from numerics.steps import stochastic_descent
from theorems import Each, Source, Theorem, cited, zero
from theorems.sgd_trace_stability.samples import numbers

moment, settled, walk = symbols("moment settled walk", real=True)      # measured: E x_a x_b; of the solution; E x_c^2 in the kernel
eta, ha, hb = symbols("eta ha hb", positive=True)              # entries of the mean Hessian
p, still = symbols("p still", nonnegative=True)                # still: n_cc
nab, q = symbols("nab q", real=True)                           # mean g_a g_b; mean s_ia s_ib
t = symbols("t", integer=True, nonnegative=True)
S, R = symbols("S R", real=True)

theorem = Theorem("SGD at a regular minimum",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorems 4 and 5, Corollary 1"))


@theorem.data
def entries(case):
    (a, b), share = case.entry, Rational(1, len(case.noise))
    factor = sampling_factor(len(case.noise), case.batch, False)
    mean = lambda values: share*sum(values)
    return {eta: case.eta, t: case.time, p: Rational(factor.numerator, factor.denominator),
            ha: mean(row[a] for row in case.curvatures), hb: mean(row[b] for row in case.curvatures),
            q: mean(row[a]*row[b] for row in case.curvatures), nab: mean(row[a]*row[b] for row in case.noise),
            still: mean(row[-1]**2 for row in case.noise)}


D = (1 - p)*ha*hb + p*q
path = theorem.claim(
    "the moment approaches the stationary one geometrically, the kernel's grows linearly",
    (Eq(moment, settled*(1 - (1 - eta*(ha + hb) + eta**2*D)**t)), Eq(settled*(ha + hb - eta*D), eta*p*nab),
     Eq(walk, t*eta**2*p*still)),
    false={
        "gradient descent's rate": (Eq(moment, settled*(1 - ((1 - eta*ha)*(1 - eta*hb))**t)),
                                    Eq(settled*(ha + hb - eta*D), eta*p*nab), Eq(walk, t*eta**2*p*still)),
        "the small-step limit": (Eq(moment, settled*(1 - (1 - eta*(ha + hb) + eta**2*D)**t)), Eq(settled*(ha + hb), eta*p*nab),
                                 Eq(walk, t*eta**2*p*still)),
        "the kernel settles": (Eq(moment, settled*(1 - (1 - eta*(ha + hb) + eta**2*D)**t)),
                               Eq(settled*(ha + hb - eta*D), eta*p*nab), Eq(walk, eta**2*p*still)),
    },
)


@path.proof(scope="the fixed point for all H_i; the path for commuting ones")
def by_one_step(approach, fixed, kernel):
    """x_1 = (1 - eta H_B) x - eta g_B; the mean of x stays 0, which kills the cross terms; E g_B g_B^T = p n.

    R stands for rho^t.  In general one step moves S by -eta (2 C - eta D)(S) + eta^2 p n, which vanishes at S.
    """
    second = (1 - p)*ha*hb + p*q
    rho = 1 - eta*(ha + hb) + eta**2*second
    yield cited("E (1 - eta H_B) S (1 - eta H_B) = S - 2 eta C(S) + eta^2 D(S), and likewise E g_B g_B^T = p n as mean g_i = 0")
    yield zero(fixed.lhs - fixed.rhs - (settled*(ha + hb - eta*second) - eta*p*nab), "2 C(S) - eta D(S) = eta p n, entry (a, b)")
    still_fixed = nab*p*eta - settled*(ha + hb - eta*second)
    yield zero(rho*settled + eta**2*p*nab - settled - eta*still_fixed, "so the moment S does not move")
    put = lambda value: approach.rhs.subs(rho**t, value)
    yield zero(approach.rhs.subs(t, 0), "the start")
    yield zero(approach.rhs.subs(t, 1) - settled*(1 - rho), "one step from 0")
    yield zero(put(R) - settled*(1 - R), "the path in powers of rho")
    yield zero(rho*put(R) + (1 - rho)*settled - put(rho*R), "each step carries it on, as eta^2 p n = (1 - rho) S")
    yield zero(kernel.rhs.subs(t, t + 1) - kernel.rhs - eta**2*p*still, "in the kernel a step adds eta^2 p n")
    yield zero(kernel.rhs.subs(t, 0), "from 0")


@path.enclosure
def over_all_sequences(lab):
    """Run SGD from 0 along every sequence of batches; and solve for the stationary moment in rationals."""
    curvatures, noise, eta, (a, b) = numbers(lab.curvatures), numbers(lab.noise), numbers(lab.eta), lab.entry
    batches = list(combinations(range(len(noise)), lab.batch))
    gradients = [sloped(curvatures, noise, batch) for batch in batches]
    start = tuple(0*eta for _ in noise[0])
    ends = [end(lab, gradients, eta, start, sequence) for sequence in product(range(len(batches)), repeat=lab.time)]
    factor = sampling_factor(len(noise), lab.batch, False)
    covariance = exact_stationary_covariance([rooted(row) for row in lab.roots], [row[:-1] for row in lab.noise], lab.eta, factor)
    return {moment: sum(x[a]*x[b] for x in ends)/len(ends), walk: sum(x[-1]**2 for x in ends)/len(ends),
            settled: covariance[a][b]}


def sloped(curvatures, noise, batch):
    """x -> mean over the batch of diag(s_i) x + g_i; the last coordinate has no curvature."""
    size = Rational(len(batch))

    def at(*x):
        rows = [[s*u + g for s, u, g in zip((*curvatures[i], 0), x, noise[i])] for i in batch]
        return tuple(sum(column)/int(size) for column in zip(*rows))
    return at


def rooted(roots):
    """Gradient rows with the Hessian diag(roots^2)."""
    return [tuple(x if i == j else 0 for j in range(len(roots))) for i, x in enumerate(roots)]


def end(lab, gradients, eta, start, sequence):
    """The point reached from the start along one sequence of batches."""
    draws = iter(sequence)
    return lab.iterate(stochastic_descent(gradients, eta, lambda: next(draws)), start, len(sequence))


def place(name, roots, **data):
    """A case from the square roots of the curvatures s_ia."""
    theorem.case(name, roots=roots, curvatures=[[x**2 for x in row] for row in roots], **data)


half, third = Rational(1, 2), Rational(1, 3)
place("two curved directions and a flat one", [(1, half), (half, 1), (2, third)], noise=[(1, -1, 2), (half, 2, -1), (-3*half, -1, -1)],
      entry=(0, 1), eta=third, batch=Each((1, 2)), time=Each((1, 3)))
place("a variance", [(1, half), (half, 1), (2, third)], noise=[(1, -1, 2), (half, 2, -1), (-3*half, -1, -1)],
      entry=(0, 0), eta=Rational(1, 5), batch=1, time=Each((2, 4)))
place("one curved direction, short", [(third,), (half,)], noise=[(2, half), (-2, -half)], entry=(0, 0), eta=2, batch=1, time=5)
