"""`qed report`: the page, from certificates only."""

import re
from itertools import groupby
from pathlib import Path

from reports import compare, facts, files, messages, reading, recheck

WORDS = (                          # what the page's words mean, in two lines each
    ("HOLDS", "Every piece of evidence says what a sound claim needs: proofs and measurements agree with it, false "
     "variants are refuted, spoiled simulations are noticed."),
    ("REFUTED", "A measurement contradicts the statement, at an exact value or outside its error bar. Where a wrong "
     "statement or a broken assumption is tested, refuted is what it must be."),
    ("UNDECIDED", "Something needed is missing, and the reason says what. It never counts as a pass: a run with "
     "anything undecided fails."),
    ("PROVED", "Goals decided exactly, for all values in the scope; the step from the goals to the statement is prose, "
     "and stands with them, as do theorems taken from the literature (“given”)."),
    ("ENCLOSED", "Exact numbers or rigorous intervals, on the stated cases only. An interval of cases is covered whole."),
    ("OBSERVED", "A limit of high-precision simulations, with an error bar from the measurements alone. It is no proof."),
    ("SAMPLED", "Random runs, with a finite-sample confidence interval at the stated level."),
    ("Mutants", "Statements made by changing one integer by one, one sign or one symbol. A check that cannot tell them "
     "from the claim is blunt; survivors are named. A false variant is a wrong statement that an author chose."),
    ("Pictures", "The claim is a solid line; hollow marks and dots are measured, certified where the key says so, else "
     "computed for the picture; a false variant is a dashed line or a cross."),
)
NAMES = {"html": "report.html", "markdown": "report.md", "junit": "report.xml"}


def add(word):
    word.description = ("Write one self-contained page with every statement, its evidence, its pictures and the errors found in "
                        "printed versions. Certifies first, unless --from names a file that qed verify --json wrote.")
    word.add_argument("--output", metavar="DIR", default=".", help="the folder to write to (default: this one), - for the terminal")
    word.add_argument("--format", choices=sorted(NAMES), default="html", help="html (default), markdown or junit")
    word.add_argument("--compare", metavar="OLD", help="an older certificate file: list what was gained, changed, withdrawn")
    reading.add(word)
    word.set_defaults(run=run)


def run(options):
    """Write the page; the exit status is that of the certificates."""
    old = reading.read(options.compare) if options.compare else None
    certificate = messages.clean(reading.certificate(options))
    held = {theorem["address"] for theorem in certificate["theorems"]}
    changes = compare.changes(compare.within(messages.clean(old), options.target, held), certificate) if old else None
    text = _written(options.format, certificate, changes)
    if options.output == "-":
        print(text, end="")
    else:
        path = Path(options.output)/NAMES[options.format]
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, text)
        print(f"wrote {path}")
        print("\n".join(compare.told(changes)) if changes else "", end="\n" if changes else "")
    if certificate["unusable"]:
        return 2
    return int(any(theorem["verdict"] != "HOLDS" for theorem in certificate["theorems"]))


def _written(kind, certificate, changes):
    if kind == "html":
        return page(certificate, changes)
    from reports import junit, markdown
    return markdown.page(certificate, changes) if kind == "markdown" else junit.page(certificate)


def _standings(theorems):
    """[(standing, its theorems)] for the standings that occur, in the order of a theorem's life."""
    order = ("conjecture", "evidence", "certified", "refuted", "withdrawn")
    found = [(word, [theorem for theorem in theorems if theorem["status"] == word]) for word in order]
    return [(word, own) for word, own in found if own]


def page(certificate, changes=None):
    """The HTML page of a certificate: self-contained, the same bytes for the same certificate."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from reports import figures, pictures
    from reports.formula import formula
    from reports.verify import totals
    from theorems.kernel.certificate import as_expected
    from theorems.kernel.evidence import slug
    here = Path(__file__).parent
    environment = Environment(loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=False, keep_trailing_newline=True)
    results = [(name, list(group)) for name, group in groupby(certificate["theorems"], lambda one: one["address"].split("/")[0])]
    theorems = {theorem["address"]: theorem for theorem in certificate["theorems"]}
    text = environment.get_template("page.html").render(
        words=WORDS, counts=facts.counts(certificate), pace=facts.pace(certificate), totals=totals(certificate),
        standings=_standings(certificate["theorems"]), shares=recheck.shares(certificate["theorems"]),
        drawn={address: pictures.drawn(address, theorems) for address in theorems},
        scales={address: figures.scale(theorem) for address, theorem in theorems.items()},
        title="Certified theorems about optimisers", certificate=certificate, results=results, changes=changes,
        css=Markup((here/"page.css").read_text(encoding="utf-8")), formula=formula, expected=as_expected,
        demanded=messages.DEMANDED, slug=slug, measured=messages.measured, anchor=facts.anchor, last=facts.last,
        name=facts.name, data=facts.data, levels=facts.levels, nearest=facts.nearest,
        nearest_variant=facts.nearest_variant, in_one_line=facts.in_one_line,
        command=facts.command)
    return _shortened(text)


def _shortened(text):
    """The same page without end tags, quotes and escapes that HTML does not need."""
    text = re.sub(r"</t[dh]>(?=<t[dh]|</tr>)|</tr>(?=\s*(?:<tr|</tbody>))|</li>(?=\s*(?:<li|</[ou]l>))|</thead>(?=\s*<tbody)"
                  r"|</tbody>(?=\s*</table>)", "", text)
    text = re.sub(r"<[a-zA-Z][^<>]*>", lambda tag: re.sub(r'(?<=\s)([a-zA-Z-]+=)"([\w.-]+)"(?=[\s>])', r"\1\2", tag[0]), text)
    return text.replace("&#39;", "'")
