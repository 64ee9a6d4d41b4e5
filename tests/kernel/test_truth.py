"""A statement at exact values and balls is true, false or undecided."""

import pytest
from sympy import (Abs, And, Equivalent, Eq, Expr, Function, Ge, Gt, Integer, I, Implies, Le, Lt, Matrix, Max, Min, Ne, Not, Or,
                   Piecewise, Rational, Sum, Symbol, Tuple, acos, acosh, binomial, ceiling, floor, log, pi, sign, sqrt, symbols, sympify, true, zeta)

from numerics import balls
from theorems.kernel.truth import truth

x, y, z = symbols("x y z", real=True)
WIDE, ABOVE = balls.box(-1, 1), balls.box(1, 2)
ONE, TWO = (balls.box(at - Rational(1, 10), at + Rational(1, 10)) for at in (1, 2))


def value(statement, **at):
    return seen(statement, at).value


def seen(statement, at):
    """The truth at values by name; integers become exact numbers."""
    return truth(statement, {Symbol(name, real=True): sympify(one) if isinstance(one, (int, Expr)) else one
                             for name, one in at.items()})


@pytest.mark.parametrize("relation, expected", [(Eq(x, 1), False), (Ne(x, 1), True), (Gt(x, 1), True), (Ge(x, 1), True),
                                                (Lt(x, 1), False), (Le(x, 1), False), (Eq(x, sqrt(2)), True)])
def test_exact_values_are_decided_exactly(relation, expected):
    assert value(relation, x=sqrt(2)) is expected


def test_a_number_that_sympy_takes_for_zero_is_not_zero():
    assert value(Eq(x, 0), x=180*acos(Rational(7823207, 7823209))/pi) is not True


def test_an_equation_agrees_with_a_ball_that_contains_the_difference():
    found = truth(Eq(x, 0), {x: WIDE})
    assert found.value is True and found.agrees
    assert value(Eq(x, 0), x=ABOVE) is False and value(Eq(x, y), x=balls.ball(1), y=1) is True


def test_a_false_equation_says_by_how_many_radii():
    found = truth(Eq(x, 0), {x: balls.box(9, 11)})
    assert (found.value, found.bars, found.off) == (False, 10.0, 10.0)
    assert truth(Eq(x, 0), {x: balls.ball(3)}).bars is None


@pytest.mark.parametrize("relation, wide, above", [(Gt(x, 0), None, True), (Ge(x, 0), None, True), (Lt(x, 0), None, False),
                                                   (Le(x, 0), None, False), (Ne(x, 0), None, True), (Ge(x, 1), None, True),
                                                   (Gt(x, 1), False, None)])
def test_an_inequality_needs_the_whole_ball_on_one_side(relation, wide, above):
    assert value(relation, x=WIDE) is wide and value(relation, x=ABOVE) is above


def test_the_negation_of_mere_agreement_is_undecided():
    agrees, exact = And(Eq(x, 0), y > 0), {"x": balls.ball(0), "y": 1}
    assert value(Not(agrees, evaluate=False), x=WIDE, y=1) is None
    assert value(Not(agrees, evaluate=False), **exact) is False
    assert value(Equivalent(Eq(x, 0), y > 0), x=WIDE, y=1) is None
    assert value(Equivalent(Eq(x, 0), y > 0), **exact) is True


@pytest.mark.parametrize("statement, expected", [
    (And(x > 0, y > 0), None), (And(x > 0, y < 0), False), (Or(x > 0, y > 0), True), (Or(x > 0, y < 0), None),
    (Or(y < 0, y < -1), False), (Implies(y < 0, x > 0), True), (Implies(y > 0, x > 0), None), (Not(x > 0), None),
    (Equivalent(x > 0, y > 0), None), (Equivalent(y > 0, y > 1), False), (Equivalent(y > 0, y > Rational(1, 2)), True),
    ((x > -2, y > 0), True), ((x > -2, y < 0), False), (Tuple(x > -2, x > 0), None), (true, True)])
def test_connectives_have_three_values(statement, expected):
    assert value(statement, x=WIDE, y=1) is expected


def test_the_clearest_side_of_an_equivalence_gives_the_bars():
    found = truth(Equivalent(x > 0, y > 0), {x: balls.box(9, 11), y: balls.box(-3, -1)})
    assert (found.value, found.bars) == (False, 2.0)


def test_vectors_are_compared_entry_by_entry():
    assert value(Eq(Matrix([x, y]), Matrix([1, 2])), x=1, y=2) is True
    assert value(Eq(Tuple(x, y), Tuple(1, 2), evaluate=False), x=1, y=3) is False
    with pytest.raises(ValueError, match="the sides have 2 and 3 entries"):
        value(Eq(Tuple(x, y), Tuple(1, 2, 3), evaluate=False), x=1, y=2)


@pytest.mark.parametrize("relation, at, told", [
    (Eq(x, 1/y), {"x": 1, "y": 0}, "a side is undefined here"),
    (Not(Gt(x/y, 1), evaluate=False), {"x": 1, "y": 0}, "a side is undefined here"),
    (Gt(x, y), {"x": 1}, "no value is known for y"),
    (Gt(x, sqrt(y)), {"x": 1, "y": -1}, "which is not real, so neither is larger"),
    (Gt(x, Function("f")(1)), {"x": 1}, "was not decided"),
    (Gt(1/x, 0), {"x": WIDE}, ""),
    (Function("f")(x), {"x": 1}, "is no relation that the kernel decides")])
def test_what_is_undefined_or_unknown_is_undecided(relation, at, told):
    found = seen(relation, at)
    assert found.value is None and told in found.because


def test_an_unbounded_ball_decides_nothing():
    assert truth(Gt(x, 0), {x: balls.ball(1)/balls.box(-1, 1)}).value is None


def test_an_equation_with_a_side_that_is_not_real_on_the_whole_ball_is_false():
    half = balls.box(Rational(1, 2), Rational(3, 4))
    assert truth(Eq(x, sqrt(-1 - y)), {x: half, y: half}).value is False
    assert truth(Ne(x, sqrt(-1 - y)), {x: half, y: half}).value is True
    assert truth(Gt(x, sqrt(-1 - y)), {x: half, y: half}).value is None
    assert truth(Eq(x, sqrt(y)), {x: 1, y: balls.box(-1, 1)}).value is None       # real on a part of the ball


def test_tuples_differ_where_one_entry_does():
    pair = Tuple(x, y)
    for values, differ in (((1, 3), True), ((1, 2), False), ((3, 4), True)):
        at = dict(zip((x, y), map(Integer, values)))
        assert truth(Ne(pair, Tuple(1, 2)), at).value is differ and truth(Eq(pair, Tuple(1, 2)), at).value is not differ
    assert truth(Ne(pair, Tuple(1, 2)), {x: balls.box(0, 2), y: Integer(2)}).value is None
    assert truth(Implies(Eq(pair, Tuple(1, 2)), x > 9), {x: Integer(1), y: Integer(3)}).value is True


def test_a_huge_difference_is_told_in_decimals():
    assert "1.000000000" in truth(Eq(x, y), {x: Integer(10)**5000, y: Integer(1)}).because


def test_numbers_that_differ_by_a_nonreal_number_are_not_equal():
    z = Symbol("z")
    assert truth(Eq(z, 1), {z: 1 + I}).value is False and truth(Ne(z, 1), {z: 1 + I}).value is True


TINY = acosh(1 + Rational(1, 10**9))           # SymPy's `is_zero` says True of it, and of others under some hash seeds only


@pytest.mark.parametrize("relation, at, expected", [
    (Eq(Abs(x), 0), {"x": TINY}, False), (Gt(Abs(x), 0), {"x": TINY}, True), (Eq(y*Abs(x), 0), {"x": TINY, "y": 1}, False),
    (Eq(Abs(x), 0), {"x": acos(Rational(7823207, 7823209))}, False), (Eq(x, TINY), {"x": 0}, False),
    (Eq(sign(x), 0), {"x": TINY}, False), (Eq(sign(x), 1), {"x": Rational(1, 10**9)}, True),
    (Ge(x + log(y), log(y)), {"x": 1, "y": 2}, True), (Ge(x + log(y), log(y)), {"x": 1, "y": 0}, None),
    (Ge(x + log(y), log(y)), {"x": 1, "y": -1}, None), (Ge(x + log(y), log(y)), {"x": ONE, "y": -1}, None),
    (Ge(x + log(y), log(y)), {"x": ONE, "y": 2}, True), (Eq(x + 1/y, 1 + 1/y), {"x": 1, "y": 0}, None),
    (Eq(x, 1/(1 + 1/y)), {"x": 0, "y": 0}, None), (Eq(x, 1/(1 + 1/y)), {"x": Rational(1, 2), "y": 1}, True),
    (Eq(x, 1/log(y)), {"x": 0, "y": 0}, None), (Eq(x, Min(1, y**-2)), {"x": 1, "y": 0}, None),
    (Ne(x, Abs(sqrt(y))), {"x": TWO, "y": -4}, None), (Eq(x, Abs(sqrt(y))), {"x": 2, "y": -4}, None),
    (Eq(x, Max(sqrt(y), y)), {"x": TWO, "y": -2}, None), (Ne(x, Abs(y)*sqrt(-4)), {"x": TWO, "y": -4}, True),
    (Eq(x, y**z), {"x": -8, "y": -2, "z": 3}, True), (Eq(x, y**z), {"x": 1, "y": 0, "z": 0}, True),
    (Eq(x, y**z), {"x": 0, "y": 0, "z": -1}, None),
    (Eq(x, binomial(y, z)), {"x": 10, "y": 5, "z": 2}, True), (Eq(x, floor(y/3)), {"x": 1, "y": 4}, True),
    (Eq(x, floor(sqrt(2)*y)), {"x": 1, "y": 1}, True), (Eq(x, floor(sqrt(y))), {"x": 3, "y": 10}, True),
    (Eq(x, floor(2**y/3)), {"x": 2, "y": 3}, True), (Eq(x, (-1)**(floor(y/2) + 1)), {"x": 1, "y": 3}, True),
    (Eq(x, binomial(2**y, 2)), {"x": 28, "y": 3}, True), (Eq(x, ceiling(sqrt(y))), {"x": 4, "y": 10}, True),
    (Eq(x, floor(acos(y))), {"x": 0, "y": 1}, True), (Ne(sqrt(x) + 1/y, 1 + 1/y), {"x": -1, "y": 0}, None),
    (Eq(x, Sum(2**z, (z, 0, y))), {"x": 7, "y": 2}, None), (Eq(x, y % z), {"x": 0, "y": 2, "z": 0}, None),
    (Ge(x + Sum(1/z, (z, 1, y)), Sum(1/z, (z, 1, y))), {"x": ONE, "y": 2}, None),
    (Eq(x, floor(1/y)), {"x": 1, "y": 0}, None),
    (Eq(x, Piecewise((y, y > 0), (1/y, True))), {"x": 2, "y": 2}, True),
    (Eq(x, Piecewise((y, y > 0), (1/y, True))), {"x": 0, "y": 0}, None),
    (Eq(x, Piecewise((1, y > 0), (2, True))), {"x": 1, "y": TINY}, True)])
def test_exact_values_are_put_in_without_sympys_simplifications(relation, at, expected):
    assert value(relation, **at) is expected


def test_a_long_number_is_told_in_decimals_or_by_its_length():
    long = Rational(3**200, 2**300)
    assert seen(Eq(x, 0), {"x": long}).because == "left - right = 130392.389708 +/- 2.3e-7"
    assert seen(Eq(x, 0), {"x": long*I}).because == "the sides differ by a number of more than 60 digits, which is not real"


def test_an_expression_that_has_no_real_ball_is_not_real_or_not_decided():
    assert seen(Eq(x, y*log(-1)), {"x": ABOVE, "y": 1}).value is False
    assert "cannot be evaluated at balls" in seen(Eq(x, zeta(y)), {"x": ABOVE, "y": 3}).because
