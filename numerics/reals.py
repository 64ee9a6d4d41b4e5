"""Reading arrays of real numbers: what is none is refused in words, before anything is computed."""

import numpy as np

LARGEST = 2.0**500                 # sums of squares up to this are floats


def floats(name, values):
    """`values` as a C-contiguous float array, which is `values` itself where it is one already.

    Error    rounding to the nearest float, for exact numbers that are none
    Raises   TypeError for texts, complex numbers, and objects that are no numbers; ValueError for ragged lists
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be an array of numbers; these rows have different lengths") from None
    numbers = array.dtype.kind in "fiub" or array.dtype.kind == "O" and all(
        hasattr(one, "__float__") and not isinstance(one, np.ndarray) for one in array.ravel().tolist())
    if not numbers:
        shown = type(values).__name__ if array.dtype.kind == "O" else f"of dtype {array.dtype}"
        raise TypeError(f"{name} must hold real numbers only, and this {shown} holds others"
                        if array.ndim else f"{name} must be an array of real numbers, not {shown}")
    try:
        return np.ascontiguousarray(array, dtype=float).reshape(array.shape)
    except (TypeError, OverflowError, ValueError) as error:      # a symbol, or an integer beyond all floats
        raise TypeError(f"{name} must hold real numbers of a float's range: {error}") from None


def moderate(name, array, power):
    """Refuse an array of which the largest entry, to that power, leaves the range of floats.

    Raises   ValueError outside [2^(-1000/power), 2^(1000/power)]
    """
    largest = float(np.abs(array).max())
    if not 2.0**(-1000/power) <= largest <= 2.0**(1000/power):
        raise ValueError(f"{name} has the largest entry {largest:.3g}, whose power {power} leaves the range of floats; "
                         f"divide all of them by one number first")


def scale(name, value):
    """`value` as a finite positive float.  Raises as `finite`; ValueError for 0 and below."""
    value = float(finite(name, value, 0))
    if value <= 0:
        raise ValueError(f"{name} must be positive, not {value}")
    return value


def finite(name, values, dimensions, largest=LARGEST):
    """`values` as a finite float array of that many dimensions, no entry larger than `largest` in size.

    Raises   as `floats`; ValueError for other dimensions, NaN, infinities and larger entries, naming the entry
    """
    array = floats(name, values)
    if array.ndim != dimensions:
        raise ValueError(f"{name} must have {dimensions} dimension(s), not shape {array.shape}")
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}{list(place) if place else ''} is {array[place]}; every entry must be finite")
    if array.size and np.abs(array).max() > largest:
        place = tuple(int(k) for k in np.unravel_index(np.abs(array).argmax(), array.shape))
        raise ValueError(f"{name}{list(place) if place else ''} is {array[place]}, and squares of entries beyond "
                         f"{largest:.3g} leave the range of floats; rescale them")
    return array
