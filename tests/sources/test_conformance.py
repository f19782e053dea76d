"""What every source must get right: each check is seen to bite on a source that gets it wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from graph.model import FactKind, LineFact, Phone, Role
from sources.carrier.facts import fact
from sources.contract import (
    Answer,
    Ask,
    Channel,
    Field,
    Flow,
    HttpCall,
    Outcome,
    Reply,
    Rows,
    SourceBroken,
    SourceError,
    Subject,
    Terms,
)
from sources.testing import an_ask, check_source, shortfalls

TERMS = Terms(
    channel=Channel.CARRIER,
    subject=Subject.NUMBER,
    roles=frozenset({Role.DEBTOR}),
    sends=frozenset({Field.PHONE}),
    needs=frozenset({Field.PHONE}),
    intrusion=1,
)


def call(ask: Ask, **changes: object) -> HttpCall:
    assert ask.phone is not None
    told: dict[str, object] = {"method": "POST", "path": "/status", "json": {"n": ask.phone.e164}}
    return HttpCall(**{**told, **changes})  # type: ignore[arg-type]


def read(ask: Ask, reply: Reply) -> Answer:
    if reply.status == 200 and reply.body == b'"active"':
        assert ask.phone is not None
        found = fact(FactKind.LINE_STATUS, "active", phone=ask.phone, source="good", as_of=ask.today)
        return Answer(outcome=Outcome.ANSWERED, facts=(found,), raw="200")
    outcome = {401: Outcome.AUTH_FAILED, 429: Outcome.RATE_LIMITED, 500: Outcome.UNAVAILABLE}
    if reply.status == 503:
        raise SourceError(Outcome.UNAVAILABLE)
    if reply.status == 403:
        raise SourceBroken(Outcome.NOT_ENTITLED)
    return Answer(outcome=outcome.get(reply.status, Outcome.PROTOCOL_ERROR), raw=str(reply.status))


@dataclass(frozen=True)
class Plain:
    """A sound source, of which one part at a time can be made unsound."""

    name: str = "good"
    terms: Terms = TERMS
    calls: Callable[[Ask], HttpCall | Rows] = call
    reads: Callable[[Ask, Reply], Answer] = read
    guards: bool = field(default=True)

    def lookup(self, ask: Ask) -> Flow:
        if self.guards and ask.phone is None:
            return Answer(outcome=Outcome.BAD_INPUT)
        reply = yield self.calls(ask)
        return self.reads(ask, reply)


def terms(**changes: object) -> Terms:
    parts = {
        "channel": TERMS.channel,
        "subject": TERMS.subject,
        "roles": TERMS.roles,
        "sends": TERMS.sends,
        "needs": TERMS.needs,
        "intrusion": 1,
    }
    return Terms(**{**parts, **changes})  # type: ignore[arg-type]


def codes(source: Plain, *answers: Reply) -> set[str]:
    return {one.code for one in shortfalls(source, an_ask(), *answers)}


def test_a_sound_source_passes() -> None:
    check_source(Plain(), Reply(status=200, body=b'"active"'))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (terms(needs=frozenset({Field.PHONE, Field.NAME})), "terms_needs_more_than_it_sends"),
        (terms(roles=frozenset()), "terms_no_roles"),
        (terms(roles=frozenset({Role.SPOUSE})), "terms_third_party_looked_up"),
        (terms(intrusion=5), "terms_intrusion"),
        (terms(needs=frozenset()), "terms_number_not_needed"),
        (terms(fresh_for=dt.timedelta(days=-1)), "terms_fresh_for_negative"),
        (terms(billed_when=frozenset({Outcome.REFUSED})), "terms_billed_when_not_asked"),
        (terms(hosts=("https://api.example.com/v1",)), "terms_hosts"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_terms_that_make_no_sense_are_found(changed: Terms, code: str) -> None:
    assert code in codes(Plain(terms=changed))


def test_a_name_that_no_configuration_can_hold_is_found() -> None:
    assert codes(Plain(name="My Source")) == {"name_unfit"}


@pytest.mark.parametrize(
    ("calls", "code"),
    [
        (lambda ask: call(ask, path=f"/status/{ask.phone.e164}"), "told_in_the_open"),
        (lambda ask: call(ask, path="/status/%2B86%31%35%34%37%37000000"), "told_in_the_open"),
        (lambda ask: call(ask, headers={"x-name": ask.name.text}), "told_in_the_open"),
        (lambda ask: call(ask, scope=f"status {ask.case}"), "told_in_the_open"),
        (lambda ask: call(ask, path="https://elsewhere.example/status"), "path_unfit"),
        (lambda ask: call(ask, path="/status?full=1"), "path_unfit"),
        (
            lambda ask: call(ask, json={"n": ask.phone.e164, "who": [{"x": ask.name.text}]}),
            "told_more_than_terms",
        ),
        (lambda ask: call(ask, json=None, form={"born": "1970-01-01"}), "told_more_than_terms"),
        (lambda ask: call(ask, json={"n": ask.phone.e164, "id": ask.ids[0].value}), "told_more_than_terms"),
        (lambda ask: Rows(table="anything", key={"phone": ask.phone.e164}), "table_not_in_terms"),
        (lambda ask: "GET /status", "asked_something_else"),
    ],
)
def test_a_person_where_he_does_not_belong_is_found(
    calls: Callable[[Ask], HttpCall | Rows], code: str
) -> None:
    assert code in codes(Plain(calls=calls))


def test_telling_an_id_is_not_taken_for_telling_the_birthday_inside_it() -> None:
    told = Plain(
        terms=terms(sends=frozenset({Field.PHONE, Field.ID_NUMBER})),
        calls=lambda ask: call(ask, json={"n": ask.phone.e164, "id": ask.ids[0].value}),  # type: ignore[union-attr]
    )

    assert codes(told) == set()


def test_asking_without_what_it_needs_is_found() -> None:
    def blind(ask: Ask) -> HttpCall:
        return HttpCall(method="POST", path="/status", json={})

    assert codes(Plain(guards=False, calls=blind)) == {"asked_without"}
    assert codes(Plain(guards=False)) == {"raised_without"}


def always(outcome: Outcome, raw: str = "") -> Callable[[Ask, Reply], Answer]:
    return lambda ask, reply: Answer(outcome=outcome, raw=raw)


def echo(ask: Ask, reply: Reply) -> Answer:
    answer = read(ask, Reply(status=reply.status))
    return Answer(outcome=answer.outcome, raw=reply.body.decode("utf-8", "replace"))


def fragile(ask: Ask, reply: Reply) -> Answer:
    return Answer(outcome=Outcome(reply.body.decode()))


@pytest.mark.parametrize(
    ("reads", "code"),
    [
        (always(Outcome.ANSWERED), "read_something_into"),
        (always(Outcome.UNKNOWN), "read_something_into"),
        (always(Outcome.NO_RECORD), "outcome_unfit"),
        (echo, "raw_holds_a_person"),
        (fragile, "raised"),
    ],
)
def test_a_refusal_read_wrongly_is_found(reads: Callable[[Ask, Reply], Answer], code: str) -> None:
    assert code in codes(Plain(reads=reads))


def finding(**changes: object) -> Callable[[Ask, Reply], Answer]:
    def reads(ask: Ask, reply: Reply) -> Answer:
        if reply.body != b'"active"':
            return read(ask, reply)
        parts = {"phone": ask.phone, "source": "good", "as_of": ask.today, **changes}
        found = LineFact(kind=FactKind.LINE_STATUS, value="active", **parts)  # type: ignore[arg-type]
        return Answer(outcome=Outcome.ANSWERED, facts=(found,))

    return reads


@pytest.mark.parametrize(
    ("reads", "code"),
    [
        (finding(phone=Phone(e164="+8615477009999")), "fact_about_another_number"),
        (finding(source="bad"), "finding_of_another_source"),
        (always(Outcome.PROTOCOL_ERROR), "not_answered"),
    ],
)
def test_a_finding_that_is_not_the_questions_is_found(
    reads: Callable[[Ask, Reply], Answer], code: str
) -> None:
    assert code in codes(Plain(reads=reads), Reply(status=200, body=b'"active"'))


def test_a_look_up_that_never_ends_is_found() -> None:
    @dataclass(frozen=True)
    class Endless:
        name: str = "endless"
        terms: Terms = TERMS

        def lookup(self, ask: Ask) -> Flow:
            while True:
                yield call(ask)

    assert "raised" in {one.code for one in shortfalls(Endless(), an_ask())}


def test_what_is_wrong_is_said_all_at_once() -> None:
    with pytest.raises(AssertionError, match=r"name_unfit.*told_in_the_open"):
        check_source(Plain(name="A B", calls=lambda ask: call(ask, scope=ask.case)))


@pytest.mark.parametrize("in_url", [True, False])
def test_a_place_filled_with_a_number_is_in_the_open_unless_the_terms_say_so(in_url: bool) -> None:
    def there(ask: Ask) -> HttpCall:
        assert ask.phone is not None
        return call(ask, json=None, path="/{phone.e164}", told={"phone.e164": ask.phone.e164})

    found = {one.code for one in shortfalls(Plain(terms=terms(in_url=in_url), calls=there), an_ask())}

    assert ("told_in_the_open" in found) is not in_url
