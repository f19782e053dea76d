"""The look-up log: entries, the last checkpoint, proofs. Reading it is an entry too."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from tracer.desk import interface, shapes
from tracer.desk.logbook import Wanted
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.rest import documents
from tracer.web.rest.answers import LARGEST, Limit, following, told

router = APIRouter(prefix="/log", tags=["log"])

Auditor = Annotated[Here, Depends(Needs(May.LOG_READ))]
Seq = Annotated[int, Path(ge=1, le=LARGEST, description="The entry's number.")]
Word = Annotated[str | None, Query(min_length=1, max_length=80)]
When = Annotated[
    str | None,
    Query(max_length=40, description="A day or a time: 2026-11-01, 2026-11-01T09:00+08:00."),
]


@router.get("/entries", operation_id="log_entries", response_model=documents.Entries)
def entries(
    request: Request,
    here: Auditor,
    event: Word = None,
    case: Annotated[
        str | None,
        Query(min_length=1, max_length=120, description="`client~number`, or the case's pseudonym."),
    ] = None,
    actor: Word = None,
    source: Word = None,
    client: Word = None,
    purpose: Word = None,
    outcome: Word = None,
    verdict: Word = None,
    rule: Word = None,
    since: When = None,
    until: When = None,
    after: Annotated[
        int | None,
        Query(ge=0, le=LARGEST, description="Only entries behind this one; left out: the last ones."),
    ] = None,
    limit: Limit = 100,
) -> Response:
    """List entries in their order. To walk the whole log begin with `after=0` and follow `next`.

    A person cannot be looked for here: telephone numbers and ids stand in no address.
    """
    by_name = case is not None and case.startswith("case_")
    wanted = Wanted(
        event=event,
        case=case.replace("~", "/", 1) if case and not by_name else None,
        subject=case if by_name else None,
        actor=actor,
        client=client,
        source=source,
        purpose=purpose,
        outcome=outcome,
        verdict=verdict,
        rule=rule,
        since=since,
        until=until,
    )
    found = interface.entries(here.desk.office, wanted, after=after, limit=limit)
    last = found[-1].seq if found else None
    return told(
        request,
        {
            "entries": [shapes.log_line(one) for one in found],
            "next": following(last, more=after is not None and len(found) == limit),
        },
    )


@router.get("/entries/{seq}", operation_id="log_entry", response_model=documents.Entries)
def entry(request: Request, seq: Seq, here: Auditor) -> Response:
    """Show one entry and those that are about it: a question with its ending."""
    found = here.desk.log_show(seq)
    return told(request, {"entries": [shapes.log_line(one) for one in found], "next": None})


@router.get("/checkpoint", operation_id="checkpoint", response_model=documents.Checkpoint)
def checkpoint(request: Request, here: Auditor) -> Response:
    """Give the last signed checkpoint with its cosignatures. Nothing is signed for it."""
    found = interface.checkpoint(here.desk.office)
    return told(
        request,
        {"size": found.size, "root": found.root, "at": found.at, "note": found.note, "key": found.key},
    )


@router.get(
    "/proofs/{seq}",
    operation_id="proof",
    responses={
        200: {
            "description": "The receipt, as `tracer log prove` writes it; `tracer log verify --receipt` "
            "checks it without the home.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    },
)
def proof(seq: Seq, here: Auditor) -> Response:
    """Give a receipt: the entry with the proof that it is in the log. Its making is an entry as well."""
    text = here.desk.log_prove(seq).text
    assert json.loads(text), "a receipt is a JSON document"
    return Response(text, media_type="application/json")
