"""`qed new`: write one commented file to start a conjecture from."""

import re
from pathlib import Path

from theorems.kernel.discover import Unusable, modules

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
    raise NotImplementedError("GAP 2: return what is measured, for instance lab.iterate(step, 1, 1)")
'''


def add(subparsers):
    """Add the command to `qed`."""
    parser = subparsers.add_parser("new", help="write a commented file to start a conjecture from",
                                   description="Write NAME_conjecture.py in the current folder.")
    parser.add_argument("name", help="a Python name, for instance slow_drift")
    parser.add_argument("--like", metavar="ADDRESS", help="start from a certified theorem instead")
    parser.set_defaults(run=command)


def command(arguments):
    """Write the file; the exit status."""
    file = write(arguments.name, arguments.like)
    print(f"{file}: fill the gaps, then run\n    qed verify {file}\n    qed falsify {file}")
    return 0


def write(name, like=None, folder="."):
    """Write NAME_conjecture.py; Unusable if the name is no Python name or the file exists."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise Unusable(f"{name!r} is no name for a claim: use lower-case letters, digits and _, starting with a letter")
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
    """The text of a certified module, under a new title."""
    known = modules()
    fits = [one for one in known if one == address or one.startswith(f"{address.rstrip('/')}/")]
    if not fits:
        raise Unusable(f"{address}: no theorem has this address; there are {', '.join(known)}")
    text = known[fits[0]].read_text(encoding="utf-8")
    title = name.replace("_", " ")
    text = re.sub(r'(Theorem\(\s*)"[^"]*"', rf'\1"{title}"', text, count=1)
    return (f"# Started from the certified theorem {fits[0]}, which it still states.  Change the statement,\n"
            f"# the false variants, the cases and the measurement one at a time; run qed verify after each.\n{text}")
