"""What every source must get right, whatever it is a source of.

It is played through with a question that tells everything, in good and in bad faith: does it pass on more
than its terms say, does it write a person where proxies and logs see him, does it read findings into a
refusal or a proxy's page. Behind ``sources.testing.check_source`` and ``tracer sources test``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace

from graph.model import Claim, Identifier, LineFact, Name, Phone, Record
from sources.contract import (
    Answer,
    Ask,
    Field,
    HttpCall,
    Later,
    Outcome,
    Reply,
    Rows,
    Source,
    SourceBroken,
    SourceError,
    Subject,
)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing a source gets wrong: a code and where, in terms of the test, never of a person."""

    code: str
    where: str = ""


def shortfalls(source: Source, ask: Ask, *answers: Reply) -> tuple[Shortfall, ...]:
    """Give everything the source gets wrong, in the order it was looked at; empty when it is sound.

    ``ask`` tells everything there is (every field set, the number whole). ``answers`` are replies to it,
    one for each request, that must lead to findings.
    """
    found = [*_terms(source)]
    if not any(one.code.startswith("terms") for one in found):
        found += [*_tells(source, ask), *_lacks(source, ask), *_bad_replies(source, ask)]
        if answers:
            found += _good_replies(source, ask, answers)
    return tuple(dict.fromkeys(found))


def _terms(source: Source) -> Iterator[Shortfall]:
    terms = source.terms
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", source.name):
        yield Shortfall("name_unfit", "lower-case letters, digits, dot, dash, underscore")
    if not terms.needs <= terms.sends:
        yield Shortfall("terms_needs_more_than_it_sends")
    if not terms.roles:
        yield Shortfall("terms_no_roles")
    if any(role.third_party for role in terms.roles):
        yield Shortfall("terms_third_party_looked_up")
    if not 0 <= terms.intrusion <= 4:
        yield Shortfall("terms_intrusion", "0 to 4")
    if terms.subject is Subject.NUMBER and Field.PHONE not in terms.needs:
        yield Shortfall("terms_number_not_needed")
    if terms.fresh_for < dt.timedelta(0):
        yield Shortfall("terms_fresh_for_negative")
    if terms.billed_when & _GATEWAYS:
        yield Shortfall("terms_billed_when_not_asked")
    if any(not re.fullmatch(r"[a-z0-9.-]+", host) for host in terms.hosts):
        yield Shortfall("terms_hosts", "host names only, no scheme, port or path")


_GATEWAYS = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})
_STEPS = 12

_PARTS: dict[Field, tuple[str, object]] = {
    Field.CASE: ("case", ""),
    Field.PHONE: ("phone", None),
    Field.ANCHOR_DATE: ("anchor_date", None),
    Field.NAME: ("name", None),
    Field.ID_NUMBER: ("ids", ()),
    Field.BORN: ("born", None),
    Field.ADDRESS: ("address", None),
    Field.EMPLOYER: ("employer", ""),
    Field.EMPLOYEE_ID: ("employee_id", ""),
}


def _canaries(ask: Ask) -> dict[Field, tuple[str, ...]]:
    """Every way the values of a question could be written into a request, by field."""
    assert ask.phone is not None
    assert ask.name is not None
    assert ask.born is not None
    assert ask.address is not None
    assert ask.anchor_date is not None
    phone = ask.phone.e164.lstrip("+")
    born = f"{ask.born.year:04d}{ask.born.month:02d}{ask.born.day:02d}"
    return {
        Field.CASE: (ask.case,),
        Field.PHONE: (phone, phone[2:]),
        Field.ANCHOR_DATE: (ask.anchor_date.isoformat(), f"{ask.anchor_date:%Y%m%d}"),
        Field.NAME: (ask.name.text, ask.name.romanised, *ask.name.romanised.split()),
        Field.ID_NUMBER: tuple(one.value for one in ask.ids),
        Field.BORN: (f"{born[:4]}-{born[4:6]}-{born[6:]}", born),
        Field.ADDRESS: (ask.address.text,),
        Field.EMPLOYER: (ask.employer,),
        Field.EMPLOYEE_ID: (ask.employee_id,),
    }


def _play(source: Source, ask: Ask, replies: Iterator[Reply]) -> tuple[Answer, list[object]]:
    flow = source.lookup(ask)
    asked: list[object] = []
    try:
        request = next(flow)
        for reply in replies:
            asked.append(request)
            if len(asked) > _STEPS:
                break
            request = flow.send(reply)
    except StopIteration as end:
        return end.value, asked
    except (SourceError, SourceBroken) as failed:
        return Answer(outcome=failed.outcome, raw=failed.detail), asked
    flow.close()
    raise RuntimeError("it never ends")


def _always(reply: Reply) -> Iterator[Reply]:
    while True:
        yield reply


def _tells(source: Source, ask: Ask) -> Iterator[Shortfall]:
    """What it puts into a request: only what its terms say, and none of it where proxies and logs see it."""
    asked: list[object] = []
    with_nothing = Reply(status=200, body=b"{}")
    try:
        _, asked = _play(source, ask, _always(with_nothing))
    except Exception as error:
        yield Shortfall("raised", type(error).__name__)
    canaries = _canaries(ask)
    for request in asked:
        if isinstance(request, Rows):
            if request.table not in source.terms.tables:
                yield Shortfall("table_not_in_terms")
            told, seen = " ".join(request.key.values()), " ".join((request.table, *request.key))
        elif isinstance(request, HttpCall):
            told = " ".join((*_texts(request.json), *_texts(request.form), *_texts(request.told)))
            seen = " ".join((request.path, *_texts(request.query), *_texts(request.headers), request.scope))
            if not source.terms.in_url:
                seen = " ".join((seen, *_texts(request.told)))
            if not request.path.startswith("/") or "?" in request.path or "//" in request.path:
                yield Shortfall("path_unfit", "a path below the configured address, without a query")
        elif isinstance(request, Later):
            # A line of a file is told whole; nothing of a reference is where proxies see it.
            told, seen = request.ref, ""
            if not source.terms.deferred:
                yield Shortfall("later_not_in_terms")
        else:
            yield Shortfall("asked_something_else", type(request).__name__)
            continue
        told, seen = told.casefold(), _unescaped(seen).casefold()
        for kind, values in canaries.items():
            if any(_within(value, seen) for value in values):
                yield Shortfall("told_in_the_open", kind)
            # A number of birth date's digits is inside an id: that is the id being told, not the date.
            rest = told
            for other in canaries[Field.ID_NUMBER] if kind is Field.BORN else ():
                rest = rest.replace(other.casefold(), "")
            if kind not in source.terms.sends and any(_within(value, rest) for value in values):
                yield Shortfall("told_more_than_terms", kind)


def _within(value: str, text: str) -> bool:
    return bool(value) and value.casefold() in text


def _unescaped(text: str) -> str:
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda hit: bytes([int(hit[1], 16)]), text.encode())
    return raw.decode("utf-8", "replace")


def _texts(value: object) -> Iterator[str]:
    """Every text inside a body, keys included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (str(key), *_texts(inner))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
    elif value is not None:
        yield str(value)


def _lacks(source: Source, ask: Ask) -> Iterator[Shortfall]:
    """Without something it needs, it says bad_input and asks nothing."""
    for kind in sorted(source.terms.needs):
        part, nothing = _PARTS[kind]
        lacking: Ask = replace(ask, **{part: nothing})  # type: ignore[arg-type]
        try:
            answer, asked = _play(source, lacking, _always(Reply(status=200, body=b"{}")))
        except Exception as error:
            yield Shortfall("raised_without", f"{kind}: {type(error).__name__}")
            continue
        if asked or answer.outcome is not Outcome.BAD_INPUT:
            yield Shortfall("asked_without", kind)


_ECHO = '{{"status": {0}, "code": "{1}", "message": "{1}", "error": {{"code": "{1}"}}}}'
_EXPECTED: dict[int, frozenset[Outcome]] = {
    401: frozenset({Outcome.AUTH_FAILED, Outcome.NOT_ENTITLED}),
    429: frozenset({Outcome.RATE_LIMITED, Outcome.QUOTA_EXHAUSTED, Outcome.NUMBER_COOLDOWN}),
    500: frozenset({Outcome.UNAVAILABLE}),
    503: frozenset({Outcome.UNAVAILABLE}),
}


def _bad_replies(source: Source, ask: Ask) -> Iterator[Shortfall]:
    """Refusals, proxies' pages and nonsense: an outcome each, never a finding, never an exception."""
    try:
        _, asked = _play(source, ask, _always(Reply(status=503)))
    except Exception as error:
        yield Shortfall("raised", f"503: {type(error).__name__}")
        return
    if not any(isinstance(request, HttpCall) for request in asked):
        return
    values = [value for kinds in _canaries(ask).values() for value in kinds]
    refusals = (204, 301, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 501, 502, 503, 504)
    bodies = [b"", b"<html>no</html>", b"{}", b"[]", b"null", b'{"a": tru', b"\xff\xfe", b"[" * 9999]
    bodies += [_ECHO.format(400, value).encode() for value in values]
    for status in (200, *refusals):
        for number, body in enumerate(bodies):
            where = f"{status}, body {number}"
            reply = Reply(status=status, headers={"retry-after": "7"}, body=body)
            try:
                answer, _ = _play(source, ask, _always(reply))
            except Exception as error:
                yield Shortfall("raised", f"{where}: {type(error).__name__}")
                continue
            if answer.outcome is Outcome.ANSWERED or answer.outcome in _GATEWAYS:
                yield Shortfall("read_something_into", where)
            if answer.outcome not in _EXPECTED.get(status, frozenset(Outcome)):
                yield Shortfall("outcome_unfit", f"{where}: {answer.outcome}")
            if any(_within(value, answer.raw.casefold()) for value in values):
                yield Shortfall("raw_holds_a_person", where)


def _good_replies(source: Source, ask: Ask, answers: tuple[Reply, ...]) -> Iterator[Shortfall]:
    answer, _ = _play(source, ask, iter((*answers, Reply())))
    if answer.outcome is not Outcome.ANSWERED:
        yield Shortfall("not_answered", answer.outcome)
    for fact in answer.facts:
        if fact.phone != ask.phone:
            yield Shortfall("fact_about_another_number", fact.kind)
    findings: tuple[LineFact | Claim | Record, ...] = (*answer.facts, *answer.claims, *answer.records)
    for finding in findings:
        if finding.source != source.name:
            yield Shortfall("finding_of_another_source", type(finding).__name__)
        if any(_within(value, repr(finding).casefold()) for value in _persons(finding)):
            yield Shortfall("repr_shows_a_person", type(finding).__name__)


def _persons(value: object) -> Iterator[str]:
    """The numbers, names and ids inside a finding."""
    if isinstance(value, Phone):
        yield value.e164.lstrip("+")
    elif isinstance(value, Name):
        yield value.text
    elif isinstance(value, Identifier):
        yield value.value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _persons(inner)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _persons(getattr(value, part.name))
