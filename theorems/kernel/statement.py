"""The words of a theorem module: Theorem, Claim, Case, Each, Box, Source, Erratum.

A module declares; it decides nothing.  Whatever can be refused by looking at the
declaration alone is refused here, at the line where it stands.  `discover` freezes a
theorem once its module has run.
"""

import itertools
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import flint
import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanAtom, Equivalent

from numerics.laboratory import Laboratory


class LoadError(Exception):
    """A module cannot be used; the message names the file, the line and the mend."""


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

    def __init__(self, values):
        object.__setattr__(self, "values", tuple(_exact_data(value, "Each()") for value in values))
        if not self.values:
            _refuse("Each() holds no value, so the case would stand for nothing; give at least one")
        twice = _repeated(self.values, lambda one: one)
        if twice is not None:
            _refuse(f"Each() holds {twice} twice: the same instance counted again shows nothing; give different ones")


@dataclass(frozen=True)
class Box:
    """Every real number from `low` to `high`; checked whole, by subdivision into balls."""

    low: sympy.Expr
    high: sympy.Expr

    def __init__(self, low, high):
        object.__setattr__(self, "low", sympy.sympify(low))
        object.__setattr__(self, "high", sympy.sympify(high))
        if _floats(self.low) or _floats(self.high) or not (self.high - self.low).is_positive:
            _refuse(f"Box({low}, {high}) needs exact ends, the lower one first")


@dataclass(frozen=True)
class Case:
    """A name and exact data; `breaks` is the one assumption an outside case violates."""

    name: str
    data: dict
    breaks: object = None

    def __getattr__(self, name):
        try:
            return self.__dict__["data"][name]
        except KeyError:
            raise AttributeError(f"case {self.name!r} has no datum {name!r}; "
                                 f"it has {', '.join(self.data) or 'none'}") from None

    def instances(self):
        """The cases this one stands for: one for each choice from its families."""
        families = [key for key, value in self.data.items() if isinstance(value, Each)]
        for choice in itertools.product(*(self.data[key].values for key in families)):
            chosen = dict(zip(families, choice))
            label = ", ".join(f"{key}={value}" for key, value in chosen.items())
            yield Case(self.name + (f" [{label}]" if label else ""), {**self.data, **chosen}, self.breaks)


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


def slug(text):
    """The part of an address made from a name: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def relations(statement):
    """The relations of a statement, which is one relation or a tuple of them."""
    return tuple(statement) if isinstance(statement, (tuple, sympy.Tuple)) else (statement,)


class _Shown:
    """A notebook shows it as the page does."""

    def _repr_html_(self):
        from reports.notebook import html
        return html(self)

    def _repr_latex_(self):
        from reports.notebook import tex
        return tex(self)


class Claim(_Shown):
    """One assertion of a theorem, with its false variants, proof, cases and measurement."""

    def __init__(self, theorem, says, statement, false):
        self.theorem, self.says, self.name, self.line = theorem, says, None, _line()
        self.statement = _statement(statement, f"claim {says!r}")
        self.false = MappingProxyType({name: _statement(wrong, f"false variant {name!r} of {says!r}")
                                       for name, wrong in dict(false or {}).items()})
        self.argument, self.scope, self.measurement, self.cases, self.outsides = None, "", None, (), ()
        if len(self.false) < 2:
            _refuse(f"claim {says!r} has {len(self.false)} false variants; give at least two instructive "
                    f"wrong statements, false={{name: relation, ...}}")
        for name, wrong in self.false.items():
            if relations(wrong) == relations(self.statement):
                _refuse(f"false variant {name!r} is the claim {says!r} itself")

    def proof(self, function=None, *, scope=""):
        """Register the proof: one argument for each relation, yields goals."""
        self._open("argument")
        if function is None:
            return lambda given: self.proof(given, scope=scope)
        self.argument, self.scope = function, scope
        return function

    def enclosure(self, function):
        """Register an enclosure: returns exact numbers or balls."""
        return self._measure(Measurement("ENCLOSED", function))

    def observation(self, *, small, tied=None, order=1, then=1, first=sympy.Rational(1, 8), halvings=6):
        """Register an observation: returns the value at one small number."""
        if halvings < 4:
            _refuse(f"halvings={halvings} shows no order; at least 4 are needed")
        shrinking = _shrinking(small, tied, order, then, first, halvings)
        return lambda function: self._measure(Measurement("OBSERVED", function, *shrinking))

    def sampling(self, *, small=None, tied=None, order=1, then=1, first=sympy.Rational(1, 8),
                 halvings=4, centre="median", within=None, count=1000):
        """Register a sampling: returns as many independent values as it is asked for, at most `count`."""
        if centre not in ("median", "mean") or (centre == "mean") != (within is not None):
            _refuse('centre is "median", or "mean" together with within=(low, high)')
        if small is not None and halvings < 2:
            _refuse(f"halvings={halvings} shows no limit; at least 2 are needed")
        shrinking = _shrinking(small, tied, order, then, first, halvings)
        return lambda function: self._measure(Measurement("SAMPLED", function, *shrinking, centre, within, count))

    def case(self, name, **data):
        self._open()
        self.cases += (_case(name, data),)

    def outside(self, name, breaks, **data):
        self._open()
        self.outsides += (_outside(self.theorem, name, breaks, data),)

    def all_cases(self):
        return self.theorem.cases + self.cases

    def all_outsides(self):
        return self.theorem.outsides + self.outsides

    def written(self):
        """The relations of the assumptions, the claim and its false variants."""
        statements = (self.statement, *self.false.values())
        return [*self.theorem.assumes, *(relation for statement in statements for relation in relations(statement))]

    def _measure(self, measurement):
        self._open("measurement")
        object.__setattr__(self, "measurement", measurement)
        return measurement.function

    def _open(self, slot=None):
        if self.theorem.frozen:
            raise TypeError(f"claim {self.says!r} is frozen: declare everything while the module is loaded")
        if slot and getattr(self, slot) is not None:
            _refuse(f"claim {self.says!r} has two of its {slot}s; a claim takes one")

    def __setattr__(self, name, value):
        if getattr(getattr(self, "theorem", None), "frozen", False):
            raise TypeError(f"claim {self.says!r} is frozen: its {name} cannot change after loading")
        object.__setattr__(self, name, value)


class Theorem(_Shown):
    """A published or conjectured result: title, source, assumptions, cases, claims."""

    frozen = False

    def __init__(self, title, source=None, assumes=()):
        self.title, self.source = title, source or Source("")
        self.assumes = tuple(_relation(relation, "assumption") for relation in relations(assumes))
        self.claims, self.cases, self.outsides, self.errata = (), (), (), ()
        self.reader, self.line, self.address, self.file = None, _line(), None, None

    def data(self, function):
        """Register how a case's data give symbols their values: case -> {symbol: exact value}."""
        self._open()
        if self.reader:
            _refuse("a theorem takes one @theorem.data")
        self.reader = function
        return function

    def claim(self, says, statement, false=None):
        self._open()
        self.claims += (Claim(self, says, statement, false),)
        return self.claims[-1]

    def case(self, name, **data):
        self._open()
        self.cases += (_case(name, data),)

    def outside(self, name, breaks, **data):
        self._open()
        self.outsides += (_outside(self, name, breaks, data),)

    def erratum(self, at, printed, fault, statement, witness, repaired, where=()):
        """Record that `printed` (in symbols: `statement`) is false at `witness`, where `where` holds."""
        self._open()
        symbols = {symbol: _exact(value, f"witness of {at!r}") for symbol, value in witness.items()}
        self.errata += (Erratum(at, printed, fault, _statement(statement, f"erratum {at!r}"), symbols,
                                tuple(_relation(one, "where") for one in relations(where)), repaired),)

    def freeze(self, address, file, names, by_hand=lambda function: None):
        """Name the claims by the module's variables, and allow no further change.

        `by_hand` says where a measurement's function iterates outside its laboratory.
        """
        self.file = str(file)
        if not self.claims:
            self._refuse(self, f"the theorem {self.title!r} has no claim; add theorem.claim(...)")
        for claim in self.claims:
            claim.name = next((name for name, value in names.items() if value is claim), None)
            self._complete(claim)
            claim.measurement = replace(claim.measurement, by_hand=by_hand(claim.measurement.function))
        self.address = address
        self.frozen = True

    def _complete(self, claim):
        """Refuse a claim in which something is missing, or that names two things alike."""
        says = f"claim {claim.says!r}"
        if claim.name is None:
            self._refuse(claim, f"{says} is bound to no name; write `name = theorem.claim(...)`, the name is part of "
                                f"its address")
        if claim.measurement is None:
            self._refuse(claim, f"{says} has no measurement, so nothing can refute it; add @{claim.name}.enclosure, "
                                f".observation or .sampling")
        if not claim.all_cases():
            self._refuse(claim, f"{says} has no case; add theorem.case(name, ...)")
        cases = claim.all_cases() + claim.all_outsides()
        for group in ([one.name for one in claim.all_cases()], [one.name for one in claim.all_outsides()], claim.false):
            twice = _repeated(group, slug) or next((name for name in group if not slug(name)), None)
            if twice is not None:
                self._refuse(claim, f"the name {twice!r} in {says} is not unique (or empty) as part of an address; "
                                    f"choose another")
        same = _repeated(cases, lambda case: dict(case.data))
        if same is not None:
            first = next(case for case in cases if dict(case.data) == dict(same.data))
            self._refuse(claim, f"cases {first.name!r} and {same.name!r} of {says} have the same data; change one, or "
                                f"drop it")
        symbols = sorted({symbol for relation in claim.written() for symbol in relation.free_symbols}, key=str)
        twice = _repeated(symbols, str)
        if twice is not None:
            self._refuse(claim, f"two different symbols of {says} are called {twice}: they read alike and are not the "
                                f"same; make it once, or give them two names")

    def _refuse(self, where, message):
        raise LoadError(f"{self.file}:{where.line}: {message}")

    def _open(self):
        if self.frozen:
            raise TypeError(f"theorem {self.title!r} is frozen: declare everything while the module is loaded")

    def __setattr__(self, name, value):
        if self.frozen:
            raise TypeError(f"theorem {self.title!r} is frozen: its {name} cannot change after loading")
        object.__setattr__(self, name, value)


def _shrinking(small, tied, order, then, first, halvings):
    """What shrinks and how, checked: exact, and such that a wrong order can be seen."""
    order, then, first = (_exact(sympy.sympify(one), "order, then or first") for one in (order, then, first))
    if not (order > 0 and 0 < then <= 2*order and 0 < first):
        _refuse(f"order={order}, then={then}, first={first}: the error's exponents are order, order + then, ..., with "
                f"0 < then <= 2*order, and first > 0")
    if small is not None:
        small = sympy.sympify(small)
        if not (small.is_Symbol or small.is_Pow and small.exp == -1 and small.base.is_Symbol):
            _refuse(f"small={small} must be a symbol, or one over a symbol that grows")
    tied = {symbol: _exact(sympy.sympify(rule), f"tied {symbol}") for symbol, rule in dict(tied or {}).items()}
    return small, MappingProxyType(tied), order, then, first, halvings


def _repeated(things, key):
    """The first thing whose key is that of an earlier one, or None."""
    keys = [key(one) for one in things]
    return next((one for k, one in enumerate(things) if keys[k] in keys[:k]), None)


def _case(name, data):
    for key, value in data.items():
        if hasattr(Laboratory, key) or key in vars(Laboratory({})):
            _refuse(f"case {name!r}: the laboratory has a tool called {key!r}; give the datum another name")
        data[key] = _exact_data(value, f"case {name!r}, datum {key!r}")
    return Case(name, MappingProxyType(data))


def _outside(theorem, name, breaks, data):
    if breaks not in theorem.assumes:
        _refuse(f"outside case {name!r} breaks {breaks}, which is no assumption of the theorem; it assumes "
                f"{', '.join(map(str, theorem.assumes)) or 'nothing'}")
    return Case(name, _case(name, data).data, breaks)


def _statement(statement, what):
    parts = tuple(_relation(one, what) for one in relations(statement))
    if not parts:
        _refuse(f"{what} has an empty statement")
    return parts if isinstance(statement, (tuple, sympy.Tuple)) else parts[0]


def _relation(relation, what):
    if isinstance(relation, (bool, BooleanAtom)):
        _refuse(f"{what} is {relation} before anything is measured: SymPy evaluated it; its sides must hold symbols "
                f"that differ, and an equation is Eq(left, right), for == compares at once")
    if not isinstance(relation, (Relational, Equivalent, Boolean)) or isinstance(relation, sympy.Symbol):
        _refuse(f"{what} must be a SymPy relation such as Eq(x, 2*a), not {relation!r}")
    if relation.atoms(sympy.Dummy):
        _refuse(f"{what} holds a Dummy, whose name differs from run to run; use symbols(...)")
    return _exact(relation, what)


def _exact_data(value, what):
    """A datum that is exact and cannot change: numbers, expressions, names, and tuples of them."""
    if isinstance(value, (list, tuple, range)):
        return tuple(_exact_data(one, what) for one in value)
    if isinstance(value, Mapping):
        return MappingProxyType({key: _exact_data(one, what) for key, one in value.items()})
    if isinstance(value, sympy.MatrixBase):
        return _exact(value.as_immutable(), what)
    if isinstance(value, (float, complex)) or not (isinstance(value, _DATA) or hasattr(value, "__dataclass_fields__")):
        _floats(value) or _refuse(f"{what} is {value!r} of type {type(value).__name__}, which is no exact datum; "
                                  f"write integers, Rational(p, q), expressions, names, or tuples of them")
    return _exact(value, what)


_DATA = (int, Fraction, sympy.Basic, str, type(None), flint.fmpq, flint.fmpz)


def _exact(value, what):
    """`value`, after making sure that no float hides in it."""
    if found := _floats(value):
        _refuse(f"{what} contains the float {found[0]}; write an exact number such as Rational(1, 3)")
    return value


def _floats(value):
    if isinstance(value, (float, complex)) or type(value).__name__ in ("mpf", "mpc", "float64", "float32"):
        return [value]
    if isinstance(value, sympy.MatrixBase):
        return _floats(list(value))
    if isinstance(value, sympy.Basic):
        return sorted(value.atoms(sympy.Float), key=str)
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [found for one in value for found in _floats(one)]
    if hasattr(value, "__dataclass_fields__"):
        return [found for one in fields(value) for found in _floats(getattr(value, one.name))]
    return []


def _frame():
    here = Path(__file__).name
    frame = sys._getframe(1)
    while frame and Path(frame.f_code.co_filename).name in (here, "<string>"):
        frame = frame.f_back
    return frame


def _line():
    return _frame().f_lineno


def _refuse(message):
    """Refuse a declaration, naming the file and line of the module that made it."""
    frame = _frame()
    raise LoadError(f"{frame.f_code.co_filename}:{frame.f_lineno}: {message}")
