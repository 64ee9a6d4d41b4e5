"""One-step stability, stability in mean square, the trace bound: each implies the next, none the last.

Statement.  H_i = X_i^T X_i, H their mean, C(S) = (HS + SH)/2, D = (1 - p) HSH + p mean H_i S H_i.  The curvatures
2/eta at which the loss (W = H) and the distance (W = I) stop falling are both at least Lambda, hence

    never raising the loss, or the distance  =>  stable in mean square  =>  floor <= 2/eta,

floor = tr H (p/k + (1 - p)/r) the trace bound's (`batch`, where its parts are tried), and the converses fail.  Proved for every n, B, dimension and number of outputs.
"""

from sympy import Rational, symbols

from numerics.stability import largest_curvature, one_step_curvature, sampling_factor
from theorems import Each, Source, Theorem, cited, nonnegative, zero
from theorems.sgd_trace_stability.threshold import mean_hessian

Lambda, loss, distance = symbols("Lambda loss distance", positive=True)        # measured: 2/eta at the three edges
floor = symbols("floor", positive=True)
H = symbols("H", commutative=False)

theorem = Theorem("the hierarchy of SGD's stabilities",
                  source=Source("Wu and Su", arxiv="2305.17490", at="definitions of stability, compared"))


@theorem.data
def sizes(case):
    H, factor = mean_hessian(case.samples), sampling_factor(len(case.samples), case.batch, False)
    p = Rational(factor.numerator, factor.denominator)
    return {floor: H.trace()*(p/max(map(len, case.samples)) + (1 - p)/H.rank())}


chain = theorem.claim(
    "one-step stability is the strongest, the trace bound the weakest",
    (loss >= Lambda, distance >= Lambda, Lambda >= floor),
    false={
        "stability in mean square suffices for the loss": (loss <= Lambda, distance >= Lambda, Lambda >= floor),
        "and for the distance": (loss >= Lambda, distance <= Lambda, Lambda >= floor),
        "the trace bound suffices": (loss >= Lambda, distance >= Lambda, Lambda <= floor),
    },
)


@chain.proof
def by_certificates(of_loss, of_distance, of_trace):
    """D(W) <= t C(W) with W > 0 gives Lambda <= t; W = H and W = I, where t C(W) is t H^2 and t H."""
    t = symbols("t", positive=True)
    yield cited("D(W) <= t C(W), W > 0 on the range of H, gives Lambda <= t; and Lambda >= tr H (p/k + (1 - p)/r) "
                "(the trace bound for every batch size)")
    yield zero((H*H + H*H)/2 - H**2, "C(H) = H^2")
    yield zero((H*1 + 1*H)/2 - H, "C(I) = H")
    yield nonnegative((of_loss.gts - of_loss.lts).subs(loss, t), "the loss", given=(Lambda <= t,))
    yield nonnegative((of_distance.gts - of_distance.lts).subs(distance, t), "the distance", given=(Lambda <= t,))
    yield zero(of_trace.gts - of_trace.lts - (Lambda - floor), "the trace bound")


@chain.enclosure
def three_edges(lab):
    """Top of C^-1 D and of the two pencils; enclosed."""
    factor = sampling_factor(len(lab.samples), lab.batch, False)
    return {Lambda: largest_curvature(lab.samples, factor), loss: one_step_curvature(lab.samples, factor),
            distance: one_step_curvature(lab.samples, factor, "distance")}


half, third = Rational(1, 2), Rational(1, 3)
theorem.case("three samples", samples=[[(1, half)], [(-third, 2)], [(half, half/2)]], batch=Each((1, 2)))
theorem.case("two axes", samples=[[(2, 0)], [(0, 1)], [(0, 2)]], batch=Each((1, 2)))
theorem.case("orthonormal", samples=[[(1, 0)], [(0, 1)]], batch=Each((1, 2)))
theorem.case("two outputs", samples=[[(1, 0), (1, half)], [(0, 1), (half, -third)]], batch=1)
theorem.case("isotropic outputs", samples=[[(3, 0), (0, 3)]], batch=1)
theorem.case("short, in a plane of space", samples=[[(third, 0, 0)], [(0, third, 0)]], batch=1)
