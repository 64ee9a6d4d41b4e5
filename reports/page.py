"""`qed report`: the page, from certificates only."""

import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from reports import check, compare, files, messages
from reports.reading import read
from theorems.kernel.discover import Unusable

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


def _shares(theorems):
    """Of each theorem, how many pieces plain Python re-checks; on all cores, as it is most of the page's time."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = pool.map(check.shares, ({"theorems": [theorem]} for theorem in theorems), chunksize=8)
        return {address: share for one in found for address, share in one.items()}


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
    here = Path(__file__).parent
    environment = Environment(loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=False, keep_trailing_newline=True)
    results = [(name, list(group)) for name, group in groupby(certificate["theorems"], lambda one: one["address"].split("/")[0])]
    return environment.get_template("page.html").render(
        shares=_shares(certificate["theorems"]), standings=_standings(certificate["theorems"]),
        title="Certified theorems about optimisers", certificate=certificate, results=results, changes=changes,
        css=Markup((here/"page.css").read_text(encoding="utf-8")), totals=totals(certificate), anchor=anchor,
        expected=as_expected, demanded=messages.DEMANDED, formula=formula, levels=levels, nearest=nearest,
        in_one_line=in_one_line, last=last, slug=messages.slug, measured=messages.measured, listed=listed,
        picture=pictures.picture, scale=figures.scale)


def anchor(address):
    """An address as an identifier of the page."""
    return re.sub(r"[^\w-]", "-", address)


def last(address):
    """The last part of an address."""
    return address.rsplit("/", 1)[-1]


def listed(data):
    """`a = 2, b = 3` of a case's data."""
    return ", ".join(f"{key} = {value}" for key, value in (data or {}).items())


def levels(theorem):
    """`2 PROVED, 1 OBSERVED` of a theorem's claims."""
    return ", ".join(f"{count} {level}" for level, count in sorted(Counter(
        claim["level"] for claim in theorem["claims"]).items()))


def nearest(theorem):
    """The distance in bars of the nearest mutant of any claim."""
    found = [claim["mutants"]["nearest"] for claim in theorem["claims"]]
    numbers = [one for one in found if re.fullmatch(r"[0-9.]+(e[+-]?\d+)?", one)]
    return min(numbers, key=float) if numbers else "exact" if "exact" in found else "none"


def in_one_line(theorem):
    """The first paragraph of what the module says of itself."""
    return " ".join(theorem["about"].split("\n\n")[0].split()) or theorem["title"]
