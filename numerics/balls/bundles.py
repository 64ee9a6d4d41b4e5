"""A few steps of a map for millions of starting boxes at once: `lohner.Tube` in float64, with a fixed frame.

One `Bundle` holds, for every run, the set
    c + C s + B r,    |s_j| <= half_j,  |r_i| <= rest_i,
a centre, the linear image of the starting box, and a remainder in the frame B, the same for all runs.
Enclosure theorem: let A enclose the slopes of F over the set's hull X and y = F(c).  For x in the set,
    F(x) = c' + C' s + B' r',    |r'| <= |B'^-1 A B| rest + |B'^-1| (|y - c'| + |A C - C'| half),
by the mean value theorem, with c', C' the midpoints of y and A C.  Rounding is counted as in `arrays`.
A run whose set explodes gets infinite radii or NaN, for which every comparison is false.
The frame does not turn: choose it along the directions that the map contracts.  Where it must turn, or
for more than 53 bits, use `lohner`.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np
from flint import fmpq, fmpq_mat

from numerics.balls.arithmetic import Undecided, exact_value
from numerics.balls.arrays import U, BallArray

GROWN = 1 + 64*U                      # for sums of at most 30 products of floats >= 0
PIECE = 8192                          # runs at a time: what fits into a processor's cache


class Frame:
    """The columns of a regular matrix with exact entries, and its inverse."""

    def __init__(self, rows):
        if not isinstance(rows, (list, tuple)) or not rows or not all(
                isinstance(row, (list, tuple)) and len(row) == len(rows) for row in rows):
            raise ValueError(f"a frame is a square matrix, a list of rows, not {rows!r}")
        exact = [[_rational(x) for x in row] for row in rows]
        inverse = fmpq_mat(exact).inv().tolist()
        self.forth, self.back = (_entries(table) for table in (exact, inverse))


@dataclass(frozen=True)
class Bundle:
    """Centre c (n arrays), C (n rows of k arrays or the number 0), half (k), the frame, rest (n)."""

    centre: list
    linear: list
    half: list
    frame: Frame
    rest: list

    @classmethod
    def round(cls, boxes):
        """The bundle that is exactly the given boxes, one `BallArray` for each coordinate."""
        n = range(len(boxes))
        unit = [[int(i == j) for j in n] for i in n]
        return cls([b.mid for b in boxes], unit, [b.rad for b in boxes], Frame(unit), [0.0 for _ in n])

    @classmethod
    def of_points(cls, points, frame):
        """Round points that are known up to rounding: all of their radii is remainder, so that steps are cheaper."""
        rest = [_dot(turn, [point.rad for point in points])*GROWN for turn in frame.back]
        return cls([point.mid for point in points], [[] for _ in points], [], frame, rest)

    def box(self):
        """A `BallArray` for each coordinate, round every point of the sets."""
        return [BallArray(c, (_dot(row, self.half) + _dot(turn, self.rest))*GROWN)
                for c, row, turn in zip(self.centre, self.linear, self.frame.forth)]

    def in_frame(self):
        """A `BallArray` for each coordinate of B^-1 x."""
        found = []
        with np.errstate(invalid="ignore", over="ignore"):
            for turn, rest in zip(self.frame.back, self.rest):
                middle = _combined(turn, [BallArray(c) for c in self.centre])
                along = [_combined(turn, column) for column in zip(*self.linear)]
                found.append(BallArray(middle.mid, (middle.rad + _dot(along, self.half) + rest)*GROWN))
        return found

    def advance(self, function, jacobian, frame=None):
        """The bundle round the images; the map may change the number of coordinates.

        function, jacobian  take n `BallArray`s to m, and to m rows of n (or numbers 0 and 1)
        frame               for the image; the same as before if not given
        """
        with np.errstate(invalid="ignore", over="ignore"):        # a run that explodes spoils no other
            return self._advanced(function, jacobian, frame or self.frame)

    def _advanced(self, function, jacobian, frame):
        slopes, image = jacobian(self.box()), function([BallArray(c) for c in self.centre])
        moved = [[_combined(row, column) for column in zip(*self.linear)] for row in slopes]
        error = [(y.rad + _dot([BallArray(0.0, _radius(x)) for x in row], self.half))*GROWN for y, row in zip(image, moved)]
        rest = [_dot(turn, error)*GROWN for turn in frame.back]
        if any(np.any(r) for r in self.rest):
            carried = [[_combined(row, column) for column in zip(*self.frame.forth)] for row in slopes]
            turned = [[_combined(turn, column) for column in zip(*carried)] for turn in frame.back]
            rest = [(one + _dot(row, self.rest))*GROWN for one, row in zip(rest, turned)]
        return Bundle([y.mid for y in image], [[_middle(x) for x in row] for row in moved], self.half, frame, rest)

    def keep(self, which):
        """The runs for which the boolean array `which` is true."""
        pick = lambda x: x[which] if np.ndim(x) else x
        return Bundle([pick(c) for c in self.centre], [[pick(x) for x in row] for row in self.linear],
                      [pick(h) for h in self.half], self.frame, [pick(r) for r in self.rest])


def after(function, jacobian, bundle, counts):
    """A `BallArray` for each coordinate of B^-1 F^t(x), x in run i's set and t = counts[i] its number of steps."""
    runs, order, found = np.arange(len(counts)), [], []
    for time in range(int(max(counts, default=0)) + 1):
        due = counts[runs] == time
        if due.any():
            order.append(runs[due])
            found.append(bundle.keep(due).in_frame())
        if due.all():
            break
        bundle, runs = (bundle.keep(~due), runs[~due]) if due.any() else (bundle, runs)
        bundle = bundle.advance(function, jacobian)
    back = np.argsort(np.concatenate(order))
    return [joined(parts)[back] for parts in zip(*found)]


def largest(balls):
    """(low, high): `Fraction`s that bound the largest number of a `BallArray`."""
    return Fraction(float(balls.lower().max())), Fraction(float(balls.upper().max()))


def departed(function, jacobian, bundle, steps, bound):
    """(how many runs have a coordinate beyond `bound` in size at one of the times, the bundle of the others then).

    Counted are those of which it is proved; the others may have left as well.
    """
    start, beyond = len(bundle.centre[0]), BallArray.of(bound).upper()
    for _ in range(steps + 1):
        gone = reduce(np.logical_or, [np.abs(x.mid) - x.rad > beyond for x in bundle.box()])
        bundle = bundle.keep(~gone) if gone.any() else bundle
        last, bundle = bundle, bundle.advance(function, jacobian)
    return start - len(last.centre[0]), last


def cover(boxes, judge, rounds):
    """(low, high): `Fraction`s that bound the largest value over all points of the boxes, where every part passes.

    boxes   one `BallArray` (n,) for each coordinate
    judge   takes such a list to (passed, low, high), float arrays (n,) that bound the value on each part
    rounds  how often the parts that do not pass are halved along every coordinate, at most

    Error   enclosed, if `judge` encloses.  Raises: Undecided if some part does not pass in the end
    """
    least, most = -np.inf, -np.inf
    for _ in range(rounds + 1):
        open_ = []
        for place in range(0, len(boxes[0].mid), PIECE):
            part = [box[place:place + PIECE] for box in boxes]
            passed, low, high = judge(part)
            least, most = max(least, low.max(initial=-np.inf, where=passed)), max(most, high.max(initial=-np.inf, where=passed))
            open_.append([box[~passed] for box in part])
        boxes = [joined(parts) for parts in zip(*open_)]
        if not boxes[0].mid.size:
            return Fraction(float(least)), Fraction(float(most))
        boxes = halves(boxes)
    raise Undecided(f"{len(boxes[0].mid)} parts are open after {rounds} halvings along every coordinate, the first round "
                    f"{', '.join(f'{box.mid[0]:.6g} +/- {box.rad[0]:.1e}' for box in boxes)}")


def joined(parts):
    """One `BallArray` of several."""
    return BallArray(np.concatenate([one.mid for one in parts]), np.concatenate([one.rad for one in parts]))


def halves(boxes):
    """All boxes, each cut into halves along every coordinate."""
    for i in range(len(boxes)):
        box = boxes[i]
        cut = [BallArray.between(box.lower(), box.mid), BallArray.between(box.mid, box.upper())]
        boxes = [joined(cut) if j == i else joined([other, other]) for j, other in enumerate(boxes)]
    return boxes


def grid(*axes):
    """All combinations of the axes' entries, `BallArray`s (n_i,): one (n_1 n_2 ...,) for each axis."""
    places = np.meshgrid(*[np.arange(len(axis.mid)) for axis in axes], indexing="ij")
    return [axis[place.ravel()] for axis, place in zip(axes, places)]


def cells(low, high, count):
    """The interval from low to high, exact numbers, cut into `count` equal parts, as a `BallArray` (count,)."""
    low, high = (Fraction(int(x.p), int(x.q)) for x in map(_rational, (low, high)))
    if isinstance(count, bool) or not isinstance(count, int) or count < 1 or low > high:
        raise ValueError(f"[{low}, {high}] cannot be cut into {count!r} cells: give low <= high and a positive integer")
    ends = BallArray.of([low + (high - low)*Fraction(i, count) for i in range(count + 1)])
    return BallArray.between(ends[:-1].lower(), ends[1:].upper())


def _entries(table):
    """Numbers 0 and 1 stay what they are: they cost nothing."""
    return [[int(x) if x in (0, 1) else BallArray.of(x) for x in row] for row in table]


def _rational(x):
    value = exact_value(x)
    if value is None or not value.is_Rational:
        raise TypeError(f"{x} is not a rational number")
    return fmpq(int(value.p), int(value.q))


def _combined(row, column):
    """The sum of products of two lists of `BallArray`s, floats or numbers 0 and 1; the number 0 if there are none."""
    total = 0
    for a, b in zip(row, column):
        if _is(a, 0) or _is(b, 0):
            continue
        term = b if _is(a, 1) else a if _is(b, 1) else _ball(a)*_ball(b)
        total = term if _is(total, 0) else _ball(total) + _ball(term)
    return total if isinstance(total, int) else _ball(total)


def _dot(row, sizes):
    """sum |row_j| sizes_j, rounded up but for the final factor `GROWN`."""
    return sum((_size(a)*size for a, size in zip(row, sizes) if not _is(a, 0)), np.float64(0))


def _is(x, number):
    return isinstance(x, int) and x == number


def _ball(x):
    return x if isinstance(x, BallArray) else BallArray(x if isinstance(x, np.ndarray) else np.float64(x))


def _size(x):
    return np.abs(x.mid) + x.rad if isinstance(x, BallArray) else abs(x)


def _middle(x):
    return x.mid if isinstance(x, BallArray) else x


def _radius(x):
    return x.rad if isinstance(x, BallArray) else 0.0
