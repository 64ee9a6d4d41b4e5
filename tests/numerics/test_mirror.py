from fractions import Fraction

import pytest
from mpmath import mp
from sympy import Matrix, Rational, exp, symbols

from numerics.balls import Undecided, ball, precision
from numerics.bregman import bregman_projection
from numerics.identities import vanishes
from numerics.mirror import examine
from numerics.parametrisation import Parametrisation, quadratic

x, y = symbols("x y", real=True)
HALF = Rational(1, 2)
COMPLEX_SQUARE = Parametrisation(((x**2 - y**2)/2, x*y), (x, y))


def test_a_pair_that_does_not_commute_is_shown_with_its_bracket_and_holonomy():
    found = examine(COMPLEX_SQUARE, (1, HALF))
    assert found.verdict.verdict is False and found.legendre is None and found.table == ()
    assert found.brackets[0, 1] == Matrix([-2*y, 2*x]) and found.swaps[0, 1].limit == (-2, Rational(3, 2))
    shown = str(found)
    assert "is no mirror flow" in shown and "[grad G1, grad G2] = [-2*y, 2*x]" in shown
    assert "swapping controls 1 and 2, each for a time 1/16" in shown and "(-2, 3/2)" in shown


def test_commuting_matrices_are_shown_with_their_potential_and_a_table_of_the_other():
    # Eigenvalues (3, 1) on (1, 1) and (1, -1) on (1, -1), with (3/2)^2/2 and (1/2)^2/2 of the start.
    found = examine(quadratic(([[2, 1], [1, 2]], [[0, 1], [1, 0]]), (x, y)), (1, HALF))
    m1, m2 = found.legendre.duals
    by_hand = 9*exp(6*m1 + 2*m2)/32 + exp(2*m1 - 2*m2)/32
    assert found.verdict.verdict is True and vanishes(found.legendre.conjugate - by_hand).verdict is True
    assert vanishes(found.legendre.conjugate - 2*by_hand).verdict is False
    assert [row.dual for row in found.table] == [(mp.mpf(1)/16, 0), (mp.mpf(-1)/16, 0), (0, mp.mpf(1)/16), (0, mp.mpf(-1)/16)]
    assert "R = no closed form found" in str(found) and "mu = (0.0625, 0.0)" in str(found)


def test_the_table_stops_where_the_dual_does():
    # x^4 from 1/2 ends at the dual 1/2; a step of 1 to the right has no row.
    fourth = Parametrisation((x**4 + y,), (x, y))
    assert len(examine(fourth, (HALF, HALF), side=1).table) == 1


def test_ends_of_flows_show_which_potentials_are_not_essentially_smooth():
    # x^k from x0 ends at x0^(2-k)/(k |k-2|): upwards at 1/2 for k = 4, x0 = 1/2, downwards at 8/9 for k = 3/2, x0 = 4/9.
    p = symbols("p", positive=True)
    for weight, start, sign, end in ((p**4, HALF, 1, HALF), (p**Rational(3, 2), Rational(4, 9), -1, Rational(8, 9))):
        power = Parametrisation((weight,), (p,))
        found = examine(power, (start,))
        (only,) = found.ends
        assert only.control == (sign,) and only.time < ball(end)
        assert f"under the control ({sign}) the flow ends near the time" in str(found)
        assert (only.weights[0] < weight.subs(p, start)) == (sign == -1)       # for k = 4 it has grown, for k = 3/2 it is 0
        assert examine(power, (start,), horizon=end/2).ends == ()
    assert examine(COMPLEX_SQUARE, (1, HALF)).ends == ()


@pytest.mark.parametrize("start, told", [
    ({x: 1}, "no value for y"), ((1,), "1 values for 2 parameters"), ((1, 0.5), "the float 0.5 for y"),
    ((0, 0), "less than full rank at the start")])
def test_a_start_that_does_not_fit_is_named(start, told):
    with pytest.raises(ValueError, match=told):
        examine(COMPLEX_SQUARE, start)


def test_what_is_no_parametrisation_is_named():
    for weights, parameters, told in ((x**2, (x,), r"give a tuple, \(x\*\*2,\)"), ((x,), x, "the single expression x"),
                                      ((x,), (x, x), "given twice"), ((x,), (x, 2*y), r"parameters\[1\] = 2\*y is no symbol")):
        with pytest.raises(ValueError, match=told):
            Parametrisation(weights, parameters)
    for i, j in ((0, 0), (0, 2)):
        with pytest.raises(ValueError, match="cannot be swapped"):
            COMPLEX_SQUARE.holonomy((1, 1), i, j, HALF)


def test_a_label_out_of_reach_is_undecided():
    m = symbols("m", real=True)
    with pytest.raises(Undecided, match="out of reach"):
        bregman_projection([exp(4*m)/4], [m], [[1]], [-2])
    with pytest.raises(ValueError, match="Z is 1 x 2"):
        bregman_projection([exp(4*m)/4], [m], [[1, 2]], [2])


def test_a_large_start_has_its_multiplier_although_rounding_stops_newtons_steps_early():
    # u = v = 256: Q' = 2^17 sinh(4 m), so 2^-10 w = 2 at the multiplier 2^8 asinh(2^-6), where terms of 2^16 cancel.
    m = symbols("m", real=True)
    (multiplier,), (weight,) = bregman_projection([256**2*(exp(4*m) - exp(-4*m))], [m], [[Rational(1, 1024)]], [2])
    with precision(150):
        assert weight.overlaps(ball(2048)) and multiplier.overlaps(256*ball(Fraction(1, 64)).asinh())
        assert multiplier.rad() < ball(Fraction(1, 10**25)) and weight.rad() < ball(Fraction(1, 10**20))


def test_a_start_off_the_surface_is_refused_and_one_on_it_gives_a_table():
    s = symbols("s1:4", positive=True)
    on = (Rational(2, 3), Rational(4, 3), Rational(4, 3))
    sphere = Parametrisation([a**2/4 for a in s[:2]], s, constraint=sum(a**2 for a in s) - 4, points=[dict(zip(s, on))])
    found = examine(sphere, on)
    assert found.verdict.verdict is True and len(found.table) == 4 and found.swaps[0, 1].limit == (0, 0)
    with pytest.raises(ValueError, match="off the surface"):
        examine(sphere, (1, 1, 1))


@pytest.mark.parametrize("weights, Z, Y, known", [
    # x^3 and x^4 from (1/2, 2/3, 3/4), z = (1, 2, 1), y = 3; u v from u = (1, 1/2, 1/5), v = (1/4, 1/2, -1/3), z = (1, 2, -1), y = 2:
    # ends of gradient flow found by extrapolation in mpmath, by other code.
    (lambda m: [(2 - 3*m[0])**-3, (Rational(3, 2) - 3*m[1])**-3, (Rational(4, 3) - 3*m[2])**-3], [1, 2, 1], 3,
     ("0.18717935819999754155", "1.01113393194714246823", "0.79055277790571752200")),
    (lambda m: [(4 - 8*m[0])**-2, (Rational(9, 4) - 8*m[1])**-2, (Rational(16, 9) - 8*m[2])**-2], [1, 2, 1], 3,
     ("0.08864590763795283291", "1.06855186914155971031", "0.77425035407892774647")),
    (lambda m: [(Rational(25, 16)*exp(2*m[0]) - Rational(9, 16)*exp(-2*m[0]))/4, exp(2*m[1])/4,
                (Rational(4, 225)*exp(2*m[2]) - Rational(64, 225)*exp(-2*m[2]))/4], [1, 2, -1], 2,
     ("0.55208066571287316089", "0.66723326945302127656", "-0.11345279538108428597"))],
    ids=["third powers", "fourth powers", "products"])
def test_powers_and_products_end_where_another_integrator_found_them(weights, Z, Y, known):
    m = symbols("m1:4", real=True)
    _, point = bregman_projection(weights(m), m, [Z], [Y], digits=25)
    with precision(150):
        for found, digits in zip(point, known):
            last = Fraction(1, 10**19)                 # the 20 digits given miss z.w = 3 by one unit of the last
            assert abs(found - ball(Fraction(digits))) < ball(last) and found.rad() < ball(last)
