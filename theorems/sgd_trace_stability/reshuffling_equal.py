"""Equal norms: over reshuffled epochs the trace condition is necessary and sufficient.

Statement.  Sample i has Hessian g_i g_i^T at an interpolating minimum, all |g_i|^2 = s, so tr H = s.  Over
epochs in fresh uniform orders, E|x|^2 stays bounded exactly if eta tr H <= 2.

With unequal norms it does not: in one dimension s_2 = 1/eta annihilates every epoch, and s_1, hence
tr H = (s_1 + 1/eta)/2, is unbounded, while for samples drawn independently stability needs
eta s_1 <= 1 + sqrt(2).  Proved for every n, r and dimension.
"""

from sympy import Equivalent, Rational, symbols

from numerics.stability import epoch_growth
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero
from theorems.sgd_trace_stability.samples import dot

growth = symbols("growth", nonnegative=True)                   # measured: of E|x|^2 per epoch
eta, trace, spread = symbols("eta trace spread", nonnegative=True)     # spread: largest less least |g_i|^2
x, y, s = symbols("x y s", nonnegative=True)

theorem = Theorem("the trace condition over reshuffled epochs",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, for sampling without replacement over epochs"),
                  assumes=(spread <= 0,))


@theorem.data
def lengths(case):
    size = [dot(row, row) for row in case.gradients]
    return {eta: case.eta, trace: sum(size)/Rational(len(size)), spread: max(size) - min(size)}


sufficient = theorem.claim(
    "with equal norms, reshuffled epochs are stable exactly up to 2/trace",
    Equivalent(growth <= 1, eta*trace <= 2),
    false={
        "half of it": Equivalent(growth <= 1, eta*trace <= 1),
        "open at the end": Equivalent(growth <= 1, eta*trace < 2),
    },
)


@sufficient.proof
def by_contractions_and_the_product(claimed):
    """eta s <= 2: each factor 1 - eta g g^T has norm at most 1.  Else prod |1 - eta s| > 1 (`reshuffling`)."""
    stays, region = sorted(claimed.args, key=lambda one: not one.has(growth))
    room = lambda factor: (stays.gts - stays.lts).subs(growth, factor)
    yield nonnegative(1 - (1 - eta*trace)**2, "the factor's other eigenvalue", given=(region,))
    yield nonnegative(room(x**2), "so no epoch grows", given=(x <= 1,))
    yield positive((1 - eta*trace)**2 - 1, "beyond, each factor exceeds 1", given=(~region,))
    yield cited("growth >= (prod (1 - eta s_i)^2)^(1/r) (reshuffled epochs)")
    yield positive(-room(1 + s), "and so does the growth", given=(s > 0,))
    yield zero(trace - (trace + trace)/2, "the trace is the common norm")


@sufficient.enclosure
def over_all_orders(lab):
    """Top of the average over all orders of P S P^T."""
    return epoch_growth([[row] for row in lab.gradients], lab.eta)


theorem.case("equal norms, not orthogonal", gradients=[(1, 0), (Rational(3, 5), Rational(4, 5)), (0, 1)],
             eta=Each((Rational(1, 2), Rational(3, 2), 2, Rational(201, 100), 3)))
theorem.case("parallel and short", gradients=[(Rational(1, 3),), (-Rational(1, 3),)], eta=Each((9, 17, 18, 19, 27)))
theorem.case("orthogonal and long", gradients=[(3, 0, 0), (0, 3, 0), (0, 0, 3)], eta=Each((Rational(2, 9), Rational(1, 4))))
theorem.outside("one sample annihilates every epoch", breaks=spread <= 0, gradients=[(10,), (1,)], eta=1)
