"""Where gradient descent on (xy - 1)^2/2 ends from 625 starts: it leaves, or it settles on the balanced 2-cycle.

Statement.  Step size K; p = (x + y)/2, q = (x - y)/2; u, t as in `product`, u > t.  B is the set where | |p| - u | and |q| are
at most r; r <= (K - 1)(4 - 2K - K^2)/41, which a positive r can meet for 1 < K < sqrt(5) - 1 only.

basin  Two steps have over B a Jacobian of row-sum norm kappa < 1 in these coordinates:
       enclosed for the pairs of K and r below, not proved between.  As they fix (u, u) and (-u, -u), every orbit in B
       converges to the cycle through one of them: it ends balanced.
grid   Of the 25 x 25 equidistant starts in [1/20, 12/5]^2 the stated number leaves |x|, |y| <= 100 within the stated number of
       steps, and all others are in B, at that time or a step later: they converge.

So for K = 1.02, 1.121, 1.2, 1.23 there leave 253, 292, 314 and 330; no orbit does anything else.  Decided by boxes in floats
with every rounding counted (`numerics.balls.bundles`), radius below 1e-13 in the end.
"""

from sympy import Eq, Le, Lt, Rational, symbols

from numerics import balls
from numerics.balls.arrays import BallArray
from numerics.balls.bundles import Bundle, Frame, departed, grid, largest
from numerics.product_cycle import product_cycle
from numerics.steps import descent
from theorems import Source, Theorem

kappa = symbols("kappa", real=True)                             # measured: norm of two Jacobians over B
gone, far = symbols("gone far", real=True)                      # measured: runs that leave; the others' distance to B's centre
K, r = symbols("K r", positive=True)
widest = (K - 1)*(4 - 2*K - K**2)/41
many = symbols("many", integer=True, nonnegative=True)

theorem = Theorem(
    "where descent on a product ends from a grid of starts",
    source=Source("Chen and Bruna", arxiv="2206.04172", at="section 5 of the ICLR 2023 submission, simulated"),
    assumes=(r <= widest,),
)

basin = theorem.claim(
    "two steps contract the box round the cycle",
    Lt(kappa, 1),
    false={"faster than balancing": Lt(kappa, 3 - 2*K), "by a half": Lt(kappa, Rational(1, 2))},
)


def gradient(x, y):
    """Of (xy - 1)^2/2."""
    return (x*y - 1)*y, (x*y - 1)*x


def slopes(point, k):
    """The Jacobian of one step, over balls of either kind."""
    (x, y), twist = point, -k*(2*point[0]*point[1] - 1)
    return [[1 - k*(y*y), twist], [twist, 1 - k*(x*x)]]


@basin.enclosure
def norm_of_two_jacobians(lab):
    """Slopes over B and over a box round its image, in the coordinates p, q."""
    k, size = balls.ball(lab.K), balls.ball(lab.r)
    u = product_cycle(k)[0]
    width = (2*size).union(-2*size)                            # of x and of y, as |p - u|, |q| <= r
    first = slopes((u + width, u + width), k)
    moved = lab.iterate(descent(gradient, k), (u, u), 1)
    image = [c + (row[0] + row[1])*width for c, row in zip(moved, first)]
    return balls.contraction([first, slopes(image, k)], [[1, 1], [1, -1]])


ends = theorem.claim(
    "how many of 625 starts leave, and how near the others come",
    (Eq(gone, many), Le(far, r)),
    false={
        "none leaves": (Eq(gone, 0), Le(far, r)),
        "half of them": (Eq(2*gone, 625), Le(far, r)),
        "the others stay unbalanced": (Eq(gone, many), Le(r, far)),
    },
)


@ends.enclosure
def orbits_of_the_grid(lab):
    """One box for each start; those that remain are taken a step further, too, and the nearer of both times counts."""
    k, frame = BallArray.of(lab.K), Frame([[1, 1], [1, -1]])
    axis = BallArray.of([lab.low + (lab.high - lab.low)*Rational(i, lab.points - 1) for i in range(lab.points)])
    move = lambda point: lab.iterate(descent(gradient, k), tuple(point), 1)
    table = lambda point: slopes(point, k)
    left, rest = departed(move, table, Bundle.of_points(grid(axis, axis), frame), lab.count, 100)
    u = BallArray.holding(product_cycle(balls.ball(lab.K))[0])
    now, then = (offset(bundle.in_frame(), u) for bundle in (rest, rest.advance(move, table)))
    return {gone: left, far: balls.box(*largest(now.least(then)))}


def offset(point, u):
    """The larger one of | |p| - u | and |q|."""
    p, q = point
    return (p.absolute() - u).absolute().most(q.absolute())


def case(name, step_size, number, steps, size):
    basin.case(name, K=step_size, r=size)
    ends.case(name, K=step_size, r=size, many=number, low=Rational(1, 20), high=Rational(12, 5), points=25, count=steps)


case("far beyond the edge", Rational(6, 5), 314, 84, Rational(1, 1300))
case("the printed end", Rational(1121, 1000), 292, 104, Rational(1, 700))
case("near the edge", Rational(102, 100), 253, 320, Rational(1, 2500))
case("near the loss of stability", Rational(123, 100), 330, 280, Rational(1, 7000))
basin.outside("too large a box", breaks=r <= widest, K=Rational(11, 10), r=Rational(1, 200))
basin.outside("a repelling cycle", breaks=r <= widest, K=Rational(13, 10), r=Rational(1, 1000))
