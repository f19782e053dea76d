"""What look-ups cost, as the commands use it: sums over our ledger, and invoices held against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from tracer.desk import invoices, spending
from tracer.desk.office import Office


class Money:
    """The money of a home."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def spent(
        self,
        *,
        by: str = "source",
        source: str = "",
        client: str = "",
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> tuple[spending.Sum, ...]:
        """What was spent, summed by source, client, month or outcome."""
        return spending.spent(self._office, by=by, source=source, client=client, since=since, until=until)

    def check(
        self,
        source: str,
        path: Path,
        *,
        columns: Mapping[str, str],
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> invoices.Checked:
        """A vendor's invoice, line by line against our ledger."""
        return invoices.check(self._office, source, path, columns=columns, since=since, until=until)

    def save(self, checked: invoices.Checked, out: Path) -> None:
        """Write a check as XLSX."""
        invoices.save(checked, out)
