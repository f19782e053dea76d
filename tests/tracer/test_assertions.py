"""Signed assertions are what RFC 7523 says, and verify under the public key."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tracer.assertions import KeyUnfit, assertion

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
P256 = ec.generate_private_key(ec.SECP256R1())


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def made(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> list[str]:
    said = assertion(
        pem(key),
        issuer="tracer-1",
        subject="tel:+12125550143",
        audience="https://operator.example/token",
        at=NOW,
        key_id="k-1",
    )
    return said.split(".")


def test_an_assertion_says_who_asks_about_whom_for_five_minutes() -> None:
    head, claims, _signature = made(RSA)

    said = json.loads(part(claims))

    assert json.loads(part(head)) == {"alg": "RS256", "typ": "JWT", "kid": "k-1"}
    assert len(said.pop("jti")) >= 20
    assert said == {
        "iss": "tracer-1",
        "sub": "tel:+12125550143",
        "aud": "https://operator.example/token",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
    }


def test_no_two_assertions_are_the_same() -> None:
    assert made(RSA)[1] != made(RSA)[1]


def test_an_rsa_signature_verifies() -> None:
    head, claims, signature = made(RSA)

    RSA.public_key().verify(part(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256())


def test_a_p256_signature_is_two_numbers_and_verifies() -> None:
    head, claims, signature = made(P256)

    both = part(signature)

    assert json.loads(part(head))["alg"] == "ES256"
    assert len(both) == 64
    der = encode_dss_signature(int.from_bytes(both[:32]), int.from_bytes(both[32:]))
    P256.public_key().verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("not a key", id="no key"),
        pytest.param(pem(ec.generate_private_key(ec.SECP384R1())), id="another curve"),
        pytest.param(
            pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
            id="too short",
        ),
    ],
)
def test_what_cannot_sign_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(KeyUnfit) as error:
        assertion(text, issuer="a", subject="b", audience="c", at=NOW)

    assert text not in str(error.value)
