"""Carrier answers as observations."""

from __future__ import annotations

import datetime as dt

import pytest

from graph.hidden import State, Vector
from graph.inuse_events import Tie
from graph.inuse_facts import DAY_ITSELF, fact_events
from graph.inuse_weights import DEFAULT
from graph.model import FactKind, LineFact, Phone

TODAY = dt.date(2026, 11, 23)
PHONE = Phone(e164="+8615400000001")
KNOWN = Tie(first=dt.date(2022, 1, 1), last=dt.date(2024, 1, 1))
BEFORE, BETWEEN, AFTER = dt.date(2020, 1, 1), dt.date(2023, 1, 1), dt.date(2025, 6, 1)


def _fact(kind: FactKind, value: str, **more: object) -> LineFact:
    given = {"phone": PHONE, "source": "carrier", "as_of": TODAY, **more}
    return LineFact(kind=kind, value=value, **given)  # type: ignore[arg-type]


def _seen(*facts: LineFact, known: Tie = KNOWN) -> list[Vector]:
    return [event.likelihood for event in fact_events(facts, known, TODAY, DEFAULT)]


def _for_him(likelihood: Vector) -> float:
    return likelihood[State.IN_USE] / likelihood[State.STRANGER]


def test_a_change_of_holder_after_the_last_tie_speaks_for_a_stranger() -> None:
    (after,) = _seen(
        _fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=AFTER, attribute=DAY_ITSELF),
    )

    assert _for_him(after) < 0.1


def test_a_change_of_holder_before_anything_ties_it_to_him_speaks_for_him() -> None:
    (before,) = _seen(
        _fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=BEFORE, attribute=DAY_ITSELF),
    )

    assert _for_him(before) > 1


def test_a_yes_since_a_day_is_an_interval_that_lies_partly_behind_the_last_tie() -> None:
    (exact,) = _seen(_fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=BETWEEN, attribute=DAY_ITSELF))
    (since,) = _seen(_fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=BETWEEN))

    assert _for_him(since) < _for_him(exact)


def test_no_change_of_holder_speaks_for_him_and_less_if_asked_only_about_yesterday() -> None:
    (whole,) = _seen(_fact(FactKind.HOLDER_CHANGED_SINCE, "no", anchor=BETWEEN))
    (late,) = _seen(_fact(FactKind.HOLDER_CHANGED_SINCE, "no", anchor=TODAY))

    assert _for_him(whole) > _for_him(late) > 1


def test_a_contract_begun_after_the_last_tie_is_weaker_than_a_change_of_holder_for_it_may_be_ported() -> None:
    (tenure,) = _seen(_fact(FactKind.TENURE, "[0,3)"))
    (holder,) = _seen(_fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=AFTER, attribute=DAY_ITSELF))

    assert _for_him(holder) < _for_him(tenure) < 1


@pytest.mark.parametrize(
    ("bucket", "speaks_for_him"), [("[0,3)", False), ("[60,72)", True), ("[120,)", True), ("[24,)", True)]
)
def test_a_bucket_of_months_is_laid_beside_the_ties(bucket: str, speaks_for_him: bool) -> None:
    (seen,) = _seen(_fact(FactKind.TENURE, bucket))

    assert (_for_him(seen) > 1) is speaks_for_him


@pytest.mark.parametrize(
    "bucket", ["", "unknown", "[", "]", "[)", "[a,b)", "[9,3)", "[-1,3)", "[1,2,3)", "[nan,3)"]
)
def test_a_bucket_that_cannot_be_read_says_nothing(bucket: str) -> None:
    assert _seen(_fact(FactKind.TENURE, bucket)) == []


def test_tenure_before_and_since_a_day_is_read_both_ways() -> None:
    (yes,) = _seen(_fact(FactKind.TENURE_SINCE, "yes", anchor=KNOWN.first))
    (no,) = _seen(_fact(FactKind.TENURE_SINCE, "no", anchor=KNOWN.last))

    assert _for_him(yes) > 1 > _for_him(no)


def test_without_a_tie_to_the_debtor_a_change_of_holder_says_nothing() -> None:
    assert _seen(_fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=AFTER), known=Tie()) == []


def test_the_registered_id_weighs_more_than_the_registered_name_and_other_attributes_nothing() -> None:
    (by_id,) = _seen(_fact(FactKind.ATTRIBUTE_MATCH, "exact", attribute="name+id"))
    (by_name,) = _seen(_fact(FactKind.ATTRIBUTE_MATCH, "exact", attribute="name"))

    assert _for_him(by_id) > _for_him(by_name) > 1
    assert _seen(_fact(FactKind.ATTRIBUTE_MATCH, "exact", attribute="postcode")) == []


def test_a_change_of_holder_is_worth_less_when_the_register_names_him_now() -> None:
    changed = _fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=KNOWN.last)
    his = _fact(FactKind.ATTRIBUTE_MATCH, "exact", attribute="id")
    not_his = _fact(FactKind.ATTRIBUTE_MATCH, "none", attribute="id")

    against = {
        match.value: _for_him(
            next(
                event.likelihood
                for event in fact_events((changed, match), KNOWN, TODAY, DEFAULT)
                if event.code == "fact.holder_changed_since"
            )
        )
        for match in (his, not_his)
    }

    assert against["none"] < against["exact"] ** 1.5 < 1


def test_a_match_before_the_change_of_holder_takes_nothing_from_it() -> None:
    changed = _fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=AFTER, attribute=DAY_ITSELF)
    before = _fact(FactKind.ATTRIBUTE_MATCH, "exact", attribute="id", as_of=AFTER - dt.timedelta(days=90))

    (alone,) = _seen(changed)
    together = _seen(before, changed)

    assert together[1] == alone


def test_the_same_answer_from_a_cache_adds_little() -> None:
    first = _fact(FactKind.LINE_STATUS, "not_assigned", as_of=TODAY - dt.timedelta(days=10))
    again = _fact(FactKind.LINE_STATUS, "not_assigned")

    one, two = _seen(first, again)

    assert _for_him(one) < _for_him(two) < 1
    assert two[State.RELEASED] / two[State.IN_USE] < (one[State.RELEASED] / one[State.IN_USE]) ** 0.3


def test_a_second_kind_of_answer_on_the_same_day_is_worth_less() -> None:
    status = _fact(FactKind.LINE_STATUS, "active")
    match = _fact(FactKind.ATTRIBUTE_MATCH, "exact", attribute="id")

    (alone,) = _seen(match)
    together = _seen(status, match)

    assert 1 < _for_him(together[1]) < _for_him(alone)


def test_dates_at_the_edge_of_the_calendar_do_no_harm() -> None:
    facts = [
        _fact(FactKind.TENURE_SINCE, "yes", anchor=dt.date.min),
        _fact(FactKind.TENURE, "[0,1999)"),
        _fact(FactKind.HOLDER_CHANGED_SINCE, "yes", anchor=dt.date.max),
        _fact(FactKind.LINE_STATUS, "active", as_of=None),
        _fact(FactKind.LINE_STATUS, "active", as_of=dt.date.min),
    ]

    assert len(_seen(*facts)) == 5
