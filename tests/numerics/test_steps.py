from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq
from mpmath import mp
from sympy import Abs, Matrix, Rational, cancel, diff, lambdify, sqrt, symbols

from numerics import steps
from numerics.kinds import norm
from numerics.laboratory import Laboratory, LaboratoryError, measuring

x, y = symbols("x y", real=True)


def bowl(x, y):
    """Gradient of (3 x^2 + 4 y^2)/2: at (1, 1) it is (3, 4), of norm 5 in every arithmetic."""
    return 3*x, 4*y


def bowl_of_rows(points):
    return points*np.array([3.0, 4.0])


@pytest.mark.parametrize("number, quotient", [
    (Fraction, Fraction), (fmpq, Rational), (Rational, Fraction), (int, Fraction), (int, fmpq)])
def test_a_sam_step_is_the_same_rational_in_every_exact_arithmetic(number, quotient):
    # Up to (1, 1) + (3, 4)/50, then down by (3*53, 4*54)/250.
    u, v = steps.sam(bowl, quotient(1, 5), quotient(1, 10))((number(1), number(1)))
    assert (250*u, 250*v) == (91, 34)


def test_a_rational_step_size_becomes_a_ball_or_an_mpf_at_the_working_precision():
    step = steps.sam(bowl, Rational(1, 5), Rational(1, 10))
    u, v = step((arb(1), arb(1)))
    assert u.contains(fmpq(91, 250)) and v.contains(fmpq(34, 250)) and not u.contains(fmpq(92, 250))
    with mp.workdps(60):
        u, v = step((mp.mpf(1), mp.mpf(1)))
        # Fewer than twenty roundings of numbers below 8.
        assert abs(250*u - 91) < 250*160*mp.eps and abs(250*v - 34) < 250*160*mp.eps


def test_batched_rows_columns_and_plain_floats_take_the_same_step():
    # Powers of two and Pythagorean gradients: nothing rounds.
    rows = np.array([[4.0, 3.0], [-4.0, 3.0], [8.0, -6.0]])
    slope = lambda p: p
    expected = rows - 0.5*(rows + 0.25*rows/np.array([[5.0], [5.0], [10.0]]))
    found = steps.sam(slope, 0.5, 0.25)(rows)
    columns = steps.sam(lambda u, v: (u, v), Fraction(1, 2), Fraction(1, 4))(tuple(rows.T))
    assert (found == np.stack(columns, axis=-1)).all()
    assert (np.abs(found - expected) <= 2.0**-50).all()       # a few roundings of numbers below 16
    for start, end in zip(rows, found):
        assert steps.sam(lambda u, v: (u, v), 0.5, 0.25)(tuple(start.tolist())) == tuple(end)


def test_a_symbolic_step_evaluates_to_the_numeric_one():
    loss = x**4/4 + x*y + y**2
    slope = (diff(loss, x), diff(loss, y))
    symbolic = steps.sam(lambdify((x, y), slope, "sympy"), Rational(1, 3), Rational(1, 7))((x, y))
    numeric = steps.sam(lambdify((x, y), slope, "mpmath"), Rational(1, 3), Rational(1, 7))
    with mp.workdps(40):
        found = numeric((mp.mpf(2), mp.mpf(-1)))
        for formula, value in zip(symbolic, found):
            assert abs(formula.subs({x: 2, y: -1}).evalf(40)._to_mpmath(mp.prec) - value) < 1000*mp.eps


def test_the_norm_of_integers_beside_mpf_is_not_a_53_bit_root():
    with mp.workdps(50):
        flat = steps.ascent(lambda x, y: (1, 2), mp.mpf(1))
        u, v = flat((mp.zero, mp.zero))
        assert abs(u*u*5 - 1) < 10*mp.eps and abs(v - 2*u) < mp.eps
    assert steps.ascent(lambda x, y: (1, 2), 1)((x, y))[0] == x + 1/sqrt(5)
    with pytest.raises(ValueError, match=r"norm sqrt\(5\) is irrational"):
        steps.ascent(lambda x, y: (1, 2), 1)((Fraction(0), Fraction(0)))


def test_in_one_dimension_sam_has_the_period_two_amplitude():
    # L = 3 x^2/2: the cycle is at a = eta rho l/(2 - eta l), 1/7 here; perturbed starts are none.
    step = steps.sam(lambda x: 3*x, Fraction(1, 6), Fraction(3, 7))
    a = Fraction(1, 6)*Fraction(3, 7)*3/(2 - Fraction(1, 2))
    assert step(a) == -a and step(-a) == a
    assert step(a + Fraction(1, 1000)) != -a - Fraction(1, 1000)
    assert steps.ascent(lambda x: 3*x, 1)(x) == x + x/Abs(x)


def test_normalised_descent_moves_by_exactly_the_step_size():
    u, v = steps.normalised_descent(bowl, Fraction(5))((Fraction(1), Fraction(1)))
    assert (u, v) == (1 - 3, 1 - 4) and norm((u - 1, v - 1)) == 5


def test_unnormalised_sam_on_a_quadratic_multiplies_by_one_minus_eta_h_one_plus_rho_h():
    u, v = steps.unnormalised_sam(bowl, Rational(1, 5), Rational(1, 10))((x, y))
    assert cancel(u - x*(1 - Rational(3, 5)*(1 + Rational(3, 10)))) == 0
    assert cancel(v - y*(1 - Rational(4, 5)*(1 + Rational(4, 10)))) == 0


@pytest.mark.parametrize("method, matrix", [
    (steps.heavy_ball, lambda h, b: Matrix([[1 - h + b, -b], [1, 0]])),
    (steps.nesterov, lambda h, b: Matrix([[(1 + b)*(1 - h), -b*(1 - h)], [1, 0]]))])
def test_momentum_on_a_parabola_is_its_companion_matrix(method, matrix):
    h, beta, p = symbols("h beta p")
    found = method(lambda x: h*x, 1, beta)((x, p))
    assert (Matrix(found) - matrix(h, beta)*Matrix([x, p])).expand() == Matrix([0, 0])
    rows = np.array([[2.0, 1.0], [4.0, -2.0]])
    batched = method(lambda x: 0.5*x, Fraction(1, 2), Fraction(1, 4))(rows)
    by_hand = np.array(matrix(Rational(1, 4), Rational(1, 4)), dtype=float)
    assert (batched == rows @ by_hand.T).all()


def test_stochastic_steps_follow_the_drawn_sample_of_each_run():
    slopes = [lambda p: 2*p, lambda p: -p]
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    drawn = np.array([0, 1, 0])
    found = steps.stochastic_descent(slopes, 0.25, drawn)(rows)
    assert (found == rows*np.array([[0.5], [1.25], [0.5]])).all()
    columns = steps.stochastic_descent([lambda u, v: (2*u, 2*v), lambda u, v: (-u, -v)], 0.25, drawn)
    assert (np.stack(columns(tuple(rows.T)), axis=-1) == found).all()
    queue = iter([0, 1])
    step = steps.stochastic_sam([lambda x: 2*x, lambda x: x], Fraction(1, 4), 1, lambda: next(queue))
    assert step(step(Fraction(2))) == Fraction(1, 2) - Fraction(1, 4)*Fraction(3, 2)
    with pytest.raises(IndexError, match="index 2 names no sample"):
        steps.stochastic_descent(slopes, 0.25, 2)(rows)


def test_label_noise_conserves_the_balance_up_to_its_exact_factor():
    # f = uv, y = 1: u^2 - v^2 is multiplied by 1 - eta^2 r^2, r = uv - 1 + eps.
    eta, eps = symbols("eta eps")
    u, v = steps.label_noise_descent(lambda u, v: u*v - 1, lambda u, v: (v, u), eta, eps)((x, y))
    factor = 1 - eta**2*(x*y - 1 + eps)**2
    assert cancel(u**2 - v**2 - factor*(x**2 - y**2)) == 0
    assert cancel(u**2 - v**2 - (factor + eta**2)*(x**2 - y**2)) != 0


def test_mirror_descent_with_the_square_is_descent_and_with_entropy_multiplies():
    plain = steps.mirror_descent(bowl, Fraction(1, 5), lambda x, y: (x, y), lambda x, y: (x, y))
    start = (Fraction(1), Fraction(2))
    assert plain(start) == steps.descent(bowl, Fraction(1, 5))(start)
    from sympy import exp, log
    entropy = steps.mirror_descent(lambda w: w, Rational(1, 3), log, exp)
    w = symbols("w", positive=True)
    assert entropy(w) == w*exp(-w/3)


def test_floats_never_enter_an_exact_step():
    for point in ((Fraction(1), Fraction(1)), (x, y), (mp.mpf(1), mp.mpf(1)), (arb(1), arb(1))):
        with pytest.raises(TypeError, match="float"):
            steps.descent(bowl, 0.1)(point)
        with pytest.raises(TypeError, match="float"):
            steps.sam(lambda x, y: (x*0 + 3, 0.5), 1, 1)(point)
    with pytest.raises(TypeError, match="holds a float"):
        steps.descent(bowl, 1)((x + 0.5, y))
    with pytest.raises(TypeError, match="mixes SymPy with mpf"):
        steps.descent(bowl, mp.mpf(1))((x, y))
    with pytest.raises(TypeError, match=r"make exact numbers balls first, balls.ball\(lab.a\)\*x"):
        steps.descent(lambda x: Rational(5, 2)*x, 1)(arb(1))
    with pytest.raises(TypeError, match=r"dtype int64 .* drawn integers over 1 are floats: rng.integers\(0, 2, count\)/1"):
        steps.descent(bowl_of_rows, 1)(np.array([[1, 2]]))
    with pytest.raises(TypeError, match="no number that a step can use"):
        steps.descent(bowl, np.int64(1))((Fraction(1), Fraction(1)))


def test_sam_is_undefined_where_the_gradient_vanishes():
    for zero in (Fraction(0), Rational(0), mp.zero, fmpq(0), 0, 0.0, arb(0), arb(0, 1)):
        with pytest.raises(ZeroDivisionError, match="not positive"):
            steps.sam(bowl, 1, 1)((zero, zero))
    with pytest.raises(ZeroDivisionError, match="run 1"):
        steps.sam(bowl_of_rows, 1.0, 1.0)(np.array([[1.0, 1.0], [0.0, 0.0]]))
    with pytest.raises(ZeroDivisionError, match="run 0.*use mpf"):
        steps.sam(bowl_of_rows, 1.0, 1.0)(np.array([[1e-160, 1e-160], [1.0, 0.0]]))


def test_misshapen_gradients_and_states_are_named():
    with pytest.raises(ValueError, match="3 components for 2 coordinates"):
        steps.descent(lambda x, y: (x, y, x), 1)((x, y))
    with pytest.raises(ValueError, match="holds 3 coordinates"):
        steps.heavy_ball(lambda x, y: (x, y), 1, 1)((x, y, x))


def test_a_measurement_must_leave_steps_to_its_laboratory():
    step, lab = steps.descent(lambda x: x, Fraction(1, 2)), Laboratory({})
    with measuring():
        assert lab.iterate(step, Fraction(8), 3) == 1
        with pytest.raises(LaboratoryError, match="use lab.iterate"):
            step(Fraction(8))
