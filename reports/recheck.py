"""`qed check`: the one-file checker as a command, and what it re-checks of each theorem."""

from reports import check
from theorems.kernel.certificate import seal


def shares(certificate):
    """{address: (pieces re-checked, pieces trusted)}; a theorem of which a piece failed is left out."""
    counted = check.check(certificate, lambda line: None)
    return {address: (one["re-checked"], one["trusted"]) for address, one in counted.items() if not one["failed"]}


def counted(certificate):
    """The certificate with what was re-checked of each theorem beside its record, under a new seal.

    `rechecked` is {"re-checked", "trusted", "failed"}: numbers of goals and judgements.  Cost: about 3 ms for a piece.
    """
    found = check.check(certificate, lambda line: None)
    count = lambda address: {word: found[address][word] for word in ("re-checked", "trusted", "failed")}
    made = {**certificate, "theorems": [{**one, "rechecked": count(one["address"])} for one in certificate["theorems"]]}
    return {**made, "seal": seal(made)}


def add(subparsers):
    """Add the command to `qed`."""
    parser = subparsers.add_parser("check", help="check a certificate again with one small file of plain Python")
    parser.add_argument("file", help="what `qed verify --json FILE` wrote")
    parser.set_defaults(run=lambda arguments: check.main(arguments.file))
