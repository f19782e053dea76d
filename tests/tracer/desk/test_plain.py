"""Ranking evidence files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tracer.desk.plain import load_model, rank_file
from tracer.errors import WrongUse
from tracer.words import speak


def _line(case: str, *numbers: str) -> str:
    claim = {
        "kind": "claim",
        "date": "2025-06-01",
        "source": "application_form",
        "stated_user": "debtor",
        "record_id": "R1",
    }
    listed = [{"number": number, "line_type": "mobile", "evidence": [claim]} for number in numbers]
    return json.dumps({"case_id": case, "as_of": "2026-01-31", "numbers": listed})


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "evidence.jsonl"
    path.write_text(
        _line("C1", "+8615400000002", "+8615400000001") + "\n" + _line("C2", "+8615400000001") + "\n"
    )
    return path


def test_every_number_of_every_case_gets_a_line_in_the_order_of_the_file(
    tmp_path: Path, evidence: Path
) -> None:
    result = rank_file(evidence, tmp_path / "pred.jsonl")

    rows = _rows(tmp_path / "pred.jsonl")
    assert (result.cases, result.numbers, result.problems) == (2, 3, ())
    assert [(row["case_id"], row["number"]) for row in rows] == [
        ("C1", "+8615400000002"),
        ("C1", "+8615400000001"),
        ("C2", "+8615400000001"),
    ]
    assert all(isinstance(row["p"], float) and 0 < row["p"] < 1 for row in rows)
    assert set(rows[0]) == {"case_id", "number", "p"}


def test_packed_and_plain_files_give_the_same(tmp_path: Path, evidence: Path) -> None:
    packed = tmp_path / "evidence.jsonl.gz"
    packed.write_bytes(gzip.compress(evidence.read_bytes()))

    rank_file(evidence, tmp_path / "a.jsonl")
    rank_file(packed, tmp_path / "b.jsonl")
    rank_file(packed, tmp_path / "c.jsonl.gz")

    plain = (tmp_path / "a.jsonl").read_bytes()
    assert (tmp_path / "b.jsonl").read_bytes() == plain
    assert gzip.decompress((tmp_path / "c.jsonl.gz").read_bytes()) == plain


def test_bad_lines_are_problems_with_their_number_and_the_good_ones_go_through(tmp_path: Path) -> None:
    path, out = tmp_path / "e.jsonl", tmp_path / "p.jsonl"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + b"\n".join(
            [
                _line("C1", "+8615400000001").encode(),
                b"{ nonsense",
                b"",
                b"\xff\xfe\x00",
                b"[1, 2]",
                b'{"case_id": "C9"}',
                b"[" * 100_000,
                b'{"case_id": "C8", "as_of": "2026-01-31", "numbers": [7]}',
                _line("C2", "+8615400000001").encode(),
            ]
        )
    )

    result = rank_file(path, out)

    assert [(problem.line, problem.code) for problem in result.problems] == [
        (2, "not_json"),
        (4, "not_text"),
        (5, "not_an_object"),
        (6, "no_as_of"),
        (7, "not_json"),
        (8, "bad_number"),
    ]
    assert [row["case_id"] for row in _rows(out)] == ["C1", "C2"]
    speak("en")
    assert all(problem.sentence and problem.remedy for problem in result.problems)


def test_a_packed_file_that_ends_in_the_middle_gives_what_came_before(tmp_path: Path) -> None:
    text = "".join(_line(f"C{number}", f"+86154{number:08d}") + "\n" for number in range(500))
    path = tmp_path / "e.jsonl.gz"
    path.write_bytes(gzip.compress(text.encode())[:-200])

    result = rank_file(path, tmp_path / "p.jsonl")

    assert result.problems[-1].code == "cut_off"
    assert 0 < result.cases < 500
    assert len(_rows(tmp_path / "p.jsonl")) == result.cases


def test_an_empty_file_gives_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_bytes(b"")

    result = rank_file(tmp_path / "e.jsonl", tmp_path / "p.jsonl")

    assert (result.cases, (tmp_path / "p.jsonl").read_bytes()) == (0, b"")


def test_a_missing_file_or_folder_is_wrong_use_and_leaves_nothing_behind(
    tmp_path: Path, evidence: Path
) -> None:
    out = tmp_path / "p.jsonl"

    for source, target in (
        (tmp_path / "none.jsonl", out),
        (tmp_path, out),
        (evidence, tmp_path / "no" / "p.jsonl"),
        (evidence, evidence),
    ):
        with pytest.raises(WrongUse):
            rank_file(source, target)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence.jsonl"]


def test_a_result_is_replaced_as_a_whole_and_read_by_its_owner_only(tmp_path: Path, evidence: Path) -> None:
    out = tmp_path / "p.jsonl"
    out.write_text("old")

    rank_file(evidence, out)

    assert "old" not in out.read_text()
    assert out.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence.jsonl", "p.jsonl"]


def test_a_model_file_changes_the_answer(tmp_path: Path, evidence: Path) -> None:
    model = tmp_path / "m.json"
    model.write_text('{"name": "gloomy", "offset": -3.0}')

    rank_file(evidence, tmp_path / "a.jsonl")
    rank_file(evidence, tmp_path / "b.jsonl", model)

    usual, gloomy = (_rows(tmp_path / name)[0]["p"] for name in ("a.jsonl", "b.jsonl"))
    assert isinstance(usual, float)
    assert isinstance(gloomy, float)
    assert gloomy < usual


@pytest.mark.parametrize("text", ["", "{", "[]", '{"slope": "x"}', '{"nonsense": 1}', "\udcff"])
def test_a_model_that_cannot_be_read_is_wrong_use(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.json"
    path.write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(WrongUse):
        load_model(path)


def test_a_number_that_stands_twice_in_a_case_gets_two_lines_and_one_probability(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text(_line("C1", "+8615400000001", "+8615400000001"))

    rank_file(tmp_path / "e.jsonl", tmp_path / "p.jsonl")

    first, second = _rows(tmp_path / "p.jsonl")
    assert first == second
