"""An entry's bytes, and what a draft must be to become one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tracer.errors import LogUnavailable
from tracer.log import Draft, Log, NotForTheLog
from tracer.log.entry import checked, stamp


def test_the_bytes_that_are_hashed_are_the_documented_json(log: Log, asked: Callable[..., Draft]) -> None:
    entry = log.append(replace(asked(), body={"source": "case_file", "attempt": 2, "consent": None}))

    told = json.loads(entry.text)
    assert entry.text == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert entry.leaf == hashlib.sha256(b"\x00" + entry.text.encode()).digest()
    assert told == {
        "v": 1,
        "seq": 1,
        "at": "2026-03-02T09:30:00.000Z",
        "event": "asked",
        "about": None,
        "actor": log.staff.token("li.ming"),
        "case": "case_bcdfghjklmnpqrstbcdfghjklmnp",
        "source": "case_file",
        "outcome": None,
        "body": {"attempt": 2, "consent": None, "purpose": "contact_repair", "run": entry.body["run"]},
    }


def test_an_entry_read_again_says_what_was_drafted(log: Log, asked: Callable[..., Draft]) -> None:
    draft = asked()

    entry = log.append(draft)

    assert log.entry(1) == entry
    assert (entry.actor, entry.purpose, entry.case) == (draft.actor, draft.purpose, draft.case)
    assert (entry.source, entry.outcome, entry.event) == ("camara.kyc-tenure", "", "asked")
    assert entry.at == dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
    assert entry.body["fields_sent"] == ["phone", "anchor_date"]
    assert repr(entry) == "Entry(1, asked)"
    assert repr(draft) == "Draft(asked)"


def test_an_ending_says_its_outcome_by_its_own_name(log: Log, asked: Callable[..., Draft]) -> None:
    seq = log.append(asked()).seq

    entry = log.append(Draft("no_record", actor="li.ming", about=seq, body={"source": "camara.kyc-tenure"}))

    assert (entry.outcome, entry.about) == ("no_record", seq)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"event": "guessed"}, "guessed"),
        ({"actor": ""}, "actor"),
        ({"actor": "Li Ming"}, "actor"),
        ({"actor": 'li"ming'}, "actor"),
        ({"actor": "li\udcffming"}, "actor"),
        ({"body": {7: True}}, "asked"),
        ({"case": "HT2026-0017"}, "case"),
        ({"case": "case_15412345678"}, "case"),
        ({"purpose": "to find him"}, "purpose"),
        ({"about": 0}, "about"),
        ({"body": {"reason": "he owes 15412345678"}}, "reason"),
        ({"body": {"source": ["a", "b"]}}, "source"),
        ({"body": {"phone": "+8615412345678"}}, "phone"),
    ],
)
def test_what_may_not_be_logged_raises_at_once_and_is_not_repeated(
    log: Log, asked: Callable[..., Draft], change: dict[str, object], key: str
) -> None:
    with pytest.raises(NotForTheLog) as raised:
        log.submit(replace(asked(), **change))  # type: ignore[arg-type]

    assert key in str(raised.value)
    assert "15412345678" not in raised.value.shown()
    assert isinstance(raised.value, LogUnavailable)
    assert log.head().size == 0


def test_a_key_that_is_a_number_itself_is_not_repeated(asked: Callable[..., Draft]) -> None:
    with pytest.raises(NotForTheLog) as raised:
        checked(replace(asked(), body={"15412345678": True}))

    assert "15412345678" not in raised.value.shown()


def test_an_event_that_is_unknown_is_answered_with_those_there_are(asked: Callable[..., Draft]) -> None:
    with pytest.raises(NotForTheLog) as raised:
        checked(replace(asked(), event="guessed"))

    assert "asked" in raised.value.shown()


def test_later_times_have_greater_stamps_in_any_zone() -> None:
    early = dt.datetime(2026, 3, 2, 9, 30, 0, 999_999, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    late = dt.datetime(2026, 3, 2, 1, 30, 1, tzinfo=dt.UTC)

    assert stamp(early) == "2026-03-02T01:30:00.999Z"
    assert stamp(early) < stamp(late) == "2026-03-02T01:30:01.000Z"


def test_text_in_other_scripts_is_hashed_as_it_is(log: Log, database: Path) -> None:
    entry = log.append(Draft("refused", actor="李明", body={"client": "华北银行", "agreement": "粤银 第7号"}))

    assert "华北银行" in entry.text
    assert log.entry(1) == entry
    assert log.verify().ok
