"""Confidence bounds: exact ranks, coverage, refusals."""

from fractions import Fraction
from math import comb, log, sqrt

import numpy as np
import pytest

from numerics.chance import LEVEL, generator, mean_bounds, median_bounds, order_ranks


@pytest.mark.parametrize("count", [1, 5, 20, 21, 22, 60, 137])
@pytest.mark.parametrize("level", [Fraction(1, 10), Fraction(1, 4), LEVEL])
def test_ranks_are_those_of_the_binomial_law(count, level):
    below = lambda k: Fraction(sum(comb(count, i) for i in range(k)), 2**count)
    k = order_ranks(count, level)
    assert (k == 0 or below(k) <= level/2) and below(k + 1) > level/2


def test_the_median_of_every_law_is_covered_as_often_as_stated():
    # A law with an atom at its median, so that ties are counted; exact coverage by enumeration.
    level, count = Fraction(1, 4), 7
    k, outcomes = order_ranks(count, level), {-1: Fraction(1, 3), 0: Fraction(1, 3), 1: Fraction(1, 3)}
    missed = Fraction(0)
    for low in range(count + 1):
        for high in range(count + 1 - low):
            chance = Fraction(comb(count, low)*comb(count - low, high), 3**count)
            draws = [-1]*low + [0]*(count - low - high) + [1]*high
            first, _, last = median_bounds(draws, level)
            missed += chance*(not first <= 0 <= last)
    assert 0 < missed <= level and sum(outcomes.values()) == 1 and k == 2


def test_median_bounds_are_order_statistics():
    draws = np.arange(101)[::-1]
    k = order_ranks(101, LEVEL)
    assert median_bounds(draws) == (k - 1, 50, 101 - k)


def test_too_few_draws_say_how_many_are_needed():
    with pytest.raises(ValueError, match="20 draws give no bound on the median at level 1/1000000; draw at least 21"):
        median_bounds(range(20))
    assert len(median_bounds(range(21))) == 3


def test_the_mean_of_a_fair_coin_is_covered():
    # 4000 sets of 30 tosses: at level 1/4 at most 1000 misses are expected, so far fewer than half are.
    rng = generator("coin")
    missed = 0
    for tosses in rng.integers(0, 2, size=(4000, 30)):
        low, middle, high = mean_bounds(tosses, (0, 1), Fraction(1, 4))
        missed += not low <= 0.5 <= high
        assert low <= middle <= high
    assert missed <= 1000


def test_the_bound_for_a_mean_is_the_empirical_bernstein_bound():
    draws, level = [0, 1, 1, 0], Fraction(1, 8)
    half = sqrt(2*Fraction(1, 3)*log(32)/4) + 7*log(32)/(3*3)
    assert mean_bounds(draws, (0, 1), level) == (0.5 - half, 0.5, 0.5 + half)


@pytest.mark.parametrize("draws, told", [
    ([0, 2, 1], r"draw 1 is 2.0, outside the stated range \[0.0, 1.0\]"),
    ([1], "a mean needs at least two draws"),
    ([[0, 1]], r"one list of numbers, not an array of shape \(1, 2\)"),
    ([0, np.nan], "draw 1 is nan; every draw must be finite")])
def test_unusable_draws_are_named(draws, told):
    with pytest.raises(ValueError, match=told):
        mean_bounds(draws, (0, 1))


def test_a_generator_depends_on_its_address_and_on_fresh():
    draws = {generator(address, fresh).integers(2**60) for address in ("a", "b") for fresh in ("", "x")}
    assert len(draws) == 4 and generator("a").integers(2**60) == generator("a").integers(2**60)
