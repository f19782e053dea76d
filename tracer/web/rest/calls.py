"""Calls: may one be made, and what came of it (催记)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from graph.model import Identity, Line, Party
from tracer.desk import casework, lawful, outcomes, shapes
from tracer.desk.numbers import numbers_of
from tracer.errors import WrongUse
from tracer.policy.roles import May, Role
from tracer.web.door import Here, Needs
from tracer.web.rest import documents
from tracer.web.rest.answers import (
    LARGEST,
    After,
    Key,
    Limit,
    Reader,
    Ref,
    done,
    following,
    named,
    opened,
    told,
)
from tracer.words import N_

router = APIRouter(tags=["calls"])
CHANNEL = "^(voice|sms|email|im|post|visit|social)$"


class Asked(BaseModel):
    """A contact somebody thinks of."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "case": "northbank~NB000001",
                "number": "n_k3vqz7m2",
                "channel": "voice",
                "reserve": True,
            }
        },
    )

    case: str = Field(min_length=1, max_length=120)
    number: str = Field(min_length=1, max_length=40, description="Its token, or the number itself.")
    at: dt.datetime | None = Field(default=None, description="With its zone; now, if left out.")
    channel: str = Field(default="voice", pattern=CHANNEL)
    role: str = Field(
        default="", max_length=40, description="Whose number it is, where the case does not say."
    )
    zone: str = Field(default="", max_length=60, description="The time zone the debtor said he is in.")
    facts: dict[str, bool] = Field(
        default={}, max_length=50, description="Facts you answer for: `validation_notice`: true."
    )
    reserve: bool = Field(
        default=False, description="Write the attempt down before dialling, if it is allowed; only for now."
    )
    approval: int | None = Field(
        default=None, ge=1, le=LARGEST, description="A second person's approval, for what wants one."
    )


@router.get("/may-contact", operation_id="may_contact", response_model=documents.MayContact)
def may_contact(
    request: Request,
    here: Reader,
    case: Annotated[str, Query(min_length=1, max_length=120, description="As in the addresses of cases.")],
    number: Annotated[
        str,
        Query(pattern=r"^n_[a-z0-9]{1,40}$", description="The number's token: numbers stand in no address."),
    ],
    at: Annotated[dt.datetime | None, Query(description="With its zone; now, if left out.")] = None,
    channel: Annotated[str, Query(pattern=CHANNEL)] = "voice",
) -> Response:
    """Say whether a number may be called at that time, the rules that fired, the next lawful moment."""
    file = opened(here, case)
    found = lawful.may_contact(
        here.desk.office, file, number, _moment(here, at), lawful.Asked(channel=channel)
    )
    return told(request, {**shapes.may_contact(found), "case": named(here, file)})


@router.post("/may-contact", operation_id="ask_contact", response_model=documents.MayContact)
def ask_contact(
    request: Request, said: Asked, here: Annotated[Here, Depends(Needs(May.CALL))], key: Key = None
) -> Response:
    """Say the same with facts of your own, and with `reserve` write the call down before it is dialled.

    Of two who reserve the last call at once, one is refused (403).
    """

    def do() -> tuple[int, object]:
        file = opened(here, said.case)
        asked = lawful.Asked(channel=said.channel, role=said.role, zone=said.zone, said=said.facts)
        found = lawful.may_contact(
            here.desk.office,
            file,
            said.number,
            _moment(here, said.at),
            asked,
            reserve=said.reserve,
            approval=said.approval,
        )
        return 200, {**shapes.may_contact(found), "case": named(here, file)}

    return done(request, here, key, said, do)


def _moment(here: Here, at: dt.datetime | None) -> dt.datetime:
    """Give a time with a zone, the house's where none is named; raises WrongUse for one far away."""
    office = here.desk.office
    if at is None:
        return office.clock()
    whole = at if at.tzinfo else at.replace(tzinfo=office.config.zone)
    if not 1970 <= whole.year <= 2100:
        raise WrongUse(N_("That time is too far away"), N_("Give one between the years 1970 and 2100."))
    return whole


class Call(BaseModel):
    """One contact attempt: a code of a known list, or the three facts themselves."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"number": "n_k3vqz7m2", "code": "plain:NO_ANSWER", "at": "2026-11-23T10:15:00+08:00"}
        },
    )

    number: str = Field(min_length=1, max_length=40, description="Its token, or the number itself.")
    code: str = Field(
        default="", max_length=40, description="`list:CODE`; `tracer outcome --codes` has them."
    )
    at: dt.datetime | None = Field(default=None, description="When it was made; now, if left out.")
    line: Line | None = None
    party: Party | None = None
    identity: Identity | None = None
    list: str | None = Field(default=None, max_length=40, description="The list of the code.")
    person: str = Field(default="", max_length=100)
    relation: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=2000)
    promised_on: dt.date | None = None
    promised_amount: int | None = Field(default=None, ge=0, le=LARGEST, description="In minor units.")
    follow_up_on: dt.date | None = None


@router.get("/cases/{ref}/outcomes", operation_id="outcomes", response_model=documents.Notes)
def notes(request: Request, ref: Ref, here: Reader, after: After = 0, limit: Limit = 100) -> Response:
    """List the call notes of a case that stand, in the order they were written."""
    file = opened(here, ref)
    every = sorted(outcomes.notes(here.desk.office, file), key=lambda one: one.id)
    found = [one for one in every if one.id > after][: limit + 1]
    page = found[:limit]
    shown = [shapes.note(one) for one in page]
    if here.seat.role is Role.COMPLIANCE:
        shown = [one | {"person": None, "relation": None, "text": None} for one in shown]
    last = page[-1].id if page else None
    return told(
        request,
        {"case": named(here, file), "notes": shown, "next": following(last, more=len(found) > limit)},
    )


@router.post(
    "/cases/{ref}/outcomes", operation_id="note_outcome", status_code=201, response_model=documents.Noted
)
def note(
    request: Request,
    ref: Ref,
    said: Call,
    here: Annotated[Here, Depends(Needs(May.OUTCOME))],
    key: Key = None,
) -> Response:
    """Note what came of a call: the ranking follows at once, and a bar where the outcome brings one."""
    if not (said.code or said.line or said.party):
        raise WrongUse(N_("A number and a code are needed"), N_("Or line and party in place of a code."))

    def do() -> tuple[int, object]:
        file = opened(here, ref)
        known = numbers_of(here.desk.office, file)
        made = casework.noted(
            here.desk.office,
            file,
            casework.CallNote(
                number=said.number,
                code=said.code,
                at=_moment(here, said.at),
                line=said.line,
                party=said.party,
                identity=said.identity,
                list_name=said.list,
                person=said.person,
                relation=said.relation,
                text=said.text,
                promised_on=said.promised_on,
                promised_amount=said.promised_amount,
                follow_up_on=said.follow_up_on,
            ),
        )
        return 201, shapes.noted(made, named(here, file), known)

    return done(request, here, key, said, do)


@router.delete("/cases/{ref}/outcomes/{which}", operation_id="undo_outcome", response_model=documents.Undone)
def undo(
    request: Request,
    ref: Ref,
    which: Annotated[
        str, Path(pattern=r"^(last|[1-9][0-9]{0,14})$", description="A note's number, or `last`.")
    ],
    here: Annotated[Here, Depends(Needs(May.OUTCOME))],
    key: Key = None,
) -> Response:
    """Take a call note back, with the bar it brought. The log keeps both."""

    def do() -> tuple[int, object]:
        file = opened(here, ref)
        taken = outcomes.undo(here.desk.office, file, None if which == "last" else int(which))
        return 200, shapes.undone(taken, named(here, file))

    return done(request, here, key, "", do)
