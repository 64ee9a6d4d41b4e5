from types import SimpleNamespace

import pytest

from reports.pytest_plugin import declares, pytest_collection
from theorems.kernel.loading.discover import ROOT, modules

QUIET = "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"    # a second at each start


@pytest.fixture
def folder(conjectures, tmp_path):
    """A project of its own with a true conjecture, and the same with a wrong constant."""
    true = (conjectures/"my_conjecture.py").read_text()
    (tmp_path/"my_conjecture.py").write_text(true)
    assert "Eq(gain, -h*g**2/2),\n    false" in true
    (tmp_path/"wrong_conjecture.py").write_text(true.replace("Eq(gain, -h*g**2/2),\n    false", "Eq(gain, -h*g**2/3),\n    false"))
    return tmp_path


def test_plain_pytest_certifies_a_file_outside_the_project(run, folder):
    found = run(*QUIET, "-vv", "my_conjecture.py", cwd=folder)
    assert found.returncode == 0, found.stdout
    for address in ("proved/by-taylor", "observed/bent-upwards", "spoiled", "false/no-half", "mutants"):
        assert f"my_conjecture.py::my_conjecture/second_order/{address} PASSED" in found.stdout
    assert "my_conjecture   1 HOLDS   1 PROVED   8 of 8 mutants refuted" in found.stdout


def test_a_wrong_constant_fails_on_a_case_and_in_the_proof(run, folder):
    found = run(*QUIET, "wrong_conjecture.py", "my_conjecture.py", cwd=folder)
    assert found.returncode == 1
    assert 'case "bent upwards": REFUTED' in found.stdout and "Traceback" not in found.stdout
    assert "FAILED wrong_conjecture.py::wrong_conjecture/second_order/proved/by-taylor" in found.stdout
    assert "FAILED my_conjecture.py" not in found.stdout


def test_names_choose_items_and_the_last_failed_run_again(run, folder):
    chosen = run(*QUIET, "my_conjecture.py", "-k", "observed and upwards", cwd=folder)
    assert "1 passed, 6 deselected" in chosen.stdout
    one = run(*QUIET, "my_conjecture.py::my_conjecture/second_order/false/no-half", cwd=folder)
    assert "1 passed" in one.stdout
    cached = "-m", "pytest", "-q", "-p", "no:hypothesispytest", "wrong_conjecture.py", "my_conjecture.py"
    before = run(*cached, cwd=folder).stdout
    again = run(*cached, "--lf", cwd=folder).stdout
    failed = before.strip().splitlines()[-1].split()[0]
    assert f"{failed} failed" in again and "passed" not in again.splitlines()[-1]


def test_two_processes_find_the_same_and_each_theorem_is_made_in_one(run, folder):
    told = ("FAILED", "my_conj", "wrong_conj")
    found = run(*QUIET, "-vv", "-n", "2", "--dist", "loadgroup", "wrong_conjecture.py", "my_conjecture.py", cwd=folder)
    alone = run(*QUIET, "wrong_conjecture.py", "my_conjecture.py", cwd=folder)
    outcome = [sorted(line for line in one.stdout.splitlines() if line.startswith(told) and "::" not in line.partition(" ")[0])
               for one in (found, alone)]
    assert outcome[0] == outcome[1] and len(outcome[0]) >= 2
    assert "7 passed" in found.stdout.splitlines()[-1]
    made = [(line.split()[0], line.split("::")[0].split()[-1]) for line in found.stdout.splitlines()
            if line.startswith("[gw") and "::" in line]
    assert len(made) == 14 and len(set(made)) == 2


@pytest.mark.parametrize("named", [".", "sgd_trace_stability", "two_step_gd/local.py::two_step_gd/local/settling"])
def test_several_processes_load_each_theorem_of_the_package_once(monkeypatch, named):
    loaded = []
    monkeypatch.setattr("theorems.kernel.running.schedule.theorem_job", lambda address, file: loaded.append(address))
    for number in range(3):
        config = SimpleNamespace(args=[named], invocation_params=SimpleNamespace(dir=ROOT),
                                 workerinput={"workerid": f"gw{number}", "workercount": 3})
        pytest_collection(SimpleNamespace(config=config))
    folder = named.partition("::")[0].removesuffix(".py").strip(".")
    assert sorted(loaded) == [one for one in modules() if one.startswith(folder)]


def test_a_file_that_does_not_load_is_one_failing_item(run, folder):
    (folder/"broken_conjecture.py").write_text("from theorems import Theorem\nfrom sympy import absent\ntheorem = Theorem('x')\n")
    (folder/"open_conjecture.py").write_text("from theorems import Theorem\ntheorem = Theorem('x'\n")
    found = run(*QUIET, "broken_conjecture.py", "open_conjecture.py", "my_conjecture.py", cwd=folder)
    assert "broken_conjecture.py:2: ImportError" in found.stdout and "open_conjecture.py:2: " in found.stdout
    assert "2 failed, 7 passed" in found.stdout and "Traceback" not in found.stdout


def test_a_theorem_file_may_hold_tests_of_its_own(run, folder):
    text = (folder/"my_conjecture.py").read_text()
    (folder/"test_both.py").write_text(text + "\n\ndef test_of_its_own():\n    assert gain.name == 'gain'\n")
    found = run(*QUIET, "test_both.py", "-k", "its_own or mutants", cwd=folder)
    assert "2 passed" in found.stdout, found.stdout


def test_other_projects_are_left_alone(run, tmp_path):
    (tmp_path/"plain.py").write_text("raise SystemExit('collected although it is no test')\n")
    (tmp_path/"test_plain.py").write_text(
        "import sys\n\ntext = 'from theorems import Theorem; theorem = Theorem(1)'\n\n"
        "def test_nothing_of_it_is_loaded():\n"
        "    assert not {'sympy', 'numpy', 'theorems', 'jinja2', 'rich'} & set(sys.modules)\n")
    found = run(*QUIET, cwd=tmp_path)
    assert found.returncode == 0 and "1 passed" in found.stdout and "theorems" not in found.stdout, found.stdout


@pytest.mark.parametrize("text, declared", [
    ("from theorems import Theorem\ntheorem = Theorem('x')\n", True),
    ("import theorems\ntheorem = theorems.Theorem('x')\n", True),
    ("from theorems import Theorem\ntext = \"Theorem('x')\"\n", False),
    ("class Theorem: pass\ntheorem = Theorem()\n", False),
    ("def test():\n    from theorems import Theorem\n    theorem = Theorem('x')\n", False),
])
def test_a_theorem_file_binds_a_theorem(tmp_path, text, declared):
    (tmp_path/"file.py").write_text(text)
    assert declares(tmp_path/"file.py") is declared
