"""The exact step size up to which SGD stays at an interpolating minimum in mean square.

Statement.  H_i = X_i^T X_i, H their mean, C(S) = (HS + SH)/2, D = (1 - p) HSH + p mean H_i S H_i and
Lambda the largest eigenvalue of C^-1 D on the range of H.  Batches are independent over time, of
sampling factor p.  Then

    E|x_t|^2 is bounded for all starts      exactly if  eta Lambda <= 2,
    E|x_t|^2 -> 0 for all starts            exactly if  eta Lambda < 2 and H is regular;

so the stable step sizes form one interval.  The full batch (p = 0) has Lambda = lambda_1(H), gradient
descent's curvature, not the trace.  Where H is singular the component in its kernel never moves.

The growth factor is the largest eigenvalue of the average of (I - eta H_B) S (I - eta H_B) over all
batches.  Proved for every n, B, dimension and number of outputs, given the cited facts.
"""

from sympy import And, Eq, Equivalent, Lt, Matrix, Rational, symbols

from numerics.stability import curvature_operator, extreme_root, growth as growth_of, largest_curvature, sampling_factor
from theorems import Each, Source, Theorem, cited, nonnegative, positive, zero

growth, Lambda = symbols("growth Lambda", real=True)           # measured: of E|x_t|^2 per step; top of C^-1 D
descended, curvature = symbols("descended curvature", real=True)     # measured: the same for the full batch
eta, lam, trace = symbols("eta lam trace", positive=True)      # lam: the largest eigenvalue of H
r, d, missing = symbols("r d missing", integer=True, positive=True)    # rank of H; dimension; their difference
c = symbols("c", positive=True)                                # <S, C S>, for <S, S> = 1
D, x, y, z, u, v = symbols("D x y z u v", nonnegative=True)
first, second, factor = symbols("first second factor", real=True)      # eigenvalues of an eigenmatrix; its factor

theorem = Theorem("the exact stability threshold of SGD",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Theorems 1 and 3"))


@theorem.data
def spectrum(case):
    H = mean_hessian(case.samples)
    return {eta: case.eta, lam: max(H.eigenvals()), trace: H.trace(), r: H.rank(), d: H.rows}


def mean_hessian(samples):
    """Mean of X^T X over samples given as gradient rows."""
    found = [Matrix(rows).T*Matrix(rows) for rows in samples]
    return sum(found[1:], found[0])/len(found)


bounded = theorem.claim(
    "the second moment stays bounded exactly up to 2/Lambda",
    Equivalent(growth <= 1, eta*Lambda <= 2),
    false={
        "half of it": Equivalent(growth <= 1, eta*Lambda <= 1),
        "gradient descent's": Equivalent(growth <= 1, eta*lam <= 2),
        "open at the end": Equivalent(growth <= 1, eta*Lambda < 2),
    },
)


@bounded.proof
def by_the_top_of_the_cone(claimed):
    """T = 1 - 2 eta C + eta^2 D is self-adjoint and keeps the cone of positive semidefinite S.

    So its spectral radius is its largest eigenvalue, the largest <S, T S> over unit S.  On the kernel
    of H nothing moves; on the range <S, D S> <= Lambda <S, C S>, with equality at some S.
    """
    stays, region = sides_of(claimed)
    yield from keeps_the_cone()
    yield nonnegative(room(stays, moved(Lambda*c - D)), "no S grows below the threshold, D being what it has less", given=region)
    yield positive(-room(stays, moved(Lambda*c)), "the top S grows beyond it", given=~region)


def sides_of(claimed):
    return sorted(claimed.args, key=lambda one: not one.has(growth))


def room(stays, factor):
    """How far a growth factor is below the claimed edge."""
    return (stays.gts - stays.lts).subs(growth, factor)


def moved(D):
    """<S, T S> for <S, S> = 1, <S, C S> = c, <S, D S> = D."""
    return 1 - 2*eta*c + eta**2*D


def keeps_the_cone():
    """S = P - N with P, N >= 0; x, y, z stand for <P,TP>, <N,TN>, <P,TN>, all >= 0."""
    yield zero((x + 2*z + y) - (x - 2*z + y) - 4*z, "<|S|, T |S|> - <S, T S> = 4 <P, T N>")
    yield zero((x + 2*z + y) + (x - 2*z + y) - 2*x - 2*y, "<|S|, T |S|> + <S, T S> = 2 <P, T P> + 2 <N, T N>")
    yield nonnegative(z + x + y, "products of positive semidefinite matrices")
    yield cited("a self-adjoint T on a finite-dimensional space has bounded powers exactly if its spectral radius is at most 1, "
                "and powers tending to 0 exactly if it is less")


@bounded.enclosure
def both_from_the_samples(lab):
    """The growth factor from the average over all batches, Lambda from the operators C and D."""
    factor = sampling_factor(len(lab.samples), lab.batch, lab.replacement == "with")
    return {growth: growth_of(lab.samples, lab.eta, lab.batch, replacement=lab.replacement == "with"),
            Lambda: largest_curvature(lab.samples, factor)}


decays = theorem.claim(
    "the second moment tends to 0 exactly below 2/Lambda with a regular H",
    Equivalent(growth < 1, And(Lt(eta*Lambda, 2), r >= d)),
    false={
        "whatever the rank": Equivalent(growth < 1, Lt(eta*Lambda, 2)),
        "closed at the end": Equivalent(growth < 1, And(eta*Lambda <= 2, r >= d)),
    },
)


@decays.proof
def by_strict_inequalities(claimed):
    """As for `bounded`; if H is singular then S = v v^T with Hv = 0 does not move, so growth >= 1."""
    falls, region = sides_of(claimed)
    yield from keeps_the_cone()
    below, regular = sorted(region.args, key=lambda one: one.has(r))
    yield positive(room(falls, moved(Lambda*c - D)), "every S shrinks, D being what it has less", given=below)
    yield nonnegative(-room(falls, moved(Lambda*c)), "the top S does not, at or beyond the threshold", given=~below)
    yield nonnegative(-room(falls, 1), "nor does what H does not see")
    yield positive((regular.lts - regular.gts).subs(d, r + missing), "a rank below d is what the region excludes")
    yield nonnegative((regular.gts - regular.lts).subs(d, r), "and full rank is in it")


@decays.enclosure
def both_again(lab):
    return both_from_the_samples(lab)


full_batch = theorem.claim(
    "the full batch is gradient descent: the largest eigenvalue decides",
    (Equivalent(descended <= 1, eta*lam <= 2), Eq(curvature, lam)),
    false={
        "the trace decides": (Equivalent(descended <= 1, eta*trace <= 2), Eq(curvature, trace)),
        "half the step": (Equivalent(descended <= 1, eta*lam <= 1), Eq(curvature, lam)),
    },
)


@full_batch.proof
def by_the_eigenbasis_of_H(claimed, value):
    """On v_k v_l^T + v_l v_k^T, T multiplies by (1 - eta u)(1 - eta v) and C^-1 D by 2 u v/(u + v)."""
    region, stays = sorted(claimed.args, key=lambda one: one.has(descended))
    room = lambda factor: (stays.gts - stays.lts).subs(descended, factor)
    inside = (u <= lam, v <= lam, u > 0, v > 0)
    yield nonnegative(value.rhs - 2*u*v/(u + v), "no product exceeds the top", given=inside)
    yield zero(value.rhs - 2*lam*lam/(lam + lam), "u = v = lam attains it")
    yield nonnegative(room((1 - eta*u)**2), "no mode grows", given=(*inside, region))
    yield positive(-room((1 - eta*lam)**2), "the top mode grows", given=~region)


@full_batch.enclosure
def with_one_batch(lab):
    """The same two routes with the whole data as the only batch."""
    count = len(lab.samples)
    return {descended: growth_of(lab.samples, lab.eta, count, replacement=False),
            curvature: extreme_root(curvature_operator(lab.samples, 0).charpoly())}


half, third = Rational(1, 2), Rational(1, 3)
three = [[(1, half)], [(-third, 2)], [(half, half/2)]]
tilted = [[(1, 0)], [(Rational(3, 5), Rational(4, 5))], [(Rational(3, 5), -Rational(4, 5))]]
outputs = [[(1, 0), (0, 1)], [(1, 1), (half, -half)]]
theorem.case("three samples", samples=three, batch=1, replacement="with",
             eta=Each((third, Rational(249, 500), Rational(499, 1000), Rational(3, 2))))
theorem.case("three samples in pairs", samples=three, batch=2, replacement="without", eta=Each((half, Rational(3, 4), Rational(7, 5))))
theorem.case("equal norms, at the threshold", samples=tilted, batch=1, replacement="with",
             eta=Each((1, Rational(3, 2), Rational(1999, 1000), 2, Rational(2001, 1000), Rational(5, 2))))
theorem.case("one parameter", samples=[[(1,)], [(2,)]], batch=1, replacement="with",
             eta=Each((Rational(1, 4), Rational(10, 17), Rational(11, 17), 2)))
theorem.case("one parameter, two draws", samples=[[(1,)], [(2,)]], batch=2, replacement="with",
             eta=Each((Rational(1, 10), Rational(20, 29), Rational(7, 10))))
theorem.case("two outputs", samples=outputs, batch=1, replacement="with", eta=Each((half, Rational(9, 10), 1, Rational(9, 5))))
theorem.case("a direction without curvature", samples=[[(1, 2)], [(half, 1)]], batch=1, replacement="with",
             eta=Each((Rational(1, 10), Rational(5, 17), 2)))

theorem.erratum(
    at="Theorem 6 (3) of the ICLR 2024 submission", printed="the top eigenvector of a cone-preserving self-adjoint map is "
    "positive semidefinite, up to its sign",
    fault="only some top eigenvector is: the identity map has the top eigenvector diag(1, -1)",
    statement=first*second >= 0, witness={first: 1, second: -1, factor: 1},
    where=(Eq(1*first, factor*first), Eq(-1*factor, factor*second), factor >= 1), repaired="some top eigenvector is positive semidefinite",
)
