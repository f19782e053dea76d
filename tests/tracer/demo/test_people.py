from __future__ import annotations

import re

import pytest

from graph.clean.ids import read_id
from graph.clean.phones import read_phones
from tracer.demo.people import US_NUMBERS, Registry, prc_check


def test_the_check_character_is_that_of_the_published_example() -> None:
    # The worked example of GB 11643-1999, annex A.
    assert prc_check("11010519491231002") == "X"


def test_every_identity_number_of_a_chinese_person_is_well_formed_and_of_no_existing_county() -> None:
    registry = Registry(1, 2026)

    people = [registry.chinese() for _ in range(500)]

    for person in people:
        reading = read_id(person.id, "", "CN")
        assert reading.value is not None
        assert reading.value.sound
        assert person.id[2:6] == "9999"
        assert person.id[6:14] == f"{person.born:%Y%m%d}"
        assert int(person.id[16]) % 2 == (person.sex == "M")
    assert len({person.id for person in people}) == 500


def test_no_social_security_number_could_have_been_issued() -> None:
    registry = Registry(1, 2026)

    numbers = [registry.american().id for _ in range(500)]

    assert all(re.fullmatch(r"9\d\d-(0[1-9]|[1-4]\d)-\d{4}", number) for number in numbers)


def test_numbers_are_fictional_each_given_once_and_readable() -> None:
    registry = Registry(3, 2026)

    chinese = [registry.number("CN") for _ in range(2000)]
    american = [registry.number("US") for _ in range(2000)]

    assert len(set(chinese)) == len(set(american)) == 2000
    assert all(re.fullmatch(r"\+861[56]4\d{8}", number) for number in chinese)
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in american)
    for number in chinese[:50] + american[:50]:
        reading = read_phones(number, "US")
        assert [phone.e164 for phone in reading.value or ()] == [number]


def test_the_fictional_us_numbers_run_out_and_say_so() -> None:
    registry = Registry(3, 2026)
    for _ in range(US_NUMBERS):
        registry.number("US")

    with pytest.raises(ValueError, match="used up"):
        registry.number("US")


def test_nobody_is_shown_in_a_repr() -> None:
    person = Registry(5, 2026).chinese()

    shown = repr(person)

    assert person.name not in shown
    assert person.id not in shown
