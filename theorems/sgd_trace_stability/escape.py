"""How fast SGD leaves an unstable minimum: a bound for every even time, run along all batch sequences.

Statement.  H_i = X_i^T X_i in d dimensions, H their mean, p the sampling factor, starts with E x_0 x_0^T
proportional to I.  With

    a = 1 - 2 eta tr H/d + eta^2 ((1 - p)|H|^2 + p mean|H_i|^2)/d,

Frobenius norms, E|x_t|^2/E|x_0|^2 >= a^t for every even t, and for t = 1 (with equality) and t = 3.
Odd t >= 5 are open.  The bound is attained for all t where T(I) is a multiple of I, as for tight
frames.  Measured for t <= 4, proved for every n, B, dimension and number of outputs.
"""

from itertools import combinations, product

from sympy import Eq, Matrix, Rational, exp, log, symbols

from numerics.stability import sampling_factor
from numerics.steps import stochastic_descent
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.samples import dot, gradient, numbers
from theorems.sgd_trace_stability.threshold import mean_hessian

first, second, third, fourth = symbols("first second third fourth", nonnegative=True)  # measured: E|x_t|^2/E|x_0|^2, t = 1..4
eta, trace, frob, spread = symbols("eta trace frob spread", positive=True)     # tr H, |H|^2, mean |H_i|^2
p = symbols("p", nonnegative=True)
d = symbols("d", integer=True, positive=True)
a, x = symbols("a x", real=True)
u, v = symbols("u v", positive=True)

theorem = Theorem("quantified escape of SGD",
                  source=Source("Wu and Su", arxiv="2305.17490", at="instability beyond the trace bound, quantified"),
                  assumes=(p <= 1,))


@theorem.data
def sizes(case):
    H, single = mean_hessian(case.samples), [Matrix(rows).T*Matrix(rows) for rows in case.samples]
    norm = lambda one: (one*one).trace()
    factor = sampling_factor(len(single), case.batch, False)
    return {eta: case.eta, trace: H.trace(), frob: norm(H), spread: sum(map(norm, single))/Rational(len(single)),
            p: Rational(factor.numerator, factor.denominator), d: H.rows}


rises = theorem.claim(
    "the mean square rises at least geometrically",
    (Eq(first, 1 - 2*eta*trace/d + eta**2*((1 - p)*frob + p*spread)/d), second >= first**2, third >= first**3, fourth >= first**4),
    false={
        "the noise of single samples": (Eq(first, 1 - 2*eta*trace/d + eta**2*spread/d), second >= first**2,
                                        third >= first**3, fourth >= first**4),
        "at most geometrically": (Eq(first, 1 - 2*eta*trace/d + eta**2*((1 - p)*frob + p*spread)/d), second <= first**2,
                                  third <= first**3, fourth <= first**4),
        "the variation doubled": (Eq(first, 1 - 2*eta*trace/d + eta**2*((1 - p)*frob + p*spread)/d), second >= 2*first**2,
                                  third >= 2*first**3, fourth >= 2*first**4),
    },
)


@rises.proof(scope="every even t, t = 1 and t = 3")
def by_the_spectral_measure_of_the_identity(start, twice, thrice, four):
    """<I, T^t I>/d is the t-th moment of a probability measure on the spectrum of T; its mean is a >= 0.

    Even t: x^t lies above its tangent at a.  t = 3: by Jensen's inequality in an eigenbasis of T(I).
    """
    G, H = symbols("G H", commutative=False)
    yield zero((1 - eta*H - eta*(G - H))*(1 - eta*H - eta*(G - H)) - (1 - 2*eta*G + eta**2*G**2),
               "T(I) is the mean of 1 - 2 eta H_i + eta^2 H_i^2 for single samples")
    mean = 1 - 2*eta*trace/d + eta**2*((1 - p)*frob + p*spread)/d
    yield zero(start.rhs - mean, "<I, T I>/d, by linearity in the mixture")
    for relation, symbol, power in ((twice, second, 2), (thrice, third, 3), (four, fourth, 4)):
        yield zero((relation.gts - relation.lts) - (symbol - first**power), "the power of the mean is the lower side")
    yield cited("T is self-adjoint on symmetric matrices, so <I, T^t I>/<I, I> is the t-th moment of a probability measure")
    yield from above_the_tangent()
    yield from the_third_power()


def above_the_tangent():
    """x^t - a^t - t a^(t-1) (x - a) >= 0 for a >= 0 and even t, by induction; X, A stand for x^t, a^t."""
    X, A, k = symbols("X A k", real=True)
    inside = (a >= 0, A >= 0, k >= 1)
    yield zero(x**2 - a**2 - 2*a*(x - a) - (x - a)**2, "t = 2")
    rest = x**2*(A + k*(A/a)*(x - a)) - a**2*A - (k + 2)*a*A*(x - a)
    yield zero(rest - (A/a)*(x - a)**2*(k*x + (k + 1)*a), "from k to k + 2, once x^k is above its tangent", given=(a > 0,))
    yield nonnegative(k*x + (k + 1)*a, "this is nonnegative for x >= -(k + 1) a/k", given=(*inside, k*x >= -(k + 1)*a))
    yield nonnegative(-k*(a + (k + 2)*(x - a)), "and below that the tangent is negative", given=(*inside, k*x <= -(k + 1)*a))
    yield nonnegative(x**2*(X - A), "as x^2 multiplies", given=(X >= A,))


def the_third_power():
    """a_ij = <e_i e_i^T, T(e_j e_j^T)> >= 0 in an eigenbasis of T(I), row sums w_i, total m = d a.

    <I, T^3 I> = sum a_ij w_i w_j >= m exp(sum (w_i/m) 2 log w_i) >= m (m/d)^2.
    """
    yield cited("Jensen's inequality for the exponential, and for the convex function w log w")
    yield zero(exp(log(u) + log(v)) - u*v, "a product is the exponential of a sum of logarithms")
    m = symbols("m", positive=True)
    yield zero(m*exp(2*log(m/d)) - d*(m/d)**3, "at equal row sums m/d this is d a^3")


@rises.enclosure
def over_all_sequences(lab):
    """Run SGD from every unit vector along every sequence of four batches; the mean of |x_t|^2."""
    samples, eta = numbers(lab.samples), numbers(lab.eta)
    gradients = [gradient(samples, batch) for batch in combinations(range(len(samples)), lab.batch)]
    size = len(samples[0][0])
    starts = [tuple(0*eta + int(i == j) for j in range(size)) for i in range(size)]
    paths = [path(lab, gradients, eta, start, sequence)
             for start in starts for sequence in product(range(len(gradients)), repeat=4)]
    squares = [sum(dot(x, x) for x in at)/len(paths) for at in zip(*paths)]
    return dict(zip((first, second, third, fourth), squares[1:]))


def path(lab, gradients, eta, start, sequence):
    """The points along one sequence of batches."""
    draws = iter(sequence)
    return lab.orbit(stochastic_descent(gradients, eta, lambda: next(draws)), start, len(sequence))


half = Rational(1, 2)
three = [[(1, half)], [(-Rational(1, 3), 2)], [(half, half/2)]]
theorem.case("three samples", samples=three, eta=Each((half, 1)), batch=1)
theorem.case("three samples in pairs", samples=three, eta=Rational(6, 5), batch=2)
theorem.case("orthogonal, unstable", samples=[[(1, 0)], [(0, 1)]], eta=Rational(5, 2), batch=1)
theorem.case("one parameter", samples=[[(1,)], [(2,)]], eta=Rational(1, 3), batch=1)
theorem.case("two outputs", samples=[[(1, 0), (1, 1)], [(0, 1), (1, -1)]], eta=Rational(3, 4), batch=1)
theorem.case("the full batch", samples=three, eta=Rational(1, 10), batch=3)
