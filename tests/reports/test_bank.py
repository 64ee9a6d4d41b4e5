import copy
import json

import pytest

from reports import bank, planted


@pytest.fixture(scope="module")
def file(certificate, tmp_path_factory):
    kept = tmp_path_factory.mktemp("bank")/"certificates.json"
    kept.write_text(json.dumps(certificate), encoding="utf-8")
    return kept


def test_the_bank_counts_what_the_evidence_says_of_the_mutants(certificate):
    found = bank.figures(certificate)["mutants"]
    said = [one for theorem in certificate["theorems"] for claim in theorem["claims"] for one in claim["evidence"]
            if one["about"] == "mutants"]
    assert found["tried"] == sum(one["total"] for one in said) > 0
    for fate in ("refuted", "rejected", "implied", "coincide"):
        assert found[fate] == sum(one[fate] for one in said)
    assert found["seconds"] > 0


def test_the_bank_counts_the_authors_variants(certificate):
    said = [claim["false_variants"] for theorem in certificate["theorems"] for claim in theorem["claims"]]
    found = bank.figures(certificate)["false variant"]
    assert (found["tried"], found["refuted"]) == (sum(one["total"] for one in said), sum(one["refuted"] for one in said))
    assert found["open"] == found["tried"] - found["refuted"]


def test_a_mutant_that_is_true_does_not_count_in_the_share():
    one = {"tried": 10, "refuted": 6, "rejected": 1, "implied": 2, "coincide": 0, "open": 1, "seconds": 0}
    assert bank.share(one) == "75.00 %"
    assert bank.share({**one, "tried": 2}) == "none"


def test_an_open_mutant_of_a_bound_passes_and_an_open_variant_does_not(certificate):
    counted = bank.figures(certificate)
    assert bank.unrefuted(counted) == []
    assert bank.unrefuted({**counted, "mutants": {**counted["mutants"], "open": 1}}) == []
    altered = copy.deepcopy(certificate)
    one = next(one for one in altered["theorems"][0]["claims"][0]["evidence"] if one["about"] == "false variant")
    one["verdict"] = "UNDECIDED"
    assert bank.unrefuted(bank.figures(altered)) == ["false variant"]


def test_the_table_adds_up(certificate):
    counted = bank.figures(certificate)
    *kinds, total = bank.rows(counted)
    assert [row[0] for row in kinds] == [bank.KINDS[kind] for kind in counted]
    for place in range(1, 7):
        assert int(total[place]) == sum(int(row[place]) for row in kinds)


def test_a_planted_conjecture_is_searched_for_a_counterexample(monkeypatch):
    monkeypatch.setattr(planted, "PLANTED", planted.PLANTED[:1])
    found = bank.planted()
    assert (found["tried"], found["refuted"], found["open"]) == (1, 1, 0)
    assert found["seconds"] > 0


def test_a_planted_conjecture_that_nobody_refutes_is_open(monkeypatch):
    monkeypatch.setattr(bank, "_falsified", lambda file: False)
    found = bank.planted()
    assert found["tried"] == found["open"] == len(planted.PLANTED)
    assert bank.unrefuted({"planted": found}) == ["planted"]


def test_of_a_file_of_certificates_only_the_theorems_asked_for_are_counted(file, qed):
    found = qed("bank", "--from", file, "nowhere", cwd=file.parent)
    assert found.returncode == 2 and "no theorem in the file has the address nowhere" in found.err


def test_the_bank_of_one_conjecture_is_certified_where_it_is_asked_for(conjectures, qed, monkeypatch):
    monkeypatch.setattr(planted, "PLANTED", planted.PLANTED[:1])
    found = qed("bank", conjectures/"my_conjecture.py", cwd=conjectures)
    assert found.returncode == 0, found.err
    assert "planted false conjectures" in found.out and "share refuted" in found.out


def test_what_is_not_counted_is_told_and_fails(certificate, qed, tmp_path, monkeypatch):
    monkeypatch.setattr(planted, "PLANTED", [])
    (tmp_path/"empty.py").write_text("")
    found = qed("bank", "empty.py", cwd=tmp_path)
    assert found.returncode == 2 and "\nunusable: " in found.out and "the module binds 0 theorems" in found.out
    altered = copy.deepcopy(certificate)
    one = next(one for one in altered["theorems"][0]["claims"][0]["evidence"] if one["about"] == "mutants")
    one.update(verdict="UNDECIDED", because="it was cut off")
    assert f"{one['address']}: UNDECIDED, it was cut off" in bank.left_out(altered)
