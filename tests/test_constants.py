"""Changing one constant in a statement makes its certification fail, on a case at the latest.

The constant is changed in the module's text, apart from the kernel's own mutants; where a
statement holds no number in its text, one of those is taken.  The proof is left aside: the checker
that shares no code with the kernel judges the changed statement at the values written down, and what it
leaves open is measured again.
"""

import ast
import copy
import hashlib
import itertools
from importlib import import_module

import pytest

from reports import check
from theorems.kernel import rules
from theorems.kernel.deciding.payload import payload
from theorems.kernel.loading.discover import load, modules
from theorems.kernel.mutate import mutants
from theorems.kernel.running.schedule import claim_job
from theorems.kernel.exact import is_bound
from theorems.kernel.statement import relations

MODULES = modules()


def draw(options, *key):
    """One of the options, the same on every machine."""
    return options[int(hashlib.sha256(repr(key).encode()).hexdigest(), 16) % len(options)]


def written(claim, file):
    """The statement of a claim as the module's text has it: a node of the text, or None if the claim is made elsewhere."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
                and getattr(node.value.func, "attr", "") == "claim" and node.targets[0].id == claim.name):
            return node.value.args[1]
    return None


def read(node, claim):
    """What the text of a statement says in its module."""
    module = import_module("theorems." + claim.theorem.address.replace("/", "."))
    return eval(compile(ast.Expression(node), claim.theorem.file, "eval"), vars(module))


def bent(claim, file):
    """(a statement with one constant changed, what was changed), or None if there is nothing to change."""
    node = written(claim, file)
    found = [one for one in ast.walk(node) if isinstance(one, ast.Constant) and type(one.value) is int] if node else []
    assert not found or read(node, claim) == claim.statement
    while found:
        found.remove(number := draw(found, claim.theorem.address, claim.name))
        number.value += 1
        try:
            return read(node, claim), f"line {number.lineno}: {number.value - 1} + 1"
        except IndexError:                                 # an index is no constant of a statement
            number.value -= 1
    others = mutants(claim.statement, [])
    mutant = draw(others, claim.theorem.address, claim.name) if others else None
    return mutant and (mutant.statement, mutant.name)


def refuted(claim, record):
    """Whether the checker finds the claim's statement false at values that were written down for the sound one."""
    formula = payload(claim.statement, []).get("statement")
    runs = [run for one in record["evidence"] if one["about"] == "claim" for run in one.get("payload", {}).get("at", ())]
    return formula is not None and any(judged(formula, run) < 0 for run in runs)


def judged(formula, run):
    check.left[0] = check.WORK
    return check.judged(formula, check.Algebra((), run))


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
def test_a_changed_constant_is_noticed_on_a_case(address):
    for claim in load(address, MODULES[address]).claims:
        made = bent(claim, MODULES[address])
        if made is None:
            assert claim.all_outsides(), f"{claim.name} holds no constant, so it needs an outside case"
            continue
        other = copy.copy(claim)
        object.__setattr__(other, "statement", made[0])
        assert (made[0] in claim.false.values() or refuted(other, claim_job(address, str(MODULES[address]), claim.name))
                or weaker_or_open(claim, other) or noticed(other)), \
            f"{claim.name} still holds with {made[1]}"
