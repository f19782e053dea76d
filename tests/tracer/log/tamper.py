"""Ten attacks on the log's database, each with and without the signing key, and who finds them.

The log has 60 entries; the last checkpoint, which the witness holds too, is of 50. The attacker administers
the machine: he takes the triggers out, puts them back, and sees whatever is in the home. Without the signing
key he leaves the checkpoints beside the log, or drops them; with it he rebuilds the whole tree and signs it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracer.log import Draft, Head, Log, Notary, Signer, tree
from tracer.log.entry import COLUMNS, Row, entry_text
from tracer.log.tables import TRIGGER_NAMES, TRIGGERS
from tracer.log.witness import WitnessFile
from tracer.proof import Checkpoint

SIZE, WITNESSED, BACKUP, EVERY = 60, 50, 30, 10
WINDOW = "edit after the last witnessed checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What was done, whether with the signing key, and whether it was found without and with the witness.

    ``refused`` is whether the witness, handed the log's next checkpoint, took it for no extension.
    """

    name: str
    stolen: bool
    alone: bool
    witnessed: bool
    refused: bool


Rows = list[list[object]]


def _edit(rows: Rows, seq: int = 21) -> Rows:
    rows[seq - 1][8] = '{"reason":"COMPLAINT"}'
    return rows


def _back_dated(rows: Rows) -> Rows:
    return [*rows[:20], list(rows[19]), *rows[20:]]


def _swapped(rows: Rows) -> Rows:
    first, second = rows[20], rows[24]
    rows[20] = [*first[:2], *second[2:]]
    rows[24] = [*second[:2], *first[2:]]
    return rows


# How the entries are changed. What else is changed with them is in _strike.
CHANGES: dict[str, Callable[[Rows], Rows]] = {
    "edit an entry": _edit,
    "edit, leaf hashed again": _edit,
    "edit, whole tree rebuilt": _edit,
    "delete in the middle": lambda rows: [*rows[:20], *rows[21:]],
    "cut off the end": lambda rows: rows[:45],
    "cut off the end, drop checkpoints": lambda rows: rows[:45],
    "restore an old backup": lambda rows: rows,
    "insert, dated back": _back_dated,
    "reorder": _swapped,
    WINDOW: lambda rows: _edit(rows, 55),
}


def matrix(folder: Path) -> tuple[Attack, ...]:
    """Try every attack both ways; 20 rows, the same each time."""
    signer = Signer("look-up-log/tamper", bytes(31) + b"\x01")
    whole = folder / "whole.db"
    witness = WitnessFile("paper", folder / "witness.txt", signer.key)
    _grow(folder, whole, signer, witness)
    found = []
    for name, change in CHANGES.items():
        for stolen in (False, True):
            database = folder / f"attacked-{len(found)}.db"
            shutil.copy(folder / "backup.db" if name == "restore an old backup" else whole, database)
            if name != "restore an old backup":
                _strike(database, name, change, signer if stolen else None)
            found.append(_looked_at(database, signer, witness, name, stolen=stolen))
    return tuple(found)


def untouched(folder: Path) -> Attack:
    """The control: nothing was changed, and nobody may find anything."""
    signer = Signer("look-up-log/tamper", bytes(31) + b"\x01")
    witness = WitnessFile("paper", folder / "witness.txt", signer.key)
    _grow(folder, folder / "whole.db", signer, witness)
    return _looked_at(folder / "whole.db", signer, witness, "nothing", stolen=False)


def _grow(folder: Path, database: Path, signer: Signer, witness: WitnessFile) -> None:
    moment = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)

    def clock() -> dt.datetime:
        nonlocal moment
        moment += dt.timedelta(seconds=1)
        return moment

    with Log.create(database, clock, notary=Notary(signer, every=EVERY, seconds=1e6)) as log:
        for number in range(1, WITNESSED + 1):
            log.append(_entry(number))
            if number % EVERY == 0:
                assert witness.take(log.checkpoint().note, log, 0).taken
            if number == BACKUP:
                backup = folder / "backup.db"
                with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(backup)) as copy:
                    old.backup(copy)
    # A process that dies before it signs: what it wrote is in the log, and nobody has seen it.
    with Log.open(database, clock) as log:
        for number in range(WITNESSED + 1, SIZE + 1):
            log.append(_entry(number))


def _entry(number: int) -> Draft:
    return Draft("reveal", actor="li.ming", body={"reason": "PROMISE", "counts": {"calls": number}})


def _looked_at(database: Path, signer: Signer, witness: WitnessFile, name: str, *, stolen: bool) -> Attack:
    held: tuple[Head, ...] = witness.held().heads
    with Log.open(database, notary=Notary(signer)) as log:
        alone = log.verify()
        witnessed = log.verify(earlier=held)
    # The witness's own way to find it: the honest program goes on, signs, and hands over.
    beside = WitnessFile("copy", Path(f"{database}.witness"), signer.key)
    shutil.copy(witness.path, beside.path)
    with Log.open(database, notary=Notary(signer)) as log:
        log.append(Draft("sign_in", actor="li.ming"))
        said = beside.take(log.checkpoint().note, log, WITNESSED)
    return Attack(
        name=name, stolen=stolen, alone=not alone.ok, witnessed=not witnessed.ok, refused=said.alarm
    )


def _strike(database: Path, name: str, change: Callable[[Rows], Rows], signer: Signer | None) -> None:
    naive = name in ("edit an entry", "edit, leaf hashed again") and signer is None
    with _without_triggers(database) as connection:
        table = connection.execute(f"SELECT {COLUMNS} FROM log_entry ORDER BY seq").fetchall()
        rows = change([list(row) for row in table])
        for place, row in enumerate(rows):
            row[0] = place + 1
            if name != "edit an entry" or signer is not None:
                row[9] = tree.leaf_hash(entry_text(*_row(row)).encode())
        connection.execute("DELETE FROM log_entry")
        places = ",".join("?" * 10)
        connection.executemany(f"INSERT INTO log_entry ({COLUMNS}) VALUES ({places})", rows)
        if not naive:
            connection.execute("DELETE FROM log_node")
            frontier = tree.Frontier()
            roots = {}
            for row in rows:
                connection.executemany("INSERT INTO log_node VALUES (?, ?, ?)", list(frontier.add(row[9])))
                roots[frontier.size] = frontier.root()
            if signer is not None:
                _sign_again(connection, roots, signer)
            elif name == "cut off the end, drop checkpoints":
                connection.execute("DELETE FROM log_checkpoint WHERE size > ?", (len(rows),))


def _sign_again(connection: sqlite3.Connection, roots: dict[int, bytes], signer: Signer) -> None:
    kept = connection.execute("SELECT size, at FROM log_checkpoint").fetchall()
    connection.execute("DELETE FROM log_checkpoint")
    for size, at in kept:
        if size in roots:
            note = signer.sign(str(Checkpoint(signer.key.name, size, roots[size])))
            connection.execute("INSERT INTO log_checkpoint VALUES (?, ?, ?)", (size, at, str(note)))


def _row(row: list[object]) -> Row:
    return tuple(row)


@contextmanager
def _without_triggers(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database)) as connection:
        for name in TRIGGER_NAMES:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield connection
        for trigger in TRIGGERS:
            connection.execute(trigger)
        connection.commit()


def table(attacks: tuple[Attack, ...]) -> str:
    """The matrix as a Markdown table: what is found, alone and with a witness, by both sorts of attacker."""

    def found(name: str, stolen: bool, field: str) -> str:
        attack = next(one for one in attacks if (one.name, one.stolen) == (name, stolen))
        return "found" if getattr(attack, field) else "missed"

    rows = [
        "| attack | database only | with the key | database only, witness | with the key, witness |",
        "|---|---|---|---|---|",
    ]
    for name in CHANGES:
        cells = [
            found(name, False, "alone"),
            found(name, True, "alone"),
            found(name, False, "witnessed"),
            found(name, True, "witnessed"),
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    counts = [
        sum(getattr(one, field) for one in attacks if one.stolen is stolen)
        for field, stolen in (("alone", False), ("alone", True), ("witnessed", False), ("witnessed", True))
    ]
    rows.append(f"| **of {len(CHANGES)}** | {' | '.join(f'**{count}**' for count in counts)} |")
    return "\n".join(rows)
