"""Parquet and JSON lines: typed values as text, bad lines as faults."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tracer.errors import WrongUse
from tracer.intake.readers import open_table


def test_typed_columns_lose_no_digit(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(
        pa.table(
            {
                "案件编号": pa.array([340827199001011234, 7], pa.int64()),
                "手机号": pa.array([15412345678.0, None], pa.float64()),
                "金额": pa.array([Decimal("12345678901234.56"), None], pa.decimal128(20, 2)),
                "日期": pa.array([dt.date(2026, 3, 1), None]),
                "电话": pa.array([["15400000001", "15400000002"], None]),
            }
        ),
        path,
    )

    rows = list(open_table(path).rows())

    assert rows[0].cells == [
        "340827199001011234",
        "15412345678",
        "12345678901234.56",
        "2026-03-01",
        "15400000001; 15400000002",
    ]
    assert rows[1].cells == ["7", "", "", "", ""]


def test_a_parquet_file_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"case": ["A1"] * 1000}), path)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(WrongUse, match="damaged or cut off"):
        open_table(path)


def test_objects_within_objects_become_columns(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text(
        '{"case": 12, "name": "Ann", "spouse": {"name": "Bo"}, "contacts": [{"name": "Cy"}, {"name": "Di"}], '
        '"phones": ["1", "2"], "amount": 12345678901234567890.10}\n'
    )

    opened = open_table(path)
    rows = list(opened.rows())

    assert dict(zip(opened.columns, rows[0].cells, strict=True)) == {
        "case": "12",
        "name": "Ann",
        "spouse.name": "Bo",
        "contacts1.name": "Cy",
        "contacts2.name": "Di",
        "phones": "1; 2",
        "amount": "12345678901234567890.10",
    }


def test_lines_that_are_no_object_are_faults_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('{"case": "A1"}\nnonsense\n[1]\n' + "[" * 100_000 + '\n\n{"case": "A2", "extra": "x"}\n')

    rows = list(open_table(path).rows())

    assert [(row.number, [fault.code for fault in row.faults]) for row in rows] == [
        (1, []),
        (2, ["row.bad_json"]),
        (3, ["row.bad_json"]),
        (4, ["row.bad_json"]),
        (6, []),
    ]
    assert rows[-1].cells == ["A2", "x"]


def test_half_a_surrogate_pair_is_damage_and_no_trap_for_whoever_stores_it(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('{"case": "A1", "name": "\\ud800Ann", "note": "\\ud83d\\ude00"}\n')

    (row,) = open_table(path).rows()

    assert row.cells == ["A1", "\ufffdAnn", "😀"]
    assert [(fault.column, fault.code) for fault in row.faults] == [(1, "cell.damaged")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("f.csv", b"", "is empty", id="no bytes"),
        pytest.param("f.csv", b"\xef\xbb\xbf\r\n\r\n", "is empty", id="mark and blank lines"),
        pytest.param(
            "f.xls", b"<html><table><tr><td>1</td></tr></table></html>", "HTML", id="web page as xls"
        ),
        pytest.param("f.pdf", b"%PDF-1.7 ...", "PDF", id="pdf"),
        pytest.param("f.csv.gz", b"\x1f\x8b\x08\x00rest of it", "gzip", id="gzip"),
        pytest.param("f.json", b'[{"case": "A1"}]', "No line", id="one json array"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(WrongUse, match=says):
        open_table(path)


def test_a_missing_file_is_wrong_use_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="No such file"):
        open_table(tmp_path / "nothing.csv")


def test_a_sheet_of_a_text_file_is_wrong_use(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("case,name\n")

    with pytest.raises(WrongUse, match="no sheets"):
        open_table(path, sheet="1")
