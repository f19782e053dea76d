"""Merge review on screen: two records side by side, masked, the evidence, and a verdict by one key."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from graph.model import Judgement
from tracer.desk import side_by_side
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.showing import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Reviewer = Annotated[Here, Depends(Needs(May.JUDGE))]
Ref = Annotated[str, Form(max_length=200)]


@router.get("/cases/{ref}/pairs")
def pairs(
    request: Request, ref: str, here: Reviewer, skip: Annotated[int, Query(ge=0, le=10_000)] = 0
) -> str:
    """Show the next pair to judge, and the verdicts that stand."""
    file = here.seat.case(here.desk.office, ref)
    seen = side_by_side.review(here.desk.office, file, skip=skip)
    return page("pairs.html", request, here, case=file, seen=seen, keys=side_by_side.KEYS, skip=skip)


@router.post("/cases/{ref}/pairs")
def judge(
    ref: str,
    here: Reviewer,
    left: Ref,
    right: Ref,
    judgement: Annotated[Judgement, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Keep a verdict."""
    file = here.seat.case(here.desk.office, ref)
    side_by_side.judge(here.desk.office, file, left, right, judgement, reason)
    return RedirectResponse(f"/cases/{file.pseudonym}/pairs", status_code=303)


@router.post("/cases/{ref}/pairs/undo")
def undo(ref: str, here: Reviewer, left: Ref, right: Ref) -> Response:
    """Take a verdict back."""
    file = here.seat.case(here.desk.office, ref)
    side_by_side.undo(here.desk.office, file, left, right)
    return RedirectResponse(f"/cases/{file.pseudonym}/pairs", status_code=303)
