"""Whatever the graph speaks of survives being sealed, and a later program's field does no harm."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import types
import typing
from enum import Enum
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import model
from tracer.store.batches import PlacedPerson, PlacedRow
from tracer.store.codec import pack, unpack, unpack_all
from tracer.store.evidence import Findings
from tracer.store.notes import NoteText

# Half a surrogate pair is no text: intake takes it out before anything is stored.
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
DATES = st.dates(min_value=dt.date(1900, 1, 1))
TIMES = st.datetimes(min_value=dt.datetime(1900, 1, 1), timezones=st.just(dt.UTC))


@cache
def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that a stored dataclass may have in a field."""
    origin = typing.get_origin(kind)
    if origin is tuple:
        inside = typing.get_args(kind)
        if len(inside) == 2 and inside[1] is Ellipsis:
            return st.lists(values(inside[0]), max_size=2).map(tuple)
        return st.tuples(*(values(one) for one in inside))
    if origin in {types.UnionType, typing.Union}:
        return st.one_of(*(st.none() if one is type(None) else values(one) for one in typing.get_args(kind)))
    if kind is model.Phone:
        return phones()
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{f.name: values(hints[f.name]) for f in dataclasses.fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT,
        int: st.integers(-(2**40), 2**40),
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        dt.date: DATES,
        dt.datetime: TIMES,
    }
    return simple[kind]


def phones() -> st.SearchStrategy[model.Phone]:
    digits = st.text("0123456789", min_size=4, max_size=8)
    lines = st.sampled_from(model.LineType)
    whole = st.builds(
        lambda d, e, t: model.Phone(e164=f"+86154{d}", extension=e, line_type=t), digits, digits, lines
    )
    masked = st.builds(lambda d, t: model.Phone(pattern=f"+86154****{d}", line_type=t), digits, lines)
    return whole | masked


STORED = (
    model.Record,
    model.Claim,
    model.LineFact,
    model.Outcome,
    model.Verdict,
    model.Match,
    model.Person,
    model.Bar,
    model.NumberEvidence,
    model.Ranking,
    PlacedRow,
    PlacedPerson,
    Findings,
    NoteText,
)


def same(left: Any, right: Any) -> bool:
    """Equal, and equal too in the fields that comparing leaves out (a number's line type)."""
    return bool(left == right) and pack(left) == pack(right)


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_packed_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    value = data.draw(values(kind))

    assert same(unpack(kind, pack(value)), value)


def test_every_type_of_the_model_that_holds_others_was_tried() -> None:
    tried: set[Any] = set()

    def walk(kind: Any) -> None:
        for inside in typing.get_args(kind):
            walk(inside)
        if dataclasses.is_dataclass(kind) and kind not in tried:
            tried.add(kind)
            for hint in typing.get_type_hints(kind).values():
                walk(hint)

    for kind in STORED:
        walk(kind)
    named = {one for one in vars(model).values() if dataclasses.is_dataclass(one)}

    assert named - tried == set()


def test_a_field_that_this_program_does_not_know_is_left_out() -> None:
    note = NoteText(phone=model.Phone(e164="+8615400000001"), text="改日再拨")
    later = json.loads(pack(note)) | {"mood": "calm", "phone": {"e164": "+8615400000001", "roaming": True}}

    assert unpack(NoteText, json.dumps(later).encode()) == note


def test_a_field_that_is_missing_has_its_default() -> None:
    assert unpack(NoteText, b'{"phone":{"e164":"+8615400000001"}}').relation == ""


def test_empty_fields_take_no_room() -> None:
    assert pack(NoteText(phone=model.Phone(e164="+8615400000001"))) == b'{"phone":{"e164":"+8615400000001"}}'


def test_a_value_that_differs_from_its_default_is_kept_even_if_empty() -> None:
    verdict = model.Outcome(
        phone=model.Phone(e164="+8615400000001"),
        at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        line=model.Line.BUSY,
        party=model.Party.NOBODY,
        identity=model.Identity.NOT_CHECKED,
        strength=0.0,
    )

    assert unpack(model.Outcome, pack(verdict)).strength == 0.0


def test_something_that_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="not a value that can be stored"):
        pack(object())


def test_a_list_is_read_one_by_one() -> None:
    bars = (model.Bar(code="ceased"), model.Bar(code="wrong_party", entry=3))

    assert unpack_all(model.Bar, json.loads(pack(bars))) == bars
