"""Whatever number, list or matrix a public function of `numerics` gets in place of an exact one: a refusal in words, or numbers.

What is accepted is listed by name, with the reason; everything else must be refused by `numerics` itself.
"""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
import sympy
from mpmath import mp

import numerics
from numeric_table import ACCEPTED, ARRAYS, EXACT, WITHIN
from refusals import refusal

NUMBERS = {"NaN": float("nan"), "infinity": float("inf"), "minus infinity": float("-inf"), "NumPy's NaN": np.float64("nan"),
           "mpmath's NaN": mp.nan, "SymPy's NaN": sympy.nan, "SymPy's infinity": sympy.oo, "a text": "one", "nothing": None,
           "a list": [], "an array": np.array([[1.0]]), "an object array": np.array(None, dtype=object), "complex": 1j, "a dict": {}}
LISTS = {"nothing": None, "a text": "ab", "a number": 3, "no dimension": np.array(1), "NaN": [float("nan")]*2,
         "infinity": [sympy.oo]*2, "rows of NaN": [[float("nan")]*2]*2, "texts": ["a", "b"], "None": [None]*2,
         "an object array": np.array([None, None], dtype=object), "complex": [1j]*2, "ragged": [[1], [1, 2]], "no entries": [],
         "a row without entries": [[]], "a dict": {}, "booleans": [True, False]}
SLOTS = [(name, place) for name, (_, arguments) in EXACT.items() for place in range(len(arguments))]


def forms(argument):
    return LISTS if isinstance(argument, (list, tuple)) else NUMBERS


@pytest.mark.parametrize("name, place", SLOTS, ids=[f"{name}, argument {place}" for name, place in SLOTS])
def test_what_is_no_finite_number_or_list_of_them_is_refused(name, place):
    call, arguments = EXACT[name]
    assert refusal(call, *arguments) is None
    accepted = {form for form, given in forms(arguments[place]).items()
                if refusal(call, *arguments[:place], given, *arguments[place + 1:]) is None}
    assert accepted == ACCEPTED.get((name, place), set())


def public():
    """MODULE.NAME of every function and class that `numerics` defines under public names, exceptions left out."""
    for module in pkgutil.walk_packages(numerics.__path__, "numerics."):
        short = module.name.removeprefix("numerics.")
        if any(part.startswith("_") for part in short.split(".")):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            own = getattr(value, "__module__", None) == module.name and callable(value)
            if own and not name.startswith("_") and not (inspect.isclass(value) and issubclass(value, Exception)):
                yield f"{short}.{name}"


def test_the_table_names_every_public_function():
    tried, there = {name.partition(":")[0] for name in (*ARRAYS, *EXACT)}, {*public()}
    whole = {module for module, names in WITHIN.items() if names == "*"}
    within = {f"{module}.{name}" for module, names in WITHIN.items() if module not in whole for name in names.split()}
    within |= {name for name in there if name.rpartition(".")[0] in whole}
    assert tried <= there, f"no longer there: {tried - there}"
    assert within <= there, f"no longer there: {within - there}"
    assert there <= tried | within, f"add a good call of each to tests/properties/numeric_table.py: {there - tried - within}"
    assert not tried & within, f"named twice: {tried & within}"
