"""Whatever array a public function of `numerics` gets: the same result, or a refusal in words, never anything else.

Same: read-only, not contiguous, in another order or byte order, in single precision, as nested lists.
Refused: NaN, infinities, no entries, another dimension, texts, complex numbers, objects, ragged lists.
Extreme sizes: a refusal, or numbers that are numbers, low <= value <= high.
"""

import dataclasses
import traceback
import warnings
from numbers import Real
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import aslinearoperator

from numerics import chance, eigen, enclosures, estimates, filters, stable_networks
from numerics import stability_bounds, stability_moments, stability_noise, stability_operator, stability_threshold
from numerics.deep_linear import DeepLinear, Factorisation
from numerics.diagonal_linear import DiagonalLinear
from numerics.two_layer import TwoLayer

NUMERICS = Path(enclosures.__file__).resolve().parent
EIGHTHS = np.array([[3, -1, 2], [5, 4, -2], [1, 7, 6], [-3, 2, 8]])/8          # exact in single precision
SYMMETRIC = EIGHTHS[:3] + EIGHTHS[:3].T
DEFINITE = SYMMETRIC @ SYMMETRIC + np.eye(3)
NOISE = np.array([[1.0, -2, 0], [-1, 2, 0], [0, 3, -1], [0, -3, 1]])/4
VECTOR = EIGHTHS[0].copy()
THETA = np.arange(1, 9)/8
FAMILY = DeepLinear(EIGHTHS, EIGHTHS[:, :1], (3, 2, 1), 0.5)

CALLS = {                                      # name: (what is called, its argument)
    "step_size_threshold": (stability_threshold.step_size_threshold, EIGHTHS),
    "step_size_threshold in batches": (lambda x: stability_threshold.step_size_threshold(x, 2), EIGHTHS),
    "gradient_descent_threshold": (stability_threshold.gradient_descent_threshold, EIGHTHS),
    "curvature_bounds": (stability_bounds.curvature_bounds, EIGHTHS),
    "alignment": (stability_bounds.alignment, EIGHTHS),
    "one_step_curvature": (stability_bounds.one_step_curvature, EIGHTHS),
    "gaussian_curvature": (stability_moments.gaussian_curvature, np.abs(VECTOR)),
    "stationary_covariance": (lambda x: stability_noise.stationary_covariance(x, NOISE, 0.01), EIGHTHS),
    "stationary_covariance's noise": (lambda x: stability_noise.stationary_covariance(EIGHTHS, x, 0.01), NOISE),
    "second_moment_operator": (lambda x: stability_operator.second_moment_operator(x, 0.25), np.array([SYMMETRIC, DEFINITE])),
    "sharpest": (eigen.sharpest, SYMMETRIC),
    "sharpest, proved": (lambda x: eigen.sharpest(x, 2, proof=True), SYMMETRIC),
    "flattest": (eigen.flattest, SYMMETRIC),
    "smallest_nonzero": (lambda x: eigen.smallest_nonzero(x, 3)[0], DEFINITE),
    "spectrum": (eigen.spectrum, SYMMETRIC),
    "batched": (eigen.batched, np.array([SYMMETRIC, DEFINITE])),
    "batched in two": (eigen.batched, np.array([SYMMETRIC, DEFINITE])[:, :2, :2]),
    "trace": (estimates.trace, SYMMETRIC),
    "frobenius": (estimates.frobenius, SYMMETRIC),
    "density": (estimates.density, SYMMETRIC),
    "density's places": (lambda x: estimates.density(SYMMETRIC, x), np.sort(VECTOR)),
    "enclose": (enclosures.enclose, SYMMETRIC),
    "median_bounds": (chance.median_bounds, np.arange(100)/8),
    "mean_bounds": (lambda x: chance.mean_bounds(x, (0, 16)), np.arange(100)/8),
    "prediction_errors's spectrum": (lambda x: filters.prediction_errors(x, VECTOR, 0.5, 0.25, 0.5, [0, 1, 5]), np.abs(VECTOR)),
    "prediction_errors's signal": (lambda x: filters.prediction_errors(np.abs(VECTOR), x, 0.5, 0.25, 0.5, [0, 1, 5]), VECTOR),
    "compare_sam_with_gd": (lambda x: filters.compare_sam_with_gd(x, VECTOR, 0.5, 0.25, 0.5, [0, 1, 5]), np.abs(VECTOR)),
    "diagonal_gram": (lambda x: stable_networks.diagonal_gram(VECTOR, VECTOR, x), EIGHTHS),
    "relu_gram": (lambda x: stable_networks.relu_gram(EIGHTHS[:2], VECTOR[:2], x), EIGHTHS),
    "DeepLinear's inputs": (lambda x: DeepLinear(x, EIGHTHS[:, :1], (3, 2, 1), 0.5).at(THETA).value, EIGHTHS),
    "DeepLinear's parameters": (lambda x: FAMILY.at(x).value, THETA),
    "Factorisation": (lambda x: Factorisation(x, 2, 0.5).at(np.ones(14)/8).value, EIGHTHS),
    "DiagonalLinear": (lambda x: DiagonalLinear(x, EIGHTHS[:, 0], 0.5).at(np.ones(6)/8).value, EIGHTHS),
    "TwoLayer": (lambda x: TwoLayer(x, EIGHTHS[:, 0], "tanh", 0.5).at(np.ones(8)/8).value, EIGHTHS),
    "TwoLayer's targets": (lambda x: TwoLayer(EIGHTHS, x, "tanh", 0.5).at(np.ones(8)/8).value, EIGHTHS[:, 0].copy()),
}
ACCEPTED = {("density's places", "no entries"), ("density's places", "no columns"),       # counts at no place: none
            ("density's places", "nothing"),                                              # the default places
            ("enclose", "one dimension more"),                                            # a stack of stacks
            ("TwoLayer", "no columns")}                                                   # a sum of s(0)


def refusal(call, argument):
    """None if the call returns, else its exception, which must be a sentence raised by `numerics` itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "overflow encountered")      # an infinity says so itself
            call(argument)
    except (ValueError, TypeError, ArithmeticError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        inside = Path(last.filename).resolve().parent == NUMERICS and last.line.startswith("raise")
        assert inside and not isinstance(error, Warning), f"{type(error).__name__} from {last.filename}:{last.lineno}: {error}"
        assert len(str(error).split()) >= 4, f"{last.filename}:{last.lineno}: {error}"
        return error


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
            "single precision": argument.astype(np.float32), "nested lists": argument.tolist()}


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


@pytest.mark.parametrize("name", CALLS)
def test_another_form_of_the_same_numbers_gives_the_same_result(name):
    call, argument = CALLS[name]
    plain = numbers_in(call(argument.copy()))
    assert plain
    for form, given_ in same(argument).items():
        kept = np.array(given_, copy=True)
        assert numbers_in(call(given_)) == plain, form
        assert (np.asarray(given_) == kept).all(), f"{form}: the argument was changed"


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_array_of_finite_numbers_is_refused(name):
    call, argument = CALLS[name]
    accepted = {(name, form) for place in (0, argument.size//2, -1) for form, given_ in refused(argument, place, 0.5).items()
                if refusal(call, given_) is None}
    assert accepted == {one for one in ACCEPTED if one[0] == name}


@pytest.mark.parametrize("name", CALLS)
@given(size=st.sampled_from((1e-320, 1e-300, 1e-160, 1e-30, 1e30, 1e150, 1e160, 1e300)), place=st.one_of(st.none(), st.integers(0, 20)))
def test_extreme_numbers_are_refused_or_give_numbers(name, size, place):
    call, argument = CALLS[name]
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
