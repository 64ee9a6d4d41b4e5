"""Integers that stay exact: a quotient of two, which Python makes a float, is refused.

A measurement gets the integers of its case so.  Else `x > lab.a/3` would compare with 53 bits
of a third, and nothing that comes after could tell.
"""


class Whole(int):
    """An integer whose sums, products and powers are such integers, and whose quotient by an integer raises TypeError."""

    def _quotient(self, other):
        if isinstance(other, int):
            raise TypeError("a whole number of the data is divided by another, and Python makes a float of it: 53 bits would "
                            "pass for exact; write Rational(p, q), or p // q where it divides")
        return NotImplemented

    __truediv__ = __rtruediv__ = _quotient

    def __rpow__(self, other, modulus=None):
        return self._quotient(other) if isinstance(other, int) and self < 0 else _whole(int.__rpow__(self, other))

    def __pow__(self, other, modulus=None):
        if isinstance(other, int) and other < 0 and modulus is None:
            return self._quotient(other)
        return _whole(int.__pow__(self, other, modulus))


INTEGERS = {int, Whole}


def _whole(result):
    if type(result) is tuple:                              # of divmod
        return tuple(map(_whole, result))
    return Whole(result) if type(result) is int else result


def _closed(operation):
    return lambda self, *other: _whole(operation(self, *other))


_BOTH = "add", "sub", "mul", "floordiv", "mod", "divmod", "lshift", "rshift", "and", "or", "xor"
for _name in (*_BOTH, *(f"r{name}" for name in _BOTH), "neg", "pos", "abs", "invert", "round"):
    setattr(Whole, f"__{_name}__", _closed(getattr(int, f"__{_name}__")))
