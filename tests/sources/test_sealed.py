"""Counting tells a count, binding a virtual number; a vendor that tells more is not listened to."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from sources.contract import Answer, HttpCall, Outcome, Reply, SourceBroken, SourceError, Subject
from sources.sealed import Binding, SealedRepair
from sources.testing import an_ask, check_source, drive
from sources.virtual import Pool, SealedCount, VirtualNumber

UNTIL = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def reply(status: int = 200, **body: object) -> Reply:
    return Reply(status=status, body=json.dumps(body).encode())


def binding(which: int = 1) -> Binding:
    return Binding(reference="P1", which=which, caller="+861055550100", until=UNTIL, pool=Pool(("+86700",)))


def test_counting_passes_the_checks_of_any_source_and_is_no_run_of_look_ups() -> None:
    check_source(SealedRepair())

    assert SealedRepair().terms.subject is Subject.BY_HAND


def test_a_count_is_all_that_counting_tells() -> None:
    driven = drive(SealedRepair(order="o1").lookup(an_ask()), reply(process_id="P1"), reply(count=2))

    assert driven.answer.outcome is Outcome.ANSWERED
    assert driven.answer.sealed == SealedCount(count=2, reference="P1")
    assert (driven.answer.records, driven.answer.claims, driven.answer.facts) == ((), (), ())
    assert driven.answer.raw == "count.2"


@pytest.mark.parametrize(
    "body",
    [
        {"count": 1, "mobile": "+8615400000009"},
        {"count": 1, "mobiles": ["+8615400000009"]},
        {"count": "2"},
        {"count": True},
        {"count": 15400000009},
        {},
    ],
)
def test_a_vendor_that_tells_a_number_or_no_count_is_a_fault_and_nothing_is_kept(
    body: dict[str, object],
) -> None:
    answer = drive(SealedRepair().lookup(an_ask()), reply(process_id="P1"), reply(**body)).answer

    assert (answer.outcome, answer.sealed) == (Outcome.PROTOCOL_ERROR, None)
    assert "54000" not in answer.raw


def test_nobody_found_is_no_record() -> None:
    answer = drive(SealedRepair().lookup(an_ask()), reply(process_id="P1"), reply(count=0)).answer

    assert answer.outcome is Outcome.NO_RECORD


def test_binding_says_the_caller_and_the_end_and_gives_a_number_of_the_pool() -> None:
    driven = drive(binding(2).lookup(an_ask()), reply(mobile_x="+867001234567"))

    call = driven.asked[0]
    assert isinstance(call, HttpCall)
    assert call.json is not None
    assert (call.json["mobile_num"], call.json["mobile_a"]) == (2, "+861055550100")
    assert call.json["expires_at"] == "2026-11-24T09:00:00+00:00"
    assert isinstance(driven.answer.sealed, VirtualNumber)


@pytest.mark.parametrize("number", ["+8615400000009", "+8615400000001", "", None, 5, "+86700"])
def test_a_real_number_in_place_of_a_virtual_one_is_dropped(number: object) -> None:
    answer = drive(binding().lookup(an_ask()), reply(mobile_x=number)).answer

    assert (answer.outcome, answer.sealed) == (Outcome.PROTOCOL_ERROR, None)
    assert "54000" not in f"{answer!r} {answer.raw}"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (reply(401), SourceBroken),
        (reply(403), SourceBroken),
        (reply(429), SourceError),
        (reply(503), SourceError),
        (Reply(status=200, body=b"<html>"), SourceError),
        (reply(200, result_code="NO_RECORD"), SourceError),
    ],
)
def test_what_is_no_answer_is_said_as_what_it_is(said: Reply, error: type[Exception]) -> None:
    with pytest.raises(error):
        drive(SealedRepair().lookup(an_ask()), said)


def test_only_an_answer_may_carry_something_sealed() -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        Answer(outcome=Outcome.NO_RECORD, sealed=SealedCount(count=1, reference="P1"))
