"""What a probability hangs on."""

from __future__ import annotations

import datetime as dt

from graph.inuse import rank
from graph.inuse_why import changes, left_out
from graph.model import Claim, Identity, Line, NumberEvidence, Outcome, Party, Phone, StatedUser

TODAY = dt.date(2026, 11, 23)


def _number(which: int, claims: int = 1, calls: int = 0) -> NumberEvidence:
    phone = Phone(e164=f"+86154{which:08d}")
    day = TODAY - dt.timedelta(days=300)
    return NumberEvidence(
        phone=phone,
        claims=tuple(
            Claim(
                phone=phone,
                source=f"vendor_{'ab'[at % 2]}",
                record=f"r{at}",
                stated_user=StatedUser.DEBTOR,
                date=day + dt.timedelta(days=at),
            )
            for at in range(claims)
        ),
        outcomes=tuple(
            Outcome(
                phone=phone,
                at=dt.datetime.combine(TODAY - dt.timedelta(days=at + 1), dt.time(9), dt.UTC),
                line=Line.VACANT,
                party=Party.NOBODY,
                identity=Identity.NOT_CHECKED,
            )
            for at in range(calls)
        ),
    )


CASE = (_number(1, claims=2, calls=2), _number(2))


def test_every_item_is_left_out_once_and_nothing_else_is() -> None:
    found = left_out(CASE, TODAY, 0)

    assert {(one.code, one.source) for one in found} == {
        ("claim.vendor_a", "vendor_a"),
        ("claim.vendor_b", "vendor_b"),
        ("call.vacant", ""),
    }


def test_what_is_missed_is_the_difference_to_the_ranking_without_it() -> None:
    (calls,) = [one for one in left_out(CASE, TODAY, 0) if one.code == "call.vacant"]

    silent = NumberEvidence(phone=CASE[0].phone, claims=CASE[0].claims)
    p = {one.phone.key: one.p for one in rank((silent, CASE[1]), TODAY).numbers}[silent.phone.key]
    now = {one.phone.key: one.p for one in rank(CASE, TODAY).numbers}[silent.phone.key]
    assert calls.missed < 0
    assert (calls.missed < -0.5) == (p > now)
    assert not calls.redundant


def test_what_would_change_the_number_most_comes_first() -> None:
    found = changes(CASE, TODAY, 0)

    sizes = [abs(one.gain) for one in found]
    assert sizes == sorted(sizes, reverse=True)
    by_value = {(one.code, one.outcome): one for one in found}
    assert by_value["call.self", "self"].gain > 0
    assert by_value["call.self", "self"].p > 3 * by_value["call.wrong_party", "wrong_party"].p
    assert by_value["fact.attribute_match", "exact"].gain > by_value["fact.attribute_match", "none"].gain


def test_the_order_of_the_other_numbers_does_not_matter() -> None:
    assert changes(CASE, TODAY, 0) == changes(CASE[::-1], TODAY, 1)
