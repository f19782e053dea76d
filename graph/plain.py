"""Evidence on numbers as plain JSON objects (shared/data/in-use-format.md), read into the graph's types.

A stranger's file: every field may be missing, of the wrong type or unknown. What has no meaning is left out;
what makes a case unusable raises :class:`Unreadable` with a code, never with a value from the file.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from graph.inuse_facts import DAY_ITSELF
from graph.model import (
    Claim,
    FactKind,
    Identity,
    Line,
    LineFact,
    LineType,
    NumberEvidence,
    Outcome,
    Party,
    Phone,
    StatedUser,
)


class Unreadable(ValueError):
    """A case that cannot be read. ``code`` says why: not_an_object, no_case_id, no_as_of, bad_numbers,
    bad_number; ``place`` which field."""

    def __init__(self, code: str, place: str) -> None:
        super().__init__(f"{code}: {place}")
        self.code = code
        self.place = place


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCase:
    """One case of a plain file: ``numbers`` are as written there, in step with ``evidence``.

    ``skipped`` is how many evidence items meant nothing (an unknown kind, no usable value).
    """

    case: str
    as_of: dt.date
    numbers: tuple[str, ...]
    evidence: tuple[NumberEvidence, ...]
    skipped: int

    def __repr__(self) -> str:
        return f"PlainCase({len(self.numbers)} numbers)"


_STATUS = {
    "active": (FactKind.LINE_STATUS, "active"),
    "suspended": (FactKind.LINE_STATUS, "suspended"),
    "empty": (FactKind.LINE_STATUS, "not_assigned"),
    "powered_off": (FactKind.REACHABILITY, "powered_off"),
    "unknown": (FactKind.LINE_STATUS, "unknown"),
}
_HOLDER = {"yes": "exact", "no": "none", "unknown": "no_data"}
_CALLS = {
    "right_party": (Line.CONNECTED, Party.SELF),
    "third_party": (Line.CONNECTED, Party.THIRD_PARTY),
    "wrong_party": (Line.CONNECTED, Party.WRONG_PARTY),
    "no_answer": (Line.NO_ANSWER, Party.NOBODY),
    "disconnected": (Line.VACANT, Party.NOBODY),
    "powered_off": (Line.POWERED_OFF, Party.NOBODY),
}


def read_case(raw: object) -> PlainCase:
    """Read one case. Raises :class:`Unreadable`."""
    if not isinstance(raw, Mapping):
        raise Unreadable("not_an_object", "line")
    case, as_of = raw.get("case_id"), _date(raw.get("as_of"))
    if not isinstance(case, str) or not case:
        raise Unreadable("no_case_id", "case_id")
    if as_of is None:
        raise Unreadable("no_as_of", "as_of")
    listed = raw.get("numbers")
    if not isinstance(listed, list):
        raise Unreadable("bad_numbers", "numbers")
    numbers: list[str] = []
    evidence: list[NumberEvidence] = []
    skipped = 0
    for place, item in enumerate(listed):
        if not isinstance(item, Mapping) or not isinstance(number := item.get("number"), str) or not number:
            raise Unreadable("bad_number", f"numbers[{place}]")
        read, left_out = _number(number, item)
        numbers.append(number)
        evidence.append(read)
        skipped += left_out
    return PlainCase(
        case=case, as_of=as_of, numbers=tuple(numbers), evidence=tuple(evidence), skipped=skipped
    )


def _number(number: str, raw: Mapping[str, object]) -> tuple[NumberEvidence, int]:
    line_type = _text(raw.get("line_type"))
    known = LineType(line_type) if line_type in set(LineType) else LineType.UNKNOWN
    # The text is the file's own name for the number, whatever it looks like; only a star means "unknown".
    phone = Phone(pattern=number, line_type=known) if "*" in number else Phone(e164=number, line_type=known)
    claims: list[Claim] = []
    facts: list[LineFact] = []
    outcomes: list[Outcome] = []
    skipped = 0
    items = raw.get("evidence")
    for item in items if isinstance(items, list) else []:
        read = _item(phone, item) if isinstance(item, Mapping) else None
        if isinstance(read, Claim):
            claims.append(read)
        elif isinstance(read, LineFact):
            facts.append(read)
        elif isinstance(read, Outcome):
            outcomes.append(read)
        else:
            skipped += 1
    shared = raw.get("shared_with")
    return (
        NumberEvidence(
            phone=phone,
            claims=tuple(claims),
            facts=tuple(facts),
            outcomes=tuple(outcomes),
            shared_with=max(shared, 0) if isinstance(shared, int) else 0,
        ),
        skipped,
    )


def _item(phone: Phone, raw: Mapping[str, object]) -> Claim | LineFact | Outcome | None:
    kind, day = raw.get("kind"), _date(raw.get("date"))
    if kind == "claim":
        return _claim(phone, raw, day)
    if kind == "call":
        return _call(phone, raw, day)
    value = _text(raw.get("value"))
    if kind == "carrier_status" and value in _STATUS:
        fact, status = _STATUS[value]
        return LineFact(kind=fact, value=status, phone=phone, source="carrier", as_of=day)
    if kind == "realname" and value in _HOLDER:
        return LineFact(
            kind=FactKind.ATTRIBUTE_MATCH,
            value=_HOLDER[value],
            phone=phone,
            source="carrier",
            as_of=day,
            attribute="name+id",
        )
    if kind == "recycled" and value in {"yes", "no", "unknown"}:
        since = _date(raw.get("since"))
        return LineFact(
            kind=FactKind.HOLDER_CHANGED_SINCE,
            value=value,
            phone=phone,
            source="carrier",
            as_of=day,
            anchor=since,
            attribute=DAY_ITSELF if since else "",
        )
    if kind == "carrier_tenure" and "activated" in raw:
        activated = _date(raw.get("activated"))
        # "No date" is the answer for a line nobody holds, or one the carrier does not serve.
        value = "since_anchor" if activated else "no_data"
        return LineFact(
            kind=FactKind.TENURE, value=value, phone=phone, source="carrier", as_of=day, anchor=activated
        )
    return None


def _claim(phone: Phone, raw: Mapping[str, object], day: dt.date | None) -> Claim:
    user, match = _text(raw.get("stated_user")), raw.get("name_match")
    return Claim(
        phone=phone,
        source=_text(raw.get("source")),
        record=_text(raw.get("record_id")),
        stated_user=StatedUser(user) if user in set(StatedUser) else StatedUser.UNKNOWN,
        date=day,
        first_seen=_date(raw.get("first_seen")),
        upstream=_text(raw.get("upstream")),
        name_match=_share(match),
    )


def _call(phone: Phone, raw: Mapping[str, object], day: dt.date | None) -> Outcome | None:
    heard = _CALLS.get(_text(raw.get("outcome")))
    if heard is None or day is None:
        return None
    line, party = heard
    return Outcome(
        phone=phone,
        at=dt.datetime.combine(day, dt.time(12), dt.UTC),
        line=line,
        party=party,
        identity=Identity.NOT_CHECKED,
        strength=_share(raw.get("identity_strength")),
    )


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) else ""


def _share(raw: object) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        return None
    return min(max(float(raw), 0.0), 1.0)


def _date(raw: object) -> dt.date | None:
    if not isinstance(raw, str):
        return None
    try:
        return dt.date.fromisoformat(raw[:10])
    except ValueError:
        return None
