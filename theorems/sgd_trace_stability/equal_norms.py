"""When the trace condition is also enough for SGD: exactly if all gradients are equally long.

Statement.  Sample i has Hessian g_i g_i^T at an interpolating minimum, s_i = |g_i|^2, H is their mean.
For batches of one sample the largest eigenvalue Lambda of C^-1 M satisfies

    Lambda = tr H     exactly if     all s_i are equal,

orthogonal or not.  So SGD is stable at the step size 2/tr H exactly then; with s = (1, 3) in one
dimension tr H = 2, yet 4/5 is the largest stable step size.  False for several outputs per sample and
for larger batches.  Proved for every number of samples and parameters.
"""

from sympy import Eq, Equivalent, Rational, symbols

from numerics.stability import growth as growth_of, largest_curvature, sampling_factor
from theorems import Source, Theorem, cited, nonnegative, positive, zero

Lambda, growth = symbols("Lambda growth", nonnegative=True)    # measured: top of C^-1 M; of E|x_t|^2 at 2/trace
k, B = symbols("k B", integer=True, positive=True)             # outputs per sample; batch size
mean, square, largest, s = symbols("mean square largest s", positive=True)     # of the s_i; one s_i

theorem = Theorem("the trace condition suffices for equal norms",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, case of equality"),
                  assumes=(k <= 1, B <= 1))


@theorem.data
def norms(case):
    size = [sum(x*x for row in rows for x in row) for rows in case.samples]
    return {k: max(map(len, case.samples)), B: case.batch, mean: sum(size)/Rational(len(size)),
            square: sum(x*x for x in size)/Rational(len(size))}


equality = theorem.claim(
    "Lambda is the trace exactly if all norms are equal",
    Equivalent(Eq(Lambda, mean), Eq(square, mean**2)),
    false={
        "only where it is 1": Equivalent(Eq(Lambda, mean), Eq(square, mean)),
        "never": Equivalent(Eq(Lambda, mean), square < mean**2),
        "always": Equivalent(Eq(Lambda, mean), square >= mean**2),
    },
)


@equality.proof
def by_the_sandwich(claimed):
    """mean(s^2)/mean(s) <= Lambda <= max s, by the trace bound; without variance every s_i is the mean."""
    norms, reached = sorted(claimed.args, key=lambda one: one.has(Lambda))
    yield zero((s - mean)**2 + 2*mean*(s - mean) + mean**2 - s**2, "mean (s_i - mean)^2 = mean(s^2) - mean^2")
    squeezed = (Lambda >= mean, Lambda <= largest, largest <= mean)
    yield nonnegative(reached.lhs - reached.rhs, "equal norms squeeze Lambda from below", given=squeezed)
    yield nonnegative(reached.rhs - reached.lhs, "and from above", given=squeezed)
    apart = (square > mean**2, Lambda*mean >= square)
    yield positive((reached.lhs - reached.rhs)**2, "unequal norms keep it above", given=apart)
    yield from without_variance(norms)


def without_variance(region):
    """The region is where the variance mean(s^2) - mean(s)^2, never negative, vanishes."""
    yield nonnegative(mean**2 - square, "inside there is no variance", given=region)
    yield positive((square - mean**2)**2, "outside there is some", given=~region)


@equality.enclosure
def curvature(lab):
    """Top of C^-1 D by the rational operators; enclosed."""
    return largest_curvature(lab.samples, sampling_factor(len(lab.samples), lab.batch))


at_the_bound = theorem.claim(
    "SGD is stable at the step size 2/trace exactly if all norms are equal",
    Equivalent(growth <= 1, Eq(square, mean**2)),
    false={
        "the trace condition always suffices": Equivalent(growth <= 1, square >= mean**2),
        "it never suffices": Equivalent(growth <= 1, square < mean**2),
    },
)


@at_the_bound.proof
def by_the_threshold(claimed):
    """Bounded exactly if eta Lambda <= 2; at eta = 2/mean this is Lambda <= mean.

    With equal norms T(I) = I - eta H (2 - eta s) is I itself, so the growth factor is 1; else
    <I, T I>/<I, I> = 1 - (2 eta mean - eta^2 square)/d exceeds 1.
    """
    norms, stays = sorted(claimed.args, key=lambda one: one.has(growth))
    eta, d = 2/mean, symbols("d", positive=True)
    quotient = 1 - (2*eta*mean - eta**2*square)/d
    yield cited("the growth factor is the largest eigenvalue of T, at least <I, T I>/<I, I>; if T(I) = I it is 1, "
                "as T keeps the cone in whose interior I lies")
    yield zero(2 - eta*mean, "with s_i = mean the identity does not move")
    yield nonnegative((stays.gts - stays.lts).subs(growth, 1), "a growth factor 1 is stable")
    yield positive((stays.lts - stays.gts).subs(growth, quotient), "unequal norms make the identity grow",
                   given=(square > mean**2,))
    yield from without_variance(norms)


@at_the_bound.enclosure
def growth_at_two_over_the_trace(lab):
    """The growth factor at 2/trace from the average over all batches."""
    trace = sum(x*x for rows in lab.samples for row in rows for x in row)/Rational(len(lab.samples))
    return growth_of(lab.samples, 2/trace, lab.batch)


third, half = Rational(1, 3), Rational(1, 2)
theorem.case("equal norms, not orthogonal", samples=[[(1, 0)], [(Rational(3, 5), Rational(4, 5))]], batch=1)
theorem.case("equal norms, long", samples=[[(3, 4)], [(5, 0)], [(4, -3)]], batch=1)
theorem.case("two equal of three, in a plane of space", samples=[[(1, 2, 2)], [(3, 0, 0)], [(2, 2, 2)]], batch=1)
theorem.case("one and three", samples=[[(1, 0)], [(1, 1)], [(1, -1)]], batch=1)
theorem.case("nearly equal", samples=[[(1, 0)], [(third, Rational(19, 20))]], batch=1)
theorem.case("orthogonal, of different lengths", samples=[[(2, 0)], [(0, 3)]], batch=1)
theorem.case("one sample", samples=[[(half, third)]], batch=1)
equality.outside("one sample, two outputs", breaks=k <= 1, samples=[[(1, 0), (0, 1)]], batch=1)
equality.outside("two draws", breaks=B <= 1, samples=[[(1, 0)], [(0, 1)]], batch=2)
at_the_bound.outside("two outputs, one sample twice as curved", breaks=k <= 1,
                     samples=[[(1, 0), (0, 1)], [(1, 1), (1, -1)]], batch=1)
at_the_bound.outside("two draws, unequal norms", breaks=B <= 1, samples=[[(5, 0)], [(0, 4)]], batch=2)
