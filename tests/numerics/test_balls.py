"""Numbers, comparisons, text and expressions.  The oracle is exact rational arithmetic."""

import math
from fractions import Fraction

import pytest
from flint import arb, arf, ctx, fmpq
from hypothesis import assume, given, settings, strategies
from mpmath import mpf
from sympy import (Abs, Contains, Eq, Float, Function, I, Integer, Max, Min, Ne, Not, Or, Piecewise,
                   Pow, Rational, S, acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, erf, exp,
                   gamma, log, nan, oo, pi, rootof, sign, sin, sinh, sqrt, tan, tanh, zoo)
from sympy.abc import x, y

from exactly import encloses
from numerics.balls import (Undecided, absolute, ball, box, compare, compiled, contains_zero,
                            deserialise, evaluate, exact_value, from_exact, holds, is_positive,
                            lower, magnitude, power, precision, serialise, text, to_exact, upper)

rationals = strategies.fractions(-9, 9, max_denominator=60)


# Numbers ------------------------------------------------------------------------------------

@pytest.mark.parametrize("number, value", [
    (7, Fraction(7)), (Fraction(1, 3), Fraction(1, 3)), (Rational(-2, 7), Fraction(-2, 7)),
    (Integer(10)**40, Fraction(10)**40), (fmpq(5, 9), Fraction(5, 9)), (arf(0.375), Fraction(3, 8)),
    (mpf(1)/4, Fraction(1, 4)), (mpf(-3), Fraction(-3)), (sqrt(Rational(9, 49)), Fraction(3, 7)),
])
def test_the_ball_of_a_number_contains_it_and_excludes_a_neighbour(number, value):
    with precision(100):
        found = ball(number)
        assert encloses(found, value)
        assert not encloses(found, value + abs(value)*Fraction(1, 2**98))


def test_an_mpf_is_the_number_it_stores():
    stored = mpf("0.1")
    assert to_exact(ball(stored)) == (Fraction(int(stored.man))*Fraction(2)**int(stored.exp), 0)


def test_the_ball_of_an_algebraic_number_contains_it():
    with precision(150):
        found = ball(sqrt(5) - 1)
        assert (1 + lower(found))**2 < 5 < (1 + upper(found))**2
        assert upper(found) - lower(found) < Fraction(1, 2**145)


@pytest.mark.parametrize("number", [0.5, Float("0.5"), sqrt(2)*Float(1), True, "1/2", 1j, None])
def test_inexact_numbers_are_refused(number):
    with pytest.raises(TypeError):
        ball(number)


@pytest.mark.parametrize("number", [oo, -oo, nan, I, x, sqrt(-2) + 1])
def test_what_is_no_real_constant_is_refused(number):
    with pytest.raises((TypeError, Undecided)):
        ball(number)


def test_infinite_mpf_is_refused():
    with pytest.raises(ValueError, match="not a finite number"):
        ball(mpf("inf"))


def test_a_ball_passes_through_untouched():
    some = arb(1, 2)
    assert ball(some) is some


@settings(deadline=None)
@given(rationals, rationals)
def test_a_box_contains_its_interval_and_little_more(a, b):
    a, b = sorted((a, b))
    hull = box(a, b)
    slack = (b - a)*Fraction(1, 2**28) + Fraction(abs(a) + abs(b))*Fraction(1, 2**(ctx.prec - 3))
    assert a - slack <= lower(hull) <= a and b <= upper(hull) <= b + slack


def test_a_dyadic_box_is_exact_and_an_end_at_zero_is_kept():
    assert (lower(box(1, Fraction(5, 4))), upper(box(1, Fraction(5, 4)))) == (1, Fraction(5, 4))
    assert lower(box(0, Fraction(1, 3))) == 0 and upper(box(Fraction(-1, 3), 0)) == 0
    with pytest.raises(ValueError, match="low <= high"):
        box(1, 0)


def test_precision_is_restored_after_an_error():
    before = ctx.prec
    with pytest.raises(RuntimeError):
        with precision(999):
            assert ctx.prec == 999
            raise RuntimeError
    assert ctx.prec == before
    with pytest.raises(ValueError, match="at least 2 bits"):
        with precision(1):
            pass


def test_exact_values_are_told_from_balls():
    assert exact_value(ball(3)/8) == Rational(3, 8)
    assert exact_value(Fraction(1, 3)) == Rational(1, 3) == exact_value(fmpq(1, 3))
    assert exact_value(sqrt(2)) == sqrt(2) and exact_value(5) == 5 == exact_value(mpf(5))
    assert exact_value(ball(Fraction(1, 3))) is None and exact_value(arb("nan")) is None
    for refused in (0.5, Float(1), x, Eq(x, 1)):
        with pytest.raises(TypeError):
            exact_value(refused)


# Comparison ---------------------------------------------------------------------------------

def test_comparison_has_four_answers():
    assert compare(1, Fraction(3, 2)) == -1 and compare(pi, 3) == 1 and compare(Rational(1, 2), ball(1)/2) == 0
    assert compare(box(0, 1), box(1, 2)) is None
    third = ball(Fraction(1, 3))
    assert compare(third, third) is None            # the same ball is not the same number
    assert compare(arb("nan"), 0) is None


def test_signs_are_decided_only_for_the_whole_ball():
    assert is_positive(box(1, 2)) is True
    assert is_positive(box(-1, 0)) is False and is_positive(0) is False
    assert is_positive(box(0, 1)) is None and is_positive(arb("nan")) is None
    assert contains_zero(box(-1, 1)) and contains_zero(0) and not contains_zero(box(1, 2))


# Text and exchange --------------------------------------------------------------------------

def read(line):
    """The exact midpoint and radius that a printed ball stands for."""
    middle, _, radius = line.partition(" +/- ")
    return Fraction(middle), Fraction(radius or 0)


@settings(deadline=None)
@given(rationals, strategies.integers(-40, 40), strategies.fractions(0, 3, max_denominator=50),
       strategies.integers(-60, 20), strategies.integers(1, 30))
def test_printed_balls_contain_the_ball_and_are_not_much_wider(m, e, r, f, digits):
    b = from_exact(m*Fraction(10)**e, r*Fraction(10)**f)
    middle, radius = read(text(b, digits))
    assert middle - radius <= lower(b) and upper(b) <= middle + radius
    true_middle, true_radius = to_exact(b)
    shown = Fraction(10)**(1 - digits)*abs(true_middle)
    assert radius <= (true_radius*Fraction(6, 5) + shown)*Fraction(6, 5)


@pytest.mark.parametrize("b, line", [
    (arb(2), "2.00000"), (arb(0), "0"), (arb(-1)/8, "-0.125000"), (arb((0, 0), (1, 0)), "0 +/- 1.0"),
    (arb((3, 0), (1, -1)), "3.00 +/- 0.50"), (ball(10**30), "1.00000e30"), (arb("nan"), "undefined"),
    (3*arb(2)**5000, "|x| < 2^5002"), (from_exact(0, Fraction(1, 2**5000)), "|x| < 2^-4999"),
    (from_exact(Fraction(1, 2**20), Fraction(1, 2**40)), "9.53674e-7 +/- 1.3e-12"),
])
def test_print(b, line):
    assert text(b, 6) == line


@settings(deadline=None)
@given(rationals, strategies.fractions(0, 5, max_denominator=60))
def test_balls_survive_exchange_exactly(m, r):
    b = from_exact(m, r)
    for again in (deserialise(serialise(b)), from_exact(*to_exact(b))):
        assert to_exact(again) == to_exact(b)
    assert lower(b) <= m - r and m + r <= upper(b)


def test_exchange_refuses_what_it_cannot_carry():
    for line in ("1/3", "1*2^0", "1*2^0 +/- -1*2^0", "1*2^0 +/- 1*2^0 +/- 1*2^0", "a*2^0 +/- 0*2^0"):
        with pytest.raises(ValueError):
            deserialise(line)
    with pytest.raises(ValueError, match="radius"):
        from_exact(1, -1)
    with pytest.raises(Undecided, match="unbounded or undefined"):
        to_exact(arb("nan"))
    with pytest.raises(Undecided, match="too large or too small"):
        to_exact(arb(2)**(2**40))
    assert serialise(arb(2)**(2**40)) == f"1*2^{2**40} +/- 0*2^0"


# Powers -------------------------------------------------------------------------------------

@settings(deadline=None)
@given(rationals, rationals, strategies.fractions(0, 1), strategies.integers(0, 6))
def test_powers_of_balls_have_the_range_of_the_power(a, b, place, n):
    a, b = sorted((a, b))
    found = power(box(a, b), n)
    assert encloses(found, (a + place*(b - a))**n)
    if n % 2 == 0:
        assert found >= 0
    bottom = 0 if n % 2 == 0 and n and a <= 0 <= b else min(a**n, b**n)
    slack = Fraction(1, 2**20)*max(abs(a), abs(b), 1)**n
    assert lower(found) >= bottom - slack and upper(found) <= max(a**n, b**n) + slack


def test_a_negative_power_of_a_ball_round_zero_is_undecided():
    assert encloses(power(box(2, 4), -2), Fraction(1, 9))
    with pytest.raises(Undecided, match="to the power -1"):
        power(box(-1, 1), -1)


def test_sizes_are_not_negative():
    assert absolute(box(-1, 2)) >= 0 and encloses(absolute(box(-1, 2)), 2)
    assert not encloses(absolute(box(-3, -2)), 1) and magnitude(box(-3, 2)) >= 3


# Expressions --------------------------------------------------------------------------------

leaves = strategies.one_of(strategies.sampled_from([x, y]),
                           strategies.fractions(-3, 3, max_denominator=9).map(
                               lambda q: Rational(q.numerator, q.denominator)))
expressions = strategies.recursive(leaves, lambda part: strategies.one_of(
    strategies.tuples(part, part).map(lambda p: p[0] + p[1]),
    strategies.tuples(part, part).map(lambda p: p[0]*p[1]),
    strategies.tuples(part.filter(lambda base: base != 0), strategies.integers(-2, 4)).map(
        lambda p: Pow(p[0], p[1], evaluate=False)),
    strategies.tuples(part, part).map(lambda p: Max(*p)), part.map(Abs)), max_leaves=8)


def by_fractions(node, at):
    """The definition, in exact fractions."""
    if node in at:
        return at[node]
    if node.is_Rational:
        return Fraction(int(node.p), int(node.q))
    parts = [by_fractions(a, at) for a in node.args]
    if node.is_Add:
        return sum(parts)
    if node.is_Mul:
        return math.prod(parts)
    if node.is_Pow:
        return parts[0]**int(parts[1])
    return max(parts) if node.func is Max else abs(parts[0])


@settings(max_examples=300, deadline=None)
@given(expressions, rationals, rationals, strategies.fractions(0, 2, max_denominator=8))
def test_random_expressions_lie_in_their_balls_at_points_and_on_boxes(expression, a, b, width):
    assume(not expression.has(oo, nan, zoo))
    at = {x: a, y: b}
    try:
        exact = by_fractions(expression, at)
    except ZeroDivisionError:
        assume(False)
    around = {x: box(a - width, a), y: box(b, b + width)}
    for values in (at, around):
        try:
            assert encloses(evaluate(expression, values), exact)
        except Undecided:       # a denominator may vanish in the box, or within rounding of the point
            assert any(power.exp.is_negative for power in expression.atoms(Pow))


@pytest.mark.parametrize("expression, low, high, bottom, top", [
    (x**2, -1, 2, 0, 4), (x**3, -1, 2, -1, 8), (1/x, 1, 4, Rational(1, 4), 1),
    (sqrt(x), 0, 4, 0, 2), (x**Rational(2, 3), 1, 8, 1, 4), (x**Rational(-1, 2), 1, 4, Rational(1, 2), 1),
    (exp(x), 0, 1, 1, exp(1)), (log(x), 1, 2, 0, log(2)), (sin(x), 0, 2, 0, 1),
    (cos(x), -1, 1, cos(1), 1), (tan(x), -1, 1, -tan(1), tan(1)), (asin(x), -1, 1, -pi/2, pi/2),
    (acos(x), -1, 1, 0, pi), (atan(x), 0, 1, 0, pi/4), (sinh(x), -1, 2, sinh(-1), sinh(2)),
    (cosh(x), -1, 2, 1, cosh(2)), (tanh(x), 0, 10, 0, tanh(10)), (asinh(x), 0, 3, 0, asinh(3)),
    (acosh(x), 1, 3, 0, acosh(3)), (atanh(x), 0, Rational(1, 2), 0, atanh(Rational(1, 2))),
    (erf(x), 0, 1, 0, erf(1)), (gamma(x), 3, 4, 2, 6), (Abs(x), -3, 2, 0, 3),
    (Max(x, 1), 0, 2, 1, 2), (Min(x, 1), 0, 2, 0, 1), (sign(x), 1, 2, 1, 1), (2**x, -1, 1, Rational(1, 2), 2),
    (atan2(x, 1), 0, 1, 0, pi/4), (Piecewise((x, x > 0), (-x, True)), 1, 2, 1, 2),
])
def test_ranges_of_one_operation_contain_the_true_range(expression, low, high, bottom, top):
    with precision(100):
        found = evaluate(expression, {x: box(low, high)})
        # An exact end of the range may be met exactly, so "not beyond" is what must be undecided.
        assert compare(lower(found), bottom) in (-1, 0, None) and compare(upper(found), top) in (1, 0, None)
        # FLINT's sin, cos, gamma and atan2 of wide balls overestimate; the rest by 2^-28 only.
        if expression.func not in (sin, cos, gamma, atan2):
            slack = Rational(1, 2**20)
            assert compare(lower(found), bottom - slack) == 1 and compare(upper(found), top + slack) == -1


@pytest.mark.parametrize("expression, value", [
    (sqrt(x), box(-1, 1)), (1/x, box(-1, 1)), (log(x), box(0, 1)), (tan(x), box(1, 2)),
    (asin(x), box(0, 2)), (acosh(x), box(0, 2)), (gamma(x), box(-1, 1)), (sign(x), box(-1, 1)),
    (x**Rational(1, 3), -8), (x**pi, box(-1, 1)), (Piecewise((1, x > 0), (2, True)), box(-1, 1)),
    (Piecewise((1, x > 0), (2, x < -1)), -1), (x, arb("nan")),
])
def test_undefined_and_undecided_results_are_undecided(expression, value):
    with pytest.raises(Undecided):
        evaluate(expression, {x: value})


@pytest.mark.parametrize("expression, words", [
    (Float("0.5")*x, "float"), (Function("f")(x), "cannot be evaluated at balls"),
    (x + y, "no value given for y"), (x*I, "cannot be evaluated"), (oo*x, "cannot be evaluated"),
    (Piecewise((1, Function("g")(x) > 0), (2, True)), "cannot be evaluated"),
    (Piecewise((1, Contains(x, S.Integers)), (2, True)), "cannot be decided"),
])
def test_what_cannot_be_evaluated_is_named(expression, words):
    with pytest.raises(TypeError, match=words):
        evaluate(expression, {x: 2})


def test_the_branch_not_taken_may_be_undefined():
    guarded = Piecewise((sqrt(x), x > 0), (sqrt(-x), True))
    assert exact_value(evaluate(guarded, {x: 4})) == 2 == exact_value(evaluate(guarded, {x: -4}))


def test_a_symbolic_power_that_is_an_integer_takes_negative_bases():
    assert exact_value(evaluate(x**y, {x: -2, y: 3})) == -8
    assert encloses(evaluate(x**y, {x: 4, y: Rational(1, 2)}), 2)


def test_sympys_wrong_zero_is_not_zero_in_balls():
    # SymPy 1.14 can answer 0 for this number under some hash seeds; its value is 0.041.
    with precision():
        found = evaluate(180*acos(Rational(7823207, 7823209))/pi, {})
    assert Fraction(40, 1000) < lower(found) and upper(found) < Fraction(42, 1000)


def test_real_roots_of_polynomials_are_enclosed():
    with precision(100):
        found = ball(rootof(y**5 - y - 1, 0))
        assert lower(found)**5 - lower(found) < 1 < upper(found)**5 - upper(found)


def test_compiled_vectors_agree_with_single_expressions():
    several = compiled([x*y, sin(x*y) + x, Integer(3)], [x, y])
    values = several(Rational(1, 3), 2)
    for found, expression in zip(values, [x*y, sin(x*y) + x, Integer(3)]):
        assert to_exact(found) == to_exact(evaluate(expression, {x: Rational(1, 3), y: 2}))
    with pytest.raises(TypeError, match="2 values are needed"):
        several(1)


@pytest.mark.parametrize("condition, truth", [
    (x < y, True), (x >= y, False), (x < 2, None), (x <= 2, True), (Eq(x, y), False), (Ne(x, y), True),
    (Eq(x, x + y, evaluate=False), False), ((x < 2) & (x > y), False), (Or(x < 2, x < y), True),
    (Not(x < y), False), (Or(x < Rational(3, 2), x > y), None), (Eq(y, 3), True), (Eq(x, 1), None),
])
def test_conditions_on_balls_are_true_false_or_undecided(condition, truth):
    assert holds(condition, {x: box(1, 2), y: 3}) is truth


@pytest.mark.parametrize("ends", [(0, 0), (box(-1, 1), 0), (0, box(0, 2)), (box(-1, 0), box(0, 1))])
def test_the_angle_of_what_may_be_the_origin_is_undecided(ends):
    with pytest.raises(Undecided, match="may be the origin"):
        evaluate(atan2(y, x), dict(zip((y, x), ends)))


@pytest.mark.parametrize("ends, angle", [
    ((0, 1), 0), ((0, -2), pi), ((box(0, 1), -1), pi), ((box(-1, 1), 1), -pi/4), ((-3, box(-1, 0)), -pi/2)])
def test_the_angle_beside_the_origin_is_enclosed(ends, angle):
    assert evaluate(atan2(y, x), dict(zip((y, x), ends))).overlaps(ball(angle))
