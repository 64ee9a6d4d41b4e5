"""`qed bank`: every false statement there is, how many of them were refuted, and at what cost.

Mutants of all statements, the authors' false variants, outside cases and printed errors are
counted from evidence; the planted conjectures, false and yet true on the case they come with,
are searched for a counterexample here.  What a claim implies or equals is true and does not count.
"""

import contextlib
import io
import tempfile
import time
from pathlib import Path

from reports import reading
from reports.messages import clean

KINDS = {"mutants": "mutants of statements", "false variant": "false variants by hand",
         "outside case": "claims outside their assumptions", "erratum": "printed errors",
         "planted": "planted false conjectures"}
FATES = ("refuted", "rejected", "implied", "coincide", "open")
HEAD = ("", "tried", "refuted", "rejected", "implied", "equal", "open", "share refuted", "seconds each")
BUDGET = 60                        # seconds for the search of one planted conjecture


def add(word):
    word.description = ("Count every false statement: how many were refuted, and at what cost. Certifies first (from the store "
                        "where nothing changed), unless --from names a file that qed verify --json wrote.")
    reading.add(word)
    word.set_defaults(run=run)


def run(options):
    """Print the bank; exit status 0 if every statement that must be refuted was, 2 if an input could not be used."""
    certificate = reading.certificate(options)
    counted = figures(certificate)
    if not options.source:
        counted["planted"] = planted()
    missing = list(left_out(clean(certificate)))
    print("\n".join([*lines(counted), *missing]))
    return 2 if certificate["unusable"] else int(bool(unrefuted(counted) or missing))


def left_out(certificate):
    """Lines for what is not counted or not settled: unusable inputs, and claims whose mutants did not pass."""
    for one in certificate["unusable"]:
        yield f"unusable: {one['reason']}"
    for piece in (piece for theorem in certificate["theorems"] for claim in theorem["claims"] for piece in claim["evidence"]):
        if piece["about"] == "mutants" and piece["verdict"] != "REFUTED":
            yield f"{piece['address']}: {piece['verdict']}, {piece['because']}"


def unrefuted(counted):
    """The kinds of false statements that must all be refuted, and were not."""
    return [kind for kind, one in counted.items() if one["open"] and kind != "mutants"]


def figures(certificate):
    """{kind: {"tried", "refuted", "rejected", "implied", "coincide", "open", "seconds"}} of a certificate.

    Open: neither refuted nor shown to be true; for a mutant of a bound, a stronger bound that may hold.
    """
    counted = {kind: _none() for kind in KINDS if kind != "planted"}
    for theorem in certificate["theorems"]:
        _add(counted, theorem["errata"])
        for claim in theorem["claims"]:
            _add(counted, claim["evidence"])
            found = {key: claim["mutants"][key] for key in ("total", *FATES[:-1])}
            tried = found.pop("total")
            for key, value in {"tried": tried, **found, "open": tried - sum(found.values())}.items():
                counted["mutants"][key] += value
    return counted


def _add(counted, evidence):
    """Count what each piece of evidence says of one false statement; of mutants, only the time."""
    for piece in evidence:
        if piece["about"] in counted:
            one = counted[piece["about"]]
            one["seconds"] += float(piece.get("seconds", 0))
            if piece["about"] != "mutants":
                one["tried"] += 1
                one["refuted" if piece["verdict"] == "REFUTED" else "open"] += 1


def _none():
    return dict.fromkeys(("tried", *FATES, "seconds"), 0)


def planted():
    """The same of the planted conjectures, each searched for an exact counterexample."""
    from reports.planted import PLANTED, module
    counted, began = _none(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number, entry in enumerate(PLANTED):
            file = Path(folder)/f"planted_{number}.py"
            file.write_text(module(entry, planted=True), encoding="utf-8")
            counted["tried"] += 1
            counted["refuted" if _falsified(file) else "open"] += 1
    return {**counted, "seconds": time.perf_counter() - began}


def _falsified(file):
    """Whether `qed falsify` finds a counterexample to a conjecture; what it prints is not shown."""
    from reports.command import parser
    options = parser("falsify").parse_args(["falsify", str(file), "--budget", str(BUDGET)])
    with contextlib.redirect_stdout(io.StringIO()):
        return options.run(options) == 1


def share(one):
    """Refuted of those that nobody showed to be true, as a percentage; "none" if there are none."""
    false = one["tried"] - one["implied"] - one["coincide"]
    return f"{100*one['refuted']/false:.2f} %" if false else "none"


def rows(counted):
    """The table's rows, as texts: one for each kind, then the total."""
    total = {key: sum(one[key] for one in counted.values()) for key in _none()}
    for told, one in (*((KINDS[kind], one) for kind, one in counted.items()), ("in all", total)):
        each = f"{one['seconds']/one['tried']:.3f}" if one["seconds"] and one["tried"] else ""
        yield (told, str(one["tried"]), *(str(one[fate]) for fate in FATES), share(one), each)


def lines(counted):
    """The table, then what its words mean."""
    table = [HEAD, *rows(counted)]
    widths = [max(len(row[i]) for row in table) for i in range(len(HEAD))]
    for row in table:
        yield "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
    yield from ("", "refuted   measured false on a case          rejected  the proof fails on it, with an exact witness",
                "implied   weaker than the claim, so true    equal     the same as the claim wherever that is stated",
                "open      a bound stronger than the claim that nobody refuted; anything else that is open fails")
