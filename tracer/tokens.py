"""Access tokens: OAuth 2.0 client credentials (RFC 6749 sections 2.3.1 and 4.4), logged without a secret."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from sources.contract import Outcome, Reply, SourceBroken, SourceError
from tracer.config import SourceSettings
from tracer.errors import WrongUse
from tracer.wire import Target, checked_host

# A token is renewed so many seconds before it ends, and lives so long when nothing is said; at most a day.
MARGIN = 30.0
LIFE = 300.0
LONGEST_LIFE = 86_400.0


class Failed(NamedTuple):
    """A request without a reply: could it have reached the vendor, why, and what that makes of it."""

    sent: bool
    why: str
    outcome: Outcome = Outcome.UNAVAILABLE
    status: int = 0


Send = Callable[[Target, Mapping[str, str], float], Awaitable["Reply | Failed"]]


class Token(NamedTuple):
    """An access token and for how many seconds it may be used."""

    text: str
    life: float

    def __repr__(self) -> str:
        return f"Token({self.life:.0f} s)"


def token_request(settings: SourceSettings, scope: str) -> tuple[Target, dict[str, str]]:
    """Give the request for a token and the header that holds the credentials.

    Raises:
        SourceBroken: no token address is configured, or the secret is not where it should be.
    """
    if not settings.token_url:
        raise SourceBroken(Outcome.AUTH_FAILED, "no_token_url")
    try:
        secret = settings.secret()
    except WrongUse as error:
        raise SourceBroken(Outcome.AUTH_FAILED, "secret_not_there") from error
    name, host = checked_host(settings.token_url)
    aim = Target(
        method="POST",
        url=settings.token_url,
        host=host,
        name=name,
        path="token",
        headers={
            "accept": "application/json",
            "accept-encoding": "identity",
            "content-type": "application/x-www-form-urlencoded",
        },
        body=urlencode({"grant_type": "client_credentials", **({"scope": scope} if scope else {})}).encode(),
    )
    # Both are form-encoded before they are joined (RFC 6749 section 2.3.1).
    joined = f"{quote(settings.client_id, safe='')}:{quote(secret, safe='')}"
    return aim, {"authorization": "Basic " + base64.b64encode(joined.encode()).decode()}


def read_token(reply: Reply | Failed) -> Token:
    """Read the reply to a token request.

    Raises:
        SourceError: the token server is not there or busy.
        SourceBroken: it refused, or answered nonsense.
    """
    if isinstance(reply, Failed):
        raise SourceError(reply.outcome, "token_" + reply.why)
    if reply.status == 429 or reply.status >= 500:
        raise SourceError(Outcome.UNAVAILABLE, "token_unavailable")
    try:
        said = json.loads(reply.body)
        text = said["access_token"]
        life = float(said.get("expires_in", LIFE))
        right = str(said.get("token_type", "bearer")).lower() == "bearer"
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        raise SourceBroken(Outcome.AUTH_FAILED, "token_refused") from None
    if reply.status != 200 or not right or not re.fullmatch(r"[\x21-\x7e]{1,8192}", str(text)):
        raise SourceBroken(Outcome.AUTH_FAILED, "token_refused")
    # A life that is no number (NaN compares false) is used once.
    return Token(str(text), max(1.0, min(life, LONGEST_LIFE) - MARGIN) if life == life else 1.0)
