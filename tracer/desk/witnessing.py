"""Handing the log's checkpoints to its witnesses, while a desk is open and when it closes.

A witness that is down is a value and a warning. One that accuses the log (a split, a rollback) is an entry
of the log too, and the loudest thing the program says; nothing it holds is ever overwritten.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from sources.contract import Reply
from tracer import telling
from tracer.config_log import Protocol, WitnessKind, WitnessSettings
from tracer.desk.office import STORE_NAME, Office
from tracer.errors import LogUnavailable, TracerError
from tracer.log import PATIENCE, Kept
from tracer.log.witness import (
    Posted,
    Said,
    Testimony,
    Witness,
    WitnessCommand,
    WitnessFile,
    checked,
)
from tracer.log.witness_web import WitnessAddress, WitnessService
from tracer.log.witnessed import Witnessed, cosigned, of_size, remember, remembered
from tracer.proof import Key, Note
from tracer.wire import NotSent
from tracer.words import N_

__all__ = ["Said", "Testimony", "Watch", "file_of", "known", "noted", "post", "publish", "signed"]


def publish(office: Office, *, only_due: bool = False) -> tuple[Testimony, ...]:
    """Sign the log as it stands and hand the checkpoint to its witnesses; with ``only_due`` to those whose
    ``every_seconds`` are over.

    Raises LogUnavailable when it cannot be signed or what came of it cannot be kept; nothing else.
    """
    if not office.config.witnesses:
        return ()
    checkpoint = office.log.checkpoint()
    before = known(office)
    now = office.clock()
    due = [one for one in office.config.witnesses if not only_due or _due(one, before.get(one.name), now)]
    if not due:
        return ()
    with ThreadPoolExecutor(len(due), thread_name_prefix="log-witness") as pool:
        said = list(pool.map(lambda one: _hand_over(office, one, checkpoint, before.get(one.name)), due))
    for testimony in said:
        if testimony.taken:
            remember(_database(office), PATIENCE, testimony.witness, testimony.size, now, testimony.lines)
        elif testimony.alarm:
            office.write(
                "witness_alarm",
                body={
                    "witness": testimony.witness,
                    "cause": str(testimony.said),
                    "size": testimony.size,
                    "found": testimony.held,
                },
            )
    return tuple(said)


def known(office: Office) -> Mapping[str, Witnessed]:
    """Give what the log remembers of each witness. Raises LogUnavailable."""
    return remembered(_database(office), PATIENCE)


def noted(office: Office, size: int) -> tuple[Kept | None, int]:
    """Give the checkpoint of just ``size`` entries, and the largest size not above it that has one."""
    return of_size(_database(office), PATIENCE, size)


def signed(office: Office, checkpoint: Kept) -> Note:
    """Give a checkpoint's note with every cosignature it was given."""
    return cosigned(_database(office), PATIENCE, checkpoint)


def file_of(settings: WitnessSettings, key: Key) -> WitnessFile | None:
    """Give the witness if it is a file: the one kind whose memory can be read here."""
    return WitnessFile(settings.name, settings.path, key) if settings.path is not None else None


def _hand_over(
    office: Office, settings: WitnessSettings, checkpoint: Kept, before: Witnessed | None
) -> Testimony:
    key = office.log.key
    if key is None:
        raise LogUnavailable(
            N_("The log was opened without its signing key"), N_("Open the home as a whole.")
        )
    witness = _witness(settings, key)
    testimony = witness.take(checkpoint.note, office.log, before.size if before else 0)
    return checked(
        testimony,
        checkpoint.note,
        settings.verifier,
        # A file signs nothing; somebody may add his signature to it later.
        must_sign=bool(settings.key) and settings.kind is not WitnessKind.FILE,
    )


def _witness(settings: WitnessSettings, key: Key) -> Witness:
    found = file_of(settings, key)
    if found is not None:
        return found
    if settings.kind is WitnessKind.COMMAND:
        return WitnessCommand(settings.name, settings.command, settings.timeout)
    kind = WitnessService if settings.protocol is Protocol.WITNESS else WitnessAddress
    return kind(settings.name, settings.url, post, settings.timeout)


def post(url: str, body: bytes, seconds: float) -> Posted:
    """Post to a witness through the door; a reply that was not let in is none."""
    try:
        reply = telling.deposit(url, body, seconds)
    except NotSent as error:
        return Posted(status=0, why=error.why)
    if isinstance(reply, Reply):
        return Posted(
            status=reply.status, kind=str(reply.headers.get("content-type", "")), body=bytes(reply.body)
        )
    return Posted(status=0, why=reply.why)


def _due(settings: WitnessSettings, before: Witnessed | None, now: dt.datetime) -> bool:
    if before is None:
        return True
    age = (now - before.at).total_seconds()
    return age < 0 or age >= settings.every_seconds  # a clock set back makes nothing wait


def _database(office: Office) -> Path:
    return office.home / STORE_NAME


class Watch:
    """Hands checkpoints over while a desk is open, from a thread of its own, and once more at the end.

    The thread touches nothing but the log and the witnesses. What it heard last of each is kept for whoever
    asks at the end; a failure of it loses no entry and stops nobody.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._size = 0
        self.heard: dict[str, Testimony] = {}
        self.handed = threading.Event()  # set once a checkpoint was handed to anybody

    @property
    def running(self) -> bool:
        """Whether its thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin, if there is a witness."""
        if self._office.config.witnesses and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="log-watch-witness", daemon=True)
            self._thread.start()

    def finish(self) -> tuple[Testimony, ...]:
        """Stop, hand over what was written since, and give what was heard last of each witness.

        Never raises for a witness or a log that cannot be used: the entries are on disk, and are signed and
        handed over by whoever opens the home next.
        """
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._office.log.wrote:
            self._once()
        return tuple(self.heard.values())

    def _run(self) -> None:
        settings = self._office.config
        often = min(one.every_seconds or settings.log.checkpoint_seconds for one in settings.witnesses)
        while not self._stop.wait(max(often, 1.0)):
            if self._office.log.wrote:
                self._once()

    def publish(self, *, only_due: bool = False) -> tuple[Testimony, ...]:
        """Hand the log over as it stands, and remember what was said. Raises as the function does."""
        said = publish(self._office, only_due=only_due)
        self.heard.update((testimony.witness, testimony) for testimony in said)
        self._size = self._office.log.head().size
        if said:
            self.handed.set()
        return said

    def _once(self) -> None:
        with suppress(TracerError, OSError):
            if self._office.log.head().size > self._size:
                self.publish(only_due=True)
