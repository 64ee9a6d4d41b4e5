"""`qed list`: the theorems there are, read off the modules' text without running them."""

import ast
from pathlib import Path

from theorems.kernel.discover import modules


def add(words):
    word = words.add_parser("list", help="list the theorems and their claims",
                            description="List the theorems and their claims by address; nothing is run.")
    word.add_argument("address", nargs="*", metavar="ADDRESS", help="only addresses that begin so")
    word.set_defaults(run=run)


def run(options):
    """Print each theorem's address and title, and each claim's."""
    from theorems.kernel.discover import resolve
    for address, file in resolve(options.address).items():
        title, claims = outline(file)
        print(f"{address}   {title}")
        for name, says in claims:
            print(f"  {address}/{name}   {says}")
    if not modules():
        print("The package holds no theorem yet.")
    return 0


def outline(file):
    """(title, [(claim's name, what it says)]) as the text of a module declares them."""
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return "(does not parse; `qed verify` says where)", []
    title, claims = "", []
    for name, call in _calls(tree):
        called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if called == "Theorem":
            title = _first(call) or title
        elif called == "claim":
            claims.append((name, _first(call)))
    return title, claims


def _calls(tree):
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _first(call):
    values = [*call.args[:1], *(word.value for word in call.keywords if word.arg in ("title", "says"))]
    return str(values[0].value) if values and isinstance(values[0], ast.Constant) else ""
