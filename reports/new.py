"""`qed new`: write one commented file to start a conjecture from."""

import ast
import builtins
import itertools
import keyword
import re
from pathlib import Path

from theorems.kernel.loading.discover import Unusable, modules, under, unknown

TAKEN = "a", "argument", "descent", "eta", "measured", "symbols", "theorem", "theorems", "numerics", "value", "zero"
KINDS = "proof", "enclosure", "observation", "sampling"
GAPS = {True: "GAP {number}: yield goals that give your statement, zero(derived - claimed.rhs, 'why'); what follows is from "
              "{address}; delete this line when it fits yours",
        False: "GAP {number}: measure what your statement speaks of, from its definition; what follows is from {address}; "
               "delete this line when it fits yours"}
TEMPLATE = '''"""{title}: one sentence that says what is claimed.

Statement.  Replace this by the hypotheses, the formula and the scope, in plain words.
What it is often mistaken for goes here too: those are the false variants below.
"""

from sympy import Eq, Rational, symbols

from numerics.steps import descent
from theorems import Source, Theorem, zero

# 1. Symbols.  `value` is what will be measured; `a` and `eta` come from each case's data.
value = symbols("value", real=True)
a, eta = symbols("a eta", positive=True)

# 2. The theorem: a title, where it comes from, and assumptions as SymPy relations.
theorem = Theorem("{title}", source=Source("who, where"), assumes=(eta*a < 2,))

# 3. The claim: one relation, written once, and at least two instructive wrong ones.
{name} = theorem.claim(
    "what the measured value equals",
    Eq(value, 1 - eta*a),
    false={{
        "the other sign": Eq(value, 1 + eta*a),
        "half the step": Eq(value, 1 - eta*a/2),
    }},
)


# 4. The proof: it gets the statement and yields goals; the kernel decides them.
@{name}.proof
def argument(claimed):
    """Say in words how the goals give the statement."""
    raise NotImplementedError("GAP 1: yield zero(derived - claimed.rhs, 'why'), or delete the proof")


# 5. Cases: a name a reader can picture, and exact data.  Vary their size.
theorem.case("slow", a=1, eta=Rational(1, 3))
theorem.case("fast", a=Rational(5, 2), eta=Rational(1, 2))


# 6. The measurement: from the definition alone, through the laboratory.
@{name}.enclosure
def measured(lab):
    """Say what is simulated."""
    step = descent(lambda x: lab.a*x, lab.eta)
    raise NotImplementedError("GAP 2: return what is measured, for instance lab.iterate(step, Rational(1), 1)")
'''


def add(word):
    word.description = "Write NAME_conjecture.py in the current folder."
    word.add_argument("name", help="a Python name, for instance slow_drift")
    word.add_argument("--like", metavar="ADDRESS", help="start from a theorem of `qed list` instead, or from the first of a folder")
    word.set_defaults(run=command)


def command(arguments):
    """Write the file; the exit status."""
    file = write(arguments.name, arguments.like)
    print(f"{file}: fill the gaps, then run\n    qed verify {file}\n    qed falsify {file}")
    return 0


def write(name, like=None, folder="."):
    """Write NAME_conjecture.py; Unusable if the name is no Python name or the file exists."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise Unusable(f"{name!r} is no name for a claim: use lower-case letters, digits and _, starting with a letter")
    if keyword.iskeyword(name) or hasattr(builtins, name) or (like is None and name in TAKEN):
        raise Unusable(f"{name!r} means something else in Python or in the file; choose a name for what is claimed")
    file = Path(folder)/f"{name}_conjecture.py"
    text = _like(like, name) if like else TEMPLATE.format(name=name, title=name.replace("_", " "))
    try:
        with open(file, "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise Unusable(f"{file} exists; nothing was written. Choose another name, or move it away") from None
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}; nothing was written") from None
    return file


def _like(address, name):
    """The text of a certified module under a new title, its proofs and measurements closed by gaps."""
    known = modules()
    fits = [one for one in known if under(address, one)]
    if not fits:
        raise Unusable(f"{address}: --like takes the address of a theorem of `qed list`; copy a file of your own"
                       if address.endswith(".py") else unknown(address, known))
    text = known[fits[0]].read_bytes()
    starts = [0, *itertools.accumulate(map(len, text.splitlines(keepends=True)))]
    edits = _edits(ast.parse(text), fits[0], name.replace("_", " "))
    for (line, column), (last, end), new in sorted(edits, reverse=True):   # from the end, so that places stay right
        text = text[:starts[line - 1] + column] + new.encode() + text[starts[last - 1] + end:]
    return (f"# Started from {fits[0]}, whose statement it still has.\n"
            f"# Change the text at the top, the symbols, the statement with its false variants, and the cases; then fill\n"
            f"# the gaps.  Run qed verify after each.\n{text.decode()}")


def _edits(tree, address, title):
    """[(start, end, new text)]: the theorem's title and source, errata dropped, a gap in each proof and measurement."""
    for node in tree.body:
        call = node.value if isinstance(node, (ast.Assign, ast.Expr)) and isinstance(node.value, ast.Call) else None
        if call and isinstance(call.func, ast.Name) and call.func.id == "Theorem":
            yield *_span(call.args[0]), f'"{title}"'
            yield from ((*_span(one.value), 'Source("who, where")') for one in call.keywords if one.arg == "source")
        elif call and isinstance(call.func, ast.Attribute) and call.func.attr == "erratum":
            yield *_span(node), "# an erratum of the printed theorem stood here"
    kinds = _registered(tree)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in kinds]
    for number, node in enumerate(functions, 1):
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        told = GAPS[kinds[node.name] == "proof"].format(number=number, address=address)
        start, _ = _span(first)
        yield start, start, f"raise NotImplementedError({told!r})\n" + " "*start[1]


def _span(node):
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _registered(tree):
    """{function: "proof" or a kind of measurement} of all functions that a module registers, as decorator or by a call."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found |= {node.name: kind for kind in map(_kind, node.decorator_list) if kind}
        elif isinstance(node, ast.Call) and (kind := _kind(node.func)):
            found |= {one.id: kind for given in node.args for one in ast.walk(given) if isinstance(one, ast.Name)}
    return found


def _kind(node):
    """The word of `claim.word` or `claim.word(...)`, if it registers a function."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) and node.attr in KINDS else ""
