"""What a return (退案) takes from the store besides the cases' own keys: their index, and files gone through.

A batch's key seals the name of its file and the rows that could not go in. They are about the debtors of that
file, so the key goes when the last of its cases goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, delete, select, update
from sqlmodel import col

from tracer.errors import WrongUse
from tracer.intake.mapping import Kind
from tracer.tables import Batch, Case, CaseKey, OutcomeRow, Placed, RejectedRow
from tracer.words import N_

# What stands for a key that was destroyed, where the column takes no NULL.
DESTROYED = b""


@contextmanager
def overwriting(connection: Connection) -> Iterator[None]:
    """Have SQLite write zeros over whatever is deleted, also on pages that it only gives back.

    Otherwise (secure_delete=FAST) it does so only on pages it writes anyhow.
    """
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete=FAST")


def unindex(connection: Connection, ids: Sequence[int]) -> None:
    """Take cases out of the blind index: what they shared with others can no longer be told."""
    for start in range(0, len(ids), 500):
        connection.execute(delete(CaseKey).where(col(CaseKey.case_id).in_(list(ids[start : start + 500]))))


def finish_batches(connection: Connection, clients: Sequence[str], returned: str) -> tuple[int, ...]:
    """Destroy the keys of these clients' batches that no case in hand needs, and what they sealed; give them.

    A file of which no row went in has no case to wait for: it goes with the client's last case.
    """
    gone: list[int] = []
    for client in clients:
        held = connection.execute(
            select(col(Case.id)).where(col(Case.client) == client, col(Case.state) != returned).limit(1)
        ).first()
        noted = _noted(connection, client, returned) if held else {}
        for batch in connection.execute(
            select(col(Batch.id), col(Batch.entry), col(Batch.kind)).where(
                col(Batch.client) == client, col(Batch.wrapped_key) != DESTROYED
            )
        ).all():
            if held is None:
                gone.append(batch.id)
                continue
            calls = batch.kind == Kind.OUTCOME
            waits = noted.get(batch.entry) if calls else _placed(connection, batch.id, returned)
            if waits is False:
                gone.append(batch.id)
    for start in range(0, len(gone), 500):
        part = gone[start : start + 500]
        connection.execute(delete(RejectedRow).where(col(RejectedRow.batch).in_(part)))
        connection.execute(
            update(Batch).where(col(Batch.id).in_(part)).values(wrapped_key=DESTROYED, sealed=DESTROYED)
        )
    return tuple(gone)


def _placed(connection: Connection, batch: int, returned: str) -> bool | None:
    """Whether a case with a row of this batch is still in hand; None when it has no case at all."""
    rows = select(col(Placed.id)).where(col(Placed.batch) == batch)
    here = rows.join(Case, col(Case.id) == col(Placed.case_id)).where(col(Case.state) != returned)
    if connection.execute(here.limit(1)).first() is not None:
        return True
    return None if connection.execute(rows.limit(1)).first() is None else False


def _noted(connection: Connection, client: str, returned: str) -> dict[int, bool]:
    """Whether a case is still in hand, by the entry under which its call notes came."""
    rows = connection.execute(
        select(col(OutcomeRow.entry), (col(Case.state) != returned).label("here"))
        .join(Case, col(Case.id) == col(OutcomeRow.case_id))
        .where(col(Case.client) == client)
        .distinct()
    )
    found: dict[int, bool] = {}
    for row in rows:
        found[row.entry] = found.get(row.entry, False) or bool(row.here)
    return found


def key_in_backup(backup: Path, pseudonym: str) -> bytes | None:
    """Give the wrapped key a backup of the store has of a case, or None; the backup is not touched."""
    try:
        uri = f"{backup.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            row = connection.execute(
                "SELECT wrapped_key FROM debt_case WHERE pseudonym = ?", (pseudonym,)
            ).fetchone()
    except sqlite3.Error as error:
        raise WrongUse(
            N_("{path} is no store"), N_("Name the backup of the store itself."), path=str(backup)
        ) from error
    return bytes(row[0]) if row is not None and row[0] is not None else None
