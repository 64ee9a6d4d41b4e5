"""What the rules make of a theorem: boxes, families, outside cases, assumptions, variants, mutants, errata."""

from fractions import Fraction

import pytest
from mpmath import mp, mpf
from sympy import Abs, Eq, Equivalent, Ge, Gt, I, Le, Matrix, Ne, Rational, Tuple, acosh, oo, sqrt, symbols

from numerics import balls
from theorems import Box, Each, Theorem, cited, positive, zero
from theorems.kernel import rules, runs
from theorems.kernel.evidence import Verdict
from theorems.kernel.mutate import mutants
from theorems.kernel.sharpness import coincides, follows

x, y, a, b = symbols("x y a b", real=True)
TINY = acosh(1 + Rational(1, 10**9))         # SymPy takes it for 0
HOLDS, REFUTED, UNDECIDED = Verdict.HOLDS, Verdict.REFUTED, Verdict.UNDECIDED


def claim(statement, function, *, assumes=(), false=None, reader=None, proof=None, measure="enclosure", **how):
    """A claim with one measurement; without false variants given, two that are false wherever x > 0."""
    theorem = Theorem("test", assumes=assumes)
    made = theorem.claim("a test", statement, false or {"minus": Eq(x, -100), "plus": Eq(x, 12345)})
    if reader:
        theorem.data(reader)
    if proof:
        made.proof(proof)
    getattr(made, measure)(**how)(function) if how else getattr(made, measure)(function)
    return made


def evidence(made, skip=None):
    """{end of address: evidence} of a claim."""
    if not made.theorem.frozen:
        made.theorem.freeze("test", __file__, {"it": made})
    return {one.address.removeprefix("test/it/"): one for one in rules.pieces(made, skip)}


def squared(lab):
    return balls.power(balls.ball(lab.a), 2)


# ---- boxes and families

def test_a_box_is_divided_until_every_part_is_decided():
    made = claim(Gt(x, a - Rational(1, 3)), squared)          # a^2 - a + 1/3 has its minimum 1/12 at 1/2
    made.case("all of it", a=Box(0, 1))
    found = evidence(made)["enclosed/all-of-it"]
    assert found.verdict is HOLDS and found.discrete["runs"] > 8


def test_one_part_of_a_box_refutes():
    made = claim(Gt(x, a - Rational(1, 5)), squared)          # a^2 - a + 1/5 is negative near 1/2, and 0 at 0.276...
    made.case("all of it", a=Box(0, 1))
    found = evidence(made)["enclosed/all-of-it"]
    assert found.verdict is REFUTED and "(the first such part)" in found.because


def test_a_box_that_is_open_somewhere_stays_open_and_says_where(monkeypatch):
    monkeypatch.setattr(runs, "PARTS", 64)
    made = claim(Gt(x, a - Rational(1, 4)), squared)          # a^2 - a + 1/4 vanishes at 1/2
    made.case("all of it", a=Box(0, 1))
    found = evidence(made)["enclosed/all-of-it"]
    assert found.verdict is UNDECIDED
    assert found.because.startswith("after 64 parts it is still open on a in 0.")


@pytest.mark.parametrize("statement, reader, verdict", [
    (Eq(x, 1), None, REFUTED), (Eq(x, b), lambda case: {b: case.a + 0}, REFUTED), (Eq(x, a**2), None, UNDECIDED)])
def test_an_equation_on_a_box_does_not_hold_because_a_wide_ball_agrees(monkeypatch, statement, reader, verdict):
    monkeypatch.setattr(runs, "PARTS", 64)
    made = claim(statement, squared, reader=reader)
    made.case("around one", a=Box(Rational(9, 10), Rational(11, 10)))
    found = evidence(made)["enclosed/around-one"]                          # x is a^2; where that is right no part shows it whole
    assert found.verdict is verdict
    assert ("take points of it with Each, or state bounds" in found.because) == (verdict is UNDECIDED)


def test_a_part_on_which_the_measurement_gives_up_is_divided_too():
    def narrow(lab):
        if balls.ball(lab.a).rad() > balls.ball(Fraction(1, 8)):
            raise balls.Undecided("too wide")
        return squared(lab)
    made = claim(Ge(x, Rational(1, 2)), narrow)
    made.case("two of them", a=Box(1, 2), c=Box(0, 1))
    assert evidence(made)["enclosed/two-of-them"].verdict is HOLDS


def test_a_box_is_spoiled_at_its_midpoint():
    made = claim(Ge(x, Rational(1, 2)), squared)
    made.case("wide", a=Box(1, 2))
    found = evidence(made)["spoiled"]
    assert found.verdict is REFUTED and found.because.startswith("all data larger by 1/1000: x moves from 2.25")


def test_a_case_stands_for_all_of_its_family():
    made = claim(Eq(x, a**2), lambda lab: lab.a**2 + (lab.a == 7))
    made.case("small", a=Each(range(3, 6)))
    made.case("large", a=Each((6, 7)))
    found = evidence(made)
    assert (found["enclosed/small"].verdict, found["enclosed/small"].discrete) == (HOLDS, {"runs": 3})
    assert found["enclosed/large"].verdict is REFUTED and found["enclosed/large"].because == "left - right = 1 (the first such part)"


# ---- assumptions

@pytest.mark.parametrize("assumes, data, told", [
    ((a > 0,), {"a": 0}, "case 'one' violates the assumption a > 0"),
    ((b > 0,), {"a": 1}, "case 'one' gives no value for b, which the assumption b > 0 needs"),
    ((a > 0,), {"a": Box(-1, 1)}, "whether case 'one' meets the assumption a > 0 was not decided"),
    ((a > 0,), {"a": Box(-2, -1)}, "case 'one' violates the assumption a > 0"),
    ((a > 0,), {"a": Box(0, 1)}, "whether case 'one' meets the assumption a > 0 was not decided"),
    ((Ne(a, 0),), {"a": Box(1, 2)}, "whether case 'one' meets the assumption Ne(a, 0) was not decided"),
    ((Eq(Matrix([a, b]), Matrix([b, a])),), {"a": 1, "b": 2},
     "case 'one' violates the assumption Eq(Matrix([\n[a],\n[b]]), Matrix([\n[b],\n[a]]))"),
    ((Eq(Matrix([a, 0]), Matrix([b, 0])), a > 0), {"a": 0, "b": 0}, "case 'one' violates the assumption a > 0"),
    ((Ne(sqrt(a), 1),), {"a": -4}, "whether case 'one' meets the assumption Ne(sqrt(a), 1) was not decided"),
    ((Eq(sqrt(a), sqrt(a)*b),), {"a": -4, "b": 1}, "whether case 'one' meets the assumption Eq(sqrt(a), sqrt(a)*b) was not decided"),
    ((b <= 0,), {"a": Box(1, 2), "b": TINY}, "case 'one' violates the assumption b <= 0"),
    ((Eq(b, 0),), {"a": Box(1, 2), "b": TINY}, "case 'one' violates the assumption Eq(b, 0)"),
    ((a*Abs(b) <= 0,), {"a": Box(1, 2), "b": TINY}, "whether case 'one' meets the assumption a*Abs(b) <= 0 was not decided"),
])
def test_a_case_must_meet_every_assumption(assumes, data, told):
    made = claim(Ge(x, -10), squared, assumes=assumes)
    made.case("one", **data)
    assert evidence(made)["enclosed/one"].because == told


@pytest.mark.parametrize("assumes, data", [((a >= 0,), Box(0, 1)), ((a > 0,), Box(Rational(1, 9), 1)),
                                           ((a <= 1, a >= 0), Box(0, 1)), ((), Box(0, 1)), ((a + TINY > 0,), Box(0, 1))])
def test_closed_ends_of_a_box_count(assumes, data):
    made = claim(Ge(x, -10), squared, assumes=assumes)
    made.case("one", a=data)
    assert rules.unmet(made, made.cases[0]) is None


def test_an_assumption_without_the_interval_is_decided_beside_it():
    made = claim(Ge(x, -10), squared, assumes=(b > 0,))
    made.case("good", a=Box(0, 1), b=1)
    made.case("bad", a=Box(0, 1), b=-1)
    assert rules.unmet(made, made.cases[0]) is None
    assert rules.unmet(made, made.cases[1]) == "case 'bad' violates the assumption b > 0"


@pytest.mark.parametrize("sorts, value, told", [
    (dict(positive=True), 0, "the value 0, but the symbol is declared positive"),
    (dict(negative=True), 1, "declared negative"), (dict(nonnegative=True), -1, "declared nonnegative"),
    (dict(nonpositive=True), 1, "declared nonpositive"), (dict(real=True, nonzero=True), 0, "declared nonzero"),
    (dict(integer=True), Rational(1, 2), "declared integer"), (dict(real=True), sqrt(-2), "but the symbol is a real number"),
    ({}, oo, "but the symbol is a real number"), ({}, (1 + I)*(2 - I), "a real number, which was not shown"),
    (dict(positive=True), Box(-1, 1), "declared positive, which was not decided"),
])
def test_a_value_must_be_of_the_declared_sort(sorts, value, told):
    s = symbols("s", **sorts)
    made = claim(Eq(x, s), lambda lab: lab.s)
    made.case("one", s=value)
    assert told in evidence(made)["enclosed/one"].because


def test_a_value_beside_an_interval_must_be_real_too():
    s = symbols("s")
    made = claim(Le(x, a + s**2), lambda lab: lab.a, false={"one": Le(x, -100), "two": Le(x, -200)})
    made.case("one", a=Box(0, 1), s=I)
    assert "gives s the value I, but the symbol is a real number" in evidence(made)["enclosed/one"].because


def test_a_measured_symbol_has_its_declared_sort_too():
    size = symbols("size", positive=True)
    made = claim(Eq(size, a), lambda lab: lab.a, false={"one": Eq(size, 100), "two": Eq(size, 200)})
    made.case("negative", a=-3)
    found = evidence(made)["enclosed/negative"]
    assert found.verdict is REFUTED and found.because == "size = -3, but the symbol is declared positive"


@pytest.mark.parametrize("sorts, value, verdict, told", [
    (dict(real=True), 2*I, REFUTED, "x = 2*I, but the symbol is a real number"),
    (dict(integer=True), Rational(2, 3), REFUTED, "x = 2/3, but the symbol is declared integer"),
    (dict(integer=True), balls.box(Rational(1, 3), Rational(2, 3)), REFUTED, "but the symbol is declared integer"),
    ({}, oo, UNDECIDED, "return a finite number or a ball"),
    ({}, (1 + I)*(2 - I), UNDECIDED, "x = (1 + I)*(2 - I), but the symbol is a real number, which was not shown"),
])
def test_a_measured_value_is_a_real_number_of_its_symbols_sort(sorts, value, verdict, told):
    measured = symbols("x", **sorts)
    made = claim(Le(measured, a), lambda lab: value + 0*lab.a, false={"one": Le(measured, -100), "two": Le(measured, -200)})
    made.case("one", a=3)
    found = evidence(made)["enclosed/one"]
    assert found.verdict is verdict and told in found.because


def test_each_relation_of_a_claim_holds_something_measured():
    made = claim((Eq(x, a), Eq(b, 5*a)), lambda lab: lab.a, false={"one": (Eq(x, 9), Eq(b, a)), "two": (Eq(x, 8), Eq(b, a))})
    made.case("one", a=1, b=5)
    assert evidence(made)["enclosed/one"].because == "nothing is measured in Eq(b, 5*a): case 'one' supplies every symbol of it"


def test_an_observation_is_as_wide_as_the_balls_it_returns():
    made = claim(Eq(x, 5*a), lambda lab, h: balls.from_exact(5, 5)*balls.ball(lab.a + h), measure="observation", small=b,
                 false={"once": Eq(x, a), "twice": Eq(x, 2*a)})
    made.case("one", a=2)
    found = evidence(made)["observed/one"]                                # from 0 to 10 a
    assert found.verdict is UNDECIDED and "so it shows nothing" in found.because


# ---- outside cases

def outside(function, data, assumes=(a > 0,), **how):
    made = claim(Eq(x, abs(a)), function, assumes=assumes, **how)
    made.case("inside", a=2)
    made.outside("outside", breaks=assumes[0], **data)
    return evidence(made)["outside/outside"]


def test_an_outside_case_shows_that_its_assumption_is_needed():
    found = outside(lambda lab: lab.a, {"a": -1})
    assert found.verdict is REFUTED and found.numbers["breaks"] == "a > 0"


def test_one_instance_of_an_outside_family_suffices():
    assert outside(lambda lab: lab.a, {"a": Each((0, -1))}).verdict is REFUTED


def test_an_outside_case_that_is_open_is_undecided():
    wide = lambda lab: lab.a if lab.a > 0 else balls.box(0, 9)
    found = outside(wide, {"a": -1})
    assert (found.verdict, found.because) == (HOLDS, "the claim was not measured false although a > 0 fails: "
                                              "left - right = 3.5 +/- 4.5")
    made = claim(Ge(x, abs(a)), wide, assumes=(a > 0,))
    made.case("inside", a=2)
    made.outside("outside", breaks=a > 0, a=-1)
    assert evidence(made)["outside/outside"].verdict is UNDECIDED


def test_leaving_the_region_outside_is_an_absence_with_a_witness():
    found = outside(lambda lab: lab.iterate(lambda p: 2*p if lab.a < 0 else p, lab.a, 40, within=100), {"a": -1})
    assert found.verdict is REFUTED
    assert found.because == "there is nothing to measure: the iterate left the region |x| <= 100 at step 7"


@pytest.mark.parametrize("value, verdict, told", [
    (lambda h: 1/h, REFUTED, "there is nothing to measure: the differences of the values grow"),
    (mp.sqrt, UNDECIDED, "the values approach too slowly: the observed order is 0.5"),
    (lambda h: mp.nan, UNDECIDED, "the value after 0 halvings is nan"),
    (lambda h: mpf(1), UNDECIDED, "do not depend on the small parameter")])
def test_outside_only_divergence_is_an_absence_of_a_limit(value, verdict, told):
    found = outside(lambda lab, h: value(h) if lab.a < 0 else lab.a + h, {"a": -1}, measure="observation", small=b)
    assert found.verdict is verdict and told in found.because


# ---- proofs

def proved(proof, statement=Eq(x, a**2), **how):
    made = claim(statement, lambda lab: lab.a**2, proof=proof, **how)
    made.case("two", a=2)
    made.case("three", a=3)
    return evidence(made)


def test_a_proof_tells_what_it_cites():
    def by_hearsay(claimed):
        yield cited("somebody's theorem")
        yield zero(a*a - claimed.rhs, "it is the square")
    found = proved(by_hearsay)["proved/by-hearsay"]
    assert found.verdict is HOLDS and found.because == "1 goals decided, given: somebody's theorem"


def test_a_goal_that_fails_is_named_with_its_witness():
    def by_mistake(claimed):
        yield zero(a*a - claimed.rhs, "it is the square")
        yield positive(a, "it is positive")
    found = proved(by_mistake)["proved/by-mistake"]
    assert found.verdict is UNDECIDED and found.because.startswith("the goal 'it is positive' is REFUTED: the value is")
    assert [goal["verdict"] for goal in found.numbers["goals"]] == ["HOLDS", "REFUTED"]


def test_a_proof_that_raises_is_told_with_its_line():
    def by_accident(claimed):
        yield zero(claimed.nothing, "it is the square")
    because = proved(by_accident)["proved/by-accident"].because
    assert because.startswith("the proof raised AttributeError") and "test_rules.py:" in because


@pytest.mark.parametrize("proof, told", [
    (lambda claimed: zero(a*a - claimed.rhs, "the square"), "the proof returns a goal; write `yield zero(...)` for each goal"),
    (lambda claimed: True, "the proof returns True; write `yield zero(...)` for each goal")])
def test_a_proof_yields(proof, told):
    assert proved(proof)["proved/lambda"].because.startswith(told)


def test_a_proof_may_read_the_sides_of_a_bound_alone_but_must_read_every_bound():
    def of_both(lower, upper):
        yield zero(lower.rhs - a**2 + 1, "below by one")
        yield zero(upper.rhs - a**2 - 1, "above by one")

    def of_one(lower, upper):
        yield zero(lower.rhs - a**2 + 1, "below by one")
    between = (x >= a**2 - 1, x <= a**2 + 1)
    assert proved(of_both, between)["mutants"].verdict is REFUTED
    found = proved(of_one, between)["mutants"]
    assert found.verdict is UNDECIDED and "it does not look at" in found.because


def test_a_bound_that_no_case_can_refute_must_be_read_by_its_proof():
    loose = (Eq(x, a**2), y <= a**2 + 100)
    made = {}
    for name, goals in (("both", 2), ("one", 1)):
        def proof(equal, bound, goals=goals):
            yield zero(a*a - equal.rhs, "the square")
            if goals == 2:
                yield zero(bound.rhs - a**2 - 100, "the bound")
        proof.__name__ = name
        made[name] = claim(loose, lambda lab: {x: lab.a**2, y: -10**9}, proof=proof,
                           false={"minus": (Eq(x, -100), loose[1]), "plus": (Eq(x, 12345), loose[1])})
        made[name].case("two", a=2)
        made[name].case("three", a=3)
        made[name] = evidence(made[name])["mutants"]
    assert made["both"].verdict is REFUTED and "valid, not shown to be sharp" in made["both"].because
    assert made["one"].verdict is UNDECIDED
    assert "and others: it does not look at y <= a**2 + 100" in made["one"].because


def test_a_mutant_that_no_case_refutes_is_rejected_by_the_proof_or_condemns_it():
    statement = Eq(x, a + b)                              # on the cases b = a: b -> a changes nothing
    def sound(claimed):
        yield zero(a + b - claimed.rhs, "the sum")

    def deaf(claimed):
        yield zero((a + b - claimed.rhs)*(2*a - claimed.rhs)*(2*b - claimed.rhs), "one of three")
    for proof, verdict, told in ((sound, REFUTED, "2 rejected"), (deaf, UNDECIDED, "also accepts the mutant Eq(x, 2*")):
        made = claim(statement, lambda lab: lab.a + lab.b, proof=proof)
        made.case("equal", a=2, b=2)
        made.case("equal again", a=5, b=5)
        found = evidence(made)["mutants"]
        assert found.verdict is verdict and told in found.because


def test_a_proof_that_crashes_on_a_mutant_does_not_reject_it():
    def brittle(claimed):
        if claimed.rhs != a + b:
            raise ValueError("not my statement")
        yield zero(a + b - claimed.rhs, "the sum")
    made = claim(Eq(x, a + b), lambda lab: lab.a + lab.b, proof=brittle)
    made.case("equal", a=2, b=2)
    made.case("equal again", a=5, b=5)
    found = evidence(made)["mutants"]
    assert found.verdict is UNDECIDED and found.discrete["survivors"] == 2 and found.discrete["rejected"] == 0


# ---- variants and mutants

def test_an_unrefuted_variant_that_the_claim_implies_is_told_so():
    made = claim(Ge(x, a), lambda lab: lab.a, false={"weaker": Ge(x, a - 1), "stronger": Ge(x, a + 1)})
    made.case("attained", a=3)
    found = evidence(made)
    assert found["false/weaker"].because == (
        "the false variant 'weaker' was not refuted: the claim implies it, and a weaker bound is never false; "
        "replace it by a stronger one, and give a case that attains the claim")
    assert found["false/stronger"].verdict is REFUTED


def test_a_variant_that_no_case_separates_is_told_with_a_case_that_would():
    made = claim(Eq(x, a*b), lambda lab: lab.a*lab.b, false={"no b": Eq(x, a), "no a": Eq(x, b)})
    made.case("unit", a=3, b=1)
    found = evidence(made)
    assert found["false/no-b"].because == (
        "the false variant 'no b' was not refuted: it equals the claim on every case given, so no measurement can tell "
        "them apart; add a case that does, for instance with a = -16/7, b = -5/4")
    made = claim(Eq(x, a + b), lambda lab: lab.a + lab.b)
    made.case("equal", a=2, b=2)
    found = evidence(made)["mutants"]
    assert found.verdict is UNDECIDED
    assert found.numbers["survivors"][0].startswith("a -> b: Eq(x, 2*b), for instance with a = ")


def test_without_a_measurement_that_holds_nothing_is_refuted():
    made = claim(Eq(x, a), lambda lab: lab.a + 1)
    made.case("wrong", a=3)
    found = evidence(made)
    assert found["enclosed/wrong"].verdict is REFUTED
    assert found["spoiled"].because == "no sound measurement to compare with"
    assert found["false/minus"].because == "no measurement holds, so none can contradict it"
    assert found["mutants"].because == "no measurement holds, so no mutant can be tried"


def test_mutants_of_an_attained_bound_are_refuted_or_implied():
    made = claim(Le(x, a + 1), lambda lab: lab.a + lab.b, false={"one": Le(x, a), "two": Le(x, 1)})
    made.case("attained", a=3, b=1)
    made.case("not attained", a=-3, b=0)
    found = evidence(made)["mutants"]
    assert found.verdict is REFUTED and found.discrete["refuted"] + found.discrete["implied"] == found.discrete["total"]
    assert found.numbers["survivors"] == [] and found.discrete["implied"] > 0


def test_a_mutant_that_leaves_no_less_room_is_implied():
    share = symbols("share", positive=True)
    made = claim(Ge(x, 1 - share**2 - 1/share), lambda lab: 1 - lab.share**2 - 1/lab.share, assumes=(share <= 1,),
                 false={"one": Ge(x, 1), "less": Ge(x, 1 - share - share**2)})
    made.case("half", share=Rational(1, 2))
    weaker = next(one for one in mutants(made.statement, []) if one.relation == Ge(x, 1 - share - 1/share))
    stronger = next(one for one in mutants(made.statement, []) if one.relation == Ge(x, 1 - share**3 - 1/share))
    assert follows(made, weaker) and not follows(made, stronger)       # as share <= 1
    assert evidence(made)["mutants"].verdict is REFUTED


def test_a_mutant_that_says_the_same_coincides():
    same = claim(Eq(2*x - 2*a, 0), lambda lab: lab.a)      # doubled on both sides: -2x + 2a = 0 is a mutant
    same.case("three", a=3)
    assert evidence(same)["mutants"].discrete["coincide"] == 1
    for changed, same in ((Eq(x, a**3), False), (Eq(x, a*a*1), True), (Gt(x, a), False)):
        assert coincides(changed, Eq(x, a**2)) is same


def test_the_nearest_mutant_is_told_in_bars():
    made = claim(Eq(x, a), lambda lab: balls.box(lab.a - Rational(1, 8), lab.a + Rational(1, 8)))
    made.case("eight", a=8)
    found = evidence(made)
    assert found["mutants"].numbers["nearest"] == "1.3e+02" and found["false/minus"].numbers["bars"] == "8.6e+02"


def test_a_region_is_shown_by_cases_on_both_sides():
    made = claim(Equivalent(x < 1, a < 4), lambda lab: sqrt(lab.a)/2,
                 false={"wider": Equivalent(x < 1, a < 6), "narrower": Equivalent(x < 1, a < 2)})
    for value in (1, 3, 5, 9):
        made.case(f"at {value}", a=value)
    found = evidence(made)
    assert found["false/wider"].verdict is REFUTED and found["false/narrower"].verdict is REFUTED
    assert found["mutants"].verdict is UNDECIDED and "4 -> 5" in "".join(found["mutants"].numbers["survivors"])


def test_vectors_have_mutants_and_variants():
    z = symbols("z", real=True)
    made = claim(Eq(Matrix([x, z]), Matrix([a, 2*a])), lambda lab: {x: lab.a, z: 2*lab.a},
                 false={"swapped": Eq(Matrix([x, z]), Matrix([2*a, a])), "equal": Eq(Matrix([x, z]), Matrix([a, a]))})
    made.case("three", a=3)
    found = evidence(made)
    assert found["enclosed/three"].verdict is HOLDS and found["false/equal"].verdict is REFUTED


def test_a_refuted_limit_of_the_size_of_a_float_is_told_so():
    made = claim(Eq(x, a), lambda lab, h: lab.a + mpf(2)**-50 + mp.sin(h), measure="observation", small=b, halvings=12)
    made.case("near", a=3)
    found = evidence(made)["observed/near"]
    assert found.verdict is REFUTED and " bars; the discrepancy is of the size of double precision" in found.because


def test_exactly_wrong_is_told_without_bars():
    made = claim(Eq(x, a), lambda lab: lab.a + 1)
    made.case("off", a=3)
    assert evidence(made)["enclosed/off"].because == "left - right = 1"


# ---- spoiled laboratories

def test_a_spoiled_laboratory_in_which_the_measurement_crashes_shows_nothing():
    def brittle(lab):
        if lab.a != 3:
            raise ValueError("not the usual data")
        return lab.a
    made = claim(Eq(x, a), brittle)
    made.case("three", a=3)
    assert evidence(made)["spoiled"].because.startswith("the measurement did not move in a spoiled laboratory (1 tried)")


def test_what_a_measurement_keeps_shows_when_it_is_repeated():
    calls = []

    def kept(lab):
        calls.append(lab.a)
        return calls[-1] + len(calls) - 1
    made = claim(Eq(x, a), kept)
    made.case("three", a=3)
    assert evidence(made)["spoiled"].because == "the measurement gave another value when it was repeated: it keeps something"


def test_absence_in_a_spoiled_laboratory_counts():
    made = claim(Eq(x, a), lambda lab: lab.iterate(lambda p: p + 1, lab.a - 1, 1, within=lab.a))
    made.case("three", a=3)
    assert "it no longer exists: the iterate left the region" in evidence(made)["spoiled"].because


def test_a_box_whose_midpoint_is_open_is_passed_over():
    def open_in_the_middle(lab):
        if balls.ball(lab.a).rad() == 0:
            raise balls.Undecided("a point")
        return squared(lab)
    made = claim(Ge(x, Rational(1, 2)), open_in_the_middle)
    made.case("wide", a=Box(1, 2))
    assert "(0 tried)" in evidence(made)["spoiled"].because


# ---- wide balls

def test_each_relation_must_be_contradicted_by_a_wrong_one():
    z = symbols("z", real=True)
    def told(width, **data):
        made = claim((Eq(x, 2*a), Eq(z, 3*b)), lambda lab: {x: 2*lab.a, z: balls.box(3*lab.b - width, 3*lab.b + width)},
                     false={"one": (Eq(x, a), Eq(z, 3*b)), "two": (Eq(x, 2*a), Eq(z, b))})
        made.case("it", **data)
        return evidence(made)["enclosed/it"].verdict
    assert told(Fraction(1, 10), a=1, b=1) is HOLDS
    assert told(100, a=1, b=1) is UNDECIDED               # every wrong multiple of b lies in the ball, too
    assert told(Fraction(1, 10), a=0, b=0) is UNDECIDED   # nothing wrong is contradicted at all
    assert told(Fraction(1, 10), a=1, b=0) is HOLDS       # 3*b -> 3*a says 3
    assert told(100, a=1, b=0) is UNDECIDED


# ---- errata, skipped pieces

def test_errata_are_refuted_at_their_witness():
    theorem, p = Theorem("test"), symbols("p", positive=True)
    for at, relation, witness, where in (("right", Eq(a, 1), {a: 2}, (a > 0,)), ("true", Eq(a, 1), {a: 1}, ()),
                                         ("outside", Eq(a, 1), {a: 2}, (a > 5,)), ("open", Eq(a, b), {a: 1}, ()),
                                         ("broken", Eq(Matrix([a, a]), Matrix([1, 2, 3]), evaluate=False), {a: 1}, ()),
                                         ("sort", Ge(p**3 + 2, p), {p: -5}, ()), ("pair", Ne(Tuple(x, y), Tuple(1, 2)), {x: 1, y: 3}, ())):
        theorem.erratum(at, "printed", "fault", relation, witness, "repaired", where)
    made = {one.address.split("/")[-1]: one for one in rules.errata(theorem)}
    assert [(name, str(one.verdict)) for name, one in made.items()] == [
        ("right-1", "REFUTED"), ("true-2", "HOLDS"), ("outside-3", "UNDECIDED"), ("open-4", "UNDECIDED"), ("broken-5", "UNDECIDED"),
        ("sort-6", "UNDECIDED"), ("pair-7", "HOLDS")]
    assert made["sort-6"].because == "the witness gives p the value -5, but the symbol is declared positive"
    assert made["outside-3"].because.startswith("the witness was not shown to satisfy a > 5")


def test_a_skipped_piece_carries_its_reason_and_the_others_are_made():
    made = claim(Eq(x, a), lambda lab: lab.a)
    made.case("one", a=1)
    made.case("two", a=2)
    found = evidence(made, {"test/it/enclosed/one": "it took too long"})
    assert found["enclosed/one"].because == "it took too long" and found["enclosed/two"].verdict is HOLDS


# ---- pieces that are there already

def test_pieces_made_before_are_passed_over_and_their_balls_measured_again():
    made = claim(Eq(x, a**2), squared, reader=lambda case: {a: case.a}, proof=lambda claimed: [zero(claimed.rhs - a**2, "squared")])
    made.theorem.case("two", a=2)
    whole = list(evidence(made).values())
    verdicts = {one.address: one.verdict for one in whole}
    proved, measured = whole[0].address, whole[1].address
    again = list(rules.pieces(made, kept={proved: verdicts[proved], measured: verdicts[measured]}))
    assert again == [None, *whole[1:]]
    assert list(rules.pieces(made, kept=verdicts)) == [None]*len(whole)


# ---- numbers of draws

def test_a_sampling_draws_as_much_as_the_nearest_wrong_statement_asks():
    def counted(distance, most):
        made = claim(Eq(x, a), lambda lab, rng, count: rng.normal(float(lab.a), 1.0, count), measure="sampling", count=most,
                     reader=lambda case: {a: case.a}, false={"above": Eq(x, a + distance), "below": Eq(x, a - 2*distance)})
        made.theorem.case("two", a=2)
        found = evidence(made)
        assert found["sampled/two"].verdict is HOLDS
        return int(found["sampled/two"].json()["measured"]["draws"]), found["false/above"].verdict
    (few, far), (more, near), (most, too_near) = (counted(*one) for one in ((Rational(1), 10**5), (Rational(1, 4), 10**5),
                                                                            (Rational(1, 50), 400)))
    assert runs.PILOT <= few < more < 10**5 and far is near is REFUTED
    assert most <= 400 and too_near is UNDECIDED
