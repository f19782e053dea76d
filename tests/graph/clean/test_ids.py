"""Identity numbers."""

from __future__ import annotations

import pytest

from graph.clean.ids import check_digit, read_id
from graph.model import Identifier, PartialDate

SOUND = "330102199003071230"
WITH_X = "33010219900307129X"


def identifier(text: str, scheme: str = "", region: str = "CN") -> Identifier:
    value = read_id(text, scheme, region).value
    assert value is not None
    return value


def codes(text: str, scheme: str = "", region: str = "CN") -> list[str]:
    return [fault.code for fault in read_id(text, scheme, region).faults]


def test_the_check_digit_is_that_of_the_standards_example() -> None:
    # GB 11643-1999, annex: 11010519491231002X and 440524188001010014.
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


@pytest.mark.parametrize(
    "text", [SOUND, f" {SOUND}", f"'{SOUND}", "330102 19900307 1230", f"身份证:{SOUND}", f"{SOUND}(已注销)"]
)
def test_a_citizen_number_says_birth_date_and_region(text: str) -> None:
    read = identifier(text)

    assert read == Identifier(
        scheme="prc_id", value=SOUND, born=PartialDate(year=1990, month=3, day=7), region="330102"
    )


def test_the_check_letter_is_upper_case_whatever_was_typed() -> None:
    assert identifier(WITH_X.lower()).value == WITH_X
    assert identifier(WITH_X).sound


def test_a_wrong_check_digit_or_date_is_kept_as_unsound() -> None:
    assert not identifier(SOUND[:-1] + "5").sound
    assert codes(SOUND[:-1] + "5") == ["id.check_digit"]
    assert codes("330102199002301230")[0] == "id.date_impossible"


def test_fifteen_digits_become_eighteen() -> None:
    assert identifier("330102900307123").value == SOUND
    assert codes("330102900307123") == ["id.upgraded"]


def test_fifteen_digits_that_are_no_citizen_number_are_left_alone() -> None:
    assert identifier("990102991307123").scheme == "other"


@pytest.mark.parametrize("start", ["810000", "820000", "830000"])
def test_residence_permits_of_hong_kong_macao_and_taiwan_are_read(start: str) -> None:
    body = start + "19900307001"
    read = identifier(body + check_digit(body))

    assert read.scheme == "prc_id"
    assert read.sound
    assert read.region == start


def test_a_lost_digit_is_said_and_not_guessed() -> None:
    reading = read_id(SOUND[:17])

    assert reading.value is None
    assert reading.faults[0].params == (("digits", "17"), ("of", "18"))


@pytest.mark.parametrize(
    "text", ["330102199003071000", "3.30102199003071E+17", "3.3010219900307123e+17", "330102199003071230.0"]
)
def test_what_excel_cut_after_fifteen_digits_leaves_fifteen_known_ones(text: str) -> None:
    reading = read_id(text)

    assert reading.value is not None
    assert reading.value.value == "330102199003071***"
    assert reading.value.masked
    assert reading.value.born == PartialDate(year=1990, month=3, day=7)
    assert [(fault.code, fault.lost) for fault in reading.faults] == [("id.excel_precision", True)]


def test_a_number_shown_in_scientific_notation_is_gone() -> None:
    reading = read_id("3.30102E+17")

    assert reading.value is None
    assert reading.faults[0].code == "id.excel_precision"
    assert reading.faults[0].params == (("kept", "6"), ("of", "18"))


@pytest.mark.parametrize(
    ("text", "value", "born"),
    [
        ("3301**********1234", "3301**********1234", None),
        ("340827********492X", "340827********492X", None),
        ("3301xxxxxxxxxx123X", "3301**********123X", None),
        ("330102****1234", "330102********1234", None),
        ("330102199003******", "330102199003******", PartialDate(year=1990, month=3)),
        ("3301021990********", "3301021990********", PartialDate(year=1990)),
        ("3****************X", "3****************X", None),
    ],
)
def test_a_masked_number_keeps_what_it_shows(text: str, value: str, born: PartialDate | None) -> None:
    read = identifier(text)

    assert (read.scheme, read.value, read.masked, read.born) == ("prc_id", value, True, born)


def test_stars_alone_are_no_number() -> None:
    assert codes("******************") == ["id.mask_too_wide"]


@pytest.mark.parametrize("text", ["987-65-4321", "987654321", "987 65 4321"])
def test_a_fictional_ssn_is_kept_and_unsound(text: str) -> None:
    read = identifier(text, "SSN", "US")

    assert (read.scheme, read.value, read.sound) == ("us_ssn", "987654321", False)


@pytest.mark.parametrize(
    "text", ["000-12-3456", "666-12-3456", "212-00-3456", "212-12-0000", "078-05-1120", "901-10-1234"]
)
def test_an_ssn_that_was_never_issued_is_unsound(text: str) -> None:
    assert codes(text, "", "US") == ["id.never_issued"]


def test_a_taxpayer_number_has_its_own_scheme() -> None:
    assert identifier("912-70-1234", "ssn", "US").scheme == "us_itin"


def test_a_masked_ssn_keeps_its_last_four() -> None:
    assert identifier("***-**-1234", "", "US").value == "*****1234"
    assert identifier("XXX-XX-1234", "ssn", "US").value == "*****1234"


def test_the_zeros_a_spreadsheet_took_from_an_ssn_are_put_back() -> None:
    assert identifier("1234567", "ssn", "US").value == "001234567"


@pytest.mark.parametrize(
    ("text", "scheme", "expected"),
    [
        ("E12345678", "", "passport"),
        ("EA1234567", "护照", "passport"),
        ("X1234567", "Passport No", "passport"),
        ("H12345678", "回乡证", "hk_macao_permit"),
        ("12345678", "台胞证", "taiwan_permit"),
        (SOUND, "护照", "prc_id"),
        (SOUND, "驾驶证", "prc_id"),
        ("AB12345", "", "other"),
    ],
)
def test_the_hint_of_the_file_and_the_form_of_the_number_give_the_scheme(
    text: str, scheme: str, expected: str
) -> None:
    assert identifier(text, scheme).scheme == expected


def test_two_numbers_in_one_cell_are_refused() -> None:
    assert codes(f"{SOUND}/{SOUND}") == ["id.too_long"]


@pytest.mark.parametrize("text", ["", "无", "0", "-"])
def test_an_empty_cell_is_no_fault(text: str) -> None:
    assert read_id(text).value is None
    assert read_id(text).faults == ()
