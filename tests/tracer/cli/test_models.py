"""`tracer fit` and `tracer model` as typed: documents, exit codes, what is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def market(folder: Path) -> tuple[Path, Path]:
    """Thirty one-number cases, every third of which is the debtor's."""
    evidence, truth = folder / "e.jsonl", folder / "t.jsonl"
    cases, rows = [], []
    for place in range(30):
        number = f"+86154{place:08d}"
        claim = {
            "kind": "claim",
            "date": "2026-01-01",
            "source": "vendor_b",
            "stated_user": "debtor",
            "record_id": "r",
        }
        cases.append(
            {
                "case_id": f"c{place}",
                "as_of": "2026-11-23",
                "numbers": [{"number": number, "line_type": "mobile", "evidence": [claim]}],
            }
        )
        rows.append({"case_id": f"c{place}", "number": number, "debtor_uses": place % 3 == 0})
    evidence.write_text("".join(json.dumps(one) + "\n" for one in cases))
    truth.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return evidence, truth


def test_fit_on_files_prints_one_document(tracer: Any, tmp_path: Path) -> None:
    ran = tracer("fit", *market(tmp_path), "--out", tmp_path / "m.json", "--json")

    assert ran.code == 0
    assert ran.document["cases"] == ran.document["numbers"] == 30
    assert set(ran.document["log_loss"]) == {"before", "after"}
    assert isinstance(ran.document["better"], bool)


def test_a_fitted_model_ranks(tracer: Any, tmp_path: Path) -> None:
    evidence, truth = market(tmp_path)
    tracer("fit", evidence, truth, "--out", tmp_path / "m.json")

    ran = tracer("rank", evidence, "--out", tmp_path / "p.jsonl", "--model", tmp_path / "m.json", "--json")

    assert ran.code == 0
    assert ran.document["numbers"] == 30


def test_a_bad_line_is_exit_code_1_and_named_by_file_and_line(tracer: Any, tmp_path: Path) -> None:
    evidence, truth = market(tmp_path)
    with truth.open("a") as file:
        file.write("nonsense\n")

    ran = tracer("fit", evidence, truth, "--out", tmp_path / "m.json", "--json")

    assert ran.code == 1
    assert [(one["file"], one["line"]) for one in ran.document["problems"]] == [("truth", 31)]


def test_fit_without_enough_words_says_what_it_needs(tracer: Any, tmp_path: Path) -> None:
    ran = tracer("fit", tmp_path / "e.jsonl")

    assert ran.code == 2
    assert "tracer fit EVIDENCE" in ran.err
