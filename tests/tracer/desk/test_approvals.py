"""Four eyes: once, for exactly that, never by whoever asked, never for what is denied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tracer.desk import approvals, lawful
from tracer.errors import Refused, WrongUse
from tracer.policy.question import Ruling

ASKED = lawful.Asked(said={"identity_script": True})


@pytest.fixture
def wanting(desk: Any, debtor: Any) -> Any:
    """A home in which a call to NB000001 wants a second person: six dials unanswered today (CBA 2026)."""
    desk.configure(
        lambda text: text + "\n[policy]\nfacts = { line_recorded = true, identity_script = true }\n"
    )
    desk.place(debtor(1), debtor(2))
    desk.trace()
    for minute in range(6):
        desk.note(
            "NB000001",
            "15400000001",
            "NA",
            list_name="us_latitude",
            at=desk.clock().replace(hour=2, minute=minute),
        )
    return desk


def verdict(desk: Any) -> Ruling:
    found = lawful.may_contact(desk.office, desk.case("NB000001"), "15400000001", desk.clock(), ASKED)
    return found.opinion.verdict


def asked(desk: Any) -> approvals.Approval:
    return lawful.ask_approval(
        desk.office, desk.case("NB000001"), "15400000001", desk.clock(), ASKED, "promised_call"
    )


def reserve(desk: Any, number: int | None, ref: str = "NB000001", phone: str = "15400000001") -> Any:
    return lawful.may_contact(
        desk.office, desk.case(ref), phone, desk.clock(), ASKED, reserve=True, approval=number
    )


def granted(desk: Any, number: int) -> approvals.Approval:
    return approvals.decide(replace(desk.office, actor="wang.fang"), number, grant=True)


def test_what_wants_approval_is_refused_without_one_and_passes_with_it(wanting: Any) -> None:
    assert verdict(wanting) is Ruling.APPROVE
    with pytest.raises(Refused):
        reserve(wanting, None)
    wish = asked(wanting)
    granted(wanting, wish.id)

    found = reserve(wanting, wish.id)

    assert found.entry is not None
    assert [entry.event for entry in wanting.entries() if entry.event.startswith("approval")] == [
        "approval_asked",
        "approval_granted",
    ]


def test_nobody_approves_what_he_asked_for_himself(wanting: Any) -> None:
    wish = asked(wanting)

    with pytest.raises(Refused, match="himself"):
        approvals.decide(replace(wanting.office, actor="Li.Ming"), wish.id, grant=True)


def test_an_approval_is_good_once(wanting: Any) -> None:
    wish = asked(wanting)
    granted(wanting, wish.id)
    reserve(wanting, wish.id)

    with pytest.raises(Refused):
        reserve(wanting, wish.id)


def test_an_approval_for_one_number_is_none_for_another(wanting: Any) -> None:
    for minute in range(6):
        wanting.note(
            "NB000002",
            "15400000002",
            "NA",
            list_name="us_latitude",
            at=wanting.clock().replace(hour=2, minute=minute),
        )
    wish = asked(wanting)
    granted(wanting, wish.id)

    with pytest.raises(Refused):
        reserve(wanting, wish.id, "NB000002", "15400000002")

    assert approvals.one(wanting.office, wish.id).state == "granted"


def test_an_approval_ends_after_a_day(wanting: Any) -> None:
    wish = asked(wanting)
    granted(wanting, wish.id)

    wanting.clock.move(hours=25)

    assert approvals.granted(wanting.office, wanting.case("NB000001"), approvals.CONTACT) == ()
    with pytest.raises(Refused):
        approvals.use(wanting.office, wish.id, wish.request)


def test_what_is_denied_cannot_be_approved(wanting: Any) -> None:
    wanting.note("NB000001", "15400000001", "WN", list_name="us_latitude")

    with pytest.raises(WrongUse, match="none would do"):
        asked(wanting)


def test_a_denied_wish_stays_denied(wanting: Any) -> None:
    wish = asked(wanting)
    approvals.decide(replace(wanting.office, actor="wang.fang"), wish.id, grant=False, reason="too_often")

    with pytest.raises(WrongUse, match="decided"):
        granted(wanting, wish.id)
    with pytest.raises(Refused):
        reserve(wanting, wish.id)


def test_where_people_sign_in_only_some_roles_may_approve(wanting: Any) -> None:
    from tracer.desk import people

    people.add(wanting.office, "zhao.lei", "collector")
    people.add(wanting.office, "wang.fang", "compliance")
    wish = asked(wanting)

    with pytest.raises(Refused, match="may not"):
        approvals.decide(replace(wanting.office, actor="zhao.lei"), wish.id, grant=True)

    assert granted(wanting, wish.id).state == "granted"


def test_asking_twice_is_one_wish(wanting: Any) -> None:
    assert asked(wanting).id == asked(wanting).id
    assert len(wanting.entries("approval_asked")) == 1
