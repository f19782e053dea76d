"""Phone cells: what people and spreadsheets write, read as E.164 or as what digits are known."""

from __future__ import annotations

import time

import pytest

from graph.clean.fault import Reading
from graph.clean.phones import read_phones
from graph.model import LineType, Phone


def keys(reading: Reading[tuple[Phone, ...]]) -> list[str]:
    return [phone.key for phone in reading.value or ()]


def codes(reading: Reading[tuple[Phone, ...]]) -> list[str]:
    return [fault.code for fault in reading.faults]


@pytest.mark.parametrize(
    "cell",
    [
        "15412345678",
        "154-1234-5678",
        "154 1234 5678",
        "１５４１２３４５６７８",
        "'15412345678",
        "\t15412345678",
        "+8615412345678",
        "0086 154 1234 5678",
        "86-15412345678",
        "(86)15412345678",
        "手机:15412345678",
        "1 5 4 1 2 3 4 5 6 7 8",
        "Mobile: 15412345678",
        "154.1234.5678",
        "15412345678#",
        '="15412345678"',
    ],
)
def test_every_way_of_writing_a_chinese_mobile_is_one_number(cell: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == ["+8615412345678"]
    assert reading.faults == ()
    assert reading.value is not None
    assert reading.value[0].line_type is LineType.MOBILE


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("15412345678/16412345678", ["+8615412345678", "+8616412345678"]),
        ("15412345678、16412345678；15487654321", ["+8615412345678", "+8616412345678", "+8615487654321"]),
        ("15412345678 16412345678", ["+8615412345678", "+8616412345678"]),
        ("15412345678，16412345678", ["+8615412345678", "+8616412345678"]),
        ("15412345678\n16412345678", ["+8615412345678", "+8616412345678"]),
        ("15412345678|16412345678", ["+8615412345678", "+8616412345678"]),
        ("15412345678或16412345678", ["+8615412345678", "+8616412345678"]),
        ("154 1234 5678 164 1234 5678", ["+8615412345678", "+8616412345678"]),
        ("021-58881234/15412345678", ["+862158881234", "+8615412345678"]),
        ("15412345678/15412345678", ["+8615412345678"]),
        ("无/15412345678", ["+8615412345678"]),
        ("手机:15412345678 家:0571-88881234", ["+8615412345678", "+8657188881234"]),
    ],
)
def test_several_numbers_of_a_cell_come_in_order_and_once(cell: str, expected: list[str]) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == expected
    assert not reading.lost


def test_more_numbers_than_can_be_grouped_are_still_read_one_by_one() -> None:
    cell = " ".join(f"154123456{i:02d}" for i in range(20))

    assert len(keys(read_phones(cell, "CN"))) == 20


@pytest.mark.parametrize(
    "cell",
    [
        "(0571)8888-1234",
        "0571-88881234",
        "0571 8888 1234",
        "+86 571 8888 1234",
        "+86 (0) 571 88881234",
        "0086-0571-88881234",
        "057188881234",
        "86-571-88881234",
        "0571/88881234",
    ],
)
def test_every_way_of_writing_a_chinese_landline_is_one_number(cell: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == ["+8657188881234"]
    assert reading.value is not None
    assert reading.value[0].line_type is LineType.LANDLINE
    assert not reading.lost


@pytest.mark.parametrize(
    ("cell", "extension"),
    [
        ("0571-88881234转801", "801"),
        ("0571-88881234-801", "801"),
        ("0571-88881234 ext. 801", "801"),
        ("0571-88881234x801", "801"),
        ("0571-88881234分机801", "801"),
        ("0571-88881234#801", "801"),
    ],
)
def test_an_extension_is_kept_apart(cell: str, extension: str) -> None:
    assert keys(read_phones(cell, "CN")) == [f"+8657188881234;ext={extension}"]


@pytest.mark.parametrize(
    ("cell", "expected", "area"),
    [
        ("57188881234", "+8657188881234", "0571"),
        ("1088881234", "+861088881234", "010"),
        ("2188881234", "+862188881234", "021"),
        ("3167123456", "+863167123456", "0316"),
    ],
)
def test_the_zero_a_spreadsheet_took_from_an_area_code_is_put_back(
    cell: str, expected: str, area: str
) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == [expected]
    assert codes(reading) == ["phone.area_zero_restored"]
    assert reading.faults[0].params == (("area", area),)
    assert not reading.lost


def test_the_second_number_of_a_cell_takes_the_first_ones_area() -> None:
    for cell in ("0571-88881234/88881235", "0571 88881234 88881235"):
        reading = read_phones(cell, "CN")

        assert keys(reading) == ["+8657188881234", "+8657188881235"]
        assert codes(reading) == ["phone.area_shared"]


@pytest.mark.parametrize(
    ("cell", "kept", "of"), [("1.38E+10", "3", "11"), ("3.4E+17", "2", "18"), ("1.541234568E+10", "10", "11")]
)
def test_scientific_notation_says_how_many_digits_are_gone(cell: str, kept: str, of: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == []
    assert codes(reading) == ["phone.scientific"]
    assert reading.faults[0].params == (("kept", kept), ("of", of))
    assert reading.lost


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("15412345678.0", "phone.float_tail"),
        ("1.5412345678E+10", "phone.scientific_restored"),
        ("1.5412345678e10", "phone.scientific_restored"),
    ],
)
def test_damage_that_kept_every_digit_is_undone(cell: str, code: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == ["+8615412345678"]
    assert codes(reading) == [code]
    assert not reading.lost


def test_good_numbers_survive_beside_a_damaged_one() -> None:
    reading = read_phones("1.38E+10/15412345678", "CN")

    assert keys(reading) == ["+8615412345678"]
    assert reading.lost


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("138****1234", "+86138****1234"),
        ("138xxxx1234", "+86138****1234"),
        ("138XXXX1234", "+86138****1234"),
        ("138●●●●1234", "+86138****1234"),
        ("+86 138****1234", "+86138****1234"),
        ("138***1234", "+86138****1234"),
        ("*******1234", "+86*******1234"),
        ("0571-8888****", "+865718888****"),
        ("010-8888****", "+86108888****"),
    ],
)
def test_a_masked_number_says_which_digits_it_knows(cell: str, expected: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == [expected]
    assert reading.value is not None
    assert reading.value[0].masked


@pytest.mark.parametrize("cell", ["***********", "138********", "xxxxxxxxxxx"])
def test_a_mask_with_almost_nothing_known_is_no_evidence(cell: str) -> None:
    assert codes(read_phones(cell, "CN")) == ["phone.mask_too_wide"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1541234567816412345678", ["+8615412345678", "+8616412345678"]),
        ("15412345678057188881234", ["+8615412345678", "+8657188881234"]),
        ("154123456781641234567815487654321", ["+8615412345678", "+8616412345678", "+8615487654321"]),
    ],
)
def test_numbers_glued_together_are_cut_where_only_one_cut_fits(cell: str, expected: list[str]) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == expected
    assert codes(reading) == ["phone.glued"]


@pytest.mark.parametrize(
    "cell", ["95588", "400-800-1234", "4008001234", "10086", "0571-96345", "400-800-1234转5"]
)
def test_a_hotline_is_nobodys_number(cell: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == []
    assert codes(reading) == ["phone.hotline"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("88881234", "phone.area_missing"),
        ("1541234567", "phone.too_short"),
        ("154123456789", "phone.too_long"),
        ("abc", "phone.letters"),
        ("空号", "phone.invalid"),
        ("12345678901", "phone.invalid"),
        ("11111111111", "phone.invalid"),
        ("1-800-FLOWERS", "phone.letters"),
    ],
)
def test_what_cannot_be_a_number_is_lost_with_its_reason(cell: str, code: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == []
    assert codes(reading) == [code]
    assert reading.lost


def test_an_american_number_in_a_chinese_file_is_read_only_when_no_chinese_one_fits() -> None:
    foreign = read_phones("12125550123", "CN")
    chinese = read_phones("15405550123", "CN")

    assert keys(foreign) == ["+12125550123"]
    assert codes(foreign) == ["phone.country_read"]
    assert keys(chinese) == ["+8615405550123"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("(202) 555-0123 x12", ["+12025550123;ext=12"]),
        ("+1 202 555 0123 ext. 12", ["+12025550123;ext=12"]),
        ("2025550123", ["+12025550123"]),
        ("1-202-555-0123", ["+12025550123"]),
        ("cell 202.555.0123", ["+12025550123"]),
        ("202-555-0123 / 202-555-0124", ["+12025550123", "+12025550124"]),
        ("20255501232025550124", ["+12025550123", "+12025550124"]),
        ("***-***-0123", ["+1******0123"]),
        ("(202) 555-****", ["+1202555****"]),
        ("011 86 15412345678", ["+8615412345678"]),
        ("2025550123.0", ["+12025550123"]),
    ],
)
def test_american_cells_are_read_in_their_own_plan(cell: str, expected: list[str]) -> None:
    assert keys(read_phones(cell, "US")) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("800-555-1212", "phone.hotline"),
        ("555-0123", "phone.area_missing"),
        ("999-999-9999", "phone.invalid"),
        ("2.03E+09", "phone.scientific"),
    ],
)
def test_american_cells_that_are_nobodys_are_lost(cell: str, code: str) -> None:
    reading = read_phones(cell, "US")

    assert keys(reading) == []
    assert codes(reading) == [code]


@pytest.mark.parametrize(
    ("cell", "role"),
    [("15412345678(父亲)", "parent"), ("配偶:15412345678", "spouse"), ("15412345678(wife)", "spouse")],
)
def test_whose_number_the_cell_says_it_is_comes_as_a_note(cell: str, role: str) -> None:
    reading = read_phones(cell, "CN")

    assert keys(reading) == ["+8615412345678"]
    assert reading.faults[0].params == (("relation", role),)
    assert not reading.lost


@pytest.mark.parametrize("cell", ["", "无", "-", "0", "null", "  ", "N/A"])
def test_an_empty_cell_has_no_numbers_and_no_faults(cell: str) -> None:
    assert read_phones(cell, "CN") == Reading(())


def test_no_fault_shows_more_of_a_number_than_its_ends() -> None:
    for cell in ("1541234567", "88881234", "95588", "154123456789", "1-800-FLOWERS"):
        for fault in read_phones(cell, "CN").faults:
            shown = dict(fault.params)["shown"]
            assert set(shown[1:-1]) == {"*"}


def test_a_hostile_cell_is_answered_at_once() -> None:
    cells = [
        "1" * 10_000_000,
        "154 " * 240,
        "/" * 900 + "1",
        "(" * 900,
        "1-" * 450,
        " " * 1_000_000,
        "转" * 900,
    ]
    started = time.perf_counter()

    for cell in cells:
        read_phones(cell, "CN")

    assert time.perf_counter() - started < 3.0
