"""What a proof may yield, and how a goal reads."""

import pytest
from sympy import Float, Function, Gt, Matrix, Symbol, symbols, true

from theorems.kernel.goals import cited, distinct, nonnegative, positive, zero

x, y = symbols("x y", real=True)


@pytest.mark.parametrize("goal, text", [
    (zero(x - y, "w"), "x - y = 0"), (positive(x, "w", given=x > y), "x > 0 given x > y"), (nonnegative(x**2, "w"), "x**2 >= 0"),
    (distinct(x, y, "w", given=(x > 0, y < 0)), "x - y != 0 given x > 0, y < 0"), (cited("Perron and Frobenius"), "cited: Perron and Frobenius"),
    (zero(Matrix([x]), "w", given=true), "Matrix([[x]]) = 0 given True")])
def test_a_goal_is_told_in_one_line(goal, text):
    assert goal.text == text


@pytest.mark.parametrize("make, told", [
    (lambda: zero(x, "w", given=x), "given must hold SymPy relations, not x"),
    (lambda: zero(x, "w", given=(Gt(x, 0), Function("f")(x))), r"given must hold SymPy relations, not f\(x\)"),
    (lambda: zero(x*Float("0.5"), "w"), "the expression contains the float 0.5"), (lambda: zero(x, ""), "a goal needs a reason in words"),
    (lambda: positive(x, 3), "a goal needs a reason in words"), (lambda: cited("  "), "a goal needs a reason in words"),
    (lambda: cited(Symbol("x")), "a goal needs a reason in words")])
def test_what_is_no_goal_is_refused(make, told):
    with pytest.raises(TypeError, match=told):
        make()
