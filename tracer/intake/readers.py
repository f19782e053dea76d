"""One file as rows of text, whatever it is: told by its content, not by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tracer.errors import WrongUse
from tracer.intake.columnar import json_columns, parquet_columns, read_json_lines, read_parquet
from tracer.intake.delimited import read_delimited, sniff_delimiter
from tracer.intake.encoding import detect
from tracer.intake.rows import Row
from tracer.intake.workbook import OLE, Workbook
from tracer.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file ready to be read, again and again from its first row.

    ``format`` is csv, xlsx, parquet or jsonl. ``columns`` are the names of formats that carry them. ``size``
    is what ``tell`` counts up to while rows are read: bytes, or rows for xlsx and parquet.
    """

    path: Path
    format: str
    size: int
    unit: str
    encoding: str = ""
    delimiter: str = ""
    damaged: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    _book: Workbook | None = field(default=None, repr=False)

    def rows(self, tell: Callable[[int], None] = lambda done: None) -> Iterator[Row]:
        """Yield the rows in order; one pass, constant memory for text and Parquet."""
        if self._book is not None:
            return self._book.rows(self.sheet, tell)
        if self.format == "parquet":
            return read_parquet(self.path, tell)
        if self.format == "jsonl":
            return read_json_lines(self.path, self.encoding, self.columns, tell)
        return read_delimited(self.path, self.encoding, self.delimiter, tell)


def open_table(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str = "",
    prefer: Callable[[Opened], bool] | None = None,
) -> Opened:
    """Open the file; of several sheets take the named one, or the first that ``prefer`` likes.

    Raises WrongUse when the file is missing, empty, none of the formats, damaged, locked, in another encoding
    than declared, or has no such sheet.
    """
    head, size = _head(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", OLE)):
        return _open_workbook(path, sheet, prefer)
    if sheet:
        raise WrongUse(
            N_("{file} is no workbook and has no sheets"), N_("Leave --sheet out."), file=path.name
        )
    if head.startswith(b"PAR1"):
        columns, count = parquet_columns(path)
        return Opened(path=path, format="parquet", size=count, unit="rows", columns=columns)
    _refuse_other_kinds(path, head)
    found = detect(path, encoding)
    if _is_json(path, head, found.codec):
        columns = json_columns(path, found.codec)
        if not columns:
            raise WrongUse(
                N_("No line of {file} is a JSON object"),
                N_('Write one object a line: {{"case": "…", "name": "…"}}, not one array for all.'),
                file=path.name,
            )
        return Opened(
            path=path,
            format="jsonl",
            size=size,
            unit="bytes",
            encoding=found.codec,
            damaged=found.damaged,
            columns=columns,
        )
    return Opened(
        path=path,
        format="csv",
        size=size,
        unit="bytes",
        encoding=found.codec,
        damaged=found.damaged,
        delimiter=delimiter or sniff_delimiter(path, found.codec),
    )


def _head(path: Path) -> tuple[bytes, int]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise WrongUse(
            N_("{file} cannot be read: {reason}"),
            N_("Check the path and its permissions."),
            file=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise WrongUse(
            N_("{file} is empty"),
            N_("Ask for the file again: it was probably cut off on its way."),
            file=path.name,
        )
    return head, size


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:64].lower()
    kind = ""
    for magic, name in (
        (b"%pdf", "PDF"),
        (b"\x1f\x8b", "gzip"),
        (b"7z\xbc\xaf", "7z"),
        (b"rar!", "RAR"),
        (b"\x89png", "PNG"),
    ):
        if start.startswith(magic):
            kind = name
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")):
        kind = "HTML/XML"
    if kind:
        raise WrongUse(
            N_("{file} is {kind}, not a table this program reads"),
            N_(
                "Unpack it, or open it in a spreadsheet program and save it as XLSX or CSV UTF-8 (.xls "
                "files from web systems are often web pages)."
            ),
            file=path.name,
            kind=kind,
        )


def _is_json(path: Path, head: bytes, codec: str) -> bool:
    text = head.decode(codec, "replace").lstrip("\ufeff \r\n\t")
    if text.startswith("{"):
        return True
    return path.suffix.lower() in {".jsonl", ".ndjson", ".json"}


def _open_workbook(path: Path, sheet: str | None, prefer: Callable[[Opened], bool] | None) -> Opened:
    book = Workbook(path)

    def opened(name: str) -> Opened:
        return Opened(
            path=path, format="xlsx", size=0, unit="rows", sheet=name, sheets=book.sheets, _book=book
        )

    if sheet:
        chosen = book.check(sheet)
    else:
        filled = [name for name in book.sheets if book.height(name)]
        if not filled:
            raise WrongUse(
                N_("{file} has no sheet with anything in it"), N_("Ask for the file again."), file=path.name
            )
        chosen = filled[0]
        if prefer is not None and len(filled) > 1:
            chosen = next((name for name in filled if prefer(opened(name))), chosen)
    return Opened(
        path=path,
        format="xlsx",
        size=book.height(chosen),
        unit="rows",
        sheet=chosen,
        sheets=book.sheets,
        _book=book,
    )
