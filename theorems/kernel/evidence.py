"""What the rules found: levels, verdicts, addresses, evidence, and the sealed way to make it.

`Evidence` is made in `rules` alone: `constructor()` hands out the one key, once, and
`rules` takes it on import.  Everything that leaves the kernel is the JSON form.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    HOLDS = "HOLDS"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"


class Level(StrEnum):
    PROVED = "PROVED"              # exact decision, general scope
    ENCLOSED = "ENCLOSED"          # balls or exact numbers, on the stated cases
    OBSERVED = "OBSERVED"          # a limit with a bar
    SAMPLED = "SAMPLED"            # a confidence level


@dataclass(frozen=True)
class Evidence:
    """One finding of one rule.

    `about` is "claim", "spoiled laboratory", "outside case", "false variant", "mutants" or
    "erratum"; `because` one sentence; `numbers` what was measured, as strings; `discrete` what
    the digest covers beside address, level and verdict.
    """

    key: object = field(repr=False)
    address: str
    level: str
    about: str
    verdict: Verdict
    because: str
    numbers: dict = field(default_factory=dict)
    discrete: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.key is not _key:
            raise TypeError("evidence is made by the kernel's rules only: yield goals, or return "
                            "balls, values or draws, and let prove, enclose, observe or sample judge them")

    def json(self):
        record = asdict(self)
        del record["key"]
        numbers = record.pop("numbers")
        return {**record, "verdict": str(self.verdict), "level": str(self.level), **numbers}


_key = object()
_given = False


def constructor():
    """The maker of evidence, handed out once: to `rules`."""
    global _given
    if _given:
        raise TypeError("the maker of evidence was handed out already; only the kernel's rules hold it")
    _given = True
    return lambda *args, **named: Evidence(_key, *args, **named)


def slug(text):
    """The part of an address made from a name: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def digest(value):
    """SHA-256 of the canonical JSON text of `value` (keys sorted, no floats, ASCII)."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
