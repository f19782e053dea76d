"""The day a number of a creditor's file counts from: when it was given, not when it was last copied."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from graph.model import Claim, NumberEvidence, Phone, StatedUser
from tracer.desk.trace import anchor

UPDATE = ("案件编号", "手机号", "更新日期")
OPENED, TODAY = dt.date(2024, 5, 1), dt.date(2026, 11, 23)
OWN, NEW = "+8615400000001", "+8616400000009"


def given_on(desk: Any, ref: str = "NB000001") -> dict[str, dt.date | None]:
    """The day each of the debtor's numbers counts from, as the look-ups brought it."""
    return {
        claim.phone.key: claim.date
        for claim in desk.office.store.evidence.found(desk.case(ref)).claims
        if claim.stated_user is StatedUser.DEBTOR
    }


def test_a_number_of_a_placement_counts_from_the_day_the_account_was_opened(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 放款时间="2024-05-01", 委案日期="2026-11-10"))

    desk.trace()

    assert given_on(desk) == {OWN: OPENED}


@pytest.mark.parametrize("opened", ["", "2027-05-01"], ids=["none", "one to come"])
def test_a_number_of_a_placement_without_an_opening_day_is_undated(
    desk: Any, debtor: Any, opened: str
) -> None:
    desk.place(debtor(1, 放款时间=opened, 委案日期="2026-11-10"))

    desk.trace()

    assert given_on(desk) == {OWN: None}


def test_without_an_opening_day_a_file_that_says_it_is_older_is_believed(desk: Any) -> None:
    header = ("案件编号", "客户姓名", "手机号", "委案日期", "数据日期")
    desk.take(desk.table(("NB000001", "欧阳清岚", "15400000001", "2026-11-10", "2025-01-31"), header=header))

    desk.trace()

    assert given_on(desk) == {OWN: dt.date(2025, 1, 31)}


def test_a_new_number_of_an_update_is_as_fresh_as_the_update(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.take(desk.table(("NB000001", "16400000009", "2026-11-20"), header=UPDATE))

    desk.trace()

    assert given_on(desk) == {OWN: OPENED, NEW: dt.date(2026, 11, 20)}
    assert desk.order("NB000001")[0] == NEW


def test_a_new_number_of_an_update_without_a_day_counts_from_when_it_came_in(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.take(desk.table(("NB000001", "16400000009"), header=UPDATE[:2]))

    desk.trace()

    assert given_on(desk)[NEW] == TODAY


def test_an_update_that_repeats_an_old_number_does_not_make_it_young(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.take(desk.table(("NB000001", "15400000001", "2026-11-20"), header=UPDATE))

    desk.trace()

    assert given_on(desk) == {OWN: OPENED}


def test_the_rows_of_the_file_a_case_came_with_are_of_one_age(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(1, 手机号="16400000009"))

    desk.trace()

    assert given_on(desk) == {OWN: OPENED, NEW: OPENED}


def test_an_old_number_is_less_likely_than_a_young_one_however_freshly_placed(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 放款时间="2019-05-01", 委案日期="2026-11-20"), debtor(2, 放款时间="2026-05-01"))
    desk.trace()

    old, young = (desk.contacts(f"NB00000{which}").numbers[0].ranked.p for which in (1, 2))

    assert old < 0.5 < young


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"case_file": OPENED, "employer": dt.date(2020, 1, 1)}, OPENED),
        ({"case_file": dt.date(2026, 11, 20)}, dt.date(2026, 11, 20)),
        ({"case_file": None, "employer": dt.date(2026, 1, 1)}, None),
        ({"employer": dt.date(2026, 1, 1)}, dt.date(2026, 1, 1)),
    ],
    ids=["his own word counts", "a new number from its update", "undated stays undated", "else the source's"],
)
def test_a_carrier_is_asked_since_the_day_the_number_was_given(
    dates: dict[str, dt.date | None], expected: dt.date | None
) -> None:
    phone = Phone(e164=OWN)
    claims = [
        Claim(phone=phone, source=source, record="1", stated_user=StatedUser.DEBTOR, date=day)
        for source, day in dates.items()
    ]

    since = anchor(NumberEvidence(phone=phone, claims=tuple(claims)), TODAY)

    assert since == expected


def test_the_demos_probabilities_are_honest(town: Any, market: Any) -> None:
    world = market.world

    loss = [
        -math.log(one.ranked.p if one.phone.key in world.used[case.key] else 1 - one.ranked.p)
        for case in world.cases
        for one in town.contacts("/".join(case.key)).numbers
    ]

    # 0.19; dated by the day of placement, when numbers long given up stood at 0.97, it was 0.34.
    assert sum(loss) / len(loss) < 0.25
