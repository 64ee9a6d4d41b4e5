"""Integers of a case's data: exact through every operation, and divided by no other integer."""

from fractions import Fraction

import pytest
import sympy
from flint import arb, fmpq
from mpmath import mpf

from numerics.formula import Formula
from numerics.whole import Whole

SEVEN, X = Whole(7), sympy.Symbol("x")


@pytest.mark.parametrize("made", [SEVEN + 1, 1 + SEVEN, SEVEN - 1, 1 - SEVEN, SEVEN*2, 2*SEVEN, SEVEN//2, 9//SEVEN, SEVEN % 4, 9 % SEVEN,
                                  SEVEN**2, 2**SEVEN, -SEVEN, +SEVEN, abs(SEVEN), pow(SEVEN, 2), pow(SEVEN, -1, 10),
                                  SEVEN << 1, SEVEN >> 1, 1 << SEVEN, SEVEN & 3, SEVEN | 8, SEVEN ^ 1, ~SEVEN, round(SEVEN),
                                  *divmod(SEVEN, 2), *divmod(9, SEVEN)])
def test_what_is_made_of_it_is_divided_by_no_integer_either(made):
    assert type(made) is Whole
    for divided in (lambda: made/3, lambda: 3/made, lambda: made/SEVEN, lambda: made**-1, lambda: 3**-abs(made + 1)) if made else ():
        with pytest.raises(TypeError, match=r"53 bits would pass for exact; write Rational\(p, q\)"):
            divided()


@pytest.mark.parametrize("made, expected", [(SEVEN/Fraction(3), Fraction(7, 3)), (Fraction(1)/SEVEN, Fraction(1, 7)), (SEVEN/mpf(2), mpf(3.5)),
                                            (SEVEN/fmpq(3), fmpq(7, 3)), (SEVEN/sympy.Integer(3), sympy.Rational(7, 3)),
                                            (sympy.Rational(SEVEN, 3), sympy.Rational(7, 3)), (Formula((X/3,), (X,))(SEVEN)[0], Fraction(7, 3)),
                                            (arb(SEVEN)/2, arb(3.5)), ([5]*SEVEN, [5]*7), (Fraction(SEVEN, 2), Fraction(7, 2))])
def test_beside_exact_numbers_it_is_the_integer(made, expected):
    assert made == expected and SEVEN == 7 and hash(SEVEN) == hash(7)
