"""Many steps of a map, for whole boxes of starts, without the wrapping of plain balls.

Iterating balls puts a box round each image: a rotation by 45 degrees widens it by sqrt(2) each
step, and even a contraction explodes through dependency.  Here the set after t steps is kept as
    c + C s + B r,    s in the start box (centred at 0), r in a box,
a centre, the start's own linear image, and a remainder in an orthogonal frame B that turns with
the map.  Enclosure theorem (Lohner): let F be C^1 on the convex hull X of the set, A a ball
matrix round DF over X, y a ball round F(c), c' and C' approximations of F(c) and A C, and Q any
regular matrix.  Then for every x = c + C s + B r in the set, by the mean value theorem,
    F(x) = c' + C' s + Q r',    r' in Q^-1 A B r + Q^-1 (y - c' + (A C - C') s),
so the new set, with the same s, contains all images.  Lipschitz F will do if A encloses slopes.
"""

from dataclasses import dataclass
from itertools import islice
from numbers import Integral

import numpy as np
from flint import arb, arb_mat

from numerics.balls.arithmetic import Undecided, ball
from numerics.balls.expressions import compiled
from numerics.balls.matrices import ball_matrix


@dataclass(frozen=True)
class Tube:
    """The set c + C s + B r of one time: columns c, s, r (n, 1) and square C, B (n, n)."""

    centre: arb_mat
    linear: arb_mat
    start: arb_mat
    frame: arb_mat
    rest: arb_mat

    @classmethod
    def round(cls, box):
        """The tube that is exactly the box."""
        box, unit = [ball(x) for x in box], _unit(len(box))
        return cls(_column([x.mid() for x in box]), unit, _column([x - x.mid() for x in box]),
                   unit, _column([0]*len(box)))

    def box(self):
        """A list of balls round every point of the set."""
        return (self.centre + self.linear*self.start + self.frame*self.rest).entries()

    def advance(self, function, jacobian):
        """The tube round the images of all its points."""
        slopes = _finite(ball_matrix(jacobian(self.box())), "jacobian")
        image = _finite(_column(function(self.centre.entries())), "function")
        centre, moved = image.mid(), slopes*self.linear
        linear = moved.mid()
        error = image - centre + (moved - linear)*self.start
        carried = slopes*self.frame
        frame = _frame(carried, self.rest)
        inverse = frame.inv()
        rest = (inverse*carried)*self.rest + inverse*error
        return Tube(centre, linear, self.start, frame, _finite(rest, "remainder"))


def orbit(function, jacobian, start):
    """Enclosures of x, F(x), F(F(x)), ... for every x in `start`, without end.

    In n variables `function` takes a list of n balls to n balls, `jacobian` to n rows of n, and
    lists are yielded; with a single ball as `start` both take and give one ball.
    Error: enclosed.  Cost: a step is one call of each plus O(n^3), 0.1 to 0.2 ms for n = 2 or 3.
    Raises: Undecided where a value is not defined on the enclosure, or it has exploded.
    """
    if isinstance(start, arb):
        yield from _line(function, jacobian, start)
    if not isinstance(start, (list, tuple)) or not start:
        raise TypeError(f"a start is a ball, or a list of balls, at least one, not {start!r}")
    tube = Tube.round(start)
    while True:
        yield tube.box()
        tube = tube.advance(function, jacobian)


def iterate(function, jacobian, start, steps):
    """An enclosure of F^steps(x) for every x in `start`; arguments as for `orbit`."""
    if isinstance(steps, bool) or not isinstance(steps, Integral) or steps < 0:
        raise ValueError(f"steps must be an integer, at least 0, not {steps!r}")
    return next(islice(orbit(function, jacobian, start), steps, None))


def map_and_jacobian(expressions, symbols):
    """The two callables that `orbit` and `krawczyk` need, from a SymPy vector.

    Further arguments of the callables (parameters) belong to the symbols after the first n.
    """
    expressions, symbols = list(expressions), list(symbols)
    n = len(expressions)
    value = compiled(expressions, symbols)
    slopes = compiled([e.diff(x) for e in expressions for x in symbols[:n]], symbols)

    def function(x, *parameters):
        return value(*x, *parameters)

    def jacobian(x, *parameters):
        flat = slopes(*x, *parameters)
        return [flat[i:i + n] for i in range(0, n*n, n)]
    return function, jacobian


def _line(function, derivative, x):
    """One variable: F(m) + F'(X) (X - m), m the midpoint; no frame is needed."""
    while True:
        yield x
        middle = x.mid()
        x = function(middle) + derivative(x)*(x - middle)
        if not x.is_finite():
            raise Undecided("the map or its derivative is not defined on the enclosure")


def _frame(carried, rest):
    """An orthogonal frame along the images of the longest sides first: Q of a float QR.

    Any regular matrix is sound; this one lets the box turn with the map.
    """
    n = carried.nrows()
    middle = np.array([[float(x.mid()) for x in row] for row in carried.tolist()])
    sizes = [float(rest[j, 0].abs_upper()) for j in range(n)]
    if not np.isfinite([*middle.flat, *sizes]).all():
        return _unit(n)
    lengths = np.abs(middle).max(axis=0)*sizes
    turned = np.linalg.qr(middle[:, np.argsort(-lengths, kind="stable")])[0]
    return arb_mat([[arb(float(x)) for x in row] for row in turned])


def _unit(n):
    return arb_mat([[int(i == j) for j in range(n)] for i in range(n)])


def _column(values):
    values = [ball(v) for v in values]
    return arb_mat(len(values), 1, values)


def _finite(matrix, what):
    for x in matrix.entries():
        if not x.is_finite():
            raise Undecided(f"the {what} is not defined on the whole enclosure, or it has exploded; "
                            f"start from a smaller box or subdivide it")
    return matrix
