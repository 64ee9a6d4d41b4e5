"""Where theorems are: modules of this package and files anywhere; loading and source digests.

`modules`, `resolve` and `source_digest` read text only, so that listing and a warm cache
need no SymPy; `load` runs the module.
"""

import ast
import contextlib
import hashlib
import importlib.util
import io
import sys
import traceback
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]                 # the package `theorems`
PROJECT = ("theorems", "numerics")                         # packages whose text decides a result


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
    """{address: file} of the modules that the targets (files, or addresses and their beginnings) name."""
    known, chosen = modules(), {}
    for target in targets or known:
        path = Path(target)
        if target.endswith(".py"):
            if not path.is_file():
                raise Unusable(f"{target}: there is no such file")
            chosen[_address(path.resolve(), known)] = path.resolve()
            continue
        fits = {address: file for address, file in known.items()
                if f"{target}/".startswith(f"{address}/") or f"{address}/".startswith(f"{target.rstrip('/')}/")}
        if not fits:
            near = ", ".join(sorted({address.split("/")[0] for address in known}))
            raise Unusable(f"{target}: no theorem has this address; there are {near or 'none'}. A file ends in .py")
        chosen |= fits
    return chosen


def load(address, file):
    """The frozen theorem that a module binds.

    Raises Unusable, naming file and line, if the text holds a float literal, does not import, or
    binds not exactly one theorem.  What the module prints while it loads is not shown.
    """
    from theorems.kernel.statement import LoadError, Theorem
    _refuse_floats(file)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            names = vars(_module(address, Path(file)))
        bound = {id(value): value for value in names.values() if isinstance(value, Theorem)}
        own = [one for one in bound.values() if not one.frozen or one.file == str(file)]
        if len(own) != 1:
            raise LoadError(f"{file}: the module binds {len(own)} theorems; it must bind one, "
                            f"theorem = Theorem(title, source=..., assumes=(...))")
        if not own[0].frozen:
            own[0].freeze(address, file, names)
    except LoadError as error:
        raise Unusable(str(error)) from None
    except SyntaxError as error:
        raise Unusable(f"{error.filename}:{error.lineno}: {error.msg}") from None
    except (Exception, SystemExit) as error:               # a module may raise anything while it loads
        raise Unusable(f"{file}:{_line(error, file)}: {type(error).__name__}: {error}") from None
    return own[0]


@lru_cache(maxsize=None)
def source_digest(file):
    """SHA-256 over the texts on which a module's results rest: its own, the kernel's, what they import."""
    texts = sorted((str(name), text) for name, text in _closure(Path(file)).items())
    return hashlib.sha256(repr(texts).encode()).hexdigest()


def sources(file):
    """{name: SHA-256} of each text in a module's closure, to say what a change touched."""
    return {str(name): hashlib.sha256(text.encode()).hexdigest() for name, text in _closure(Path(file)).items()}


def _closure(file):
    waiting, seen = [("this module", file), *((f"theorems/kernel/{one.name}", one)
                                              for one in sorted((ROOT/"kernel").glob("*.py")))], {}
    while waiting:
        name, path = waiting.pop()
        if name in seen:
            continue
        seen[name] = path.read_text(encoding="utf-8", errors="replace")
        for imported in _imports(path):
            if imported != file:
                waiting.append((str(imported.relative_to(ROOT.parent)), imported))
    return seen


@lru_cache(maxsize=None)
def _imports(path):
    """Files of this project that a file imports, read off its text."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return ()
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    files = set()
    for name in names:
        parts = name.split(".")
        if parts[0] in PROJECT:
            for length in range(1, len(parts) + 1):
                base = ROOT.parent.joinpath(*parts[:length])
                files.update(one for one in (base.with_suffix(".py"), base/"__init__.py") if one.is_file())
    return tuple(sorted(files))


def _declares(file):
    return "Theorem(" in file.read_text(encoding="utf-8", errors="replace")


def _address(path, known):
    for address, file in known.items():
        if path == file:
            return address
    return path.stem


def _refuse_floats(file):
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"), str(file))
    except SyntaxError as error:
        raise Unusable(f"{file}:{error.lineno}: {error.msg}") from None
    except ValueError as error:
        raise Unusable(f"{file}: {error}; a theorem module is UTF-8 text") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            raise Unusable(f"{file}:{node.lineno}: the float literal {node.value}: 53 bits would pass for exact; "
                           f"write Rational(p, q) or mp.mpf('...')")


def _module(address, file):
    if file.is_relative_to(ROOT):
        return importlib.import_module("theorems." + address.replace("/", "."))
    name = f"conjecture_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _line(error, file):
    """The last line of the module itself in the error's traceback."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return lines[-1] if lines else 1
