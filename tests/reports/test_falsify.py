import itertools
import subprocess
import sys

import pytest
import sympy

from reports import probes
from reports.falsify import search, told
from reports.planted import PLANTED, module
from theorems.kernel import rules
from theorems.kernel.discover import load
from theorems.kernel.statement import Box, Case

numbers = itertools.count()
MAIN = "import sys; from reports.command import main; sys.exit(main())"


def conjecture(tmp_path, text):
    file = tmp_path/f"planted_{next(numbers)}.py"
    file.write_text(text)
    return load(file.stem, file).claims[0]


@pytest.mark.parametrize("entry", PLANTED, ids=[entry[0] for entry in PLANTED])
def test_a_planted_false_conjecture_is_refuted_exactly(entry, tmp_path):
    claim = conjecture(tmp_path, module(entry, planted=True))
    given = rules.judged(claim, claim.all_cases()[0], "given")
    assert all(run.seen.value for run in given)                # it looks true on the case it came with
    state = search(claim, 60)
    assert state.found, told(state)
    case, seen = state.found
    assert seen.value is False and rules.unmet(claim, case) is None
    assert any(run.seen.value is False for run in rules.judged(claim, case, "again"))
    assert 'theorem.case("counterexample"' in told(state)


@pytest.mark.parametrize("entry", PLANTED, ids=[entry[0] for entry in PLANTED])
def test_the_true_statement_beside_it_is_not_refuted(entry, tmp_path):
    state = search(conjecture(tmp_path, module(entry, planted=False)), 1)
    assert state.found is None
    assert sum(state.tried.values()) > 0
    assert "supports nothing" in told(state)


def test_a_counterexample_can_be_pasted_and_refutes(tmp_path):
    claim = conjecture(tmp_path, module(PLANTED[0], planted=True))
    printed = told(search(claim, 20))
    line = next(line.strip() for line in printed.splitlines() if line.strip().startswith("theorem.case("))
    pasted = conjecture(tmp_path, module(PLANTED[0], planted=True) + line + "\n")
    verdicts = [evidence.verdict for evidence in rules.pieces(pasted) if evidence.about == "claim"]
    assert verdicts == ["HOLDS", "REFUTED"]


def test_a_claim_over_a_box_is_tried_at_its_ends_and_inside():
    assert [str(x) for x in probes.inside(Box(0, 1))][:3] == ["0", "1", "1/2"]


def test_leaves_are_found_and_replaced_in_order():
    x = sympy.Symbol("x")
    case = Case("nested", {"rows": [(1, sympy.Rational(1, 2))], "loss": 3*x**2 + x, "name": "kept", "flag": True})
    assert probes.leaves(case) == [1, sympy.Rational(1, 2), 1, 3]
    new = probes.refill(case, [5, 6, 7, 8], "new")
    assert new.data == {"rows": [(5, 6)], "loss": 8*x**2 + 7*x, "name": "kept", "flag": True}


def test_literals_read_back_as_the_same_values():
    x = sympy.Symbol("x")
    for value in (sympy.Rational(-3, 7), 4, [sympy.Rational(1, 2), (1,)], x**2/3 + 2*x):
        assert eval(probes.literal(value), {"Rational": sympy.Rational, "x": x}) == value


def test_the_command_exits_with_one_where_it_finds_a_counterexample(tmp_path):
    file = tmp_path/"contracts.py"
    file.write_text(module(PLANTED[0], planted=True))
    run = lambda *words: subprocess.run([sys.executable, "-c", MAIN, "falsify", *words], text=True,
                                        capture_output=True, cwd=tmp_path)
    found = run(str(file), "--budget", "20")
    assert found.returncode == 1 and "REFUTED" in found.stdout
    assert run("no/such/address").returncode == 2
    assert run(str(file), "--budget", "never").returncode == 2
