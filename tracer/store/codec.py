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
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")

# A plain value is what json reads and writes; these two names keep the one Any of this room in one place.
Plain = Any
_Reader = Callable[[Plain], Any]


def pack(value: object) -> bytes:
    """Give a dataclass, or a tuple or mapping of them, as UTF-8 JSON."""
    return _JSON.encode(value).encode()


def unpack(kind: type[T], data: bytes) -> T:
    """Read one value of dataclass ``kind`` from what :func:`pack` wrote."""
    return typing.cast("T", _reader_of(kind)(json.loads(data)))


def unpack_all(kind: type[T], data: Plain) -> tuple[T, ...]:
    """Read a JSON list of ``kind``."""
    read = _reader_of(kind)
    return tuple(read(item) for item in data)


def _spread(value: object) -> Plain:
    """Give what json itself cannot write as what it can: only the outermost layer, json asks for the rest."""
    kind: Any = type(value)
    shape = _SHAPES.get(kind)
    if shape is None:
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, Enum):
            return value.value
        shape = _SHAPES[kind] = _shape(kind)
    names, read, defaults = shape
    return {
        name: item
        for name, item, default in zip(names, read(value), defaults)  # noqa: B905  (all as long as the fields)
        if item is not default and item != default
    }


# json writes texts, numbers, tuples and StrEnums by itself, in C: Python is asked once for each dataclass.
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, default=_spread)
_Shape = tuple[tuple[str, ...], Callable[[object], tuple[object, ...]], tuple[object, ...]]
_SHAPES: dict[type, _Shape] = {}


def _shape(kind: Any) -> _Shape:
    """The fields of a dataclass: their names, what reads all of them, and their defaults."""
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind.__name__} is not a value that can be stored")
    fields = dataclasses.fields(kind)
    names = tuple(f.name for f in fields)
    one = attrgetter(*names)
    read: Callable[[object], tuple[object, ...]] = one if len(names) > 1 else lambda value: (one(value),)
    return names, read, tuple(f.default for f in fields)


def _reader_of(kind: Any) -> _Reader:
    return _reader(kind)


@cache
def _reader(kind: Any) -> _Reader:
    origin = typing.get_origin(kind)
    if origin is tuple:
        inner = _reader(typing.get_args(kind)[0])
        return tuple if inner is _as_it_is else lambda data: tuple([inner(item) for item in data])
    if origin in {types.UnionType, typing.Union}:
        options = [arg for arg in typing.get_args(kind) if arg is not type(None)]
        inner = _reader(options[0])
        return inner if inner is _as_it_is else lambda data: None if data is None else inner(data)
    if kind is dt.datetime:
        return dt.datetime.fromisoformat
    if kind is dt.date:
        return dt.date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(typing.cast("type", kind))
    return _as_it_is


def _as_it_is(data: Plain) -> Any:
    return data


def _dataclass_reader(kind: type) -> _Reader:
    hints = typing.get_type_hints(kind)
    readers = {f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)}
    simple = {name for name, reader in readers.items() if reader is _as_it_is}

    def read(data: Plain) -> Any:
        return kind(
            **{
                name: item if name in simple else readers[name](item)
                for name, item in data.items()
                if name in readers
            }
        )

    return read
