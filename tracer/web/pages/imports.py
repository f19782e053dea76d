"""Import on screen: choose a file, see and correct how it is understood, take it in, read what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from tracer.desk import interface, shapes, uploading
from tracer.desk.uploading import Upload
from tracer.errors import WrongUse
from tracer.policy.roles import May
from tracer.web import downloads
from tracer.web.door import Here, Needs, NotAllowed
from tracer.web.showing import page, piece
from tracer.words import N_, _

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_PAGE = 200

Clerk = Annotated[Here, Depends(Needs(May.IMPORT))]


@router.get("/imports")
def choose(request: Request, here: Clerk) -> str:
    """Show where a file is chosen or dropped."""
    return page("import.html", request, here, clients=sorted(here.seat.clients))


@router.post("/imports")
def keep(here: Clerk, client: Annotated[str, Form(max_length=60)], file: UploadFile) -> Response:
    """Keep a file and show how it would be understood; nothing is taken in."""
    if client not in here.seat.clients:
        raise NotAllowed
    if not file.filename:
        raise WrongUse(N_("No file was chosen"), N_("Drop one on the page, or choose it."))
    made = uploading.keep(here.desk.office, client, file.filename, file.file)
    return _to(made)


@router.get("/imports/up/{token}")
def upload(request: Request, token: str, here: Clerk) -> Response:
    """Show an upload: how it would be understood, how far it is, or what came of it."""
    office = here.desk.office
    one = _mine(here, token)
    if one.state == uploading.DONE:
        return RedirectResponse(f"/imports/{one.batch}?upload={one.token}", status_code=303)
    if one.state != uploading.WAITING:
        return HTMLResponse(page("import_running.html", request, here, one=one))
    seen = uploading.look(office, one)
    return HTMLResponse(
        page(
            "import_look.html",
            request,
            here,
            one=one,
            seen=seen,
            fields=uploading.fields(seen),
            problems=[shapes.problem(each) for each in uploading.first_problems(seen)],
            good=uploading.understood(seen),
        )
    )


@router.get("/imports/up/{token}/progress")
def progress(request: Request, token: str, here: Clerk) -> Response:
    """Show how far the file was read; when it is through, lead to what came of it."""
    one = _mine(here, token)
    if one.state == uploading.DONE:
        return Response(status_code=204, headers={"HX-Redirect": f"/imports/{one.batch}?upload={one.token}"})
    return HTMLResponse(piece("import_progress.html", request, here, one=one))


@router.post("/imports/up/{token}/columns")
async def columns(request: Request, token: str, here: Clerk) -> Response:
    """Correct which column is which field. The columns are named by their place: names are a client's."""
    form = await request.form()
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_corrected, here, token, said)


def _corrected(here: Here, token: str, said: Mapping[str, str]) -> Response:
    one = _mine(here, token)
    seen = uploading.look(here.desk.office, one)
    chosen = {name: said.get(f"column-{at}", "").strip() for at, name in enumerate(seen.header.columns)}
    uploading.correct(here.desk.office, one, chosen)
    return _to(one)


@router.post("/imports/up/{token}/take")
def take(token: str, here: Clerk) -> Response:
    """Take the file in, beside the answer to this."""
    one = _mine(here, token)
    uploading.start(here.desk.office, one)
    return _to(one)


@router.post("/imports/up/{token}/drop")
def drop(token: str, here: Clerk) -> Response:
    """Throw the upload away."""
    uploading.drop(_mine(here, token))
    return RedirectResponse("/imports", status_code=303)


@router.post("/imports/up/{token}/reasons")
def reasons(token: str, here: Clerk) -> Response:
    """Give the same file with a column of reasons."""
    office = here.desk.office
    one = _mine(here, token)
    if one.state != uploading.DONE:
        raise WrongUse(N_("This file was not taken in yet"), N_("Take it in first."))
    said: dict[int, str] = {}
    for problem in here.desk.problems(one.batch):
        before = said.get(problem.row, "")
        told = f"{problem.column}: {problem.sentence}" if problem.column else problem.sentence
        said[problem.row] = f"{before} {told}".strip()
    return downloads.made(
        f"{one.file.stem}-reasons.csv",
        lambda out: uploading.with_reasons(office, one, out, _("what was wrong"), said),
    )


@router.get("/imports/{number}")
def batch(
    request: Request,
    number: int,
    here: Clerk,
    after: Annotated[int, Query(ge=0)] = 0,
    upload: Annotated[str, Query(max_length=32)] = "",
) -> str:
    """Show what came of a file: rows by what they did, and its problems with their cells."""
    found = interface.batch(here.desk.office, here.seat, number)
    problems = interface.batch_problems(here.desk.office, number, after=after, limit=_PAGE + 1)
    return page(
        "import_batch.html",
        request,
        here,
        batch=found,
        problems=[shapes.problem(one) for one in problems[:_PAGE]],
        after=after,
        more=after + _PAGE if len(problems) > _PAGE else None,
        upload=upload,
    )


def _mine(here: Here, token: str) -> Upload:
    return uploading.found(here.desk.office, token)


def _to(one: Upload) -> Response:
    return RedirectResponse(f"/imports/up/{one.token}", status_code=303)
