"""Mutants: one integer changed by one, one sign, one symbol for another, in a fixed order."""

from sympy import And, Eq, Equivalent, Matrix, Rational, Tuple, acosh, symbols

from theorems.kernel.mutate import mutants

x, a, b, c = symbols("x a b c")


def names(statement, others=()):
    return [one.name for one in mutants(statement, others)]


def test_every_integer_is_changed_by_one():
    changed = {one.relation for one in mutants(Eq(x, 3*a**2), [])}
    assert changed == {Eq(x, 4*a**2), Eq(x, 2*a**2), Eq(x, 3*a**3), Eq(x, 3*a), Eq(x, -3*a**2)}


def test_numerator_and_denominator_are_changed_apart():
    changed = {one.relation.rhs for one in mutants(Eq(x, Rational(2, 3)*a), [])}
    assert changed == {a, a/3, a/2, -2*a/3}
    assert {one.relation.rhs for one in mutants(Eq(x, a**Rational(1, 2)), [])} >= {a, 1 + 0*a, a**Rational(1, 3)}


def test_every_term_changes_its_sign_and_every_symbol_its_name():
    assert names(Eq(x, a + b), (a, b)) == ["sign of a + b", "sign of a", "sign of b", "a -> b", "b -> a"]
    assert names(Eq(a + b, 0)) == ["sign of a + b", "sign of a", "sign of b", "0 -> 1", "0 -> -1"]


def test_measured_symbols_are_not_interchanged():
    assert names(Eq(x, a), (a,)) == ["sign of a"]


def test_the_two_step_formula_has_23_mutants():
    # Two for each of 3, 2, 3, 2, the exponent -1 and the coefficient -1; two names for each of a, b, a, c;
    # the sign of the whole and of either term below.
    assert len(mutants(Eq(x, 3*a**2/(3*b**2 - a*c)), (a, b, c))) == 2*6 + 2*4 + 3


def test_a_bound_is_reversed_and_an_equation_is_not():
    reversed_ = [one for one in mutants(x >= a, []) if one.reversed]
    assert [one.relation for one in reversed_] == [x <= a] and not any(one.reversed for one in mutants(Eq(x, a), []))


def test_one_relation_of_a_tuple_changes_at_a_time():
    found = mutants(Tuple(Eq(x, a), Eq(b, c)), ())
    assert [(one.place, one.statement) for one in found] == [(0, (Eq(x, -a), Eq(b, c))), (1, (Eq(x, a), Eq(b, -c)))]


def test_mutants_reach_into_equivalences_and_vectors():
    assert Equivalent(x < 2, a < 5) in {one.statement for one in mutants(Equivalent(x < 2, a < 4), [])}
    assert Eq(Matrix([x, b]), Matrix([a, 3])) in {one.statement for one in mutants(Eq(Matrix([x, b]), Matrix([a, 2])), [])}
    assert Eq(Tuple(x), Tuple(a + 3), evaluate=False) in {
        one.statement for one in mutants(Eq(Tuple(x), Tuple(a + 2), evaluate=False), [])}


def test_what_sympy_decides_by_itself_is_no_mutant():
    found = mutants(And(x > 1, x > a), [])
    assert all(one.relation not in (True, False) for one in found) and found


def test_no_mutant_is_the_statement_or_comes_twice():
    statement = Eq(x, acosh(2*a)/(a - 1)**2 + a)
    found = [one.statement for one in mutants(statement, (a,))]
    assert statement not in found and len(set(found)) == len(found)
    assert found == [one.statement for one in mutants(statement, (a,))]


def test_a_shape_that_does_not_exist_is_passed_over():
    class Shy(type(acosh(a))):
        @classmethod
        def eval(cls, arg):
            if arg == 3:
                raise ValueError("undefined")
    found = {one.relation for one in mutants(Eq(x, Shy(Rational(2), evaluate=False)), [])}
    assert Eq(x, Shy(Rational(1), evaluate=False)) in found and not any(one.rhs.args[:1] == (3,) for one in found)
