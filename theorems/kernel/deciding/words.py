"""Polynomials in symbols that do not commute: a coefficient for every word."""

from fractions import Fraction

import flint

from theorems.kernel.deciding.arithmetic import Inexact, Words, evaluate
from theorems.kernel.deciding.canonical import Refused, draw, names, plus, show, times

WORDS = 20_000                          # an expansion into more words is refused


def expand(node):
    """{word: tree of its coefficient}; a word is a tuple of (name, 1 or -1), inverses cancelled."""
    if not names(node, "nc"):
        return {(): node}
    if node[0] == "nc":
        return {((node[1], 1),): "1"}
    if node[0] == "+":
        return _collect(pair for part in node[1:] for pair in expand(part).items())
    if node[0] == "*":
        found = {(): "1"}
        for part in node[1:]:
            found = _multiply(found, expand(part))
        return found
    power = Fraction(node[2]) if node[0] == "^" else Fraction(1, 2)
    base = expand(node[1])
    if power.denominator > 1 or abs(power) > 64 or (power < 0 and len(base) > 1):
        raise Refused(f"{show(node)[:80]} is no polynomial in symbols that do not commute and their inverses")
    if power < 0:
        base = {tuple((name, -e) for name, e in reversed(word)): ("^", c, "-1") for word, c in base.items()}
    found = {(): "1"}
    for _ in range(abs(int(power))):
        found = _multiply(found, base)
    return found


def _collect(pairs):
    found = {}
    for word, c in pairs:
        found[word] = plus(found[word], c) if word in found else c
    return found


def _multiply(left, right):
    if len(left)*len(right) > WORDS:
        raise Refused(f"expanding needs more than {WORDS} words; split the goal")
    return _collect((_join(a, b), times(c, d)) for a, c in left.items() for b, d in right.items())


def _join(a, b):
    while a and b and a[-1] == (b[0][0], -b[0][1]):
        a, b = a[:-1], b[1:]
    return a + b


def vanishes_on_matrices(node, key):
    """Whether the tree is 0 at random n x n matrices modulo 2^61 - 1, None where it has no value there.

    No polynomial of degree below 2n is 0 at all of them.
    """
    longest = max((len(word) for word in expand(node)), default=0)
    field = Words(min(longest//2 + 1, 8))
    values = {name: field.number(flint.fmpq(draw(key, name) % 2**60)) for name in names(node)}
    values |= {name: field.draw(key, name) for name in names(node, "nc")}
    try:
        found = evaluate(node, values, field)
    except (Inexact, ZeroDivisionError):                       # roots and functions: the coefficients were decided twice
        return None
    return bool(found == found*0)
