"""Parallel gradients: SGD's curvature rises faster than the tangent kernel, by less than half as much again.

Statement.  n parallel gradients of one output, so the kernel is K = vv'; |v| = 1, s_i = v_i^2.  With single samples and
one further direction of length sqrt(t) for each sample, K + t,

    (Lambda(K + t) - Lambda(K))/t  ->  1 + 2 (sum s^3/sum s^2 - sum s^2)  <=  3/2      as t -> 0.

It exceeds 1 unless all s_i that are not 0 are equal, and comes near 3/2 for one s_i of 1/2 beside many small ones.  So
in |Lambda(K') - Lambda(K)| <= 2 |K' - K| (`kernel`) the constant may not be 1.  Proved for every n.
"""

from mpmath import mp
from sympy import Eq, Rational, diff, symbols

from theorems import Source, Theorem, cited, nonnegative, zero

rise = symbols("rise", positive=True)                          # measured: of Lambda per unit of t
squares, cubes, share = symbols("squares cubes share", positive=True)  # sum s^2, sum s^3, the largest s_i
x, y, t = symbols("x y t", positive=True)

theorem = Theorem("SGD's curvature for parallel gradients and a little more",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorem 3, the kernel's form found here"))


@theorem.data
def shares(case):
    found = [Rational(x)**2/sum(y*y for y in case.lengths) for x in case.lengths]
    return {squares: sum(one**2 for one in found), cubes: sum(one**3 for one in found)}


steepest = theorem.claim(
    "from parallel gradients it grows faster than the kernel, by less than half as much again",
    (Eq(rise, 1 + 2*(cubes/squares - squares)), rise <= Rational(3, 2)),
    false={
        "as fast as the kernel": (Eq(rise, 1), rise <= Rational(3, 2)),
        "twice as fast": (Eq(rise, 2), rise <= Rational(3, 2)),
        "once the excess": (Eq(rise, 1 + cubes/squares - squares), rise <= Rational(3, 2)),
    },
)


@steepest.proof
def by_first_order_perturbation(equal, most):
    """K + t has v with 1 + t, |v| = 1, and t elsewhere; on diagonal X its operator is A, with top vector (s_i) at t = 0.

    To first order A_ij is (1 + t) s_i s_j + 4t v_i v_j (d_ij - v_i v_j) + t (d_ij - v_i v_j)^2, d_ij = 1 for i = j, else 0.
    """
    mean = lambda x, y: 2*x*y/(x + y)
    s, zeta = symbols("s zeta", positive=True)
    yield zero(mean(1 + t, 1 + t) - (1 + t), "the harmonic mean of v with itself")
    yield zero(diff(mean(1 + t, t), t).subs(t, 0) - 2, "of v with any other direction; twice, in either order")
    yield zero(mean(t, t) - t, "of two others")
    yield cited("a simple eigenvalue's derivative is q'A'q/q'q at its eigenvector q; here q = (s_i), q'q = sum s^2")
    diagonal = s**2*(4*s*(1 - s) + (1 - s)**2) + s**2*s**2     # i = j: what q'A'q gets from s_i, s_i s_j of vv' included
    off = s*zeta*(-4*s*zeta + s*zeta) + s*zeta*s*zeta          # i != j
    yield zero(diagonal + 2*s**4 - s**2 - 2*s**3, "on the diagonal s^2 + 2 s^3 - 2 s^4")
    yield zero(off + 2*(s*zeta)**2, "beside it -2 (s_i s_j)^2, so that the sum is sum s^2 + 2 sum s^3 - 2 (sum s^2)^2")
    yield zero((squares + 2*cubes - 2*squares**2)/squares - equal.rhs, "over sum s^2")
    inside = (cubes <= share*squares, squares >= share**2)
    yield nonnegative(share - share**2 - (cubes/squares - squares), "with the largest share", given=inside)
    yield nonnegative(most.rhs - 1 - 2*(share - share**2), "at most 1/4 of excess")


@steepest.observation(small=t, order=1, first=Rational(1, 64))
def difference_quotient(lab, t):
    """(Lambda(K + t) - Lambda(K))/t, |v| = 1, from C^-1 D on symmetric matrices for gradients with those products."""
    length = mp.sqrt(sum(mp.mpf(x)**2 for x in lab.lengths))
    v = [mp.mpf(x)/length for x in lab.lengths]
    kernel = mp.matrix([[a*b + (t if i == j else 0) for j, b in enumerate(v)] for i, a in enumerate(v)])
    return (top_of_samples(mp.cholesky(kernel).tolist()) - sum(one**4 for one in v))/t


def top_of_samples(rows):
    """Lambda for single samples: top of the pencil (M, C) on symmetric matrices, by an eigenbasis of C."""
    size, share = range(len(rows[0])), mp.one/len(rows)
    H = [[share*sum(row[a]*row[b] for row in rows) for b in size] for a in size]
    pairs = [(a, b) for a in size for b in size if a <= b]
    unit = lambda a, b: 1 if a == b else mp.sqrt(2)
    forms = mp.matrix([[unit(a, b)*row[a]*row[b] for a, b in pairs] for row in rows])
    C = mp.matrix([[lyapunov(H, one, other)*unit(*one)*unit(*other)/4 for other in pairs] for one in pairs])
    A = share*forms*C**-1*forms.T
    return max(mp.eigsy((A + A.T)/2, eigvals_only=True))


def lyapunov(H, one, other):
    """<E, HF + FH>/2 for E = e_a e_b' + e_b e_a' and F likewise."""
    (a, b), (c, d) = one, other
    return (a == c)*H[b][d] + (a == d)*H[b][c] + (b == c)*H[a][d] + (b == d)*H[a][c]


theorem.case("lengths 2 and 1", lengths=(2, 1))
theorem.case("one long, three short", lengths=(3, 1, -1, 1))
theorem.case("equal", lengths=(1, -1))
