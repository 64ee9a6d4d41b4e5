"""`qed list`: the theorems there are, read off the modules' text without running them."""

import re
from ast import literal_eval
from pathlib import Path

from theorems.kernel.loading.discover import modules, resolve

# `name = Theorem("..."` and `name = theorem.claim("..."`; parsing the texts whole takes three times as long
_TEXT = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*"""
_DECLARED = re.compile(rf"^(\w+) = (?:\w+\.)?(Theorem|claim)\(\s*(?:title=|says=)?((?:{_TEXT})+)[,)]", re.M)


def add(word):
    word.description = "List the theorems and their claims by address; nothing is run."
    word.add_argument("address", nargs="*", metavar="ADDRESS", help="only this folder, theorem or file.py")
    word.set_defaults(run=run)


def run(options):
    """Print each theorem's address and title, and each claim's."""
    for address, file in resolve(options.address).items():
        title, claims = outline(file)
        print(f"{address}   {title}")
        for name, says in claims:
            print(f"  {address}/{name}   {says}")
    if not modules():
        print("The package holds no theorem yet.")
    return 0


def nearest(target, file):
    """To end a message: the claims most like one that there is not, in what `file` names."""
    from difflib import get_close_matches
    claims = [f"{file if file.endswith('.py') else address}/{name}" for address, text in resolve([file]).items()
              for name, _ in outline(text)[1]]
    near = ", ".join(get_close_matches(target, claims, 3, 0))
    return f"the nearest are {near}; `qed list` prints all" if near else "`qed list` prints the claims' addresses"


def outline(file):
    """(title, [(claim's name, what it says)]) as the text of a module declares them, at the beginning of a line."""
    found = [(name, called, literal_eval(f"({says})"))
             for name, called, says in _DECLARED.findall(Path(file).read_text(encoding="utf-8", errors="replace"))]
    titles = [says for _, called, says in found if called == "Theorem"]
    return "".join(titles[-1:]), [(name, says) for name, called, says in found if called == "claim"]
