"""An HTTP request a source described, checked: may it leave, and as which bytes. Nothing is sent here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from sources.carrier.signing import canonical_query
from sources.contract import AuthKind, HttpCall
from tracer.guard import is_loopback

_METHODS = frozenset({"GET", "POST", "PUT"})
# Printable path, no query: a person's data has no place in an address, and every proxy logs addresses.
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
_LONG_DIGITS = re.compile(r"\d{7}")
_IN_BRACES = re.compile(r"\{([a-z0-9_.]{1,64})\}")
_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
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
    """A request that may leave. ``host`` is with its port where one is given; ``name`` without.

    ``path`` is what the log may hold: without the base address' own part of it, places still empty.
    """

    method: str
    url: str
    host: str
    name: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"Target({self.method} {self.host}/{self.path})"


def target(call: HttpCall, base_url: str, hosts: tuple[str, ...], *, person_in_url: bool = False) -> Target:
    """Join a call to its source's base address and check it.

    ``person_in_url``: the source's terms and the configuration both allow what the vendor takes nowhere else.

    Raises:
        NotSent: the host is not one the source's terms name, the connection would be in clear, the path
            leaves the base address or holds a person's number, or a header is not the source's to set.
    """
    base = base_url or (f"https://{hosts[0]}" if len(hosts) == 1 else "")
    if not base:
        raise NotSent("no_base_url")
    if call.method not in _METHODS:
        raise NotSent("method")
    bare = _IN_BRACES.sub("x", call.path)
    if not _PATH.fullmatch(bare) or "//" in bare or ".." in bare.split("/"):
        raise NotSent("path", bypass=True)
    if _LONG_DIGITS.search(call.path):
        raise NotSent("number_in_path")
    path, query = _told(call, person_in_url)
    url = base.rstrip("/") + path + (f"?{canonical_query(query)}" if query else "")
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
        path=_IN_BRACES.sub(r"\1", call.path).strip("/"),
        headers=headers,
        body=body,
        query=query,
    )


def nobodys(place: str) -> bool:
    """Say whether a place in an address is nobody's data: a vendor's reference, an account's value."""
    return place == "ref" or place.startswith("option.")


def _told(call: HttpCall, person_in_url: bool) -> tuple[str, dict[str, str]]:
    """Path and query with their places filled in; what is a person's only where that is allowed."""
    told = {str(place): str(value) for place, value in call.told.items()}
    if not person_in_url and not all(nobodys(place) for place in told):
        raise NotSent("person_in_url")

    # The secret's place is left as it is, for whoever signs the request.
    by_path = call.auth is not None and call.auth.kind is AuthKind.PATH
    later = {"auth.id", "auth.secret"} if by_path else set()

    def fill(text: str, *, escaped: bool) -> str:
        missing = set(_IN_BRACES.findall(text)) - told.keys()
        if missing - later:
            raise NotSent("place_not_told")
        return _IN_BRACES.sub(lambda hit: _put(hit, told, escaped), text)

    query: dict[str, str] = {}
    for name, value in call.query.items():
        if not _NAME.fullmatch(str(name)) or _LONG_DIGITS.search(str(value)):
            raise NotSent("query")
        query[str(name)] = fill(str(value), escaped=False)
    path = fill(call.path, escaped=True)
    if any(part in (".", "..") for part in path.split("/")) or "//" in path:
        raise NotSent("path", bypass=True)
    return path, query


def _put(hit: re.Match[str], told: Mapping[str, str], escaped: bool) -> str:
    value = told.get(hit[1])
    if value is None:
        return hit[0]
    return quote(value, safe="") if escaped else value


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
