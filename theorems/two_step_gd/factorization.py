"""Symmetric matrix factorisation beyond the edge: the 2-cycle and all its multipliers.

Statement.  Descent with step size K/sigma_1^2 on |X X' - C|_F^2/4, X of shape (n, p), C = X_0 X_0' and
X_0 = sum_i sigma_i u_i v_i' with r singular values sigma_1 > sigma_2 >= ... > 0.  For K > 1

    g sigma_1 u_1 v_1' + sum_{j>=2} sigma_j u_j v_j',   g in {u, v} = (sqrt(1+3/K) +- sqrt(1-1/K))/2,

is a 2-cycle.  Let s_j = K sigma_j^2/sigma_1^2.  The n p multipliers of two steps are

    (1,1)                           9 - 2(K+1)^2
    (1,j), (j,1), 2 <= j <= r       1 (gauge X -> X Q)  and  s_j^2 + (1-K)(1+s_j)
    (j,j)                           (1 - 2 s_j)^2
    (j,k), (k,j), 2 <= j < k <= r   1 (gauge)  and  (1 - s_j - s_k)^2
    row i > r, column 1 / j <= r    1 - K  /  (1 - s_j)^2
    column > r                      1.

So the cycle attracts across its neutral directions exactly if K < sqrt(5) - 1 and s_2 < 1: a spectral
gap K < sigma_1^2/sigma_2^2 is needed.  The mixed multiplier s^2 + (1-K)(1+s) is below 1 for s < K and above -1 for
K < 2 sqrt(2) - 1.  Not every multiplier 1 is gauge (`factorization_neutral`).

The spectrum is written out for r = 3, n = p = 4, the
criterion for r = n = p = 2; the blocks of the proof do not depend on the shape.
"""

from sympy import And, Eq, Equivalent, Matrix, Rational, sqrt, symbols

from numerics.factor_gradients import diagonal, entries_of, symmetric, times, transposed, turned
from numerics.polynomial_maps import characteristic, cycle_jacobian, largest_multiplier, rational, symbolic_characteristic
from numerics.product_cycle import product_cycle
from numerics.steps import descent
from theorems import Each, Source, Theorem, nonnegative, positive, zero

characteristic_value, radius = symbols("characteristic radius")          # measured: det(x - J); largest multiplier
K, s2, s3 = symbols("K s2 s3", positive=True)
x = symbols("x", real=True)
z, y, w = symbols("z y w", positive=True)                                # diagonal entries of X, in units of 1/sqrt(eta)

theorem = Theorem(
    "two-step cycle of symmetric matrix factorisation",
    source=Source("Chen and Bruna", arxiv="2206.04172",
                  at="Theorem 7 of the ICLR 2023 submission, known by name; complete spectrum"),
    assumes=(K > 1,),
)


@theorem.data
def relative_curvatures(case):
    """s_j = K sigma_j^2/sigma_1^2; x is where the characteristic polynomial is compared."""
    s = [case.K*value**2/case.sigma[0]**2 for value in case.sigma[1:]]
    return {K: case.K, **dict(zip((s2, s3), s)), **({x: case.x} if "x" in case.data else {})}


spectrum = theorem.claim(
    "characteristic polynomial of the two-step Jacobian (rank 3, shape 4 x 4)",
    Eq(characteristic_value, (x - 1)**7*(x + 2*(K + 1)**2 - 9)*(x + K - 1)
       * (x - s2**2 + (K - 1)*(1 + s2))*(x - s3**2 + (K - 1)*(1 + s3))
       * (x - (1 - 2*s2)**2)*(x - (1 - 2*s3)**2)*(x - (1 - s2 - s3)**2)*(x - (1 - s2)**2)*(x - (1 - s3)**2)),
    false={
        "mixed directions without the oscillation": Eq(
            characteristic_value, (x - 1)**7*(x + 2*(K + 1)**2 - 9)*(x + K - 1)*(x - (1 - K - s2)**2)*(x - (1 - K - s3)**2)
            * (x - (1 - 2*s2)**2)*(x - (1 - 2*s3)**2)*(x - (1 - s2 - s3)**2)*(x - (1 - s2)**2)*(x - (1 - s3)**2)),
        "no gauge": Eq(
            characteristic_value, (x - 1)**4*(x + 2*(K + 1)**2 - 9)*(x + K - 1)
            * (x - s2**2 + (K - 1)*(1 + s2))**2*(x - s3**2 + (K - 1)*(1 + s3))**2
            * (x - (1 - 2*s2)**2)*(x - (1 - 2*s3)**2)*(x - (1 - s2 - s3)**2)**2*(x - (1 - s2)**2)*(x - (1 - s3)**2)),
    },
)


def blocks(first, second, targets):
    """Jacobian of one step at the diagonal X: the entry (1,1), and the pair (1,2), (2,1)."""
    moves = symbols("m11 m12 m21 m22", real=True)
    here = [first, 0, 0, second]
    moved = descent(symmetric(diagonal(targets, (2, 2))), 1)(tuple(p + q for p, q in zip(here, moves)))
    full = Matrix(moved).jacobian(moves).subs(dict.fromkeys(moves, 0)).expand()
    return full[0, 0], full[1:3, 1:3], [*full[0, 1:3], *full[3, 1:3], full[0, 3]]


@spectrum.proof(scope="every n, p, r, with the table's multiplicities")
def by_blocks_of_two(claimed):
    """Steps commute with X -> P X Q, C -> P C P', so X is diagonal; then the Jacobian couples only the
    entries (i,j) and (j,i), by a block that depends on the two diagonal entries and targets.

    In units of 1/sqrt(eta) the targets are K, s_2, s_3, 0; the oscillating entry is z, then 1/z, since
    u v = 1/K, and z^2 + 1/z^2 = K + 1; the others are y = sqrt(s_2), w = sqrt(s_3) and 0.
    """
    level = z**2 + z**-2 - 1
    on_cycle = {K: level, s2: y**2, s3: w**2}
    one, pair, coupling = blocks(z, y, (level, y**2))
    yield from (zero(entry, "other entries are not coupled") for entry in coupling)
    yield zero(z - z*(z**2 - level) - 1/z, "the oscillating entry goes from z to 1/z")
    twice = lambda block: block.subs(z, 1/z)*block
    poly = lambda block: symbolic_characteristic(twice(block), x)
    pieces = {
        (x + 2*(K + 1)**2 - 9): x - one*one.subs(z, 1/z),
        (x - 1)*(x - s2**2 + (K - 1)*(1 + s2)): poly(pair),
        (x - (1 - 2*s2)**2): x - blocks(y, z, (y**2, level))[0]**2,
        (x - 1)*(x - (1 - s2 - s3)**2): poly(blocks(y, w, (y**2, w**2))[1]),
        (x - 1)*(x + K - 1): poly(blocks(z, 0*z, (level, 0*z))[1]),
        (x - 1)*(x - (1 - s2)**2): poly(blocks(y, 0*z, (y**2, 0*z))[1]),
        (x - 1): x - blocks(0*z, y, (0*z, y**2))[0]**2,
    }
    for stated, derived in pieces.items():
        yield zero(stated.subs(on_cycle) - derived, "the block's characteristic polynomial")
    swap = {s2: s3}
    gap = lambda piece: piece.subs(swap, simultaneous=True)
    single, mixed, own, cross, fourth, fifth, idle = pieces
    yield zero(claimed.rhs - single*mixed*gap(mixed)*own*gap(own)*cross*fourth*fifth*gap(fifth)*idle, "all sixteen together")


@spectrum.enclosure
def complete_jacobian(lab):
    """All n p columns of the Jacobian, from steps near both points of the cycle; then det(x - J)."""
    return characteristic(round_the_cycle(lab, (4, 4)), rational(lab.x))


def round_the_cycle(lab, shape):
    """The exact Jacobian of two steps, in frames turned on the left and on the right."""
    sigma, angle, k = (rational(datum) for datum in (lab.sigma, lab.angle, lab.K))
    start = turned(diagonal(sigma, shape), angle)
    target = times(start, transposed(start))
    start = turned(diagonal((rational(product_cycle(lab.K)[0])*sigma[0], *sigma[1:]), shape), angle)
    point = entries_of(transposed(turned(transposed(start), angle)))
    step = descent(symmetric(target), k/sigma[0]**2)
    return cycle_jacobian(lab.iterate, step, lab.orbit(step, point, 1), degree=3)


attraction = theorem.claim(
    "the cycle attracts across the gauge exactly below sqrt(5) - 1 and with a spectral gap",
    Equivalent(radius < 1, And(K < sqrt(5) - 1, s2 < 1)),
    false={
        "without a gap": Equivalent(radius < 1, K < sqrt(5) - 1),
        "a gap of sigma_1 > sigma_2 alone": Equivalent(radius < 1, And(K < sqrt(5) - 1, s2 < K)),
        "a gap alone": Equivalent(radius < 1, s2 < 1),
    },
)


@attraction.proof
def by_the_multipliers_of_the_table(claimed):
    """The radius is the largest of the three multipliers and their negatives.

    One of these reaches 1 with K at sqrt(5) - 1, one with s at 1; the mixed one only at s = K.
    """
    stable, region = sorted(claimed.args, key=lambda one: one.has(K))
    room = lambda value: (stable.gts - stable.lts).subs(radius, value)
    early, gap = sorted(region.args, key=lambda one: one.has(s2))
    first, mixed, own = 9 - 2*(K + 1)**2, s2**2 + (1 - K)*(1 + s2), (1 - 2*s2)**2
    yield zero(room(-first) - 2*(sqrt(5) + 1 + K)*(early.gts - early.lts), "below 1 exactly before the end")
    yield positive(room(first), "always below 1")
    yield zero(room(own) - 4*s2*(gap.gts - gap.lts), "below 1 exactly with the gap")
    yield zero(room(mixed) - (K - s2)*(1 + s2), "the mixed one is below 1 for s < K")
    yield zero(room(-mixed) - (1 + s2)*((1 + s2**2)/(1 + s2) - (K - 1)), "above -1 exactly if K - 1 is below this quotient")
    yield nonnegative((1 + s2**2)/(1 + s2) - (2*sqrt(2) - 2), "its least value, at s = sqrt(2) - 1")
    yield positive(2*sqrt(2) - 2 - (sqrt(5) - 2), "which is above sqrt(5) - 2")


@attraction.enclosure
def multiplier_across_the_gauge(lab):
    """The eigenvalue of largest modulus, the gauge direction's 1 left out."""
    return largest_multiplier(round_the_cycle(lab, (2, 2)), neutral=1)


tilted, third = (Rational(3, 5), Rational(4, 5)), Rational(1, 3)
points = Each(range(-8, 9))
spectrum.case("weakly beyond the edge", K=Rational(361, 336), sigma=(1, Rational(1, 2), third), angle=tilted, x=points)
spectrum.case("far beyond, no gap", K=Rational(49, 24), sigma=(2, Rational(9, 5), third), angle=(1, 0), x=points)
attraction.case("wide gap", K=Rational(361, 336), sigma=(2, 1), angle=tilted)
attraction.case("gap just open", K=Rational(49, 40), sigma=(1, Rational(9, 10)), angle=tilted)
attraction.case("gap just closed", K=Rational(49, 40), sigma=(1, Rational(10, 11)), angle=tilted)
attraction.case("too large a step", K=Rational(4489, 3465), sigma=(1, third), angle=tilted)
attraction.case("too large a step and no gap", K=Rational(4489, 3465), sigma=(1, Rational(19, 20)), angle=tilted)
