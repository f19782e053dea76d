"""The application: one office open for all, headers on every answer, errors said in one place."""

from __future__ import annotations

import json
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from tracer.desk.log_explorer import warm
from tracer.desk.office import Office
from tracer.desk.repeats import KeyTaken, UnderWay
from tracer.errors import LogUnavailable, NotThere, Refused, TracerError, WrongUse, places
from tracer.web import door, rest
from tracer.web.pages import entrance, screens
from tracer.web.rest.description import describe
from tracer.web.rest.pacing import Pace, TooFast
from tracer.web.showing import page
from tracer.web.weight import weighed
from tracer.words import N_, _

STATIC = Path(__file__).parent / "static"
HTMX = Path(__file__).parent / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"

# What every answer carries (ASVS 5.0 3.4; shared/reference/audit-and-privacy.md section 5). No script and no
# style but our own files, nobody may frame a page, and nothing of a person stays in a cache.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}

_OTHER = (N_("The request could not be answered"), "")
_SAID = {
    404: (N_("There is nothing here"), N_("Go back to the first page.")),
    405: (N_("This cannot be done here"), N_("Go back and use the button of the page.")),
}


def create_app(office: Office, *, secure: bool = False) -> FastAPI:
    """Make the application over an open office, which is closed when it ends.

    ``secure``: it is reached over HTTPS, so cookies go over nothing else.
    """

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=warm, args=(office,), daemon=True).start()
        yield
        office.close()

    app = FastAPI(
        title="tracer",
        summary="Which number a lost-contact debtor uses today, from lawful sources, every look-up logged.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.state.office = office
    app.state.secure = secure
    app.state.pace = Pace()
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.state.cookie = "__Host-tracer" if secure else "tracer"
    app.middleware("http")(_headers)
    app.add_exception_handler(door.NotSignedIn, _not_signed_in)
    app.add_exception_handler(door.NotAllowed, _not_allowed)
    app.add_exception_handler(door.Forged, _forged)
    app.add_exception_handler(TooFast, _too_fast)
    app.add_exception_handler(TracerError, _tracer_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.include_router(entrance.router)
    for room in screens():
        app.include_router(room)
    app.include_router(rest.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


async def _headers(request: Request, go: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        response = await _let_in(request, go)
    except Exception as error:
        response = _broken(request, error)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/static/") and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=3600"
    if request.app.state.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


async def _let_in(request: Request, go: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        heavy = weighed(request)
    except door.NotSignedIn as error:
        return await _not_signed_in(request, error)
    except door.NotAllowed as error:
        return await _not_allowed(request, error)
    if heavy is not None:
        return answer(request, heavy.status, _(heavy.sentence), _(heavy.remedy))
    return await go(request)


def _broken(request: Request, error: Exception) -> Response:
    """Answer after a mistake of ours: whoever asked learns that it was one, whoever runs this where.

    The text of an error may hold a person's data: nobody is told it.
    """
    mark = secrets.token_hex(4)
    sys.stderr.write(f"{mark} {type(error).__name__}: {places(error)}\n")
    sentence = _("The program made a mistake. Nothing half-written was kept.")
    remedy = _("Tell whoever runs it this mark: {mark}", mark=mark)
    if request.url.path.startswith("/api/"):
        return answer(request, 500, sentence, remedy)
    # No page: what makes one may be what broke.
    return Response(f"{sentence}\n{remedy}", status_code=500, media_type="text/plain")


def answer(request: Request, status: int, sentence: str, remedy: str) -> Response:
    """Say what went wrong: problem+json to REST (RFC 9457), a page or a piece of one to people."""
    if request.url.path.startswith("/api/"):
        return JSONResponse(
            rest.problem(status, sentence, remedy),
            status_code=status,
            media_type="application/problem+json",
            headers={"WWW-Authenticate": "Bearer"} if status == 401 else None,
        )
    here = door.found(request)
    piece = request.headers.get("hx-request") == "true"
    return HTMLResponse(
        page("said.html", request, here, sentence=sentence, remedy=remedy, status=status, piece=piece),
        status_code=status,
        headers={"HX-Retarget": "#said", "HX-Reswap": "innerHTML"} if piece else None,
    )


async def _not_signed_in(request: Request, _error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        return answer(request, 401, _("Nobody is signed in"), _("Send a token: Authorization: Bearer trc_…"))
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse("/sign-in", status_code=303)


async def _not_allowed(request: Request, _error: Exception) -> Response:
    return answer(
        request,
        403,
        _("Your role may not do this"),
        _("Ask somebody whose work it is; an administrator can change roles."),
    )


async def _forged(request: Request, _error: Exception) -> Response:
    return answer(
        request,
        403,
        _("The request did not come from a page of this desk"),
        _("Load the page again and repeat it."),
    )


async def _too_fast(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooFast)
    found = answer(request, 429, _("Too many requests"), _("Go on in {count} seconds.", count=error.seconds))
    found.headers["Retry-After"] = str(error.seconds)
    return found


async def _tracer_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, TracerError)
    sentence, _newline, remedy = error.shown().partition("\n")
    return answer(request, status_of(error), sentence, remedy)


def status_of(error: TracerError) -> int:
    """Give the HTTP status of an error: the one place where it is chosen."""
    if isinstance(error, NotThere):
        return 404
    if isinstance(error, UnderWay):
        return 409
    if isinstance(error, KeyTaken):
        return 422
    if isinstance(error, WrongUse):
        return 400
    if isinstance(error, Refused):
        return 403
    if isinstance(error, LogUnavailable):
        return 503
    return 502


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence, remedy = _SAID.get(error.status_code, _OTHER)
    found = answer(request, error.status_code, _(sentence), _(remedy))
    for name, value in (error.headers or {}).items():
        found.headers[name] = value
    return found


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Where and what kind of thing was wrong; never the value, which may be a person's.
    places = [
        {"at": [str(part) for part in one.get("loc", ())][:6], "kind": str(one.get("type", ""))[:60]}
        for one in error.errors()[:20]
    ]
    if request.url.path.startswith("/api/"):
        told = rest.problem(
            422, _("The request is not as it should be"), _("See the description of the interface.")
        )
        return JSONResponse(told | {"errors": places}, status_code=422, media_type="application/problem+json")
    return answer(request, 422, _("Something of the form is missing or wrong"), json.dumps(places)[:400])
