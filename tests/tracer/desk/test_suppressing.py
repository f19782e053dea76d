"""Suppression lists: who is on one is barred wherever he turns up; nothing of the list is kept in clear."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from sources.contract import Outcome
from tracer.demo.people import prc_check
from tracer.desk import suppressing
from tracer.errors import WrongUse

BORN_ID = "65999919900307"  # an area that does not exist; the check digit is worked out below


def prc_id(serial: str = "118") -> str:
    stem = BORN_ID + serial
    return stem + prc_check(stem)


def listed(desk: Any, *lines: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = desk.folder / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def barred(desk: Any, ref: str) -> dict[str, str]:
    return {
        one.phone.key: one.ranked.barred.code
        for one in desk.contacts(ref).numbers
        if one.ranked.barred is not None
    }


def test_a_number_on_a_list_is_barred_in_every_case_of_every_client(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.place(debtor(1, 案件编号="HC000001", 手机号="+8615400000001"), client="harborcredit")
    desk.trace()

    loaded = suppressing.load(desk.office, listed(desk, "号码", "154 0000 0001"), "do_not_call")

    assert (loaded.rows, loaded.values) == (1, 1)
    assert barred(desk, "NB000001") == {"+8615400000001": "do_not_call"}
    assert barred(desk, "harborcredit/HC000001") == {"+8615400000001": "do_not_call"}


def test_a_list_for_one_client_bars_nothing_of_another(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()

    suppressing.load(desk.office, listed(desk, "号码", "15400000001"), "do_not_call", client="harborcredit")

    assert barred(desk, "NB000001") == {}


def test_a_dead_debtor_is_neither_called_nor_looked_for(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 证件号码=prc_id()))
    desk.trace()

    suppressing.load(desk.office, listed(desk, "证件号码", prc_id().lower()), "deceased")
    report = desk.trace(again=True)

    assert set(barred(desk, "NB000001").values()) == {"deceased"}
    assert {str(one.outcome) for case in report.cases for one in case.lookups} == {str(Outcome.REFUSED)}


def test_an_entry_ends_on_its_day_and_not_before(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    suppressing.load(desk.office, listed(desk, "号码,有效期至", "15400000001,2026-11-24"), "complaint")

    on_the_day = barred(desk, "NB000001")
    desk.clock.move(days=2)

    assert on_the_day == {"+8615400000001": "complaint"}
    assert barred(desk, "NB000001") == {}


def test_an_end_that_cannot_be_read_makes_an_entry_stay(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()

    loaded = suppressing.load(desk.office, listed(desk, "号码,有效期至", "15400000001,soon"), "complaint")
    desk.clock.move(days=4000)

    assert "list.no_end" in {one.code for one in loaded.problems}
    assert barred(desk, "NB000001") == {"+8615400000001": "complaint"}


def test_a_name_alone_bars_nobody_and_a_name_with_its_birth_date_does(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 客户姓名="诸葛长风", 证件号码=prc_id()), debtor(2, 客户姓名="诸葛长风"))
    desk.trace()

    loaded = suppressing.load(
        desk.office, listed(desk, "姓名,出生日期", "诸葛长风,1990-03-07", "欧阳一白,"), "ceased"
    )

    assert [one.code for one in loaded.problems] == ["row.names_nobody"]
    assert set(barred(desk, "NB000001").values()) == {"ceased"}
    assert barred(desk, "NB000002") == {}


def test_a_list_taken_in_twice_counts_once_and_can_be_taken_back(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    path = listed(desk, "号码", "15400000001")
    first = suppressing.load(desk.office, path, "do_not_call")

    again = suppressing.load(desk.office, path, "do_not_call")
    gone = suppressing.take_off(desk.office, first.entry, "wrong_file")

    assert again.entry == 0
    assert gone == 1
    assert barred(desk, "NB000001") == {}
    with pytest.raises(WrongUse):
        suppressing.take_off(desk.office, first.entry, "wrong_file")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_lists_come_in_the_encodings_of_their_keepers(desk: Any, debtor: Any, encoding: str) -> None:
    desk.place(debtor(1))
    desk.trace()

    loaded = suppressing.load(
        desk.office,
        listed(desk, "姓名,手机号码", "诸葛长风,15400000001", "合计,1", encoding=encoding),
        "litigious",
    )

    assert loaded.values == 1
    assert barred(desk, "NB000001") == {"+8615400000001": "litigious"}


def test_nothing_of_a_list_stands_in_the_store_in_clear(desk: Any) -> None:
    suppressing.load(desk.office, listed(desk, "号码,证件号码", f"15400000777,{prc_id()}"), "deceased")

    kept = b"".join(path.read_bytes() for path in desk.home.rglob("*") if path.is_file())

    assert b"15400000777" not in kept
    assert prc_id().encode() not in kept


def test_a_file_without_a_column_that_names_anybody_is_refused(desk: Any) -> None:
    with pytest.raises(WrongUse, match="No column"):
        suppressing.load(desk.office, listed(desk, "姓名,备注", "诸葛长风,x"), "ceased")
    with pytest.raises(WrongUse, match="no list"):
        suppressing.load(desk.office, listed(desk, "号码", "15400000001"), "unloved")
    assert desk.entries("listed") == []


def test_the_earlier_of_two_ends_counts(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    suppressing.load(
        desk.office,
        listed(desk, "号码,有效期至", "15400000001,2027-12-31"),
        "military",
        until=dt.date(2026, 11, 30),
    )

    desk.clock.move(days=10)

    assert barred(desk, "NB000001") == {}
