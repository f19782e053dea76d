"""A manifest asks what it says and reads what it lists; everything else is a protocol error."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from graph.model import FactKind, Phone
from sources.contract import AuthKind, HttpCall, Outcome, Reply
from sources.manifest import ManifestSource, read, source
from sources.testing import an_ask, drive, shortfalls

HEAD = """
[source]
id = "example.it"
version = "1"
spec = "example.yaml"
facts = [{facts}]
needs = [{needs}]
{more}
[request]
{request}
"""


def made(
    *, facts: str, body: str, needs: str = '"phone.e164"', more: str = "", request: str = ""
) -> ManifestSource:
    request = request or 'path = "/x"\njson = { n = "{phone.e164}" }'
    text = HEAD.replace("{facts}", facts).replace("{needs}", needs).replace("{more}", more)
    return source(read(text.replace("{request}", request) + body), {"code": "fictional"})


def ok(body: object, status: int = 200, **headers: str) -> Reply:
    return Reply(status=status, headers=headers, body=json.dumps(body).encode())


STATUS = made(
    facts='"line_status"',
    body="""
[errors]
envelope = "error.code"
retry_after = 2.5
[errors.map]
"Slow*" = "rate_limited"
"Gone" = "not_served"
[[fact]]
kind = "line_status"
at = "state"
map = { 1 = "active", 2 = "suspended" }
""",
)

SWAP = made(
    facts='"sim_changed_since"',
    needs='"phone.e164", "anchor_date"',
    body="""
[[fact]]
kind = "sim_changed_since"
at = "changed"
compare = "after_anchor"
monitored = "days"
anchor = "{anchor_date}"
""",
)


@pytest.mark.parametrize("value", [3, "1x", True, None, [1], {"a": 1}, 1.5], ids=repr)
def test_a_value_that_is_not_listed_is_a_protocol_error(value: object) -> None:
    answer = drive(STATUS.lookup(an_ask()), ok({"state": value})).answer

    assert (answer.outcome, answer.facts) == (Outcome.PROTOCOL_ERROR, ())


def test_a_value_that_is_listed_is_a_fact_about_the_number_asked() -> None:
    ask = an_ask()

    (fact,) = drive(STATUS.lookup(ask), ok({"state": 2, "holder": "赵未名"})).answer.facts

    assert (fact.kind, fact.value, fact.phone, fact.as_of) == (
        "line_status",
        "suspended",
        ask.phone,
        ask.today,
    )
    assert fact.raw == "state=2"


def test_throttling_inside_a_success_asks_to_wait() -> None:
    answer = drive(STATUS.lookup(an_ask()), ok({"error": {"code": "SlowDown.Now"}})).answer

    assert (answer.outcome, answer.retry_after, answer.raw) == (Outcome.RATE_LIMITED, 2.5, "200 Slow*")


def test_an_error_code_from_outside_is_never_repeated() -> None:
    answer = drive(STATUS.lookup(an_ask()), ok({"error": {"code": "Zhao Weiming +8615477000000"}})).answer

    assert (answer.outcome, answer.raw) == (Outcome.PROTOCOL_ERROR, "200")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, Outcome.AUTH_FAILED),
        (403, Outcome.NOT_ENTITLED),
        (404, Outcome.PROTOCOL_ERROR),
        (429, Outcome.RATE_LIMITED),
        (500, Outcome.UNAVAILABLE),
        (302, Outcome.PROTOCOL_ERROR),
    ],
)
def test_without_a_code_only_the_statuses_that_speak_of_the_call_have_a_meaning(
    status: int, outcome: Outcome
) -> None:
    answer = drive(STATUS.lookup(an_ask()), Reply(status=status, body=b"<html>404</html>")).answer

    assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ({"changed": "2023-02-18T01:00:00+02:00"}, "yes"),
        ({"changed": "2023-02-17T23:00:00Z"}, "no"),
        ({"changed": None}, "unknown"),
        ({"changed": None, "days": 30}, "unknown"),
        ({"changed": None, "days": 5000}, "no"),
    ],
    ids=["after", "on-the-day", "not-said-for-how-long", "watched-too-short", "watched-long-enough"],
)
def test_never_changed_is_a_no_only_if_somebody_watched(body: object, value: str) -> None:
    (fact,) = drive(SWAP.lookup(an_ask()), ok(body)).answer.facts

    assert (fact.value, fact.anchor) == (value, dt.date(2023, 2, 17))


@pytest.mark.parametrize(
    "body", [{}, {"changed": "soon"}, {"changed": "2099-01-01T00:00:00Z"}, {"changed": 7}]
)
def test_a_date_that_is_none_is_a_protocol_error(body: object) -> None:
    assert drive(SWAP.lookup(an_ask()), ok(body)).answer.outcome is Outcome.PROTOCOL_ERROR


def test_a_number_of_another_country_is_not_asked_about_without_its_country_code() -> None:
    home = made(
        facts='"line_status"',
        needs='"phone.national"',
        more='numbers = ["+86"]',
        request='path = "/x"\njson = { n = "{phone.national}" }',
        body='[[fact]]\nkind = "line_status"\nat = "s"\nmap = { a = "active" }\n',
    )

    driven = drive(home.lookup(an_ask(phone=Phone(e164="+12125550143"))))

    assert (driven.answer.outcome, driven.asked) == (Outcome.NOT_SERVED, ())
    assert drive(home.lookup(an_ask()), ok({"s": "a"})).call.json == {"n": "15477000000"}


@pytest.mark.parametrize(
    "phone", [Phone(pattern="+86154****0000"), Phone(e164="+862154770000", extension="12")]
)
def test_a_number_nobody_can_be_asked_about_is_not_asked_about(phone: Phone) -> None:
    driven = drive(STATUS.lookup(an_ask(phone=phone)))

    assert (driven.answer.outcome, driven.asked) == (Outcome.BAD_INPUT, ())


def test_an_answer_that_comes_later_is_fetched_by_its_reference() -> None:
    later = made(
        facts='"line_status"',
        request='path = "/x"\njson = { n = "{phone.e164}" }\nsuccess = [200, 201]',
        body="""
[poll]
id = "job"
path = "/x/{ref}"
at = "state"
map = { running = "wait", done = "answered", failed = "unavailable" }
wait = "3s"
most = 3
[[fact]]
kind = "line_status"
at = "line"
map = { a = "active" }
""",
    )

    driven = drive(
        later.lookup(an_ask()),
        ok({"job": "j-1"}, 201),
        ok({"state": "running"}),
        ok({"state": "done", "line": "a"}),
    )

    calls = [call for call in driven.asked if isinstance(call, HttpCall)]
    assert [(call.method, call.path, call.wait) for call in calls] == [
        ("POST", "/x", 0.0),
        ("GET", "/x/{ref}", 3.0),
        ("GET", "/x/{ref}", 3.0),
    ]
    assert calls[1].told == {"ref": "j-1"}
    assert [fact.value for fact in driven.answer.facts] == ["active"]
    running = ok({"state": "running"})
    late = drive(later.lookup(an_ask()), ok({"job": "j-1"}), running, running, running).answer
    assert (late.outcome, late.raw) == (Outcome.PENDING, "poll_not_ready")


def test_every_page_of_an_answer_is_read() -> None:
    paged = made(
        facts='"call_forwarding"',
        body="""
[pages]
at = "next"
as = "cursor"
most = 2
[[fact]]
kind = "call_forwarding"
at = "items[].kind"
map = { all = "unconditional", busy = "conditional_busy" }
""",
    )
    first = ok({"items": [{"kind": "all"}], "next": "c2"})

    driven = drive(paged.lookup(an_ask()), first, ok({"items": [{"kind": "busy"}], "next": None}))
    endless = drive(paged.lookup(an_ask()), first, first)

    assert [fact.value for fact in driven.answer.facts] == ["unconditional", "conditional_busy"]
    assert [getattr(call, "json", None) for call in driven.asked][1] == {
        "n": "+8615477000000",
        "cursor": "c2",
    }
    assert endless.answer.outcome is Outcome.PROTOCOL_ERROR


def test_what_a_vendor_takes_only_in_the_address_is_a_place_in_it() -> None:
    there = made(
        facts='"line_status"',
        more='in_url = "its documentation has no other form"',
        request='method = "GET"\npath = "/x/{phone.digits}"\nquery = { code = "{option.code}", full = true }',
        needs='"phone.digits"',
        body='[options]\ncode = "the account\'s code"\n[auth]\nkind = "header"\nheader = "X-Key"\n'
        '[[fact]]\nkind = "line_status"\nat = "s"\nmap = { a = "active" }\n',
    )

    call = drive(there.lookup(an_ask()), ok({"s": "a"})).call

    assert (call.path, call.query) == ("/x/{phone.digits}", {"code": "{option.code}", "full": "true"})
    assert call.told == {"phone.digits": "8615477000000", "option.code": "fictional"}
    assert call.auth is not None
    assert call.auth.kind is AuthKind.HEADER
    assert "15477" not in repr(call)
    assert there.terms.in_url


def test_an_answer_under_a_name_nobody_knows_beforehand_is_read() -> None:
    keyed = made(
        facts='"ported"',
        body='[[fact]]\nkind = "ported"\nat = "*.ported"\nmap = { true = "yes", false = "no" }\n',
    )

    (fact,) = drive(keyed.lookup(an_ask()), ok({"8615477000000": {"ported": True}})).answer.facts

    assert (fact.value, fact.raw) == ("yes", "*.ported=true")
    assert drive(keyed.lookup(an_ask()), ok({})).answer.outcome is Outcome.PROTOCOL_ERROR


def test_billing_follows_the_result_code() -> None:
    billed = made(
        facts='"line_status"',
        body="""
[outcome]
at = "r"
map = { 0 = "answered", 7 = "no_record", 8 = "no_record" }
billed = ["0", "7"]
[[fact]]
kind = "line_status"
at = "s"
map = { a = "active" }
""",
    )

    said = [drive(billed.lookup(an_ask()), ok({"r": code, "s": "a"})).answer.billed for code in (0, 7, 8)]

    assert said == [True, True, False]


def test_a_carriers_name_says_whose_it_is_and_keeps_to_its_form() -> None:
    named = made(facts='"carrier"', body='[[fact]]\nkind = "carrier"\nat = "c"\nprefix = "current:"\n')

    (fact,) = drive(named.lookup(an_ask()), ok({"c": "Fictional Mobile, Inc.\n"})).answer.facts

    assert (fact.kind, fact.value) == (FactKind.CARRIER, "current:Fictional Mobile Inc.")


@pytest.mark.parametrize("one", [STATUS, SWAP], ids=lambda one: str(one.terms.needs))
def test_it_keeps_the_manners_of_every_source(one: ManifestSource) -> None:
    assert shortfalls(one, an_ask()) == ()
