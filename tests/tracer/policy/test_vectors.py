"""Worked examples of the law (shared/law/vectors.tsv, and our own for the same suites) against the packs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from tracer.errors import WrongUse
from tracer.policy.pack import shipped
from tracer.policy.vectors import COLUMNS, Row, read_vectors, run

HERE = Path(__file__).parent
TODAY = dt.date(2026, 11, 24)
ROWS = [*read_vectors(HERE / "vectors.tsv"), *read_vectors(HERE / "more_vectors.tsv")]


@pytest.mark.parametrize("row", ROWS, ids=[str(row["vector_id"]) for row in ROWS])
def test_the_packs_decide_an_example_as_the_law_does(row: Row) -> None:
    (tried,) = run([row], shipped(), TODAY)

    assert (tried.got, set(tried.rules), tried.fault, tried.unread) == (
        row["expected_verdict"],
        {rule for rule in str(row["expected_rules"]).split(",") if rule},
        "",
        (),
    )


def test_without_the_rule_an_example_is_decided_otherwise() -> None:
    # The examples test the packs: taking a rule out must be seen.
    without = [
        replace(pack, clauses=tuple(one for one in pack.clauses if one.id != "US-REGF-14B-7IN7"))
        for pack in shipped()
    ]

    failed = {tried.vector_id for tried in run(ROWS, without, TODAY) if not tried.ok}

    assert {"regf-03", "regf-05", "regf-13"} <= failed


def test_a_row_of_an_unknown_suite_fails_and_says_so() -> None:
    (tried,) = run([dict.fromkeys(COLUMNS, "") | {"suite": "moon"}], shipped(), TODAY)

    assert not tried.ok
    assert "moon" not in tried.fault
    assert "regf" in tried.fault


def test_a_word_nobody_read_is_named() -> None:
    row = {"vector_id": "x", "suite": "prcid", "input_json": '{"id": "11010519491231002X", "colour": "red"}'}

    (tried,) = run([row], shipped(), TODAY)

    assert tried.unread == ("colour",)


def test_a_file_that_is_no_table_of_examples_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.tsv"
    path.write_text("a\tb\n1\t2\n", encoding="utf-8")

    with pytest.raises(WrongUse, match="no table of examples"):
        read_vectors(path)
