"""From evidence to the certificate: records of claims and theorems, verdicts, digests, totals.

Works on the JSON form of evidence alone, so that records from a worker, another machine
or the store are treated alike.
"""

from datetime import datetime, timezone
from functools import cache
from importlib import metadata
import platform

from theorems.kernel.evidence import Verdict, digest

FORMAT = "demonstrandum/1"
_ERRATUM = ("address", "about", "level", "verdict", "because", "discrete")
EXPECTED = {"claim": "HOLDS", **dict.fromkeys(("erratum", "outside case", "spoiled laboratory", "false variant", "mutants"), "REFUTED")}
_STATED = ("address", "statement", "text", "latex", "variants")        # what is read of a claim
_PACKAGES = ("sympy", "mpmath", "numpy", "scipy", "python-flint")


def as_expected(evidence):
    """Whether a piece of evidence says what a sound claim needs: the claim holds, and all that is wrong on purpose is refuted."""
    return evidence["verdict"] == EXPECTED[evidence["about"]]


def missing(evidence):
    """The pieces that do not say what a sound claim needs, worst first."""
    return sorted((one for one in evidence if not as_expected(one)),
                  key=lambda one: (one["about"], one["verdict"]) != ("claim", "REFUTED"))


def versions():
    """Versions of everything a result rests on."""
    return dict(_versions(_PACKAGES))


@cache
def _versions(packages):
    found = {"python": platform.python_version()}
    for package in ("demonstrandum", *packages):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed as a package"
    return found


def claim_verdict(evidence):
    """HOLDS only if there is evidence and every piece says what it should."""
    open_ = missing(evidence)
    if any(one["about"] == "claim" and one["verdict"] == "REFUTED" for one in open_):
        return Verdict.REFUTED
    return Verdict.UNDECIDED if open_ or not evidence else Verdict.HOLDS


def theorem_verdict(claims, errata):
    """The worst verdict of a theorem's claims and errata; UNDECIDED without any claim."""
    verdicts = [claim["verdict"] for claim in claims] or ["UNDECIDED"]
    verdicts += ["HOLDS" if as_expected(one) else "UNDECIDED" for one in errata]
    return next((one for one in ("REFUTED", "UNDECIDED") if one in verdicts), "HOLDS")


def claim_record(meta, evidence):
    """A claim's certificate: HOLDS only if every piece says what it should."""
    if [one["address"] for one in evidence] != meta["outline"]:
        raise ValueError(f"{meta['address']}: {len(evidence)} pieces of evidence were made and "
                         f"{len(meta['outline'])} announced; certify it again")
    open_, verdict = missing(evidence), claim_verdict(evidence)
    proved = any(one["level"] == "PROVED" and one["verdict"] == "HOLDS" for one in evidence)
    false = [one for one in evidence if one["about"] == "false variant"]
    mutants = next((one for one in evidence if one["about"] == "mutants"), {})
    counts = {key: mutants.get(key, 0) for key in ("total", "refuted", "rejected", "implied", "coincide")}
    return {**{key: value for key, value in meta.items() if key not in ("measured_scope", "outline")},
            "verdict": str(verdict), "because": f"{open_[0]['address']}: {open_[0]['because']}" if open_ else "",
            "level": "PROVED" if proved else meta["level"],
            "scope": meta["scope"] if proved else meta["measured_scope"],
            "false_variants": {"total": len(false), "refuted": sum(one["verdict"] == "REFUTED" for one in false)},
            "mutants": {**counts, "survivors": mutants.get("survivors", []), "nearest": mutants["nearest"] if counts["refuted"] else "none"},
            "bound": bound(meta, evidence), "evidence": evidence}


def bound(meta, evidence):
    """The digest that ties a claim's and its variants' statements, as they are read, to those that were judged."""
    judged = [[one["address"], one["payload"].get("statement")] for one in evidence if one.get("payload")]
    return digest([meta.get(key) for key in _STATED] + judged)


def theorem_record(meta, claims, errata):
    """A theorem's certificate from those of its claims and its errata."""
    verdict = theorem_verdict(claims, errata)
    seconds = sum(float(claim["seconds"]) for claim in claims)
    listed = [{**{key: one[key] for key in ("source", "printed", "fault", "witness", "repaired")},
               **{key: found[key] for key in _ERRATUM}} for one, found in zip(meta["errata"], errata)]
    record = {**{key: value for key, value in meta.items() if key not in ("errata", "outlines")},
              "verdict": verdict, "seconds": f"{seconds:.2f}", "errata": listed, "claims": claims}
    return {**record, "status": status(record), "digest": theorem_digest(record)}


def status(record, before=()):
    """Where a theorem stands, drawn from its evidence: conjecture, evidence, certified, refuted, or withdrawn.

    `before` holds earlier statuses: what was certified once and no longer is, is withdrawn.
    """
    held = any(one["about"] == "claim" and one["verdict"] == "HOLDS" for claim in record["claims"]
               for one in claim["evidence"])
    now = {"HOLDS": "certified", "REFUTED": "refuted"}.get(record["verdict"], "evidence" if held else "conjecture")
    return "withdrawn" if now != "certified" and "certified" in before else now


def theorem_digest(record):
    """The digest of what is discrete in a theorem's record, by which a reader can tell an altered one."""
    claims = [[claim["statement"], claim["bound"], [[one["name"], one["text"]] for one in claim["variants"]], claim["data"],
               [_discrete(one) for one in claim["evidence"]]] for claim in record["claims"]]
    return digest([record["canonical"], claims, [_discrete(one) for one in record["errata"]]])


def _discrete(one):
    return [one["address"], one["about"], one["level"], one["verdict"], one["discrete"]]


def certificate(theorems, unusable=()):
    """The whole file: records of theorems, versions, totals, the inputs that could not be used, and a seal."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    made = {"format": FORMAT, "made": now, "versions": versions(), "theorems": list(theorems),
            "unusable": list(unusable), "summary": summary(theorems)}
    return {**made, "seal": seal(made)}


def summary(theorems):
    """How many theorems, claims by verdict, and mutants."""
    claims = [claim for theorem in theorems for claim in theorem["claims"]]
    count = {verdict.lower(): sum(claim["verdict"] == verdict for claim in claims)
             for verdict in ("HOLDS", "REFUTED", "UNDECIDED")}
    totals = {key: sum(claim["mutants"][key] for claim in claims) for key in ("total", "refuted")}
    return {"theorems": len(theorems), "claims": len(claims), **count, "mutants": totals}


def seal(certificate):
    """The digest of all that a certificate says but its seal: it shows damage, not who made the file."""
    return digest({key: value for key, value in certificate.items() if key != "seal"})
