"""Amounts in minor units."""

from __future__ import annotations

import pytest

from graph.clean.money import read_amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,345.67", 1_234_567),
        ("￥12,345.67", 1_234_567),
        ("1.2万元", 1_200_000),
        ("1.5亿", 15_000_000_000),
        ("-100.00", -10_000),
        ("(100.00)", -10_000),
        ("100.5-", -10_050),
        ("1.234,56", 123_456),
        ("1,234", 123_400),
        ("CNY 1,000", 100_000),
        ("1000元整", 100_000),
        ("$1,234.50", 123_450),
        ("1'234.50", 123_450),
        ("３００．５０", 30_050),
        ("0", 0),
        (".5", 50),
        ("1.2345678E+5", 12_345_678),
    ],
)
def test_an_amount_is_read_to_the_cent(text: str, expected: int) -> None:
    reading = read_amount(text)

    assert reading.value == expected
    assert reading.faults == ()


def test_the_noise_of_a_float_is_no_third_decimal_and_a_true_one_is_rounded() -> None:
    noise = read_amount("12345.670000000001")
    third = read_amount("12345.675")

    assert (noise.value, noise.faults) == (1_234_567, ())
    assert third.value == 1_234_568
    assert third.faults[0].code == "amount.rounded"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.23E+06", "amount.scientific"),
        ("壹万元", "amount.unreadable"),
        ("1,23,4", "amount.unreadable"),
        ("12.3.4", "amount.unreadable"),
        ("9" * 16, "amount.out_of_range"),
        ("9" * 500, "amount.unreadable"),
    ],
)
def test_what_is_no_exact_amount_is_lost_with_its_reason(text: str, code: str) -> None:
    reading = read_amount(text)

    assert reading.value is None
    assert [(fault.code, fault.lost) for fault in reading.faults] == [(code, True)]


@pytest.mark.parametrize("text", ["", "无", "-", "N/A"])
def test_an_empty_cell_is_no_fault(text: str) -> None:
    assert read_amount(text).value is None
    assert read_amount(text).faults == ()
