"""Convergence of one ReLU neuron to its 2-cycle, proved from given starts by computation.

Statement.  Descent on the population loss of `teacher_student` with step size K, 1 < K < sqrt(5) - 1; w_y may have
either sign, the loss being even in it.  Let B be the box of points whose (v + w_x)/2 - u, (v - w_x)/2 and w_y
have modulus at most r, u the larger point of the cycle.

contraction  Over the stated r the product of the Jacobians of two steps has, in those coordinates, a row-sum norm
             kappa < 1.  As two steps fix (u, u, 0), every orbit in B converges to the cycle.
arrival      The orbit from the stated start, and every orbit from the stated boxes of starts and step sizes,
             lies in B after the stated number of steps: it converges.

Together they prove convergence for the paper's Figure 2 data, v = 1/10, w = (0, 1/10), K = 11/10, and for a whole
box of starts and step sizes.  Larger boxes need subdivision; a radius of 1e-6 is too much for one piece.  Enclosed.
"""

from sympy import Gt, Le, Lt, Rational, sqrt, symbols

from numerics import balls
from numerics.product_cycle import product_cycle
from numerics.relu_neuron import gradient, hessian
from numerics.steps import descent
from theorems import Box, Source, Theorem

kappa, distance = symbols("kappa distance", real=True)          # measured: norm of two Jacobians; largest coordinate
K, r = symbols("K r", positive=True)

theorem = Theorem(
    "certified convergence of one ReLU neuron",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="Figure 2 and Theorem 3 of the ICLR 2023 submission"),
    assumes=(K > 1, K < sqrt(5) - 1),
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
contraction.case("the same, larger box", K=11*tenth, r=Rational(3, 2000))
contraction.case("smaller step", K=Rational(27, 25), r=Rational(1, 2000))
contraction.case("near the edge", K=Rational(21, 20), r=Rational(1, 2000))
contraction.case("an interval of step sizes", K=around(Rational(27, 25)), r=Rational(1, 10**4))
contraction.outside("a repelling cycle", breaks=K < sqrt(5) - 1, K=Rational(13, 10), r=Rational(1, 10**4))
arrival.case("the paper's start", v=tenth, x=0*tenth, y=tenth, K=11*tenth, r=Rational(1, 10**4), count=53)
arrival.case("a box of starts and step sizes", v=around(Rational(2, 25)), x=around(Rational(3, 50)), y=around(Rational(1, 20)),
             K=around(Rational(27, 25)), r=Rational(1, 10**4), count=100)
arrival.outside("a repelling cycle", breaks=K < sqrt(5) - 1, v=tenth, x=0*tenth, y=tenth, K=Rational(13, 10),
                r=Rational(1, 10**4), count=60)
