"""Each dishonest module is caught, and for its own reason."""

import pytest

from certifying import TESTS, certified
from theorems.kernel.loading.discover import Unusable

UNDECIDED = {
    "answer_given_as_a_datum": "did not move in a spoiled laboratory",
    "calls_counted_by_a_flint_matrix": "`calls` is changed and kept between calls",
    "case_outside_the_sort_of_its_symbol": "gives a the value -10, but the symbol is declared positive",
    "case_that_violates_an_assumption": "case 'flat' violates the assumption a > 0",
    "case_without_a_measured_symbol": "nothing is measured: case 'shallow' supplies every symbol",
    "claim_of_nothing_measured": "nothing is measured: case 'shallow' supplies every symbol of the statement",
    "false_variant_equal_in_value": "'half' was not refuted: it equals the claim on every case given",
    "false_variant_equal_on_every_case": "no measurement can tell them apart; add a case that does, for instance with a = 1",
    "float_by_a_root": "the float 2.23606797749979 entered an mpf computation",
    "float_by_dividing_data": "a whole number of the data is divided by another",
    "float_compared_with": "a whole number of the data is divided by another",
    "float_returned_by_an_enclosure": "the enclosure of size is the float 12.666666666666666",
    "generator_never_consumed": "the proof yields no goals",
    "goals_after_return": "the proof yields no goals",
    "goals_never_yielded": "the proof yields no goals",
    "interval_observed": "holds an interval, of which only an enclosure sees every point",
    "laboratory_data_changed": "AttributeError: 'tuple' object has no attribute 'append' (laboratory_data_changed.py:31)",
    "loop_by_hand": "iterates outside its laboratory (loop_by_hand.py:35: `x = x - h * slope(x)`)",
    "loop_by_hand_in_a_comprehension": "iterates outside its laboratory (loop_by_hand_in_a_comprehension.py:34: `(x := (x - h * slope(x)))`)",
    "loop_by_hand_in_a_helper": "iterates outside its laboratory (loop_by_hand_in_a_helper.py:38",
    "loop_by_hand_in_a_list": "iterates outside its laboratory (loop_by_hand_in_a_list.py:35: `points.append(",
    "measurement_that_is_infinite": "the enclosure of size is oo",
    "measurement_that_is_not_a_number": "the value after 0 halvings is nan",
    "measurement_that_takes_nothing": "takes nothing from its laboratory",
    "measurement_with_a_huge_ball": "agrees with the claim (left - right = 0 +/- 1.1e3), but with every false variant",
    "observation_returns_the_answer": "do not depend on the small parameter",
    "observation_returns_the_answer_plus_h": "did not move in a spoiled laboratory",
    "one_case_with_a_huge_ball": "enclosed/steep: it agrees with the claim",
    "only_cited_goals": "the proof yields no goals",
    "outside_case_that_breaks_nothing": "breaks no assumption: a > 0 holds for it",
    "outside_case_that_breaks_two": "case 'concave' violates the assumption b > 0",
    "outside_case_that_crashes": "raised ZeroDivisionError",
    "outside_case_where_the_claim_holds": "the claim was not measured false although a > 0 fails",
    "outside_case_with_constant_values": "outside/concave: the values do not depend on the small parameter",
    "proof_at_one_point": "refuted on 'steep', but the proof also accepts the mutant 'half'",
    "proof_by_a_total_derivative": "Derivative has no meaning here: Derivative(f(a, g(a)), a)",
    "proof_of_one_relation_of_two": "also accepts the mutant Eq(time, -1)",
    "proof_that_divides_by_zero": "also accepts the mutant",
    "proof_that_ignores_the_statement": "also accepts the mutant",
    "proof_that_says_true": "the proof yielded True, which is no goal",
    "proof_under_the_claim_itself": "also accepts the mutant",
    "proof_with_a_false_step": "the goal 'whatever the curvature' is UNDECIDED: a factor was not shown to differ from 0",
    "proof_without_goals": "the proof yields no goals",
    "recursion_by_hand": "iterates outside its laboratory (recursion_by_hand.py:36: `ran` calls itself)",
    "result_cached_by_functools": "did not move in a spoiled laboratory",
    "reader_that_simulates": "a measurement took a step of an algorithm itself",
    "sampling_that_ignores_its_rng": "the draws of size are the same for another seed",
    "sampling_with_fewer_draws_than_asked": "200 draws were asked for and 100 returned",
    "sampling_with_too_few_draws": "12 draws give no bound on the median at level 1/5000000; draw at least 24",
    "state_kept_by_an_argument": "`calls` is changed and kept between calls",
    "state_kept_under_another_name": "`calls` is changed and kept between calls",
    "step_taken_aside": "a measurement took a step of an algorithm itself",
    "surviving_equation_beside_a_loose_bound": "1 differ from the claim and survive, first b -> a: Eq(size, a)",
    "undefined_variant": "no case decides it (0 to the power -1 is not defined",
    "vacuous_assumptions": "no point of the domain was found: the goal may be vacuous",
    "vacuous_goal": "no point of the domain was found: the goal may be vacuous",
    "wide_ball_beside_an_exact_relation": "enclosed/steep: it agrees with the claim (exactly equal), but with every false variant",
    "wrong_number_of_values": "'two' of type str is not exact",
}
REFUSED = {
    "absence_declared_by_hand": ":6: `numerics.laboratory` may not be imported",
    "absence_through_another_module": ":6: `Absent` of numerics.cycles comes from `numerics.laboratory`",
    "call_stack_inspected": ":3: `sys` may not be imported by a theorem module",
    "calls_counted": ":32: the measurement `displacement` of claim 'one step from 1 moves by the slope' sees an iterator",
    "calls_counted_by_a_matrix": ":35: `calls` is changed and kept between calls",
    "calls_counted_by_an_iterator": ":35: the measurement `displacement` of claim 'one step from 1 moves by the slope' sees an iterator",
    "case_added_unseen": ":39: AttributeError: 'tuple' object has no attribute 'append'",
    "cases_that_are_copies": ":19: cases 'shallow' and 'gentle' of claim 'one step from 1 moves by the slope' have the same data",
    "claim_changed_while_running": ":25: `moved` is changed and kept between calls",
    "claim_without_a_name": ":41: claim 'unnamed' is bound to no name",
    "code_in_text": ":41: `exec` may not be used in a theorem module",
    "empty_family": ":37: Each() holds no value",
    "evidence_constructed": ":8: `theorems.kernel` may not be imported",
    "false_variant_equal_to_the_claim": ":19: false variant 'half' is the claim",
    "false_variants_taken_away": ":39: AttributeError: 'mappingproxy' object has no attribute 'clear'",
    "family_of_copies": ":37: Each() holds 1 twice",
    "float_by_division": ":33: 1 / 3 is a float in Python; write Rational(1, 3)",
    "float_from_numpy": ":3: `numpy` may not be imported",
    "float_from_sympy": ":33: `.evalf()` makes floats",
    "float_from_text": ":33: `float` may not be used",
    "float_in_a_family": ":37: Each() contains the float 0.3",
    "float_in_the_data": ":37: case 'shallow', datum 'loss' contains the float 0.3",
    "float_in_the_statement": ":19: false variant 'half' of 'one step from 1 moves by the slope' contains the float",
    "float_literal": ":33: the float literal 0.1",
    "kernel_patched": ":8: `theorems.kernel` may not be imported",
    "kernel_patched_by_a_whole_import": ":8: `import theorems` opens all of it",
    "laboratory_imported": ":6: `numerics.laboratory` may not be imported",
    "laboratory_inspected": ":31: `._excess` reaches into",
    "laboratory_matched": ":33: `object(_excess=error)` reads attributes",
    "laboratory_read_as_text": ":32: `.format` reaches into",
    "loop_by_hand_in_a_class": ":30: the class `Runs`: a theorem module holds data and functions",
    "loop_by_hand_through_functools": ":3: `import functools` opens all of it",
    "loose_exponents": ":30: order=1, then=100",
    "measurement_by_the_reader": "sees what the statement reads through `curvature`",
    "module_through_a_library": ":3: `operator` of fractions is a module; import what is used, by name",
    "module_through_numerics": ":6: `np` of numerics.estimates is a module",
    "module_through_sympy": ":34: `core` of sympy is a module",
    "no_cases": ":19: claim 'one step from 1 moves by the slope' has no case",
    "no_claim": ":10: the theorem 'one step of descent' has no claim",
    "no_measurement": ":18: claim 'one step from 1 moves by the slope' has no measurement",
    "no_theorem": "the module binds 0 theorems",
    "numerics_patched": ":42: `balls.evaluate` is assigned",
    "numerics_patched_by_a_wrapper": ":3: `functools.update_wrapper` may not be imported",
    "one_false_variant": ":19: claim 'one step from 1 moves by the slope' has 1 false variants; give at least two",
    "outside_case_of_no_assumption": ":41: outside case 'concave' breaks a > 1, which is no assumption",
    "precision_set_for_all": ":41: `mp.dps` is assigned",
    "prediction_behind_a_wrapper": ":3: `functools.wraps` may not be imported",
    "prediction_by_an_object": ":30: the class `Rule`",
    "prediction_by_lambdify": "sees a side of a statement, a + b, through `predicted`",
    "prediction_from_a_shared_formula": ":24: the measurement `displacement` of claim",
    "prediction_from_the_statement": ":29: the measurement `displacement` of claim",
    "prediction_in_a_class": ":30: the class `Rule`",
    "prediction_in_a_default": "sees a side of a statement, a + b, through `a default`",
    "prediction_in_a_method": "sees a side of a statement, a + b, through `predicted`",
    "prediction_in_a_partial": ":21: the measurement of claim 'one step from 1 moves by the slope' is a partial; write a function with def",
    "prediction_in_an_object": "holds a side of a statement, a + b,",
    "prediction_in_the_data": ":19: case 'shallow' of claim 'one step from 1 moves by the slope' holds a side of a statement, a + b,",
    "proof_by_a_generator_sent": ":34: `.send` reaches into",
    "proof_by_cache_info": ":33: `.cache_info` reaches into",
    "proof_that_remembers": ":26: the proof `by_definition` of claim 'one step from 1 moves by the slope' sees an iterator",
    "proof_that_sees_its_claim": ":25: the proof `by_comparison` of claim",
    "reader_that_counts": ":17: the reader `curvature` of claim 'one step from 1 moves by the slope' sees an iterator",
    "result_kept_between_calls": ":35: `kept` is changed and kept between calls",
    "statement_already_true": ":19: claim 'one step from 1 moves by the slope' is True before anything is measured",
    "symbol_declared_even": ":20: the symbol k of claim 'one step from 1 moves by the slope' is declared even; only the sign may be assumed",
    "symbols_that_look_alike": ":19: two different symbols of claim 'one step from 1 moves by the slope' are called a_1",
    "theorem_inspected": ":29: the measurement `displacement` of claim",
    "tolerance_passed_by_hand": ":30: TypeError: Claim.observation() got an unexpected keyword argument 'tol'",
    "too_few_halvings": ":30: halvings=2 shows no order",
    "traceback_inspected": ":34: `.__traceback__` reaches into",
    "two_symbols_of_one_name": ":19: two different symbols of claim 'one step from 1 moves by the slope' are called a",
}


def test_every_dishonest_module_is_on_one_of_the_lists():
    assert sorted([*UNDECIDED, *REFUSED]) == sorted(file.stem for file in (TESTS/"cheats").glob("*.py"))


@pytest.mark.parametrize("name", ["honest_step", "honest_slope", "ascent_sharpness"])
def test_the_honest_modules_hold(name):
    assert certified(TESTS/"examples"/f"{name}.py")["verdict"] == "HOLDS"


@pytest.mark.parametrize("name", UNDECIDED)
def test_dishonest_module_is_undecided(name):
    record = certified(TESTS/"cheats"/f"{name}.py")
    assert record["verdict"] == "UNDECIDED"
    assert UNDECIDED[name] in record["claims"][0]["because"]


@pytest.mark.parametrize("name", REFUSED)
def test_dishonest_module_is_refused_at_load(name):
    file = TESTS/"cheats"/f"{name}.py"
    with pytest.raises(Unusable) as refusal:
        certified(file)
    assert str(refusal.value).startswith(str(file))
    assert REFUSED[name] in str(refusal.value)
