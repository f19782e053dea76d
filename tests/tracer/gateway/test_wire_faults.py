"""A carrier that misbehaves, over real HTTP on loopback: one clear ending each, and never paid twice."""

from __future__ import annotations

import asyncio
import dataclasses
import socket

import pytest

from sources.contract import Outcome
from tracer.gateway import Lookup

# What conftest.py offers, handed over by the fixture `kit` (test folders are no packages here).


def ask(house, kit, *steps, script=None, seconds: float = 5.0, **terms) -> tuple[Lookup, list[bytes]]:
    async def run() -> tuple[Lookup, list[bytes]]:
        async with kit.teller(*steps) as carrier:
            house.settings |= {"base_url": carrier.url, "timeout": seconds}
            if script is kit.asks_with_token:
                house.settings |= {
                    "token_url": f"{carrier.url}/token",
                    "client_id": "us",
                    "secret_env": kit.SECRET,
                }
            async with house.gateway() as gateway:
                wanted = dataclasses.replace(kit.CARRIER_TERMS, **terms)
                found = await gateway.lookup(house.request(script or kit.asks_once, wanted))
            return found, carrier.requests

    return asyncio.run(run())


def test_a_yes_or_no_comes_back(house, kit) -> None:
    found, requests = ask(house, kit, kit.OK)

    assert found.outcome is Outcome.ANSWERED
    assert len(requests) == 1
    assert b"accept-encoding: identity" in requests[0].lower()


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"<html><body>Please log in</body></html>", {"content_type": "text/html"}),
        (200, b'{"phoneNumberRecycled":', {}),
        (200, b"[" * 100_000, {}),
        (200, b"", {}),
        (200, b"\xff\xfe\x00nonsense", {}),
        (200, b'{"phoneNumberRecycled": true}', {"content_encoding": "gzip"}),
        (200, b"x" * 10_000_000, {}),
        (302, b"", {"location": "http://127.0.0.1:9/elsewhere"}),
        (307, b"", {"location": "https://evil.example/"}),
        (404, b"not here", {}),
    ],
    ids=[
        "html",
        "cut_off_json",
        "deep_json",
        "empty",
        "binary",
        "gzip",
        "ten_megabytes",
        "302",
        "307",
        "404",
    ],
)
def test_an_answer_that_means_nothing_is_a_protocol_error(house, kit, status, body, headers) -> None:
    found, requests = ask(house, kit, kit.says(status, body, **headers))

    assert found.outcome is Outcome.PROTOCOL_ERROR
    assert found.answer.facts == ()
    assert found.spent is None  # it may have been counted
    assert len(requests) == 1
    assert house.events() == ["asked", "protocol_error"]
    assert house.entries()[1].body["status"] == status


def test_a_carrier_that_never_answers_a_billed_question_ends_as_unknown_and_is_not_asked_again(
    house, kit
) -> None:
    async def silence(writer) -> None:
        await asyncio.Event().wait()

    found, requests = ask(house, kit, silence, seconds=0.15)

    assert found.outcome is Outcome.UNKNOWN
    assert (found.spent, found.answer.billed) == (None, None)
    assert len(requests) == 1
    assert house.events() == ["asked", "unknown"]
    assert house.entries()[1].body["reason"] == "deadline"


def test_a_body_that_drips_meets_the_same_deadline(house, kit) -> None:
    async def drip(writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            writer.write(b"{")
            await writer.drain()
            await asyncio.sleep(0.01)

    found, requests = ask(house, kit, drip, seconds=0.2)

    assert found.outcome is Outcome.UNKNOWN
    assert len(requests) == 1


@pytest.mark.parametrize("when", ["before_an_answer", "within_the_answer"])
def test_a_connection_that_is_reset_after_sending_is_unknown_when_billed(house, kit, when) -> None:
    async def reset(writer) -> None:
        if when == "within_the_answer":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
            await writer.drain()
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )
        writer.transport.abort()

    found, requests = ask(house, kit, reset)

    assert found.outcome is Outcome.UNKNOWN
    assert len(requests) == 1
    assert house.entries()[1].body["reason"] == "connection_lost"


def test_what_is_not_billed_is_asked_again_after_a_reset(house, kit) -> None:
    async def reset(writer) -> None:
        writer.transport.abort()

    found, requests = ask(house, kit, reset, kit.OK, billed_when=frozenset())

    assert found.outcome is Outcome.ANSWERED
    assert len(requests) == 2
    assert house.events() == ["asked", "unavailable", "asked", "answered"]


def test_an_idempotent_question_is_asked_again_under_the_same_key(house, kit) -> None:
    async def reset(writer) -> None:
        writer.transport.abort()

    found, requests = ask(house, kit, reset, kit.OK, idempotent=True)

    keys = {line for request in requests for line in request.split(b"\r\n") if b"idempotency-key" in line}
    logged = {entry.body["idempotency"] for entry in house.entries() if entry.event == "asked"}
    assert found.outcome is Outcome.ANSWERED
    assert len(requests) == 2
    assert keys == {f"idempotency-key: {key}".encode() for key in logged}
    assert len(keys) == 1


def test_a_dead_port_is_tried_three_times_and_costs_nothing(house, kit, moments) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def run() -> Lookup:
        house.settings["base_url"] = f"http://127.0.0.1:{port}"
        async with house.gateway() as gateway:
            return await gateway.lookup(house.request())

    found = asyncio.run(run())

    assert (found.outcome, found.spent) == (Outcome.UNAVAILABLE, 0)
    assert house.events() == ["asked", "unavailable"] * 3
    assert [wait for wait in moments.waits if wait >= 0.5] == [0.5, 1.0]


def test_429_with_retry_after_is_waited_for_and_the_retry_is_another_entry(house, kit, moments) -> None:
    slower = kit.says(429, b'{"status":429,"code":"TOO_MANY_REQUESTS"}', retry_after="7")

    found, requests = ask(house, kit, slower, kit.OK)

    assert found.outcome is Outcome.ANSWERED
    assert len(requests) == 2
    assert moments.seconds >= 7
    assert house.events() == ["asked", "rate_limited", "asked", "answered"]
    first, limited, second, answered = house.entries()
    assert (limited.about, second.about, answered.about) == (first.seq, first.seq, second.seq)
    assert [fact.entry for fact in found.answer.facts] == [second.seq]
    assert found.entries == (1, 2, 3, 4)


def test_429_without_a_time_is_not_repeated(house, kit) -> None:
    found, requests = ask(house, kit, kit.says(429, b"{}"), kit.OK)

    assert found.outcome is Outcome.RATE_LIMITED
    assert len(requests) == 1


def test_429_for_an_hour_is_not_waited_for_and_the_source_is_left_alone(house, kit) -> None:
    async def run() -> tuple[list[Lookup], list[bytes]]:
        async with kit.teller(kit.says(429, b"{}", retry_after="3600")) as carrier:
            house.settings["base_url"] = carrier.url
            async with house.gateway() as gateway:
                return [await gateway.lookup(house.request()) for _ in range(2)], carrier.requests

    found, requests = asyncio.run(run())

    assert [each.outcome for each in found] == [Outcome.RATE_LIMITED, Outcome.REFUSED]
    assert "3600" in found[1].decision.shown()
    assert len(requests) == 1


@pytest.mark.parametrize(("status", "sent"), [(500, 1), (502, 1), (504, 1), (503, 3)])
def test_5xx_is_unavailable_and_only_503_is_repeated_when_billed(house, kit, status, sent) -> None:
    found, requests = ask(house, kit, kit.says(status, b"{}"))

    assert (found.outcome, found.spent) == (Outcome.UNAVAILABLE, 0)
    assert len(requests) == sent
    assert house.events() == ["asked", "unavailable"] * sent


def test_a_token_is_fetched_once_and_kept(house, kit) -> None:
    async def run() -> list[bytes]:
        async with kit.teller(kit.TOKEN, kit.OK) as carrier:
            house.settings |= {
                "base_url": carrier.url,
                "token_url": f"{carrier.url}/token",
                "client_id": "us",
                "secret_env": kit.SECRET,
            }
            async with house.gateway() as gateway:
                await asyncio.gather(*(gateway.lookup(house.request(kit.asks_with_token)) for _ in range(4)))
            return carrier.requests

    requests = asyncio.run(run())

    assert [request.split()[1] for request in requests] == [b"/token", *[b"/check"] * 4]
    assert all(b"authorization: Bearer t-one" in request for request in requests[1:])
    assert "not-a-real-secret" not in "".join(entry.text for entry in house.entries())
    assert "t-one" not in "".join(entry.text for entry in house.entries())


def test_401_renews_the_token_once_as_another_entry(house, kit) -> None:
    second = kit.says(200, b'{"access_token": "t-two", "token_type": "bearer", "expires_in": 3600}')
    denied = kit.says(401, b'{"status":401,"code":"UNAUTHENTICATED"}')

    found, requests = ask(house, kit, kit.TOKEN, denied, second, kit.OK, script=kit.asks_with_token)

    assert found.outcome is Outcome.ANSWERED
    assert [request.split()[1] for request in requests] == [b"/token", b"/check", b"/token", b"/check"]
    assert b"Bearer t-two" in requests[3]
    assert house.events() == [
        "asked", "called", "replied", "auth_failed", "asked", "called", "replied", "answered",
    ]  # fmt: skip


def test_401_twice_stops_the_source(house, kit) -> None:
    denied = kit.says(401, b"{}")

    found, requests = ask(house, kit, kit.TOKEN, denied, kit.TOKEN, denied, script=kit.asks_with_token)

    assert (found.outcome, found.broken) == (Outcome.AUTH_FAILED, "auth_failed")
    assert len(requests) == 4


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, b'{"error": "invalid_client"}', Outcome.AUTH_FAILED),
        (200, b"<html>", Outcome.AUTH_FAILED),
        (200, b'{"access_token": "a\\r\\nx: y", "token_type": "bearer"}', Outcome.AUTH_FAILED),
        (200, b'{"access_token": "a", "token_type": "mac"}', Outcome.AUTH_FAILED),
        (503, b"", Outcome.UNAVAILABLE),
        (302, b"", Outcome.PROTOCOL_ERROR),
    ],
    ids=["refused", "html", "newline", "not_bearer", "busy", "redirect"],
)
def test_without_a_token_the_question_is_not_asked(house, kit, status, body, outcome) -> None:
    found, requests = ask(house, kit, kit.says(status, body), script=kit.asks_with_token)

    assert found.outcome is outcome
    assert [request.split()[1] for request in requests] == [b"/token"]
    assert found.spent == 0


def test_a_secret_that_is_not_there_stops_the_source_before_anything_is_sent(house, kit, monkeypatch) -> None:
    monkeypatch.delenv(kit.SECRET)

    found, requests = ask(house, kit, kit.TOKEN, script=kit.asks_with_token)

    assert (found.outcome, found.broken) == (Outcome.AUTH_FAILED, "auth_failed")
    assert requests == []


def test_a_reply_that_is_right_but_too_large_is_not_read_to_its_end(house, kit) -> None:
    found, _ = ask(house, kit, kit.says(200, b'{"phoneNumberRecycled": true}' + b" " * 2_000_000))

    assert found.outcome is Outcome.PROTOCOL_ERROR
    assert house.entries()[1].body["reason"] == "reply_too_large"
