"""People's rights on screen: requests with their deadlines, holds, certificates of destruction.

Whoever works here sees pseudonyms. The one exception leaves the desk at once: the debtor's own copy, which is
handed out as a file, under its entry, and is shown on no page.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracer.desk import CaseFile
from tracer.desk.persons import cases_of
from tracer.desk.reasons import coded
from tracer.desk.wording_pages import IDENTITIES_SEEN
from tracer.errors import WrongUse
from tracer.policy.roles import May
from tracer.web import downloads
from tracer.web.door import Here, Needs
from tracer.web.showing import page
from tracer.words import N_

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_DECIDED = 200

Officer = Annotated[Here, Depends(Needs(May.RIGHTS))]
Identity = Annotated[str, Form(max_length=40)]
Reason = Annotated[str, Form(max_length=80)]
Day = Annotated[str, Form(max_length=10)]


@router.get("/rights")
def requests(request: Request, here: Officer) -> str:
    """Show the requests, those due first, and what was decided lately."""
    found = here.desk.rights.requests()
    waiting = [one for one in found if one.wish.state == "open"]
    decided = sorted((one for one in found if one.wish.state != "open"), key=lambda one: -one.wish.id)
    return page("rights.html", request, here, waiting=waiting, decided=decided[:_DECIDED])


@router.post("/rights/find")
def find(request: Request, here: Officer, said: Annotated[str, Form(min_length=3, max_length=80)]) -> str:
    """Find the cases of whoever asks, by what he gives; they are shown by pseudonym."""
    return page("log_found.html", request, here, cases=cases_of(here.desk.office, said))


@router.post("/rights/wrong-person")
def wrong_person(request: Request, here: Officer, said: Annotated[str, Form(max_length=40)]) -> str:
    """Bar a number on the word of whoever has it now; nothing else is asked of him."""
    return page("rights_told.html", request, here, told=here.desk.rights.wrong_person(said))


@router.get("/rights/cases/{ref}")
def case(request: Request, ref: str, here: Officer) -> str:
    """Show what may be registered for one case, what was, and its holds."""
    file = _case(here, ref)
    mine = [one for one in here.desk.rights.requests() if one.wish.case_id == file.id]
    holds = [one for one in here.desk.rights.holds() if one.hold.case_id == file.id]
    return page(
        "rights_case.html",
        request,
        here,
        case=file,
        mine=mine,
        holds=holds,
        identities=tuple(IDENTITIES_SEEN),
    )


@router.post("/rights/cases/{ref}")
def register(
    ref: str,
    here: Officer,
    kind: Annotated[str, Form(pattern="^(access|object|erase)$")],
    identity: Identity,
    reason: Reason = "",
    received: Day = "",
) -> Response:
    """Register a request; an objection counts from now on."""
    file = _case(here, ref)
    here.desk.rights.register(
        _named(file),
        kind,
        identity=coded(identity, "identity"),
        reason=_word(reason),
        received_on=here.desk.day(received or None),
    )
    return _back(file)


@router.post("/rights/cases/{ref}/correct")
def correct(
    ref: str,
    here: Officer,
    kind: Annotated[str, Form(pattern="^(phone|name|born|id|address|employer|email)$")],
    wrong: Annotated[str, Form(min_length=1, max_length=200)],
    identity: Identity,
    right: Annotated[str, Form(max_length=200)] = "",
    reason: Reason = "",
    received: Day = "",
) -> Response:
    """Register that a value is wrong; it is not used from now on."""
    file = _case(here, ref)
    here.desk.rights.correct(
        _named(file),
        kind,
        wrong,
        right,
        identity=coded(identity, "identity"),
        reason=_word(reason),
        received_on=here.desk.day(received or None),
    )
    return _back(file)


@router.post("/rights/cases/{ref}/copy")
def copy(ref: str, here: Officer, identity: Identity, received: Day = "") -> Response:
    """Give the debtor's own copy as a file, to be handed to him."""
    file = _case(here, ref)
    text = here.desk.rights.handed(
        _named(file), identity=coded(identity, "identity"), received_on=here.desk.day(received or None)
    )
    return downloads.text(text, f"{file.pseudonym[:13]}.html")


@router.post("/rights/cases/{ref}/erase")
def erase(
    request: Request, ref: str, here: Officer, identity: Identity, sure: Annotated[str, Form(max_length=40)]
) -> str:
    """Erase a case for good: whoever does it types the beginning of its pseudonym again."""
    file = _case(here, ref)
    if sure.strip() != file.pseudonym[:13]:
        raise WrongUse(
            N_("What you typed is not the beginning of this case's pseudonym"),
            N_("Nothing was erased. Type it as the page shows it."),
        )
    found = here.desk.rights.erase(_named(file), identity=coded(identity, "identity"))
    return page("rights_erased.html", request, here, case=file, found=found)


@router.post("/rights/cases/{ref}/holds")
def hold(ref: str, here: Officer, reason: Reason, until: Day = "") -> Response:
    """Keep a case from being destroyed."""
    file = _case(here, ref)
    here.desk.rights.hold(_named(file), coded(reason, "reason"), here.desk.day(until or None))
    return _back(file)


@router.post("/rights/cases/{ref}/holds/release")
def release(ref: str, here: Officer, reason: Reason) -> Response:
    """Lift the holds on a case."""
    file = _case(here, ref)
    here.desk.rights.release(_named(file), coded(reason, "reason"))
    return _back(file)


@router.post("/rights/requests/{number}")
def decide(
    here: Officer, number: int, answer: Annotated[str, Form(pattern="^(accept|refuse)$")], reason: Reason = ""
) -> Response:
    """Accept a correction or objection, or refuse a request for a reason."""
    here.desk.rights.decide(number, accept=answer == "accept", reason=_word(reason))
    return RedirectResponse("/rights", status_code=303)


@router.get("/destruction")
def destruction(request: Request, here: Officer) -> str:
    """Show the certificates of destruction, the holds in force, and until when the log is kept."""
    return page(
        "destruction.html",
        request,
        here,
        certificates=here.desk.rights.certificates()[::-1],
        holds=here.desk.rights.holds(),
        log_until=here.desk.rights.log_until(),
    )


@router.get("/destruction/{number}")
def certificate(number: int, here: Officer) -> Response:
    """Give a certificate as it was signed."""
    found = next((one for one in here.desk.rights.certificates() if one.id == number), None)
    if found is None:
        raise WrongUse(
            N_("There is no certificate {number}"), N_("They are listed before it."), number=number
        )
    return downloads.text(found.text, f"certificate-{number}.txt")


def _case(here: Here, ref: str) -> CaseFile:
    return here.seat.case(here.desk.office, ref)


def _named(file: CaseFile) -> str:
    """Give the case as the desk's use cases name it; one that was returned has no name any more."""
    _ = file.unsealed
    return f"{file.client}/{file.number}"


def _word(reason: str) -> str:
    return coded(reason.strip(), "reason") if reason.strip() else ""


def _back(file: CaseFile) -> Response:
    return RedirectResponse(f"/rights/cases/{file.pseudonym}", status_code=303)
