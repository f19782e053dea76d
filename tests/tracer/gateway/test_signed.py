"""Vendors that want no token are asked through the same door: signed there, nothing of it in the log."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from sources.contract import Answer, Ask, Auth, AuthKind, HttpCall, Outcome, Reply, Rows
from sources.manifest import read, source
from tracer.gateway import Lookup

PHONE = "15477000001"
SECRET = "not-a-real-secret"
MANIFEST = """
[source]
id = "carrier"
version = "1"
spec = "example.yaml"
facts = ["line_status"]
needs = ["{tells}"]
{about}
cost = {{ billed_when = ["answered"] }}
[auth]
{auth}
[request]
{request}
[errors]
envelope = "error"
retry_after = 2.0
map = {{ slow = "rate_limited" }}
{rest}
[[fact]]
kind = "line_status"
at = "state"
map = {{ on = "active" }}
"""
POST = 'path = "/"\njson = { n = "{phone.national}" }'
ON = b'{"state": "on"}'


def manifest(
    auth: str, *, request: str = POST, about: str = "", rest: str = "", tells: str = "phone.national"
) -> Any:
    return source(read(MANIFEST.format(auth=auth, request=request, about=about, rest=rest, tells=tells)))


def look_up(house: Any, kit: Any, one: Any, *steps: Any, times: int = 1, **settings: object) -> Any:
    async def main() -> tuple[list[Lookup], list[bytes]]:
        async with kit.teller(*steps) as teller:
            named = {"base_url": teller.url, "client_id": "AKIDfictional", "secret_env": kit.SECRET}
            house.settings = {**named, "fields": ["phone"], **settings}
            async with house.gateway() as gateway:
                request = replace(house.request(), source=one)
                return [await gateway.lookup(request) for _ in range(times)], teller.requests

    return asyncio.run(main())


def header(request: bytes, name: str) -> str:
    found = re.search(rf"(?im)^{name}: (.*?)\r?$", request.decode())
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        pytest.param(
            'kind = "basic"',
            "authorization",
            "Basic " + base64.b64encode(f"AKIDfictional:{SECRET}".encode()).decode(),
            id="basic",
        ),
        pytest.param('kind = "bearer"', "authorization", f"Bearer {SECRET}", id="bearer"),
        pytest.param(
            'kind = "header"\nheader = "X-Key"\nprefix = "App "', "x-key", f"App {SECRET}", id="header"
        ),
    ],
)
def test_the_secret_goes_where_the_vendor_wants_it(
    house: Any, kit: Any, auth: str, name: str, value: str
) -> None:
    (lookup,), (request,) = look_up(house, kit, manifest(auth), kit.says(200, ON))

    assert lookup.outcome is Outcome.ANSWERED
    assert header(request, name) == value
    assert SECRET not in repr(house.entries())


def test_trap_a_refusal_that_says_something_of_an_id_is_logged_as_what_was_told(house: Any, kit: Any) -> None:
    # 403 ID_DOCUMENT_MISMATCH tells something of the id number: no fact, but the log shows it was told.
    body = b'{"status":403,"code":"KNOW_YOUR_CUSTOMER.ID_DOCUMENT_MISMATCH","message":"-"}'
    one = manifest('kind = "bearer"', rest='at = "code"\nschema = "camara"')

    (lookup,), _requests = look_up(house, kit, one, kit.says(403, body))

    asked, ended = house.entries()
    assert (lookup.outcome, lookup.answer.facts) == (Outcome.PRECONDITION_FAILED, ())
    assert asked.body["fields_sent"] == ["phone"]
    assert ended.body["raw"] == ["403", "KNOW_YOUR_CUSTOMER.ID_DOCUMENT_MISMATCH"]


def test_a_cloud_signature_covers_what_is_sent_and_holds_no_secret(house: Any, kit: Any) -> None:
    one = manifest('kind = "tc3-hmac-sha256"\nservice = "faceid"')

    (lookup,), (request,) = look_up(house, kit, one, kit.says(200, ON))

    assert lookup.outcome is Outcome.ANSWERED
    assert re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=AKIDfictional/2026-11-23/faceid/tc3_request, "
        r"SignedHeaders=content-type;host, Signature=[0-9a-f]{64}",
        header(request, "authorization"),
    )
    assert header(request, "x-tc-timestamp") == str(int(kit.NOW.timestamp()))
    assert SECRET.encode() not in request


def test_key_and_secret_in_the_address_are_in_no_entry(house: Any, kit: Any) -> None:
    one = manifest('kind = "query"\nid_as = "api_key"\nsecret_as = "api_secret"')

    (lookup,), (request,) = look_up(house, kit, one, kit.says(200, ON))

    assert lookup.outcome is Outcome.ANSWERED
    assert request.startswith(f"POST /?api_key=AKIDfictional&api_secret={SECRET} ".encode())
    assert SECRET not in repr(house.entries())


def test_key_and_secret_in_the_path_are_in_no_entry(house: Any, kit: Any) -> None:
    path = 'path = "/live/{auth.id}/{auth.secret}/one"\njson = { n = "{phone.national}" }'
    one = manifest('kind = "path"', request=path)

    (lookup,), (request,) = look_up(house, kit, one, kit.says(200, ON))

    assert lookup.outcome is Outcome.ANSWERED
    assert request.startswith(f"POST /live/AKIDfictional/{SECRET}/one ".encode())
    assert SECRET not in repr(house.entries())


def test_a_token_without_a_scope_is_asked_for_too(house: Any, kit: Any) -> None:
    one = manifest('kind = "oauth2-client-credentials"')

    async def main() -> tuple[Lookup, list[bytes]]:
        async with kit.teller(kit.TOKEN, kit.says(200, ON)) as teller:
            where = {"base_url": teller.url, "token_url": f"{teller.url}/token"}
            house.settings = {**where, "client_id": "c", "secret_env": kit.SECRET, "fields": ["phone"]}
            async with house.gateway() as gateway:
                return await gateway.lookup(replace(house.request(), source=one)), teller.requests

    lookup, requests = asyncio.run(main())

    assert lookup.outcome is Outcome.ANSWERED
    assert requests[0].endswith(b"grant_type=client_credentials")
    assert header(requests[1], "authorization") == "Bearer t-one"


def test_a_secret_among_the_properties_of_the_body_is_put_there_at_the_door(house: Any, kit: Any) -> None:
    one = manifest('kind = "body"\nsecret_as = "key"')

    _, (request,) = look_up(house, kit, one, kit.says(200, ON))

    assert json.loads(request.partition(b"\r\n\r\n")[2]) == {"n": PHONE, "key": SECRET}


def test_a_secret_that_is_not_there_stops_the_source_before_anything_is_sent(house: Any, kit: Any) -> None:
    one = manifest('kind = "bearer"')

    (lookup,), requests = look_up(house, kit, one, kit.says(200, ON), secret_env="", client_id="")

    assert (lookup.outcome, lookup.broken, requests) == (Outcome.AUTH_FAILED, "auth_failed", [])


IN_URL = 'in_url = "the vendor has no other form"'
GET = 'method = "GET"\npath = "/n/{phone.digits}"\nquery = { full = true }'


def test_a_number_in_the_address_leaves_only_when_the_configuration_says_so(house: Any, kit: Any) -> None:
    one = manifest('kind = "bearer"', request=GET, about=IN_URL, tells="phone.digits")

    (lookup,), requests = look_up(house, kit, one, kit.says(200, ON))

    assert (lookup.outcome, requests) == (Outcome.PROTOCOL_ERROR, [])
    assert "person_in_url" in repr([entry.body for entry in house.entries()])


def test_a_number_in_the_address_is_in_no_entry_of_the_log(house: Any, kit: Any) -> None:
    one = manifest('kind = "bearer"', request=GET, about=IN_URL, tells="phone.digits")

    (lookup,), (request,) = look_up(house, kit, one, kit.says(200, ON), person_in_url=True)

    assert lookup.outcome is Outcome.ANSWERED
    assert request.startswith(f"GET /n/86{PHONE}?full=true HTTP/1.1".encode())
    assert PHONE not in repr([entry.body for entry in house.entries()])


def test_a_source_cannot_pass_a_number_off_as_a_reference(house: Any, kit: Any) -> None:
    def sly(ask: Ask) -> Generator[HttpCall | Rows, Reply, Answer]:
        assert ask.phone is not None
        yield HttpCall(method="GET", path="/{ref}", told={"ref": ask.phone.e164})
        return Answer(outcome=Outcome.NO_RECORD)

    one = kit.Scripted(sly)

    (lookup,), requests = look_up(house, kit, one, kit.says(200, ON))

    assert (lookup.outcome, lookup.broken, requests) == (Outcome.PROTOCOL_ERROR, "bypass", [])
    assert "bypass" in house.events()


def test_an_answer_that_is_not_ready_is_waited_for(house: Any, kit: Any, moments: Any) -> None:
    poll = """[poll]
id = "id"
path = "/jobs/{ref}"
at = "job"
map = { on = "answered", off = "wait" }
wait = "4s"
"""
    one = manifest('kind = "bearer"', rest=poll)
    steps = [
        kit.says(200, b'{"id": "job-7"}'),
        kit.says(200, b'{"job": "off"}'),
        kit.says(200, b'{"job": "on", "state": "on"}'),
    ]

    (lookup,), requests = look_up(house, kit, one, *steps)

    assert lookup.outcome is Outcome.ANSWERED
    assert [request.split()[1] for request in requests] == [b"/", b"/jobs/job-7", b"/jobs/job-7"]
    assert moments.waits.count(4.0) == 2
    assert house.events() == ["asked", "accepted", "called", "called", "answered"]


def test_throttling_inside_a_success_is_waited_out_and_each_attempt_is_an_entry(
    house: Any, kit: Any, moments: Any
) -> None:
    one = manifest('kind = "bearer"')

    (lookup,), requests = look_up(house, kit, one, kit.says(200, b'{"error": "slow"}'), kit.says(200, ON))

    assert (lookup.outcome, len(requests)) == (Outcome.ANSWERED, 2)
    assert 2.0 in moments.waits
    assert house.events() == ["asked", "rate_limited", "asked", "answered"]


def test_a_number_that_is_to_be_left_alone_is_left_alone(house: Any, kit: Any, moments: Any) -> None:
    one = manifest('kind = "bearer"', about='limits = { per_number_cooldown = "6h" }')

    (first, second), requests = look_up(house, kit, one, kit.says(200, ON), times=2)

    assert [first.outcome, second.outcome] == [Outcome.ANSWERED, Outcome.NUMBER_COOLDOWN]
    assert len(requests) == 1
    assert house.events() == ["asked", "answered", "refused"]
    moments.seconds += 6 * 3600 + 1
    (third,), requests = look_up(house, kit, one, kit.says(200, ON))
    assert (third.outcome, len(requests)) == (Outcome.ANSWERED, 1)


def test_an_auth_never_shows_what_it_holds() -> None:
    assert repr(Auth(kind=AuthKind.HEADER, header="X-Key", prefix="p")) == "Auth(header)"
