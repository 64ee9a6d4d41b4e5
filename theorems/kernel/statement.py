"""The words of a theorem module: Theorem, Claim, Case, Each, Box, Source, Erratum.

A module declares; it decides nothing.  Whatever can be refused by looking at the
declaration alone is refused here, at the line where it stands.  `discover` freezes a
theorem once its module has run.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import sympy

from numerics.laboratory import Laboratory
from theorems.kernel.evidence import slug
from theorems.kernel.exact import (ASSUMED, LoadError, asserted, beyond, datum, exact, floats, line, refuse, relation, relations,
                                   repeated, takes)


@dataclass(frozen=True)
class Source:
    """Where a result was published: authors, arXiv id, and the theorem's number there."""

    authors: str
    arxiv: str = ""
    at: str = ""

    def __str__(self):
        return ", ".join(filter(None, (self.authors, self.arxiv and f"arXiv {self.arxiv}", self.at)))


@dataclass(frozen=True)
class Each:
    """A family of exact values: the case stands for every one of them."""

    values: tuple

    def __init__(self, values, *more):
        if more or not isinstance(values, Iterable):
            refuse(f"Each takes one collection of values: write Each({(values, *more)}), or Each(range(2, 9))")
        object.__setattr__(self, "values", tuple(datum(value, "Each()") for value in values))
        if not self.values:
            refuse("Each() holds no value, so the case would stand for nothing; give at least one")
        twice = repeated(self.values)
        if twice is not None:
            refuse(f"Each() holds {twice} twice: the same instance counted again shows nothing; give different ones")


@dataclass(frozen=True)
class Box:
    """Every real number from `low` to `high`; checked whole, by subdivision into balls."""

    low: sympy.Expr
    high: sympy.Expr

    def __init__(self, low, high):
        object.__setattr__(self, "low", sympy.sympify(low))
        object.__setattr__(self, "high", sympy.sympify(high))
        if floats(self.low) or floats(self.high) or not (self.high - self.low).is_positive:
            refuse(f"Box({low}, {high}) needs exact ends, the lower one first")


@dataclass(frozen=True)
class Case:
    """A name and exact data; `breaks` is the one assumption an outside case violates."""

    name: str
    data: dict
    breaks: object = None
    _among: int = 1                # the instances of its family, which share a sampling's error level

    def __getattr__(self, name):
        try:
            return self.__dict__["data"][name]
        except KeyError:
            raise AttributeError(f"case {self.name!r} has no datum {name!r}; "
                                 f"it has {', '.join(self.data) or 'none'}") from None

    def instances(self):
        """The cases this one stands for, always the same: one for each choice from its families."""
        return self._instances

    @cached_property
    def _instances(self):
        families, found = [key for key, value in self.data.items() if isinstance(value, Each)], []
        choices = [*itertools.product(*(self.data[key].values for key in families))]
        for choice in choices:
            chosen = dict(zip(families, choice))
            label = ", ".join(f"{key}={value}" for key, value in chosen.items())
            found.append(Case(self.name + (f" [{label}]" if label else ""), {**self.data, **chosen}, self.breaks, len(choices)))
        return tuple(found)


@dataclass(frozen=True)
class Measurement:
    """How a claim's other symbols get their values: one function of a laboratory."""

    level: str                     # ENCLOSED, OBSERVED, SAMPLED
    function: object
    small: object = None
    tied: dict = field(default_factory=dict)
    order: int | sympy.Rational = 1
    then: sympy.Rational = sympy.Integer(1)
    first: sympy.Rational = sympy.Rational(1, 8)
    halvings: int = 6
    centre: str = "median"
    within: tuple | None = None
    count: int = 1000
    among: int = 1                 # instances of a case, which share the error level of a sampling
    by_hand: str | None = None     # where the function iterates outside its laboratory


@dataclass(frozen=True)
class Erratum:
    """A printed relation that is false at an exact witness, and what repairs it."""

    at: str
    printed: str
    fault: str
    statement: object
    witness: dict
    where: tuple
    repaired: str


class _Declared:
    """What theorem and claim share: cases of their own, no change once the module has run, and how a notebook shows them."""

    frozen, cases, outsides = False, (), ()

    def case(self, name, **data):
        """Add a case: a name and exact data."""
        self.cases += (_case(name, data),)

    def outside(self, name, breaks, **data):
        """Add a case that breaks exactly the assumption `breaks`."""
        self.outsides += (_outside(self.theorem, name, breaks, data),)

    def __setattr__(self, name, value):
        if self.frozen:
            raise TypeError(f"{self} is frozen: its {name} cannot change after loading")
        object.__setattr__(self, name, value)

    def _repr_html_(self):
        from reports.notebook import html
        return html(self)

    def _repr_latex_(self):
        from reports.notebook import tex
        return tex(self)


class Claim(_Declared):
    """One assertion of a theorem, with its false variants, proof, cases and measurement."""

    def __init__(self, theorem, says, statement, false):
        self.theorem, self.says, self.name, self.line = theorem, says, None, line()
        self.statement = asserted(statement, f"claim {says!r}")
        self.false = MappingProxyType({name: asserted(wrong, f"false variant {name!r} of {says!r}")
                                       for name, wrong in dict(false or {}).items()})
        self.argument, self.scope, self.measurement = None, "", None
        if len(self.false) < 2:
            refuse(f"{self} has {len(self.false)} false variants; give at least two instructive "
                   f"wrong statements, false={{name: relation, ...}}")
        for name, wrong in self.false.items():
            if relations(wrong) == relations(self.statement):
                refuse(f"false variant {name!r} is the claim {says!r} itself")

    def __str__(self):
        return f"claim {self.says!r}"

    def proof(self, function=None, *, scope=""):
        """Register the proof: one argument for each relation, yields goals."""
        if function is None:
            return lambda given: self.proof(given, scope=scope)
        self._set("argument", function)
        stated = len(relations(self.statement))
        takes(function, *(["claimed"] if stated == 1 else [f"relation{k + 1}" for k in range(stated)]))
        self.scope = scope
        return function

    def enclosure(self, function=None):
        """Register an enclosure: returns exact numbers or balls."""
        return self.enclosure if function is None else self._measure(Measurement("ENCLOSED", function))

    def observation(self, *bare, small=None, tied=None, order=1, then=1, first=sympy.Rational(1, 8), halvings=6):
        """Register an observation: returns the value at one small number."""
        if bare or small is None:
            refuse("an observation needs what shrinks; write @CLAIM.observation(small=h), h a symbol")
        if halvings < 4:
            refuse(f"halvings={halvings} shows no order; at least 4 are needed")
        shrinking = _shrinking(small, tied, order, then, first, halvings)
        return lambda function: self._measure(Measurement("OBSERVED", function, *shrinking))

    def sampling(self, *bare, small=None, tied=None, order=1, then=1, first=sympy.Rational(1, 8),
                 halvings=4, centre="median", within=None, count=1000):
        """Register a sampling: returns as many independent values as it is asked for, at most `count`."""
        if bare:
            refuse("a sampling takes its arguments by name; write @CLAIM.sampling(count=1000), or @CLAIM.sampling()")
        if centre not in ("median", "mean") or (centre == "mean") != (within is not None):
            refuse('centre is "median", or "mean" together with within=(low, high)')
        if small is not None and halvings < 2:
            refuse(f"halvings={halvings} shows no limit; at least 2 are needed")
        shrinking = _shrinking(small, tied, order, then, first, halvings)
        return lambda function: self._measure(Measurement("SAMPLED", function, *shrinking, centre, within, count))

    def all_cases(self):
        return self.theorem.cases + self.cases

    def all_outsides(self):
        return self.theorem.outsides + self.outsides

    def written(self):
        """The relations of the assumptions, the claim and its false variants."""
        statements = (self.statement, *self.false.values())
        return [*self.theorem.assumes, *(relation for statement in statements for relation in relations(statement))]

    def _measure(self, measurement):
        self._set("measurement", measurement)
        sizes = () if measurement.small is None else (*measurement.small.free_symbols, *measurement.tied)
        takes(measurement.function, "lab", *(("rng", "count") if measurement.level == "SAMPLED" else ()), *map(str, sizes))
        return measurement.function

    def _set(self, slot, value):
        if not self.frozen and getattr(self, slot) is not None:
            refuse(f"{self} has two of its {slot}s; a claim takes one")
        setattr(self, slot, value)


class Theorem(_Declared):
    """A published or conjectured result: title, source, assumptions, cases, claims."""

    def __init__(self, title, source=None, assumes=()):
        self.title, self.source = title, source or Source("")
        self.assumes = tuple(relation(one, "assumption") for one in relations(assumes))
        self.theorem, self.claims, self.errata, self.reader = self, (), (), None
        self.line, self.address, self.file = line(), None, None

    def __str__(self):
        return f"theorem {self.title!r}"

    def data(self, function):
        """Register how a case's data give symbols their values: case -> {symbol: exact value}."""
        if self.reader and not self.frozen:
            refuse("a theorem takes one @theorem.data")
        takes(function, "case")
        self.reader = function
        return function

    def claim(self, says, statement, false=None):
        self.claims += (Claim(self, says, statement, false),)
        return self.claims[-1]

    def erratum(self, at, printed, fault, statement, witness, repaired, where=()):
        """Record that `printed` (in symbols: `statement`) is false at `witness`, where `where` holds."""
        symbols = {symbol: exact(value, f"witness of {at!r}") for symbol, value in witness.items()}
        self.errata += (Erratum(at, printed, fault, asserted(statement, f"erratum {at!r}"), symbols,
                                tuple(relation(one, "where") for one in relations(where)), repaired),)

    def freeze(self, address, file, names, by_hand=lambda function: None):
        """Name the claims by the module's variables, and allow no further change.

        `by_hand` says where a measurement's function iterates outside its laboratory.
        """
        self.file = str(file)
        if not self.claims:
            self._refuse(self, f"the {self} has no claim; add theorem.claim(...)")
        for claim in self.claims:
            claim.name = next((name for name, value in names.items() if value is claim), None)
            self._complete(claim)
            claim.measurement = replace(claim.measurement, by_hand=by_hand(claim.measurement.function))
        self.address = address
        for one in (*self.claims, self):
            one.frozen = True

    def _complete(self, claim):
        """Refuse a claim in which something is missing, or that names two things alike."""
        if claim.name is None:
            self._refuse(claim, f"{claim} is bound to no name; write `name = theorem.claim(...)`, the name is part of "
                                f"its address")
        if claim.measurement is None:
            self._refuse(claim, f"{claim} has no measurement, so nothing can refute it; add @{claim.name}.enclosure, "
                                f".observation or .sampling")
        if not claim.all_cases():
            self._refuse(claim, f"{claim} has no case; add theorem.case(name, ...)")
        cases = claim.all_cases() + claim.all_outsides()
        for group in ([one.name for one in claim.all_cases()], [one.name for one in claim.all_outsides()], claim.false):
            twice = repeated(group, slug) or next((name for name in group if not slug(name)), None)
            if twice is not None:
                self._refuse(claim, f"the name {twice!r} in {claim} is not unique (or empty) as part of an address; "
                                    f"choose another")
        same = repeated(cases, lambda case: dict(case.data))
        if same is not None:
            first = next(case for case in cases if dict(case.data) == dict(same.data))
            self._refuse(claim, f"cases {first.name!r} and {same.name!r} of {claim} have the same data; change one, or "
                                f"drop it")
        symbols = sorted({symbol for relation in claim.written() for symbol in relation.free_symbols}, key=str)
        twice = repeated(symbols, str) or repeated(symbols, sympy.latex)
        if twice is not None:
            self._refuse(claim, f"two different symbols of {claim} are called {twice}: they read alike and are not the "
                                f"same; make it once, or give them two names")
        strange = next((symbol for symbol in symbols if beyond(symbol)), None)
        if strange is not None:
            self._refuse(claim, f"the symbol {strange} of {claim} is declared {beyond(strange)}; {ASSUMED}")

    def _refuse(self, where, message):
        raise LoadError(f"{self.file}:{where.line}: {message}")


def _shrinking(small, tied, order, then, first, halvings):
    """What shrinks and how, checked: exact, and such that a wrong order can be seen."""
    order, then, first = (exact(sympy.sympify(one), "order, then or first") for one in (order, then, first))
    if not (order > 0 and 0 < then <= 2*order and 0 < first):
        refuse(f"order={order}, then={then}, first={first}: the error's exponents are order, order + then, ..., with "
                f"0 < then <= 2*order, and first > 0")
    if small is not None:
        small = sympy.sympify(small)
        if not (small.is_Symbol or small.is_Pow and small.exp == -1 and small.base.is_Symbol):
            refuse(f"small={small} must be a symbol, or one over a symbol that grows")
    tied = {symbol: exact(sympy.sympify(rule), f"tied {symbol}") for symbol, rule in dict(tied or {}).items()}
    return small, MappingProxyType(tied), order, then, first, halvings


def _case(name, data):
    for key, value in data.items():
        if hasattr(Laboratory, key) or key in vars(Laboratory({})):
            refuse(f"case {name!r}: the laboratory has a tool called {key!r}; give the datum another name")
        data[key] = datum(value, f"case {name!r}, datum {key!r}")
        if _families_within(data[key]):
            refuse(f"case {name!r}, datum {key!r} holds a Box or an Each within another object, where nothing expands it; give it a "
                   f"name of its own")
    return Case(name, MappingProxyType(data))


def _families_within(value, top=True):
    if isinstance(value, (Box, Each)):
        return not top or isinstance(value, Each) and any(_families_within(one) for one in value.values)
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return any(_families_within(one, False) for one in inner)


def _outside(theorem, name, breaks, data):
    if breaks not in theorem.assumes:
        refuse(f"outside case {name!r} breaks {breaks}, which is no assumption of the theorem; it assumes "
                f"{', '.join(map(str, theorem.assumes)) or 'nothing'}")
    return Case(name, _case(name, data).data, breaks)
