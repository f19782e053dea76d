"""What is usual in this house: what a review of the look-up log measures against."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from tracer.config_values import Model, a_list

_TIME = r"^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$"


class Weekday(StrEnum):
    """A day of the week, as it is configured."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class ReviewSettings(Model):
    """Hours, limits and people of a review (``tracer log review``).

    Work goes on from ``opens`` to ``closes`` on ``working_days``, in the configured time zone. More than
    ``people`` cases within ``minutes`` by hand are worth a look; so is a refusal followed by the same case
    in other words within ``rephrased_minutes``, and a number shown whole without a call noted within
    ``call_within_days``. ``whole_portfolio`` names who works on cases of others, ``reviewers`` who reads the
    log as his work: if any are named, only they conclude reviews. ``staff`` is a CSV file (actor, name,
    address) of the people who work here: to be compared with whom they looked up, and never shown.
    """

    opens: str = Field(default="08:00", pattern=_TIME)
    closes: str = Field(default="20:00", pattern=_TIME)
    working_days: Annotated[frozenset[Weekday], BeforeValidator(a_list)] = frozenset(
        set(Weekday) - {Weekday.SUN}
    )
    people: int = Field(default=30, ge=2, le=100_000)
    minutes: int = Field(default=10, ge=2, le=1_440)
    rephrased_minutes: int = Field(default=15, ge=1, le=1_440)
    call_within_days: int = Field(default=3, ge=1, le=365)
    whole_portfolio: Annotated[frozenset[str], BeforeValidator(a_list)] = frozenset()
    reviewers: Annotated[frozenset[str], BeforeValidator(a_list)] = frozenset()
    staff: Path | None = None

    @property
    def hours(self) -> tuple[int, int]:
        """When work begins and ends, in minutes of the day."""
        opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (self.opens, self.closes))
        return opens, closes

    @property
    def weekdays(self) -> frozenset[int]:
        """The days worked, Monday 0."""
        return frozenset(list(Weekday).index(day) for day in self.working_days)
