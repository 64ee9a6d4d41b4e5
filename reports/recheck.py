"""`qed check`: the one-file checker as a command, and what it re-checks of each theorem."""

from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context

from reports import check
from theorems.kernel.certificate import seal

MANY = 16                          # theorems, from which on other cores help


def shares(theorems):
    """{address: {"re-checked", "trusted", "failed"}}, numbers of goals and judgements: as recorded, else counted now.

    Cost: about 3 ms of processor time for a piece that is counted now.
    """
    new = [one for one in theorems if "rechecked" not in one]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) if len(new) >= MANY else nullcontext() as pool:
        found = pool.map(_share, new, chunksize=4) if pool else map(_share, new)
        made = {one["address"]: share for one, share in zip(new, found)}
    return {one["address"]: one.get("rechecked") or made[one["address"]] for one in theorems}


def _share(theorem):
    found = check.check({"theorems": [theorem]}, lambda line: None)[theorem["address"]]
    return {word: found[word] for word in ("re-checked", "trusted", "failed")}


def counted(certificate):
    """The certificate with what was re-checked of each theorem beside its record, under a new seal."""
    found = shares(certificate["theorems"])
    made = {**certificate, "theorems": [{**one, "rechecked": found[one["address"]]} for one in certificate["theorems"]]}
    return {**made, "seal": seal(made)}


def add(word):
    word.add_argument("file", help="what `qed verify --json FILE` wrote")
    word.set_defaults(run=lambda arguments: check.main(arguments.file))
