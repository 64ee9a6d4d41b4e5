import pathlib

from reports import sharpness
from theorems.kernel.running import store
from theorems.kernel.certificate import status

SURVIVING = '''"""One case on which a mutant agrees with the claim."""
from sympy import Eq, Rational, symbols
from numerics.steps import descent
from theorems import Theorem

a, eta = symbols("a eta", positive=True)
value = symbols("value", real=True)
theorem = Theorem("one step")
claim = theorem.claim("one step", Eq(value, 1 - eta*a), false={"plus": Eq(value, 1 + eta*a), "twice": Eq(value, 1 - 3*eta*a)})


@claim.enclosure
def measured(lab):
    return lab.iterate(descent(lambda w: lab.a*w, lab.eta), Rational(1), 1)


theorem.case("equal numbers", a=Rational(1, 2), eta=Rational(1, 2))
'''


def test_a_case_is_found_for_a_mutant_that_survives(tmp_path):
    file = tmp_path/"surviving.py"
    file.write_text(SURVIVING)
    fates, found = sharpness.search("surviving", str(pathlib.Path(file)), "claim")
    assert [told.startswith("add  theorem.case(") for _, told in found] == [True, False]
    assert found[1][1] == "separated by the same case as a -> eta"
    assert ("1 -> 2", "refuted by case 'equal numbers' alone") in fates
    file = tmp_path/"sharper.py"
    file.write_text(f"{SURVIVING}\n{found[0][1].removeprefix('add  ')}\n")
    assert sharpness.search("sharper", str(file), "claim")[1] == []


def test_a_mutant_that_says_the_same_is_told_as_such(tmp_path):
    file = tmp_path/"same.py"
    file.write_text(SURVIVING.replace("claim(\"one step\", Eq(value, 1 - eta*a)", "claim(\"one step\", Eq(2*value - 2*(1 - eta*a), 0)"))
    fates, found = sharpness.search("same", str(file), "claim")
    assert "saying the same as the claim" in [fate for _, fate in fates]
    assert not any("no case" in told for _, told in found)


def test_each_mutant_is_told_with_the_evidence_against_it(qed, tmp_path):
    (tmp_path/"surviving.py").write_text(SURVIVING)
    told = qed("verify", "surviving.py", "--sharpness", cwd=tmp_path).out
    assert "  7 refuted by case 'equal numbers' alone: sign of -a*eta + 1; " in told and "  survives: a -> eta: " in told


BLUNT = SURVIVING.replace("a=Rational(1, 2), eta=Rational(1, 2)", "a=Rational(1, 2), eta=Rational(1, 3)").replace(
    '"plus": Eq(value, 1 + eta*a)', '"squared": Eq(value, 1 - 2*eta*a**2)')


def test_a_case_is_found_for_an_authors_variant_that_no_case_refutes(tmp_path):
    file = tmp_path/"blunt.py"
    file.write_text(BLUNT)
    (told, case), = [one for one in sharpness.search("blunt", str(file), "claim")[1] if one[0].startswith("variant")]
    assert told == "variant 'squared'" and case.startswith('add  theorem.case("variant \'squared\'", a=')


def record(verdict, *claims):
    return {"verdict": verdict, "claims": [{"evidence": [{"about": "claim", "verdict": one} for one in claims]}]}


def test_a_theorem_stands_where_its_evidence_puts_it():
    assert status(record("HOLDS", "HOLDS")) == "certified"
    assert status(record("REFUTED", "REFUTED")) == "refuted"
    assert status(record("UNDECIDED", "HOLDS", "UNDECIDED")) == "evidence"
    assert status(record("UNDECIDED", "UNDECIDED")) == "conjecture"


def test_what_was_certified_once_and_is_no_longer_is_withdrawn():
    assert status(record("UNDECIDED", "HOLDS", "UNDECIDED"), ["conjecture", "certified"]) == "withdrawn"
    assert status(record("HOLDS", "HOLDS"), ["certified", "withdrawn"]) == "certified"


def test_history_keeps_each_change_once(tmp_path, monkeypatch):
    monkeypatch.setenv("QED_CACHE", str(tmp_path))
    stands = lambda word: lambda before: {"status": word, "digest": "0", "version": "1"}
    assert [one["status"] for one in store.history("a", stands("evidence"))] == ["evidence"]
    assert [one["status"] for one in store.history("a", stands("evidence"))] == ["evidence"]
    assert [one["status"] for one in store.history("a", stands("certified"))] == ["evidence", "certified"]
    assert store.history("b", stands("refuted"))[0]["status"] == "refuted"
