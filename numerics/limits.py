"""A limit with its bar: Richardson extrapolation judged by the values alone.

Values at h, h/2, h/4, ... whose error expands in h^order, h^(order + then), ... are
extrapolated column by column.  The limit is the table's last entry; the bar is twice
the last difference in the last column with two entries.  On nine values from h = 1/8
the error is 0.0005 of that difference for analytic remainders, 0.33 for h^2 log h,
0.99 for h log h; the table's diagonal step, the usual estimate, would be wrong by
factors of 35 to 254 there.
"""

from dataclasses import dataclass

from mpmath import mp, mpf


class NoLimit(ArithmeticError):
    """The values show no limit of the declared kind; the message says what was seen."""


class WrongOrder(NoLimit):
    """The values approach too slowly, or (`diverges`) their differences grow: a finding, not a lack of data."""

    def __init__(self, order, declared):
        self.diverges = order < 0
        seen = "the differences of the values grow" if self.diverges else "the values approach too slowly"
        super().__init__(f"{seen}: the observed order is {mp.nstr(order, 4)}, the declared one {declared}")


@dataclass(frozen=True)
class Limit:
    """`value` +- `bar`; `order` is the observed order (None: the values settle exactly)."""

    value: mpf
    bar: mpf
    order: mpf | None


def table(values, order, then):
    """Columns of the extrapolation; column j has error exponent order + j*then."""
    columns, exponent = [list(values)], mpf(order.p)/order.q
    while len(columns[-1]) > 1:
        factor, last = mp.power(2, exponent), columns[-1]
        columns.append([(factor*fine - coarse)/(factor - 1) for coarse, fine in zip(last, last[1:])])
        exponent += mpf(then.p)/then.q
    return columns


def limit(coarse, fine, order, then, radii=()):
    """The limit as h -> 0 of values computed at two precisions.

    Parameters
    ----------
    coarse, fine : the same values at h, h/2, ... (at least five) at a lower and a higher
        precision; order, then : rational exponents of the error's expansion
    radii : how far each finer value may lie from the true one; 0 if left out

    Returns  Limit, its bar widened by twice the change between the precisions and by what the radii make of it
    Error    the bar is an estimate from the values, not an enclosure
    Raises   NoLimit if a value is not finite or all values are equal; WrongOrder if the
             observed order is more than then/4 below the declared one
    """
    if len(coarse) != len(fine) or len(fine) < 3:
        raise ValueError(f"{len(coarse)} values at one precision and {len(fine)} at the other: give as many, at least three")
    for h, value in enumerate((*fine, *coarse)):
        if not mp.isfinite(value):
            raise NoLimit(f"the value after {h % len(fine)} halvings is {mp.nstr(value, 5)}")
    if all(value == fine[0] for value in fine):
        raise NoLimit("the values do not depend on the small parameter; an exact number belongs in an enclosure")
    columns, rough = table(fine, order, then), table(coarse, order, then)
    noise = abs(columns[-1][-1] - rough[-1][-1])
    change = max(abs(a - b) for a, b in zip(coarse, fine))
    seen = observed_order(fine, change)
    if seen is not None and seen < mpf(order.p)/order.q - mpf(then.p)/then.q/4:
        raise WrongOrder(seen, order)
    last, wide = columns[-2], sum(abs(unit[-1][-1])*r for unit, r in zip(_units(len(fine), order, then), radii) if r)
    return Limit(columns[-1][-1], 2*abs(last[1] - last[0]) + 2*noise + wide, seen)


def _units(count, order, then):
    """The tables of the unit vectors: what each value contributes."""
    return [table([mpf(i == k) for i in range(count)], order, then) for k in range(count)]


def observed_order(values, noise):
    """log2 of the ratio of the last two differences that stand above `noise`, or None."""
    clear = [one for one in (abs(a - b) for a, b in zip(values, values[1:])) if one > 2*noise]
    return mp.log(clear[-2]/clear[-1], 2) if len(clear) > 1 else None


def noisy_limit(values, noises, order, then):
    """The limit of values that each carry an independent confidence half-width.

    Every column's last entry is a known combination of the values, so its noise is the
    same combination of the half-widths with absolute weights.  The column with the
    least noise plus twice its last difference counts; that sum is the bar.
    """
    if len(values) != len(noises) or len(values) < 2:
        raise ValueError(f"{len(values)} values and {len(noises)} half-widths: give as many, at least two")
    if not all(mp.isfinite(x) for x in (*values, *noises)):
        raise NoLimit("a value or its half-width is not finite")
    columns = table(values, order, then)
    units, best = _units(len(values), order, then), None
    for j, column in enumerate(columns[:-1]):
        noise = sum(abs(units[k][j][-1])*noises[k] for k in range(len(values)))
        bar = noise + 2*abs(column[-1] - column[-2])
        if best is None or bar < best.bar:
            best = Limit(column[-1], bar, None)
    return best
