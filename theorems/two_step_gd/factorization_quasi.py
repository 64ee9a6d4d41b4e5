"""Matrix factorisation with two factors beyond the edge: all multipliers of its 2-cycle.

Statement.  Descent with step size K/sigma_1^2 on |Y Z' - C|_F^2/2, Y and Z of shape (n, p), C as in
`factorization`, R = sum_{j>=2} sigma_j u_j v_j', alpha > 0.  For K > 1 and u, v as there,

    Y = g sigma_1 u_1 v_1' + alpha R,   Z = g sigma_1 u_1 v_1' + R/alpha,   g in {u, v},

is a 2-cycle.  With A = alpha^2, s_j = K sigma_j^2/sigma_1^2, W_j = s_j (A + 1/A), its 2 n p multipliers are

    (1,1)                      9 - 2(K+1)^2 and 3 - 2K
    (1,j), (j,1), 2 <= j <= r  1 and the three roots of the cubic chi(x; K, s_j, W_j)
    (j,j)                      1 and (1 - W_j)^2
    (j,k), (k,j), j < k        1 twice, (1 - A s_j - s_k/A)^2 and (1 - A s_k - s_j/A)^2
    row i > r                  1 - K twice (column 1), (1 - s_j/A)^2 and (1 - A s_j)^2 (column j)
    column > r                 1 and 3 - 2K (row 1), else 1.

At K = 1 the roots of chi are 1, A^2 s^2 and s^2/A^2; at A = 1 one of them is s^2 + (1-K)(1+s).
"""

from functools import cache

from sympy import Eq, Matrix, Rational, symbols

from numerics.factor_gradients import asymmetric, diagonal, entries_of, times, transposed
from numerics.polynomial_maps import characteristic, cycle_jacobian, rational, submatrix, symbolic_characteristic
from numerics.product_cycle import product_cycle
from numerics.steps import descent
from theorems import Each, Source, Theorem, zero

characteristic_value, mixed2, mixed3 = symbols("characteristic mixed2 mixed3")   # measured: det(x - J), of all and of two blocks
K, W, s2, s3, A = symbols("K W s2 s3 A", positive=True)
x = symbols("x", real=True)
z, y, w, t = symbols("z y w t", positive=True)                       # diagonal entries in units of 1/sqrt(eta)

theorem = Theorem(
    "two-step cycle of matrix factorisation with two factors",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="eq. (11) of the ICLR 2023 submission; complete spectrum"),
    assumes=(K > 1,),
)


def chi(x, K, s, W):
    """The cubic of the mixed directions."""
    return (x**3 + (4*K - W**2 + 2*s**2 - 5)*x**2
            + (K**2*W - K**2*s**2 + 5*K**2 - K*W**2 - K*W + 2*K*s**2 - 12*K + 2*W**2 + s**4 - 3*s**2 + 7)*x
            + K**3*W + 2*K**3 - 2*K**2*W + K**2*s**2 - 7*K**2 + K*W**2 - K*W*s**2 + K*W - 4*K*s**2 + 8*K
            - W**2 + W*s**2 - s**4 + 3*s**2 - 3)


@theorem.data
def curvatures(case):
    """s_j and A = alpha^2; x is where characteristic polynomials are compared."""
    s = [case.K*value**2/case.sigma[0]**2 for value in case.sigma[1:]]
    a = Rational(case.alpha)**2
    return {K: case.K, A: a, W: s[0]*(a + 1/a), x: case.x, **dict(zip((s2, s3), s))}


mixed = theorem.claim(
    "characteristic polynomial of the mixed block",
    Eq(mixed2, (x - 1)*chi(x, K, s2, W)),
    false={
        "the limit at the edge": Eq(mixed2, (x - 1)**2*(x - A**2*s2**2)*(x - s2**2/A**2)),
        "each factor as in symmetric factorisation": Eq(mixed2, (x - 1)**2*(x - s2**2 + (K - 1)*(1 + s2))**2),
    },
)


@cache
def blocks(first, second, targets):
    """Jacobian of one step at diagonal factors with entries (Y_11, Z_11) and (Y_22, Z_22).

    Of the entries (Y_11, Z_11), of (Y_12, Z_21, Z_12, Y_21), and how these are coupled to the others.
    """
    moves = symbols("y11 y12 y21 y22 z11 z12 z21 z22", real=True)
    here = [first[0], 0, 0, second[0], first[1], 0, 0, second[1]]
    moved = descent(asymmetric(diagonal(targets, (2, 2))), 1)(tuple(p + q for p, q in zip(here, moves)))
    full = Matrix(moved).jacobian(moves).subs(dict.fromkeys(moves, 0)).expand()
    pair, own, other = [1, 6, 5, 2], [0, 4], [3, 7]
    cross = [full.extract(a, b) for a, b in ((pair, own + other), (own + other, pair), (own, other), (other, own))]
    return full.extract(own, own), full.extract(pair, pair), [entry for matrix in cross for entry in matrix]


@cache
def twice(first, second, targets, which):
    """Characteristic polynomial of a block of two steps; z becomes 1/z after the first."""
    block = blocks(first, second, targets)[which]
    return symbolic_characteristic(block.subs(z, 1/z)*block, x)


level = z**2 + z**-2 - 1                                             # K: in units of 1/sqrt(eta) the entry z goes to 1/z
top, second, third, none = (z, z), (y, w), (t, t*w/y), (0*z, 0*z)    # entries of Y and Z; alpha^2 = y/w


@mixed.proof(scope="every n, p, r: the blocks (1,j)")
def by_blocks_of_four(claimed):
    """Steps commute with Y -> P Y Q, Z -> P Z Q, so Y and Z are diagonal, and only the entries (i,j) and
    (j,i) of both are coupled.  In units of 1/sqrt(eta) the oscillating entry is z, then 1/z, with
    z^2 + 1/z^2 = K + 1; the others are y = alpha sqrt(s) and w = sqrt(s)/alpha.
    """
    yield from (zero(entry, "no other coupling") for entry in blocks(top, second, (level, y*w))[2])
    on_cycle = {K: level, s2: y*w, W: y**2 + w**2}
    yield zero(claimed.rhs.subs(on_cycle) - twice(top, second, (level, y*w), 1), "the entries (1,j), (j,1)")


@mixed.enclosure
def block_of_the_jacobian(lab):
    """The Jacobian in the entries (1,2), (2,1) of Y and Z, from steps near both points; then det(x - J)."""
    return characteristic(submatrix(round_the_cycle(lab, 2), mixed_entries(2, 1)), rational(lab.x))


def mixed_entries(n, j):
    """Places of the entries (1,j+1) and (j+1,1) of Y and of Z among all entries."""
    return [j, n*j, n*n + j, n*n + n*j]


def round_the_cycle(lab, n):
    """The exact Jacobian of two steps on (Y, Z), n x n each."""
    sigma, alpha, k, large = (rational(datum) for datum in (lab.sigma, lab.alpha, lab.K, product_cycle(lab.K)[0]))
    base = diagonal(sigma, (n, n))
    top = (large*sigma[0],)
    start = [diagonal(top + tuple(scale*value for value in sigma[1:]), (n, n)) for scale in (alpha, 1/alpha)]
    step = descent(asymmetric(times(base, transposed(base))), k/sigma[0]**2)
    return cycle_jacobian(lab.iterate, step, lab.orbit(step, entries_of(start[0]) + entries_of(start[1]), 1), degree=3)


remaining = theorem.claim(
    "the other directions (rank 3, shape 4 x 4): characteristic polynomial over that of the mixed blocks",
    Eq(characteristic_value, mixed2*mixed3*(x - 1)**11*(x + 2*(K + 1)**2 - 9)*(x + 2*K - 3)**2*(x + K - 1)**2
       * (x - (1 - s2*(A + 1/A))**2)*(x - (1 - s3*(A + 1/A))**2)
       * (x - (1 - A*s2 - s3/A)**2)*(x - (1 - A*s3 - s2/A)**2)
       * (x - (1 - A*s2)**2)*(x - (1 - s2/A)**2)*(x - (1 - A*s3)**2)*(x - (1 - s3/A)**2)),
    false={
        "idle pairs without the exchange of alpha": Eq(
            characteristic_value, mixed2*mixed3*(x - 1)**11*(x + 2*(K + 1)**2 - 9)*(x + 2*K - 3)**2*(x + K - 1)**2
            * (x - (1 - s2*(A + 1/A))**2)*(x - (1 - s3*(A + 1/A))**2)
            * (x - (1 - A*s2 - A*s3)**2)*(x - (1 - s3/A - s2/A)**2)
            * (x - (1 - A*s2)**2)*(x - (1 - s2/A)**2)*(x - (1 - A*s3)**2)*(x - (1 - s3/A)**2)),
        "extra columns are neutral": Eq(
            characteristic_value, mixed2*mixed3*(x - 1)**12*(x + 2*(K + 1)**2 - 9)*(x + 2*K - 3)*(x + K - 1)**2
            * (x - (1 - s2*(A + 1/A))**2)*(x - (1 - s3*(A + 1/A))**2)
            * (x - (1 - A*s2 - s3/A)**2)*(x - (1 - A*s3 - s2/A)**2)
            * (x - (1 - A*s2)**2)*(x - (1 - s2/A)**2)*(x - (1 - A*s3)**2)*(x - (1 - s3/A)**2)),
    },
)


@remaining.proof(scope="every n, p, r: the blocks that do not hold a mixed direction")
def by_the_same_blocks(claimed):
    """y and w are the entries of index 2, t and t w/y those of index 3, which has the same alpha."""
    own, gap, pair, edge, side = stated = (
        (x + 2*(K + 1)**2 - 9)*(x + 2*K - 3), (x - 1)*(x - (1 - s2*(A + 1/A))**2),
        (x - 1)**2*(x - (1 - A*s2 - s3/A)**2)*(x - (1 - A*s3 - s2/A)**2),
        (x - 1)*(x + 2*K - 3)*(x + K - 1)**2, (x - 1)**2*(x - (1 - A*s2)**2)*(x - (1 - s2/A)**2))
    derived = (twice(top, second, (level, y*w), 0), twice(second, top, (y*w, level), 0),
               twice(second, third, (y*w, t*t*w/y), 1), twice(top, none, (level, 0*z), 1),
               twice(second, none, (y*w, 0*z), 1))
    on_cycle = {K: level, A: y/w, s2: y*w, s3: t*t*w/y}
    yield from (zero(one.subs(on_cycle) - found, "a block's characteristic polynomial")
                for one, found in zip(stated, derived))
    other = lambda piece: piece.subs(s2, s3)
    whole = own*gap*other(gap)*pair*edge*side*other(side)*(x - 1)**2
    yield zero(claimed.rhs/(mixed2*mixed3) - whole, "all of them, and the entry without any curvature")


@remaining.enclosure
def jacobian_and_mixed_blocks(lab):
    """The complete Jacobian, and its blocks of the entries (1,j), (j,1) of Y and Z for j = 2, 3."""
    full, at = round_the_cycle(lab, 4), rational(lab.x)
    return {characteristic_value: characteristic(full, at),
            mixed2: characteristic(submatrix(full, mixed_entries(4, 1)), at),
            mixed3: characteristic(submatrix(full, mixed_entries(4, 2)), at)}


mixed.case("weakly beyond the edge", K=Rational(361, 336), sigma=(1, Rational(1, 2)), alpha=Rational(4, 5), x=Each(range(-2, 3)))
mixed.case("far beyond, strong imbalance", K=Rational(49, 24), sigma=(2, Rational(9, 5)), alpha=3, x=Each(range(-2, 3)))
mixed.case("no imbalance", K=Rational(49, 40), sigma=(3, 1), alpha=1, x=Each((-1, 2, 5)))
remaining.case("weakly beyond the edge", K=Rational(361, 336), sigma=(1, Rational(1, 2), Rational(1, 3)), alpha=Rational(4, 5),
               x=Each((-2, 0, 2, 3, 5)))
remaining.case("far beyond", K=Rational(49, 24), sigma=(2, Rational(9, 5), Rational(1, 3)), alpha=3, x=Each((-2, 3)))
