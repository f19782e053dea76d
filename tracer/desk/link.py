"""Identity resolution on plain files: one or two tables in, pairs and clusters out, without a home or a log.

The files hold what their maker put there; nothing is looked up and nobody is asked.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from graph.link.engine import NOTHING, Label, Linked, Tell, link
from graph.link.kept import Kept
from graph.link.kinds import PLAIN, Raw, known
from graph.link.texts import Texts
from graph.model import Judgement
from tracer.desk.labels import VERDICTS, judgement
from tracer.desk.link_steps import Steps, work_of
from tracer.desk.threads import Threads, frugal, threads
from tracer.errors import WrongUse
from tracer.intake.delimited import sniff_delimiter
from tracer.intake.readers import open_table
from tracer.words import N_

_COLUMNS = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of the tables hold: the file's column names by kind, in the order of the file."""

    id: str = field(repr=False)
    kinds: tuple[tuple[str, str], ...]
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFiles:
    """What became of the tables, and what is needed to explain a pair."""

    ids: Texts = field(repr=False)
    second: int
    linked: Linked = field(repr=False)
    labels: int
    threshold: float

    def row(self, name: str, side: int) -> int:
        """Give the row with this id; of two tables ``side`` 0 is the first. Raises WrongUse."""
        start, end = (
            (0, self.second) if side == 0 or self.second == len(self.ids) else (self.second, len(self.ids))
        )
        try:
            return self.ids.index(name, start, end)
        except ValueError:
            raise WrongUse(
                N_("No row of the table has the id that was given as {side}."),
                N_("Write ids as they stand in the file; of two files LEFT is from the first."),
                side="LEFT" if side == 0 else "RIGHT",
            ) from None


def read_columns(path: Path) -> Columns:
    """Read the file that says what each column holds. Raises WrongUse with the place of a mistake."""
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise WrongUse(
            N_("{path} cannot be read: {reason}."), N_("Check the name."), path=path, reason=error.strerror
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(
            N_("{path} is not TOML."),
            N_('Write id = "…" and, under [columns], a line for each column: surname = "name.family".'),
            path=path,
        ) from error
    name, columns = told.get("id"), told.get("columns")
    region = told.get("region", "")
    if not isinstance(name, str) or not isinstance(columns, dict) or not isinstance(region, str):
        raise WrongUse(
            N_("{path} lacks the id or the [columns]."),
            N_('Write id = "…" and, under [columns], a line for each column: surname = "name.family".'),
            path=path,
        )
    for column, kind in columns.items():
        if not isinstance(kind, str) or not known(kind):
            raise WrongUse(
                N_("{path} calls the column {column} {kind}, which is no kind of column."),
                N_("Use one of {known}, id.<scheme> or other.<name>."),
                path=path,
                column=column,
                kind=kind,
                known=", ".join(PLAIN),
            )
    return Columns(id=name, kinds=tuple(columns.items()), region=region)


def link_files(
    tables: Sequence[Path],
    columns: Columns,
    *,
    threshold: float = 0.5,
    labels: Path | None = None,
    encoding: str | None = None,
    tell: Tell = lambda step, done, total: None,
    keep: Path | None = None,
) -> LinkedFiles:
    """De-duplicate one table or link two. Raises WrongUse for files that cannot be read and for ids that are
    missing or not unique. Finished steps are kept in the folder ``keep`` and taken up again there; it is the
    caller's to remove it when the result is written."""
    frugal()
    spread = Threads(threads())
    read = read_tables(tables, columns, encoding)
    second = read[0].num_rows
    source = np.zeros(sum(table.num_rows for table in read), dtype=np.int8)
    source[second:] = 1
    whole = pa.concat_tables(read)
    ids = Texts(whole[columns.id].combine_chunks())
    # An id that is also compared comes last.
    named = sorted(columns.kinds, key=lambda one: one[0] == columns.id)
    held = [(kind, whole[name]) for name, kind in named if name in whole.column_names]
    raws = list(spread(lambda one: _raw(*one), held))
    del whole, read, held
    judged = () if labels is None else _labels(labels, ids, second)
    kept: Kept = NOTHING
    if keep is not None:
        kept = Steps(
            keep,
            work_of(
                [*tables, *([labels] if labels else [])],
                (columns.id, columns.kinds, columns.region, encoding),
            ),
        )
    linked = link(
        raws, ids, source, labels=judged, threshold=threshold, region=columns.region, tell=tell, kept=kept,
        spread=spread,
    )  # fmt: skip
    return LinkedFiles(ids=ids, second=second, linked=linked, labels=len(judged), threshold=threshold)


def read_tables(tables: Sequence[Path], columns: Columns, encoding: str | None = None) -> list[pa.Table]:
    """Read the columns that are named, as text. Raises WrongUse for files that cannot be read and for ids
    that are missing or not unique."""
    read = [_read(path, columns, encoding) for path in tables]
    for path, table in zip(tables, read, strict=True):
        _check_ids(path, columns.id, table)
    return read


def write_pairs(found: LinkedFiles, out: Path) -> None:
    """Write ``left,right,p,bits``, sorted by the ids; ``out`` appears whole or not at all."""
    ids, linked = found.ids.arrow, found.linked
    left, right = ids.take(pa.array(linked.left)), ids.take(pa.array(linked.right))
    table = pa.table({"left": left, "right": right, "p": linked.p, "bits": linked.bits})
    _written(table.sort_by([("left", "ascending"), ("right", "ascending")]), out)


def write_clusters(found: LinkedFiles, out: Path) -> None:
    """Write ``id,cluster`` for every row. A cluster is named by the id of one of its rows. Where two tables
    use the same ids a third column, ``table`` (a or b), says whose row it is."""
    ids, linked = found.ids.arrow, found.linked
    columns: dict[str, Any] = {"id": ids, "cluster": ids.take(pa.array(linked.clusters))}
    if found.second < len(ids) and pc.count_distinct(ids).as_py() < len(ids):
        whose = pa.array(["a", "b"])
        of_cluster = whose.take(pa.array((linked.clusters >= found.second).astype(np.int8)))
        columns["cluster"] = pc.binary_join_element_wise(of_cluster, columns["cluster"], ":")
        columns["table"] = whose.take(pa.array((np.arange(len(ids)) >= found.second).astype(np.int8)))
    _written(pa.table(columns), out)


def _read(path: Path, columns: Columns, encoding: str | None) -> pa.Table:
    """Read the columns that are needed, all as text; what is empty is null."""
    wanted = [columns.id, *(name for name, _kind in columns.kinds if name != columns.id)]
    opened = open_table(path, encoding=encoding)
    if opened.format == "parquet":
        table = pq.read_table(path, columns=[name for name in wanted if name in opened.columns])
        table = _as_text(table)
    elif opened.format == "csv":
        table = _read_csv(path, opened.encoding, wanted)
    else:
        table = _from_rows(opened.rows(), opened.columns)
    missing = [name for name in wanted if name not in table.column_names]
    if columns.id in missing or len(missing) == len(wanted):
        raise WrongUse(
            N_("{path} has no column {column}."),
            N_("Its columns are: {known}."),
            path=path,
            column=missing[0],
            known=", ".join(table.column_names) or ", ".join(opened.columns),
        )
    for name in missing:
        table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table.select(wanted)


def _as_text(table: pa.Table) -> pa.Table:
    def text(column: pa.ChunkedArray) -> pa.ChunkedArray:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        return column.cast(pa.string())

    return pa.table({name: text(table[name]) for name in table.column_names})


def _read_csv(path: Path, codec: str, wanted: Sequence[str]) -> pa.Table:
    delimiter = sniff_delimiter(path, codec)
    try:
        header = pacsv.open_csv(
            path,
            read_options=pacsv.ReadOptions(encoding=codec),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        ).schema.names
        names = [name for name in wanted if name.strip() in {one.strip() for one in header}]
        table = pacsv.read_csv(
            path,
            read_options=pacsv.ReadOptions(encoding=codec),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                include_columns=[name for name in header if name.strip() in names],
                column_types={name: pa.string() for name in header},
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
        return table.rename_columns([name.strip() for name in table.column_names])
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError):
        # Torn quotes, rows of another width: the reader for placements repairs what can be repaired.
        opened = open_table(path)
        return _from_rows(opened.rows(), opened.columns)


def _from_rows(rows: Any, columns: tuple[str, ...]) -> pa.Table:
    names = [name.strip() for name in columns]
    held: list[list[str | None]] = [[] for _ in names]
    for row in rows:
        if not names:
            names = [name.strip() for name in row.cells]
            held = [[] for _ in names]
            continue
        for place, column in enumerate(held):
            column.append((row.cells[place] or None) if place < len(row.cells) else None)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, held, strict=True)})


def _check_ids(path: Path, name: str, table: pa.Table) -> None:
    ids = table[name]
    if ids.null_count:
        raise WrongUse(
            N_("{count} rows of {path} have no id in the column {column}."),
            N_("Give every row an id of its own."),
            count=ids.null_count,
            path=path,
            column=name,
        )
    twice = len(ids) - len(ids.unique())
    if twice:
        raise WrongUse(
            N_("{count} rows of {path} repeat an id of the column {column}."),
            N_("An id names a row, not a person: give every row an id of its own."),
            count=twice,
            path=path,
            column=name,
        )


def _raw(kind: str, column: pa.ChunkedArray) -> Raw:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Raw(kind=kind, codes=codes, values=Texts(encoded.dictionary))


def _labels(path: Path, ids: Sequence[str], second: int) -> tuple[Label, ...]:
    """Read ``left,right`` and a verdict (same, different, unsure; or 1 and 0); of two tables left is of the
    first."""
    table = _from_rows(open_table(path).rows(), ())
    verdict = next((name for name in VERDICTS if name in table.column_names), None)
    if verdict is None or any(name not in table.column_names for name in _COLUMNS):
        raise WrongUse(
            N_("{path} has no columns left, right and verdict."),
            N_("Write a pair a line: left,right,verdict with same, different or unsure."),
            path=path,
        )
    place = {name: at for at, name in enumerate(ids[:second])}
    other = {name: at for at, name in enumerate(ids[second:], second)} or place
    found = []
    rows = zip(*(table[name].to_pylist() for name in (*_COLUMNS, verdict)), strict=True)
    for number, (left, right, said) in enumerate(rows, 2):
        word = judgement(said)
        if word is Judgement.UNSURE:
            continue
        if word is None or left not in place or right not in other:
            raise WrongUse(
                N_("Row {row} of {path} names no row of the tables, or no verdict."),
                N_("Write ids as they stand in the tables, and same, different or unsure."),
                row=number,
                path=path,
            )
        found.append(Label(left=place[left], right=other[right], same=word is Judgement.SAME))
    return tuple(found)


def _write_csv(table: pa.Table, name: str) -> None:
    with open(name, "wb") as file:
        # pyarrow puts the names of columns in quotes whatever it is told.
        file.write(f"{','.join(table.column_names)}\n".encode())
        pacsv.write_csv(table, file, pacsv.WriteOptions(include_header=False))


def _written(table: pa.Table, out: Path) -> None:
    """Write beside the place and rename, so that a crash leaves no half result under the asked-for name."""
    write = pq.write_table if out.suffix.lower() == ".parquet" else _write_csv
    try:
        handle, name = tempfile.mkstemp(prefix=".link-", dir=out.parent)
        os.close(handle)
        try:
            write(table, name)
            Path(name).replace(out)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WrongUse(
            N_("{path} cannot be written: {reason}."),
            N_("Give a folder that can be written to and has room."),
            path=out,
            reason=error.strerror,
        ) from error
