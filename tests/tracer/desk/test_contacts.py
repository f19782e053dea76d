"""The ranked numbers of a case: masked, repeatable, and true to whose evidence is whose."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tracer.desk import contacts, life
from tracer.errors import Refused, WrongUse


def test_numbers_are_shown_masked_and_named_by_tokens(town: Any) -> None:
    for case in town.cases():
        shown = contacts.contacts(town.office, case)
        for one in shown.numbers:
            assert one.number is None
            assert one.phone.key not in repr(shown)
            assert one.token.startswith("n_")


def test_ranking_again_gives_the_same_answer(town: Any) -> None:
    first = [contacts.contacts(town.office, case) for case in town.cases()]

    again = [contacts.contacts(town.office, case) for case in town.cases()]

    assert again == first


def test_a_case_ranked_alone_or_after_all_the_others_gives_the_same_answer(town: Any) -> None:
    batch = {case.id: contacts.contacts(town.office, case) for case in town.cases()}
    town.again()

    for case in reversed(town.cases()):
        assert contacts.contacts(town.office, case) == batch[case.id]


def test_the_bits_of_every_number_add_up_to_its_probability(town: Any) -> None:
    from graph.model import probability

    for case in town.cases():
        for one in contacts.contacts(town.office, case).numbers:
            total = sum(reason.bits for reason in one.ranked.reasons)
            assert probability(total) == pytest.approx(one.ranked.p, abs=1e-9)


def test_every_answer_names_log_entries_that_exist(town: Any) -> None:
    head = town.office.log.head().size

    for case in town.cases():
        shown = contacts.contacts(town.office, case)
        assert shown.entries
        assert all(1 <= entry <= head for entry in shown.entries)


def test_a_references_fresh_number_never_outranks_the_debtors_own(desk: Any, debtor: Any) -> None:
    desk.place(
        debtor(
            1,
            放款时间="2018-06-01",
            委案日期="2026-11-22",
            配偶姓名="诸葛青松",
            配偶手机="16400000001",
            联系人1姓名="端木行舟",
            联系人1电话="16400000002",
            公司名称="北辰虚构贸易有限公司",
            公司电话="16400000003",
        )
    )
    desk.trace()

    assert desk.order("NB000001")[0] == "+8615400000001"


def test_another_cases_reference_does_not_become_the_debtors_number(desk: Any, debtor: Any) -> None:
    # A fresh row names case 1's own number as somebody's contact; and a friend of case 2 as such.
    desk.place(debtor(1, 放款时间="2016-05-01"), debtor(2, 联系人1姓名="欧阳清岚", 联系人1电话="15400000001"))
    desk.trace()

    assert desk.order("NB000001") == ["+8615400000001"]
    assert desk.order("NB000002")[0] == "+8615400000002"


def test_a_call_in_a_case_of_another_debtor_says_nothing_of_this_one(desk: Any, debtor: Any) -> None:
    # The two cases are linked by one number: his own here, his friend's there.
    desk.place(debtor(1), debtor(2, 联系人1姓名="欧阳清岚", 联系人1电话="15400000001"))
    desk.trace()
    assert life.overlap(desk.office, desk.case("NB000001")).linked  # type: ignore[union-attr]
    before = desk.contacts("NB000001")

    desk.note("NB000002", "15400000001", "NOSE")

    assert desk.contacts("NB000001").numbers == before.numbers


def test_a_call_in_another_case_of_the_same_debtor_counts_here(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 手机号="15400000001/16400000002"), debtor(1, 案件编号="NB000091"))
    desk.trace()
    before = {one.phone.key: one.ranked.p for one in desk.contacts("NB000001").numbers}

    desk.note("NB000091", "16400000002", "PTP")

    after = {one.phone.key: one.ranked.p for one in desk.contacts("NB000001").numbers}
    assert after["+8616400000002"] > before["+8616400000002"]


def test_a_case_nobody_traced_says_so(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    shown = desk.contacts("NB000001")

    assert shown.untraced
    assert shown.numbers == ()


def test_a_reveal_is_in_the_log_before_it_is_on_the_screen(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    shown = desk.contacts("NB000001")

    revealed = contacts.reveal(desk.office, desk.case("NB000001"), shown, "call")

    (entry,) = desk.entries("reveal")
    assert [one.number for one in revealed.numbers] == ["+8615400000001"]
    assert entry.seq in revealed.entries
    assert entry.body["reason"] == "call"
    assert "154" not in str(entry.body["numbers"])
    assert "15400000001" not in repr(revealed)


def test_a_reveal_needs_a_reason(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()

    with pytest.raises(WrongUse, match="for a reason"):
        contacts.reveal(desk.office, desk.case("NB000001"), desk.contacts("NB000001"), "")

    assert desk.entries("reveal") == []


def test_an_agreement_without_contact_shows_masks_and_reveals_nothing(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    desk.configure(lambda text: text.replace('"contact", ', ""))

    shown = desk.contacts("NB000001")
    with pytest.raises(Refused, match="contact"):
        contacts.reveal(desk.office, desk.case("NB000001"), shown, "call")

    assert [one.phone.key for one in shown.numbers] == ["+8615400000001"]
    assert desk.entries("reveal") == []
    (refused,) = desk.entries("refused")
    assert (refused.body["operation"], refused.case) == ("contact", desk.case("NB000001").pseudonym)


def test_numbers_of_a_closed_case_are_not_revealed(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    life.close(desk.office, desk.case("NB000001"), "paid")

    with pytest.raises(Refused, match="closed"):
        contacts.reveal(desk.office, desk.case("NB000001"), desk.contacts("NB000001"), "call")

    assert desk.entries("reveal") == []


def test_with_several_purposes_a_reveal_says_for_which(desk: Any, debtor: Any) -> None:
    two = 'purposes = ["contact_repair", "field_visit"]'
    desk.configure(lambda text: text.replace('purposes = ["contact_repair"]', two))
    desk.place(debtor(1))
    desk.trace()
    case, shown = desk.case("NB000001"), desk.contacts("NB000001")

    with pytest.raises(Refused, match="purpose"):
        contacts.reveal(desk.office, case, shown, "call")
    contacts.reveal(desk.office, case, shown, "call", purpose="field_visit")

    assert [entry.purpose for entry in desk.entries("reveal")] == ["field_visit"]


def test_a_barred_number_is_not_revealed(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 手机号="15400000001/16400000002"))
    desk.trace()
    desk.note("NB000001", "15400000001", "NOSE")

    revealed = contacts.reveal(desk.office, desk.case("NB000001"), desk.contacts("NB000001"), "call")

    assert {one.number for one in revealed.numbers} == {"+8616400000002", None}


def test_time_alone_changes_the_answer_and_asks_nothing(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    entries = desk.office.log.head().size
    before = desk.contacts("NB000001").numbers[0].ranked.p

    desk.clock.move(days=700)

    assert desk.contacts("NB000001").numbers[0].ranked.p < before
    assert desk.contacts("NB000001").as_of == dt.date(2028, 10, 23)
    assert desk.office.log.head().size == entries
