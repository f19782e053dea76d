"""The judge: strictest wins, nothing missing is a yes, nothing anybody adds makes a no a yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.policy.contact import UNKNOWN, decide, judge, judge_contact, worst
from tracer.policy.facts import Contact, Facts, Lost, Missing, zone_of
from tracer.policy.pack import Pack, shipped
from tracer.policy.predicates import PREDICATES, Known
from tracer.policy.question import Ruling

AT = dt.datetime(2026, 11, 24, 10, 0, tzinfo=zone_of("Asia/Shanghai"))
ORDER = list(Ruling)
# A debtor in China, called by day on his own mobile: all that a Chinese contact needs to be known.
CHINA: dict[str, object] = {
    "at": AT,
    "zones": frozenset({"Asia/Shanghai"}),
    "places": frozenset({"CN"}),
    "licence": "bank",
    "collector_kind": "third_party",
    "dialling": "manual",
    "channel": "voice",
    "place": "cell",
    "role": "debtor",
    "household": False,
    "contact_purpose": "collect",
    "number": "N1",
    "person": "P1",
    "debt": "D1",
    "collector": "C1",
    "lender": "L1",
    "region": "31",
    "contacts": (),
    "consent_given_at": (),
    "lost": Lost(),
    "last_verified": dt.date(2026, 11, 1),
    "media_refused": frozenset(),
    "states_debt": False,
    "amount_stated": False,
    "rnd_asked": False,
    "line_recorded": True,
    "prior_location_contacts": 0,
    "third_party_talks": 0,
    "waives": False,
    "exposed_this_week": 1,
    "exposure_ceiling": 3,
} | {
    f"{name}_on_file": False
    for name in (
        "barred", "wrong_party", "refusal", "attorney", "cease", "bankruptcy", "dispute", "inconvenient",
        "harassment_complaint", "debt_unlawful", "time_barred", "employer_forbids", "consent_revoked",
    )
}  # fmt: skip
AMERICA = CHINA | {
    "at": dt.datetime(2026, 11, 24, 15, 0, tzinfo=zone_of("America/New_York")),
    "zones": frozenset({"America/New_York"}),
    "places": frozenset({"US", "US-MA"}),
    "identity_script": True,
    "collector_notice": True,
    "validation_notice": True,
}


def verdict(facts: dict[str, object], packs: Sequence[Pack] = ()) -> Ruling:
    return judge(Facts(facts), packs or shipped()).verdict


def calls(*hours: int, **more: object) -> tuple[Contact, ...]:
    return tuple(
        replace(
            Contact(
                at=AT.replace(hour=hour), answered=True, number="N1", person="P1", debt="D1", lender="L1"
            ),
            **more,
        )
        for hour in hours
    )


@pytest.mark.parametrize("facts", [CHINA, AMERICA], ids=["china", "america"])
def test_a_debtor_may_be_called_by_day_when_all_is_known(facts: dict[str, object]) -> None:
    opinion = judge_contact(Facts(facts), shipped())

    assert (opinion.verdict, opinion.hits, opinion.missing) == (Ruling.ALLOW, (), ())


@pytest.mark.parametrize("fact", sorted(AMERICA))
@pytest.mark.parametrize("country", [CHINA, AMERICA], ids=["china", "america"])
def test_no_fact_that_is_taken_away_makes_a_no_a_yes(country: dict[str, object], fact: str) -> None:
    denied = country | {"barred_on_file": True}

    opinion = judge(Facts({name: value for name, value in denied.items() if name != fact}), shipped())

    assert opinion.verdict is Ruling.DENY


@pytest.mark.parametrize(
    "fact", ["zones", "contacts", "role", "channel", "identity_script", "validation_notice", "cease_on_file"]
)
def test_a_missing_fact_is_a_no_that_says_what_to_supply(fact: str) -> None:
    opinion = judge(Facts({name: value for name, value in AMERICA.items() if name != fact}), shipped())

    assert opinion.verdict is Ruling.DENY
    assert fact in opinion.missing
    assert any(fact in hit.fired.shown() for hit in opinion.hits if hit.rule == UNKNOWN)


def test_an_empty_set_of_zones_is_no_zone() -> None:
    assert "zones" in judge(Facts(AMERICA | {"zones": frozenset()}), shipped()).missing


def test_where_no_pack_applies_nobody_said_yes() -> None:
    packs = [pack for pack in shipped() if "*" not in pack.places]

    assert verdict(CHINA | {"places": frozenset({"BR"})}, packs) is Ruling.DENY


def test_a_rule_that_breaks_denies_by_its_name_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(facts: Facts, clause: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(PREDICATES, "pattern", Known(breaks, frozenset()))  # type: ignore[arg-type]

    opinion = judge(Facts(AMERICA | {"at": AMERICA["at"].replace(hour=22)}), shipped())  # type: ignore[attr-defined]

    assert {"X-RULE-FAILED", "US-REGF-6B1-HOURS"} <= set(opinion.rules)
    assert "US-REGF-14B-PATTERN" in str(opinion.hits)


def test_night_denies_and_names_the_next_lawful_moment() -> None:
    opinion = judge_contact(Facts(CHINA | {"at": AT.replace(hour=23)}), shipped())

    assert opinion.rules == ("CN-GB45251-HOURS",)
    assert opinion.hits[0].also == ("CN-CBA26-HOURS", "CN-NIFA18-HOURS")
    assert opinion.next_lawful == dt.datetime(2026, 11, 25, 8, 0, tzinfo=zone_of("Asia/Shanghai"))


def test_the_next_lawful_moment_passes_every_rule_that_time_mends() -> None:
    # Night, and a talk today: first the hours, then the seven days after the talk, then the hours again.
    talk = Contact(at=AMERICA["at"], conversation=True, answered=True, debt="D1", person="P1")  # type: ignore[arg-type]
    facts = AMERICA | {"at": AMERICA["at"].replace(hour=22), "contacts": (talk,)}  # type: ignore[attr-defined]

    opinion = judge_contact(Facts(facts), shipped())

    assert opinion.next_lawful == dt.datetime(2026, 12, 1, 8, 0, tzinfo=zone_of("America/New_York"))
    assert judge(Facts(facts | {"at": opinion.next_lawful}), shipped()).allowed
    assert not judge(Facts(facts | {"at": opinion.next_lawful - dt.timedelta(seconds=1)}), shipped()).allowed


def test_what_time_does_not_mend_has_no_next_lawful_moment() -> None:
    facts = CHINA | {"at": AT.replace(hour=23), "barred_on_file": True}

    assert judge_contact(Facts(facts), shipped()).next_lawful is None


def test_a_chinese_lender_calling_abroad_keeps_both_nights() -> None:
    both = AMERICA | {"places": frozenset({"US", "CN"})}

    # 15:00 in New York is 04:00 in Shanghai.
    assert judge(Facts(both), shipped()).rules == ("CN-GB45251-HOURS",)


def test_a_third_party_is_asked_only_when_the_debtor_is_lost_and_hears_nothing_of_a_debt() -> None:
    third = CHINA | {"role": "colleague", "contact_purpose": "ask_contact", "person": "P2"}
    lost = third | {"lost": Lost(failed_run=3, failed_on=AT.date() - dt.timedelta(1))}

    assert judge(Facts(third), shipped()).rules == ("CN-CBA26-LOST",)
    assert judge(Facts(lost), shipped()).allowed
    assert "CN-CBA26-3P-CONTENT" in judge(Facts(lost | {"contact_purpose": "collect"}), shipped()).rules
    assert "TRADE-08" in judge(Facts(lost | {"states_debt": True}), shipped()).rules
    assert "CN-CBA26-3P-STOP" in judge(Facts(lost | {"refusal_on_file": True}), shipped()).rules


def test_an_exception_that_is_not_known_lifts_nothing() -> None:
    night = CHINA | {"at": AT.replace(hour=23)}

    assert verdict(night) is Ruling.DENY
    assert verdict(night | {"agreed_hours": True}) is Ruling.ALLOW


def test_a_licence_that_is_not_known_counts_as_its_own() -> None:
    third = CHINA | {"role": "colleague", "lost": Lost(invalid=True)}
    unknown = {name: value for name, value in third.items() if name != "licence"}

    assert "CN-CARD-68-3P" not in judge(Facts(third), shipped()).rules
    assert "CN-CARD-68-3P" in judge(Facts(unknown), shipped()).rules


def test_facts_take_no_name_they_do_not_know_and_show_no_value() -> None:
    with pytest.raises(ValueError, match="no such fact"):
        Facts({"colour": "red"})
    with pytest.raises(Missing):
        Facts({}).word("person")
    assert "P1" not in repr(Facts(CHINA))


# ---- Item 11: whatever is added, in whatever order

_hour = st.datetimes(
    min_value=dt.datetime(2026, 11, 14),
    max_value=dt.datetime(2026, 11, 24, 9, 59),
    timezones=st.just(AT.tzinfo),
)
_contact = st.builds(
    Contact,
    at=_hour,
    channel=st.sampled_from(["voice", "sms", "email"]),
    inbound=st.booleans(),
    reached=st.booleans(),
    answered=st.sampled_from([True, False, None]),
    conversation=st.booleans(),
    place=st.sampled_from(["cell", "home", "work", ""]),
    number=st.sampled_from(["N1", "N2", ""]),
    person=st.sampled_from(["P1", "P2", ""]),
    debt=st.sampled_from(["D1", "D2", ""]),
    collector=st.sampled_from(["C1", "C2", ""]),
    lender=st.sampled_from(["L1", ""]),
)
_log = st.lists(_contact, max_size=14)
_base = st.sampled_from([CHINA, AMERICA | {"places": frozenset({"US", "US-MA", "US-WA", "US-DC", "US-NYC"})}])


@settings(max_examples=60, deadline=None)
@given(base=_base, log=_log, more=_log)
def test_no_event_that_is_added_loosens_the_answer(
    base: dict[str, object], log: list[Contact], more: list[Contact]
) -> None:
    before = verdict(base | {"contacts": tuple(log)})

    after = verdict(base | {"contacts": (*log, *more)})

    assert ORDER.index(after) >= ORDER.index(before)


@settings(max_examples=60, deadline=None)
@given(base=_base, log=_log, number=st.sampled_from(["N2", "N3"]))
def test_a_denial_outlives_another_number_and_another_try(
    base: dict[str, object], log: list[Contact], number: str
) -> None:
    facts = base | {"contacts": tuple(log)}
    opinion = judge(Facts(facts), shipped())
    tried = (*log, Contact(at=AT - dt.timedelta(minutes=1), answered=False, number=number, person="P1"))

    other = judge(Facts(facts | {"number": number, "contacts": tried}), shipped())

    assert {hit.rule for hit in opinion.hits if hit.verdict is Ruling.DENY} <= set(other.rules)


@settings(max_examples=40, deadline=None)
@given(log=_log)
def test_agencies_and_cases_of_one_lender_share_the_daily_count(log: list[Contact]) -> None:
    theirs = (*log, *calls(8, 9, 9, collector="C2", debt="D2"))

    for asked in ({"collector": "C3"}, {"debt": "D3"}, {"number": "N9"}):
        assert "CN-GB45251-3DAY" in judge(Facts(CHINA | asked | {"contacts": theirs}), shipped()).rules


@settings(max_examples=40, deadline=None)
@given(base=_base, log=_log, data=st.data())
def test_order_never_matters(base: dict[str, object], log: list[Contact], data: st.DataObject) -> None:
    other_log = data.draw(st.permutations(log))
    packs = data.draw(st.permutations(shipped()))
    packs = [replace(pack, clauses=tuple(reversed(pack.clauses))) for pack in packs]

    one = judge(Facts(base | {"contacts": tuple(log)}), shipped())
    other = judge(Facts(base | {"contacts": tuple(other_log)}), packs)

    assert (one.verdict, one.hits, one.missing) == (other.verdict, other.hits, other.missing)


@settings(max_examples=60, deadline=None)
@given(base=_base, log=_log, chosen=st.sets(st.sampled_from([pack.id for pack in shipped()])), data=st.data())
def test_another_pack_never_loosens(
    base: dict[str, object], log: list[Contact], chosen: set[str], data: st.DataObject
) -> None:
    more = data.draw(st.sampled_from(shipped()))
    facts = Facts(base | {"contacts": tuple(log)})
    packs = [pack for pack in shipped() if pack.id in chosen or pack.id == "trade-conduct"]

    before = judge(facts, packs, everywhere=True)
    after = judge(facts, [*packs, more], everywhere=True)

    assert ORDER.index(after.verdict) >= ORDER.index(before.verdict)
    assert set(before.missing) <= set(after.missing)


@given(st.lists(st.sampled_from(list(Ruling))))
def test_the_worst_verdict_counts(verdicts: list[Ruling]) -> None:
    assert worst(verdicts) == max(verdicts, key=ORDER.index, default=Ruling.ALLOW)


def test_clauses_of_no_rule_decide_nothing() -> None:
    assert decide(Facts(CHINA), []).verdict is Ruling.ALLOW
