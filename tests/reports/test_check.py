"""The one-file checker: what it accepts, what it must never accept, and how it runs alone."""

import copy
import json
import shutil
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from sympy import Eq, Rational, sqrt

from reports import check, recheck
from theorems.kernel import goals
from theorems.kernel.deciding.canonical import tree
from theorems.kernel.certificate import seal
from theorems.kernel.deciding.decide import OPERATORS, decide
from theorems.kernel.deciding.payload import payload as written
from theorems.kernel.deciding.arithmetic import ball

CHECKER = Path(check.__file__)
a, b, x, y = sympy.symbols("a b x y", real=True)
A, B = sympy.symbols("A B", commutative=False)
HALF = Rational(1, 2)
ABOVE = (x > 0,)
BOX = (x >= 0, x <= 1, y >= 0, y <= 1)

# kind, expression, given; the true ones are re-checked, each false one differs from a true one in one place
TRUE = [
    ("zero", (x + y)**2 - x**2 - 2*x*y - y**2, ()),
    ("zero", 1/(1 + x**2) + x**2/(1 + x**2) - 1, ()),
    ("zero", sympy.Mul(sqrt(x), sqrt(x), evaluate=False) - x, (x >= 0,)),
    ("zero", sqrt(1 - 1/x)*sqrt(x) - sqrt(x - 1), (x > 1,)),
    ("zero", sqrt(8) - 2*sqrt(2), ()),
    ("zero", x**3 - 2*x, (Eq(x**2, 2),)),
    ("zero", sympy.exp(2*x) - sympy.exp(x)**2, ()),
    ("positive", x**2 - 2*x + Rational(101, 100), ()),
    ("zero", sympy.sin(x)**2 + sympy.cos(x)**2 - 1, ()),
    ("zero", A*B - B*A - (A + B)*(B - A)/2 + (B - A)*(A + B)/2, ()),
    ("zero", x/y - 1/(y/x), (sympy.Ne(x*y, 0), y > 0, x > 1)),
    ("positive", x - y + 1, BOX[:4] + (y < 1,)),
    ("positive", x**2 + 2*x - 4, (x > sqrt(5) - 1,)),
    ("positive", sqrt(2) + sqrt(3) - sympy.pi, ()),
    ("distinct", x**2 + x + 1, ()),
    ("nonnegative", x**2 + y**2 - 2*x*y, ()),
    ("zero", sqrt(x**2 + 2*x*y + y**2) - sympy.Abs(x + y), ()),
    ("zero", sympy.Abs(x)*sympy.Abs(y) - sympy.Abs(x*y), ()),
    ("nonnegative", sympy.Abs(x) - x, ()),
    ("zero", sympy.log(x/y) + sympy.log(y/x), (x > 0, y > 0)),
    ("zero", sympy.asinh((x**2 - y**2)/(2*x*y)) + sympy.log(y/x), (x > 0, y > 0)),
    ("zero", sympy.exp(a*sympy.log(x))*sympy.exp((1 - a)*sympy.log(x)) - x, (x > 0,)),
    ("zero", x*(a*b - 1), (Eq(a*b, 1), a > 0)),                                # its leading coefficient is a symbol
    ("zero", x - y, (Eq(a*x, a*y), sympy.Ne(a, 0))),
    ("nonnegative", 1 - sympy.cos(x - y), ()),
    ("positive", sympy.exp(sympy.sin(x)), ()),
]
FALSE = [
    ("nonnegative", sympy.cos(y) - sympy.cos(x - y), ()),
    ("positive", 1 + sympy.cos(x), ()),
    ("nonnegative", 1 + sympy.tan(x), ()),
    ("positive", 2 + sympy.cos(sympy.log(x)), ()),                             # undefined below zero
    ("zero", (x + y)**2 - x**2 - x*y - y**2, ()),
    ("zero", 1/(1 + x**2) + x**2/(1 + x**2) + 1, ()),
    ("zero", sympy.Mul(sqrt(x), sqrt(x), evaluate=False) - x, ()),             # undefined below zero
    ("zero", sympy.Mul(x, 1/x, evaluate=False) - 1, ()),                       # undefined at zero
    ("zero", sqrt(x**2) - x, ()),
    ("zero", sqrt(x*y) - sqrt(x)*sqrt(y), (x*y > 0,)),
    ("zero", sqrt(8) - 3*sqrt(2), ()),
    ("zero", x**3 - 3*x, (Eq(x**2, 2),)),
    ("zero", x - y, (Eq(a*x, a*y),)),                                          # a may be zero
    ("zero", sympy.exp(2*x) - sympy.exp(x)**3, ()),
    ("zero", A*B - B*A, ()),
    ("zero", (A*B)**-1 - A**-1*B**-1, ()),
    ("zero", sympy.exp(A + B) - sympy.exp(A)*sympy.exp(B), ()),
    ("positive", x**2 + y**2, ()),
    ("positive", x + 1/x, (x >= -1,)),
    ("zero", sympy.log(x) - sympy.log(x, evaluate=False) + sympy.log(x + 1) - sympy.log(x + 1) + x - y, ()),
    ("positive", x**2 - 2*x + 1, ()),
    ("positive", x**2 - 2*x + Rational(99, 100), ()),
    ("positive", x**4 - x**2, ABOVE),
    ("positive", x**3 - x + Rational(1, 3), (x >= 0,)),
    ("positive", x, (x >= 0, x <= 1)),                                         # zero at a closed end
    ("positive", x + y, BOX),
    ("positive", x*y, BOX),
    ("nonnegative", x - HALF, BOX),
    ("nonnegative", -x**2, (x >= 0,)),
    ("positive", x**2*(x - 1)**2, ()),                                         # double roots at bisection points
    ("nonnegative", x**2*(x - Rational(1, 10)), (x >= 0,)),
    ("nonnegative", x - 1, (x**2 >= 1,)),                                      # a part of the domain is cut off
    ("nonnegative", (x - 1)*(x - 2), (x*(x - 3) <= 0,)),
    ("positive", (x - 1)**2, ((x - 1)**2*(x - 2) >= 0,)),                      # an isolated point of the domain
    ("positive", sqrt(x - 1) - sqrt(x + 3), (x > 1,)),
    ("nonnegative", sqrt(x) - x, (x > 0,)),
    ("positive", sqrt(2) + sqrt(3) - sympy.pi - Rational(1, 200), ()),
    ("positive", 1/(1 + x), ()),
    ("positive", sqrt(x + 1), (x >= -1,)),
    ("distinct", x**2 - x - 1, ()),
    ("distinct", x*y, (x > 0,)),
    ("nonnegative", x**2 + y**2 - 3*x*y, ()),
    ("nonnegative", sympy.sin(x), ()),
    ("nonnegative", sympy.asin(x)**2, ()),                                     # not real outside [-1, 1]
    ("zero", sqrt(x**2 + 2*x*y + y**2) - x - y, ()),
    ("zero", sympy.Abs(x)*sympy.Abs(y) - x*y, ()),
    ("nonnegative", sympy.Abs(x) - 2*x, ()),
    ("zero", sympy.log(x**2) - 2*sympy.log(x), ()),                            # undefined below zero
    ("positive", sympy.log(x**2 + 1), ()),
    ("zero", sympy.exp(a*sympy.log(x)) - x, (x > 0,)),
    ("zero", x - y, (Eq(a*x, a*y), a >= 0)),
    ("positive", sqrt(x**2*(x - 1)), (x >= 1,)),
    ("zero", sqrt(x**3) - x*sqrt(x), ()),
    ("zero", sqrt(x**2*y) - x*sqrt(y), (y > 0,)),
]


def payload(kind, expression, given):
    relations = []
    for one in given:
        operator, sign = OPERATORS[type(one)]
        relations.append([operator, tree(sign*(one.lhs - one.rhs))])
    return json.loads(json.dumps({"goal": [kind, tree(expression)], "given": relations}))


def verdict(kind, expression, given, **more):
    return check.tried(check.check_goal, ({**payload(kind, expression, given), **more}, kind))[0]


@pytest.mark.parametrize("kind, expression, given", TRUE, ids=str)
def test_true_goals_are_checked_again(kind, expression, given):
    assert verdict(kind, expression, given) == "re-checked"


@pytest.mark.parametrize("kind, expression, given", FALSE, ids=str)
def test_false_goals_are_never_accepted(kind, expression, given):
    assert verdict(kind, expression, given) != "re-checked"


@pytest.mark.parametrize("kind, expression, given", [
    ("positive", 2 - sympy.sin(x) - sympy.cos(x), ()), ("nonnegative", 1 + 3*sympy.cos(x) - 4*sympy.cos(x)**3, ()),
    ("nonnegative", y**2*sympy.sin(x)**2, ()), ("positive", y*sympy.sin(x), (y > 0, sympy.sin(x) > 0))], ids=str)
def test_signs_on_unit_circles_are_checked_again_by_what_the_proof_found(kind, expression, given):
    found = decide(getattr(goals, kind)(expression, "a step", given))
    assert found.verdict == "HOLDS"
    assert check.tried(check.check_goal, (json.loads(json.dumps(found.payload)), kind))[0] == "re-checked"


def factor(expression, power=1, **more):
    return {"factor": tree(expression), "power": power, "how": "test", **more}


def test_factors_must_make_up_the_goal_and_have_their_signs():
    whole = (x - 2)*(x - 3)*(x**2 + 1)
    good = [factor(x - 2), factor(x - 3), factor(x**2 + 1)]
    assert verdict("positive", whole, (x > 3,), factors=good) == "re-checked"
    assert verdict("positive", whole, (x > 2,), factors=good) == "trusted"
    assert verdict("positive", -whole, (x > 4, y > x), factors=good) == "trusted"
    assert verdict("positive", whole + 1 - y, (x > 3,), factors=good[:2]) == "trusted"


WITNESSED = [
    ("positive", x**4 - x + 1, ()), ("positive", x**4 + y**4 - x*y + 1, ()), ("nonnegative", x**4 - 2*x**2*y + y**2, ()),
    ("nonnegative", (x - 1)**2*x, (x >= 0,)), ("positive", x**2 - x + Rational(1, 3), (x >= 0, x <= 1)),
    ("positive", 2 - x*y, BOX), ("nonnegative", 1 - x*y, BOX), ("nonnegative", x**4*y**2 + x**2*y**4 - x**3*y**3, ()),
]


@pytest.mark.parametrize("kind, expression, given", WITNESSED, ids=str)
def test_what_the_kernel_proves_is_checked_by_its_witness(kind, expression, given):
    payload = json.loads(json.dumps(decide(getattr(goals, kind)(expression, "test", given=given)).payload))
    assert check.tried(check.check_goal, (payload, kind)) == ("re-checked", None)
    other = copy.deepcopy(payload)
    other["goal"][1] = ["+", other["goal"][1], "-2"]           # the same witness, for something that is false
    assert check.tried(check.check_goal, (other, kind))[0] != "re-checked"


def test_a_combination_of_products_must_add_up():
    whole = x**2*y + x*y**2 - 2*x*y + x**2
    given = (x**2 >= y**2 + 7, x*y >= 1)
    products = [["1", [tree(x*y - 1), tree(x**2 - y**2 - 7)]]]
    target = (x*y - 1)*(x**2 - y**2 - 7)
    data = [factor(target.expand(), times="1", products=products)]
    assert verdict("nonnegative", target.expand(), given, factors=data) == "re-checked"
    for changed in ([["2", products[0][1]]], [["-1", products[0][1]]], [["1", products[0][1][:1]]], []):
        assert verdict("nonnegative", target.expand(), given, factors=[{**data[0], "products": changed}]) != "re-checked"
    assert verdict("positive", target.expand(), given, factors=data) != "re-checked"
    assert verdict("nonnegative", whole, given, factors=data) != "re-checked"


RUNS = [
    (Eq(x, sqrt(2)), {"x": ["^", "2", "1/2"]}, True), (Eq(x, sqrt(2)), {"x": "99/70"}, False),
    (Eq(x**2, 2), {"x": ["^", "2", "1/2"]}, True), (x > 1, {"x": "1"}, False), (x >= sqrt(y), {"x": "0", "y": "0"}, True),
    (Eq(y**a, 4), {"a": "2", "y": "-2"}, True), (Eq(y**a, 4), {"a": "2", "y": "-3"}, False),
    (x > 1, {"x": ["ball", "3*2^-1", "1*2^-2"]}, True), (x > 1, {"x": ["ball", "3*2^-1", "1*2^-1"]}, None),
    (Eq(x, 1), {"x": ["ball", "1*2^0", "1*2^-9"]}, True), (sympy.Ne(x, 1), {"x": ["ball", "1*2^0", "1*2^-9"]}, None),
    (sympy.exp(x) > Rational(2718281828, 10**9), {"x": "1"}, True), (sympy.exp(x) > Rational(2718281829, 10**9), {"x": "1"}, False),
    (sympy.pi > x, {"x": "355/113"}, False), (sqrt(x) > 0, {"x": "-1"}, None), (x > y, {"x": "1"}, None),
]


@pytest.mark.parametrize("statement, run, truth", RUNS, ids=str)
def test_statements_at_values(statement, run, truth):
    one = {**written(statement, []), "at": [run]}
    for wanted in (True, False):
        expected = "trusted" if truth is None else "re-checked" if truth == wanted else "failed"
        assert check.tried(check.check_runs, (one, wanted))[0] == expected


@pytest.mark.parametrize("node", [
    ["^", "3", "1/100000000"], ["^", ["^", ["^", ["x", "x"], "400"], "400"], "400"], ["^", "2", "99999999999"],
    ["exp", ["exp", ["exp", "9"]]], ["log", "0"], ["^", "0", "-1"], ["+"], ["nothing"], [], ["x"], {}, None, 7, "1/0", "9"*5000,
    ["*", ["x", "x"], ["^", ["+", *(["x", f"x{k}"] for k in range(60))], "40"]],
], ids=lambda node: str(node)[:40])
def test_hostile_expressions_end_soon(node):
    deep = node
    for _ in range(40):
        deep = ["cosh", deep]
    start = time.process_time()
    for one in (node, deep):
        for kind in ("zero", "positive"):
            assert check.tried(check.check_goal, ({"goal": [kind, one], "given": [[">", one]]}, kind))
        assert check.tried(check.check_runs, ({"statement": [">", one, "1"], "at": [{"x": "3"}]}, True))
    assert time.process_time() - start < 30        # six pieces, each of bounded work


# ---- files

@pytest.fixture(scope="module")
def text(certificate):
    return json.dumps(certificate)


def test_most_of_a_small_certificate_is_checked_again(certificate):
    counted = check.check(certificate, lambda line: None)
    assert not sum(one["failed"] for one in counted.values())
    shares = recheck.shares(certificate["theorems"]).values()
    good, trusted = (sum(one[word] for one in shares) for word in ("re-checked", "trusted"))
    assert good >= 9*trusted and good > 10


def test_it_runs_alone_elsewhere(text, tmp_path):
    shutil.copy(CHECKER, tmp_path/"alone.py")
    (tmp_path/"c.json").write_text(text)
    (tmp_path/"bad.json").write_text(text.replace("HOLDS", "REFUTED", 1))
    run = lambda name: subprocess.run([sys.executable, "-I", "-S", "alone.py", name], cwd=tmp_path, capture_output=True, text=True)
    assert run("c.json").returncode == 0 and "0 failed" in run("c.json").stdout
    assert run("bad.json").returncode == 2 and "its seal does not fit" in run("bad.json").stderr
    assert run("none.json").returncode == 2
    (tmp_path/"list.json").write_text("[1]")
    assert run("list.json").returncode == 2 and "write it by qed verify --json FILE" in run("list.json").stderr


def test_it_is_one_readable_file_of_the_standard_library():
    lines = CHECKER.read_text().splitlines()
    assert len(lines) < 500 and max(map(len, lines)) <= 127
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names) and "eval(" not in "".join(lines)


def test_a_false_verdict_under_a_new_seal_is_noticed(certificate, tmp_path, capsys):
    new = copy.deepcopy(certificate)
    theorem = next(one for one in new["theorems"] if one["verdict"] == "REFUTED")
    for one in theorem["claims"][0]["evidence"]:
        one["verdict"] = "HOLDS" if one["about"] == "claim" else "REFUTED"
    theorem["claims"][0]["verdict"] = "HOLDS"
    (tmp_path/"c.json").write_text(json.dumps({**new, "seal": seal(new)}))
    assert check.main(str(tmp_path/"c.json")) == 1 and "FAILED" in capsys.readouterr().out


def test_a_proof_without_goals_is_none(certificate):
    claim = copy.deepcopy(next(claim for one in certificate["theorems"] for claim in one["claims"]
                               if claim["verdict"] == "HOLDS" and claim["level"] == "PROVED"))
    assert check.tried(check.check_verdict, (claim,))[0] == "re-checked"
    for one in claim["evidence"]:
        one.update({"goals": []} if "goals" in one else {})
    assert check.tried(check.check_verdict, (claim,))[0] == "failed"


@pytest.mark.parametrize("node", [["pi"], ["exp", "1"], ["exp", "-700"], ["log", "2"], ["log", "1/1000000"], ["^", "2", "1/2"],
                                  ["^", "7/3", "-5/3"], ["tanh", "1/2"], ["^", ["+", "3", ["^", "2", "1/2"]], "1/3"],
                                  ["*", "-1", ["pi"], ["exp", ["^", "5", "1/2"]]], ["asinh", "-1/3"],
                                  ["sin", "1"], ["cos", "-22/7"], ["sin", "1000000"], ["cos", "1/1000000"], ["atan", "-3/2"],
                                  ["atan", "1000000"], ["erf", "-1/3"], ["erf", "4"], ["exp", "60"], ["log", "123456789/7"]], ids=str)
def test_bounds_hold_the_value_and_little_else(node, monkeypatch):
    monkeypatch.setattr(check, "left", [check.WORK])           # whatever other tests have spent
    algebra = check.Algebra()
    low, high = (Fraction(end, 2**check.BITS) for end in algebra.enclosed(algebra.read(node)))
    exact = ball(tuples(node), {}, 1100)                       # more digits than the bounds have
    middle, radius = (Fraction(int(q.p), int(q.q)) for q in (exact.mid().fmpq(), exact.rad().fmpq()))
    assert low <= middle - radius and middle + radius <= high and high - low < (1 + abs(middle))/10**180


@pytest.mark.parametrize("name", ["exp", "log", "atan", "erf", "sin", "cos"])
def test_bounds_over_an_interval_hold_the_values_inside(name, monkeypatch):
    monkeypatch.setattr(check, "left", [check.WORK])
    algebra = check.Algebra((), {"x": ["ball", "3*2^-1", "1*2^-1"]})
    low, high = (Fraction(end, 2**check.BITS) for end in algebra.enclosed(algebra.read([name, ["x", "x"]])))
    for k in range(9):
        exact = ball((name, str(1 + Fraction(k, 8))), {}, 1100).mid().fmpq()
        assert low <= Fraction(int(exact.p), int(exact.q)) <= high


def test_bounds_hold_powers_whose_exponents_no_float_holds():
    base = 1 + Fraction(1, 2**60)
    bounds = lambda n: [Fraction(end, 2**check.BITS) for end in check.raised(check.exactly(base), n)]
    (low, high), (less, more) = bounds(2**54 + 2), bounds(2**54)
    assert low <= more*base**2 and less*base**2 <= high and high - low < Fraction(1, 10**70)


UNIT_CIRCLE = {"equations": [["+", ["^", ["x", "p"], "2"], ["^", ["x", "q"], "2"], "-1"], ["+", ["x", "p"], ["*", "-1", ["x", "t"], ["x", "q"]]]],
               "unknowns": ["p", "q"], "at": {"t": ["ball", "1*2^0", "1*2^-9"]},
               "box": {"p": ["ball", "181*2^-8", "1*2^-6"], "q": ["ball", "181*2^-8", "1*2^-6"]},
               "inverse": [["45*2^-7", "1*2^-1"], ["45*2^-7", "-1*2^-1"]]}          # of the slopes [[2p, 2q], [1, -1]]


def test_a_box_of_one_solution_is_tested_again():
    assert check.tried(check.check_zero, (UNIT_CIRCLE,)) == ("re-checked", None)


@pytest.mark.parametrize("place, value", [
    (("box", "p"), ["ball", "181*2^-8", "1*2^-20"]), (("box", "p"), ["ball", "190*2^-8", "1*2^-6"]), (("at", "t"), ["ball", "1*2^0", "1*2^-3"]),
    (("inverse", 0), ["0", "0"]), (("inverse", 1), ["45*2^-7", "1*2^-1"]), (("inverse",), [["45*2^-7", "1*2^-1"]]),
    (("unknowns",), ["p", "p"]), (("unknowns",), ["p"]), (("equations",), UNIT_CIRCLE["equations"][:1]),
    (("equations", 0, 3), "-2"), (("equations", 1, 2, 1), "1"), (("equations", 1), ["exp", ["x", "p"]]),
    (("equations", 1), ["*", ["x", "p"], ["^", ["x", "p"], "-1"]]), (("equations", 1), UNIT_CIRCLE["equations"][0]),
], ids=str)
def test_a_box_that_shows_nothing_is_refused(place, value):
    new = copy.deepcopy(UNIT_CIRCLE)
    holder = new
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    assert check.tried(check.check_zero, (new,))[0] != "re-checked"


def test_an_exchanged_statement_is_noticed(certificate):
    claim = next(one for theorem in certificate["theorems"] for one in theorem["claims"] if one["verdict"] == "HOLDS")
    told = check.check_verdict(json.loads(json.dumps(claim)))
    assert claim["text"] in told and "judged as" in told
    for key, value in (("text", "Eq(gain, 0)"), ("latex", "0"), ("statement", "true"), ("variants", [])):
        with pytest.raises(check.Wrong, match="exchanged"):
            check.check_verdict(json.loads(json.dumps({**claim, key: value})))
    new = json.loads(json.dumps(claim))
    for one in new["evidence"]:                                # another statement, the same everywhere
        if one["about"] == "claim" and one.get("payload"):
            one["payload"]["statement"] = ["=", "1", "1"]
    with pytest.raises(check.Wrong, match="exchanged"):
        check.check_verdict(new)


def test_the_share_stands_in_the_certificate_under_its_seal(certificate, tmp_path):
    made = json.loads(json.dumps(recheck.counted(certificate)))
    (tmp_path/"c.json").write_text(json.dumps(made))
    found = check.check(check.read(tmp_path/"c.json"), lambda line: None)
    assert [one["rechecked"] for one in made["theorems"]] == [
        {word: found[one["address"]][word] for word in ("re-checked", "trusted", "failed")} for one in made["theorems"]]


def tuples(node):
    return tuple(map(tuples, node)) if isinstance(node, list) else node
