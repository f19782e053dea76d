"""The manager's room: figures by client and month, sources and predictions in hindsight, cases shared out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracer.desk import charts
from tracer.desk import figures as counted
from tracer.errors import WrongUse
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.showing import page
from tracer.words import N_

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
# What a chart is drawn of: a share of something, or a sum.
RATES = ("repair_rate", "right_rate", "wrong_rate", "complaint_rate")
SUMS = ("cost", "touched")

Reader = Annotated[Here, Depends(Needs(May.FIGURES))]
Giver = Annotated[Here, Depends(Needs(May.ASSIGN))]


@router.get("/figures")
def figures(request: Request, here: Reader, client: str = "") -> str:
    """Show how often tracing finds the debtor, what it costs, and whom else it touches."""
    return page(
        "figures.html",
        request,
        here,
        shown=counted.figures(here.desk.office, client),
        client=client,
        clients=sorted(here.desk.office.config.clients),
        rates=RATES,
        sums=SUMS,
    )


@router.get("/figures/hindsight")
def hindsight(request: Request, here: Reader) -> str:
    """Show how the numbers each source named turned out, and how predictions did."""
    looking = counted.looking_back(here.desk.office)
    drift = looking.found.watched.drift if looking.found else None
    drawn = (
        charts.calibration(
            [(one.said, one.true, one.count) for one in drift.bins],
            [(one.low, one.high) for one in drift.bins],
        )
        if drift and drift.bins
        else ""
    )
    return page("hindsight.html", request, here, looking=looking, drift=drift, drawn=drawn)


@router.post("/figures/hindsight")
def look_back(here: Reader) -> Response:
    """Begin to look back at every call; the page tells how far it is."""
    counted.looking_back(here.desk.office).begin(here.desk.office)
    return RedirectResponse("/figures/hindsight", status_code=303)


@router.get("/assign")
def assign(request: Request, here: Giver, given: int | None = None) -> str:
    """Show how the open cases are shared out, and give out those that nobody has."""
    loads = counted.loads(here.desk.office)
    return page(
        "assign.html",
        request,
        here,
        nobodys=[one for one in loads if not one.assigned_to],
        loads=[one for one in loads if one.assigned_to],
        people=counted.may_have(here.desk.office),
        most=counted.MOST,
        given=given,
    )


@router.post("/assign")
def give(
    here: Giver,
    client: Annotated[str, Form(max_length=80)],
    count: Annotated[int, Form()],
    to: Annotated[str, Form(max_length=64)],
) -> Response:
    """Give the oldest cases of a client that nobody has to a person."""
    if client not in here.desk.office.config.clients:
        raise WrongUse(N_("There is no such client"), N_("Choose one of the list."))
    given = counted.share_out(here.desk.office, client, count, to)
    return RedirectResponse(f"/assign?given={given}", status_code=303)
