"""One step of linearised SGD on the second moment, for every way of drawing the batch.

Statement.  Sample i has Hessian H_i = X_i^T X_i at an interpolating minimum, H their mean.  One step is
x -> x - eta H_B x, H_B the mean over the batch B.  For all vectors x, w, with a = w.x, b = w.Hx and
m = mean_i (w.H_i x)^2,

    E (w.x_1)^2 = a^2 - 2 eta a b + eta^2 D,    D = (1 - p) b^2 + p m,

    p = (n - B)/(B (n - 1))   batches of B different samples,
    p = 1/B                   B independent draws.

Keeping each sample with probability q (weight 1/(n q)) gives D = b^2 + (1 - q)/(n q) m instead, which
is no such mixture.  As the products (w.S x) determine S -> E (I - eta H_B) S (I - eta H_B), this is
the operator I - 2 eta C + eta^2 D_p, and (1 - p) times the full batch's plus p times the single
sample's: after any number of steps too.

Proved for every n, B, dimension, number of outputs and sign of the H_i; the cases enumerate all
batches.
"""

from fractions import Fraction
from itertools import combinations, product

from sympy import Eq, Rational, symbols

from numerics.steps import descent
from theorems import Each, Source, Theorem, zero
from theorems.sgd_trace_stability.samples import curved, dot, gradient, numbers

distinct, drawn, kept, full, single = symbols("distinct drawn kept full single", real=True)    # measured: E (w.x_1)^2
a, b, m = symbols("a b m", real=True)                          # w.x, w.Hx, mean (w.H_i x)^2
eta, q = symbols("eta q", positive=True)                       # step size; probability that a sample is kept
n, B = symbols("n B", integer=True, positive=True)

theorem = Theorem("one step of SGD on the second moment",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, second-moment operator"),
                  assumes=(n >= 2, B <= n, q <= 1))


@theorem.data
def moments(case):
    values = [dot(case.w, curved(rows, case.x)) for rows in case.samples]
    mean = sum(values)/Rational(len(values))
    return {a: dot(case.w, case.x), b: mean, m: sum(value**2 for value in values)/Rational(len(values)),
            n: len(values), B: case.batch, q: case.kept, eta: case.eta}


def after_one_step(lab, batches, shares=None, share=None):
    """The mean of (w.x_1)^2 over the batches, weighted by `shares`."""
    samples, x, w, eta = numbers(lab.samples), numbers(lab.x), numbers(lab.w), numbers(lab.eta)
    shares = [Fraction(1, len(batches))]*len(batches) if shares is None else shares
    return sum(weight*dot(w, lab.iterate(descent(gradient(samples, batch, share), eta), x, 1))**2
               for batch, weight in zip(batches, shares))


subsets = theorem.claim(
    "batches of B different samples",
    Eq(distinct, a**2 - 2*eta*a*b + eta**2*(n*(B - 1)*b**2 + (n - B)*m)/(B*(n - 1))),
    false={
        "as for independent draws": Eq(distinct, a**2 - 2*eta*a*b + eta**2*((B - 1)*b**2 + m)/B),
        "the full batch's moment kept whole": Eq(distinct, a**2 - 2*eta*a*b + eta**2*(b**2 + (n - B)*m/(B*(n - 1)))),
    },
)


@subsets.proof
def by_counting_pairs(claimed):
    """The indicators of the batch sum to B and their squares' sum to B^2; all pairs are alike."""
    one, pair = B/n, B*(B - 1)/(n*(n - 1))
    yield zero(n*one - B, "n times the probability of a sample is B")
    yield zero(n*one + n*(n - 1)*pair - B**2, "with n (n - 1) times that of a pair it is B^2")
    mean_square = (one*n*m + pair*(n**2*b**2 - n*m))/B**2
    yield zero(a**2 - 2*eta*a*b + eta**2*mean_square - claimed.rhs, "sum over i = j gives n m, over i != j n^2 b^2 - n m")


@subsets.enclosure
def over_all_subsets(lab):
    """One step on every subset of B samples, averaged."""
    return after_one_step(lab, list(combinations(range(len(lab.samples)), lab.batch)))


tuples = theorem.claim(
    "B independent draws",
    Eq(drawn, a**2 - 2*eta*a*b + eta**2*((B - 1)*b**2 + m)/B),
    false={
        "as for different samples": Eq(drawn, a**2 - 2*eta*a*b + eta**2*(n*(B - 1)*b**2 + (n - B)*m)/(B*(n - 1))),
        "noise of a single sample": Eq(drawn, a**2 - 2*eta*a*b + eta**2*m),
    },
)


@tuples.proof
def by_independent_places(claimed):
    """Two different places of the batch hold independent samples, one place holds the same twice."""
    mean_square = (B*m + B*(B - 1)*b**2)/B**2
    yield zero(a**2 - 2*eta*a*b + eta**2*mean_square - claimed.rhs, "B equal and B (B - 1) different pairs of places")


@tuples.enclosure
def over_all_tuples(lab):
    """One step on every tuple of B samples, averaged."""
    return after_one_step(lab, list(product(range(len(lab.samples)), repeat=lab.batch)))


bernoulli = theorem.claim(
    "each sample kept with probability q",
    Eq(kept, a**2 - 2*eta*a*b + eta**2*(b**2 + (1 - q)*m/(n*q))),
    false={
        "a mixture": Eq(kept, a**2 - 2*eta*a*b + eta**2*((1 - (1 - q)/(n*q))*b**2 + (1 - q)*m/(n*q))),
        "weight 1/q of the whole": Eq(kept, a**2 - 2*eta*a*b + eta**2*(b**2 + (1 - q)*m/q)),
    },
)


@bernoulli.proof
def by_independent_indicators(claimed):
    """Indicators of mean q are independent; each is its own square."""
    mean_square = (q*n*m + q**2*(n**2*b**2 - n*m))/(n*q)**2
    yield zero(a**2 - 2*eta*a*b + eta**2*mean_square - claimed.rhs, "variance q (1 - q) on the diagonal")


@bernoulli.enclosure
def over_all_selections(lab):
    """One step on every selection, weighted by its probability."""
    count, q = len(lab.samples), numbers(lab.kept)
    chosen = [one for size in range(count + 1) for one in combinations(range(count), size)]
    shares = [q**len(one)*(1 - q)**(count - len(one)) for one in chosen]
    return after_one_step(lab, chosen, shares, 1/(count*q))


mixture = theorem.claim(
    "the batch's operator mixes the full batch's and the single sample's",
    (Eq(distinct, full + (n - B)*(single - full)/(B*(n - 1))), Eq(drawn, full + (single - full)/B)),
    false={
        "the weights exchanged": (Eq(distinct, single + (n - B)*(full - single)/(B*(n - 1))),
                                  Eq(drawn, single + (full - single)/B)),
        "one weight for both": (Eq(distinct, full + (single - full)/B), Eq(drawn, full + (single - full)/B)),
    },
)


@mixture.proof
def by_the_two_formulas(of_subsets, of_draws):
    """Of `subsets` and `tuples`; equal operators have equal powers."""
    step = lambda second: a**2 - 2*eta*a*b + eta**2*second
    ends = {full: step(b**2), single: step(m)}
    yield zero(step((n*(B - 1)*b**2 + (n - B)*m)/(B*(n - 1))) - of_subsets.rhs.subs(ends), "different samples")
    yield zero(step(((B - 1)*b**2 + m)/B) - of_draws.rhs.subs(ends), "independent draws")


@mixture.enclosure
def each_by_enumeration(lab):
    """One step of each of the four processes."""
    everything = range(len(lab.samples))
    return {distinct: after_one_step(lab, list(combinations(everything, lab.batch))),
            drawn: after_one_step(lab, list(product(everything, repeat=lab.batch))),
            full: after_one_step(lab, [tuple(everything)]), single: after_one_step(lab, [(i,) for i in everything])}


half, third = Rational(1, 2), Rational(1, 3)
three = [[(1, half)], [(-third, 2)], [(half, half/2)]]
four = [*three, [(2, -1)]]
space = [[(1, 0, half)], [(third, -1, 2)], [(0, 1, 1)], [(-2, half, 0)]]
pairs = [[(1, half), (0, 2)], [(-third, 2), (1, 1)], [(half, -1), (2, third)], [(1, 0), (0, half)], [(3, 1), (1, -1)]]
cubes = [[(1, 0, half), (0, 1, 1)], [(third, -1, 2), (1, 1, 0)], [(0, 1, 1), (-1, half, third)], [(2, half, 0), (0, 0, 1)]]
theorem.case("three samples", samples=three, x=(1, 2), w=(half, -1), eta=half, batch=Each((1, 2, 3)), kept=third)
theorem.case("four samples, two parameters", samples=four, x=(-1, third), w=(2, 1), eta=third, batch=Each((1, 2, 3)), kept=half)
theorem.case("four samples, three parameters", samples=space, x=(1, -1, 2), w=(half, 1, -2), eta=Rational(1, 5),
             batch=Each((2, 3)), kept=Rational(3, 4))
theorem.case("five samples, two outputs", samples=pairs, x=(1, half), w=(third, 2), eta=Rational(1, 7), batch=Each((2, 4)), kept=Rational(2, 5))
theorem.case("three parameters, two outputs", samples=cubes, x=(half, -1, 1), w=(1, 2, third), eta=2, batch=Each((2, 4)), kept=1)
