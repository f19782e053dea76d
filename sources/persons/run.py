"""A manifest about a person as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sources.contract import (
    Answer,
    Ask,
    Auth,
    AuthKind,
    Field,
    Flow,
    HttpCall,
    Outcome,
    Reply,
    Rows,
    SourceBroken,
    SourceError,
    Subject,
    Terms,
)
from sources.manifest.body import parsed
from sources.persons.form import TELLS, PersonManifest, Way
from sources.persons.rows import PersonRow, cleaned, contradicts, people, record_of, surely

# More rows of one name than this is a name and no person.
MOST_NAMESAKES = 200


def terms_of(manifest: PersonManifest) -> Terms:
    """Give what the source may be told and costs, as its manifest says it."""
    about = manifest.person
    return Terms(
        channel=about.channel,
        subject=Subject.BY_HAND if about.way is Way.FILE else Subject.CASE,
        roles=frozenset(about.roles),
        # A register is told the name; what tells a namesake from him is compared here and stays here.
        sends=frozenset(TELLS[one] for one in manifest.send) | _compared(manifest),
        needs=frozenset(TELLS[one] for one in about.needs),
        tables=(manifest.table.name,) if manifest.table else (),
        intrusion=about.intrusion,
        billed_when=frozenset({Outcome.ANSWERED}) if about.billed else frozenset(),
        idempotent=about.way is Way.TABLE,
        fresh_for=about.fresh_for,
        in_url=about.way is Way.HTTP,
    )


def _compared(manifest: PersonManifest) -> frozenset[Field]:
    if manifest.person.way is Way.FILE:
        return frozenset()
    reads = manifest.read
    named = {
        Field.ID_NUMBER: reads.id_number,
        Field.BORN: reads.born or reads.born_year,
        Field.EMPLOYER: reads.employer,
    }
    return frozenset(one for one, column in named.items() if column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A public register: has it an entry of this person? Rows of namesakes are never handed in."""

    manifest: PersonManifest = field(repr=False)

    @property
    def name(self) -> str:
        """The name the configuration knows it by."""
        return self.manifest.person.id

    @property
    def terms(self) -> Terms:
        """What it may be told, about whom and at what price."""
        return terms_of(self.manifest)

    def lookup(self, ask: Ask) -> Flow:
        """Ask by the name; give a record of each row that says twice it is his.

        ``no_record`` says in ``raw`` why rows were left: ``namesake`` (nothing but the name agrees) or
        ``ambiguous`` (two people it could be). A list's entry is ``listed.<list>`` there.
        """
        if ask.name is None:
            return Answer(outcome=Outcome.BAD_INPUT, raw="name_missing")
        if ask.name.masked:
            return Answer(outcome=Outcome.BAD_INPUT, raw="name_masked")
        reply = yield self._question(ask.name.text)
        rows = list(self._rows(reply))
        if len(rows) > MOST_NAMESAKES:
            return Answer(outcome=Outcome.NO_RECORD, raw="too_many_namesakes")
        reads, found = self.manifest.read, list[PersonRow]()
        for place, cells in enumerate(rows, 1):
            if reads.name not in cells:
                return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="row_without_name")
            ref = cells.get("_row") or f"item:{place}"
            found.append(cleaned(cells, reads, ref=ref, region=ask.region, today=ask.today))
        his = [row for row in found if surely(row, ask)]
        if len({people(row) for row in his}) > 1:
            return Answer(outcome=Outcome.NO_RECORD, raw="ambiguous")
        if not his:
            left = any(not contradicts(row, ask) for row in found)
            return Answer(outcome=Outcome.NO_RECORD, raw="namesake" if left else "")
        both = [record_of(row, ask, self.name) for row in his]
        listed = self.manifest.person.lists
        return Answer(
            outcome=Outcome.ANSWERED,
            records=tuple(record for record, _claims in both),
            claims=tuple(claim for _record, claims in both for claim in claims),
            raw=f"listed.{listed}" if listed else "",
        )

    def _question(self, name: str) -> HttpCall | Rows:
        column = self.manifest.send["name"]
        if self.manifest.table is not None:
            return Rows(table=self.manifest.table.name, key={column: name})
        http = self.manifest.http
        assert http is not None
        return HttpCall(
            method="GET",
            path=http.path,
            query={column: "{name}", **{key: str(value) for key, value in http.limit.items()}},
            told={"name": name},
            auth=Auth(kind=http.auth, header=http.header, prefix=http.prefix)
            if http.auth is not AuthKind.NONE
            else None,
        )

    def _rows(self, reply: Reply) -> Iterator[Mapping[str, str]]:
        http = self.manifest.http
        if http is None:
            for row in reply.rows:
                yield {name: value for name, value in row.items() if isinstance(value, str)}
            return
        if reply.status in (401, 403):
            outcome = Outcome.AUTH_FAILED if reply.status == 401 else Outcome.NOT_ENTITLED
            raise SourceBroken(outcome, f"status_{reply.status}")
        if reply.status == 429:
            raise SourceError(Outcome.RATE_LIMITED, "status_429")
        if reply.status >= 500:
            raise SourceError(Outcome.UNAVAILABLE, f"status_{reply.status}")
        items = _items(reply, http.items)
        if items is None:
            raise SourceError(Outcome.PROTOCOL_ERROR, "no_list")
        for item in items:
            yield dict(_flat(item))


def _items(reply: Reply, place: str) -> list[object] | None:
    if reply.status == 404:
        return []
    body = parsed(reply.body)
    for name in place.split("."):
        if not isinstance(body, dict):
            return None
        body = body.get(name)
    return body if reply.status == 200 and isinstance(body, list) else None


def _flat(item: object, before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The texts and numbers of an object by their place: ``date_of_birth.year``; no deeper than three."""
    if isinstance(item, dict) and depth < 3:
        for name, value in item.items():
            yield from _flat(value, f"{before}.{name}" if before else str(name), depth + 1)
    elif isinstance(item, str | int) and not isinstance(item, bool) and before:
        yield before, str(item)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A vendor that takes a file and gives one back. Only a person sends it; no run of look-ups does."""

    manifest: PersonManifest = field(repr=False)

    @property
    def name(self) -> str:
        """The name the configuration knows it by."""
        return self.manifest.person.id

    @property
    def terms(self) -> Terms:
        """What it may be told, about whom and at what price."""
        return terms_of(self.manifest)

    def lookup(self, ask: Ask) -> Flow:
        """Give ``not_served`` without a request: the question travels in a file (`tracer datafile send`)."""
        yield from ()
        held = {
            "name": ask.name,
            "id_number": ask.ids,
            "born": ask.born,
            "address": ask.address,
            "employer": ask.employer,
        }
        if not all(held[one] for one in self.manifest.person.needs):
            return Answer(outcome=Outcome.BAD_INPUT, raw="need_missing")
        return Answer(outcome=Outcome.NOT_SERVED, raw="asked_in_a_file")

    def line(self, ask: Ask, token: str) -> dict[str, str]:
        """Give one row of the file to send: the token, and what the manifest sends and is known. In order."""
        assert self.manifest.file is not None
        known = {
            "name": ask.name.text if ask.name else "",
            "id_number": next((one.value for one in ask.ids), ""),
            "born": _day(ask),
            "address": ask.address.text if ask.address else "",
            "employer": ask.employer,
        }
        return {
            self.manifest.file.token: token,
            **{column: known[one] for one, column in self.manifest.send.items()},
        }

    def answer(self, ask: Ask, cells: Mapping[str, str], token: str) -> Answer:
        """Give what one returned row says of the person its token stands for.

        A row that contradicts him (another name, document or birthday) is ``protocol_error``: the vendor's
        rows slipped, and a slipped file gives strangers' numbers to debtors.
        """
        reads = self.manifest.read
        row = cleaned(cells, reads, ref=token, region=ask.region, today=ask.today)
        if contradicts(row, ask):
            return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="another_person")
        if reads.status is not None:
            said = cells.get(reads.status.column, "").strip().casefold()
            if said in {one.casefold() for one in reads.status.none}:
                return Answer(outcome=Outcome.NO_RECORD)
            if said not in {one.casefold() for one in reads.status.found}:
                return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="status_unmapped")
        if not row.something:
            return Answer(outcome=Outcome.NO_RECORD)
        record, claims = record_of(row, ask, self.name)
        return Answer(outcome=Outcome.ANSWERED, records=(record,), claims=claims)


def _day(ask: Ask) -> str:
    born = ask.born
    if born is None or born.year is None or born.month is None or born.day is None:
        return ""
    return f"{born.year:04d}-{born.month:02d}-{born.day:02d}"
