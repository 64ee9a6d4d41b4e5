"""Whatever a certificate file holds: it is read as it was written, or refused with its name and a sentence."""

import copy
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports import bank, check, compare, explain, junit, markdown, messages, reading, verify
from theorems.kernel.certificate import seal, summary, theorem_digest
from theorems.kernel.loading.discover import Unusable
from theorems.kernel.running.schedule import certify

EXAMPLE = Path(__file__).parents[1]/"examples"/"honest_step.py"
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-3, 10**20), st.text(max_size=8), st.just([]), st.just({}),
                   st.sampled_from(["HOLDS", "REFUTED", "UNDECIDED", "PROVED", "ENCLOSED", "claim", "mutants", "1/0", "0", "-1",
                                    "nan", "<script>", "\x1b[31m", "9"*5000]))
JSON = st.recursive(st.one_of(LEAVES, st.floats()), lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)), max_leaves=8)
numbers = itertools.count()


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QED_CACHE", str(tmp_path_factory.mktemp("store")))
        return json.loads(json.dumps(certify([str(EXAMPLE)], workers=1)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


def places(value, path=()):
    """Paths to everything in a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


@st.composite
def altered(draw, value):
    """A JSON value with one to three of its parts replaced, left out or doubled."""
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in places(value) if path]))
        holder = value
        for key in path[:-1]:
            holder = holder[key]
        kind = draw(st.sampled_from(("replace", "replace", "drop", "double")))
        if kind == "drop" and len(holder) > 1:
            del holder[path[-1]]
        elif kind == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[path[-1]]))
        else:
            holder[path[-1]] = draw(LEAVES)
    return value


def read(folder, text):
    """What the reader gives for a file with this text, or None where it refuses it as it should."""
    file = folder/f"{next(numbers)}.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", errors="surrogatepass"))
    try:
        return reading.read(file)
    except Unusable as refusal:
        assert str(refusal).startswith(f"{file}:"), refusal
        return None
    finally:
        assert check.main(file) in (0, 1, 2)


def sealed(value):
    """The certificate with digests, totals and seal made to fit, where it is whole enough for that."""
    try:
        theorems = [{**one, "digest": theorem_digest(one)} for one in value["theorems"]]
        value = {**value, "theorems": theorems, "summary": summary(theorems)}
        return {**value, "seal": seal(value)}
    except (LookupError, TypeError, AttributeError, ValueError):
        assume(False)


@given(data=st.data())
def test_a_changed_certificate_is_refused(honest, folder, data):
    changed = json.dumps(data.draw(altered(honest)))           # as text: True is no 1 there
    assert (read(folder, changed) is None) == (changed != json.dumps(honest))


@given(data=st.data())
def test_a_changed_certificate_that_was_sealed_again_is_refused_or_can_be_shown(honest, folder, data):
    found = read(folder, json.dumps(sealed(data.draw(altered(honest)))))
    if found is not None:
        shown = messages.clean(found)
        told = [*markdown.page(shown, compare.changes(honest, shown)), junit.page(shown), verify.totals(shown),
                *bank.lines(bank.figures(shown))]
        for theorem in shown["theorems"]:
            told += [*explain.explained(theorem), *verify.open_findings(theorem)]
        assert not any("\x1b" in line for line in told)


@given(value=JSON)
def test_any_json_is_refused(folder, value):
    assert read(folder, json.dumps(value)) is None


@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused(folder, data):
    assert read(folder, data) is None


@given(data=st.data())
def test_a_file_that_is_cut_off_or_has_a_flipped_byte_is_refused_or_says_the_same(honest, folder, data):
    content = bytearray(json.dumps(honest, indent=1).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        assert read(folder, bytes(content[:place])) is None
    else:
        content[place] = data.draw(st.integers(0, 255))
        assert read(folder, bytes(content)) in (None, honest)
