import argparse
import contextlib
import itertools
import json
import re
from fractions import Fraction
from types import SimpleNamespace

import pytest
import sympy

from reports import boxes, falsify, polynomials, probes, regions
from reports.falsify import joined, told
from reports.planted import PLANTED, module
from reports.search import Search
from theorems.kernel import rules
from theorems.kernel.loading.discover import Unusable, load
from theorems.kernel.statement import Box, Case

NUMBERS = itertools.count()
NAMES = [entry[0] for entry in PLANTED]
DIP = '''"""A guess that fails within 4e-7 of an irrational number only."""
from sympy import Ge, Gt, Rational, symbols
from numerics import balls
from theorems import Box, Theorem

x, value = symbols("x value", real=True)
theorem = Theorem("narrow dip", assumes=(x < Rational(3, 2),))
claim = theorem.claim("positive", Gt(value, 0), false={"above 9": Gt(value, 9), "above 10": Gt(value, 10)})


@claim.enclosure
def measured(lab):
    x = balls.ball(lab.x)
    return (x*x - 2)**2 DIPPED


theorem.case("from 1 to 2", x=Box(1, 2))
'''


def conjecture(tmp_path, text):
    file = tmp_path/f"planted_{next(NUMBERS)}.py"
    file.write_text(text)
    return load(file.stem, file).claims[0]


class _InThisProcess:
    """Searches a region of a claim when its record is asked for."""

    room = contextlib.nullcontext()

    def __init__(self, claim):
        self.claim = claim

    def begin(self, function, *arguments):
        return SimpleNamespace(result=lambda: function(*arguments))

    def search(self, job, seconds):
        return regions.explore(self.claim, job["region"], seconds)

    def drop(self, futures):
        pass


def searched(claim, seconds):
    """The record that `qed falsify` would print."""
    return falsify._searched(_InThisProcess(claim), claim.theorem.address, __file__, claim.name, regions.plan(claim), seconds)


def dip(tmp_path, depth):
    return conjecture(tmp_path, DIP.replace("DIPPED", depth))


@pytest.mark.parametrize("entry", PLANTED, ids=NAMES)
def test_a_planted_false_conjecture_is_refuted_exactly_by_a_case_that_can_be_pasted(entry, tmp_path):
    text = module(entry, planted=True)
    claim = conjecture(tmp_path, text)
    given = rules.judged(claim, claim.all_cases()[0], "given")
    assert all(run.seen.value for run in given)                # it looks true on the case it came with
    printed = told("planted", searched(claim, 60))
    assert printed.startswith("planted: REFUTED by an instance that meets every assumption\n  statement   ")
    line = next(line.strip() for line in printed.splitlines() if line.strip().startswith("theorem.case("))
    pasted = conjecture(tmp_path, f"{text}{line}\n")
    found = pasted.all_cases()[1]
    assert rules.unmet(pasted, found) is None
    assert [run.seen.value for run in rules.judged(pasted, found, "again")] == [False]


@pytest.mark.parametrize("entry", PLANTED, ids=NAMES)
def test_the_true_statement_beside_it_is_not_refuted(entry, tmp_path):
    record = searched(conjecture(tmp_path, module(entry, planted=False)), 0.25)
    assert record["found"] is None
    assert sum(record["tried"].values()) > 0
    assert "this supports nothing" in told("planted", record)


def test_a_counterexample_between_all_grid_points_is_found_by_cutting_the_box(tmp_path):
    claim = dip(tmp_path, "- balls.ball(Rational(1, 10**12))")
    at = [Case("point", {"x": x}) for x in (*probes.inside(Box(1, 2)), sympy.Rational(7, 5), sympy.Rational(41, 29))]
    assert all(run.seen.value for one in at if not rules.unmet(claim, one) for run in rules.judged(claim, one, "grid"))
    found = searched(claim, 60)["found"]
    x = eval(found["case"].removeprefix(", x="), {"Rational": Fraction})
    assert (x*x - 2)**2 < Fraction(1, 10**12)


def test_what_is_excluded_undecided_and_outside_of_a_box_is_told(tmp_path):
    claim = dip(tmp_path, "+ 0")                               # 0 at the square root of 2, where no exact point lies
    state = [regions.explore(claim, ("box", 0, (share, 32)), 60) for share in range(boxes.SHARES)]
    line, = boxes.lines(joined(state)["boxes"])
    assert line.startswith("'from 1 to 2', x in [1, 2]: ") and "a counterexample is excluded on 49.8" in line
    assert "the assumptions fail on 50.00 %, undecided on 0." in line and ", first x in 1.41" in line
    assert "a margin of " in joined(state)["closest"][1] and joined(state)["found"] is None


def test_a_measurement_that_takes_no_interval_says_so_where_a_box_is_declared(tmp_path):
    text = DIP.replace("x = balls.ball(lab.x)", "x = Rational(lab.x)").replace("DIPPED", "+ 1")
    told = regions.explore(conjecture(tmp_path, text), ("box", 0, (0, 32)), 60)["notes"]
    assert len(told) == 1 and told[0].startswith("from 1 to 2: its measurement takes no interval (")


def test_every_share_of_a_box_is_dealt_once():
    x, y = sympy.symbols("x y")
    shares = [boxes._dealt({x: None, y: None}, number) for number in range(boxes.SHARES)]
    areas = [(one[x][1] - one[x][0])*(one[y][1] - one[y][0]) for one in shares]
    assert sum(areas) == 1 and len({str(one) for one in shares}) == boxes.SHARES


def test_the_simplest_rational_of_an_interval_has_the_smallest_denominator():
    for low, high in ((Fraction(3, 10), Fraction(2, 5)), (Fraction(-22, 7), Fraction(-157, 50)), (Fraction(2), Fraction(9, 4))):
        found = boxes.simple(low, high)
        assert low <= found <= high
        assert not any(low <= Fraction(p, q) <= high for q in range(1, found.denominator) for p in range(-40*q, 40*q))


def test_a_rational_inside_an_irrational_end_lies_on_its_side():
    for side in (1, -1):
        found = boxes.inner(sympy.sqrt(2), side)
        assert (found**2 > 2) == (side == 1) and abs(found**2 - 2) < Fraction(1, 2**60)


def test_regions_joined_in_their_order_keep_the_first_counterexample():
    made = lambda found, tried: {"tried": {"a": tried}, "outside": 1, "unmeasured": 0, "why": "", "closest": [tried, "x"],
                                 "boxes": [], "found": found, "notes": ["same"]}
    whole = joined([made(None, 3), made({"case": "second"}, 2), made({"case": "third"}, 1)])
    assert whole["found"] == {"case": "second"} and whole["tried"] == {"a": 5}
    assert whole["closest"] == [2, "x"] and whole["notes"] == ["same"] and whole["outside"] == 2


def test_a_record_travels_as_text(tmp_path):
    record = regions.explore(conjecture(tmp_path, module(PLANTED[0], planted=True)), ("degenerate", 0, 0), 60)
    assert json.loads(json.dumps(record)) == record and record["found"]


def degenerate(data, text=module(PLANTED[0], planted=True), tmp_path=None):
    claim = conjecture(tmp_path, text)
    return {told: one.data for told, one in reversed([*probes.degenerate(Case("given", data), claim)])}


def test_degenerate_instances_of_samples_matrices_and_losses_are_tried(tmp_path):
    x, y = sympy.symbols("x y")
    rows = (((1, 2), (3, 4)), ((5, 6),))
    found = degenerate({"samples": rows}, tmp_path=tmp_path)
    assert found["one entry (n = 1)"]["samples"] == rows[:1]
    assert found["one coordinate (d = 1)"]["samples"] == (((1,), (3,)), ((5,),))
    assert found["a first entry that is zero (zero gradient)"]["samples"] == (((0, 0), (0, 0)), ((5, 6),))
    assert found["equal entries"]["samples"] == (rows[0], rows[0])
    assert found["its first entry twice"]["samples"] == (rows[0], *rows)
    found = degenerate({"H": sympy.Matrix([[2, 1], [1, 3]])}, tmp_path=tmp_path)
    assert found["equal eigenvalues"]["H"] == 2*sympy.eye(2) and found["one coordinate (d = 1)"]["H"] == sympy.Matrix([[2]])
    found = degenerate({"loss": 3*x + y**2 + x*y + x**3}, tmp_path=tmp_path)
    assert found["no slope at 0 (zero gradient)"]["loss"] == y**2 + x*y + x**3
    assert found["no curvature at 0"]["loss"] == 3*x + x**3
    assert found["nothing along y (d = 1)"]["loss"] == 3*x + x**3


def test_lists_of_one_length_are_cut_together(tmp_path):
    found = degenerate({"samples": (1, 2, 3), "labels": (4, 5, 6), "start": (7, 8)}, tmp_path=tmp_path)
    assert found["one entry less"] == {"samples": (1, 2), "labels": (4, 5), "start": (7, 8)}
    assert [one.data for told, one in probes.shorter(Case("", {"a": (1, 2), "b": (3, 4)})) if "n = 1" in told] == [{"a": (1,), "b": (3,)}]


def test_a_datum_keeps_the_sort_of_the_symbol_of_its_name(tmp_path):
    claim = conjecture(tmp_path, module(PLANTED[0], planted=True))         # k is declared integer and positive, and not used
    given = dict(claim.all_cases()[0].data)
    assert [probes.unfit(Case("", {**given, "k": k}), claim) for k in (1, 0, sympy.Rational(1, 2))] == [False, True, True]


def test_the_boundary_of_an_assumption_and_ties_are_tried(tmp_path):
    claim = conjecture(tmp_path, module(PLANTED[0], planted=True))         # eta*s < 3, both positive
    case = Case("given", {"s": sympy.Integer(2), "eta": sympy.Rational(1, 3)})
    tried = {(one.data["s"], one.data["eta"]) for _, one in probes.degenerate(case, claim)}
    assert {(2, sympy.Rational(3, 2)), (9, sympy.Rational(1, 3)), (2, 2), (0, sympy.Rational(1, 3))} <= tried
    assert probes.limits(case, claim) == {"s": (0, 9), "eta": (0, sympy.Rational(3, 2))}
    drawn = [one for _, one in regions._drawn(claim, case, 40, None)]
    assert sum(rules.unmet(claim, one) is None for one in drawn) > len(drawn)/2


def test_z3_reads_polynomials_with_cases_and_proposes_where_the_claim_fails(tmp_path):
    entry = next(one for one in PLANTED if one[0] == "lambda_min in place of lambda_1")
    claim = conjecture(tmp_path, module(entry, planted=True))
    (found,), notes = polynomials.proposals(claim, claim.all_cases()[0], 20)
    assert found.data["a"] != found.data["b"] and notes == []
    claim = conjecture(tmp_path, module(entry, planted=False))
    assert polynomials.proposals(claim, claim.all_cases()[0], 20) == ([], [
        "z3 finds no counterexample of the shape of 'given', with any real numbers in place of its own"])


def test_what_is_not_installed_is_noted(tmp_path, monkeypatch):
    for package in ("z3", "hypothesis"):
        monkeypatch.setitem(__import__("sys").modules, package, None)
    claim = conjecture(tmp_path, module(PLANTED[0], planted=False))
    notes = searched(claim, 5)["notes"]
    assert "z3 is not installed (python -m pip install 'demonstrandum[search]'): polynomials were not searched" in notes
    assert "Hypothesis is not installed (python -m pip install 'demonstrandum[search]'): no rationals were drawn" in notes


def test_leaves_are_found_and_replaced_in_order():
    x = sympy.Symbol("x")
    case = Case("nested", {"rows": [(1, sympy.Rational(1, 2))], "loss": 3*x**2 + x, "name": "kept", "flag": True})
    assert probes.leaves(case) == [1, sympy.Rational(1, 2), 1, 3]
    new = probes.refill(case, [5, 6, 7, 8], "new")
    assert new.data == {"rows": [(5, 6)], "loss": 8*x**2 + 7*x, "name": "kept", "flag": True}


def test_literals_read_back_as_the_same_values():
    x = sympy.Symbol("x")
    names = {"Rational": sympy.Rational, "X": x, "sqrt": sympy.sqrt, "Matrix": sympy.Matrix, "Box": Box}
    for value in (sympy.Rational(-3, 7), 4, [sympy.Rational(1, 2), (1,)], x**2/3 + 2*x, sympy.sqrt(5) - sympy.Rational(1, 3),
                  2**sympy.Rational(1, 3), sympy.Matrix([[1, sympy.Rational(1, 2)]]), Box(0, sympy.Rational(1, 3)), {"a": "b"}):
        assert eval(probes.literal(value, {x: "X"}), names) == value


def test_the_command_gives_the_same_with_one_worker_and_with_two(qed, tmp_path):
    (tmp_path/"contracts.py").write_text(module(PLANTED[0], planted=True))
    found = [qed("falsify", "contracts.py", "--budget", "60", "--workers", number, cwd=tmp_path) for number in (1, 2)]
    assert [one.returncode for one in found] == [1, 1] and found[0].out == found[1].out
    assert "contracts/claim: REFUTED" in found[0].out


@pytest.mark.parametrize("arguments, message", [
    (["no/such/address"], "no/such/address: no theorem has this address"),
    (["two_step_gd/local/absent"], "two_step_gd/local/absent: no claim has this address; the nearest are two_step_gd/local/"),
    (["contracts.py/clam"], "no claim has this address; the nearest are contracts.py/claim; `qed list` prints all"),
    (["contracts.py", "--budget", "never"], "'never' is not a number of seconds between 0 and 86400"),
    (["contracts.py", "--executor", "dask"], "a cluster needs --executor dask and --address"),
])
def test_what_the_command_cannot_use_is_named(qed, tmp_path, arguments, message):
    (tmp_path/"contracts.py").write_text(module(PLANTED[0], planted=True))
    found = qed("falsify", *arguments, cwd=tmp_path)
    assert found.returncode == 2 and message in found.err


class Losing:
    """What searches, but loses the region `lost`, and is out of time for the region `late`."""

    def __init__(self, **found):
        self.found, self.dropped, self.room = found, [], contextlib.nullcontext()

    def begin(self, function, searcher, job, deadline):
        return SimpleNamespace(result=lambda: function(searcher, job, deadline - 10**9*(job["region"][0] == "late")))

    def search(self, job, seconds):
        if job["region"][0] == "lost":
            raise Unusable("the process ended (exit code -9)")
        return {**Search(None, 0).record(), "found": self.found.get(job["region"][0])}

    def drop(self, futures):
        self.dropped += futures


def test_a_region_that_is_lost_hides_no_other_and_nothing_after_the_first_find_counts():
    asked = [(kind, 0, 0) for kind in ("lost", "late", "early", "further")]
    searcher = Losing(early={"case": "first"}, further={"case": "second"})
    found = falsify._searched(searcher, "a", __file__, "c", asked, 5)
    assert found["found"] == {"case": "first"} and len(searcher.dropped) == 4
    assert found["notes"] == ["a region (lost) was lost: the process ended (exit code -9)", falsify.LATE]


def test_a_file_with_gaps_is_not_searched_and_says_so(qed, tmp_path):
    assert qed("new", "drift", cwd=tmp_path).returncode == 0
    found = qed("falsify", "drift_conjecture.py", cwd=tmp_path)
    assert found.returncode == 2
    assert found.out.splitlines() == [
        "drift_conjecture/drift: nothing was searched, for no instance could be measured",
        "  slow: NotImplementedError: GAP 2: return what is measured, for instance lab.iterate(step, Rational(1), 1)"]


HANGING = '''"""A measurement that never ends where a is 1."""
from sympy import Eq, symbols
from theorems import Theorem

value, a, b = symbols("value a b", real=True)
theorem = Theorem("hanging", assumes=(b > 0,))
claim = theorem.claim("twice", Eq(value, 2*a), false={"once": Eq(value, a), "thrice": Eq(value, 3*a)})


@claim.enclosure
def measured(lab):
    while lab.a == 1:
        pass
    return 2*lab.a


theorem.case("one", a=1, b=1)
'''


def test_a_case_that_hangs_is_named_and_leaves_time_to_the_others(tmp_path):
    claim = conjecture(tmp_path, HANGING + 'theorem.case("two", a=2, b=1)\n')
    record = regions.explore(claim, ("given", 0, 0), 2)
    assert record["tried"] == {"the cases given": 1} and record["unmeasured"] == 1
    assert re.fullmatch(r"one: no value within 1(\.\d)? s, half of what was left of the budget", record["why"])


@pytest.mark.parametrize("old, new, why", [
    ("a=1, b=1", "a=1, b=1", "one: no value within "),
    ("a=1, b=1", "a=2, c=1", "case 'one' gives no value for b, which the assumption b > 0 needs"),
    ("a=1, b=1", "a='2', b=1", "one: "),
])
def test_where_no_case_can_be_measured_the_first_reason_is_told_with_status_two(qed, tmp_path, old, new, why):
    (tmp_path/"hanging.py").write_text(HANGING.replace(old, new))
    found = qed("falsify", "hanging.py", "--budget", "2", cwd=tmp_path)
    first, second = found.out.splitlines()
    assert found.returncode == 2 and first == "hanging/claim: nothing was searched, for no instance could be measured"
    assert second.startswith(f"  {why}")


def test_drawing_leaves_no_folder_behind(tmp_path, monkeypatch):
    claim = conjecture(tmp_path, module(PLANTED[0], planted=False))
    (tmp_path/"here").mkdir()
    monkeypatch.chdir(tmp_path/"here")
    assert regions.explore(claim, ("drawn", 0, 4), 60)["tried"] and not list((tmp_path/"here").iterdir())


def test_a_budget_is_a_positive_number_of_seconds():
    assert falsify._seconds("0.5") == 0.5
    with pytest.raises(argparse.ArgumentTypeError):
        falsify._seconds("-1")
