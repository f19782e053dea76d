"""Files taken in at the desk: twice, updated, contradicted, cut short, and refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tracer.desk import intake
from tracer.errors import Refused, WrongUse


def test_good_rows_go_in_and_the_rest_is_explained(desk: Any, debtor: Any) -> None:
    report = desk.place(debtor(1), debtor(2, 手机号="1.38E+10"), debtor(3, 案件编号=""), debtor(4))

    assert report.counts["new"] == 3
    assert report.counts["rejected"] == 1
    assert {case.number for case in desk.cases()} == {"NB000001", "NB000002", "NB000004"}
    assert {one.code for one in report.problems} == {"phone.scientific", "row.no_case"}
    assert all(one.sentence and one.file and one.row for one in report.problems)


def test_problems_are_kept_with_their_batch_and_rejected_rows_as_received(desk: Any, debtor: Any) -> None:
    report = desk.place(debtor(1), debtor(2, 手机号="1.38E+10"), debtor(3, 案件编号=""))

    kept = desk.problems(report.batch)

    assert [(row, code, rejected) for row, _, code, _, rejected in kept] == [
        (3, "phone.scientific", False),
        (4, "row.no_case", True),
    ]
    assert desk.counted("rejected_row") == 1
    assert [one.row for one in intake.problems(desk.office, report.batch)] == [3, 4]


def test_the_values_as_received_are_kept_beside_the_cleaned_ones(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 手机号="１５４－０００１－２３４５"))
    case = desk.case("NB000001")

    received = dict(desk.office.store.cases.received(case)[0])
    ((record, _),) = desk.office.store.evidence.people(case)

    assert received["手机号"] == "１５４－０００１－２３４５"
    assert [phone.e164 for phone in record.phones] == ["+8615400012345"]


def test_the_same_file_again_changes_nothing(desk: Any, debtor: Any) -> None:
    path = desk.table(debtor(1), debtor(2), debtor(3, 案件编号=""))
    first = desk.take(path)
    before, rows = desk.told(), desk.counted("rejected_row")

    second = desk.take(path)

    assert second.seen_before
    assert second.batch == first.batch
    assert desk.told() == before
    assert desk.counted("rejected_row") == rows
    assert len(desk.entries("import")) == 1


def test_the_same_rows_in_another_file_change_nothing(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    before = desk.told()

    report = desk.take(desk.table(debtor(2), debtor(1)))

    assert report.counts.get("unchanged") == 2
    assert "new" not in report.counts
    assert desk.told() == before
    assert desk.counted("placed") == 2


def test_an_update_file_adds_the_new_number_and_keeps_the_old(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    header = ["案件编号", "委案金额", "手机号", "更新日期"]

    report = desk.take(desk.table(["NB000001", "900.00", "16400000009", "2026-11-21"], header=header))

    case = desk.case("NB000001")
    ((record, claims),) = desk.office.store.evidence.people(case)
    assert report.counts["updated"] == 1
    assert case.amount_due == 90000
    assert {phone.e164 for phone in record.phones} == {"+8615400000001", "+8616400000009"}
    assert {claim.phone.e164: claim.date for claim in claims}["+8616400000009"] == dt.date(2026, 11, 21)
    assert desk.case("NB000002").amount_due == 1200050


def test_an_update_of_a_case_that_was_never_placed_is_a_problem(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    report = desk.take(
        desk.table(["NB999999", "900.00", "16400000009"], header=["案件编号", "委案金额", "更新手机号"])
    )

    if report.kind == "placement":
        pytest.fail("an update file was taken for a placement")
    assert [one.code for one in report.problems if one.rejected] == ["case.unknown"]
    assert len(desk.cases()) == 1


def test_one_case_number_for_two_people_is_a_problem_and_the_store_stays_whole(
    desk: Any, debtor: Any
) -> None:
    report = desk.place(debtor(1), debtor(2, 案件编号="NB000001"), debtor(3))

    assert [one.code for one in report.problems if one.rejected] == ["case.duplicate_conflict"]
    assert len(desk.cases()) == 2
    ((record, _),) = desk.office.store.evidence.people(desk.case("NB000001"))
    assert [phone.e164 for phone in record.phones] == ["+8615400000001"]
    assert desk.counted("rejected_row") == 1


def test_a_later_file_cannot_make_a_case_somebody_elses(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    before = desk.told()

    report = desk.place(debtor(2, 案件编号="NB000001"))

    assert [one.code for one in report.problems if one.rejected] == ["case.duplicate_conflict"]
    assert desk.told() == before


def test_two_clients_may_use_the_same_case_number(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    header = ["Case Number", "Name", "Mobile Phone", "Balance", "Currency"]

    desk.take(
        desk.table(["NB000001", "Robert Fictional", "(212) 555-0123", "10", "USD"], header=header),
        "harborcredit",
    )

    with pytest.raises(WrongUse, match="Several clients"):
        desk.case("NB000001")
    assert desk.case("harborcredit/NB000001").client == "harborcredit"


def test_a_recall_file_closes_its_cases(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))

    report = desk.take(
        desk.table(["NB000001", "2026-11-22", "客户还清"], header=["案件编号", "撤案日期", "撤案原因"])
    )

    assert report.kind == "recall"
    assert desk.case("NB000001").state == "closed"
    assert desk.case("NB000002").state == "open"


CALLS = ["案件编号", "号码", "对象姓名", "关系", "联络结果", "催收时间", "催收记录"]


def test_call_notes_of_unknown_cases_are_problems_and_the_rest_goes_in(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    report = desk.take(
        desk.table(
            ["NB000001", "15400000001", "", "本人", "PTP", "2026-11-20 10:00:00", "答应还款"],
            ["NB777777", "15400000002", "", "本人", "PTP", "2026-11-20 10:00:00", "答应还款"],
            header=CALLS,
        )
    )

    assert [(one.code, one.row) for one in report.problems if one.rejected] == [("case.unknown", 3)]
    assert len(desk.office.store.notes.of(desk.case("NB000001"))) == 1
    assert desk.counted("rejected_row") == 1


def test_the_same_call_twice_in_one_file_is_one_call(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    call = ["NB000001", "15400000001", "", "本人", "PTP", "2026-11-20 10:00:00", "答应还款"]

    desk.take(desk.table(call, call, header=CALLS))

    assert len(desk.office.store.notes.of(desk.case("NB000001"))) == 1


def test_a_file_of_calls_needs_an_agreement_that_covers_call_notes(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.configure(lambda text: text.replace('"outcome", ', "", 1))
    call = ["NB000001", "15400000001", "", "本人", "PTP", "2026-11-20 10:00:00", "答应还款"]

    with pytest.raises(Refused):
        desk.take(desk.table(call, header=CALLS))

    assert desk.office.store.notes.of(desk.case("NB000001")) == ()


def test_an_unknown_client_is_named_with_the_known_ones(desk: Any, debtor: Any) -> None:
    with pytest.raises(WrongUse) as raised:
        desk.take(desk.table(debtor(1)), "southbank")

    assert "southbank" in raised.value.shown()
    assert "northbank" in raised.value.shown()
    assert desk.cases() == []


def expired(text: str) -> str:
    return text.replace("until = 2027-09-19", "until = 2026-11-01", 1)


def not_covered(text: str) -> str:
    return text.replace('operations = ["import", ', "operations = [", 1)


def unnamed(text: str) -> str:
    return text.replace('agreement = "NB-2026-01"', "", 1)


@pytest.mark.parametrize("change", [expired, not_covered, unnamed], ids=lambda change: change.__name__)
def test_without_an_agreement_in_force_nothing_is_taken_in_and_the_refusal_is_logged(
    desk: Any, debtor: Any, change: Any
) -> None:
    before = (desk.home / "config.toml").read_text(encoding="utf-8")
    assert change(before) != before
    desk.configure(change)

    with pytest.raises(Refused) as raised:
        desk.place(debtor(1))

    assert raised.value.exit_code == 3
    assert desk.cases() == []
    (entry,) = desk.entries("refused")
    assert entry.body["operation"] == "import"
    assert entry.body["client"] == "northbank"
    assert entry.body["fired"]
    assert desk.office.log.verify().ok


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n\n\n"),
        ("cut.xlsx", b"PK\x03\x04" + b"\x00" * 40),
        ("page.csv", b"<html><body>sign in</body></html>"),
        ("nul.csv", b"\x00" * 500),
        ("header_only.txt", "完全不是表格".encode()),
    ],
)
def test_a_file_that_is_none_is_refused_and_the_store_stays_whole(
    desk: Any, debtor: Any, name: str, content: bytes
) -> None:
    desk.place(debtor(1))
    before = desk.told()
    path = desk.folder / name
    path.write_bytes(content)

    with pytest.raises(WrongUse) as raised:
        desk.take(path)

    assert raised.value.remedy
    assert desk.told() == before
    assert len(desk.entries("import")) == 1


def test_a_wrong_encoding_is_refused_or_explained(desk: Any, debtor: Any) -> None:
    path = desk.table(debtor(1))

    with pytest.raises(WrongUse):
        intake.import_file(desk.office, path, "northbank", encoding="utf-16")

    assert desk.cases() == []


def test_a_file_that_is_not_there_is_said_to_be_missing(desk: Any) -> None:
    with pytest.raises(WrongUse, match="no file"):
        desk.take(desk.folder / "nothing.csv")


def test_a_preview_takes_nothing_in(desk: Any, debtor: Any) -> None:
    look = intake.preview(desk.office, desk.table(debtor(1)), "northbank")

    assert not look.missing
    assert desk.cases() == []
    assert desk.entries("import") == []
