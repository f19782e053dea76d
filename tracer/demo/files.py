"""Writes the market's files as creditors and employers send them: placements, updates, call notes, rosters.

northbank sends GB18030 CSV with the columns of a consumer-finance placement, harborcredit an XLSX workbook
with English ones. Equal worlds give equal bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from tracer.demo import cells, columns
from tracer.demo.calls import Call, first_pass
from tracer.demo.settings import settings
from tracer.demo.world import COUNTRY, HARBORCREDIT, NORTHBANK, PlacedCase, World

Cell = str | int | float | dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where each file is. ``placements``, ``updates`` and ``outcomes`` are by client."""

    folder: Path
    placements: Mapping[str, Path]
    updates: Mapping[str, Path]
    outcomes: Mapping[str, Path]
    roster: Path
    roster_parquet: Path
    today: dt.date

    def config(self, *, base_url: str, token_url: str, client_id: str, secret_env: str) -> str:
        """Give the configuration for these files as TOML, with the carrier at ``base_url``."""
        return settings(
            self.today,
            roster=self.roster,
            base_url=base_url,
            token_url=token_url,
            client_id=client_id,
            secret_env=secret_env,
        )


def write_files(world: World, folder: Path) -> Files:
    """Write all files of the market into ``folder``, which is made if it is missing; give where each is."""
    folder.mkdir(parents=True, exist_ok=True)
    # Text seeds are hashed with SHA-512 by random itself, so this does not depend on the process.
    dice = random.Random(f"files-{world.seed}")
    calls = tuple(first_pass(world))
    files = Files(
        folder=folder,
        placements={
            NORTHBANK: folder / "northbank_来案.csv",
            HARBORCREDIT: folder / "harborcredit_placement.xlsx",
        },
        updates={NORTHBANK: folder / "northbank_更新.csv", HARBORCREDIT: folder / "harborcredit_update.csv"},
        outcomes={NORTHBANK: folder / "northbank_催记.csv", HARBORCREDIT: folder / "harborcredit_calls.csv"},
        roster=folder / "roster.csv",
        roster_parquet=folder / "roster.parquet",
        today=world.today,
    )
    bank = [case for case in world.cases if case.client == NORTHBANK]
    lender = [case for case in world.cases if case.client == HARBORCREDIT]
    _write_csv(files.placements[NORTHBANK], "gb18030", columns.NORTHBANK, _northbank(dice, bank))
    _write_xlsx(
        files.placements[HARBORCREDIT],
        "Placement",
        columns.HARBORCREDIT,
        _harborcredit(dice, lender),
        world.today,
    )
    _write_csv(files.updates[NORTHBANK], "gb18030", columns.NORTHBANK_UPDATE, _updates(world, NORTHBANK))
    _write_csv(
        files.updates[HARBORCREDIT], "utf-8-sig", columns.HARBORCREDIT_UPDATE, _updates(world, HARBORCREDIT)
    )
    _write_csv(files.outcomes[NORTHBANK], "gb18030", columns.NORTHBANK_CALLS, _calls(calls, NORTHBANK))
    _write_csv(files.outcomes[HARBORCREDIT], "utf-8", columns.HARBORCREDIT_CALLS, _calls(calls, HARBORCREDIT))
    rows = [(e.employee_id, e.name, e.phone, e.employer, e.updated.isoformat()) for e in world.roster]
    _write_csv(files.roster, "utf-8", columns.ROSTER, rows)
    arrays = [pa.array([row[at] for row in rows], pa.string()) for at in range(len(columns.ROSTER))]
    pq.write_table(pa.table(arrays, names=list(columns.ROSTER)), files.roster_parquet)
    return files


def northbank_row(dice: random.Random, case: PlacedCase) -> list[str]:
    """Give one row of northbank's placement, damage included."""
    draw, debtor = dice.random, case.debtor
    work = debtor.workplace
    principal = case.amount * 8 // 10
    row = [
        case.number,
        "线上",
        "安心贷",
        "城东分部",
        f"M{case.overdue_days // 30}",
        case.placed_on.isoformat(),
        case.return_by.strftime("%Y%m%d"),
        f"JJ{case.number[2:]}",
        case.name,
        f"U{case.number[4:]}",
        case.id,
        _yuan(case.amount),
        case.phone,
        _yuan(case.amount),
        "安心贷十二期",
        "北辰虚构银行",
        _yuan(case.monthly * 12),
        "12",
        cells.day(draw, case.loan_on),
        str(case.overdue_days),
        work.name if work else cells.nothing(draw),
        case.work_phone,
        work.address if work else cells.nothing(draw),
        debtor.address,
        *case.spouse,
        _yuan(case.monthly * 2),
        _yuan(case.amount),
        _yuan(principal),
        f"HT{case.number[2:]}",
        debtor.address if draw() < 0.6 else cells.nothing(draw),
        "15",
        _yuan(case.amount // 10),
        "0",
        _yuan(case.amount // 20),
        _yuan(case.monthly),
        str(case.overdue_days),
        cells.day(draw, case.last_paid),
    ]
    for name, _, phone in case.contacts:
        row += (name, phone)
    row += [""] * (2 * (columns.CONTACTS - len(case.contacts)))
    row.append(debtor.employee_id)
    return row


def _northbank(dice: random.Random, cases: Sequence[PlacedCase]) -> Iterator[Sequence[str]]:
    for index, case in enumerate(cases):
        yield northbank_row(dice, case)
        if index == 3:
            # Somebody deleted a cell: a whole row of which nobody can say what case it is.
            row = northbank_row(dice, case)
            row[0] = row[7] = row[9] = row[29] = ""
            yield row
    total = [""] * len(columns.NORTHBANK)
    total[0] = "合计"
    total[11] = total[13] = _yuan(sum(case.amount for case in cases))
    yield total


def _harborcredit(dice: random.Random, cases: Sequence[PlacedCase]) -> Iterator[Sequence[Cell]]:
    draw = dice.random
    for case in cases:
        debtor = case.debtor
        work = debtor.workplace
        row: list[Cell] = [
            case.number,
            f"4{case.number[3:]}77",
            case.name,
            case.id,
            cells.day(draw, debtor.person.born, american=True),
            case.phone,
            case.work_phone,
            debtor.address,
            work.name if work else "N/A",
            work.address if work else "",
            debtor.employee_id,
            case.amount / 100,
            "USD",
            "Personal loan",
            case.loan_on,
            case.placed_on,
            case.return_by,
            case.last_paid or "N/A",
            case.overdue_days,
            *case.spouse,
        ]
        for contact in case.contacts:
            row += contact
        row += [""] * (len(columns.HARBORCREDIT) - len(row))
        yield row


def _updates(world: World, client: str) -> Iterator[Sequence[str]]:
    for update in world.updates:
        if update.client == client:
            phone = cells.phones(lambda: 0.5, [update.phone], COUNTRY[client])[0] if update.phone else ""
            money, day = _yuan(update.amount), update.updated.isoformat()
            if client == NORTHBANK:
                yield update.number, money, phone, "客户来电更新" if phone else "", day
            else:
                yield update.number, money, phone, day


def _calls(calls: Iterable[Call], client: str) -> Iterator[Sequence[str]]:
    for call in calls:
        if call.case.client != client:
            continue
        at = f"{call.at:%Y-%m-%d %H:%M:%S}"
        follow_up = call.follow_up_on.isoformat() if call.follow_up_on else ""
        number = cells.phones(lambda: 0.5, [call.number], COUNTRY[client])[0]
        if client == NORTHBANK:
            yield (
                call.case.number,
                number,
                call.person,
                call.relation,
                call.code,
                at,
                call.note,
                _yuan(call.promised) if call.promised else "",
                call.promised_on.isoformat() if call.promised_on else "",
                follow_up,
                "坐席07",
            )
        else:
            yield (
                call.case.number,
                number,
                call.person,
                call.relation,
                call.code,
                at,
                call.note,
                follow_up,
                "agent12",
            )


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _write_csv(path: Path, encoding: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _write_xlsx(
    path: Path,
    sheet: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    today: dt.date,
) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    # A fixed time of making: equal worlds give equal bytes.
    book.set_properties({"created": dt.datetime.combine(today, dt.time(9, 0)), "author": "harborcredit"})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, header)
    for index, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                page.write_datetime(index, column, dt.datetime.combine(value, dt.time()))
            elif isinstance(value, str):
                if value:
                    page.write_string(index, column, value)
            else:
                page.write_number(index, column, value)
    book.close()
