"""The entrance: sign in, use a sign-in link, sign out, choose a language: what is open to everybody."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from tracer.desk import signing
from tracer.errors import WrongUse
from tracer.web.door import Here, Needs, found, wanted
from tracer.web.showing import page
from tracer.words import LANGUAGES, N_, _, speak

router = APIRouter(include_in_schema=False)
# The routes that need nobody signed in; everything else has a guard (a test walks them all).
PUBLIC = frozenset(
    {"/sign-in", "/link/{token}", "/static", "/static/htmx.js", "/healthz", "/api/openapi.json"}
)
_WRONG = N_("Name, password or code is wrong, or the name rests after too many tries.")


def _language(request: Request) -> str:
    chosen = request.query_params.get("lang", "")
    language = chosen if chosen in LANGUAGES else wanted(request.headers.get("accept-language", ""))
    speak(language)
    return language


@router.get("/healthz")
def healthz() -> Response:
    """Say that the program answers; nothing else."""
    return Response("ok", media_type="text/plain")


@router.get("/static/htmx.js")
def htmx() -> Response:
    """Give the one script that is not ours, as npm installed it."""
    from tracer.web.app import HTMX

    if not HTMX.is_file():
        return Response("", status_code=404)
    return FileResponse(HTMX, media_type="text/javascript")


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """Show the sign-in page."""
    if found(request) is not None:
        return RedirectResponse("/", status_code=303)
    _language(request)
    return HTMLResponse(page("sign_in.html", request, None, said=""))


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=512)] = "",
    code: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Sign in, or say that something of it is wrong."""
    language = _language(request)
    opened = signing.sign_in(request.app.state.office, name, password, code, language=language)
    if opened is None:
        return HTMLResponse(page("sign_in.html", request, None, said=_(_WRONG)), status_code=401)
    return _entered(request, opened.token)


@router.get("/link/{token}")
def link_page(request: Request, token: str) -> Response:
    """Show where a sign-in link leads: choose a password, set up the second factor."""
    _language(request)
    user = signing.linked(request.app.state.office, token)
    if user is None:
        return HTMLResponse(
            page(
                "said.html", request, None, status=404, piece=False,
                sentence=_("The sign-in link was used before, or is too old"),
                remedy=_("Ask an administrator for a new one."),
            ),
            status_code=404,
        )  # fmt: skip
    secret, address = signing.offered(user, token)
    return HTMLResponse(
        page(
            "link.html",
            request,
            None,
            who=user.name,
            token=token,
            secret=secret,
            code=_drawn(address),
            said="",
        )
    )


@router.post("/link/{token}")
def use_link(
    request: Request,
    token: str,
    password: Annotated[str, Form(max_length=512)] = "",
    again: Annotated[str, Form(max_length=512)] = "",
    code: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Use a sign-in link."""
    language = _language(request)
    office = request.app.state.office
    try:
        if password != again:
            raise WrongUse(N_("The two passwords differ"), N_("Type the same twice."))
        opened = signing.choose(office, token, password, code, language=language)
    except WrongUse as error:
        user = signing.linked(office, token)
        if user is None:
            return link_page(request, token)
        secret, address = signing.offered(user, token, again=True)
        return HTMLResponse(
            page(
                "link.html", request, None, who=user.name, token=token, secret=secret, code=_drawn(address),
                said=error.shown(),
            ),
            status_code=400,
        )  # fmt: skip
    return _entered(request, opened.token)


@router.post("/sign-out")
def sign_out(request: Request, here: Annotated[Here, Depends(Needs())]) -> Response:
    """End the session."""
    signing.sign_out(request.app.state.office, here.token)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(request.app.state.cookie, path="/", secure=request.app.state.secure, httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.post("/language")
def choose_language(
    request: Request, here: Annotated[Here, Depends(Needs())], language: Annotated[str, Form(max_length=2)]
) -> Response:
    """Choose the language of this session."""
    if language in LANGUAGES:
        signing.speaks(here.desk.office, here.token, language)
    return RedirectResponse("/", status_code=303)


def _entered(request: Request, token: str) -> Response:
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        request.app.state.cookie,
        token,
        path="/",
        httponly=True,
        secure=request.app.state.secure,
        samesite="strict",
        max_age=int(signing.LONGEST.total_seconds()),
    )
    return response


def _drawn(address: str) -> str:
    """Draw an address as a QR code, for an authenticator's camera."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=2)
