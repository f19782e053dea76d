"""The sandbox operator over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from sources.carrier.camara import KycMatch, NumberRecycling, SubscriptionStatus, Tenure
from sources.contract import Ask, HttpCall, Outcome, Reply, Source
from sources.testing import Driven, an_ask, drive, fictional
from tracer.demo.sandbox import Faults, Holding, Line, Sandbox, SandboxWorld, Trouble

TODAY = dt.date(2026, 11, 23)
FOUR: list[Source] = [NumberRecycling(), Tenure(), KycMatch(), SubscriptionStatus()]
SCOPES = (
    "dpv:FulfilmentOfContractualObligation number-recycling:check kyc-tenure:check-tenure kyc-match:match "
    "subscription-status:retrive-subscription-status"
)
PATH = "/number-recycling/v0.2/check"


def world(people: int = 3) -> SandboxWorld:
    lines = {
        fictional(number).phone.e164: Line(
            operator_served=number != 2,
            holder_history=(
                Holding(
                    holder_name=fictional(number).name.text,
                    holder_id=fictional(number).ids[0].value,
                    since=dt.date(2020, 1, 1),
                ),
            ),
        )
        for number in range(people)
    }
    return SandboxWorld(today=TODAY, lines=lines)


def token(operator: Sandbox, client: httpx.Client, scope: str = SCOPES) -> str:
    form = {"grant_type": "client_credentials", "scope": scope}
    given = client.post(operator.token_url, data=form, auth=(operator.client_id, operator.client_secret))
    assert given.status_code == 200
    return str(given.json()["access_token"])


def ask(operator: Sandbox, client: httpx.Client, source: Source, question: Ask) -> Driven:
    """Play the gateway: describe, send, hand back."""
    flow = source.lookup(question)
    call = next(flow)
    assert isinstance(call, HttpCall)
    reply = client.request(
        call.method,
        operator.base_url + call.path,
        json=call.json,
        headers={"authorization": f"Bearer {token(operator, client, call.scope)}"},
    )
    return drive(
        source.lookup(question), Reply(status=reply.status_code, headers=reply.headers, body=reply.content)
    )


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        yield client


def post(operator: Sandbox, client: httpx.Client, **more: object) -> httpx.Response:
    body = {"phoneNumber": fictional().phone.e164, "specifiedDate": "2024-01-01"}
    return client.post(operator.base_url + PATH, **{"json": body, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("source", FOUR, ids=lambda source: source.name)
def test_each_of_our_sources_is_answered_with_the_token_it_asks_for(
    source: Source, client: httpx.Client
) -> None:
    with Sandbox(world()) as operator:
        mine = ask(operator, client, source, an_ask())
        others = ask(operator, client, source, an_ask(fictional(2)))
        nobodys = ask(operator, client, source, an_ask(fictional(9)))

    assert mine.answer.outcome is Outcome.ANSWERED
    assert others.answer.outcome is nobodys.answer.outcome is Outcome.NOT_SERVED


def test_a_request_without_a_good_token_is_not_authenticated(client: httpx.Client) -> None:
    with Sandbox(world()) as operator:
        good = token(operator, client)
        headers = [
            {},
            {"authorization": "Bearer nonsense"},
            {"authorization": f"Basic {good}"},
            {"authorization": "Bearer"},
        ]
        answers = [post(operator, client, headers=header) for header in headers]

        operator.expire_tokens()
        answers.append(post(operator, client, headers={"authorization": f"Bearer {good}"}))

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(401, "UNAUTHENTICATED")] * 5


def test_a_token_lives_no_longer_than_it_says(client: httpx.Client) -> None:
    with Sandbox(world(), token_seconds=0.0) as operator:
        late = post(operator, client, headers={"authorization": f"Bearer {token(operator, client)}"})

    assert late.status_code == 401


def test_a_token_for_another_api_does_not_give_permission(client: httpx.Client) -> None:
    with Sandbox(world()) as operator:
        other = token(operator, client, "dpv:FulfilmentOfContractualObligation kyc-match:match")
        said = post(operator, client, headers={"authorization": f"Bearer {other}"})

    assert (said.status_code, said.json()["code"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("form", "secret", "status", "error"),
    [
        ({"scope": SCOPES, "grant_type": "client_credentials"}, "wrong", 401, "invalid_client"),
        ({"scope": SCOPES, "grant_type": "password"}, "", 400, "unsupported_grant_type"),
        (
            {"scope": "kyc-match:match kyc-tenure:check-tenure", "grant_type": "client_credentials"},
            "",
            400,
            "invalid_scope",
        ),
        (
            {
                "scope": "dpv:Marketing dpv:Verification kyc-match:match",
                "grant_type": "client_credentials",
            },
            "",
            400,
            "invalid_scope",
        ),
        (
            {"scope": "dpv:Marketing kyc-fill-in:name", "grant_type": "client_credentials"},
            "",
            400,
            "invalid_scope",
        ),
        ({"grant_type": "client_credentials"}, "", 400, "invalid_scope"),
    ],
)
def test_a_token_is_for_known_clients_and_scopes_with_one_purpose(
    form: dict[str, str], secret: str, status: int, error: str, client: httpx.Client
) -> None:
    with Sandbox(world()) as operator:
        auth = (operator.client_id, secret or operator.client_secret)
        said = client.post(operator.token_url, data=form, auth=auth)

    assert (said.status_code, said.json()) == (status, {"error": error})


def test_the_secret_may_travel_in_the_body_as_well(client: httpx.Client) -> None:
    with Sandbox(world()) as operator:
        form = {
            "grant_type": "client_credentials",
            "scope": SCOPES,
            "client_id": operator.client_id,
            "client_secret": operator.client_secret,
        }
        said = client.post(operator.token_url, data=form)

    assert said.json()["token_type"] == "Bearer"
    assert operator.client_secret not in said.text


def test_method_path_type_and_correlator_are_checked(client: httpx.Client) -> None:
    with Sandbox(world()) as operator:
        headers = {"authorization": f"Bearer {token(operator, client)}"}
        wrong = [
            client.get(operator.base_url + PATH, headers=headers),
            client.post(operator.base_url + "/nowhere", headers=headers),
            post(operator, client, json=None, data={"a": "b"}, headers=headers),
            post(operator, client, json=None, headers=headers),
            post(
                operator,
                client,
                json=None,
                content=b"{",
                headers={**headers, "content-type": "application/json"},
            ),
            post(operator, client, headers={**headers, "x-correlator": "a b"}),
        ]
        right = post(operator, client, headers={**headers, "x-correlator": "look-up-7"})

    assert [one.json()["code"] for one in wrong] == [
        "METHOD_NOT_ALLOWED",
        "NOT_FOUND",
        "UNSUPPORTED_MEDIA_TYPE",
        "INVALID_ARGUMENT",
        "INVALID_ARGUMENT",
        "INVALID_ARGUMENT",
    ]
    assert (right.status_code, right.headers["x-correlator"]) == (200, "look-up-7")


def test_every_third_request_is_throttled_and_told_how_long_to_wait(client: httpx.Client) -> None:
    with Sandbox(world(), faults=Faults(throttle_every=3, retry_after=7)) as operator:
        headers = {"authorization": f"Bearer {token(operator, client)}"}
        said = [post(operator, client, headers=headers) for _ in range(6)]

    assert [one.status_code for one in said] == [200, 200, 429, 200, 200, 429]
    assert said[2].headers["retry-after"] == "7"
    assert operator.requests[PATH, 429] == 2


def test_bad_days_are_the_same_for_the_same_seed_and_as_many_as_said() -> None:
    faults = Faults(error_rate=0.1)

    days = [[faults.trouble(seed, count) for count in range(1, 2001)] for seed in (5, 5, 6)]

    assert days[0] == days[1] != days[2]
    assert 140 < sum(trouble is not None for trouble in days[0]) < 260
    assert {*days[0]} == {None, Trouble.INTERNAL, Trouble.UNAVAILABLE}


def test_it_misbehaves_in_every_way_on_demand(client: httpx.Client) -> None:
    ways = [
        Trouble.HTML,
        Trouble.NONSENSE,
        Trouble.REDIRECT,
        Trouble.QUOTA,
        Trouble.INTERNAL,
        Trouble.UNAVAILABLE,
    ]
    with Sandbox(world(), faults=Faults(at=dict(enumerate(ways, 1)))) as operator:
        headers = {"authorization": f"Bearer {token(operator, client)}"}
        replies = [post(operator, client, headers=headers) for _ in ways]
        well = post(operator, client, headers=headers)

    outcomes = [
        drive(
            NumberRecycling().lookup(an_ask()),
            Reply(status=one.status_code, headers=one.headers, body=one.content),
        ).answer.outcome
        for one in replies
    ]
    assert outcomes == [
        Outcome.PROTOCOL_ERROR,
        Outcome.PROTOCOL_ERROR,
        Outcome.PROTOCOL_ERROR,
        Outcome.QUOTA_EXHAUSTED,
        Outcome.UNAVAILABLE,
        Outcome.UNAVAILABLE,
    ]
    assert well.status_code == 200


def test_silence_lasts_until_the_caller_gives_up_and_does_not_keep_the_sandbox_open(
    client: httpx.Client,
) -> None:
    begun = time.monotonic()
    with Sandbox(world(), faults=Faults(at={1: Trouble.SILENCE, 2: Trouble.RESET})) as operator:
        with pytest.raises(httpx.ReadTimeout):
            post(operator, client, timeout=0.1)
        with pytest.raises(httpx.RemoteProtocolError):
            post(operator, client)

    assert time.monotonic() - begun < 5
    assert operator.requests[PATH, 0] == 1


def test_five_hundred_answers_a_second_are_limited_by_its_latency_and_not_by_itself() -> None:
    async def converse(operator: Sandbox, bearer: str, times: int) -> None:
        port = int(operator.base_url.rsplit(":", 1)[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = b'{"phoneNumber":"%s","specifiedDate":"2024-01-01"}' % fictional().phone.e164.encode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nauthorization: Bearer {bearer}\r\n\r\n"
        )
        for _ in range(times):
            writer.write(head.encode() + body)
            answered = await reader.readuntil(b"\r\n\r\n")
            assert answered.startswith(b"HTTP/1.1 200")
            length = int(answered.split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
        writer.close()
        await writer.wait_closed()

    async def everybody(operator: Sandbox, bearer: str) -> None:
        await asyncio.gather(*(converse(operator, bearer, 8) for _ in range(100)))

    with Sandbox(world(), latency=0.05) as operator, httpx.Client(trust_env=False) as client:
        bearer = token(operator, client)
        begun = time.process_time()
        asyncio.run(everybody(operator, bearer))
        used = time.process_time() - begun

    # Processor time, both ends together: what is left to a clock depends on who else uses the machine.
    assert operator.requests[PATH, 200] == 800
    assert used / 800 < 0.002


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n",
        b"A" * 100_000,
        b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab",
    ],
    ids=["nothing", "half a line", "negative", "too long", "no end", "cut off"],
)
def test_what_is_not_http_does_not_disturb_the_others(bytes_sent: bytes, client: httpx.Client) -> None:
    with Sandbox(world()) as operator:
        port = int(operator.base_url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(bytes_sent)
            line.shutdown(socket.SHUT_WR)
        said = post(operator, client, headers={"authorization": f"Bearer {token(operator, client)}"})

    assert said.status_code == 200


def test_two_sandboxes_run_side_by_side_and_do_not_take_each_others_tokens(client: httpx.Client) -> None:
    with Sandbox(world()) as one, Sandbox(world()) as other:
        headers = {"authorization": f"Bearer {token(one, client)}"}
        said = [post(operator, client, headers=headers).status_code for operator in (one, other)]

    assert said == [200, 401]
    assert one.client_secret != other.client_secret
