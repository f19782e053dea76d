"""The first page (whoever signs in finds his work there), and the page of a case with what is done on it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracer.desk import casework, charting, refresh, scripts
from tracer.desk.reasons import coded
from tracer.errors import WrongUse
from tracer.policy.roles import May, Role
from tracer.web.door import Here, Needs
from tracer.web.showing import page, piece
from tracer.words import N_

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_PAGE = 50
REVEAL_REASONS = ("call", "letter", "check", "complaint")

Reader = Annotated[Here, Depends(Needs(May.CASE_READ))]


@router.get("/")
def home(request: Request, here: Annotated[Here, Depends(Needs())], after: int = 0) -> str:
    """Show the reader's work."""
    found = []
    waiting: tuple[tuple[casework.Request, casework.CaseFile], ...] = ()
    if here.may(May.CASE_LIST):
        found = list(here.seat.cases(here.desk.office, state="open", after=after, limit=_PAGE + 1))
    if here.may(May.ANSWER_REFRESH) or here.may(May.ASK_REFRESH):
        waiting = tuple(
            (one, file) for one, file in here.desk.requests() if here.seat.reaches(here.desk.office, file)
        )[-_PAGE:]
    more = found[_PAGE - 1].id if len(found) > _PAGE else None
    return page("home.html", request, here, cases=found[:_PAGE], more=more, requests=waiting[::-1])


@router.get("/cases/{ref}")
def case(request: Request, ref: str, here: Reader) -> str:
    """Show one case: its debtor, its numbers in order and masked, what was said, what may be done."""
    file = here.seat.case(here.desk.office, ref)
    seen = casework.view(here.desk.office, file, planned=here.may(May.TRACE))
    letters = (
        here.desk.enquiries.listed(case=f"{file.client}/{file.number}", every=True)
        if here.may(May.ENQUIRE)
        else ()
    )
    return page(
        "case.html",
        request,
        here,
        view=seen,
        enquiries=letters,
        scripted=here.may(May.CALL) and not scripts.unsaid(here.desk.office),
        sealed=here.desk.sealed.callable(file) if here.may(May.CALL) else None,
        blind=here.seat.role is Role.COMPLIANCE,
        quick=casework.QUICK,
        reasons=refresh.REASONS,
        priorities=refresh.PRIORITIES,
        answers=refresh.ANSWERS,
        reveal_reasons=REVEAL_REASONS,
    )


@router.get("/cases/{ref}/numbers/{token}")
def number(request: Request, ref: str, token: str, here: Reader) -> str:
    """Show why a number has its probability: the reasons in words and bits, and as a picture."""
    file = here.seat.case(here.desk.office, ref)
    one = casework.number(here.desk.office, file, token)
    drawn = casework.drawn(here.desk.office, file, one, "waterfall")
    return piece("number.html", request, here, case=file, one=one, waterfall=drawn)


@router.get("/cases/{ref}/numbers/{token}/timeline")
def timeline(request: Request, ref: str, token: str, here: Reader) -> str:
    """Show a number's life as a picture. It is ranked anew for every day drawn, so it comes by itself."""
    file = here.seat.case(here.desk.office, ref)
    drawn = charting.timeline(here.desk.office, file, token)
    return piece("timeline.html", request, here, drawn=drawn)


@router.get("/cases/{ref}/numbers/{token}/script")
def script(
    request: Request, ref: str, token: str, here: Annotated[Here, Depends(Needs(May.CALL))], speak: str = ""
) -> str:
    """Show what to say when he answers, and when somebody else does, in the language of whoever is called."""
    office = here.desk.office
    file = here.seat.case(office, ref)
    chosen = speak or ("zh" if office.config.region_of(file.client) == "CN" else "en")
    told = scripts.script(office, file, token, chosen)
    return piece("script.html", request, here, case=file, told=told)


@router.get("/cases/{ref}/graph")
def graph(request: Request, ref: str, here: Reader) -> str:
    """Show the contact graph, laid out here; every line says where it is from."""
    file = here.seat.case(here.desk.office, ref)
    return piece("graph.html", request, here, case=file, drawing=casework.graph(here.desk.office, file))


@router.post("/cases/{ref}/numbers/{token}/reveal")
def reveal(
    request: Request,
    ref: str,
    token: str,
    here: Annotated[Here, Depends(Needs(May.REVEAL))],
    reason: Annotated[str, Form(max_length=40)] = "",
) -> str:
    """Show one number whole, under an entry of the log."""
    file = here.seat.case(here.desk.office, ref)
    whole = casework.revealed(here.desk.office, file, token, coded(reason, "reason") if reason else "")
    return piece("revealed.html", request, here, number=whole)


@router.post("/cases/{ref}/numbers/{token}/call")
def call(request: Request, ref: str, token: str, here: Annotated[Here, Depends(Needs(May.CALL))]) -> str:
    """Write a call down before it is dialled, if it may be made now."""
    file = here.seat.case(here.desk.office, ref)
    found = casework.reserve(here.desk.office, file, token)
    return piece("reserved.html", request, here, entry=found.entry)


@router.post("/cases/{ref}/outcomes")
def outcome(
    request: Request,
    ref: str,
    here: Annotated[Here, Depends(Needs(May.OUTCOME))],
    token: Annotated[str, Form(max_length=40)],
    code: Annotated[str, Form(max_length=40)],
    text: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Note the outcome of a call; the page comes again with the new ranking."""
    if code not in {one[0] for one in casework.QUICK}:
        raise WrongUse(N_("There is no such outcome"), N_("Choose one of the list."))
    file = here.seat.case(here.desk.office, ref)
    note = casework.CallNote(number=token, code=code, at=here.desk.office.clock(), text=text)
    casework.noted(here.desk.office, file, note)
    return _again(request, file.pseudonym)


@router.post("/cases/{ref}/outcomes/undo")
def undo(request: Request, ref: str, here: Annotated[Here, Depends(Needs(May.OUTCOME))]) -> Response:
    """Take the last call note back, with the bar it brought."""
    file = here.seat.case(here.desk.office, ref)
    casework.undone(here.desk.office, file)
    return _again(request, file.pseudonym)


@router.post("/cases/{ref}/requests")
def ask(
    request: Request,
    ref: str,
    here: Annotated[Here, Depends(Needs(May.ASK_REFRESH))],
    reason: Annotated[str, Form(max_length=40)],
    priority: Annotated[str, Form(max_length=10)] = "normal",
    due: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Ask for refreshed contacts."""
    file = here.seat.case(here.desk.office, ref)
    casework.asked(here.desk.office, file, reason, priority, here.desk.day(due or None))
    return _again(request, file.pseudonym)


@router.post("/cases/{ref}/requests/{which}/answer")
def answer(
    request: Request,
    ref: str,
    which: int,
    here: Annotated[Here, Depends(Needs(May.ANSWER_REFRESH))],
    result: Annotated[str, Form(max_length=20)],
) -> Response:
    """Answer a request of the case."""
    file = here.seat.case(here.desk.office, ref)
    _one, its = here.desk.one_request(which)
    if its.id != file.id:
        raise WrongUse(N_("The request is about another case"), N_("Open that case."))
    here.desk.answer_request(which, result)
    return _again(request, file.pseudonym)


@router.post("/cases/{ref}/trace")
def trace(request: Request, ref: str, here: Annotated[Here, Depends(Needs(May.TRACE))]) -> Response:
    """Make the look-ups that are worth their price, decided and logged one by one."""
    file = here.seat.case(here.desk.office, ref)
    purpose = here.desk.office.only_purpose(file.client)
    if not purpose:
        raise WrongUse(
            N_("House and agreement allow no purpose in common, or several"),
            N_("Use the command line: tracer trace CASE --purpose P"),
        )
    here.desk.trace([file], purpose, by_value=True)
    return _again(request, file.pseudonym)


def _again(request: Request, ref: str) -> Response:
    """Lead back to the case: a form gets a redirect, htmx the address to go to."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": f"/cases/{ref}"})
    return RedirectResponse(f"/cases/{ref}", status_code=303)
