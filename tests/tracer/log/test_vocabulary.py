"""What may not be in the log does not get into it."""

from __future__ import annotations

import pytest

from sources.contract import Outcome
from tracer.log.vocabulary import _KEYS, _LOOKS, EVENTS, Kind, loggable, wrong


def test_every_outcome_of_a_look_up_can_end_it() -> None:
    missing = [outcome for outcome in Outcome if outcome not in EVENTS]

    assert missing == []


def test_every_key_of_every_event_has_a_kind_and_every_kind_a_look() -> None:
    keys = {key for allowed in EVENTS.values() for key in allowed}

    assert keys - set(_KEYS) == set()
    assert set(_LOOKS) == set(Kind)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("source", "camara.number-recycling"),
        ("code", "IDENTIFIER_NOT_FOUND"),
        ("agreement", "NB-2026-01"),
        ("agreement", "粤银合同 2026 第00123456号"),
        ("authorisation", "SBX-20261123-7"),
        ("fields", ["phone", "anchor_date"]),
        ("fields", ()),
        ("counts", {"rows": 1_000_000, "rejected": 3}),
        ("session", "n_bcdfghjklmnp"),
        ("policy", "sha256:" + "0123456789abcdef" * 4),
        ("today", "2026-03-02"),
        ("local_time", "2026-03-02T17:30:00+08:00"),
        ("timezone", "Asia/Shanghai"),
        ("host", "127.0.0.1:43117"),
        ("path", "/kyc-match/v0/match"),
        ("billed", None),
        ("billed", True),
        ("entry", 12_345_678_901),
    ],
)
def test_codes_counts_references_and_pseudonyms_may_be_logged(key: str, value: object) -> None:
    event = "called" if key in {"host", "path"} else "answered" if key == "billed" else "refused"

    assert wrong(event, {key: value}) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("code", "+8615412345678"),
        ("code", "154-1234-5678"),
        ("code", "1.5.4.1.2.3.4.5.6.7.8"),
        ("code", "call_15412345678"),
        ("code", "110101199003071234"),
        ("reason", "he moved to his sister"),
        ("reason", "张伟"),
        ("reason", "x" * 81),
        ("reason", ["WRONG_NUMBER", "ask his sister"]),
        ("reason", {"his sister": "WRONG_NUMBER"}),
        ("reason", {"15412345678": "WRONG_NUMBER"}),
        ("reason", 3),
        ("agreement", "15412345678"),
        ("agreement", "110101199003071234"),
        ("agreement", "11010119900307123X"),
        ("agreement", '"quoted"'),
        ("session", "15412345678"),
        ("session", "n_1541234"),
        ("policy", "15412345678"),
        ("counts", 15_412_345_678),
        ("counts", -1),
        ("counts", True),
        ("counts", 1.5),
        ("today", "2026-3-2"),
        ("local_time", "half past nine"),
        ("entry", 0),
        ("source", "two\nlines"),
        ("source", b"bytes"),
        ("fields", [["phone"]]),
        ("fields", ["phone"] * 201),
    ],
)
def test_people_and_free_text_are_refused(key: str, value: object) -> None:
    found = wrong("refused", {key: value})

    assert found is not None
    assert found[0] == key


@pytest.mark.parametrize("key", ["name", "phone", "note", "raw_reply", "undoes"])
def test_a_key_that_is_not_of_the_event_is_refused_whatever_it_holds(key: str) -> None:
    assert wrong("refused", {key: None}) == (key, None)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("RATE_LIMITED", True),
        ("e1234567", False),
        ("12-34-56-78-90", False),
        ("no spaces", False),
        ("", False),
    ],
)
def test_a_source_can_ask_whether_a_word_may_be_logged(text: str, may: bool) -> None:
    assert loggable(text) is may


def test_a_conclusion_is_a_word_and_names_the_pattern_or_entry_it_is_about() -> None:
    said = {
        "conclusion": "follow-up",
        "reason": "no_file",
        "pattern": "not_assigned",
        "flag": "flag_bcdfghjklmnp",
    }

    assert wrong("reviewed", {**said, "last": 17, "rows": 3}) is None
    assert (
        wrong("review_drawn", {"size": 9, "root": "ab" * 32, "assurance": "97.5", "tolerable": "5"}) is None
    )
    assert wrong("reviewed", {**said, "conclusion": "he knew her"}) == ("conclusion", Kind.WORD)
    assert wrong("reviewed", {**said, "flag": "15412345678"}) == ("flag", Kind.TOKEN)
