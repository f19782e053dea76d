"""Cases, their ranked contacts and their graph."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tracer.desk import casework, contacts, interface, lawful, picture, shapes
from tracer.desk.reasons import coded
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.rest import documents
from tracer.web.rest.answers import After, Limit, Reader, Ref, Token, following, named, opened, tagged, told

router = APIRouter(tags=["cases"])


@router.get("/cases", operation_id="cases", response_model=documents.Cases)
def cases(
    request: Request,
    here: Annotated[Here, Depends(Needs(May.CASE_LIST))],
    state: Annotated[str | None, Query(pattern="^(open|closed|returned)$")] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """List the cases the caller may touch, oldest first."""
    office = here.desk.office
    found = list(here.seat.cases(office, state=state, after=after, limit=limit))
    return told(
        request,
        {
            "cases": _shown(here, found),
            "next": following(found[-1].id if found else None, more=len(found) == limit),
        },
    )


@router.get("/cases/{ref}", operation_id="case", response_model=documents.Case)
def case(request: Request, ref: Ref, here: Reader) -> Response:
    """Show one case as the list has it."""
    return told(request, _shown(here, [opened(here, ref)])[0])


def _shown(here: Here, found: list[casework.CaseFile]) -> list[dict[str, object]]:
    lines = interface.case_lines(here.desk.office, found)
    return [
        {**shapes.case_line(line), "case": named(here, file), "ref": file.pseudonym}
        for line, file in zip(lines, found, strict=True)
    ]


@router.get("/cases/{ref}/contacts", operation_id="contacts", response_model=documents.Contacts)
def ranked(request: Request, ref: Ref, here: Reader) -> Response:
    """Rank the case's numbers by how likely the debtor uses them today. Masked; nothing is looked up.

    `next` (what is worth asking) is filled for callers who may trace.
    """
    office, file = here.desk.office, opened(here, ref)
    found = contacts.contacts(office, file, planned=here.may(May.TRACE))
    allowed = lawful.now_for(office, file, {one.token: one.phone for one in found.numbers})
    shown = shapes.contacts(found, allowed)
    sealed = shapes.sealed(here.desk.sealed.callable(file))
    return told(request, {**shown, "case": named(here, file), "sealed": sealed})


class Reveal(BaseModel):
    """Why a number is shown whole."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "call"}})

    reason: str = Field(
        min_length=1, max_length=40, description="One coded word: call, letter, check, complaint."
    )


@router.post("/cases/{ref}/contacts/{token}/reveal", operation_id="reveal", response_model=documents.Revealed)
def reveal(
    ref: Ref, token: Token, said: Reveal, here: Annotated[Here, Depends(Needs(May.REVEAL))]
) -> dict[str, object]:
    """Show one number whole, under an entry of the log. Barred numbers are never shown.

    There is no Idempotency-Key here: every look is an entry of its own, and no answer with a number is kept.
    """
    file = opened(here, ref)
    whole = casework.revealed(here.desk.office, file, token, coded(said.reason, "reason"))
    return {"case": named(here, file), "token": token, "number": whole}


@router.get(
    "/cases/{ref}/graph",
    operation_id="graph",
    response_model=documents.Graph,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def graph(request: Request, ref: Ref, here: Reader) -> Response:
    """Give the contact graph: nodes and edges, or the picture where `Accept` asks for `image/svg+xml`.

    Numbers are masked, people are roles, every edge says where it is from.
    """
    file = opened(here, ref)
    if "image/svg+xml" in request.headers.get("accept", ""):
        drawing = casework.graph(here.desk.office, file)
        return tagged(request, drawing.encode(), "image/svg+xml", Vary="Accept")
    plain = picture.plain(contacts.graph(here.desk.office, file))
    answer = told(request, {"case": named(here, file), **shapes.graph(plain)})
    answer.headers["Vary"] = "Accept"
    return answer
