"""The published JSON Schema of the certificate file, and the first fault of a file against it.

Interprets the words of JSON Schema that `certificate.schema.json` uses, so that reading a
certificate needs no further package; the tests hold it against an independent validator.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

_NAMES = {str: "string", int: "integer", bool: "boolean", type(None): "null", list: "array", dict: "object"}


@lru_cache(maxsize=1)
def published():
    """The schema, as a dict."""
    return json.loads(Path(__file__).with_name("certificate.schema.json").read_text(encoding="utf-8"))


def fault(value, schema=None):
    """What is wrong with a value, as one sentence naming the place, or None."""
    found = _fault(value, published() if schema is None else schema)
    return f"{''.join(found[1])}the file {found[0]}" if found else None


def _fault(value, schema):
    """None, or (what is wrong, the places from the value outwards): a sound value costs no text."""
    while "$ref" in schema:
        schema = published()["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    wrong = _type(value, schema) or _content(value, schema)
    if wrong:
        return wrong, []
    if isinstance(value, dict):
        return _members(value, schema)
    return _items(value, schema) if isinstance(value, list) and "items" in schema else None


def _type(value, schema):
    allowed = schema.get("type")
    if allowed is not None and _NAMES.get(type(value)) not in ([allowed] if isinstance(allowed, str) else allowed):
        return f"is {_shown(value)}; it must be of type {allowed if isinstance(allowed, str) else ' or '.join(allowed)}"


def _content(value, schema):
    if "enum" in schema and value not in schema["enum"]:
        return f"is {_shown(value)}; it must be {' or '.join(map(repr, schema['enum']))}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"is {_shown(value)}; it must match {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"]:
        return f"is {value}; it must be at least {schema['minimum']}"


def _members(value, schema):
    missing = [key for key in schema.get("required", ()) if key not in value]
    if missing:
        return f"has no {missing[0]!r}", []
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key, one in value.items():
        found = _fault(one, known.get(key, others)) if key in known or others else None
        if found:
            return found[0], [*found[1], f"{key} of "]
    return None


def _items(value, schema):
    for number, one in enumerate(value):
        found = _fault(one, schema["items"])
        if found:
            return found[0], [*found[1], f"entry {number} in "]
    return None


def _shown(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
