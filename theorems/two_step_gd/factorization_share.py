"""How often the printed condition on quasi-symmetric starts admits a cycle that repels.

Statement.  Draw the relative step size K uniformly from (1, 1.121), A = alpha^2 from (1/2, 2) and rho = sigma_2^2/sigma_1^2
from (0, 1), and keep what meets the printed condition (9), K (1/A + A rho) <= 2 and K (A + rho/A) <= 2.  The cycle that
descent is said to converge to repels with a probability between 1.5 and 3 percent.

Sampled.  The multipliers come from the Jacobian of two steps in the mixed entries (1,2), (2,1), which under (9) are
the only ones that can leave the unit disc (`factorization_printed`, `factorization_stability`).
"""

from sympy import Ge, Gt, Le, Lt, Rational, symbols

from numerics.factor_gradients import asymmetric
from numerics.polynomial_maps import attracting_in_batch, jacobian
from numerics.product_cycle import product_cycle, square_root
from numerics.steps import descent
from theorems import Source, Theorem

share = symbols("share", real=True)                             # measured: probability that the cycle repels

theorem = Theorem(
    "share of repelling cycles under the printed condition",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 4, condition (9), of the ICLR 2023 submission"),
)

repelling = theorem.claim(
    "probability that the cycle repels, given the printed condition",
    (Gt(share, Rational(3, 200)), Lt(share, Rational(3, 100))),
    false={
        "never, as printed": (Ge(share, 0), Le(share, Rational(1, 1000))),
        "one in twenty": (Gt(share, Rational(1, 20)), Lt(share, Rational(1, 10))),
    },
)


@repelling.sampling(centre="mean", within=(0, 1), count=40000)
def repels(lab, rng, count):
    """1 where a multiplier across the gauge is not inside the unit disc."""
    draw = lambda ends: ends[0] + (ends[1] - ends[0])*rng.random(3*count)
    k, a, rho = draw(lab.step_sizes), draw(lab.imbalances), draw(lab.gaps)
    kept = (k*(1/a + a*rho) <= 2) & (k*(a + rho/a) <= 2)
    k, a, rho = (values[kept][:count] for values in (k, a, rho))
    alpha, second, none = square_root(a), square_root(rho), 0*k
    step = descent(asymmetric([(1 + none, none), (none, rho)]), k)
    tables = [jacobian(lab.iterate, step, (high, none, none, alpha*second, high, none, none, second/alpha), degree=3,
                       within=(1, 2, 5, 6)) for high in product_cycle(k)]
    return 1 - attracting_in_batch(tables)*1


repelling.case("uniform draws", step_sizes=(1, Rational(1121, 1000)), imbalances=(Rational(1, 2), 2), gaps=(0, 1))
