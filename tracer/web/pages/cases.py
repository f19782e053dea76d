"""The first page (whoever signs in finds his work there) and the page of a case."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from tracer.desk import contacts
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.showing import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_PAGE = 50


@router.get("/")
def home(request: Request, here: Annotated[Here, Depends(Needs())], after: int = 0) -> str:
    """Show the reader's work."""
    found = []
    if here.may(May.CASE_LIST):
        found = list(islice(here.seat.cases(here.desk.office, state="open", after=after), _PAGE + 1))
    more = found[_PAGE - 1].id if len(found) > _PAGE else None
    return page("home.html", request, here, cases=found[:_PAGE], more=more)


@router.get("/cases/{ref}")
def case(request: Request, ref: str, here: Annotated[Here, Depends(Needs(May.CASE_READ))]) -> str:
    """Show one case: its numbers in order, masked, with the reasons."""
    office = here.desk.office
    file = here.seat.case(office, ref)
    shown = contacts.contacts(office, file)
    may = here.desk.may_contact_now(f"{file.client}/{file.number}", shown)
    return page("case.html", request, here, case=file, contacts=shown, may=may)
