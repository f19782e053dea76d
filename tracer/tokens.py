"""Access tokens as requests and replies: client credentials, an assertion about a number, asking its holder.

RFC 6749 sections 2.3.1 and 4.4 (client credentials), RFC 7523 (assertions: as a grant, and instead of a
client secret), OpenID Connect CIBA Core 1.0 in poll mode. Nothing is sent here, and nothing of it is logged.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from sources.contract import AuthKind, Outcome, Reply, SourceBroken, SourceError
from tracer.assertions import KeyUnfit, assertion
from tracer.config import SourceSettings
from tracer.errors import WrongUse
from tracer.wire import Target, checked_host

# A token is renewed so many seconds before it ends, and lives so long when nothing is said; at most a day.
MARGIN = 30.0
LIFE = 300.0
LONGEST_LIFE = 86_400.0
# Seconds between two questions whether the holder has answered: when nothing is said, and what "slow down"
# adds (CIBA Core 7.3 and 11).
INTERVAL = 5.0

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_CIBA = "urn:openid:params:grant-type:ciba"
_CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# The vendor's name for a question to the holder is opaque; what no header or form could carry is none.
_REFERENCE = re.compile(r"[\x21-\x7e]{1,512}")

# What a refusal of a token says of this one look-up; every other one says that we are set up wrongly.
_OF_THIS_LOOKUP: Mapping[str, Outcome] = {
    "access_denied": Outcome.CONSENT_MISSING,
    "consent_required": Outcome.CONSENT_MISSING,
    "interaction_required": Outcome.CONSENT_MISSING,
    "login_required": Outcome.CONSENT_MISSING,
    "expired_token": Outcome.CONSENT_MISSING,  # the holder was asked and said nothing in time
    "missing_user_code": Outcome.CONSENT_MISSING,
    "unknown_user_id": Outcome.NOT_SERVED,  # not this operator's customer
    "expired_login_hint_token": Outcome.BAD_INPUT,
}
# For a person's assertion the vendor may mean the person, so it stops nothing.
_OF_A_PERSON = "invalid_grant"


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


class Begun(NamedTuple):
    """A question put to a number's holder: the vendor's reference, its life and interval in seconds."""

    reference: str
    life: float
    interval: float

    def __repr__(self) -> str:
        return f"Begun({self.life:.0f} s)"


class Waiting(NamedTuple):
    """Not answered yet; ``slower``: the vendor wants to be asked less often from now on."""

    slower: bool


def token_request(
    settings: SourceSettings,
    kind: AuthKind,
    scope: str,
    now: dt.datetime,
    *,
    subject: str = "",
    reference: str = "",
) -> tuple[Target, dict[str, str]]:
    """Give the request for a token and the headers that hold credentials.

    ``subject`` is whom an assertion is about (``tel:+…``), ``reference`` the vendor's of an earlier
    :func:`ask_holder`.

    Raises:
        SourceBroken: no token address is configured, or secret or key are not where they should be.
    """
    if not settings.token_url:
        raise SourceBroken(Outcome.AUTH_FAILED, "no_token_url")
    form = {"scope": scope} if scope else {}
    if kind is AuthKind.JWT_BEARER:
        form |= {"grant_type": _JWT_BEARER, "assertion": _signed(settings, subject, now)}
    elif kind is AuthKind.CIBA:
        form = {"grant_type": _CIBA, "auth_req_id": reference}
    else:
        form |= {"grant_type": "client_credentials"}
    return _request(settings, settings.token_url, "token", form, now)


def ask_holder(
    settings: SourceSettings, scope: str, now: dt.datetime, *, subject: str
) -> tuple[Target, dict[str, str]]:
    """Give the request that has the operator ask a number's holder (CIBA backchannel authentication).

    Raises SourceBroken as :func:`token_request` does.
    """
    if not settings.ciba_url:
        raise SourceBroken(Outcome.AUTH_FAILED, "no_ciba_url")
    form = {"login_hint": subject, **({"scope": scope} if scope else {})}
    return _request(settings, settings.ciba_url, "ciba", form, now)


def _request(
    settings: SourceSettings, url: str, path: str, form: dict[str, str], now: dt.datetime
) -> tuple[Target, dict[str, str]]:
    name, host = checked_host(url)
    headers: dict[str, str] = {}
    if settings.has_secret:
        try:
            secret = settings.secret()
        except WrongUse as error:
            raise SourceBroken(Outcome.AUTH_FAILED, "secret_not_there") from error
        # Both are form-encoded before they are joined (RFC 6749 section 2.3.1).
        joined = f"{quote(settings.client_id, safe='')}:{quote(secret, safe='')}"
        headers["authorization"] = "Basic " + base64.b64encode(joined.encode()).decode()
    else:
        form = {
            **form,
            "client_id": settings.client_id,
            "client_assertion_type": _CLIENT_ASSERTION,
            "client_assertion": _signed(settings, settings.client_id, now),
        }
    aim = Target(
        method="POST",
        url=url,
        host=host,
        name=name,
        path=path,
        headers={
            "accept": "application/json",
            "accept-encoding": "identity",
            "content-type": "application/x-www-form-urlencoded",
        },
        body=urlencode(form).encode(),
    )
    return aim, headers


def _signed(settings: SourceSettings, subject: str, now: dt.datetime) -> str:
    if not settings.has_key:
        raise SourceBroken(Outcome.AUTH_FAILED, "no_private_key")
    try:
        return assertion(
            settings.private_key(),
            issuer=settings.client_id,
            subject=subject,
            audience=settings.audience or settings.token_url,
            at=now,
            key_id=settings.key_id,
        )
    except WrongUse as error:
        raise SourceBroken(Outcome.AUTH_FAILED, "private_key_not_there") from error
    except KeyUnfit as error:
        raise SourceBroken(Outcome.AUTH_FAILED, "private_key_unfit") from error


def read_token(reply: Reply | Failed, *, person: bool = False) -> Token | Waiting:
    """Read the reply to a token request; :class:`Waiting` while a number's holder has not answered.

    ``person``: the token is in somebody's name, so a refusal may be about him alone.

    Raises:
        SourceError: the token server is not there or busy, or this person's consent is not to be had.
        SourceBroken: it refused us, or answered nonsense.
    """
    said = _read(reply, person)
    if isinstance(said, str):
        return Waiting(slower=said == "slow_down")
    try:
        text = said["access_token"]
        life = float(str(said.get("expires_in", LIFE)))
        right = str(said.get("token_type", "bearer")).lower() == "bearer"
    except (ValueError, KeyError):
        raise SourceBroken(Outcome.AUTH_FAILED, "token_refused") from None
    if not right or not re.fullmatch(r"[\x21-\x7e]{1,8192}", str(text)):
        raise SourceBroken(Outcome.AUTH_FAILED, "token_refused")
    # A life that is no number (NaN compares false) is used once.
    return Token(str(text), max(1.0, min(life, LONGEST_LIFE) - MARGIN) if life == life else 1.0)


def read_begun(reply: Reply | Failed) -> Begun:
    """Read the reply to :func:`ask_holder`. Raises as :func:`read_token` does."""
    said = _read(reply, True)
    if isinstance(said, str):
        raise SourceBroken(Outcome.AUTH_FAILED, "ciba_refused")
    reference = said.get("auth_req_id")
    try:
        life, interval = float(str(said.get("expires_in", LIFE))), float(str(said.get("interval", INTERVAL)))
    except ValueError:
        raise SourceBroken(Outcome.AUTH_FAILED, "ciba_refused") from None
    sound = isinstance(reference, str) and _REFERENCE.fullmatch(reference) and 0 < life <= 30 * LONGEST_LIFE
    if not sound or not 0 <= interval <= LONGEST_LIFE:
        raise SourceBroken(Outcome.AUTH_FAILED, "ciba_refused")
    return Begun(str(reference), life, max(interval, 1.0))


def _read(reply: Reply | Failed, person: bool) -> Mapping[str, object] | str:
    """The object of a success; the word of one that is not there yet."""
    if isinstance(reply, Failed):
        raise SourceError(reply.outcome, "token_" + reply.why)
    if reply.status == 429 or reply.status >= 500:
        raise SourceError(Outcome.UNAVAILABLE, "token_unavailable")
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise SourceBroken(Outcome.AUTH_FAILED, "token_refused")
    if reply.status == 200:
        return said
    error = said.get("error")
    if person and reply.status == 400 and error in ("authorization_pending", "slow_down"):
        return str(error)
    if person and isinstance(error, str) and error in _OF_THIS_LOOKUP:
        raise SourceError(_OF_THIS_LOOKUP[error], error)
    if person and error == _OF_A_PERSON:
        raise SourceError(Outcome.PRECONDITION_FAILED, _OF_A_PERSON)
    raise SourceBroken(Outcome.AUTH_FAILED, "token_refused")
