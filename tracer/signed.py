"""Credentials on a request that is about to leave: the secret is read here, used, and forgotten.

OAuth 2.0 tokens are tracer/tokens.py's. The signatures themselves are pure functions of sources/carrier.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import replace
from urllib.parse import quote, urlencode, urlsplit

from sources.carrier.signing import acs3, basic, canonical_query, plain_hmac, tc3
from sources.contract import Auth, AuthKind, Outcome, SourceBroken
from tracer.config import SourceSettings
from tracer.errors import WrongUse
from tracer.wire import Target

# Kinds that need to know who asks besides the secret.
TOKENS = frozenset({AuthKind.OAUTH2, AuthKind.JWT_BEARER, AuthKind.CIBA})
NAMED = TOKENS | {AuthKind.BASIC, AuthKind.TC3, AuthKind.ACS3, AuthKind.HMAC}


def signed(aim: Target, auth: Auth, settings: SourceSettings, now: dt.datetime) -> Target:
    """Give the request with what its vendor wants to know it by.

    Raises:
        SourceBroken: the secret, or the name that belongs to it, is not configured.
    """
    if auth.kind is AuthKind.NONE or auth.kind in TOKENS:
        return aim  # a token was put there already
    if not (settings.secret_env or settings.secret_file):
        raise SourceBroken(Outcome.AUTH_FAILED, "secret_not_there")
    if auth.kind in NAMED and not settings.client_id:
        raise SourceBroken(Outcome.AUTH_FAILED, "no_client_id")
    try:
        secret = settings.secret()
    except WrongUse as error:
        raise SourceBroken(Outcome.AUTH_FAILED, "secret_not_there") from error
    if auth.kind is AuthKind.BODY:
        return replace(aim, body=_inside(aim, auth, settings.client_id, secret))
    if auth.kind is AuthKind.QUERY:
        mine = {**({auth.id_as: settings.client_id} if auth.id_as else {}), auth.secret_as: secret}
        return replace(aim, url=f"{aim.url}{'&' if aim.query else '?'}{canonical_query(mine)}")
    if auth.kind is AuthKind.PATH:
        url = aim.url.replace("{auth.id}", quote(settings.client_id, safe=""))
        return replace(aim, url=url.replace("{auth.secret}", quote(secret, safe="")))
    found = _headers(aim, auth, settings.client_id, secret, now)
    if any("\n" in value or "\r" in value or not value.isascii() for value in found.values()):
        raise SourceBroken(Outcome.AUTH_FAILED, "secret_unfit")
    return replace(aim, headers={**aim.headers, **found})


def _headers(aim: Target, auth: Auth, key: str, secret: str, now: dt.datetime) -> dict[str, str]:
    path = urlsplit(aim.url).path or "/"
    if auth.kind is AuthKind.BASIC:
        return {"authorization": basic(key, secret)}
    if auth.kind is AuthKind.BEARER:
        return {"authorization": f"{auth.prefix or 'Bearer '}{secret}"}
    if auth.kind is AuthKind.HEADER:
        named = {auth.id_as.lower(): key} if auth.id_as and key else {}
        return {**named, auth.header.lower(): f"{auth.prefix}{secret}"}
    if auth.kind is AuthKind.TC3:
        kind = aim.headers.get("content-type", "application/json")
        region = {"x-tc-region": auth.region} if auth.region else {}
        of_body = tc3(
            key=key,
            secret=secret,
            service=auth.service,
            host=aim.host,
            method=aim.method,
            body=aim.body,
            content_type=kind,
            at=now,
            query=aim.query,
        )
        return {**region, **of_body}
    if auth.kind is AuthKind.ACS3:
        return dict(
            acs3(
                key=key,
                secret=secret,
                host=aim.host,
                method=aim.method,
                path=path,
                body=aim.body,
                headers=aim.headers,
                at=now,
                nonce=secrets.token_hex(16),
                query=aim.query,
            )
        )
    if auth.kind is AuthKind.HMAC:
        signature = plain_hmac(key=key, secret=secret, method=aim.method, path=path, body=aim.body, at=now)
        return {
            auth.id_as.lower(): key,
            auth.time_as.lower(): str(int(now.timestamp())),
            auth.header.lower(): f"{auth.prefix}{signature}",
        }
    raise SourceBroken(Outcome.AUTH_FAILED, "auth_kind")


def _inside(aim: Target, auth: Auth, key: str, secret: str) -> bytes:
    """The body with the credentials among its properties."""
    mine = {**({auth.id_as: key} if auth.id_as else {}), auth.secret_as: secret}
    if aim.headers.get("content-type") == "application/json":
        body = json.loads(aim.body)
        if not isinstance(body, dict):
            raise SourceBroken(Outcome.AUTH_FAILED, "auth_kind")
        return json.dumps({**body, **mine}, ensure_ascii=False).encode()
    joined = urlencode(mine).encode()
    return aim.body + b"&" + joined if aim.body else joined
