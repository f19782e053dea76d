"""One line of the log: as drafted, as written, and as the bytes that are hashed.

The bytes are one JSON object with its keys sorted, no spaces, UTF-8:

    {"about":…,"actor":…,"at":…,"body":{…},"case":…,"event":…,"outcome":…,"seq":…,"source":…,"v":1}

``v`` is the version of this format. Numbers are whole: programs write the same fraction differently.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from types import MappingProxyType

from tracer.errors import LogUnavailable
from tracer.log.tree import leaf_hash
from tracer.log.vocabulary import ACTOR, ENDINGS, EVENTS, STAFF_KEYS, TOKEN, Kind, wrong
from tracer.words import N_

VERSION = 1
JSON = str | int | bool | None | list["JSON"] | tuple["JSON", ...] | dict[str, "JSON"]
_IN_COLUMNS = ("source", "outcome")
# What a row of log_entry is read as, in this order everywhere.
COLUMNS = 'seq, at, event, about, actor, "case", source, outcome, body, leaf'
Row = tuple[int, str, str, int | None, str, str, str | None, str | None, str, bytes]


class NotForTheLog(LogUnavailable):
    """This may not be written in the log, so what it was to record must not happen."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written. ``case`` is the case's keyed pseudonym (vault), never the client's case number.

    ``about`` is the entry this one answers: the "asked" that it ends, the outcome that it undoes.
    """

    event: str
    _: KW_ONLY
    actor: str
    purpose: str = ""
    case: str = ""
    about: int | None = None
    body: Mapping[str, JSON] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Draft({self.event})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log. ``body`` holds all that was said, with ``actor``, ``purpose`` and ``case``."""

    seq: int
    at: dt.datetime
    event: str
    about: int | None
    body: Mapping[str, JSON]
    leaf: bytes
    text: str = field(repr=False)  # the canonical JSON that was hashed

    @property
    def actor(self) -> str:
        """Who did it."""
        return str(self.body["actor"])

    @property
    def purpose(self) -> str:
        """What for; empty where nothing was looked up or shown."""
        return str(self.body.get("purpose") or "")

    @property
    def case(self) -> str:
        """The case's pseudonym, or nothing."""
        return str(self.body.get("case") or "")

    @property
    def source(self) -> str:
        """The source it is about, or nothing."""
        return str(self.body.get("source") or "")

    @property
    def outcome(self) -> str:
        """The outcome; of an ending its own word, else what the body says or nothing."""
        return str(self.body.get("outcome") or (self.event if self.event in ENDINGS else ""))

    def __repr__(self) -> str:
        return f"Entry({self.seq}, {self.event})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A draft that was checked and put into columns: all of an entry but its number and time."""

    event: str
    about: int | None
    actor: str
    case: str
    source: str | None
    outcome: str | None
    body: str


def checked(draft: Draft) -> Ready:
    """Check a draft against the vocabulary and put it into columns. NotForTheLog never names a value."""
    if draft.event not in EVENTS:
        raise NotForTheLog(
            N_("The log knows no event called {event}"),
            N_("Use one of: {known}. A new one is added in tracer/log/vocabulary.py."),
            event=draft.event if len(draft.event) < 32 else "…",
            known=", ".join(sorted(EVENTS)),
        )
    if not ACTOR.fullmatch(draft.actor):
        raise _not(
            draft.event, "actor", N_("an actor is named by 1 to 64 characters without spaces or quotes")
        )
    if draft.case and not TOKEN.fullmatch(draft.case):
        raise _not(
            draft.event, "case", N_("a case is named by the pseudonym of the vault, never by its number")
        )
    if draft.about is not None and not 1 <= draft.about < 2**53:
        raise _not(draft.event, "about", N_("an entry is named by its number"))
    body = dict(draft.body)
    if draft.purpose:
        body["purpose"] = draft.purpose
        found = wrong(draft.event, {"code": draft.purpose})
        if found:
            raise _not(draft.event, "purpose", _KINDS[Kind.WORD])
    found = wrong(draft.event, draft.body)
    if found:
        key, kind = found
        raise _not(
            draft.event,
            key if isinstance(key, str) and len(key) < 32 and key.isidentifier() else "…",
            _KINDS[kind] if kind else N_("this event carries no such key"),
        )
    source, outcome = (body.pop(name, None) for name in _IN_COLUMNS)
    return Ready(
        event=draft.event,
        about=draft.about,
        actor=draft.actor,
        case=draft.case,
        source=_text(draft.event, "source", source),
        outcome=_text(draft.event, "outcome", outcome),
        body=canonical(body),
    )


_KINDS: Mapping[Kind, str] = {
    Kind.WORD: N_("it must be a coded word: no spaces, no free text, no seven digits in a row"),
    Kind.PLACE: N_("it must be a host, path or table without query, and without seven digits in a row"),
    Kind.ID: N_(
        "it must be the reference of a document, of at most 80 characters, and not a person's number"
    ),
    Kind.TOKEN: N_("it must be a pseudonym or token of the vault"),
    Kind.DIGEST: N_("it must be a digest of 16 to 64 hexadecimal characters"),
    Kind.DAY: N_("it must be a date, YYYY-MM-DD"),
    Kind.TIME: N_("it must be a time in ISO 8601"),
    Kind.COUNT: N_("it must be a whole number from 0 to 99,999,999"),
    Kind.SEQ: N_("it must be the number of an entry"),
    Kind.FLAG: N_("it must be true or false"),
}


def _not(event: str, key: str, why: str) -> NotForTheLog:
    return NotForTheLog(
        N_("The log takes no {key} like this in {event}: {why}"),
        N_("Nothing was asked. Give the log codes, counts and pseudonyms (tracer/log/vocabulary.py)."),
        key=key,
        event=event,
        why=why,
    )


def _text(event: str, key: str, value: JSON) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise _not(event, key, N_("it must be one word"))


def nameless(ready: Ready, token: Callable[[str], str]) -> Ready:
    """Give a checked draft with the names of staff in it as ``token`` writes them."""
    body = ready.body
    if any(f'"{key}":' in body for key in STAFF_KEYS):
        body = canonical(swapped(_said(body), token))
    return replace(ready, actor=token(ready.actor), body=body)


def swapped(body: dict[str, JSON], by: Callable[[str], str]) -> dict[str, JSON]:
    """Give a body in which whatever names staff (beside the actor) was put through ``by``."""
    for key in STAFF_KEYS & body.keys():
        value = body[key]
        if isinstance(value, str):
            body[key] = by(value)
        elif isinstance(value, list | tuple):
            body[key] = [by(one) if isinstance(one, str) else one for one in value]
    return body


def canonical(value: Mapping[str, JSON]) -> str:
    """Give the one JSON text of a mapping: keys sorted, no spaces, nothing escaped that need not be."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def entry_text(
    seq: int,
    at: str,
    event: str,
    about: int | None,
    actor: str,
    case: str,
    source: str | None,
    outcome: str | None,
    body: str,
    _: object = None,
) -> str:
    """Give the canonical JSON of a whole entry from its columns (a row of ``COLUMNS``; its leaf is not used).

    The columns need no escaping: ``checked`` let no quote, backslash or control character into them. Written
    out in one expression because verification spends most of its time here.
    """
    return (
        f'{{"about":{"null" if about is None else about},"actor":"{actor}","at":"{at}","body":{body},'
        f'"case":"{case}","event":"{event}","outcome":'
        + ("null" if outcome is None else f'"{outcome}"')
        + f',"seq":{seq},"source":'
        + ("null" if source is None else f'"{source}"')
        + _END
    )


_END = f',"v":{VERSION}}}'


def numbered(ready: Ready, seq: int, at: str) -> Row:
    """Give the row of a checked draft as entry ``seq`` at time ``at``."""
    text = entry_text(
        seq, at, ready.event, ready.about, ready.actor, ready.case, ready.source, ready.outcome, ready.body
    )
    return (
        seq,
        at,
        ready.event,
        ready.about,
        ready.actor,
        ready.case,
        ready.source,
        ready.outcome,
        ready.body,
        leaf_hash(text.encode()),
    )


def _said(body: str) -> dict[str, JSON]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise TypeError("the body of an entry is an object")
    return found


def read(row: Row, named: Callable[[str], str] = str) -> Entry:
    """Give the entry of a row; ``named`` gives the name behind what stands in it for a member of staff."""
    seq, at, event, about, actor, case, source, outcome, body, leaf = row
    said: dict[str, JSON] = {"actor": named(actor)}
    if case:
        said["case"] = case
    if source is not None:
        said["source"] = source
    if outcome is not None:
        said["outcome"] = outcome
    return Entry(
        seq=seq,
        at=dt.datetime.fromisoformat(at),
        event=event,
        about=about,
        body=MappingProxyType(said | swapped(_said(body), named)),
        leaf=leaf,
        text=entry_text(*row),
    )


def stamp(moment: dt.datetime) -> str:
    """Write a time as the log does: UTC, milliseconds, ``Z``. Of two such texts the later is the greater."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
