"""One failure never hides another: bad modules, guarded workers, the same digest everywhere."""

import json
import multiprocessing
import os
import py_compile
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from certifying import TESTS, certified
from theorems.kernel import rules
from theorems.kernel.loading import discover
from theorems.kernel.running import schedule, store
from theorems.kernel.argue import argue
from theorems.kernel.running.schedule import certify, claim_job, close, isolated, theorem_job

HONEST = (TESTS/"examples"/"honest_step.py").read_text(encoding="utf-8")
BODY = HONEST[HONEST.index("    slope = lambdify"):HONEST.index("\n\n\ntheorem.case")]


def on_steep(line):
    """The honest module, whose measurement does something else on the case "steep"."""
    return HONEST.replace(BODY, f"    if lab.loss.subs(X, 1) == 5:\n        {line}\n{BODY}")


@pytest.fixture(autouse=True)
def ended():
    yield
    close(own=True)


@pytest.fixture
def unvetted(monkeypatch):
    """What ends a process cannot be written in a theorem module; here it may be, in this process and its workers."""
    monkeypatch.setattr(schedule, "_context", _forking)
    monkeypatch.setattr(discover, "faults", lambda tree: [])


def _forking():
    return multiprocessing.get_context("fork")


def told(record, ending):
    return next(one for one in record["evidence"] if one["address"].endswith(ending))


@pytest.mark.parametrize("line, because", [
    ("__import__('os')._exit(7)", "it ended its worker process (exit code 7); raise the limit"),
    ("__import__('faulthandler').disable(); __import__('os').kill(__import__('os').getpid(), 11)",
     "it ended its worker process (exit code -11)"),
    ("raise SystemExit(3)", "it ended its worker process (exit code 3)"),
    ("while True: pass", "it gave no result within 5 s; raise the limit with --seconds, or choose smaller data"),
    ("bytearray(7*2**30)", "raised MemoryError:  (conjecture.py:33)"),
    ("raise KeyError('x')", "it raised KeyError: 'x' (conjecture.py:33)"),
    ("return lambda: 1", "of type function"),
    ("return displacement(lab, h)", "raised RecursionError"),
])
def test_a_piece_that_fails_is_undecided_and_all_others_are_made(module, unvetted, line, because):
    file = module(on_steep(line))
    record = claim_job("conjecture", str(file), "moved", seconds=5)
    assert told(record, "observed/steep")["verdict"] == "UNDECIDED"
    assert because in told(record, "observed/steep")["because"]
    assert told(record, "observed/shallow")["verdict"] == "HOLDS"
    assert told(record, "proved/by-definition")["verdict"] == "HOLDS"
    assert told(record, "mutants")["about"] == "mutants" and record["verdict"] == "UNDECIDED"


@pytest.mark.parametrize("line", [
    'sympify("exec(1)")', 'sin("exec(1)")', 'lambdify((), "exec(1)")', 'lambdify(symbols("a"), [symbols("a"), ["1"]])',
    'lambdify("a", symbols("a"))'])
def test_no_text_is_run_as_an_expression(module, line):
    found = theorem_job("conjecture", str(module(f"from sympy import lambdify, sin, symbols, sympify\n{line}\n{HONEST}")))
    assert "conjecture.py:2: ValueError: SymPy would run this text as Python" in found["unusable"]


def test_formulas_are_compiled_all_the_same(module):
    assert claim_job("conjecture", str(module(HONEST)), "moved")["verdict"] == "HOLDS"


def test_a_megabyte_of_print_is_counted_and_not_shown(module, capfd):
    record = claim_job("conjecture", str(module(on_steep("print('x'*2**20)"))), "moved")
    assert record["verdict"] == "HOLDS" and record["printed"] > 2**20
    assert "xxx" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("text, reason", [
    ("theorem = Theorem(", "conjecture.py:1: '(' was never closed"),
    ("from theorems import Theorems", "conjecture.py:1: ImportError"),
    ("import numerics", "conjecture.py:1: `import numerics` opens all of it"),
    ("x = 1", "conjecture.py: the module binds 0 theorems"),
    ("\n1/0", "conjecture.py:2: 1 / 0 divides by zero"),
    ("\nx = 1 // 0", "conjecture.py:2: ZeroDivisionError"),
    ("raise SystemExit(0)", "conjecture.py:1: SystemExit: 0"),
    (HONEST.replace(', "twice": Eq(size, 2*a)', ""), "has 1 false variants; give at least two"),
    (HONEST.replace("Eq(size, a/2)", "Eq(sise, a/2)"), "NameError: name 'sise' is not defined"),
])
def test_a_file_that_cannot_be_used_gives_one_message_with_its_line(module, text, reason):
    found = theorem_job("conjecture", str(module(text)))
    assert reason in found["unusable"] and len(found) == 1


def test_a_module_that_hangs_or_dies_while_it_loads_is_unusable(module, unvetted):
    for name, line, reason in (("hanging", "while True: pass", "it gave no result within 3 s"),
                               ("dying", "__import__('os')._exit(9)", "it ended its worker process (exit code 9)")):
        found = theorem_job(name, str(module(f"{HONEST}\n{line}\n", name)), seconds=3)
        assert found["unusable"].endswith(f"{name}.py: while it was loaded, {reason}; nothing of it can be certified")


def test_bad_files_do_not_keep_good_ones_from_being_certified(module):
    good, bad, missing = module(HONEST, "good"), module("1 +", "bad"), module("", "gone")
    seen = []
    made = certify([str(good), str(bad), str(missing)], workers=2, progress=lambda *told: seen.append(told[:2]))
    assert [one["address"] for one in made["theorems"]] == ["good"] and made["summary"]["holds"] == 1
    assert [one["address"] for one in made["unusable"]] == ["bad", "gone"] and seen == [(1, 1)]


def test_two_files_with_one_name_are_refused(module, tmp_path):
    (tmp_path/"other").mkdir()
    twin = tmp_path/"other"/"conjecture.py"
    twin.write_text(HONEST, encoding="utf-8")
    with pytest.raises(discover.Unusable, match="rename one"):
        certify([str(module(HONEST)), str(twin)])


def test_an_address_that_names_no_claim_is_unusable_and_nothing_holds_by_it():
    made = certify(["sam_statistical_error/comparison/nothing"], workers=1)
    assert made["theorems"] == [] and "no evidence has this address" in made["unusable"][0]["reason"]


def test_a_module_that_fails_to_load_in_the_claims_own_worker_leaves_no_theorem(module, monkeypatch):
    file = module(HONEST)
    monkeypatch.setattr(schedule, "claim_job", lambda *job: {"unusable": "lost"})
    made = certify([str(file)], workers=1)
    assert made["theorems"] == [] and made["unusable"] == [{"address": "conjecture/moved", "reason": "lost"}]


def test_a_file_that_vanishes_is_unusable(tmp_path):
    assert not schedule._current(str(tmp_path/"gone.py"), "its digest")
    assert "gone.py: No such file" in theorem_job("gone", str(tmp_path/"gone.py"))["unusable"]


def test_any_executor_will_do(module):
    with ThreadPoolExecutor(1) as executor:
        made = certify([str(module(HONEST))], executor=executor)
    assert made["summary"]["holds"] == 1


def test_many_modules_keep_to_their_process_and_give_the_same(module, monkeypatch):
    files = [str(module(HONEST, name)) for name in ("one", "two")] + [str(module("theorem = 1", "three"))]
    each, told, reasons = certify(files), [], {}
    monkeypatch.setattr(schedule, "MANY", 2)
    together = certify(files, progress=lambda done, total, record: told.append((done, total)),
                       explain=lambda address, reason: reasons.update({address: reason}))
    assert [one["digest"] for one in together["theorems"]] == [one["digest"] for one in each["theorems"]]
    assert together["unusable"] == each["unusable"] and len(told) == 2 and told[-1][1] == 3
    assert reasons == {"one/moved": "", "two/moved": ""}
    monkeypatch.setattr(schedule, "claim_job", _lost)
    assert [one["address"] for one in certify(files)["unusable"]] == ["one", "three", "two"]


def test_an_interrupt_is_not_waited_for(module, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt
    for executor in (None, ThreadPoolExecutor(1)):
        with pytest.raises(KeyboardInterrupt):
            certify([str(module(HONEST))], executor=executor, progress=interrupted)


def test_what_is_kept_is_read_again_and_what_changed_is_not(module, monkeypatch):
    file = module(HONEST)
    first = claim_job("conjecture", str(file), "moved")
    monkeypatch.setattr(schedule, "guarded", None)        # a second measurement would raise
    assert claim_job("conjecture", str(file), "moved") == first
    monkeypatch.undo()
    module(HONEST.replace("5*X**2", "6*X**2"))
    again = claim_job("conjecture", str(file), "moved")
    assert again["data"]["steep"] == "{loss: 6*x**2}" and first["data"]["steep"] == "{loss: 5*x**2}"


def test_bytecode_of_an_earlier_text_is_not_run(module):
    file = module(HONEST)
    py_compile.compile(str(file))
    compiled = file.stat()
    module(HONEST.replace("5*X**2", "6*X**2"))
    os.utime(file, ns=(compiled.st_atime_ns, compiled.st_mtime_ns))        # as if both were written within a second
    assert claim_job("conjecture", str(file), "moved")["data"]["steep"] == "{loss: 6*x**2}"


def test_a_killed_run_loses_no_finished_piece(module, unvetted, monkeypatch, tmp_path):
    flag = tmp_path/"hang"
    flag.touch()
    file = module(on_steep(f"while __import__('os').path.exists({str(flag)!r}): pass"))
    run = ("import sys; sys.path.insert(0, sys.argv[1]); import test_schedule as t\n"
           "t.schedule._context, t.discover.faults = t._forking, lambda tree: []\n"
           "t.claim_job('conjecture', sys.argv[2], 'moved')")
    process = subprocess.Popen([sys.executable, "-c", run, str(TESTS/"kernel"), str(file)])
    while not (kept := [line for one in store.folder().rglob("*.lines") for line in store.added(one.stem)]):
        assert process.poll() is None
    process.kill()
    process.wait()
    flag.unlink()
    monkeypatch.setattr(rules, "argue", lambda claim, statement, hurry=False, at=None: argue(claim, statement, True) if hurry else 1/0)
    record = claim_job("conjecture", str(file), "moved")
    assert record["verdict"] == "HOLDS" and kept[0] in record["evidence"] and "/proved/" in kept[0]["address"]
    assert not [*store.folder().rglob("*.lines")]


def test_of_a_list_with_a_gap_only_what_is_missing_is_added(module, monkeypatch):
    file = module(HONEST)
    whole = claim_job("conjecture", str(file), "moved")
    key = schedule._key("conjecture", "moved", discover.source_digest(file))
    store._file(key).unlink()
    for one in whole["evidence"]:
        if "/proved/" not in one["address"]:
            store.add(key, one)
    added = []
    monkeypatch.setattr(store, "add", lambda key, piece: added.append(piece["address"]))
    again = claim_job("conjecture", str(file), "moved")
    assert [one["verdict"] for one in again["evidence"]] == [one["verdict"] for one in whole["evidence"]]
    assert added == ["conjecture/moved/proved/by-definition"] and again["verdict"] == "HOLDS"


def test_why_evidence_is_made_anew_is_told(module, monkeypatch, tmp_path):
    file = module(HONEST)
    address, told = str(file), []
    certify([address], explain=lambda claim, reason: told.append(reason))
    certify([address], explain=lambda claim, reason: told.append(reason))
    assert told == ["never kept: not certified before, or a piece was cut off", ""]
    why = lambda: schedule.why_made_anew("conjecture", address, "moved")
    assert schedule.why_made_anew("conjecture", address, "moved", "fresh") == "asked to draw anew"
    monkeypatch.setattr(schedule, "versions", lambda: {"demonstrandum": "0", "numpy": "0"})
    assert why().startswith("another version: demonstrandum, numpy; no longer installed: ")
    monkeypatch.undo()
    monkeypatch.setenv("QED_CACHE", str(tmp_path/"other"))
    store.write(schedule._last("conjecture", "moved"), {"sources": discover.sources(file), "versions": schedule.versions()})
    assert why() == "its entry in the store is missing or damaged"
    module(HONEST + "# more")
    assert why() == "changed: this module"
    file.unlink()
    assert why() == f"{file}: No such file or directory"


def test_a_job_that_its_executor_lost_is_unusable_and_all_others_count(module):
    class Losing(ThreadPoolExecutor):
        def submit(self, job, *arguments):
            return super().submit(job if job is theorem_job else _lost, *arguments)
    with Losing(1) as executor:
        made = certify([str(module(HONEST))], executor=executor)
    assert made["theorems"] == [] and made["unusable"] == [{"address": "conjecture/moved", "reason": (
        "its job was lost (RuntimeError: the machine is gone); run again, what is finished is kept")}]


def _lost(*_):
    raise RuntimeError("the machine is gone")


def test_where_signals_cannot_be_blocked_workers_start_all_the_same(monkeypatch):
    monkeypatch.delattr(schedule.signal, "pthread_sigmask")
    with schedule._undisturbed():
        pass


def test_what_could_not_be_loaded_is_tried_again(module):
    file, missing = str(module(HONEST)), {"unusable": "a package is missing"}
    assert theorem_job("conjecture", file, make=lambda *_: (missing, True)) == missing
    assert "moved" in theorem_job("conjecture", file)["meta"]["outlines"]


def test_fresh_passes_over_the_store(module, monkeypatch):
    file = str(module(HONEST))
    claim_job("conjecture", file, "moved")
    monkeypatch.setattr(store, "read", None)
    assert claim_job("conjecture", file, "moved", fresh="x")["verdict"] == "HOLDS"


def test_a_result_is_not_kept_if_its_text_changed_meanwhile(module, monkeypatch):
    digests, kept = iter("ab"), []
    monkeypatch.setattr(schedule, "source_digest", lambda file: next(digests))
    monkeypatch.setattr(store, "write", lambda key, value: kept.append(value))
    assert "meta" in theorem_job("conjecture", str(module(HONEST))) and not any("meta" in value for value in kept)


def test_texts_are_read_again_once_they_were_touched(module, monkeypatch):
    file, read = str(module(HONEST)), []
    source = discover.source_digest(file)
    monkeypatch.setattr(schedule, "source_digest", lambda file: read.append(file) or discover.source_digest(file))
    assert schedule._current(file, source) and schedule._current(file, source) and len(read) == 1
    module(HONEST + "# more")
    assert not schedule._current(file, source) and not schedule._current(file, source) and len(read) == 3
    module(HONEST)
    assert schedule._current(file, source) and schedule._current(file, source) and len(read) == 4


def test_a_text_that_the_store_knows_is_not_parsed_again(tmp_path, monkeypatch):
    monkeypatch.setenv("QED_CACHE", str(tmp_path/"store"))
    text = "import os.path\nif True:\n    from numerics import steps, balls\nimport numerics.losses as known, theorems\n"
    found = {file.relative_to(discover.ROOT.parent).as_posix() for file in discover._imports(tmp_path/"one.py", text)}
    assert found == {"numerics/__init__.py", "numerics/steps.py", "numerics/balls/__init__.py", "numerics/losses.py",
                     "theorems/__init__.py"}
    inside = discover.ROOT/"kernel"/"running"/"one.py"
    assert discover._imports(inside, "from . import store\nfrom ..goals import zero\n")[-1] == inside.with_name("store.py")
    read = lambda path, text: discover._imports.__wrapped__(path, text)
    again = read(tmp_path/"two.py", text)
    monkeypatch.setattr(discover, "parsed", None)
    assert read(tmp_path/"two.py", text) == again
    with pytest.raises(TypeError):
        read(tmp_path/"one.py", text + "import sys\n")
    for file in (tmp_path/"store").rglob("*.json"):
        file.write_text(file.read_text().replace("steps", "kinds"), encoding="ascii")
    with pytest.raises(TypeError):                         # a damaged entry is not believed
        read(tmp_path/"one.py", text)
    with pytest.raises(TypeError):                         # and what is refused in a text never rests on the store
        discover._vet(discover.ROOT/"two_step_gd"/"local.py")


def test_a_text_that_appears_in_the_project_is_seen(module, monkeypatch, tmp_path):
    file = str(module(HONEST))
    known = set(discover.rested_on(file))
    assert {file, str(discover.ROOT/"kernel"/"rules.py"), str(discover.ROOT.parent/"numerics"), str(tmp_path)} <= known
    assert all(os.path.exists(path) for path in known)


@pytest.mark.parametrize("changed", ["source_digest", "project_digest"])
def test_no_piece_waits_under_the_key_of_a_text_that_did_not_make_it(module, monkeypatch, changed):
    file, digests = module(HONEST), iter(range(100))
    monkeypatch.setattr(schedule, changed, lambda *_: str(next(digests)))
    assert claim_job("conjecture", str(file), "moved")["verdict"] == "HOLDS"
    assert not [*store.folder().rglob("*.lines")]
    kept = [json.loads(file.read_text())["value"] for file in store.folder().rglob("*.json")]
    assert all(isinstance(value, list) for value in kept)      # of texts, what they import; no evidence


def test_no_module_sees_what_another_did_to_its_worker(module, unvetted):
    patched = module(HONEST + "\nimport theorems.kernel.runs\n"
                     "theorems.kernel.runs.truth = lambda *_: theorems.kernel.runs.Truth(True, 'patched')\n", "patched")
    theorem_job("patched", str(patched))
    wrong = module(HONEST.replace("Eq(size, a),", "Eq(size, 3*a),"), "wrong")
    assert claim_job("wrong", str(wrong), "moved")["verdict"] == "REFUTED"


def test_a_process_that_starts_without_anything_loaded_certifies(monkeypatch):
    monkeypatch.setattr(schedule, "_context", lambda: multiprocessing.get_context("spawn"))
    assert claim_job("ascent_sharpness", str(TESTS/"examples"/"ascent_sharpness.py"), "sharpness")["verdict"] == "HOLDS"


def test_a_fault_of_our_own_is_one_message(module, monkeypatch, unvetted):
    monkeypatch.setattr("theorems.kernel.running.worker.describe", lambda theorem: 1/0)
    assert "conjecture.py: ZeroDivisionError" in theorem_job("conjecture", str(module(HONEST)))["unusable"]


def test_a_worker_that_fails_after_its_last_piece_is_not_asked_for_ever(module, monkeypatch, unvetted):
    monkeypatch.setattr("theorems.kernel.running.worker.describe_claim", lambda claim: os._exit(5))
    monkeypatch.setattr("theorems.kernel.running.worker.describe", lambda theorem: {})
    found = claim_job("conjecture", str(module(HONEST)), "moved")
    assert "when its evidence was made, it ended its worker process (exit code 5)" in found["unusable"]


def test_a_process_that_makes_evidence_takes_one_thread_of_blas_unless_told_otherwise():
    code = ("from threadpoolctl import threadpool_info\nfrom theorems.kernel.running.schedule import isolated\n"
            "print({one['num_threads'] for one in isolated(threadpool_info, (), 60)})")
    plain = {name: value for name, value in os.environ.items() if name not in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    for told, threads in (({}, 1), ({"OMP_NUM_THREADS": "2"}, min(2, os.cpu_count()))):
        found = subprocess.run([sys.executable, "-c", code], env=plain | told, capture_output=True, text=True, timeout=120)
        assert found.stdout == f"{ {threads} }\n", found


def test_isolated_work_is_ended_in_time_and_says_why(unvetted):
    assert isolated(max, (2, 3), 10) == 3
    for function, reason in ((_sleep, "here: no result within 1 s"), (_exit, r"here: the process ended \(exit code 4\)"),
                             (_refuse, "not this one")):
        with pytest.raises(discover.Unusable, match=reason):
            isolated(function, ("here",), 1)


def test_what_other_processes_run_does_the_same_here(monkeypatch):
    sent = []
    line = SimpleNamespace(send=sent.append)
    schedule._send_result(line, max, (2, 3))
    schedule._send_result(line, _refuse, ("here",))
    monkeypatch.setattr("theorems.kernel.running.worker.serve", lambda *given: sent.append(given))
    schedule._serve(line, 5)
    assert sent == [("value", 3), ("unusable", "not this one"), (line, 5)]


def test_a_worker_stays_with_its_thread(module):
    theorem_job("conjecture", str(module(HONEST)))
    kept = schedule._own.worker
    close()
    assert kept in schedule._workers and kept[0].is_alive()


def _sleep(_):
    import time
    time.sleep(30)


def _exit(_):
    os._exit(4)


def _refuse(_):
    raise discover.Unusable("not this one")


def test_spawning_serves_where_there_is_no_fork_server(monkeypatch):
    monkeypatch.setattr(schedule.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert schedule._context().get_start_method() == "spawn"


DIGESTS = """
import json, sys
from theorems.kernel.running.schedule import certify
if __name__ == "__main__":
    made = certify(sys.argv[2:], workers=int(sys.argv[1]))
    print(json.dumps([[one["digest"], one["verdict"]] for one in made["theorems"]]))
"""


def test_the_digest_is_the_same_everywhere(tmp_path):
    files = [str(TESTS/"examples"/f"{name}.py") for name in ("ascent_sharpness", "honest_step")]
    script = tmp_path/"digests.py"
    script.write_text(DIGESTS, encoding="utf-8")
    here = [[one["digest"], one["verdict"]] for one in map(certified, files)]
    env = {**os.environ, "PYTHONHASHSEED": "1", "SYMPY_GROUND_TYPES": "python", "QED_CACHE": str(tmp_path)}
    run = subprocess.run([sys.executable, script, "2", *files], env=env, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == here                  # more combinations: tests/matrix.py
