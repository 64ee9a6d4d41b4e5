"""The counterexample to the printed condition on quasi-symmetric factorisation, exactly: two multipliers beyond 1.

Statement.  The 2-cycle of `factorization_quasi` for rank 2, A = alpha^2, s = K sigma_2^2/sigma_1^2, W = s (A + 1/A); its mixed
entries (1,2), (2,1) of Y and Z have the multipliers 1 (gauge) and three others.

witness  At K = 1001/1000, A = 3/4, sigma_2^2/sigma_1^2 = 7/8 the printed condition (9) holds, both sides being at most
         191191/96000 < 2; yet the three are 0.43222..., 1.00446... and 1.35467..., the roots of the cubic chi: two
         exceed 1 (counted by Sturm), and descent leaves the cycle.
leaving  For K > 1, W < 2 either none or two of the three leave the unit disc: two exactly if 1 - a0^2 + a0 a2 - a1 < 0.
         At K = 1 then only one does.  Counted on the cases; chi(-1) < 0 < chi(1), so that one or three lie in (-1, 1), and
         the condition for all to stay are proved in `factorization_stability`.  The condition is not
         rho max(A, 1/A) < 1, rho = sigma_2^2/sigma_1^2, but for K -> 1.
edge     At K = 1, where the cycle is a minimiser, they are 1, A^2 s^2 and s^2/A^2.
balance  At A = 1 one of them is that of symmetric factorisation, s^2 + (1 - K)(1 + s).

The cycle's points are sums of square roots.  They, the steps, and so the characteristic polynomials are exact
(`numerics.surds`); these turn out rational, and their roots are counted and enclosed.
"""

from sympy import And, Eq, Equivalent, Gt, Lt, Max, Rational, oo, sqrt, symbols

from numerics.factor_gradients import asymmetric
from numerics.polynomial_maps import jacobian, outside_the_disc, rational, without_root_one
from numerics.steps import descent
from numerics.sturm import count_roots, enclose_root
from numerics.surds import Surd, characteristic_polynomial, matrix_product
from theorems import Each, Source, Theorem, zero
from theorems.two_step_gd.factorization_quasi import chi
from theorems.two_step_gd.factorization_stability import cubic

beyond, low, middle, high = symbols("beyond low middle high", real=True)     # measured: roots above 1; the three multipliers
leave = symbols("leave", real=True)                              # measured: how many of the three lie outside the unit disc
mixed = symbols("mixed")                                         # measured: det(x - J) of the four mixed entries
K, A, rho, s, W = symbols("K A rho s W", positive=True)
a2, a1, a0, x = symbols("a2 a1 a0 x", real=True)                 # chi = x^3 + a2 x^2 + a1 x + a0
defect = symbols("defect", real=True)                            # a0^2 - a0 a2 + a1 - 1

theorem = Theorem(
    "counterexample to the printed condition for quasi-symmetric starts",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 4, condition (9), of the ICLR 2023 submission"),
    assumes=(K >= 1, K < sqrt(5) - 1, W < 2),
)


@theorem.data
def parameters(case):
    """A = alpha^2 and rho = sigma_2^2/sigma_1^2 are given."""
    second = case.K*case.rho
    wide = second*(case.A + 1/Rational(case.A))
    _, c2, c1, c0 = cubic(case.K, second, wide)
    return {K: case.K, A: case.A, rho: case.rho, s: second, W: wide, defect: c0**2 - c0*c2 + c1 - 1,
            a2: c2, a1: c1, a0: c0, **({x: case.x} if "x" in case.data else {})}


def mixed_polynomial(lab):
    """det(x - J) for the mixed entries, J the exact Jacobian of two steps at the cycle."""
    k, a, second = (rational(datum) for datum in (lab.K, lab.A, lab.rho))
    one, none, ratio = 0*Surd.root(a) + 1, 0*Surd.root(a), Surd.root(a*second)
    top = (Surd.root(1 + 3/k) + Surd.root(1 - 1/k))/2
    step = descent(asymmetric([(one, none), (none, second*one)]), k*one)
    tables = []
    for point in lab.orbit(step, (top, none, none, ratio, top, none, none, ratio/a), 1):
        tables.append(jacobian(lab.iterate, step, point, degree=3, within=(1, 2, 5, 6)))
    return characteristic_polynomial(matrix_product(tables[1], tables[0]))


witness = theorem.claim(
    "the three multipliers are the cubic's roots, and two exceed 1",
    (Eq(beyond, 2), Eq(low + middle + high, -a2), Eq(low*middle + low*high + middle*high, a1), Eq(low*middle*high, -a0),
     Lt(low, 1), Gt(middle, 1)),
    false={
        "none exceeds 1, as printed": (Eq(beyond, 0), Eq(low + middle + high, -a2), Eq(low*middle + low*high + middle*high, a1),
                                       Eq(low*middle*high, -a0), Lt(low, 1), Lt(high, 1)),
        "only one does": (Eq(beyond, 1), Eq(low + middle + high, -a2), Eq(low*middle + low*high + middle*high, a1),
                          Eq(low*middle*high, -a0), Lt(low, 1), Lt(middle, 1)),
    },
)


@witness.enclosure
def counted_and_enclosed(lab):
    """Sturm's count beyond 1, and balls round the roots, of the exact polynomial without its root 1."""
    found = without_root_one(mixed_polynomial(lab), 1)
    roots = {name: enclose_root(found, i) for i, name in enumerate((low, middle, high))}
    return {beyond: count_roots(found, 1, oo, "()"), **roots}


leaving = theorem.claim(
    "multipliers leave the unit disc exactly if Jury's decisive condition fails, and beyond the edge then two",
    (Equivalent(leave > 0, defect > 0), Equivalent(Eq(leave, 2), And(defect > 0, K > 1))),
    false={
        "one may leave": (Equivalent(leave > 0, defect > 0), Equivalent(Eq(leave, 1), And(defect > 0, K > 1))),
        "two at the edge": (Equivalent(leave > 0, defect > 0), Equivalent(Eq(leave, 2), defect > 0)),
        "the limit at the edge decides": (Equivalent(leave > 0, rho*Max(A, 1/A) > 1),
                                          Equivalent(Eq(leave, 2), And(rho*Max(A, 1/A) > 1, K > 1))),
        "the printed condition decides": (Equivalent(leave > 0, Max(K*(1/A + A*rho), K*(A + rho/A)) > 2),
                                          Equivalent(Eq(leave, 2), And(Max(K*(1/A + A*rho), K*(A + rho/A)) > 2, K > 1))),
    },
)


@leaving.enclosure
def isolated_roots(lab):
    """The gauge's root 1 is left out, and the second one that a cycle of one point has."""
    return outside_the_disc(without_root_one(mixed_polynomial(lab), 2 if lab.K == 1 else 1))


edge = theorem.claim(
    "characteristic polynomial of the mixed entries at the edge",
    Eq(mixed, (x - 1)**2*(x - A**2*s**2)*(x - s**2/A**2)),
    false={"as if balanced": Eq(mixed, (x - 1)**2*(x - s**2)**2),
           "imbalance forgotten on one side": Eq(mixed, (x - 1)**2*(x - A**2*s**2)*(x - s**2))},
)


@edge.proof
def by_the_cubic_at_one(claimed):
    """The polynomial is (x - 1) chi by `factorization_quasi`; K = 1."""
    yield zero((x - 1)*chi(x, 1, s, s*(A + 1/A)) - claimed.rhs, "chi at K = 1")


@edge.enclosure
def at_the_minimiser(lab):
    return mixed_polynomial(lab)(rational(lab.x))


balance = theorem.claim(
    "characteristic polynomial of the mixed entries without imbalance",
    Eq(mixed, (x - 1)*(x - s**2 + (K - 1)*(1 + s))*(x**2 + (3*K - 4 + s - K*s - s**2)*x + 2*K**2 + 3*K*s - 5*K + s**2 - 3*s + 3)),
    false={"twice the symmetric one": Eq(mixed, (x - 1)**2*(x - s**2 + (K - 1)*(1 + s))**2),
           "without the oscillation": Eq(mixed, (x - 1)*(x - (1 - K - s)**2)
                                         * (x**2 + (3*K - 4 + s - K*s - s**2)*x + 2*K**2 + 3*K*s - 5*K + s**2 - 3*s + 3))},
)


@balance.proof
def by_factoring_the_cubic(claimed):
    """The polynomial is (x - 1) chi by `factorization_quasi`; A = 1, so W = 2 s."""
    yield zero((x - 1)*chi(x, K, s, 2*s) - claimed.rhs, "chi at W = 2 s")


balance.enclosure(at_the_minimiser)

hundredth, thousandth, places = Rational(1, 100), Rational(1, 1000), Each((-1, 2, 3))
printed = dict(K=1001*thousandth, A=Rational(3, 4), rho=Rational(7, 8))
witness.case("the printed condition holds", **printed)
witness.case("another gap and imbalance", K=1010*thousandth, A=76*hundredth, rho=87*hundredth)
witness.case("nearly no gap", K=1002*thousandth, A=94*hundredth, rho=99*hundredth)
leaving.case("the printed condition holds", **printed)
leaving.case("wide gap", K=108*hundredth, A=64*hundredth, rho=16*hundredth)
leaving.case("a complex pair, just outside", K=105*hundredth, A=72*hundredth, rho=71*hundredth)
leaving.case("inside, beyond the limit at the edge", K=101*hundredth, A=90*hundredth, rho=91*hundredth)
leaving.case("inside, without imbalance", K=110*hundredth, A=1, rho=80*hundredth)
leaving.case("at the edge", K=1, A=Rational(3, 4), rho=Rational(7, 8))
leaving.case("at the edge, inside", K=1, A=Rational(9, 10), rho=Rational(4, 5))
edge.case("small imbalance", K=1, A=Rational(3, 4), rho=Rational(7, 8), x=places)
edge.case("large imbalance", K=1, A=3, rho=Rational(1, 5), x=places)
balance.case("beyond the edge", K=110*hundredth, A=1, rho=80*hundredth, x=places)
balance.case("far beyond", K=Rational(6, 5), A=1, rho=Rational(1, 3), x=places)
