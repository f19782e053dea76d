"""A manifest as a source: it fills in the question, and reads of the answer what the manifest lists. No more.

The world is closed: a code, result or value the manifest does not list is a protocol error, never a guess,
and what it does not name is not kept.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field

from graph.model import LineFact
from sources.carrier.facts import FORMS, retry_after
from sources.contract import (
    Answer,
    Ask,
    Auth,
    AuthKind,
    Flow,
    HttpCall,
    Later,
    Outcome,
    Reply,
    Subject,
    Terms,
)
from sources.manifest.body import (
    ABSENT,
    MISSING,
    REFERENCE,
    Unmapped,
    as_text,
    code_at,
    every,
    mapped,
    mark_at,
    only,
    parsed,
)
from sources.manifest.fill import (
    CREDENTIALS,
    CannotAsk,
    Value,
    field_of,
    filled,
    places_in,
    purpose_of,
    value_of,
)
from sources.manifest.form import FactPart, Manifest
from sources.manifest.meaning import checked, compared, likeness, refused

NOTHING = "nothing"
IN_A_NAME = frozenset({AuthKind.JWT_BEARER, AuthKind.CIBA})

_UNFIT = re.compile(r"[^\w .&()-]+")


def terms_of(manifest: Manifest) -> Terms:
    """Give what the source may be told and costs, as its manifest says it."""
    about = manifest.source
    told = {place: field_of(place) for place in (*about.needs, *about.also)}
    cooldown = about.limits.per_number_cooldown
    if about.limits.daily_per_number:
        cooldown = max(cooldown, dt.timedelta(days=1))
    return Terms(
        channel=about.channel,
        subject=Subject.NUMBER,
        roles=frozenset(about.roles),
        sends=frozenset(kind for kind in told.values() if kind is not None),
        needs=frozenset(kind for place in about.needs if (kind := told[place]) is not None),
        intrusion=about.intrusion,
        billed_when=frozenset(about.cost.billed_when),
        idempotent=about.idempotent,
        fresh_for=about.fresh_for,
        cooldown=cooldown,
        in_url=bool(about.in_url),
        deferred=bool(manifest.poll or manifest.callback or manifest.file)
        or manifest.auth.kind is AuthKind.CIBA,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestSource:
    """A source that is a file. ``options`` are the account's values for ``{option.…}``, no secrets."""

    name: str
    manifest: Manifest = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    terms: Terms = field(repr=False)

    def __repr__(self) -> str:
        return f"ManifestSource({self.name})"

    def lookup(self, ask: Ask) -> Flow:
        """Ask what the manifest says; one that cannot be put is bad_input, and nothing is asked."""
        about = self.manifest.source
        try:
            known = self._known(ask)
        except CannotAsk as why:
            return Answer(outcome=Outcome.BAD_INPUT, raw=str(why))
        if about.numbers and not any(str(_e164(ask)).startswith(one) for one in about.numbers):
            return Answer(outcome=Outcome.NOT_SERVED, raw="number_of_another_country", billed=False)
        try:
            return (yield from self._converse(ask, known))
        except Unmapped as what:
            return Answer(outcome=Outcome.PROTOCOL_ERROR, raw=f"200 {what}")

    def _known(self, ask: Ask) -> dict[str, Value]:
        about, request = self.manifest.source, self.manifest.request
        known: dict[str, Value] = {}
        for place in about.needs:
            value = value_of(place, ask)
            if value is None:
                raise CannotAsk(f"{field_of(place)}_missing")
            known[place] = value
        for place in about.also:
            value = value_of(place, ask)
            if value is not None:
                known[place] = value
        asked = (request.path, request.json_, request.form, request.query, request.headers)
        auth = self.manifest.auth
        for place in places_in([*asked, auth.scope, auth.subject]) - CREDENTIALS:
            if place == "purpose":
                known[place] = purpose_of(ask, self.manifest.purpose)
            elif place.startswith("option."):
                option = self.options.get(place.removeprefix("option."), "")
                if not option:
                    raise CannotAsk("option_missing")
                known[place] = option
            elif place not in known and place not in about.also:
                value = value_of(place, ask)
                if value is None:
                    raise CannotAsk(f"{place}_missing")
                known[place] = value
        return known

    def _converse(self, ask: Ask, known: dict[str, Value]) -> Flow:
        manifest = self.manifest
        if manifest.file is not None:
            return (yield from self._filed(ask, known))
        body: object = MISSING
        if not ask.waiting:
            reply = yield self._call(known)
            ended, body = self._judged(reply)
            if ended is not None:
                return ended
        if manifest.poll is not None or manifest.callback is not None:
            ended, body = yield from self._fetched(body, known, ask.waiting)
            if ended is not None:
                return ended
        pages = [body]
        while manifest.pages is not None and (mark := mark_at(body, manifest.pages.at)):
            if len(pages) == manifest.pages.most:
                raise Unmapped("pages")
            reply = yield self._call(known, mark)
            ended, body = self._judged(reply)
            if ended is not None:
                return ended
            pages.append(body)
        return self._meaning(ask, known, pages)

    # What is asked

    def _call(self, known: Mapping[str, Value], mark: str = "") -> HttpCall:
        request, pages = self.manifest.request, self.manifest.pages
        body = filled(request.json_, known)
        form = filled(request.form, known)
        query: dict[str, object] = dict(request.query)
        if mark and pages is not None:
            if isinstance(body, dict):
                body[pages.as_] = mark
            else:
                query[pages.as_] = mark
        return self._http(request.method, request.path, body, form, query, known)

    def _http(
        self,
        method: str,
        path: str,
        body: object,
        form: object,
        query: Mapping[str, object],
        known: Mapping[str, Value],
        wait: float = 0.0,
    ) -> HttpCall:
        auth = self.manifest.auth
        shown = {name: _literal(value) for name, value in query.items()}
        shown = {name: text for name, text in shown.items() if places_in(text) <= known.keys()}
        in_address = places_in([path, shown]) - CREDENTIALS
        headers = filled(self.manifest.request.headers, known)
        assert isinstance(headers, dict)
        scope = str(filled(auth.scope, known) or "") if auth.kind is AuthKind.OAUTH2 else ""
        scope = scope or (str(filled(auth.scope, known) or "") if auth.kind in IN_A_NAME else "")
        signed = auth.kind is not AuthKind.NONE and not (scope and auth.kind is AuthKind.OAUTH2)
        return HttpCall(
            method=method,
            path=path,
            json=body if isinstance(body, dict | list) else None,  # type: ignore[arg-type]
            form={str(key): str(value) for key, value in form.items()} if isinstance(form, dict) else None,
            headers={str(name): str(value) for name, value in headers.items()},
            scope=scope,
            query=shown,
            told={place: str(known[place]) for place in in_address},
            auth=Auth(
                kind=auth.kind,
                header=auth.header,
                prefix=auth.prefix,
                id_as=auth.id_as,
                secret_as=auth.secret_as,
                time_as=auth.time_as,
                service=auth.service,
                region=auth.region,
                subject=str(filled(auth.subject, known) or ""),
            )
            if signed
            else None,
            wait=wait,
        )

    # What comes later

    def _filed(self, ask: Ask, known: Mapping[str, Value]) -> Flow:
        """One line of a file: it is put with the others, and its answer comes back in another file."""
        file = self.manifest.file
        assert file is not None
        line = ask.waiting or json.dumps(filled(self.manifest.request.json_, known), ensure_ascii=False)
        reply = yield Later(ref=line, life=file.life.total_seconds())
        if not reply.status:
            return Answer(outcome=Outcome.PENDING, raw="in_a_file")
        ended, body = self._judged(reply)
        return ended if ended is not None else self._meaning(ask, known, [body])

    def _fetched(
        self, body: object, known: Mapping[str, Value], waiting: str
    ) -> Generator[HttpCall | Later, Reply, tuple[Answer | None, object]]:
        """Have the reference written down, and get the answer: as it was delivered, else by asking for it."""
        poll, callback = self.manifest.poll, self.manifest.callback
        part = poll or callback
        assert part is not None
        reference = waiting or as_text(only(body, part.id))
        if reference is None or not REFERENCE.fullmatch(reference):
            raise Unmapped(part.id)
        delivered = yield Later(ref=reference, life=part.life.total_seconds())
        if delivered.status and callback is not None:
            body = parsed(delivered.body)
            state = mapped(callback.map, only(body, callback.at), callback.at)
            if state == "wait":
                return Answer(outcome=Outcome.PENDING, raw="called_back_too_early"), body
            return self._ended(state, f"callback {callback.at}"), body
        if poll is None:
            return Answer(outcome=Outcome.PENDING, raw="no_callback_yet"), body
        with_it = {**known, "ref": reference}
        for _ in range(poll.most):
            asked = filled(poll.json_, with_it)
            reply = yield self._http(
                poll.method, poll.path, asked, None, {}, with_it, poll.wait.total_seconds()
            )
            ended, body = self._judged(reply)
            if ended is not None:
                return ended, body
            state = mapped(poll.map, only(body, poll.at), poll.at)
            if state != "wait":
                return self._ended(state, f"{reply.status} {poll.at}"), body
        # It was taken, and will be answered: the answer is only late.
        return Answer(outcome=Outcome.PENDING, raw="poll_not_ready"), body

    def _ended(self, state: str, raw: str) -> Answer | None:
        return None if state == Outcome.ANSWERED else Answer(outcome=Outcome(state), raw=raw)

    # What it means

    def _judged(self, reply: Reply) -> tuple[Answer | None, object]:
        """What ends the look-up, if the reply is a refusal, and its body."""
        errors = self.manifest.errors
        body = parsed(reply.body)
        success = reply.status in self.manifest.request.success
        place = errors.envelope or (None if success else errors.at)
        code = code_at(body, place) if place else None
        if success and code is None and errors.envelope is None:
            return (
                (Answer(outcome=Outcome.PROTOCOL_ERROR, raw="200 body"), body)
                if body is MISSING
                else (
                    None,
                    body,
                )
            )
        found, raw = refused(errors, reply.status, code, body)
        if success and code is None and body is not MISSING:
            # An envelope that only errors have is not there; one that success has too must be.
            found = Outcome.PROTOCOL_ERROR if Outcome.ANSWERED in errors.map.values() else Outcome.ANSWERED
        if found is Outcome.ANSWERED and success and body is not MISSING:
            return None, body
        if found is Outcome.ANSWERED:
            found = Outcome.PROTOCOL_ERROR
        wait = retry_after(reply)
        if wait is None and found is Outcome.RATE_LIMITED and success:
            wait = errors.retry_after
        return Answer(outcome=found, raw=f"{reply.status} {raw}".strip(), retry_after=wait), body

    def _meaning(self, ask: Ask, known: Mapping[str, Value], pages: list[object]) -> Answer:
        result, billed, raw = self.manifest.outcome, None, "200"
        if result is not None:
            value = only(pages[0], result.at)
            outcome = mapped(result.map, value, result.at)
            code = as_text(value) or ""
            billed = None if result.billed is None else code in result.billed
            raw = f"200 {result.at}={code}"
            if outcome is not Outcome.ANSWERED:
                return Answer(outcome=Outcome(outcome), raw=raw, billed=billed)
        said = [
            one
            for page in pages
            for part in self.manifest.fact
            for one in self._facts(part, ask, known, page)
        ]
        if not said:
            raise Unmapped("no_fact")  # every one optional, and none there: that is no answer
        facts = tuple(one for one in said if one is not None)
        return Answer(outcome=Outcome.ANSWERED, facts=facts, raw=raw, billed=billed)

    def _facts(
        self, part: FactPart, ask: Ask, known: Mapping[str, Value], body: object
    ) -> Iterator[LineFact | None]:
        """The facts of one part; None for a value that was read and says nothing."""
        if part.sent and part.sent not in known:
            return  # never read what was not asked
        if part.when is not None:
            said = as_text(only(body, part.when.at))
            if said not in part.when.is_:
                return
        places = (part.at,) if isinstance(part.at, str) else part.at
        several = [list(every(body, place)) for place in places]
        if part.optional and all(value is MISSING for values in several for value in values):
            return
        if len(several) == 1 and not several[0]:
            if part.optional:
                return
            raise Unmapped(places[0])
        # Places that are read together each hold one value.
        rows = [(value,) for value in several[0]] if len(several) == 1 else [tuple(v[0] for v in several)]
        assert ask.phone is not None
        for row in rows:
            value, raw = self._value(part, places, row, ask, body)
            if value == NOTHING:
                yield None
                continue
            score = likeness(part, value, body)
            if score is not None and part.score is not None:
                value = (
                    "high"
                    if score[0] >= part.score.high
                    else ("partial" if score[0] >= part.score.partial else value)
                )
            yield checked(part, value, ask.phone, self.name, ask, score[1] if score else None, raw)

    def _value(
        self, part: FactPart, places: tuple[str, ...], row: tuple[object, ...], ask: Ask, body: object
    ) -> tuple[str, str]:
        where = "+".join(places)
        texts = [as_text(value, part.type) for value in row]
        if any(text is None for text in texts):
            raise Unmapped(where)
        text = "/".join(str(one) for one in texts)
        if text in part.map:
            return part.map[text], f"{where}={text}"
        if part.compare:
            return compared(part, text, ask, body), where
        if part.of in FORMS and (part.prefix or not part.map) and text not in ("null", ABSENT, ""):
            cleaned = " ".join(_UNFIT.sub(" ", text).split())
            return f"{part.prefix}{cleaned}"[:60].rstrip() if part.prefix else cleaned, where
        raise Unmapped(where)


def _e164(ask: Ask) -> str:
    return ask.phone.e164 if ask.phone else ""


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
