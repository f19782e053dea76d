"""A new master key: every data key of the store wrapped anew under it, in one transaction.

Erasing is not DELETE: pages given back, write-ahead logs and backups keep old bytes. Once all keys are
wrapped under another master key, the old one can be destroyed, and with it whatever still lies about.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, func, select, text
from sqlmodel import col

from tracer.errors import WrongUse
from tracer.store.database import Database
from tracer.store.shredding import DESTROYED, overwriting
from tracer.tables import Batch, Case
from tracer.words import N_

_PAGE = 5000


def same_epoch(connection: Connection, epoch: int) -> None:
    """Refuse to make keys under a master key that was replaced meanwhile; raises WrongUse.

    Called within the transaction that stores the new key, so none can be made between this and a rotation.
    """
    in_force = connection.exec_driver_sql("PRAGMA user_version").scalar() or 1
    if in_force != epoch:
        raise WrongUse(
            N_("The master key was replaced while this command ran"),
            N_("Run it again: it goes on where it stopped, under the new key."),
        )


def rewrap(database: Database, progress: Callable[[int, int], None] | None = None) -> int:
    """Wrap every data key under the vault's epoch in force; gives how many. All of them or none."""
    vault = database.vault
    done = 0
    with database.write() as connection, overwriting(connection):
        total = sum(
            connection.execute(select(func.count()).select_from(table).where(_held(table))).scalar() or 0
            for table in (Case, Batch)
        )
        for table in (Case, Batch):
            last = 0
            while rows := connection.execute(
                select(col(table.id), col(table.wrapped_key))
                .where(_held(table), col(table.id) > last)
                .order_by(col(table.id))
                .limit(_PAGE)
            ).all():
                keys = vault.rotate([row.wrapped_key for row in rows])
                connection.execute(
                    text(f"UPDATE {table.__tablename__} SET wrapped_key = :key WHERE id = :which"),  # noqa: S608
                    [{"which": row.id, "key": key} for row, key in zip(rows, keys, strict=True)],
                )
                last = rows[-1].id
                done += len(rows)
                if progress:
                    progress(done, total)
        connection.exec_driver_sql(f"PRAGMA user_version={int(vault.epoch)}")
    return done


def _held(table: type[Case] | type[Batch]) -> ColumnElement[bool]:
    return col(table.wrapped_key).is_not(None) & (col(table.wrapped_key) != DESTROYED)
