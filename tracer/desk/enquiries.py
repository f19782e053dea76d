"""Enquiries by letter, phone or visit: decided, logged, drafted, sent by a person, answered, filed.

Deciding comes first and the log second; only then is there a document. Whoever holds the paper knows it by a
random reference, never by a case number. What comes back hangs on the log entry of the answer.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph.clean.addresses import read_address
from graph.clean.employers import read_employer
from graph.clean.phones import read_phones
from graph.clean.text import tidy
from graph.model import Name, Phone
from sources.contract import Outcome
from sources.enquiry import ASKS, Addressee, Asks, Enquiry, Standing, Told, found
from tracer.config import Operation, SourceSettings
from tracer.desk import enquiring, papers
from tracer.desk.choosing import about_case
from tracer.desk.debtors import debtor_keys
from tracer.desk.drafting import Wanted, addressee_of, fits, letter_of
from tracer.desk.lawful import Asked, check, one_at_a_time, reasons
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.errors import Refused, WrongUse
from tracer.letters.text import (
    Letter,
    Line,
    NotForThirdParties,
    Style,
    speaks_of_debt,
)
from tracer.log.entry import JSON
from tracer.plugins import load
from tracer.store.cases import RETURNED, CaseFile
from tracer.store.enquiries import (
    DRAFTED,
    REFUSED,
    SENT,
    WITHDRAWN,
    Enquired,
    NewEnquiry,
    NewPaper,
    Paper,
    Written,
    WrittenLine,
)
from tracer.store.evidence import Findings, LookupDone
from tracer.words import N_

# Letters that no other is mistaken for on paper or on the phone.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
FORMATS = (".docx", ".pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An enquiry as people see it: its case (None when it was returned), its state today and its papers."""

    one: Enquired
    case: CaseFile | None = field(repr=False)
    state: str
    due: bool
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person writes down of an answer."""

    on: dt.date
    own: tuple[str, ...] = field(default=(), repr=False)
    work: tuple[str, ...] = field(default=(), repr=False)
    address: str = field(default="", repr=False)
    employer: str = field(default="", repr=False)
    standing: Standing = Standing.UNSAID
    note: str = field(default="", repr=False)


class Enquiries:
    """The enquiries of an open home."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store.enquiries

    # Drafting

    def new(self, ref: str, wanted: Wanted) -> Shown:
        """Decide, log and store an enquiry. Of two people who ask the same one at once, one is refused.

        Raises Refused when policy says no, NotForThirdParties when a name would speak of a debt, WrongUse
        for what does not fit together. Nothing is stored then; a refusal is in the log.
        """
        with one_at_a_time(self._office):
            return self._new(ref, wanted)

    def _new(self, ref: str, wanted: Wanted) -> Shown:
        office = self._office
        case = office.case(ref)
        asks = wanted.asks or ASKS[wanted.to][0]
        fits(wanted, asks)
        check(Asked(said=wanted.said))
        settings = self._settings(wanted.to)
        source = load(office.config.model_copy(update={"sources": (settings,)}))[settings.id]
        name, key = addressee_of(office, case, wanted)
        pairs = (
            self._store.pairs(key, (*debtor_keys(office, case), case.pseudonym))
            if wanted.to.third_party
            else ()
        )
        purpose = wanted.purpose or office.only_purpose(case.client)
        verdict = enquiring.judged(
            office,
            case,
            source,
            settings,
            kind=wanted.kind,
            addressee=wanted.to,
            asks=asks,
            purpose=purpose,
            earlier=self._store.asked(pairs),
            said=wanted.said,
        )
        body: dict[str, JSON] = {
            "operation": str(Operation.LOOKUP),
            "source": settings.id,
            "client": case.client,
            "role": str(verdict.subject.role),
            "subject": case.unsealed.pseudonym("subject", f"{verdict.subject.role}|{verdict.subject.ref}"),
            "verdict": str(verdict.decision.verdict),
            "policy": verdict.decision.digest,
            "version": verdict.decision.version,
        }
        if verdict.opinion is not None:
            body["packs"] = {pack.id: pack.sha256 for pack in verdict.opinion.packs}
        if not verdict.allowed:
            missing = verdict.opinion.missing if verdict.opinion is not None else ()
            office.write(
                "refused",
                case=case,
                purpose=purpose,
                body={
                    **body,
                    "verdict": "deny",
                    "fired": verdict.rules,
                    "missing": [*verdict.decision.missing, *missing],
                },
            )
            raise Refused(N_("Policy refused this.\n{reasons}"), reasons=verdict.shown())
        language = wanted.language or ("en" if office.config.region_of(case.client) == "US" else "zh")
        reference = self._reference()
        expires = min(
            office.today() + dt.timedelta(days=office.config.enquiry.expires_after),
            wanted.order_until or dt.date.max,
        )
        letter = letter_of(office, wanted, asks, name, verdict, language, reference, expires)
        entry = office.write(
            "enquiry_drafted",
            case=case,
            purpose=purpose,
            body={
                **body,
                "enquiry": reference,
                "authorisation": settings.authorisation,
                "channel": str(source.terms.channel),
                "kind": str(wanted.kind),
                "fields_sent": tuple(sorted(str(one) for one in verdict.fields)),
                "intrusion": source.terms.intrusion,
                "rules": verdict.decision.rules,
                "basis": [f"{fact}:{str(so).lower()}" for fact, so in sorted(wanted.said.items())],
                "until": expires.isoformat(),
            },
        )
        new = NewEnquiry(
            reference=reference,
            source=settings.id,
            kind=wanted.kind,
            addressee=wanted.to,
            asks=asks,
            language=language,
            actor=office.actor,
            at=office.clock(),
            due_on=min(office.today() + dt.timedelta(days=office.config.enquiry.remind_after), expires),
            expires_on=expires,
            written=Written(
                addressee=name,
                postal=wanted.postal,
                order=wanted.order,
                court=wanted.court,
                lines=tuple(WrittenLine(style=str(line.style), text=line.text) for line in letter.lines),
            ),
            pairs=pairs,
        )
        self._store.add(case, new, entry.seq)
        return self.show(reference)

    @staticmethod
    def may_write(outs: Sequence[Path]) -> None:
        """Raise WrongUse for a file that no document can be written to: asked before anything is decided."""
        for out in outs:
            if out.suffix.lower() not in FORMATS:
                raise WrongUse(
                    N_("{path} is neither a Word document nor a PDF"),
                    N_("Name a file that ends in .docx or .pdf."),
                    path=out.name,
                )
            if not out.parent.is_dir():
                raise WrongUse(
                    N_("There is no folder to write {path} to"), N_("Make it first."), path=out.name
                )

    def write(self, reference: str, outs: Sequence[Path], font: Path | None = None) -> bool:
        """Write the document of a drafted enquiry; tells whether a PDF brings its own font for Chinese.

        The words are those that were decided and logged: nothing is filled in anew. Raises WrongUse when it
        is no longer to be sent.
        """
        shown = self._live(reference, DRAFTED)
        self.may_write(outs)
        assert shown.one.written is not None
        letter = Letter(
            language=shown.one.language,
            lines=tuple(Line(style=Style(line.style), text=line.text) for line in shown.one.written.lines),
        )
        readable = True
        for out in outs:
            with whole(out) as draft:
                if out.suffix.lower() == ".docx":
                    from tracer.letters.word_file import write as write_word  # lxml takes its time to import

                    write_word(letter, draft, self._office.today())
                else:
                    from tracer.fonts import brings_its_fonts, embed
                    from tracer.letters.pdf_file import write as write_pdf  # so does reportlab

                    embedded = embed(font)
                    write_pdf(letter, draft)
                    readable = brings_its_fonts(draft, embedded)
        return readable

    # What became of it

    def sent(self, reference: str, how: str, at: dt.datetime, tracking: str = "") -> tuple[Shown, str]:
        """Write down that it was sent, posted, called or visited: how, when, under which number.

        Gives the enquiry and, for a call or visit at a time that was not allowed, what the rules say: what
        was done is recorded as it was, and the log holds the verdict.
        """
        with one_at_a_time(self._office):
            return self._sent(reference, how, at, tracking)

    def _sent(self, reference: str, how: str, at: dt.datetime, tracking: str) -> tuple[Shown, str]:
        office = self._office
        shown = self._live(reference, DRAFTED)
        one, case = shown.one, shown.case
        assert case is not None
        assert one.written is not None
        if at > office.clock() + dt.timedelta(minutes=5) or at < one.drafted_at - dt.timedelta(days=1):
            raise WrongUse(
                N_("It cannot have been sent on {at}"),
                N_("Give the time it was sent: after it was drafted, and not to come."),
                at=at.isoformat(timespec="minutes"),
            )
        opinion = enquiring.at_that_time(office, case, one, at)
        faults = "" if opinion is None or opinion.allowed else reasons(opinion)
        entry = office.write(
            "enquiry_sent",
            case=case,
            about=one.entry,
            body={
                "enquiry": one.reference,
                "source": one.source,
                "method": how,
                "kind": str(one.kind),
                "local_time": at.isoformat(timespec="seconds"),
                "verdict": str(opinion.verdict) if opinion is not None else None,
                "fired": [hit.rule for hit in opinion.hits] if opinion is not None else [],
            },
        )
        self._first(
            self._store.sent(case, one, replace(one.written, how=how, tracking=tracking), at, entry.seq)
        )
        return self.show(reference), faults

    def answer(self, reference: str, said: Answer, scans: Sequence[Path] = ()) -> Shown:
        """Write down an answer with its papers: claims of the debtor's numbers, on the answer's own entry.

        Answers to what was never sent are refused; one that came too late is taken all the same. Every scan
        is read before anything is written. Raises Refused where the agreement allows no outcome any more.
        """
        with one_at_a_time(self._office):
            return self._answer(reference, said, scans)

    def _answer(self, reference: str, said: Answer, scans: Sequence[Path]) -> Shown:
        office = self._office
        shown = self._live(reference, SENT)
        one, case = shown.one, shown.case
        assert case is not None
        assert one.written is not None
        assert one.sent_at is not None
        office.require(Operation.OUTCOME, case.client, case=case)
        first = one.sent_at.astimezone(office.config.zone).date()
        if not first <= said.on <= office.today():
            raise WrongUse(
                N_("The answer cannot be of {day}"),
                N_("It was sent on {first}; give the day the answer came."),
                day=said.on,
                first=first,
            )
        told = self._told(case, one, said)
        read = self._read(one, scans)
        name = self._debtor_name(case)
        outcome = Outcome.ANSWERED if told.something else Outcome.NO_RECORD
        entry = office.write(
            "enquiry_answered",
            case=case,
            about=one.entry,
            body={
                "enquiry": one.reference,
                "source": one.source,
                "outcome": str(outcome),
                "state": str(told.standing),
                "hits": {"claims": len(told.own) + len(told.work)},
                "file_digest": [scan.digest for scan in read],
                "counts": {"papers": len(read)},
                "today": said.on.isoformat(),
            },
        )
        records, claims = found(
            told,
            source=one.source,
            reference=one.reference,
            name=name,
            case=case.pseudonym,
            day=said.on,
            entry=entry.seq,
        )
        done = LookupDone(
            entry=entry.seq,
            source=one.source,
            # A subject of its own: the answer of one employer does not replace that of another.
            subject=case.unsealed.token("enquiry", one.reference),
            outcome=outcome,
            at=office.clock(),
            price=0,
        )
        self._first(
            self._store.answered(case, one, told, read, (done, Findings(records=records, claims=claims)))
        )
        return self.show(reference)

    def refuse(self, reference: str) -> Shown:
        """Write down that they refused: nobody there is asked about this debtor again, in any case, ever.

        Taken in every state, and when the case was closed or returned long ago.
        """
        shown = self.show(reference)
        if shown.one.stored == REFUSED:
            return shown
        case = self._office.store.cases.get(shown.one.case_id)
        entry = self._ending("enquiry_refused", shown.one, case)
        self._first(self._store.ended(shown.one, REFUSED, self._office.clock(), entry))
        return self.show(reference)

    def withdraw(self, reference: str, reason: str) -> Shown:
        """Take back an enquiry that was not answered. One not sent yet counts as never asked."""
        shown = self.show(reference)
        if shown.one.stored not in {DRAFTED, SENT}:
            raise self._over(shown)
        if shown.one.stored == SENT:
            raise WrongUse(
                N_("It was sent already and cannot be taken back"),
                N_("Write down what came of it: tracer enquiry answer, or tracer enquiry refuse."),
            )
        case = self._office.store.cases.get(shown.one.case_id)
        entry = self._ending("enquiry_withdrawn", shown.one, case, reason)
        self._first(self._store.ended(shown.one, WITHDRAWN, self._office.clock(), entry))
        return self.show(reference)

    # Looking

    def show(self, reference: str) -> Shown:
        """Give one enquiry; raises WrongUse when there is none."""
        one = self._store.by_reference(_written(reference))
        if one is None:
            raise WrongUse(
                N_("There is no enquiry with that reference"),
                N_("It stands on the paper, as Q-BCDFG-HJKLM; see them with: tracer enquiry list"),
            )
        case = self._office.store.cases.get(one.case_id)
        if case.state != RETURNED:
            one = self._store.opened(one, case)
        return self._shown(one, case)

    def listed(self, *, case: str | None = None, due: bool = False, every: bool = False) -> tuple[Shown, ...]:
        """Give the enquiries of a case or of all; those due, else those that still run, or ``every`` one."""
        office = self._office
        if case is not None:
            file = office.case(case)
            found = self._store.of(file) if file.state != RETURNED else ()
        else:
            found = self._store.listed(() if every else (DRAFTED, SENT))
        files = {one.id: one for one in office.store.cases.many(sorted({each.case_id for each in found}))}
        shown = [self._shown(one, files[one.case_id]) for one in found]
        if due:
            shown = [one for one in shown if one.due and one.case is not None]
        elif not every:
            shown = [one for one in shown if one.one.stored in {DRAFTED, SENT}]
        return tuple(shown)

    def paper(self, reference: str, out: Path, reason: str, number: int | None = None) -> Paper:
        """Write a scanned paper to a file for a reason; the entry that says so comes first.

        ``number`` is which of several, from 1. Raises WrongUse, and Refused where policy allows no contact.
        """
        office = self._office
        shown = self.show(reference)
        case = shown.case
        if case is None:
            raise WrongUse(
                N_("This case was returned; what was known of it cannot be read any more"),
                N_("Ask the client for a new placement."),
            )
        if not shown.papers:
            raise WrongUse(N_("No paper is filed with this enquiry"), N_("Nothing was opened."))
        if number is None and len(shown.papers) > 1:
            raise WrongUse(
                N_("{count} papers are filed with this enquiry"),
                N_("Say which one with --number, from 1."),
                count=len(shown.papers),
            )
        place = (number or 1) - 1
        if not 0 <= place < len(shown.papers):
            raise WrongUse(
                N_("There is no paper {number} with this enquiry"),
                N_("It has {count}, counted from 1."),
                number=number,
                count=len(shown.papers),
            )
        chosen = shown.papers[place]
        office.require(
            Operation.CONTACT, case.client, purpose=office.only_purpose(case.client) or None, case=case
        )
        with whole(out) as draft:
            office.write(
                "paper_opened",
                case=case,
                about=chosen.entry,
                body={
                    "enquiry": shown.one.reference,
                    "reason": reason,
                    "size": chosen.size,
                    "top": place + 1,
                },
            )
            draft.write_bytes(self._store.content(case, shown.one, chosen))
        return chosen

    # Parts

    def _settings(self, to: Addressee) -> SourceSettings:
        use = Enquiry(addressee=to).name
        chosen = next((one for one in self._office.config.sources if one.use == use), None)
        if chosen is None:
            raise WrongUse(
                N_("No source {use} is configured, so nobody of that kind may be asked"),
                N_('Add a [[sources]] section with use = "{use}" and the document that allows it.'),
                use=use,
            )
        return chosen

    def _told(self, case: CaseFile, one: Enquired, said: Answer) -> Told:
        region = self._office.config.region_of(case.client)
        told = Told(
            own=tuple(_phone(text, region) for text in said.own),
            work=tuple(_phone(text, region) for text in said.work),
            address=read_address(said.address, country=region).value if said.address else None,
            employer=read_employer(said.employer).value if said.employer else None,
            standing=said.standing,
            note=said.note,
        )
        if one.asks in {Asks.EMPLOYMENT, Asks.RESIDENCE} and told.something:
            raise WrongUse(
                N_("They were asked one thing, yes or no; more was not asked for and is not kept"),
                N_("Give --standing yes, left or no. An enquiry about how he can be reached is another one."),
            )
        return told

    def _read(self, one: Enquired, scans: Sequence[Path]) -> tuple[NewPaper, ...]:
        read = tuple(papers.read(path, self._office.config.enquiry.largest_paper) for path in scans)
        for scan in read:
            other = self._store.filed_under(scan.digest)
            if other:
                raise WrongUse(
                    N_("This very scan is filed already under {reference}"),
                    N_("Compare the reference on the paper; nothing was taken."),
                    reference=other,
                )
        if len({scan.digest for scan in read}) < len(read):
            raise WrongUse(N_("The same scan is named twice"), N_("Name each paper once; nothing was taken."))
        return read

    def _debtor_name(self, case: CaseFile) -> Name:
        name = about_case(self._office, case).name
        assert name is not None  # it stood in the letter
        return name

    def _live(self, reference: str, state: str) -> Shown:
        """Give an enquiry that is in ``state``, of a case that can be read; raises WrongUse."""
        shown = self.show(reference)
        if shown.case is None:
            raise WrongUse(
                N_("This case was returned; what was known of it cannot be read any more"),
                N_("Ask the client for a new placement."),
            )
        late = state == DRAFTED and shown.state != DRAFTED
        if shown.one.stored != state or late:
            raise self._over(shown)
        return shown

    @staticmethod
    def _over(shown: Shown) -> WrongUse:
        return WrongUse(
            N_("The enquiry is {state}, so this cannot be done with it"),
            N_("See it with: tracer enquiry show {reference}"),
            state=shown.state,
            reference=shown.one.reference,
        )

    @staticmethod
    def _first(done: bool) -> None:
        if not done:
            raise WrongUse(
                N_("Somebody else was quicker with this enquiry"),
                N_("Look at it again; nothing was changed."),
            )

    def _ending(self, event: str, one: Enquired, case: CaseFile, reason: str = "") -> int:
        body: dict[str, JSON] = {"enquiry": one.reference, "source": one.source}
        if reason:
            body["reason"] = reason
        return self._office.write(event, case=case, about=one.entry, body=body).seq

    def _shown(self, one: Enquired, case: CaseFile) -> Shown:
        today = self._office.today()
        return Shown(
            one=one,
            case=case if case.state != RETURNED else None,
            state=one.state(today),
            due=one.due(today),
            papers=self._store.papers(one),
        )

    def _reference(self) -> str:
        while True:
            letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
            found = f"Q-{letters[:5]}-{letters[5:]}"
            if not speaks_of_debt(found) and self._store.by_reference(found) is None:
                return found


def _written(reference: str) -> str:
    """The reference as it is stored, however it was typed."""
    letters = "".join(char for char in tidy(reference).upper() if char.isalpha())
    letters = letters.removeprefix("Q") if len(letters) == 11 else letters
    return f"Q-{letters[:5]}-{letters[5:]}" if len(letters) == 10 else ""


def _phone(text: str, region: str) -> Phone:
    phones = read_phones(text, region).value or ()
    if len(phones) != 1 or phones[0].masked:
        raise WrongUse(
            N_("That is not one whole telephone number"), N_("Give one number with its area code.")
        )
    return phones[0]


__all__ = ["Answer", "Enquiries", "NotForThirdParties", "Shown", "Wanted"]
