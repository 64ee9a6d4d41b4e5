"""When the 2-cycle of quasi-symmetric factorisation attracts: the condition that repairs a printed one.

Statement.  The cycle of `factorization_quasi` for rank 2: step size K/sigma_1^2, 1 < K < sqrt(5) - 1, imbalance
A = alpha^2, s = K sigma_2^2/sigma_1^2 and W = s (A + 1/A).  Let chi = x^3 + a2 x^2 + a1 x + a0 be the cubic of its
mixed directions.  The cycle attracts across its two neutral directions exactly if

    W < 2    and    1 - a0^2 + a0 a2 - a1 > 0.

Jury's other conditions follow from these.  At K = 1 the second one reads (1 - A s)(1 - s/A) > 0 for s < 1, the
condition that both factors keep sigma_1 as their largest singular value.  For rank r each s_j needs both, and
y_j^2 + z_k^2 < 2 besides (y_j^2 = A s_j, z_k^2 = s_k/A).
"""

from sympy import And, Equivalent, Poly, Rational, expand, sqrt, symbols

from numerics.polynomial_maps import largest_multiplier
from theorems import Source, Theorem, cited, nonnegative, positive, zero
from theorems.two_step_gd.factorization_quasi import chi, round_the_cycle

radius = symbols("radius", real=True)                           # measured: largest multiplier across the neutral directions
K, s, W, A = symbols("K s W A", positive=True)
a0, a1, a2, x = symbols("a0 a1 a2 x", real=True)
k, tau, theta = symbols("k tau theta", nonnegative=True)        # K - 1; 1 - s; (W - 2 s)/(2 - 2 s)

theorem = Theorem(
    "attraction of the two-step cycle of quasi-symmetric factorisation",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 4 of the ICLR 2023 submission, condition repaired"),
    assumes=(K > 1, K < sqrt(5) - 1),
)


@theorem.data
def coefficients(case):
    """W and the coefficients of chi."""
    s, a = case.K*case.sigma[1]**2/case.sigma[0]**2, Rational(case.alpha)**2
    _, second, first, last = cubic(case.K, s, s*(a + 1/a))
    return {K: case.K, W: s*(a + 1/a), a0: last, a1: first, a2: second}


def cubic(K, s, W):
    """The coefficients of chi in x, the leading one first."""
    return Poly(chi(x, K, s, W), x).all_coeffs()


attraction = theorem.claim(
    "the cycle attracts exactly if W < 2 and Jury's decisive condition holds",
    Equivalent(radius < 1, And(W < 2, 1 - a0**2 + a0*a2 - a1 > 0)),
    false={
        "W < 2 suffices": Equivalent(radius < 1, W < 2),
        "the cubic alone decides": Equivalent(radius < 1, 1 - a0**2 + a0*a2 - a1 > 0),
        "the wrong one of Jury's two signs": Equivalent(radius < 1, And(W < 2, 1 - a0**2 - a0*a2 + a1 > 0)),
    },
)


@attraction.proof
def by_the_cubic_of_jury(claimed):
    """The multipliers are those of `factorization_quasi`.

    W < 2 is what (1 - W)^2 < 1 means, and implies s < 1, as W >= 2 s.  Then of Jury's conditions chi(1) > 0,
    chi(-1) < 0, |a0| < 1, |1 - a0^2| > |a0 a2 - a1| all but one sign of the last hold on the whole region; its two
    signs together give |a0| < 1.
    """
    yield cited("Jury: a real cubic x^3 + a2 x^2 + a1 x + a0 has its roots in the open unit disc exactly if its values "
                "at 1 and -1 are positive and negative, |a0| < 1 and |1 - a0^2| > |a0 a2 - a1|")
    stable, region = sorted(claimed.args, key=lambda one: one.has(a0) or one.has(W))
    room = lambda value: (stable.gts - stable.lts).subs(radius, value)
    wide, decisive = sorted(region.args, key=lambda one: one.has(a0))
    _, b2, b1, b0 = cubic(K, s, W)
    yield zero(room((1 - W)**2) - W*(wide.gts - wide.lts), "the multiplier (1 - W)^2 is below 1 exactly for W < 2")
    yield zero(s*(A + 1/A) - 2*s - s*(A - 1)**2/A, "W >= 2 s, so W < 2 implies s < 1")
    yield zero(decisive.gts - decisive.lts - (1 - a0**2) - (a0*a2 - a1), "one sign of Jury's last condition")
    yield zero(chi(1, K, s, W) - (K - 1)*(K - s)*(K + s)*(W + 2), "positive, as s < 1 < K")
    on_box = lambda value: expand(value.subs({K: 1 + k, s: 1 - tau, W: 2 - 2*tau + 2*tau*theta}))
    box = (k <= Rational(1, 4), tau <= 1, theta <= 1)
    yield positive(-on_box(chi(-1, K, s, W)), "negative at -1", given=box)
    yield nonnegative(on_box(1 - b0**2 - b0*b2 + b1) - tau/2, "the other sign holds, as tau > 0", given=box)
    yield positive(Rational(5, 4) - sqrt(5) + 1, "which is wide enough")
    yield positive(9 - 2*(K + 1)**2 + 1, "the multiplier along the diagonal is above -1")
    yield positive(3 - 2*K + 1, "and so is that of balancing")


@attraction.enclosure
def multiplier_across_the_gauge(lab):
    """The eigenvalue of largest modulus of the complete Jacobian, two eigenvalues 1 left out."""
    return largest_multiplier(round_the_cycle(lab, 2), neutral=2)


steps = {name: Rational(*value) for name, value in
         (("tiny", (8281, 8160)), ("small", (361, 336)), ("middle", (961, 840)), ("large", (49, 40)))}
theorem.case("wide gap", K=steps["small"], sigma=(1, Rational(2, 5)), alpha=Rational(4, 5))
theorem.case("just inside", K=steps["middle"], sigma=(1, Rational(7, 9)), alpha=Rational(5, 6))
theorem.case("just outside", K=steps["middle"], sigma=(1, Rational(4, 5)), alpha=Rational(6, 7))
theorem.case("repelling under the printed condition", K=steps["tiny"], sigma=(1, Rational(6, 7)), alpha=Rational(5, 6))
theorem.case("no gap, balanced", K=steps["large"], sigma=(2, Rational(19, 10)), alpha=1)
theorem.case("hardly any gap", K=steps["large"], sigma=(120, 119), alpha=Rational(5, 4))
theorem.case("large step, just inside", K=steps["large"], sigma=(3, Rational(24, 11)), alpha=Rational(5, 6))
theorem.case("balanced, just outside", K=Rational(2401, 2145), sigma=(1, Rational(8, 9)), alpha=1)
theorem.case("strong imbalance, just outside", K=Rational(1849, 1680), sigma=(1, Rational(4, 7)), alpha=Rational(5, 3))
theorem.outside("too large a step", breaks=K < sqrt(5) - 1, K=Rational(4489, 3465), sigma=(1, Rational(2, 5)), alpha=Rational(4, 5))
