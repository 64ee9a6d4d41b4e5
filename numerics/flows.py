"""Gradient, mirror and other flows x' = f(x, t): at high precision, and enclosed in balls.

One expansion serves both: the Taylor series of the solution, computed coefficient by coefficient in
FLINT series.  `flow` drops the radii and takes long steps (an observation, to be judged by
`refined_flow`); `enclose_flow` keeps them and adds the remainder over a box that provably holds the
solution (a proof).  A field is given by SymPy expressions (`Field`, `gradient_flow`, `mirror_flow`,
`dual_flow`), or for `flow` by any function of series, as in `numerics.manifold`.  Time is a
further coordinate with derivative 1.
"""

from contextlib import contextmanager
from math import ceil, log

from flint import arb, arb_series, ctx
from mpmath import mp

from numerics.balls import Tube, Undecided, ball, box, precision, text
from numerics.fields import Field, dual_flow, gradient_flow, mirror_flow
from numerics.midpoints import as_mpf
from numerics.reading import listed, whole

__all__ = ["Field", "FlowStopped", "dual_flow", "enclose_flow", "flow", "gradient_flow", "mirror_flow",
           "refined_flow", "taylor_series", "taylor_step"]

LOW_ORDER = 10                   # of the derivative by the start, which multiplies tiny radii only


class FlowStopped(ArithmeticError):
    """The flow left the field's domain or ran off to infinity; `time` and `point` tell where."""

    def __init__(self, reason, time, point):
        self.time, self.point = time, point
        super().__init__(f"{reason} near time {text(time.mid(), 8)}, at "
                         f"({', '.join(text(x.mid(), 8) for x in point)})")


def taylor_series(field, point, order, enough=lambda coefficients: False):
    """The solution's Taylor coefficients: x_i(t + h) = sum_k c_ik h^k, k <= order.

    field   a function of d series that returns d series (or constants): f(x)
    point   d balls (the time last, if the field has one)
    enough  of the coefficients found so far: whether to stop before `order`
    Returns d lists of order + 1 balls, or of fewer.

    Error   enclosed, for every start in the point's balls
    Cost    `order` evaluations of the field on series of growing length
    Raises  IndexError if the field returns shorter series than it was given
    """
    order, coefficients = whole("order", order), [[ball(x)] for x in listed("point", point)]
    with _length(order + 1):
        for k in range(order):
            if enough(coefficients):
                break
            slopes = field(*(arb_series(c, k + 1) for c in coefficients))
            for c, slope in zip(coefficients, slopes, strict=True):
                c.append(_entry(slope, k)/(k + 1))
    return coefficients


@contextmanager
def _length(terms):
    before, ctx.cap = ctx.cap, terms
    try:
        yield
    finally:
        ctx.cap = before


def _entry(slope, k):
    if isinstance(slope, arb_series) and slope.prec <= k:
        raise IndexError(f"the field lost an order: it returned {slope.prec} terms for {k + 1}")
    return slope[k] if isinstance(slope, arb_series) else ball(slope) if k == 0 else arb(0)


def flow(field, start, span, *, since=0, digits=None):
    """The solution of x' = f(x, t), x(since) = start, at time since + span.

    start   exact numbers, mpf or balls (whose midpoints are taken); floats are refused
    digits  of the local error, relative to max(1, |x|); by default those of mpmath
    Returns a tuple of mpf.

    Error   observed only: use `refined_flow`, or `enclose_flow` for a proof
    Cost    per step about 1.2 digits evaluations of the field on series
    Raises  FlowStopped where the field is undefined or the solution runs off to infinity
    """
    digits = mp.dps if digits is None else whole("digits", digits, 1)
    with precision(ceil(3.33*digits) + 40):
        state = _transported(field, start, span, since, digits)
        with mp.workdps(digits):
            return as_mpf(state)


def refined_flow(field, start, span, *, since=0, digits=None):
    """(x, change): `flow` at eight more digits, and how far that moved the result.

    The second run has other orders and steps throughout, so the change is what refinement does.
    It is no bound.
    """
    digits = mp.dps if digits is None else whole("digits", digits, 1)
    first = flow(field, start, span, since=since, digits=digits)
    second = flow(field, start, span, since=since, digits=digits + 8)
    return second, max(abs(a - b) for a, b in zip(first, second))


def taylor_step(field, span, digits=None):
    """step(point) -> point: the flow over a fixed span, for a laboratory to repeat.

    With a time-dependent field the point holds the time as last coordinate.
    """
    def step(point):
        return flow(lambda *at: field(*at), point, span, digits=digits)
    return step


def _transported(field, start, span, since, digits):
    """The state after `span`; radii are dropped after each step."""
    state, timed = _state(field, start, since)
    left = _finite("span", span).mid()
    shortest = abs(left)*arb(2)**-(ctx.prec//4)
    order = ceil(digits*log(10)/2) + 2                 # e^-2 per order at the step chosen below
    while left != 0:
        passed = ball(since).mid() + ball(span).mid() - left
        coefficients = _finite_series(field, state, order, passed, lambda found: _reaches(field, found, left))
        h = _step(coefficients, order)
        h = left if not h < abs(left) else h if left > 0 else -h
        while abs(h) > shortest and not _follows(field, coefficients, h, digits):
            h = (h/2).mid()
        if not abs(h) > shortest:
            raise FlowStopped("the solution runs off to infinity or leaves the field's domain", passed, state)
        state = [_horner(c, h).mid() for c in coefficients]
        left = (left - h).mid()
    return state[:len(state) - timed]


def _reaches(field, coefficients, h):
    """Whether the polynomial is exact over h to 20 bits above rounding: a short span needs few orders.

    Its last two terms and its defect p' - f(p) are that small; the terms alone may just be missing (x' = t^9).
    """
    last, least = len(coefficients[0]) - 1, arb(2)**(20 - ctx.prec)
    return last > 2 and all(abs(row[k]*h**k).mid() < least for row in coefficients for k in (last, last - 1)) \
        and _moves_along(field, coefficients, h, least/abs(h))


def _follows(field, coefficients, h, digits):
    """Whether the polynomial still moves as the field says, to half the digits.

    x' = -sqrt(x) has the solution (1 - t/2)^2 up to time 2 only; its series knows no such end.
    """
    return _moves_along(field, coefficients, h, arb(10)**(-digits/2))


def _moves_along(field, coefficients, h, defect):
    """Whether p' = f(p) up to `defect` (relative where above 1) at h/2 and h."""
    for time in (h/2, h):
        point = [arb_series([_horner(c, time).mid()], 1) for c in coefficients]
        moved = [_horner([k*c for k, c in enumerate(row)][1:], time) for row in coefficients]
        slopes = _defined(field, *point)
        if slopes is None or not all(abs(_entry(f, 0) - m).mid() < (1 + abs(m).mid())*defect
                                     for f, m in zip(slopes, moved)):
            return False
    return True


def _state(field, start, since):
    point = start if isinstance(start, (tuple, list)) else (start,)
    if not point:
        raise ValueError("the start is empty: it needs a number for each variable")
    timed = getattr(field, "time", None) is not None
    return [_finite("the start", x).mid() for x in (*point, *([since] if timed else []))], timed


def _finite(name, value):
    value = ball(value)
    if not value.is_finite():
        raise ValueError(f"{name} is {text(value)}; a flow needs finite numbers")
    return value


def _finite_series(field, state, order, time, *enough):
    try:
        coefficients = taylor_series(field, state, order, *enough)
    except (ValueError, ZeroDivisionError, Undecided) as reason:
        raise FlowStopped(f"the field is not defined ({reason})", time, state) from reason
    if not all(c.is_finite() for row in coefficients for c in row):
        raise FlowStopped("the field is not defined", time, state)
    return coefficients


def _step(coefficients, order):
    """Radius of convergence over e^2, judged by the last two orders (Jorba and Zou); no limit if they were not needed."""
    if len(coefficients[0]) <= order:
        return arb("inf")
    size = {k: max(abs(row[k].mid()) for row in coefficients) for k in (0, order - 1, order)}
    scale = max(size[0], arb(1))
    radii = [(scale/size[k]).root(k) for k in (order - 1, order) if size[k] > 0]
    return min(radii)/arb(2).exp() if radii else arb("inf")


def _horner(coefficients, h):
    total = arb(0)
    for c in reversed(coefficients):
        total = total*h + c
    return total


def enclose_flow(field, start, span, *, since=0, digits=30):
    """Balls that contain the solution of x' = f(x, t), x(since) in start, at time since + span.

    Each step: a box B with start + [0, h] f(B) inside B holds the solution (Picard); the Taylor
    polynomial at the midpoint plus the next coefficient over B times h^(order + 1) encloses its end;
    the derivative by the start, enclosed likewise, carries the set (`numerics.balls.Tube`).

    field   a `Field`; start: exact numbers or balls
    digits  effort: each step's remainder is at most 10^-digits
    Returns d balls.  Error: enclosed; how wide they are depends on how the flow spreads.

    Cost    per step 2 to 3 expansions as in `flow`, and one of short length with d^2 variables more
    Raises  Undecided if the field is undefined or no box is found however short the step: the
            solution may not exist so long
    """
    with precision(ceil(3.33*digits) + 80):
        point = start if isinstance(start, (tuple, list)) else (start,)
        tube = Tube.round([*point, *([since] if field.time is not None else [])])
        order, passed, finished = ceil(digits*log(10)/2) + 6, arb(0), False
        while not finished:
            try:
                h, finished, tube = _enclosed_step(field, tube, ball(span) - passed, order, digits)
            except ArithmeticError as reason:
                raise Undecided(f"{reason} (time {text(passed, 8)} after the start)") from reason
            passed = passed + h
        return tuple(tube.box()[:len(point)])


def _enclosed_step(field, tube, left, order, digits):
    """(h, whether h is all that was left, the tube after time h); h is halved until all is enclosed."""
    coefficients = _finite_series(field, tube.centre.entries(), order, arb(0))
    h, shortest = _step(coefficients, order).mid(), abs(left)*arb(2)**-(ctx.prec//4)
    while True:
        last = not h < abs(left)
        h = left if last else h if left > 0 else -h
        found = _defined(_over_step, field, tube, coefficients, h, abs(h/left)*arb(10)**-digits)
        if found is not None:
            return h, last, found
        h = abs(h/2).mid()
        if not h > shortest:
            raise Undecided(f"no box holds the flow from ({', '.join(text(x, 8) for x in tube.box())}): it may leave "
                            f"the domain or run off to infinity; if not, start from smaller balls or raise digits")


def _over_step(field, tube, coefficients, h, allowed):
    """The tube after time h, or None if no box is found or the remainder exceeds what is allowed."""
    start, order = tube.box(), len(coefficients[0])
    rough = _picard(field, start, h)
    rest = rough and _remainder(field, rough, order, h)
    if not rest or not all(r.abs_upper() < allowed for r in rest):
        return None
    return tube.advance(lambda centre: [_horner(c, h) + r for c, r in zip(coefficients, rest)],
                        lambda box: _slope(field, box, rough, h))


def _defined(function, *arguments):
    """The function's value, or None where the field is not defined on the balls it needs."""
    try:
        return function(*arguments)
    except (ValueError, ZeroDivisionError, Undecided):
        return None


def _picard(field, start, h):
    """A box B with start + [0, h] f(B) inside its interior, or None."""
    within = box(0, h) if h > 0 else box(h, 0)
    rough = [x + within*f for x, f in zip(start, field(*start))]
    for _ in range(6):
        # by the largest displacement: a coordinate that turns round here moves at second order only
        slack = max(((b - x).abs_upper() for b, x in zip(rough, start)), key=float)/8 + abs(h)*arb(2)**-(ctx.prec//2)
        wide = [b + arb(0, 1)*slack for b in rough]
        image = [x + within*ball(f) for x, f in zip(start, field(*wide))]
        if all(w.contains_interior(i) for w, i in zip(wide, image)):
            return image
        rough = [w.union(i) for w, i in zip(wide, image)]
    return None


def _remainder(field, rough, order, h):
    """c_order h^order with the coefficient taken over the box: Lagrange's remainder."""
    rest = [row[order]*h**order for row in taylor_series(field, rough, order)]
    return rest if all(r.is_finite() for r in rest) else None


def _slope(field, start, rough, h):
    """The derivative of the flow over time h by the start: rows of balls."""
    d = len(start)
    within = [x.abs_upper() for x in field.slope(*rough)]
    size = max(sum(within[i*d:(i + 1)*d], arb(0)).abs_upper() for i in range(d))
    grown = arb(0, 1)*((abs(h)*size).exp() - 1).abs_upper()
    unit = [int(i == j) for i in range(d) for j in range(d)]
    # |V - I| <= exp(h |f'|) - 1 in the row-sum norm: the box for the derivative's own remainder.
    inside = taylor_series(field.variational, (*start, *unit), LOW_ORDER)[d:]
    around = taylor_series(field.variational, (*rough, *(u + grown for u in unit)), LOW_ORDER + 1)[d:]
    entries = [_horner(c, h) + r[LOW_ORDER + 1]*h**(LOW_ORDER + 1) for c, r in zip(inside, around)]
    return [entries[i*d:(i + 1)*d] for i in range(d)]
