"""SAM on two single samples of a linear model is in the mean within O(eta rho) of the minimiser, at any angle of their gradients.

Setting as in `any_samples`, with two parameters and two samples of independent gradients g_k at the angle theta, c_k = |g_k|^2,
eta c_k < 2; l = min(c1, c2) |sin theta|/2 is the least of (c1 |u_1 . x| + c2 |u_2 . x|)/2 over unit x, u_k = g_k/|g_k|.

Statement.  The mean of |x_t|/rho over the draws and t < T, the distance from the minimiser 0, is at most

    ( (eta/2) (c1^2/(2 - eta c1) + c2^2/(2 - eta c2))  +  (|x_0|^2 - E|x_T|^2)/(2 eta rho^2 T) )/l.

So from |x_0| = O(eta rho) it is O(eta rho) for all T, with a constant that grows like 1/|sin theta|: the part of Theorem 5.4 that
SAM stays close to the manifold, in the mean and without logarithms, on a linear model.
"""

from sympy import Le, Rational, sqrt, symbols

from numerics.balls import ball
from numerics.steps import sam
from theorems import Source, Theorem, nonnegative
from theorems.sam_implicit_regularizer.any_samples import a, along, c, c1, c2, eta, fall_of_one_step, lost, p, rho

distance = symbols("distance", nonnegative=True)               # measured: mean of |x_t| over rho
least = symbols("least", positive=True)                        # l
cosine = symbols("cosine", real=True)                          # of theta
near, other = symbols("near other", nonnegative=True)          # |u_1 . x| and |u_2 . x|

theorem = Theorem("distance of SAM on single samples from the minimisers of a linear model",
                  source=Source("Wen, Ma and Li", arxiv="2211.05729", at="Theorem 5.4, closeness to the manifold"),
                  assumes=(eta*c1 < 2, eta*c2 < 2))


@theorem.data
def sizes(case):
    one, two = case.gradients
    squares = [sum(g**2 for g in gradient) for gradient in case.gradients]
    sine = abs(one[0]*two[1] - one[1]*two[0])/sqrt(squares[0]*squares[1])
    return {c1: squares[0], c2: squares[1], eta: case.eta, least: min(squares)*sine/2}


close = theorem.claim(
    "mean distance from the minimisers over all steps and draws",
    Le(distance, ((eta*c1**2/(2 - eta*c1) + eta*c2**2/(2 - eta*c2))/2 + lost)/least),
    false={
        "without the step size": Le(distance, lost/least),
        "as if a sample saw all of the distance": Le(distance, (eta*c1/(2 - eta*c1) + eta*c2/(2 - eta*c2))/2 + lost),
        "a quarter": Le(distance, ((eta*c1**2/(2 - eta*c1) + eta*c2**2/(2 - eta*c2))/8 + lost)/least),
    },
)


@close.proof(scope="linear models with two parameters and two samples")
def by_the_distance_of_one_step(claimed):
    """As in `any_samples` c (p - a) is at most what |x|^2 loses over 2 eta rho, p = |u_k . x|, in the mean over draws and steps.

    With l |x| <= (c1 |u_1 . x| + c2 |u_2 . x|)/2 that bounds |x|: the Gram matrix of the u_k gives
    sin^2 |x|^2 = s_1^2 + s_2^2 - 2 s_1 s_2 cos for s_k = u_k . x, at most (|s_1| + |s_2|)^2.
    """
    orbit, fall = fall_of_one_step()
    yield from orbit
    yield nonnegative(fall/(2*eta*rho) - c*(p - a), "what is left is a square", (eta*c < 2,))
    for sign in (1, -1):
        square = near**2 + other**2 - 2*sign*near*other*cosine
        yield nonnegative((near + other)**2 - square, "sin^2 |x|^2", (cosine <= 1, cosine >= -1))
    yield nonnegative(c1*near + c2*other - c1*(near + other), "with the lesser of c1 and c2", (c1 <= c2,))
    yield nonnegative(c1*near + c2*other - c2*(near + other), "likewise", (c2 <= c1,))
    bound = sum((c*eta*c/(2 - eta*c)).subs(c, one) for one in (c1, c2))/2
    yield nonnegative(claimed.rhs*least - bound - lost, "the mean of c p over rho", (eta*c1 < 2, eta*c2 < 2))


@close.enclosure
def over_all_draws(lab):
    """Every sequence of draws: the points after t steps, each with the probability 2^-t; exact but for the roots."""
    steps = [sam(along(one), lab.eta, lab.rho) for one in lab.gradients]
    length = lambda at: ball(sum(x**2 for x in at)).sqrt()
    points, total = [tuple(lab.start)], 0
    for _ in range(lab.time):
        total += sum(map(length, points))/len(points)
        points = [lab.iterate(step, at, 1) for step in steps for at in points]
    moved = sum(x**2 for x in lab.start) - sum(x**2 for at in points for x in at)/len(points)
    return {distance: total/(ball(lab.rho)*lab.time), lost: moved/(2*lab.eta*lab.rho**2*lab.time)}


half, fifth = Rational(1, 2), Rational(1, 5)
theorem.case("orthogonal", gradients=((1, 0), (0, half)), start=(Rational(1, 9), -Rational(1, 39)), eta=fifth, rho=1, time=4)
theorem.case("oblique", gradients=((1, 0), (3*fifth, 4*fifth)), start=(fifth, 1), eta=half, rho=1, time=8)
theorem.case("nearly parallel", gradients=((3*fifth, 4*fifth), (2, 3*half)), start=(fifth/10, 0), eta=fifth/2, rho=half, time=8)
hundredth = Rational(1, 100)
theorem.case("across", gradients=((1, 0), (0, 1)), start=(Rational(1, 19), hundredth**2), eta=fifth/2, rho=1, time=1)
theorem.case("along the longer sample", gradients=((1, 0), (0, half)), start=(hundredth**2, Rational(1, 39)), eta=fifth, rho=1, time=1)
theorem.case("along the other", gradients=((half, 0), (0, 1)), start=(Rational(1, 159), hundredth**2), eta=fifth/4, rho=1, time=1)
theorem.outside("beyond the edge of stability", breaks=eta*c1 < 2, gradients=((2, 0), (0, 1)), start=(half, half), eta=1, rho=1, time=3)
