"""REST: the same desk for programs. Field names are the command line's; errors are RFC 9457 problems."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from tracer.policy.roles import May
from tracer.web.door import Here, Needs

router = APIRouter(prefix="/api")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}}
    for status in (400, 401, 403, 404, 422)
}


def problem(status: int, title: str, detail: str) -> dict[str, object]:
    """Give a problem as JSON has it."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


class CaseShown(BaseModel):
    """One case of a list."""

    case: str = Field(examples=["NB-1042"])
    client: str = Field(examples=["northbank"])
    state: str = Field(examples=["open"])
    assigned_to: str | None = None


class CasesShown(BaseModel):
    """Cases, and where the next page begins."""

    cases: list[CaseShown]
    next: str | None = None


@router.get("/cases", operation_id="cases")
def cases(
    here: Annotated[Here, Depends(Needs(May.CASE_LIST))],
    state: Annotated[str | None, Query(pattern="^(open|closed|returned)$")] = None,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CasesShown:
    """The cases the caller may touch, oldest first."""
    found = list(here.seat.cases(here.desk.office, state=state, after=after, limit=limit))
    return CasesShown(
        cases=[
            CaseShown(case=one.number, client=one.client, state=one.state, assigned_to=one.assigned_to)
            for one in found
        ],
        next=str(found[-1].id) if len(found) == limit else None,
    )
