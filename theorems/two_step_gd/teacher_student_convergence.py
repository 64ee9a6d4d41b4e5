"""Convergence of one ReLU neuron to its 2-cycle, proved from given starts by computation.

Statement.  Descent on the population loss of `teacher_student` with step size K; w_y may have either sign, the
loss being even in it.  Let B be the box of points whose (v + w_x)/2 - u, (v - w_x)/2 and w_y have modulus at most r, u the
larger point of the cycle; r <= (K - 1)(4 - 2K - K^2)/41, which a positive r can meet for 1 < K < sqrt(5) - 1 only.

contraction  The product of the Jacobians of two steps has over B, in those coordinates, a row-sum norm kappa < 1.
             As two steps fix (u, u, 0), every orbit in B converges to the cycle.  Enclosed for the stated pairs of K and r,
             not proved between.
arrival      The orbit from the stated start, and every orbit from the stated boxes of starts and step sizes,
             lies in B after the stated number of steps: it converges.  So do the orbits from v = |w| = 1/10 and w at
             2000 angles up to a right one, for K = 1.05, 1.1, 1.2 and 1.23.

Together they prove convergence for the paper's Figure 2 data, v = 1/10, w = (0, 1/10), K = 11/10, for the 8000 starts, and
for a whole box of starts and step sizes, which the turning frame still encloses, narrower than 1e-6, after 400 steps.
Larger boxes need subdivision (`teacher_student_decay`); a radius of 1e-6 is too much for one piece.  Enclosed.
"""

from sympy import Eq, Gt, Le, Lt, Rational, symbols

from numerics import balls
from numerics.balls.arrays import BallArray
from numerics.balls.bundles import Bundle, Frame, departed, largest
from numerics.product_cycle import product_cycle
from numerics.relu_neuron import gradient, hessian
from numerics.steps import descent
from theorems import Box, Source, Theorem

kappa, distance = symbols("kappa distance", real=True)          # measured: norm of two Jacobians; largest coordinate
lost = symbols("lost", real=True)                               # measured: how many of many orbits leave
K, r = symbols("K r", positive=True)
widest = (K - 1)*(4 - 2*K - K**2)/41

theorem = Theorem(
    "certified convergence of one ReLU neuron",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Figure 2 and Theorem 3 of the ICLR 2023 submission"),
    assumes=(r <= widest,),
)

contraction = theorem.claim(
    "two steps contract the box round the cycle",
    Lt(kappa, 1),
    false={
        "faster than balancing": Lt(kappa, 3 - 2*K),
        "by a quarter": Lt(kappa, Rational(1, 4)),
        "not at all": Gt(kappa, 1),
    },
)


@contraction.enclosure
def norm_of_two_jacobians(lab):
    """Slopes of one step over the box and over a box round its image; the norm in the turned coordinates."""
    k, size = balls.ball(lab.K), balls.ball(lab.r)
    u = product_cycle(k)[0]
    centre, offset = (u, u, balls.ball(0)), (symmetric(2*size), symmetric(2*size), symmetric(size))
    first = slopes([c + way for c, way in zip(centre, offset)], k)
    moved = lab.iterate(descent(gradient, k), centre, 1)
    image = [c + sum((s*way for s, way in zip(row, offset)), balls.ball(0)) for c, row in zip(moved, first)]
    return balls.contraction([first, slopes(image, k)], [[1, 1, 0], [1, -1, 0], [0, 0, 1]])


def symmetric(size):
    """A ball round [-size, size]."""
    return size.union(-size)


def slopes(point, k):
    """I - K H over balls."""
    return [[int(i == j) - k*entry for j, entry in enumerate(row)] for i, row in enumerate(hessian(*point))]


arrival = theorem.claim(
    "the orbit arrives in the box",
    Le(distance, r),
    false={"in a box 1000 times smaller": Le(distance, r/1000), "it stays off the cycle": Gt(distance, r)},
)


@arrival.enclosure
def distance_after_steps(lab):
    """Enclose the orbits of (v, w_x, w_y, K), each K fixed, in a frame that turns with them."""
    start = [balls.ball(datum) for datum in (lab.v, lab.x, lab.y, lab.K)]
    return largest_offset(balls.iterate(one_step(lab), slopes_with_step_size, start, lab.count))


crowd = theorem.claim(
    "the orbits from 2000 angles arrive in the box, and none is lost",
    (Eq(lost, 0), Le(distance, r)),
    false={"half of them are lost": (Eq(lost, 1000), Le(distance, r)),
           "they stay off the cycle": (Eq(lost, 0), Gt(distance, r))},
)


@crowd.enclosure
def farthest_of_all(lab):
    """One box for each start, floats with every rounding counted; of two times the one nearer to u counts."""
    k, frame = BallArray.of(lab.K), Frame([[1, 1, 0], [1, -1, 0], [0, 0, 1]])
    turns = BallArray.of([Rational(i, lab.angles) for i in range(1, lab.angles + 1)])    # tangents of half the angle
    size, cosine = BallArray.of([lab.eps]*lab.angles), 2/(1 + turns.square()) - 1
    starts = [size, size*cosine, size*turns*(1 + cosine)]
    move = lambda point: lab.iterate(descent(gradient, k), tuple(point), 1)
    table = lambda point: slopes(point, k)
    gone, rest = departed(move, table, Bundle.of_points(starts, frame), lab.count, 100)
    u = BallArray.holding(product_cycle(balls.ball(lab.K))[0])
    now, then = (spread(bundle.in_frame(), u) for bundle in (rest, rest.advance(move, table)))
    return {lost: gone, distance: balls.box(*largest(now.least(then)))}


def spread(point, u):
    """The largest modulus of p - u, q and w_y."""
    p, q, y = point
    return (p - u).absolute().most(q.absolute()).most(y.absolute())


def one_step(lab):
    """(v, w_x, w_y, K) after one step; K stays."""
    def move(point):
        v, x, y, k = point
        return [*lab.iterate(descent(gradient, k), (v, x, y), 1), k]
    return move


def slopes_with_step_size(point):
    """The 4 x 4 matrix of slopes of `one_step`."""
    *position, k = point
    rows = [[*row, -slope] for row, slope in zip(slopes(position, k), gradient(*position))]
    return [*rows, [0, 0, 0, 1]]


def largest_offset(point):
    """The largest modulus of (v + w_x)/2 - u, (v - w_x)/2 and w_y."""
    v, x, y, k = point
    offsets = [(v + x)/2 - product_cycle(k)[0], (v - x)/2, y]
    return balls.absolute(offsets[0]).max(balls.absolute(offsets[1])).max(balls.absolute(offsets[2]))


tenth, speck = Rational(1, 10), Rational(1, 10**7)
around = lambda value: Box(value - speck, value + speck)
contraction.case("the paper's step size", K=11*tenth, r=Rational(1, 10**4))
contraction.case("the same, larger box", K=11*tenth, r=Rational(1, 700))
contraction.case("smaller step", K=Rational(27, 25), r=Rational(1, 2000))
contraction.case("an interval of step sizes", K=around(Rational(27, 25)), r=Rational(1, 10**4))
contraction.outside("too large a box", breaks=r <= widest, K=11*tenth, r=Rational(1, 200))
contraction.outside("a repelling cycle", breaks=r <= widest, K=Rational(13, 10), r=Rational(1, 10**4))
arrival.case("the paper's start", v=tenth, x=0*tenth, y=tenth, K=11*tenth, r=Rational(1, 10**4), count=53)
arrival.case("a box of starts and step sizes", v=around(Rational(2, 25)), x=around(Rational(3, 50)), y=around(Rational(1, 20)),
             K=around(Rational(27, 25)), r=Rational(1, 10**4), count=100)
arrival.case("the same box, a thousand steps", v=around(Rational(2, 25)), x=around(Rational(3, 50)), y=around(Rational(1, 20)),
             K=around(Rational(27, 25)), r=Rational(1, 10**6), count=1000)
for name, step_size, steps, size in (("beyond the printed end", Rational(6, 5), 82, Rational(1, 1300)),
                                     ("at the printed end", 11*tenth, 90, Rational(1, 1000)),
                                     ("near the loss of stability", Rational(123, 100), 280, Rational(1, 7000)),
                                     ("within the printed range", Rational(21, 20), 160, Rational(1, 2000))):
    contraction.case(name, K=step_size, r=size)
    crowd.case(name, K=step_size, r=size, eps=tenth, angles=2000, count=steps)
arrival.outside("a repelling cycle", breaks=r <= widest, v=tenth, x=0*tenth, y=tenth, K=Rational(13, 10),
                r=Rational(1, 10**4), count=60)
