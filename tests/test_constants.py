"""Changing one constant in a statement makes its certification fail, on a case at the latest.

The constant is changed in the module's text, apart from the kernel's own mutants; where a
statement holds no number in its text, one of those is taken.  The proof is left aside.
"""

import ast
import copy
import hashlib
import itertools

import pytest

from theorems.kernel import rules
from theorems.kernel.loading.discover import Unusable, load, modules
from theorems.kernel.mutate import mutants
from theorems.kernel.sharpness import is_bound
from theorems.kernel.statement import relations

MODULES = modules()


def draw(options, *key):
    """One of the options, the same on every machine."""
    return options[int(hashlib.sha256(repr(key).encode()).hexdigest(), 16) % len(options)]


def numbers(text, name):
    """The whole numbers in the statement of the claim bound to `name`, as nodes of the text."""
    for node in ast.parse(text).body:
        if (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
                and getattr(node.value.func, "attr", "") == "claim" and node.targets[0].id == name):
            return [one for one in ast.walk(node.value.args[1]) if isinstance(one, ast.Constant) and type(one.value) is int]
    return []


def raised(text, number):
    """The text with one number larger by one."""
    lines = text.split("\n")
    line = lines[number.lineno - 1].encode()
    changed = line[:number.col_offset] + str(number.value + 1).encode() + line[number.end_col_offset:]
    return "\n".join([*lines[:number.lineno - 1], changed.decode(), *lines[number.lineno:]])


def bent(claim, file, folder):
    """(the claim with one constant changed, what was changed), or None if there is nothing to change.

    Raises Unusable if the changed statement is one of the claim's own false variants.
    """
    text = file.read_text(encoding="utf-8")
    found = numbers(text, claim.name)
    while found:
        found.remove(number := draw(found, claim.theorem.address, claim.name))
        changed = folder/f"{file.stem}_{claim.name}_{len(found)}.py"
        changed.write_text(raised(text, number), encoding="utf-8")
        try:
            other = load(changed.stem, changed)
        except Unusable as refusal:
            if "IndexError" in str(refusal):               # an index is no constant of a statement
                continue
            raise
        return next(one for one in other.claims if one.name == claim.name), f"line {number.lineno}: {number.value} + 1"
    others = mutants(claim.statement, [])
    if not others:
        return None
    mutant, other = draw(others, claim.theorem.address, claim.name), copy.copy(claim)
    object.__setattr__(other, "statement", mutant.statement)
    return other, mutant.name


def noticed(claim):
    """The first case on which the claim is not found to hold, or None."""
    skip = {address: "left aside" for address, _ in rules.outline(claim) if "/proved/" in address}
    cases = itertools.takewhile(lambda one: one.about == "claim", rules.pieces(claim, skip))
    return next((one for one in cases if one.level != "PROVED" and one.verdict != "HOLDS"), None)


def weaker_or_open(claim, other):
    """Whether all that changed are bounds: the claim may imply them, or no case attains it."""
    pairs = list(zip(relations(claim.statement), relations(other.statement)))
    return all(is_bound(one) and is_bound(two) for one, two in pairs if one != two)


@pytest.mark.parametrize("address", MODULES)
def test_a_changed_constant_is_noticed_on_a_case(address, tmp_path):
    theorem = load(address, MODULES[address])
    for claim in theorem.claims:
        try:
            made = bent(claim, MODULES[address], tmp_path)
        except Unusable as refusal:
            assert "false variant" in str(refusal)
            continue
        if made is None:
            assert claim.all_outsides(), f"{claim.name} holds no constant, so it needs an outside case"
            continue
        other, change = made
        assert noticed(other) or weaker_or_open(claim, other), f"{claim.name} still holds with {change}"
