"""The administrator's room: people who sign in and tokens for programs; nothing here shows anybody's data."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracer.desk.people import SCOPES
from tracer.desk.people_desk import Made, PeopleDesk
from tracer.policy.roles import May, Role, may
from tracer.web.door import Here, Needs
from tracer.web.showing import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
DAYS = 90

Admin = Annotated[Here, Depends(Needs(May.USERS))]
Keeper = Annotated[Here, Depends(Needs(May.TOKENS))]
Name = Annotated[str, Form(max_length=64)]


@router.get("/users")
def users(request: Request, here: Admin) -> str:
    """Show everybody who may sign in, and the form for one more."""
    return page(
        "users.html", request, here, users=_people(here).users(), roles=tuple(Role), clients=_clients(here)
    )


@router.post("/users")
def add(
    request: Request,
    here: Admin,
    name: Name,
    role: Annotated[str, Form(max_length=20)],
    clients: Annotated[list[str] | None, Form()] = None,
    team: Annotated[str, Form(max_length=64)] = "",
) -> str:
    """Add a person and give his sign-in link, which is shown once."""
    people = _people(here)
    people.add(name.strip(), role, clients=tuple(clients or ()), team=team.strip())
    return _linked(request, here, name.strip())


@router.post("/users/change")
def change(
    here: Admin,
    name: Name,
    role: Annotated[str, Form(max_length=20)],
    clients: Annotated[list[str] | None, Form()] = None,
    team: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Change a person's role, clients and team, as far as they are others now; whatever he had open ends."""
    people = _people(here)
    now = next((one for one in people.users() if one.name == name), None)
    wanted, team = frozenset(clients or ()), team.strip()
    if now is None or (role, wanted, team) != (now.role, now.clients, now.team):
        people.change(
            name,
            role=role if now is None or role != now.role else None,
            clients=wanted if now is None or wanted != now.clients else None,
            team=team if now is None or team != now.team else None,
        )
    return RedirectResponse("/users", status_code=303)


@router.post("/users/state")
def let_in(here: Admin, name: Name, state: Annotated[str, Form(pattern="^(open|closed)$")]) -> Response:
    """Close somebody's account, or let him in again."""
    _people(here).change(name, active=state == "open")
    return RedirectResponse("/users", status_code=303)


@router.post("/users/link")
def link(request: Request, here: Admin, name: Name) -> str:
    """Give a new sign-in link, which is shown once; with it he chooses a new password."""
    return _linked(request, here, name)


@router.get("/tokens")
def tokens(request: Request, here: Keeper) -> str:
    """Show the tokens: whose, for what, until when; never the tokens themselves."""
    return _tokens(request, here)


@router.post("/tokens")
def new_token(
    request: Request,
    here: Keeper,
    name: Name,
    scopes: Annotated[list[str] | None, Form()] = None,
    days: Annotated[int, Form(ge=1, le=366)] = DAYS,
) -> str:
    """Make a token, which is shown once."""
    made = _people(here).token(name, scopes or (), days)
    return _tokens(request, here, made=made, name=name)


@router.post("/tokens/{number}/revoke")
def revoke(here: Keeper, number: int) -> Response:
    """Revoke a token."""
    _people(here).revoke(number)
    return RedirectResponse("/tokens", status_code=303)


def _linked(request: Request, here: Here, name: str) -> str:
    made = _people(here).link(name)
    address = str(request.base_url.replace(path=f"/link/{made.secret}"))
    return page("users_link.html", request, here, who=name, address=address, until=made.until)


def _tokens(request: Request, here: Here, made: Made | None = None, name: str = "") -> str:
    people = _people(here)
    return page(
        "tokens.html",
        request,
        here,
        tokens=people.tokens(),
        users=[one for one in people.users() if one.active],
        scopes=[(scope, [str(role) for role in Role if may(role, scope)]) for scope in SCOPES],
        days=DAYS,
        made=made,
        who=name,
    )


def _people(here: Here) -> PeopleDesk:
    return PeopleDesk(here.desk.office)


def _clients(here: Here) -> list[str]:
    return sorted(here.desk.office.config.clients)
