"""Rademacher complexity of what SGD and gradient descent can keep on sign inputs: l1 against the maximum norm.

Statement.  n inputs with all |x_ij| = 1 in d coordinates, (1/n) E sup of sum_i e_i beta . x_i over a class of
coefficients, e_i independent fair signs.  With K = floor((n - 1)/2),

    |beta|_inf <= 1:  exactly d binomial(n - 1, K)/2^(n - 1);      |beta|_1 <= 1:  at most sqrt(2 log(2d)/n) and 1.

The first is d E|e_1 + ... + e_n|/n and does not depend on the inputs.  SGD's stability at step size eta keeps
the l1 ball of radius 1/eta (see `sign_data`), gradient descent's the other ball of the same radius (see
`gradient_descent`): the second class is worse by a factor of at least d/(2 sqrt(log 2d)), by Khintchine's
inequality, and of d/sqrt(pi log 2d) as n -> oo (see `rademacher_walk`).  These are bounds for
classes, not for the solution that a method finds.  Shown for every n and d.
"""

from itertools import product

from sympy import Eq, Le, Pow, Rational, binomial, log, symbols

from theorems import Source, Theorem, cited, nonnegative, zero

maximum, one_norm = symbols("maximum one_norm", nonnegative=True)      # measured: complexities of the two unit balls
n, d = symbols("n d", integer=True, positive=True)
K = symbols("K", integer=True, nonnegative=True)               # floor((n - 1)/2)
L = symbols("L", positive=True)                                # log(2d)
off = symbols("off", nonnegative=True)                         # the largest (x_ij^2 - 1)^2

theorem = Theorem("Rademacher complexity of stable diagonal networks", assumes=(Eq(off, 0), K <= n, L <= d),
                  source=Source("Wu and Su", arxiv="2305.17490", at="generalisation of stable minima, re-derived"))


@theorem.data
def design(case):
    count = len(case.inputs)
    return {n: count, d: len(case.inputs[0]), L: log(2*len(case.inputs[0])), K: (count - 1)//2,
            off: max((x**2 - 1)**2 for row in case.inputs for x in row)}


box = theorem.claim(
    "complexity of the maximum norm's unit ball",
    Eq(maximum, d*binomial(n - 1, K)/2**(n - 1)),
    false={
        "one coordinate's": Eq(maximum, binomial(n - 1, K)/2**(n - 1)),
        "the whole row of the triangle": Eq(maximum, d*binomial(n, K)/2**(n - 1)),
        "the l1 ball's bound": Eq(maximum, (2*log(2*d)/n)**Rational(1, 2)),
    },
)
ball = theorem.claim(
    "complexity of the l1 unit ball",
    (Le(n*one_norm**2, 2*L), Le(one_norm, 1)),
    false={
        "no logarithm": (Le(n*one_norm**2, 1), Le(one_norm, 1)),
        "half the logarithm": (Le(n*one_norm**2, L), Le(one_norm, 1)),
        "of d, not of 2d": (Le(n*one_norm**2, 2*log(d)), Le(one_norm, 1)),
    },
)


@box.proof
def by_telescoping(claimed):
    """The supremum is sum_j |sum_i e_i x_ij|, and e_i x_ij is a fair sign: d E|S_n|/n.

    E|S_n| = 2 sum_(k <= K) (n - 2k) binomial(n, k)/2^n, as n - 2k > 0 exactly for k <= K; the sum
    telescopes to n binomial(n - 1, K).  B, C stand for binomial(n - 1, k) and binomial(n, k), T for 2^n.
    """
    k, B, T = symbols("k B T", positive=True)
    inside = (k < n,)
    C, below = n*B/(n - k), k*B/(n - k)
    yield zero(C - B - below, "Pascal's rule", inside)
    yield zero((n - 2*k)*C - n*(B - below), "a term is n times a difference of neighbours in row n - 1", inside)
    known = lambda row, place: B if (row, place) == (n - 1, K) else symbols("other")
    put = claimed.rhs.replace(binomial, known).replace(
        lambda x: isinstance(x, Pow) and x.base == 2 and x.exp.has(n),
        lambda x: T*2**(x.exp - n) if x.exp.coeff(n) == 1 else 2**(x.exp + n)/T)
    yield zero(d*(2*n*B/T)/n - put, "so d E|S_n|/n is the claim")


@ball.proof
def by_exponential_moments(claimed, trivial):
    """The supremum is the largest of 2d sums of n fair signs; s > 0 is free, L = log(2d).

    cosh(s) <= exp(s^2/2) by comparing coefficients: (2k)! >= 2^k k!, by induction on k.
    """
    k = symbols("k", integer=True, nonnegative=True)
    s = symbols("s", positive=True)
    yield zero((2*k + 2)*(2*k + 1)/(2*(k + 1)) - (2*k + 1), "(2k)!/(2^k k!) grows by the factor 2k + 1 with k")
    yield nonnegative(2*k + 1 - 1, "which is at least 1")
    yield cited("Jensen: s E max <= log E exp(s max) <= log(2d) + n log cosh(s)")
    best = (Eq(n*s**2, 2*L),)
    gap = (claimed.gts - claimed.lts).subs(one_norm, (L/s + n*s/2)/n)
    yield zero(gap, "at the best s the bound is the claim", best)
    m = symbols("m", nonnegative=True)
    yield nonnegative((trivial.gts - trivial.lts).subs(one_norm, m), "a mean of terms e_i beta . x_i of at most |beta|_1", given=(m <= 1,))


def sums(lab):
    """|sum_i e_i x_ij| for every j, for each pattern of signs."""
    for signs in product((1, -1), repeat=len(lab.inputs)):
        yield [abs(sum(e*row[j] for e, row in zip(signs, lab.inputs))) for j in range(len(lab.inputs[0]))]


@box.enclosure
def mean_of_sums(lab):
    """All patterns of signs."""
    return sum(sum(one) for one in sums(lab))*Rational(1, len(lab.inputs)*2**len(lab.inputs))


@ball.enclosure
def mean_of_maxima(lab):
    """All patterns of signs."""
    return sum(max(one) for one in sums(lab))*Rational(1, len(lab.inputs)*2**len(lab.inputs))


theorem.case("one input", inputs=((1, -1),))
theorem.case("two inputs, one coordinate", inputs=((1,), (1,)))
theorem.case("two inputs", inputs=((1, 1, -1), (-1, 1, 1)))
theorem.case("three inputs", inputs=((1, 1), (1, -1), (-1, -1)))
theorem.case("five inputs", inputs=((1, 1, 1), (1, -1, 1), (-1, -1, 1), (1, 1, -1), (-1, 1, 1)))
theorem.case("eight inputs, five coordinates",
             inputs=tuple(tuple(1 if (i*j + i//2 + j) % 3 else -1 for j in range(5)) for i in range(8)))
ball.case("one sign", inputs=((1,),))
ball.case("one input, six coordinates", inputs=((1, 1, -1, 1, -1, -1),))
ball.case("five signs", inputs=((1,),)*5)
theorem.outside("longer inputs", breaks=Eq(off, 0), inputs=((2, 3),))
