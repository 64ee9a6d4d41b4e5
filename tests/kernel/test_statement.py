"""What a declaration alone can be refused for, and that nothing changes once a theorem is frozen."""

import dataclasses
from fractions import Fraction

import flint
import numpy as np
import pytest
from sympy import Dummy, Eq, Equivalent, Float, ImmutableMatrix, Matrix, MatrixSymbol, Rational, Symbol, Tuple, pi, symbols, true

import theorems
from theorems import Box, Case, Each, Source, Theorem
from theorems.kernel.evidence import slug
from theorems.kernel.statement import LoadError, relations

x, a, h, rho = symbols("x a h rho")
FALSE = {"one": Eq(x, 1), "two": Eq(x, 2)}
CLAIM = lambda: Theorem("t").claim("c", Eq(x, a), FALSE)


def frozen():
    theorem = Theorem("test", assumes=(a > 0,))
    claim = theorem.claim("a test", Eq(x, a), FALSE)
    claim.enclosure(lambda lab: lab.a)
    claim.case("one", a=1)
    theorem.freeze("test", "test.py", {"it": claim})
    return claim


def test_the_public_names_are_found_and_no_others():
    assert theorems.Theorem is Theorem and theorems.zero.__name__ == "zero"
    with pytest.raises(AttributeError, match="no public name 'Theorems'; it has Box, Case"):
        theorems.Theorems


def test_a_source_reads_as_one_line():
    assert str(Source("A and B", arxiv="1", at="Theorem 2")) == "A and B, arXiv 1, Theorem 2" and str(Source("A")) == "A"


def test_slugs_and_relations():
    assert slug(" Two  words, (3)! ") == "two-words-3"
    assert relations(Eq(x, a)) == (Eq(x, a),) and relations(Tuple(Eq(x, a))) == (Eq(x, a),)


def test_a_family_makes_instances_with_their_values():
    case = Case("many", {"a": Each((1, 2)), "b": Each((3,)), "c": 4})
    assert [(one.name, one.a, one.b, one.c) for one in case.instances()] == [
        ("many [a=1, b=3]", 1, 3, 4), ("many [a=2, b=3]", 2, 3, 4)]
    assert [one.name for one in Case("one", {"c": 4}).instances()] == ["one"]
    with pytest.raises(AttributeError, match="case 'many' has no datum 'd'; it has a, b, c"):
        case.d


@pytest.mark.parametrize("make, told", [
    (lambda: Each(()), "Each() holds no value"),
    (lambda: Each((1, 1)), "Each() holds 1 twice"),
    (lambda: Each((1, Float(1))), "Each() contains the float 1.0"),
    (lambda: Each(1, 2), "Each takes one collection of values: write Each((1, 2))"),
    (lambda: Each(3), "write Each((3,)), or Each(range(2, 9))"),
    (lambda: Box(1, 1), "Box(1, 1) needs exact ends, the lower one first"),
    (lambda: Box(Float(0), 1), "needs exact ends"),
    (lambda: Theorem("t", assumes=(True,)), "assumption is True before anything is measured"),
    (lambda: Theorem("t", assumes=(x,)), "assumption must be a SymPy relation such as Eq(x, 2*a), not x"),
    (lambda: Theorem("t").claim("c", Eq(x, Dummy()), FALSE), "holds a Dummy, whose name differs from run to run"),
    (lambda: Theorem("t").claim("c", (), FALSE), "claim 'c' has an empty statement"),
    (lambda: Theorem("t").claim("c", true, FALSE), "claim 'c' is True before"),
    (lambda: Theorem("t").claim("c", Eq(x, Matrix([a]))), "be both numbers or both matrices of one shape"),
    (lambda: Theorem("t").claim("c", Eq(MatrixSymbol("m", 2, 1), 2*MatrixSymbol("m", 2, 1))), "holds the MatrixSymbol m, whose"),
    (lambda: CLAIM().observation(lambda lab, h: 1), "write @CLAIM.observation(small=h), h a symbol"),
    (lambda: CLAIM().sampling(lambda lab, rng, count: 1), "write @CLAIM.sampling(count=1000), or @CLAIM.sampling()"),
    (lambda: CLAIM().enclosure(lambda: 1), "is called with (lab); write `def"),
    (lambda: CLAIM().observation(small=1/h, tied={rho: h})(lambda lab, h: 1), "is called with (lab, h, rho)"),
    (lambda: CLAIM().sampling(small=h)(lambda lab, rng, count: 1), "is called with (lab, rng, count, h)"),
    (lambda: CLAIM().proof(lambda: []), "is called with (claimed)"),
    (lambda: Theorem("t").claim("c", (Eq(x, a), x > 0), FALSE).proof(lambda one: []), "is called with (relation1, relation2)"),
    (lambda: Theorem("t").data(lambda: {}), "is called with (case)"),
    (lambda: Theorem("t").claim("c", Eq(x, a)), "claim 'c' has 0 false variants; give at least two"),
    (lambda: Theorem("t").claim("c", Eq(x, 1), FALSE), "false variant 'one' is the claim 'c' itself"),
    (lambda: Theorem("t").case("c", a=0.5), "case 'c', datum 'a' contains the float 0.5"),
    (lambda: Theorem("t").case("c", a=[1, {"b": 1j}]), "case 'c', datum 'a' contains the float 1j"),
    (lambda: Theorem("t").case("c", a=np.array([1])), "of type ndarray, which is no exact datum; write integers"),
    (lambda: Theorem("t").case("c", a=Matrix([Float(1)])), "contains the float 1.0"),
    (lambda: Theorem("t").case("c", a=(Box(0, 1),)), "datum 'a' holds a Box or an Each within another object"),
    (lambda: Theorem("t").case("c", a={"b": (1, Each((1, 2)))}), "holds a Box or an Each within another object"),
    (lambda: Theorem("t").case("c", a=Each(((Box(0, 1), 2), 3))), "holds a Box or an Each within another object"),
    (lambda: Theorem("t").case("c", iterate=1), "the laboratory has a tool called 'iterate'"),
    (lambda: Theorem("t").case("c", taken=1), "the laboratory has a tool called 'taken'"),
    (lambda: Theorem("t", assumes=a > 0).outside("c", breaks=a > 1, a=0), "breaks a > 1, which is no assumption of the "
                                                                          "theorem; it assumes a > 0"),
    (lambda: Theorem("t").outside("c", breaks=a > 1, a=0), "it assumes nothing"),
    (lambda: Theorem("t").erratum("p. 1", "x", "y", Eq(x, Float(1)), {x: 1}, "z"), "erratum 'p. 1' contains the float"),
    (lambda: Theorem("t").erratum("p. 1", "x", "y", Eq(x, 1), {x: 0.5}, "z"), "witness of 'p. 1' contains the float 0.5"),
])
def test_a_wrong_declaration_is_refused_at_its_line(make, told):
    with pytest.raises(LoadError) as refusal:
        make()
    assert str(refusal.value).startswith(f"{__file__}:{make.__code__.co_firstlineno}: ") and told in str(refusal.value)


@pytest.mark.parametrize("how, told", [
    (dict(small=h, halvings=3), "halvings=3 shows no order; at least 4 are needed"),
    (dict(small=h + 1), "small=h + 1 must be a symbol, or one over a symbol that grows"),
    (dict(small=h, order=0), "with 0 < then <= 2*order, and first > 0"),
    (dict(small=h, then=3), "with 0 < then <= 2*order"),
    (dict(small=h, first=-1), "and first > 0"),
    (dict(small=h, tied={rho: h*Float(1)}), "tied rho contains the float"),
    (dict(small=h, first=0.1), "order, then or first contains the float")])
def test_an_observation_is_refused_when_a_wrong_order_could_not_be_seen(how, told):
    claim = Theorem("t").claim("c", Eq(x, a), FALSE)
    with pytest.raises(LoadError) as refusal:
        claim.observation(**how)
    assert told in str(refusal.value)


@pytest.mark.parametrize("how, told", [(dict(centre="mode"), 'centre is "median", or "mean" together with within'),
                                       (dict(centre="mean"), "within=(low, high)"), (dict(within=(0, 1)), "centre is"),
                                       (dict(small=h, halvings=1), "halvings=1 shows no limit; at least 2")])
def test_a_sampling_is_refused_without_what_its_bound_needs(how, told):
    with pytest.raises(LoadError) as refusal:
        Theorem("t").claim("c", Eq(x, a), FALSE).sampling(**how)
    assert told in str(refusal.value)


def test_what_shrinks_may_be_one_over_what_grows():
    claim = Theorem("t").claim("c", Eq(x, a), FALSE)
    claim.observation(small=1/h, tied={rho: h + 1}, order=Rational(1, 2), then=Rational(1, 2))(lambda lab, d, r: d)
    assert claim.measurement.small == 1/h and dict(claim.measurement.tied) == {rho: h + 1}
    claim = Theorem("t").claim("c", Eq(x, a), FALSE)
    claim.sampling(small=h)(lambda lab, rng, count, h: 1)
    assert claim.measurement.level == "SAMPLED"


@pytest.mark.parametrize("twice, told", [
    (lambda claim: claim.proof(lambda: 1), "has two of its arguments"),
    (lambda claim: claim.enclosure(lambda: 1), "has two of its measurements"),
    (lambda claim: claim.theorem.data(lambda: 1), "a theorem takes one @theorem.data")])
def test_a_claim_takes_one_of_each(twice, told):
    claim = Theorem("t").claim("c", Eq(x, a), FALSE)
    claim.proof(scope="here")(lambda claimed: [])
    claim.enclosure()(lambda lab: 1)
    claim.theorem.data(lambda case: {})
    assert claim.scope == "here"
    with pytest.raises(LoadError) as refusal:
        twice(claim)
    assert told in str(refusal.value)


def test_data_become_exact_and_immutable():
    @dataclasses.dataclass(frozen=True)
    class Loss:
        scale: object

    theorem = Theorem("t")
    theorem.case("c", a=[1, [Fraction(1, 2)]], b=Matrix([pi]), c={"d": [flint.fmpq(1, 3)]}, e=None, f="name", g=Loss(Rational(1, 3)),
                 k=range(3))
    data = theorem.cases[0].data
    assert data["a"] == (1, (Fraction(1, 2),)) and data["c"]["d"] == (flint.fmpq(1, 3),) and data["k"] == (0, 1, 2)
    assert isinstance(data["b"], ImmutableMatrix)
    for change in (lambda: data.update(a=2), lambda: data["c"].update(d=1)):
        with pytest.raises(AttributeError):
            change()
    with pytest.raises(LoadError, match="contains the float"):
        theorem.case("d", g=Loss({"scale": Float(1)}))


def test_nothing_changes_once_a_theorem_is_frozen():
    claim = frozen()
    theorem = claim.theorem
    for change in (lambda: theorem.claim("more", Eq(x, a), FALSE), lambda: theorem.case("more", a=2), lambda: claim.case("more", a=2),
                   lambda: claim.outside("more", a > 0, a=-1), lambda: theorem.outside("more", a > 0, a=-1),
                   lambda: claim.proof(lambda claimed: []), lambda: setattr(claim, "statement", Eq(x, 1)),
                   lambda: setattr(theorem, "assumes", ()), lambda: theorem.data(lambda case: {}),
                   lambda: claim.false.__setitem__("one", 1), lambda: claim.cases.append(1), lambda: theorem.claims.append(1),
                   lambda: setattr(claim.measurement, "halvings", 99), lambda: setattr(claim.cases[0], "data", {})):
        with pytest.raises((TypeError, AttributeError)):
            change()


def test_a_notebook_shows_what_is_stated():
    claim = frozen()
    assert claim.says in claim._repr_html_() and claim.theorem.title in claim.theorem._repr_html_()
    assert claim._repr_latex_() == claim.theorem._repr_latex_() and "x = a" in claim._repr_latex_()


def test_freezing_names_claims_and_refuses_what_is_incomplete():
    def named(*, bound=True, measured=True, cases=("one",), false=FALSE):
        theorem = Theorem("t")
        claim = theorem.claim("c", Eq(x, a), false)
        if measured:
            claim.enclosure(lambda lab: 1)
        for k, name in enumerate(cases):
            claim.case(name, a=k)
        theorem.freeze("t", "f.py", {"it": claim} if bound else {})
        return theorem
    assert named().claims[0].name == "it" and named().address == "t"
    for how, told in ((dict(bound=False), "is bound to no name"), (dict(measured=False), "add @it.enclosure"),
                      (dict(cases=()), "has no case"), (dict(cases=("one", "One!")), "the name 'One!' in claim 'c' is not unique"),
                      (dict(cases=("?",)), r"the name '\?' in claim 'c' is not unique \(or empty\)")):
        with pytest.raises(LoadError, match=told):
            named(**how)
    with pytest.raises(LoadError, match="the theorem 'empty' has no claim"):
        Theorem("empty").freeze("t", "f.py", {})


def test_an_equivalence_and_a_matrix_equation_are_statements():
    theorem = Theorem("t")
    theorem.claim("c", (Equivalent(x > 0, a > 0), Eq(Matrix([x]), Matrix([a]))), FALSE)
    assert len(relations(theorem.claims[0].statement)) == 2 and Symbol("x") == x
