"""Price lists: what a billed answer costs on a day, for a result, as the how-manieth of its month."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from tracer.config_money import Price, Waterfall, price_of

LIST = tuple(
    Price.model_validate(one)
    for one in (
        {"from": dt.date(2026, 1, 1), "until": dt.date(2026, 6, 30), "price": 30},
        {"from": dt.date(2026, 7, 1), "price": 20},
        {"from": dt.date(2026, 7, 1), "up_to": 100, "price": 25},
        {"from": dt.date(2026, 7, 1), "up_to": 10, "price": 28},
        {"from": dt.date(2026, 3, 1), "result": "no_record", "price": 5},
        {"from": dt.date(2026, 9, 1), "result": "-4", "price": 7},
    )
)


@pytest.mark.parametrize(
    ("day", "results", "nth", "price"),
    [
        pytest.param(dt.date(2025, 12, 31), ["answered"], 1, 99, id="before the list: the plain price"),
        pytest.param(dt.date(2026, 1, 1), ["answered"], 1, 30, id="its first day"),
        pytest.param(dt.date(2026, 6, 30), ["answered"], 500, 30, id="its last day"),
        pytest.param(dt.date(2026, 7, 1), ["answered"], 10, 28, id="the first tier's last"),
        pytest.param(dt.date(2026, 7, 1), ["answered"], 11, 25, id="the second tier's first"),
        pytest.param(dt.date(2026, 7, 1), ["answered"], 101, 20, id="behind all tiers"),
        pytest.param(dt.date(2026, 7, 1), ["no_record"], 1, 5, id="a result of its own"),
        pytest.param(dt.date(2026, 9, 1), ["answered", "200", "-4"], 1, 7, id="a vendor's own code"),
        pytest.param(dt.date(2026, 8, 31), ["answered", "-4"], 1, 28, id="the code before it had a price"),
    ],
)
def test_an_answer_costs_what_the_list_says(day: dt.date, results: list[str], nth: int, price: int) -> None:
    assert price_of(LIST, 99, day, results, nth) == price


def test_the_order_of_the_lines_means_nothing() -> None:
    for turn in range(len(LIST)):
        turned = LIST[turn:] + LIST[:turn]
        assert price_of(turned, 99, dt.date(2026, 7, 1), ["answered"], 50) == 25


def test_a_line_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError):
        Price.model_validate({"from": dt.date(2026, 2, 1), "until": dt.date(2026, 1, 1), "price": 1})


def test_a_waterfall_has_a_step() -> None:
    with pytest.raises(ValidationError):
        Waterfall.model_validate({"steps": []})
