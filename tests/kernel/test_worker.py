"""What a worker answers, run in this process; goals and what may be yielded."""

import os
from pathlib import Path

import pytest
import sympy
from sympy import Eq, Rational, symbols

from certifying import TESTS
from theorems.kernel import goals
from theorems.kernel.running import worker
from theorems.kernel.statement import Box, Each

FILE = str(TESTS/"examples"/"honest_step.py")
JOB = {"address": "honest_step", "file": FILE, "claim": "moved", "skip": {}, "fresh": "", "begun": []}
x = symbols("x", real=True)


class Line:
    """A connection that hands out jobs and keeps what is sent."""

    def __init__(self, *jobs):
        self.jobs, self.sent = list(jobs), []

    def recv(self):
        if not self.jobs:
            raise EOFError
        return self.jobs.pop(0)

    def send(self, message):
        self.sent.append(message)


@pytest.fixture
def served(monkeypatch):
    """Serve jobs here, without giving away this process's output or memory."""
    limits = []
    monkeypatch.setattr(worker, "_limit_memory", limits.append)
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    monkeypatch.setattr(worker, "_end_with_parent", lambda: None)
    monkeypatch.setattr(worker, "_refuse_text", lambda: None)

    def serve(*jobs):
        line = Line(*jobs)
        worker.serve(line, 2**30)
        assert limits == [2**30]
        return line.sent
    return serve


def test_a_claim_is_answered_piece_by_piece(served):
    sent = served(JOB)
    assert [kind for kind, _ in sent] == ["outline", *["piece"]*len(sent[0][1]), "done"]
    made = [one["address"] for kind, one in sent if kind == "piece"]
    assert made == [address for address, _ in sent[0][1]] == sent[-1][1]["outline"]


@pytest.mark.parametrize("lost", ["proved/by-definition", "observed/steep", "false/half", "mutants", ""])
def test_a_piece_lost_among_those_made_before_is_made_as_the_first_time(lost):
    made = lambda begun: [one for kind, one in worker.answer({**JOB, "begun": begun}) if kind == "piece"]
    told = lambda pieces: [(one["address"], one["verdict"], one["because"], one["discrete"]) for one in pieces]
    first = made([])
    begun = [one for one in first if one["address"] != f"honest_step/moved/{lost}"]
    assert len(begun) == len(first) - bool(lost)
    again = made(begun)
    assert told(again) == told(first) and (lost or again == first)


def test_what_is_printed_is_counted():
    sink = worker._Sink()
    print("ab", file=sink)
    assert sink.characters == 3


def test_a_theorem_is_answered_with_its_errata(served, module):
    text = (Path(FILE).read_text(encoding="utf-8")
            + '\ntheorem.erratum("page 1", "a = 1", "it is 2", Eq(a, 1), {a: 2}, "a = 2")\n')
    sent = served({**JOB, "address": "conjecture", "file": str(module(text)), "claim": None})
    assert [kind for kind, _ in sent] == ["piece", "done"] and sent[0][1]["verdict"] == "REFUTED"
    assert sent[1][1]["assumes"] == [{"text": "a > 0", "latex": "a > 0", "outside": "not known to be needed"}]
    assert sent[1][1]["errata"][0]["witness"] == "a = 2"


def test_what_cannot_be_used_and_what_breaks_are_told(served, module, monkeypatch):
    monkeypatch.setattr(worker, "describe_claim", lambda claim: 1/0)
    (unusable, told), *_, (broken, why) = served({**JOB, "file": str(module("1 +"))}, JOB)
    assert unusable == broken == "unusable" and ":1: invalid syntax" in told and "ZeroDivisionError" in why


def test_a_worker_ends_with_the_process_that_started_it(monkeypatch):
    ended = []
    parent = type("Ended", (), {"join": lambda self: ended.append("waited")})()
    monkeypatch.setattr(worker.multiprocessing, "parent_process", lambda: parent)
    monkeypatch.setattr(os, "_exit", ended.append)
    worker._end_with_parent()
    assert ended == ["waited", 1]


def test_memory_is_limited_where_the_platform_can(monkeypatch):
    import resource
    set_ = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: set_.append((what, limits[0])))
    worker._limit_memory(2**33)
    assert set_ == [(resource.RLIMIT_AS, 2**33)]
    monkeypatch.setitem(__import__("sys").modules, "resource", None)
    assert worker._limit_memory(2**33) is None


@pytest.mark.parametrize("value, text", [
    ({"a": (1, Rational(1, 2))}, "{a: (1, 1/2)}"), (Each((1, 2)), "each of (1, 2)"), (Box(0, 1), "[0, 1]"), ("name", "name"),
    (sympy.Matrix([[x]]), "Matrix([[x]])"), (None, "NoneType"),
    (test_memory_is_limited_where_the_platform_can, "test_memory_is_limited_where_the_platform_can")])
def test_data_have_one_canonical_text(value, text):
    assert worker.canonical(value) == text


@pytest.mark.parametrize("goal, text", [
    (goals.zero(x - 1, "why"), "x - 1 = 0"), (goals.positive(x, "why", given=x > 1), "x > 0 given x > 1"),
    (goals.nonnegative(x, "why", given=(x > 1, x < 3)), "x >= 0 given x > 1, x < 3"),
    (goals.distinct(x, 2, "why"), "x - 2 != 0"), (goals.cited("a theorem"), "cited: a theorem")])
def test_a_goal_reads_as_one_line(goal, text):
    assert goal.text == text


@pytest.mark.parametrize("make, told", [
    (lambda: goals.zero(x, ""), "a goal needs a reason in words"), (lambda: goals.cited(3), "a goal needs a reason in words"),
    (lambda: goals.zero(x, "why", given=(x,)), "goal 'why': given must hold SymPy relations, not x"),
    (lambda: goals.positive(x*sympy.Float(2), "why"), "goal 'why': the expression contains the float 2.0")])
def test_what_is_no_goal_is_refused(make, told):
    with pytest.raises(TypeError, match=told):
        make()


def test_a_statement_of_several_relations_is_described_whole():
    assert worker._whole((Eq(x, 1), Eq(x, 2))) == sympy.Tuple(Eq(x, 1), Eq(x, 2))
    assert worker._text((x > 1, x < 2)) == "x > 1 and x < 2"
