"""What a call changes: the order at once, the bars it brings, and what taking it back restores."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from graph.model import Identity, Line, Party
from tracer.desk import outcomes
from tracer.errors import Refused, WrongUse

FIRST, SECOND = "+8615400000001", "+8616400000002"
CALLS = ["案件编号", "号码", "对象姓名", "关系", "联络结果", "催收时间", "催收记录"]


@pytest.fixture
def placed(desk: Any, debtor: Any) -> Any:
    """One case with two numbers of the debtor, traced."""
    desk.place(debtor(1, 手机号="15400000001/16400000002"))
    desk.trace()
    return desk


def order(desk: Any, ref: str = "NB000001") -> list[tuple[str, float, str]]:
    return [
        (one.phone.key, one.ranked.p, one.ranked.barred.code if one.ranked.barred else "")
        for one in desk.contacts(ref).numbers
    ]


def test_a_call_changes_the_order_at_once(placed: Any) -> None:
    before = placed.order("NB000001")
    last = before[-1]

    noted = placed.note("NB000001", last, "PTP")

    assert noted.party is Party.SELF
    assert placed.order("NB000001")[0] == last != before[0]


def test_a_call_is_in_the_log_without_number_name_or_words(placed: Any) -> None:
    noted = placed.note(
        "NB000001", FIRST, "PTP", text="答应下周还款", person="欧阳清岚", promised_on=dt.date(2026, 12, 1)
    )

    entry = placed.office.log.entry(noted.entry)

    assert entry.event == "outcome"
    assert entry.body["promised"] is True
    for secret in ("15400000001", "欧阳", "还款", "NB000001"):
        assert secret not in str(entry)


def test_the_note_comes_back_with_its_words(placed: Any) -> None:
    placed.note("NB000001", FIRST, "PTP", text="答应下周还款", person="欧阳清岚", relation="本人")

    (note,) = outcomes.notes(placed.office, placed.case("NB000001"))

    assert (note.text.person, note.text.relation, note.text.text) == ("欧阳清岚", "本人", "答应下周还款")
    assert "欧阳" not in repr(note)


def test_a_number_may_be_named_by_its_token(placed: Any) -> None:
    token = placed.contacts("NB000001").numbers[0].token

    noted = placed.note("NB000001", token, "PTP")

    assert noted.number == token


def test_a_token_of_another_case_names_nothing(placed: Any, debtor: Any) -> None:
    placed.place(debtor(2))
    placed.trace()
    token = placed.contacts("NB000002").numbers[0].token

    with pytest.raises(WrongUse, match="no number"):
        placed.note("NB000001", token, "PTP")


def test_the_same_call_entered_twice_is_one(placed: Any) -> None:
    first = placed.note("NB000001", FIRST, "PTP")

    second = placed.note("NB000001", FIRST, "PTP")

    assert first.entry > 0
    assert second.entry == 0
    assert len(placed.entries("outcome")) == 1


@pytest.mark.parametrize(
    ("code", "why"), [("NO_SUCH_CODE", "No code list"), ("TW", ""), ("somebody:PTP", "No code list")]
)
def test_a_code_nobody_knows_is_refused_with_what_to_do(placed: Any, code: str, why: str) -> None:
    if not why:
        placed.note("NB000001", FIRST, code)
        return

    with pytest.raises(WrongUse, match=why) as raised:
        placed.note("NB000001", FIRST, code)

    assert raised.value.remedy
    assert placed.entries("outcome") == []


def test_a_call_from_tomorrow_is_refused(placed: Any) -> None:
    with pytest.raises(WrongUse, match="not come yet"):
        placed.note("NB000001", FIRST, "PTP", at=placed.clock() + dt.timedelta(days=1))


def test_the_three_facts_may_be_given_without_a_code(placed: Any) -> None:
    noted = placed.note("NB000001", FIRST, line=Line.CONNECTED, party=Party.SELF, identity=Identity.VERIFIED)

    assert (noted.line, noted.party, noted.identity) == (Line.CONNECTED, Party.SELF, Identity.VERIFIED)


def test_no_call_is_noted_for_a_closed_case(placed: Any) -> None:
    from tracer.desk import life

    life.close(placed.office, placed.case("NB000001"), "paid")

    with pytest.raises(Refused):
        placed.note("NB000001", FIRST, "PTP")

    assert [entry.body["operation"] for entry in placed.entries("refused")] == ["outcome"]


# Bars


def test_a_barred_number_goes_last_with_its_reason(placed: Any) -> None:
    top = placed.order("NB000001")[0]
    placed.note("NB000001", top, "NOSE")

    found = order(placed)

    assert found[-1][0] == top
    assert found[-1][2] == "wrong_party"
    assert [bar for _, _, bar in found[:-1]] == [""] * (len(found) - 1)


def test_taking_a_call_back_restores_the_order_and_lifts_its_bar(placed: Any) -> None:
    before = order(placed)
    placed.note("NB000001", before[0][0], "NOSE")
    assert order(placed) != before

    outcomes.undo(placed.office, placed.case("NB000001"))

    assert order(placed) == before
    (entry,) = placed.entries("outcome_undone")
    assert entry.about == placed.entries("outcome")[0].seq
    assert placed.office.log.verify().ok


def test_there_is_nothing_to_take_back_twice(placed: Any) -> None:
    placed.note("NB000001", FIRST, "NOSE")
    outcomes.undo(placed.office, placed.case("NB000001"))

    with pytest.raises(WrongUse, match="no such call note"):
        outcomes.undo(placed.office, placed.case("NB000001"))


def test_taking_back_one_call_of_a_file_leaves_the_bars_of_the_others(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2), debtor(3, 手机号="15400000003/16400000033"))
    at = "2026-11-20 10:00:00"
    rows = [[f"NB00000{n}", f"1540000000{n}", "", "", "NOSE", at, "打错"] for n in (1, 2, 3)]
    rows.append(["NB000003", "16400000033", "", "", "NOSE", at, "打错"])
    desk.take(desk.table(*rows, header=CALLS))
    desk.trace()
    assert all(bar == "wrong_party" for n in (1, 2, 3) for _, _, bar in order(desk, f"NB00000{n}"))
    case = desk.case("NB000003")
    chosen = next(
        note for note in outcomes.notes(desk.office, case) if note.outcome.phone.key == "+8615400000003"
    )

    outcomes.undo(desk.office, case, chosen.id)

    assert [bar for _, _, bar in order(desk, "NB000001")] == ["wrong_party"]
    assert [bar for _, _, bar in order(desk, "NB000002")] == ["wrong_party"]
    assert {key: bar for key, _, bar in order(desk, "NB000003")} == {
        "+8615400000003": "",
        "+8616400000033": "wrong_party",
    }


def test_two_calls_said_wrong_party_and_taking_back_one_leaves_the_bar(placed: Any) -> None:
    hour = dt.timedelta(hours=1)
    placed.note("NB000001", FIRST, "NOSE", at=placed.clock() - 3 * hour)
    placed.note("NB000001", FIRST, "NOSE", at=placed.clock() - 2 * hour)

    outcomes.undo(placed.office, placed.case("NB000001"))

    assert {key: bar for key, _, bar in order(placed)}[FIRST] == "wrong_party"


def test_a_wrong_party_stays_barred_for_the_same_debtor_in_a_later_batch(placed: Any, debtor: Any) -> None:
    placed.note("NB000001", FIRST, "NOSE")

    placed.place(debtor(1, 案件编号="NB000091", 手机号="15400000001/16400000002"))
    placed.trace("NB000091", only=("case_file", "references"))

    assert {key: bar for key, _, bar in order(placed, "NB000091")} == {FIRST: "wrong_party", SECOND: ""}


def test_the_same_number_may_be_the_right_one_of_somebody_else(placed: Any, debtor: Any) -> None:
    placed.note("NB000001", FIRST, "NOSE")

    placed.place(debtor(2, 手机号="15400000001"))
    placed.trace("NB000002")

    assert [(key, bar) for key, _, bar in order(placed, "NB000002")] == [(FIRST, "")]


def test_a_wrong_party_from_a_file_bars_later_batches_too(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    call = ["NB000001", "15400000001", "", "", "NOSE", "2026-11-20 10:00:00", "打错"]
    desk.take(desk.table(call, header=CALLS))

    desk.place(debtor(1, 案件编号="NB000091"))
    desk.trace("NB000091")

    assert [(key, bar) for key, _, bar in order(desk, "NB000091")] == [(FIRST, "wrong_party")]


def test_a_wrong_party_taken_back_bars_no_later_batch(placed: Any, debtor: Any) -> None:
    placed.note("NB000001", FIRST, "NOSE")
    outcomes.undo(placed.office, placed.case("NB000001"))

    placed.place(debtor(1, 案件编号="NB000091"))
    placed.trace("NB000091")

    assert [bar for _, _, bar in order(placed, "NB000091")] == [""] * len(order(placed, "NB000091"))


def test_a_wrong_party_taken_back_is_lifted_even_if_the_debtor_was_described_anew(
    placed: Any, debtor: Any
) -> None:
    placed.note("NB000001", FIRST, "NOSE")
    placed.take(placed.table(["NB000001", "欧阳清澜"], header=["案件编号", "客户姓名"]))

    outcomes.undo(placed.office, placed.case("NB000001"))

    placed.place(debtor(1, 案件编号="NB000091"))
    placed.trace("NB000091")
    assert [bar for _, _, bar in order(placed, "NB000091")] == [""] * len(order(placed, "NB000091"))
