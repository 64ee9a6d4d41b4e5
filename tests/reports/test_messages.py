"""The messages for authors' mistakes, word for word, as `qed verify` prints them."""

import copy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from numerics.stability_operator import second_moment_operator
from reports import messages, verify
from theorems.kernel.running import schedule
from theorems.kernel.running.schedule import certify

EXAMPLES = Path(__file__).parents[1]/"examples"

CYCLE = '''"""A local statement with a case that cannot tell it from a wrong one."""
from sympy import Eq, diff, symbols
from numerics.losses import X as x
from theorems import Theorem

width = symbols("width")
a, b, c = symbols("F2 F3 F4", real=True)
theorem = Theorem("two steps of descent", assumes=(3*b**2 - a*c > 0,))


@theorem.data
def jet(case):
    return {symbol: diff(case.loss, x, order).subs(x, 0) for order, symbol in ((2, a), (3, b), (4, c))}


size = theorem.claim("squared half-width of the 2-cycle per unit of excess", Eq(width, 3*a**3/(3*b**2 - a*c)),
                     false={"sign of the fourth derivative": Eq(width, 3*a**3/(3*b**2 + a*c)), "no skew": Eq(width, 3*a**3)})


@size.enclosure
def measured(lab):
    f, g, h = (diff(lab.loss, x, order).subs(x, 0) for order in (2, 3, 4))
    return 3*f**3/(3*g**2 - f*h)


theorem.case("cubic", loss=x**2 + x**3/2)
'''.replace("F2", "f''").replace("F3", "f" + 3*"'").replace("F4", "f" + 4*"'")
BOUND = '''"""A bound with a false variant that it implies."""
from sympy import Rational, symbols
from theorems import Theorem

Lambda = symbols("Lambda")
mean, square, largest = symbols("mean square largest", positive=True)
theorem = Theorem("trace bound", assumes=(square >= mean**2,))


@theorem.data
def norms(case):
    of = lambda values: sum(values)/Rational(len(values))
    return {mean: of(case.norms), square: of([x*x for x in case.norms]), largest: max(case.norms)}


threshold = theorem.claim("between two means", (Lambda >= square/mean, Lambda <= largest),
                          false={"Lambda >= mean/2": (Lambda >= mean/2, Lambda <= largest),
                                 "twice the trace": (Lambda >= 2*mean, Lambda <= largest)})


@threshold.enclosure
def measured(lab):
    return (max(lab.norms) + sum(x*x for x in lab.norms)/sum(lab.norms))/2


theorem.case("two norms", norms=(Rational(1), Rational(3)))
'''


def said(folder, name, text, qed):
    (folder/f"{name}.py").write_text(text)
    return qed("verify", f"{name}.py", cwd=folder).out


def test_a_variant_that_equals_the_claim_on_every_case(qed, tmp_path):
    assert """
two_step_descent, claim "squared half-width of the 2-cycle per unit of excess": UNDECIDED
  The false variant "sign of the fourth derivative" equals the claim on every case given
  (f'''' = 0 for "cubic"), so no measurement can tell them apart.
  Add a case with f'''' != 0, for instance x**2 + x**3/2 + x**4/48.
""" in said(tmp_path, "two_step_descent", CYCLE, qed)


def test_a_variant_whose_name_holds_an_apostrophe(qed, tmp_path):
    told = said(tmp_path, "two_step_descent", CYCLE.replace("sign of the fourth derivative", "the jet's last sign"), qed)
    assert 'The false variant "the jet\'s last sign" equals the claim on every case given' in told


def test_the_instance_that_is_named_tells_them_apart(qed, tmp_path):
    added = CYCLE + 'theorem.case("quartic", loss=x**2 + x**3/2 + x**4/48)\n'
    assert "equals the claim" not in said(tmp_path, "two_step_descent", added, qed)


def test_the_searches_of_one_run_share_one_budget(qed, tmp_path, monkeypatch):
    clock = iter(range(10**6))
    allowed = []
    monkeypatch.setattr(verify, "time", SimpleNamespace(monotonic=lambda: 25*next(clock)))
    monkeypatch.setattr(schedule, "isolated", lambda function, arguments, seconds: allowed.append(seconds) or "x = 1")
    for number in range(4):
        (tmp_path/f"cycle_{number}.py").write_text(CYCLE)
    told = qed("verify", *(f"cycle_{number}.py" for number in range(4)), cwd=tmp_path).out
    assert allowed == [35, 10]
    assert told.count("equals the claim on every case given") == 4 and told.count("for instance x = 1.") == 2


def test_a_variant_that_the_claim_implies(qed, tmp_path):
    assert """
trace_bound, false variant "Lambda >= mean/2": not refuted
  The claim implies it (square/mean >= mean/2 whenever square >= mean^2); a weaker bound is never false.
  Replace it by a stronger one, and give a case that attains the claim, for instance equal norms.
""" in said(tmp_path, "trace_bound", BOUND, qed)


FLOAT = """ascent_sharpness, case "tilted bowl": REFUTED
  measured limit   2.19999999999989   (bar 8.7e-16, observed order 1.00)
  claimed          2.2                off by 1.1e-13 = 126 bars
  The discrepancy is of the size of double precision: look for a float in `excess_gain`.
"""


@pytest.fixture(scope="module")
def bowl(tmp_path_factory):
    """The certificate of the example, whose measurement is off by 2^-45 = 2.8e-14."""
    file = tmp_path_factory.mktemp("bowl")/"ascent_sharpness.py"
    file.write_text((EXAMPLES/file.name).read_text().replace("mp.hypot(g, k))/rho**2", "mp.hypot(g, k))/rho**2 - mp.mpf(2)**-45"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QED_CACHE", str(file.parent/"store"))
        return certify([str(file)])["theorems"][0]


def finding(theorem, **measured):
    claim = theorem["claims"][0]
    one = copy.deepcopy(next(one for one in claim["evidence"] if one["address"].endswith("/observed/tilted-bowl")))
    one["measured"] |= measured.get("numbers", {})
    one["because"] = measured.get("because", one["because"])
    return messages.finding(one, claim, theorem)


def test_a_limit_that_is_off_by_a_float(bowl):
    numbers = {"gain": "2.19999999999989", "gain bar": "8.66e-16", "gain order": "1.0003"}
    because = ("left - right = -1.09e-13 +/- 8.7e-16, 126 bars; the discrepancy is of the size of double precision: "
               "look for a float in `excess_gain`")
    assert finding(bowl, numbers=numbers, because=because).startswith(FLOAT)


def test_a_measurement_that_is_off_by_a_float_gets_that_message(bowl):
    asked, limit, claimed, hint, *rest = finding(bowl).splitlines()
    assert [asked, hint] == [FLOAT.splitlines()[0], FLOAT.splitlines()[3]]
    assert limit.startswith("  measured limit   2.19999999999997   (bar ") and ", observed order " in limit
    assert claimed.startswith("  claimed          2.2                off by 2.8e-14 = ") and claimed.endswith(" bars")
    assert rest[0].startswith("  statement   Eq(gain, ")


def test_a_matrix_that_is_not_symmetric():
    with pytest.raises(ValueError) as raised:
        second_moment_operator([np.eye(2), [[1.0, 2.0], [0.0, 1.0]]], 0.1)
    assert str(raised.value) == ("hessians[1] is not symmetric: entries differ by 2.0e+00 across the diagonal; "
                                 "pass (H + H.T)/2 if that is rounding")


PLAIN = '''"""A claim in six lines."""
from sympy import Eq, symbols
from theorems import Theorem, zero
value, a = symbols("value a")
theorem = Theorem("plain")
claim = theorem.claim("twice", Eq(value, 2*a), false={"once": Eq(value, a), "thrice": Eq(value, 3*a)})
@claim.enclosure
def measured(lab):
    return 2*lab.a
theorem.case("one", a=1)
'''


@pytest.mark.parametrize("old, new, found, mend", [
    ("return 2*lab.a", "return 2", "the measurement takes nothing from its laboratory",
     "read the case's data as lab.NAME, and take steps with lab.iterate(step, start, count)"),
    ("return 2*lab.a", "return 2*lab.b", "the case has no datum 'b'; it has a",
     "give it in the case, theorem.case(name, NAME=...), or read one of those that it has"),
    ("return 2*lab.a", "2*lab.a", "it raised TypeError: None of type NoneType is not exact",
     "end the measurement with `return` and the value"),
    ("a=1", "a=1, value=2", "nothing is measured: case 'one' supplies every symbol of the statement",
     "leave out of the data the symbol that is to be measured"),
    ("return 2*lab.a", "return 2 + 0*lab.a", "did not move in a spoiled laboratory",
     "compute the value from the data and from steps taken with lab.iterate; if it is a whole number (a time, a count), "
     "add a case within 1/1000 of where it jumps"),
    ("@claim.enclosure", "@claim.proof\ndef argument(claimed):\n    yield zero(a - a, 'no side of it')\n@claim.enclosure",
     "the proof also accepts the mutant", "yield a goal into which the statement's own sides enter, such as zero(derived - "
     "claimed.rhs, why): one for each relation, and for Equivalent one for each direction"),
    ("@claim.enclosure", "@claim.proof\ndef argument(claimed):\n    return []\n@claim.enclosure", "the proof yields no goals to decide",
     "yield zero(left - right, why) for each step of the derivation"),
])
def test_a_mistake_is_told_with_its_mend(qed, tmp_path, old, new, found, mend):
    told = said(tmp_path, "plain", PLAIN.replace(old, new), qed)
    at = next(k for k, line in enumerate(told.splitlines()) if line.startswith("  found       ") and found in line)
    assert told.splitlines()[at + 1] == f"  mend        {mend}"


def test_a_sampling_tells_which_centre_its_interval_holds():
    numbers = {"confidence": "1 - 1/1000000", "draws": "500", "centre": "median", "x": "2.0", "x interval": "[1.9, 2.1]"}
    assert [*messages.measured({"measured": numbers})] == [
        "x = 2.0   (interval [1.9, 2.1], the median of 500 draws, confidence 1 - 1/1000000)"]
