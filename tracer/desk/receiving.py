"""Answers that come by themselves: callbacks and files; and the files of questions that are sent for them.

A question that waits stands in the log with the vendor's reference of it, sealed under its case's key. What
comes is matched with what waits, taken through the one door like any answer, and what nobody waits for is
counted and forgotten: a replayed callback, a stranger's line.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sources.contract import Outcome, Reply, Source
from sources.manifest import Manifest, ManifestSource
from sources.manifest.callback import LARGEST, Received, Unfit, receive
from sources.manifest.lines import LineUnfit, answers, written
from tracer.config import SourceSettings
from tracer.desk import contacts
from tracer.desk.barring import stopped
from tracer.desk.choosing import about_number, debtor_of
from tracer.desk.keeper import Keeper
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.desk.rows import OWN_TABLES, DeskRows
from tracer.errors import WrongUse
from tracer.gateway import CaseFacts, Gateway, LookupRequest, SubjectFacts, Timing, network
from tracer.intake.encoding import detect
from tracer.ledger import before
from tracer.log import Draft, Entry
from tracer.lookups import unsealed
from tracer.plugins import load as load_sources
from tracer.rows import Tables, Together
from tracer.store.cases import OPEN, CaseFile
from tracer.store.evidence import Findings, LookupDone
from tracer.words import N_

# A file of answers is read into memory line by line, but as a whole no larger than this.
LARGEST_FILE = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A look-up whose answer comes later: its entry, its case, and what the vendor calls it."""

    entry: Entry = field(repr=False)
    case: CaseFile = field(repr=False)
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file of questions: how many lines it has, and how many still wait for the next."""

    lines: int
    left: int
    file: Path


@dataclass(slots=True)
class Arrived:
    """What came of what came. ``outcomes`` are of the look-ups it answered; the others are why none was."""

    outcomes: Counter[str] = field(default_factory=Counter)
    strangers: int = 0  # nobody waits for it: answered before, run out, or never asked
    doubled: int = 0  # said twice, differently
    unfit: Counter[str] = field(default_factory=Counter)

    @property
    def taken(self) -> int:
        """How many look-ups were answered by it, whatever the answer."""
        return sum(self.outcomes.values())


class Receiving:
    """The look-ups of a home that wait for their answers."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def source(self, name: str) -> tuple[SourceSettings, Source, Manifest]:
        """Give a configured source that is a manifest; WrongUse when there is none of that name."""
        settings = self._office.config.source(name)
        if settings is None:
            raise WrongUse(
                N_("There is no source {name} in the configuration"),
                N_("Known: {known}"),
                name=name,
                known=", ".join(one.id for one in self._office.config.sources) or "—",
            )
        source = load_sources(self._office.config.model_copy(update={"sources": (settings,)}))[name]
        if not isinstance(source, ManifestSource):
            raise WrongUse(
                N_("Source {name} answers at once: nothing is sent or received for it"),
                N_("Files and callbacks are of manifests with [file] or [callback]: docs/plugin-author.md."),
                name=name,
            )
        return settings, source, source.manifest

    def waiting(self, name: str) -> Iterator[Waiting]:
        """Give what waits for an answer of a source, oldest first; returned cases wait for none."""
        office = self._office
        seen: set[tuple[str, str, str, tuple[str, ...]]] = set()
        for accepted in office.log.entries(event="accepted", source=name):
            asked = office.log.entry(accepted.about) if accepted.about else None
            if asked is None or accepted.body.get("kind") != "answer":
                continue
            told = asked.body.get("fields_sent")
            fields = tuple(sorted(map(str, told))) if isinstance(told, list | tuple) else ()
            names = {"case": asked.case, "subject": str(asked.body.get("subject"))}
            if asked.body.get("number"):
                names["number"] = str(asked.body["number"])
            which = (names["case"], names["subject"], names.get("number", ""), fields)
            if which in seen:
                continue
            seen.add(which)
            last = before(office.log, names, name, fields, office.clock())
            case = office.store.cases.by_pseudonym(asked.case)
            if last is None or not last.reference or case is None or case.key is None:
                continue
            facts = CaseFacts(
                ref=case.pseudonym,
                client=case.client,
                open=case.state == OPEN,
                pseudonym=case.unsealed.pseudonym,
                unseal=case.unsealed.open,
            )
            yield Waiting(entry=last.asked, case=case, reference=unsealed(facts, last.reference))

    # Files of questions

    def send(self, name: str, out: Path) -> Sent:
        """Write the questions that wait and were in no file yet. The log says so before the file is there.

        Raises WrongUse when the source takes no files, nothing waits, or its authorisation is not in force.
        """
        settings, _source, manifest = self.source(name)
        if manifest.file is None:
            raise WrongUse(
                N_("Source {name} takes no files"), N_("Its manifest would say so in [file]."), name=name
            )
        if not settings.in_force(self._office.today()):
            raise WrongUse(
                N_("The authorisation of source {name} does not hold today: nothing is sent"),
                N_("Have it renewed, then write the new dates."),
                name=name,
            )
        if out.exists():
            raise WrongUse(N_("{file} is there already."), N_("Give another name."), file=str(out))
        log = self._office.log
        fresh = [
            one
            for one in self.waiting(name)
            if one.case.state == OPEN and not any(_in_a_file(each) for each in self._attempts(one.entry))
        ]
        if not fresh:
            raise WrongUse(
                N_("Nothing waits to be sent to source {name}"),
                N_("Make the look-ups first: tracer trace."),
                name=name,
            )
        now = fresh[: manifest.file.most]
        try:
            text = "".join(written(manifest.file, [one.reference for one in now])).encode()
        except LineUnfit as error:
            raise WrongUse(
                N_("A value of column {column} cannot stand in a file"),
                N_("Correct it in the case, and make the look-up again."),
                column=str(error),
            ) from None
        batch = f"file_{hashlib.sha256(text).hexdigest()[:16].translate(_WORD)}"
        self._office.write(
            "export",
            body={
                "source": name,
                "authorisation": settings.authorisation,
                "rows": len(now),
                "format": "csv",
                "size": len(text),
                "file_digest": hashlib.sha256(text).hexdigest(),
            },
        )
        # Each question says in which file it left, before the file is there: a crash sends nothing twice.
        for promise in [
            log.submit(
                Draft(
                    "called",
                    actor=self._office.actor,
                    purpose=one.entry.purpose,
                    case=one.entry.case,
                    about=one.entry.seq,
                    body={"source": name, "table": batch},
                )
            )
            for one in now
        ]:
            promise.result()
        with whole(out) as draft:
            draft.write_bytes(text)
        return Sent(lines=len(now), left=len(fresh) - len(now), file=out)

    def _attempts(self, entry: Entry) -> Iterator[Entry]:
        """What happened under a question and under the look-ups that took it up before."""
        one: Entry | None = entry
        while one is not None:
            yield from self._office.log.entries(about=one.seq)
            one = self._office.log.entry(one.about) if one.about else None

    # What comes

    def receive_file(self, name: str, path: Path) -> Arrived:
        """Take a file of answers. Raises WrongUse when it cannot be read or is no such file."""
        settings, source, manifest = self.source(name)
        if manifest.file is None:
            raise WrongUse(
                N_("Source {name} answers in no files"), N_("Its manifest would say so in [file]."), name=name
            )
        _content(path, LARGEST_FILE, read=False)
        waiting = {one.reference: one for one in self.waiting(name)}
        with path.open(encoding=detect(path).codec, errors="strict", newline="") as lines:
            try:
                found = answers(manifest.file, lines, waiting)
            except (UnicodeDecodeError, csv.Error) as error:
                raise WrongUse(
                    N_("{file} cannot be read ({why})."),
                    N_("It should be a text file with one answer a line."),
                    file=path.name,
                    why=type(error).__name__,
                ) from None
        if found is None:
            raise WrongUse(
                N_("{file} lacks a column its lines are matched by: {columns}"),
                N_("It may be the file of another source, or its layout has changed."),
                file=path.name,
                columns=", ".join(manifest.file.match.values()),
            )
        arrived = Arrived(strangers=found.strangers, doubled=found.doubled)
        pieces = [(waiting[line], Reply(status=200, body=body)) for line, body in found.bodies.items()]
        self._take(settings, source, pieces, arrived)
        return arrived

    def receive_callbacks(self, name: str, callbacks: Iterable[tuple[Mapping[str, str], bytes]]) -> Arrived:
        """Take callbacks: headers (lower-case names) and body of each; others are counted."""
        settings, source, manifest = self.source(name)
        if manifest.callback is None:
            raise WrongUse(
                N_("Source {name} does not call back"),
                N_("Its manifest would say so in [callback]."),
                name=name,
            )
        secret = settings.callback_secret()
        arrived, waiting = Arrived(), {one.reference: one for one in self.waiting(name)}
        pieces: dict[str, tuple[Waiting, Reply]] = {}
        for headers, body in callbacks:
            found = receive(
                manifest.callback, headers, body, secret=secret, now=self._office.clock().timestamp()
            )
            if isinstance(found, Unfit):
                arrived.unfit[found] += 1
            elif isinstance(found, Received) and found.ref in waiting and found.ref not in pieces:
                pieces[found.ref] = (waiting[found.ref], Reply(status=200, body=found.body))
            else:
                arrived.strangers += 1
        self._take(settings, source, list(pieces.values()), arrived)
        return arrived

    def dropped(self, path: Path) -> tuple[dict[str, str], bytes]:
        """Read a callback that a web server has put into a file: its headers, an empty line, its body."""
        content = _content(path, 2 * LARGEST)
        head, gap, body = content.partition(b"\n\n" if b"\r\n\r\n" not in content else b"\r\n\r\n")
        if not gap:
            head, body = b"", content
        headers = {}
        for line in head.decode("latin-1").splitlines():
            key, colon, value = line.partition(":")
            if colon:
                headers[key.strip().lower()] = value.strip()
        return headers, body

    def _take(
        self,
        settings: SourceSettings,
        source: Source,
        pieces: Sequence[tuple[Waiting, Reply]],
        arrived: Arrived,
    ) -> None:
        if pieces:
            asyncio.run(self._through_the_door(settings, source, pieces, arrived))

    async def _through_the_door(
        self,
        settings: SourceSettings,
        source: Source,
        pieces: Sequence[tuple[Waiting, Reply]],
        arrived: Arrived,
    ) -> None:
        office = self._office
        rows = Together(dict.fromkeys(OWN_TABLES, DeskRows(office.store)), Tables(office.config.tables))
        policy, timing = office.policy, Timing(now=office.clock)
        async with (
            Gateway(policy=policy, log=office.log, http=network(), rows=rows, timing=timing) as gateway,
            Keeper(office.store) as keeper,
        ):
            for one, reply in pieces:
                case = one.case
                about = await asyncio.to_thread(self._about, case, str(one.entry.body.get("number") or ""))
                if about is None:
                    arrived.strangers += 1  # the number is the case's no more
                    continue
                lookup = await gateway.lookup(
                    LookupRequest(
                        source=source,
                        settings=settings,
                        case=CaseFacts(
                            ref=case.pseudonym,
                            client=case.client,
                            open=case.state == OPEN,
                            barred=stopped(office, case),
                            pseudonym=case.unsealed.pseudonym,
                            token=case.pseudonym,
                            seal=case.unsealed.seal,
                            unseal=case.unsealed.open,
                        ),
                        subject=about,
                        actor=office.actor,
                        purpose=one.entry.purpose,
                        delivered=reply,
                    )
                )
                arrived.outcomes[lookup.outcome] += 1
                if lookup.outcome is Outcome.REFUSED or not lookup.decision.allowed or about.phone is None:
                    continue
                done = LookupDone(
                    entry=lookup.entries[0],
                    source=settings.id,
                    subject=office.store.notes.number_token(case, about.phone),
                    outcome=lookup.outcome,
                    at=office.clock(),
                    price=lookup.spent or 0,
                )
                await keeper.keep(case, done, Findings(facts=lookup.answer.facts))

    def _about(self, case: CaseFile, number: str) -> SubjectFacts | None:
        """What was asked about: the number of the case that the log knows by this name."""
        seen = contacts.known(self._office, case)
        for piece in contacts.evidence(seen, contacts.persons(seen)):
            if case.unsealed.pseudonym("number", piece.phone.key) == number:
                debtor = debtor_of(seen.findings.records, case.pseudonym)
                return about_number(debtor, piece.phone, piece, self._office.today())
        return None


# Letters that are no digits: the log refuses long runs of those.
_WORD = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")


def _in_a_file(entry: Entry) -> bool:
    return entry.event == "called" and str(entry.body.get("table") or "").startswith("file_")


def _content(path: Path, largest: int, *, read: bool = True) -> bytes:
    try:
        if path.stat().st_size > largest:
            raise WrongUse(N_("{file} is too large to be an answer."), file=path.name)
        return path.read_bytes() if read else b""
    except OSError as error:
        raise WrongUse(
            N_("{file} cannot be read ({why})."),
            N_("Check that it is a file and that you may read it."),
            file=path.name,
            why=type(error).__name__,
        ) from error
