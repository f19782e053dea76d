"""XLSX as rows of text. The archive is weighed first: a bomb, a torn file or a password stops here."""

from __future__ import annotations

import datetime as dt
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import python_calamine as calamine

from tracer.errors import WrongUse
from tracer.intake.rows import Row, cap, number_text
from tracer.words import N_

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A million rows of sixty filled columns unpack to about 4 GiB; nobody's placement is larger. Ours.
MAX_UNPACKED = 4 << 30
# Sheets shrink 5 to 40 times, a sheet of one repeated value about 100 (measured with xlsxwriter); bombs 1000.
MAX_RATIO = 300
_RATIO_FROM = 64 << 20
MAX_PARTS = 5_000
# The reader holds a sheet as a full rectangle, some 32 bytes a cell: a lone cell in XFD1048576 would ask for
# half a terabyte. A rectangle this large must be filled at least to one cell in a hundred.
_RECTANGLE = 20_000_000
_SPARSE = 100
MAX_RECTANGLE = 150_000_000

# Cells with something in them (an empty one with a style closes itself and is not kept): far columns, far
# rows, and far rows whose cells do not say where they are.
_FAR_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{2,3})\d+["'][^>]{0,200}(?<!/)>""")
_FAR_ROW = re.compile(rb"""\sr\s*=\s*["'][A-Za-z]{1,3}(\d{5,7})["'][^>]{0,200}(?<!/)>""")
_FAR_ROW_OF_CELLS = re.compile(
    rb"""row\s[^>]{0,200}\br\s*=\s*["'](\d{5,7})["'][^>]{0,200}(?<!/)>\s*<(?:\w+:)?c[ >](?!r=)"""
)
_REMEDY_AGAIN = N_("Ask for the file again, or open it in a spreadsheet program and save it as CSV UTF-8.")


def weigh(path: Path) -> None:
    """Refuse a workbook that is torn, locked or would not fit into memory; all is unpacked once to know.

    Raises WrongUse. Sizes are counted by unpacking, because the sizes an archive states may lie.
    """
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names and not any(name.startswith("xl/workbook") for name in names):
                raise WrongUse(
                    N_("{file} is a ZIP archive, not a workbook"),
                    N_("Unpack it first (with its password, if it has one) and import the files inside."),
                    file=path.name,
                )
            if any(part.flag_bits & 1 for part in parts):
                raise _locked(path)
            stated = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or stated > MAX_UNPACKED:
                raise _bomb(path, size, stated)
            total = 0
            for part in parts:
                total += _unpacked(path, raw, part, size, total)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
    ) as error:
        raise _torn(path) from error


def _unpacked(path: Path, file: BinaryIO, part: zipfile.ZipInfo, size: int, before: int) -> int:
    """Give the bytes one part unpacks to; refuse on the way as soon as it is too much."""
    if part.header_offset < 0:
        raise zipfile.BadZipFile("the beginning is missing")
    file.seek(part.header_offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    file.seek(name_length + extra_length, 1)
    left = part.compress_size
    unpack = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    if unpack is None and part.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile("compression not used by workbooks")
    sheet = _Extent(path) if re.fullmatch(r"/?xl/worksheets/[^/]+\.xml", part.filename, re.I) else None
    count, crc = 0, 0
    while left > 0 or (unpack is not None and unpack.unconsumed_tail):
        if unpack is not None and unpack.unconsumed_tail:
            data = unpack.unconsumed_tail
        else:
            data = file.read(min(left, 1 << 18))
            if not data:
                raise EOFError("the archive ends early")
            left -= len(data)
        plain = unpack.decompress(data, 1 << 20) if unpack is not None else data
        count += len(plain)
        crc = zlib.crc32(plain, crc)
        if before + count > MAX_UNPACKED or (
            count > _RATIO_FROM and count > MAX_RATIO * max(1, part.compress_size)
        ):
            raise _bomb(path, size, before + count)
        if sheet is not None:
            sheet.see(plain)
        if unpack is not None and unpack.eof:
            break
    if crc != part.CRC:
        raise zipfile.BadZipFile("wrong checksum")
    if sheet is not None:
        sheet.judge()
    return count


class _Extent:
    """How large a rectangle a sheet spans and how many cells are in it, from its XML as it goes by."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cells = 0
        self.columns: set[bytes] = set()
        self.row = 99_999
        self.tail = b""

    def see(self, plain: bytes) -> None:
        text = self.tail + plain
        self.cells += plain.count(b"<c ") + plain.count(b"<c\n") + plain.count(b"<c>") + plain.count(b":c ")
        self.columns.update(_FAR_COLUMN.findall(text))
        rows = _FAR_ROW.findall(text) + _FAR_ROW_OF_CELLS.findall(text)
        if rows:
            self.row = max(self.row, max(map(int, rows)))
        self.tail = text[-400:]

    def judge(self) -> None:
        width = max((_column(letters) for letters in self.columns), default=26)
        rectangle = self.row * width
        if (rectangle > MAX_RECTANGLE and self.cells * 10 < rectangle) or (
            rectangle > _RECTANGLE and self.cells * _SPARSE < rectangle
        ):
            raise WrongUse(
                N_(
                    "{file} spans {rows} rows and {columns} columns with hardly a cell filled: it would not "
                    "fit into memory"
                ),
                N_(
                    "Delete the empty rows and columns behind the table in a spreadsheet program and save it "
                    "again, or save it as CSV."
                ),
                file=self.path.name,
                rows=self.row,
                columns=width,
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class Workbook:
    """An opened workbook: its visible sheets, and the rows of each as text."""

    def __init__(self, path: Path) -> None:
        """Open the workbook; WrongUse when it is torn, locked, a bomb or none at all."""
        self.path = path
        with path.open("rb") as file:
            magic = file.read(8)
        if magic == OLE:
            if _encrypted(path):
                raise _locked(path)
            if path.stat().st_size > 256 << 20:
                raise _torn(path)
        else:
            weigh(path)
        try:
            self._book = calamine.CalamineWorkbook.from_path(path)
            visible = calamine.SheetVisibleEnum.Visible
            work = calamine.SheetTypeEnum.WorkSheet
            shown = [
                sheet.name
                for sheet in self._book.sheets_metadata
                if sheet.visible == visible and sheet.typ == work
            ]
        except calamine.PasswordError as error:
            raise _locked(path) from error
        except calamine.CalamineError as error:
            raise _torn(path) from error
        except BaseException as error:
            # The reader's Rust panics arrive as a BaseException of its own.
            if type(error).__name__ == "PanicException":
                raise _torn(path) from None
            raise
        self.sheets: tuple[str, ...] = tuple(shown) or tuple(self._book.sheet_names)

    def check(self, sheet: str) -> str:
        """Give the sheet of that name; WrongUse lists the sheets when there is none."""
        if sheet in self._book.sheet_names:
            return sheet
        raise WrongUse(
            N_("{file} has no sheet {sheet}; its sheets are {sheets}"),
            N_("Name one of them with --sheet."),
            file=self.path.name,
            sheet=sheet,
            sheets=", ".join(self.sheets) or "-",
        )

    def rows(self, sheet: str, tell: Callable[[int], None] = lambda done: None) -> Iterator[Row]:
        """Yield the sheet's rows as text, numbered as on screen; ``tell`` hears how many were read."""
        first, opened = self._sheet(sheet)
        number = 0
        while True:
            try:
                values = next(opened, None)
            except calamine.CalamineError as error:
                raise _torn(self.path) from error
            if values is None:
                return
            number += 1
            cells = [value if type(value) is str else cell_text(value) for value in values]
            if first:
                cells = [""] * first + cells
            cells, faults = cap(cells)
            yield Row(number, cells, faults)
            if not number & 1023:
                tell(number)

    def height(self, sheet: str) -> int:
        """Give the number of rows up to the last one in use."""
        try:
            end = self._book.get_sheet_by_name(sheet).end
            return int(end[0]) + 1 if end else 0
        except calamine.CalamineError as error:
            raise _torn(self.path) from error

    def _sheet(self, sheet: str) -> tuple[int, Iterator[Sequence[object]]]:
        try:
            found = self._book.get_sheet_by_name(sheet)
            return (found.start[1] if found.start else 0), iter(found.iter_rows())
        except calamine.CalamineError as error:
            raise _torn(self.path) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise _torn(self.path) from None
            raise


def cell_text(value: object) -> str:
    """Write a spreadsheet's value as the text a person would have typed; dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else number_text(float(value))
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


def _encrypted(path: Path) -> bool:
    # [MS-OFFCRYPTO] 2.3.4: the OLE directory of a protected workbook holds a stream of this name.
    mark = "EncryptedPackage".encode("utf-16-le")
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if mark in tail + chunk:
                return True
            tail = chunk[-64:]
    return False


def _torn(path: Path) -> WrongUse:
    return WrongUse(N_("The workbook {file} is damaged or cut off"), _REMEDY_AGAIN, file=path.name)


def _locked(path: Path) -> WrongUse:
    return WrongUse(
        N_("The workbook {file} is protected by a password"),
        N_("Open it with its password, remove the protection and save it, then import that file."),
        file=path.name,
    )


def _bomb(path: Path, size: int, unpacked: int) -> WrongUse:
    return WrongUse(
        N_("{file} is {size} MB and unpacks to more than {unpacked} MB: it is not opened"),
        N_("Ask where it comes from. A real table of this size is better sent as CSV or Parquet."),
        file=path.name,
        size=round(size / 1e6, 1),
        unpacked=round(unpacked / 1e6),
    )
