"""Cells of one row read into values, with a Problem for each that could not be."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TypeVar

from graph.clean.addresses import read_address
from graph.clean.dates import read_date, read_day
from graph.clean.emails import read_email
from graph.clean.employers import read_employer
from graph.clean.fault import Reading
from graph.clean.ids import read_id
from graph.clean.money import read_amount
from graph.clean.names import read_name
from graph.clean.phones import read_phones
from graph.clean.text import blank, tidy
from graph.model import Address, Employer, Identifier, Name, PartialDate, Phone
from tracer.intake.plan import Source
from tracer.intake.problems import Place, Problem, masked, of_fault

T = TypeVar("T")

# Employers and dates repeat down a column; names and numbers hardly do, addresses only where a family stands
# together. The sizes bound the memory of an import; when it ends, nothing is remembered.
_days = lru_cache(maxsize=20_000)(read_day)
_dates = lru_cache(maxsize=20_000)(read_date)
_amounts = lru_cache(maxsize=20_000)(read_amount)
_employers = lru_cache(maxsize=20_000)(read_employer)
_addresses = lru_cache(maxsize=1_000)(read_address)
_work_phones = lru_cache(maxsize=10_000)(read_phones)

_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})


def forget() -> None:
    """Drop what the readers remember; called when a file is done, so that nobody's address outlives it."""
    for cached in (_days, _dates, _amounts, _employers, _addresses, _work_phones, _short_text):
        cached.cache_clear()


def _plain_text(raw: str) -> str:
    return "" if blank(raw, zero=False) else tidy(raw)


_short_text = lru_cache(maxsize=20_000)(_plain_text)


class Cells:
    """The cells of one row by column, and the problems met while reading them.

    ``constants`` answer where a column is None. A cell that arrived damaged or cut reads as empty.
    """

    __slots__ = ("cells", "columns", "day_first", "place", "problems", "region", "today", "unusable")

    def __init__(
        self,
        place: Place,
        columns: tuple[str, ...],
        cells: list[str],
        *,
        region: str,
        day_first: bool | None,
        today: dt.date | None,
    ) -> None:
        """Hold one row."""
        self.place = place
        self.columns = columns
        self.cells = cells
        self.region = region
        self.day_first = day_first
        self.today = today
        self.problems: list[Problem] = []
        self.unusable: set[int] = set()

    def text(self, source: Source) -> str:
        """Give the tidied text of a column (or the constant itself), empty where the cell means nothing."""
        raw = self.raw(source)
        if not raw:
            return ""
        return _short_text(raw) if len(raw) < 16 else _plain_text(raw)

    def raw(self, source: Source) -> str:
        """Give the text as received."""
        if isinstance(source, str):
            return source
        if source >= len(self.cells) or source in self.unusable:
            return ""
        return self.cells[source]

    def name_of(self, source: Source) -> str:
        """Give the column's header."""
        return (
            ""
            if isinstance(source, str)
            else self.columns[source]
            if source < len(self.columns)
            else f"#{source + 1}"
        )

    def note(
        self, code: str, source: Source = "", *, lost: bool = False, shown: str = "", **params: object
    ) -> None:
        """Add a problem about a column, or about the row."""
        self.problems.append(
            Problem(
                place=self.place,
                code=code,
                column=self.name_of(source) if source != "" else "",
                shown=masked(shown) if shown else "",
                params=tuple((key, str(value)) for key, value in params.items()),
                lost=lost,
            )
        )

    def _take(self, source: Source, text: str, reading: Reading[T]) -> T | None:
        if reading.faults:
            column = self.name_of(source)
            for fault in reading.faults:
                self.problems.append(of_fault(self.place, column, text, fault))
        return reading.value

    def phones(self, source: Source, *, shared: bool = False) -> tuple[Phone, ...]:
        """Read the telephone numbers of a cell; ``shared`` for columns whose numbers repeat (work)."""
        raw = self.raw(source)
        if not raw:
            return ()
        reading = _work_phones(raw, self.region) if shared else read_phones(raw, self.region)
        return self._take(source, raw, reading) or ()

    def person_name(self, source: Source, given: str = "", family: str = "") -> Name | None:
        """Read a name from one cell, or from its parts."""
        raw = self.raw(source)
        if not raw and not given and not family:
            return None
        return self._take(source, raw or f"{family} {given}", read_name(raw, given=given, family=family))

    def identifier(self, source: Source, scheme: str = "") -> Identifier | None:
        """Read an id number."""
        raw = self.raw(source)
        return self._take(source, raw, read_id(raw, scheme, self.region)) if raw else None

    def day(self, source: Source) -> dt.date | None:
        """Read a whole date."""
        if not (raw := self.raw(source)):
            return None
        return self._take(source, raw, _days(raw, day_first=self.day_first, today=self.today))

    def born(self, source: Source) -> PartialDate | None:
        """Read a date whose day or month may be missing."""
        if not (raw := self.raw(source)):
            return None
        return self._take(source, raw, _dates(raw, day_first=self.day_first, today=self.today))

    def amount(self, source: Source) -> int | None:
        """Read an amount in minor units."""
        raw = self.raw(source)
        return self._take(source, raw, _amounts(raw)) if raw else None

    def employer(self, source: Source) -> Employer | None:
        """Read an employer's name."""
        raw = self.raw(source)
        return self._take(source, raw, _employers(raw)) if raw else None

    def email(self, source: Source) -> str | None:
        """Read an e-mail address."""
        raw = self.raw(source)
        return self._take(source, raw, read_email(raw)) if raw else None

    def address(self, text: str, source: Source) -> Address | None:
        """Read an address put together from its columns."""
        if not text:
            return None
        return self._take(source, text, _addresses(text, country=self.region))

    def is_error(self, cell: str) -> bool:
        """True for what a spreadsheet writes when a formula failed."""
        return cell in _ERRORS
