"""Measuring a claim on a case: data in, values of all its symbols out, in a sound laboratory and in spoiled ones.

Nothing here sees a statement's truth: exact values and balls are fixed before any relation is
evaluated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy

from numerics import balls
from numerics.laboratory import measuring, spoiled_data
from theorems.kernel.statement import Box, Case, relations
from theorems.kernel.values import Unmeasured, enclosed, first_value, observed, sampled


@dataclass(frozen=True)
class Found:
    """What one run of a measurement gave: every symbol's value, and how it came about."""

    values: dict                   # symbol -> exact SymPy number or ball: the data and the measured
    measured: tuple                # the measured symbols, by name
    numbers: dict                  # what the certificate prints
    taken: int                     # steps taken in the laboratory
    count: int | None = None       # draws of a sampling
    zeros: tuple = ()              # solutions proved to exist on the way


def reading(claim, case):
    """Values of the symbols that the case's data determine; a Box stands as a symbol in them."""
    known, boxes = _known(claim), _boxes(case)
    if claim.theorem.reader is None:
        values = {known[key]: boxes.get(key, value) for key, value in case.data.items() if key in known}
    else:
        values = _read(claim.theorem.reader, case, boxes)
        if not isinstance(values, Mapping):
            raise Unmeasured(f"@theorem.data returns {values!r}; end its function with `return {{symbol: value}}`")
    values = {symbol: _number(case, symbol, value) for symbol, value in values.items()}
    return values, {boxes[key]: case.data[key] for key in boxes}


def _number(case, symbol, value):
    """The value of a symbol as a number or an expression of boxes; a text is neither, and SymPy would run it."""
    if not isinstance(symbol, sympy.Symbol):
        raise Unmeasured(f"@theorem.data has the key {symbol!r} of type {type(symbol).__name__}; "
                         f"its keys are the statement's symbols, without quotes: {{a: case.a}}")
    made = None if isinstance(value, str) else sympy.sympify(value)
    if not isinstance(made, sympy.Expr) or made.is_Matrix:
        raise Unmeasured(f"case {case.name!r} gives {symbol} the value {value!r}, which is not one number: write 2 or "
                         f"Rational(1, 3); an entry of a list takes a symbol of its own, or is read off in @theorem.data")
    if made.has(sympy.Float):
        raise Unmeasured(f"the datum {symbol} = {value} of case {case.name!r} holds a float")
    return made


def _read(reader, case, boxes):
    """What a reader makes of a case, made once: neither changes."""
    made = vars(case).setdefault("_read", {})
    if reader not in made:
        with measuring():                  # what is read off a case is not simulated
            made[reader] = reader(Case(case.name, {**case.data, **boxes}, case.breaks))
    return made[reader]


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


def run(claim, case, address, *, part=None, excess=Fraction(0), where="all", spoil=None, fresh="", count=None, coarse=False):
    """One measurement on one instance; `part` maps each Box symbol to its ball, `count` is a sampling's number of draws.

    Of an observation `coarse` makes only the first and coarsest value: enough to see whether it repeats itself.
    """
    data, boxes = reading(claim, case)
    wanted = sought(claim, data)
    if not wanted:
        raise Unmeasured(f"nothing is measured: case {case.name!r} supplies every symbol of the statement")
    bare = next((one for one in relations(claim.statement) if not one.free_symbols - set(data)), None)
    if bare is not None:
        raise Unmeasured(f"nothing is measured in {bare}: case {case.name!r} supplies every symbol of it")
    given = dict(case.data)
    for symbol in boxes:
        given[symbol.name] = part[symbol]
    if spoil is not None:
        given = {**given, **spoil}
    make = {"ENCLOSED": enclosed, "OBSERVED": first_value if coarse else observed, "SAMPLED": sampled}[claim.measurement.level]
    how = replace(claim.measurement, count=claim.measurement.count if count is None else count, among=case._among)
    values, numbers, lab = make(how, given, wanted, address, excess, where, fresh)
    if not lab.touched:
        raise Unmeasured("the measurement takes nothing from its laboratory")
    with balls.precision(512):
        at = {symbol: balls.evaluate(value, part) if boxes and value.free_symbols else value
              for symbol, value in data.items()}
    return Found({**at, **values}, tuple(map(str, wanted)), numbers, lab.taken, count, tuple(lab.zeros))


def spoiled_runs(claim, case, sound, part=None, fresh=""):
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
