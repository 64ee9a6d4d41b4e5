"""MathML from the LaTeX of a checked expression, behind a lint.

Whatever the lint refuses is shown as plain text instead: a formula is never half translated,
and nothing from a module's text reaches the page as markup.
"""

import re
from functools import lru_cache
from xml.etree import ElementTree

from markupsafe import Markup, escape

_SPACE = "{http://www.w3.org/1998/Math/MathML}"
_TAGS = {"math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover",
         "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mfenced", "mphantom"}
_ATTRIBUTES = re.compile(r"[a-z]+")
_VALUES = re.compile(r"[\w .%#+-]*|http://www.w3.org/1998/Math/MathML|[()\[\]{}|]")
LONG = 220                         # characters of LaTeX above which paper gets the wrapped text


def formula(latex, text, display=True):
    """One formula: MathML for the eye and for a screen reader, the plain text where that cannot be had.

    A displayed one is also told as a whole, by its plain text.
    """
    try:
        parts = [_mathml(one, display) for one in latex.split(r" \\ ")]
    except Untranslated:
        return Markup('<code class="text">{}</code>').format(text)
    kind, long = "div" if display else "span", " long" if len(latex) > LONG else ""
    parts = ("" if display else ", ").join(parts)
    told = f' role="group" aria-label="{escape(text)}"' if display else ""
    shown = Markup(f'<{kind} class="formula{long}"{told}>{parts}</{kind}>')
    return shown + (Markup('<code class="text paper">{}</code>').format(text) if long and display else Markup(""))


class Untranslated(Exception):
    """A formula that the lint refuses; the message says why."""


@lru_cache(maxsize=None)
def _mathml(latex, display):
    from latex2mathml.converter import convert
    try:
        made = convert(latex, display="block" if display else "inline")
    except Exception as error:     # the converter raises many kinds on text it cannot read
        raise Untranslated(f"{type(error).__name__}: {error}") from None
    rows = lint(made)
    return _shortened(re.sub(r"(<math[^>]*>)<mrow>(.*)</mrow></math>", r"\1\2</math>", made) if rows == ["mrow"] else made)


def _shortened(made):
    """The same formula without what HTML knows by itself: the name space, default attributes, rows of one symbol."""
    made = made.replace(f' xmlns="{_SPACE[1:-1]}"', "").replace(' stretchy="true" fence="true"', "").replace(' display="inline"', "")
    made = re.sub(r"&#x0*([0-9A-F]+);", lambda found: escape(chr(int(found[1], 16))), made)
    made = re.sub(r'<mo form="p(?:re|ost)fix">([][(){}])</mo>', r"<mo>\1</mo>", made)
    return re.sub(r"<mrow>(<m[ino]>[^<]*</m[ino]>)</mrow>", r"\1", made)


def lint(made):
    """The tags that a formula is made of; refused is MathML that does not parse, holds anything but mathematics, or leftovers."""
    try:
        tree = ElementTree.fromstring(made)
    except ElementTree.ParseError as error:
        raise Untranslated(f"it is no XML: {error}") from None
    for node in tree.iter():
        if node.tag.removeprefix(_SPACE) not in _TAGS:
            raise Untranslated(f"<{node.tag}> is no mathematics")
        for key, value in node.attrib.items():
            if not _ATTRIBUTES.fullmatch(key) or key.startswith("on") or key in ("href", "src", "style") \
                    or not _VALUES.fullmatch(value):
                raise Untranslated(f"the attribute {key}={value!r} is not allowed")
        if "\\" in (node.text or "") + (node.tail or "") or "&" in (node.text or "") + (node.tail or ""):
            raise Untranslated(f"a backslash or an ampersand is left in {node.text!r}")
    if not any((node.text or "").strip() for node in tree.iter()):
        raise Untranslated("it is empty")
    return [node.tag.removeprefix(_SPACE) for node in tree]
