"""A vendor's invoice held line by line against our own ledger of billed answers.

A line is matched by the reference it was asked under, else by number and day. Nothing of the invoice is kept,
and a report names rows of the invoice and entries of the log, never a number.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import xlsxwriter

from graph.clean.dates import read_day
from graph.clean.money import read_amount
from graph.clean.phones import read_phones
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.desk.spending import Charge, charges
from tracer.errors import WrongUse
from tracer.intake.encoding import detect
from tracer.words import N_, _

# Days a vendor's clock and ours may differ by: time zones, and billing the night after.
TOLERANCE = dt.timedelta(days=1)
LARGEST = 500_000_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "idempotency_key", "idempotency-key", "client_reference", "流水号", "请求号"),
    "number": ("number", "phone", "phone_number", "mobile", "msisdn", "tn", "手机号", "手机号码", "号码"),
    "at": ("at", "date", "time", "timestamp", "called_at", "调用时间", "时间", "日期", "查询时间"),
    "amount": ("amount", "price", "fee", "charge", "cost", "金额", "费用", "单价"),
    "quantity": ("quantity", "count", "calls", "数量", "次数"),
}


class Verdict(StrEnum):
    """What a line of an invoice is, or one that should be there."""

    RIGHT = "right"
    WRONG_PRICE = "wrong_price"
    DOUBLE = "double"  # our one look-up, charged again
    NOT_BILLABLE = "not_billable"  # asked, and by its terms nothing was to be paid for that answer
    SETTLED = "settled"  # we did not know whether it was charged: it was
    NOT_OURS = "not_ours"  # no look-up of ours, or of a case that was returned and has no key any more
    UNREADABLE = "unreadable"
    MISSING = "missing"  # billed by our ledger, and not on the invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding: a row of the invoice (0: it is not there) and an entry of the log (0: none)."""

    verdict: Verdict
    row: int = 0
    entry: int = 0
    charged: int = 0
    ours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An invoice held against the ledger. Money is in minor units; ``counts`` are by verdict."""

    source: str
    since: dt.date
    until: dt.date
    lines: tuple[Line, ...]
    charged: int
    ours: int
    counts: Mapping[str, int]

    @property
    def clean(self) -> bool:
        """True when every line is right or settles what was not known, and none is missing."""
        return set(self.counts) <= {Verdict.RIGHT, Verdict.SETTLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    number: int
    cells: Mapping[str, str] = field(repr=False)
    day: dt.date | None
    amount: int | None


def check(
    office: Office,
    source: str,
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Checked:
    """Hold an invoice (CSV) against the look-ups of a source. The log says that it was done.

    The period is ``since`` to ``until``, else the first and the last day of the invoice. ``columns`` name its
    columns where they are called something else: reference, number, at, amount, quantity. Raises WrongUse
    when the source is not known, the file cannot be read, or it lacks what lines are matched by.
    """
    if office.config.source(source) is None:
        raise WrongUse(
            N_("There is no source {name} in the configuration"),
            N_("Known: {known}"),
            name=source,
            known=", ".join(one.id for one in office.config.sources) or "—",
        )
    rows, named, digest = _read(path, columns or {})
    days = [row.day for row in rows if row.day]
    first, last = since or min(days, default=None), until or max(days, default=None)
    if first is None or last is None:
        raise WrongUse(
            N_("{file} says no day, so it is not known which look-ups it is about"),
            N_("Say it: --since 2026-11-01 --until 2026-11-30"),
            file=path.name,
        )
    wide = charges(office, source=source, since=first - TOLERANCE, until=last + TOLERANCE)
    ledger = list(wide)
    if "reference" in named or "number" in named:
        lines = _line_by_line(office, rows, ledger, first, last)
    elif "quantity" in named:
        lines = _in_sum(office, rows, ledger, first, last)
    else:
        raise WrongUse(
            N_("{file} has no column its lines could be matched by"),
            N_("Name it with --column number=…, reference=… or quantity=…; its columns: {known}"),
            file=path.name,
            known=", ".join(sorted(set(named.values()))) or "—",
        )
    checked = Checked(
        source=source,
        since=first,
        until=last,
        lines=tuple(lines),
        charged=sum(row.amount or 0 for row in rows),
        ours=sum(one.price for one in ledger if one.billed and _within(office, one, first, last)),
        counts=dict(sorted(Counter(str(one.verdict) for one in lines).items())),
    )
    found = sum(count for verdict, count in checked.counts.items() if verdict != Verdict.RIGHT)
    office.write(
        "invoice_checked",
        body={
            "source": source,
            "file_digest": digest,
            "rows": len(rows),
            "found": found,
            "price": max(0, checked.charged),
            "spent": checked.ours,
        },
    )
    return checked


def save(checked: Checked, out: Path) -> None:
    """Write the report as XLSX: the totals, and every line that is not simply right."""
    with whole(out) as draft, xlsxwriter.Workbook(str(draft)) as book:
        bold = book.add_format({"bold": True})
        totals = book.add_worksheet(_("Totals"))
        rows: list[tuple[str, object]] = [
            (_("source"), checked.source),
            (_("from"), checked.since.isoformat()),
            (_("until"), checked.until.isoformat()),
            (_("charged"), checked.charged / 100),
            (_("by our ledger"), checked.ours / 100),
            (_("difference"), (checked.charged - checked.ours) / 100),
        ]
        rows += [(verdict, count) for verdict, count in checked.counts.items()]
        for at, (name, value) in enumerate(rows):
            totals.write(at, 0, name, bold)
            totals.write(at, 1, value)
        totals.set_column(0, 1, 24)
        sheet = book.add_worksheet(_("Lines"))
        head = (
            _("finding"),
            _("row of the invoice"),
            _("entry of the log"),
            _("charged"),
            _("by our ledger"),
        )
        sheet.write_row(0, 0, head, bold)
        wrong = [one for one in checked.lines if one.verdict is not Verdict.RIGHT]
        for at, one in enumerate(wrong, start=1):
            cells = (one.verdict, one.row or "", one.entry or "", one.charged / 100, one.ours / 100)
            sheet.write_row(at, 0, cells)
        sheet.set_column(0, 4, 20)


def _read(path: Path, columns: Mapping[str, str]) -> tuple[list[_Row], dict[str, str], str]:
    try:
        if path.stat().st_size > LARGEST:
            raise WrongUse(N_("{file} is too large to be an invoice."), file=path.name)
        content = path.read_bytes()
        text = content.decode(detect(path).codec, "replace")
    except OSError as error:
        raise WrongUse(
            N_("{file} cannot be read ({why})."),
            N_("Check that it is a file and that you may read it."),
            file=path.name,
            why=type(error).__name__,
        ) from error
    first = text.partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    reader = csv.DictReader(text.lstrip("\ufeff").splitlines(), delimiter=separator)
    head = [(name or "").strip() for name in reader.fieldnames or ()]
    reader.fieldnames = head
    named = {}
    for what, usual in COLUMNS.items():
        wanted = columns.get(what)
        if wanted is not None and wanted not in head:
            raise WrongUse(
                N_("{file} has no column {name}"),
                N_("Its columns: {known}"),
                file=path.name,
                name=wanted,
                known=", ".join(head) or "—",
            )
        found = wanted or next((name for name in head if name.casefold() in usual), None)
        if found:
            named[what] = found
    rows = []
    for number, cells in enumerate(reader, start=2):
        mine = {what: (cells.get(name) or "").strip() for what, name in named.items()}
        if not any(mine.values()):
            continue
        day = read_day(mine.get("at", "").replace("T", " ").split(" ")[0]).value if mine.get("at") else None
        amount = read_amount(mine["amount"]).value if mine.get("amount") else None
        rows.append(_Row(number=number, cells=mine, day=day, amount=amount))
    return rows, named, hashlib.sha256(content).hexdigest()


def _line_by_line(
    office: Office, rows: Sequence[_Row], ledger: Sequence[Charge], first: dt.date, last: dt.date
) -> list[Line]:
    by_reference = {one.reference: one for one in ledger if one.reference}
    by_number: dict[str, list[Charge]] = defaultdict(list)
    for one in ledger:
        by_number[one.number].append(one)
    taken: set[int] = set()
    lines = []
    for row in rows:
        known = by_reference.get(row.cells.get("reference", ""))
        several = [known] if known else _asked(office, row, by_number)
        if several is None or (row.amount is None and row.cells.get("amount")):
            lines.append(Line(verdict=Verdict.UNREADABLE, row=row.number))
            continue
        lines.append(_judged(row, several, taken))
    lines += [
        Line(verdict=Verdict.MISSING, entry=one.entry, ours=one.price)
        for one in ledger
        if one.billed and one.entry not in taken and _within(office, one, first, last)
    ]
    return lines


def _asked(office: Office, row: _Row, by_number: Mapping[str, list[Charge]]) -> list[Charge] | None:
    """The look-ups about the number of a row, near its day; None when it cannot be read."""
    phones = read_phones(row.cells.get("number", ""), office.config.region).value
    if not phones:
        return None
    found: dict[int, Charge] = {}
    for case in office.store.evidence.having(f"phone:{phones[0].key}"):
        for one in by_number.get(case.unsealed.pseudonym("number", phones[0].key), ()):
            day = one.at.astimezone(office.config.zone).date()
            if row.day is None or abs(day - row.day) <= TOLERANCE:
                found[one.entry] = one
    # The same day before the next, a billed one before one that was not.
    return sorted(
        found.values(),
        key=lambda one: (
            abs(one.at.astimezone(office.config.zone).date() - row.day) if row.day else TOLERANCE,
            {True: 0, None: 1, False: 2}[one.billed],
            one.entry,
        ),
    )


def _judged(row: _Row, several: Sequence[Charge], taken: set[int]) -> Line:
    charged = row.amount or 0
    left = [one for one in several if one.entry not in taken]
    if not left:
        verdict = Verdict.DOUBLE if several else Verdict.NOT_OURS
        entry = several[0].entry if several else 0
        return Line(verdict=verdict, row=row.number, entry=entry, charged=charged)
    one = left[0]
    already = any(other.billed and other.entry in taken for other in several)
    if one.billed is False and already:
        return Line(verdict=Verdict.DOUBLE, row=row.number, entry=several[0].entry, charged=charged)
    taken.add(one.entry)
    if one.billed is False:
        verdict = Verdict.NOT_BILLABLE
    elif one.billed is None:
        verdict = Verdict.SETTLED
    else:
        verdict = Verdict.RIGHT if row.amount in (None, one.price) else Verdict.WRONG_PRICE
    return Line(verdict=verdict, row=row.number, entry=one.entry, charged=charged, ours=one.price)


def _in_sum(
    office: Office, rows: Sequence[_Row], ledger: Sequence[Charge], first: dt.date, last: dt.date
) -> list[Line]:
    """An invoice of sums: counts and money of the period as a whole; one line says how they differ."""
    billed = [one for one in ledger if one.billed and _within(office, one, first, last)]
    quantities = [row.cells.get("quantity", "").replace(",", "") for row in rows]
    if not all(text.isdigit() for text in quantities):
        return [Line(verdict=Verdict.UNREADABLE, row=rows[0].number if rows else 0)]
    many, charged = sum(int(text) for text in quantities), sum(row.amount or 0 for row in rows)
    ours = sum(one.price for one in billed)
    row = rows[0].number if rows else 0
    if many > len(billed):
        return [Line(verdict=Verdict.NOT_OURS, row=row, charged=charged, ours=ours)]
    if many < len(billed):
        return [Line(verdict=Verdict.MISSING, row=row, charged=charged, ours=ours)]
    verdict = Verdict.RIGHT if charged == ours else Verdict.WRONG_PRICE
    return [Line(verdict=verdict, row=row, charged=charged, ours=ours)]


def _within(office: Office, one: Charge, first: dt.date, last: dt.date) -> bool:
    return first <= one.at.astimezone(office.config.zone).date() <= last
