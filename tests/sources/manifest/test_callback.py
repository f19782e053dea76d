"""Callbacks: only the vendor's own are taken, whatever else arrives."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from sources.manifest.callback import LARGEST, Received, Unfit, receive
from sources.manifest.form import Callback

SECRET = "not-a-real-secret"
NOW = 1_790_000_000.0
BODY = json.dumps({"request": "req-7", "state": "done", "line": "a"}).encode()


def part(**changes: object) -> Callback:
    said: dict[str, object] = {
        **dict.fromkeys(("id", "ref"), "request"),
        "at": "state",
        "map": {"done": "answered"},
        "check": "hmac-sha256",
        "header": "X-Signature",
    }
    return Callback.model_validate({**said, **changes})


def signature(body: bytes = BODY, time: str = "") -> bytes:
    over = f"{time}.".encode() + body if time else body
    return hmac.new(SECRET.encode(), over, hashlib.sha256).digest()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(signature().hex(), id="hex"),
        pytest.param(signature().hex().upper(), id="HEX"),
        pytest.param(base64.b64encode(signature()).decode(), id="base64"),
    ],
)
def test_a_callback_with_the_vendors_signature_is_taken(said: str) -> None:
    found = receive(part(), {"x-signature": said}, BODY, secret=SECRET, now=NOW)

    assert found == Received(ref="req-7", body=BODY)


@pytest.mark.parametrize(
    ("headers", "body", "secret"),
    [
        pytest.param({}, BODY, SECRET, id="no signature"),
        pytest.param({"x-signature": ""}, BODY, SECRET, id="empty"),
        pytest.param({"x-signature": "00" * 32}, BODY, SECRET, id="another signature"),
        pytest.param({"x-signature": signature().hex()}, BODY + b" ", SECRET, id="another body"),
        pytest.param({"x-signature": "€"}, BODY, SECRET, id="not ascii"),
        pytest.param(
            {"x-signature": hmac.new(b"", BODY, hashlib.sha256).hexdigest()}, BODY, "", id="no secret of ours"
        ),
    ],
)
def test_what_is_not_signed_by_the_vendor_is_not_taken(
    headers: dict[str, str], body: bytes, secret: str
) -> None:
    assert receive(part(), headers, body, secret=secret, now=NOW) is Unfit.UNSIGNED


def test_a_signature_over_the_time_ends_with_it() -> None:
    timed = part(time_as="X-Time", prefix="v1=")
    time = str(int(NOW) - 200)
    headers = {"x-signature": "v1=" + signature(time=time).hex(), "x-time": time}

    now = receive(timed, headers, BODY, secret=SECRET, now=NOW)
    late = receive(timed, headers, BODY, secret=SECRET, now=NOW + 200)
    moved = receive(timed, {**headers, "x-time": str(int(NOW))}, BODY, secret=SECRET, now=NOW)

    assert isinstance(now, Received)
    assert late is Unfit.TOO_OLD
    assert moved is Unfit.UNSIGNED


def test_a_secret_token_is_the_vendors_mark_as_well() -> None:
    by_token = part(check="token", header="X-Token")

    taken = receive(by_token, {"x-token": SECRET}, BODY, secret=SECRET, now=NOW)
    refused = receive(by_token, {"x-token": SECRET[:-1]}, BODY, secret=SECRET, now=NOW)

    assert isinstance(taken, Received)
    assert refused is Unfit.UNSIGNED


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(b"<html>", Unfit.NOT_JSON, id="no JSON"),
        pytest.param(b'{"state": "done"}', Unfit.NO_REFERENCE, id="no reference"),
        pytest.param(b'{"request": "a b", "state": "done"}', Unfit.NO_REFERENCE, id="no word"),
        pytest.param(b'{"request": {"x": 1}}', Unfit.NO_REFERENCE, id="an object"),
        pytest.param(b" " * (LARGEST + 1), Unfit.TOO_LARGE, id="too large"),
    ],
)
def test_a_signed_callback_that_names_no_question_is_not_taken(body: bytes, why: Unfit) -> None:
    found = receive(part(), {"x-signature": signature(body).hex()}, body, secret=SECRET, now=NOW)

    assert found is why


def test_nobody_is_in_the_repr_of_a_callback() -> None:
    found = receive(part(), {"x-signature": signature().hex()}, BODY, secret=SECRET, now=NOW)

    assert "req-7" not in repr(found)
