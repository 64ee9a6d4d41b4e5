"""Eigenvalues of rational symmetric matrices without rounding: counts, ranks, multiplicities.

The characteristic polynomial of a real symmetric matrix has real roots only, so Descartes'
rule is exact: the number of eigenvalues above mu is the number of sign changes in the
coefficients of p(mu + y), and the multiplicity of mu the number of vanishing last ones.
"""

from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from sympy import QQ, Poly, Symbol
from sympy.polys.matrices import DomainMatrix

from numerics.reading import exact_fraction, listed, whole


class ExactSpectrum:
    """The spectrum of a symmetric rational matrix, from its characteristic polynomial.

    matrix : SymPy Matrix or nested lists of int, Fraction or SymPy rationals (floats are refused;
        the doubles of an array are rationals too: pass Fractions of them)

    Error   none: every count is exact, every enclosure has rational ends
    Cost    the polynomial, 0.04 s for 60 rows of 110-bit entries; then n^2 integer operations a count
    Raises  ValueError for floats, other irrational entries, or no symmetry
    """

    def __init__(self, matrix):
        rows = [[_rational(x, i, j) for j, x in enumerate(row)] for i, row in enumerate(_rows(matrix))]
        self.size = len(rows)
        if not rows or any(len(row) != self.size for row in rows):
            raise ValueError("the matrix must be square with at least one row")
        for i in range(self.size):
            for j in range(i):
                if rows[i][j] != rows[j][i]:
                    raise ValueError(f"entries ({i}, {j}) = {rows[i][j]} and ({j}, {i}) = {rows[j][i]} "
                                     f"differ: the matrix is not symmetric")
        self.rows = rows

    @cached_property
    def _coefficients(self):
        """Integers proportional to the characteristic polynomial's, highest degree first."""
        table = [[QQ(x.numerator, x.denominator) for x in row] for row in self.rows]
        found = DomainMatrix(table, (self.size, self.size), QQ).to_field().charpoly()
        return _integers([Fraction(int(c.numerator), int(c.denominator)) for c in found])

    @cached_property
    def _distinct(self):
        """The same with every root simple."""
        poly = Poly(self._coefficients, Symbol("t"))
        return _integers([Fraction(int(c)) for c in poly.quo(poly.gcd(poly.diff())).all_coeffs()])

    def count(self, mu):
        """(below, equal, above): how many eigenvalues are less than, equal to, more than mu."""
        return _count(self._coefficients, exact_fraction("mu", mu))

    @property
    def inertia(self):
        """(negative, zero, positive) eigenvalues."""
        return self.count(0)

    @property
    def rank(self):
        return self.size - self.inertia[1]

    def enclose(self, k, width):
        """Fractions (low, high), high - low <= width, round the k-th largest eigenvalue (k from 1).

        A rational eigenvalue that bisection meets is returned with low = high.
        """
        k, width = self._place(k), exact_fraction("width", width)
        if width <= 0:
            raise ValueError(f"width must be positive, not {width}")
        low, high = self._start(k)
        while high - low > width:
            low, high = self._halved(k, low, high)
        return low, high

    def multiplicity(self, k):
        """How often the k-th largest eigenvalue occurs, exactly."""
        low, high = self._start(k := self._place(k))
        while self._inside(self._distinct, low, high) > 1:
            low, high = self._halved(k, low, high)
        return self._inside(self._coefficients, low, high)

    def _place(self, k):
        if not 1 <= whole("k", k) <= self.size:
            raise ValueError(f"k must lie between 1 and {self.size}, not {k}")
        return int(k)

    def _inside(self, coefficients, low, high):
        """Roots in [low, high]."""
        below, _, _ = _count(coefficients, low)
        _, _, above = _count(coefficients, high)
        return len(coefficients) - 1 - below - above

    def _holds(self, k, low, high):
        return self.count(low)[2] + self.count(low)[1] >= k and self.count(high)[2] < k

    def _halved(self, k, low, high):
        middle = (low + high)/2
        _, equal, above = self.count(middle)
        if above >= k:
            return middle, high
        return (middle, middle) if above + equal >= k else (low, middle)

    def _start(self, k):
        """An interval found by floats where they help, proved by counts; else the row-sum bound."""
        bound = max(sum(map(abs, row)) for row in self.rows)
        guess = np.array([[_double(x/bound) if bound else 0.0 for x in row] for row in self.rows])
        centre = Fraction(np.linalg.eigvalsh(guess)[-k])*bound
        reach = bound*Fraction(self.size, 2**48)
        while reach and reach < bound:
            if self._holds(k, centre - reach, centre + reach):
                return centre - reach, centre + reach
            reach *= 2**8
        return -bound, bound


def _count(coefficients, mu):
    """(below, equal, above) for a real-rooted polynomial with integer coefficients."""
    shifted = [c*mu.denominator**i for i, c in enumerate(coefficients)]
    for end in range(len(shifted) - 1, 0, -1):           # Taylor shift by the numerator, by Horner
        for i in range(1, end + 1):
            shifted[i] += shifted[i - 1]*mu.numerator
    equal = next(i for i, c in enumerate(reversed(shifted)) if c)
    signs = [c > 0 for c in shifted if c]
    above = sum(s != t for s, t in zip(signs, signs[1:]))
    return len(coefficients) - 1 - equal - above, equal, above


def _integers(fractions):
    common = lcm(*(f.denominator for f in fractions))
    return [int(f*common) for f in fractions]


def _rows(matrix):
    """Rows of any type; of a table that is none, its name and type are told."""
    rows = matrix.tolist() if hasattr(matrix, "tolist") else matrix
    return [listed(f"row {i}", row) for i, row in enumerate(listed("the matrix", rows))]


def _rational(x, i, j):
    if isinstance(x, float) or getattr(x, "is_Float", False):
        raise ValueError(f"entry ({i}, {j}) is the float {x}; write it as an exact number, or pass "
                         f"Fraction({x}) if the double itself is meant")
    if getattr(x, "is_Rational", False):
        return Fraction(int(x.p), int(x.q))
    if not isinstance(x, (int, Fraction, np.integer)):
        raise ValueError(f"entry ({i}, {j}) = {x} is not rational")
    return Fraction(int(x)) if isinstance(x, np.integer) else Fraction(x)


def _double(x):
    return x.numerator/x.denominator
