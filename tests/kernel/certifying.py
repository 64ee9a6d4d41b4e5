"""Certifying a module in this process, without workers and without the store."""

from pathlib import Path

from theorems.kernel import rules
from theorems.kernel.certificate import claim_record, theorem_record
from theorems.kernel.loading.discover import load
from theorems.kernel.running.worker import describe, describe_claim

TESTS = Path(__file__).resolve().parents[1]


def certified(file):
    """The record of the theorem in a file, made in this process and without the store."""
    theorem = load(Path(file).stem, Path(file))
    records = [claim_record({**describe_claim(claim), "seconds": "0"},
                            [{**one.json(), "seconds": "0"} for one in rules.pieces(claim)]) for claim in theorem.claims]
    return theorem_record(describe(theorem), records, [one.json() for one in rules.errata(theorem)])
