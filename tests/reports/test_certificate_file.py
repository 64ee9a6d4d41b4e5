import copy
import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import schema
from reports.reading import altered, read
from theorems.kernel.certificate import seal
from theorems.kernel.loading.discover import Unusable

VALIDATOR = jsonschema.Draft202012Validator(schema.published())


def test_certificates_fit_the_published_schema(certificate):
    jsonschema.Draft202012Validator.check_schema(schema.published())
    VALIDATOR.validate(certificate)
    assert schema.fault(certificate) is None and altered(certificate) is None


def test_the_schema_leaves_no_room_for_floats(certificate):
    for place in (["theorems", 0, "claims", 0, "evidence", 0], ["theorems", 0, "claims", 0, "evidence", 0, "discrete"]):
        changed = copy.deepcopy(certificate)
        part = changed
        for key in place:
            part = part[key]
        part["distance"] = 0.5
        assert not VALIDATOR.is_valid(changed) and schema.fault(changed)


def places(value, path=()):
    """The path of every value inside a JSON value."""
    yield path
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(one, (*path, key))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_our_reader_of_the_schema_agrees_with_an_independent_one(certificate, data):
    changed = copy.deepcopy(certificate)
    path = data.draw(st.sampled_from([one for one in places(certificate) if one]))
    part = changed
    for key in path[:-1]:
        part = part[key]
    if data.draw(st.booleans()):
        del part[path[-1]]
    else:
        part[path[-1]] = data.draw(st.sampled_from([None, True, -1, 0, "", "HOLDS", [], {}, "0.5", [0], {"total": 1}]))
    assert (schema.fault(changed) is None) == VALIDATOR.is_valid(changed)


def test_a_truncated_file_is_refused(certificate, tmp_path):
    file = tmp_path/"c.json"
    text = json.dumps(certificate, indent=1)
    for length in (0, 1, len(text)//2, len(text) - 1):
        file.write_text(text[:length])
        with pytest.raises(Unusable, match=r"c\.json:\d+: it is no JSON: .*cut off|c\.json:\d+: it is no JSON"):
            read(file)


@pytest.mark.parametrize("content, told", [
    ("[]", "the file is \\[\\]; it must be of type object"),
    ('{"format": "demonstrandum/2"}', "its format is 'demonstrandum/2', and this program reads 'demonstrandum/1'"),
    ("{}", "its format is None"),
    ('{"format": "demonstrandum/1"}', "the file has no 'made'"),
    ("[" * 100000, "nested too deeply|no JSON"),
    ('{"theorems": ' + "9"*5000 + "}", "it is no certificate: .*5000 digits"),
])
def test_another_file_is_refused_with_what_is_wrong(tmp_path, content, told):
    (tmp_path/"c.json").write_text(content)
    with pytest.raises(Unusable, match=told):
        read(tmp_path/"c.json")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path/"c.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unusable, match="cannot be read"):
        read(tmp_path/"c.json")


def sealed(certificate):
    return {**certificate, "seal": seal(certificate)}


def test_every_alteration_is_noticed_even_where_the_seal_was_made_again(certificate):
    def of(change):
        changed = copy.deepcopy(certificate)
        change(changed, next(one for one in changed["theorems"] if one["verdict"] == "REFUTED"))
        return changed

    def refuted_holds(changed, theorem):
        theorem["claims"][0]["verdict"] = "HOLDS"

    def theorem_holds(changed, theorem):
        theorem["verdict"] = "HOLDS"

    def evidence_holds(changed, theorem):
        for one in theorem["claims"][0]["evidence"]:
            one["verdict"] = "HOLDS" if one["about"] == "claim" else "REFUTED"
        theorem["claims"][0]["verdict"] = theorem["verdict"] = "HOLDS"

    def statement(changed, theorem):
        theorem["claims"][0]["statement"] += " "

    def shown(changed, theorem):
        theorem["claims"][0]["latex"] += " "

    def summary(changed, theorem):
        changed["summary"]["holds"] += 1

    def dropped(changed, theorem):
        theorem["claims"][0]["evidence"] = []

    for change, told in ((refuted_holds, "its evidence says REFUTED"), (theorem_holds, "its claims are REFUTED"),
                         (evidence_holds, "digest"), (statement, "exchanged"), (shown, "exchanged"),
                         (summary, "does not count"), (dropped, "was altered")):
        assert told in altered(sealed(of(change))), change.__name__


def test_an_altered_number_breaks_the_seal(certificate):
    changed = copy.deepcopy(certificate)
    changed["theorems"][0]["seconds"] = "0.00"
    assert "seal" in altered(changed)
