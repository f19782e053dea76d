"""Four eyes on screen: what one person asks to be allowed, another grants or denies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracer.desk.approvals_desk import ApprovalsDesk
from tracer.desk.reasons import coded
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.showing import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_DECIDED = 100

Approver = Annotated[Here, Depends(Needs(May.APPROVE))]


@router.get("/approvals")
def approvals(request: Request, here: Approver) -> str:
    """Show what waits for a second person, and what was decided lately."""
    found = ApprovalsDesk(here.desk.office).listed()
    return page(
        "approvals.html",
        request,
        here,
        waiting=[one for one in found if one.approval.state == "asked"],
        decided=[one for one in found if one.approval.state != "asked"][: -_DECIDED - 1 : -1],
    )


@router.post("/approvals/{number}")
def decide(
    here: Approver,
    number: int,
    answer: Annotated[str, Form(pattern="^(grant|deny)$")],
    reason: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Grant or deny; nobody decides on his own wish."""
    ApprovalsDesk(here.desk.office).decide(
        number, grant=answer == "grant", reason=coded(reason, "reason") if reason else ""
    )
    return RedirectResponse("/approvals", status_code=303)
