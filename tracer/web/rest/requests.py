"""Refresh requests: a collector asks for better contacts, a specialist answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from tracer.desk import casework, interface, refresh, shapes
from tracer.errors import NotThere
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.rest import documents
from tracer.web.rest.answers import LARGEST, After, Key, Limit, Ref, done, following, named, opened, told
from tracer.words import N_

router = APIRouter(tags=["refresh requests"])

Asker = Annotated[Here, Depends(Needs(May.ASK_REFRESH))]
Number = Annotated[int, Path(ge=1, le=LARGEST, description="The request's number.")]


class Wish(BaseModel):
    """Why refreshed contacts are wanted, how urgent it is and until when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"reason": "vacant", "priority": "normal", "due_on": "2026-12-01"}},
    )

    reason: Literal[
        "wrong_number", "vacant", "no_answer", "third_party_only", "new_case", "before_return", "other"
    ]
    priority: Literal["low", "normal", "high"] = "normal"
    due_on: dt.date | None = None


class Answer(BaseModel):
    """What came of the search; the numbers themselves are read with the contacts."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"answer": "FOUND"}})

    answer: Literal["FOUND", "CONFIRMED", "NOT_FOUND", "REFUSED", "ABSTAIN", "PARTIAL"]


@router.get(
    "/cases/{ref}/refresh-requests", operation_id="requests_of_case", response_model=documents.Requests
)
def of_case(request: Request, ref: Ref, here: Asker, after: After = 0, limit: Limit = 100) -> Response:
    """List the requests of a case, oldest first."""
    file = opened(here, ref)
    every = [one for one in here.desk.office.store.notes.requests_of(file) if one.id > after]
    shown = [shapes.request(one, named(here, file)) for one in every[:limit]]
    last = every[:limit][-1].id if shown else None
    return told(request, {"requests": shown, "next": following(last, more=len(every) > limit)})


@router.post(
    "/cases/{ref}/refresh-requests",
    operation_id="ask_refresh",
    status_code=201,
    response_model=documents.Request,
)
def ask(request: Request, ref: Ref, said: Wish, here: Asker, key: Key = None) -> Response:
    """Ask for refreshed contacts of a case; one request may be open at a time."""

    def do() -> tuple[int, object]:
        file = opened(here, ref)
        made = casework.asked(here.desk.office, file, said.reason, said.priority, said.due_on)
        return 201, shapes.request(made, named(here, file))

    return done(request, here, key, said, do)


@router.get("/refresh-requests", operation_id="requests", response_model=documents.Requests)
def every(
    request: Request,
    here: Asker,
    state: Annotated[Literal["open", "answered"] | None, Query()] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """List the requests of the caller's cases, oldest first; for a specialist all that are open."""
    found = interface.requests(here.desk.office, here.seat, state=state, after=after, limit=limit)
    shown = [shapes.request(one, named(here, file)) for one, file in found]
    last = found[-1][0].id if found else None
    return told(request, {"requests": shown, "next": following(last, more=len(found) == limit)})


@router.get("/refresh-requests/{number}", operation_id="request", response_model=documents.Request)
def one(request: Request, number: Number, here: Asker) -> Response:
    """Show one request."""
    found, file = _opened(here, number)
    return told(request, shapes.request(found, named(here, file)))


@router.post(
    "/refresh-requests/{number}/answer", operation_id="answer_request", response_model=documents.Request
)
def answer(
    request: Request,
    number: Number,
    said: Answer,
    here: Annotated[Here, Depends(Needs(May.ANSWER_REFRESH))],
    key: Key = None,
) -> Response:
    """Answer a request, once."""

    def do() -> tuple[int, object]:
        found, file = _opened(here, number)
        made = refresh.answer(here.desk.office, found, said.answer)
        return 200, shapes.request(made, named(here, file))

    return done(request, here, key, said, do)


def _opened(here: Here, number: int) -> tuple[casework.Request, casework.CaseFile]:
    found, file = here.desk.one_request(number)
    if not here.seat.reaches(here.desk.office, file):
        raise NotThere(
            N_("There is no request {number}"), N_("See them with: tracer request list"), number=number
        )
    return found, file
