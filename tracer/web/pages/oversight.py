"""Overseeing the log on screen: how well it is witnessed, a sample nobody chose, patterns worth a look."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from tracer.desk.reasons import coded
from tracer.desk.review import ASSURANCE, CONCLUSIONS, TOLERABLE, open_work
from tracer.desk.wording_review import said
from tracer.policy.roles import May
from tracer.web import downloads
from tracer.web.door import Here, Needs
from tracer.web.showing import page, piece

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Reviewer = Annotated[Here, Depends(Needs(May.REVIEW))]


@router.get("/health")
def health(request: Request, here: Annotated[Here, Depends(Needs(May.HEALTH))]) -> str:
    """Show what no witness has seen yet, and what is wrong with whom."""
    return page(
        "health.html", request, here, health=here.desk.log_health(), key=here.desk.log_key(), head=_head(here)
    )


@router.post("/health/checkpoint")
def checkpoint(here: Annotated[Here, Depends(Needs(May.LOG_EXPORT))]) -> Response:
    """Sign the log now, hand it to every witness, and give the note to keep where nobody here can write."""
    note, _said = here.desk.log_checkpoint()
    return downloads.text(note, "checkpoint.txt")


@router.get("/review")
def begin(request: Request, here: Reviewer) -> str:
    """Show what a sample is drawn by."""
    return page(
        "review.html", request, here, found=None, assurance=ASSURANCE, tolerable=TOLERABLE, since="", until=""
    )


@router.post("/review")
def draw(
    request: Request,
    here: Reviewer,
    assurance: Annotated[float, Form()] = ASSURANCE,
    tolerable: Annotated[float, Form()] = TOLERABLE,
    since: Annotated[str, Form(max_length=10)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
    size: Annotated[int | None, Form(ge=1, lt=2**53)] = None,
) -> str:
    """Draw a sample and find the patterns; that it was drawn is an entry."""
    found = here.desk.log_review(
        assurance=assurance,
        tolerable=tolerable,
        since=here.desk.day(since or None),
        until=here.desk.day(until or None),
        size=size,
    )
    return page(
        "review.html",
        request,
        here,
        found=found,
        left=open_work(found),
        patterns=[(one, *said(one.flag)) for one in found.flags],
        conclusions=CONCLUSIONS,
        assurance=assurance,
        tolerable=tolerable,
        since=since,
        until=until,
    )


@router.post("/review/conclude")
def conclude(
    request: Request,
    here: Reviewer,
    what: Annotated[str, Form(max_length=40)],
    conclusion: Annotated[str, Form(max_length=20)],
    reason: Annotated[str, Form(max_length=80)],
) -> str:
    """Write what was concluded of an entry or a pattern; nobody concludes on himself."""
    entry = here.desk.log_conclude(what, conclusion, coded(reason.strip(), "reason"))
    return piece("concluded.html", request, here, entry=entry, conclusion=conclusion)


def _head(here: Here) -> tuple[int, str]:
    return here.desk.log_head()
