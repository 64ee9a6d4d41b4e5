"""The printed decay of a ReLU neuron's angle to its teacher, on the grid and proved on a range of starts.

Statement.  Descent on the population loss of `teacher_student` with step size K in [1, 1.1] from v = |w| = eps, w at
an angle of at most a right one to the teacher.  Let T_1 = ceil(log_2.56(1.35/(pi beta^2))), beta = (1 + 1.1/pi) eps, be
the printed bound.  After T_1 + 4 steps descent lies in the set R of `teacher_student_absorbing`, and

grid    the largest |w_y| there is between 0.00187 and 0.00188, over 12 step sizes, 8 lengths from 1/10000 to 1/10 and
        1000 angles;
range   |w_y| < 1/200 for every K in [1, 1.1], every angle, and every eps in [1/20, 1/10].

In R |w_y| falls to two thirds per step, and 2/3 < 1 - 0.030 K.  So the printed |w_y| < 0.1 (1 - 0.030 K)^m, m >= 0 steps
later, holds for all times, with slack 53 from the starts of the grid and 20 on the range.

Decided by boxes in floats with every rounding counted (`numerics.balls.bundles`): one for each start of the grid; the range is
cut into boxes, and those that do not arrive are halved until all do.
"""

from sympy import Gt, Lt, Rational, pi, sqrt, symbols

from numerics import balls
from numerics.balls.arrays import BallArray
from numerics.balls.bundles import Bundle, Frame, after, cells, cover, grid
from theorems import Source, Theorem
from theorems.two_step_gd.teacher_student_convergence import one_step, slopes_with_step_size

highest = symbols("highest", real=True)                          # measured: the largest |w_y| at the printed time

theorem = Theorem(
    "the printed decay of the angle to the teacher, for all later times",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Theorem 3 of the ICLR 2023 submission"),
)

points = theorem.claim(
    "largest |w_y| at the printed time, over the grid of starts",
    (Gt(highest, Rational(187, 10**5)), Lt(highest, Rational(188, 10**5))),
    false={"as large as printed": (Gt(highest, Rational(1, 20)), Lt(highest, Rational(1, 10))),
           "a tenth of it": (Gt(highest, Rational(187, 10**6)), Lt(highest, Rational(188, 10**6)))},
)


@points.enclosure
def over_the_grid(lab):
    """One box for each start, as wide as rounding."""
    starts = grid(*(BallArray.of(axis) for axis in (lab.lengths, lab.turns, lab.step_sizes)))
    unit = Frame([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    return balls.box(*cover(starts, lambda boxes: arrived(lab, boxes[0], Bundle.of_points(boxes, unit)), 0))


def arrived(lab, eps, starts):
    """Whether each box of (eps, tangent of half the angle, K) lies in R at the printed time, and |w_y| there.

    In a box with two printed times the earlier one counts; |w_y| at the later one is smaller, of which 0 is a lower bound.
    """
    early, late = printed_times(eps)
    bundle = starts.advance(placed, placed_slopes, Frame([[1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]))
    p, q, y, _ = after(one_step(lab), slopes_with_step_size, bundle, early)
    h = y.absolute()
    in_r = ((p - Rational(3, 4)).lower() >= 0) & ((p - Rational(113, 100)).upper() <= 0) & ((h - Rational(1, 20)).upper() <= 0)
    return in_r & (((p*q).absolute() + 2*h.square() - Rational(1, 20)).upper() <= 0), h.lower()*(early == late), h.upper()


def placed(parameters):
    """(v, w_x, w_y, K) of a start: v = |w| = eps."""
    eps, t, k = parameters
    size = 1 + t.square()
    return [eps, eps*(1 - t.square())/size, eps*2*t/size, k]


def placed_slopes(parameters):
    eps, t, _ = parameters
    size, square = 1 + t.square(), (1 + t.square()).square()
    return [[1, 0, 0], [(1 - t.square())/size, -4*eps*t/square, 0], [2*t/size, 2*eps*(1 - t.square())/square, 0], [0, 0, 1]]


def printed_times(eps):
    """The least and the largest T_1 + 4 in each box of lengths, T_1 the number of n >= 0 with 2.56^n < 1.35/(pi beta^2)."""
    bounds = [balls.ball(sqrt(Rational(27, 20)/pi*Rational(25, 64)**n)/(1 + Rational(11, 10)/pi)) for n in range(24)]
    pairs = [(BallArray.holding(bound).lower(), BallArray.holding(bound).upper()) for bound in bounds]
    return sum(eps.upper() < low for low, _ in pairs) + 4, sum(eps.lower() < high for _, high in pairs) + 4


everywhere = theorem.claim(
    "largest |w_y| at the printed time, over a range of starts and step sizes",
    Lt(highest, Rational(1, 200)),
    false={"below 1/1000": Lt(highest, Rational(1, 1000)), "above 1/10, against the print": Gt(highest, Rational(1, 10))},
)


@everywhere.enclosure
def over_the_range(lab):
    """Boxes of (eps, tangent of half the angle, K), halved until all arrive."""
    ends, parts = (lab.lengths, lab.turns, lab.step_sizes), lab.parts
    starts = grid(*(cells(*pair, count) for pair, count in zip(ends, parts)))
    return balls.box(*cover(starts, lambda boxes: arrived(lab, boxes[0], Bundle.round(boxes)), 3))


hundredth, last = Rational(1, 100), Rational(11, 10)
points.case("the paper's start, three step sizes", lengths=[Rational(1, 10)], turns=[Rational(k, 1000) for k in range(950, 1001)],
            step_sizes=[1 + hundredth**2, Rational(21, 20), last])
points.case("96000 starts", lengths=[10*hundredth, 8*hundredth, 5*hundredth, 3*hundredth, hundredth, 3*hundredth/10, hundredth/10,
            hundredth**2], turns=[Rational(k, 1000) for k in range(1, 1001)],
            step_sizes=[1 + hundredth**2, 1 + hundredth/10, *(1 + k*hundredth for k in range(1, 11))])
everywhere.case("where it is largest", lengths=(999*hundredth/100, 10*hundredth), turns=(95*hundredth, 1),
                step_sizes=(last - hundredth**2, last), parts=(20, 50, 2))
everywhere.case("lengths from 1/20 to 1/10", lengths=(5*hundredth, 10*hundredth), turns=(0, 1), step_sizes=(1, last),
                parts=(40, 50, 30))
