"""Signed assertions (RFC 7523): a JSON Web Token that says who asks, and about whom he asks in whose name.

RS256 for an RSA key, ES256 for one on P-256 (RFC 7518 §3.1). Nothing here keeps a key or sends anything.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

# CAMARA's profile takes no assertion that lives longer (Security and Interoperability Profile, JWT bearer).
LIFE = 300
# Below this an RSA key is no proof (NIST SP 800-131A).
SHORTEST_RSA = 2048


class KeyUnfit(Exception):
    """A text that is no private key this can sign with."""


def assertion(
    pem: str, *, issuer: str, subject: str, audience: str, at: dt.datetime, key_id: str = ""
) -> str:
    """Give a signed token good for five minutes. ``subject`` is the issuer itself, or ``tel:+…``.

    Raises KeyUnfit when ``pem`` holds neither an RSA key of at least 2048 bits nor a P-256 key in clear.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise KeyUnfit(type(error).__name__) from None
    now = int(at.timestamp())
    claims = {
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "exp": now + LIFE,
        "jti": secrets.token_urlsafe(18),
    }
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SHORTEST_RSA:
        text = _unsigned("RS256", key_id, claims)
        signature = key.sign(text.encode(), padding.PKCS1v15(), SHA256())
    elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        text = _unsigned("ES256", key_id, claims)
        # JOSE wants the two numbers themselves, not ASN.1 (RFC 7518 §3.4).
        signature = b"".join(
            number.to_bytes(32)
            for number in decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
        )
    else:
        raise KeyUnfit("kind_of_key")
    return f"{text}.{_encoded(signature)}"


def _unsigned(algorithm: str, key_id: str, claims: Mapping[str, object]) -> str:
    head = {"alg": algorithm, "typ": "JWT", **({"kid": key_id} if key_id else {})}
    return ".".join(_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
