from fractions import Fraction

import pytest
from mpmath import mp
from sympy import (Abs, Integer, Matrix, Rational, acos, asinh, atan, cos, diff, exp, log, pi, sin, sqrt, symbols,
                   tan, tanh)

from numerics.balls import ball, contains_zero, evaluate, precision
from numerics.bregman import bregman_projection
from numerics.flows import enclose_flow, gradient_flow
from numerics.identities import all_vanish, lowest_terms, vanishes
from numerics.legendre import closed_form, table
from numerics.parametrisation import Parametrisation, quadratic

x, y, z = symbols("x y z", real=True)
p, q, u, v = symbols("p q u v", positive=True)
HALF, THIRD = Rational(1, 2), Rational(1, 3)

# Where the equivalence holds, where it fails, and where it holds although nothing commutes.
SQUARES = Parametrisation((u**2 - v**2,), (u, v))
COMPLEX_SQUARE = Parametrisation(((x**2 - y**2)/2, x*y), (x, y))
R2 = x**2 + y**2
SCREW = Parametrisation((R2/(R2 + 1), (z - atan(y/x))*R2/(R2 + 1)), (x, y, z))
ENTRIES = symbols("u11 u12 u21 u22", real=True)
GRAM = Matrix(2, 2, ENTRIES)*Matrix(2, 2, ENTRIES).T
GRAM_MATRIX = Parametrisation((GRAM[0, 0], GRAM[0, 1], GRAM[1, 1]), ENTRIES)
AXES = symbols("x1:4", real=True)
COMMUTING = quadratic(([[2, 1, 0], [1, 2, 0], [0, 0, 1]], [[0, 1, 0], [1, 0, 0], [0, 0, -2]]), AXES)
COMMUTING_START = dict(zip(AXES, (1, HALF, THIRD)))


@pytest.mark.parametrize("zero", [
    (x + y)**3 - x**3 - 3*x*y*(x + y) - y**3, sin(x)**2 + cos(x)**2 - 1, sin(x) - 2*sin(x/2)*cos(x/2),
    tan(x + y) - (tan(x) + tan(y))/(1 - tan(x)*tan(y)), exp(3*x/2 + y) - exp(x/2)**3*exp(y),
    sqrt(p + Rational(1, 4)) - sqrt(4*p + 1)/2, 1/(sqrt(p) + 1) - (sqrt(p) - 1)/(p - 1),
    sqrt(1 + sqrt(p))**4 - 1 - 2*sqrt(p) - p, exp(asinh(x)) - x - sqrt(1 + x**2),
    p**(2*x + 1) - p*(p**x)**2, 2**(x + 1) - 2*2**x, tanh(x) - (exp(2*x) - 1)/(exp(2*x) + 1), diff(asinh(x)**2, x) - 2*asinh(x)/sqrt(1 + x**2)], ids=str)
def test_identities_are_proved_and_their_neighbours_refuted_with_a_witness(zero):
    assert vanishes(zero).verdict is True
    wrong = vanishes(zero + Rational(1, 10**40))
    assert wrong.verdict is False and zero.subs(wrong.witness).free_symbols == set()


def test_what_neither_normal_form_nor_witness_decides_is_unknown():
    for hidden in (log(p**2*q) - 2*log(p) - log(q) + 0*x, log(x**2) - 2*log(Abs(x)), sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)):
        found = vanishes(hidden)
        assert found.verdict is None and "may be missing" in found.reason
        with pytest.raises(TypeError, match="three values"):
            bool(found)
    assert all_vanish([Integer(0), log(p**2*q) - 2*log(p) - log(q)]).verdict is None
    assert all_vanish([log(p**2*q) - 2*log(p) - log(q), x]).verdict is False


def test_lowest_terms_keep_the_value_and_cancel():
    tangled = (exp(2*x)*y - y)/(exp(x) - 1) + (p - 1)/(sqrt(p) + 1)
    plain = lowest_terms(tangled)
    assert vanishes(tangled - plain).verdict is True
    assert plain.expand() == exp(x)*y + y + sqrt(p) - 1


def test_an_angle_that_simplifiers_call_zero_is_refuted():
    assert vanishes(180*acos(Rational(7823207, 7823209))/pi).verdict is False


def test_identities_on_a_surface_and_on_a_domain():
    sphere = x**2 + y**2 - 4
    assert vanishes(x**4 - (4 - y**2)**2, modulo=sphere).verdict is True
    assert vanishes(x**2 - y**2, modulo=sphere).verdict is None
    assert vanishes(x**2 - y**2, modulo=sphere, points=[{x: Rational(6, 5), y: Rational(8, 5)}]).verdict is False
    assert vanishes(x, given=(x > 5,)).verdict is None          # no trial point is that large
    with pytest.raises(ValueError, match="float"):
        vanishes(0.5*x)


def test_one_weight_always_commutes_and_its_metric_needs_an_invariant():
    assert SQUARES.is_mirror().verdict is True
    assert SQUARES.metric_depends_on_weights_only().verdict is False
    assert SQUARES.invariants(2) == [u*v] and SQUARES.metric.expand() == Matrix([[4*u**2 + 4*v**2]])
    assert quadratic([Matrix([[0, 1], [1, 0]])], (x, y)).invariants(2) == [x**2 - y**2] or \
        quadratic([Matrix([[0, 1], [1, 0]])], (x, y)).invariants(2) == [y**2 - x**2]


def test_the_complex_square_is_no_mirror_flow():
    found = COMPLEX_SQUARE.is_mirror()
    assert found.verdict is False and "kernel" in found.reason
    assert COMPLEX_SQUARE.bracket(0, 1) == Matrix([-2*y, 2*x])
    assert COMPLEX_SQUARE.jacobian*COMPLEX_SQUARE.bracket(0, 1) == Matrix([-4*x*y, 2*x**2 - 2*y**2])


def test_swapped_controls_miss_by_the_closed_form():
    e, start, side = mp.mpf, {x: 1, y: HALF}, Rational(1, 4)
    with mp.workdps(30):
        found = COMPLEX_SQUARE.holonomy(start, 0, 1, side)
        E = mp.exp(e(1)/4)
        factor = (E**2 - 1)**2*(E**2 + 1)/E**4
        first = -factor*((E - 1) + (E + 1)/2)*((E + 1) + (E - 1)/2)/8
        second = factor*(E**2 - e(1)/4)/4
        assert found.limit == (-2, Rational(3, 2))
        for measured, exact in zip(found.weights, (first, second)):
            assert abs(measured - exact) < 1000*mp.eps and abs(measured + exact) > e(1)/10


def test_the_screw_motion_is_a_mirror_flow_that_does_not_commute():
    assert SCREW.commutes().verdict is False and SCREW.is_mirror().verdict is True
    assert SCREW.is_hessian().verdict is True
    pitch = symbols("c", positive=True)                 # for every pitch
    weight = R2/(R2 + pitch**2)
    general = Parametrisation((weight, (z - pitch*atan(y/x))*weight), (x, y, z))
    turn = 4*pitch**3*R2/(R2 + pitch**2)**4*Matrix([-y, x, pitch])
    assert all_vanish(list(general.bracket(0, 1) - turn)).verdict is True
    assert all_vanish(list(general.bracket(0, 1) - pitch*turn)).verdict is False
    assert general.brackets_fall_in_the_kernel().verdict is True
    with mp.workdps(25):
        found = SCREW.holonomy((1, 0, HALF), 0, 1, Rational(1, 32))
        assert max(map(abs, found.weights)) < 1000*mp.eps and found.limit == (0, 0)
        # (0.00386, 0.24987, 0.24418) is the change of the parameters over side^2.
        assert [mp.nstr(1024*c, 5) for c in found.parameters] == ["0.0038592", "0.24987", "0.24418"]


def test_the_gram_matrix_has_the_known_codazzi_defect():
    assert GRAM_MATRIX.is_mirror().verdict is False and GRAM_MATRIX.is_hessian().verdict is False
    assert GRAM_MATRIX.metric_depends_on_weights_only().verdict is True
    # Defect -r (p - r)/(2 (p + r)^2 (p r - q^2)) at (p, q, r) = (1, 0, 2), and in general.
    a, b, c = GRAM_MATRIX.weights
    by_hand = -c*(a - c)/(2*(a + c)**2*(a*c - b**2))
    assert vanishes(GRAM_MATRIX.codazzi_defect(1, 1, 0) - by_hand).verdict is True
    assert vanishes(GRAM_MATRIX.codazzi_defect(1, 1, 0) + by_hand).verdict is False


def test_squares_on_the_sphere_commute_and_give_the_simplex_metric():
    s = symbols("s1:4", positive=True)
    point = dict(zip(s, (Rational(2, 3), Rational(4, 3), Rational(4, 3))))
    sphere = Parametrisation([a**2/4 for a in s[:2]], s, constraint=sum(a**2 for a in s) - 4, points=[point])
    assert sphere.is_mirror().verdict is True and sphere.is_hessian().verdict is True
    w = [a**2/4 for a in s[:2]]
    simplex = Matrix(2, 2, lambda i, j: w[i]*(int(i == j) - w[j]))
    options = {"modulo": sphere.constraint, "points": [point]}
    assert all_vanish(list(sphere.metric - simplex), **options).verdict is True
    assert all_vanish(list(sphere.metric - 2*simplex), **options).verdict is False


def test_matrices_that_do_not_commute_give_quadratics_that_do_not():
    assert COMMUTING.is_mirror().verdict is True
    bent = quadratic(([[1, 0], [0, 2]], [[0, 1], [1, 0]]), (x, y))
    assert bent.is_mirror().verdict is False
    with pytest.raises(ValueError, match="not shown to commute"):
        closed_form(bent, {x: 1, y: 1})
    with pytest.raises(ValueError, match=r"matrices\[0\] is not symmetric"):
        quadratic([[[0, 1], [0, 0]]], (x, y))


@pytest.mark.parametrize("weights, parameters, start, curvature", [
    # The metric J J' = 1/R'' as a function of w, along the orbit of the start.
    ((u**2,), (u,), {u: HALF}, lambda w: 4*w),
    ((u**2 - v**2,), (u, v), {u: HALF, v: Rational(1, 4)}, lambda w: 4*sqrt(w**2 + Rational(1, 16))),
    ((u*v,), (u, v), {u: 1, v: Rational(1, 4)}, lambda w: sqrt(4*w**2 + Rational(225, 256))),
    ((u**3,), (u,), {u: HALF}, lambda w: 9*w**Rational(4, 3)),
    ((u**4,), (u,), {u: HALF}, lambda w: 16*w**Rational(3, 2)),
    ((exp(x),), (x,), {x: 0}, lambda w: w**2)])
def test_the_legendre_functions_of_the_known_table(weights, parameters, start, curvature):
    found = closed_form(Parametrisation(weights, parameters), start)
    assert {f.verdict for f in found.relations().values()} == {True} and len(found.relations()) == 4
    w, = found.weights
    near = [{w: weights[0].subs(start)*k} for k in (1, 2)]
    assert vanishes(diff(found.mirror[0], w)*curvature(w) - 1, points=near).verdict is True
    assert vanishes(diff(found.mirror[0], w)*curvature(w) - 4, points=near).verdict is False
    assert vanishes(found.mirror[0].subs(w, weights[0].subs(start))).verdict is True


def test_irrational_eigenvectors_give_a_closed_form_too():
    # Golden ratio: A has eigenvalues (1 +- sqrt 5)/2, and A^2 = A + I.
    golden = Matrix([[1, 1], [1, 0]])
    pair = quadratic([golden, golden + Matrix([[1, 0], [0, 1]])], (x, y))
    found, start = closed_form(pair, {x: 1, y: HALF}), Matrix([1, HALF])
    zero = dict.fromkeys(found.duals, 0)
    for slope, weight in zip(found.inverse_mirror, pair.weights):
        assert vanishes(slope.subs(zero) - weight.subs({x: 1, y: HALF})).verdict is True
    # Three derivatives at 0 are x0' A_i A_j A_k x0 times 2.
    third = diff(found.conjugate, found.duals[0], 2, found.duals[1]).subs(zero)
    assert vanishes(third - 2*(start.T*golden**2*golden**2*start)[0]).verdict is True
    assert vanishes(third - 2*(start.T*golden**3*start)[0]).verdict is False


def test_three_pairs_of_squares_and_where_their_flow_ends():
    us, vs = symbols("u1:4", real=True), symbols("v1:4", real=True)
    pairs = Parametrisation([a**2 - b**2 for a, b in zip(us, vs)], us + vs)
    found = closed_form(pairs, dict(zip(us + vs, (HALF, THIRD, Rational(1, 4), Rational(1, 4), HALF, THIRD))))
    (multiplier,), point = bregman_projection(found.inverse_mirror, found.duals, [[1, 2, -1]], [2])
    known = (Fraction(57262429407267005988, 10**20), Fraction(59368725225332163835, 10**20),
             Fraction(-24000120142068666342, 10**20))
    with precision(150):
        assert abs(multiplier - ball(Fraction(21833393552299950683, 10**20))) < ball(Fraction(1, 10**20))
        for b, exact in zip(point, known):
            assert b.rad() < ball(Fraction(1, 10**25)) and abs(b - ball(exact)) < ball(Fraction(1, 10**20))


def test_gradient_flow_in_the_parameters_is_mirror_flow_in_balls():
    # Time-varying loss (w1 + 2 w2 - 1)^2 (1 + t^2)/2 on the commuting quadratics, over time 1/2.
    found = closed_form(COMMUTING, COMMUTING_START)
    t = symbols("t", real=True)
    loss = lambda a, b: (a + 2*b - 1)**2*(1 + t**2)/2
    end = enclose_flow(gradient_flow(loss(*COMMUTING.weights), AXES, t), tuple(COMMUTING_START.values()), HALF, digits=20)
    from numerics.flows import dual_flow
    w = found.weights
    duals = enclose_flow(dual_flow(loss(*w), w, found.inverse_mirror, found.duals, t), (0, 0), HALF, digits=20)
    with precision(120):
        there, values = dict(zip(AXES, end)), dict(zip(found.duals, duals))
        for g, slope in zip(COMMUTING.weights, found.inverse_mirror):
            gap = evaluate(g, there) - evaluate(slope, values)
            assert contains_zero(gap) and gap.rad() < ball(Fraction(1, 10**15))
            assert not contains_zero(evaluate(g, there) - evaluate(slope, {m: 2*b for m, b in values.items()}))


def test_the_table_agrees_with_the_closed_form():
    found = closed_form(COMMUTING, COMMUTING_START)
    with mp.workdps(25):
        row, = table(COMMUTING, COMMUTING_START, [(Rational(-1, 5), HALF)])
        at = dict(zip(found.duals, (Rational(-1, 5), HALF)))
        zero = dict.fromkeys(found.duals, 0)
        value = (found.conjugate.subs(at) - found.conjugate.subs(zero)).evalf(40)
        assert abs(row.conjugate - value._to_mpmath(mp.prec)) < 1000*mp.eps
        for measured, slope in zip(row.weights, found.inverse_mirror):
            assert abs(measured - slope.subs(at).evalf(40)._to_mpmath(mp.prec)) < 1000*mp.eps
        # Fenchel: R(w) + Q(mu) = <w, mu>, with mu = (-1/5, 1/2).
        assert abs(row.potential + row.conjugate + row.weights[0]/5 - row.weights[1]/2) < 10*mp.eps
