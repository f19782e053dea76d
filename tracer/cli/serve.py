"""The desk on screen and the people who sign in: serve, users, tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import session
from tracer.desk.people_desk import PeopleDesk
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("People and pages")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    app.command(
        "serve",
        help=_(
            "Serve the pages and the REST interface; without a user, print a sign-in link for the first one."
        ),
        rich_help_panel=panel,
    )(serve)
    users = typer.Typer(no_args_is_help=True)
    commands: tuple[tuple[str, Callable[..., None], str], ...] = (
        ("add", users_add, _("Add a person and print his sign-in link.")),
        ("list", users_list, _("Who may sign in, as what.")),
        ("change", users_change, _("Change a person's role, clients or team, or close his account.")),
        ("link", users_link, _("A new sign-in link for somebody, for example after a forgotten password.")),
    )
    for name, what, told in commands:
        users.command(name, help=told)(what)
    app.add_typer(users, name="users", help=_("People who sign in."), rich_help_panel=panel)
    tokens = typer.Typer(no_args_is_help=True)
    commands = (
        ("new", tokens_new, _("A token for the REST interface that acts as somebody, shown once.")),
        ("list", tokens_list, _("The tokens there are, by their first letters.")),
        ("revoke", tokens_revoke, _("Revoke a token.")),
    )
    for name, what, told in commands:
        tokens.command(name, help=told)(what)
    app.add_typer(tokens, name="tokens", help=_("Tokens of the REST interface."), rich_help_panel=panel)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help=_("The address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=_("The port."))] = 8333,
    behind_https: Annotated[
        bool,
        typer.Option(
            "--behind-https", help=_("A proxy in front speaks HTTPS; cookies go over nothing else.")
        ),
    ] = False,
) -> None:
    here = session(context)
    if host not in _LOOPBACK and not behind_https:
        raise WrongUse(
            N_("{host} can be reached from outside, and this speaks plain HTTP"),
            N_("Put a proxy with HTTPS in front and say so with --behind-https, or listen on 127.0.0.1."),
            host=host,
        )
    from tracer.web.serving import serve as run

    run(here.home, here.config, host=host, port=port, secure=behind_https, tell=here.say)


def users_add(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("The name he signs in with; it goes into the log."))
    ],
    role: Annotated[str, typer.Option(help=_("collector, specialist, compliance, manager or admin."))],
    client: Annotated[
        list[str] | None, typer.Option(help=_("A client whose cases a specialist may open; may be repeated."))
    ] = None,
    team: Annotated[str, typer.Option(help=_("His team."))] = "",
    base: Annotated[str, typer.Option(help=_("Where the pages are reached."))] = "http://127.0.0.1:8333",
) -> None:
    here = session(context)
    with here.desk() as desk:
        people = PeopleDesk(desk.office)
        people.add(name, role, clients=client or (), team=team)
        made = people.link(name)
    address = f"{base.rstrip('/')}/link/{made.secret}"
    if here.json:
        show.as_json({"name": name, "role": role, "link": address, "until": made.until})
    here.say(_("Added. This link is good once, until {until}:", until=made.until.isoformat()))
    here.say(address)


def users_list(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = PeopleDesk(desk.office).users()
    if here.json:
        show.as_json(
            {
                "users": [
                    {
                        "name": one.name, "role": one.role, "clients": sorted(one.clients), "team": one.team,
                        "active": one.active, "ready": one.ready,
                    }
                    for one in found
                ]
            }
        )  # fmt: skip
        return
    if not found:
        here.say(_("There is no user. tracer users add NAME --role admin makes the first one."))
        return
    rows = [
        (
            escape(one.name),
            one.role,
            escape(", ".join(sorted(one.clients)) or "—"),
            escape(one.team or "—"),
            (_("active") if one.ready else _("link not used yet")) if one.active else _("closed"),
        )
        for one in found
    ]
    show.table(here.out, (_("name"), _("role"), _("clients"), _("team"), _("state")), rows)


def users_change(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("Who."))],
    role: Annotated[str | None, typer.Option(help=_("His new role."))] = None,
    client: Annotated[
        list[str] | None, typer.Option(help=_("His clients from now on; may be repeated."))
    ] = None,
    team: Annotated[str | None, typer.Option(help=_("His new team."))] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--close", help=_("Let him in again, or close his account."))
    ] = None,
) -> None:
    here = session(context)
    if role is None and client is None and team is None and active is None:
        raise WrongUse(
            N_("Nothing is said to change"), N_("Give --role, --client, --team, --active or --close.")
        )
    with here.desk() as desk:
        found = PeopleDesk(desk.office).change(name, role=role, clients=client, team=team, active=active)
    if here.json:
        show.as_json({"name": found.name, "role": found.role, "active": found.active})
    here.say(_("Changed. Whatever {name} had open has ended.", name=found.name))


def users_link(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("For whom."))],
    base: Annotated[str, typer.Option(help=_("Where the pages are reached."))] = "http://127.0.0.1:8333",
) -> None:
    here = session(context)
    with here.desk() as desk:
        made = PeopleDesk(desk.office).link(name)
    address = f"{base.rstrip('/')}/link/{made.secret}"
    if here.json:
        show.as_json({"name": name, "link": address, "until": made.until})
    here.say(address)


def tokens_new(
    context: typer.Context,
    user: Annotated[str, typer.Option(help=_("As whom it acts."))],
    scope: Annotated[
        list[str], typer.Option(help=_("What it may do, for example case.read; may be repeated."))
    ],
    days: Annotated[int, typer.Option(min=1, max=366, help=_("For how many days it is good."))] = 90,
) -> None:
    here = session(context)
    with here.desk() as desk:
        made = PeopleDesk(desk.office).token(user, scope, days)
    if here.json:
        show.as_json({"token": made.secret, "until": made.until})
    here.say(made.secret)
    here.say(
        _(
            "Shown once. Send it as: Authorization: Bearer …; good until {until}.",
            until=made.until.isoformat(),
        )
    )


def tokens_list(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = PeopleDesk(desk.office).tokens()
    if here.json:
        show.as_json(
            {
                "tokens": [
                    {
                        "number": one.id, "user": name, "prefix": one.prefix, "scopes": sorted(one.scopes),
                        "until": one.ends_on, "revoked": one.revoked, "seen_at": one.seen_at,
                    }
                    for one, name in found
                ]
            }
        )  # fmt: skip
        return
    if not found:
        here.say(_("There is no token."))
        return
    rows = [
        (
            str(one.id),
            escape(name),
            escape(f"{one.prefix}…"),
            ", ".join(sorted(one.scopes)),
            _("revoked") if one.revoked else one.ends_on.isoformat(),
        )
        for one, name in found
    ]
    show.table(here.out, ("#", _("user"), _("token"), _("may"), _("until")), rows)


def tokens_revoke(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("The token's number."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        PeopleDesk(desk.office).revoke(number)
    if here.json:
        show.as_json({"revoked": number})
    here.say(_("Revoked."))
