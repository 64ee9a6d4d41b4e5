"""Numbers for pictures, read off certificates: rounded to floats, good for drawing only."""

import math
import re
from fractions import Fraction

from theorems.kernel.evidence import slug

_PLAIN = re.compile(r"(-?\d+(?:/\d+|\.\d+)?)(?: \+/- (\S+))?")


class Run(dict):
    """{symbol: (middle, radius)}; a symbol that a later module no longer has is no number, and is not drawn."""

    def __missing__(self, symbol):
        return math.nan, math.nan


def runs(records, address):
    """[{symbol: (middle, radius)}] for each run that measured this claim; [] where the page does not hold it.

    A case's data that the statement does not mention stand with its first run only.
    """
    return [run for _, found in cases(records, address) for run in found]


def cases(records, address):
    """[(the case's data as its author wrote them, its runs)] of a claim."""
    theorem, name = address.rsplit("/", 1)
    claims = [claim for claim in records.get(theorem, {"claims": ()})["claims"] if claim["name"] == name]
    return [(_written(claim, one), list(_runs(one)))
            for claim in claims for one in claim["evidence"] if one["about"] == "claim" and "payload" in one]


def _runs(one):
    for i, run in enumerate(one["payload"].get("at", ())):
        yield Run({**({} if i else _data(one.get("data", {}))), **{symbol: ball(value) for symbol, value in run.items()}})


def _written(claim, one):
    last = one["address"].rsplit("/", 1)[-1]
    return next((text for name, text in claim["data"].items() if slug(name) == last), "")


def interval(text):
    """(low, high) of the first interval [low, high] in a case's data; no numbers where there is none."""
    found = re.search(r"\[(-?\d+(?:/\d+)?), (-?\d+(?:/\d+)?)\]", text)
    return tuple(float(Fraction(end)) for end in found.groups()) if found else (math.nan, math.nan)


def _data(texts):
    """The data that are plain numbers or balls."""
    found = {symbol: _PLAIN.fullmatch(text) for symbol, text in texts.items()}
    return {symbol: (float(Fraction(one[1])), float(one[2] or 0)) for symbol, one in found.items() if one}


def ball(node):
    """(middle, radius) of a number as a certificate writes it: exact text, a ball, or a tree of operations."""
    if isinstance(node, list) and node[0] == "ball":
        return _dyadic(node[1]), _dyadic(node[2])
    return _value(node), 0.0


def _dyadic(text):
    mantissa, exponent = text.split("*2^")
    return float(Fraction(int(mantissa))*Fraction(2)**int(exponent))


def _value(node):
    """nan for what is no real number of the simplest kinds."""
    if isinstance(node, str):
        return float(Fraction(node)) if _PLAIN.fullmatch(node) else math.nan
    word, *parts = node
    values = [_value(part) for part in parts] if word in _OPERATIONS else []
    return _OPERATIONS[word](*values) if values else math.nan


_OPERATIONS = {"+": lambda *a: math.fsum(a), "*": lambda *a: math.prod(a), "^": math.pow, "exp": math.exp, "log": math.log}
