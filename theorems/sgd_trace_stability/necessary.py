"""Necessary conditions for SGD's stability, one for each test matrix.

Statement.  With C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH + p mean H_i S H_i, every symmetric S on the range
of H gives Lambda >= <S, D S>/<S, C S>.  In particular

    Lambda >= ((1 - p)|H|^2 + p mean|H_i|^2)/tr H                                  (S = I)
    Lambda >= v.H v + p Var(v.H_i v)/(v.H v)                                       (S = v v^T, |v| = 1),

Frobenius norms.  So along the sharpest direction the variance of the samples' curvatures adds to
lambda_1(H).  Both can be strict, and both are attained.  Proved for every n, dimension and outputs.
"""

from sympy import Matrix, Rational, symbols

from numerics.stability import largest_curvature
from theorems import Source, Theorem, cited, zero
from theorems.sgd_trace_stability.samples import curved, dot
from theorems.sgd_trace_stability.threshold import mean_hessian

Lambda = symbols("Lambda", positive=True)                      # measured: top of C^-1 D
trace, frob, spread = symbols("trace frob spread", positive=True)      # tr H, |H|^2, mean |H_i|^2
rayleigh, variance = symbols("rayleigh variance", nonnegative=True)    # v.H v; Var(v.H_i v)
p = symbols("p", nonnegative=True)
G, H = symbols("G H", commutative=False)                       # one H_i, and their mean
a, b, c, d, e, f = symbols("a b c d e f", real=True)

theorem = Theorem("necessary conditions for stable SGD",
                  source=Source("Mulayoff and Michaeli", arxiv="2306.07850", at="Proposition 3"),
                  assumes=(p <= 1, rayleigh > 0, rayleigh <= trace, frob <= spread, variance <= spread))


@theorem.data
def moments(case):
    H, single = mean_hessian(case.samples), [Matrix(rows).T*Matrix(rows) for rows in case.samples]
    unit = [x/Rational(dot(case.v, case.v)) for x in case.v]
    values = [dot(unit, curved(rows, case.v)) for rows in case.samples]
    count = Rational(len(values))
    mean = sum(values)/count
    return {trace: H.trace(), frob: (H*H).trace(), spread: sum((one*one).trace() for one in single)/count, p: case.p,
            rayleigh: mean, variance: sum((x - mean)**2 for x in values)/count}


conditions = theorem.claim(
    "two test matrices bound the curvature from below",
    (Lambda*trace >= (1 - p)*frob + p*spread, Lambda*rayleigh >= rayleigh**2 + p*variance),
    false={
        "without the mixture": (Lambda*trace >= spread, Lambda*rayleigh >= rayleigh**2 + p*variance),
        "the variance in full": (Lambda*trace >= (1 - p)*frob + p*spread, Lambda*rayleigh >= rayleigh**2 + variance),
        "twice the share": (Lambda*trace >= (1 - p)*frob + p*spread, Lambda*rayleigh >= rayleigh**2 + 2*p*variance),
    },
)


@conditions.proof
def by_two_test_matrices(identity, direction):
    """<I, D I> and <I, C I> are traces; with S = v v^T, <S, K S K> = (v.K v)^2."""
    yield cited("C^-1 D is self-adjoint for <S, C S> with largest eigenvalue Lambda, so <S, D S> <= Lambda <S, C S> for every S")
    v, K = Matrix([a, b, 1]), Matrix([[c, d, e], [d, f, 2], [e, 2, 3]])
    S = v*v.T
    yield zero((S*K*S*K).trace() - (v.T*K*v)[0]**2, "<v v^T, K v v^T K> = (v.K v)^2")
    yield zero((S*(K*S + S*K)).trace()/2 - (v.T*K*v)[0]*(v.T*v)[0], "<v v^T, C v v^T> = v.H v for |v| = 1")
    yield zero((1 - p)*H*1*H + p*G*1*G - (1 - p)*H**2 - p*G**2, "D(I) has the trace (1 - p)|H|^2 + p mean|H_i|^2")
    yield zero(identity.gts - identity.lts - (Lambda*trace - (1 - p)*frob - p*spread), "S = I")
    yield zero(direction.gts - direction.lts - (Lambda*rayleigh - (1 - p)*rayleigh**2 - p*(variance + rayleigh**2)), "S = v v^T")


@conditions.enclosure
def curvature(lab):
    """Top of C^-1 D by the rational operators; enclosed."""
    return largest_curvature(lab.samples, lab.p)


half, third = Rational(1, 2), Rational(1, 3)
three = [[(1, half)], [(-third, 2)], [(half, half/2)]]
theorem.case("three samples", samples=three, v=(0, 1), p=half)
theorem.case("three samples, along the first axis", samples=three, v=(1, 0), p=1)
theorem.case("one parameter", samples=[[(1,)], [(2,)]], v=(1,), p=third)
theorem.case("one parameter, longer", samples=[[(3,)], [(1,)], [(2,)]], v=(2,), p=1)
theorem.case("one parameter, one of three curved", samples=[[(3,)], [(0,)], [(0,)]], v=(1,), p=Rational(1, 10))
theorem.case("one parameter, faint", samples=[[(Rational(1, 5),)], [(Rational(1, 4),)]], v=(1,), p=half)
theorem.case("one parameter, shorter", samples=[[(half,)], [(third,)]], v=(1,), p=Rational(1, 7))
theorem.case("orthogonal, equal lengths", samples=[[(2, 0, 0)], [(0, 2, 0)], [(0, 0, 2)]], v=(3, 4, 0), p=Rational(1, 4))
theorem.case("two outputs", samples=[[(1, 0), (1, 1)], [(0, 1), (1, -1)]], v=(1, 0), p=half)
theorem.case("without samples' noise", samples=[[(1, 0), (0, half)], [(0, half), (1, 0)]], v=(1, 0), p=half)
