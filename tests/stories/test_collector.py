"""The collector: calls, notes what happened, and the order follows at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from graph.reach import Reach
from tracer.desk import Desk
from tracer.desk.outcomes import CallNote


def test_a_collector_calls_notes_and_asks_for_better_numbers(desk: Any, debtor: Any) -> None:
    desk.place(
        debtor(1, 手机号="15400000001/16400000002", 配偶姓名="诸葛青松", 配偶手机="16400000003"), debtor(2)
    )
    desk.trace()
    work = Desk(desk.office)
    hour = dt.timedelta(hours=1)

    # The case is given to her. It is a new one: nobody was called yet.
    assert work.assign(["NB000001"], "wang.fang") == 1
    (line,) = work.cases(assigned_to="wang.fang")
    assert line.reach is Reach.NEW
    assert line.attempts == 0

    # She opens the numbers to call: that she saw them is in the log.
    shown = work.contacts("NB000001", reveal=True, reason="call")
    first, second = shown.numbers[0], shown.numbers[1]
    assert first.number == first.phone.key
    assert desk.entries("reveal")[0].seq in shown.entries

    # The first number rings out. It stays a candidate.
    work.outcome("NB000001", CallNote(number=first.token, code="NOAS", at=desk.clock() - 3 * hour))
    assert {one.token for one in work.contacts("NB000001").numbers} == {one.token for one in shown.numbers}

    # On the second he answers and promises to pay: it is on top at once, and the case is reachable.
    note = CallNote(
        number=second.token,
        code="PTP",
        at=desk.clock() - 2 * hour,
        text="答应下周还款",
        promised_on=dt.date(2026, 12, 1),
        promised_amount=50000,
    )
    work.outcome("NB000001", note)
    assert work.contacts("NB000001").numbers[0].token == second.token
    (line,) = work.cases(assigned_to="wang.fang")
    assert line.reach is Reach.SELF_REACHABLE

    # On the first, somebody says it is a wrong number: nobody here will call it for this debtor again.
    work.outcome("NB000001", CallNote(number=first.token, code="NOSE", at=desk.clock() - hour))
    last = work.contacts("NB000001").numbers[-1]
    assert last.token == first.token
    assert last.ranked.barred is not None
    assert last.ranked.barred.code == "wrong_party"
    assert work.contacts("NB000001", reveal=True, reason="call").numbers[-1].number is None

    # She had hit the wrong line; she takes the note back, and the number is as it was.
    work.undo_outcome("NB000001")
    assert all(one.ranked.barred is None for one in work.contacts("NB000001").numbers)
    assert [each.outcome.code.partition(":")[2] for each in work.notes("NB000001")] == ["NOAS", "PTP"]

    # The other case has one dead number: she asks the specialist for more, and gets an answer.
    work.outcome("NB000002", CallNote(number="15400000002", code="LOOO", at=desk.clock() - hour))
    asked = work.request("NB000002", reason="vacant", priority="high")
    assert [case.number for _, case in work.requests("open")] == ["NB000002"]
    work.answer_request(asked.id, "NOT_FOUND")
    assert work.requests("open") == ()

    # What she wrote is sealed: the log knows that there was a promise, and neither words nor names.
    assert "还款" not in str(desk.entries())
    assert work.log_verify().ok
