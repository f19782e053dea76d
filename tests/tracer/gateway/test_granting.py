"""Tokens in a number holder's name: by an assertion, or by asking him; an operator on loopback."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sources.contract import Outcome
from sources.manifest import read, source
from tracer.gateway import Lookup

KEY = "TRACER_TEST_KEY"
PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
MANIFEST = """
[source]
id = "carrier"
version = "1"
spec = "example.yaml"
facts = ["line_status"]
needs = ["phone.e164"]
cost = {{ billed_when = ["answered"] }}
[auth]
kind = "{kind}"
scope = "dpv:LegalObligation line:read"
subject = "tel:{{phone.e164}}"
[request]
path = "/line"
json = {{}}
[[fact]]
kind = "line_status"
at = "state"
map = {{ on = "active" }}
"""
ON = b'{"state": "on"}'
BEGUN = b'{"auth_req_id": "1c266114-a1be-4252-8ad1-04986c5b9ac1", "expires_in": 120, "interval": 5}'
PENDING = b'{"error": "authorization_pending"}'


def carrier(kind: str) -> Any:
    return source(read(MANIFEST.format(kind=kind)))


def look_up(house: Any, kit: Any, kind: str, *steps: Any, times: int = 1, **more: Any) -> Any:
    async def main() -> tuple[list[Lookup], list[bytes]]:
        async with kit.teller(*steps) as teller:
            house.settings = {
                "base_url": teller.url,
                "client_id": "tracer-1",
                "fields": ["phone"],
                "token_url": f"{teller.url}/token",
                "ciba_url": f"{teller.url}/bc-authorize",
                "key_env": KEY,
                **more,
            }
            async with house.gateway() as gateway:
                request = replace(house.request(), source=carrier(kind))
                return [await gateway.lookup(request) for _ in range(times)], teller.requests

    return asyncio.run(main())


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, PEM)


def form(request: bytes) -> dict[str, str]:
    body = request.partition(b"\r\n\r\n")[2].decode()
    return {name: values[0] for name, values in parse_qs(body).items()}


def claims(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return said


def test_a_token_in_the_holders_name_is_had_for_an_assertion(house: Any, kit: Any) -> None:
    (lookup,), (asked, call) = look_up(
        house, kit, "oauth2-jwt-bearer", kit.says(200, b'{"access_token": "t-7"}'), kit.says(200, ON)
    )

    told = form(asked)
    assert lookup.outcome is Outcome.ANSWERED
    assert told["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert claims(told["assertion"])["sub"] == "tel:+8615477000001"
    assert claims(told["assertion"])["aud"] == house.settings["token_url"]
    # No client secret: the key proves who asks as well (private_key_jwt).
    assert claims(told["client_assertion"])["sub"] == "tracer-1"
    assert b"authorization: Bearer t-7" in call.replace(b"Authorization", b"authorization")


def test_a_token_in_somebodys_name_serves_one_look_up(house: Any, kit: Any) -> None:
    token = kit.says(200, b'{"access_token": "t-7"}')

    _lookups, requests = look_up(
        house, kit, "oauth2-jwt-bearer", token, kit.says(200, ON), token, kit.says(200, ON), times=2
    )

    assert len(requests) == 4


def test_nothing_of_a_holder_or_a_key_is_in_the_log(house: Any, kit: Any) -> None:
    look_up(house, kit, "oauth2-jwt-bearer", kit.says(200, b'{"access_token": "t-7"}'), kit.says(200, ON))

    written = " ".join(entry.text for entry in house.entries())
    assert "15477000001" not in written
    assert "t-7" not in written
    assert PEM.splitlines()[1] not in written


@pytest.mark.parametrize(
    ("status", "error", "outcome", "stopped"),
    [
        pytest.param(400, "consent_required", Outcome.CONSENT_MISSING, False, id="consent required"),
        pytest.param(400, "access_denied", Outcome.CONSENT_MISSING, False, id="access denied"),
        pytest.param(400, "invalid_grant", Outcome.PRECONDITION_FAILED, False, id="invalid grant"),
        pytest.param(401, "invalid_client", Outcome.AUTH_FAILED, True, id="invalid client"),
        pytest.param(400, "invalid_scope", Outcome.AUTH_FAILED, True, id="invalid scope"),
        pytest.param(503, "busy", Outcome.UNAVAILABLE, False, id="busy"),
    ],
)
def test_a_refused_assertion_is_about_the_holder_or_about_us(
    house: Any, kit: Any, status: int, error: str, outcome: Outcome, stopped: bool
) -> None:
    (lookup,), requests = look_up(
        house, kit, "oauth2-jwt-bearer", kit.says(status, json.dumps({"error": error}).encode())
    )

    assert (lookup.outcome, bool(lookup.broken)) == (outcome, stopped)
    assert len(requests) == 1  # nothing was asked about the number


def test_a_key_that_others_may_read_is_not_used(house: Any, kit: Any) -> None:
    path = house.folder / "carrier.pem"
    path.write_text(PEM, encoding="ascii")
    path.chmod(0o644)

    (lookup,), requests = look_up(
        house, kit, "oauth2-jwt-bearer", kit.says(200, b"{}"), key_env="", key_file=path
    )

    assert (lookup.outcome, requests) == (Outcome.AUTH_FAILED, [])
    assert house.entries()[-1].body["reason"] == "private_key_not_there"


def test_a_holder_is_asked_and_waited_for_as_slowly_as_the_operator_wants(
    house: Any, kit: Any, moments: Any
) -> None:
    (lookup,), requests = look_up(
        house,
        kit,
        "oauth2-ciba",
        kit.says(200, BEGUN),
        kit.says(400, PENDING),
        kit.says(400, b'{"error": "slow_down"}'),
        kit.says(200, b'{"access_token": "t-7"}'),
        kit.says(200, ON),
    )

    begun, *polls, _call = [form(request) for request in requests]
    assert lookup.outcome is Outcome.ANSWERED
    assert begun["login_hint"] == "tel:+8615477000001"
    assert begun["scope"] == "dpv:LegalObligation line:read"
    assert {poll["auth_req_id"] for poll in polls} == {"1c266114-a1be-4252-8ad1-04986c5b9ac1"}
    assert {poll["grant_type"] for poll in polls} == {"urn:openid:params:grant-type:ciba"}
    assert moments.waits == [5.0, 5.0, 10.0]
    assert "1c266114" not in " ".join(entry.text for entry in house.entries())


def test_a_holder_who_takes_his_time_leaves_it_pending_and_is_not_asked_twice(house: Any, kit: Any) -> None:
    (first,), requests = look_up(house, kit, "oauth2-ciba", kit.says(200, BEGUN), kit.says(400, PENDING))

    (second,), later = look_up(
        house, kit, "oauth2-ciba", kit.says(200, b'{"access_token": "t-7"}'), kit.says(200, ON)
    )

    assert (first.outcome, first.spent) == (Outcome.PENDING, 0)
    assert [bool(re.match(rb"POST /bc-authorize", one)) for one in requests] == [True] + [False] * (
        len(requests) - 1
    )
    assert second.outcome is Outcome.ANSWERED
    assert [one.split(b" ")[1] for one in later] == [b"/token", b"/line"]


@pytest.mark.parametrize("error", ["access_denied", "expired_token"])
def test_a_holder_who_refuses_or_says_nothing_is_no_consent(house: Any, kit: Any, error: str) -> None:
    (lookup,), requests = look_up(
        house, kit, "oauth2-ciba", kit.says(200, BEGUN), kit.says(400, json.dumps({"error": error}).encode())
    )

    assert lookup.outcome is Outcome.CONSENT_MISSING
    assert house.entries()[-1].body["reason"] == error
    assert all(b" /line " not in request for request in requests)


def test_who_was_refused_is_asked_anew_the_next_time(house: Any, kit: Any) -> None:
    denied = kit.says(403, b'{"error": "access_denied"}')
    look_up(house, kit, "oauth2-ciba", kit.says(200, BEGUN), denied)

    _again, requests = look_up(house, kit, "oauth2-ciba", kit.says(200, BEGUN), denied)

    assert requests[0].startswith(b"POST /bc-authorize")


def test_an_unknown_user_is_not_served_and_stops_nothing(house: Any, kit: Any) -> None:
    (lookup,), _requests = look_up(house, kit, "oauth2-ciba", kit.says(400, b'{"error": "unknown_user_id"}'))

    assert (lookup.outcome, lookup.broken) == (Outcome.NOT_SERVED, "")


def test_a_question_whose_holder_agreed_and_whose_answer_was_lost_is_not_put_again(
    house: Any, kit: Any
) -> None:
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    (first,), _ = look_up(
        house, kit, "oauth2-ciba", kit.says(200, BEGUN), kit.says(200, b'{"access_token": "t-7"}'), hang_up
    )

    (second,), requests = look_up(house, kit, "oauth2-ciba", kit.says(200, BEGUN))

    assert first.outcome is Outcome.UNKNOWN
    assert (second.outcome, second.decision.rules[-1]) == (Outcome.REFUSED, "source.fate_unknown")
    assert requests == []
