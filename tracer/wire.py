"""An HTTP request a source described, checked: may it leave, and as which bytes. Nothing is sent here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from sources.contract import HttpCall
from tracer.guard import is_loopback

_METHODS = frozenset({"GET", "POST", "PUT"})
# Printable path, no query: a person's data has no place in an address, and every proxy logs addresses.
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
_LONG_DIGITS = re.compile(r"\d{7}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_VALUE = re.compile(r"[\x20-\x7e]{0,512}")
# The gateway's own to set, or able to change where a request goes and as whom.
_RESERVED = frozenset(
    {
        *("accept-encoding", "authorization", "connection", "content-length", "cookie", "expect", "host"),
        *("proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"),
        *("x-forwarded-for", "x-forwarded-host"),
    }
)


class NotSent(Exception):
    """The request may not leave. ``why`` is a word; ``bypass`` when it would have gone round the policy."""

    def __init__(self, why: str, *, bypass: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.bypass = bypass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A request that may leave. ``host`` is with its port where one is given; ``name`` without."""

    method: str
    url: str
    host: str
    name: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Target({self.method} {self.host}/{self.path})"


def target(call: HttpCall, base_url: str, hosts: tuple[str, ...]) -> Target:
    """Join a call to its source's base address and check it.

    Raises:
        NotSent: the host is not one the source's terms name, the connection would be in clear, the path
            leaves the base address or holds a person's number, or a header is not the source's to set.
    """
    base = base_url or (f"https://{hosts[0]}" if len(hosts) == 1 else "")
    if not base:
        raise NotSent("no_base_url")
    if call.method not in _METHODS:
        raise NotSent("method")
    if not _PATH.fullmatch(call.path) or "//" in call.path or ".." in call.path.split("/"):
        raise NotSent("path", bypass=True)
    if _LONG_DIGITS.search(call.path):
        raise NotSent("number_in_path")
    url = base.rstrip("/") + call.path
    name, host = checked_host(url, hosts)
    headers = {"accept": "application/json", **_headers(call.headers), "accept-encoding": "identity"}
    body = b""
    if call.json is not None and call.form is not None:
        raise NotSent("two_bodies")
    if call.json is not None:
        try:
            body = json.dumps(call.json, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError):
            raise NotSent("body") from None
        headers["content-type"] = "application/json"
    elif call.form is not None:
        body = urlencode({str(key): str(value) for key, value in call.form.items()}).encode()
        headers["content-type"] = "application/x-www-form-urlencoded"
    return Target(
        method=call.method,
        url=url,
        host=host,
        name=name,
        path=call.path.strip("/"),
        headers=headers,
        body=body,
    )


def checked_host(url: str, hosts: tuple[str, ...] = ()) -> tuple[str, str]:
    """Give name and host (with port) of an address that may be connected to; else raise NotSent."""
    parts = urlsplit(url)
    name = (parts.hostname or "").lower()
    if not name:
        raise NotSent("host", bypass=True)
    if hosts and name not in {host.lower() for host in hosts}:
        raise NotSent("host", bypass=True)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(name)):
        raise NotSent("not_https", bypass=True)
    return name, f"{name}:{parts.port}" if parts.port else name


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in given.items():
        lower = str(name).lower()
        if lower in _RESERVED or not _HEADER.fullmatch(lower) or not _VALUE.fullmatch(str(value)):
            raise NotSent("header")
        headers[lower] = str(value)
    return headers
