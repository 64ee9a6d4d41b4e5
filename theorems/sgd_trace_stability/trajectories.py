"""Mini-batch SGD and a mixture of full batch and single samples: the same mean square at every time.

Statement.  Samples with Hessians H_i at an interpolating minimum, batches of B of the n samples drawn anew
in each step.  The process that takes the full batch with probability 1 - w, else one sample, has the
same E x_t x_t^T for all t and all starts if w = (n - B)/(B (n - 1)); so it has the same threshold.  For
other w it does not, unless all H_i x agree.  Proved for every n, B, t, dimension and number of outputs.
"""

from itertools import combinations, product

from sympy import Eq, Rational, symbols

from numerics.steps import stochastic_descent
from theorems import Each, Source, Theorem, cited, zero
from theorems.sgd_trace_stability.samples import dot, gradient, numbers

batched, mixed = symbols("batched mixed", real=True)           # measured: E (v.x_t)^2 of the two processes
w = symbols("w", nonnegative=True)                             # the mixture's share of single samples
n, B = symbols("n B", integer=True, positive=True)
full, single = symbols("full single", real=True)

theorem = Theorem("mini-batches as a mixture",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Proposition 2"),
                  assumes=(n >= 2, Eq(w, (n - B)/(B*(n - 1)))))


@theorem.data
def sizes(case):
    return {n: len(case.samples), B: case.batch, w: case.share}


equal = theorem.claim(
    "both processes have the same mean square",
    Eq(batched, mixed),
    false={
        "in proportion to the share": Eq(batched, w*mixed),
        "larger by the share": Eq(batched, (1 + w)*mixed),
    },
)


@equal.proof
def by_equal_operators(claimed):
    """Batches are independent over time, so equal operators in one step give equal moments at every time."""
    yield cited("one step of the batches has the second moment (n (B - 1) full + (n - B) single)/(B (n - 1)) (the second-moment operator)")
    one_step = {batched: (n*(B - 1)*full + (n - B)*single)/(B*(n - 1)), mixed: (1 - w)*full + w*single}
    yield zero((claimed.lhs - claimed.rhs).subs(one_step).subs(w, (n - B)/(B*(n - 1))), "the same operator")


@equal.enclosure
def over_all_sequences(lab):
    """Both processes along every sequence from the same start; the mixture's sequences by their weights."""
    samples, share, everything = numbers(lab.samples), numbers(lab.share), range(len(lab.samples))
    subsets = list(combinations(everything, lab.batch))
    choices = [(tuple(everything), 1 - share), *(((i,), share/len(samples)) for i in everything)]
    return {batched: mean_square(lab, samples, [(one, Rational(1, len(subsets))) for one in subsets]),
            mixed: mean_square(lab, samples, choices)}


def mean_square(lab, samples, weighted):
    """E (v.x_t)^2 over all sequences of weighted batches."""
    eta, start, v, total = numbers(lab.eta), numbers(lab.x), numbers(lab.v), 0
    gradients = [gradient(samples, batch) for batch, _ in weighted]
    for sequence in product(range(len(weighted)), repeat=lab.time):
        draws, weight = iter(sequence), 1
        for i in sequence:
            weight *= Rational(weighted[i][1])
        end = lab.iterate(stochastic_descent(gradients, eta, lambda: next(draws)), start, lab.time)
        total += weight*Rational(dot(v, end)**2)
    return total


half, third = Rational(1, 2), Rational(1, 3)
three = [[(1, half)], [(-third, 2)], [(half, half/2)]]
pairs = [[(1, half), (0, 2)], [(-third, 2), (1, 1)], [(half, -1), (2, third)]]
four = [*three, [(2, -1)]]
theorem.case("three samples in pairs", samples=three, batch=2, share=half/2, eta=half, x=(1, 2), v=(half, -1), time=Each((1, 2, 3, 4)))
theorem.case("four samples in pairs", samples=four, batch=2, share=third, eta=Rational(3, 2), x=(1, -1), v=(1, 1), time=Each((2, 3)))
theorem.case("four samples in threes", samples=four, batch=3, share=third**2, eta=third, x=(0, 1), v=(2, 1), time=3)
theorem.case("two outputs", samples=pairs, batch=2, share=half/2, eta=third, x=(3, 1), v=(1, 0), time=3)
theorem.outside("the share of independent draws", breaks=Eq(w, (n - B)/(B*(n - 1))), samples=three, batch=2, share=half,
                eta=half, x=(1, 2), v=(half, -1), time=2)
