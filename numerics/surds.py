"""Exact sums of square roots: c_1 sqrt(a_1) + c_2 sqrt(a_2) + ..., a_i different squarefree integers > 0, c_i rational.

The square roots of different squarefree integers are linearly independent over the rationals (Besicovitch 1940), so
such a sum is 0 only if every coefficient is.  sqrt(a) sqrt(b) = g sqrt(ab/g^2), g = gcd(a, b), keeps products in this form:
an algorithm whose data are square roots runs without rounding, and what is rational in the end shows itself so.
"""

from math import gcd

from flint import arb, fmpq, fmpq_poly, fmpz

from numerics.laboratory import Absent


class Surd:
    """An exact real number; `parts` maps a squarefree integer to its root's coefficient, an fmpq that is not 0."""

    __slots__ = ("parts",)

    def __init__(self, parts):
        self.parts = {a: c for a, c in parts.items() if c != 0}

    @classmethod
    def root(cls, square):
        """The square root of an fmpq >= 0: sqrt(p/q) = sqrt(p q)/q, its square factors taken out."""
        if not isinstance(square, fmpq):
            raise TypeError(f"{square!r} of type {type(square).__name__} is no fmpq, of which to take an exact root")
        p, q = int(square.p), int(square.q)
        if p < 0:
            raise ValueError(f"{square} is negative, so its square root is not real")
        if p == 0:
            return cls({})
        free, outside = 1, 1
        for prime, power in fmpz(p*q).factor():
            free, outside = free*int(prime)**(power % 2), outside*int(prime)**(power//2)
        return cls({free: fmpq(outside, q)})

    def __add__(self, other):
        other = _surd(other)
        return Surd({a: self.parts.get(a, 0) + other.parts.get(a, 0) for a in {**self.parts, **other.parts}})

    def __mul__(self, other):
        other, found = _surd(other), {}
        for a, c in self.parts.items():
            for b, d in other.parts.items():
                g = gcd(a, b)
                key = (a//g)*(b//g)
                found[key] = found.get(key, 0) + c*d*g
        return Surd(found)

    def __neg__(self):
        return Surd({a: -c for a, c in self.parts.items()})

    def __sub__(self, other):
        return self + -_surd(other)

    def __rsub__(self, other):
        return _surd(other) - self

    def __truediv__(self, number):
        """By a rational number only."""
        return Surd({a: c/number for a, c in self.parts.items()})

    __radd__, __rmul__ = __add__, __mul__

    def __eq__(self, other):
        return self.parts == _surd(other).parts

    def __hash__(self):
        return hash(frozenset(self.parts.items()))

    def __repr__(self):
        return " + ".join(f"{c}*sqrt({a})" for a, c in sorted(self.parts.items())) or "0"

    def rational(self):
        """As an fmpq.  Raises: Absent if it is not rational."""
        if set(self.parts) - {1}:
            raise Absent(f"{self} is not rational")
        return fmpq(self.parts.get(1, 0))

    def ball(self):
        """A ball of the working precision."""
        return sum((arb(c)*arb(a).sqrt() for a, c in self.parts.items()), arb(0))


def characteristic_polynomial(matrix):
    """det(x - M) as an fmpq_poly, for rows of `Surd`s whose characteristic polynomial is rational.

    Faddeev and LeVerrier: N_1 = M, c_k = -trace(N_k)/k, N_{k+1} = M (N_k + c_k I).
    Error: none, exact.  Raises: Absent if a coefficient is not rational
    """
    n, power, found = len(matrix), matrix, [fmpq(1)]
    for k in range(1, n + 1):
        found.append((-sum(power[i][i] for i in range(n))/k).rational())
        power = matrix_product(matrix, [[x + (found[-1] if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(power)])
    return fmpq_poly(found[::-1])


def matrix_product(one, other):
    """The matrix product of rows."""
    return [[sum((a*b for a, b in zip(row, column)), Surd({})) for column in zip(*other)] for row in one]


def _surd(x):
    return x if isinstance(x, Surd) else Surd({1: fmpq(x)})
