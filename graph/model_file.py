"""The in-use model as plain values for a JSON file, and back: what a fitted model is kept as.

A file may name only what it changes; the rest is the shipped model's. It is data, never code.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import MappingProxyType
from typing import TypeVar, cast

from graph.hidden import STATES
from graph.inuse_learned import BadForest, read_forest
from graph.inuse_weights import DEFAULT, Learned, Model

T = TypeVar("T")

# Which layout a file has. A file without it is of the first.
FORMAT = 1

# A likelihood or a rate beyond this is a slip of the pen, and would end in infinities.
_LARGEST = 1e6


class BadModel(ValueError):
    """A model file says something that cannot be. ``place`` is where (``tempers.claim``), ``code`` what:
    not_an_object, not_a_list, unknown_format, unknown_name, not_a_number, not_a_text, not_positive, negative,
    wrong_length, forest_damaged, forest_other_figures, forest_not_a_number."""

    def __init__(self, code: str, place: str) -> None:
        super().__init__(f"{code}: {place}")
        self.code = code
        self.place = place


def model_to_json(model: Model) -> dict[str, object]:
    """Give the model as dicts, lists, numbers and texts only."""
    return {"format": FORMAT, **cast("dict[str, object]", _plain(model))}


def model_from_json(raw: object, base: Model = DEFAULT) -> Model:
    """Give ``base`` with what ``raw`` changes. Raises :class:`BadModel` with the place of the mistake."""
    if isinstance(raw, Mapping):
        said = raw.get("format", FORMAT)
        if isinstance(said, bool) or said != FORMAT:
            raise BadModel("unknown_format", "format")
        raw = {name: inner for name, inner in raw.items() if name != "format"}
    return _merged(base, raw, "")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value


def _merged(base: T, raw: object, place: str) -> T:
    if isinstance(base, str):
        if not isinstance(raw, str):
            raise BadModel("not_a_text", place)
        return cast("T", raw)
    if isinstance(base, int | float):
        return cast("T", _number(base, raw, place))
    if isinstance(base, tuple):
        return cast("T", _vector(raw, place))
    if not isinstance(raw, Mapping):
        raise BadModel("not_an_object", place or "model")
    if isinstance(base, Mapping):
        return cast("T", _table(base, raw, place))
    known = {field.name: getattr(base, field.name) for field in fields(base)}  # type: ignore[arg-type]
    for name in raw:
        if name not in known:
            raise BadModel("unknown_name", f"{place}{name}")
    changed = {
        name: _learned(inner) if name == "learned" else _merged(known[name], inner, f"{place}{name}.")
        for name, inner in raw.items()
    }
    return type(base)(**{**known, **changed})


def _learned(raw: object) -> tuple[Learned, ...]:
    if not isinstance(raw, list | tuple):
        raise BadModel("not_a_list", "learned")
    found = []
    for at, one in enumerate(raw):
        place = f"learned[{at}]"
        if not isinstance(one, Mapping) or not isinstance(text := one.get("packed"), str):
            raise BadModel("not_an_object", place)
        sources = one.get("sources", [])
        if not isinstance(sources, list | tuple) or not all(isinstance(name, str) for name in sources):
            raise BadModel("not_a_text", f"{place}.sources")
        if unknown := set(one) - {"packed", "sources"}:
            raise BadModel("unknown_name", f"{place}.{min(map(str, unknown))}")
        learned = Learned(packed=text, sources=tuple(sources))
        try:
            read_forest(learned)
        except BadForest as error:
            raise BadModel(f"forest_{error.code}", f"{place}.packed") from error
        found.append(learned)
    return tuple(found)


def _number(base: float, raw: object, place: str) -> float:
    place = place.rstrip(".")
    whole = isinstance(base, int)
    if isinstance(raw, bool) or not isinstance(raw, int if whole else int | float):
        raise BadModel("not_a_number", place)
    if not math.isfinite(raw) or abs(raw) > _LARGEST:
        raise BadModel("not_a_number", place)
    if raw < 0 and (place.split(".")[0] in {"tempers", "rates", "costs"} or whole):
        raise BadModel("negative", place)
    return int(raw) if whole else float(raw)


def _vector(raw: object, place: str) -> tuple[float, ...]:
    place = place.rstrip(".")
    if not isinstance(raw, list | tuple) or len(raw) != STATES:
        raise BadModel("wrong_length", place)
    numbers = tuple(_number(0.0, item, place) for item in raw)
    if not all(number > 0 for number in numbers):
        raise BadModel("not_positive", place)
    return numbers


def _table(
    base: Mapping[object, object], raw: Mapping[object, object], place: str
) -> Mapping[object, object]:
    kind, example = type(next(iter(base))), next(iter(base.values()))
    table = dict(base)
    for name, inner in raw.items():
        key: object = name
        if issubclass(kind, Enum):
            try:
                key = kind(name)
            except ValueError:
                raise BadModel("unknown_name", f"{place}{name}") from None
        table[key] = _merged(base.get(key, example), inner, f"{place}{name}.")
    return MappingProxyType(table)
