"""A reply's body as a manifest reads it: strict JSON, values by place, as the texts maps are keyed by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

ABSENT = "(absent)"
MISSING = object()
REFERENCE = re.compile(r"[A-Za-z0-9._~-]{1,128}")

_STEP = re.compile(r"\[(\d*)\]|([^.\[\]]+)")
T = TypeVar("T")


class Unmapped(Exception):
    """The answer says something the manifest does not list. Names the place, never what stands there."""


def parsed(body: bytes) -> object:
    """Give a body as JSON; MISSING when it is none, or no object or list, or says a property twice."""
    try:
        found = json.loads(body, object_pairs_hook=_no_name_twice, parse_constant=_not_json)
    except (ValueError, RecursionError):
        return MISSING
    return found if isinstance(found, dict | list) else MISSING


def _no_name_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a property is said twice")
    return body


def _not_json(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def every(body: object, place: str) -> Iterator[object]:
    """Every value at a place, missing ones too; ``[]`` is each of a list, ``*`` each of an object."""
    values = [body]
    for index, name in _STEP.findall(place):
        found: list[object] = []
        for value in values:
            if name == "*":
                found.extend(value.values() if isinstance(value, dict) else (MISSING,))
            elif name:
                found.append(value.get(name, MISSING) if isinstance(value, dict) else MISSING)
            elif index:
                within = isinstance(value, list) and int(index) < len(value)
                found.append(value[int(index)] if within and isinstance(value, list) else MISSING)
            elif isinstance(value, list):
                found.extend(value)
            else:
                found.append(MISSING)
        values = found
    yield from values


def only(body: object, place: str) -> object:
    """Give the first value at a place, or MISSING."""
    return next(every(body, place), MISSING)


def as_text(value: object, kind: str = "") -> str | None:
    """A value as manifests write it; None for a list or object, or when it is not of ``kind``."""
    if value is MISSING:
        return ABSENT
    if value is None:
        return "null"
    if isinstance(value, bool):
        return ("true" if value else "false") if kind in ("", "boolean") else None
    if isinstance(value, int):
        return str(value) if kind in ("", "integer") else None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and kind == "" else None
    if isinstance(value, str):
        return value.strip() if kind in ("", "string") else None
    return None


def code_at(body: object, place: str) -> str | None:
    """Give the error code at a place; None when there is none, or null."""
    value = only(body, place)
    return None if value is MISSING or value is None else as_text(value)


def mapped(mapping: Mapping[str, T], value: object, place: str) -> T:
    """Give what a value is mapped to; raises Unmapped with the place."""
    text = as_text(value)
    if text is None or text not in mapping:
        raise Unmapped(place)
    return mapping[text]


def mark_at(body: object, place: str) -> str:
    """Give the mark of the next page, "" when there is none; raises Unmapped for one that is no reference."""
    value = only(body, place)
    if value is MISSING or value is None or value == "":
        return ""
    text = as_text(value)
    if text is None or not REFERENCE.fullmatch(text):
        raise Unmapped(place)
    return text
