from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings, strategies
from sympy import Poly, Rational, oo, pi, rootof, sqrt
from sympy.abc import x, y

from numerics.balls import lower, precision, upper
from numerics.sturm import count_roots, enclose_root, isolate_roots, sign_at

quarters = strategies.fractions(-4, 4, max_denominator=4)
BETWEEN = {"[]": lambda a, r, b: a <= r <= b, "[)": lambda a, r, b: a <= r < b,
           "(]": lambda a, r, b: a < r <= b, "()": lambda a, r, b: a < r < b}


def rational(fraction):
    return Rational(fraction.numerator, fraction.denominator)


@settings(max_examples=60, deadline=None)
@given(strategies.lists(quarters, min_size=1, max_size=6), quarters, quarters)
def test_roots_chosen_beforehand_are_counted_once_each_with_every_kind_of_end(roots, a, b):
    # The factor x^2 + 1 has no real root; repeated entries are multiple roots; ends hit roots often.
    a, b = sorted((a, b))
    poly = prod((x - rational(r) for r in roots), start=(x**2 + 1)*Rational(3, 7))
    for ends, between in BETWEEN.items():
        assert count_roots(poly, a, b, ends) == sum(between(a, r, b) for r in set(roots))


@settings(max_examples=40, deadline=None)
@given(strategies.lists(quarters, min_size=1, max_size=5))
def test_isolating_intervals_hold_one_chosen_root_each_with_its_multiplicity(roots):
    poly = prod((x - rational(r) for r in roots), start=x**0*(x**2 + x + 1))
    found = isolate_roots(poly)
    assert len(found) == len(set(roots))
    for (low, high, multiplicity), root in zip(found, sorted(set(roots))):
        assert low < root <= high and multiplicity == roots.count(root)
    assert all(left[1] <= right[0] for left, right in zip(found, found[1:]))


@settings(max_examples=40, deadline=None)
@given(strategies.lists(strategies.integers(-9, 9), min_size=2, max_size=8),
       strategies.integers(-5, 5), strategies.integers(0, 5))
def test_counts_agree_with_sympys_continued_fractions(coefficients, low, width):
    poly = Poly(coefficients, x)
    if not poly.is_zero:
        assert count_roots(poly, low, low + width, "[]") == poly.count_roots(low, low + width)


def test_an_algebraic_end_that_is_a_root_counts_only_where_the_end_is_closed():
    # sqrt(5) - 1 is a root of x^2 + 2 x - 4.
    poly, end = (x**2 + 2*x - 4)*(x - 1), sqrt(5) - 1
    assert count_roots(poly, 1, end, "[]") == 2
    assert count_roots(poly, 1, end, "[)") == 1
    assert count_roots(poly, 1, end, "(]") == 1
    assert count_roots(poly, 1, end, "()") == 0
    assert count_roots(poly, 1, end - Rational(1, 10**30), "(]") == 0
    assert count_roots(poly, end, end, "[]") == 1
    assert count_roots(poly, end, end, "(]") == 0


def test_the_same_algebraic_number_written_in_two_ways_is_one_end():
    nested = sqrt(6 - 2*sqrt(5))            # = sqrt(5) - 1
    assert count_roots(x**2 + 2*x - 4, nested, sqrt(5) - 1, "[]") == 1


def test_signs_at_algebraic_numbers_are_exact():
    assert sign_at(x**2 - 2, sqrt(2)) == 0
    assert sign_at(x**2 - 2, rootof(y**5 - y - 1, 0)) == -1
    close = Rational(665857, 470832)        # exceeds sqrt(2) by less than 2e-12
    assert sign_at(x - close, sqrt(2)) == -1
    assert sign_at(x**3, -oo) == -1 and sign_at(-x**2, -oo) == -1 and sign_at(x, oo) == 1


def test_the_whole_line_is_counted_between_infinities():
    chebyshev = Poly(16*x**5 - 20*x**3 + 5*x, x)
    assert count_roots(chebyshev, -oo, oo, "()") == 5
    assert count_roots(chebyshev, 0, oo, "()") == 2
    assert count_roots(Poly(7, x), -oo, oo, "()") == 0


def test_a_root_is_enclosed_to_the_working_precision():
    with precision(200):
        found = enclose_root(x**2 - 2, 1)
        assert lower(found)**2 < 2 < upper(found)**2
        assert upper(found) - lower(found) < Fraction(3, 2)*Fraction(1, 2**197)


def test_refusals_name_the_fault():
    with pytest.raises(ValueError, match="ends must be one of"):
        count_roots(x, 0, 1, "closed")
    with pytest.raises(ValueError, match="one variable over the rationals"):
        count_roots(x*y, 0, 1, "[]")
    with pytest.raises(ValueError, match="one variable over the rationals"):
        count_roots(x - sqrt(2), 0, 1, "[]")
    with pytest.raises(ValueError, match="low <= high"):
        count_roots(x, 1, 0, "[]")
    with pytest.raises(ValueError, match="low <= high"):
        count_roots(x, oo, 0, "[]")
    with pytest.raises(TypeError, match="float"):
        count_roots(x, 0.5, 1, "[]")
    with pytest.raises(ValueError, match="not known to be an algebraic"):
        count_roots(x, 0, pi, "[]")
    with pytest.raises(ValueError, match="zero polynomial"):
        count_roots(Poly(0, x), 0, 1, "[]")
    with pytest.raises(ValueError, match="2 real roots"):
        enclose_root(x**2 - 2, 2)
