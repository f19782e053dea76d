"""Learning from plain files: good lines count, bad ones are named, the model appears whole or not at all."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from graph.model_file import model_from_json
from tracer.desk.fit_files import fit_files
from tracer.errors import WrongUse


def case(place: int, *, fresh: bool) -> dict[str, Any]:
    """A case with one number: given by the debtor last year, or sold by a vendor ten years ago."""
    claim = {
        "kind": "claim",
        "date": "2026-03-01" if fresh else "2016-03-01",
        "source": "application_form" if fresh else "vendor_a",
        "stated_user": "debtor",
        "name_match": 1.0,
        "record_id": f"r{place}",
    }
    return {
        "case_id": f"c{place}",
        "as_of": "2026-11-23",
        "numbers": [
            {
                "number": f"+86154{place:08d}",
                "line_type": "mobile",
                "shared_with": 0,
                "evidence": [claim],
            }
        ],
    }


def truth(place: int, uses: object) -> dict[str, Any]:
    return {"case_id": f"c{place}", "number": f"+86154{place:08d}", "debtor_uses": uses}


def lines(path: Path, rows: list[Any]) -> Path:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture
def market(tmp_path: Path) -> tuple[Path, Path]:
    """Forty cases in which old vendor numbers are as good as the debtor's own."""
    rows = [case(place, fresh=place % 2 == 0) for place in range(40)]
    uses = [truth(place, place % 4 < 2) for place in range(40)]
    return lines(tmp_path / "evidence.jsonl", rows), lines(tmp_path / "truth.jsonl.gz", uses)


def test_a_model_is_written_that_ranks(market: tuple[Path, Path], tmp_path: Path) -> None:
    found = fit_files(*market, tmp_path / "m.json")

    assert (found.cases, found.numbers, found.unlabelled, found.unmatched) == (40, 40, 0, 0)
    assert found.report.numbers == 40
    assert model_from_json(json.loads((tmp_path / "m.json").read_text())) == found.model


def test_the_same_files_give_the_same_bytes(market: tuple[Path, Path], tmp_path: Path) -> None:
    fit_files(*market, tmp_path / "one.json", seed=7)
    fit_files(*market, tmp_path / "two.json", seed=7)

    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_bad_lines_are_named_and_good_ones_count(tmp_path: Path) -> None:
    evidence = lines(tmp_path / "e.jsonl", [case(0, fresh=True), "{", case(1, fresh=False), {"case_id": "x"}])
    labels = lines(
        tmp_path / "t.jsonl",
        [
            truth(0, True),
            "[]",
            truth(1, "maybe"),
            truth(1, False),
            truth(1, True),
            {"case_id": "c1"},
            truth(9, True),
        ],
    )

    found = fit_files(evidence, labels, tmp_path / "m.json")

    assert [(one.line, one.code) for one in found.problems] == [(2, "not_json"), (4, "no_as_of")]
    assert [(one.line, one.code) for one in found.truth_problems] == [
        (2, "not_an_object"),
        (3, "bad_label"),
        (5, "label_twice"),
        (6, "bad_truth"),
    ]
    assert (found.report.numbers, found.unmatched) == (2, 1)


def test_a_share_is_a_label_and_nonsense_is_none(tmp_path: Path) -> None:
    evidence = lines(tmp_path / "e.jsonl", [case(place, fresh=True) for place in range(3)])
    labels = lines(
        tmp_path / "t.jsonl",
        [truth(0, 0.5), '{"case_id":"c1","number":"x","debtor_uses":NaN}', truth(2, 1.5), truth(1, 0)],
    )

    found = fit_files(evidence, labels, tmp_path / "m.json")

    assert [one.code for one in found.truth_problems] == ["bad_label", "bad_label"]
    assert found.unlabelled == 1


def test_files_that_do_not_meet_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    evidence = lines(tmp_path / "e.jsonl", [case(0, fresh=True)])
    labels = lines(tmp_path / "t.jsonl", [truth(5, True)])

    with pytest.raises(WrongUse, match="No number"):
        fit_files(evidence, labels, tmp_path / "m.json")

    assert not (tmp_path / "m.json").exists()


def test_what_is_read_is_never_written_over(market: tuple[Path, Path]) -> None:
    before = market[1].read_bytes()

    with pytest.raises(WrongUse, match="read and written"):
        fit_files(*market, market[1])

    assert market[1].read_bytes() == before


def test_problems_hold_no_value_of_the_file(tmp_path: Path) -> None:
    secret = "+8615412345678"
    evidence = lines(tmp_path / "e.jsonl", [case(0, fresh=True)])
    labels = lines(
        tmp_path / "t.jsonl", [truth(0, True), {"case_id": "c", "number": secret, "debtor_uses": []}]
    )

    found = fit_files(evidence, labels, tmp_path / "m.json")

    assert secret not in repr(found) + "".join(one.sentence for one in found.truth_problems)
    assert secret not in (tmp_path / "m.json").read_text()
