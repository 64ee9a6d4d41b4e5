"""Reading a certificate file: whole, of our format, and saying what its own evidence says.

A reader trusts nothing in the file: the structure is held against the schema, verdicts and
counts are drawn again from the evidence, and digests computed again.  This finds damage
and careless edits; it cannot tell who made the file.
"""

import json
from pathlib import Path

from reports.schema import fault
from theorems.kernel.certificate import FORMAT, bound, claim_verdict, seal, summary, theorem_digest, theorem_verdict
from theorems.kernel.loading.discover import Unusable, under


def add(word):
    """What a command that reads certificates takes: which theorems, and perhaps the file that holds them."""
    word.add_argument("target", nargs="*", metavar="ADDRESS|FILE", help="only these theorems (none: all)")
    word.add_argument("--from", metavar="FILE", dest="source", help="certificates to read instead of running anything")
    word.set_defaults(workers=None, seconds=None, fresh=False)


def certificate(options):
    """The certificate of the theorems chosen: read with --from, else made now."""
    if options.source:
        return _chosen(read(options.source), options.target)
    from reports.verify import certified
    return certified(options)


def _chosen(found, targets):
    if not targets:
        return found
    theorems = [theorem for theorem in found["theorems"] if any(under(target, theorem["address"]) for target in targets)]
    if not theorems:
        raise Unusable(f"no theorem in the file has the address {' or '.join(targets)}; it holds "
                       f"{', '.join(sorted({theorem['address'].split('/')[0] for theorem in found['theorems']})) or 'none'}")
    return {**found, "theorems": theorems, "unusable": [], "summary": summary(theorems)}


def read(path):
    """The certificate in a file.  Raises Unusable, saying what is wrong with it."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        found = json.loads(text)
        wrong = altered(found)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        end = " (the file ends early: it was cut off)" if cut else ""
        raise Unusable(f"{path}:{error.lineno}: it is no JSON: {error.msg}{end}; write it again with qed verify --json") from None
    except ValueError as error:                            # a whole number of more digits than Python reads
        raise Unusable(f"{path}: it is no certificate: {error}") from None
    except RecursionError:
        raise Unusable(f"{path}: it is nested too deeply to be a certificate") from None
    if wrong:
        raise Unusable(f"{path}: {wrong}; write it again with qed verify --json")
    return found


def altered(found):
    """What is wrong with a certificate, or None."""
    if isinstance(found, dict) and found.get("format") != FORMAT:
        return f"its format is {found.get('format')!r}, and this program reads {FORMAT!r}"
    wrong = fault(found) or next(filter(None, map(_theorem, found["theorems"])), None)
    if wrong:
        return wrong
    if found["summary"] != summary(found["theorems"]):
        return "its summary does not count what it holds: it was altered"
    if found["seal"] != seal(found):
        return "its seal does not fit: something in it was altered after it was written"
    return None


def _theorem(record):
    wrong = next(filter(None, map(_claim, record["claims"])), None)
    drawn = str(theorem_verdict(record["claims"], record["errata"]))
    if wrong or drawn != record["verdict"]:
        return wrong or f"{record['address']} is said to be {record['verdict']}, and its claims are {drawn}: it was altered"
    if record["digest"] != theorem_digest(record):
        return f"the digest of {record['address']} does not fit its record: a statement, verdict or count was altered"
    return None


def _claim(record):
    drawn = str(claim_verdict(record["evidence"]))
    if drawn != record["verdict"] or not record["evidence"]:
        return f"{record['address']} is said to be {record['verdict']}, and its evidence says {drawn}: it was altered"
    if record["bound"] != bound(record, record["evidence"]):
        return f"a statement of {record['address']} is not the one that was judged: it was exchanged"
    return None
