"""Where gradient descent on (xy - 1)^2/2 ends beyond the edge: balanced, on the 2-cycle.

Statement.  Step size K, 1 < K < sqrt(5) - 1, a start from which descent stays bounded.  Then, as the number of steps
grows, x - y -> 0, x alternates between u and t of `product`, and the imbalance shrinks by the factor 3 - 2K in two
steps: (x - y)_{T+2}/(x - y)_T -> 3 - 2K.

The ratio itself settles at the rate (3 - 2K)^2 per two steps where that exceeds |9 - 2(K+1)^2|: it is even in x - y.

Observed from the starts below; that the cycle attracts nearby starts is proved in `product`.
"""

from sympy import Eq, Rational, sqrt, symbols

from numerics import balls
from numerics.midpoints import rounded
from numerics.steps import descent
from theorems import Source, Theorem, zero

ratio, gap, total, product = symbols("ratio gap total product", real=True)   # measured: of x - y in two steps; x - y; of x, next x
slack = symbols("slack", real=True)                            # measured: ratio of differences of successive ratios
K = symbols("K", positive=True)
T = symbols("T", positive=True)
p = symbols("p", positive=True)                                # K u^2; then K t^2 = 1/p and K = p + 1/p - 1

theorem = Theorem(
    "descent on a product settles on the balanced 2-cycle",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 5 of the ICLR 2023 submission, known by name"),
    assumes=(K > 1, K < sqrt(5) - 1),
)

settling = theorem.claim(
    "ratio of imbalances, imbalance, and the two values of x in the end",
    (Eq(ratio, 3 - 2*K), Eq(gap, 0), Eq(total**2, 1 + 3/K), Eq(product, 1/K)),
    false={
        "squared multiplier": (Eq(ratio, (3 - 2*K)**2), Eq(gap, 0), Eq(total**2, 1 + 3/K), Eq(product, 1/K)),
        "a multiplier of second order": (Eq(ratio, 1 - 2*(K - 1)**2), Eq(gap, 0), Eq(total**2, 1 + 3/K), Eq(product, 1/K)),
        "at the flattest minimiser": (Eq(ratio, 3 - 2*K), Eq(gap, 0), Eq(total**2, 4), Eq(product, 1)),
    },
)


@settling.proof(scope="the cycle itself and the factor round it")
def by_the_factors_round_the_cycle(shrinks, balances, adds, multiplies):
    """x - y is multiplied by 1 + K (xy - 1) in each step; on the cycle p = K u^2, 1/p = K t^2, p + 1/p = K + 1."""
    level = p + 1/p - 1
    u, t = symbols("u t", positive=True)
    step = descent(lambda x, y: ((x*y - 1)*y, (x*y - 1)*x), K)
    X, Y = step((u, t))
    yield zero(X - Y - (1 + K*(u*t - 1))*(u - t), "one step's factor")
    yield zero(step((u, u))[0].subs(K, p/u**2) - (u - (p - p/u**2)*u), "one step on the diagonal")
    yield zero((u - (p - level)*u) - u/p, "u goes to u/p = 1/(K u)")
    yield zero((1 - level + p)*(1 - level + 1/p) - shrinks.rhs.subs(K, level), "the product of both factors")
    yield zero(balances.lhs.subs(gap, 0) - balances.rhs, "both points are balanced")
    both = (sqrt(p) + 1/sqrt(p))/sqrt(level)
    yield zero(adds.lhs.subs(total, both) - adds.rhs.subs(K, level), "u + t, as u t = 1/K")
    yield zero(multiplies.lhs.subs(product, 1/K) - multiplies.rhs, "the product")


@settling.observation(small=1/T, order=1, first=Rational(1, 32), halvings=4)
def after_many_steps(lab, T):
    """T steps from the start, then two more; with the digits that the cancellation in x - y takes."""
    with balls.precision(840):
        step = rounded(descent(lambda x, y: ((x*y - 1)*y, (x*y - 1)*x), balls.ball(lab.K)))
        before, middle, after = lab.orbit(step, lab.iterate(step, tuple(map(balls.ball, lab.start)), int(T), within=50), 2)
        return {ratio: (after[0] - after[1])/(before[0] - before[1]), gap: before[0] - before[1],
                total: before[0] + middle[0], product: before[0]*middle[0]}


approach = theorem.claim(
    "rate at which the ratio of imbalances settles",
    Eq(slack, (3 - 2*K)**2),
    false={"the ratio itself": Eq(slack, 3 - 2*K), "the rate along the diagonal": Eq(slack, 9 - 2*(K + 1)**2)},
)


@approach.observation(small=1/T, order=1, first=Rational(1, 32), halvings=4)
def ratio_of_differences(lab, T):
    """Differences of three successive ratios, after T steps."""
    with balls.precision(1700):
        step = rounded(descent(lambda x, y: ((x*y - 1)*y, (x*y - 1)*x), balls.ball(lab.K)))
        start = lab.iterate(step, tuple(map(balls.ball, lab.start)), int(T), within=50)
        gaps = [point[0] - point[1] for point in lab.orbit(step, start, 6)[::2]]
        first, second, third = [after/before for before, after in zip(gaps, gaps[1:])]
        return (third - second)/(second - first)


tenth = Rational(1, 10)
settling.case("near the minimiser", K=Rational(107, 100), start=(9*tenth, Rational(23, 20)))
settling.case("unbalanced start", K=Rational(23, 20), start=(Rational(3, 2), 3*tenth))
settling.case("small start", K=Rational(6, 5), start=(tenth, 3*tenth))
settling.outside("below the edge", breaks=K > 1, K=9*tenth, start=(Rational(3, 2), 3*tenth))
settling.outside("a repelling cycle", breaks=K < sqrt(5) - 1, K=13*tenth, start=(9*tenth, Rational(23, 20)))
approach.case("near the minimiser", K=Rational(107, 100), start=(9*tenth, Rational(23, 20)))
approach.case("unbalanced start", K=Rational(23, 20), start=(Rational(3, 2), 3*tenth))
