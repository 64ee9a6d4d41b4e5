"""One run of a measurement: its function called with a laboratory, and what it returns made into exact numbers and balls.

`enclosed`, `observed` and `sampled` each give (values, numbers for the certificate, the laboratory):
an exact number or a ball as it is returned; the limit of values at h, h/2, ... with its bar, at two
precisions; the interval in which the draws put a median or a mean, or the limit of such.
"""

from collections.abc import Mapping
from fractions import Fraction

import numpy
import sympy
from mpmath import mp, mpf

from numerics import balls, chance
from numerics.balls.arithmetic import arb
from numerics.laboratory import Laboratory, measuring
from numerics.limits import limit, noisy_limit
from numerics.whole import Whole

DIGITS = (30, 60)                  # an observation is made at both; their difference widens its bar


class Unmeasured(Exception):
    """The measurement gives nothing to judge; the message says why."""


def enclosed(how, given, wanted, address, excess, where, fresh):
    lab = Laboratory(_converted(given), excess=excess, where=where)
    with measuring(), balls.precision():
        result = how.function(lab)
    values = {symbol: _exact_or_ball(symbol, value) for symbol, value in _named(result, wanted).items()}
    return values, {str(symbol): shown(value) for symbol, value in values.items()}, lab


def _exact_or_ball(symbol, value):
    if isinstance(value, arb):
        if not value.is_finite():
            raise balls.Undecided(f"the ball for {symbol} is unbounded")
        return value
    if isinstance(value, (float, mpf)) or (isinstance(value, sympy.Basic) and value.has(sympy.Float)):
        raise Unmeasured(f"the enclosure of {symbol} is the float {value}: return an exact number or a ball "
                         f"(SymPy makes a float of an exact number times a ball: write balls.ball(lab.a)*x)")
    value = sympy.sympify(balls.exact_value(value))
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise Unmeasured(f"the enclosure of {symbol} is {value}: return a finite number or a ball")
    return value


def observed(how, given, wanted, address, excess, where, fresh):
    series, lab = [], None
    for patience, digits in enumerate(DIGITS, 1):
        made, lab = _observations(how, given, wanted, excess, where, patience, digits, _sizes(how))
        series.append(made)
    with mp.workdps(DIGITS[1]):
        values, numbers = {}, {}
        for symbol in wanted:
            found = limit(*([one[symbol] for one, _ in values] for values in series), how.order, how.then,
                          [radii[symbol] for _, radii in series[-1]])
            values[symbol] = _around(found)
            numbers |= _described(symbol, found)
    return values, numbers, lab


def first_value(how, given, wanted, address, excess, where, fresh):
    """Only the first observation, in the fewest digits."""
    ((value, _),), lab = _observations(how, given, wanted, excess, where, 1, DIGITS[0], _sizes(how)[:1])
    return value, {}, lab


def _observations(how, given, wanted, excess, where, patience, digits, sizes):
    with mp.workdps(digits), balls.precision(int(digits*10/3) + 10):
        lab = Laboratory(_converted(given, _mpf), excess=excess, where=where, patience=patience)
        return [_one_observation(how, lab, wanted, h) for h in sizes], lab


def _one_observation(how, lab, wanted, h):
    """The values at one small number, and the radii of those that are balls."""
    with measuring():
        result = how.function(lab, *(_mpf(x) for x in _arguments(how, h)))
    found, radii = _named(result, wanted), dict.fromkeys(wanted, 0)
    for symbol, value in found.items():
        if isinstance(value, arb):
            value, radii[symbol] = (mpf(part.numerator)/part.denominator for part in balls.to_exact(value))
            found[symbol] = value
        if isinstance(value, (int, sympy.Rational, Fraction)) and not isinstance(value, bool):
            found[symbol] = value = mpf(value.numerator)/value.denominator
        if not isinstance(value, mpf):
            raise Unmeasured(f"the observation of {symbol} is {value!r} of type {type(value).__name__}, "
                             f"perhaps a float; return a number made with mp functions")
    return found, radii


def sampled(how, given, wanted, address, excess, where, fresh):
    lab = Laboratory(_converted(given, float), excess=excess, where=where, floats=True)
    sizes = _sizes(how) if how.small is not None else [None]
    level = chance.LEVEL/len(sizes)/len(wanted)/how.among
    bounds = []
    for number, h in enumerate(sizes):
        rng = chance.generator(f"{address}#{number}", fresh)
        drawn = _draws(how, lab, _Louder(rng, Fraction(5, 4) if where == "draws" else 1), wanted, h)
        bounds.append({symbol: _interval(how, symbol, drawn[symbol], level) for symbol in wanted})
        if number == 0:
            _refuse_deaf(how, lab, wanted, h, drawn, chance.generator(f"{address}#other", fresh))
    values, numbers = {}, {"confidence": f"1 - {chance.LEVEL}", "draws": str(how.count*len(sizes)), "centre": how.centre}
    for symbol in wanted:
        middles = [mpf(one[symbol][1]) for one in bounds]
        noises = [mpf(max(one[symbol][2] - one[symbol][1], one[symbol][1] - one[symbol][0])) for one in bounds]
        if how.small is None:
            low, middle, high = map(mpf, bounds[0][symbol])
            values[symbol] = balls.box(_fraction(low), _fraction(high))
            numbers |= {str(symbol): mp.nstr(middle, 8), f"{symbol} interval": f"[{mp.nstr(low, 8)}, {mp.nstr(high, 8)}]"}
        else:
            found = noisy_limit(middles, noises, how.order, how.then)
            values[symbol] = _around(found)
            numbers |= _described(symbol, found)
    return values, numbers, lab


def _draws(how, lab, rng, wanted, h):
    with measuring(floats=True):
        result = how.function(lab, rng, how.count, *(() if h is None else map(float, _arguments(how, h))))
    return _named(result, wanted)


def _refuse_deaf(how, lab, wanted, h, drawn, rng):
    """Draws that another seed leaves as they are do not come from the generator."""
    other = _draws(how, lab, _Louder(rng, 1), wanted, h)
    for symbol in wanted:
        if list(drawn[symbol]) == list(other[symbol]):
            raise Unmeasured(f"the draws of {symbol} are the same for another seed: draw with the rng that is given; "
                             f"an exact number belongs in an enclosure")


def _interval(how, symbol, drawn, level):
    shape = numpy.shape(drawn)
    if shape != (how.count,):
        made = "one number" if shape == () else shape[0] if len(shape) == 1 else f"an array of shape {shape}"
        raise Unmeasured(f"{how.count} draws were asked for and {made} returned for {symbol}; return one list of `count` numbers")
    try:
        return chance.mean_bounds(drawn, how.within, level) if how.centre == "mean" else chance.median_bounds(drawn, level)
    except ValueError as error:        # too few draws, or one that is not finite or outside its range
        raise Unmeasured(f"the draws of {symbol} give no bound: {error}") from None


class _Louder:
    """A generator whose real-valued draws are too large by a factor; a sound one has the factor 1, that none can be told."""

    def __init__(self, rng, factor):
        self._rng, self._factor = rng, float(factor)

    def __getattr__(self, name):
        tool = getattr(self._rng, name)
        if not callable(tool):
            return tool

        def draw(*args, **named):
            drawn = tool(*args, **named)
            whole = getattr(drawn, "dtype", None) is not None and drawn.dtype.kind != "f"
            return drawn if whole or isinstance(drawn, (list, bytes)) or not hasattr(drawn, "__mul__") else drawn*self._factor
        return draw


def _named(result, wanted):
    """The result as {symbol: value}, whatever was meant by returning it."""
    if not isinstance(result, dict):
        if len(wanted) != 1:
            raise Unmeasured(f"the measurement returns one value, the statement leaves "
                             f"{', '.join(map(str, wanted))} open; return {{symbol: value}}, or give the data")
        return {wanted[0]: result}
    missing, strange = set(wanted) - set(result), set(result) - set(wanted)
    if missing or strange:
        again = {*map(str, missing)} & {*map(str, strange)}
        raise Unmeasured(f"the measurement returns {', '.join(sorted(map(str, result)))}; to be measured: "
                         f"{', '.join(map(str, wanted))}" + "; its keys are the statement's own symbols, no texts"*bool(again))
    return dict(result)


def _sizes(how):
    return [how.first/2**k for k in range(how.halvings + 1)]


def _arguments(how, h):
    """The small number (or the growing one) and what is tied to it, exactly."""
    small = how.small if how.small.is_Symbol else 1/how.small
    size = h if how.small.is_Symbol else 1/h
    if not how.small.is_Symbol and size.q != 1:
        raise Unmeasured(f"{small} = {size} is not a whole number; choose `first` as one over an integer")
    tied = [sympy.sympify(rule).subs(small, size) for rule in how.tied.values()]
    return [size, *tied]


def _converted(value, to=None):
    """The data with every exact number that is not an integer converted by `to`, and every integer watched, but for samplings."""
    if to is not float and type(value) is int:
        return Whole(value)
    if isinstance(value, Mapping):
        return {key: _converted(one, to) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_converted(one, to) for one in value)
    if to is None:
        return value
    if isinstance(value, sympy.Integer):
        return _converted(int(value), to)
    if isinstance(value, Fraction) or (isinstance(value, sympy.Expr) and value.is_number):
        return to(value)
    return value


def _mpf(value):
    value = sympy.sympify(value)
    if value.is_Integer:
        return Whole(value)
    return mpf(value.p)/value.q if value.is_Rational else sympy.N(value, mp.dps + 5)._to_mpmath(mp.prec)


def _around(found):
    """The ball of a limit and its bar."""
    return balls.from_exact(_fraction(found.value), _fraction(found.bar))


def _fraction(x):
    sign, mantissa, exponent, _ = x._mpf_
    return Fraction((-1)**sign*int(mantissa))*Fraction(2)**exponent


def _described(symbol, found):
    order = "exact" if found.order is None else mp.nstr(found.order, 5)
    return {str(symbol): mp.nstr(found.value, 15), f"{symbol} bar": mp.nstr(found.bar, 3), f"{symbol} order": order}


def shown(value):
    """An exact value or a ball as the certificate prints it."""
    return balls.text(value, 15) if isinstance(value, arb) else str(value)
