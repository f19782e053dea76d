"""A lawyer's name under a rule, in this home: judged by at once, in the log, and never in the package."""

from __future__ import annotations

from typing import Any

import pytest

from tracer.desk.lawful import Asked, may_contact
from tracer.desk.signoffs import FILE_NAME, lapsed_in, sign, signatures_of, unsign
from tracer.errors import WrongUse
from tracer.policy import Ruling
from tracer.policy.pack import rule, shipped

MEMORY = "EU-GDPR-9"


def severity(home: Any) -> Ruling:
    ((_pack, clause),) = rule(MEMORY, home.office.packs)
    return clause.severity


def test_a_signed_rule_denies_until_the_sign_off_is_taken_back(desk: Any) -> None:
    before = severity(desk)

    sign(desk.office, MEMORY, "Chen Wei")
    then = severity(desk)
    desk.again()
    unsign(desk.office, MEMORY)

    assert (before, then, severity(desk)) == (Ruling.APPROVE, Ruling.DENY, Ruling.APPROVE)


def test_the_log_says_that_a_rule_was_signed_and_by_which_packs_calls_are_judged(
    desk: Any, debtor: Any
) -> None:
    desk.configure(lambda text: text + "\n[policy.facts]\nline_recorded = true\n")
    desk.place(debtor(1, 手机号="15400000001"))
    desk.trace()
    sign(desk.office, "CN-CARD-68-3P", "Chen Wei")

    found = may_contact(
        desk.office, desk.case("NB000001"), "15400000001", desk.clock(), Asked(), reserve=True
    )

    (signed,) = desk.entries("policy_signed")
    judged = desk.office.log.entry(found.entry).body["packs"]
    assert signed.body["rules"] == ["CN-CARD-68-3P"]
    assert judged["cn-card"] == signed.body["packs"]["cn-card"]
    assert judged["cn-card"] != next(one.sha256 for one in shipped() if one.id == "cn-card")


@pytest.mark.parametrize("name", ["CN-GB45251-3DAYS", "CN-PIPL-06-MIN", "TRADE-07", ""])
def test_only_a_rule_that_waits_is_signed(desk: Any, name: str) -> None:
    with pytest.raises(WrongUse):
        sign(desk.office, name, "Chen Wei")

    assert signatures_of(desk.home) == ()


@pytest.mark.parametrize("reviewer", ["", "  ", "x" * 81, "A\nB"])
def test_a_sign_off_has_a_name(desk: Any, reviewer: str) -> None:
    with pytest.raises(WrongUse):
        sign(desk.office, MEMORY, reviewer)


def test_a_sign_off_of_another_wording_is_shown_as_lapsed(desk: Any) -> None:
    sign(desk.office, MEMORY, "Chen Wei")
    path = desk.home / FILE_NAME
    path.write_text(path.read_text().replace(signatures_of(desk.home)[0].pin, "0" * 64))

    assert lapsed_in(desk.home) == {MEMORY}
    assert severity(desk) is Ruling.APPROVE


def test_sign_offs_that_cannot_be_read_stop_the_judging(desk: Any) -> None:
    (desk.home / FILE_NAME).write_text("[[signed]]\nrule = 1\n")

    with pytest.raises(WrongUse):
        _ = desk.office.packs
