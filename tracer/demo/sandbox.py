"""A sandbox operator on loopback: the four CAMARA APIs and an OAuth2 token endpoint over real HTTP.

For the demonstration, for tests of the gateway and for people writing a connector. It keeps its connections
open, checks tokens and scopes, takes its time, loses its temper (429, 5xx) and misbehaves on demand, always
the same way for the same seed and the same number of requests. What it would answer is in ``carrier``.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import random
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from urllib.parse import parse_qs, unquote_plus

from tracer.demo.carrier import (
    OPERATIONS,
    Contract,
    Holding,
    Line,
    LineState,
    Said,
    SandboxWorld,
    answer,
    problem,
)

__all__ = [
    "Contract",
    "Faults",
    "Holding",
    "Line",
    "LineState",
    "Sandbox",
    "SandboxWorld",
    "Trouble",
]

_HEAD_LIMIT = 16 * 1024
_BODY_LIMIT = 64 * 1024
_TOKEN_PATH = "/oauth2/token"  # noqa: S105  (a path)
_CORRELATOR = re.compile(r"[a-zA-Z0-9\-_:;./<>{}]{0,256}")  # XCorrelator of the definitions
_PURPOSE = re.compile(r"dpv:[A-Z][A-Za-z]{1,63}")


class Trouble(StrEnum):
    """How a request can go wrong, other than by being wrong."""

    THROTTLED = "throttled"  # 429 TOO_MANY_REQUESTS with Retry-After
    QUOTA = "quota"  # 429 QUOTA_EXCEEDED
    INTERNAL = "internal"  # 500
    UNAVAILABLE = "unavailable"  # 503
    HTML = "html"  # a proxy's page, as 200
    NONSENSE = "nonsense"  # 200, and not JSON
    REDIRECT = "redirect"  # 302 to somewhere else
    SILENCE = "silence"  # nothing, until the caller gives up or the sandbox closes
    RESET = "reset"  # the connection ends in the middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """When requests to the APIs go wrong. Requests are counted from 1; token requests are not counted.

    Every ``throttle_every``-th is 429 with ``retry_after`` seconds (0: none). A share ``error_rate`` is 500
    or 503, chosen by seed and count. ``at`` names single ones, and goes before the others.
    """

    throttle_every: int = 0
    retry_after: int = 1
    error_rate: float = 0.0
    at: Mapping[int, Trouble] = field(default_factory=dict)

    def trouble(self, seed: int, count: int) -> Trouble | None:
        """Give what goes wrong with the ``count``-th request, if anything."""
        if count in self.at:
            return self.at[count]
        if self.throttle_every and count % self.throttle_every == 0:
            return Trouble.THROTTLED
        if not self.error_rate:
            return None
        draw = random.Random(f"{seed}:{count}").random()
        if draw < self.error_rate:
            return Trouble.INTERNAL if draw < self.error_rate / 2 else Trouble.UNAVAILABLE
        return None


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    kind: str = "application/json"


class Sandbox:
    """A running operator: use it as ``with Sandbox(world) as operator`` and point a source at ``base_url``.

    ``latency`` is in seconds and added to every API answer (not to tokens). Tokens live for
    ``token_seconds``. ``requests`` counts answers by (path, status); a request left in silence or reset is
    counted with status 0. It listens on 127.0.0.1 only, on a free port, in a thread of its own.
    """

    def __init__(
        self,
        world: SandboxWorld,
        *,
        latency: float = 0.0,
        faults: Faults | None = None,
        seed: int = 0,
        token_seconds: float = 3600.0,
    ) -> None:
        self.world = world
        self.latency = latency
        self.faults = faults or Faults()
        self.seed = seed
        self.token_seconds = token_seconds
        self.client_id = "sandbox-client"
        self.client_secret = secrets.token_urlsafe(24)
        self.requests: Counter[tuple[str, int]] = Counter()
        self.base_url = ""
        self._tokens: dict[str, tuple[float, frozenset[str]]] = {}
        self._asked = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None

    @property
    def token_url(self) -> str:
        """Where access tokens are had: OAuth2 client credentials, RFC 6749 §4.4."""
        return f"{self.base_url}{_TOKEN_PATH}"

    def expire_tokens(self) -> None:
        """Make every token given so far worthless, as an operator does that rotates its keys."""
        self._tokens.clear()

    def __enter__(self) -> Sandbox:
        self._thread = threading.Thread(target=self._run, name="sandbox-operator", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise RuntimeError("the sandbox operator could not start") from self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        talks: set[asyncio.Task[None]] = set()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            talks.add(task)
            try:
                await self._talk(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                pass  # the caller left, or sent a head without end
            except asyncio.CancelledError:
                pass  # the sandbox is closing
            finally:
                talks.discard(task)
                writer.transport.abort()

        server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=_HEAD_LIMIT, backlog=1024)
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in tuple(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await _read(reader)
            if request is None:
                return
            response = await self._respond(request)
            if response is None:
                self.requests[request.path, 0] += 1
                return
            self.requests[request.path, response.status] += 1
            close = request.headers.get("connection", "").lower() == "close"
            writer.write(_written(response, close=close))
            await writer.drain()
            if close:
                return

    async def _respond(self, request: _Request) -> _Response | None:
        if request.path == _TOKEN_PATH:
            return self._token(request)
        self._asked += 1
        trouble = self.faults.trouble(self.seed, self._asked)
        if self.latency:
            await asyncio.sleep(self.latency)
        if trouble is Trouble.SILENCE:
            await asyncio.Event().wait()
        if trouble is Trouble.RESET:
            return None
        correlator = request.headers.get("x-correlator")
        echo = {"x-correlator": correlator} if correlator and _CORRELATOR.fullmatch(correlator) else {}
        if trouble is not None:
            return _misbehave(trouble, self.faults.retry_after, echo)
        said = self._answer(request)
        return _Response(said.status, _json(said.body), echo)

    def _answer(self, request: _Request) -> Said:
        operation = OPERATIONS.get(request.path)
        if operation is None:
            return problem(404, "NOT_FOUND", "The specified resource is not found.")
        if request.method != "POST":
            return problem(405, "METHOD_NOT_ALLOWED", "The requested method is not allowed.")
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        until, scopes = self._tokens.get(token, (0.0, frozenset()))
        if kind.lower() != "bearer" or until <= time.monotonic():
            return problem(401, "UNAUTHENTICATED", "Request not authenticated.")
        if operation.scope not in scopes:
            return problem(403, "PERMISSION_DENIED", "Client does not have sufficient permissions.")
        if not _CORRELATOR.fullmatch(request.headers.get("x-correlator", "")):
            return problem(400, "INVALID_ARGUMENT", "x-correlator is malformed.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            if request.body:
                return problem(415, "UNSUPPORTED_MEDIA_TYPE", "The payload is not application/json.")
            return problem(400, "INVALID_ARGUMENT", "The request has no body.")
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            body = None
        return answer(operation, body, self.world)

    def _token(self, request: _Request) -> _Response:
        # RFC 6749 §4.4 and §5.2; CAMARA wants exactly one purpose among the scopes.
        if request.method != "POST":
            return _oauth_error(405, "invalid_request")
        form = parse_qs(request.body.decode("utf-8", "replace"))
        client, secret = _credentials(request.headers.get("authorization", ""), form)
        if not _same(client, self.client_id) or not _same(secret, self.client_secret):
            return _oauth_error(401, "invalid_client", {"www-authenticate": 'Basic realm="sandbox"'})
        if form.get("grant_type") != ["client_credentials"]:
            return _oauth_error(400, "unsupported_grant_type")
        scopes = " ".join(form.get("scope", [])).split()
        purposes = [scope for scope in scopes if _PURPOSE.fullmatch(scope)]
        known = {operation.scope for operation in OPERATIONS.values()}
        if len(purposes) != 1 or len(scopes) < 2 or not set(scopes) <= known | set(purposes):
            return _oauth_error(400, "invalid_scope")
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (time.monotonic() + self.token_seconds, frozenset(scopes))
        given = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(self.token_seconds),
            "scope": " ".join(scopes),
        }
        return _Response(200, _json(given), {"cache-control": "no-store"})


async def _read(reader: asyncio.StreamReader) -> _Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, _, rest = first.partition(" ")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length) > _BODY_LIMIT:
        return None
    body = await reader.readexactly(int(length))
    return _Request(method, rest.partition(" ")[0].partition("?")[0], headers, body)


def _written(response: _Response, *, close: bool) -> bytes:
    headers = {
        "content-type": response.kind,
        "content-length": str(len(response.body)),
        "connection": "close" if close else "keep-alive",
        **response.headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {response.status} -\r\n{head}\r\n".encode("latin-1") + response.body


def _misbehave(trouble: Trouble, retry_after: int, echo: Mapping[str, str]) -> _Response:
    def camara(status: int, code: str, **headers: str) -> _Response:
        return _Response(status, _json(problem(status, code, "Not now.").body), {**echo, **headers})

    match trouble:
        case Trouble.THROTTLED:
            return camara(429, "TOO_MANY_REQUESTS", **{"retry-after": str(retry_after)})
        case Trouble.QUOTA:
            return camara(429, "QUOTA_EXCEEDED")
        case Trouble.INTERNAL:
            return camara(500, "INTERNAL")
        case Trouble.UNAVAILABLE:
            return camara(503, "UNAVAILABLE")
        case Trouble.HTML:
            return _Response(200, b"<!doctype html><title>Welcome</title>", echo, "text/html")
        case Trouble.REDIRECT:
            return _Response(302, b"", {**echo, "location": "http://127.0.0.1:9/elsewhere"})
        case _:
            return _Response(200, b'{"phoneNumberRecycled": tru', echo)


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _oauth_error(status: int, error: str, headers: Mapping[str, str] | None = None) -> _Response:
    return _Response(status, _json({"error": error}), {"cache-control": "no-store", **(headers or {})})


def _credentials(header: str, form: Mapping[str, list[str]]) -> tuple[str, str]:
    # RFC 6749 §2.3.1: in a Basic header, form-encoded, or in the body.
    kind, _, encoded = header.partition(" ")
    if kind.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(client), unquote_plus(secret)
    return "".join(form.get("client_id", [])), "".join(form.get("client_secret", []))


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
