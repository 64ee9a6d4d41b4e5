"""Where the trace bound of larger batches is attained: equal-norm tight frames, and only there.

Statement.  Sample i has Hessian g_i g_i^T, s_i = |g_i|^2, H is their mean, of rank r, 0 < p < 1 the
sampling factor.  Then Lambda >= tr H (p + (1 - p)/r), with equality exactly if

    all s_i are equal  and  H is a multiple of the projection to its range.

Orthogonal gradients of equal length s^(1/2), n = r of them, have Lambda = s/B for batches of B different
samples, while lambda_1(H) = s/n: a moderate batch is not yet gradient descent (at n = 100, B = 10 the
ratio is 10).  Not so at p = 1, where equal norms alone suffice, nor at p = 0, where isotropy alone does,
nor for several outputs.  Proved for every n, r and p.
"""

from sympy import And, Eq, Equivalent, Rational, symbols

from numerics.stability import largest_curvature
from theorems import Each, Source, Theorem, cited, positive, zero
from theorems.sgd_trace_stability.threshold import mean_hessian

Lambda, orthogonal, ratio = symbols("Lambda orthogonal ratio", nonnegative=True)     # measured
mean, square, frob = symbols("mean square frob", positive=True)        # of the s_i; |H|^2
p = symbols("p", nonnegative=True)
s = symbols("s", positive=True)
n, r, k, B = symbols("n r k B", integer=True, positive=True)
x, y, h = symbols("x y h", nonnegative=True)

theorem = Theorem("tight frames attain the trace bound",
                  source=Source("Wu and Su", arxiv="2305.17490", at="linear stability, case of equality for batches"),
                  assumes=(p > 0, p < 1, k <= 1))


@theorem.data
def frame(case):
    H, size = mean_hessian(case.samples), [sum(x*x for row in rows for x in row) for rows in case.samples]
    return {mean: H.trace(), square: sum(x*x for x in size)/Rational(len(size)), frob: (H*H).trace(), p: case.p,
            k: max(map(len, case.samples)), r: H.rank()}


attained = theorem.claim(
    "the trace bound is attained exactly by equal-norm tight frames",
    Equivalent(Eq(Lambda, mean*(p + (1 - p)/r)), And(Eq(square, mean**2), Eq(frob, mean**2/r))),
    false={
        "equal norms suffice": Equivalent(Eq(Lambda, mean*(p + (1 - p)/r)), Eq(square, mean**2)),
        "isotropy suffices": Equivalent(Eq(Lambda, mean*(p + (1 - p)/r)), Eq(frob, mean**2/r)),
    },
)


@attained.proof
def by_vanishing_gaps(claimed):
    """Lambda >= <I, D I>/<I, C I>, with D(I) = (1 - p) H^2 + p mean s_i g_i g_i^T; floors of both norms.

    With equality everywhere H = h P, s_i = s, so D(I) is a multiple of C(I) = H and that multiple is Lambda.
    """
    reached, region = sorted(claimed.args, key=lambda one: not one.has(Lambda))
    norms, tight = sorted(region.args, key=lambda one: one.has(frob))
    quotient = ((1 - p)*frob + p*square)/mean
    yield cited("C^-1 D keeps the cone of positive semidefinite S and is self-adjoint for <S, C S>, so <S, D S>/<S, C S> <= Lambda "
                "for every S, and D(S) = t C(S), S > 0, gives Lambda = t")
    inside = {frob: frob - (tight.lhs - tight.rhs), square: square - (norms.lhs - norms.rhs)}
    yield zero(quotient.subs(inside) - reached.rhs, "inside the region the quotient is the bound")
    gaps = (1 - p)*x + p*y
    yield zero(mean*(quotient - reached.rhs) - gaps.subs({x: frob - mean**2/r, y: square - mean**2}), "in general it exceeds the "
               "bound by two gaps: of the eigenvalues of H, and of the s_i")
    yield zero((tight.lhs - tight.rhs) - (frob - mean**2/r), "the first is that of the region")
    yield zero((norms.lhs - norms.rhs) - (square - mean**2), "so is the second")
    yield positive(gaps.subs(x, x + h), "the quotient is above the bound if H is not tight", given=(h > 0,))
    yield positive(gaps.subs(y, y + h), "or the norms differ", given=(h > 0,))


@attained.enclosure
def curvature(lab):
    """Top of C^-1 D by the rational operators; enclosed."""
    return largest_curvature(lab.samples, lab.p)


half, third = Rational(1, 2), Rational(1, 3)
tight = [[(1, 0)], [(0, 1)], [(Rational(3, 5), Rational(4, 5))], [(-Rational(4, 5), Rational(3, 5))]]
attained.case("tight frame of four", samples=tight, p=Each((half, Rational(1, 5))))
attained.case("orthogonal and long, in a plane of space", samples=[[(3, 0, 0)], [(0, 3, 0)]], p=Each((third, Rational(3, 4))))
attained.case("equal norms, not tight", samples=[[(2, 0)], [(Rational(6, 5), Rational(8, 5))]], p=Each((half, third)))
attained.case("isotropic, of different lengths", samples=[[(2, 0)], [(0, 1)], [(0, 1)], [(0, 1)], [(0, 1)]], p=third)
attained.case("parallel and equal", samples=[[(third,)], [(-third,)]], p=half)
attained.case("neither", samples=[[(1, half)], [(-third, 2)], [(half, half/2)]], p=half)
attained.outside("single samples", breaks=p < 1, samples=[[(1, 0)], [(Rational(3, 5), Rational(4, 5))]], p=1)
attained.outside("the full batch", breaks=p > 0, samples=[[(2, 0)], [(0, 1)], [(0, 1)], [(0, 1)], [(0, 1)]], p=0)
attained.outside("two outputs", breaks=k <= 1, samples=[[(1, 0), (0, 1)]], p=half)
