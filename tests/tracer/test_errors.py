"""An error in Chinese is Chinese throughout: what fills its places too, with the codes that are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from graph.clean.employers import _STATUS
from graph.model import Role
from graph.reach import Reach
from sources.contract import Field, Outcome
from tracer import pace, words
from tracer.config import Operation
from tracer.desk import refresh
from tracer.errors import WrongUse
from tracer.log import Draft
from tracer.log.entry import checked
from tracer.policy import Fired
from tracer.policy.rules import RULES
from tracer.store.cases import CLOSED, OPEN, RETURNED
from tracer.words import speak

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def chinese() -> Iterator[None]:
    speak("zh")
    yield
    speak("en")


def test_a_state_is_named_and_stays_as_it_is_typed(chinese: None) -> None:
    error = WrongUse("The case is {state} already", "Nothing was changed.", state="returned")

    said = error.shown()

    assert said == "案件状态已是：已退案（returned）\n未作任何更改。"


def test_an_error_in_english_is_as_it_was_written() -> None:
    error = WrongUse("The case is {state}, not closed", state="returned")

    assert error.shown() == "The case is returned, not closed"


def test_each_of_several_codes_is_named_and_an_unknown_one_stands_alone(chinese: None) -> None:
    error = WrongUse("Known: {known}", known="open, fully_lost, northbank")

    assert error.shown() == "已有：未结（open）、失联（fully_lost）、northbank"


def test_a_member_of_an_enumeration_is_named_like_its_word(chinese: None) -> None:
    class State(StrEnum):
        RETURNED = "returned"

    error = WrongUse("There is no state {state}", state=State.RETURNED)

    assert error.shown() == "没有“已退案（returned）”这一状态"


def test_a_marked_clause_inside_an_error_is_translated(chinese: None) -> None:
    with pytest.raises(Exception, match="actor is named") as caught:
        checked(Draft("init", actor="two words"))

    said = caught.value.shown()  # type: ignore[attr-defined]

    assert "操作人" in said
    assert "actor is named" not in said


def test_what_the_system_says_is_translated(chinese: None, tmp_path: Path) -> None:
    why = ""
    try:
        (tmp_path / "absent").read_bytes()
    except OSError as error:
        why = error.strerror or ""

    said = WrongUse("{path} cannot be written: {why}", path="x", why=why).shown()

    assert said == "无法写入 x：没有该文件或目录"


def test_a_clause_nobody_marked_stays_as_it_is(chinese: None) -> None:
    error = WrongUse("{path} cannot be written: {why}", path="x", why="Sideways")

    assert error.shown() == "无法写入 x：Sideways"


def test_an_empty_place_stays_empty(chinese: None) -> None:
    # gettext would answer an empty text with the header of the catalogue.
    error = WrongUse("{path} cannot be written: {why}", path="x", why="")

    assert error.shown() == "无法写入 x："


def test_a_place_that_holds_no_code_is_left_alone(chinese: None) -> None:
    error = WrongUse("There is no case {ref}", ref="returned")

    assert "已退案" not in error.shown()


def test_a_case_value_with_braces_is_not_read_as_a_template(chinese: None) -> None:
    error = WrongUse("There is no state {state}", state="{known}")

    assert error.shown() == "没有“{known}”这一状态"


def test_a_policy_sentence_names_its_codes(chinese: None) -> None:
    rule = next(rule for rule in RULES if rule.id == "fields.allowed")
    fired = Fired(
        rule=rule.id,
        sentence=rule.sentence,
        remedy=rule.remedy,
        params=(("source", "s"), ("fields", "id_number, name")),
    )

    said = fired.shown().splitlines()[0]

    assert said == "不得向数据源 s 提供：证件号（id_number）、姓名（name）。"


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        pytest.param(words.ROLES, set(Role), id="roles"),
        pytest.param(words.STATES, {OPEN, CLOSED, RETURNED, *Reach}, id="states"),
        pytest.param(words.OPERATIONS, set(Operation), id="operations"),
        pytest.param(words.FIELDS, set(Field), id="fields"),
        pytest.param(words.OUTCOMES, set(Outcome), id="outcomes of look-ups"),
        pytest.param(words.STATUSES, set(_STATUS.values()), id="statuses"),
        pytest.param(words.ANSWERS, set(refresh.ANSWERS), id="answers"),
        pytest.param(words.WISHES, set(refresh.REASONS), id="wishes"),
        pytest.param(words.PRIORITIES, set(refresh.PRIORITIES), id="priorities"),
    ],
)
def test_a_table_of_words_has_every_code_and_no_other(table: dict[str, str], codes: set[str]) -> None:
    assert set(table) == {str(code) for code in codes}


def test_every_fact_that_a_rule_may_miss_has_a_word() -> None:
    text = (ROOT / "tracer" / "policy" / "rules.py").read_text(encoding="utf-8")

    missed = set(re.findall(r'Missing\("(\w+)"\)', text))

    assert missed
    assert missed == set(words.FACTS)


def test_every_reason_to_stop_a_source_has_a_word() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tracer").glob("*.py"))]

    stopped = {word for text in texts for word in re.findall(r'\.stop\("(\w+)"\)', text)}

    assert stopped
    assert {*stopped, pace.UNREACHABLE} == set(words.STOPS) - set(words.OUTCOMES)
