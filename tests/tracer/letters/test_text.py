"""A text for third parties cannot speak of a debt: not by its places, its words, or what fills a place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.letters import (
    AuthorityText,
    NotForThirdParties,
    Place,
    Style,
    Template,
    ThirdPartyText,
    speaks_of_debt,
)
from tracer.letters.text import ForAuthority

FORM = Template(((Style.HEAD, "致：{addressee}"), (Style.BODY, "请转告{person}。{sender}")))
VALUES: Mapping[Place, str] = {
    Place.ADDRESSEE: "虚构市远帆机械有限公司",
    Place.PERSON: "欧阳清岚",
    Place.SENDER: "林晓岚",
}


@pytest.mark.parametrize(
    "place",
    ["amount", "product", "creditor", "client", "case", "debt", "balance", "phone", "id_number", "order", ""],
)
def test_a_template_for_a_third_party_has_no_place_for_a_debt_a_case_or_an_order(place: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        Template(((Style.BODY, f"about {{{place}}}"),))


@pytest.mark.parametrize("words", ["{person.text}", "{person!r}", "{person:>99}", "{0}"])
def test_a_place_is_a_bare_name_and_cannot_reach_into_a_value(words: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        Template(((Style.BODY, words),))


def test_the_closed_list_of_places_has_nothing_of_a_debt() -> None:
    assert {str(one) for one in Place} == {
        "addressee", "postal", "person", "abode", "sender", "reply_to", "reply_phone", "reference", "today",
        "reply_by",
    }  # fmt: skip
    assert not any(speaks_of_debt(one) for one in [*Place, *ForAuthority])


@pytest.mark.parametrize(
    "words", ["about the debt of {person}", "关于{person}的欠款", "{person}尚有12000.50未付"]
)
def test_a_template_that_speaks_of_a_debt_itself_cannot_be_made(words: str) -> None:
    with pytest.raises(ValueError, match="speak of a debt"):
        Template(((Style.BODY, words),))


@pytest.mark.parametrize(
    "text",
    [
        "欧阳清岚(欠款5000元)", "欧阳清岚 欠 款", "欧阳清岚欠\u200b款", "欧阳清岚【逾期】",
        "欠·款", "歐陽清嵐債務",
        "信用卡中心", "催收部", "催 收", "失信被执行人", "¥12,000", "12000.50", "5万", "300元", "ＤＥＢＴ",
        "Ms Debt", "d e b t", "D-E-B-T", "d.e.b.t.o.r", "Loan No 5", "collection agency", "amount due",
        "repayment plan", "past due", "OVERDUE", "owes us",
    ],
)  # fmt: skip
def test_words_of_a_debt_are_found_however_they_are_dressed(text: str) -> None:
    assert speaks_of_debt(text)


@pytest.mark.parametrize(
    "text",
    [
        "欧阳清岚",
        "虚构市远帆机械有限公司",
        "三元区第3中学",
        "Owens Mill",
        "Billings",
        "Recollet Street 12",
        "58同城",
        "王元",
        "Dee Becker Tan",
    ],
)
def test_plain_names_and_addresses_are_left_alone(text: str) -> None:
    assert not speaks_of_debt(text)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (Place.PERSON, "欧阳清岚(欠款5000元)"),
        (Place.PERSON, "欧阳清岚12000"),
        (Place.PERSON, "Ouyang\nRe: money"),
        (Place.PERSON, "Ouyang Dеbt"),  # a Cyrillic e
        (Place.PERSON, "x" * 61),
        (Place.PERSON, ""),
        (Place.PERSON, "{amount}"),
        (Place.ADDRESSEE, "某公司（催收）"),
        (Place.ADDRESSEE, "Acme 12000"),
        (Place.ADDRESSEE, "Acme\u202eemca"),
        (Place.SENDER, "Northbank Debt Recovery"),
    ],
)
def test_a_name_field_cannot_carry_a_debt_or_another_text(place: Place, value: str) -> None:
    with pytest.raises(NotForThirdParties) as caught:
        ThirdPartyText(FORM, {**VALUES, place: value})

    assert str(place) in caught.value.shown()
    assert not value or value not in caught.value.shown()


def test_words_that_only_come_together_in_the_whole_text_are_found() -> None:
    form = Template(((Style.BODY, "{person}{addressee}"),))
    assert not speaks_of_debt("王逾")
    assert not speaks_of_debt("期公司")

    with pytest.raises(NotForThirdParties):
        ThirdPartyText(form, {Place.PERSON: "王逾", Place.ADDRESSEE: "期公司"})


def test_a_text_shows_nobody_when_it_is_printed() -> None:
    text = ThirdPartyText(FORM, VALUES)

    shown = f"{text!r} {text} {text.letter('zh')!r}"
    assert not any(value in shown for value in VALUES.values())


def test_a_place_that_is_empty_or_too_many_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="sender"):
        ThirdPartyText(FORM, {one: text for one, text in VALUES.items() if one is not Place.SENDER})


def test_an_order_fits_an_authoritys_text_and_no_third_partys() -> None:
    form = Template(((Style.BODY, "{order}: {person}"),), authority=True)
    values: dict[Place | ForAuthority, str] = {
        Place.PERSON: "欧阳清岚",
        ForAuthority.ORDER: "（2026）虚0105民调令17号",
    }

    assert "17号" in AuthorityText(form, values).letter("zh").text
    with pytest.raises(ValueError, match="order"):
        ThirdPartyText(form, values)  # type: ignore[arg-type]


def test_an_authority_is_told_no_amount_either() -> None:
    form = Template(((Style.BODY, "{basis}: {person}"),), authority=True)

    with pytest.raises(NotForThirdParties):
        AuthorityText(form, {Place.PERSON: "欧阳清岚", ForAuthority.BASIS: "依据借款合同12000.50元"})


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_whatever_stands_in_a_name_no_letter_speaks_of_a_debt(name: str) -> None:
    try:
        letter = ThirdPartyText(FORM, {**VALUES, Place.PERSON: name}).letter("zh")
    except NotForThirdParties:
        return

    assert not speaks_of_debt(letter.text)
    assert not any(char.isdigit() for char in name)
