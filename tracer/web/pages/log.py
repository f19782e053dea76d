"""The log on screen: chosen by facets, one entry with what is about it, proofs and bundles to take along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from tracer.desk.log_export import FORMATS
from tracer.desk.logbook import Wanted
from tracer.desk.persons import cases_of
from tracer.errors import WrongUse
from tracer.policy.roles import May
from tracer.web import downloads
from tracer.web.door import Here, Needs
from tracer.web.showing import page
from tracer.words import N_

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
FACETS = ("event", "actor", "source", "purpose", "outcome")

Reader = Annotated[Here, Depends(Needs(May.LOG_READ))]
Exporter = Annotated[Here, Depends(Needs(May.LOG_EXPORT))]


class Chosen(BaseModel):
    """What somebody chose of the log; empty is any. ``case`` is a pseudonym, ``since`` and ``until`` days."""

    event: str = Field("", max_length=40)
    actor: str = Field("", max_length=64)
    source: str = Field("", max_length=80)
    purpose: str = Field("", max_length=80)
    outcome: str = Field("", max_length=40)
    case: str = Field("", max_length=80)
    rule: str = Field("", max_length=80)
    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)

    def wanted(self) -> Wanted:
        """Give it as the desk wants it."""
        if self.case and not self.case.startswith("case_"):
            # An address is no place for a number or a name, whoever typed it there.
            raise WrongUse(
                N_("A case is chosen here by its pseudonym (case_…)"),
                N_("Find the pseudonym of a case, number or id with the form below the entries."),
            )
        said = {name: value.strip() or None for name, value in self if name in Chosen.model_fields}
        return Wanted(subject=said.pop("case"), **said)


class Page(Chosen):
    """A page of the choice: the entries before one."""

    before: int | None = Field(None, ge=1, lt=2**53)


class Taken(Chosen):
    """A choice to take along: in which format, and whether staff is named."""

    form: str = Field(".zip", alias="format", max_length=6)
    names: bool = False


@router.get("/log")
def explore(request: Request, here: Reader, given: Annotated[Page, Query()]) -> str:
    """Show the newest entries of a choice, how the choice divides, and when its entries were written."""
    chosen = {name: getattr(given, name) for name in Chosen.model_fields}
    return page(
        "log.html",
        request,
        here,
        found=here.desk.log_explore(given.wanted(), before=given.before),
        chosen=chosen,
        facets=FACETS,
        before=given.before,
        address=lambda **change: _address(chosen | change),
    )


@router.get("/log/{seq}")
def entry(request: Request, seq: int, here: Reader) -> str:
    """Show one entry whole, and what is about it."""
    one, *about = here.desk.log_show(seq)
    return page("log_entry.html", request, here, one=one, about=about)


@router.post("/log/find")
def find(request: Request, here: Reader, said: Annotated[str, Form(min_length=3, max_length=80)]) -> str:
    """Find the cases of a number, an id or a client's case number; they are shown by pseudonym."""
    return page("log_found.html", request, here, cases=cases_of(here.desk.office, said))


@router.post("/log/{seq}/proof")
def proof(seq: int, here: Reader) -> Response:
    """Give the receipt of an entry: it proves to anybody that the entry is in the log."""
    proved = here.desk.log_prove(seq)
    return downloads.text(proved.text, f"entry-{seq}.receipt.json")


@router.post("/log/export")
def export(here: Exporter, given: Annotated[Taken, Form()]) -> Response:
    """Give the entries of the choice as a file; a bundle proves itself."""
    if given.form not in FORMATS:
        raise WrongUse(
            N_("{suffix} is no format for an export"), N_("Choose one of the list."), suffix=given.form
        )
    return downloads.made(
        f"log{given.form}", lambda out: here.desk.log_export(given.wanted(), out, names=given.names)
    )


def _address(chosen: Mapping[str, object]) -> str:
    asked = urlencode({name: value for name, value in chosen.items() if value})
    return f"/log?{asked}" if asked else "/log"
