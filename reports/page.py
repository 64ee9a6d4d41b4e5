"""`qed report`: the page, from certificates only."""

import math
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from reports import check, compare, files, messages
from reports.reading import read
from theorems.kernel.discover import Unusable

WORDS = (                          # what the page's words mean, in two lines each
    ("HOLDS", "Every piece of evidence says what a sound claim needs: proofs and measurements agree with it, false variants are "
     "refuted, spoiled simulations are noticed."),
    ("REFUTED", "A measurement contradicts the statement, at an exact value or outside its error bar. Where a wrong statement or a "
     "broken assumption is tested, refuted is what it must be."),
    ("UNDECIDED", "Something needed is missing, and the reason says what. It never counts as a pass: a run with anything undecided fails."),
    ("PROVED", "Goals decided exactly, for all values in the scope; the step from the goals to the statement is prose, and stands with "
     "them, as do theorems taken from the literature (“given”)."),
    ("ENCLOSED", "Exact numbers or rigorous intervals, on the stated cases only. An interval of cases is covered whole."),
    ("OBSERVED", "A limit of high-precision simulations, with an error bar from the measurements alone. It is no proof."),
    ("SAMPLED", "Random runs, with a finite-sample confidence interval at the stated level."),
    ("Mutants", "Statements made by changing one integer by one, one sign or one symbol. A check that cannot tell them from the claim is "
     "blunt; survivors are named. A false variant is a wrong statement that an author chose."),
    ("Pictures", "The claim is a solid line, what was measured a hollow mark (certified) or dots (computed for the picture), a false "
     "variant a dashed line or a cross."),
)
NAMES = {"html": "report.html", "markdown": "report.md", "junit": "report.xml"}


def add(words):
    word = words.add_parser("report", help="write the certificates as a page", description=(
        "Write one self-contained page with every statement, its evidence, its pictures and the errors found in "
        "printed versions. Certifies first, unless --from names a file that qed verify --json wrote."))
    word.add_argument("target", nargs="*", metavar="ADDRESS|FILE", help="only these theorems (none: all)")
    word.add_argument("--output", metavar="DIR", default=".", help="the folder to write to (default: this one), - for the terminal")
    word.add_argument("--from", metavar="FILE", dest="source", help="certificates to read instead of running anything")
    word.add_argument("--format", choices=sorted(NAMES), default="html", help="html (default), markdown or junit")
    word.add_argument("--compare", metavar="OLD", help="an older certificate file: list what was gained, changed, withdrawn")
    word.set_defaults(run=run, workers=None, seconds=None, fresh=False)


def run(options):
    """Write the page; the exit status is that of the certificates."""
    old = read(options.compare) if options.compare else None
    certificate = messages.clean(_chosen(read(options.source), options.target) if options.source else _certified(options))
    changes = compare.changes(messages.clean(old), certificate) if old else None
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


def _certified(options):
    from reports.verify import certified
    return certified(options)


def _written(kind, certificate, changes):
    if kind == "html":
        return page(certificate, changes)
    from reports import junit, markdown
    return markdown.page(certificate, changes) if kind == "markdown" else junit.page(certificate)


def _chosen(certificate, targets):
    if not targets:
        return certificate
    found = [theorem for theorem in certificate["theorems"]
             if any(f"{theorem['address']}/".startswith(f"{target.rstrip('/')}/") for target in targets)]
    if not found:
        raise Unusable(f"no theorem in the file has the address {' or '.join(targets)}; it holds "
                       f"{', '.join(theorem['address'] for theorem in certificate['theorems']) or 'none'}")
    from theorems.kernel.certificate import summary
    return {**certificate, "theorems": found, "unusable": [], "summary": summary(found)}


def _prepared(theorems):
    """(shares, pictures, scales) by address; the re-checked shares on other cores, as they are most of the page's time."""
    from reports import figures, pictures
    records = {theorem["address"]: theorem for theorem in theorems}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = pool.map(check.shares, ({"theorems": [theorem]} for theorem in theorems), chunksize=4)
        drawn = {address: pictures.drawn(address, records) for address in records}
        scales = {address: figures.scale(theorem) for address, theorem in records.items()}
        return {address: share for one in found for address, share in one.items()}, drawn, scales


def _standings(theorems):
    """[(standing, its theorems)] for the standings that occur, in the order of a theorem's life."""
    order = ("conjecture", "evidence", "certified", "refuted", "withdrawn")
    found = [(word, [theorem for theorem in theorems if theorem["status"] == word]) for word in order]
    return [(word, own) for word, own in found if own]


def page(certificate, changes=None):
    """The HTML page of a certificate: self-contained, the same bytes for the same certificate."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from reports.formula import formula
    from reports.verify import totals
    from theorems.kernel.certificate import as_expected
    here = Path(__file__).parent
    environment = Environment(loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=False, keep_trailing_newline=True)
    results = [(name, list(group)) for name, group in groupby(certificate["theorems"], lambda one: one["address"].split("/")[0])]
    shares, drawn, scales = _prepared(certificate["theorems"])
    return environment.get_template("page.html").render(
        words=WORDS, counts=_counts(certificate), pace=_pace(certificate), shares=shares, standings=_standings(certificate["theorems"]),
        title="Certified theorems about optimisers", certificate=certificate, results=results, changes=changes,
        css=Markup((here/"page.css").read_text(encoding="utf-8")), totals=totals(certificate), anchor=anchor,
        expected=as_expected, demanded=messages.DEMANDED, formula=formula, levels=levels, nearest=nearest,
        nearest_variant=nearest_variant, in_one_line=in_one_line, last=last, slug=messages.slug, measured=messages.measured,
        data=data, drawn=drawn, scales=scales)


def anchor(address):
    """An address as an identifier of the page."""
    return re.sub(r"[^\w-]", "-", address)


def last(address):
    """The last part of an address."""
    return address.rsplit("/", 1)[-1]


def data(claim, one):
    """`a = 2, b = 3` of a piece's data; the case as its author wrote it where it stands for many values."""
    case = next((text for name, text in claim["data"].items() if messages.slug(name) == last(one["address"])), "")
    if "all measured" in one or "data" not in one:
        return case.strip("{}").replace(": ", " = ")
    return ", ".join(f"{key} = {value}" for key, value in one["data"].items())


def levels(theorem):
    """`2 PROVED, 1 OBSERVED` of a theorem's claims."""
    return ", ".join(f"{count} {level}" for level, count in sorted(Counter(
        claim["level"] for claim in theorem["claims"]).items()))


def nearest(theorem):
    """The distance in bars of the nearest mutant of any claim."""
    found = [claim["mutants"]["nearest"] for claim in theorem["claims"]]
    numbers = [one for one in found if re.fullmatch(r"[0-9.]+(e[+-]?\d+)?", one)]
    return min(numbers, key=float) if numbers else "exact" if "exact" in found else "none"


def nearest_variant(theorem):
    """The name and distance of the false variant that came nearest to being right."""
    found = [(float(one["bars"]) if re.fullmatch(r"[0-9.]+(e[+-]?\d+)?", one["bars"]) else math.inf, last(one["address"]), claim)
             for claim in theorem["claims"] for one in claim["evidence"] if one["about"] == "false variant" and one.get("bars")]
    if not found:
        return "none"
    bars, name, claim = min(found, key=lambda one: one[:2])
    shown = next((one["name"] for one in claim["variants"] if messages.slug(one["name"]) == name), name)
    return f"{shown}: {f'{bars:.1e} bars' if bars < math.inf else 'at no finite distance'}"


def _counts(certificate):
    """How many claims have each verdict and each level."""
    return Counter(claim[key] for theorem in certificate["theorems"] for claim in theorem["claims"] for key in ("verdict", "level"))


def _pace(certificate):
    """Milliseconds per mutant, where the certificate holds the seconds that mutants took."""
    pieces = [one for theorem in certificate["theorems"] for claim in theorem["claims"] for one in claim["evidence"]
              if one["about"] == "mutants" and "seconds" in one]
    total = sum(one["total"] for one in pieces)
    return f"{1000*sum(float(one['seconds']) for one in pieces)/total:.1f}" if total else ""


def in_one_line(theorem):
    """The first paragraph of what the module says of itself."""
    return " ".join(theorem["about"].split("\n\n")[0].split()) or theorem["title"]
