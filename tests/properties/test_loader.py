"""Whatever a module's text is: it loads, or is refused with its file, a line and a sentence."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theorems.kernel.loading.discover import Unusable, load

HONEST = (Path(__file__).parents[1]/"examples"/"honest_step.py").read_text(encoding="utf-8")
LINES = HONEST.splitlines(keepends=True)
WORDS = ["a", "h", "X", "0", "1", "-1", "0.5", "10**6", "1/0", "None", "True", "()", "[]", "{}", "lambda x: x", "nowhere", "theorem",
         "zero", "Eq", "a > 0", "a < 0", "a**2", "symbols('a')", "'half'", "''", "b'x'", "1j", "float('nan')", "moved", "*", "**",
         "@", ":", "(", ")", ",", "=", "return", "yield", "class", "import os", "from theorems import *", "del a",
         "raise ValueError", "raise SystemExit", "assert False", "theorem.case('again', loss=X**2)",
         "theorem.outside('x', breaks=a > 0, loss=-X**2)", "Each([])", "\x00", "\ufeff", "é", "\t", "\\", "'''", "#", "\n", "    "]
numbers = itertools.count()


@st.composite
def edited(draw):
    """The honest module with a few words replaced, lines moved, doubled or left out, or its end cut off."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(("word", "word", "word", "drop", "double", "move", "insert", "cut")))
        if kind == "word":
            found = [one.span() for one in re.finditer(r"\w+|[^\w\s]", lines[place])]
            if found:
                start, end = draw(st.sampled_from(found))
                lines[place] = lines[place][:start] + draw(st.sampled_from(WORDS)) + lines[place][end:]
        elif kind == "drop" and len(lines) > 1:
            del lines[place]
        elif kind == "double":
            lines.insert(place, lines[place])
        elif kind == "move":
            lines.append(lines.pop(place))
        elif kind == "insert":
            lines.insert(place, draw(st.sampled_from(WORDS)) + "\n")
        else:
            lines = lines[:place] or lines
    return "".join(lines)


def loaded(folder, data):
    """The theorem in a file with these bytes, or the refusal's text."""
    file = folder/f"conjecture_{next(numbers)}.py"
    file.write_bytes(data)
    try:
        return load(file.stem, file), ""
    except Unusable as refusal:
        told = str(refusal)
        assert told.startswith(str(file)), told
        assert "Traceback" not in told and len(told) > len(str(file)) + 10, told
        return None, told


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("modules")


@given(text=edited())
def test_an_edited_module_loads_or_is_refused_with_its_file(folder, text):
    theorem, told = loaded(folder, text.encode("utf-8", errors="surrogatepass"))
    if theorem:
        assert theorem.frozen and theorem.claims and all(claim.all_cases() for claim in theorem.claims)
    else:
        assert re.match(r":\d+: |: ", told[told.index(".py") + 3:]), told


@given(text=st.text(max_size=300))
def test_any_text_is_refused_with_its_file(folder, text):
    assert loaded(folder, text.encode("utf-8", errors="surrogatepass"))[0] is None


@given(data=st.binary(max_size=300))
def test_any_bytes_are_refused_with_their_file(folder, data):
    assert loaded(folder, data)[0] is None


@given(data=st.data())
def test_a_flipped_byte_loads_or_is_refused(folder, data):
    content = bytearray(HONEST.encode())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    loaded(folder, bytes(content))
