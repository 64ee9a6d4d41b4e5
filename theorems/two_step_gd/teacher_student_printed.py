"""The printed decay of a ReLU neuron's angle to its teacher, on a grid, with its slack.

Statement.  Descent on the population loss of `teacher_student`, step size K in (1, 1.1], from |w| = v = eps in (0, 0.1] and
w_x >= 0.  With T_1 the printed bound ceil(log_2.56(1.35/(pi beta^2))), beta = (1 + 1.1/pi) eps, the printed theorem says

    |w_y| < 0.1 (1 - 0.030 K)^m      m = t - T_1 - 4 >= 0 steps later.

decay    It holds m steps later from the starts below, with 1/500 in place of 1/10 (slack: a factor of 50).
typical  For random K, eps and angles the median of the largest ratio of |w_y| to the printed bound is below 1e-6.

The true rate per step is sqrt(K - 1) <= 0.317 (`teacher_student_cycle`) against the printed 0.967.  The first claim is
enclosed point by point, the second sampled; `teacher_student_decay` has the whole grid and a range, for all later times.  T_1 is
bounded above only in print; taking the bound for it tests less than the theorem claims.
"""

from functools import reduce

from sympy import Ge, Le, Lt, Rational, pi, symbols

from numerics import balls
from numerics.relu_neuron import gradient
from numerics.steps import descent
from theorems import Each, Source, Theorem

tilt, ratio = symbols("tilt ratio", real=True)                  # measured: |w_y| m steps after the printed wait; its slack
fade = symbols("fade", positive=True)                           # (1 - 3 K/100)^m
m = symbols("m", integer=True, nonnegative=True)

theorem = Theorem(
    "printed decay of the angle to the teacher",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 3 of the ICLR 2023 submission"),
)


@theorem.data
def printed_factor(case):
    """The printed rate to the power m; the random case supplies none."""
    return {fade: (1 - 3*case.K/100)**case.m, m: case.m} if "m" in case.data else {}


decay = theorem.claim(
    "distance to the teacher's line, m steps after the printed wait",
    Lt(tilt, fade/500),
    false={
        "rate 3/10": Lt(tilt, Rational(1, 500)*Rational(3, 10)**m),
        "constant 1/1000": Lt(tilt, fade/1000),
        "no decay": Ge(tilt, fade/500),
    },
)


@decay.enclosure
def tilt_after_the_wait(lab):
    """Descent in balls from the start with the given angle's cosine and sine."""
    with balls.precision(1000):
        size = balls.ball(lab.eps)
        start = (size, size*balls.ball(lab.angle[0]), size*balls.ball(lab.angle[1]))
        end = lab.iterate(descent(gradient, balls.ball(lab.K)), start, wait(lab.eps) + 4 + lab.m)
        return balls.absolute(end[2])


def wait(eps):
    """The printed upper bound of T_1: the least n with 2.56^n >= 1.35/(pi beta^2)."""
    target = Rational(27, 20)/(pi*((1 + Rational(11, 10)/pi)*eps)**2)
    return next(n for n in range(200) if Rational(64, 25)**n >= target)


typical = theorem.claim(
    "median over random parameters of the largest ratio of |w_y| to the printed bound",
    Le(ratio, Rational(1, 10**6)),
    false={"above 1/100": Ge(ratio, Rational(1, 100)), "below 1e-8": Le(ratio, Rational(1, 10**8))},
)


@typical.sampling(count=1000)
def largest_ratio(lab, rng, count):
    """Uniform step sizes, log-uniform lengths, random angles up to a right one; 100 steps."""
    step_size = lab.steps_from + (lab.steps_to - lab.steps_from)*rng.random(count)
    size = lab.lengths[0]*(lab.lengths[1]/lab.lengths[0])**rng.random(count)
    slope = rng.random(count)
    start = (size, size*(1 - slope**2)/(1 + slope**2), size*2*slope/(1 + slope**2))
    points = lab.orbit(descent(gradient, step_size), start, 100)
    beta = (1 + lab.share)*size
    waits = sum(lab.base**n*beta**2 < lab.target for n in range(60)) + 4
    ratios = [(time >= waits)*abs(point[2])/(lab.bound*(1 - lab.rate*step_size)**(time - waits))
              for time, point in enumerate(points)]
    return reduce(maximum, ratios)


def maximum(one, other):
    """The larger of two arrays, entry by entry."""
    return one + (other - one)*(other > one)


hundredth = Rational(1, 100)
right, acute = (0*hundredth, 1), (Rational(12, 13), Rational(5, 13))
for name, angle in (("orthogonal starts", right), ("starts at 23 degrees", acute)):
    decay.case(name, angle=angle, K=Each((1 + hundredth**2, Rational(11, 10))), eps=Each((hundredth**2, 10*hundredth)),
               m=Each((0, 7, 40)))
decay.case("nearly orthogonal start, long run", angle=(Rational(99, 4901), Rational(4900, 4901)), K=Rational(11, 10),
           eps=10*hundredth, m=Each((0, 150)))
typical.case("the printed range", steps_from=1, steps_to=Rational(11, 10), lengths=(hundredth**2, 10*hundredth),
             share=Rational(11, 10)/pi, base=Rational(64, 25), target=Rational(27, 20)/pi, bound=10*hundredth,
             rate=3*hundredth)
