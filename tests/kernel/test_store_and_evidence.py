"""Evidence is sealed; the store keeps data, whole and verified."""

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from theorems.kernel import certificate, evidence, rules
from theorems.kernel.running import store
from theorems.kernel.certificate import claim_record, claim_verdict, theorem_verdict, versions
from theorems.kernel.evidence import Evidence, Level, Verdict, constructor, digest


def test_nobody_but_the_rules_makes_evidence():
    for key in (None, object(), "key"):
        with pytest.raises(TypeError, match="evidence is made by the kernel's rules only: yield goals"):
            Evidence(key, "a", "PROVED", "claim", Verdict.HOLDS, "because")
    with pytest.raises(TypeError, match="was handed out already"):
        constructor()


def test_evidence_cannot_be_changed():
    made = rules._evidence("a/b", Level.PROVED, "claim", Verdict.UNDECIDED, "because", {"n": 1}, {"d": 2})
    with pytest.raises(FrozenInstanceError):
        made.verdict = Verdict.HOLDS
    assert made.json() == {"address": "a/b", "level": "PROVED", "about": "claim", "verdict": "UNDECIDED", "because": "because",
                           "discrete": {"d": 2}, "n": 1}
    assert "key" not in repr(made) and str(made.level) == "PROVED" and f"{made.verdict}" == "UNDECIDED"


def test_the_maker_is_handed_out_once_only(monkeypatch):
    monkeypatch.setattr(evidence, "_given", False)
    assert constructor()("a", Level.PROVED, "claim", Verdict.HOLDS, "because").verdict is Verdict.HOLDS


def test_a_digest_is_that_of_canonical_text():
    assert digest({"b": 1, "a": [True, None]}) == digest(json.loads('{"a": [true, null], "b": 1}'))
    assert digest("é") != digest("e") and len(digest(1)) == 64
    with pytest.raises(ValueError):
        digest(float("nan"))


def test_what_is_written_is_read():
    assert store.read("ab12") is None and store.write("ab12", {"x": ["1/2"]}) and store.read("ab12") == {"x": ["1/2"]}
    assert [file.name for file in store.folder().rglob("*") if file.is_file()] == ["ab12.json"]


@pytest.mark.parametrize("text", ["", "[", "[1]", "{}", '{"key": "ab12", "digest": "0", "value": 1}', "[" * 100_000, "\xff",
                                  json.dumps({"key": "other", "digest": digest(1), "value": 1})])
def test_a_damaged_entry_is_never_believed(text):
    store.write("ab12", 1)
    (store.folder()/"ab"/"ab12.json").write_text(text, encoding="latin-1")
    assert store.read("ab12") is None


def test_a_store_that_cannot_be_written_costs_time_only(monkeypatch, tmp_path):
    blocked = tmp_path/"file"
    blocked.write_text("")
    monkeypatch.setenv("QED_CACHE", str(blocked))
    assert store.write("ab12", 1) is False and store.read("ab12") is None


def test_a_full_disk_keeps_nothing_of_an_entry(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(store.os, "replace", full)
    assert store.write("ab12", 1) is False and not [one for one in store.folder().rglob("*") if one.is_file()]


LINES = ({"a": 1}, [2], "three")


def grown(key="f"*64):
    """The file of a list that grew."""
    for value in LINES:
        store.add(key, value)
    return next(store.folder().rglob("*.lines"))


def test_a_list_that_grew_is_read_without_its_damaged_lines():
    file = grown()
    assert store.added("f"*64) == [*LINES]
    for damage in (b"[3]", b"[[2]", b"\xff", b"\x00", b"["*100_000, b"{}"):
        file.write_bytes(file.read_bytes().replace(b"[2]", damage))
        assert store.added("f"*64) == [LINES[0], LINES[2]]
        file.unlink()
        grown()
    store.forget("f"*64)
    store.forget("f"*64)
    assert store.added("f"*64) == []


def test_a_list_cut_off_at_any_byte_loses_that_line_only_and_grows_on():
    file = grown()
    content = file.read_bytes()
    ends = [place for place, byte in enumerate(content + b"\n") if byte == 10][1:]
    for length in range(len(content) + 1):
        file.write_bytes(content[:length])
        whole = [value for value, end in zip(LINES, ends) if end <= length]
        assert store.added("f"*64) == whole
        store.add("f"*64, "next")
        assert store.added("f"*64) == [*whole, "next"]


GROW = """
import sys
from theorems.kernel.running import store
sys.stdin.readline()
for number in range(200):
    store.add("f"*64, [sys.argv[1], number, "x"*20_000])
"""


def test_two_processes_that_grow_one_list_mix_no_lines():
    both = [subprocess.Popen([sys.executable, "-c", GROW, name], stdin=subprocess.PIPE, text=True) for name in "ab"]
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate()[1] or one.returncode for one in both] == [0, 0]
    found = store.added("f"*64)
    assert {name: [number for who, number, _ in found if who == name] for name in "ab"} == dict.fromkeys("ab", [*range(200)])


def test_a_standing_that_repeats_is_kept_once():
    first = store.history("a/b", lambda before: {"status": "conjecture", "before": before})
    assert first == [{"status": "conjecture", "before": []}]
    again = store.history("a/b", lambda before: first[0] if before == ["conjecture"] else None)
    assert again == first and len(store.history("a/b", lambda before: {"status": "certified"})) == 2


def test_where_nothing_can_be_locked_work_goes_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with store.held("e"*64):
        assert not [*store.folder().rglob("*.lock")]


def test_the_store_lies_in_the_users_cache_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("QED_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.folder() == tmp_path/"demonstrandum"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert store.folder() == tmp_path/".cache"/"demonstrandum"


def piece(about, verdict, address="a"):
    return {"address": address, "about": about, "verdict": verdict, "level": "ENCLOSED", "because": "so", "discrete": {}}


@pytest.mark.parametrize("pieces, verdict", [
    ([], "UNDECIDED"), ([("claim", "HOLDS")], "HOLDS"), ([("claim", "HOLDS"), ("mutants", "UNDECIDED")], "UNDECIDED"),
    ([("outside case", "HOLDS")], "UNDECIDED"), ([("false variant", "HOLDS")], "UNDECIDED"),
    ([("spoiled laboratory", "HOLDS")], "UNDECIDED"), ([("outside case", "UNDECIDED"), ("claim", "REFUTED")], "REFUTED")])
def test_a_claim_holds_only_if_every_piece_says_what_it_should(pieces, verdict):
    assert claim_verdict([piece(*one) for one in pieces]) == verdict


@pytest.mark.parametrize("claims, errata, verdict", [
    ([], [], "UNDECIDED"), (["HOLDS"], [], "HOLDS"), (["HOLDS"], ["HOLDS"], "UNDECIDED"), (["HOLDS"], ["REFUTED"], "HOLDS"),
    (["UNDECIDED", "REFUTED"], [], "REFUTED")])
def test_a_theorem_is_as_bad_as_its_worst_claim(claims, errata, verdict):
    assert theorem_verdict([{"verdict": one} for one in claims], [piece("erratum", one) for one in errata]) == verdict


def test_a_record_needs_every_piece_that_was_announced():
    meta = {"address": "a", "outline": ["a/1", "a/2"], "level": "ENCLOSED", "scope": "", "measured_scope": ""}
    with pytest.raises(ValueError, match="a: 1 pieces of evidence were made and 2 announced"):
        claim_record(meta, [piece("claim", "HOLDS", "a/1")])
    assert claim_record(meta, [piece("claim", "HOLDS", one) for one in meta["outline"]])["mutants"]["nearest"] == "none"


def test_versions_name_what_is_not_installed(monkeypatch):
    monkeypatch.setattr(certificate, "_PACKAGES", ("sympy", "no-such-package"))
    assert versions()["no-such-package"] == "not installed as a package" and versions()["sympy"][0] == "1"


def test_a_lock_that_its_holder_has_removed_is_no_lock(monkeypatch):
    same = iter((False, True))
    monkeypatch.setattr(store.os.path, "samestat", lambda one, other: next(same))
    with store.held("f"*64):
        assert next(same, None) is None
