"""SGD's curvature grows with the share of single samples, and does so convexly.

Statement.  Lambda_p is the largest eigenvalue of C^-1 D_p, D_p = (1 - p) HSH + p mean H_i S H_i.  For
0 <= p < q <= 1 and the midpoint m of p and q,

    lambda_1(H) <= Lambda_p <= Lambda_q,     Lambda_m <= (Lambda_p + Lambda_q)/2,
    Lambda_p <= (1 - p) lambda_1(H) + p Lambda_1,

so larger batches never shrink the stable step sizes.  Where lambda_1(H) = lam is simple with unit
eigenvector v, Lambda_p = lam + p (mean (v.H_i v)^2 - lam^2)/lam + o(p).  Proved for every n, dimension and number of outputs.
"""

from mpmath import mp
from sympy import Eq, Matrix, Rational, symbols

from numerics.stability import largest_curvature
from theorems import Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.samples import curved, dot

low, middle, high, single = symbols("low middle high single", positive=True)   # measured: Lambda at p, m, q and 1
slope = symbols("slope", real=True)                            # measured: at p = 0
p, q = symbols("p q", nonnegative=True)
lam, square = symbols("lam square", positive=True)             # lambda_1(H); mean (v.H_i v)^2
a, b, c, d, e, f = symbols("a b c d e f", real=True)
x, y, u, v = symbols("x y u v", nonnegative=True)

theorem = Theorem("SGD's curvature as a function of the batch",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Propositions 1 and 2, convexity added here"),
                  assumes=(p < q, q <= 1))


@theorem.data
def shares(case):
    values = [dot(case.top, curved(rows, case.top))/Rational(dot(case.top, case.top)) for rows in case.samples]
    return {p: case.p, q: case.q, lam: sum(values)/len(values), square: sum(one**2 for one in values)/len(values)}


ordered = theorem.claim(
    "nondecreasing and convex between gradient descent and single samples",
    (low >= lam, high >= low, middle <= (low + high)/2, low <= (1 - p)*lam + p*single),
    false={
        "falling": (low >= lam, high <= low, middle <= (low + high)/2, low <= (1 - p)*lam + p*single),
        "concave": (low >= lam, high >= low, middle >= (low + high)/2, low <= (1 - p)*lam + p*single),
        "gradient descent's": (low >= lam, high >= low, middle <= (low + high)/2, low <= lam),
    },
)


@ordered.proof
def by_a_supremum_of_affine_functions(floor, rises, convex, chord):
    """Lambda_p is the largest x + p y over positive semidefinite S with <S, C S> = 1.

    Here x = <HSH, S> and y = mean|R (H_i - H) R|^2 >= 0 with R^2 = S: affine in p with slope y.
    """
    yield cited("Lambda_p is the largest <S, D_p S>/<S, C S>, attained at a positive semidefinite S (the threshold theorem)")
    yield from slope_is_a_variance()
    best = lambda share: x + share*y                           # of the S that is best at the middle, the lower share, ...
    yield nonnegative(lam - floor.rhs, "S = v v^T gives lambda_1 at p = 0, and slopes are nonnegative")
    yield nonnegative((rises.gts - rises.lts).subs({low: best(p), high: best(q)}), "the best S at p does no worse at q")
    ends = {low: best(p) + u, high: best(q) + v, middle: best((p + q)/2)}
    yield nonnegative((convex.gts - convex.lts).subs(ends), "the best S at the middle, seen from both ends, where others do better by u, v")
    chord_at = {low: best(p), lam: best(0) + u, single: best(1) + v}
    yield nonnegative((chord.gts - chord.lts).subs(chord_at), "the chord from 0 to 1, for the best S at p")


def slope_is_a_variance():
    """R K R K summed is |R K R|^2 for symmetric K, entry by entry in two dimensions; and means of products."""
    R, K = Matrix([[a, b], [b, c]]), Matrix([[d, e], [e, f]])
    S = R*R
    yield zero((S*K*S*K).trace() - sum(entry**2 for entry in R*K*R), "<S, K S K> = |R K R|^2")
    yield nonnegative((a*d + b*e)**2 + b**2, "a sum of squares")
    G, H, Z = symbols("G H Z", commutative=False)
    yield zero((G - H)*Z*(G - H) - (G*Z*G - G*Z*H - H*Z*G + H*Z*H), "mean (H_i - H) S (H_i - H) = M(S) - HSH, as mean H_i = H")


@ordered.enclosure
def at_four_shares(lab):
    """Top of C^-1 D at p, at the midpoint, at q and at 1, by the rational operators; enclosed."""
    at = {low: lab.p, middle: (lab.p + lab.q)/2, high: lab.q, single: 1}
    return {symbol: largest_curvature(lab.samples, share) for symbol, share in at.items()}


tangent = theorem.claim(
    "the slope at the full batch is a variance along the sharpest direction",
    Eq(slope, (square - lam**2)/lam),
    false={
        "of the whole chord": Eq(slope, square/lam - 1),
        "not per curvature": Eq(slope, square - lam**2),
    },
)


@tangent.proof
def by_first_order_perturbation(claimed):
    """For a simple top eigenvalue the slope is <S, (M - H x H) S>/<S, C S> at its eigenmatrix S = v v^T."""
    yield cited("a simple eigenvalue of a pencil (D + p E, C) with positive definite C has the derivative <S, E S>/<S, C S>")
    yield zero((square - lam**2)/lam - claimed.rhs, "E = M - H x H and <S, C S> = lam")


@tangent.observation(small=p, order=1, first=Rational(1, 64))
def difference_quotient(lab, p):
    """(Lambda_p - Lambda_0)/p from the 3 x 3 pencil on symmetric matrices of two parameters."""
    curvature = lambda p: pencil_top(lab.samples, p)
    return (curvature(p) - curvature(mp.zero))/p


def pencil_top(samples, p):
    """Largest root of det(D_p - x C) for two parameters, by Viete's formula for three real roots."""
    parts = [sum_of([outer(row) for row in rows]) for rows in samples]
    H = tuple(x/len(parts) for x in sum_of(parts))
    share = mp.one/len(parts)
    full, alone = sandwiched(H, H), [sum_of(list(rows)) for rows in zip(*(sandwiched(K, K) for K in parts))]
    left = mp.matrix([[(1 - p)*x + p*share*y for x, y in zip(*rows)] for rows in zip(full, alone)])
    right = mp.matrix(sandwiched(H, (1, 0, 1)))
    at = [mp.det(left - x*right) for x in range(4)]            # a cubic of real roots: its coefficients by differences
    c1, c2, c3 = (mp.fdot(weights, at)/6 for weights in ((-11, 18, -9, 2), (6, -15, 12, -3), (-1, 3, -3, 1)))
    middle = -c2/c3/3
    square, cube = middle**2 - c1/c3/3, middle**3 - middle*c1/c3/2 - at[0]/c3/2
    return middle + 2*mp.sqrt(square)*mp.cos(mp.acos(min(cube/square/mp.sqrt(square), mp.one))/3)


def outer(row):
    """(S_11, S_12, S_22) of g g^T."""
    a, b = map(mp.mpf, row)
    return a*a, a*b, b*b


def sum_of(rows):
    return tuple(map(sum, zip(*rows))) if isinstance(rows[0], tuple) else sum(rows)


def sandwiched(K, G):
    """<S, K Z G> symmetrised, for S and Z among e_1 e_1^T, e_1 e_2^T + e_2 e_1^T, e_2 e_2^T."""
    (a, b, c), (d, e, f) = K, G
    return ((a*d, a*e + b*d, b*e), (a*e + b*d, a*f + 2*b*e + c*d, b*f + c*e), (b*e, b*f + c*e, c*f))


third, half = Rational(1, 3), Rational(1, 2)
theorem.case("two axes", samples=[[(2, 0)], [(0, 1)], [(0, 2)]], top=(0, 1), p=third, q=half)
theorem.case("from the full batch", samples=[[(2, 0)], [(0, 1)], [(1, 0)]], top=(1, 0), p=0*half, q=1)
theorem.case("along the diagonal", samples=[[(1, half)], [(half, 1)], [(half, -half)]], top=(1, 1), p=Rational(1, 10), q=1)
theorem.case("two outputs", samples=[[(2, 0), (1, 1)], [(0, 1), (1, -1)]], top=(1, 0), p=0*half, q=Rational(1, 4))
ordered.case("one sample", samples=[[(3, 0)]], top=(1, 0), p=half, q=1)
theorem.case("short gradients", samples=[[(third, 0)], [(0, Rational(1, 4))]], top=(1, 0), p=third, q=half)
