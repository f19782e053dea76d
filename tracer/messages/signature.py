"""Signed webhooks as Standard Webhooks has them (standardwebhooks.com, version 1.0.0).

A receiver checks that a message is ours, whole and recent: HMAC-SHA256 over id, time and body. The id stays
the same however often a message is sent; time and signature are those of the attempt.
"""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
# The specification's own bounds of a secret, in bytes, and what we make.
SHORTEST, LONGEST, OURS = 24, 64, 32


class NoSecret(ValueError):
    """A text that is no webhook secret; it is in no message."""


def new_secret() -> str:
    """Make a secret."""
    return PREFIX + b64encode(os.urandom(OURS)).decode()


def read_secret(text: str) -> bytes:
    """Read a secret, with its prefix or without; raises NoSecret."""
    try:
        found = b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (NotBase64, ValueError):
        raise NoSecret("not base64") from None
    if not SHORTEST <= len(found) <= LONGEST:
        raise NoSecret("length")
    return found


def signed(identity: str, seconds: int, body: bytes, secrets: Sequence[bytes]) -> Mapping[str, str]:
    """Give the headers of a message sent at ``seconds`` (Unix time): one signature for each secret.

    While a secret is being replaced there are two, and a receiver takes the message by either.
    """
    content = b".".join((identity.encode(), str(seconds).encode(), body))
    signatures = (b64encode(hmac.digest(secret, content, "sha256")).decode() for secret in secrets)
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
