"""Work that falls into pieces, for whoever calls to spread over processors.

``graph`` starts no threads. It gives the pieces to a function that works like ``map``: the same answers, in
the order of the pieces, whoever does them and whenever; ``tracer.desk.threads`` has one with threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

Piece = TypeVar("Piece")
Done = TypeVar("Done")


class Spread(Protocol):
    """Does like ``map``."""

    def __call__(self, work: Callable[[Piece], Done], pieces: Iterable[Piece], /) -> Iterator[Done]:
        """Give ``work`` of each piece, in order."""


def one_by_one(work: Callable[[Piece], Done], pieces: Iterable[Piece], /) -> Iterator[Done]:
    """Do the pieces one after the other."""
    return map(work, pieces)


def slices(size: int, piece: int) -> Sequence[slice]:
    """Give ``size`` places in pieces; one, if empty, where there are none."""
    return [slice(start, start + piece) for start in range(0, max(size, 1), piece)]
