"""The ranking of a case's numbers."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from dataclasses import replace

import pytest

from graph.inuse import REASON_CODES, SUREST, rank, rank_many
from graph.inuse_others import LEAST
from graph.inuse_weights import DEFAULT
from graph.model import (
    Advice,
    Bar,
    Claim,
    FactKind,
    Identity,
    Line,
    LineFact,
    LineType,
    NumberEvidence,
    Outcome,
    Party,
    Phone,
    Ranked,
    StatedUser,
)

TODAY = dt.date(2026, 11, 23)


def _phone(number: int, line_type: LineType = LineType.MOBILE) -> Phone:
    return Phone(e164=f"+86154{number:08d}", line_type=line_type)


def _ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def _claim(
    phone: Phone,
    days: int | None,
    source: str = "case_file",
    user: StatedUser = StatedUser.DEBTOR,
    record: str = "",
) -> Claim:
    day = None if days is None else _ago(days)
    return Claim(
        phone=phone, source=source, record=record or f"{source}{phone.key}", stated_user=user, date=day
    )


def _call(
    phone: Phone,
    days: int,
    line: Line,
    party: Party = Party.NOBODY,
    identity: Identity = Identity.NOT_CHECKED,
) -> Outcome:
    at = dt.datetime.combine(_ago(days), dt.time(10), dt.UTC)
    return Outcome(phone=phone, at=at, line=line, party=party, identity=identity)


def _fact(phone: Phone, kind: FactKind, value: str, days: int = 0, anchor: int | None = None) -> LineFact:
    since = None if anchor is None else _ago(anchor)
    return LineFact(kind=kind, value=value, phone=phone, source="carrier", as_of=_ago(days), anchor=since)


def _own(number: int, days: int = 400) -> NumberEvidence:
    phone = _phone(number)
    return NumberEvidence(phone=phone, claims=(_claim(phone, days),), person="debtor")


def _p(evidence: NumberEvidence) -> float:
    return rank((evidence,), TODAY).numbers[0].p


def _fresh_and_alive(evidence: NumberEvidence) -> NumberEvidence:
    phone = evidence.phone
    facts = (
        _fact(phone, FactKind.LINE_STATUS, "active"),
        _fact(phone, FactKind.REACHABILITY, "reachable"),
        _fact(phone, FactKind.HOLDER_CHANGED_SINCE, "no", anchor=900),
        _fact(phone, FactKind.TENURE, "[24,)"),
    )
    return replace(evidence, facts=facts)


def _busy_case() -> tuple[NumberEvidence, ...]:
    old, new, home, mother, desk = (
        _phone(1),
        _phone(2),
        _phone(3, LineType.LANDLINE),
        _phone(4),
        _phone(5, LineType.LANDLINE),
    )
    return (
        NumberEvidence(
            phone=old,
            person="debtor",
            claims=(_claim(old, 1500), _claim(old, 900, "vendor_a"), _claim(old, None, "martian")),
            outcomes=(
                _call(old, 300, Line.CONNECTED, Party.SELF, Identity.STATED),
                _call(old, 100, Line.NO_ANSWER),
                _call(old, 99, Line.NO_ANSWER),
                _call(old, 20, Line.VACANT),
            ),
            facts=(_fact(old, FactKind.LINE_STATUS, "suspended", 10),),
        ),
        NumberEvidence(
            phone=new,
            person="debtor",
            claims=(_claim(new, 200, "app_account"),),
            facts=(
                _fact(new, FactKind.TENURE, "[6,12)", 5),
                _fact(new, FactKind.ATTRIBUTE_MATCH, "exact", 5),
            ),
        ),
        NumberEvidence(phone=home, person="debtor", claims=(_claim(home, 1500, user=StatedUser.HOUSEHOLD),)),
        NumberEvidence(
            phone=mother,
            person="mother",
            claims=(_claim(mother, 1500, "references", StatedUser.REFERENCE),),
            outcomes=(_call(mother, 50, Line.CONNECTED, Party.THIRD_PARTY),),
        ),
        NumberEvidence(
            phone=desk,
            person="debtor",
            claims=(_claim(desk, 30, "employer", StatedUser.WORKPLACE),),
            shared_with=12,
            bars=(Bar(code="ceased"),),
        ),
    )


def test_the_reasons_of_every_number_add_up_to_its_log_odds() -> None:
    for one in rank(_busy_case(), TODAY).numbers:
        total = math.fsum(reason.bits for reason in one.reasons)
        assert total == pytest.approx(math.log2(one.p / (1 - one.p)), abs=1e-9)


def test_the_story_begins_with_the_prior_and_ends_with_the_calibration() -> None:
    for one in rank(_busy_case(), TODAY).numbers:
        codes = [reason.code for reason in one.reasons]
        assert codes[0] == "prior"
        assert codes[-1] == "calibration"
        assert {code.split(".")[0] for code in codes} <= set(REASON_CODES)


def test_the_order_of_numbers_and_of_evidence_does_not_matter() -> None:
    case = _busy_case()
    expected = rank(case, TODAY)
    dice = random.Random(7)

    for _ in range(20):
        shuffled = [
            replace(
                one,
                claims=tuple(dice.sample(one.claims, len(one.claims))),
                facts=tuple(dice.sample(one.facts, len(one.facts))),
                outcomes=tuple(dice.sample(one.outcomes, len(one.outcomes))),
            )
            for one in dice.sample(case, len(case))
        ]
        assert rank(shuffled, TODAY) == expected


def test_many_cases_at_once_are_ranked_as_each_alone() -> None:
    cases = [
        (_busy_case(), TODAY),
        ((), TODAY),
        ((_own(1, 50), _own(2, 900)), _ago(30)),
        (_busy_case(), _ago(5)),
    ]

    at_once = rank_many(cases)

    assert at_once == [rank(evidence, as_of) for evidence, as_of in cases]


def test_no_number_at_all_means_surely_nobody() -> None:
    ranking = rank((), TODAY)

    assert ranking.numbers == ()
    assert ranking.nobody == 1.0


def test_a_number_without_evidence_gets_the_prior_and_a_wide_interval() -> None:
    ranking = rank((NumberEvidence(phone=_phone(1)),), TODAY)

    (only,) = ranking.numbers
    assert 0.05 < only.p < 0.4
    assert only.low < only.p < only.high
    assert ranking.nobody == pytest.approx(1 - only.p, abs=0.1)
    codes = [reason.code for reason in only.reasons]
    assert codes[0] == "prior"
    assert codes[-1] == "calibration"
    assert {reason.params for reason in only.reasons if reason.code == "silence"} == {
        (("what", what),) for what in ("claims", "calls", "facts")
    }


def test_his_own_word_counts_less_the_older_it_is() -> None:
    by_age = [_p(_own(1, days)) for days in (200, 400, 800, 1600, 3200)]

    assert by_age == sorted(by_age, reverse=True)
    assert by_age[0] > 0.65 > 0.3 > by_age[-1]


def test_evidence_of_the_future_is_ignored() -> None:
    own = _own(1)
    phone = own.phone
    later = replace(
        own,
        claims=(*own.claims, _claim(phone, -30, "app_account")),
        facts=(_fact(phone, FactKind.LINE_STATUS, "not_assigned", -1),),
        outcomes=(_call(phone, -1, Line.CONNECTED, Party.WRONG_PARTY),),
    )

    assert rank((later,), TODAY) == rank((own,), TODAY)


def test_a_claim_restamped_into_the_future_counts_from_when_it_was_first_seen() -> None:
    phone = _phone(1)
    honest = Claim(phone=phone, source="vendor_a", record="r", stated_user=StatedUser.DEBTOR, date=_ago(300))
    stamped = replace(honest, date=_ago(-300), first_seen=_ago(300))

    assert _p(NumberEvidence(phone=phone, claims=(stamped,))) == _p(
        NumberEvidence(phone=phone, claims=(honest,))
    )


@pytest.mark.parametrize("years", [0, 1, 2, 3, 5, 8, 12])
@pytest.mark.parametrize(
    "user", [StatedUser.REFERENCE, StatedUser.CONTACT, StatedUser.GUARANTOR], ids=lambda user: user.value
)
def test_a_fresh_and_live_number_of_a_reference_never_outranks_his_own(user: StatedUser, years: int) -> None:
    other = _phone(9)
    fresh = NumberEvidence(phone=other, claims=(_claim(other, 0, "references", user),), person="other")

    ranking = rank((_own(1, 365 * years), _fresh_and_alive(fresh)), TODAY)

    assert [one.stated_user for one in ranking.numbers] == [StatedUser.DEBTOR, user]
    assert ranking.numbers[1].advice is Advice.SKIP


@pytest.mark.parametrize("years", [0, 1, 3, 5, 8])
def test_a_fresh_switchboard_never_outranks_his_own(years: int) -> None:
    board = _phone(9, LineType.LANDLINE)
    claim = _claim(board, 0, "employer", StatedUser.WORKPLACE)
    fresh = NumberEvidence(phone=board, claims=(claim,), shared_with=40, person="debtor")

    ranking = rank((_own(1, 365 * years), _fresh_and_alive(fresh)), TODAY)

    assert ranking.numbers[0].stated_user is StatedUser.DEBTOR


@pytest.mark.parametrize(
    "user",
    [StatedUser.REFERENCE, StatedUser.CONTACT, StatedUser.GUARANTOR, StatedUser.WORKPLACE],
    ids=lambda user: user.value,
)
def test_the_date_of_a_claim_about_somebody_else_changes_nothing(user: StatedUser) -> None:
    phone = _phone(9)
    by_age = {
        _p(NumberEvidence(phone=phone, claims=(_claim(phone, days, user=user),))) for days in (0, 90, 2000)
    }

    assert len(by_age) == 1


def test_more_people_naming_a_reference_do_not_make_the_number_more_the_debtors() -> None:
    phone = _phone(9)
    claims = [_claim(phone, days, f"s{days}", StatedUser.REFERENCE) for days in range(6)]

    by_count = [_p(NumberEvidence(phone=phone, claims=tuple(claims[:count]))) for count in (1, 2, 4, 6)]

    assert by_count == sorted(by_count, reverse=True)
    assert by_count[-1] > 1e-5


@pytest.mark.parametrize("party", [Party.THIRD_PARTY, Party.WRONG_PARTY], ids=lambda party: party.value)
@pytest.mark.parametrize("years", [0.3, 3, 6, 10])
def test_somebody_else_answering_never_raises_a_number(years: float, party: Party) -> None:
    # That the line lives would speak for a number that is likely dead.
    own = _own(1, round(365 * years))
    quiet = _call(own.phone, 60, Line.NO_ANSWER)
    for known in (own, replace(own, outcomes=(quiet,)), replace(own, outcomes=(quiet, quiet, quiet))):
        for days in (1, 30, 400):
            call = _call(own.phone, days, Line.CONNECTED, party)
            (answered,) = rank((replace(known, outcomes=(*known.outcomes, call)),), TODAY).numbers
            assert answered.p <= max(_p(known), LEAST) + 1e-9
            bits = math.fsum(reason.bits for reason in answered.reasons)
            assert bits == pytest.approx(math.log2(answered.p / (1 - answered.p)), abs=1e-9)


def test_a_relative_who_answers_on_his_reference_number_never_raises_it() -> None:
    phone = _phone(2)
    own = NumberEvidence(phone=phone, claims=(_claim(phone, 100, user=StatedUser.REFERENCE),))
    answered = replace(own, outcomes=(_call(phone, 3, Line.CONNECTED, Party.THIRD_PARTY),))

    assert _p(answered) <= max(_p(own), LEAST)


def test_somebody_elses_number_says_nothing_of_the_debtors_others() -> None:
    own, mother = _own(1), _phone(4)
    reached = NumberEvidence(
        phone=mother,
        person="mother",
        claims=(_claim(mother, 5, "references", StatedUser.REFERENCE),),
        outcomes=(_call(mother, 2, Line.CONNECTED, Party.THIRD_PARTY),),
    )

    together = {one.phone.key: one for one in rank((own, reached), TODAY).numbers}

    assert together[own.phone.key] == rank((own,), TODAY).numbers[0]


def test_bars_do_not_touch_p_but_put_the_number_last_and_say_why() -> None:
    best, worse = _own(1, 10), _own(2, 3000)
    bars = (
        Bar(code="wrong_party", at=dt.datetime(2026, 5, 2, tzinfo=dt.UTC)),
        Bar(code="ceased", at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC)),
    )

    ranking = rank((replace(best, bars=bars), worse), TODAY)

    free = {one.phone.key: one for one in rank((best, worse), TODAY).numbers}
    assert [one.phone.key for one in ranking.numbers] == [worse.phone.key, best.phone.key]
    barred = ranking.numbers[1]
    assert barred.barred == bars[1]
    assert barred.advice is Advice.SKIP
    assert barred.p == free[best.phone.key].p
    assert ranking.nobody == rank((best, worse), TODAY).nobody


@pytest.mark.parametrize(
    ("line", "party"),
    [
        pytest.param(Line.VACANT, Party.NOBODY, id="vacant"),
        pytest.param(Line.CONNECTED, Party.WRONG_PARTY, id="wrong party"),
        pytest.param(Line.NUMBER_CHANGED, Party.NOBODY, id="number changed"),
    ],
)
def test_a_lost_line_or_a_wrong_party_speaks_against_the_number(line: Line, party: Party) -> None:
    own = _own(1)

    assert _p(replace(own, outcomes=(_call(own.phone, 5, line, party),))) < _p(own) - 0.1


def test_a_verified_right_party_yesterday_makes_it_send() -> None:
    own = _own(1, 2000)
    call = _call(own.phone, 1, Line.CONNECTED, Party.SELF, Identity.VERIFIED)

    (one,) = rank((replace(own, outcomes=(call,)),), TODAY).numbers

    assert one.p > 0.9
    assert one.advice is Advice.SEND


def test_an_unsure_it_is_me_is_worth_less_than_a_verified_one() -> None:
    own = _own(1, 1200)
    by_check = [
        _p(replace(own, outcomes=(_call(own.phone, 1, Line.CONNECTED, Party.SELF, identity),)))
        for identity in (Identity.UNVERIFIED, Identity.NOT_CHECKED, Identity.STATED, Identity.VERIFIED)
    ]

    assert by_check == sorted(by_check)
    assert by_check[0] < by_check[-1] - 0.1


def test_a_right_party_contact_does_not_last() -> None:
    own = _own(1, 2500)
    by_age = [
        _p(replace(own, outcomes=(_call(own.phone, days, Line.CONNECTED, Party.SELF, Identity.VERIFIED),)))
        for days in (1, 180, 540, 1500)
    ]

    assert by_age == sorted(by_age, reverse=True)
    assert by_age[-1] < 0.6


def test_many_unanswered_calls_in_a_week_say_no_more_than_a_few() -> None:
    own = _own(1)
    calls = tuple(_call(own.phone, day % 7, Line.NO_ANSWER) for day in range(70))

    few, many = (_p(replace(own, outcomes=calls[:count])) for count in (7, 70))

    assert abs(many - few) < 0.08


def test_a_newer_number_of_his_speaks_against_the_older_one() -> None:
    old = _own(1, 1200)

    both = {one.phone.key: one.p for one in rank((old, _own(2, 60)), TODAY).numbers}

    assert both[old.phone.key] < _p(old) - 0.2


def test_a_newer_number_of_another_person_does_not() -> None:
    old = _own(1, 1200)
    namesake = replace(_own(2, 60), person="namesake")

    both = {one.phone.key: one.p for one in rank((old, namesake), TODAY).numbers}

    assert both[old.phone.key] == _p(old)


def test_copies_of_a_claim_count_about_once() -> None:
    phone = _phone(1)
    first = Claim(
        phone=phone,
        source="vendor_a",
        record="R1",
        stated_user=StatedUser.DEBTOR,
        date=_ago(400),
        first_seen=_ago(400),
    )
    copies = [
        replace(first, source="vendor_b", record=f"C{number}", upstream="R1", date=_ago(200 - number))
        for number in range(12)
    ]
    restamped = [replace(first, date=_ago(300 - number)) for number in range(12)]

    alone = _p(NumberEvidence(phone=phone, claims=(first,)))
    copied = _p(NumberEvidence(phone=phone, claims=(first, *copies)))
    stamped = _p(NumberEvidence(phone=phone, claims=(first, *restamped)))

    assert alone < copied < alone + 0.15
    assert alone < stamped < alone + 0.15


def test_a_second_source_of_its_own_counts() -> None:
    own = _own(1)
    court = _claim(own.phone, 300, "court")

    assert _p(replace(own, claims=(*own.claims, court))) > _p(own) + 0.02


def test_a_number_shared_with_strangers_of_the_portfolio_is_hardly_his() -> None:
    own = _own(1)
    by_count = [_p(replace(own, shared_with=count)) for count in (0, 1, 3, 30, 10**9)]

    assert by_count == sorted(by_count, reverse=True)
    assert by_count[2] < 0.35


def test_a_number_suspended_today_may_be_his_and_yet_out_of_reach() -> None:
    own = _own(1, 60)
    suspended = replace(own, facts=(_fact(own.phone, FactKind.LINE_STATUS, "suspended"),))

    (one,) = rank((suspended,), TODAY).numbers

    assert one.reachable < 0.6 * one.p


def test_a_masked_number_is_ranked_but_never_sent() -> None:
    masked = Phone(pattern="+86154****0001", line_type=LineType.MOBILE)
    claim = _claim(masked, 5)

    (one,) = rank((NumberEvidence(phone=masked, claims=(claim,)),), TODAY).numbers

    assert one.p > 0.6
    assert one.advice is Advice.REVIEW


def test_unknown_sources_kinds_and_values_are_weak_and_never_crash() -> None:
    phone = _phone(1)
    strange = NumberEvidence(
        phone=phone,
        claims=(_claim(phone, 100, "martian.registry", StatedUser.UNKNOWN), _claim(phone, 90, "")),
        facts=tuple(_fact(phone, kind, value) for kind in FactKind for value in ("", "🤷", "[x,y)", "yes")),
        outcomes=tuple(_call(phone, 10, line, party) for line in Line for party in Party),
    )

    (one,) = rank((strange,), TODAY).numbers

    assert 0 < one.p < 1


def test_an_unknown_source_moves_a_number_less_than_his_own_word() -> None:
    phone = _phone(1)

    known, unknown = (
        _p(NumberEvidence(phone=phone, claims=(_claim(phone, 100, source),)))
        for source in ("case_file", "martian")
    )

    assert known > unknown


def test_a_thousand_outcomes_are_a_handful_of_reasons_that_still_add_up() -> None:
    own = _own(1, 1400)
    lines = (Line.NO_ANSWER, Line.BUSY, Line.VACANT, Line.POWERED_OFF, Line.CONNECTED)
    calls = tuple(
        _call(
            own.phone, 1 + number, lines[number % 5], Party.WRONG_PARTY if number % 5 == 4 else Party.NOBODY
        )
        for number in range(1_000)
    )

    (one,) = rank((replace(own, outcomes=calls),), TODAY).numbers

    assert len(one.reasons) < 15
    counted = [dict(reason.params).get("count") for reason in one.reasons if reason.code == "call.no_answer"]
    assert counted == ["200"]
    total = math.fsum(reason.bits for reason in one.reasons)
    assert total == pytest.approx(math.log2(one.p / (1 - one.p)), abs=1e-9)
    assert abs(total) <= SUREST + 1e-9


def test_nobody_lies_within_what_the_single_numbers_allow() -> None:
    for count in (1, 2, 3, 5):
        ranking = rank([_own(number, 300 * number) for number in range(1, count + 1)], TODAY)
        shares = [one.p for one in ranking.numbers]
        assert 1 - sum(shares) - 1e-12 <= ranking.nobody <= 1 - max(shares) + 1e-12


def test_the_interval_holds_p_and_narrows_for_nothing_it_has_not_seen() -> None:
    for one in rank(_busy_case(), TODAY).numbers:
        assert 0 < one.low < one.p < one.high < 1
        assert 0 <= one.reachable <= one.p


def test_the_advice_follows_the_costs_of_the_model() -> None:
    own = _own(1, 700)
    careless = replace(DEFAULT, costs=replace(DEFAULT.costs, wrong_party=0.0))
    timid = replace(DEFAULT, costs=replace(DEFAULT.costs, wrong_party=100_000.0))

    advice = [rank((own,), TODAY, model).numbers[0].advice for model in (careless, timid)]

    assert advice == [Advice.SEND, Advice.SKIP]


def test_the_line_type_a_carrier_told_is_used_when_the_number_does_not_tell() -> None:
    unknown = replace(_own(1), phone=_phone(1, LineType.UNKNOWN))
    internet = replace(unknown, facts=(_fact(unknown.phone, FactKind.LINE_TYPE, "voip"),))

    assert _p(internet) < _p(unknown)


def test_a_case_at_the_edge_of_the_calendar_and_shares_that_are_no_number_do_no_harm() -> None:
    own = _own(1)
    odd = replace(
        own,
        claims=(replace(own.claims[0], name_match=math.nan), _claim(own.phone, None)),
        outcomes=(replace(_call(own.phone, 3, Line.CONNECTED, Party.SELF), strength=math.nan),),
    )

    for day in (dt.date.min, TODAY, dt.date.max):
        (one,) = rank((odd,), day).numbers
        assert 0 < one.p < 1


def test_a_number_given_twice_is_one_number_with_all_that_is_known_of_it() -> None:
    own = _own(1)
    court = replace(own, claims=(_claim(own.phone, 300, "court"),))
    both = replace(own, claims=(*own.claims, *court.claims))

    assert rank((own, court, own), TODAY) == rank((both,), TODAY)


def test_of_two_equal_numbers_the_order_is_that_of_their_keys() -> None:
    for pair in itertools.permutations((_own(2), _own(1), _own(3))):
        keys = [one.phone.key for one in rank(pair, TODAY).numbers]
        assert keys == sorted(keys)


def test_stated_user_is_the_debtor_if_anybody_says_so_else_what_most_say() -> None:
    phone = _phone(1)
    contact, household = (_claim(phone, 10, "a", user) for user in (StatedUser.CONTACT, StatedUser.HOUSEHOLD))
    more = _claim(phone, 10, "b", StatedUser.HOUSEHOLD)

    def stated(*claims: Claim) -> StatedUser:
        one: Ranked = rank((NumberEvidence(phone=phone, claims=claims),), TODAY).numbers[0]
        return one.stated_user

    assert stated() is StatedUser.UNKNOWN
    assert stated(contact, household, more) is StatedUser.HOUSEHOLD
    assert stated(contact, household, more, _claim(phone, 5)) is StatedUser.DEBTOR
