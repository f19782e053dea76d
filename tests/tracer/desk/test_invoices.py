"""Invoices: every line is right, wrong for a reason, or not ours; what is missing is found as well."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sources.contract import Outcome
from tracer.desk.invoices import check, save
from tracer.desk.spending import charges, spent
from tracer.errors import WrongUse
from tracer.log import Draft

SOURCE = "camara.number-recycling"
DAY = "2026-11-23"


@pytest.fixture
def house(desk: Any, debtor: Any) -> Any:
    """Four cases, each asked once: answered, answered, nothing to pay, and nobody knows."""
    desk.place(*(debtor(which) for which in range(1, 5)))
    endings = [
        (Outcome.ANSWERED, True, 30),
        (Outcome.ANSWERED, True, 30),
        (Outcome.NOT_SERVED, False, 0),
        (Outcome.UNKNOWN, None, None),
    ]
    desk.numbers = []
    for case, (outcome, billed, price) in zip(desk.cases(), endings, strict=True):
        record = next(iter(desk.office.store.evidence.people(case)))[0]
        phone = record.phones[0]
        desk.numbers.append(phone.e164)
        asked = desk.office.log.append(
            Draft(
                "asked",
                actor="li.ming",
                purpose="contact_repair",
                case=case.pseudonym,
                body={
                    "source": SOURCE,
                    "client": case.client,
                    "number": case.unsealed.pseudonym("number", phone.key),
                    "idempotency": "idempotency_" + "bcdfghjk"[case.id % 8] * 12,
                },
            )
        )
        body = {"source": SOURCE, "billed": billed, "price": price}
        desk.office.log.append(Draft(str(outcome), actor="li.ming", about=asked.seq, body=body))
    return desk


def invoice(
    folder: Path, rows: list[tuple[object, ...]], head: tuple[str, ...] = ("手机号", "时间", "金额")
) -> Path:
    path = folder / "invoice.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def found(house: Any, path: Path, **more: Any) -> dict[str, int]:
    return dict(check(house.office, SOURCE, path, **more).counts)


def line(house: Any, which: int, amount: str = "0.30") -> tuple[object, ...]:
    return (house.numbers[which].removeprefix("+86"), DAY, amount)


def test_an_invoice_of_what_was_billed_is_right_and_clean(house: Any, tmp_path: Path) -> None:
    checked = check(house.office, SOURCE, invoice(tmp_path, [line(house, 0), line(house, 1)]))

    assert dict(checked.counts) == {"right": 2}
    assert (checked.clean, checked.charged, checked.ours) == (True, 60, 60)


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        pytest.param([(0, "0.30"), (1, "0.50")], {"right": 1, "wrong_price": 1}, id="another price"),
        pytest.param([(0, "0.30"), (0, "0.30"), (1, "0.30")], {"double": 1, "right": 2}, id="charged twice"),
        pytest.param([(0, "0.30")], {"missing": 1, "right": 1}, id="one is missing"),
        pytest.param(
            [(0, "0.30"), (1, "0.30"), (2, "0.30")], {"not_billable": 1, "right": 2}, id="nothing to pay for"
        ),
        pytest.param(
            [(0, "0.30"), (1, "0.30"), (3, "0.30")], {"right": 2, "settled": 1}, id="settles unknown"
        ),
    ],
)
def test_a_line_that_is_not_right_is_so_for_a_reason(
    house: Any, tmp_path: Path, rows: list[tuple[int, str]], counts: dict[str, int]
) -> None:
    path = invoice(tmp_path, [line(house, which, amount) for which, amount in rows])

    assert found(house, path) == counts


def test_a_number_we_never_asked_about_is_not_ours(house: Any, tmp_path: Path) -> None:
    rows = [line(house, 0), line(house, 1), ("15499999999", DAY, "0.30"), ("no number", DAY, "0.30")]

    assert found(house, invoice(tmp_path, rows)) == {"not_ours": 1, "right": 2, "unreadable": 1}


def test_a_vendors_clock_may_be_a_day_off_and_not_two(house: Any, tmp_path: Path) -> None:
    number = house.numbers[0].removeprefix("+86")
    near, far = [(number, "2026-11-24", "0.30")], [(number, "2026-11-26", "0.30")]
    period = {"since": house.clock().date(), "until": house.clock().date()}

    assert found(house, invoice(tmp_path, near), **period) == {"missing": 1, "right": 1}
    assert found(house, invoice(tmp_path, far), **period) == {"missing": 2, "not_ours": 1}


def test_a_line_can_be_matched_by_the_reference_it_was_asked_under(house: Any, tmp_path: Path) -> None:
    references = [one.reference for one in charges(house.office, source=SOURCE)]
    rows: list[tuple[object, ...]] = [(references[0], DAY, "0.30"), (references[1], DAY, "0.30")]

    path = invoice(tmp_path, rows, head=("Reference", "Date", "Fee"))

    assert found(house, path) == {"right": 2}


def test_columns_by_another_name_are_told(house: Any, tmp_path: Path) -> None:
    path = invoice(tmp_path, [line(house, 0), line(house, 1)], head=("A", "B", "C"))

    with pytest.raises(WrongUse):
        check(house.office, SOURCE, path)
    told = check(house.office, SOURCE, path, columns={"number": "A", "at": "B", "amount": "C"})

    assert dict(told.counts) == {"right": 2}


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        pytest.param((2, "0.60"), "right", id="as many for as much"),
        pytest.param((2, "0.70"), "wrong_price", id="as many for more"),
        pytest.param((3, "0.90"), "not_ours", id="more"),
        pytest.param((1, "0.30"), "missing", id="fewer"),
    ],
)
def test_an_invoice_of_sums_is_held_against_the_sum(
    house: Any, tmp_path: Path, row: tuple[int, str], verdict: str
) -> None:
    path = invoice(tmp_path, [(DAY, *row)], head=("Date", "Quantity", "Amount"))

    assert found(house, path) == {verdict: 1}


def test_the_report_names_rows_and_entries_and_no_number(house: Any, tmp_path: Path) -> None:
    checked = check(house.office, SOURCE, invoice(tmp_path, [line(house, 0, "0.50")]))
    save(checked, tmp_path / "report.xlsx")

    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "wrong_price" in cells
    assert "missing" in cells
    assert house.numbers[0][-8:] not in cells


def test_that_an_invoice_was_checked_is_in_the_log_without_its_numbers(house: Any, tmp_path: Path) -> None:
    check(house.office, SOURCE, invoice(tmp_path, [line(house, 0), line(house, 1)]))

    (entry,) = house.entries("invoice_checked")
    assert (entry.body["rows"], entry.body["found"], entry.body["price"], entry.body["spent"]) == (
        2,
        0,
        60,
        60,
    )
    assert house.numbers[0][-8:] not in entry.text


def test_what_was_spent_is_summed_and_what_is_not_known_is_said(house: Any) -> None:
    (one,) = spent(house.office)
    by_outcome = {line.key: line.price for line in spent(house.office, by="outcome")}

    assert (one.key, one.asked, one.billed, one.unknown, one.price) == (SOURCE, 4, 2, 1, 60)
    assert by_outcome == {"answered": 60, "not_served": 0, "unknown": 0}
    assert spent(house.office, client="nobody") == ()
    with pytest.raises(WrongUse):
        spent(house.office, by="weather")
