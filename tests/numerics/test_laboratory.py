"""A laboratory hands out data and takes steps; a spoiled one takes them a little too long."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf

from numerics.laboratory import Absent, Laboratory, LaboratoryError, measuring, spoiled_data
from numerics.steps import descent

HALVED = descent(lambda *x: x if len(x) > 1 else x[0], Fraction(1, 2))


def test_data_are_attributes_and_what_is_read_is_noted():
    lab = Laboratory({"loss": 1, "start": 2})
    assert lab.start == 2 and lab.touched == {"start"}
    with pytest.raises(LaboratoryError, match="no datum 'end'; it has loss, start"):
        lab.end
    with pytest.raises(AttributeError):
        lab._nothing


def test_a_sound_laboratory_takes_the_steps_it_is_given():
    lab = Laboratory({})
    assert lab.iterate(HALVED, (Fraction(8), Fraction(4)), 2) == (2, 1) and lab.taken == 2
    assert lab.orbit(HALVED, Fraction(8), 2) == [8, 4, 2] and lab.taken == 4


@pytest.mark.parametrize("where, end", [("all", (Fraction(8, 1) - 5, Fraction(4) - Fraction(5, 2))),
                                        ("first", (Fraction(3), Fraction(2)))])
def test_a_spoiled_displacement_is_longer_by_the_excess(where, end):
    lab = Laboratory({}, excess=Fraction(1, 4), where=where)
    assert lab.iterate(HALVED, (Fraction(8), Fraction(4)), 1) == end


def test_arrays_are_spoiled_in_the_last_axis():
    step, start = (lambda x: x + 4.0), np.zeros((2, 3))
    everywhere = Laboratory({}, excess=Fraction(1, 4), floats=True).iterate(step, start, 1)
    first = Laboratory({}, excess=Fraction(1, 4), where="first", floats=True).iterate(step, start, 1)
    assert (everywhere == 5).all() and (first == [[5, 4, 4], [5, 4, 4]]).all()
    exact = np.array([Fraction(1), Fraction(2)], dtype=object)
    moved = Laboratory({}, excess=Fraction(1, 4)).iterate(lambda x: 2*x, exact, 1)
    assert list(moved) == [Fraction(9, 4), Fraction(9, 2)]


def test_scalars_are_spoiled_too():
    assert Laboratory({}, excess=Fraction(1, 4)).iterate(HALVED, Fraction(8), 1) == 3
    moved = Laboratory({}, excess=Fraction(1, 4)).iterate(lambda x: x + 1, 2, 1)
    assert moved == Fraction(13, 4) and not isinstance(moved, float)


@pytest.mark.parametrize("value", [0.5, np.float64(0.5), sympy.Float("0.5"), np.array([0.5, 1.0], dtype=object)])
def test_a_float_from_a_step_is_refused(value):
    with pytest.raises(LaboratoryError, match=r"step 1 returned the float (np.float64\()?0.5"):
        Laboratory({}).iterate(lambda x: value, 1, 1)


def test_float_arrays_inside_a_tuple_are_refused_too():
    with pytest.raises(LaboratoryError, match=r"step 1 returned the float array\(\[0.5\]\)"):
        Laboratory({}).iterate(lambda x: (np.array([1]), np.array([0.5])), (1, 2), 1)


def test_a_sampling_may_use_floats():
    assert Laboratory({}, floats=True).iterate(lambda x: 0.5, 1, 1) == 0.5


def test_an_iterate_that_leaves_the_region_is_absent_with_its_step():
    with pytest.raises(Absent, match=r"left the region \|x\| <= 10 at step 4"):
        Laboratory({}).iterate(lambda x: 2*x, 1, 9, within=10)


def test_settling_waits_as_long_as_the_rate_and_the_digits_ask():
    counts = []
    for patience in (1, 2):
        with mp.workdps(10):
            lab = Laboratory({}, patience=patience)
            lab.settle(lambda x: x, mpf(1), mpf(1)/2, period=3)
            counts.append(lab.taken)
    assert counts == [48, 93]                              # 10 log(10)/(1/2) = 46.05..., rounded up to threes


@pytest.mark.parametrize("count", [1.0, True, -1, Fraction(1, 2), mpf(2)])
def test_a_number_of_steps_is_a_nonnegative_integer(count):
    with pytest.raises(LaboratoryError, match="exact nonnegative integer"):
        Laboratory({}).iterate(HALVED, Fraction(1), count)


def test_a_horizon_is_a_whole_number_of_steps():
    lab = Laboratory({})
    assert lab.steps(3, sympy.Rational(1, 8)) == 24 and lab.steps(mpf(2), mpf(1)/4) == 8
    with pytest.raises(LaboratoryError, match="time 1 is 5/2 steps of 2/5"):
        lab.steps(1, Fraction(2, 5))
    with pytest.raises(LaboratoryError, match="0.1 is a float"):
        lab.steps(1, 0.1)


def test_while_measuring_only_the_laboratory_takes_steps():
    with measuring():
        assert Laboratory({}).iterate(HALVED, Fraction(1), 1) == Fraction(1, 2)
        with pytest.raises(LaboratoryError, match="took a step of an algorithm itself"):
            HALVED(Fraction(1))
    assert HALVED(Fraction(1)) == Fraction(1, 2)


@pytest.mark.parametrize("rounded", [0.1, 1/3, 2.0**-60 + 1.0/3, -1e30/3])
def test_while_measuring_a_rounded_float_does_not_become_an_mpf(rounded):
    with measuring(), pytest.raises(LaboratoryError, match="entered an mpf computation"):
        mpf(1) + rounded
    with measuring(floats=True):
        mpf(1) + rounded
    assert mpf(1) + rounded != 1


@pytest.mark.parametrize("exact", [0.0, 0.5, -3.0, 2.0**40, 67108863.0, float("inf")])
def test_a_float_of_few_bits_was_not_rounded(exact):
    with measuring():
        assert mpf(exact) == exact


def test_data_are_spoiled_together_then_one_by_one():
    data = {"matrix": sympy.Matrix([[4, 0]]), "name": "x", "pairs": ((8, True),), "free": {"a": Fraction(4)}}
    copies = list(spoiled_data(data, Fraction(1, 4), ["matrix", "pairs", "free"]))
    assert copies[0] == {"matrix": sympy.Matrix([[5, sympy.Rational(1, 4)]]), "name": "x", "pairs": ((10, True),),
                         "free": {"a": 5}}
    assert [copy["pairs"][0][0] for copy in copies] == [10, 8, 8, 10, 8] and len(copies) == 5


def test_only_the_data_named_are_spoiled():
    copies = list(spoiled_data({"read": 4, "unread": 8}, Fraction(1, 4), ["read"]))
    assert copies == [{"read": 5, "unread": 8}]
