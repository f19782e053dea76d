"""Enquiries by letter, phone or visit: drafted, sent by a person, answered, filed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from sources.enquiry import Addressee, Asks, Kind, Standing
from tracer.cli import show
from tracer.cli.policies import stated_facts
from tracer.cli.session import WITH_PROBLEMS, leave, session
from tracer.desk.enquiries import Answer, Shown, Wanted
from tracer.desk.reasons import coded
from tracer.desk.wording import word
from tracer.desk.wording_enquiry import ADDRESSEES, ENQUIRY_STATES, KINDS, STANDINGS
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Calls and requests")
_REFERENCE = N_("The reference on the paper: Q-…")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    enquiry = typer.Typer(no_args_is_help=True)
    enquiry.command("new", help=_("Draft an enquiry: policy decides and the log is written first."))(new)
    enquiry.command("draft", help=_("Write the document of a drafted enquiry again."))(draft)
    enquiry.command("sent", help=_("Note that it was posted, called or visited."))(sent)
    enquiry.command("answer", help=_("Note the answer, and file its scanned papers sealed."))(answer)
    enquiry.command("refuse", help=_("Note that they refused: nobody there is asked again, ever."))(refuse)
    enquiry.command("withdraw", help=_("Take back an enquiry that was not sent."))(withdraw)
    enquiry.command("list", help=_("The enquiries that still run; --due: those somebody must look at."))(
        list_
    )
    enquiry.command("show", help=_("One enquiry, with the words of its letter."))(one)
    enquiry.command("paper", help=_("Open a scanned paper for a reason: an entry of the log comes first."))(
        paper
    )
    app.add_typer(
        enquiry,
        name="enquiry",
        help=_(
            "Enquiries by letter, phone or visit (函询, 走访): employer, committee, registry, court order."
        ),
        rich_help_panel=_(PANEL),
    )


def new(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    kind: Annotated[Kind, typer.Option(help=_("How the question is carried."))],
    to: Annotated[Addressee, typer.Option(help=_("Who is asked."))],
    out: Annotated[
        list[Path], typer.Option(help=_("Where to write the document: .docx or .pdf. May be given twice."))
    ],
    ask: Annotated[
        Asks | None, typer.Option(help=_("What is asked; else how the debtor can be reached."))
    ] = None,
    name: Annotated[
        str,
        typer.Option(help=_("Who exactly; of an employer, one that the case names. - reads it from stdin.")),
    ] = "",
    address: Annotated[str, typer.Option(help=_("Their postal address, for the head of the letter."))] = "",
    language: Annotated[
        str, typer.Option(help=_("The letter's language, zh or en; else that of the client's region."))
    ] = "",
    purpose: Annotated[str, typer.Option(help=_("What for, where more than one purpose is allowed."))] = "",
    basis: Annotated[str, typer.Option(help=_("Authorities only: the legal basis, as it is cited."))] = "",
    order: Annotated[str, typer.Option(help=_("A court order's number (律师调查令)."))] = "",
    court: Annotated[str, typer.Option(help=_("The court that made the order."))] = "",
    order_until: Annotated[str | None, typer.Option(help=_("The last day the order is good for."))] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(help=_("A fact you answer for: plain_envelope=true. May be given several times.")),
    ] = None,
    font: Annotated[
        Path | None, typer.Option(help=_("A TrueType font with Chinese characters for the PDF."))
    ] = None,
) -> None:
    here = session(context)
    who = sys.stdin.readline().strip() if name == "-" else name
    with here.desk() as desk:
        wanted = Wanted(
            kind=kind,
            to=to,
            asks=ask,
            name=who,
            postal=address,
            language=language,
            purpose=purpose,
            basis=basis,
            order=order,
            court=court,
            order_until=desk.day(order_until),
            said=stated_facts(fact or []),
        )
        desk.enquiries.may_write(out)
        found = desk.enquiries.new(case, wanted)
        readable = desk.enquiries.write(found.one.reference, out, font)
    if here.json:
        show.as_json({**_json(found), "files": [str(path) for path in out]})
        return
    here.say(
        _(
            "Enquiry {reference} is drafted (log entry {entry}).",
            reference=found.one.reference,
            entry=found.one.entry,
        )
    )
    for path in out:
        here.say(_("Written: {path}", path=path))
    if not readable:
        here.say(_NO_FONT, "yellow")
    here.say(
        _(
            "Read it before it goes out. Send it in a closed envelope on which nothing stands but the two "
            "addresses, or read it out as it stands; then: tracer enquiry sent {reference} --how post",
            reference=found.one.reference,
        )
    )


_NO_FONT = N_(
    "The PDF holds Chinese and no font for it: where none is installed it is blank. Name one with --font, or "
    "use the Word document."
)


def draft(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=_(_REFERENCE))],
    out: Annotated[list[Path], typer.Option(help=_("Where to write it: .docx or .pdf. May be given twice."))],
    font: Annotated[
        Path | None, typer.Option(help=_("A TrueType font with Chinese characters for the PDF."))
    ] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        desk.enquiries.may_write(out)
        readable = desk.enquiries.write(reference, out, font)
    if here.json:
        show.as_json({"reference": reference, "files": [str(path) for path in out]})
    for path in out:
        here.say(_("Written: {path}", path=path))
    if not readable:
        here.say(_NO_FONT, "yellow")


def sent(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=_(_REFERENCE))],
    how: Annotated[
        str, typer.Option(help=_("How, in one coded word: post, registered, courier, call, visit."))
    ],
    at: Annotated[str | None, typer.Option(help=_("When, for example 2026-11-23T10:15; else now."))] = None,
    tracking: Annotated[str, typer.Option(help=_("The post's or courier's number. Kept sealed."))] = "",
) -> None:
    here = session(context)
    with here.desk() as desk:
        found, faults = desk.enquiries.sent(reference, coded(how, "--how"), desk.moment(at), tracking)
    if here.json:
        show.as_json({**_json(found), "faults": faults.splitlines()})
    here.say(_("Noted. An answer is waited for until {day}.", day=found.one.expires_on))
    if faults:
        here.say(_("It should not have been made at that time; the log holds that too:"), "yellow")
        here.say(faults)
        leave(WITH_PROBLEMS)


def answer(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=_(_REFERENCE))],
    on: Annotated[str | None, typer.Option(help=_("The day it came; else today."))] = None,
    phone: Annotated[
        list[str] | None,
        typer.Option(help=_("A number of the debtor's own that was given; - reads one from standard input.")),
    ] = None,
    work_phone: Annotated[list[str] | None, typer.Option(help=_("A number of his workplace."))] = None,
    address: Annotated[str, typer.Option(help=_("An address of his that was given."))] = "",
    employer: Annotated[str, typer.Option(help=_("Where he works, if that was said."))] = "",
    standing: Annotated[Standing, typer.Option(help=_("Does he work or live there?"))] = Standing.UNSAID,
    paper: Annotated[
        list[Path] | None,
        typer.Option(help=_("A scanned paper (PDF, JPEG, PNG): sealed under the case's key.")),
    ] = None,
    note: Annotated[
        str, typer.Option(help=_("Your words. Kept sealed; - reads them from standard input."))
    ] = "",
) -> None:
    here = session(context)
    own = tuple(sys.stdin.readline().strip() if text == "-" else text for text in phone or ())
    with here.desk() as desk:
        said = Answer(
            on=desk.day(on) or desk.office.today(),
            own=own,
            work=tuple(work_phone or ()),
            address=address,
            employer=employer,
            standing=standing,
            note=sys.stdin.read().strip() if note == "-" else note,
        )
        found = desk.enquiries.answer(reference, said, paper or ())
    if here.json:
        show.as_json(_json(found))
    told = found.one.told
    count = len(told.own) + len(told.work) if told else 0
    here.say(
        _(
            "Noted. Numbers that now count in the ranking: {count}; papers filed: {papers}",
            count=count,
            papers=len(found.papers),
        )
    )


def refuse(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=_(_REFERENCE))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.enquiries.refuse(reference)
    if here.json:
        show.as_json(_json(found))
    here.say(_("Noted. They will not be asked about this debtor again, in any case."))


def withdraw(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=_(_REFERENCE))],
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word: it goes into the log."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.enquiries.withdraw(reference, coded(reason, "--reason"))
    if here.json:
        show.as_json(_json(found))
    here.say(_("Withdrawn. Destroy what was printed."))


def list_(
    context: typer.Context,
    case: Annotated[str | None, typer.Option(help=_("Only this case's."))] = None,
    due: Annotated[
        bool, typer.Option("--due", help=_("Only those not sent, or not answered, in time."))
    ] = False,
    every: Annotated[bool, typer.Option("--all", help=_("Those that ended too."))] = False,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.enquiries.listed(case=case, due=due, every=every)
    if here.json:
        show.as_json({"enquiries": [_json(each) for each in found]})
        return
    if not found:
        here.say(_("No enquiry fits."))
        return
    rows = [
        (
            escape(each.one.reference),
            escape(each.case.number) if each.case else "—",
            word(KINDS, each.one.kind),
            word(ADDRESSEES, each.one.addressee),
            word(ENQUIRY_STATES, each.state),
            str(each.one.due_on) if each.one.stored in {"drafted", "sent"} else "",
            str(each.one.expires_on),
        )
        for each in found
    ]
    show.table(
        here.out, (_("reference"), _("case"), _("how"), _("asked"), _("state"), _("due"), _("until")), rows
    )


def one(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=_(_REFERENCE))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.enquiries.show(reference)
    if here.json:
        show.as_json(
            {
                **_json(found),
                "text": [line.text for line in found.one.written.lines] if found.one.written else None,
            }
        )
        return
    each = found.one
    here.say(
        _(
            "{reference}: {how}, {asked}, {state}; drafted {drafted} by {actor}, log entry {entry}",
            reference=each.reference,
            how=word(KINDS, each.kind),
            asked=word(ADDRESSEES, each.addressee),
            state=word(ENQUIRY_STATES, found.state),
            drafted=show.moment(each.drafted_at),
            actor=each.actor,
            entry=each.entry,
        )
    )
    if each.written is None:
        here.say(_("The case was returned: what was written and answered cannot be read any more."))
        return
    if each.sent_at:
        here.say(
            _(
                "Sent {at}: {how} {tracking}",
                at=show.moment(each.sent_at),
                how=each.written.how,
                tracking=each.written.tracking,
            )
        )
    if each.told:
        here.say(_("Answered: {standing}", standing=word(STANDINGS, each.told.standing)))
        if each.told.note:
            here.say(each.told.note)
    for number, filed in enumerate(found.papers, 1):
        here.say(
            _("Paper {number}: {media}, {size} bytes", number=number, media=filed.media, size=filed.size)
        )
    here.say("")
    for line in each.written.lines:
        here.say(line.text)


def paper(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=_(_REFERENCE))],
    out: Annotated[Path, typer.Option(help=_("Where to write it."))],
    reason: Annotated[
        str, typer.Option(help=_("Why it is opened, in one coded word: it goes into the log."))
    ],
    number: Annotated[int | None, typer.Option(min=1, help=_("Which of several, from 1."))] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        if out.exists():
            raise WrongUse(
                N_("{path} is there already"), N_("Name another; nothing was opened."), path=out.name
            )
        found = desk.enquiries.paper(reference, out, coded(reason, "--reason"), number)
    if here.json:
        show.as_json({"reference": reference, "file": str(out), "media": found.media, "size": found.size})
    here.say(_("Written: {path}", path=out))


def _json(found: Shown) -> dict[str, object]:
    each = found.one
    return {
        "reference": each.reference,
        "case": found.case.number if found.case else None,
        "client": found.case.client if found.case else None,
        "source": each.source,
        "kind": each.kind,
        "to": each.addressee,
        "asks": each.asks,
        "language": each.language,
        "state": found.state,
        "due": found.due,
        "due_on": each.due_on,
        "expires_on": each.expires_on,
        "drafted_at": each.drafted_at,
        "drafted_by": each.actor,
        "sent_at": each.sent_at,
        "ended_at": each.ended_at,
        "standing": each.told.standing if each.told else None,
        "numbers": len(each.told.own) + len(each.told.work) if each.told else 0,
        "papers": [{"media": one.media, "size": one.size} for one in found.papers],
        "entry": each.entry,
    }
