"""Access tokens of one look-up: the source's own, shared by all that wait, or one in a number holder's name.

A token in somebody's name is never shared: it is good for his number and this look-up, and then forgotten.
While its holder has not answered (CIBA) the look-up is left pending; the vendor's reference is in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sources.contract import Auth, AuthKind, Outcome, Reply, SourceError
from tracer.config import SourceSettings
from tracer.ledger import Ledger
from tracer.log import loggable
from tracer.log.entry import JSON
from tracer.pace import Lane, Timing
from tracer.tokens import (
    INTERVAL,
    Failed,
    Send,
    Token,
    Waiting,
    ask_holder,
    read_begun,
    read_token,
    token_request,
)
from tracer.wire import Target

# The longest one look-up waits for a holder's answer before it is left pending, in seconds.
PATIENCE = 30.0
IN_A_NAME = frozenset({AuthKind.JWT_BEARER, AuthKind.CIBA})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What is lent for getting tokens."""

    send: Send
    timing: Timing
    settings: SourceSettings
    lane: Lane
    ledger: Ledger


class StillWaiting(Exception):
    """The number's holder was asked and has not answered yet."""


class Tokens:
    """The tokens of one look-up. ``accepted(ref, life)`` writes a reference down before it is used.

    ``reference`` is that of an earlier look-up whose holder has not answered yet, "" when there is none.
    """

    def __init__(
        self, tools: Tools, accepted: Callable[[str, float], Awaitable[None]], reference: str = ""
    ) -> None:
        self._send, self._timing = tools.send, tools.timing
        self._settings, self._lane, self._ledger = tools.settings, tools.lane, tools.ledger
        self._accepted = accepted
        self._reference = reference
        self._mine = ""

    async def of(self, auth: Auth | None, scope: str, attempt: int) -> str:
        """Give the token a request wants, "" when it wants none.

        Raises SourceError or SourceBroken when there is none to be had, StillWaiting when there may be later.
        """
        if auth is not None and auth.kind in IN_A_NAME:
            self._mine = self._mine or await self._in_name(auth, scope, attempt)
            return self._mine
        if scope or (auth is not None and auth.kind is AuthKind.OAUTH2):
            return await self._own(scope, attempt)
        return ""

    def refused(self, auth: Auth | None, scope: str, token: str) -> bool:
        """Forget a token that was not accepted; say whether another one may be better."""
        if auth is not None and auth.kind in IN_A_NAME:
            self._mine = ""
            # A holder who agreed once is not asked again because his token ran out.
            return auth.kind is AuthKind.JWT_BEARER
        if self._lane.tokens.get(scope, ("", 0.0))[0] == token:
            del self._lane.tokens[scope]
        return True

    async def _own(self, scope: str, attempt: int) -> str:
        lane, now = self._lane, self._timing.monotonic
        # One asks for all that wait: a hundred look-ups that start together need one token.
        async with lane.token_turns.setdefault(scope, asyncio.Lock()):
            token, until = lane.tokens.get(scope, ("", 0.0))
            if token and now() < until:
                return token
            asked = token_request(self._settings, AuthKind.OAUTH2, scope, self._timing.now())
            got = read_token(await self._exchanged(*asked, scope, attempt))
            assert isinstance(got, Token)  # only a holder is waited for
            lane.tokens[scope] = (got.text, now() + got.life)
            return got.text

    async def _in_name(self, auth: Auth, scope: str, attempt: int) -> str:
        if not auth.subject:
            raise SourceError(Outcome.BAD_INPUT, "token_for_nobody")
        if auth.kind is AuthKind.JWT_BEARER:
            now = self._timing.now()
            asked = token_request(self._settings, auth.kind, scope, now, subject=auth.subject)
            got = read_token(await self._exchanged(*asked, scope, attempt), person=True)
            if isinstance(got, Token):
                return got.text
            raise SourceError(Outcome.PROTOCOL_ERROR, "token_waiting")
        return await self._agreed(auth, scope, attempt)

    async def _agreed(self, auth: Auth, scope: str, attempt: int) -> str:
        """Have the holder asked, or go on with the question he was asked before, until he answers."""
        interval = INTERVAL
        if not self._reference:
            asked = ask_holder(self._settings, scope, self._timing.now(), subject=auth.subject)
            begun = read_begun(await self._exchanged(*asked, scope, attempt))
            await self._accepted(begun.reference, begun.life)
            self._reference, interval = begun.reference, begun.interval
            await self._timing.sleep(min(interval, PATIENCE))
        until = self._timing.monotonic() + PATIENCE
        while True:
            asked = token_request(
                self._settings, auth.kind, scope, self._timing.now(), reference=self._reference
            )
            got = read_token(await self._exchanged(*asked, scope, attempt), person=True)
            if isinstance(got, Token):
                return got.text
            if isinstance(got, Waiting) and got.slower:
                interval += INTERVAL  # CIBA Core 11: by at least five seconds, from now on
            if self._timing.monotonic() + interval > until:
                raise StillWaiting
            await self._timing.sleep(interval)

    async def _exchanged(
        self, aim: Target, credentials: dict[str, str], scope: str, attempt: int
    ) -> Reply | Failed:
        scopes = tuple(word for word in scope.split() if loggable(word))
        place: dict[str, JSON] = {"host": aim.host, "attempt": attempt}
        await self._ledger.note("called", {**place, "method": aim.method, "path": aim.path, "scope": scopes})
        reply = await self._send(aim, credentials, self._settings.timeout)
        await self._ledger.note("replied", {**place, "status": reply.status})
        return reply
