"""Graph types ⇄ JSON text, for sealing. Empty fields are left out; a field gone or new does no harm."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

# A plain value is what json reads and writes; these two names keep the one Any of this room in one place.
Plain = Any
_Reader = Callable[[Plain], Any]


def pack(value: object) -> bytes:
    """Give a dataclass, or a tuple or mapping of them, as UTF-8 JSON."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def unpack(kind: type[T], data: bytes) -> T:
    """Read one value of dataclass ``kind`` from what :func:`pack` wrote."""
    return typing.cast("T", _reader_of(kind)(json.loads(data)))


def unpack_all(kind: type[T], data: Plain) -> tuple[T, ...]:
    """Read a JSON list of ``kind``."""
    read = _reader_of(kind)
    return tuple(read(item) for item in data)


def plain(value: object) -> Plain:
    """Give ``value`` as lists, objects, numbers and texts."""
    if value is None or isinstance(value, str | int | float | bool):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    found = {}
    for name, default in _fields_of(type(value)):
        item = getattr(value, name)
        if item != default:
            found[name] = plain(item)
    return found


def _fields_of(kind: Any) -> tuple[tuple[str, object], ...]:
    return _defaults(kind)


def _reader_of(kind: Any) -> _Reader:
    return _reader(kind)


@cache
def _defaults(kind: Any) -> tuple[tuple[str, object], ...]:
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind.__name__} is not a value that can be stored")
    return tuple((f.name, f.default) for f in dataclasses.fields(kind))


@cache
def _reader(kind: Any) -> _Reader:
    origin = typing.get_origin(kind)
    if origin is tuple:
        inner = _reader(typing.get_args(kind)[0])
        return lambda data: tuple(inner(item) for item in data)
    if origin in {types.UnionType, typing.Union}:
        options = [arg for arg in typing.get_args(kind) if arg is not type(None)]
        inner = _reader(options[0])
        return lambda data: None if data is None else inner(data)
    if kind is dt.datetime:
        return dt.datetime.fromisoformat
    if kind is dt.date:
        return dt.date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(typing.cast("type", kind))
    return lambda data: data


def _dataclass_reader(kind: type) -> _Reader:
    hints = typing.get_type_hints(kind)
    readers = {f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)}

    def read(data: Plain) -> Any:
        return kind(**{name: readers[name](item) for name, item in data.items() if name in readers})

    return read
