"""What holds for every theorem of the package.  Its evidence is collected from `theorems` itself, item by item."""

import pytest

from reports.formula import _mathml
from theorems.kernel.loading.discover import modules
from theorems.kernel.running.schedule import claim_job, theorem_job
from theorems.kernel.evidence import slug

MODULES = modules()


@pytest.fixture(params=MODULES, ids=str)
def found(request):
    """What the certificate says of a theorem, and of its claims: made already where the evidence was asked for first."""
    meta = theorem_job(request.param, str(MODULES[request.param]))["meta"]
    return meta, [claim_job(request.param, str(MODULES[request.param]), name) for name in meta["outlines"]]


def test_it_is_addressed_printed_and_sourced(found):
    theorem, claims = found
    addresses = [claim["address"] for claim in claims]
    assert len(set(addresses)) == len(addresses)
    assert all(one.startswith(f"{theorem['address']}/") and slug(one.replace("_", "-").replace("/", "-")) for one in addresses)
    formulas = [one["latex"] for one in theorem["assumes"]]
    formulas += [part for claim in claims for one in (claim, *claim["variants"]) for part in one["latex"].split(r" \\ ")]
    for latex in formulas:
        assert _mathml(latex, True).startswith("<math"), latex
    assert len(theorem["about"].split()) > 10 and theorem["source"].partition(",")[0]
    for claim in claims:
        proved = any("/proved/" in one["address"] for one in claim["evidence"])
        assert not proved or claim["argument"], f"the proof of {claim['name']} has no docstring"
