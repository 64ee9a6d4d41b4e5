"""The pytest plugin: one item for each piece of evidence of a theorem file, made when the item runs.

A module is a theorem file if it binds `Theorem(...)` imported from `theorems`.  Such a file is
collected when it is named on the command line, when its name matches `python_files`, and when it
lies in the package `theorems`.  Other projects pay for a look at the text of their test modules.
"""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

_PROPERTY = "demonstrandum"
_made = {}                         # (address, claim) -> the claim's record, shared by its items


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist loadgroup` one process makes all evidence of a theorem, and loads its module once.

    An item's node tells: no function has a stroke in its name, as addresses have.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByTheorem(LoadGroupScheduling):
        def _split_scope(self, nodeid):
            file, _, name = nodeid.partition("::")
            return file if "/" in name.partition("[")[0] else super()._split_scope(nodeid)

    return ByTheorem(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """Of several processes, each loads its share of the package's theorems first: all collect all, and would wait for one another."""
    process = getattr(session.config, "workerinput", None)
    if process is None:
        return
    from theorems.kernel.running.schedule import theorem_job
    for address, file in _named(*_asked(session.config))[int(process["workerid"].removeprefix("gw"))::process["workercount"]]:
        theorem_job(address, str(file))


def _asked(config):
    return config.invocation_params.dir, *config.args


@cache
def _named(folder, *arguments):
    """[(address, file)] of the package's theorems that a command line names; worker processes are told to expect them."""
    from theorems.kernel.loading.discover import modules
    from theorems.kernel.running.schedule import expect
    named = [Path(folder, one.partition("::")[0]).resolve() for one in arguments]
    found = [(address, file) for address, file in modules().items() if any(file.is_relative_to(one) for one in named)]
    expect([file for _, file in found])
    return found


def pytest_collect_file(file_path, parent):
    """Theorem files of the package `theorems`, which are not named like tests."""
    if file_path.suffix == ".py" and "theorems" in file_path.parts and not parent.session.isinitpath(file_path):
        from theorems.kernel.loading.discover import ROOT
        if file_path.is_relative_to(ROOT) and "kernel" not in file_path.relative_to(ROOT).parts and declares(file_path):
            return TheoremFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path, parent):
    """A theorem file in place of a test module: it is loaded in a guarded process, never here."""
    return TheoremFile.from_parent(parent, path=module_path) if declares(module_path) else None


def declares(path):
    """Whether a file's text binds a Theorem; a file that does not parse counts if it imports one."""
    try:
        text = path.read_text(encoding="utf-8")
        if "Theorem(" not in text or "theorems" not in text:
            return False
        tree = ast.parse(text)
    except (OSError, UnicodeDecodeError):
        return False
    except SyntaxError:
        return "from theorems import" in text or "import theorems" in text
    return any(isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call)
               and getattr(node.value.func, "id", getattr(node.value.func, "attr", "")) == "Theorem"
               for node in tree.body)


class TheoremFile(pytest.File):
    """The evidence of one theorem: an item for each address that its claims will make."""

    def collect(self):
        from theorems.kernel.loading.discover import resolve
        from theorems.kernel.running.schedule import theorem_job
        named = {file: address for address, file in _named(*_asked(self.config))}
        (address, file), = ((named[self.path], self.path),) if self.path in named else resolve([str(self.path)]).items()
        found = theorem_job(address, str(file))
        if "unusable" in found:
            yield Unloaded.from_parent(self, name=address, reason=found["unusable"])
            return
        for erratum in found["evidence"]:
            yield Erratum.from_parent(self, name=erratum["address"], evidence=erratum)
        for claim, addresses in found["meta"]["outlines"].items():
            for one in addresses:
                yield Finding.from_parent(self, name=one, job=(address, str(file), claim))
        if _has_tests(self.path):
            yield pytest.Module.from_parent(self, path=self.path)


def _has_tests(path):
    text = path.read_text(encoding="utf-8")
    return "def test_" in text and any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
                                       for node in ast.parse(text).body)


class NotCertified(Exception):
    """A finding that is not as it should be; the message is what the user reads."""


class _Item(pytest.Item):
    def repr_failure(self, excinfo, style=None):
        return str(excinfo.value) if isinstance(excinfo.value, NotCertified) else super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, self.name


class Unloaded(_Item):
    """A module that cannot be loaded: one failing item."""

    def __init__(self, *, reason, **named):
        super().__init__(**named)
        self.reason = reason

    def runtest(self):
        raise NotCertified(self.reason)


class Erratum(_Item):
    """A printed relation that must be false at its witness."""

    def __init__(self, *, evidence, **named):
        super().__init__(**named)
        self.evidence = evidence

    def runtest(self):
        _require(self.evidence, None)


class Finding(_Item):
    """One piece of evidence of a claim; the first item that runs makes all of the claim's."""

    def __init__(self, *, job, **named):
        super().__init__(**named)
        self.job = job

    def runtest(self):
        from theorems.kernel.running.schedule import claim_job
        if self.job not in _made:
            _made[self.job] = claim_job(*self.job)
        record = _made[self.job]
        if "unusable" in record:
            raise NotCertified(record["unusable"])
        self.user_properties.append((_PROPERTY, _told(self.job[0], record)))
        evidence = next((one for one in record["evidence"] if one["address"] == self.name), None)
        if evidence is None:
            raise NotCertified(f"{self.name}: UNDECIDED\n  the module announced this evidence and did not make it")
        _require(evidence, record)


def _require(evidence, claim):
    from reports.messages import finding
    from theorems.kernel.certificate import as_expected
    if not as_expected(evidence):
        raise NotCertified(finding(evidence, claim))


def _told(theorem, record):
    mutants = record["mutants"]
    return "\t".join((theorem, record["name"], record["verdict"], record["level"], str(mutants["refuted"]),
                      str(mutants["total"]), mutants["nearest"]))


def pytest_terminal_summary(terminalreporter):
    """One line for each theorem of which evidence was made: verdicts and levels of its claims, mutants."""
    told = {value for reports in terminalreporter.stats.values() for report in reports
            for key, value in getattr(report, "user_properties", ()) if key == _PROPERTY}
    claims = [line.split("\t") for line in sorted(told)]
    if claims:
        terminalreporter.section("theorems")
    for theorem in sorted({claim[0] for claim in claims}):
        terminalreporter.write_line(_line(theorem, [claim for claim in claims if claim[0] == theorem]))


def _line(theorem, claims):
    verdicts = Counter(claim[2] for claim in claims)
    levels = Counter(claim[3] for claim in claims)
    refuted, total = (sum(int(claim[i]) for claim in claims) for i in (4, 5))
    nearest = min((float(claim[6]) for claim in claims if claim[6] not in ("exact", "none")), default=None)
    return (f"{theorem}   {_counted(verdicts)}   {_counted(levels)}   {refuted} of {total} mutants refuted"
            + ("" if nearest is None else f", nearest at {nearest:.1e} bars"))


def _counted(counter):
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))


def pytest_unconfigure():
    """End the worker process, if any item needed one."""
    if _made:
        from theorems.kernel.running.schedule import close
        close(own=True)
