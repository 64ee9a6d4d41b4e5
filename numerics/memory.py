"""A budget for the arrays of one call, stated before it starts.

The large arrays of `stability`, `eigen`, `enclosures` and the Gram matrices of networks are counted
first; what would not fit is refused at once, and nothing is allocated.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from numbers import Integral

BUDGET = 4*2**30                   # bytes, unless `budget` says otherwise
_allowed = ContextVar("allowed", default=BUDGET)


class TooLarge(MemoryError):
    """An input whose arrays exceed the budget; `needed` is their size in bytes."""

    def __init__(self, told, needed):
        super().__init__(told)
        self.needed = needed


@contextmanager
def budget(size):
    """Within, one call may hold arrays of `size` bytes."""
    if isinstance(size, bool) or not isinstance(size, Integral) or size < 0:
        raise ValueError(f"a budget is a whole number of bytes, not {size!r}")
    token = _allowed.set(int(size))
    try:
        yield
    finally:
        _allowed.reset(token)


def spare(share=1):
    """How many floats a part of the budget holds."""
    return int(_allowed.get()*share)//8


def require(numbers, what, mend=""):
    """Refuse what keeps that many floats at once, if the budget is smaller.

    Raises   TooLarge, a MemoryError, naming the size, the budget and the mend
    """
    if isinstance(numbers, bool) or not isinstance(numbers, Integral):
        raise TypeError(f"the count of numbers that {what} keeps must be an integer, not {numbers!r}")
    needed, allowed = 8*int(numbers), _allowed.get()
    if needed > allowed:
        raise TooLarge(f"{what} needs {_shown(needed)} for its arrays, and the budget is {_shown(allowed)}; "
                       f"{mend}{', or ' if mend else ''}raise it: with numerics.memory.budget({needed}): ...", needed)


def _shown(size):
    return f"{size/2**30:.1f} GiB" if size >= 2**30 else f"{size/2**20:.1f} MiB"
