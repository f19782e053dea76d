"""Data files: people sent to a vendor under random tokens, answers matched back, everything else forgotten.

Each row is decided and in the log before the file exists. A token is random and used once, so the vendor can
tell neither a case nor that a person was in an earlier file from it. Run again after a crash, sending goes on
with the file that was not finished, and taking with the rows that were not taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from sources.contract import Ask, Field
from sources.persons import DataFile
from tracer.config import Operation, SourceSettings
from tracer.desk.barring import stopped
from tracer.desk.choosing import about_case
from tracer.desk.data_rows import digest_of, returned, write
from tracer.desk.lawful import one_at_a_time
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.errors import WrongUse
from tracer.log import Draft, Entry
from tracer.log.entry import JSON
from tracer.lookups import CaseFacts, LookupRequest, SubjectFacts, kept, narrowed
from tracer.plugins import load
from tracer.policy import Question
from tracer.store.cases import OPEN, CaseFile
from tracer.store.evidence import Findings, LookupDone
from tracer.store.files import SentFile, SentPerson
from tracer.words import N_

_LETTERS = "bcdfghjklmnpqrstvwxz"
# What a spreadsheet would calculate is not sent: the vendor may open the file in one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 500
# What is compared with a returned row here, whether or not the vendor was told it.
_COMPARED = frozenset({Field.NAME, Field.ID_NUMBER, Field.BORN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that was made: its number, its rows, and why cases are not in it (by word)."""

    file: int
    rows: int
    left: Mapping[str, int] = field(default_factory=dict)
    expires_on: dt.date | None = None
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a file that came back: look-ups by outcome, and rows that were not taken, by word."""

    outcomes: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    rows: int = 0
    entry: int = 0


class DataFiles:
    """The data files of an open home."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store.files

    def source(self, name: str) -> tuple[SourceSettings, DataFile]:
        """Give a configured source that takes files; raises WrongUse."""
        settings = self._office.config.source(name)
        found = load(self._office.config.model_copy(update={"sources": (settings,)})) if settings else {}
        source = found.get(name)
        if settings is None or not isinstance(source, DataFile):
            raise WrongUse(
                N_("{name} is no configured source that takes files of people"),
                N_('Its manifest says way = "file", and [[sources]] names it: see docs/data-files.md.'),
                name=name[:40],
            )
        return settings, source

    def send(self, name: str, cases: Sequence[CaseFile], purpose: str, out: Path) -> Made:
        """Decide and log every row, then write the file, whole or not at all.

        Of a file that was not finished the rows stay as they were decided, and more are put to them.
        """
        settings, source = self.source(name)
        part = source.manifest.file
        assert part is not None
        if out.suffix.lower() != f".{part.format}":
            raise WrongUse(
                N_("The vendor takes {format}, and {file} does not end so"),
                N_("Name a file that ends in .{format}."),
                format=part.format,
                file=out.name,
            )
        with one_at_a_time(self._office):
            return self._send(settings, source, cases, purpose, out)

    def _send(
        self, settings: SourceSettings, source: DataFile, cases: Sequence[CaseFile], purpose: str, out: Path
    ) -> Made:
        office, part = self._office, source.manifest.file
        assert part is not None
        begun = self._store.unfinished(settings.id)
        resumed = begun is not None
        if begun is None:
            entry = office.write("file_begun", purpose=purpose, body={"source": settings.id})
            expires = office.today() + part.expires
            number = self._store.begin(settings.id, office.actor, office.clock(), expires, entry.seq)
            begun = next(one for one in self._store.listed(settings.id) if one.id == number)
        inside = self._store.cases_in(begun.id)
        since = office.clock() - source.terms.fresh_for
        busy = self._store.busy(settings.id, office.today(), since) - inside
        left: Counter[str] = Counter()
        room = part.most - len(inside)
        waiting: list[tuple[CaseFile, str, Mapping[str, str], Future[Entry]]] = []
        for case in cases:
            if case.id in inside:
                continue
            if case.id in busy:
                left["out_or_fresh"] += 1
                continue
            if room <= 0:
                left["no_room"] += 1
                continue
            row = self._row(settings, source, case, purpose, begun, left)
            if row is not None:
                room -= 1
                waiting.append(row)
            if len(waiting) >= _CHUNK:
                self._keep(begun.id, waiting)
        self._keep(begun.id, waiting)
        inside = self._store.cases_in(begun.id)
        if not inside:
            self._store.drop(begun.id)
            return Made(file=0, rows=0, left=dict(left))
        files = {one.id: one for one in office.store.cases.many(sorted(inside))}
        lines = self._store.lines(begun.id, files)
        with whole(out) as draft:
            write(draft, source, lines)
            sent = office.write(
                "file_sent",
                purpose=purpose,
                about=begun.entry,
                body={
                    "source": settings.id,
                    "authorisation": settings.authorisation,
                    "rows": len(lines),
                    "file_digest": hashlib.sha256(draft.read_bytes()).hexdigest(),
                    "format": part.format,
                    "until": begun.expires_on.isoformat(),
                },
            )
        # A crash before this leaves the file as being made: the next run writes it anew, and logs that.
        self._store.finish(begun.id, office.clock(), sent.seq)
        return Made(
            file=begun.id, rows=len(lines), left=dict(left), expires_on=begun.expires_on, resumed=resumed
        )

    def _row(
        self,
        settings: SourceSettings,
        source: DataFile,
        case: CaseFile,
        purpose: str,
        begun: SentFile,
        left: Counter[str],
    ) -> tuple[CaseFile, str, Mapping[str, str], Future[Entry]] | None:
        office, terms = self._office, source.terms
        subject = about_case(office, case)
        held = subject.available
        fields = terms.sends & held & settings.fields
        decision = office.policy.decide(
            Question(
                operation=Operation.LOOKUP,
                client=case.client,
                purpose=purpose,
                case_open=case.state == OPEN,
                source=settings.id,
                terms=terms,
                role=subject.role,
                available=held,
                sends=fields,
                case_barred=stopped(office, case),
            ),
            office.today(),
        )
        body: dict[str, JSON] = {
            "operation": str(Operation.LOOKUP),
            "source": settings.id,
            "client": case.client,
            "role": str(subject.role),
            "subject": case.unsealed.pseudonym("subject", f"{subject.role}|{subject.ref}"),
            "verdict": str(decision.verdict),
            "policy": decision.digest,
            "version": decision.version,
        }
        if not decision.allowed:
            left["refused"] += 1
            fired = tuple(one.rule for one in decision.fired)
            self._log("refused", case, purpose, None, {**body, "fired": fired, "missing": decision.missing})
            return None
        token = "t_" + "".join(secrets.choice(_LETTERS) for _ in range(16))
        ask = _ask(office, settings, source, case, subject, purpose, fields)
        cells = source.line(ask, token)
        if any(text.startswith(_FORMULA) or "\n" in text or "\r" in text for text in cells.values()):
            left["unfit"] += 1
            return None
        entry = self._log(
            "row_queued",
            case,
            purpose,
            begun.entry,
            {
                **body,
                "authorisation": settings.authorisation,
                "channel": str(terms.channel),
                "intrusion": terms.intrusion,
                "fields_sent": tuple(sorted(str(one) for one in fields)),
                "rules": decision.rules,
                "price": settings.price,
            },
        )
        return case, token, cells, entry

    def _keep(self, file: int, waiting: list[tuple[CaseFile, str, Mapping[str, str], Future[Entry]]]) -> None:
        # Every row's entry is durable before the row is: a crash leaves an entry too many, never one too few.
        self._store.add(
            file, [(case, token, cells, entry.result().seq) for case, token, cells, entry in waiting]
        )
        waiting.clear()

    def receive(self, name: str, path: Path) -> Taken:
        """Take a file that came back. Rows that are nobody's are counted, and neither kept nor shown."""
        settings, source = self.source(name)
        digest = digest_of(path)
        with one_at_a_time(self._office):
            if self._store.taken(settings.id, digest):
                raise WrongUse(
                    N_("This very file was taken already"),
                    N_("Nothing was changed. Ask the vendor for the right one if you expected more."),
                )
            return self._receive(settings, source, path, digest)

    def _receive(self, settings: SourceSettings, source: DataFile, path: Path, digest: str) -> Taken:
        office = self._office
        left: Counter[str] = Counter()
        rows, doubled, count = returned(path, source, left)
        matched = self._store.matched(settings.id, [*rows, *doubled])
        left["strangers"] = sum(token not in matched for token in (*rows, *doubled))
        left["doubled"] = sum(token in matched for token in doubled)
        cases = {
            one.id: one for one in office.store.cases.many(sorted({row.case_id for row in matched.values()}))
        }
        outcomes: Counter[str] = Counter()
        pieces: list[tuple[SentPerson, CaseFile, LookupDone, Findings]] = []
        for token, cells in rows.items():
            sent = matched.get(token)
            if sent is None:
                continue
            case = cases[sent.case_id]
            why = self._not_taken(sent, case)
            if why:
                left[why] += 1
                continue
            piece = self._answer(settings, source, case, sent, cells, token)
            outcomes[str(piece[2].outcome)] += 1
            pieces.append(piece)
            if len(pieces) >= _CHUNK:
                self._store.take(pieces)
                pieces = []
        self._store.take(pieces)
        counts: dict[str, JSON] = {word: many for word, many in (left + outcomes).items() if many}
        entry = office.write(
            "file_taken",
            body={"source": settings.id, "file_digest": digest, "rows": count, "counts": counts},
        )
        self._store.taken_up(settings.id, digest, office.clock(), entry.seq)
        return Taken(outcomes=dict(outcomes), left=dict(+left), rows=count, entry=entry.seq)

    def listed(self) -> tuple[SentFile, ...]:
        """Give the files that were made, oldest first."""
        return self._store.listed()

    def _not_taken(self, sent: SentPerson, case: CaseFile) -> str:
        """Why an answer is not taken, or nothing."""
        if sent.taken:
            return "repeated"
        if self._office.today() > sent.expires_on:
            return "too_late"
        if case.state != OPEN:
            return "case_over"
        return "barred" if stopped(self._office, case) else ""

    def _answer(
        self,
        settings: SourceSettings,
        source: DataFile,
        case: CaseFile,
        sent: SentPerson,
        cells: Mapping[str, str],
        token: str,
    ) -> tuple[SentPerson, CaseFile, LookupDone, Findings]:
        office = self._office
        subject = about_case(office, case)
        known = subject.available & (source.terms.sends | _COMPARED)
        ask = _ask(office, settings, source, case, subject, "", known)
        answer = source.answer(ask, cells, token)
        price = settings.price if answer.outcome in source.terms.billed_when else 0
        entry = self._log(
            "row_taken",
            case,
            "",
            sent.entry,
            {
                "source": settings.id,
                "outcome": str(answer.outcome),
                "raw": [answer.raw] if answer.raw else [],
                "hits": {"records": len(answer.records), "claims": len(answer.claims)},
                "price": price,
            },
        ).result()
        answer, _dropped = kept(answer, ask, source.terms, settings, entry.seq, case.pseudonym)
        done = LookupDone(
            entry=entry.seq,
            source=settings.id,
            # A subject of its own: the next file's answer stands beside this one.
            subject=case.unsealed.token("row", token),
            outcome=answer.outcome,
            at=office.clock(),
            price=price,
        )
        return sent, case, done, Findings(records=answer.records, claims=answer.claims, facts=answer.facts)

    def _log(
        self, event: str, case: CaseFile, purpose: str, about: int | None, body: Mapping[str, JSON]
    ) -> Future[Entry]:
        return self._office.log.submit(
            Draft(
                event,
                actor=self._office.actor,
                purpose=purpose,
                case=case.pseudonym,
                about=about,
                body=body,
            )
        )


def _ask(
    office: Office,
    settings: SourceSettings,
    source: DataFile,
    case: CaseFile,
    subject: SubjectFacts,
    purpose: str,
    fields: frozenset[Field],
) -> Ask:
    """The question of one row: of the subject, ``fields`` and nothing else."""
    request = LookupRequest(
        source=source,
        settings=settings,
        case=CaseFacts(
            ref=case.pseudonym,
            client=case.client,
            open=case.state == OPEN,
            pseudonym=case.unsealed.pseudonym,
            token=case.pseudonym,
        ),
        subject=subject,
        actor=office.actor,
        purpose=purpose,
    )
    return narrowed(request, fields, office.today(), office.config.region_of(case.client))
