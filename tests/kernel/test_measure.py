"""Running a measurement: what it is handed, what it may return, how that becomes balls."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf
from sympy import Eq, Matrix, Rational, sqrt, symbols

from numerics import balls, chance
from numerics.whole import Whole
from theorems import Box, Each, Theorem
from theorems.kernel.measure import read_data, reading, run, sought, spoiled_runs
from theorems.kernel.values import Unmeasured, shown

x, y, a, h, rho = symbols("x y a h rho")
FALSE = {"one": Eq(x, 1001), "two": Eq(x, 1002)}


def claim(function, measure="enclosure", statement=Eq(x, a), reader=None, data=None, **how):
    theorem = Theorem("t")
    if reader:
        theorem.data(reader)
    made = theorem.claim("c", statement, FALSE)
    (getattr(made, measure)(**how) if how else getattr(made, measure))(function)
    made.case("case", **(data or {"a": 2}))
    return made


def measured(function, *args, **named):
    made = claim(function, *args, **named)
    return run(made, made.cases[0], "address")


# ---- data

def test_data_are_read_by_the_name_of_their_symbol_or_by_the_reader():
    made = claim(None, data={"a": 2, "other": 3})
    assert reading(made, made.cases[0]) == ({a: 2}, {}) and read_data(made, made.cases[0]) == ["a"]
    made = claim(None, reader=lambda case: {a: case.other + 1}, data={"other": 3, "unused": 4})
    assert reading(made, made.cases[0]) == ({a: 4}, {}) and read_data(made, made.cases[0]) == ["other"]
    assert sought(made, {a: 4}) == [x]


def test_all_data_count_where_no_symbol_is_read_from_any():
    made = claim(None, statement=Eq(x, 0), data={"start": 1})
    assert read_data(made, made.cases[0]) == ["start"]
    made = claim(None, reader=lambda case: dict(case.data) and {a: 1}, data={"start": 1})
    assert read_data(made, made.cases[0]) == ["start"]


def test_a_float_from_the_reader_is_refused():
    made = claim(None, reader=lambda case: {a: sympy.Float(1)})
    with pytest.raises(Unmeasured, match="the datum a = 1.0+ of case 'case' holds a float"):
        reading(made, made.cases[0])


@pytest.mark.parametrize("given, told", [
    ({"a": 2}, "has the key 'a' of type str; its keys are the statement's symbols, without quotes"),
    (None, "@theorem.data returns None; end its function with `return {symbol: value}`"),
    ({a: [2, 1]}, r"gives a the value \[2, 1\], which is not one number"), ({a: "2"}, "gives a the value '2', which is not one"),
    ({a: Matrix([2, 1])}, "an entry of a list takes a symbol of its own, or is read off in @theorem.data")])
def test_what_a_reader_may_not_give(given, told):
    made = claim(None, reader=lambda case: given)
    with pytest.raises(Unmeasured, match=told):
        reading(made, made.cases[0])


def test_a_box_stands_as_a_plain_real_symbol():
    made = claim(None, reader=lambda case: {a: case.mu**2}, data={"mu": Box(1, 2)})
    mu = sympy.Symbol("mu", real=True)
    assert reading(made, made.cases[0]) == ({a: mu**2}, {mu: Box(1, 2)}) and read_data(made, made.cases[0]) == ["mu"]


# ---- enclosures

@pytest.mark.parametrize("value, expected", [(3, 3), (Fraction(1, 3), Rational(1, 3)), (sqrt(2), sqrt(2)),
                                             ({x: 3}, 3), (mp, None), (True, None)])
def test_an_enclosure_returns_an_exact_number(value, expected):
    function = lambda lab: (lab.a, value)[1]
    if expected is None:
        with pytest.raises(TypeError):
            measured(function)
    else:
        assert measured(function).values == {a: 2, x: expected}


@pytest.mark.parametrize("value, told", [
    (mpf(1), "is the float 1.0"), (np.float64(1), "is the float 1.0"), (sympy.Float(1), "is the float 1.0"),
    (a, "not an exact constant"), (sympy.zoo, "zoo is not an exact constant"), (sympy.nan, "nan is not an exact constant"), (sympy.oo, "the enclosure of x is oo"),
    ({y: 1}, "the measurement returns y; to be measured: x"), ({}, "the measurement returns ; to be measured: x"),
    ({"x": 2}, "to be measured: x; its keys are the statement's own symbols, no texts"),
    (sympy.Float(1), r"write balls.ball\(lab.a\)\*x")])
def test_what_an_enclosure_may_not_return(value, told):
    with pytest.raises((Unmeasured, TypeError), match=told):
        measured(lambda lab: (lab.a, value)[1])


def test_an_unbounded_ball_is_undecided():
    with pytest.raises(balls.Undecided, match="the ball for x is unbounded"):
        measured(lambda lab: balls.ball(lab.a)/balls.box(-1, 1))


def test_several_symbols_need_names():
    with pytest.raises(Unmeasured, match="the statement leaves x, y open"):
        measured(lambda lab: lab.a, statement=(Eq(x, a), Eq(y, a)))


def test_something_must_be_taken_from_the_laboratory_and_something_measured():
    with pytest.raises(Unmeasured, match="takes nothing from its laboratory"):
        measured(lambda lab: 2)
    with pytest.raises(Unmeasured, match="nothing is measured: case 'case' supplies every symbol"):
        measured(lambda lab: 2, data={"a": 2, "x": 2})


# ---- observations

def test_an_observation_gets_exact_sizes_and_what_is_tied_to_them():
    seen = []

    def watch(lab, size, tied):
        seen.append((size, tied))
        return lab.a + size + tied**2
    found = measured(watch, "observation", small=h, tied={rho: 2*h/5}, halvings=4)
    assert [size for size, _ in seen[:5]] == [mpf(1)/8/2**k for k in range(5)] and len(seen) == 10
    with mp.workdps(60):
        assert seen[5][1] == mpf(1)/20 and balls.contains_zero(found.values[x] - balls.ball(2))


def test_a_growing_number_stays_whole():
    seen = []
    measured(lambda lab, d: (seen.append(d), lab.a + mpf(1)/d)[1], "observation", small=1/h, halvings=4)
    assert seen[:5] == [8, 16, 32, 64, 128] and all(type(one) is Whole for one in seen)
    with pytest.raises(Unmeasured, match="h = 20/3 is not a whole number; choose `first` as one over an integer"):
        measured(lambda lab, d: lab.a, "observation", small=1/h, first=Rational(3, 20))


def test_data_become_numbers_of_the_working_precision():
    seen = {}

    def watch(lab, size):
        seen.update(vars(lab)["_data"])
        return lab.a*lab.b + size
    measured(watch, "observation", small=h, data={"a": 2, "b": Rational(1, 3), "c": (sqrt(2), {"d": Fraction(1, 7)}), "e": x + 1,
                                                  "f": "name", "g": sympy.Integer(4)}, statement=Eq(x, a))
    with mp.workdps(60):
        assert seen["b"] == mpf(1)/3 and abs(seen["c"][0] - mp.sqrt(2)) < mpf(10)**-59 and seen["c"][1]["d"] == mpf(1)/7
    assert seen["e"] == x + 1 and seen["f"] == "name" and type(seen["g"]) is Whole


@pytest.mark.parametrize("value", [
    lambda a, k: balls.ball(a) + balls.ball(Fraction(1, k)), lambda a, k: a + Fraction(1, k), lambda a, k: a + Rational(1, k),
    lambda a, k: a + mpf(1)/k, lambda a, k: a if k > 8 else 0])
def test_an_observation_may_return_any_exact_or_mpf_number(value):
    found = measured(lambda lab, d: value(lab.a, d), "observation", small=1/h)
    assert balls.contains_zero(found.values[x] - 2) and found.measured == ("x",) and "x bar" in found.numbers


@pytest.mark.parametrize("value", [1.0, True, "1", 1j, mp.mpc(1, 2), None])
def test_an_observation_returns_no_other_number(value):
    with pytest.raises(Unmeasured, match="perhaps a float; return a number made with mp functions"):
        measured(lambda lab, h: (lab.a, value)[1], "observation", small=h)


# ---- samplings

def normal(lab, rng, count):
    return lab.a + rng.standard_normal(count)


def test_a_median_is_enclosed_by_order_statistics():
    found = measured(normal, "sampling", count=400)
    low, middle, high = chance.median_bounds(2 + chance.generator("address#0").standard_normal(400))
    assert shown(found.values[x]) == shown(balls.box(Fraction(low), Fraction(high)))
    assert (found.numbers["draws"], found.numbers["centre"]) == ("400", "median")


def test_what_is_drawn_and_no_number_stays_as_it_is():
    pick = lambda rng, count: np.array([child.standard_normal() for child in rng.spawn(count)]) + len(rng.bytes(3))
    found = measured(lambda lab, rng, count: lab.a + pick(rng, count), "sampling", count=400)
    assert balls.contains_zero(found.values[x] - 5)


def test_a_mean_needs_its_range():
    found = measured(lambda lab, rng, count: lab.a*rng.integers(0, 2, count), "sampling", count=500, centre="mean", within=(0, 2))
    assert balls.contains_zero(found.values[x] - 1)


def test_the_instances_of_a_case_share_the_error_level():
    def level(*values):
        made = claim(lambda lab, rng, count: lab.a + rng.standard_normal(count), "sampling", count=400, data={"a": Each(values)})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chance, "median_bounds", lambda drawn, level: asked.append(level) or (0.0, 1.0, 2.0))
            run(made, made.cases[0].instances()[-1], "address")
        return asked.pop()
    asked = []
    assert level(2) == chance.LEVEL and level(1, 2, 3, 4) == chance.LEVEL/4


def test_a_sampled_limit_carries_its_noise():
    function = lambda lab, rng, count, size: lab.a + size + size*rng.standard_normal(count)
    found = measured(function, "sampling", small=h, count=300)
    assert balls.contains_zero(found.values[x] - 2) and found.numbers["draws"] == "1500" and "x bar" in found.numbers


def test_draws_that_do_not_depend_on_the_generator_are_refused():
    with pytest.raises(Unmeasured, match="the draws of x are the same for another seed"):
        measured(lambda lab, rng, count: lab.a + np.arange(count), "sampling", count=50)


@pytest.mark.parametrize("change, told", [
    (lambda drawn: drawn[1:], "50 draws were asked for and 49 returned"),
    (lambda drawn: drawn.mean(), "50 draws were asked for and one number returned for x; return one list of `count` numbers"),
    (lambda drawn: drawn[:, None], r"and an array of shape \(50, 1\) returned"),
    (lambda drawn: drawn*np.nan, "the draws of x give no bound: draw 0 is nan; every draw must be finite")])
def test_draws_are_finite_and_as_many_as_asked_for(change, told):
    with pytest.raises(Unmeasured, match=told):
        measured(lambda lab, rng, count: change(normal(lab, rng, count)), "sampling", count=50)


# ---- spoiling

def spoiled(made):
    sound = run(made, made.cases[0], "address")
    return {what: run(made, made.cases[0], "address", **how) for what, how in spoiled_runs(made, made.cases[0], sound)}


def test_steps_are_spoiled_where_there_are_steps():
    found = spoiled(claim(lambda lab: lab.iterate(lambda p: p + 1, lab.a, 1)))
    assert {what: one.values[x] for what, one in found.items()} == {
        "every displacement longer by 1/1000": Rational(3001, 1000),
        "the first coordinate of every displacement longer by 1/1000": Rational(3001, 1000)}


def test_data_are_spoiled_where_there_are_none():
    found = spoiled(claim(lambda lab: lab.a + lab.other, data={"a": 2, "other": 5}))
    assert {what: one.values[x] for what, one in found.items()} == {"all data larger by 1/1000": 7 + Rational(2, 1000)}


def test_random_draws_are_spoiled_by_a_quarter():
    made = claim(lambda lab, rng, count: lab.a*rng.standard_normal(count) + rng.integers(0, 1, count) + 0*len(rng.bit_generator.state),
                 "sampling", count=100)
    sound, louder = run(made, made.cases[0], "address"), spoiled(made)["random draws larger by 1/4"]
    low, _ = balls.to_exact(sound.values[x])
    assert abs(float(balls.to_exact(louder.values[x])[0]) - 1.25*float(low)) <= 1e-15


def test_louder_draws_cannot_be_told_by_their_generator():
    kinds = set()

    def watch(lab, rng, count):
        kinds.add(type(rng))
        return lab.a + rng.standard_normal(count)
    spoiled(claim(watch, "sampling", count=100))
    assert len(kinds) == 1


def test_a_matrix_of_data_stays_a_matrix():
    made = claim(lambda lab: lab.m[0, 0], statement=Eq(x, a), reader=lambda case: {a: case.m[0, 0]}, data={"m": Matrix([[2, 3]])})
    assert "all data larger by 1/1000" in spoiled(made)
