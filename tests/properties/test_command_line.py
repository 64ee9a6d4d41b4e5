"""Whatever is typed after `qed`: an exit status from 0 to 2, and no traceback."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports import falsify, sharpness
from reports.command import WORDS, main
from theorems.kernel.running import schedule
from theorems.kernel.loading.discover import Unusable, resolve

EXAMPLE = Path(__file__).parents[1]/"examples"/"honest_step.py"
TEXTS = st.one_of(
    st.sampled_from(["", "-", "--", "0", "-1", "1e9", "nan", "two_step_gd", "two_step_gd/", "two_step_gd//local", "nowhere", "/", ".",
                     "..", "x.py", "folder", "folder.py", "kept.json", "honest_step.py", "honest_step.py/", "a b", "é", "\udc80",
                     "*", "~", "$HOME", "-h", "--help", "--version", "x"*5000, "tcp://127.0.0.1:1", "http://x"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6))
OPTIONS = st.sampled_from(["--json", "--workers", "--seconds", "--fresh", "--sharpness", "--explain-cache", "--executor", "--address",
                           "--from", "--output", "--format", "--compare", "--budget", "-x", "--nothing", "dask", "html", "markdown"])
LINES = st.one_of(
    st.tuples(st.sampled_from(sorted(WORDS)), st.lists(st.one_of(TEXTS, OPTIONS), max_size=4)).map(lambda one: [one[0], *one[1]]),
    st.lists(st.one_of(TEXTS, OPTIONS), max_size=3))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A certificate, so that no command line of this test makes evidence."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QED_CACHE", str(tmp_path_factory.mktemp("store")))
        made = json.loads(json.dumps(schedule.certify([str(EXAMPLE)], workers=1)))
    assert made["theorems"] and not made["unusable"]
    return made


@pytest.fixture
def here(tmp_path, monkeypatch, kept):
    """A folder with a module, a certificate, a folder and a folder that is named like a module."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(schedule, "certify", lambda targets, **_: _made(kept, targets))
    for module in (schedule, falsify, sharpness):
        monkeypatch.setattr(module, "isolated", _refuse, raising=False)
    monkeypatch.setattr("reports.bank.planted", lambda: {**dict.fromkeys(
        ("tried", "refuted", "rejected", "implied", "coincide", "open", "seconds"), 0)})
    for name in ("folder", "folder.py"):
        (tmp_path/name).mkdir()
    (tmp_path/"honest_step.py").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path/"kept.json").write_text(json.dumps(kept), encoding="utf-8")
    return tmp_path


def _made(kept, targets):
    """The one certificate that there is, under the first address that was asked for."""
    record = {**kept["theorems"][0], "address": next(iter(resolve(targets)))}
    return {**kept, "theorems": [record]}


def _refuse(*_):
    raise Unusable("nothing is searched here")


def status(line, capsys):
    sys.stderr.reconfigure(errors="backslashreplace")      # as Python's own is
    try:
        found = main(line)
    except SystemExit as stop:
        found = stop.code
    told = capsys.readouterr()
    assert found in (0, 1, 2), (line, found)
    assert "Traceback" not in told.err
    assert found != 2 or told.err.strip() or "unusable" in told.out, line
    return found


@given(line=LINES)
@example(line=["verify", "--json", "nowhere/at/all.json", "honest_step.py"])
@example(line=["report", "--output", "kept.json"])
@example(line=["report", "--from", "folder"])
@example(line=["new", "class"])
def test_any_command_line_ends_with_a_status(here, capsys, line):
    status(line, capsys)
