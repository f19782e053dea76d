"""CSV and its kin: what Excel writes, what it does not, and what was meant to break us."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracer.intake.delimited import MAX_LINES, read_delimited, sniff_delimiter
from tracer.intake.rows import MAX_CELL, Row


def rows_of(path: Path, content: bytes, codec: str = "utf-8") -> list[Row]:
    path.write_bytes(content)
    return list(read_delimited(path, codec, ","))


def test_a_row_keeps_the_number_excel_shows(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "f.csv", b'a,b\n\n"one\ntwo",2\nx,y\n')

    assert [(row.number, row.cells) for row in rows] == [
        (1, ["a", "b"]),
        (2, []),
        (3, ["one\ntwo", "2"]),
        (4, ["x", "y"]),
    ]


def test_nuls_are_taken_out_and_said(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "f.csv", b"a,b\nA\x001,Ann\x00\nA2,Bob\n")

    assert rows[1].cells == ["A1", "Ann"]
    assert [fault.code for fault in rows[1].faults] == ["cell.nul"]
    assert rows[2].faults == ()


def test_a_cell_of_ten_megabytes_is_cut_and_the_rows_around_it_are_whole(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "f.csv", b"a,b\nA1," + b"x" * 10_000_000 + b"\nA2,Bob\n")

    assert len(rows[1].cells[1]) == MAX_CELL
    assert [(fault.column, fault.code, fault.detail) for fault in rows[1].faults] == [
        (1, "cell.too_long", "10000000")
    ]
    assert rows[2] == Row(3, ["A2", "Bob"])


def test_a_line_without_end_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        for _ in range(60):
            file.write(b"x" * 1_000_000)
        file.write(b"\nA2,Bob\n")
    tracemalloc.start()

    rows = list(read_delimited(path, "utf-8", ","))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [fault.code for fault in rows[1].faults] == ["row.too_long"]
    assert rows[2].cells == ["A2", "Bob"]
    assert peak < 120_000_000


def test_a_quotation_mark_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    good = b"".join(b"A%d,Ann\n" % number for number in range(MAX_LINES * 2))

    rows = rows_of(tmp_path / "f.csv", b'a,b\nQ,"open\n' + good)

    assert [fault.code for fault in rows[1].faults] == ["row.unclosed_quote"]
    assert [row.cells[0] for row in rows[2:]] == [f"A{number}" for number in range(MAX_LINES * 2)]


def test_a_quotation_mark_open_at_the_end_does_not_swallow_the_last_rows(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "f.csv", b'a,b\nQ,"open\nA1,Ann\nA2,Bob\n')

    assert [fault.code for fault in rows[1].faults] == ["row.unclosed_quote"]
    assert [row.cells for row in rows[2:]] == [["A1", "Ann"], ["A2", "Bob"]]


def test_a_stray_quotation_mark_does_not_glue_its_row_to_a_quoted_one(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "f.csv", b'a,b\nQ,"open\n"A1","Ann"\n"A2","Bob"\n')

    assert [fault.code for fault in rows[1].faults] == ["row.unclosed_quote"]
    assert [row.cells for row in rows[2:]] == [["A1", "Ann"], ["A2", "Bob"]]


def test_bytes_that_cannot_be_read_mark_their_cell(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "f.csv", b"a,b\nA1,\xe5\xbc\nA2,Bob\n")

    assert [(fault.column, fault.code) for fault in rows[1].faults] == [(1, "cell.damaged")]
    assert rows[2].faults == ()


def test_the_delimiter_is_the_one_that_cuts_evenly(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    found = []
    for delimiter in (",", "\t", ";", "|"):
        path.write_text(
            "\n".join(
                delimiter.join(("A1", "1.234,56" if delimiter != "," else "1", "Ann; Bob|C"))
                for _ in range(9)
            )
        )
        found.append(sniff_delimiter(path, "utf-8"))

    assert found == [",", "\t", ";", "|"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_read_to_their_end_without_an_exception(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)

    rows = list(read_delimited(path, "utf-8", ","))

    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0\r\ufffd", codec="utf-8"), max_size=8),
            min_size=2,
            max_size=4,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_csv_writer_writes_comes_back_as_it_was(tmp_path: Path, table: list[list[str]]) -> None:
    import csv

    path = tmp_path / "f.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)

    rows = list(read_delimited(path, "utf-8", ","))

    assert [row.cells for row in rows] == table
