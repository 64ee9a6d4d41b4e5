"""Whatever array a public function of `numerics` gets: the same result, or a refusal in words, never anything else.

Same: read-only, not contiguous, in another order or byte order, in single precision, as nested lists.
Refused: NaN, infinities, no entries, another dimension, texts, complex numbers, objects, ragged lists.
Extreme sizes: a refusal, or numbers that are numbers, low <= value <= high.
"""

import dataclasses
from fractions import Fraction
from numbers import Real

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import aslinearoperator

from numerics import eigen, estimates
from numeric_table import ARRAYS, EXACT_TOO, SYMMETRIC, TAKEN
from refusals import refusal


def numbers_in(value):
    """All the numbers in a result, in order."""
    if isinstance(value, np.ndarray):
        return value.ravel().tolist() if value.dtype.kind in "fiub" else [one for x in value.ravel() for one in numbers_in(x)]
    if dataclasses.is_dataclass(value):
        return [one for field in dataclasses.fields(value) for one in numbers_in(getattr(value, field.name))]
    if isinstance(value, (tuple, list)):
        return [one for inner in value for one in numbers_in(inner)]
    return [float(value)] if isinstance(value, Real) and not isinstance(value, bool) else []


def same(argument):
    """Other forms of the same numbers."""
    wide = np.zeros((*argument.shape[:-1], 2*argument.shape[-1]))
    wide[..., ::2] = argument
    locked = argument.copy()
    locked.flags.writeable = False
    return {"read-only": locked, "not contiguous": wide[..., ::2], "Fortran order": np.asfortranarray(argument),
            "reversed strides": argument[::-1].copy()[::-1], "big-endian": argument.astype(">f8"),
            "single precision": argument.astype(np.float32), "nested lists": argument.tolist(),
            "floats as objects": argument.astype(object), "Fractions": np.vectorize(Fraction, otypes=[object])(argument)}


def whole(argument):
    """The same array times a power of two that makes its entries whole, and that as integers."""
    larger = argument*64
    assert (larger == np.rint(larger)).all()
    return larger, larger.astype(np.int64)


def refused(argument, place, entry):
    """Arrays that no function can mean."""
    changed = lambda value, dtype=float: _with(argument.astype(dtype), place, value)
    ragged = argument.tolist()
    ragged[-1] = ragged[-1][:-1] if isinstance(ragged[-1], list) else [ragged[-1]]
    return {"NaN": changed(np.nan), "infinity": changed(np.inf), "minus infinity": changed(-np.inf), "no entries": argument[:0],
            "no columns": argument[..., :0], "a number": np.float64(entry), "one dimension more": argument[None][None],
            "texts": argument.astype(str), "complex": changed(1j, complex), "None": changed(None, object), "ragged": ragged,
            "a text": "nowhere", "nothing": None, "a dict": {}}


def _with(array, place, value):
    array = array.copy()
    array.ravel()[place % array.size] = value
    return array


@pytest.mark.parametrize("name", ARRAYS)
def test_another_form_of_the_same_numbers_gives_the_same_result(name):
    call, argument = ARRAYS[name]
    plain = numbers_in(call(argument.copy()))
    assert plain
    forms = same(argument)
    for form, given_ in forms.items() if name not in EXACT_TOO else [*forms.items()][:-2]:
        kept = np.array(given_, copy=True)
        assert numbers_in(call(given_)) == plain, form
        assert (np.asarray(given_) == kept).all(), f"{form}: the argument was changed"


@pytest.mark.parametrize("name", [name for name in ARRAYS if name not in EXACT_TOO])
def test_integers_give_what_the_same_floats_give(name):
    call, argument = ARRAYS[name]
    floats, integers = whole(argument)
    if refusal(call, floats) is None:
        assert numbers_in(call(integers)) == numbers_in(call(floats))
    else:
        assert str(refusal(call, integers)) == str(refusal(call, floats))


@pytest.mark.parametrize("name", ARRAYS)
def test_what_is_no_array_of_finite_numbers_is_refused(name):
    call, argument = ARRAYS[name]
    accepted = {(name, form) for place in (0, argument.size//2, -1) for form, given_ in refused(argument, place, 0.5).items()
                if refusal(call, given_) is None}
    assert accepted == {one for one in TAKEN if one[0] == name}


@pytest.mark.parametrize("name", ARRAYS)
@given(size=st.sampled_from((1e-320, 1e-300, 1e-160, 1e-30, 1e30, 1e150, 1e160, 1e300)), place=st.one_of(st.none(), st.integers(0, 20)))
def test_extreme_numbers_are_refused_or_give_numbers(name, size, place):
    call, argument = ARRAYS[name]
    extreme = argument*size if place is None else _mirrored(argument, place, size)
    if refusal(call, extreme) is None:
        with np.errstate(over="ignore"):
            found = call(extreme)
        assert not any(np.isnan(one) for one in numbers_in(found))
        if hasattr(found, "low") and hasattr(found, "high"):
            assert np.all(np.asarray(found.low) <= np.asarray(found.high))


def _mirrored(argument, place, size):
    """The array with one entry of that size, and its mirror image where the array is symmetric."""
    changed = _with(argument, place, size)
    if argument.ndim >= 2 and argument.shape[-1] == argument.shape[-2] and (argument == argument.swapaxes(-1, -2)).all():
        return np.where(changed != argument, changed, changed.swapaxes(-1, -2))
    return changed


@pytest.mark.parametrize("solve", [eigen.sharpest, eigen.flattest, estimates.trace])
@pytest.mark.parametrize("entry", [np.nan, np.inf])
def test_an_operator_whose_products_are_not_finite_is_refused(solve, entry):
    operator = aslinearoperator(_with(SYMMETRIC, 4, entry))
    with np.errstate(invalid="ignore"):
        assert refusal(solve, operator) is not None
