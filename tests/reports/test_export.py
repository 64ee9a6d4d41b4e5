"""Goals as text for other provers: z3 refutes each negation, and what is written for Lean means the same."""

import json
import re

import pytest
import sympy
import z3
from sympy import Eq, Rational, sqrt

from reports import export
from theorems.kernel import goals
from theorems.kernel.deciding.decide import decide

a, x, y = sympy.symbols("a x y", real=True)
odd = sympy.Symbol("|x y|", real=True)

GOALS = [
    ("zero", (x + y)**2 - x**2 - 2*x*y - y**2, ()),
    ("zero", x**3 - 2*x, (Eq(x**2, 2),)),
    ("positive", x**2 - 2*x + Rational(101, 100), ()),
    ("positive", 2 - x*y, (x >= 0, x <= 1, y >= 0, y <= 1)),
    ("nonnegative", (x - 1)**2*x, (x >= 0,)),
    ("nonnegative", a**2 + odd**2 - 2*a*odd, ()),
    ("distinct", x**2 + x + 1, ()),
    ("positive", x*y, (x > 0, sympy.Ne(y, 0), y >= 0)),
    ("nonnegative", sympy.Pow((x - y)**2, 3, evaluate=False), ()),
]


def theorem(*wanted):
    """A theorem's record with these proved goals, as the certificate holds it."""
    made = []
    for kind, expression, given in wanted:
        one = goals.distinct(expression, 0, "why", given) if kind == "distinct" else getattr(goals, kind)(expression, "why", given)
        made.append({"kind": kind, "why": "why; it\nis so -/", "verdict": "HOLDS",
                     "payload": json.loads(json.dumps(decide(one).payload))})
    return {"address": "one/two", "title": "A title", "claims": [{"evidence": [{"address": "one/two/proved", "goals": made}]}]}


def answers(text):
    """What z3 says to each question of an SMT-LIB file."""
    found = []
    for part in text.split("(push 1)")[1:]:
        solver = z3.Solver()
        solver.set("timeout", 20_000)
        solver.add(z3.parse_smt2_string(part.split("(set-info")[0]))
        found.append(str(solver.check()))
    return found


def test_z3_refutes_the_negation_of_each_goal():
    assert answers(export.smtlib(theorem(*GOALS))) == ["unsat"]*len(GOALS)


def test_z3_finds_where_an_altered_goal_fails():
    record = theorem(*GOALS)
    for goal in record["claims"][0]["evidence"][0]["goals"]:
        goal["payload"]["goal"][1] = ["*", "-1", ["+", "1", ["^", goal["payload"]["goal"][1], "2"]]]
        goal["payload"]["given"] = []
        goal["kind"] = "positive"
    assert answers(export.smtlib(record)) == ["sat"]*len(GOALS)


def test_z3_agrees_with_the_polynomial_goals_of_a_certificate(certificate):
    found = [answer for one in certificate["theorems"] for answer in answers(export.smtlib(one))]
    assert found and set(found) == {"unsat"}


def test_the_lean_text_says_the_same():
    text = export.lean(theorem(*GOALS))
    assert text.count("import Mathlib") == 1 and "not checked by Lean" in text
    stated = re.findall(r"^    (.*) (= 0|≠ 0|> 0|≥ 0) := by$", text, re.M)
    for (kind, expression, _), (written, sign) in zip(GOALS, stated, strict=True):
        read = sympy.sympify(re.sub("«.*?»", "odd", written).replace("^", "**").replace(" : ℝ", ""),
                             locals={"a": a, "x": x, "y": y, "odd": odd})
        assert sympy.expand(read - expression) == 0
        assert sign == {"zero": "= 0", "distinct": "≠ 0", "positive": "> 0", "nonnegative": "≥ 0"}[kind]
    assert "theorem goal_2 (x : ℝ) (given_0 : (((-1 : ℝ) * 2) + (1 * (x ^ 2))) = 0) :" in text
    assert re.findall(r"^  (\w+)", text, re.M) == ["ring", "polyrith", *["nlinarith"]*4, "intro", *["nlinarith"]*2]


def test_no_title_or_name_becomes_a_command():
    sly = sympy.Symbol("a» : ℝ)\n(b : False) («c", real=True)
    record = {**theorem(("positive", sly**2 + 1, ())), "title": "A title\n(assert false) /- -/-"}
    plain = theorem(("positive", x**2 + 1, ()))
    for write, ignored in ((export.smtlib, r"(?m)^;.*$"), (export.lean, r"(?s)/-.*?-/")):
        commands = [re.sub(ignored, "", write(one)) for one in (record, plain)]
        assert re.sub(r"«symbol 0»|\bx0\b", "x", commands[0]).split() == re.sub(r"\bx0\b", "x", commands[1]).split()
    assert export.lean(record).count("/-") == export.lean(record).count("-/") == 2


def test_hints_are_the_squares_of_the_proof():
    text = export.lean(theorem(("positive", x**4 + y**4 - x*y + 1, ())))
    bases = [sympy.sympify(base.replace("^", "**").replace(" : ℝ", ""), locals={"x": x, "y": y})
             for base in re.findall(r"sq_nonneg \((.*?)\)(?:, |\])", text)]
    assert len(bases) > 2 and any(base.has(x**2) for base in bases)


@pytest.mark.parametrize("expression, given", [(sqrt(x) + 1, (x >= 0,)), (1/x, (x > 0,)), (sympy.exp(x), ()), (x**2 + 1, (x >= sqrt(2),)),
                                               (x**2 + 1, (sympy.exp(x) > 1,))], ids=str)
def test_what_is_no_polynomial_is_left_out(expression, given):
    record = theorem(("positive", expression, given))
    assert "goal_1" not in export.lean(record) and answers(export.smtlib(record)) == []


@pytest.mark.parametrize("form, ending", [("smtlib", ".smt2"), ("lean", ".lean")])
def test_the_command_writes_one_file_per_theorem(qed, certificate, tmp_path, form, ending):
    (tmp_path/"c.json").write_text(json.dumps(certificate))
    told = qed("export", "c.json", "out", "--format", form, cwd=tmp_path)
    made = list((tmp_path/"out").iterdir())
    assert told.returncode == 0 and made and {one.suffix for one in made} == {ending}
    assert re.match(rf"in out: files {len(made)}, polynomial goals \d+, other goals left out \d+", told.out)


def test_a_folder_that_cannot_be_made_is_named(qed, certificate, tmp_path):
    (tmp_path/"c.json").write_text(json.dumps(certificate))
    told = qed("export", "c.json", "c.json", cwd=tmp_path)
    assert told.returncode == 2 and "c.json: cannot be made a folder" in told.err
