"""Running a claim's measurement on a case: laboratories out, exact numbers and balls back.

Nothing here sees a statement's truth.  A measurement gets a laboratory and small numbers
or draws; what it returns is turned into exact values and balls, which are fixed before
any relation is evaluated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy
from mpmath import mp, mpf

from numerics import balls, chance
from numerics.balls.arithmetic import arb
from numerics.laboratory import Laboratory, measuring, spoiled_data
from numerics.limits import limit, noisy_limit
from theorems.kernel.statement import Box, Case, relations

DIGITS = (30, 60)                  # an observation is made at both; their difference widens its bar


class Unmeasured(Exception):
    """The measurement gives nothing to judge; the message says why."""


@dataclass(frozen=True)
class Found:
    """What one run of a measurement gave: every symbol's value, and how it came about."""

    values: dict                   # symbol -> exact SymPy number or ball: the data and the measured
    measured: tuple                # the measured symbols, by name
    numbers: dict                  # what the certificate prints
    taken: int                     # steps taken in the laboratory
    count: int | None = None       # draws of a sampling


def reading(claim, case):
    """Values of the symbols that the case's data determine; a Box stands as a symbol in them."""
    known, boxes = _known(claim), _boxes(case)
    if claim.theorem.reader is None:
        values = {known[key]: boxes.get(key, value) for key, value in case.data.items() if key in known}
    else:
        values = dict(claim.theorem.reader(Case(case.name, {**case.data, **boxes}, case.breaks)))
    for symbol, value in values.items():
        values[symbol] = sympy.sympify(value)
        if values[symbol].has(sympy.Float):
            raise Unmeasured(f"the datum {symbol} = {value} of case {case.name!r} holds a float")
    return values, {boxes[key]: case.data[key] for key in boxes}


def _boxes(case):
    """{key: symbol} of the data that are intervals: merely real, for what a sort promises is to be checked."""
    return {key: sympy.Symbol(key, real=True) for key, value in case.data.items() if isinstance(value, Box)}


def _known(claim):
    """{name: symbol} of the assumptions and statements."""
    return {symbol.name: symbol for relation in claim.written() for symbol in relation.free_symbols}


def read_data(claim, case):
    """The data from which the statement's symbols get their values; all of them if none does."""
    if claim.theorem.reader is None:
        return [key for key in case.data if key in _known(claim)] or list(case.data)
    watched = _Watched(Case(case.name, {**case.data, **_boxes(case)}, case.breaks))
    claim.theorem.reader(watched)
    return [key for key in case.data if key in watched.read] or list(case.data)


class _Watched:
    """A case that notes which of its data are read."""

    def __init__(self, case):
        self.case, self.read = case, set()

    def __getattr__(self, name):
        self.read.update(self.case.data if name == "data" else (name,))
        return getattr(self.case, name)


def sought(claim, data):
    """The symbols of the claim and its variants that no datum supplies: what is to be measured."""
    wrong = set().union(*(relation.free_symbols for false in claim.false.values() for relation in relations(false)))
    own = set().union(*(relation.free_symbols for relation in relations(claim.statement))) - set(data)
    return sorted(own | wrong - set(data) if own else (), key=str)


def run(claim, case, address, *, part=None, excess=Fraction(0), where="all", spoil=None, fresh="", count=None):
    """One measurement on one instance; `part` maps each Box symbol to its ball, `count` is a sampling's number of draws."""
    data, boxes = reading(claim, case)
    wanted = sought(claim, data)
    if not wanted:
        raise Unmeasured(f"nothing is measured: case {case.name!r} supplies every symbol of the statement")
    given = dict(case.data)
    for symbol in boxes:
        given[symbol.name] = part[symbol]
    if spoil is not None:
        given = {**given, **spoil}
    make = {"ENCLOSED": _enclosed, "OBSERVED": _observed, "SAMPLED": _sampled}[claim.measurement.level]
    how = claim.measurement if count is None else replace(claim.measurement, count=count)
    values, numbers, lab = make(how, given, wanted, address, excess, where, fresh)
    if not lab.touched:
        raise Unmeasured("the measurement takes nothing from its laboratory")
    with balls.precision(512):
        at = {symbol: balls.evaluate(value, part) if boxes and value.free_symbols else value
              for symbol, value in data.items()}
    return Found({**at, **values}, tuple(map(str, wanted)), numbers, lab.taken, count)


def spoiled_runs(claim, case, address, sound, part=None, fresh=""):
    """(description, arguments of `run`) for every way of spoiling the laboratory that this measurement admits.

    Where it takes no step, the data are spoiled from which the statement's symbols are read:
    a number that merely stands in the case would else be taken for what was simulated.
    """
    excess = Fraction(1, 4) if claim.measurement.level == "SAMPLED" else Fraction(1, 1000)
    same = {"part": part, "fresh": fresh, "count": sound.count}
    if sound.taken:
        for where in ("all", "first"):
            what = "every displacement" if where == "all" else "the first coordinate of every displacement"
            yield f"{what} longer by {excess}", {**same, "excess": excess, "where": where}
        return
    boxes = [key for key, value in case.data.items() if isinstance(value, Box)]
    numeric = {key: (value.low + value.high)/2 if key in boxes else value for key, value in case.data.items()}
    for number, spoil in enumerate(spoiled_data(numeric, excess, read_data(claim, case))):
        spoil |= {key: balls.ball(spoil[key]) for key in boxes}
        what = "all data" if number == 0 else f"datum {number} alone"
        yield f"{what} larger by {excess}", {**same, "spoil": spoil}
    if claim.measurement.level == "SAMPLED":
        yield f"random draws larger by {excess}", {**same, "where": "draws"}


def _enclosed(how, given, wanted, address, excess, where, fresh):
    lab = Laboratory(given, excess=excess, where=where)
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
        raise Unmeasured(f"the enclosure of {symbol} is the float {value}: return an exact number or a ball")
    value = sympy.sympify(balls.exact_value(value))
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        raise Unmeasured(f"the enclosure of {symbol} is {value}: return a finite number or a ball")
    return value


def _observed(how, given, wanted, address, excess, where, fresh):
    series, lab = [], None
    for patience, digits in enumerate(DIGITS, 1):
        with mp.workdps(digits), balls.precision(int(digits*10/3) + 10):
            lab = Laboratory(_converted(given, _mpf), excess=excess, where=where, patience=patience)
            series.append([_one_observation(how, lab, wanted, h) for h in _sizes(how)])
    with mp.workdps(DIGITS[1]):
        values, numbers = {}, {}
        for symbol in wanted:
            found = limit(*([one[symbol] for one in values] for values in series), how.order, how.then)
            values[symbol] = _around(found)
            numbers |= _described(symbol, found)
    return values, numbers, lab


def _one_observation(how, lab, wanted, h):
    with measuring():
        result = how.function(lab, *(_mpf(x) for x in _arguments(how, h)))
    found = _named(result, wanted)
    for symbol, value in found.items():
        if isinstance(value, arb):
            found[symbol] = value = _middle(value)
        if isinstance(value, (int, sympy.Rational, Fraction)) and not isinstance(value, bool):
            found[symbol] = value = mpf(value.numerator)/value.denominator
        if not isinstance(value, mpf):
            raise Unmeasured(f"the observation of {symbol} is {value!r} of type {type(value).__name__}, "
                             f"perhaps a float; return a number made with mp functions")
    return found


def _sampled(how, given, wanted, address, excess, where, fresh):
    lab = Laboratory(_converted(given, float), excess=excess, where=where, floats=True)
    _refuse_deaf(how, lab, wanted, address, fresh)
    sizes = _sizes(how) if how.small is not None else [None]
    level = chance.LEVEL/len(sizes)/len(wanted)
    bounds = []
    for number, h in enumerate(sizes):
        rng = chance.generator(f"{address}#{number}", fresh)
        rng = _Louder(rng, 1 + Fraction(1, 4)) if where == "draws" else rng
        drawn = _draws(how, lab, rng, wanted, h)
        bounds.append({symbol: _interval(how, drawn[symbol], level) for symbol in wanted})
    values, numbers = {}, {"confidence": f"1 - {chance.LEVEL}", "draws": str(how.count*len(sizes))}
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


def _refuse_deaf(how, lab, wanted, address, fresh):
    """Draws that another seed leaves as they are do not come from the generator."""
    h = None if how.small is None else how.first
    one, other = (_draws(how, lab, chance.generator(f"{address}#{seed}", fresh), wanted, h) for seed in ("one", "other"))
    for symbol in wanted:
        if list(one[symbol]) == list(other[symbol]):
            raise Unmeasured(f"the draws of {symbol} are the same for another seed: draw with the rng that is given; "
                             f"an exact number belongs in an enclosure")


def _interval(how, drawn, level):
    if len(drawn) != how.count:
        raise Unmeasured(f"{how.count} draws were asked for and {len(drawn)} returned")
    if how.centre == "mean":
        return chance.mean_bounds(drawn, how.within, level)
    return chance.median_bounds(drawn, level)


class _Louder:
    """A generator whose real-valued draws are too large by a factor."""

    def __init__(self, rng, factor):
        self._rng, self._factor = rng, float(factor)

    def __getattr__(self, name):
        tool = getattr(self._rng, name)
        if not callable(tool):
            return tool

        def draw(*args, **named):
            drawn = tool(*args, **named)
            whole = getattr(drawn, "dtype", None) is not None and drawn.dtype.kind != "f"
            return drawn if whole or not hasattr(drawn, "__mul__") else drawn*self._factor
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
        raise Unmeasured(f"the measurement returns {', '.join(sorted(map(str, result)))}; "
                         f"to be measured: {', '.join(map(str, wanted))}")
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


def _converted(value, to):
    """The data with every exact number that is not an integer converted by `to`."""
    if isinstance(value, Mapping):
        return {key: _converted(one, to) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_converted(one, to) for one in value)
    if isinstance(value, sympy.Integer):
        return int(value)
    if isinstance(value, Fraction) or (isinstance(value, sympy.Expr) and value.is_number):
        return to(value)
    return value


def _mpf(value):
    value = sympy.sympify(value)
    if value.is_Integer:
        return int(value)
    return mpf(value.p)/value.q if value.is_Rational else sympy.N(value, mp.dps + 5)._to_mpmath(mp.prec)


def _around(found):
    """The ball of a limit and its bar."""
    return balls.from_exact(_fraction(found.value), _fraction(found.bar))


def _fraction(x):
    sign, mantissa, exponent, _ = x._mpf_
    return Fraction((-1)**sign*int(mantissa))*Fraction(2)**exponent


def _middle(ball):
    middle, _ = balls.to_exact(ball)
    return mpf(middle.numerator)/middle.denominator


def _described(symbol, found):
    order = "exact" if found.order is None else mp.nstr(found.order, 5)
    return {str(symbol): mp.nstr(found.value, 15), f"{symbol} bar": mp.nstr(found.bar, 3), f"{symbol} order": order}


def shown(value):
    """An exact value or a ball as the certificate prints it."""
    return balls.text(value, 15) if isinstance(value, arb) else str(value)
