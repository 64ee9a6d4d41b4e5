"""The methods of decision by themselves: roots, Bernstein coefficients, combinations, squares, words."""

from fractions import Fraction
from itertools import product
from math import prod

import flint
import pytest
from flint import fmpq
from sympy import Ge, Le, Rational, Symbol, sqrt, symbols, sympify

from theorems.kernel.deciding.arithmetic import PRIME, REAL, Exact, Inexact, Modular, evaluate, exact_at
from theorems.kernel.deciding.canonical import Refused, atoms, names, plus, show, substitute, text, times, tree
from theorems.kernel.deciding.decide import decide
from theorems.kernel.evidence import Verdict
from theorems.kernel.goals import positive, zero
from theorems.kernel.deciding.question import Question
from theorems.kernel.deciding.positivity import bernstein, combination, ldl, solve, spread, squares
from theorems.kernel.deciding.points import Part, product_points, values
from theorems.kernel.deciding.roots import at, cells, compare, factors, real_roots, simplest, solutions, sturm, variations
from theorems.kernel.deciding.signs import build, number_sign

x, y = symbols("x y")
one, zero_ = Fraction(1), Fraction(0)
closed, open_ = (True, True, True), (False, False, True)


def fractions(terms):
    return {e: Fraction(c) for e, c in terms.items()}


def value(terms, point):
    total = Fraction(0)
    for exponents, c in terms.items():
        for e, t in zip(exponents, point):
            c *= Fraction(t)**e
        total += c
    return total


# ---- roots

def test_every_real_root_is_isolated_and_cells_lie_between():
    polys = [p for p in factors(flint.fmpz_poly([-2, 0, 1])*flint.fmpz_poly([1, -3])*flint.fmpz_poly([-1, -1, 0, 0, 0, 1]))]
    roots, samples = cells(polys)
    assert len(roots) == 4 and len(samples) == 5
    for left, root, right in zip(samples, roots, samples[1:]):
        low, high = root.narrow(40)
        assert left < low <= high < right and high - low <= Fraction(1, 2**40)
        assert root.value == Fraction(1, 3) or at(root.poly, low)*at(root.poly, high) < 0
    assert cells([]) == ([], [0])


def test_sturm_counts_agree_with_the_roots_of_a_product_of_linear_factors():
    poly = flint.fmpz_poly([1])
    for k in (-3, 0, 1, 4, 7):
        poly *= flint.fmpz_poly([-k, 1])
    chain = sturm(poly)
    count = lambda low, high: variations(chain, Fraction(low)) - variations(chain, Fraction(high))
    assert [count(-4, 8), count(-3, 7), count(2, 3), count(0, 1)] == [5, 4, 0, 1]


def test_close_roots_of_two_polynomials_are_told_apart():
    big = 10**12
    (a, b), (_, c) = real_roots(flint.fmpz_poly([-2, 0, 1])), real_roots(flint.fmpz_poly([-2*big - 1, 0, big]))
    assert compare(b, c) == -1 and compare(c, a) == 1


@pytest.mark.parametrize("low, high, found", [
    ("0", "1", "1/2"), ("-1", "1", "0"), ("1/3", "2/5", "3/8"), ("-2/5", "-1/3", "-3/8"), (None, "-1/2", "-1"),
    ("5/2", None, "3"), ("-1", None, "0"), (None, "3", "0"), ("141/100", "142/100", "17/12"),
])
def test_the_simplest_fraction_between_two(low, high, found):
    low, high = (None if v is None else Fraction(v) for v in (low, high))
    assert simplest(low, high) == Fraction(found)


def test_the_simplest_fraction_between_neighbours_in_a_long_continued_fraction():
    below, above = 1, 1
    for _ in range(6000):                  # quotients of Fibonacci numbers: 6000 terms, all of them 1
        below, above = above, below + above
    ends = sorted((Fraction(above, below), Fraction(above + below, above)))
    assert ends[0] < simplest(*ends) < ends[1]


@pytest.mark.parametrize("coefficients, count", [
    ([1, 2], 1), ([-2, 0, 1], 2), ([1, 0, 1], 0), ([-1, -1, 1], 2), ([-2, 0, 0, 1], 1), ([2, 0, 0, 1], 1),
    ([2, 0, 0, 0, 1], 0), ([-2, 0, 0, 0, 1], 2), ([-1, 0, -1, 0, 1], 2), ([1, 0, -4, 0, 1], 4), ([1, 0, 4, 0, 1], 0),
    ([-1, -1, 0, 0, 0, 1], 0),
])
def test_roots_by_radicals_are_roots_and_all_of_them(coefficients, count):
    poly = flint.fmpz_poly(coefficients)
    found = solutions(poly)
    assert len(found) == count and (count == len(real_roots(poly)) or poly.degree() == 5)
    values = [evaluate(node, {}, REAL) for node in found]
    assert all(sum(v**k*c for k, c in enumerate(coefficients)).contains(0) for v in values)
    assert all(not a.overlaps(b) for a, b in product(values, repeat=2) if a is not b)


# ---- Bernstein coefficients

DIP = fractions({(2,): 1, (1,): -1, (0,): Fraction(1, 4)})     # (t - 1/2)^2


def test_bernstein_coefficients_decide_up_to_an_attained_zero():
    assert bernstein(DIP, [closed], False)[0] is not None
    above, below = {**DIP, (0,): Fraction(251, 1000)}, {**DIP, (0,): Fraction(249, 1000)}
    assert bernstein(above, [closed], True)[0] > 1
    boxes, corner = bernstein(below, [closed], False)
    assert boxes is None and value(below, corner) < 0
    assert bernstein(DIP, [closed], True) == (None, [Fraction(1, 2)])


def test_bernstein_ends_count_only_where_they_belong_to_the_box():
    slope = fractions({(1,): 1})
    assert bernstein(slope, [open_], True) == (1, None)
    assert bernstein(slope, [(False, True, True)], True) == (1, None)
    assert bernstein(slope, [closed], True) == (None, [0])
    edge = fractions({(1, 0): 1, (0, 1): 1})                   # vanishes at one corner
    assert bernstein(edge, [(False, True, True), closed], True) == (1, None)
    assert bernstein(edge, [closed, closed], True)[0] is None
    inside = fractions({(1, 0): 1, (1, 1): 0})                 # vanishes along an edge, which is in the box
    assert bernstein(inside, [closed, closed], True)[0] is None


def test_a_half_line_is_a_box_with_an_open_end_at_infinity():
    half = [(True, False, False)]
    assert bernstein(fractions({(2,): 1, (1,): -1, (0,): 1}), half, True)[0] is not None
    boxes, corner = bernstein(fractions({(2,): 1, (1,): -3, (0,): 2}), half, False)
    assert boxes is None and Fraction(1) < corner[0]/(1 - corner[0]) < 2


X, Y = symbols("X Y", real=True)


def test_bernstein_gives_up_on_a_zero_that_subdivision_never_reaches():
    third = fractions({(2,): 9, (1,): -6, (0,): 1})            # (3t - 1)^2
    assert bernstein(third, [closed], True) == (None, None)


@pytest.mark.parametrize("finite", [[True, True], [True, False], [False, False]])
def test_the_products_of_a_bernstein_form_add_up(finite):
    terms = fractions({(2, 1): 3, (1, 0): -1, (0, 1): 2, (0, 0): 2})
    found = spread(terms, finite, True)
    assert not all(finite) or (found[0][1:] == ((0, 0), (0, 0)) and min(weight for weight, *_ in found) > 0)
    for at in ((Fraction(1, 3), Fraction(2, 7)), (Fraction(0), Fraction(1)), (Fraction(5), Fraction(-2))):
        value = sum(c*at[0]**i*at[1]**j for (i, j), c in terms.items())
        assert value == sum(w*prod(t**i*(1 - t)**j for t, i, j in zip(at, *powers)) for w, *powers in found)


@pytest.mark.parametrize("given, expression", [
    ((X >= Rational(1, 3), X <= 2, Y > 0, Y < 3), 3 + X*Y - X**2/2), ((X >= -1, Y <= 2), 10 + X - 3*Y + X*(2 - Y)),
    ((X > 0, X < 1, Y > 0, Y < 1), 2 - X*Y)])
def test_a_bernstein_form_in_one_box_is_written_as_products_of_distances(given, expression):
    relations = [(operator, tree(side)) for operator, side in _sides(given)]
    domain, (polynomial, _) = build(relations, tree(expression))
    data = domain.bernstein(polynomial, False).data
    assert data["boxes"] == 1 and len(data["products"]) > 1
    for at in ({"X": fmpq(1, 7), "Y": fmpq(-2, 3)}, {"X": fmpq(5), "Y": fmpq(11, 2)}):
        summed = sum((fmpq(*map(int, (weight + "/1").split("/")[:2]))*prod((evaluate(node, at, Exact) for node in nodes), start=fmpq(1))
                      for weight, nodes in data["products"]), start=fmpq(0))
        assert summed == evaluate(tree(expression), at, Exact)


def _sides(given):
    return [(">=" if isinstance(one, (Ge, Le)) else ">", one.gts - one.lts) for one in given]


# ---- combinations

def test_a_combination_is_exact_or_none():
    columns = [fractions(c) for c in ({(2,): 1}, {(2,): 1, (1,): -2, (0,): 1}, {(0,): 1})]
    target = fractions({(2,): 3, (1,): -4, (0,): Fraction(7, 3)})
    weights = combination(target, columns, {2})
    total = {}
    for k, c in weights.items():
        for e, v in columns[k].items():
            total[e] = total.get(e, 0) + c*v
    assert {e: v for e, v in total.items() if v} == target and min(weights.values()) > 0
    assert combination(fractions({(1,): 1}), columns, ()) is None
    assert combination(fractions({(2,): -1}), columns, ()) is None
    assert combination({(2,): Fraction(10)**400}, columns, ()) is None
    tiny = Fraction(1, 10**13)                                 # beneath what the floating guess can see
    assert combination(fractions({(2,): 1, (1,): tiny, (0,): 1}), [columns[0], columns[2]], ()) is None
    assert combination({(0,): tiny}, [columns[2]], ()) is None


def test_a_linear_system_is_solved_only_if_it_has_one_solution():
    assert solve([[one, one], [one, -one]], [Fraction(3), one]) == [2, 1]
    assert solve([[one, one], [one, one]], [one, one]) is None
    assert solve([[one, one], [one, one]], [one, zero_]) is None
    assert solve([[one], [one]], [one, zero_]) is None
    assert solve([[], []], [one, one]) is None


# ---- squares

QUARTIC = fractions({(4, 0): 1, (0, 4): 1, (1, 1): -1, (0, 0): 1})


@pytest.mark.parametrize("terms, strict", [(QUARTIC, True), (fractions({(2,): 1, (1,): -2, (0,): 1}), False),
                                           (fractions({(4, 2): 1, (2, 4): 1, (3, 3): -2, (0, 0): 1}), True)])
def test_a_sum_of_squares_multiplies_out_to_the_polynomial(terms, strict):
    basis, rows, numbers = squares(terms, strict)
    total = {}
    for d, row in zip(numbers, rows):
        for (e, a), (f, b) in product(zip(basis, row), repeat=2):
            both = tuple(i + j for i, j in zip(e, f))
            total[both] = total.get(both, 0) + d*a*b
    assert {e: c for e, c in total.items() if c} == terms and min(numbers) > 0


def test_what_is_no_sum_of_squares_has_no_certificate():
    motzkin = fractions({(4, 2): 1, (2, 4): 1, (2, 2): -3, (0, 0): 1})
    assert squares(motzkin, False) is None                     # nonnegative, yet no sum of squares
    assert squares({**QUARTIC, (0, 0): Fraction(1, 9)}, False) is None
    assert squares(fractions({(2,): 1, (1,): -2, (0,): 1}), True) is None
    assert squares(fractions({(2, 0): 1, (0, 2): 1}), True) is None    # 0 at the origin
    assert squares(fractions({(1, 0): 1, (0, 2): 1}), False) is None
    assert squares(fractions({tuple(4*(i == k) for i in range(6)): 1 for k in range(6)} | {(0,)*6: 1}), False) is None


def test_what_is_too_near_to_singular_for_floats_has_no_certificate():
    dip = positive(x**4 + x**3 - Rational(314940449751, 10**36), "a step", given=(x > 0,))
    assert squares(fractions({(4,): 10**36, (3,): 10**36, (0,): -314940449751}), True) is None
    assert decide(dip).verdict is Verdict.REFUTED


def test_a_semidefinite_matrix_is_factored_exactly():
    assert ldl([[one, one], [one, one]]) == ([[1, 1]], [1])
    assert ldl([[zero_, one], [one, one]]) is None
    assert ldl([[one, 2*one], [2*one, one]]) is None


# ---- the expression language

def test_text_and_values_do_not_depend_on_the_order_of_writing():
    first, second = tree(x*y + 2*x - y), tree(-y + x*2 + y*x)
    assert first == second and text(first) == text(second) and names(first) == ("x", "y")
    assert exact_at(first, {"x": "1/2", "y": "3"}) == fmpq(-1, 2)
    assert int(evaluate(first, {"x": Modular.number(fmpq(1, 2)), "y": Modular.number(fmpq(3))}, Modular)*2) == PRIME - 1
    assert evaluate(substitute(first, {"x": "1/2", "y": "3"}), {}, Exact) == fmpq(-1, 2)
    assert show(tree(x**2 + sympify("f(y)"))) == "(x^(2) + f(y))"
    assert show(("pi",)) == "pi"


@pytest.mark.parametrize("node", [("^", "2", "1/2"), ("^", "0", "-1"), ("^", "-4", "1/2"), ("^", "9", "1/3"), ("pi",), ("exp", "1")])
def test_an_irrational_or_missing_value_is_not_called_exact(node):
    with pytest.raises(Inexact):
        evaluate(node, {}, Exact)


def test_exact_values_of_roots_and_functions_are_found():
    assert evaluate(("^", "9/4", "-1/2"), {}, Exact) == fmpq(2, 3)
    assert evaluate(("^", "27", "2/3"), {}, Exact) == 9
    assert [evaluate((f, "0"), {}, Exact) for f in ("exp", "sin", "cos")] == [1, 0, 1]


def test_a_division_by_zero_modulo_a_prime_is_not_a_value():
    with pytest.raises(Inexact):
        evaluate(("^", "0", "-1"), {}, Modular)


def test_unknown_functions_become_symbols_with_their_arguments():
    found = {}
    f = sympify("f(g(x), y)")
    assert atoms(tree(f + Symbol("x")), found) == ("+", ("x", "f(g(x), y)"), ("x", "x"))
    assert found == {"g(x)": ("g", (0,), ("x", "x")), "f(g(x), y)": ("f", (0, 0), ("x", "g(x)"), ("x", "y"))}


def test_a_bound_with_endless_roots_gives_no_points_and_no_crash():
    k, u, m = symbols("k u m", positive=True)
    found = decide(zero(u - u**2, "not so", given=(k > 2, u**(2 - k) - k*(k - 2)*m > 0)))
    assert found.verdict == "REFUTED"


# ---- points and numbers

def test_a_whole_number_is_sought_beside_rational_spots_only():
    assert list(values([("is", ("^", "2", "1/2")), ("is", "7/2")], [], "key", True)) == ["4", "5", "3"]
    assert list(values([("is", ("^", "2", "1/2")), ("is", "7/2")], [], "key", False)) == [("^", "2", "1/2"), "7/2"]


def test_what_is_undefined_has_no_sign_though_it_cancels():
    root = ("^", "-1", "1/2")
    assert number_sign(("+", ("*", "-1", root), root)) is None and number_sign(("^", "4", "1/2")) == 1


def test_points_of_a_part_are_searched_as_they_are_asked_for_and_fail_for_all():
    asked = []

    def found():
        for k in range(3):
            asked.append(k)
            yield {"x": str(k)}
        raise Refused("too long")
    part = Part(found())
    assert part.reach(0) and asked == [0] and part.reach(2) and part.reach(1) and asked == [0, 1, 2]
    for _ in range(2):
        with pytest.raises(Refused, match="too long"):
            part.reach(3)
    assert part.known == [{"x": "0"}, {"x": "1"}, {"x": "2"}] and not Part(iter(())).reach(0)


def test_an_identity_of_rational_functions_is_tried_at_one_point_and_one_of_roots_at_many(monkeypatch):
    x, y = symbols("x y", positive=True)
    for expression, most in (((x + y)**2 - x**2 - 2*x*y - y**2, 1), (sqrt(x*(x + 2*y) + y**2) - x - y, 12)):
        tried = []
        with monkeypatch.context() as patch:
            fails = Question.fails
            patch.setattr(Question, "fails", lambda self, point: tried.append(point) or fails(self, point))
            assert decide(zero(expression, "the same")).verdict == "HOLDS" and len(tried) == most


def test_points_of_independent_parts_run_side_by_side_and_the_shorter_begin_again():
    x, y, z = (("x", name) for name in "xyz")
    one = [(">", x), (">", plus(times("-1", x), "1"))], [(">=", y), (">=", plus(times("-1", y), "2"))]
    together = list(product_points([*one[0], *one[1]], {"x", "y", "z"}, {"y"}, 12))
    alone = [list(product_points(relations, {name}, {"y"}, 12)) for relations, name in zip((*one, []), "xyz")]
    lengths = [len(found) for found in alone]
    assert max(lengths) == len(together) == 12 and min(lengths) == 3
    assert together == [{name: value for found in alone for name, value in found[k % len(found)].items()} for k in range(max(lengths))]
