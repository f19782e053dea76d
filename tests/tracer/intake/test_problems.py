"""Every code has its sentence, and no sentence a place that is not filled."""

from __future__ import annotations

import re
import string

import pytest

from graph.clean.fault import CODES, Fault
from tracer.intake.problems import SENTENCES, Place, of_fault


@pytest.mark.parametrize("code", sorted(CODES))
def test_what_a_reader_finds_has_a_sentence_that_its_values_fill(code: str) -> None:
    for text in SENTENCES[code]:
        places = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert places <= set(CODES[code])


def test_every_code_used_in_the_room_has_a_sentence() -> None:
    import pathlib

    import tracer.intake

    room = pathlib.Path(tracer.intake.__file__).parent
    used = set()
    for file in room.glob("*.py"):
        if file.name != "problems.py":
            used |= set(
                re.findall(
                    r'"((?:file|row|case|cell|column|sheet|contact|relation|outcome|overdue|currency)\.[a-z_]+)"',
                    file.read_text(),
                )
            )

    fields = {f"outcome.{name}" for name in ("code", "text", "number", "party_relation")}
    assert used - fields - set(SENTENCES) == set()
    assert len(used - fields) > 25


def test_a_problem_shows_the_ends_of_a_bad_value_at_most() -> None:
    place = Place(file="f.csv", row=3)

    problem = of_fault(
        place,
        "手机号",
        "15412345678",
        Fault("phone.too_long", (("digits", "11"), ("shown", "1*8")), lost=True),
    )

    assert problem.shown == "1*********8"
    assert "15412345678" not in repr(problem) + problem.sentence + problem.remedy
    assert str(problem.place) == "f.csv:3"
