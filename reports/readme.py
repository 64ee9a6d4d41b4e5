"""`python -m reports.readme [CERTIFICATES.json]`: write the README's table of theorems, and its picture, from evidence."""

import sys
from pathlib import Path

from reports.pictures.two_step import bifurcation
from reports.files import write
from reports.markdown import table

BEGIN, END = "<!-- table of theorems: python -m reports.readme -->", "<!-- end of the table -->"
PICTURE = Path(__file__).with_name("two-step.svg")
STYLE = """<style>svg{color-scheme:light dark}text{fill:#1b1f24;font:11px system-ui,sans-serif}path{fill:none;stroke:#1b1f24}
.guide{stroke:#57606a;stroke-dasharray:2 3}.cloud{stroke:#57606a;stroke-width:1.2;stroke-linecap:round}
.says{stroke:#0550ae;stroke-width:1.8}.false{stroke:#a40e26;stroke-width:1.6;stroke-dasharray:7 3}.seen{fill:#fff}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}path{stroke:#e6edf3}.guide,.cloud{stroke:#9aa4af}.says{stroke:#79c0ff}
.false{stroke:#ff8b82}.seen{fill:#0d1117}}</style>"""


def filled(text, certificate):
    """The README's text with the table of this certificate between its markers."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n" + "\n".join(table(certificate)) + f"\n{END}{rest.split(END)[1]}"


def picture():
    """The README's picture: one SVG file that brings its own style."""
    return bifurcation({}, STYLE)[0] + "\n"


def main(arguments):
    """Certify everything, or read a certificate file of everything, then rewrite table and picture."""
    from reports.reading import read
    from theorems.kernel.schedule import certify
    readme = PICTURE.parents[1]/"README.md"
    certificate = read(arguments[0]) if arguments else certify()
    write(readme, filled(readme.read_text(encoding="utf-8"), certificate))
    write(PICTURE, picture())
    return int(any(theorem["verdict"] != "HOLDS" for theorem in certificate["theorems"]) or bool(certificate["unusable"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
