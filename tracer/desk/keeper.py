"""Keeps what look-ups found: many findings share one transaction, nobody goes on before his are stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tracer.store import Store
from tracer.store.cases import CaseFile
from tracer.store.evidence import Findings, LookupDone

Piece = tuple[CaseFile, LookupDone, Findings]


class Keeper:
    """Stores findings in the background, whatever has gathered at a time (group commit).

    Leaving it raises what storing raised, unless an error is on its way already.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Piece, asyncio.Future[None]]] = []
        self._open: dict[int, list[asyncio.Future[None]]] = {}
        self._writer: asyncio.Task[None] | None = None
        self._failed: Exception | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            await self._writer
        for future in (future for waiting in self._open.values() for future in waiting):
            if future.done() and not future.cancelled():
                future.exception()  # told below, once
        if self._failed is not None and not isinstance(error, Exception):
            # Ctrl-C took away those who would have been told, and what they found is not stored.
            raise self._failed from error

    async def keep(self, case: CaseFile, done: LookupDone, findings: Findings) -> None:
        """Hand over what a look-up found; it is stored by the time :meth:`flushed` returns."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((case, done, findings), future))
        self._open.setdefault(case.id, []).append(future)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def flushed(self, case_id: int) -> None:
        """Wait until all that was handed over for a case is stored. Raises what storing it raised."""
        for future in self._open.pop(case_id, []):
            await future

    async def _write(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._store.evidence.keep_all, [piece for piece, _ in taken])
            except Exception as error:
                self._failed = self._failed or error
                for future in _waited_for(taken):
                    future.set_exception(error)
            else:
                for future in _waited_for(taken):
                    future.set_result(None)


def _waited_for(pieces: Sequence[tuple[Piece, asyncio.Future[None]]]) -> list[asyncio.Future[None]]:
    # Ctrl-C takes away those who were waiting; what they handed over is stored all the same.
    return [future for _, future in pieces if not future.done()]
