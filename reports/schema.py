"""The published JSON Schema of the certificate file, and the first fault of a file against it.

Interprets the words of JSON Schema that `certificate.schema.json` uses, so that reading a
certificate needs no further package; the tests hold it against an independent validator.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

_TYPES = {"string": str, "integer": int, "boolean": bool, "null": type(None), "array": list, "object": dict}


@lru_cache(maxsize=1)
def published():
    """The schema, as a dict."""
    return json.loads(Path(__file__).with_name("certificate.schema.json").read_text(encoding="utf-8"))


def fault(value, schema=None, where="the file"):
    """What is wrong with a value, as one sentence naming the place, or None."""
    schema = published() if schema is None else schema
    if "$ref" in schema:
        return fault(value, published()["$defs"][schema["$ref"].rsplit("/", 1)[1]], where)
    return (_type(value, schema, where) or _content(value, schema, where) or _members(value, schema, where)
            or _items(value, schema, where))


def _type(value, schema, where):
    allowed = schema.get("type", list(_TYPES))
    allowed = [allowed] if isinstance(allowed, str) else allowed
    if not any(isinstance(value, _TYPES[one]) and not (one == "integer" and isinstance(value, bool)) for one in allowed):
        return f"{where} is {_shown(value)}; it must be of type {' or '.join(allowed)}"


def _content(value, schema, where):
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} is {_shown(value)}; it must be {' or '.join(map(repr, schema['enum']))}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"{where} is {_shown(value)}; it must match {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"]:
        return f"{where} is {value}; it must be at least {schema['minimum']}"


def _members(value, schema, where):
    if not isinstance(value, dict):
        return None
    missing = [key for key in schema.get("required", ()) if key not in value]
    if missing:
        return f"{where} has no {missing[0]!r}"
    known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    found = (fault(one, known.get(key, others), f"{key} of {where}") for key, one in value.items())
    return next(filter(None, found), None)


def _items(value, schema, where):
    if not isinstance(value, list) or "items" not in schema:
        return None
    found = (fault(one, schema["items"], f"entry {number} in {where}") for number, one in enumerate(value))
    return next(filter(None, found), None)


def _shown(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
