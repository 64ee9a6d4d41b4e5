"""What the text of a module may not hold, and what its functions may not see."""

import ast

import pytest

from certifying import TESTS
from theorems.kernel.loading.discover import Unusable, load, modules, project_digest, resolve, source_digest, sources
from theorems.kernel.loading.vetting import faults, iterations

HONEST = (TESTS/"examples"/"honest_step.py").read_text(encoding="utf-8")


def found(text):
    return faults(ast.parse(text))


@pytest.mark.parametrize("text", [
    "import sympy as sp\nfrom fractions import Fraction\nfrom mpmath import mp, mpf\nfrom math import comb",
    "from numerics import balls, steps\nfrom numerics.steps import sam\nfrom theorems import Theorem",
    "from theorems.two_step_gd.expansion import p\nfrom sympy import Eq, sqrt\nfrom collections import Counter",
    "x = 3/y + 2**5 - Rational(1, 2)", "def f(lab, k=(), *, m=None):\n    y = []\n    y.append(k)\n    y[0] = 1\n    return next(iter(y))",
    "def f():\n    kept = {}\n    def g(x):\n        kept[x] = 1\n    return g", "lab.n", "f = Function('f', positive=True)(x)", "f(**given)", "from functools import cache, lru_cache, partial, reduce", "for claim in (a, b):\n    claim.case('c', n=1)",
    "import sympy as sp\nx = sp.Rational(1, 3)", "from numerics import balls as b\nx = b.power(1, 2)", "from numerics.nonsuch import a",
    "add = set.add\nx = [y for y in z]\nx.append(1)", "f = lambda y: y*y",
])
def test_an_honest_text_is_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize("text, told", [
    ("x = 0.5", "or mp.mpf('...'); a sampling's float arrays come from its rng"),
    ("x = 0.5", "the float literal 0.5"), ("x = 2j", "the float literal 2j"), ("x = y*(1/3)", "1 / 3 is a float in Python"),
    ("1/0", "1 / 0 divides by zero"),
    ("import numpy as np", "`numpy` may not be imported"), ("import numpy", "math; a sampling's float arrays come from its rng"),
    ("from functools import wraps, cache", "`functools.wraps` may not be imported"),
    ("from numerics.steps import wraps as w", "`functools.wraps` may not be imported"),
    ("from functools import total_ordering", "functools.cache, lru_cache, partial and reduce"),
    ("L = type('L', (Integer,), {})", "`type` may not be used"), ("type(type(a))('L', (), {})", "`type` may not be used"),
    ("f = Function('f', __dict__={})", "the keyword `__dict__` reaches into"),
    ("f = Function('f', (Integer,), {})", "a Function has a name and assumptions alone"),
    ("import os.path", "`os.path` may not be imported"),
    ("import mpmath", "`import mpmath` opens all of it"), ("import numerics.steps", "`import numerics.steps` opens all of it"),
    ("from mpmath import libmp", "`mpmath.libmp` may not be imported"), ("from math import sqrt", "`math.sqrt` may not"),
    ("from mpmath.libmp import from_float", "`mpmath.libmp.from_float` may not"), ("from random import random", "random.random"),
    ("from sympy import *", "hides what is used"), ("from sympy import N", "`N` makes floats"),
    ("from sympy.core import _x", "`_x` of sympy.core is private"), ("from . import local", "a relative import"),
    ("from numerics import laboratory", "`numerics.laboratory` may not be imported"),
    ("from numerics.chance import generator", "`numerics.chance` may not"), ("from numerics.limits import limit", "`numerics.limits`"),
    ("from theorems import kernel", "`theorems.kernel` may not"), ("from theorems.kernel.deciding.decide import decide", "`theorems.kernel`"),
    ("float(1)", "Rational or balls; a sampling's float arrays come from its rng: 2*rng.integers(0, 2, count)/1 - 1"),
    ("eval('1')", "`eval` may not be used"), ("getattr(x, 'y')", "`getattr` may not"), ("float('1')", "`float` may not"),
    ("x.y = 1", "`x.y` is assigned"), ("del x.y", "`x.y` is assigned"), ("x.__class__", "`.__class__` reaches"),
    ("x.gi_frame", "`.gi_frame` reaches"), ("x.evalf(5)", "`.evalf()` makes floats"), ("x.n()", "`.n()` makes floats"),
    ("def f():\n    global x\n    x = 1", "`x` would be kept"), ("def f():\n    x = 1\n    def g():\n        nonlocal x", "`x` would be"),
    ("def f(x=[]):\n    pass", "a default that can be changed"), ("f = lambda *, x={}: x", "a default that can be changed"),
    ("k = {}\ndef f(x):\n    k[x] = 1", "`k` is changed and kept"), ("k = {}\ndef f(x):\n    del k[x]", "`k` is changed"),
    ("k = []\nf = lambda x: k.append(x)", "`k` is changed"), ("k = []\ndef f(x):\n    k[0].a.update(x)", "`k` is changed"),
    ("k = iter(z)\ndef f():\n    return next(k)", "`k` is changed"),
    ("from fractions import sys", "`sys` of fractions is a module"), ("from collections import abc", "`abc` of collections is a module"),
    ("from numerics.estimates import np", "`np` of numerics.estimates is a module"), ("from sympy import core", "`core` of sympy is a module"),
    ("from numerics.steps import stepped_outside", "comes from `numerics.laboratory`"),
    ("from numerics.cycles import Absent as Gone", "`Absent` of numerics.cycles comes from `numerics.laboratory`"),
    ("import sympy as sp\nx = sp.core.sys", "`core` of sympy is a module"), ("from numerics import balls\nx = balls.arithmetic.flint", "is a module"),
    ("import sympy\nx = sympy", "`sympy` is a module, of which parts are used by name"), ("import sympy\nx = [sympy]", "`sympy.part`"),
    ("import sympy\ndef f(m=sympy):\n    return m.core", "`sympy.part`"), ("import sympy\nmatch sympy:\n    case s: s.core", "`sympy.part`"),
    ("import sympy as s\ndef f(lab, s):\n    return s.low", "call nothing else so"),
])
def test_a_slip_or_a_short_cut_is_refused_with_its_mend(text, told):
    (line, what), *_ = found(text)
    assert told in what and 1 <= line <= 4


def test_faults_come_in_the_order_of_lines():
    assert [line for line, _ in found("x = 1\nimport os\ny = 0.5\n")] == [2, 3]


@pytest.mark.parametrize("loop, expected", [
    ("x = x - h*g(x)", ["x = x - h * g(x)"]), ("x -= h*g(x)", ["x -= h * g(x)"]), ("y = g(x)\n    x = x - y", ["y = g(x)", "x = x - y"]),
    ("(x := step(x))", ["(x := step(x))"]), ("x, p = 2*x - p, x", ["x, p = (2 * x - p, x)"]),
    ("total += g(k)", []), ("total = total + g(k)", []), ("total = g(k)*total", []), ("found.append(g(k))", []), ("y = g(k)\n    z = y", []),
    ("total = total + g(total)", ["total = total + g(total)"]), ("x[0] = g(x)", ["x[0] = g(x)"]), ("x.append(g(x[-1]))", ["x.append(g(x[-1]))"]), ("x.append(x[-1] + g(k))", []),
    ("x[k] += g(k)", []), ("[x := g(x) for _ in y]", ["(x := g(x))"]), ("x[0][1], y.z = g(x), k", ["x[0][1], y.z = (g(x), k)"]),
])
def test_an_iteration_by_hand_is_told_from_a_sum(loop, expected):
    assert list(iterations(ast.parse(f"for k in range(3):\n    {loop}\n")).values()) == expected


def load_bent(module, old, new, name="conjecture"):
    return load(name, module(HONEST.replace(old, new), name))


LINE = "    start = mp.mpf(1) + h\n"


@pytest.mark.parametrize("setup, use, told", [
    ("kept = [theorem]", "kept", "sees the theorem through `kept`"),
    ("kept = {'a': (moved,)}", "kept", "sees the claim 'one step from 1 moves by the slope' through `kept`"),
    ("kept = moved.statement", "kept", None),
    ("harmless = (a**2, 'text', X)", "harmless", None),
])
def test_what_a_measurement_sees_is_followed_through_names(module, setup, use, told):
    text = HONEST.replace(LINE, f"{LINE}    helper()\n").replace(
        "theorem.case(\"shallow\"", f"{setup}\n\n\ndef helper():\n    return [{use} for _ in range(1)]\n\n\ntheorem.case(\"shallow\"")
    file = module(text)
    if told is None:
        assert load("conjecture", file).claims[0].measurement.by_hand is None
    else:
        with pytest.raises(Unusable) as refusal:
            load("conjecture", file)
        assert told in str(refusal.value) and "use the data and the definitions alone" in str(refusal.value)


def test_partial_functions_and_closures_are_followed(module):
    text = HONEST.replace(LINE, f"{LINE}    wrapped()\n    made()\n").replace("from mpmath", "from functools import partial\n\nfrom mpmath").replace(
        'theorem.case("shallow"', 'def inner(x):\n    return theorem\n\n\ndef outer(value, late=None):\n    def within():\n        '
        'return value, unbound\n    if late:\n        unbound = 1\n    return within\n\n\nwrapped, made = partial(inner, 1), outer(None)\n'
        'theorem.case("shallow"')
    with pytest.raises(Unusable, match="sees the theorem through `theorem`"):
        load("conjecture", module(text))


@pytest.mark.parametrize("line, told", [
    ("    for _ in range(1):\n        start = start - h*start\n", "`start = start - h * start`"),
    ("    start = reduce(lambda x, _: x - h*x, range(1), start)\n", "through `reduce`")])
def test_where_a_measurement_iterates_by_hand_is_noted(module, line, told):
    text = HONEST.replace(LINE, LINE + line).replace("from mpmath", "from functools import reduce\n\nfrom mpmath")
    assert told in load("conjecture", module(text)).claims[0].measurement.by_hand


def test_a_name_that_is_not_bound_yet_shows_nothing(module):
    text = HONEST.replace("@moved.observation", """def maker():
    def inner():
        return later
    if moved.name:
        later = 1
    return inner


made = maker()


@moved.observation""").replace("    start = mp.mpf(1) + h\n", "    start = mp.mpf(1) + h\n    made\n")
    assert load("conjecture", module(text)).claims[0].name == "moved"


def test_a_theorem_may_do_without_a_reader(module):
    start, end = HONEST.index("@theorem.data"), HONEST.index("moved = ")
    text = HONEST[:start] + HONEST[end:].replace("loss=X**2/3", "loss=X**2/3, a=1").replace("loss=5*X**2", "loss=5*X**2, a=2")
    assert load("conjecture", module(text)).reader is None


def test_the_projects_digest_is_that_of_the_kernel_and_of_numerics():
    digest = project_digest()
    assert len(digest) == 64 and digest == project_digest() != source_digest(modules()["two_step_gd/local"])


def test_a_text_that_is_no_python_or_no_text_is_named(module, tmp_path):
    file = tmp_path/"latin.py"
    file.write_bytes(b"x = '\xe9'")
    for one, told in ((file, "a theorem module is UTF-8 text"), (module("x = ("), ":1: '(' was never closed"),
                      (module("from sympy import Symbol\n0 < Symbol('x') < 1", "chain"), ":2: TypeError: cannot determine truth"),
                      (module("from sympy import Symbol\nmax(Symbol('x'), 1)", "most"), "write a < b < c as (a < b, b < c)"),
                      (module("x = " + "-"*100_000 + "1", "deep"), "")):
        with pytest.raises(Unusable) as refusal:
            load(one.stem, one)
        assert str(one) in str(refusal.value) and told in str(refusal.value)


def test_what_a_module_imports_is_vetted_with_it(module, monkeypatch):
    from theorems.kernel.loading import discover
    monkeypatch.setattr(discover, "_faults", lambda path, text: [(3, "not this one")] if "flipping" in text else [])
    with pytest.raises(Unusable, match=r"expansion.py:3: not this one"):
        load("conjecture", module(HONEST.replace("from theorems import", "from theorems.two_step_gd.expansion import p\nfrom theorems import")))


# ---- addresses and digests

def test_modules_are_found_by_their_place_and_resolved_by_beginnings():
    assert "two_step_gd/local" in modules() and not any(one.startswith("kernel/") for one in modules())
    assert resolve([]) == modules()
    assert set(resolve(["two_step_gd/"])) == {one for one in modules() if one.startswith("two_step_gd/")}
    assert list(resolve(["two_step_gd/local/settling/observed"])) == ["two_step_gd/local"]
    assert list(resolve([str(modules()["two_step_gd/local"])])) == ["two_step_gd/local"]


@pytest.mark.parametrize("target, told", [("nowhere.py", "nowhere.py: there is no such file"),
                                          ("two_step", "two_step: no theorem has this address; the nearest are two_step_gd, "),
                                          ("qqq", "qqq: no theorem has this address; there are commuting_mirror_equivalence, ")])
def test_what_means_nothing_is_unusable(target, told):
    with pytest.raises(Unusable, match=told):
        resolve([target])


def test_two_files_with_one_stem_are_refused(module, tmp_path):
    (tmp_path/"b").mkdir()
    (tmp_path/"b"/"one.py").write_text("")
    with pytest.raises(Unusable, match="rename one"):
        resolve([str(module("", "one")), str(tmp_path/"b"/"one.py")])


def test_a_digest_covers_the_module_the_kernel_and_what_they_import(module):
    file = module(HONEST)
    names = set(sources(file))
    assert {"this module", "theorems/kernel/rules.py", "numerics/steps.py", "numerics/kinds.py", "theorems/__init__.py"} <= names
    assert not any("two_step_gd" in one for one in names)
    before = source_digest(file)
    assert source_digest(module(HONEST + "\n")) != before
    near = "from theorems.two_step_gd.expansion import p\n"
    assert "theorems/two_step_gd/expansion.py" in sources(module(near + HONEST))
    assert "this module" in sources(module("x = ("))


def test_relative_imports_of_the_project_are_followed():
    from theorems.kernel.loading.discover import ROOT, _imports
    found = _imports(ROOT/"kernel"/"somewhere.py", "from . import goals\nfrom .. import kernel\nimport sympy")
    assert ROOT/"kernel"/"goals.py" in found and ROOT/"kernel"/"__init__.py" in found and len(found) == 3
    assert _imports(ROOT.parent.parent/"elsewhere.py", "from . import goals") == ()
    nested = ("def f():\n  try:\n    pass\n  except E:\n    if a:\n      pass\n    else:\n      from numerics import steps\n"
              "  finally:\n    match a:\n      case 1:\n        import numerics.kinds\n")
    assert {one.name for one in _imports(ROOT/"elsewhere.py", nested)} == {"__init__.py", "steps.py", "kinds.py"}


def test_a_module_refused_once_is_refused_again(monkeypatch):
    from theorems.kernel.loading import sight
    real, refused = sight._look, []

    def refusing(*told):
        refused.append(told)
        raise sight.LoadError("seen")
    address = "two_step_gd/expansion"
    load(address, modules()[address])
    monkeypatch.setattr(sight, "_look", refusing)
    for _ in range(2):
        with pytest.raises(Unusable, match="seen"):
            load(address, modules()[address])
    assert len(refused) == 2 and real is not refusing


def test_a_syntax_error_in_what_is_imported_names_its_file(module, monkeypatch):
    from theorems.kernel.loading import discover

    def broken(address, file):
        raise SyntaxError("bad", ("other.py", 7, 1, "x"))
    monkeypatch.setattr(discover, "_module", broken)
    with pytest.raises(Unusable, match="other.py:7: bad"):
        load("conjecture", module(HONEST))
