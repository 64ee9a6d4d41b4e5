"""The printed condition on quasi-symmetric starts of matrix factorisation, and where it fails.

Statement.  Descent with step size K/sigma_1^2, 1 < K <= 1.121, on |Y Z' - C|_F^2/2, C of rank 2, rho = sigma_2^2/sigma_1^2,
from Y = alpha X_0 + E, Z = X_0/alpha + E' with E, E' of size eps, and A = alpha^2.  The printed condition is

    K (1/A + A rho) <= 2   and   K (A + rho/A) <= 2,

from which the version read concludes that descent converges, up to O(eps), to the cycle
Y = g u_1 v_1' + alpha R, Z = g u_1 v_1' + R/alpha with g = u, v.

bound       The condition implies W = K rho (A + 1/A) < 2.
ending      In three instances that meet it and not the repaired condition of `factorization_stability`, the second
            singular value of Y ends 0.03 or more away from alpha sigma_2 from starts with eps = 1/100 and 1/10000: the
            limit is not within O(eps) of the cycle.  In two that meet both it ends within eps.

The condition tests the imbalance at the start; once the top mode has balanced the repaired condition counts, which for
K -> 1 is rho max(A, 1/A) < 1.
Whether both conditions together imply convergence from every such start is open here: `ending` is enclosed on
its instances, not proved.
"""

from sympy import Equivalent, Gt, Le, Lt, Rational, sqrt, symbols, sympify

from numerics import balls
from numerics.factor_gradients import asymmetric, diagonal, entries_of, halves
from numerics.polynomial_maps import submatrix
from numerics.steps import descent
from theorems import Each, Source, Theorem, positive, zero
from theorems.two_step_gd.factorization_quasi import chi, round_the_cycle
from theorems.two_step_gd.factorization_stability import cubic

own, away = symbols("own away", real=True)                      # measured: a multiplier; how far a singular value ends off
K, A, rho, eps = symbols("K A rho eps", positive=True)
defect, x = symbols("defect x", real=True)                      # a0^2 - a0 a2 + a1 - 1, from the coefficients of chi

theorem = Theorem(
    "the printed condition for quasi-symmetric starts",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 4, condition (9), of the ICLR 2023 submission"),
    assumes=(K > 1, K <= Rational(1121, 1000), rho < 1, K*(1/A + A*rho) <= 2, K*(A + rho/A) <= 2),
)


@theorem.data
def parameters(case):
    """sigma_1 = 1 and sigma_2 are given, and alpha."""
    a, r = sympify(case.alpha)**2, case.sigma[1]**2
    _, a2, a1, a0 = cubic(case.K, case.K*r, case.K*r*(a + 1/a))
    return {K: case.K, A: a, rho: r, defect: a0**2 - a0*a2 + a1 - 1, **({eps: case.eps} if "eps" in case.data else {})}


bound = theorem.claim(
    "the multiplier of the second diagonal entry is below 1",
    Lt(own, 1),
    false={"above 1": Gt(own, 1), "at most 1/100": Le(own, Rational(1, 100))},
)


@bound.proof
def by_adding_both_conditions(claimed):
    """Their sum is K (A + 1/A)(1 + rho) <= 4, so W = K rho (A + 1/A) <= 4 rho/(1 + rho) < 2."""
    W = K*rho*(A + 1/A)
    yield zero(4 - K*(1/A + A*rho) - K*(A + rho/A) - (4 - W*(1 + 1/rho)), "both conditions: W (1 + 1/rho) <= 4")
    yield positive(2*(1 + 1/rho) - 4, "so W (1 + 1/rho) < 2 (1 + 1/rho)")
    multiplier = (1 - W)**2
    yield zero((claimed.gts - claimed.lts).subs(own, multiplier) - W*(2 - W), "below 1 for 0 < W < 2")


@bound.enclosure
def second_diagonal_entry(lab):
    """The Jacobian of two steps in the entries (2,2) of Y and Z; one eigenvalue is 1, the trace gives the other."""
    block = submatrix(round_the_cycle(lab, 2), [3, 7])
    return block[0, 0] + block[1, 1] - 1


ending = theorem.claim(
    "descent ends within eps of the cycle where the repaired condition holds, and only there",
    Equivalent(Le(away, eps), defect < 0),
    false={
        "always, as printed": Equivalent(Le(away, eps), K*(1/A + A*rho) <= 2),
        "never": Equivalent(Le(away, eps), K < 1),
        "within eps/1000": Equivalent(Le(away, eps/1000), defect < 0),
    },
)


@ending.enclosure
def distance_after_many_steps(lab):
    """| second singular value of Y - alpha sigma_2 |: at most the distance from Y to any rotated cycle (Mirsky)."""
    with balls.precision(4000):
        alpha, second, size = (balls.ball(datum) for datum in (lab.alpha, lab.sigma[1], lab.eps))
        start = [[scale*value for value in (1, 0, 0, second)] for scale in (alpha, 1/alpha)]
        moved = tuple(x + size*e for x, e in zip(start[0] + start[1], map(balls.ball, lab.direction)))
        step = descent(asymmetric(diagonal((balls.ball(1), second*second), (2, 2))), balls.ball(lab.K))
        y, _ = halves(lab.iterate(step, moved, lab.count), 2)
        size, area = sum(x*x for x in entries_of(y)), y[0][0]*y[1][1] - y[0][1]*y[1][0]
        return abs(((size - (size*size - 4*area*area).sqrt())/2).sqrt() - alpha*second)


sixth, seventh = Rational(5, 6), Rational(6, 7)
narrow = dict(K=Rational(1369, 1320), sigma=(1, Rational(7, 8)), alpha=seventh)
other = dict(K=Rational(3721, 3640), sigma=(1, seventh), alpha=sixth)
printed = dict(K=Rational(1001, 1000), sigma=(1, sqrt(14)/4), alpha=sqrt(3)/2)
wide = dict(K=Rational(361, 336), sigma=(1, Rational(2, 5)), alpha=Rational(4, 5))
starts = dict(direction=(Rational(1, 3), -Rational(1, 5), Rational(2, 7), Rational(1, 4), Rational(1, 6), Rational(1, 3),
                         -Rational(1, 7), Rational(2, 5)),
              eps=Each((Rational(1, 100), Rational(1, 10000))), count=600)
bound.case("narrow gap", **narrow)
bound.case("wide gap", **wide)
bound.case("a step near the edge", K=Rational(8281, 8160), sigma=(1, Rational(9, 10)), alpha=Rational(10, 11))
ending.case("narrow gap", **narrow, **starts)
ending.case("another narrow gap", **other, **starts)
ending.case("the erratum's witness", **printed, **starts)
ending.case("wide gap", **wide, **starts)
ending.case("no imbalance", K=Rational(21, 20), sigma=(1, Rational(1, 2)), alpha=1, **starts)

theorem.erratum(
    at="Theorem 4", printed="condition (9) implies convergence to the cycle (11) up to O(eps)",
    fault="the cycle repels: chi, whose roots are multipliers, grows to infinity but is negative at 13/10, so it has a root "
          "beyond 1.3; exactly, 1.00446033119 and 1.35467877045 (`factorization_counterexample`); both sides of (9) are "
          "191191/96000 = 1.99157 and 23023/12000 = 1.91858",
    statement=Gt(chi(x, K, K*rho, K*rho*(A + 1/A)), 0),
    witness={K: Rational(1001, 1000), A: Rational(3, 4), rho: Rational(7, 8), x: Rational(13, 10)},
    where=(K > 1, K <= Rational(1121, 1000), K*(1/A + A*rho) <= 2, K*(A + rho/A) <= 2, x > 1),
    repaired="require besides (9) that 1 - a0^2 + a0 a2 - a1 > 0 for the cubic of each sigma_j; for K near 1 this is "
             "sigma_j max(alpha, 1/alpha) < sigma_1",
)
