"""Exact sums of square roots against SymPy and balls."""

import pytest
from flint import arb, fmpq, fmpq_mat
from sympy import Rational, expand, sqrt

from numerics.laboratory import Absent, Laboratory
from numerics.steps import descent
from numerics.surds import Surd, characteristic_polynomial, matrix_product


def surd(*squares):
    return sum((Surd.root(fmpq(p, q)) for p, q in squares), Surd({}))


def as_sympy(value):
    return sum(Rational(int(c.p), int(c.q))*sqrt(a) for a, c in value.parts.items())


def test_roots_are_reduced_to_squarefree_integers():
    assert Surd.root(fmpq(12, 49)).parts == {3: fmpq(2, 7)}
    assert Surd.root(fmpq(9, 4)).rational() == fmpq(3, 2) and Surd.root(fmpq(0)) == 0
    with pytest.raises(ValueError, match="negative"):
        Surd.root(fmpq(-1))


def test_arithmetic_agrees_with_expanded_radicals():
    one, other = surd((2, 3), (5, 1), (7, 8)), surd((6, 1), (10, 9), (1, 4))
    for found, wanted in ((one*other, as_sympy(one)*as_sympy(other)), (one - other, as_sympy(one) - as_sympy(other)),
                          (3 - one/2, 3 - as_sympy(one)/2), (one*one*one, as_sympy(one)**3)):
        assert expand(as_sympy(found) - wanted) == 0


def test_zero_is_recognised():
    assert surd((2, 1), (8, 1)) - 3*surd((2, 1)) == 0 and surd((2, 1))*surd((2, 1)) == 2
    assert surd((2, 1)) != surd((3, 1)) and hash(surd((8, 1))) == hash(2*surd((2, 1)))


def test_what_is_not_rational_is_absent():
    with pytest.raises(Absent, match=r"1\*sqrt\(2\) is not rational"):
        surd((2, 1)).rational()
    with pytest.raises(Absent, match="is not rational"):
        characteristic_polynomial([[surd((2, 1))]])


def test_the_ball_holds_the_number():
    one = surd((2, 1), (3, 1))
    assert one.ball().overlaps(arb(2).sqrt() + arb(3).sqrt()) and repr(Surd({})) == "0"


def test_a_matrix_similar_to_a_rational_one_has_its_characteristic_polynomial():
    r, rows = surd((5, 1), (2, 3)), [[1, 2, 0], [-1, 3, 1], [4, 0, fmpq(1, 2)]]
    shear, back = ([[Surd({1: fmpq(1)}), sign*r, Surd({})], [Surd({}), Surd({1: fmpq(1)}), Surd({})],
                    [Surd({}), Surd({}), Surd({1: fmpq(1)})]] for sign in (1, -1))
    plain = [[Surd({1: fmpq(x)}) for x in row] for row in rows]
    found = characteristic_polynomial(matrix_product(matrix_product(shear, plain), back))
    assert found == fmpq_mat(rows).charpoly()


def test_descent_runs_on_square_roots():
    # (ab - 1)^2/2 at a = b = sqrt(2) with step 1/2: a - (2 - 1) a/2 = sqrt(2)/2.
    start = (surd((2, 1)), surd((2, 1)))
    step = descent(lambda a, b: ((a*b - 1)*b, (a*b - 1)*a), fmpq(1, 2))
    assert Laboratory({}).iterate(step, start, 1) == (surd((1, 2)), surd((1, 2)))
