"""Evidence from a cluster of separate processes, from interrupted runs, and why it is made anew.

Where Dask is not installed, the one thing a cluster can do is say so; where it is, a real one is used.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from importlib import util
from pathlib import Path

import pytest

from reports import cluster, regions
from reports.planted import PLANTED, module
from theorems.kernel.running import schedule, store
from theorems.kernel.loading.discover import Unusable, source_digest

EXAMPLES = Path(__file__).parents[1]/"examples"
HONEST = (EXAMPLES/"honest_step.py").read_text(encoding="utf-8")
START = "import sys; from reports.command import main; sys.exit(main())"
DASK = util.find_spec("distributed") is not None


@pytest.fixture
def started(tmp_path):
    """started(*arguments, store=...): a Python process in its own group; the group is ended after the test."""
    processes = []

    def _started(*arguments, store="store"):
        env = {**os.environ, "QED_CACHE": str(tmp_path/store), "PYTHONUNBUFFERED": "1"}
        processes.append(subprocess.Popen([sys.executable, *map(str, arguments)], cwd=tmp_path, env=env, text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True))
        return processes[-1]
    yield _started
    for one in processes:
        _kill(one)
        one.communicate()
    end = time.monotonic() + 30
    while left := _of_this_test(tmp_path):
        assert time.monotonic() < end, f"processes are left behind: {left}"
        time.sleep(0.1)


def _kill(process):
    """kill -9 of all that is in the process's group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _of_this_test(folder):
    """The processes whose store lies in a folder, by their command lines."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if f"QED_CACHE={folder}/".encode() in (one/"environ").read_bytes():
                found.append((one/"cmdline").read_bytes())
        except OSError:            # it ended meanwhile, or is another user's
            continue
    return found


def _until(process, pattern):
    """The lines that a process prints up to the first one that matches."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if re.search(pattern, line):
            return lines
    raise AssertionError(f"the process ended without {pattern!r}: {''.join(lines)}")


@pytest.fixture
def several(tmp_path):
    """Three copies of one conjecture: the same claim under three names, each some work."""
    text = (EXAMPLES/"ascent_sharpness.py").read_text(encoding="utf-8")
    for number in range(3):
        (tmp_path/f"copy_{number}.py").write_text(text, encoding="utf-8")
    return [f"copy_{number}.py" for number in range(3)]


def _digests(file):
    theorems = json.loads(file.read_text(encoding="utf-8"))["theorems"]
    return [(one["address"], one["verdict"], one["digest"], len(one["claims"])) for one in theorems]


def _verify(started, *arguments, store="store"):
    return started("-c", START, "verify", *arguments, store=store)


def _cluster(started, *options):
    """(address of a scheduler, a function that lets one more worker join it)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    scheduler = started("-m", "distributed.cli.dask_scheduler", "--no-dashboard", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1])
    _until(scheduler, "Scheduler at:")

    def join():
        worker = started("-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard", *options)
        _until(worker, "Registered to:")
        return worker
    return address, join


def _run_with_one_worker_killed_and_one_late(started, several, tmp_path):
    address, join = _cluster(started)
    first = join()
    run = _verify(started, *several, "--json", "cluster.json", "--executor", "dask", "--address", address)
    told = _until(run, r"^\[1/3\]")
    join()
    _kill(first)
    told += run.communicate(timeout=200)[0].splitlines()
    assert run.returncode == 0, told
    assert sorted(re.findall(r"^\[\d/3\] +(\S+)", "\n".join(told), re.MULTILINE)) == [f"copy_{one}/sharpness" for one in range(3)]
    here = _verify(started, *several, "--json", "here.json", "--workers", "1", store="other")
    assert here.wait(200) == 0 and _digests(tmp_path/"cluster.json") == _digests(tmp_path/"here.json")


def _told_that_dask_is_missing(started, several, tmp_path):
    run = _verify(started, several[0], "--executor", "dask", "--address", "tcp://127.0.0.1:8786")
    told, _ = run.communicate(timeout=60)
    assert run.returncode == 2
    assert told == "qed: --executor dask needs Dask, which is not installed here: python -m pip install distributed\n"


def test_a_cluster_loses_and_doubles_nothing_or_says_that_dask_is_missing(started, several, tmp_path):
    (_run_with_one_worker_killed_and_one_late if DASK else _told_that_dask_is_missing)(started, several, tmp_path)


def _searches_the_same_as_at_home(started, conjecture):
    address, join = _cluster(started)
    join(), join()
    search = lambda *options: started("-c", START, "falsify", conjecture, "--budget", "60", *options).communicate(timeout=200)[0]
    alone = search("--workers", "1")
    assert alone in search("--executor", "dask", "--address", address) and ": REFUTED by an instance" in alone


def _says_so_too(started, conjecture):
    run = started("-c", START, "falsify", conjecture, "--executor", "dask", "--address", "tcp://127.0.0.1:8786")
    assert "--executor dask needs Dask, which is not installed here" in run.communicate(timeout=60)[0] and run.returncode == 2


@pytest.mark.parametrize("name", ["descent contracts below 3/a", "two means of the norms give the threshold"])
def test_a_cluster_finds_the_counterexample_that_one_worker_finds_or_says_that_dask_is_missing(started, tmp_path, name):
    (tmp_path/"planted.py").write_text(module(next(one for one in PLANTED if one[0] == name), planted=True), encoding="utf-8")
    (_searches_the_same_as_at_home if DASK else _says_so_too)(started, "planted.py")


def _search_parcel(file):
    return cluster.parcel({"address": "planted", "file": str(file), "claim": "claim", "fresh": "", "source": source_digest(file),
                           "region": ["degenerate", 0, 0]}, 60)


def test_a_region_travels_with_its_file_and_comes_back_as_at_home(tmp_path):
    file = tmp_path/"planted.py"
    file.write_text(module(PLANTED[0], planted=True), encoding="utf-8")
    parcel = json.loads(json.dumps(_search_parcel(file)))
    here = regions.searched(str(file), parcel["job"], 60)
    file.unlink()
    made, sound = cluster.performed(parcel)
    assert sound and made == here and made["found"]
    parcel["sources"]["reports/probes.py"] = "0"*64
    made, sound = cluster.performed(parcel)
    assert not sound and "another text or none: reports/probes.py" in made["unusable"]


def test_a_region_of_a_file_that_cannot_be_used_is_told(tmp_path):
    file = tmp_path/"planted.py"
    file.write_text("1 +", encoding="utf-8")
    made, sound = cluster.performed(_search_parcel(file))
    assert not sound and made["unusable"].startswith(f"{file}:1: invalid syntax")


def test_an_address_where_no_scheduler_answers_is_told_with_the_mend(monkeypatch):
    monkeypatch.setattr(cluster, "_SECONDS", 1)
    reason = r"tcp://127.0.0.1:1: no Dask scheduler answers there .*`dask scheduler`" if DASK else "Dask, which is not installed here"
    with pytest.raises(Unusable, match=reason):
        cluster.Cluster("tcp://127.0.0.1:1")


@pytest.mark.parametrize("options", [["--executor", "dask"], ["--address", "tcp://127.0.0.1:8786"],
                                     ["--executor", "dask", "--address", "tcp://127.0.0.1:8786", "--workers", "2"]])
def test_half_a_cluster_is_refused(started, several, options):
    run = _verify(started, several[0], *options)
    assert "a cluster needs --executor dask and --address" in run.communicate(timeout=60)[0] and run.returncode == 2


@pytest.fixture
def conjecture(tmp_path, monkeypatch):
    """A file outside the package, and a store of its own."""
    monkeypatch.setenv("QED_CACHE", str(tmp_path/"store"))
    file = tmp_path/"conjecture.py"
    file.write_text(HONEST, encoding="utf-8")
    yield file
    schedule.close(own=True)


def _parcel(file, address="conjecture", claim="moved"):
    return cluster.parcel({"address": address, "file": str(file), "claim": claim, "fresh": "", "skip": {}, "kept": "",
                           "source": source_digest(file)}, 60)


def test_a_file_travels_with_its_job_and_needs_not_be_where_the_job_is_done(conjecture):
    parcel = json.loads(json.dumps(_parcel(conjecture)))
    conjecture.unlink()
    made, sound = cluster.perform(parcel)
    assert sound and [one["verdict"] for one in made["evidence"] if one["about"] == "claim"] == ["HOLDS", "HOLDS", "HOLDS"]
    cluster._own.guard.kill()
    made, sound = cluster.perform(parcel)
    assert not sound and made["unusable"].endswith("the process that guards it on the cluster ended (exit code -9)")
    assert cluster._own.guard is None


def test_a_module_of_the_package_is_found_by_its_address(tmp_path):
    file = cluster.ROOT/"two_step_gd"/"local.py"
    parcel = _parcel(file, "two_step_gd/local", None)
    elsewhere = {**parcel, "job": {**parcel["job"], "file": "/another/installation/theorems/two_step_gd/local.py"}}
    assert parcel["text"] is None and cluster._placed(elsewhere, tmp_path) == file
    missing = {**parcel, "job": {**parcel["job"], "address": "two_step_gd/absent"}}
    made, sound = cluster.performed(missing)
    assert not sound and "(another text or none: this module)" in made["unusable"]


def test_a_worker_with_other_texts_or_versions_makes_nothing(conjecture):
    parcel = _parcel(conjecture)
    parcel["sources"]["theorems/kernel/truth.py"] = "0"*64
    parcel["versions"] |= {"sympy": "1.0"}
    made, sound = cluster.performed(parcel)
    assert not sound and made["unusable"] == (
        f"{conjecture}: a worker of the cluster differs from here (another text or none: theorems/kernel/truth.py; "
        f"another version: sympy); install the same demonstrandum and packages there")


def test_a_file_that_cannot_be_used_is_told_by_its_name_at_home(conjecture):
    conjecture.write_text("1 +", encoding="utf-8")
    made, _ = cluster.performed(_parcel(conjecture))
    assert made["unusable"].startswith(f"{conjecture}:1: invalid syntax")
    schedule.close(own=True)


def test_why_evidence_is_made_anew_is_said(conjecture, monkeypatch):
    def why(fresh=""):
        return schedule.why_made_anew("conjecture", str(conjecture), "moved", fresh)
    assert why() == "never kept: not certified before, or a piece was cut off"
    schedule.claim_job("conjecture", str(conjecture), "moved")
    assert why() == "" and why("drawn") == "asked to draw anew"
    with monkeypatch.context() as patch:
        patch.setattr(schedule, "versions", lambda: {**cluster.versions(), "sympy": "2.0", "extra": "1"})
        assert why() == "another version: sympy; installed now: extra"
    entry = store._file(schedule._key("conjecture", "moved", source_digest(conjecture)))
    entry.write_text("{", encoding="ascii")
    assert why() == "its entry in the store is missing or damaged"
    conjecture.write_text(HONEST.replace("from numerics.losses import X\n", "from sympy.abc import x as X\n"), encoding="utf-8")
    assert re.fullmatch("changed: this module; no longer used: .*numerics/losses.py.*", why())
    conjecture.unlink()
    assert why() == f"{conjecture}: No such file or directory"


def test_a_run_ended_by_force_keeps_what_it_had_finished(started, several, tmp_path):
    run = _verify(started, *several[:2], "--workers", "1")
    finished = len([line for line in _until(run, r"^\[1/2\]") if line.startswith("[")])
    _kill(run)
    run.wait(30)
    again = _verify(started, *several[:2], "--workers", "1", "--explain-cache", "--json", "again.json")
    told = again.communicate(timeout=200)[0]
    assert again.returncode == 0 and finished == 1
    assert len(re.findall(": reused$", told, re.MULTILINE)) >= finished and "made anew: never kept" in told
    whole = _verify(started, *several[:2], "--workers", "1", "--json", "whole.json", store="other")
    assert whole.wait(200) == 0 and _digests(tmp_path/"again.json") == _digests(tmp_path/"whole.json")


def test_two_runs_at_once_on_one_store_make_each_claim_once(started, tmp_path):
    for name in ("one", "two"):
        (tmp_path/f"{name}.py").write_text(HONEST, encoding="utf-8")
    runs = [_verify(started, "one.py", "two.py", "--workers", "1", "--json", f"{name}.json") for name in "ab"]
    assert [one.wait(200) for one in runs] == [0, 0]
    assert _digests(tmp_path/"a.json") == _digests(tmp_path/"b.json")
    once = [[[claim["seconds"] for claim in one["claims"]] for one in json.loads((tmp_path/f"{name}.json").read_text())["theorems"]]
            for name in "ab"]
    assert once[0] == once[1]      # the time it took, to the millisecond, is that of the run that made it
    kept = [file for file in (tmp_path/"store").rglob("*") if file.is_file()]
    assert kept and {file.suffix for file in kept} == {".json"}


def test_what_cannot_be_locked_is_made_all_the_same(conjecture, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with store.held("ab12"), store.held("ab12"):
        assert not store.folder().exists()
    monkeypatch.undo()
    monkeypatch.setenv("QED_CACHE", str(conjecture))       # a file, in which no folder can be made
    with store.held("ab12"), store.held("ab12"):
        assert store.read("ab12") is None


def test_who_waits_for_a_lock_gets_the_one_that_others_see(conjecture):
    inside, most = [], []

    def hold(number):
        with store.held("ab12"):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)
    with schedule.ThreadPoolExecutor(8) as executor:
        list(executor.map(hold, range(24)))
    assert most == [1]*24 and not [one for one in store.folder().rglob("*.lock")]


def test_a_job_that_its_executor_loses_leaves_all_others(conjecture):
    class Losing(schedule.ThreadPoolExecutor):
        def submit(self, function, address, *job):
            lost = address == "lost" and function is schedule.claim_job
            return super().submit(*([_lose] if lost else [function, address, *job]))
    (conjecture.parent/"lost.py").write_text(HONEST, encoding="utf-8")
    with Losing(1) as executor:
        made = schedule.certify([str(conjecture), str(conjecture.parent/"lost.py")], executor=executor)
    schedule.close()
    assert [one["address"] for one in made["theorems"]] == ["conjecture"]
    assert made["unusable"] == [{"address": "lost/moved", "reason": "its job was lost (RuntimeError: the machine is gone); "
                                                                    "run again, what is finished is kept"}]


def _lose():
    raise RuntimeError("the machine is gone")
