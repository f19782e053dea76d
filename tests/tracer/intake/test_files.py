"""Whole files: what goes in, what is set aside and why, and going on where it broke."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tracer.errors import WrongUse
from tracer.intake import Kind, Mapping, OutcomeRow, Placement, Problem, Progress, inspect, read

Item = Placement | OutcomeRow | Problem
Take = Callable[..., list[Item]]
TODAY = dt.date(2026, 11, 23)


def told(items: list[Item]) -> list[tuple[int, str]]:
    return [
        (item.row, item.code) if isinstance(item, Problem) else (item.place.row, item.case) for item in items
    ]


def codes(item: Item) -> list[str]:
    assert not isinstance(item, Problem)
    return [problem.code for problem in item.problems]


def test_a_row_becomes_a_placement(intake: Take) -> None:
    (row,) = intake(
        "案件编号|姓名|手机号|委案金额(元)|币种|委案日期|退案日期|开户日期|逾期天数|产品名称|批次|备注|自定义",
        'A1|张伟|15400000001|"12,345.67"|美元|2026-03-01|20261231|2020年5月1日|93天|虚构贷|B1|常联|x',
    )

    assert isinstance(row, Placement)
    assert (row.kind, row.case, row.product, row.batch, row.note) == (
        Kind.PLACEMENT,
        "A1",
        "虚构贷",
        "B1",
        "常联",
    )
    assert (row.amount_due, row.currency, row.overdue_days) == (1234567, "USD", 93)
    assert (row.placed_on, row.return_by, row.opened_on) == (
        dt.date(2026, 3, 1), dt.date(2026, 12, 31), dt.date(2020, 5, 1),
    )  # fmt: skip
    assert row.people[0].record.seen_on == dt.date(2026, 3, 1)
    assert row.people[0].claims[0].date == dt.date(2026, 3, 1)
    assert row.received[-1] == ("自定义", "x")
    assert dict(row.received)["手机号"] == "15400000001"


def test_the_day_the_data_were_true_dates_the_numbers(intake: Take) -> None:
    (row,) = intake(
        "案件编号|姓名|手机号|委案日期", "A1|张伟|15400000001|2026-03-01", as_of=dt.date(2025, 12, 1)
    )

    assert isinstance(row, Placement)
    assert row.people[0].claims[0].date == dt.date(2025, 12, 1)
    assert row.placed_on == dt.date(2026, 3, 1)


def test_a_bad_cell_costs_its_cell_and_the_rest_goes_in(intake: Take) -> None:
    (row,) = intake(
        "案件编号|姓名|证件号|手机号|住宅电话|委案金额|逾期天数",
        "A1|张伟|3.40827E+17|1.54E+10|0571-88880001|很多|好久",
    )

    assert isinstance(row, Placement)
    assert [claim.phone.key for claim in row.people[0].claims] == ["+8657188880001"]
    assert row.amount_due is None
    lost = {problem.column: problem.code for problem in row.problems if problem.lost}
    assert lost == {
        "证件号": "id.excel_precision", "手机号": "phone.scientific", "委案金额": "amount.unreadable",
        "逾期天数": "overdue.unreadable",
    }  # fmt: skip
    assert all(problem.remedy and problem.row == 2 for problem in row.problems if problem.lost)


def test_a_row_without_case_or_name_is_set_aside_whole(intake: Take) -> None:
    items = intake(
        "案件编号|姓名|手机号", "|张伟|15400000001", "A2|无|15400000002", "null|李娜|1", "A4|王强|15400000004"
    )

    assert told(items) == [(2, "row.no_case"), (3, "row.no_name"), (4, "row.no_case"), (5, "A4")]
    assert isinstance(items[1], Problem)
    assert items[1].rejected
    assert items[1].received == (("案件编号", "A2"), ("姓名", "无"), ("手机号", "15400000002"))
    assert "15400000002" not in repr(items[1])


def test_a_name_that_cannot_be_read_does_not_cost_the_row(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|手机号", "A1|***|15400000001")

    assert isinstance(row, Placement)
    assert codes(row) == ["name.masked_out"]
    assert len(row.people[0].claims) == 1


def test_masked_values_are_kept_as_masked(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|证件号|手机号", "A1|张*|3301**********1234|138****1234")

    assert isinstance(row, Placement)
    record = row.people[0].record
    assert record.names[0].masked
    assert record.ids[0].masked
    assert record.phones[0].pattern == "+86138****1234"


def test_totals_headers_and_blank_lines_are_passed_over(intake: Take) -> None:
    items = intake(
        "案件编号|姓名|手机号|委案金额",
        "A1|张伟|15400000001|1",
        "小计|||1",
        "|||",
        "案件编号|姓名|手机号|委案金额",
        "A2|李娜|15400000002|2",
        "合计|||3",
        "|合计：||3",
    )

    assert told(items) == [
        (2, "A1"), (3, "row.total"), (5, "row.header_again"), (6, "A2"), (7, "row.total"), (8, "row.total"),
    ]  # fmt: skip


def test_one_case_number_for_two_people_is_set_aside_and_names_the_first_row(intake: Take) -> None:
    items = intake(
        "案件编号|姓名|证件号|手机号",
        "A1|张伟||15400000001",
        "A1|李娜||15400000002",
        "A1|张伟||15400000003",
        "A1|张*||15400000004",
        "A1|张伟||15400000001",
    )

    assert told(items) == [
        (2, "A1"), (3, "case.duplicate_conflict"), (4, "A1"), (5, "A1"), (6, "case.duplicate_same"),
    ]  # fmt: skip
    assert isinstance(items[1], Problem)
    assert items[1].rejected
    assert "row 2" in items[1].sentence
    assert codes(items[2]) == ["case.repeated"]


def test_a_shared_id_outweighs_another_spelling(intake: Take) -> None:
    items = intake(
        "案件编号|姓名|证件号",
        "A1|张伟|330102199003070017",
        "A1|ZHANG WEI|330102199003070017",
        "A1|张伟|330102199003070025",
    )

    assert told(items) == [(2, "A1"), (3, "A1"), (4, "case.duplicate_conflict")]


def test_a_case_number_that_a_spreadsheet_cut_could_be_any(intake: Take) -> None:
    items = intake("案件编号|姓名", "2.02603E+17|张伟", "20260301.0|李娜", "1.2345E+4|王强")

    assert told(items) == [(2, "case.precision_lost"), (3, "20260301"), (4, "12345")]


def test_a_delimiter_inside_a_cell_does_not_shift_the_row(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(
        "案件编号,姓名,手机号\nA1,张伟,先生,15400000001\nA2,李娜,15400000002,\n", encoding="utf-8"
    )

    items = list(read(path, inspect(path).mapping))

    assert told(items) == [(2, "row.too_many_cells"), (3, "A2")]


def test_formulas_are_text_and_come_back_as_they_came(intake: Take) -> None:
    hostile = [
        "=cmd|'/c calc'!A0",
        "@SUM(1+1)*cmd|'/c calc'!A0",
        '+HYPERLINK("http://x")',
        "-2+3+cmd|'/c calc'!A0",
    ]
    items = intake(
        "案件编号|姓名|备注", *[[f"A{number}", "张伟", text] for number, text in enumerate(hostile)]
    )

    assert [dict(item.received)["备注"] for item in items if isinstance(item, Placement)] == hostile
    assert [codes(item) for item in items] == [["cell.formula"]] * 4


def test_a_plus_before_a_number_and_a_lone_dash_are_no_formulas(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|手机号|备注", "A1|张伟|+86 154 0000 0001|-")

    assert codes(row) == []


def test_the_same_row_has_the_same_digest_and_another_mapping_another(intake: Take) -> None:
    rows = "案件编号|姓名|手机号", "A1|张伟|15400000001"

    first, again, other = intake(*rows), intake(*rows), intake(*rows, region="US")

    digests = [
        item.digest for items in (first, again, other) for item in items if isinstance(item, Placement)
    ]
    assert digests[0] == digests[1] != digests[2]


def test_reading_goes_on_behind_a_row_and_still_knows_what_stood_before(intake: Take) -> None:
    table = (
        "案件编号|姓名|手机号",
        "A1|张伟|15400000001",
        "A2|李娜|15400000002",
        "A1|王强|15400000003",
        "A3|赵敏|1",
    )

    whole, rest = intake(*table), intake(*table, start_row=3)

    assert told(rest) == [(4, "case.duplicate_conflict"), (5, "A3")]
    assert told(whole)[2:] == told(rest)
    assert [item.digest for item in whole if isinstance(item, Placement)][-1] == [
        item.digest for item in rest if isinstance(item, Placement)
    ][-1]


def test_the_formats_tell_the_same(tmp_path: Path) -> None:
    header, row = ["案件编号", "姓名", "手机号"], ["A1", "张伟", "15400000001"]
    (tmp_path / "f.csv").write_bytes(("\n".join(map(",".join, (header, row)))).encode("gb18030"))
    (tmp_path / "f.tsv").write_text("\n".join(map("\t".join, (header, row))), encoding="utf-16")
    (tmp_path / "f.jsonl").write_text(
        '{"案件编号": "A1", "姓名": "张伟", "手机号": 15400000001}', encoding="utf-8"
    )
    pq.write_table(
        pa.table({name: [text] for name, text in zip(header, row, strict=True)}), tmp_path / "f.parquet"
    )
    book = xlsxwriter.Workbook(tmp_path / "f.xlsx")
    page = book.add_worksheet()
    page.write_row(0, 0, header)
    page.write_row(1, 0, ["A1", "张伟", 15400000001])
    book.close()

    found = {}
    for path in sorted(tmp_path.iterdir()):
        seen = inspect(path, today=TODAY)
        items = list(read(path, seen.mapping, today=TODAY))
        assert isinstance(items[0], Placement)
        found[path.suffix] = (seen.format, len(items), items[0].people, items[0].received)

    assert {suffix: each[0] for suffix, each in found.items()} == {
        ".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet", ".tsv": "csv", ".xlsx": "xlsx",
    }  # fmt: skip
    assert len({each[1:] for each in found.values()}) == 1


def test_an_inspection_shows_what_was_understood(tmp_path: Path) -> None:
    path = tmp_path / "七月来案.csv"
    lines = ["虚构银行委案,,,", "案件编号,姓名,手机号,没见过"] + [
        f"A{n},张伟,1540000{n:04d},x" for n in range(50)
    ]
    path.write_bytes("\n".join(lines).encode("gb18030"))

    seen = inspect(path, rows=3)

    assert (seen.format, seen.encoding, seen.delimiter, seen.header.rows) == ("csv", "gb18030", ",", (2,))
    assert (seen.missing, seen.unmapped) == ((), ("没见过",))
    assert told(list(seen.preview)) == [(3, "A0"), (4, "A1"), (5, "A2")]


def test_progress_runs_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("case,name,phone\n" + "".join(f"A{n},Ann,415 555 0100\n" for n in range(5000)))
    heard: list[Progress] = []

    list(read(path, inspect(path, region="US").mapping, progress=heard.append))

    assert len(heard) > 3
    assert [each.done for each in heard] == sorted(each.done for each in heard)
    assert (heard[-1].done, heard[-1].size, heard[-1].row) == (path.stat().st_size, path.stat().st_size, 5001)


def test_a_mapping_whose_columns_are_gone_is_refused_or_said(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("案件编号,姓名\nA1,张伟\n", encoding="utf-8")
    partly = Mapping(columns={"案件编号": "case", "姓名": "name", "手机": "mobile"})
    other = Mapping(columns={"编号": "case", "姓名": "name"})

    items = list(read(path, partly))

    assert told(items) == [(0, "column.missing"), (2, "A1")]
    with pytest.raises(WrongUse, match="none of the columns"):
        read(path, other)


def test_a_header_alone_is_said(intake: Take) -> None:
    assert told(intake("案件编号|姓名|手机号")) == [(1, "file.no_rows")]


def test_a_draft_mapping_cannot_be_read_with(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("姓名,手机号\n张伟,15400000001\n", encoding="utf-8")
    seen = inspect(path)

    assert seen.missing == ("case",)
    with pytest.raises(WrongUse, match="case"):
        read(path, seen.mapping)


def test_damage_is_said_of_the_file_and_of_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    lines = ["案件编号,姓名,手机号"] + [f"A{n},张伟,1540000{n:04d}" for n in range(60)]
    path.write_bytes(
        "\n".join(lines).encode() + b"\nB1,\xe5\xbc,15400009999\nB2,\xe6\x9d\x8e\xe5\xa8\x9c,\xff\n"
    )

    items = list(read(path, inspect(path).mapping))

    assert told(items)[0] == (0, "file.damaged")
    assert told(items)[-2] == (62, "row.no_name")
    assert codes(items[-1]) == ["cell.damaged"]


@pytest.mark.parametrize(
    ("header", "row", "kind", "expected"),
    [
        ("案件编号|结案日期|结案原因", "A1|2026-05-01|已结清", Kind.CLOSE, ("ended_on", dt.date(2026, 5, 1))),
        (
            "案件编号|实际退案日期|退案原因",
            "A1|2026-05-02|到期",
            Kind.RECALL,
            ("ended_on", dt.date(2026, 5, 2)),
        ),
        ("案件编号|留案到期日", "A1|2026-05-03", Kind.RETAIN, ("return_by", dt.date(2026, 5, 3))),
        ("案件编号|欠款|更新日期", "A1|88.5|2026-05-04", Kind.UPDATE, ("amount_due", 8850)),
    ],
)
def test_files_that_follow_a_placement_need_no_name(
    intake: Take, header: str, row: str, kind: Kind, expected: tuple[str, object]
) -> None:
    (item,) = intake(header, row)

    assert isinstance(item, Placement)
    assert item.kind is kind
    assert getattr(item, expected[0]) == expected[1]
