"""A labelled table: its records, which of them are one person, and what its columns are."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows`` are ready to be written: the record's id first, then one value a column; ``truth`` beside."""

    columns: Mapping[str, str]
    rows: list[tuple[str, ...]]
    truth: list[str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set on disk. ``tables`` is one file to de-duplicate or two to link."""

    name: str
    folder: Path

    @property
    def tables(self) -> tuple[Path, ...]:
        """The file or files of records."""
        two = (self.folder / "a.csv", self.folder / "b.csv")
        return two if two[0].exists() else (self.folder / "records.csv",)

    @property
    def truth(self) -> Path:
        """id,cluster."""
        return self.folder / "truth.csv"

    @property
    def columns(self) -> Path:
        """What each column is, as ``tracer link --columns`` reads it."""
        return self.folder / "columns.toml"


def shuffled(
    columns: Mapping[str, str], made: Iterable[tuple[int, tuple[str, ...]]], size: int, seed: int
) -> Table:
    """Give the first ``size`` of (person, values) in an order that tells nothing, with ids that do not
    either."""
    pairs = []
    for pair in made:
        pairs.append(pair)
        if len(pairs) == size:
            break
    random.Random(seed).shuffle(pairs)
    digits = max(6, len(str(size)))
    rows = [(f"r{number:0{digits}d}", *values) for number, (_, values) in enumerate(pairs)]
    return Table(columns=columns, rows=rows, truth=[f"p{person}" for person, _ in pairs])


def columns_toml(columns: Mapping[str, str], identifier: str = "rec_id") -> str:
    """Give the ``--columns`` file."""
    lines = [f'id = "{identifier}"', "[columns]"]
    lines += [f'"{name}" = "{kind}"' for name, kind in columns.items()]
    return "\n".join(lines) + "\n"


def write(table: Table, folder: Path) -> None:
    """Write records.csv, truth.csv (id,cluster) and columns.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "records.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("rec_id", *table.columns))
        writer.writerows(table.rows)
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "cluster"))
        writer.writerows((row[0], person) for row, person in zip(table.rows, table.truth, strict=True))
    (folder / "columns.toml").write_text(columns_toml(table.columns), encoding="utf-8")
