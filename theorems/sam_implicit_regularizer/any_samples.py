"""SAM on single samples of a linear model, whatever their gradients: worst-case losses no larger than for orthogonal ones.

Setting.  L_k = (g_k . x)^2/2 with c_k = |g_k|^2 and eta c_k < 2: samples that a linear model can fit, as many as there are
and with any gradients.  A step is a step of SAM on one of them, drawn uniformly; R_k(x) = max over |v| <= 1 of
L_k(x + rho v) - L_k(x).  (Where the drawn g_k . x = 0, which an orbit may meet by accident, SAM is undefined.)

Statement.  The mean over t < T, over the draws and over k of R_k(x_t)/rho^2 is at least trace(H)/2, H the Hessian of L, and
at most

    (1/2) mean_k c_k (2 + eta c_k)/(2 - eta c_k)  +  (|x_0|^2 - E|x_T|^2)/(2 eta rho^2 T),

with equality for orthogonal gradients on their orbit of period two (`worst_case_of_samples`).  So the gap of Corollary 5.6 is
nonnegative, and at a step drawn at random from many its mean is at most about eta rho^2 mean_k c_k^2/(2 - eta c_k): by Markov's
inequality it is O(eta^(1/2) rho^2) with probability 1 - O(eta^(1/2)), where the published bound is (eta^(1/4) + rho^(1/4)) rho^2.
Written out for two samples; each enters by itself.
"""

from sympy import Ge, Le, Rational, symbols

from numerics.steps import ascent, sam
from theorems import Source, Theorem, nonnegative, zero

rise = symbols("rise", nonnegative=True)                       # measured: the mean of R_k over rho^2
lost = symbols("lost", real=True)                              # measured: (|x_0|^2 - E|x_T|^2)/(2 eta rho^2 T)
c1, c2, eta, rho, c = symbols("c1 c2 eta rho c", positive=True)
p, q, a = symbols("p q a", positive=True)                      # |g . x|/|g|, the rest of x, and p on the orbit of period two
share = symbols("share", real=True)                            # v . g/|g|, for a unit v

theorem = Theorem("worst-case loss of SAM on single samples of a linear model",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Corollary 5.6, with constants and any gradients"),
                  assumes=(eta*c1 < 2, eta*c2 < 2))


@theorem.data
def sizes(case):
    one, other = (sum(g**2 for g in gradient) for gradient in case.gradients)
    return {c1: one, c2: other, eta: case.eta}


in_the_mean = theorem.claim(
    "mean worst-case loss of the samples over all steps and draws",
    (Ge(rise, (c1 + c2)/4),
     Le(rise, (c1*(2 + eta*c1)/(2 - eta*c1) + c2*(2 + eta*c2)/(2 - eta*c2))/4 + lost)),
    false={
        "never above the trace": (Ge(rise, (c1 + c2)/4), Le(rise, (c1 + c2)/4 + lost)),
        "half the excess": (Ge(rise, (c1 + c2)/4), Le(rise, (c1*2/(2 - eta*c1) + c2*2/(2 - eta*c2))/4 + lost)),
        "the largest eigenvalue": (Ge(rise, (c1 + c2)/2), Le(rise, (c1 + c2)/2 + lost)),
    },
)


@in_the_mean.proof(scope="linear models with two samples, each of which enters by itself; every number of parameters")
def by_the_distance_of_one_step(low, high):
    """A step on sample k moves x along g_k alone; |x|^2 falls by eta (2 c rho (p - a) + (2 - eta c) c (p - a)^2), which telescopes.

    So R_k, which is c rho p + c rho^2/2, is at most what it is at p = a plus what |x|^2 loses over 2 eta; equality is at p = a.
    """
    stable = (eta*c < 2,)
    goals, fall = fall_of_one_step()
    yield from goals
    height = lambda s: c*s**2/2
    worst = height(p + rho) - height(p)
    yield nonnegative(worst - (height(p + rho*share) - height(p)), "outwards is the worst direction", (share <= 1, share >= -1))
    yield nonnegative(worst/rho**2 - c/2, "R_k from below")
    bound = c/2 + c*a/rho
    yield nonnegative(bound + fall/(2*eta*rho**2) - worst/rho**2, "R_k from above", stable)
    of = lambda side: sum(side.subs(c, one) for one in (c1, c2))/2
    yield nonnegative(of(c/2) - low.rhs, "the mean over both samples from below")
    yield nonnegative(high.rhs - of(bound.subs(a, ORBIT)) - lost, "and from above, over all steps",
                      (eta*c1 < 2, eta*c2 < 2))


ORBIT = eta*rho*c/(2 - eta*c)                                  # a


def fall_of_one_step():
    """Goals, and what |x|^2 loses in a step on one sample, with a for its p on the orbit of period two."""
    after = sam(lambda s, r: (c*s, 0*r), eta, rho)((p, q))
    fall = 2*eta*c*rho*(p - a) + eta*(2 - eta*c)*c*(p - a)**2
    loss = p**2 + q**2 - after[0]**2 - after[1]**2
    return [zero(loss - fall.subs(a, ORBIT), "what |x|^2 loses in a step on one sample", (eta*c < 2,))], fall


@in_the_mean.enclosure
def over_all_draws(lab):
    """Every sequence of draws, exactly: the points after t steps, each with the probability 2^-t."""
    slopes = [along(one) for one in lab.gradients]
    steps = [sam(slope, lab.eta, lab.rho) for slope in slopes]
    points, total = [tuple(lab.start)], 0
    for _ in range(lab.time):
        total += sum(worst_case(lab, one, slope, at) for one, slope in zip(lab.gradients, slopes) for at in points)/(2*len(points))
        points = [lab.iterate(step, at, 1) for step in steps for at in points]
    moved = sum(x**2 for x in lab.start) - sum(x**2 for at in points for x in at)/len(points)
    return {rise: total/(lab.time*lab.rho**2), lost: moved/(2*lab.eta*lab.rho**2*lab.time)}


def along(one):
    """The gradient of (g . x)^2/2."""
    return lambda *x: tuple(g*sum(h*y for h, y in zip(one, x)) for g in one)


def worst_case(lab, one, slope, at):
    """R_k: of a convex function of g . x the largest value is outwards, where its ascent ends."""
    height = lambda x: sum(g*y for g, y in zip(one, x))**2/2
    return height(lab.iterate(ascent(slope, lab.rho), at, 1)) - height(at)


half, fifth = Rational(1, 2), Rational(1, 5)
theorem.case("orthogonal, on the orbit", gradients=((1, 0), (0, half)), start=(Rational(1, 9), -Rational(1, 39)), eta=fifth, rho=1,
             time=4)
theorem.case("orthogonal, long steps", gradients=((2*fifth, 3*fifth*half), (-3*fifth, 4*fifth)),
             start=(-Rational(34, 35), Rational(62, 35)), eta=1, rho=2, time=3)
theorem.case("oblique", gradients=((1, 0), (3*fifth, 4*fifth)), start=(fifth, 1), eta=half, rho=1, time=8)
theorem.case("nearly parallel, long steps", gradients=((1, 0, 0), (Rational(12, 13), Rational(3, 13), Rational(4, 13))),
             start=(half, -1, 2), eta=3*half, rho=fifth, time=7)
theorem.case("the first step from close by", gradients=((3*fifth, 4*fifth), (2, 3*half)),
             start=(Rational(1, 2000), Rational(1, 3000)), eta=fifth/2, rho=1, time=1)
theorem.case("one parameter", gradients=((1,), (half,)), start=(Rational(1, 7),), eta=fifth, rho=half, time=6)
theorem.outside("beyond the edge of stability", breaks=eta*c1 < 2, gradients=((2, 0), (0, 1)), start=(half, half), eta=1, rho=1, time=3)
