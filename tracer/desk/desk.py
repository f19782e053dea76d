"""The use cases, one object: what command line and pages call. Neither sees a row, a key or the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

from graph.agreement import Agreement
from graph.mistrace import Alarm
from graph.model import Judgement, Record, Verdict
from tracer.clock import Clock, now
from tracer.desk import (
    approvals,
    channels,
    charting,
    clerk_cases,
    contacts,
    data_files,
    enquiries,
    export,
    health,
    intake,
    judging,
    keys,
    lawful,
    life,
    log_explorer,
    log_export,
    logbook,
    modelling,
    money,
    outcomes,
    picture,
    receipts,
    receiving,
    refresh,
    replaying,
    review,
    sealed,
    trace,
    witnessing,
)
from tracer.desk.contacts import Contacts, Number
from tracer.desk.explaining import Explained
from tracer.desk.office import EMPTY_CONFIG, Office, a_moment, create, open_office, whole_day
from tracer.desk.rights_desk import RightsDesk
from tracer.intake import Inspection, Problem, Progress
from tracer.log import Verification
from tracer.policy.contact import Opinion
from tracer.store.cases import CaseFile
from tracer.store.notes import Note, Request

# The values it hands out that live in the store: callers need their types, never the store.
__all__ = ["CaseFile", "Desk", "Note", "Request"]


class Desk:
    """An open home and the person at it. Use as a context manager, or close it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.watch = witnessing.Watch(office)
        self.rights = RightsDesk(office)

    @staticmethod
    def init(home: Path, actor: str, *, clock: Clock = now, config_text: str = EMPTY_CONFIG) -> None:
        """Make a new home; raises WrongUse when there is one."""
        create(home, clock, actor, config_text)

    @classmethod
    def open(cls, home: Path, actor: str, *, config: Path | None = None, clock: Clock = now) -> Self:
        """Open a home; raises WrongUse when there is none, LogUnavailable when log or keys cannot be used."""
        found = cls(open_office(home, config, clock, actor))
        found.watch.start()
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hand the last checkpoint to the witnesses (``watch.heard`` says what they said); give all back."""
        try:
            self.watch.finish()
        finally:
            self.office.close()

    # Files

    def preview(
        self, path: Path, client: str, *, mapping: Path | None, sheet: str | None, encoding: str | None
    ) -> Inspection:
        """How a file would be understood; nothing is taken in."""
        return intake.preview(self.office, path, client, mapping=mapping, sheet=sheet, encoding=encoding)

    def import_file(
        self,
        path: Path,
        client: str,
        *,
        mapping: Path | None = None,
        sheet: str | None = None,
        encoding: str | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> intake.ImportReport:
        """Take a file in."""
        return intake.import_file(
            self.office, path, client, mapping=mapping, sheet=sheet, encoding=encoding, progress=progress
        )

    def problems(self, batch: int) -> Iterator[Problem]:
        """The problems of a batch, in the order of its file."""
        return intake.problems(self.office, batch)

    def export(
        self, client: str, out: Path, *, top: int = 3, progress: Callable[[int, int], None] | None = None
    ) -> export.ExportReport:
        """The client's own columns first, ours after; logged as a disclosure before it is written."""
        return export.export(self.office, client, out, top=top, progress=progress)

    # Cases

    def case(self, ref: str) -> CaseFile:
        """The case a person means; raises WrongUse."""
        return self.office.case(ref)

    def cases(
        self,
        *,
        client: str | None = None,
        state: str | None = None,
        assigned_to: str | None = None,
        limit: int | None = None,
    ) -> Iterator[life.CaseLine]:
        """The case list."""
        return life.lines(self.office, client=client, state=state, assigned_to=assigned_to, limit=limit)

    def open_cases(self, *, client: str | None = None) -> tuple[CaseFile, ...]:
        """Every open case, of one client or of all."""
        return tuple(self.office.store.cases.listed(client=client, state="open"))

    def assign(self, refs: Sequence[str], to: str) -> int:
        """分案."""
        return life.assign(self.office, [self.case(ref) for ref in refs], to)

    def close_case(self, ref: str, reason: str) -> None:
        """结案."""
        life.close(self.office, self.case(ref), reason)

    def reopen_case(self, ref: str, reason: str) -> None:
        """Open a closed case again."""
        life.reopen(self.office, self.case(ref), reason)

    def to_return(
        self, *, client: str | None, batch: int | None, refs: Sequence[str]
    ) -> tuple[CaseFile, ...]:
        """The cases a return is about; raises WrongUse for a client, batch or case that is not there."""
        return life.to_return(self.office, client=client, batch=batch, cases=[self.case(ref) for ref in refs])

    def overlap(self, ref: str) -> life.Overlap | None:
        """碰案."""
        return life.overlap(self.office, self.case(ref))

    # Look-ups and numbers

    def trace(
        self,
        cases: Sequence[CaseFile],
        purpose: str,
        *,
        only: Sequence[str] | None = None,
        max_cost: int | None = None,
        by_value: bool = False,
        again: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> trace.TraceReport:
        """Make the look-ups of cases."""
        return trace.trace(
            self.office,
            cases,
            purpose,
            only=only,
            max_cost=max_cost,
            by_value=by_value,
            again=again,
            progress=progress,
        )

    def contacts(
        self, ref: str, *, reveal: bool = False, reason: str = "", purpose: str = "", planned: bool = False
    ) -> contacts.Contacts:
        """The ranked numbers of a case; a reveal needs the operation contact and is an entry of the log.

        ``planned`` adds what is worth asking next.
        """
        case = self.case(ref)
        shown = contacts.contacts(self.office, case, planned=planned)
        return contacts.reveal(self.office, case, shown, reason, purpose=purpose) if reveal else shown

    def picture(self, ref: str, out: Path) -> int:
        """Draw the contact graph into a file; gives the number of nodes."""
        case = self.case(ref)
        return picture.draw(contacts.graph(self.office, case), out)

    def mistraces(self, ref: str) -> tuple[Alarm, ...]:
        """The case's mistrace alarms: another identity fits it about as well, or better."""
        return contacts.alarms(self.office, self.case(ref))

    def chart(self, ref: str, out: Path, kind: str, token: str = "") -> Number:
        """Draw one number over time or reason by reason; gives the number drawn."""
        return charting.draw(self.office, self.case(ref), out, kind, token)

    def chart_rows(self, ref: str, token: str = "") -> tuple[Number, tuple[tuple[str, str, str], ...]]:
        """One number and its reasons as lines with bars."""
        return charting.rows(self.office, self.case(ref), token)

    def pairs(self, ref: str) -> tuple[judging.Pair, ...]:
        """The record pairs of a case with the evidence."""
        return judging.pairs(self.office, self.case(ref))

    def records(self, ref: str) -> tuple[Record, ...]:
        """The records known of a case, by reference."""
        return judging.records(self.office, self.case(ref))

    def judge(self, ref: str, left: str, right: str, judgement: Judgement, reason: str) -> Verdict:
        """A person's verdict on two records."""
        return judging.judge(self.office, self.case(ref), left, right, judgement, reason)

    def explained(self, ref: str, left: str, right: str) -> Explained:
        """The evidence on two records of a case, and what would change it."""
        return judging.explained(self.office, self.case(ref), left, right)

    def undo_verdict(self, ref: str, left: str, right: str, reason: str = "") -> Verdict:
        """Take back the last verdict on two records; gives what stands now."""
        return judging.undo(self.office, self.case(ref), left, right, reason)

    def case_having(self, left: str, right: str) -> str:
        """The case that knows both records."""
        return clerk_cases.having(self.office, left, right)

    def agreement(self, *, case: str = "", client: str | None = None) -> Agreement:
        """How far reviewers agree, in one case or in all."""
        return judging.compared(self.office, clerk_cases.chosen(self.office, case, client))

    def bench(
        self,
        *,
        case: str = "",
        client: str | None = None,
        reason: str = "",
        blind: bool = False,
        second: bool = False,
        share: float = 0.1,
    ) -> clerk_cases.CaseBench:
        """The pairs of one case, or of all open ones, to be judged in the order of what a verdict changes."""
        return clerk_cases.CaseBench(
            office=self.office,
            cases=clerk_cases.chosen(self.office, case, client),
            reason=reason,
            blind=blind,
            second=second,
            share=share,
        )

    # Call notes

    def outcome(self, ref: str, note: outcomes.CallNote) -> outcomes.Noted:
        """Write down one contact attempt."""
        return outcomes.record(self.office, self.case(ref), note)

    def notes(self, ref: str) -> tuple[Note, ...]:
        """The call notes of a case that stand."""
        return outcomes.notes(self.office, self.case(ref))

    def undo_outcome(self, ref: str, note: int | None = None) -> Note:
        """Take a call note back."""
        return outcomes.undo(self.office, self.case(ref), note)

    def moment(self, text: str | None) -> dt.datetime:
        """A time as a person writes it, in the configured zone unless it names another; None is now."""
        return a_moment(self.office, text) if text else self.office.clock()

    def day(self, text: str | None) -> dt.date | None:
        """A day as a person writes it; raises WrongUse for what is none."""
        return whole_day(text) if text else None

    # Refresh requests

    def request(
        self, ref: str, *, reason: str, priority: str = "normal", due_on: dt.date | None = None
    ) -> Request:
        """Ask for refreshed contacts."""
        return refresh.ask(self.office, self.case(ref), reason=reason, priority=priority, due_on=due_on)

    def answer_request(self, number: int, result: str) -> Request:
        """Answer a request."""
        return refresh.answer(self.office, refresh.one(self.office, number), result)

    def one_request(self, number: int) -> tuple[Request, CaseFile]:
        """One request with its case; raises WrongUse when there is none."""
        request = refresh.one(self.office, number)
        return request, self.office.store.cases.get(request.case_id)

    def requests(self, state: str | None = None) -> tuple[tuple[Request, CaseFile], ...]:
        """The requests with their cases."""
        return refresh.listed(self.office, state)

    @property
    def money(self) -> money.Money:
        """What look-ups cost: spending, and vendors' invoices."""
        return money.Money(self.office)

    @property
    def receiving(self) -> receiving.Receiving:
        """Look-ups whose answers come later: files to send, callbacks and files to take."""
        return receiving.Receiving(self.office)

    @property
    def sealed(self) -> sealed.Sealing:
        """Sealed contacts: counts, and virtual numbers bound to a caller."""
        return sealed.Sealing(self.office)

    @property
    def data_files(self) -> data_files.DataFiles:
        """People sent to a vendor in a file, and answers taken from another."""
        return data_files.DataFiles(self.office)

    @property
    def enquiries(self) -> enquiries.Enquiries:
        """Enquiries by letter, phone or visit."""
        return enquiries.Enquiries(self.office)

    @property
    def models(self) -> modelling.Models:
        """The in-use model: which ranks, what was learned, whether it still holds."""
        return modelling.Models(self.office)

    def rotate_keys(self, progress: Callable[[int, int], None] | None = None) -> keys.Rotated:
        """Replace the master key and destroy the old one."""
        return keys.rotate(self.office, progress)

    # Sources and policy

    def sources(self) -> tuple[channels.SourceLine, ...]:
        """The configured sources, each with what keeps it from being asked."""
        return channels.listed(self.office)

    def source(self, name: str) -> channels.SourceLine:
        """One configured source."""
        return channels.shown(self.office, name)

    def may_contact(
        self,
        ref: str,
        number: str,
        at: dt.datetime,
        asked: lawful.Asked,
        *,
        reserve: bool = False,
        approval: int | None = None,
    ) -> lawful.MayContact:
        """May this number be called at that time? With ``reserve`` the call is written down first."""
        case = self.case(ref)
        return lawful.may_contact(self.office, case, number, at, asked, reserve=reserve, approval=approval)

    def ask_approval(
        self, ref: str, number: str, at: dt.datetime, asked: lawful.Asked, reason: str
    ) -> approvals.Approval:
        """Ask a second person to let a contact pass."""
        return lawful.ask_approval(self.office, self.case(ref), number, at, asked, reason)

    def may_contact_now(self, ref: str, found: Contacts) -> dict[str, Opinion]:
        """The same of every number shown, at this moment, by its token."""
        phones = {one.token: one.phone for one in found.numbers}
        return lawful.now_for(self.office, self.case(ref), phones)

    def replay(self, since: dt.date | None = None, pack: Path | None = None) -> Iterator[replaying.Replayed]:
        """Past contacts judged again under today's packs."""
        return replaying.replay(self.office, since=since, pack=pack)

    # The log

    def log_list(
        self,
        wanted: logbook.Wanted = logbook.ALL,
        *,
        after: int = 0,
        limit: int = 50,
    ) -> tuple[logbook.Line, ...]:
        """Entries of the log."""
        return logbook.listed(self.office, wanted=wanted, after=after, limit=limit)

    def log_explore(self, wanted: logbook.Wanted, *, before: int | None = None) -> log_explorer.Explored:
        """A page of the log, the newest first, with facets and days of the whole choice."""
        if before is None:
            return log_explorer.explore(self.office, wanted)
        return log_explorer.explore(self.office, wanted, before=before)

    def log_prove(
        self,
        seq: int | None = None,
        *,
        case: str | None = None,
        subject: str | None = None,
        size: int | None = None,
        checkpoint: Path | None = None,
    ) -> receipts.Proved:
        """A receipt: entries with the proof that they are in the log, for one who trusts nobody here."""
        return receipts.prove(
            self.office, seq=seq, case=case, subject=subject, size=size, checkpoint=checkpoint
        )

    def log_save(
        self, proved: receipts.Proved, out: Path, page: Path | None = None, font: Path | None = None
    ) -> bool:
        """Write a receipt to a file, and as a page a person can read to another.

        Tells whether the page brings its own font for Chinese.
        """
        receipts.save(proved, out)
        if page is not None:
            from tracer.desk.receipt_page import save  # reportlab takes half a second to import

            return save(self.office, proved, out.name, page, font)
        return True

    def log_export(
        self,
        wanted: logbook.Wanted,
        out: Path,
        *,
        names: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> log_export.LogExport:
        """The log for an auditor; the file is in the log before it is there."""
        return log_export.export(
            self.office,
            logbook.query(self.office, wanted),
            out,
            filters=wanted.named,
            names=names,
            progress=progress,
        )

    def log_show(self, seq: int) -> tuple[logbook.Line, ...]:
        """One entry and what is about it."""
        return logbook.shown(self.office, seq)

    def log_head(self) -> tuple[int, str]:
        """Size and root."""
        return logbook.head(self.office)

    def log_verify(
        self,
        progress: Callable[[int, int], None] | None = None,
        *,
        checkpoints: Sequence[Path] = (),
        since: str = "",
    ) -> Verification:
        """Recompute the log from its bytes, and compare it with what witnesses and ``checkpoints`` say."""
        return logbook.verify(self.office, progress, checkpoints=checkpoints, since=since)

    def log_health(self) -> health.Health:
        """What no witness has seen yet, and what is wrong with whom."""
        return health.health(self.office)

    def log_checkpoint(self) -> tuple[str, tuple[witnessing.Testimony, ...]]:
        """Sign the log now and hand it to every witness; gives the note with its cosignatures."""
        said = self.watch.publish()
        return str(witnessing.signed(self.office, self.office.log.checkpoint())), said

    def log_key(self) -> str:
        """The public key of the log's checkpoints, as C2SP writes it."""
        return str(self.office.log.key or "")

    def log_unfinished(self) -> tuple[logbook.Line, ...]:
        """Questions without an ending."""
        return logbook.unfinished(self.office)

    def log_recover(self) -> int:
        """Close what a crash left open."""
        return logbook.recover(self.office)

    def log_review(
        self,
        *,
        assurance: float,
        tolerable: float,
        since: dt.date | None = None,
        until: dt.date | None = None,
        size: int | None = None,
        numbers: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> review.Review:
        """A sample of look-ups and the patterns worth a look."""
        return review.propose(
            self.office,
            assurance=assurance,
            tolerable=tolerable,
            period=review.Period(since=since, until=until),
            size=size,
            numbers=numbers,
            progress=progress,
        )

    def log_conclude(self, what: str, conclusion: str, reason: str) -> int:
        """A reviewer's conclusion on an entry or a pattern, by its entry; raises Refused on his own."""
        return review.conclude(self.office, what, conclusion, reason).seq

    def log_clock_corrected(self) -> None:
        """Go on after a clock was set back."""
        logbook.clock_corrected(self.office)
