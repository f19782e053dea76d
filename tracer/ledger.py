"""The log entries of one look-up: written durably, in order, each "asked" with its ending.

What a crash leaves behind: before "asked" is durable, nothing; after it, an "asked" without an ending.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import secrets
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from sources.contract import Outcome
from tracer.errors import LogUnavailable
from tracer.log import Draft, Entry, Log
from tracer.log.entry import JSON

# A case has few questions to one source; the one that was interrupted is among the last.
_LOOK_BACK = 200
_ENDINGS = frozenset(str(outcome) for outcome in Outcome)


class Ledger:
    """Writes what one look-up does. ``asked`` is the entry of the attempt under way: findings hang on it."""

    def __init__(self, log: Log, *, actor: str, purpose: str, case: str, source: str) -> None:
        self._log = log
        self._actor = actor
        self._purpose = purpose
        self._case = case
        self._source = source
        self._pending: Future[Entry] | None = None
        self._open = 0
        self.asked = 0
        self.entries: list[int] = []

    async def ask(self, body: Mapping[str, JSON]) -> None:
        """Write "asked"; a repeated attempt is about the one before it. Durable when this returns."""
        await self._write(self._draft("asked", self.asked or None, body))

    async def note(self, event: str, body: Mapping[str, JSON]) -> None:
        """Write something that happened under the "asked" of this attempt."""
        await self._write(self._draft(event, self.asked, body))

    async def end(self, outcome: Outcome, body: Mapping[str, JSON]) -> None:
        """Write the ending of this attempt. Durable when this returns."""
        await self._write(self._draft(str(outcome), self._open, body))

    def abandon(self, outcome: Outcome, body: Mapping[str, JSON]) -> None:
        """Write the ending without waiting for anything but the disk: the task is being torn down.

        If the log cannot be written either, the "asked" stays open and recovery closes it.
        """
        if self._pending is not None:
            # It is with the writer already and will be durable or fail: know which before saying more.
            with suppress(LogUnavailable, TimeoutError):
                self._took(self._pending.result(timeout=30))
            self._pending = None
        if self._open:
            with suppress(LogUnavailable):
                self._took(self._log.append(self._draft(str(outcome), self._open, body)))

    def _draft(self, event: str, about: int | None, body: Mapping[str, JSON]) -> Draft:
        return Draft(
            event,
            actor=self._actor,
            purpose=self._purpose,
            case=self._case,
            about=about,
            body={"source": self._source, **body},
        )

    async def _write(self, draft: Draft) -> None:
        self._pending = self._log.submit(draft)
        written = asyncio.wrap_future(self._pending)
        # A task that is torn down asks no more how it ended: abandon() did, and nobody is to be told at exit.
        written.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            # Shielded: cancelling this task must not cancel the writing of what is being promised.
            entry = await asyncio.shield(written)
        except LogUnavailable:
            self._pending = None
            raise
        self._pending = None
        self._took(entry)

    def _took(self, entry: Entry) -> None:
        self.entries.append(entry.seq)
        if entry.event == "asked":
            self.asked = self._open = entry.seq
        elif entry.event in _ENDINGS and entry.about == self._open:
            self._open = 0


def word_token(kind: str) -> str:
    """Give a random token that no scan for numbers can mistake for one: letters only."""
    return f"{kind}_" + "".join("bcdfghjklmnpqrst"[int(digit, 16)] for digit in secrets.token_hex(12))


# After one of these a question that the vendor has still waits for its answer.
_STILL_OPEN = frozenset(
    {
        Outcome.PENDING,
        Outcome.UNKNOWN,
        Outcome.UNAVAILABLE,
        Outcome.RATE_LIMITED,
        Outcome.AUTH_FAILED,
        Outcome.QUOTA_EXHAUSTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How this very question went when it was put last.

    ``asked`` is its entry, ``ended`` its ending ("" for none), ``reference`` the vendor's own of it, sealed,
    when he has it and has not answered before ``expires``,
    ``kind`` who is waited for, ``anchor`` the date it was asked with,
    ``idempotency`` its key.
    """

    asked: Entry
    ended: str = field(repr=False)
    reference: str = field(default="", repr=False)
    expires: str = field(default="", repr=False)
    kind: str = field(default="", repr=False)
    anchor: dt.date | None = None
    idempotency: str = field(default="", repr=False)

    @property
    def unknown(self) -> bool:
        """True when nobody knows whether it was answered: no ending, or ``unknown``."""
        return self.ended in ("", str(Outcome.UNKNOWN))


def before(
    log: Log, names: Mapping[str, str], source: str, fields: tuple[str, ...], now: dt.datetime
) -> Before | None:
    """Give how this very question went when it was put last; None when it never was.

    ``names`` are the pseudonyms of tracer.lookups.log_names; a question is the same when it told the same
    fields of the same subject. A reference that has run out by ``now`` is none.
    """
    asked = log.entries(event="asked", case=names["case"], source=source, newest=True, limit=_LOOK_BACK)
    for entry in asked:
        same = (
            entry.body.get("subject") == names["subject"]
            and entry.body.get("number") == names.get("number")
            and tuple(sorted(map(str, _listed(entry.body.get("fields_sent"))))) == fields
        )
        if not same:
            continue
        after = list(log.entries(about=entry.seq))
        ended = next((other.event for other in after if other.event in _ENDINGS), "")
        open_still = not ended or Outcome(ended) in _STILL_OPEN
        taken = next((one for one in [*reversed(after), entry] if one.body.get("reference")), None)
        until = str(taken.body.get("expires") or "") if taken else ""
        alive = bool(until) and dt.datetime.fromisoformat(until) > now
        kind = str(taken.body.get("kind") or "") if taken else ""
        # A holder who has agreed is waited for no more; whether the question was put then is not known.
        used_up = kind == "holder" and any(one.event == "delivered" for one in after)
        anchor = str(entry.body.get("anchor_date") or "")
        return Before(
            asked=entry,
            ended=ended,
            reference=str(taken.body["reference"]) if taken and alive and open_still and not used_up else "",
            expires=until,
            kind=kind,
            anchor=dt.date.fromisoformat(anchor) if anchor else None,
            idempotency=str(entry.body.get("idempotency") or ""),
        )
    return None


def asked_since(log: Log, names: Mapping[str, str], source: str, since: dt.datetime) -> bool:
    """Say whether this case has asked the source about this number since then, whatever came of it."""
    asked = log.entries(event="asked", case=names["case"], source=source, newest=True, limit=_LOOK_BACK)
    return any(
        entry.body.get("number") == names.get("number")
        for entry in itertools.takewhile(lambda entry: entry.at >= since, asked)
    )


def _listed(value: JSON) -> list[JSON] | tuple[JSON, ...]:
    return value if isinstance(value, list | tuple) else []
