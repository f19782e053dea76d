"""The rows of a case's own file, by the case: what `case_file` and `references` look into."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from graph.model import Role
from sources.contract import Outcome, Rows, SourceError
from tracer.store import Store
from tracer.store.cases import RETURNED

# The case file speaks of those who owe; everybody else in it was named as a reference.
_LIABLE = frozenset({Role.DEBTOR, Role.GUARANTOR, Role.CO_DEBTOR})
OWN_TABLES = ("case_file", "references")


class DeskRows:
    """Gives the rows of ``case_file`` and ``references``, by the case's pseudonym and by nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, rows: Rows) -> tuple[Mapping[str, object], ...]:
        """Give the rows; raises SourceError or SourceBroken."""
        return await asyncio.to_thread(self._own, rows)

    def _own(self, rows: Rows) -> tuple[Mapping[str, object], ...]:
        if set(rows.key) != {"case"}:
            raise SourceError(Outcome.BAD_INPUT, "the case file is asked by the case")
        case = self._store.cases.by_pseudonym(rows.key["case"])
        if case is None:
            raise SourceError(Outcome.BAD_INPUT, "no such case")
        if case.state == RETURNED:
            return ()
        liable = rows.table == "case_file"
        return tuple(
            {"record": record, "claims": claims}
            for record, claims in self._store.evidence.people(case)
            if (record.role in _LIABLE) is liable
        )
