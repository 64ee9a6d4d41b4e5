import copy
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from reports import compare, figures, junit, markdown, messages
from reports.command import main
from reports.formula import Untranslated, formula, lint
from reports.page import page

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onload=\"x\" {{7*191}} {% raw %} \\frac{1}{ & ]]> `|*"
CLOSED_BY = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr"), "/tr": ("td", "th"), "/thead": ("td", "th", "tr"),
             "/tbody": ("td", "th", "tr"), "tbody": ("td", "th", "tr", "thead"), "/table": ("td", "th", "tr", "tbody"),
             "li": ("li",), "/ul": ("li",), "/ol": ("li",)}
VOID = {"meta", "br", "img", "hr", "link", "input"}


class Page(HTMLParser):
    """Elements with their attributes, and the tags left open."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.close(CLOSED_BY.get(tag, ()))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        self.close(CLOSED_BY.get(f"/{tag}", ()))
        assert self.open.pop() == tag

    def close(self, tags):
        """What HTML closes by itself."""
        while self.open and self.open[-1] in tags:
            self.open.pop()

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def shown(certificate):
    return page(certificate)


def test_the_same_certificate_gives_the_same_bytes(certificate, shown):
    assert page(json.loads(json.dumps(certificate))) == shown


def test_it_is_self_contained(shown):
    found = Page(shown)
    assert not {"script", "link", "iframe", "img", "object", "form"} & {tag for tag, _ in found.elements}
    for tag, attributes in found.elements:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "srcset", "style")], (tag, attributes)
    assert all(one["href"].startswith("#") for one in found.all("a"))
    assert "url(" not in shown and "@import" not in shown


def test_it_can_be_read_without_eyes_and_without_a_mouse(shown):
    found = Page(shown)
    assert found.open == [] and found.all("html") == [{"lang": "en"}]
    assert len(found.all("main")) == len(found.all("header")) == len(found.all("h1")) == 1
    assert all(one.get("scope") in ("col", "row", "rowgroup") for one in found.all("th"))
    assert all(one["role"] == "img" and len(one["aria-label"]) > 40 for one in found.all("svg"))
    identifiers = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    targets = [one["href"][1:] for one in found.all("a")]
    targets += [attributes["aria-labelledby"] for _, attributes in found.elements if "aria-labelledby" in attributes]
    assert set(targets) <= set(identifiers)


def test_it_shows_every_piece_of_evidence(certificate, shown):
    identifiers = [attributes.get("id") for _, attributes in Page(shown).elements]
    for theorem in certificate["theorems"]:
        for claim in theorem["claims"]:
            for one in claim["evidence"]:
                assert re.sub(r"[^a-zA-Z0-9_-]", "-", one["address"]) in identifiers, one["address"]
        assert f"qed verify {theorem['address']}" in shown and theorem["digest"] in shown


def test_verdicts_are_told_by_words_and_signs(shown):
    assert "✓ HOLDS" in shown and "✗ REFUTED" in shown and "? UNDECIDED" in shown


def hostile(value, key=""):
    """The certificate with markup in every text that is free."""
    if isinstance(value, dict):
        return {(HOSTILE if key in ("data", "measured", "versions") else name): hostile(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [hostile(one, key) for one in value]
    fixed = key in ("verdict", "level", "kind", "nearest", "bars", "seconds", "made") or value in messages.DEMANDED or not isinstance(value, str)
    return value if fixed else HOSTILE


def test_text_of_a_module_is_never_markup(certificate):
    attacked = hostile(copy.deepcopy(certificate))
    made = page(messages.clean(attacked), compare.changes(attacked, attacked))
    found = Page(made)
    assert not {"script", "img"} & {tag for tag, _ in found.elements}
    assert not [1 for _, attributes in found.elements for key in attributes if key.startswith("on")]
    assert "1337" not in made and "alert(1)" in made
    tags = {tag for tag, _ in found.elements}
    assert tags <= {tag for tag, _ in Page(page(certificate)).elements} | {"li", "ul", "br"}
    ElementTree.fromstring(junit.page(messages.clean(attacked)))
    escaped = re.sub(r"`[^`]*`|\\.", "", markdown.page(messages.clean(attacked)))
    assert "<" not in escaped and "|*" not in escaped


def test_a_name_given_as_markup_in_every_single_field_is_escaped(certificate):
    theorem = certificate["theorems"][0]
    for field in ("title", "source", "about", "address"):
        assert "<script" not in page({**certificate, "theorems": [{**theorem, field: HOSTILE}]})


def test_a_refuted_claim_is_not_drawn_as_agreeing(certificate):
    bold = next(one for one in certificate["theorems"] if one["address"] == "bold_conjecture")
    svg, _ = figures.scale(bold)
    assert "the claim, refuted exactly" in svg and "the claim, exactly" not in svg
    held = copy.deepcopy(bold)
    for one in held["claims"][0]["evidence"]:
        one.update({"verdict": "HOLDS"} if one["about"] == "claim" else {})
    assert "the claim, exactly or as a bound with room" in figures.scale(held)[0]


def test_formulas_are_mathematics_or_text():
    assert "<mfrac>" in formula(r"a = \frac{1}{2}", "a = 1/2")
    assert formula(r"\begin{", "a < b") == '<code class="text">a &lt; b</code>'
    assert "<math" not in formula(r"a\notacommand", r"a\notacommand")


@pytest.mark.parametrize("made", [
    "<math><mi>a</mi>", "<math><script>a</script></math>", '<math href="x"><mi>a</mi></math>', "<math/>",
    '<math onclick="x"><mi>a</mi></math>', "<math><mi>\\alpha</mi></math>", "<math><mi>&amp;</mi></math>",
    '<math><mi style="x">a</mi></math>', "<svg><mi>a</mi></svg>",
])
def test_the_lint_refuses_what_is_no_formula(made):
    with pytest.raises(Untranslated):
        lint(made)


def test_every_formula_of_the_examples_passes_the_lint(certificate):
    for theorem in certificate["theorems"]:
        for one in [*theorem["assumes"], *theorem["claims"], *(v for claim in theorem["claims"] for v in claim["variants"])]:
            assert "<math" in formula(one["latex"], one["text"]), one["text"]


def test_report_is_rebuilt_from_a_file_without_running_anything(certificate, tmp_path, capsys, monkeypatch):
    (tmp_path/"c.json").write_text(json.dumps(certificate))
    monkeypatch.setattr("theorems.kernel.running.schedule.certify", None)
    for kind, name in (("html", "report.html"), ("markdown", "report.md"), ("junit", "report.xml")):
        status = main(["report", "--from", str(tmp_path/"c.json"), "--output", str(tmp_path/"out"), "--format", kind])
        assert status == 1 and (tmp_path/"out"/name).stat().st_size > 1000     # one of the conjectures is false
    assert main(["report", "--from", str(tmp_path/"c.json"), "--output", "-", "my_conjecture"]) == 0
    assert "bold_conjecture" not in capsys.readouterr().out.split("</style>")[1]


def test_markdown_has_a_row_for_each_theorem(certificate):
    rows = list(markdown.table(certificate))
    assert len(rows) == 2 + len(certificate["theorems"])
    assert {row.count(" | ") for row in rows if "---" not in row} == {5}


def test_junit_counts_what_fails(certificate):
    suites = ElementTree.fromstring(junit.page(certificate))
    failures = {one.get("name"): int(one.get("failures")) for one in suites}
    assert failures["my_conjecture"] == 0 < failures["bold_conjecture"]
    assert sum(failures.values()) == len(suites.findall(".//failure"))


def test_comparison_lists_gained_changed_and_withdrawn(certificate):
    old, new = copy.deepcopy(certificate), copy.deepcopy(certificate)
    names = {claim["address"]: claim for theorem in new["theorems"] for claim in theorem["claims"]}
    before = {claim["address"]: claim for theorem in old["theorems"] for claim in theorem["claims"]}
    names["bold_conjecture/exact"]["verdict"] = "HOLDS"
    names["my_conjecture/second_order"]["verdict"] = "UNDECIDED"
    before["ascent_sharpness/sharpness"]["statement"] = "another"
    lists = compare.changes(old, new)["lists"]
    assert compare.changes(old, old)["lists"] == {"Gained": [], "Changed": [], "Withdrawn": []}
    assert [len(lists[word]) for word in ("Gained", "Changed", "Withdrawn")] == [1, 1, 1]
    assert "bold_conjecture/exact" in lists["Gained"][0] and "now UNDECIDED" in lists["Withdrawn"][0]
    assert "Changes since" in page(new, compare.changes(old, new))


def test_comparison_names_claims_that_never_held_assumptions_errata_and_mutants(certificate):
    old, new = copy.deepcopy(certificate), copy.deepcopy(certificate)
    theorem = next(one for one in new["theorems"] if one["address"] == "my_conjecture")
    theorem["assumes"] = [{"text": "x > 7", "latex": "x > 7", "outside": "not known to be needed"}]
    theorem["errata"] = [{"address": "my_conjecture/erratum/one"}]
    theorem["claims"][0]["mutants"]["refuted"] -= 1
    new["theorems"] = [one for one in new["theorems"] if one["address"] != "bold_conjecture"]
    changed = compare.changes(old, new)["lists"]["Changed"]
    for words in ("gone, was REFUTED", "assumption new: x > 7", "erratum new: my_conjecture/erratum/one", "mutants refuted were"):
        assert [line for line in changed if words in line], (words, changed)


def test_a_part_is_compared_with_its_own_part_of_the_older_file(certificate, tmp_path, capsys):
    (tmp_path/"c.json").write_text(json.dumps(certificate))
    assert main(["report", "--from", str(tmp_path/"c.json"), "--compare", str(tmp_path/"c.json"), "--output", str(tmp_path),
                 "--format", "markdown", "my_conjecture"]) == 0
    assert "Withdrawn: 0" in capsys.readouterr().out


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MEASURE = """<!DOCTYPE html><meta charset="utf-8"><iframe id="f" style="width:{width}px;height:900px;border:0"></iframe>
<script>f.srcdoc = {text}; f.onload = () => {{
  const d = f.contentDocument.documentElement;
  const out = [...f.contentDocument.querySelectorAll("body *")].filter(e =>
    e.getBoundingClientRect().right > f.clientWidth && !e.closest(".scroll, figure, .formula"));
  document.title = d.scrollWidth + " of " + f.clientWidth + ", beyond it " + out.length; }};</script>"""


def test_nothing_is_wider_than_a_phone_or_a_desk(certificate, shown, tmp_path):
    # Without a browser: whatever can be wide stands in a box that scrolls by itself.
    tables = [found for found in re.findall(r"(<div class=scroll[^>]*>)?\s*<table", shown)]
    assert tables and all(tables)
    assert "overflow-wrap" in shown and not re.findall(r'(?<!</math>)(?<!</math>, )(?<!">)(?<!class=formula>)<math', shown)
    for width in (375, 1100) if BROWSER else ():
        text = json.dumps(shown.replace("default-src 'none'; ", "")).replace("</", "<\\/")
        (tmp_path/"frame.html").write_text(MEASURE.format(width=width, text=text), encoding="utf-8")
        found = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile",
                                "--virtual-time-budget=4000", "--dump-dom", str(tmp_path/"frame.html")],
                               capture_output=True, text=True, timeout=120).stdout
        wide, of, beyond = map(int, re.search(r"<title>(\d+) of (\d+), beyond it (\d+)</title>", found).groups())
        assert wide <= of == width and beyond == 0


def luminance(colour):
    """The relative luminance of #rgb or #rrggbb, by the formula of the accessibility guidelines (WCAG 2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2*one for one in colour[1:])
    parts = [int(digits[i:i + 2], 16)/255 for i in (0, 2, 4)]
    linear = [one/12.92 if one <= 0.04045 else ((one + 0.055)/1.055)**2.4 for one in parts]
    return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]


def test_text_has_the_contrast_that_the_guidelines_ask_for_by_day_by_night_and_on_paper(shown):
    roots = re.findall(r":root {([^}]*)}", shown)
    assert len(roots) == 3                                  # light, dark, paper
    for root in roots:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", root))
        for ink in ("ink", "soft", "good", "bad", "open", "one", "two", "three"):
            for paper in ("paper", "shade"):
                dark, light = sorted(luminance(colours[name]) for name in (ink, paper))
                assert (light + 0.05)/(dark + 0.05) >= 4.5, (ink, paper)


def test_it_prints_on_a4(shown, tmp_path):
    assert "@page { size: A4" in shown
    (tmp_path/"page.html").write_text(shown, encoding="utf-8")
    for browser in [BROWSER] if BROWSER else ():
        subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile",
                        f"--print-to-pdf={tmp_path}/page.pdf", str(tmp_path/"page.html")], capture_output=True, timeout=120, check=True)
        boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path/"page.pdf").read_bytes())
        assert boxes and {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
