"""Signatures over a request, as functions of what is signed: nothing here keeps, reads or sends a secret.

The gateway applies them; a source names the kind only. TC3 as Tencent Cloud describes it (API 3.0, "签名方法
v3"), ACS3 as Alibaba Cloud does ("V3 版本请求体&签名机制"). Held against both vendors' SDKs in
tests/sources/carrier/test_signing.py.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping


def basic(user: str, secret: str) -> str:
    """Give the value of ``Authorization`` for a user and a password (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def escaped(text: str) -> str:
    """Give a text percent-encoded but for RFC 3986's unreserved characters."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode())


def canonical_query(query: Mapping[str, str]) -> str:
    """Give a query in the order and escaping signatures are made over (RFC 3986, sorted by name)."""
    return "&".join(f"{escaped(name)}={escaped(query[name])}" for name in sorted(query))


def tc3(
    *,
    key: str,
    secret: str,
    service: str,
    host: str,
    method: str,
    body: bytes,
    content_type: str,
    at: dt.datetime,
    query: Mapping[str, str] | None = None,
) -> Mapping[str, str]:
    """Give the headers ``authorization`` and ``x-tc-timestamp`` of a Tencent Cloud request; ``at`` is UTC."""
    stamp, day = str(int(at.timestamp())), f"{at.astimezone(dt.UTC):%Y-%m-%d}"
    signed = "content-type;host"
    request = "\n".join(
        (
            *(method, "/", canonical_query(query or {})),
            *(f"content-type:{content_type}", f"host:{host}", "", signed, _sha256(body)),
        )
    )
    place = f"{day}/{service}/tc3_request"
    text = "\n".join(("TC3-HMAC-SHA256", stamp, place, _sha256(request.encode())))
    derived = _hmac(_hmac(_hmac(b"TC3" + secret.encode(), day), service), "tc3_request")
    signature = _hmac(derived, text).hex()
    return {
        "authorization": (
            f"TC3-HMAC-SHA256 Credential={key}/{place}, SignedHeaders={signed}, Signature={signature}"
        ),
        "x-tc-timestamp": stamp,
    }


def acs3(
    *,
    key: str,
    secret: str,
    host: str,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    at: dt.datetime,
    nonce: str,
    query: Mapping[str, str] | None = None,
) -> Mapping[str, str]:
    """Give the headers an Alibaba Cloud request needs beside ``headers``, its signature among them.

    Signed are ``host``, ``content-type`` and every ``x-acs-*``. ``at`` is UTC; ``nonce`` differs each time.
    """
    ours = {
        "x-acs-content-sha256": _sha256(body),
        "x-acs-date": f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": nonce,
    }
    every = {**{name.lower(): value for name, value in headers.items()}, **ours, "host": host}
    names = sorted(name for name in every if name.startswith("x-acs-") or name in ("host", "content-type"))
    signed = ";".join(names)
    lines = "".join(f"{name}:{every[name].strip()}\n" for name in names)
    request = "\n".join(
        (method, path, canonical_query(query or {}), lines, signed, ours["x-acs-content-sha256"])
    )
    text = f"ACS3-HMAC-SHA256\n{_sha256(request.encode())}"
    signature = _hmac(secret.encode(), text).hex()
    return {
        **ours,
        "authorization": f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={signed},Signature={signature}",
    }


def plain_hmac(*, key: str, secret: str, method: str, path: str, body: bytes, at: dt.datetime) -> str:
    """Give the hex HMAC-SHA256 over method, path, time (whole seconds), key and the body's SHA-256, by line.

    For gateways of small resellers that publish no scheme of their own and can be told what is signed.
    """
    stamp = str(int(at.timestamp()))
    return _hmac(secret.encode(), "\n".join((method, path, stamp, key, _sha256(body)))).hex()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
