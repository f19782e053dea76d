"""Call notes (催记), and collectors asking for refreshed contacts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from graph.model import Identity, Line, Party
from graph.outcomes import CODES
from tracer.cli import show
from tracer.cli.session import session
from tracer.desk import CaseFile, Note, Request, shapes
from tracer.desk.outcomes import CallNote
from tracer.desk.refresh import ANSWERS, PRIORITIES, REASONS
from tracer.desk.wording import ANSWERS as ANSWERS_SAID
from tracer.desk.wording import BARS, HEARD, IDENTITIES, PARTIES, STATES, WISHES, word
from tracer.desk.wording import PRIORITIES as PRIORITIES_SAID
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Calls and requests")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    app.command(
        "outcome", help=_("Note one contact attempt: the ranking follows at once."), rich_help_panel=panel
    )(outcome)
    app.command("notes", help=_("The call notes of a case (催记)."), rich_help_panel=panel)(notes)
    request = typer.Typer(no_args_is_help=True)
    request.command("new", help=_("Ask for refreshed contacts of a case."))(request_new)
    request.command("list", help=_("The requests, oldest first."))(request_list)
    request.command("show", help=_("One request."))(request_show)
    request.command("answer", help=_("Answer a request after tracing."))(request_answer)
    app.add_typer(
        request,
        name="request",
        help=_("Refresh requests between collector and specialist."),
        rich_help_panel=panel,
    )


def outcome(
    context: typer.Context,
    case: Annotated[
        str | None, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))
    ] = None,
    number: Annotated[
        str | None,
        typer.Argument(
            metavar="NUMBER",
            help=_("The number's token (n_…) or the number; - reads it from standard input."),
        ),
    ] = None,
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help=_("A code of a known list: see --codes. May be left out with --line and --party."),
        ),
    ] = "",
    at: Annotated[str | None, typer.Option(help=_("When, for example 2026-11-23T10:15; else now."))] = None,
    party: Annotated[Party | None, typer.Option(help=_("Who answered; wins over the code."))] = None,
    identity: Annotated[
        Identity | None, typer.Option(help=_("How it was checked who that is; wins over the code."))
    ] = None,
    line: Annotated[Line | None, typer.Option(help=_("What the line did; wins over the code."))] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", help=_("Which code list, where two know the code."))
    ] = None,
    person: Annotated[str, typer.Option(help=_("Whom you spoke to. Kept sealed."))] = "",
    relation: Annotated[
        str, typer.Option(help=_("How that person is related to the debtor. Kept sealed."))
    ] = "",
    text: Annotated[
        str, typer.Option(help=_("Your words. Kept sealed; - reads them from standard input."))
    ] = "",
    promised_on: Annotated[str | None, typer.Option(help=_("The day a payment was promised for."))] = None,
    promised_amount: Annotated[
        int | None, typer.Option(min=0, help=_("The amount promised, in minor units of money."))
    ] = None,
    follow_up: Annotated[str | None, typer.Option(help=_("The day to try again."))] = None,
    inbound: Annotated[
        bool, typer.Option("--inbound", help=_("The other side called: a talk counts, an attempt does not."))
    ] = False,
    codes: Annotated[bool, typer.Option("--codes", help=_("Show the code lists and leave."))] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help=_("Take the case's last note back, with the bar it brought."))
    ] = False,
    note: Annotated[
        int | None, typer.Option(help=_("With --undo: which note, as tracer notes numbers them."))
    ] = None,
) -> None:
    here = session(context)
    if codes:
        _codes(context)
        return
    if case is None:
        raise WrongUse(
            N_("No case is named"), N_("For example: tracer outcome CASE NUMBER CODE --at 2026-11-23T10:15")
        )
    with here.desk() as desk:
        if undo:
            taken = desk.undo_outcome(case, note)
            if here.json:
                show.as_json(shapes.undone(taken, case))
            here.say(
                _(
                    "The note of {at} was taken back, with the bar it brought. The log keeps both.",
                    at=show.moment(taken.outcome.at),
                )
            )
            return
        if case.startswith("n_") or any(case in listed for listed in CODES.values()):
            raise WrongUse(
                N_("{word} stands where the case belongs"),
                N_("The order is: tracer outcome CASE NUMBER CODE --at 2026-11-23T10:15"),
                word=case,
            )
        if number is None or not (code or line or party):
            raise WrongUse(
                N_("A number and a code are needed"),
                N_(
                    "For example: tracer outcome CASE NUMBER CODE --at 2026-11-23T10:15, or "
                    "--line and --party in place of a code."
                ),
            )
        read = _from_stdin("number") if number == "-" else number
        known = {one.token for one in desk.contacts(case).numbers}
        said = desk.outcome(
            case,
            CallNote(
                number=read,
                code=code,
                at=desk.moment(at),
                line=line,
                party=party,
                identity=identity,
                list_name=list_name,
                person=person,
                relation=relation,
                text=_from_stdin("text") if text == "-" else text,
                promised_on=desk.day(promised_on),
                promised_amount=promised_amount,
                follow_up_on=desk.day(follow_up),
                inbound=inbound,
            ),
        )
        if here.json:
            show.as_json(shapes.noted(said, case, known))
            return
        if not said.entry:
            here.say(_("This very attempt was noted before. Nothing was changed."))
            return
        here.say(
            _(
                "Noted for {number}. Line: {line}; answered by: {party}; {identity} (log entry {entry})",
                number=said.number,
                line=word(HEARD, str(said.line)),
                party=word(PARTIES, str(said.party)),
                identity=word(IDENTITIES, str(said.identity)),
                entry=said.entry,
            )
        )
        if said.number not in known:
            here.say(
                _("The case did not have this number before; a slip of the pen is taken back with --undo."),
                "yellow",
            )
        for bar in said.bars:
            here.say(_("The number is now barred: {why}", why=word(BARS, bar)), "yellow")
        show.contacts(here.out, desk.contacts(case), explain=False)


def _from_stdin(what: str) -> str:
    said = sys.stdin.read().strip()
    if not said:
        raise WrongUse(
            N_("Standard input held no {what}"), N_("Write it there, or in place of the -."), what=what
        )
    return said


def _codes(context: typer.Context) -> None:
    here = session(context)
    if here.json:
        show.as_json(
            {
                name: {
                    code: {
                        "line": str(one.line),
                        "party": str(one.party),
                        "identity": str(one.identity),
                        "bar": one.bar or None,
                    }
                    for code, one in listed.items()
                }
                for name, listed in CODES.items()
            }
        )
        return
    for name, listed in CODES.items():
        rows = [
            (
                escape(code),
                word(HEARD, str(one.line)),
                word(PARTIES, str(one.party)),
                word(IDENTITIES, str(one.identity)),
                word(BARS, one.bar) if one.bar else "",
            )
            for code, one in listed.items()
        ]
        show.table(
            here.out, (_("code"), _("line did"), _("who answered"), _("identity"), _("bar")), rows, name
        )


def notes(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.notes(case)
    if here.json:
        show.as_json({"case": case, "notes": [shapes.note(one) for one in found]})
        return
    print_notes(here.out, found)


def request_new(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    reason: Annotated[str, typer.Option(help=_("One of: {known}", known=", ".join(REASONS)))],
    priority: Annotated[str, typer.Option(help=_("One of: {known}", known=", ".join(PRIORITIES)))] = "normal",
    due: Annotated[str | None, typer.Option(help=_("The day it is needed by."))] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        made = desk.request(case, reason=reason, priority=priority, due_on=desk.day(due))
    if here.json:
        show.as_json(shapes.request(made, case))
    here.say(_("Request {number} is filed.", number=made.id))


def request_list(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help=_("open or answered; else all."))] = None,
) -> None:
    here = session(context)
    if state not in (None, "open", "answered"):
        raise WrongUse(
            N_("There is no state {state}"), N_("Use one of: {known}"), state=state, known="open, answered"
        )
    with here.desk() as desk:
        found = desk.requests(state)
    if here.json:
        show.as_json({"requests": [shapes.request(one, case.number) for one, case in found]})
        return
    print_requests(here.out, found)


def request_show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("The request's number."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.one_request(number)
    if here.json:
        show.as_json(shapes.request(found[0], found[1].number))
        return
    print_requests(here.out, [found])


def request_answer(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("The request's number."))],
    answer: Annotated[
        str, typer.Argument(metavar="ANSWER", help=_("One of: {known}", known=", ".join(ANSWERS)))
    ],
) -> None:
    here = session(context)
    with here.desk() as desk:
        made = desk.answer_request(number, answer.upper())
        case = desk.one_request(number)[1].number
    if here.json:
        show.as_json(shapes.request(made, case))
    here.say(
        _(
            "Request {number} is answered: {answer}. The collector reads the numbers with: "
            "tracer contacts {case}",
            number=number,
            answer=answer,
            case=case,
        )
    )


def print_notes(console: Console, found: Sequence[Note]) -> None:
    """Print call notes, oldest first, with the words: whoever may read the case may read them."""
    if not found:
        console.print(_("No call note stands for this case."))
        return
    rows = [
        (
            str(one.id),
            show.moment(one.outcome.at),
            one.number,
            one.outcome.code.rpartition(":")[2],
            word(HEARD, str(one.outcome.line)),
            word(PARTIES, str(one.outcome.party)),
            word(IDENTITIES, str(one.outcome.identity)),
            " ".join(
                part
                for part in (
                    one.promised_on and _("promised for {day}", day=one.promised_on),
                    one.promised_amount and show.money(one.promised_amount, ""),
                    one.follow_up_on and _("again on {day}", day=one.follow_up_on),
                )
                if part
            ),
            escape(" ".join(part for part in (one.text.person, one.text.relation, one.text.text) if part)),
        )
        for one in found
    ]
    headings = (
        "#", _("time"), _("token"), _("code"), _("line did"), _("who answered"), _("identity"), _("next"),
        _("words"),
    )  # fmt: skip
    show.table(console, headings, rows, whole=(_("token"),))


def print_requests(console: Console, found: Sequence[tuple[Request, CaseFile]]) -> None:
    """Print refresh requests with their cases and answers."""
    if not found:
        console.print(_("There is no request."))
        return
    rows = [
        (
            str(one.id),
            escape(case.client),
            escape(case.number),
            word(WISHES, one.reason),
            word(PRIORITIES_SAID, one.priority),
            one.due_on.isoformat() if one.due_on else "",
            escape(one.requested_by),
            show.moment(one.requested_at),
            word(ANSWERS_SAID, one.answer) if one.answer else word(STATES, one.state),
            escape(one.answered_by),
        )
        for one, case in found
    ]
    headings = (
        "#", _("client"), _("case"), _("why"), _("priority"), _("due on"), _("asked by"), _("asked at"),
        _("answer"), _("answered by"),
    )  # fmt: skip
    show.table(console, headings, rows, whole=(_("case"),))
