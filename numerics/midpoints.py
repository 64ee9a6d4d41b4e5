"""Fast high precision: FLINT numbers whose radii are dropped after every step.

A ball's midpoint is a floating-point number of FLINT's working precision, several times cheaper than
an mpmath `mpf`.  What is computed so is an observation, not an enclosure.
"""

from types import GeneratorType

from flint import arb_mat, ctx
from mpmath import mp

from numerics.balls import ball
from numerics.reading import listed

ROUNDS = 60                      # of Newton's iteration before it is said not to settle


class NotSettled(ArithmeticError):
    """Newton's iteration, or a flow, did not settle; the message says how far it still moves."""


def midpoints(point):
    """The coordinates (exact numbers, mpf or balls) as FLINT numbers without radius; floats are refused."""
    coordinates = point if isinstance(point, GeneratorType) else listed("the point", point)
    return tuple(ball(x).mid() for x in coordinates)


def as_mpf(point):
    """FLINT numbers without radius, or the middles of balls, as mpf of the working precision."""
    return tuple(map(middle, point))


def middle(x):
    """The middle of a ball as an mpf of the working precision."""
    man, exp = x.mid().man_exp()
    return mp.mpf((int(man), int(exp)))


def rounded(step):
    """step(point) -> point, rounded: the step of a `numerics.steps` algorithm with the radii dropped.

    Give step sizes and radii to the algorithm as balls, and start from `midpoints`.
    Error   one rounding of FLINT's working precision per operation; nothing bounds their sum
    """
    return lambda point: tuple(x.mid() for x in step(point))


def root(function, slope, start):
    """The zero of F near `start` by Newton's iteration x - F'(x)^-1 F(x).

    function  n numbers -> n numbers; slope  n numbers -> n rows of n numbers
    start     n exact numbers, mpf or balls
    Returns n FLINT numbers without radius.

    Error   observed: the last step was at the rounding floor
    Raises  NotSettled if the steps do not reach it; ZeroDivisionError where F' is singular
    """
    at, before = midpoints(start), None
    for _ in range(ROUNDS):
        size, step = _newton_step(function, slope, at)
        floor = size < (1 + max(abs(x) for x in at))*2**-(3*ctx.prec//4)
        if floor and before is not None and not size < before:
            return at
        at, before = tuple((x - d).mid() for x, d in zip(at, step)), size
        if size == 0:
            return at
    raise NotSettled(f"after {ROUNDS} rounds Newton's iteration still moves by {size.str(3, radius=False)}: start closer")


def _newton_step(function, slope, at):
    n = len(at)
    value = arb_mat(n, 1, [ball(f).mid() for f in function(*at)])
    rows = arb_mat(n, n, [ball(x).mid() for row in slope(*at) for x in row])
    step = [d.mid() for d in rows.solve(value).entries()]
    return max(abs(d) for d in step), step
