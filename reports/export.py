"""`qed export`: the polynomial goals of a certificate as text for other provers, SMT-LIB 2 or Lean 4.

The same goals as in the certificate, under the same assumptions: nothing is simplified here.  A goal
with roots, quotients, functions or letters that do not commute has no such form and is counted as left out.
The Lean text was not checked by Lean; its hints are the squares and constraints that the proof used.
"""

import re
from fractions import Fraction
from pathlib import Path

from reports import files
from reports.reading import read
from theorems.kernel.loading.discover import Unusable

_SIGNS = {"zero": "=", "distinct": "!=", "positive": ">", "nonnegative": ">="}
_LEAN = {"=": "= 0", "!=": "≠ 0", ">": "> 0", ">=": "≥ 0"}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset("as at axiom by class def do else end example for from fun have if import in inductive instance let "
                      "local match mutual namespace of open private section show structure suffices sum then theorem "
                      "this universe using variable where with".split())


def goals(theorem):
    """(address, why, kind, payload) for each proved goal of a theorem's record, a matrix's entries one by one."""
    for claim in theorem["claims"]:
        for evidence in claim["evidence"]:
            for goal in evidence.get("goals", ()):
                if goal["kind"] != "cited" and goal["verdict"] == "HOLDS":
                    for one in goal["payload"].get("entries", [goal["payload"]]):
                        yield evidence["address"], goal["why"], goal["kind"], one


def is_polynomial(payload):
    """Whether the goal and all that is given are polynomials in real symbols over the rationals."""
    return all(map(_polynomial, [payload["goal"][1], *(node for _, node in payload["given"])]))


def _polynomial(node):
    if isinstance(node, str) or node[0] == "x":
        return True
    if node[0] == "^":
        q = Fraction(node[2])
        return q.denominator == 1 and q >= 0 and _polynomial(node[1])
    return node[0] in ("+", "*") and all(map(_polynomial, node[1:]))


def symbols(payload):
    """Names of the symbols in the goal and in what is given, sorted."""
    return sorted(set().union(*map(_symbols, [payload["goal"][1], *(node for _, node in payload["given"])])))


def _symbols(node):
    return set() if isinstance(node, str) else {node[1]} if node[0] == "x" else set().union(*map(_symbols, node[1:]))


# ---- SMT-LIB

def smtlib(theorem):
    """The file for one theorem: each goal's negation between `push` and `pop`, of which the answer must be unsat."""
    lines = [f"; {theorem['address']}: {_line(theorem['title'])}", "(set-logic QF_NRA)"]
    for address, why, kind, payload in filter(lambda goal: is_polynomial(goal[3]), goals(theorem)):
        names = {name: f"x{k}" for k, name in enumerate(symbols(payload))}
        lines += ["", f"; {address}: {_line(why)}", *(f"; {new} is {_line(old)}" for old, new in names.items() if old != new),
                  "(push 1)", *(f"(declare-const {new} Real)" for new in names.values()),
                  *(f"(assert {_relation(operator, node, names)})" for operator, node in payload["given"]),
                  f"(assert (not {_relation(_SIGNS[kind], payload['goal'][1], names)}))",
                  "(set-info :status unsat)", "(check-sat)", "(pop 1)"]
    return "\n".join(lines) + "\n"


def _relation(operator, node, names):
    return f"(not (= {_smt(node, names)} 0))" if operator == "!=" else f"({operator} {_smt(node, names)} 0)"


def _smt(node, names):
    if isinstance(node, str):
        q = Fraction(node)
        whole = f"{abs(q.numerator)}.0" if q.denominator == 1 else f"(/ {abs(q.numerator)}.0 {q.denominator}.0)"
        return f"(- {whole})" if q < 0 else whole
    if node[0] == "x":
        return names[node[1]]
    if node[0] == "^":
        node = ["*", *[node[1]]*int(node[2])]
    inner = [_smt(part, names) for part in node[1:]]
    return f"({node[0]} {' '.join(inner)})" if len(inner) > 1 else inner[0] if inner else "1.0"


# ---- Lean

def lean(theorem):
    """The file for one theorem: a Lean 4 theorem for each goal, with a tactic and hints that may close it."""
    lines = [f"/- {theorem['address']}: {_line(theorem['title'])}", "   Written from a certificate; not checked by Lean. -/",
             "import Mathlib"]
    for k, (address, why, kind, payload) in enumerate(filter(lambda goal: is_polynomial(goal[3]), goals(theorem)), 1):
        names = {name: _lean_name(name, k) for k, name in enumerate(symbols(payload))}
        given = [f"(given_{n} : {_lean(node, names)} {_LEAN[operator]})" for n, (operator, node) in enumerate(payload["given"])]
        binder = f" ({' '.join(names.values())} : ℝ)" if names else ""
        lines += ["", f"/- {address}: {_line(why)} -/",
                  f"theorem goal_{k}{binder}{''.join(f' {one}' for one in given)} :",
                  f"    {_lean(payload['goal'][1], names)} {_LEAN[_SIGNS[kind]]} := by", f"  {_tactic(kind, payload, names)}"]
    return "\n".join(lines) + "\n"


def _lean_name(name, place):
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    return f"«symbol {place}»" if re.search(r"[«»\s]", name) else f"«{name}»"


def _tactic(kind, payload, names):
    if kind == "zero":
        return "polyrith" if any(operator == "=" for operator, _ in payload["given"]) else "ring"
    hints = [f"given_{n}" for n in range(len(payload["given"]))] + _squares(payload, names)
    return ("intro equal; " if kind == "distinct" else "") + f"nlinarith [{', '.join(hints)}]"


def _squares(payload, names):
    """Hints that squares are nonnegative: those of the proof, or else of symbols and their differences."""
    used = [node[1] for factor in payload.get("factors", ()) for _, nodes in factor.get("products", ()) for node in nodes
            if node[0] == "^" and Fraction(node[2]) == 2 and _polynomial(node[1]) and _symbols(node[1]) <= set(names)]
    bases = list(dict.fromkeys(_lean(node, names) for node in used))
    own = list(names.values())
    bases = bases or [*own, *(f"{a} - {b}" for i, a in enumerate(own) for b in own[i + 1:])][:12]
    return [f"sq_nonneg ({base})" for base in bases]


def _lean(node, names):
    if isinstance(node, str):
        return node if node.isdigit() else f"({node} : ℝ)"
    if node[0] == "x":
        return names[node[1]]
    if node[0] == "^":
        return f"({_lean(node[1], names)} ^ {node[2]})"
    return f"({f' {node[0]} '.join(_lean(part, names) for part in node[1:])})"


# ---- files

def _line(text):
    """The text on one line, without what would end a comment or begin one within it."""
    return re.sub(r"\s+", " ", text).replace("-/", "- /").replace("/-", "/ -")


FORMATS = {"smtlib": (smtlib, ".smt2"), "lean": (lean, ".lean")}


def export(path, folder, form):
    """Write one file per theorem that has a polynomial goal; (files, goals written, goals left out)."""
    write, ending = FORMATS[form]
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"{folder}: cannot be made a folder: {error.strerror}; name another") from None
    made, written, left_out = [], 0, 0
    for theorem in read(path)["theorems"]:
        known = [is_polynomial(payload) for *_, payload in goals(theorem)]
        written, left_out = written + sum(known), left_out + known.count(False)
        if any(known):
            made.append(Path(folder)/(re.sub(r"[^A-Za-z0-9_.-]+", "-", theorem["address"]).strip("-") + ending))
            files.write(made[-1], write(theorem))
    return made, written, left_out


def _run(arguments):
    made, written, left_out = export(arguments.file, arguments.folder, arguments.format)
    print(f"in {arguments.folder}: files {len(made)}, polynomial goals {written}, other goals left out {left_out}")
    return 0


def add(word):
    word.add_argument("file", help="what `qed verify --json FILE` wrote")
    word.add_argument("folder", help="where the files go, one per theorem")
    word.add_argument("--format", choices=sorted(FORMATS), default="smtlib", help="SMT-LIB 2 (default) or Lean 4")
    word.set_defaults(run=_run)
