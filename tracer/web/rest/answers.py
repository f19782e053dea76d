"""How REST answers: documents with their tag, problems, writes that are done once, pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel

from tracer.desk.casework import CaseFile
from tracer.desk.repeats import once
from tracer.desk.shapes import plain
from tracer.policy.roles import May, Role
from tracer.web.door import Here, Needs

PROBLEM_TYPE = "application/problem+json"
LARGEST = 2**53 - 1  # the largest whole number every reader of JSON takes
_WHY = {
    400: "It cannot be done as it was asked.",
    401: "No token, or none that is good.",
    403: "The role or the token's scopes do not cover it, or policy refused it.",
    404: "It is not there, or not yours.",
    405: "This method is not for this address.",
    409: "The first request with this Idempotency-Key is being worked on.",
    411: "The request does not say how long it is.",
    413: "The request is too large.",
    422: "The request is not as described, or its Idempotency-Key was used for another one.",
    429: "Too many requests; `Retry-After` says when to go on.",
    500: "The program made a mistake; whoever runs it finds it by the mark.",
    502: "A source cannot be used.",
    503: "The look-up log cannot be written; nothing was done.",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": why,
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, why in _WHY.items()
}

Ref = Annotated[
    str,
    Path(
        min_length=1,
        max_length=120,
        description="The client's number of the case, `client~number`, or its pseudonym (`case_…`).",
        examples=["northbank~NB000001"],
    ),
]
Token = Annotated[
    str,
    Path(
        pattern=r"^n_[a-z0-9]{1,40}$",
        description="A number's token in its case, as the contacts show it.",
        examples=["n_k3vqz7m2"],
    ),
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by you, new for each request. The same request with the same key within a day "
        "is answered as the first time and not done again.",
    ),
]
After = Annotated[int, Query(ge=0, le=LARGEST, description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
Reader = Annotated[Here, Depends(Needs(May.CASE_READ))]


def problem(status: int, title: str, detail: str) -> dict[str, object]:
    """Give a problem as JSON has it."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def written(document: object) -> bytes:
    """Give a document as the bytes that are sent."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, default=plain).encode()


def told(request: Request, document: object) -> Response:
    """Answer a question with a document and its tag; with nothing but the tag where the asker has it."""
    return tagged(request, written(document), "application/json")


def tagged(request: Request, body: bytes, media_type: str, **headers: str) -> Response:
    """Answer with bytes and their tag (RFC 9110, 8.8.3): 304 where If-None-Match names it."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag, **headers})
    return Response(body, media_type=media_type, headers={"ETag": tag, **headers})


def done(
    request: Request,
    here: Here,
    key: str | None,
    said: BaseModel | str,
    do: Callable[[], tuple[int, object]],
) -> Response:
    """Do a write, once for its key if it has one, and answer with its status and document."""

    def work() -> tuple[int, bytes]:
        status, document = do()
        return status, written(document)

    headers = {}
    if key is None:
        status, body = work()
    else:
        text = said if isinstance(said, str) else said.model_dump_json()
        where = f"{request.method} {request.url.path}"
        status, body, before = once(here.desk.office, where, key, text.encode(), work)
        if before:
            headers["Idempotency-Replayed"] = "true"
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def opened(here: Here, ref: str) -> CaseFile:
    """Give a case of the caller's; raises NoCase for any other."""
    return here.seat.case(here.desk.office, ref)


def named(here: Here, case: CaseFile) -> str:
    """Give what a case is called to the caller: whoever sees all of them sees pseudonyms only."""
    return case.pseudonym if here.seat.role is Role.COMPLIANCE else case.number


def following(last: int | None, *, more: bool) -> str | None:
    """Give where the next page begins; None behind the last one."""
    return str(last) if more and last is not None else None
