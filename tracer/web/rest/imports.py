"""Files taken in: an upload becomes a batch with its problems."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from tracer.desk import interface, shapes
from tracer.desk.incoming import held
from tracer.errors import WrongUse
from tracer.policy.roles import May
from tracer.web.door import Here, Needs, NotAllowed
from tracer.web.rest import documents
from tracer.web.rest.answers import LARGEST, After, Key, Limit, done, following, told
from tracer.words import N_

router = APIRouter(prefix="/imports", tags=["imports"])

Clerk = Annotated[Here, Depends(Needs(May.IMPORT))]
_FIELDS = {"client", "file", "mapping", "sheet", "encoding", "csrf"}
# Described by hand: the form is read only once the guard has let its sender in.
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["client", "file"],
                    "additionalProperties": False,
                    "properties": {
                        "client": {"type": "string", "minLength": 1, "maxLength": 60, "example": "northbank"},
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "CSV, XLSX, Parquet or JSON lines, by the ending of its name.",
                        },
                        "mapping": {
                            "type": "string",
                            "format": "binary",
                            "description": "What its columns mean (TOML); else proposed from the header.",
                        },
                        "sheet": {"type": "string", "maxLength": 80},
                        "encoding": {"type": "string", "maxLength": 40},
                    },
                },
            }
        },
    }
}


@router.post(
    "",
    operation_id="import_file",
    status_code=201,
    response_model=documents.Imported,
    openapi_extra=_FORM,
)
async def import_file(request: Request, here: Clerk, key: Key = None) -> Response:
    """Take in a placement, update, recall or call-note file of a client of the caller's.

    Good rows go in, the rest is explained. The very same file again changes nothing, with or without a key.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise WrongUse(
            N_("The file is sent as a form"),
            N_("For example: curl -F client=northbank -F file=@placements.csv"),
        )
    async with request.form(max_files=2, max_fields=6) as form:
        return await run_in_threadpool(_taken, request, here, key, form)


def _taken(request: Request, here: Here, key: str | None, form: FormData) -> Response:
    if unknown := sorted(set(form) - _FIELDS):
        raise WrongUse(
            N_("There is no field {name}"), N_("See the description of the interface."), name=unknown[0][:40]
        )
    client, sheet, encoding = (_text(form, name) for name in ("client", "sheet", "encoding"))
    file, mapping = _file(form, "file"), _file(form, "mapping")
    if file is None or not client:
        raise WrongUse(
            N_("The file is sent as a form"),
            N_("For example: curl -F client=northbank -F file=@placements.csv"),
        )
    if client not in here.seat.clients:
        raise NotAllowed
    said = [client, sheet, encoding]
    for part in (file, mapping):
        said.append(hashlib.file_digest(part.file, "sha256").hexdigest() if part else "")  # type: ignore[arg-type]
        if part:
            part.file.seek(0)

    def do() -> tuple[int, object]:
        office = here.desk.office
        with held(office, file.filename or "file", file.file) as path:
            if mapping is None:
                made = here.desk.import_file(path, client, sheet=sheet or None, encoding=encoding or None)
            else:
                with held(office, "mapping.toml", mapping.file) as rules:
                    made = here.desk.import_file(
                        path, client, mapping=rules, sheet=sheet or None, encoding=encoding or None
                    )
        return 201, shapes.import_report(made)

    return done(request, here, key, "\x1f".join(said), do)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _file(form: FormData, name: str) -> UploadFile | None:
    value = form.get(name)
    return value if isinstance(value, UploadFile) else None


@router.get("/{number}", operation_id="batch", response_model=documents.Batch)
def batch(
    request: Request,
    number: Annotated[int, Path(ge=1, le=LARGEST, description="The batch's number.")],
    here: Clerk,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Show a batch and a page of its problems, in the order of its file; values are masked."""
    found = interface.batch(here.desk.office, here.seat, number)
    problems = interface.batch_problems(here.desk.office, number, after=after, limit=limit + 1)
    return told(
        request,
        {
            "batch": found.id,
            "client": found.client,
            "file": found.file_name or None,
            "kind": found.kind,
            "state": found.state,
            "rows": found.rows_done,
            "counts": dict(found.counts),
            "started_at": found.started_at,
            "finished_at": found.finished_at,
            "entry": found.entry,
            "problems": [shapes.problem(one) for one in problems[:limit]],
            "next": following(after + limit, more=len(problems) > limit),
        },
    )
