"""What holds for every theorem of the package.  Its evidence is collected from `theorems` itself, item by item."""

import pytest

from reports.formula import _mathml
from theorems.kernel.loading import discover
from theorems.kernel.statement import slug
from theorems.kernel.running.worker import describe, describe_claim

MODULES = discover.modules()


@pytest.fixture(scope="module", params=MODULES, ids=str)
def theorem(request):
    return discover.load(request.param, MODULES[request.param])


def test_an_address_begins_with_the_folder_and_is_unique(theorem):
    claims = [describe_claim(claim) for claim in theorem.claims]
    addresses = [claim["address"] for claim in claims]
    assert len(set(addresses)) == len(addresses)
    assert all(one.startswith(f"{theorem.address}/") and slug(one.replace("_", "-").replace("/", "-")) for one in addresses)


def test_every_formula_can_be_printed(theorem):
    found = describe(theorem)
    formulas = [one["latex"] for one in found["assumes"]]
    for claim in map(describe_claim, theorem.claims):
        formulas += [part for one in (claim, *claim["variants"]) for part in one["latex"].split(r" \\ ")]
    for latex in formulas:
        assert _mathml(latex, True).startswith("<math"), latex


def test_it_says_what_it_is_about_and_where_it_comes_from(theorem):
    found = describe(theorem)
    assert len(found["about"].split()) > 10 and theorem.source.authors
    for claim in theorem.claims:
        assert claim.argument is None or claim.argument.__doc__, f"the proof of {claim.name} has no docstring"
