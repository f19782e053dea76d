"""Money and order: what answers cost and from when, and how far a client wants its cases looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tracer.config_values import Model, a_list


class Price(Model):
    """One line of a source's price list, in minor units of money a billed answer.

    It holds from ``from`` to ``until`` (both included), for one ``result`` (an outcome, or the vendor's own
    code) or for all, and for the first ``up_to`` billed answers of a calendar month or without end.
    """

    from_: dt.date = Field(alias="from")
    until: dt.date | None = None
    result: str = Field(default="", pattern=r"^[A-Za-z0-9_.:/+-]{0,64}$")
    up_to: int | None = Field(default=None, gt=0)
    price: int = Field(ge=0, lt=100_000_000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until and self.from_ > self.until:
            raise PydanticCustomError("dates_reversed", "dates")
        return self


def price_of(prices: Sequence[Price], otherwise: int, day: dt.date, results: Sequence[str], nth: int) -> int:
    """Give what the ``nth`` billed answer of a month costs; ``otherwise`` where no line of the list fits.

    ``results`` are the outcome and the vendor's codes. Of the lines that hold on the day, one for a result
    goes before one for all, the later ``from`` before the earlier, the smaller tier before the larger.
    """
    fitting = [
        one
        for one in prices
        if one.from_ <= day
        and (one.until is None or day <= one.until)
        and (not one.result or one.result in results)
        and (one.up_to is None or nth <= one.up_to)
    ]
    if not fitting:
        return otherwise
    best = min(
        fitting,
        key=lambda one: (
            not one.result,
            -one.from_.toordinal(),
            one.up_to if one.up_to is not None else float("inf"),
        ),
    )
    return best.price


class Waterfall(Model):
    """In which order a client's cases are looked up, and when that is enough.

    ``steps`` are sources, each asked about all numbers of a case before the next. It stops when a number is
    the debtor's with probability ``stop_p``, or after ``stop_answered`` answers, or when ``per_case`` or (all
    cases of the client in a day) ``per_day`` would be overspent, in minor units of money.
    """

    steps: Annotated[tuple[str, ...], BeforeValidator(a_list), Field(min_length=1)]
    stop_p: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    stop_answered: int | None = Field(default=None, gt=0)
    per_case: int | None = Field(default=None, ge=0)
    per_day: int | None = Field(default=None, ge=0)
