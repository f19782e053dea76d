"""Files of questions and answers: what was sent comes back to whom it belongs, and nothing else does."""

from __future__ import annotations

import json

import pytest

from sources.manifest.form import FilePart
from sources.manifest.lines import LineUnfit, answers, written

PART = FilePart(match={"phone": "TN", "date": "Date"})
FIRST = json.dumps({"phone": "2125550143", "date": "2023-02-17"})
SECOND = json.dumps({"phone": "2125550144", "date": "2023-02-17"})


def test_a_file_of_questions_names_its_columns_and_has_a_line_for_each() -> None:
    assert "".join(written(PART, [FIRST, SECOND])) == (
        "phone,date\r\n2125550143,2023-02-17\r\n2125550144,2023-02-17\r\n"
    )


def test_a_cell_with_the_separator_is_quoted() -> None:
    line = json.dumps({"phone": "+12125550143", "name": 'Doe, "Jane"'})

    assert list(written(PART, [line]))[1] == '+12125550143,"Doe, ""Jane"""\r\n'


@pytest.mark.parametrize("value", ["=1+1", "@x", "-2", "+cmd", "a\nb", "a\rb"])
def test_what_a_spreadsheet_would_run_or_split_is_not_sent(value: str) -> None:
    with pytest.raises(LineUnfit, match="name"):
        list(written(PART, [json.dumps({"phone": "2125550143", "name": value})]))


def test_answers_come_back_to_the_lines_they_answer() -> None:
    text = ["TN,Date,Result\n", "2125550144, 2023-02-17 ,no\n", "2125550143,2023-02-17,yes\n"]

    found = answers(PART, text, [FIRST, SECOND])

    assert found is not None
    assert {line: json.loads(body)["Result"] for line, body in found.bodies.items()} == {
        FIRST: "yes",
        SECOND: "no",
    }
    assert (found.strangers, found.doubled, found.rows) == (0, 0, 2)


def test_a_line_nobody_sent_is_counted_and_not_kept() -> None:
    text = ["TN,Date,Result\n", "2125550199,2023-02-17,yes\n", "2125550143,2022-01-01,yes\n"]

    found = answers(PART, text, [FIRST])

    assert found is not None
    assert (dict(found.bodies), found.strangers) == ({}, 2)
    assert "2125550199" not in repr(found)


def test_a_line_answered_twice_alike_counts_once_and_differently_not_at_all() -> None:
    alike = ["TN,Date,Result\n", *["2125550143,2023-02-17,yes\n"] * 2]
    unlike = ["TN,Date,Result\n", "2125550143,2023-02-17,yes\n", "2125550143,2023-02-17,no\n"]

    once, never = answers(PART, alike, [FIRST]), answers(PART, unlike, [FIRST])

    assert once is not None
    assert (len(once.bodies), once.doubled) == (1, 0)
    assert never is not None
    assert (len(never.bodies), never.doubled) == (0, 1)


def test_a_file_of_something_else_is_no_file_of_answers() -> None:
    assert answers(PART, ["number,answer\n", "1,2\n"], [FIRST]) is None
    assert answers(PART, [], [FIRST]) is None
