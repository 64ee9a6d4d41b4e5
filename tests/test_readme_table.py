"""The README's table says what the evidence says.  Run after `theorems`, whose evidence the store then holds."""

import os
from pathlib import Path

import pytest

from reports.readme import filled
from theorems.kernel.running.schedule import certify

README = Path(__file__).parents[1]/"README.md"
USERS_STORE = os.environ.get("QED_CACHE")          # before any test points it elsewhere


@pytest.mark.timeout(1200)
def test_the_table_of_theorems_is_what_certification_gives(monkeypatch):
    if USERS_STORE is None:
        monkeypatch.delenv("QED_CACHE")
    else:
        monkeypatch.setenv("QED_CACHE", USERS_STORE)
    text = README.read_text(encoding="utf-8")
    assert filled(text, certify()) == text, "write it again with python -m reports.readme"
