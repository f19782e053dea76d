"""Rows of configured tables, by key and by nothing else: rosters and directories, in files or SQLite.

A source names a table and the value of a key column; it gets those rows, never the table. Files are read once
into an index in memory, again when they change; nothing of them is written anywhere.

A source asks by one name (``employee_id``); a roster calls that column what it likes (``工号``). A name
that is no column of the file means its one column of the same kind, by the employer source's closed list of
column names. The configured ``keys`` may use either.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from sources.contract import Outcome, Rows, SourceBroken, SourceError
from sources.employer import column_kind
from tracer.config import Table
from tracer.errors import TracerError, WrongUse
from tracer.intake.readers import open_table
from tracer.lookups import RowsProvider

# A key that more rows than this share is no key: asking by it would be a scan.
MOST_ROWS = 50
# Larger files belong into a SQLite database, which finds a row without being read as a whole.
MOST_IN_MEMORY = 1_000_000
# The header may stand below a title and a note.
HEADER_WITHIN = 30

# Hexadecimal digits as letters: no row's name looks like a number.
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")

_SQLITE = b"SQLite format 3\0"

Row = Mapping[str, object]
_Key = tuple[str, ...]


class Tables:
    """The configured tables, by name."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)
        self._files: dict[str, _File] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def read(self, rows: Rows) -> tuple[Row, ...]:
        """Give the rows whose key columns have these values, in the order of the table.

        Values are compared without regard to surrounding blanks, letter case and full-width forms (SQLite:
        exactly). Each row is text by column name, with ``_row`` naming its place (``roster.csv:17``).

        Raises:
            SourceBroken: no such table, a column that is not among its configured keys, an unreadable file.
            SourceError: more than ``MOST_ROWS`` rows have that key.
        """
        table = self._tables.get(rows.table)
        if table is None:
            raise SourceBroken(Outcome.PROTOCOL_ERROR, "unknown_table")
        key = _by_column(rows.key, table.keys, "column_is_no_key")
        if not all(isinstance(value, str) and _normal(value) for value in rows.key.values()):
            raise SourceError(Outcome.BAD_INPUT, "empty_key")
        # One reads the file for all that wait for it, on a thread: a large roster must not stop the others.
        async with self._turns.setdefault(rows.table, asyncio.Lock()):
            found = await asyncio.to_thread(self._find, rows.table, table, key)
        if len(found) > MOST_ROWS:
            raise SourceError(Outcome.BAD_INPUT, "key_names_too_many_rows")
        return found

    def _find(self, name: str, table: Table, key: Mapping[str, str]) -> tuple[Row, ...]:
        try:
            with table.path.open("rb") as file:
                database = file.read(len(_SQLITE)) == _SQLITE
            if database:
                return _query(table, key)
            held = self._files.get(name)
            state = _state(table.path)
            if held is None or held.state != state:
                held = self._files[name] = _load(table, state)
            return held.find(_by_column(key, held.columns))
        except (OSError, WrongUse, sqlite3.Error, UnicodeError) as error:
            raise SourceBroken(Outcome.UNAVAILABLE, "table_unreadable") from error


def readable(table: Table) -> bool:
    """True when a configured table can be read now and has its key columns. Nobody is looked for."""
    try:
        with table.path.open("rb") as file:
            database = file.read(len(_SQLITE)) == _SQLITE
        if database:
            _query(table, dict.fromkeys(table.keys[:1], "\0"))
        else:
            return _loads(table, _state(table.path))
    except (OSError, TracerError, SourceBroken, sqlite3.Error, UnicodeError):
        return False
    return True


# A roster of a hundred thousand rows takes a fifth of a second to read: once while it stays as it is.
@lru_cache(maxsize=64)
def _loads(table: Table, state: tuple[int, ...]) -> bool:
    try:
        _load(table, state)
    except (TracerError, SourceBroken, UnicodeError):
        return False
    return True


def column_of(name: str, columns: Collection[str]) -> str | None:
    """Give the column that ``name`` means: the one called so, else the only one of the same kind, or None."""
    if name in columns:
        return name
    kind = column_kind(name)
    same = [column for column in columns if kind is not None and column_kind(column) == kind]
    return same[0] if len(same) == 1 else None


class Together:
    """Several providers as one: the store's own tables by name, all others from ``rest``."""

    def __init__(self, own: Mapping[str, RowsProvider], rest: RowsProvider) -> None:
        self._own = dict(own)
        self._rest = rest

    async def read(self, rows: Rows) -> tuple[Row, ...]:
        """Give the rows from whoever keeps that table."""
        return await self._own.get(rows.table, self._rest).read(rows)


@dataclass(slots=True)
class _File:
    """A file in memory: its rows, and for each set of key columns asked by so far, where their values are."""

    state: tuple[int, ...]
    name: str
    columns: tuple[str, ...]
    rows: list[tuple[int, tuple[str, ...]]] = field(repr=False)
    indexes: dict[_Key, dict[_Key, list[int]]] = field(default_factory=dict, repr=False)

    def find(self, key: Mapping[str, str]) -> tuple[Row, ...]:
        columns = tuple(sorted(key))
        index = self.indexes.get(columns)
        if index is None:
            index = self.indexes[columns] = self._index(columns)
        places = index.get(tuple(_normal(key[column]) for column in columns), ())
        return tuple(self._row(*self.rows[place]) for place in places[: MOST_ROWS + 1])

    def _index(self, columns: _Key) -> dict[_Key, list[int]]:
        at = [self.columns.index(column) for column in columns]
        index: dict[_Key, list[int]] = {}
        for place, (_, cells) in enumerate(self.rows):
            value = tuple(_normal(cells[column]) for column in at)
            if all(value):
                index.setdefault(value, []).append(place)
        return index

    def _row(self, number: int, cells: tuple[str, ...]) -> Row:
        return {**dict(zip(self.columns, cells, strict=True)), "_row": f"{self.name}:{number}"}


def _normal(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip().casefold()


def _state(path: Path) -> tuple[int, ...]:
    seen = path.stat()
    return (seen.st_ino, seen.st_size, seen.st_mtime_ns)


def _load(table: Table, state: tuple[int, ...]) -> _File:
    opened = open_table(table.path, sheet=table.sheet or None, encoding=table.encoding or None)
    reading = ((row.number, tuple(row.cells)) for row in opened.rows())
    columns = opened.columns or _header(reading, table)
    _by_column(dict.fromkeys(table.keys, ""), columns)
    width = len(columns)
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in reading:
        if len(rows) >= MOST_IN_MEMORY:
            raise SourceBroken(Outcome.PROTOCOL_ERROR, "table_too_large")
        rows.append((number, (cells + ("",) * width)[:width]))
    return _File(state=state, name=table.path.name, columns=columns, rows=rows)


def _by_column(
    key: Mapping[str, str], columns: Collection[str], fault: str = "key_column_not_in_table"
) -> dict[str, str]:
    """Give the values of ``key`` by the columns its names mean; raises SourceBroken if one means none."""
    found = {column: value for name, value in key.items() if (column := column_of(name, columns))}
    # Two names for one column would ask by the last value alone.
    if len(found) < len(key):
        raise SourceBroken(Outcome.PROTOCOL_ERROR, fault)
    return found


def _header(reading: Iterator[tuple[int, tuple[str, ...]]], table: Table) -> tuple[str, ...]:
    for seen, (_, cells) in enumerate(reading):
        names = tuple(cell.strip() for cell in cells)
        if all(column_of(key, names) for key in table.keys):
            return names
        if seen >= HEADER_WITHIN:
            break
    raise SourceBroken(Outcome.PROTOCOL_ERROR, "key_column_not_in_table")


def _query(table: Table, key: Mapping[str, str]) -> tuple[Row, ...]:
    # Read-only by the address itself: a view or trigger in a stranger's database can change nothing.
    address = f"file:{quote(str(table.path))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=5.0)) as database:
        database.row_factory = sqlite3.Row
        name = table.table or _only_table(database)
        known = {
            str(row["name"]) for row in database.execute("SELECT name FROM pragma_table_info(?)", (name,))
        }
        asked = _by_column(key, known)
        where = " AND ".join(f"{_quoted(column)} = ?" for column in asked)
        place = "_rowid_" if _has_rowid(database, name) else "NULL"
        sql = f"SELECT {place}, * FROM {_quoted(name)} WHERE {where} LIMIT {MOST_ROWS + 1}"  # noqa: S608
        values = [unicodedata.normalize("NFKC", value).strip() for value in asked.values()]
        found: list[Row] = []
        for row in database.execute(sql, values):
            cells = {column: _text(row[column]) for column in sorted(known)}
            found.append({**cells, "_row": f"{table.path.name}:{name}:{row[0] or _digest(cells)}"})
        return tuple(found)


def _has_rowid(database: sqlite3.Connection, name: str) -> bool:
    """False for a view and for a table WITHOUT ROWID: their rows have no number of their own."""
    try:
        database.execute(f"SELECT _rowid_ FROM {_quoted(name)} LIMIT 0")  # noqa: S608
    except sqlite3.OperationalError:
        return False
    return True


def _digest(cells: Mapping[str, str]) -> str:
    """A row's name where it has no number: the same for the same row, whichever question brought it."""
    text = json.dumps(cells, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16].translate(_LETTERS)


def _only_table(database: sqlite3.Connection) -> str:
    found = database.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    if len(found) != 1:
        raise SourceBroken(Outcome.PROTOCOL_ERROR, "name_the_table")
    return str(found[0]["name"])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, bytes) else str(value)
