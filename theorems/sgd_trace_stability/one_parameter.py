"""Two samples in one dimension: which notion of stability gives which threshold.

Statement.  Curvatures a and b, one parameter, batch size 1, step size eta.  For all t

    E x_t^2 = (((1 - eta a)^2 + (1 - eta b)^2)/2)^t,     one epoch in either order: (1 - eta a)(1 - eta b).

The largest stable step sizes are 2 (a + b)/(a^2 + b^2) in mean square; the solution of
(1 - eta a)^4 + (1 - eta b)^4 = 2 for fourth moments; typical paths contract, E log|x_t| < 0, exactly if
|(1 - eta a)(1 - eta b)| < 1.  For a = 1, b = 3 these are 4/5, 0.7294..., and 4/3 > 2/tr H = 1 (all three measured on
that case): stability of typical paths does not imply the trace bound, nor does stability over epochs: b = 1/eta
annihilates each epoch, whatever a.  Every sequence is bounded up to 2/max(a, b).  Proved for every a, b and t.
"""

from itertools import product

from sympy import And, Eq, Equivalent, Rational, symbols

from numerics.stability import moment_threshold
from numerics.steps import stochastic_descent
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.samples import gradient, numbers

second, typical = symbols("second typical", nonnegative=True)  # measured: E x_t^2; product over all paths of x_1^2
epoch = symbols("epoch", real=True)                            # measured: x after one epoch, both orders alike
edge, quartic = symbols("edge quartic", positive=True)         # measured: thresholds of the 2nd and 4th moment
a, b, peak, eta = symbols("a b peak eta", positive=True)       # peak: the larger of a and b
t = symbols("t", integer=True, positive=True)

theorem = Theorem("stability notions in one dimension",
                  source=Source("Ma and Ying", arxiv="2105.13462", at="moment stability, compared"))


@theorem.data
def curvatures(case):
    """Each sample is its gradients in one parameter, one for each output."""
    first, second = (sum(x**2 for x in sample) for sample in (case.one, case.other))
    return {a: first, b: second, peak: max(first, second), eta: case.eta, t: case.time}


paths = theorem.claim(
    "the mean square over all sequences, and one epoch",
    (Eq(second, (((1 - eta*a)**2 + (1 - eta*b)**2)/2)**t), Eq(epoch, (1 - eta*a)*(1 - eta*b))),
    false={
        "the square of the mean": (Eq(second, (1 - eta*(a + b)/2)**(2*t)), Eq(epoch, (1 - eta*a)*(1 - eta*b))),
        "an epoch like two draws": (Eq(second, (((1 - eta*a)**2 + (1 - eta*b)**2)/2)**t),
                                    Eq(epoch, ((1 - eta*a)**2 + (1 - eta*b)**2)/2)),
    },
)


@paths.proof
def by_one_step(mean_square, whole):
    """Draws are independent: each step multiplies the mean square by the same factor."""
    factor = ((1 - eta*a)**2 + (1 - eta*b)**2)/2
    step = lambda x, s: x - eta*s*x
    x = symbols("x", real=True)
    yield zero((step(x, a)**2 + step(x, b)**2)/2 - factor*x**2, "one step, averaged")
    yield zero(mean_square.rhs - factor**t, "and t of them")
    yield zero(step(step(x, a), b) - whole.rhs*x, "one epoch")
    yield zero(step(step(x, b), a) - whole.rhs*x, "in the other order")


@paths.enclosure
def by_running_them(lab):
    """All sequences of t draws from 1, and the two orders of an epoch (their mean: they agree)."""
    ends = [run(lab, sequence) for sequence in product((0, 1), repeat=lab.time)]
    return {second: sum(x**2 for x in ends)/len(ends), epoch: (run(lab, (0, 1)) + run(lab, (1, 0)))/2}


def run(lab, sequence):
    """The point reached from 1 along a sequence of samples."""
    samples, eta, draws = rows(numbers(lab.one), numbers(lab.other)), numbers(lab.eta), iter(sequence)
    gradients = [gradient(samples, (i,)) for i in (0, 1)]
    end, = lab.iterate(stochastic_descent(gradients, eta, lambda: next(draws)), (1 + 0*eta,), len(sequence))
    return end


def rows(*samples):
    """Gradient rows of one parameter each."""
    return [[(x,) for x in sample] for sample in samples]


moments = theorem.claim(
    "higher moments are stable up to smaller step sizes, every path up to 2/max",
    (Eq(edge*(a**2 + b**2), 2*(a + b)), Eq((1 - quartic*a)**4 + (1 - quartic*b)**4, 2), quartic <= edge, quartic*peak >= 2),
    false={
        "the trace condition": (Eq(edge*(a + b), 4), Eq((1 - quartic*a)**4 + (1 - quartic*b)**4, 2), quartic <= edge,
                                quartic*peak >= 2),
        "one threshold for all moments": (Eq(edge*(a**2 + b**2), 2*(a + b)), Eq((1 - quartic*a)**2 + (1 - quartic*b)**2, 2),
                                          quartic <= edge, quartic*peak >= 2),
    },
)


@moments.proof
def by_powers_of_the_factors(squares, fourths, order, floor):
    """E x_t^k is a power of the mean of (1 - eta a)^k and (1 - eta b)^k; the threshold is where that mean is 1."""
    u, v = symbols("u v", real=True)
    mean = lambda eta, k: ((1 - eta*a)**k + (1 - eta*b)**k)/2
    yield zero(2*(mean(edge, 2) - 1) - edge*(squares.lhs - squares.rhs), "the second moment's threshold")
    yield zero(2*(mean(quartic, 4) - 1) - (fourths.lhs - fourths.rhs), "the fourth moment's")
    yield cited("E x_t^k of even order k is bounded exactly up to the first positive eta where the mean of the k-th powers is 1")
    yield nonnegative(2*(u**2 + v**2) - (u + v)**2, "the fourth moment is at least the second's square")
    yield zero(order.gts - order.lts - (edge - quartic), "so its threshold is no larger")
    yield nonnegative(1 - (1 - eta*a)**2, "below 2/max no factor exceeds 1", given=(eta*a <= 2,))
    yield zero(floor.gts - floor.lts - (quartic*peak - 2), "so every moment is bounded there")


@moments.enclosure
def first_roots(lab):
    """The first step sizes at which the average over both samples has the eigenvalue 1 on even powers."""
    samples = rows(lab.one, lab.other)
    return {edge: moment_threshold(samples, 2), quartic: moment_threshold(samples, 4)}


contract = theorem.claim(
    "typical paths contract exactly while the product of the factors does",
    Equivalent(typical < 1, And(eta*a*b < a + b, eta**2*a*b - eta*(a + b) + 2 > 0)),
    false={
        "up to the threshold in mean square": Equivalent(typical < 1, eta*(a**2 + b**2) < 2*(a + b)),
        "up to 2/trace": Equivalent(typical < 1, eta*(a + b) < 4),
    },
)


@contract.proof
def by_the_product(claimed):
    """E log|x_t| = (t/2) log|(1 - eta a)(1 - eta b)| |x_0|: the law of large numbers gives the path's rate."""
    contracts, region = sorted(claimed.args, key=lambda part: not part.has(typical))
    value = (1 - eta*a)*(1 - eta*b)
    room = lambda relation: relation.gts - relation.lts
    low, high = sorted(region.args, key=lambda part: part.gts.is_Add and part.gts.has(eta))
    yield zero(1 - value - eta*room(low), "below 1 exactly if the first relation holds")
    yield zero(1 + value - room(high), "above -1 exactly if the second does")
    yield zero(room(contracts).subs(typical, value**2) - (1 - value)*(1 + value), "the square is below 1 exactly if both")
    yield cited("1 - v and 1 + v are never both negative; the strong law of large numbers")


@contract.enclosure
def over_both_samples(lab):
    """The product over the two samples of x_1^2, from x_0 = 1, raised to 1/2: e^(2 E log|x_1|) squared."""
    return (run(lab, (0,))*run(lab, (1,)))**2


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("curvatures 1 and 3", one=(1,), other=(1, 1, 1), eta=Each((Rational(79, 100), 1, Rational(13, 10), Rational(27, 20))),
             time=Each((1, 3)))
theorem.case("curvatures 1 and 4", one=(1,), other=(2,), eta=Each((third, half, Rational(1, 4))), time=Each((1, 2)))
theorem.case("nearly equal", one=(1,), other=(Rational(3, 2),), eta=Each((Rational(4, 5), Rational(13, 10), Rational(3, 2))), time=3)
theorem.case("short and equal", one=(third,), other=(third,), eta=Each((17, 19)), time=2)
theorem.case("one annihilates every epoch", one=(half,), other=(3,), eta=4, time=2)
theorem.case("far apart, between the regions", one=(3,), other=(1,), eta=Each((Rational(1, 5), half, Rational(6, 5))), time=2)
