"""Modules written for one test, and a store of their own."""

import pytest


@pytest.fixture
def module(tmp_path):
    """A function that writes a module and returns its file."""
    def written(text, name="conjecture"):
        file = tmp_path/f"{name}.py"
        file.write_text(text, encoding="utf-8")
        return file
    return written


@pytest.fixture(autouse=True)
def own_store(tmp_path_factory, monkeypatch):
    """No test reads or fills the user's store."""
    monkeypatch.setenv("QED_CACHE", str(tmp_path_factory.mktemp("store")))
