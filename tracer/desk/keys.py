"""The master key replaced: what is left of destroyed keys in backups and freed pages opens no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracer.desk.office import Office
from tracer.store.rewrap import rewrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation did: the epoch in force, how many data keys it wraps, and the entry that says so."""

    epoch: int
    keys: int
    entry: int


def rotate(office: Office, progress: Callable[[int, int], None] | None = None) -> Rotated:
    """Make the next epoch's master key, wrap every data key under it, and destroy the old ones.

    A crash before the old keys are destroyed leaves both in place and the store readable: run it again.
    Raises LogUnavailable when the master key comes from outside, WrongUse while others read.
    """
    epoch = office.vault.begin_epoch()
    keys = rewrap(office.store.database, progress)
    office.store.cases.empty_wal()
    entry = office.write("rotated", body={"found": keys})
    for old in range(1, epoch):
        office.vault.retire(old)
    return Rotated(epoch=epoch, keys=keys, entry=entry.seq)
