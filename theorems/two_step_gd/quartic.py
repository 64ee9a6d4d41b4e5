"""Gradient descent on (x^2 - mu)^2/4: its one 2-cycle, with multiplier 9 - 2 (K + 1)^2, K = eta mu.

Statement.  Let mu > 0, K > 1 and F(x) = x - (K/mu) (x^3 - mu x).  In x > 0 there is exactly one
2-cycle,

    upper, lower = sqrt(mu)/2 (sqrt(1 + 3/K) +- sqrt(1 - 1/K)),     Lambda = 9 - 2 (K + 1)^2.

The other 2-cycles are its mirror image and +-sqrt(mu + 2/eta), which steps to its negative.  For
K <= 1 there is none in x > 0.
"""

from sympy import Eq, Poly, Rational, diff, sqrt, symbols, sympify

from numerics import balls
from numerics.losses import X
from numerics.steps import descent
from numerics.sturm import enclose_root, isolate_roots
from theorems import Source, Theorem, positive, zero

cycles, upper, lower, Lambda = symbols("cycles upper lower Lambda")     # measured, in x > 0
K, mu, x = symbols("K mu x", real=True)

theorem = Theorem(
    "the two-step cycle of gradient descent on the quartic",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 2 of the ICLR 2023 submission, sharpened"),
    assumes=(K > 1, mu > 0),
)


@theorem.data
def step(case):
    return {K: case.K, mu: case.mu}


def two_steps(iterate, K, mu):
    """One and two steps of descent, as expressions in their start."""
    move = descent(lambda x: x**3 - mu*x, K/mu)
    return iterate(move, X, 1), iterate(move, X, 2)


def returning(lab):
    """The points of x > 0 that two steps return and one step keeps there, with the slope of two steps."""
    once, twice = two_steps(lab.iterate, sympify(lab.K), lab.mu)
    polynomial = Poly(twice - X, X)
    forth, slope = (balls.compiled(one, (X,)) for one in (once, diff(twice, X)))
    return [(root, slope(root)) for root in all_roots(polynomial) if root > 0 and forth(root) > 0]


def all_roots(polynomial):
    """The real roots from left to right, rational ones exactly, the others in balls."""
    found = list(polynomial.ground_roots())
    for factor, _ in polynomial.factor_list()[1]:
        found += [enclose_root(factor, i) for i in range(len(isolate_roots(factor)))] if factor.degree() > 1 else []
    return sorted(found, key=lambda root: balls.lower(balls.ball(root)))


orbit = theorem.claim(
    "the only 2-cycle in x > 0 and its multiplier",
    (Eq(cycles, 1), Eq(upper, sqrt(mu)/2*(sqrt(1 + 3/K) + sqrt(1 - 1/K))),
     Eq(lower, sqrt(mu)/2*(sqrt(1 + 3/K) - sqrt(1 - 1/K))), Eq(Lambda, 9 - 2*(K + 1)**2)),
    false={
        "sqrt(1 - 2/K)": (Eq(cycles, 1), Eq(upper, sqrt(mu)/2*(sqrt(1 + 3/K) + sqrt(1 - 2/K))),
                          Eq(lower, sqrt(mu)/2*(sqrt(1 + 3/K) - sqrt(1 - 2/K))), Eq(Lambda, 9 - 2*(K + 1)**2)),
        "the other cycle's multiplier": (Eq(cycles, 1), Eq(upper, sqrt(mu)/2*(sqrt(1 + 3/K) + sqrt(1 - 1/K))),
                                         Eq(lower, sqrt(mu)/2*(sqrt(1 + 3/K) - sqrt(1 - 1/K))),
                                         Eq(Lambda, (2*K + 5)**2)),
    },
)


@orbit.proof(scope="every mu > 0 and every K > 1")
def by_factoring_two_steps(counted, above, below, multiplies):
    """F(F(z)) - z = K z (z^2 - 1) (K z^2 - K - 2) (K^2 z^4 - K (K + 1) z^2 + 1) for x = sqrt(mu) z.

    The roots of the second factor in z > 0 step to -z; the last one has the two positive roots.
    """
    F, u, v = descent(lambda x: x**3 - mu*x, K/mu), above.rhs, below.rhs
    z, scaled = X, descent(lambda z: z**3 - z, K)
    whole = z*(z**2 - 1)*K*(K*z**2 - K - 2)*(K**2*z**4 - K*(K + 1)*z**2 + 1)
    yield zero(F(sqrt(mu)*z) - sqrt(mu)*scaled(z), "mu only scales")
    yield zero(scaled(scaled(z)) - z - whole, "two steps return at the roots of three factors")
    yield zero(scaled(z) + z, "roots of K z^2 = K + 2 step to their negative", given=Eq(K*z**2, K + 2))
    yield zero(K**2*(z**2 - u**2/mu)*(z**2 - v**2/mu) - (K**2*z**4 - K*(K + 1)*z**2 + 1),
               "u^2/mu and v^2/mu are the roots of the last factor in z^2")
    yield positive(v, "both are positive")
    yield positive(u - v, "they differ")
    yield zero(2*counted.rhs - 2, "two positive roots, one cycle")
    yield zero(F(u) - v, "the upper point steps to the lower")
    yield zero(F(v) - u, "the lower point steps to the upper")
    yield zero(diff(F(x), x).subs(x, u)*diff(F(x), x).subs(x, v) - multiplies.rhs, "multiplier")


@orbit.enclosure
def roots_of_two_symbolic_steps(lab):
    """Two steps from a symbol; the least and the largest point that returns, one of them a fixed point."""
    found = returning(lab)
    return {cycles: (len(found) - 1)//2, lower: found[0][0], upper: found[-1][0], Lambda: found[0][1]}


theorem.case("rational cycle", K=Rational(361, 336), mu=4)
theorem.case("repelling", K=Rational(5, 2), mu=Rational(1, 3))
theorem.outside("before the edge", breaks=K > 1, K=Rational(1, 2), mu=1)

points = {lower: Rational(32, 19), upper: Rational(42, 19), K: Rational(361, 336), mu: 4}
step_from = lambda x: x - K/mu*(x**3 - mu*x)
is_cycle = (Eq(step_from(lower), upper), Eq(step_from(upper), lower))
theorem.erratum(
    at="Theorem 2, intervals", printed="the two roots of the cycle equation lie in (0, 1) and in (1, 2)",
    fault="right for mu = 1 only: for mu = 4, K = 361/336 the cycle is {32/19, 42/19}",
    statement=(lower > 0, lower < 1, upper > 1, upper < 2), witness=points, where=is_cycle,
    repaired="one root in (0, sqrt(mu)), one in (sqrt(mu), 2 sqrt(mu)/sqrt(3))",
)
