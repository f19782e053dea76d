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


def test_models_are_listed_and_the_shipped_one_ranks_at_first(at_town: Any) -> None:
    ran = at_town("model", "list", "--json")

    assert ran.code == 0
    assert [(one["number"], one["in_use"]) for one in ran.document["models"]] == [(0, True)]
    assert at_town("model", "list").code == 0


def test_a_model_file_ranks_and_goes_back(at_town: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('{"offset": -3.0}')

    used = at_town("model", "use", path, "--json")
    shown = at_town("model", "show", "--json")
    listed = at_town("model", "list", "--json")
    back = at_town("model", "back")
    none = at_town("model", "back")

    assert (used.code, used.document["number"], used.document["used_by"]) == (0, 1, "li.ming")
    assert shown.document["body"]["offset"] == -3.0
    assert [one["in_use"] for one in listed.document["models"]] == [False, True]
    assert (back.code, none.code) == (0, 2)
    assert "shipped" in back.out


def test_a_model_says_what_it_changes(at_town: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('{"offset": -3.0}')
    at_town("model", "use", path)

    ran = at_town("model", "show")

    assert "offset" in ran.out
    assert at_town("model", "show", "shipped").code == 0
    assert at_town("model", "show", "9").code == 2


def test_contacts_name_the_model_that_ranked_them(at_town: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text('{"offset": -3.0}')
    case = at_town("cases", "--json").document["cases"][0]["case"]
    before = at_town("contacts", case, "--json").document

    at_town("model", "use", path)
    after = at_town("contacts", case, "--json").document

    assert after["model"] == {"name": "file", "version": "1", "fitted_on": 0}
    assert before["model"] != after["model"]
    assert max(one["p"] for one in after["numbers"]) < max(one["p"] for one in before["numbers"])
    assert {one["number"] for one in after["next"]} <= {one["token"] for one in after["numbers"]}


def test_a_home_with_too_few_calls_is_refused_by_figures(at_town: Any, town: Any) -> None:
    ran = at_town("fit", "--outcomes", town.home, "--json")
    said = at_town("fit", "--outcomes", town.home)

    assert ran.code == said.code == 3
    assert "few_cases" in ran.document["refused"]
    assert ran.document["installed"] is None
    assert "Not put in use" in said.out


def test_out_alone_writes_the_model_and_changes_nothing(at_town: Any, town: Any, tmp_path: Path) -> None:
    ran = at_town("fit", "--outcomes", town.home, "--out", tmp_path / "m.json", "--json")

    assert ran.code == 0
    assert (tmp_path / "m.json").exists()
    assert [one["in_use"] for one in at_town("model", "list", "--json").document["models"]] == [True]


def test_a_check_without_enough_calls_says_so(at_town: Any) -> None:
    ran = at_town("model", "check", "--json")

    assert ran.code == 0
    assert ran.document["alarm"] == "too_few"
    assert at_town("model", "check", "--all", "--since", "2026-01-01").code == 0
    assert at_town("model", "check", "--since", "yesterday").code == 2


def test_the_calibration_is_drawn(at_town: Any, tmp_path: Path) -> None:
    ran = at_town("chart", "calibration", "--out", tmp_path / "c.svg", "--json")

    assert ran.code == 0
    assert (tmp_path / "c.svg").read_text().startswith("<svg")
    assert ran.document["predictions"] == at_town("model", "check", "--json").document["predictions"]
    assert at_town("chart", "calibration").code == 0
    assert at_town("chart", "calibration", "--out", tmp_path / "c.png").code == 2


def test_sources_are_scored(at_town: Any) -> None:
    ran = at_town("sources", "score", "--json")

    assert ran.code == 0
    assert isinstance(ran.document["sources"], list)
    assert at_town("sources", "score").code == 0


def test_an_explanation_says_what_a_call_is_worth(at_town: Any) -> None:
    case = at_town("cases", "--json").document["cases"][0]["case"]

    ran = at_town("contacts", case, "--explain")
    one = at_town("contacts", case, "--json").document["numbers"][0]

    assert "A call is worth" in ran.out
    assert (one["worth"] > 0) == (one["verdict"] == "send") or one["barred"]
