"""The three sharpnesses taken sample by sample: worst and ascent direction penalise the same.

Setting.  L = (1/M) sum L_k, L_k = f_k^2 curve/2 + O(f_k^3), all f_k = 0 at the point, with nonzero
gradients there.  The sharpnesses of `sharpness` are taken of each L_k, then averaged over k.

Statement.  Their limits over rho^2 are trace H/2 for the worst and the ascent direction and
trace H/(2 D) for the average direction, H the Hessian of L: each L_k has a Hessian of rank one, whose
largest and smallest nonzero eigenvalues are one.  On the full batch they differ (`sharpness`).
"""

from sympy import Eq, Rational, diff, symbols

from numerics.balls import ball
from theorems import Source, Theorem, nonnegative, zero
from theorems.sam_implicit_regularizer.sharpness import extremum, mean
from theorems.sam_implicit_regularizer.valleys import VARIABLES, u, valley, values, x, y, z

worst, ascent, average = symbols("worst ascent average", real=True)        # measured: the three limits
trace = symbols("trace", positive=True)
D = symbols("D", integer=True, positive=True)
rho = symbols("rho", positive=True)
curve, size, share = symbols("curve size share", positive=True)            # l''(0), |grad f_k|, E v_i^2
along, cubic = symbols("along cubic", real=True)                           # v . grad f_k

theorem = Theorem("the three limiting sharpnesses of single samples",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 5.3"))


@theorem.data
def spectrum(case):
    """The trace of the Hessian of the mean loss at the point."""
    variables = VARIABLES[:len(case.at)]
    loss = sum(case.losses)/len(case.losses)
    return {trace: sum(diff(loss, a, 2) for a in variables).subs(dict(zip(variables, case.at))), D: len(variables)}


limits = theorem.claim(
    "what the mean of the samples' sharpnesses penalises",
    (Eq(worst, trace/2), Eq(ascent, trace/2), Eq(average, trace/(2*D))),
    false={
        "ascent and average the same": (Eq(worst, trace/2), Eq(ascent, trace/(2*D)), Eq(average, trace/(2*D))),
        "all three the trace": (Eq(worst, trace/2), Eq(ascent, trace/2), Eq(average, trace/2)),
        "no half": (Eq(worst, trace), Eq(ascent, trace), Eq(average, trace/D)),
    },
)


@limits.proof(scope="every D and every number of samples")
def by_rank_one(top, low, mid):
    """L_k(x + rho v)/rho^2 tends to curve (v . grad f_k)^2/2; its Hessian has the trace curve |grad f_k|^2.

    The gradient of L_k is parallel to grad f_k, so the ascent is along it; averages over k are linear.
    """
    sample = curve*size**2
    at = lambda side: side.subs(trace, sample)
    value = lambda f: curve*f**2/2 + cubic*f**3
    quotient = (value(rho*along)/rho**2).expand().subs(rho, 0)
    yield nonnegative(at(top.rhs) - quotient, "no direction exceeds it", given=(along <= size, along >= -size))
    yield zero(at(top.rhs) - quotient.subs(along, size), "the direction of grad f_k attains it")
    yield zero(at(low.rhs) - quotient.subs(along, size), "and is the only direction of ascent")
    yield zero(at(low.rhs) - quotient.subs(along, -size), "up to its sign")
    yield zero(at(mid.rhs) - curve*size**2*share/2, "the mean of (v . grad f_k)^2 is |grad f_k|^2/D", given=(Eq(D*share, 1),))


@limits.observation(small=rho, order=1, halvings=5)
def at_small_radius(lab, rho):
    """The mean over the samples of their sharpnesses over rho^2, each by critical points as in `sharpness`."""
    variables = VARIABLES[:len(lab.at)]
    parts = [one_sample(loss, variables, lab.at, rho) for loss in lab.losses]
    return {name: sum(ball(part[name]) for part in parts)/len(parts) for name in (worst, ascent, average)}


def one_sample(loss, variables, at, rho):
    place, height = valley(loss, variables, 1), values((loss,), variables)
    curved, vectors = place.spectrum(at)
    size, top = ball(rho), [*vectors[:, 0]]
    found = {average: mean(loss, variables, at, rho)}
    for name, best, basis in ((worst, max, [[int(i == k) for i in range(len(at))] for k in range(len(at))]), (ascent, min, [top])):
        points = [extremum(place, at, size, basis, [sign*x for x in top], size*ball(curved[0])) for sign in (1, -1)]
        found[name] = best(height(*point)[0].mid() for point in points)/size**2
    return found


half = Rational(1, 2)
bent = ((x*(1 + z) + y/2 + x**2/3)**2, (y - x/2 + x*y*z + y**2/5)**2 + (y - x/2)**3)
theorem.case("hyperbolas", losses=((x*y - 1)**2, (z*u - 1)**2/2), at=(2, half, Rational(3, 2), Rational(2, 3)))
theorem.case("gradients that are not orthogonal", losses=bent, at=(0, 0, half))
theorem.case("one hyperbola", losses=((x*y - 1)**2*3,), at=(Rational(3, 2), Rational(2, 3)))
