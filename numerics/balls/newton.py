"""Zeros of systems and functions: existence and uniqueness proved by balls.

Systems are given as Python callables on lists of balls, `function(x, *parameters)` and
`jacobian(x, *parameters)`, so a parameter that is a ball stands for every number in it.
"""

from dataclasses import dataclass, replace

import sympy
from flint import arb, arb_mat, ctx

from numerics.balls.arithmetic import Undecided, ball, text
from numerics.balls.expressions import compiled

NEWTON_STEPS = 30
SPLITS = (16, 15, 17, 13, 19, 11, 21)       # where to cut a piece, in 32nds of it


@dataclass(frozen=True)
class Zero:
    """A zero proved to exist: it lies in `box`, and is the only one in the box that was `searched`.

    `contraction` < 1 bounds the norm of I - C DF over that box, scaled by its sides.  Of a
    `solution` the `system` is kept: (equations, unknowns, parameters, rows of C).
    """

    box: tuple
    searched: tuple
    contraction: arb
    unique: bool = True
    system: tuple = ()


def krawczyk(function, jacobian, box, parameters=()):
    """Prove that F(x, p) = 0 has exactly one solution x in `box`, for every p in `parameters`.

    With m the midpoint of X, C an approximate inverse of DF(m), the operator is
        K(X) = m - C F(m) + (I - C DF(X)) (X - m).
    Theorem (Krawczyk; Moore): if K(X) lies in the interior of X, each F(., p) has one zero in X,
    it lies in K(X), and every matrix in DF(X) is regular.
    Assumes: `jacobian` encloses, on the whole box, every slope of F between two of its points
    (for C^1 functions: the partial derivatives).  F need only be Lipschitz.
    `function` maps a list of n balls to n balls, `jacobian` to n rows of n balls; n up to about 10.
    Error: enclosed.  Cost: one call of each, one n x n inverse.
    Raises: Undecided if the inclusion is not strict, with the first coordinate that fails.
    Source: R. Krawczyk 1969; A. Neumaier, Interval Methods for Systems of Equations, 5.1.
    """
    box = _box(box)
    image, shrink = _krawczyk_image(function, jacobian, box, parameters)
    for i, (x, y) in enumerate(zip(box, image)):
        if not x.contains_interior(y):
            raise Undecided(f"coordinate {i}: the Krawczyk image {text(y, 6)} is not in the "
                            f"interior of {text(x, 6)}; a smaller or better centred box, or "
                            f"smaller parameter intervals, may decide")
    inside = tuple(y.intersection(x) for x, y in zip(box, image))
    return Zero(inside, box, _scaled_norm(shrink, box))


def zero_near(function, jacobian, guess, parameters=()):
    """`krawczyk` on a box found from an approximate zero: Newton steps, inflation, narrowing.

    The zero is unique in `searched`, and `box` is as narrow as precision and parameters allow.

    Raises: Undecided with the reason of the last attempt.
    """
    box = _by_newton(function, jacobian, tuple(x.mid() for x in _box(guess)), parameters)
    for _ in range(NEWTON_STEPS):
        image, _ = _krawczyk_image(function, jacobian, box, parameters)
        box = tuple(_inflated(x, y) for x, y in zip(box, image))
        try:
            zero = krawczyk(function, jacobian, box, parameters)
        except Undecided as reason:
            last = reason
            continue
        return replace(zero, box=_narrowed_box(function, jacobian, zero.box, parameters))
    raise Undecided(f"no box round the guess was certified in {NEWTON_STEPS} attempts: {last}")


def solution(equations, unknowns, guess, parameters):
    """`zero_near` of equations given as SymPy expressions that are 0, with all that repeating the test needs.

    `unknowns` are symbols, as many as equations; `parameters` {symbol: ball} stand for every number in
    their balls.  The partial derivatives are taken here.
    Error: enclosed.  Raises: Undecided as `zero_near`; TypeError for a symbol without a value.
    """
    values, n = [ball(one) for one in parameters.values()], len(unknowns)
    f = compiled(equations, (*unknowns, *parameters))
    df = compiled([sympy.diff(one, by) for one in equations for by in unknowns], (*unknowns, *parameters))

    def slopes(x, *values):
        flat = df(*x, *values)
        return [flat[n*i:n*(i + 1)] for i in range(len(equations))]
    found = zero_near(lambda x, *values: f(*x, *values), slopes, guess, values)
    inverse = _approximate_inverse(_finite_matrix(slopes(found.searched, *values), n))
    return replace(found, system=(tuple(equations), tuple(unknowns), dict(zip(parameters, values)), inverse.tolist()))


def _by_newton(function, jacobian, point, parameters):
    """Newton's steps from a point while each is at most half the one before: round a poor guess a
    box would only grow."""
    moved = None
    for _ in range(NEWTON_STEPS):
        image, _ = _krawczyk_image(function, jacobian, point, parameters)
        target = tuple(y.mid() for y in image)
        step = max(float(abs(x - y)) for x, y in zip(point, target))
        if moved is not None and not 2*step < moved:
            break
        point, moved = target, step
    return point


def interval_newton(function, derivative, x, parameters=()):
    """The ball N(X) round the only zero of f in the ball X, or None if f has no zero in X.

    N(X) = m - f(m)/f'(X), m the midpoint.  Theorem (Moore): every zero in X lies in N(X); if N(X)
    lies in the interior of X there is exactly one; if they are disjoint there is none.
    Raises: Undecided if the derivative is not shown nonzero on X, or N(X) is neither.
    """
    x = ball(x)
    middle, slope = x.mid(), derivative(x, *parameters)
    if not _shown_nonzero(slope):
        raise Undecided(f"the derivative encloses {text(slope, 6)} on {text(x, 6)}: it is not shown "
                        f"nonzero, so a zero may be multiple; a smaller ball may decide")
    image = middle - function(middle, *parameters)/slope
    if not image.overlaps(x):
        return None
    if not x.contains_interior(image):
        raise Undecided(f"the Newton image {text(image, 6)} is not in the interior of {text(x, 6)}")
    return image


def roots(function, derivative, interval, parameters=(), pieces=10000):
    """All zeros of f in the ball `interval`, from left to right: one ball for each.

    Branch and prune.  A piece is dropped where f or its mean-value form excludes 0; where f'
    excludes 0, f is monotone and its signs at the two ends count the zeros, 0 or 1, which
    Newton's operator then narrows.  Pieces are cut where the sign of f is decided.
    Assumes: f is C^1 on the interval, enclosed with its derivative.
    `pieces` is effort: the number of pieces looked at.
    Error: enclosed; the count is exact, for every parameter.
    Raises: Undecided if an end or a cut may be a zero, or a piece stays undecided (double zero).
    """
    def f(x):
        return function(x, *parameters)

    def df(x):
        return derivative(x, *parameters)

    if isinstance(pieces, bool) or not isinstance(pieces, int):
        raise TypeError(f"pieces must be an int, not {pieces!r}")
    interval = ball(interval)
    if not interval.is_finite():
        raise ValueError(f"the interval {text(interval)} must be finite")
    found, ends = [], (interval.lower(), interval.upper())
    pending = [(*ends, *(_sign_at_end(f, x) for x in ends))]
    for _ in range(pieces):
        if not pending:
            return tuple(found)
        low, high, left, right = pending.pop()
        x = low.union(high)
        slope = df(x)
        if _shown_nonzero(slope):
            found += [_narrowed(f, df, x)] if left*right <= 0 else []
        elif left*right < 0 or 0 in f(x) and 0 in f(x.mid()) + slope*(x - x.mid()):
            cut, sign = _cut(f, low, high)
            pending += [(cut, high, sign, right), (low, cut, left, sign)]
    raise Undecided(f"after {pieces} pieces [{text(low, 12)}, {text(high, 12)}] is undecided: a "
                    f"multiple zero there, or more pieces or precision are needed")


def mean_value(function, gradient, box, parameters=()):
    """A ball round the range of f over `box`: f(m) + grad f(X).(X - m), met with f(X) itself.

    For a small box its width exceeds the true range's by a quantity of second order, against
    first order for f(X).  Assumes: `gradient` (a list, one ball per coordinate) encloses the
    partial derivatives on the whole box.  Error: enclosed.
    Raises: ValueError if the two enclosures are disjoint: then `gradient` is wrong.
    """
    box = _box(box)
    middle = [x.mid() for x in box]
    slopes = _finite_list(gradient(list(box), *parameters), len(box))
    value = function(middle, *parameters)
    for slope, x, m in zip(slopes, box, middle):
        value += slope*(x - m)
    direct = function(list(box), *parameters)
    if not direct.is_finite():
        return value
    if not direct.overlaps(value):
        raise ValueError(f"f on the box is {text(direct, 6)} by its values and {text(value, 6)} by "
                         f"its slopes: the gradient does not belong to the function")
    return direct.intersection(value)


def _box(box):
    """The balls of a box, at least one."""
    if not isinstance(box, (list, tuple)) or not box:
        raise TypeError(f"a box is a list of balls, at least one, not {box!r}")
    return tuple(map(ball, box))


def _krawczyk_image(function, jacobian, box, parameters):
    n, middle = len(box), [x.mid() for x in box]
    slopes = _finite_matrix(jacobian(list(box), *parameters), n)
    residual = arb_mat(n, 1, _finite_list(function(middle, *parameters), n))
    inverse = _approximate_inverse(slopes)
    shrink = arb_mat([[int(i == j) for j in range(n)] for i in range(n)]) - inverse*slopes
    deviation = arb_mat(n, 1, [x - m for x, m in zip(box, middle)])
    return (arb_mat(n, 1, middle) - inverse*residual + shrink*deviation).entries(), shrink


def _narrowed_box(function, jacobian, box, parameters):
    """Krawczyk's operator on a box with one zero, for as long as some radius halves, at most to 2^-precision."""
    for _ in range(ctx.prec):                    # round a zero at 0 exactly a radius may halve for ever
        image, _ = _krawczyk_image(function, jacobian, box, parameters)
        smaller = tuple(x.intersection(y) for x, y in zip(box, image))
        if not any(2*y.rad() < x.rad() for x, y in zip(box, smaller)):
            return smaller
        box = smaller
    return box


def _approximate_inverse(slopes):
    try:
        return slopes.mid().inv().mid()
    except ZeroDivisionError:
        raise Undecided("the Jacobian at the middle of the box is singular or nearly so: the zero "
                        "may be multiple, or the box too wide") from None


def _inflated(x, image):
    """Twice the image's radius plus the distance it moved, and a speck: any choice is sound."""
    speck = arb((1, -ctx.prec))
    return arb(image.mid(), 2*image.rad() + (image.mid() - x.mid()).abs_upper() + speck)


def _scaled_norm(matrix, box):
    """max_i sum_j |M_ij| r_j / r_i, the norm in which the box is the unit ball."""
    radii, worst = [x.rad() for x in box], arb(0)
    for i, r in enumerate(radii):
        row = sum((matrix[i, j].abs_upper()*radii[j] for j in range(len(radii))), arb(0))
        worst = worst.max((row/r).upper())
    return worst


def _shown_nonzero(value):
    """An infinite value is an operation that was not defined, and shows nothing."""
    return value.is_finite() and 0 not in value


def _sign_at_end(f, x):
    value = f(x)
    if _shown_nonzero(value) or value.is_zero():
        return (value > 0) - (value < 0)
    raise Undecided(f"the end {text(x, 12)} of the interval may be a zero: f is {text(value, 6)} "
                    f"there; move the end or raise the precision")


def _cut(f, low, high):
    """A point between with a decided sign: a zero that sits on one candidate misses the others."""
    for place in SPLITS:
        cut = (low + (high - low)*place/32).mid()
        value = f(cut)
        if low < cut < high and _shown_nonzero(value):
            return cut, 1 if value > 0 else -1
    raise Undecided(f"no sign of f is decided inside [{text(low, 12)}, {text(high, 12)}]: a multiple "
                    f"zero, or too little precision")


def _narrowed(f, df, x):
    """Newton's operator on a ball with one zero, for as long as the radius halves, at most to 2^-precision."""
    for _ in range(ctx.prec):
        middle = x.mid()
        smaller = x.intersection(middle - f(middle)/df(x))
        if not 2*smaller.rad() < x.rad():
            return smaller
        x = smaller
    return x


def _finite_list(values, n):
    values = [ball(v) for v in values]
    if len(values) != n:
        raise ValueError(f"{n} values are needed, one per unknown; got {len(values)}")
    for i, value in enumerate(values):
        if not value.is_finite():
            raise Undecided(f"component {i} is not defined on the whole box; note that x**2 of a "
                            f"wide ball is undefined in FLINT: write x*x or power(x, 2)")
    return values


def _finite_matrix(rows, n):
    rows = [_finite_list(row, n) for row in rows]
    if len(rows) != n:
        raise ValueError(f"{n} rows are needed, one per equation; got {len(rows)}")
    return arb_mat(rows)
