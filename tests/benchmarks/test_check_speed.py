"""Checking a theorem's certificate against making it: the aim is ten times faster.

Both do the same theorem in one run; certifying starts from an empty store. The ratio is read off the
table (`pytest --benchmark-enable`).
"""

import json

import pytest

from reports import check
from theorems.kernel.running.schedule import certify

THEOREM = "sgd_trace_stability/threshold"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The theorem's certificate, as a reader of the file gets it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QED_CACHE", str(tmp_path_factory.mktemp("store")))
        return json.loads(json.dumps(certify([THEOREM])))


@pytest.mark.benchmark(group="certificate of one theorem")
def test_certifying(benchmark, made, tmp_path, monkeypatch):
    monkeypatch.setenv("QED_CACHE", str(tmp_path))
    again = benchmark.pedantic(lambda: certify([THEOREM]), rounds=1)
    assert [one["digest"] for one in again["theorems"]] == [one["digest"] for one in made["theorems"]]


@pytest.mark.benchmark(group="certificate of one theorem")
def test_checking(benchmark, made):
    counted = benchmark(lambda: check.check(made, lambda line: None))
    assert counted[THEOREM]["re-checked"] > 20 and not counted[THEOREM]["failed"] + counted[THEOREM]["trusted"]
