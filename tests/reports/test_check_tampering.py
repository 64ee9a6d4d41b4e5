"""Thousands of one-place changes of what the checker reads: each is noticed, or what is then re-checked is true.

Whether an altered piece is true is decided by the kernel, which shares no code with the checker: by
exact signs at exact points of the altered domain.
"""

import copy
import json
import random
from fractions import Fraction

import pytest
import sympy
from sympy import Eq, Rational, exp, log, sqrt

from reports import check
from theorems.kernel import goals
from theorems.kernel.deciding.canonical import FUNCTIONS, Refused
from theorems.kernel.certificate import seal
from theorems.kernel.deciding.decide import decide
from theorems.kernel.deciding.question import WANTED
from theorems.kernel.deciding.payload import payload as written
from theorems.kernel.deciding.signs import sign_here

x, y, t = sympy.symbols("x y t", real=True)
GOALS = [
    ("zero", (x + y)**3 - x**3 - 3*x**2*y - 3*x*y**2 - y**3, ()),
    ("zero", 1/(1 + x**2) + x**2/(1 + x**2) - 1, ()),
    ("zero", sqrt(1 - 1/x)*sqrt(x) - sqrt(x - 1), (x > 1,)),
    ("zero", x**3 - 2*x, (Eq(x**2, 2),)),
    ("zero", sympy.Mul(exp(x), exp(x) + log(y), evaluate=False) - exp(2*x) - log(y)*exp(x), (x > 0, y > 0)),
    ("positive", x**2 - 2*x + Rational(101, 100), ()),
    ("positive", x**4 + y**4 - x*y + 1, ()),
    ("positive", 2 - x*y, (x >= 0, x <= 1, y >= 0, y <= 1)),
    ("positive", 1/x - 1/(x + y), (x > 0, y > 0)),
    ("nonnegative", (x - 1)**2*x*(2 - x), (x >= 0, x <= 2)),
    ("nonnegative", x - 1, (x*y >= y, y >= 1)),
    ("distinct", x**2 + x + 1, ()),
    ("zero", sympy.Abs(x)*sympy.Abs(y) - sympy.Abs(x*y), ()),
    ("zero", sympy.asinh((x**2 - y**2)/(2*x*y)) + log(y/x), (x > 0, y > 0)),
    ("zero", x*(x*y - 1), (Eq(x*y, 1), x > 0)),
    ("nonnegative", sympy.Abs(x) - x, ()),
]
RUNS = [
    (Eq(x, sqrt(2)), {"x": ["^", "2", "1/2"]}, True), (Eq(x**2, 2), {"x": "99/70"}, False),
    (x >= y**t, {"x": "4", "y": "-2", "t": "2"}, True), (Eq(exp(x)*y, 1), {"x": "0", "y": "1"}, True),
    (sympy.sin(x) + sympy.cos(y) > 1, {"x": "1", "y": "1"}, True), (sympy.atan(x)*sympy.erf(y) < 1, {"x": "3", "y": "1/2"}, True),
    (sympy.And(x > 1, y < 2), {"x": "3/2", "y": ["^", "3", "1/2"]}, True), (sqrt(x) + sqrt(y) > 3, {"x": "2", "y": "3"}, True),
]
FITS = {"=": (0,), "!=": (-1, 1), ">": (1,), ">=": (0, 1), "<": (-1,), "<=": (-1, 0)}
POINTS = [{"x": a, "y": b} for a in "0 1 -1 2 1/2 3/2 -3 7/5 10 -1/3".split() for b in "0 1 -1 1/2 2 -5/3 9".split()]


def spots(value, path=()):
    """Paths of all places in a JSON value."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from spots(one, (*path, key))
        yield *path, key


def at(value, path):
    for key in path:
        value = value[key]
    return value


def altered(value, rng):
    """The value with one place changed: a number, a sign, an operator, a name, a part dropped, doubled or replaced."""
    new = copy.deepcopy(value)
    path = rng.choice(list(spots(new)))
    holder, key, old = at(new, path[:-1]), path[-1], at(new, path)
    deep = ["x", "x"]
    for _ in range(rng.choice((3, 2000))):
        deep = ["^", deep, "2"]
    other = ["0", "-1", "2", "1/2", "1/0", "9"*5000, None, True, 10**30, [], {}, ["x", "x"], ["x", "z"], deep, ">", ">=", "=", "+", "*"]
    kind = rng.randrange(4)
    if kind == 0 and isinstance(old, str) and old.lstrip("-").replace("/", "").isdigit():
        holder[key] = rng.choice([str(Fraction(old) + 1), str(-Fraction(old)), str(2*Fraction(old))])
    elif kind == 1 and isinstance(holder, list):
        del holder[key]
    elif kind == 2 and isinstance(holder, list):
        holder.insert(key, old)
    else:
        holder[key] = rng.choice(other)
    return new


def tuples(node):
    return tuple(map(tuples, node)) if isinstance(node, list) else node


def known(node):
    """Whether the kernel can read an expression."""
    if isinstance(node, str):
        return node.lstrip("-").replace("/", "").isdigit()
    if not isinstance(node, list) or not node or (node[0] == "^" and not isinstance(node[-1], str)):
        return False
    return node[0] == "x" or node[0] in ("+", "*", "^", *FUNCTIONS) and len(node) > 1 and all(map(known, node[1:]))


def false_somewhere(payload, kind):
    """A point of the domain at which the goal fails, or None; what has no meaning for the kernel cuts out nothing."""
    for point in POINTS:
        given = [sign_here(tuples(node), point) in FITS[operator] for operator, node in payload["given"]
                 if isinstance(operator, str) and operator in FITS and known(node)]
        if all(given) and sign_here(tuples(payload["goal"][1]), point, zeros=False) in set((-1, 0, 1)) - set(WANTED[kind]):
            return point
    return None


@pytest.mark.parametrize("kind, expression, given", GOALS, ids=str)
def test_an_altered_goal_is_noticed_or_true(kind, expression, given):
    one = goals.distinct(expression, 0, "test", given) if kind == "distinct" else getattr(goals, kind)(expression, "test", given)
    payload, rng, accepted = json.loads(json.dumps(decide(one).payload)), random.Random(str(expression)), 0
    for _ in range(150):
        new = altered(payload, rng)
        status, told = check.tried(check.check_goal, (new, kind))
        assert status in ("re-checked", "failed", "trusted")
        if status == "re-checked" and (new["goal"], new["given"]) != (payload["goal"], payload["given"]):
            accepted += 1
            assert false_somewhere(new, kind) is None, new
    assert accepted < 75                   # most changes are noticed


def truth(formula, run):
    """1, -1 or 0 (not decided) by the kernel's exact signs."""
    if formula[0] == "and":
        return min(truth(one, run) for one in formula[1:])
    power = lambda node: node if isinstance(node, str) or node[0] == "x" else tuple(
        run[node[2][1]] if node[0] == "^" and k == 2 and node[2][0] == "x" else power(one) if k else one for k, one in enumerate(node))
    difference = ("+", power(tuples(formula[1])), ("*", "-1", power(tuples(formula[2]))))
    sign = sign_here(difference, {name: tuples(value) for name, value in run.items()})
    return 0 if sign is None else 1 if sign in FITS[formula[0]] else -1


@pytest.mark.parametrize("statement, run, holds", RUNS, ids=str)
def test_an_altered_judgement_is_noticed_or_true(statement, run, holds):
    payload, rng = {**json.loads(json.dumps(written(statement, []))), "at": [run]}, random.Random(str(statement))
    assert check.tried(check.check_runs, (payload, holds)) == ("re-checked", None)
    for _ in range(150):
        new = altered(payload, rng)
        for wanted in (True, False):
            if check.tried(check.check_runs, (new, wanted))[0] == "re-checked":
                try:
                    assert all(truth(new["statement"], one) != (-1 if wanted else 1) for one in new["at"]), new
                except (Refused, KeyError):                    # a function or symbol that the kernel does not know
                    raise AssertionError(f"accepted without a meaning: {new}") from None


BOX = {"equations": [["+", ["^", ["x", "p"], "2"], "-2"]], "unknowns": ["p"], "at": {}, "box": {"p": ["ball", "3*2^-1", "1*2^-2"]},
       "inverse": [["5*2^-4"]]}


def test_an_altered_box_is_noticed_or_holds_one_solution():
    rng, accepted = random.Random(5), 0
    assert check.tried(check.check_zero, (BOX,)) == ("re-checked", None)
    for _ in range(1000):
        new = altered(BOX, rng)
        if check.tried(check.check_zero, (new,))[0] == "re-checked":
            name, node = new["unknowns"][0], tuples(new["equations"][0])
            middle, radius = map(check.dyadic, new["box"][name][1:3])
            ends = [sign_here(node, {name: str(middle + side*abs(radius))}) for side in (-1, 1)]
            assert sorted(ends) == [-1, 1], new                # one equation: its sign changes
            accepted += 1
    assert accepted < 500


# ---- whole files

def changed(text, rng):
    """A certificate's text with one change somewhere."""
    place, kind = rng.randrange(len(text)), rng.randrange(8)
    if kind == 0:
        return text[:place]
    if kind == 1:
        return text[:place] + text[place + 1:]
    if kind == 2:
        return text[:place] + rng.choice('0123456789-+"[]{},:xe\\') + text[place + 1:]
    if kind == 3:
        return text[:place] + "9"*rng.choice((1, 5000, 100_000)) + text[place:]
    if kind == 4:
        return text[:place] + "["*rng.choice((1, 100_000)) + text[place:]
    word, other = rng.choice([("HOLDS", "REFUTED"), ('"', '"a": 1, "a'), ("REFUTED", "HOLDS"), ('"1', '"2'), ('"-', '"'),
                              ('">"', '">="'), ('"+"', '"*"'), ("/", "0/"), ("1/2", "1/3"), ("]", ', "1"]'), ("a", "b")])
    found = text.find(word, place)
    return text if found < 0 else text[:found] + other + text[found + len(word):]


def test_every_change_of_a_file_is_noticed_or_harmless(certificate, tmp_path):
    whole = {**certificate, "theorems": certificate["theorems"][:1]}
    whole = json.loads(json.dumps({**whole, "seal": seal(whole)}))
    text, rng, noticed = json.dumps(whole), random.Random(7), 0
    for _ in range(2000):
        (tmp_path/"c.json").write_text(changed(text, rng))
        try:
            assert check.read(tmp_path/"c.json") == whole
        except check.Unreadable:
            noticed += 1
    assert noticed > 1600


def test_a_change_under_a_new_seal_never_crashes_it(certificate, tmp_path, capsys):
    small, rng = copy.deepcopy(certificate), random.Random(11)
    small["theorems"] = small["theorems"][:1]
    small["theorems"][0]["claims"] = small["theorems"][0]["claims"][:1]
    small = json.loads(json.dumps(small))
    every = list(spots(small))
    for _ in range(100):
        new, path = copy.deepcopy(small), rng.choice(every)
        at(new, path[:-1])[path[-1]] = rng.choice([None, True, -1, 10**40, "", "-1", "1/0", "\x1b[2J\ud800", [], {},
                                                   ["^", ["x", "x"], "9999"], [[]]*3])
        if path[0] != "format":
            (tmp_path/"c.json").write_text(json.dumps({**new, "seal": seal(new)}))
            assert check.main(str(tmp_path/"c.json")) in (0, 1, 2)
            assert "\x1b" not in "".join(capsys.readouterr())


def test_an_altered_verdict_under_a_new_seal_is_noticed(certificate, tmp_path, capsys):
    certificate, tried = json.loads(json.dumps(certificate)), 0
    for path in (path for path in spots(certificate) if path[-1] == "verdict" and "errata" not in path):
        new = copy.deepcopy(certificate)
        holder = at(new, path[:-1])
        holder["verdict"] = "REFUTED" if holder["verdict"] == "HOLDS" else "HOLDS"
        held = "claims" in path and at(certificate, path[:4])["verdict"] == "HOLDS"
        if held or holder["verdict"] == "HOLDS" and "evidence" not in path:        # or it is now said to hold
            (tmp_path/"c.json").write_text(json.dumps({**new, "seal": seal(new)}))
            assert check.main(str(tmp_path/"c.json")) == 1, path
            tried += 1
            capsys.readouterr()
    assert tried > 20
