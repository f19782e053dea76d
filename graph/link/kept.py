"""Finished steps of a long work, as columns of numbers; ``tracer.desk.link_steps`` keeps them in files.

They hold codes, levels and places of rows, and no value of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from graph.link.levels import Compared

Columns = Mapping[str, npt.NDArray[Any]]


class Kept(Protocol):
    """Keeps finished steps of one work on the same rows."""

    def get(self, step: str) -> Columns | None:
        """Give the columns kept under this name; None where there are none, or not whole."""

    def put(self, step: str, columns: Columns) -> None:
        """Keep columns under this name, in place of what was there."""


class Nothing:
    """Keeps nothing: what is broken off begins anew."""

    def get(self, step: str) -> Columns | None:
        """Give nothing."""
        return None

    def put(self, step: str, columns: Columns) -> None:
        """Keep nothing."""


def flat(compared: Mapping[str, Compared]) -> dict[str, npt.NDArray[Any]]:
    """Give comparisons as columns."""
    found: dict[str, npt.NDArray[Any]] = {}
    for name, column in compared.items():
        found |= {f"level {name}": column.level, f"left {name}": column.left, f"right {name}": column.right}
        if column.shown is not None:
            found[f"shown {name}"] = column.shown
    return found


def unflat(columns: Columns) -> dict[str, Compared]:
    """Give the comparisons back."""
    names = [name.removeprefix("level ") for name in columns if name.startswith("level ")]
    return {
        name: Compared(
            columns[f"level {name}"],
            columns[f"left {name}"],
            columns[f"right {name}"],
            columns.get(f"shown {name}"),
        )
        for name in names
    }


def texts(words: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    """Give words without line breaks as a column."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def words(column: npt.NDArray[Any]) -> tuple[str, ...]:
    """Give the words back."""
    text = column.tobytes().decode()
    return tuple(text.split("\n")) if text else ()
