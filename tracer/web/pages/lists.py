"""Suppression lists on screen: taken in, listed, taken back. Nothing of a list is kept or shown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from tracer.desk.incoming import held
from tracer.desk.reasons import coded
from tracer.desk.suppressing import LISTS
from tracer.errors import WrongUse
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.showing import page
from tracer.words import N_

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_PROBLEMS = 100

Officer = Annotated[Here, Depends(Needs(May.SUPPRESS))]


@router.get("/lists")
def lists(request: Request, here: Officer) -> str:
    """Show the lists that stand, and the form for another."""
    return _page(request, here)


@router.post("/lists")
def load(
    request: Request,
    here: Officer,
    file: UploadFile,
    code: Annotated[str, Form(max_length=40)],
    client: Annotated[str, Form(max_length=80)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> str:
    """Take a list in, whole or not at all."""
    if not file.filename:
        raise WrongUse(N_("No file was chosen"), N_("Choose a CSV or XLSX file with numbers, ids or people."))
    day = here.desk.day(until or None)
    with held(here.desk.office, file.filename, file.file) as path:
        loaded = here.desk.rights.suppress(path, code, client=client, until=day)
    return _page(request, here, loaded)


@router.post("/lists/{entry}/take-off")
def take_off(here: Officer, entry: int, reason: Annotated[str, Form(max_length=80)]) -> Response:
    """Take a whole list back."""
    here.desk.rights.take_off(entry, coded(reason.strip(), "reason"))
    return RedirectResponse("/lists", status_code=303)


def _page(request: Request, here: Here, loaded: object = None) -> str:
    return page(
        "lists.html",
        request,
        here,
        lists=here.desk.rights.lists(),
        codes=LISTS,
        clients=sorted(here.desk.office.config.clients),
        loaded=loaded,
        most=_PROBLEMS,
    )
