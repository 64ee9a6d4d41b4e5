import inspect
import re
import shlex
from pathlib import Path

from numerics import steps
from numerics.laboratory import Laboratory
from reports import readme
from theorems.kernel import goals

README = Path(__file__).parents[2]/"README.md"
INSTALL = "python -m pip install"


def test_every_command_runs_and_every_example_is_judged_as_it_says(run, blocks, conjectures, users_store):
    commands = [line for block in blocks("sh") for line in block.splitlines() if not line.startswith(INSTALL)]
    assert len(commands) == 12
    told = {}
    for command in commands:
        word, *arguments = shlex.split(command)
        how = {"qed": ["-c", "import sys; from reports.command import main; sys.exit(main())"], "pytest": ["-m", "pytest"]}
        told[command] = run(*how[word], *arguments, cwd=conjectures, store=users_store)
    status = {command: found.returncode for command, found in told.items()}
    assert status == {command: int("bold_conjecture" in command) for command in commands}, told
    assert blocks("text")[0] in told["qed verify bold_conjecture.py"].stdout
    assert told["qed falsify bold_conjecture.py --budget 20"].stdout.startswith(blocks("text")[1])
    assert (conjectures/"page"/"report.html").is_file()


def test_the_two_set_up_commands_are_those_that_ci_runs(blocks):
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith(INSTALL)]
    ran = (README.parent/".ci"/"run").read_text()
    assert len(commands) == 2 and all(f"({command})" in ran for command in commands)


def test_the_picture_is_the_one_that_is_computed():
    assert readme.PICTURE.read_text(encoding="utf-8") == readme.picture()
    assert f"({readme.PICTURE.relative_to(README.parent)})" in README.read_text()


def test_every_step_method_and_goal_is_listed_as_it_is_called():
    text, listed = README.read_text(), []
    for prefix, home in (("", steps), ("lab.", Laboratory), ("", goals)):
        listed += [f"| `{prefix}{name}{_called(one)}` |" for name, one in vars(home).items() if inspect.isfunction(one)
                   and not name.startswith("_") and one.__module__ == getattr(home, "__module__", home.__name__)]
    assert len(listed) == 21 and all(one in text for one in listed), [one for one in listed if one not in text]


def _called(function):
    return str(inspect.signature(function)).replace("(self, ", "(")


def test_every_file_that_it_links_to_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text())
    assert links and all((README.parent/link).is_file() for link in links)
