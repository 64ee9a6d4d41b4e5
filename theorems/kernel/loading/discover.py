"""Where theorems are: modules of this package and files anywhere; loading and source digests.

`modules`, `resolve` and `source_digest` read text only, so that listing and a warm store
need no SymPy; `load` runs the module.
"""

import ast
import contextlib
import hashlib
import importlib.util
import io
import os
import sys
import traceback
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from pathlib import Path

from theorems.kernel.evidence import digest
from theorems.kernel.loading.vetting import faults, parsed
from theorems.kernel.running import store

ROOT = Path(__file__).resolve().parents[2]                 # the package `theorems`
PROJECT = ("theorems", "numerics")                         # packages whose text decides a result
READER = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()       # of the text that reads what texts import


class Unusable(Exception):
    """An input that cannot be certified; the message names the file, the line and the mend."""


def modules():
    """{address: file} of every theorem module of the package, in order of address."""
    found = {}
    for file in sorted(ROOT.rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        if parts[0] != "kernel" and parts[-1] != "__init__" and "__pycache__" not in parts and _declares(file):
            found["/".join(parts)] = file
    return found


def resolve(targets):
    """{address: file} of the modules that the targets (files, claims of files, or addresses and their beginnings) name."""
    known, chosen = modules(), {}
    for target in targets or known:
        file, _ = _parted(target)
        if file:
            path = Path(file)
            if not path.is_file():
                raise Unusable(f"{file}: there is no such file")
            address = _address(path.resolve(), known)
            if chosen.setdefault(address, path.resolve()) != path.resolve():
                raise Unusable(f"{target}: {chosen[address]} has the same address {address}; rename one of the files")
            continue
        fits = {address: file for address, file in known.items() if means(target, address)}
        if not fits:
            raise Unusable(f"{unknown(target, known)}. A file ends in .py")
        chosen |= fits
    return chosen


def aimed(target):
    """(what to load, the address meant) of a target."""
    file, rest = _parted(target)
    if not file:
        return target, target
    address, = resolve([file])
    return file, f"{address}/{rest}".rstrip("/")


def _parted(target):
    """(file, what is meant in it) of FILE.py, FILE.py/CLAIM, or FILE/CLAIM in the file's folder; ("", target) of an address."""
    file, ending, rest = f"{target}/".partition(".py/")
    if not ending:
        file, _, rest = target.partition("/")
        if (ROOT/file).exists() or not Path(f"{file}.py").is_file():
            return "", target
    return f"{file}.py", rest.rstrip("/")


def under(beginning, address):
    """Whether an address begins with the parts of another one."""
    return f"{address}/".startswith(f"{beginning.rstrip('/')}/")


def means(target, address):
    """Whether a target, an address or its beginning or continuation, means this address."""
    return under(target, address) or under(address, target)


def unknown(target, known):
    """What to say of an address that there is not: the nearest few, or else the folders."""
    from difflib import get_close_matches
    folders = sorted({address.split("/")[0] for address in known})
    near = get_close_matches(target, [*folders, *known], 3)
    return (f"{target}: no theorem has this address; "
            + (f"the nearest are {', '.join(near)}" if near else f"there are {', '.join(folders) or 'none'}"))


def load(address, file):
    """The frozen theorem that a module binds.

    Raises Unusable, naming file and line, if the text holds what `vetting` refuses, does not
    import, binds not exactly one theorem, or a proof or measurement sees what it must not.
    What the module prints while it loads is not shown.
    """
    from theorems.kernel.loading.sight import by_hand, check
    from theorems.kernel.statement import LoadError, Theorem
    _vet(Path(file))
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            names = vars(_module(address, Path(file)))
        bound = {id(value): value for value in names.values() if isinstance(value, Theorem)}
        own = [one for one in bound.values() if not one.frozen or one.file == str(file)]
        if len(own) != 1:
            raise LoadError(f"{file}: the module binds {len(own)} theorems; it must bind one, "
                            f"theorem = Theorem(title, source=..., assumes=(...))")
        if not own[0].frozen:
            own[0].freeze(address, file, names, by_hand)
        check(own[0])                                      # also when it was refused before, and is still in memory
    except LoadError as error:
        raise Unusable(str(error)) from None
    except SyntaxError as error:
        raise Unusable(f"{error.filename}:{error.lineno or 1}: {error.msg}") from None
    except (Exception, SystemExit) as error:               # a module may raise anything while it loads
        symbolic = "truth value of Relational" in str(error)
        chained = "; write a < b < c as (a < b, b < c), and no if, min or max of symbols" if symbolic else ""
        raise Unusable(f"{file}:{_line(error, file)}: {type(error).__name__}: {error}{chained}") from None
    return own[0]


def source_digest(file):
    """SHA-256 over the texts on which a module's results rest: its own, the kernel's, what they import."""
    return hashlib.sha256(repr(sorted(sources(file).items())).encode()).hexdigest()


def project_digest():
    """SHA-256 over the texts of the kernel and of numerics, which every worker process runs."""
    return hashlib.sha256(repr([_read(file)[1] for file in _run_by_all()]).encode()).hexdigest()


def _run_by_all():
    return sorted(map(Path, [*_texts(ROOT/"kernel"), *_texts(ROOT.parent/"numerics")]))


def _texts(folder):
    """Paths of the Python texts in a folder, at any depth: asked for each claim, so in a tenth of the time of `rglob`."""
    return [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names if name.endswith(".py")]


def rested_on(file):
    """Paths of the texts of which `source_digest` and `project_digest` are made, and of their folders, where others may appear."""
    paths = {*_run_by_all(), *(Path(file) if name == "this module" else ROOT.parent/name for name in sources(file))}
    return sorted(map(str, paths | {path.parent for path in paths}))


def sources(file):
    """{name: SHA-256} of each text in a module's closure: its own, the kernel's, and what they import."""
    file, seen = Path(file), {}
    waiting = [("this module", file), *map(_inside, _texts(ROOT/"kernel"))]
    while waiting:
        name, path = waiting.pop()
        if name not in seen:
            text, seen[name] = _read(path)
            waiting += [pair for pair in _named(path, text) if pair[0] not in seen and pair[1] != file]
    return seen


@lru_cache(maxsize=4096)
def _named(path, text):
    """(name within the project, file) of each file that a file imports."""
    return tuple(map(_inside, _imports(path, text)))


@lru_cache(maxsize=4096)
def _inside(file):
    """(name within the project, path) of a file."""
    return Path(file).relative_to(ROOT.parent).as_posix(), Path(file)


def _read(path):
    """(text, SHA-256) of a file; it is read anew when it has changed, as a long-lived process must notice."""
    about = path.stat()
    return _text(path, about.st_mtime_ns, about.st_size, about.st_ino)


@lru_cache(maxsize=4096)
def _text(path, *about):
    text = path.read_text(encoding="utf-8", errors="replace")
    return text, hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=4096)
def _imports(path, text):
    """Files of this project that a file imports, read off its text; a text that the store knows is not parsed again."""
    key = digest({"imports of": hashlib.sha256(text.encode()).hexdigest(), "read by": READER, "python": sys.version_info[:2]})
    statements = store.read(key)
    if statements is None:
        try:
            statements = _import_statements(parsed(text, str(path)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
        store.write(key, statements)
    return _of_project(path, statements)


def _of_project(path, statements):
    """Files of this project that the import statements of a file name."""
    names, files = set(), set()
    for level, module, *below in statements:
        base = ".".join(filter(None, [*_above(path, level), module]))
        names.update({base, *(f"{base}.{name}" for name in below)})
    for name in names:
        parts = name.split(".")
        if parts[0] in PROJECT:
            for length in range(1, len(parts) + 1):
                base = ROOT.parent.joinpath(*parts[:length])
                files.update(one for one in (base.with_suffix(".py"), base/"__init__.py") if one.is_file())
    return tuple(sorted(files))


def _import_statements(tree):
    """[[level, module, name, ...]] of the import statements in a text."""
    found = []
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            found += [[0, alias.name] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append([node.level, node.module, *(alias.name for alias in node.names)])
    return found


def _statements(tree):
    """Every statement of a module, at any depth; expressions, which hold no imports, are passed over."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            found = getattr(node, block, ())
            waiting += found if isinstance(found, list) else []


def _above(path, level):
    """The package, as names, to which `level` dots in a file of this project refer."""
    if not level or not path.is_relative_to(ROOT.parent):
        return []
    return list(path.relative_to(ROOT.parent).parts[:-level])


def _declares(file):
    return "Theorem(" in file.read_text(encoding="utf-8", errors="replace")


def _address(path, known):
    for address, file in known.items():
        if path == file:
            return address
    return path.stem


def _vet(file):
    """Refuse what the texts of a module, and of the theorem modules it imports, may not hold."""
    waiting, seen = [file], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        try:
            text = path.read_text(encoding="utf-8")
            found = _faults(path, text)
        except SyntaxError as error:
            raise Unusable(f"{path}:{error.lineno or 1}: {error.msg}") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise Unusable(f"{path}: {error or 'nested too deeply'}; a theorem module is UTF-8 text") from None
        if found:
            raise Unusable(f"{path}:{found[0][0]}: {found[0][1]}")
        imported = _of_project(path, _import_statements(parsed(text, str(path))))      # no check rests on the store
        waiting += [one for one in imported if one.is_relative_to(ROOT) and one not in seen
                    and ROOT/"kernel" not in one.parents and one != ROOT/"__init__.py"]


@lru_cache(maxsize=4096)
def _faults(path, text):
    return faults(parsed(text, str(path)))


def _module(address, file):
    if file.is_relative_to(ROOT):
        return importlib.import_module("theorems." + address.replace("/", "."))
    name = f"conjecture_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, file, loader=_FromText(name, str(file)))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class _FromText(SourceFileLoader):
    """Runs a file's present text: the bytecode of one edited within the same second would pass for current."""

    def get_code(self, fullname):
        return self.source_to_code(self.get_data(self.path), self.path)


def _line(error, file):
    """The last line of the module itself in the error's traceback."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return lines[-1] if lines else 1
