"""The life of a case: assigned, compared with others, closed, returned so that nobody can read it again."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tracer.desk import contacts, life, refresh
from tracer.errors import WrongUse

US = ["Case Number", "Name", "SSN", "Mobile Phone", "Balance", "Currency"]


def bytes_of(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.glob("tracer.db*")) if path.is_file())


def wrapped(desk: Any) -> dict[str, bytes]:
    with sqlite3.connect(desk.database) as connection:
        rows = connection.execute("SELECT pseudonym, wrapped_key FROM debt_case").fetchall()
    connection.close()
    return {name: bytes(key) for name, key in rows if key is not None}


def test_a_case_is_assigned_under_an_entry_of_the_log(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))

    life.assign(desk.office, desk.cases(), "wang.fang")

    assert {line.assigned_to for line in life.lines(desk.office)} == {"wang.fang"}
    assert [entry.body["assigned_to"] for entry in desk.entries("case_assigned")] == ["wang.fang"] * 2


def test_cases_are_listed_by_their_first_pass_state(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    desk.note("NB000001", "15400000001", "PTP")

    states = {line.case: str(line.reach) for line in life.lines(desk.office)}

    assert states["NB000001"] != states["NB000002"]
    assert [line.case for line in life.lines(desk.office, state=states["NB000001"])] == ["NB000001"]


def test_a_state_nobody_knows_is_named_with_the_known_ones(desk: Any) -> None:
    with pytest.raises(WrongUse, match="no state"):
        list(life.lines(desk.office, state="lost_in_space"))


def test_a_closed_case_opens_again_and_a_returned_one_does_not(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    life.close(desk.office, desk.case("NB000001"), "paid")
    with pytest.raises(WrongUse):
        life.close(desk.office, desk.case("NB000001"), "paid")

    life.reopen(desk.office, desk.case("NB000001"), "by_mistake")

    assert desk.case("NB000001").state == "open"
    life.give_back(desk.office, [desk.case("NB000001")], "agreement_ended")
    with pytest.raises(WrongUse):
        life.reopen(desk.office, desk.cases()[0], "by_mistake")


# 碰案


def test_the_same_debtors_cases_find_each_other_within_one_client(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(1, 案件编号="NB000091", 手机号="16400000001"), debtor(2))

    found = life.overlap(desk.office, desk.case("NB000001"))

    assert found is not None
    assert [case.number for case in found.linked] == ["NB000091"]
    assert desk.office.log.entry(found.entry).event == "overlap"


@pytest.mark.parametrize(("bank", "lender"), [(False, False), (True, False), (False, True), (True, True)])
def test_cases_of_two_clients_find_each_other_only_if_both_agreements_allow(
    desk: Any, debtor: Any, bank: bool, lender: bool
) -> None:
    def allow(text: str) -> str:
        head, mark, tail = text.partition("[clients.harborcredit]")
        no, yes = "overlap_across_clients = false", "overlap_across_clients = true"
        return (head.replace(no, yes) if bank else head) + mark + (tail.replace(no, yes) if lender else tail)

    desk.configure(allow)
    desk.place(debtor(1))
    desk.take(
        desk.table(["HC-1", "Ouyang Qinglan", "", "+8615400000001", "10", "USD"], header=US), "harborcredit"
    )
    desk.trace(only=("case_file", "references"))

    found = life.overlap(desk.office, desk.case("NB000001"))

    assert found is not None
    both = bank and lender
    assert [case.number for case in found.linked] == (["HC-1"] if both else [])
    assert ("harborcredit" in found.clients) is both
    linked = desk.office.store.evidence.linked(desk.case("NB000001"))
    assert [case.number for case in linked] == (["HC-1"] if both else [])


# 退案


@pytest.fixture
def returned(town: Any) -> Any:
    """The town, and what its first case was before it was returned."""
    case = next(case for case in town.cases() if town.office.store.notes.of(case))
    town.case_before, town.keys_before = case, wrapped(town)
    life.give_back(town.office, [case], "agreement_ended")
    return town


def test_a_returned_case_says_that_nothing_can_be_read_any_more(returned: Any) -> None:
    case = returned.office.store.cases.get(returned.case_before.id)

    with pytest.raises(WrongUse, match="returned"):
        contacts.contacts(returned.office, case)

    assert case.state == "returned"
    assert case.number == ""
    assert case.key is None


def test_the_other_cases_are_untouched_by_a_return(returned: Any) -> None:
    for case in returned.cases():
        if case.id != returned.case_before.id:
            assert contacts.contacts(returned.office, case).numbers


def test_the_log_still_verifies_after_a_return_and_says_what_was_done(returned: Any) -> None:
    events = [entry.event for entry in returned.office.log.entries(case=returned.case_before.pseudonym)]

    assert events[-2:] == ["case_returned", "key_destroyed"]
    assert returned.office.log.verify().ok


def test_a_returned_cases_key_is_nowhere_in_the_bytes_of_the_database(returned: Any) -> None:
    key = returned.keys_before[returned.case_before.pseudonym]
    others = [one for name, one in returned.keys_before.items() if name != returned.case_before.pseudonym]

    found = bytes_of(returned.home)

    assert key not in found
    assert all(one in found for one in others), "the control: a key that lives is found"


def test_many_cases_returned_at_once_leave_no_key_behind(desk: Any, debtor: Any) -> None:
    rows = [debtor(1 + n % 90, 案件编号=f"NB{n:06d}", 手机号=f"154{n:08d}") for n in range(1, 401)]
    desk.place(*rows)
    keys = wrapped(desk)
    going = desk.cases()[::2]

    life.give_back(desk.office, going, "agreement_ended")

    found = bytes_of(desk.home)
    left = [case.pseudonym for case in going if keys[case.pseudonym] in found]
    stay = [case.pseudonym for case in desk.cases() if case.state == "open"]
    assert left == []
    assert len(stay) == 200
    assert all(keys[name] in found for name in stay)


def test_a_row_for_a_returned_case_is_a_problem(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    life.give_back(desk.office, [desk.case("NB000001")], "agreement_ended")

    report = desk.place(debtor(1, 委案金额="1.00"))

    assert [one.code for one in report.problems if one.rejected] == ["case.returned"]


def test_returning_twice_is_harmless(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    case = desk.case("NB000001")
    life.give_back(desk.office, [case], "agreement_ended")

    again = life.give_back(desk.office, desk.cases(), "agreement_ended")

    assert again == 0
    # The case's key and its file's, each once.
    assert len(desk.entries("key_destroyed")) == 2


def test_a_returned_case_can_still_be_listed(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    life.give_back(desk.office, [desk.case("NB000001")], "agreement_ended")

    assert [line.state for line in life.lines(desk.office)] == ["returned", "open"]


def test_a_linked_case_that_was_returned_is_not_used_any_more(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(1, 案件编号="NB000091", 手机号="16400000001"))
    desk.trace()
    desk.trace()
    assert "+8616400000001" in desk.order("NB000001")

    life.give_back(desk.office, [desk.case("NB000091")], "agreement_ended")

    assert desk.order("NB000001") == ["+8615400000001"]


# Requests


def test_a_request_is_filed_answered_and_logged(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    asked = refresh.ask(desk.office, desk.case("NB000001"), reason="vacant", priority="high")

    answered = refresh.answer(desk.office, asked, "FOUND")

    assert answered.state == "answered"
    assert [entry.about for entry in desk.entries("refresh_answered")] == [asked.entry]
    with pytest.raises(WrongUse, match="answered already"):
        refresh.answer(desk.office, answered, "FOUND")


def test_two_open_requests_for_one_case_are_one_too_many(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    refresh.ask(desk.office, desk.case("NB000001"), reason="vacant")

    with pytest.raises(WrongUse, match="open request"):
        refresh.ask(desk.office, desk.case("NB000001"), reason="no_answer")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("15400000001", "15…01"),
        ("northbank/65999919800307001X", "northbank/65…1X"),
        ("欧阳清岚", "…"),
        ("a.person@example.org", "a.…rg"),
        ("NB-77", "NB-77"),
    ],
)
def test_what_was_typed_for_a_case_is_repeated_only_if_it_is_nobody(
    desk: Any, debtor: Any, typed: str, shown: str
) -> None:
    desk.place(debtor(1))

    with pytest.raises(WrongUse) as raised:
        desk.case(typed)

    assert f"no case {shown}" in str(raised.value)
    assert typed == shown or typed.rpartition("/")[2] not in str(raised.value)


def chunk(desk: Any, table: str) -> bytes:
    """A piece from the middle of what a table sealed, as it stands in the file."""
    with sqlite3.connect(desk.database) as connection:
        (sealed,) = connection.execute(f"SELECT sealed FROM {table} ORDER BY id DESC").fetchone()
    connection.close()
    middle = len(sealed) // 2
    return bytes(sealed[middle - 24 : middle + 24])


def batch_keys(desk: Any) -> list[bytes]:
    with sqlite3.connect(desk.database) as connection:
        rows = connection.execute("SELECT wrapped_key FROM batch ORDER BY id").fetchall()
    connection.close()
    return [bytes(key) for (key,) in rows]


# A row without a case number cannot go in; it is long enough to need pages of its own.
REJECTED = {"案件编号": "", "客户姓名": "司徒墨言", "住宅地址": "虚构市" * 6000}


def test_the_last_case_of_a_file_takes_its_rejected_rows_along(desk: Any, debtor: Any) -> None:
    report = desk.place(debtor(1), REJECTED, debtor(2))
    (key,) = batch_keys(desk)
    rejected = chunk(desk, "rejected_row")
    assert rejected in bytes_of(desk.home)

    life.give_back(desk.office, [desk.case("NB000001")], "agreement_ended")
    assert batch_keys(desk) == [key]
    life.give_back(desk.office, [desk.case("NB000002")], "agreement_ended")

    assert batch_keys(desk) == [b""]
    assert desk.counted("rejected_row") == 0
    assert key not in bytes_of(desk.home)
    assert rejected not in bytes_of(desk.home)
    assert desk.entries("key_destroyed")[-1].body["batch"] == report.batch
    assert desk.office.store.batches.get(report.batch).file_name == ""
    assert desk.take(desk.files[0]).seen_before


def test_a_file_waits_for_every_case_it_speaks_of(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.place(debtor(2))
    desk.take(desk.table(("NB000001", "1.00", "2026-11-20"), header=("案件编号", "当前欠款总额", "更新日期")))
    calls = ("案件编号", "号码", "联络结果", "催收时间")
    desk.take(desk.table(("NB000002", "15400000002", "PTP", "2026-11-20 10:00:00"), header=calls))

    life.give_back(desk.office, [desk.case("NB000002")], "agreement_ended")

    assert [bool(key) for key in batch_keys(desk)] == [True, False, True, False]


def test_a_file_of_which_nothing_went_in_goes_with_the_clients_last_case(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.place(debtor(2))
    desk.take(desk.table(("NB999999", "1.00", "2026-11-20"), header=("案件编号", "当前欠款总额", "更新日期")))
    desk.place(debtor(3), client="harborcredit")

    life.give_back(desk.office, [desk.case("NB000001")], "agreement_ended")
    assert [bool(key) for key in batch_keys(desk)] == [False, True, True, True]
    life.give_back(desk.office, [desk.case("NB000002")], "agreement_ended")

    assert [bool(key) for key in batch_keys(desk)] == [False, False, False, True]


def test_a_returned_case_is_in_no_index_of_shared_keys(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    before = desk.counted("case_key")
    going = desk.case("NB000001").id

    life.give_back(desk.office, [desk.case("NB000001")], "agreement_ended")

    with desk.office.store.database.read() as connection:
        left = connection.exec_driver_sql("SELECT DISTINCT case_id FROM case_key").scalars().all()
    assert going not in left
    assert 0 < desk.counted("case_key") < before


def test_a_return_held_up_by_a_reader_is_finished_by_running_it_again(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    (key,) = wrapped(desk).values()
    with sqlite3.connect(desk.database, isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM debt_case").fetchone()
        with pytest.raises(WrongUse, match="still reading"):
            life.give_back(desk.office, [desk.case("NB000001")], "agreement_ended")
        reader.execute("ROLLBACK")
    reader.close()
    assert desk.entries("key_destroyed")[0].case

    assert life.give_back(desk.office, desk.cases(), "agreement_ended") == 0

    assert key not in bytes_of(desk.home)


def test_whoever_works_on_cases_reaches_his_own_his_clients_and_those_that_wait_once_each_in_order(
    desk: Any, debtor: Any
) -> None:
    desk.place(*(debtor(each) for each in range(1, 6)))
    own = [one for one in desk.cases() if one.number in {"NB000002", "NB000005"}]
    life.assign(desk.office, own, "wang.fang")
    refresh.ask(desk.office, desk.case("NB000003"), reason="no_answer")
    refresh.ask(desk.office, desk.case("NB000005"), reason="no_answer")
    cases = desk.office.store.cases

    def numbers(*clients: str, **how: Any) -> list[str]:
        return [one.number for one in cases.reached("wang.fang", clients, state="open", **how)]

    assert numbers() == ["NB000002", "NB000003", "NB000005"]
    assert numbers(limit=2) == ["NB000002", "NB000003"]
    assert numbers(after=desk.case("NB000002").id, limit=2) == ["NB000003", "NB000005"]
    assert numbers("northbank", limit=4) == ["NB000001", "NB000002", "NB000003", "NB000004"]
    assert numbers("elsewhere") == ["NB000002", "NB000003", "NB000005"]
