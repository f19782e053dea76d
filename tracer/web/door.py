"""Who is at the door: every route says what it takes to pass, and nobody passes a route that says nothing.

A route is guarded by :class:`Needs` (a permission, or just being signed in) or is one of the few in
``PUBLIC``. A test walks all routes; one without a guard fails it. Whose cases somebody may touch is checked
where a case is opened (:meth:`Here.case`), and a case that is not his is answered like one that is not there.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from fastapi import Request

from tracer.desk import Desk
from tracer.desk.office import Office
from tracer.desk.seats import Seat, bearer, seat_of
from tracer.desk.signing import signed_in
from tracer.policy.roles import May
from tracer.words import LANGUAGES, speak

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BEARER = "bearer "


class NotSignedIn(Exception):
    """Nobody is signed in: pages lead to the sign-in page, REST answers 401."""


class NotAllowed(Exception):
    """Somebody is signed in and may not do this."""


class Forged(Exception):
    """A request that changes something came from elsewhere, or without the session's own token."""


@dataclass(slots=True)
class Here:
    """Who asks, and the desk as he may use it. ``csrf`` is empty for a token of the REST interface."""

    desk: Desk
    seat: Seat
    csrf: str = field(repr=False, default="")
    token: str = field(repr=False, default="")
    language: str = "en"

    def may(self, what: May) -> bool:
        """Tell whether he may do something at all."""
        return self.seat.may(what)


@dataclass(frozen=True, slots=True)
class Needs:
    """A guard: the permission a route needs; None when it is enough to be signed in."""

    what: May | None = None

    async def __call__(self, request: Request) -> Here:
        """Give who asks, or raise NotSignedIn, NotAllowed, Forged."""
        here = found(request)
        if here is None:
            raise NotSignedIn
        if self.what is not None and not here.may(self.what):
            raise NotAllowed
        if request.method not in SAFE and here.csrf:
            await _not_forged(request, here.csrf)
        return here


def found(request: Request) -> Here | None:
    """Give who asks: by a token of the REST interface, there only, else by the session's cookie; or None."""
    office: Office = request.app.state.office
    given = request.headers.get("authorization", "") if request.url.path.startswith("/api/") else ""
    if given.lower().startswith(BEARER):
        seat = bearer(office, given[len(BEARER) :].strip())
        if seat is None:
            return None
        _speak(request, "")
        return Here(desk=_desk(office, seat), seat=seat)
    token = request.cookies.get(request.app.state.cookie, "")
    session = signed_in(office, token) if token else None
    if session is None:
        return None
    seat = seat_of(session.user)
    return Here(
        desk=_desk(office, seat),
        seat=seat,
        csrf=session.csrf,
        token=token,
        language=_speak(request, session.language),
    )


def _desk(office: Office, seat: Seat) -> Desk:
    return Desk(replace(office, actor=seat.name))


def _speak(request: Request, chosen: str) -> str:
    """Speak the language chosen in the session, else the one the browser asks for."""
    language = chosen if chosen in LANGUAGES else wanted(request.headers.get("accept-language", ""))
    speak(language)
    return language


def wanted(header: str) -> str:
    """Give the language a browser asks for first, of those spoken here."""
    for part in header.split(","):
        language = part.partition(";")[0].strip().lower()[:2]
        if language in LANGUAGES:
            return language
    return "en"


async def _not_forged(request: Request, csrf: str) -> None:
    """Check a changing request of a session: same site, and the session's own token in header or form."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Forged
    origin = request.headers.get("origin")
    if origin is not None and origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forged
    given = request.headers.get("x-csrf-token")
    if given is None:
        kind = request.headers.get("content-type", "")
        if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
            value = (await request.form()).get("csrf")
            given = value if isinstance(value, str) else None
    if given is None or not hmac.compare_digest(given.encode(), csrf.encode()):
        raise Forged


Guard = Callable[[Request], object]
