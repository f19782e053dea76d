"""Parquet and JSON lines as rows of text: formats whose columns have names of their own."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tracer.errors import WrongUse
from tracer.intake.rows import MAX_COLUMNS, CellFault, Row, cap
from tracer.intake.workbook import cell_text
from tracer.words import N_

_BATCH = 4096
_LINE = 1 << 24
# How many lines of a JSON file are looked at to learn its columns.
_LEARN = 1000
# A group of rows is unpacked at once; writers make groups of up to a million rows. Ours.
_MAX_GROUP = 2 << 30


def parquet_columns(path: Path) -> tuple[tuple[str, ...], int]:
    """Give the columns' names and the number of rows; WrongUse when the file is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            meta = file.metadata
            for group in range(meta.num_row_groups):
                if meta.row_group(group).total_byte_size > _MAX_GROUP:
                    raise WrongUse(
                        N_("{file} holds a group of rows larger than {limit} MB"),
                        N_("Write it again with smaller row groups."),
                        file=path.name,
                        limit=_MAX_GROUP >> 20,
                    )
            return tuple(file.schema_arrow.names), int(meta.num_rows)
    except (pa.ArrowException, OSError) as error:
        raise _torn(path) from error


def read_parquet(path: Path, tell: Callable[[int], None] = lambda done: None) -> Iterator[Row]:
    """Yield the rows as text, counted from 1; ``tell`` hears how many were read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [
                    [value if type(value) is str else value_text(value) for value in column.to_pylist()]
                    for column in batch.columns
                ]
                for values in zip(*columns, strict=True):
                    number += 1
                    cells, faults = cap(list(values))
                    yield Row(number, cells, faults)
                tell(number)
    except (pa.ArrowException, OSError) as error:
        raise _torn(path) from error


def json_columns(path: Path, codec: str) -> tuple[str, ...]:
    """Give the union of the keys of the first lines, in the order met."""
    names: dict[str, None] = {}
    for index, line in enumerate(_lines(path, codec, lambda done: None)):
        if index >= _LEARN:
            break
        for key in map(_paired, _flat(_object(line) or {})):
            if len(names) < MAX_COLUMNS:
                names.setdefault(key)
    return tuple(names)


def read_json_lines(
    path: Path, codec: str, columns: tuple[str, ...], tell: Callable[[int], None] = lambda done: None
) -> Iterator[Row]:
    """Yield each line's values in the order of ``columns``; blank lines are left out.

    Numbers keep the digits they were written with. Faults: ``row.bad_json``, and ``column.new`` once for
    each key that the first lines did not have (its name is the detail; its value stands behind the columns).
    """
    place = {name: index for index, name in enumerate(columns)}
    for number, line in enumerate(_lines(path, codec, tell), 1):
        if not line.strip():
            continue
        content = _object(line)
        if content is None:
            yield Row(number, [line.strip()[:200]], (CellFault(-1, "row.bad_json"),))
            continue
        cells = [""] * len(place)
        faults: list[CellFault] = []
        flat = _flat(content)
        if "\\ud" in line or "\\uD" in line:
            flat = {_paired(key): _paired(value) for key, value in flat.items()}
        for key, value in flat.items():
            if key not in place:
                if len(place) >= MAX_COLUMNS:
                    continue
                place[key] = len(place)
                cells.append("")
                faults.append(CellFault(place[key], "column.new", key))
            cells[place[key]] = value
        cells, cut = cap(cells)
        faults.extend(cut)
        faults.extend(CellFault(index, "cell.damaged") for index, cell in enumerate(cells) if "�" in cell)
        if any("\0" in cell for cell in cells):
            cells = [cell.replace("\0", "") for cell in cells]
            faults.append(CellFault(-1, "cell.nul"))
        yield Row(number, cells, tuple(faults))


def _lines(path: Path, codec: str, tell: Callable[[int], None]) -> Iterator[str]:
    with (
        path.open("rb", buffering=1 << 18) as raw,
        io.TextIOWrapper(raw, codec, "replace", newline="\n") as text,
    ):
        read_line = partial(text.readline, _LINE)
        count = 0
        while line := read_line():
            if len(line) >= _LINE and not line.endswith("\n"):
                while (rest := read_line()) and not rest.endswith("\n"):
                    pass
                line = "..."  # no object: reported as such
            yield line
            count += 1
            if not count & 1023:
                tell(raw.tell())


def _object(line: str) -> dict[str, object] | None:
    try:
        content = json.loads(line.lstrip("\ufeff"), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _paired(text: str) -> str:
    # JSON may escape half a surrogate pair; no encoding can write that, so it would break whoever stores it.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _flat(content: dict[str, object], before: str = "", depth: int = 0) -> dict[str, str]:
    """Flatten an object: ``{"spouse": {"name": …}}`` gives ``spouse.name``, a list ``contacts1.…``."""
    flat: dict[str, str] = {}
    for key, value in content.items():
        name = f"{before}{key}"[:200]
        if isinstance(value, dict) and depth < 3:
            flat.update(_flat(value, f"{name}.", depth + 1))
        elif isinstance(value, list) and depth < 3 and any(isinstance(item, dict) for item in value):
            for index, item in enumerate(value[:99], 1):
                if isinstance(item, dict):
                    flat.update(_flat(item, f"{name}{index}.", depth + 1))
        elif isinstance(value, list):
            flat[name] = "; ".join(value_text(item) for item in value)
        else:
            flat[name] = value_text(value)
    return flat


def value_text(value: object) -> str:
    """Write a typed value as text: lists joined by semicolons, anything nested as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, int) and not isinstance(value, bool):
        # Typed integers have lost nothing, however long they are.
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return "; ".join(value_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, dt.timedelta):
        return str(value)
    return cell_text(value)


def _torn(path: Path) -> WrongUse:
    return WrongUse(
        N_("The Parquet file {file} is damaged or cut off"),
        N_("Ask for the file again."),
        file=path.name,
    )
