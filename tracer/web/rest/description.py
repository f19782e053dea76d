"""The description of the interface (OpenAPI): FastAPI's, with who may call what and how problems look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from tracer.web.door import Needs
from tracer.web.rest.documents import Problem

_TAGGED = {"description": "Nothing has changed since the ETag given as If-None-Match."}
_ABOUT = """A program signs in with a token (`Authorization: Bearer trc_…`, from `tracer tokens new`). It acts
as the token's user, within its scopes, and sees the cases that user sees; any other case is answered 404.
Numbers are masked; one is revealed at a time, for a reason, under an entry of the log."""


def describe(app: FastAPI) -> dict[str, Any]:
    """Give the OpenAPI document of an application's REST routes, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=_ABOUT, routes=app.routes
    )
    parts = found.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "trc_…"}}
    found["security"] = [{"token": []}]
    scopes = {route.operation_id: scope for route, scope in guarded(app)}
    for methods in found["paths"].values():
        for method, operation in methods.items():
            scope = scopes.get(operation.get("operationId"))
            if scope:
                operation["x-scope"] = scope
                operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`."
            if method == "get" and "200" in operation["responses"]:
                operation["responses"]["304"] = _TAGGED
    return found


def guarded(app: FastAPI) -> Iterator[tuple[APIRoute, str]]:
    """Give every route with the permission its guard asks for; empty where being signed in is enough."""
    for route in _routes(app.routes):
        for guard in _guards(route.dependant):
            yield route, str(guard.what or "")


def _routes(found: Any) -> Iterator[APIRoute]:
    for one in found:
        if hasattr(one, "original_router"):
            yield from _routes(one.original_router.routes)
        elif isinstance(one, APIRoute):
            yield one


def _guards(dependant: Dependant) -> Iterator[Needs]:
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)
