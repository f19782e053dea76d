"""Call notes: number, time, result, party, promise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from graph.model import Identity, Line, Party
from tracer.intake import OutcomeRow, Problem

Take = Callable[..., list[OutcomeRow | Problem]]


def test_a_call_note_is_understood(intake: Take) -> None:
    (row,) = intake(
        "案件编号|联络对象|对象姓名|号码|联络结果|接听人|身份核实|催收时间|催收记录|承诺金额|承诺日期|下次跟进日期|操作人|通话ID",
        "A1|配偶|李娜|15400000002|空号|无人|否|2026-03-15 10:20|再打|1000|2026-04-01|2026-03-20|op7|c-9",
    )

    assert isinstance(row, OutcomeRow)
    assert row.phone is not None
    assert (row.phone.key, row.code) == ("+8615400000002", "空号")
    assert row.at == dt.datetime(2026, 3, 15, 2, 20, tzinfo=dt.UTC)
    assert row.coded is not None
    assert row.coded.line is Line.VACANT
    assert (row.party, row.identity) == (Party.NOBODY, Identity.NOT_CHECKED)
    assert (row.party_name, row.relation, row.note) == ("李娜", "配偶", "再打")
    assert (row.promise_amount, row.promise_on, row.follow_up_on) == (
        100000, dt.date(2026, 4, 1), dt.date(2026, 3, 20),
    )  # fmt: skip
    assert (row.actor, row.call_id) == ("op7", "c-9")
    assert "李娜" not in repr(row)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-15 10:20", "2026-03-15T02:20"),
        ("2026/3/15 10:20:30", "2026-03-15T02:20:30"),
        ("2026年3月15日 下午3点20分", "2026-03-15T07:20"),
        ("2026-03-15T10:20:00Z", "2026-03-15T10:20"),
        ("2026-03-15T10:20:00+09:00", "2026-03-15T01:20"),
        ("20260315 10:20", "2026-03-15T02:20"),
        ("46096.4305555556", "2026-03-15T02:20"),
        ("2026-03-15", "2026-03-15T04:00"),
    ],
)
def test_the_time_of_a_call_is_read_in_the_clients_zone(intake: Take, text: str, utc: str) -> None:
    (row,) = intake("案件编号|号码|联络结果|催收时间", f"A1|15400000002|空号|{text}")

    assert isinstance(row, OutcomeRow)
    assert row.at == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


def test_date_and_time_of_day_may_have_columns_of_their_own(intake: Take) -> None:
    (row,) = intake(
        "case number|phone|result code|call date|time of day", "7|415 555 0133|NA|03/15/2026|2:05 PM",
        region="US", code_list="us_latitude",
    )  # fmt: skip

    assert isinstance(row, OutcomeRow)
    assert row.at == dt.datetime(2026, 3, 15, 18, 5, tzinfo=dt.UTC)
    assert row.coded is not None
    assert row.coded.line is Line.NO_ANSWER


def test_a_note_without_time_or_content_is_set_aside(intake: Take) -> None:
    rows = intake(
        "案件编号|号码|联络结果|催收时间", "A1|15400000002|空号|改天", "A2|15400000002||2026-03-15 10:00"
    )

    assert [row.code for row in rows] == ["outcome.no_time", "outcome.nothing"]
    assert all(isinstance(row, Problem) and row.rejected for row in rows)


def test_an_unknown_code_is_kept_and_said(intake: Take) -> None:
    (row,) = intake("案件编号|号码|联络结果|催收时间", "A1|15400000002|QWERTY|2026-03-15 10:00")

    assert isinstance(row, OutcomeRow)
    assert (row.code, row.coded) == ("QWERTY", None)
    assert [problem.code for problem in row.problems] == ["outcome.code_unknown"]


def test_a_note_about_no_number_is_a_note_on_the_case(intake: Take) -> None:
    (row,) = intake("案件编号|号码|联络结果|催收时间|催收记录", "A1|||2026-03-15 10:00|外访未遇")

    assert isinstance(row, OutcomeRow)
    assert (row.phone, row.note) == (None, "外访未遇")
    assert [problem.code for problem in row.problems] == ["outcome.no_number"]
