"""A vendor's callback as a value: is it his, which question is it about, and is it too old.

Nothing here receives or keeps anything: bytes and headers go in, a reference or the reason against it comes
out. That an answer is read once is the log's matter: a question that is answered waits for nothing more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sources.manifest.body import MISSING, REFERENCE, as_text, only, parsed
from sources.manifest.form import Callback

# A vendor's answer about one number; more is a mistake or an attack.
LARGEST = 1_000_000


class Unfit(StrEnum):
    """Why a callback was not taken."""

    TOO_LARGE = "too_large"
    UNSIGNED = "unsigned"  # no signature or token, or not the right one
    TOO_OLD = "too_old"  # its time is not within what the manifest allows
    NOT_JSON = "not_json"
    NO_REFERENCE = "no_reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A callback that is the vendor's: the question it is about, and its body as it came."""

    ref: str = field(repr=False)
    body: bytes = field(repr=False)


def receive(
    part: Callback, headers: Mapping[str, str], body: bytes, *, secret: str, now: float
) -> Received | Unfit:
    """Give what a callback is about, or why it was not taken. ``headers`` have lower-case names.

    ``now`` is in seconds since 1970. The signature is looked at before anything in the body is.
    """
    if len(body) > LARGEST:
        return Unfit.TOO_LARGE
    said = headers.get(part.header.lower(), "").strip()
    if not said.startswith(part.prefix) or not _signed(part, said[len(part.prefix) :], headers, body, secret):
        return Unfit.UNSIGNED
    if part.time_as and not _fresh(headers.get(part.time_as.lower(), ""), now, part.within.total_seconds()):
        return Unfit.TOO_OLD
    found = parsed(body)
    if found is MISSING:
        return Unfit.NOT_JSON
    reference = as_text(only(found, part.ref))
    if reference is None or not REFERENCE.fullmatch(reference):
        return Unfit.NO_REFERENCE
    return Received(ref=reference, body=body)


def _signed(part: Callback, said: str, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    if not secret:
        return False
    if part.check == "token":
        return hmac.compare_digest(said.encode(), secret.encode())
    time = headers.get(part.time_as.lower(), "").strip().encode() + b"." if part.time_as else b""
    right = hmac.new(secret.encode(), time + body, hashlib.sha256).digest()
    return hmac.compare_digest(_bytes(said), right)


def _bytes(said: str) -> bytes:
    if re.fullmatch(r"[0-9a-fA-F]{64}", said):
        return bytes.fromhex(said)
    try:
        return base64.b64decode(said, validate=True)
    except ValueError:
        return b""


def _fresh(said: str, now: float, within: float) -> bool:
    # Whole seconds, or milliseconds as some vendors write them.
    if not re.fullmatch(r"\d{9,13}", said.strip(), re.ASCII):
        return False
    time = int(said) / (1000 if len(said.strip()) > 11 else 1)
    return abs(now - time) <= within
