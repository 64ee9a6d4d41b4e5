"""Certificates of two small conjectures, one true and one false, and command lines run as a user runs them."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from reports.command import main
from theorems.kernel.running.schedule import certify

EXAMPLE = Path(__file__).parents[1]/"examples"/"ascent_sharpness.py"
README = Path(__file__).parents[2]/"README.md"
USERS_STORE = os.environ.get("QED_CACHE", "")      # where this very run keeps the theorems' evidence


@pytest.fixture(scope="session")
def blocks():
    """blocks(kind): the code blocks of one kind in the README, in order."""
    return _blocks


def _blocks(kind):
    parts = README.read_text(encoding="utf-8").split("```")
    return [part.partition("\n")[2] for part in parts[1::2] if part.partition("\n")[0] == kind]


@pytest.fixture(scope="session")
def conjectures(tmp_path_factory, blocks):
    """A folder with the README's two files: my_conjecture.py is true, bold_conjecture.py is false."""
    folder = tmp_path_factory.mktemp("conjectures")
    for name, text in zip(("my_conjecture.py", "bold_conjecture.py"), blocks("python"), strict=True):
        (folder/name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory):
    """One store for all command lines that these tests run: a conjecture is certified once."""
    return str(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def certificate(conjectures, shared_store):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QED_CACHE", shared_store)
        return certify([str(conjectures/"my_conjecture.py"), str(conjectures/"bold_conjecture.py"), str(EXAMPLE)])


@pytest.fixture
def run(shared_store):
    """run(*arguments, cwd=..., store=...) a Python command line; the completed process."""
    def _run(*arguments, cwd, store=shared_store):
        kept = {**os.environ, "QED_CACHE": store} if store else {key: os.environ[key] for key in os.environ if key != "QED_CACHE"}
        return subprocess.run([sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True,
                              timeout=300, env=kept)
    return _run


@pytest.fixture
def qed(shared_store, monkeypatch, capsys):
    """qed(*arguments, cwd=...): the command line `qed` in this process; its status and what it printed."""
    def _qed(*arguments, cwd):
        monkeypatch.chdir(cwd)
        monkeypatch.setenv("QED_CACHE", shared_store)
        capsys.readouterr()
        try:
            status = main([str(one) for one in arguments])
        except SystemExit as stop:
            status = stop.code
        return SimpleNamespace(returncode=status, **capsys.readouterr()._asdict())
    return _qed


@pytest.fixture
def users_store():
    return USERS_STORE
