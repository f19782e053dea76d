"""The door itself: nothing is asked without policy and log, nothing is found without an entry."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Generator

import httpx
import pytest

from graph.model import FactKind, LineFact, Phone, Record, Role
from sources.contract import (
    Answer,
    Ask,
    Channel,
    Field,
    HttpCall,
    Outcome,
    Reply,
    Rows,
    SourceBroken,
    SourceError,
)
from tracer.errors import LogUnavailable
from tracer.gateway import Gateway, LookupRequest
from tracer.gateway import Lookup as Found
from tracer.policy import Policy

Flow = Generator[HttpCall | Rows, Reply, Answer]


class Counting(httpx.AsyncBaseTransport):
    """A carrier that keeps what it was asked and says no change of hands."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self.answers = list(answers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer or reply('{"phoneNumberRecycled": false}')


def reply(text: str, status: int = 200, **headers: str) -> httpx.Response:
    stream = httpx.ByteStream(text.encode())
    return httpx.Response(status, headers={k.replace("_", "-"): v for k, v in headers.items()}, stream=stream)


@pytest.fixture
def carrier() -> Counting:
    return Counting()


def run(house, request: LookupRequest, carrier: httpx.AsyncBaseTransport) -> Found:
    return asyncio.run(house.gateway(carrier).lookup(request))


@pytest.fixture(autouse=True)
def at_a_host(house) -> None:
    house.settings["base_url"] = "https://carrier.example/camara"


@pytest.mark.parametrize("missing", ["policy", "log", "http", "rows"])
def test_a_gateway_without_one_of_its_four_parts_cannot_be_made(house, carrier, missing) -> None:
    parts = {"policy": Policy(house.config()), "log": house.log, "http": carrier, "rows": object()}

    with pytest.raises(TypeError, match=missing):
        Gateway(**{**parts, missing: None})
    with pytest.raises(TypeError, match=missing):
        Gateway(**{name: part for name, part in parts.items() if name != missing})


def test_a_policy_or_log_that_is_something_else_is_refused(house, carrier) -> None:
    class Yes:
        def decide(self, *_: object) -> bool:
            return True

    parts = {"policy": Policy(house.config()), "log": house.log, "http": carrier, "rows": object()}

    for changed in ({"policy": Yes()}, {"log": Yes()}):
        with pytest.raises(TypeError):
            Gateway(**{**parts, **changed})


def test_an_answer_carries_the_entry_it_was_asked_under(house, carrier) -> None:
    found = run(house, house.request(), carrier)

    assert found.outcome is Outcome.ANSWERED
    assert house.events() == ["asked", "answered"]
    assert found.entries == (1, 2)
    assert [fact.entry for fact in found.answer.facts] == [1]
    assert (found.spent, found.answer.billed) == (30, True)
    assert [str(sent.url) for sent in carrier.requests] == ["https://carrier.example/camara/check"]


def test_what_is_logged_names_fields_and_rules_and_nobody(house, carrier, phone) -> None:
    found = run(house, house.request(), carrier)

    asked, answered = house.entries()
    assert asked.body["fields_sent"] == ["anchor_date", "phone"]
    assert asked.body["authorisation"] == "SBX-2026-7"
    assert asked.body["policy"] == found.decision.digest
    assert asked.body["rules"] == list(found.decision.rules)
    assert answered.about == asked.seq
    assert answered.body["hits"] == {"records": 0, "claims": 0, "facts": 1}
    for entry in (asked, answered):
        assert phone.e164 not in entry.text
        assert phone.e164[-4:] not in entry.text
        assert "C-880017" not in entry.text


def test_asked_is_on_disk_before_the_source_is_started(house, carrier) -> None:
    seen: list[list[str]] = []

    def script(ask: Ask) -> Flow:
        seen.append(house.events())
        return Answer(outcome=Outcome.NO_RECORD)
        yield  # a generator

    run(house, house.request(script), carrier)

    assert seen == [["asked"]]


def test_a_log_that_cannot_be_written_means_no_request_and_no_start_of_the_source(house, carrier) -> None:
    started: list[Ask] = []

    def script(ask: Ask) -> Flow:
        started.append(ask)
        yield HttpCall(method="POST", path="/check", json={})
        return Answer(outcome=Outcome.NO_RECORD)

    house.log.close()

    with pytest.raises(LogUnavailable):
        run(house, house.request(script), carrier)
    assert carrier.requests == []
    assert started == []


def test_the_control_with_a_log_that_works_does_send(house, carrier) -> None:
    run(house, house.request(), carrier)

    assert len(carrier.requests) == 1


def test_an_ending_that_cannot_be_written_gives_nothing_back(house, carrier) -> None:
    def script(ask: Ask) -> Flow:
        yield HttpCall(method="POST", path="/check", json={})
        house.log.close()
        return Answer(outcome=Outcome.NO_RECORD)

    with pytest.raises(LogUnavailable):
        run(house, house.request(script), carrier)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"purpose": "gossip"}, "purpose.allowed"),
        ({"open": False}, "case.open"),
        ({"client": "southbank"}, "client.known"),
        ({"role": Role.SPOUSE}, "third_party"),
        ({"phone": None}, "fields.held"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_is_a_logged_value_and_sends_nothing(house, carrier, changes, rule) -> None:
    found = run(house, house.request(**changes), carrier)

    assert found.outcome is Outcome.REFUSED
    assert rule in [fired.rule for fired in found.decision.fired]
    assert carrier.requests == []
    assert house.events() == ["refused"]
    assert rule in house.entries()[0].body["fired"]


def test_a_source_without_terms_is_refused(house, carrier) -> None:
    request = house.request()
    request = dataclasses.replace(request, source=object())

    found = run(house, request, carrier)

    assert found.outcome is Outcome.REFUSED
    assert found.decision.missing == ("terms",)


def test_settings_that_are_not_the_configured_ones_are_refused(house, carrier) -> None:
    request = house.request()
    wider = request.settings.model_copy(update={"rate": 9999.0})

    found = run(house, dataclasses.replace(request, settings=wider), carrier)

    assert [fired.rule for fired in found.decision.fired] == ["source.settings"]
    assert carrier.requests == []


def test_the_source_is_told_only_what_terms_and_authorisation_both_list(house, carrier) -> None:
    told: list[Ask] = []

    def script(ask: Ask) -> Flow:
        told.append(ask)
        return Answer(outcome=Outcome.NO_RECORD)
        yield

    house.settings["fields"] = ["phone", "name", "case"]  # terms: phone, anchor_date

    run(house, house.request(script), carrier)

    assert told[0].phone is not None
    assert (told[0].anchor_date, told[0].name, told[0].case) == (None, None, "")
    assert told[0].region == "CN"


@pytest.mark.parametrize(
    ("raised", "outcome", "broken"),
    [
        (SourceError(Outcome.BAD_INPUT, "x"), Outcome.BAD_INPUT, ""),
        (SourceError(Outcome.ANSWERED), Outcome.PROTOCOL_ERROR, ""),
        (SourceError(Outcome.UNKNOWN), Outcome.PROTOCOL_ERROR, ""),
        (SourceBroken(Outcome.NOT_ENTITLED, "x"), Outcome.NOT_ENTITLED, "not_entitled"),
        (ValueError("+8615477000001 spoke"), Outcome.PROTOCOL_ERROR, ""),
        (RecursionError(), Outcome.PROTOCOL_ERROR, ""),
    ],
    ids=["failed", "claims_answered", "claims_unknown", "broken", "bug", "recursion"],
)
def test_what_a_source_raises_becomes_an_ending(house, carrier, raised, outcome, broken) -> None:
    def script(ask: Ask) -> Flow:
        raise raised
        yield

    found = run(house, house.request(script), carrier)

    assert (found.outcome, found.broken) == (outcome, broken)
    assert house.events() == ["asked", str(outcome)]
    assert "15477" not in house.entries()[1].text


@pytest.mark.parametrize(
    "returned",
    [None, {"outcome": "answered"}, Answer(outcome=Outcome.UNKNOWN), Answer(outcome=Outcome.REFUSED)],
    ids=["nothing", "dict", "unknown", "refused"],
)
def test_what_is_no_answer_of_a_source_is_a_protocol_error(house, carrier, returned) -> None:
    def script(ask: Ask) -> Flow:
        return returned
        yield

    found = run(house, house.request(script), carrier)

    assert found.outcome is Outcome.PROTOCOL_ERROR
    assert house.events() == ["asked", "protocol_error"]


def test_a_lookup_that_is_no_generator_is_a_protocol_error(house, carrier) -> None:
    found = run(house, house.request(lambda ask: Answer(outcome=Outcome.NO_RECORD)), carrier)

    assert found.outcome is Outcome.PROTOCOL_ERROR


def test_a_broken_source_is_asked_no_more_and_each_refusal_is_logged(house, carrier) -> None:
    def script(ask: Ask) -> Flow:
        raise SourceBroken(Outcome.AUTH_FAILED)
        yield

    async def twice() -> Found:
        gateway = house.gateway(carrier)
        await gateway.lookup(house.request(script))
        return await gateway.lookup(house.request())

    found = asyncio.run(twice())

    assert found.outcome is Outcome.REFUSED
    assert [fired.rule for fired in found.decision.fired] == ["source.stopped"]
    assert "auth_failed" in found.decision.shown()
    assert carrier.requests == []
    assert house.events() == ["asked", "auth_failed", "refused"]


def test_numbers_are_read_as_the_client_of_the_case_writes_them(house, carrier) -> None:
    told: list[Ask] = []

    def script(ask: Ask) -> Flow:
        told.append(ask)
        return Answer(outcome=Outcome.NO_RECORD)
        yield

    (client,) = house.config().model_dump(by_alias=True)["clients"].values()
    house.config_changes["clients"] = {"northbank": {**client, "region": "US"}}

    run(house, house.request(script), carrier)

    assert told[0].region == "US"


def test_a_record_is_of_the_case_it_was_found_for_whatever_its_source_says(house, carrier, kit) -> None:
    def script(ask: Ask) -> Flow:
        return Answer(
            outcome=Outcome.ANSWERED,
            records=(Record(source="elsewhere", record="roster.csv:7", role=Role.DEBTOR, case="another"),),
        )
        yield

    terms = dataclasses.replace(kit.CARRIER_TERMS, channel=Channel.EMPLOYER_RECORD)

    found = run(house, house.request(script, terms, ref="case_fghj"), carrier)

    (record,) = found.answer.records
    assert (record.case, record.source, record.entry) == ("case_fghj", "carrier", found.entries[0])


def test_findings_nobody_may_keep_are_dropped(house, carrier) -> None:
    stranger = Phone(e164="+8615477009999")

    def script(ask: Ask) -> Flow:
        about = {"source": "elsewhere", "as_of": ask.today}
        return Answer(
            outcome=Outcome.ANSWERED,
            records=(Record(source="carrier", record="1", role=Role.DEBTOR, case=""),),
            facts=(
                LineFact(kind=FactKind.LINE_STATUS, value="active", phone=ask.phone, **about),
                LineFact(kind=FactKind.LINE_STATUS, value="active", phone=stranger, **about),
                LineFact(kind=FactKind.LINE_STATUS, value="at home", phone=ask.phone, **about),
                LineFact(kind="location", value="Shanghai", phone=ask.phone, **about),
            ),
        )
        yield

    found = run(house, house.request(script), carrier)

    assert [(fact.value, fact.source) for fact in found.answer.facts] == [("active", "carrier")]
    assert found.answer.records == ()
    assert house.entries()[1].body["counts"] == {"dropped": 4}


@pytest.mark.parametrize(
    "call",
    [
        HttpCall(method="GET", path="//evil.example/x"),
        HttpCall(method="GET", path="/../admin"),
        HttpCall(method="GET", path="@evil.example/"),
        HttpCall(method="GET", path="https://evil.example/"),
        HttpCall(method="GET", path="/check?phone=1"),
        HttpCall(method="GET", path="/numbers/15477000001"),
        HttpCall(method="DELETE", path="/check"),
        HttpCall(method="POST", path="/check", headers={"Host": "evil.example"}),
        HttpCall(method="POST", path="/check", headers={"Authorization": "Basic x"}),
        HttpCall(method="POST", path="/check", headers={"X-A": "a\r\nHost: evil.example"}),
        HttpCall(method="POST", path="/check", json={"a": {1, 2}}),
    ],
    ids=[
        "two_slashes",
        "up",
        "user",
        "absolute",
        "query",
        "number",
        "method",
        "host",
        "auth",
        "newline",
        "body",
    ],
)
def test_a_call_that_may_not_leave_does_not(house, carrier, call) -> None:
    def script(ask: Ask) -> Flow:
        yield call
        return Answer(outcome=Outcome.NO_RECORD)

    found = run(house, house.request(script), carrier)

    assert found.outcome is Outcome.PROTOCOL_ERROR
    assert carrier.requests == []
    assert found.spent == 0


def test_a_host_the_terms_do_not_name_is_refused_logged_and_stops_the_source(house, carrier) -> None:
    terms = dataclasses.replace(house.request().source.terms, hosts=("other.example",))

    found = run(house, house.request(terms=terms), carrier)

    assert found.outcome is Outcome.PROTOCOL_ERROR
    assert found.broken == "bypass"
    assert carrier.requests == []
    assert house.events() == ["asked", "bypass", "protocol_error"]


def test_a_source_that_goes_round_in_circles_is_ended(house, carrier) -> None:
    def script(ask: Ask) -> Flow:
        while True:
            yield HttpCall(method="POST", path="/check", json={})

    found = run(house, house.request(script), carrier)

    assert found.outcome is Outcome.PROTOCOL_ERROR
    assert len(carrier.requests) == 10
    assert house.events() == ["asked", *["called"] * 9, "protocol_error"]


def test_rows_are_given_only_of_tables_the_terms_name_and_of_the_case_asked_about(house, carrier) -> None:
    house.rows = {"case_file": [{"record": "r"}]}
    house.settings |= {"base_url": "", "fields": ["case"]}
    terms = dataclasses.replace(
        house.request().source.terms,
        channel=Channel.CREDITOR_FILE,
        tables=("case_file",),
        sends=frozenset({Field.CASE}),
        needs=frozenset({Field.CASE}),
    )

    def asking(table: str, case: str) -> Outcome:
        def script(ask: Ask) -> Flow:
            yield Rows(table=table, key={"case": case})
            return Answer(outcome=Outcome.NO_RECORD)

        return run(house, house.request(script, terms), carrier).outcome

    assert asking("case_file", "C-880017") is Outcome.NO_RECORD
    assert asking("case_file", "C-1") is Outcome.PROTOCOL_ERROR
    assert asking("people", "C-880017") is Outcome.PROTOCOL_ERROR
    assert len(house.read_rows) == 1


def test_the_daily_budget_survives_a_restart_and_is_a_day_long(house, carrier, moments) -> None:
    house.settings["daily"] = 2

    outcomes = [run(house, house.request(), carrier).outcome for _ in range(3)]  # a gateway each
    moments.day += dt.timedelta(days=1)
    moments.seconds += 10
    next_day = run(house, house.request(), carrier).outcome

    assert outcomes == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.QUOTA_EXHAUSTED]
    assert next_day is Outcome.ANSWERED
    assert len(carrier.requests) == 3


def test_a_daily_budget_of_nothing_asks_nothing(house, carrier) -> None:
    house.settings["daily"] = 0

    found = run(house, house.request(), carrier)

    assert found.outcome is Outcome.QUOTA_EXHAUSTED
    assert "0 times" in found.decision.shown()
    assert carrier.requests == []


def test_two_gateways_of_one_process_share_the_daily_budget(house, carrier, moments) -> None:
    house.settings["daily"] = 3

    async def together() -> list[Outcome]:
        one, two = house.gateway(carrier), house.gateway(carrier)
        found = []
        for gateway in (one, two, one, two, one):
            moments.seconds += 2  # a count of the others' is used for a second
            found.append((await gateway.lookup(house.request())).outcome)
        return found

    outcomes = asyncio.run(together())

    assert outcomes == [Outcome.ANSWERED] * 3 + [Outcome.QUOTA_EXHAUSTED] * 2


def test_requests_leave_no_faster_than_the_rate(house, carrier, moments) -> None:
    house.settings |= {"rate": 5.0, "concurrency": 16}

    async def many() -> None:
        gateway = house.gateway(carrier)
        await asyncio.gather(*(gateway.lookup(house.request()) for _ in range(16)))

    asyncio.run(many())

    assert len(carrier.requests) == 16
    assert moments.seconds == pytest.approx(15 / 5.0)


def test_no_more_look_ups_are_under_way_than_the_concurrency(house) -> None:
    house.settings |= {"rate": 10_000.0, "concurrency": 3}
    under_way, most = 0, 0
    all_here = asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            # As long as it takes for all who may come, then a while for one too many.
            if most >= 3:
                all_here.set()
            await all_here.wait()
            for _ in range(20):
                await asyncio.sleep(0)
            under_way -= 1
            return reply('{"phoneNumberRecycled": true}')

    async def many() -> None:
        gateway = house.gateway(Slow())
        async with asyncio.timeout(30):
            await asyncio.gather(*(gateway.lookup(house.request()) for _ in range(12)))

    asyncio.run(many())

    assert most == 3


def test_ten_silences_in_a_row_open_the_circuit_and_an_answer_to_one_try_closes_it(house, moments) -> None:
    answer = asyncio.Event()

    class Slow(Counting):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if len(self.requests) >= 30:
                await answer.wait()
            return await super().handle_async_request(request)

    carrier = Slow(*[httpx.ConnectError("refused") for _ in range(30)])

    async def many() -> list[Found]:
        gateway = house.gateway(carrier)
        found = [await gateway.lookup(house.request()) for _ in range(11)]
        moments.seconds += 31
        tried = [asyncio.create_task(gateway.lookup(house.request())) for _ in range(3)]
        # The one that may try has no answer yet, so the two that end first are the two that may not.
        while sum(one.done() for one in tried) < 2:
            await asyncio.wait([one for one in tried if not one.done()], return_when=asyncio.FIRST_COMPLETED)
        tried.sort(key=lambda one: not one.done())
        answer.set()
        found += [await one for one in tried]
        return [*found, await gateway.lookup(house.request())]

    found = asyncio.run(many())

    silent, shut, tried, after = found[:10], found[10], found[11:14], found[14]
    assert {each.outcome for each in silent} == {Outcome.UNAVAILABLE}
    assert (shut.outcome, shut.broken, shut.decision.rules[-1]) == (
        Outcome.REFUSED,
        "unreachable",
        "source.silent",
    )
    assert [each.outcome for each in tried] == ["refused", "refused", "answered"]
    assert (after.outcome, after.broken) == (Outcome.ANSWERED, "")
    assert len(carrier.requests) == 32


def test_a_program_that_starts_again_does_not_begin_by_hammering_a_silent_vendor(house) -> None:
    carrier = Counting(*[httpx.ConnectError("refused") for _ in range(99)])

    async def ask(times: int) -> list[Found]:
        gateway = house.gateway(carrier)
        return [await gateway.lookup(house.request()) for _ in range(times)]

    asyncio.run(ask(10))
    before = len(carrier.requests)

    (again,) = asyncio.run(ask(1))

    assert (again.outcome, len(carrier.requests)) == (Outcome.REFUSED, before)


def test_a_try_cut_short_by_ctrl_c_leaves_room_for_the_next(house, moments) -> None:
    tried = asyncio.Event()

    class Hangs(Counting):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if len(self.requests) == 30:
                self.requests.append(request)
                tried.set()
                await asyncio.Event().wait()
            return await super().handle_async_request(request)

    carrier = Hangs(*[httpx.ConnectError("refused") for _ in range(30)])

    async def run() -> Found:
        gateway = house.gateway(carrier)
        for _ in range(10):
            await gateway.lookup(house.request())
        moments.seconds += 31
        task = asyncio.create_task(gateway.lookup(house.request()))
        await tried.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await gateway.lookup(house.request(ref="C-880018"))

    assert asyncio.run(run()).outcome is Outcome.ANSWERED


def test_a_cancelled_look_up_that_was_sent_ends_as_unknown(house) -> None:
    sent = asyncio.Event()

    class Deaf(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            sent.set()
            await asyncio.Event().wait()
            raise AssertionError

    async def interrupted() -> None:
        task = asyncio.create_task(house.gateway(Deaf()).lookup(house.request()))
        await sent.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(interrupted())

    assert house.events() == ["asked", "unknown"]
    assert house.entries()[1].body["interrupted"] is True
    assert house.log.unfinished() == ()


def test_a_look_up_cancelled_before_anything_was_sent_is_not_unknown(house, carrier, kit) -> None:
    # Nothing is charged, so nothing is read from the log before "asked" is written.
    free = dataclasses.replace(kit.CARRIER_TERMS, billed_when=frozenset())

    async def interrupted() -> None:
        task = asyncio.create_task(house.gateway(carrier).lookup(house.request(terms=free)))
        await asyncio.sleep(0)  # "asked" is with the log's writer by now
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(interrupted())

    assert carrier.requests == []
    assert house.events() == ["asked", "unavailable"]
    assert house.log.unfinished() == ()


def test_no_repr_shows_a_person(house, phone) -> None:
    request = house.request()

    shown = repr(request) + repr(request.case) + repr(request.subject)

    assert phone.e164[-8:] not in shown
    assert "虚" not in shown


def test_a_request_the_transport_could_not_even_write_costs_nothing(house) -> None:
    found = run(house, house.request(), Counting(httpx.LocalProtocolError("illegal header")))

    assert (found.outcome, found.spent) == (Outcome.PROTOCOL_ERROR, 0)


def test_a_retry_after_holds_back_the_other_look_ups_of_the_source_too(house, moments) -> None:
    carrier = Counting(reply("{}", 429, retry_after="9"))
    times: list[float] = []
    real = carrier.handle_async_request

    async def timed(request: httpx.Request) -> httpx.Response:
        times.append(moments.seconds)
        return await real(request)

    carrier.handle_async_request = timed  # type: ignore[method-assign]

    async def many() -> None:
        gateway = house.gateway(carrier)
        await asyncio.gather(*(gateway.lookup(house.request()) for _ in range(4)))

    house.settings["rate"] = 1.0
    asyncio.run(many())

    assert times[0] == 0
    assert min(times[1:]) >= 9
    assert len(times) == 5
