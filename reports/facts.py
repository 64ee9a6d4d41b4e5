"""What single cells and lines of the page say, read off a certificate's records."""

import math
import re
from collections import Counter

from reports import messages


def anchor(address):
    """An address as an identifier of the page."""
    return re.sub(r"[^\w-]", "-", address)


def last(address):
    """The last part of an address."""
    return address.rsplit("/", 1)[-1]


def name(claim, one):
    """The last part of a piece's address, as its author wrote it."""
    return messages.as_written(claim, last(one["address"]))


def data(claim, one):
    """`a = 2, b = 3` of a piece's data; the case as its author wrote it where it stands for many values."""
    if "all measured" in one or "data" not in one:
        return claim["data"].get(name(claim, one), "").strip("{}").replace(": ", " = ")
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
    tried = [(claim, one) for claim in theorem["claims"] for one in claim["evidence"]
             if one["about"] == "false variant" and one.get("bars")]
    if not tried:
        return "none"
    claim, one = min(tried, key=lambda pair: (_bars(pair[1]), pair[1]["address"]))
    return f"{name(claim, one)}: {f'{messages.bars((_bars(one), 1))} bars' if _bars(one) < math.inf else 'at no finite distance'}"


def _bars(one):
    """A distance in bars as a number; infinite where it was refuted by exact values."""
    return float(one["bars"]) if re.fullmatch(r"[0-9.]+(e[+-]?\d+)?", one["bars"]) else math.inf


def counts(certificate):
    """How many claims have each verdict and each level."""
    return Counter(claim[key] for theorem in certificate["theorems"] for claim in theorem["claims"] for key in ("verdict", "level"))


def pace(certificate):
    """Milliseconds per mutant, where the certificate holds the seconds that mutants took."""
    pieces = [one for theorem in certificate["theorems"] for claim in theorem["claims"] for one in claim["evidence"]
              if one["about"] == "mutants" and "seconds" in one]
    total = sum(one["total"] for one in pieces)
    return f"{1000*sum(float(one['seconds']) for one in pieces)/total:.1f}" if total else ""


def command(theorem):
    """What certifies a theorem again; one that is not of the package lies in a file of its own."""
    return f"qed verify {theorem['address']}" + ("" if "/" in theorem["address"] else ".py")


def in_one_line(theorem):
    """The first paragraph of what the module says of itself."""
    return " ".join(theorem["about"].split("\n\n")[0].split()) or theorem["title"]
