"""`python -m reports.readme [CERTIFICATES.json]`: write the README's table of theorems, and its picture, from evidence."""

import re
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

from reports.files import write
from reports.markdown import code, table, text
from reports.pictures.two_step import bifurcation

BEGIN, END = "<!-- table of theorems: python -m reports.readme -->", "<!-- end of the table -->"
PICTURE = Path(__file__).with_name("two-step.svg")
STYLE = """<style>svg{color-scheme:light dark}text{fill:#1b1f24;font:11px system-ui,sans-serif}path{fill:none;stroke:#1b1f24}
.guide{stroke:#57606a;stroke-dasharray:2 3}.cloud{stroke:#57606a;stroke-width:1.2;stroke-linecap:round}
.says{stroke:#0550ae;stroke-width:1.8}.false{stroke:#a40e26;stroke-width:1.6;stroke-dasharray:7 3}.seen{fill:#fff}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}path{stroke:#e6edf3}.guide,.cloud{stroke:#9aa4af}.says{stroke:#79c0ff}
.false{stroke:#ff8b82}.seen{fill:#0d1117}}</style>"""


def filled(readme, certificate):
    """The README's text with the tables of this certificate between its markers: results, and folded away each theorem."""
    before, rest = readme.split(BEGIN)
    folded = [f"<details><summary>All {len(certificate['theorems'])} theorems</summary>", "", *table(certificate), "", "</details>"]
    return f"{before}{BEGIN}\n" + "\n".join([*results(certificate), "", *folded]) + f"\n{END}{rest.split(END)[1]}"


def results(certificate):
    """One row per result: the papers it examines, and what became of their claims."""
    yield "| result | about | theorems | claims | mutants refuted | errors found in print |"
    yield "|---|---|---|---|---|---|"
    for name, group in groupby(certificate["theorems"], lambda theorem: theorem["address"].split("/")[0]):
        group = list(group)
        claims = [claim for theorem in group for claim in theorem["claims"]]
        levels = Counter(claim["level"] if claim["verdict"] == "HOLDS" else claim["verdict"] for claim in claims)
        refuted, total = (sum(claim["mutants"][key] for claim in claims) for key in ("refuted", "total"))
        yield (f"| {code(name)} | {text('; '.join(papers(group)))} | {len(group)} | "
               f"{', '.join(f'{count} {level}' for level, count in sorted(levels.items()))} | "
               f"{refuted} of {total} | {sum(len(theorem['errata']) for theorem in group)} |")


def papers(group):
    """"Authors, arXiv NUMBER" of every paper that these theorems name, most often named first."""
    named = Counter(match[1] for theorem in group
                    if (match := re.match(r"(?:beside )?([A-Z][^;]*?, arXiv \d{4}\.\d{4,5})", theorem["source"])))
    return [paper for paper, _ in named.most_common()]


def picture():
    """The README's picture: one SVG file that brings its own style."""
    return bifurcation({}, STYLE)[0] + "\n"


def main(arguments):
    """Certify everything, or read a certificate file of everything, then rewrite table and picture."""
    from reports.reading import read
    from theorems.kernel.running.schedule import certify
    readme = PICTURE.parents[1]/"README.md"
    certificate = read(arguments[0]) if arguments else certify()
    write(readme, filled(readme.read_text(encoding="utf-8"), certificate))
    write(PICTURE, picture())
    return int(any(theorem["verdict"] != "HOLDS" for theorem in certificate["theorems"]) or bool(certificate["unusable"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
