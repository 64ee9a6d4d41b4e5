"""2-cycles: found by steps alone, and enclosed round their midpoint."""

from fractions import Fraction

import pytest
from flint import arb
from mpmath import mp, mpf
from sympy import diff, expand, lambdify, sqrt, symbols

from numerics.balls import ball, box, compiled, precision
from numerics.cycles import critical_multiplier, midpoint_slopes, midpoint_values, two_cycle, two_step_jacobian
from numerics.laboratory import Absent, Laboratory

x, m, s, q = symbols("x m s q", real=True)
LOSS = x**2 + x**3/2 + x**4/12 - x**5/40 + x**6/30


@pytest.fixture(autouse=True)
def working_precision():
    with precision(), mp.workdps(40):
        yield


def iterate(step, start, count):
    return Laboratory({}).iterate(step, start, count)


def derivatives(loss=LOSS):
    return compiled([diff(loss, x, k) for k in range(1, 7)], (x,))


def midpoint_polynomials():
    """E and O of the loss in m and q, from the definition."""
    up, down = (diff(LOSS, x).subs(x, m + sign*s) for sign in (1, -1))
    return [expand(expand(part).subs(s, sqrt(q))) for part in ((up + down)/2, (up - down)/(2*s))]


def test_the_cycle_of_the_quartic_has_the_half_width_asked_for_and_the_known_step_size():
    # f = (x^2 - 4)^2/4: m^2 + 3 q = 4, eta = 2/(3 m^2 + q - 4); half-width 5/19 gives 42/19, 32/19.
    gradient = lambdify((x,), (x**3 - 4*x,), "mpmath")
    u, v, eta = two_cycle(iterate, gradient, (mpf(2),), (1,), mpf(5)/19, mpf(1)/4)
    for found, exact in ((u[0], mpf(42)/19), (v[0], mpf(32)/19), (eta, mpf(361)/1344)):
        assert abs(found - exact) < 2**20*mp.eps                 # 2^10 units in the residual, slopes of order 10
    multiplier = critical_multiplier(two_step_jacobian(iterate, gradient, u, eta))
    assert abs(multiplier - mpf(22223)/56448) < 2**20*mp.eps


def test_where_no_cycle_of_that_width_exists_it_is_absent():
    with pytest.raises(Absent, match="no 2-cycle of half-width"):
        two_cycle(iterate, lambda z: (z*z + 1,), (mpf(1)/8,), (1,), mpf(1), mpf(2))


def test_the_multiplier_nearest_to_one_must_be_real():
    assert critical_multiplier(mp.matrix([[mpf(1)/2, 0], [0, mpf(9)/10]])) == mpf(9)/10
    with pytest.raises(Absent, match="one of a complex pair"):
        critical_multiplier(mp.matrix([[1, -1], [1, 1]]))


@pytest.mark.parametrize("low, high", [(Fraction(1, 16), Fraction(1, 8)), (Fraction(0), Fraction(1, 16)),
                                       (Fraction(1, 9), Fraction(1, 9))])
def test_slopes_enclose_those_of_the_exact_polynomials(low, high):
    E, O = midpoint_polynomials()
    found = midpoint_slopes(derivatives(), box(Fraction(-1, 5), Fraction(1, 7)), box(low, high))
    for name, part in (("E_m", E.diff(m)), ("E_q", E.diff(q)), ("O_m", O.diff(m)), ("O_q", O.diff(q)), ("O", O)):
        for middle in (Fraction(-1, 5), Fraction(0), Fraction(1, 7)):
            for square in (low, (low + high)/2, high):
                assert getattr(found, name).contains(ball(part.subs({m: middle, q: square})))


def test_values_are_those_of_the_polynomials_and_affine_below_zero():
    E, O = midpoint_polynomials()
    middle = Fraction(1, 7)
    for square in (Fraction(1, 9), Fraction(1, 2**60), Fraction(0)):
        values = midpoint_values(derivatives(), ball(middle), ball(square))
        assert all(value.overlaps(ball(part.subs({m: middle, q: square}))) for value, part in zip(values, (E, O)))
    below = midpoint_values(derivatives(), ball(middle), ball(Fraction(-1, 9)))
    for value, part in zip(below, (E, O)):
        start, slope = part.subs(m, middle).subs(q, 0), part.subs(m, middle).diff(q).subs(q, 0)
        assert value.overlaps(ball(start - slope/9))


def test_the_multiplier_by_the_determinant_is_the_product_of_both_slopes():
    f = derivatives()
    middle, square = arb(0), ball(Fraction(1, 9))
    found = midpoint_slopes(f, middle, square)
    A, B = f(ball(Fraction(1, 3)))[1], f(ball(Fraction(-1, 3)))[1]
    assert (1 + 2*square*found.step_size**2*found.determinant).overlaps(
        (1 - found.step_size*A)*(1 - found.step_size*B))
