"""Serving: the home opened once, the first sign-in link, and the server until somebody stops it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import uvicorn

from tracer.clock import now
from tracer.desk import people
from tracer.desk.office import open_office
from tracer.errors import WrongUse
from tracer.policy.roles import Role
from tracer.web.app import HTMX, create_app
from tracer.words import N_, _

ACTOR = "web"
FIRST = "admin"


def serve(
    home: Path,
    config: Path | None,
    *,
    host: str,
    port: int,
    secure: bool,
    tell: Callable[[str], None],
) -> None:
    """Serve until stopped. Raises WrongUse when the front-end packages are not installed."""
    if not HTMX.is_file():
        raise WrongUse(
            N_("The packages the pages load are not installed"),
            N_("Run: npm ci --ignore-scripts --prefix {folder}"),
            folder=str(HTMX.parents[3]),
        )
    office = open_office(home, config, now, ACTOR)
    base = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    if not office.store.people.count():
        people.add(office, FIRST, Role.ADMIN)
        made = people.link(office, FIRST)
        tell(_("There was no user; the first one is {name}. Sign in once with this link:", name=FIRST))
        tell(f"{base}/link/{made.secret}")
    tell(_("Pages: {address}   REST: {address}/api/openapi.json   Stop with Ctrl-C", address=base))
    # No access log: addresses hold pseudonyms, and what matters is in the log of the house.
    uvicorn.run(
        create_app(office, secure=secure),
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        date_header=True,
        log_level="warning",
        proxy_headers=secure,
        timeout_graceful_shutdown=5,
    )
