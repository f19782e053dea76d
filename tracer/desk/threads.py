"""Processors and memory for heavy work on columns: threads, and allocators that give back what was freed."""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TypeVar

import pyarrow as pa

Piece = TypeVar("Piece")
Done = TypeVar("Done")

_ARENA_MAX = -8
"""mallopt's name for it in glibc's malloc.h."""
_AHEAD = 2
"""Pieces a thread that may be finished before they are wanted: each holds memory."""


def threads() -> int:
    """Give how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Threads:
    """Spreads pieces of work over threads; the answers come in the order of the pieces."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._pool = ThreadPoolExecutor(number, thread_name_prefix="columns") if number > 1 else None

    def __call__(self, work: Callable[[Piece], Done], pieces: Iterable[Piece], /) -> Iterator[Done]:
        """Give ``work`` of each piece, in order. Work that is itself done in pieces must not use this."""
        if self._pool is None:
            yield from map(work, pieces)
            return
        waiting: deque[Future[Done]] = deque()
        try:
            for piece in pieces:
                if len(waiting) >= _AHEAD * self.number:
                    yield waiting.popleft().result()
                waiting.append(self._pool.submit(work, piece))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@cache
def frugal() -> None:
    """Have Arrow and numpy take memory from one heap, which gives freed pages back or uses them again.

    By default Arrow keeps a heap of its own and glibc one for each thread, each with holes that the others
    cannot use: a third of the peak at 100,000 rows. Where there is no glibc only Arrow's is given up.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
