"""A limit is judged by the values alone: the bar covers what it must, and a wrong order is seen."""

import pytest
from mpmath import mp, mpf
from sympy import Integer, Rational

from numerics.limits import NoLimit, WrongOrder, limit, noisy_limit, observed_order, table

ONE, HALF = Integer(1), Rational(1, 2)


def values(function, count=9, digits=60):
    with mp.workdps(digits):
        return [function(mpf(1)/8/2**k) for k in range(count)]


def judged(function, order=ONE, then=ONE):
    with mp.workdps(60):
        return limit(values(function, digits=30), values(function), order, then)


@pytest.mark.parametrize("name, function, true, by_column, by_diagonal", [
    ("analytic", lambda h: 1/(1 + h), 1, "0.00049", "0.125"),
    ("h^3 log h", lambda h: h**3*mp.log(h), 0, "0.139", "35.4"),
    ("h^2 log h", lambda h: h**2*mp.log(h), 0, "0.329", "84.0"),
    ("h log h", lambda h: h*mp.log(h), 0, "0.996", "254.0"),
    ("h^(3/2)", lambda h: mp.sqrt(h)**3, 0, "0.543", "138.0"),
    ("h^(1/2)", lambda h: mp.sqrt(h), 0, "2.41", "615.0"),
])
def test_the_last_column_estimates_the_error_where_the_diagonal_fails(name, function, true, by_column, by_diagonal):
    with mp.workdps(60):
        columns = table(values(function), ONE, ONE)
        error = abs(columns[-1][-1] - true)
        column, diagonal = columns[-2][1] - columns[-2][0], columns[-1][-1] - columns[-2][-1]
        assert (mp.nstr(error/abs(column), 3), mp.nstr(error/abs(diagonal), 3)) == (by_column, by_diagonal)


@pytest.mark.parametrize("function", [
    lambda h: 1/(1 + h), lambda h: 1 + h**3*mp.log(h), lambda h: 1 + h**2*mp.log(h), lambda h: 1 + h*mp.log(h),
    lambda h: 1 + mp.sqrt(h)**3, lambda h: 1 + h**2, lambda h: 2 - 3*h*mp.floor(1/(3*h))])
def test_the_bar_covers_the_limit(function):
    found = judged(function)
    with mp.workdps(60):
        assert abs(found.value - 1) <= found.bar


def test_the_order_of_a_saddle_may_be_higher_than_declared():
    found = judged(lambda h: 3 - h**2)
    assert mp.nstr(found.order, 10) == "2.0" and abs(found.value - 3) <= found.bar


def test_an_order_below_the_declared_one_is_no_limit():
    with pytest.raises(WrongOrder, match="too slowly: the observed order is 0.5, the declared one 1") as refusal:
        judged(mp.sqrt)
    assert not refusal.value.diverges


def test_half_exponents_are_extrapolated_when_they_are_declared():
    found = judged(lambda h: 1 + mp.sqrt(h) + h + 2*mp.sqrt(h)**3, HALF, HALF)
    with mp.workdps(60):
        assert abs(found.value - 1) <= found.bar < mpf(10)**-25


def test_values_that_grow_diverge():
    with pytest.raises(WrongOrder, match="the differences of the values grow: the observed order is -1.0") as refusal:
        judged(lambda h: 1/h)
    assert refusal.value.diverges


@pytest.mark.parametrize("value", [mp.nan, mp.inf])
def test_a_value_that_is_not_finite_is_named(value):
    with pytest.raises(NoLimit, match="the value after 3 halvings is"):
        limit([mpf(1)]*9, [*map(mpf, (1, 2, 3)), value, *map(mpf, range(5))], ONE, ONE)


def test_constant_values_show_no_limit():
    with pytest.raises(NoLimit, match="do not depend on the small parameter"):
        limit([mpf(2)]*5, [mpf(2)]*5, ONE, ONE)


def test_the_bar_contains_twice_the_change_between_two_precisions():
    fine = values(lambda h: 1 + h)
    with mp.workdps(60):
        coarse = [value + mpf(k + 1)/10**20 for k, value in enumerate(fine)]
        noise = abs(table(coarse, ONE, ONE)[-1][-1] - table(fine, ONE, ONE)[-1][-1])
        assert limit(coarse, fine, ONE, ONE).bar >= 2*noise > 0


def test_the_bar_contains_what_the_values_radii_make_of_it():
    fine = values(lambda h: 1 + h, count=3)
    with mp.workdps(60):
        sharp, wide = (limit(fine, fine, ONE, ONE, radii) for radii in ((), [mpf(1), mpf(2), mpf(0)]))
        assert wide.value == sharp.value and mp.almosteq(wide.bar - sharp.bar, mpf(1)/3 + 2*mpf(2))     # weights 1/3, -2, 8/3


def test_an_order_is_read_from_differences_above_the_noise_only():
    with mp.workdps(30):
        assert observed_order([mpf(8), mpf(4), mpf(2), mpf(1), mpf(1)], mpf(1)/10) == 1
        assert observed_order([mpf(8), mpf(4), mpf(4), mpf(4)], mpf(1)/10) is None


def test_under_noise_the_column_with_the_smallest_bar_counts():
    sizes = [mpf(1)/8/2**k for k in range(5)]
    exact = [1 + 3*h for h in sizes]
    assert noisy_limit(exact, [mpf(0)]*5, ONE, ONE).value == 1
    noisy = noisy_limit(exact, [mpf(1)]*5, ONE, ONE)
    by_hand = min(sum(abs(weight[j][-1]) for weight in (table([mpf(i == k) for i in range(5)], ONE, ONE) for k in range(5)))
                  + 2*abs(table(exact, ONE, ONE)[j][-1] - table(exact, ONE, ONE)[j][-2]) for j in range(4))
    assert noisy.bar == by_hand and abs(noisy.value - 1) <= noisy.bar
