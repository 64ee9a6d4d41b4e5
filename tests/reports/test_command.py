import copy
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports import command, explain
from reports.reading import read

START = "import sys; from reports.command import main; sys.exit(main())"


@pytest.mark.parametrize("word", ["--help", "list", "--version"])
def test_listing_and_help_do_not_wait_for_heavy_packages(run, tmp_path, word):
    heavy = "sympy", "numpy", "scipy", "mpmath", "flint", "rich", "jinja2"
    told = run("-c", f"import sys\nfrom reports.command import main\ntry: main([{word!r}])\nexcept SystemExit: pass\n"
               f"print('loaded', [one for one in {heavy!r} if one in sys.modules])", cwd=tmp_path)
    assert told.stdout.endswith("loaded []\n"), told.stdout + told.stderr


def test_only_words_that_exist_are_advertised():
    advertised = command.parser()._subparsers._group_actions[0].choices
    assert {"verify", "list", "explain", "report"} <= set(advertised)
    for word in advertised:
        assert word in command.parser(word)._subparsers._group_actions[0].choices


def test_nothing_that_lies_beside_a_conjecture_is_run_for_what_bears_its_name(run, conjectures, tmp_path):
    beside = tmp_path/"beside"
    beside.mkdir()
    (beside/"mine.py").write_text((conjectures/"my_conjecture.py").read_text())
    for name in ("json", "random", "signal", "struct", "sympy", "flint", "numpy", "numerics", "theorems"):
        (beside/f"{name}.py").write_text("raise SystemExit('run by mistake')")
    (tmp_path/"start.py").write_text(f"if __name__ == '__main__':\n    {START}\n")
    told = run(tmp_path/"start.py", "verify", "mine.py", cwd=beside)
    assert told.returncode == 0 and "1 HOLDS" in told.stdout, told.stdout + told.stderr


@pytest.mark.parametrize("target", ["my_conjecture.py/second_order", "my_conjecture/second_order", "my_conjecture"])
def test_a_claim_of_a_file_is_certified_by_its_name(qed, conjectures, target):
    told = qed("verify", target, cwd=conjectures)
    assert told.returncode == 0 and "1 theorem, 1 claim: 1 HOLDS" in told.out
    told = qed("verify", "my_conjecture.py/third_order", cwd=conjectures)
    assert told.returncode == 2 and "my_conjecture.py/third_order: no evidence has this address" in told.out


def test_list_prints_each_claim_under_its_address(qed, tmp_path):
    told = qed("list", "two_step_gd/local", cwd=tmp_path)
    assert told.returncode == 0
    assert re.search(r"^two_step_gd/local   \S", told.out, re.M)
    assert re.search(r"^  two_step_gd/local/multiplier   \S", told.out, re.M)


def test_exit_status_says_whether_everything_holds(qed, conjectures, tmp_path):
    for files, status in ((["my_conjecture.py"], 0), (["my_conjecture.py", "bold_conjecture.py"], 1)):
        assert qed("verify", *files, cwd=conjectures).returncode == status


def test_what_is_refuted_is_printed_with_its_case_and_address(qed, conjectures):
    told = qed("verify", "bold_conjecture.py", cwd=conjectures).out
    assert 'case "cubic": REFUTED' in told and "left - right = 27/125" in told
    assert "bold_conjecture/exact/enclosed/cubic" in told


def test_json_file_is_whole_and_can_be_read_back(qed, conjectures, tmp_path):
    file = tmp_path/"certificates.json"
    file.write_text("old")
    assert qed("verify", "my_conjecture.py", "--json", file, cwd=conjectures).returncode == 0
    assert [theorem["verdict"] for theorem in read(file)["theorems"]] == ["HOLDS"]
    assert os.listdir(tmp_path) == ["certificates.json"]


def test_no_python_text_is_overwritten_by_certificates(qed, conjectures):
    text = (conjectures/"my_conjecture.py").read_text()
    for name in ("my_conjecture.py", "other.PY"):
        found = qed("verify", "my_conjecture.py", "--json", name, cwd=conjectures)
        assert found.returncode == 2
        assert f"{name} is the name of a Python file, which would be overwritten; write to another, " in found.err
        assert not found.out and (conjectures/"my_conjecture.py").read_text() == text and not (conjectures/"other.PY").exists()


@pytest.mark.parametrize("arguments, told", [
    (["verify", "no_such_theorem"], "no_such_theorem: no theorem has this address"),
    (["verify", "absent.py"], "absent.py: there is no such file"),
    (["verify", "broken.py"], "broken.py:3: ImportError: cannot import name 'absent'"),
    (["verify", "open.py"], "open.py:2: "),
    (["verify", "empty.py"], "the module binds 0 theorems"),
    (["verify", "twin.py", "other/twin.py"], "rename one of the files"),
    (["verify", "my_conjecture.py", "--json", "absent/c.json"], "absent/c.json: cannot be written"),
    (["explain", "broken.py"], "broken.py:3: "),
    (["explain", "two_step_gd/local/multiplyer"], "no evidence has this address; the nearest are two_step_gd/local/multiplier"),
    (["explain", "my_conjecture.py/second"], "no evidence has this address; the nearest are my_conjecture.py/second_order; "),
    (["explain", "broken/claim"], "broken.py:3: "),
    (["verify", "two_step_gd/loc"], "two_step_gd/loc: no theorem has this address; the nearest are two_step_gd/local"),
    (["list", "two_step"], "two_step: no theorem has this address; the nearest are two_step_gd"),
    (["report", "--from", "absent.json"], "absent.json: cannot be read"),
    (["verify", "--workers", "0"], "no positive whole number"),
    (["verfy"], "invalid choice: 'verfy'"),
])
def test_unusable_input_is_named_with_status_two(qed, conjectures, tmp_path, arguments, told):
    (tmp_path/"broken.py").write_text("from theorems import Theorem\n\nfrom sympy import absent\n")
    (tmp_path/"open.py").write_text("from theorems import Theorem\ntheorem = Theorem(\n")
    (tmp_path/"empty.py").write_text("from theorems import Theorem\n")
    (tmp_path/"other").mkdir()
    for name in ("twin.py", "other/twin.py", "my_conjecture.py"):
        (tmp_path/name).write_text((conjectures/"my_conjecture.py").read_text())
    found = qed(*arguments, cwd=tmp_path)
    assert found.returncode == 2, found.out + found.err
    assert told in found.err + found.out
    assert "Traceback" not in found.err


def test_one_unusable_file_does_not_hide_another(qed, conjectures):
    (conjectures/"broken.py").write_text("from theorems import Theorem\nTheorem(1/0)\n")
    found = qed("verify", "broken.py", "my_conjecture.py", cwd=conjectures)
    assert found.returncode == 2
    assert "broken.py:2: " in found.out and "1 HOLDS, 1 unusable input" in found.out


def test_explain_prints_statement_proof_numbers_and_errata(qed, conjectures):
    found = qed("explain", "my_conjecture.py", cwd=conjectures)
    assert found.returncode == 0
    for told in ("-g ⋅h", "Proof. Taylor's theorem", "the second-order gain is the claim", "bar ", "observed order",
                 "false/no-half", "spoiled", "mutants   8 of 8 REFUTED, as it must be", "Again: qed verify my_conjecture.py"):
        assert told in found.out, told


def test_explain_says_what_a_standing_means_and_how_many_mutants_survive(certificate):
    theorem = copy.deepcopy(certificate["theorems"][0])
    theorem["history"] = [{"status": "evidence", "version": "0.1"}, {"status": "certified", "version": "0.2"}]
    theorem["claims"][0]["evidence"][-1]["survivors"] = ["0 -> 1: gain > 1"]
    told = [*explain.explained(theorem)]
    at = told.index("Standing: certified by version 0.2 (all that is needed holds)")
    assert told[at + 1] == "Before, on this machine: evidence by version 0.1 (something holds, and something needed is missing)"
    at = told.index("  mutants   8 of 8 REFUTED; survivors, listed below: 1")
    assert "      survives: 0 -> 1: gain > 1" in told[at:]


def test_a_part_of_a_file_is_explained_under_the_addresses_that_are_printed(qed, conjectures, tmp_path):
    asked = "exact/enclosed/cubic"
    told = [qed("explain", f"{file}/{asked}", cwd=folder) for file, folder in (
        ("bold_conjecture", conjectures), ("bold_conjecture.py", conjectures), (conjectures/"bold_conjecture.py", tmp_path))]
    assert [one.returncode for one in told] == [1, 1, 1]
    for one in told:
        assert "\n  enclosed/cubic   REFUTED" in one.out and "enclosed/quadratic" not in one.out
    assert told[0].out == told[1].out and told[0].out.endswith("Again: qed verify bold_conjecture.py\n")
    whole, claim = (qed("explain", name, cwd=conjectures).out for name in ("bold_conjecture", "bold_conjecture.py/exact"))
    assert "enclosed/quadratic" in claim and "A guess: a step" in whole and "A guess: a step" not in claim


def test_escape_sequences_of_a_module_do_not_reach_the_terminal(qed, conjectures, tmp_path):
    text = (conjectures/"my_conjecture.py").read_text().replace('"gain of one step', r'"\x1b[2J\u202egain of one step')
    text = text.replace('"no half"', r'"no \x1b[1m half"')
    (tmp_path/"loud.py").write_text(text)
    for command in (["verify"], ["verify", "--sharpness"], ["explain"]):
        found = qed(*command, "loud.py", cwd=tmp_path)
        assert found.returncode == 0 and "\x1b" not in found.out and "\u202e" not in found.out


def test_an_interrupt_ends_the_run_with_one_line(conjectures, tmp_path):
    text = (conjectures/"my_conjecture.py").read_text()
    (tmp_path/"quick.py").write_text(text)
    (tmp_path/"slow.py").write_text(text.replace("mp.zero, 1)", "mp.zero, 10**9)"))
    heeding = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {START}"    # ignored in the background
    process = subprocess.Popen([sys.executable, "-c", heeding, "verify", "slow.py", "quick.py", "--workers", "2"], cwd=tmp_path,
                               text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    first = process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert first.startswith("[1/2] quick/")
    assert process.returncode == 130 and "interrupted" in told and "Traceback" not in told, told
    end = time.monotonic() + 30    # a busy machine takes seconds to end a process
    while left := [one for one in Path("/proc").glob("[0-9]*/stat") if _group(one) == process.pid]:
        assert time.monotonic() < end, left
        time.sleep(0.1)


def _group(stat):
    """The process group in a line of /proc/N/stat; none for a process that has ended."""
    try:
        state, _, group = stat.read_text().rsplit(")", 1)[1].split()[:3]
        return None if state == "Z" else int(group)
    except OSError:
        return None


def test_a_closed_pipe_is_no_error(conjectures):
    found = subprocess.run(f"{sys.executable} -c '{START}' list | head -n 1", shell=True, capture_output=True, text=True)
    assert found.stderr == "" and found.stdout.count("\n") == 1


@pytest.mark.parametrize("ending, status", [("| head -n 0", "01"), (">&-", "0"), ("> /dev/full", "2")])
def test_an_output_that_ends_early_is_not_waited_for(conjectures, shared_store, ending, status):
    line = f"{sys.executable} -c '{START}' verify my_conjecture.py {ending}; echo ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", line], cwd=conjectures, capture_output=True, text=True, timeout=100,
                           env={**os.environ, "QED_CACHE": shared_store})
    assert "Traceback" not in found.stderr and found.stdout.splitlines()[-1] in status, found
    assert ("qed: the output: No space left on device" in found.stderr) == (status == "2")


def test_who_reads_the_first_line_of_progress_only_does_not_wait_for_the_rest(conjectures, tmp_path):
    text = (conjectures/"my_conjecture.py").read_text()
    (tmp_path/"slow.py").write_text(text.replace("mp.zero, 1)", "mp.zero, 10**9)"))
    for number in range(2):
        (tmp_path/f"quick_{number}.py").write_text(text)
    line = f"{sys.executable} -c '{START}' verify slow.py quick_?.py --workers 2 2>&1 | head -n 1"
    began = time.monotonic()
    found = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert found.stdout.startswith("[1/3] quick_") and time.monotonic() - began < 100


def test_a_fresh_run_gives_the_digest_that_the_store_gives(qed, conjectures):
    digests = []
    for options in ([], [], ["--fresh"]):
        assert qed("verify", "my_conjecture.py", "--json", "c.json", *options, cwd=conjectures).returncode == 0
        digests.append(json.loads((conjectures/"c.json").read_text())["theorems"][0]["digest"])
    assert len(set(digests)) == 1
