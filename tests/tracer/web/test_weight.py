"""What is too heavy, or comes from somebody who may send no file, is refused before a byte of it is read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

GIGABYTES = str(6 * 1024**3)


def unread(app: Any, path: str, headers: dict[str, str]) -> int:
    """Give the status of a POST whose body must not be read; reading it fails the test."""
    seen: list[int] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            seen.append(message["status"])

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return seen[0]


def as_signed_in(browser: Any) -> dict[str, str]:
    return {"cookie": f"tracer={browser.cookies['tracer']}", "x-csrf-token": browser.headers["X-CSRF-Token"]}


@pytest.mark.parametrize("path", ["/imports", "/api/imports", "/lists", "/policy/replay"])
def test_a_file_of_a_stranger_is_not_read(screen: Any, path: str) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": "1000"}

    assert unread(screen.app, path, headers) in {303, 401}


@pytest.mark.parametrize("path", ["/imports", "/api/imports", "/lists", "/policy/replay"])
def test_a_file_of_somebody_who_may_send_none_is_not_read(screen: Any, path: str) -> None:
    own = as_signed_in(screen.signed_in("collector"))
    headers = own | {"content-type": "multipart/form-data; boundary=x", "content-length": "1000"}

    assert unread(screen.app, path, headers) == 403


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/language", "application/x-www-form-urlencoded"),
        ("/cases/case_bcdfghjkbcdfghjkbcdfghjk/outcomes", "multipart/form-data; boundary=x"),
        ("/api/may-contact", "application/json"),
    ],
)
def test_whatever_is_no_file_ends_at_a_megabyte(screen: Any, path: str, kind: str) -> None:
    own = as_signed_in(screen.signed_in("specialist"))

    assert unread(screen.app, path, own | {"content-type": kind, "content-length": "1048577"}) == 413


def test_a_file_has_an_end_too(screen: Any) -> None:
    own = as_signed_in(screen.signed_in("specialist", clients=("northbank",)))
    headers = own | {"content-type": "multipart/form-data; boundary=x", "content-length": GIGABYTES}

    assert unread(screen.app, "/imports", headers) == 413


@pytest.mark.parametrize(
    "stated", [{"transfer-encoding": "chunked"}, {"content-length": "²"}, {"content-length": "9" * 5000}]
)
def test_a_length_that_is_not_told_is_no_way_round(screen: Any, stated: dict[str, str]) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"} | stated

    assert unread(screen.app, "/sign-in", headers) in {411, 413}
