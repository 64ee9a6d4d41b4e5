from sympy import Eq, Symbol, symbols

from reports.notebook import html, tex
from theorems import Source, Theorem


def stated(title="a <b>bold</b> title"):
    x, y, gain = symbols("x y gain")
    theorem = Theorem(title, source=Source("Somebody", arxiv="0000.00000"), assumes=(x > 0,))
    theorem.claim("the gain is half", Eq(gain, x/2), false={"whole": Eq(gain, x), "third": Eq(gain, x/3)})
    return theorem


def test_a_theorem_shows_title_source_assumptions_and_claims():
    shown = html(stated("half the gain"))
    assert "half the gain" in shown and "arXiv 0000.00000" in shown and shown.count("<math") == 2
    assert "<mfrac>" in shown and "not certified here" in shown


def test_a_claim_shows_its_formula():
    claim = stated().claims[0]
    assert html(claim).count("<math") == 1 and "<h3>" not in html(claim)
    assert tex(claim) == tex(stated()) == r"$\displaystyle \begin{array}{l}\text{gain} = \frac{x}{2}\end{array}$"


def test_markup_in_a_title_or_a_symbol_is_text():
    theorem = stated()
    theorem.claim("<script>", Eq(Symbol("<img src=x>"), 1), false={"a": Eq(Symbol("z"), 2), "b": Eq(Symbol("z"), 3)})
    assert "<b>bold" not in html(theorem) and "<script" not in html(theorem) and "<img" not in html(theorem)
