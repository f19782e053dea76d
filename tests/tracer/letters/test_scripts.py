"""Scripts and messages: what anybody may hear holds no debt by its type; only the debtor's text does."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.errors import WrongUse
from tracer.letters import (
    DebtorTemplate,
    DebtorText,
    ForDebtor,
    NotForThirdParties,
    Place,
    Style,
    Template,
    ThirdPartyText,
    speaks_of_debt,
)
from tracer.letters.scripts import DebtorPart, Hint, Part, hint, to_anybody, to_debtor

LANGUAGES = ("zh", "en")
VALUES: Mapping[Place, str] = {
    Place.PERSON: "欧阳清岚",
    Place.SENDER: "林晓岚",
    Place.REPLY_TO: "虚构市虚构路1号302室",
    Place.REPLY_PHONE: "010-5555 0100",
}


def said(language: str, part: Part, **more: str) -> str:
    template = to_anybody(language, part)
    values = {**VALUES, **{Place(name): text for name, text in more.items()}}
    used = {place: text for place, text in values.items() if place in template.places}
    return ThirdPartyText(template, used).letter(language).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", Part)
def test_what_anybody_may_hear_speaks_of_no_debt_and_has_no_place_for_one(language: str, part: Part) -> None:
    template = to_anybody(language, part)

    assert template.places <= {str(one) for one in Place} - {"abode", "postal"}
    assert not template.places & {str(one) for one in ForDebtor}
    assert not speaks_of_debt(said(language, part))


@pytest.mark.parametrize("part", Part)
def test_both_languages_say_it_with_the_same_places(part: Part) -> None:
    assert to_anybody("zh", part).places == to_anybody("en", part).places


@pytest.mark.parametrize("part", DebtorPart)
@pytest.mark.parametrize("amount", [True, False])
def test_both_languages_tell_the_debtor_the_same(part: DebtorPart, amount: bool) -> None:
    zh, en = (to_debtor(language, part, amount=amount).places for language in LANGUAGES)

    assert zh == en
    assert ("amount" in zh) is amount


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hint_is_there(language: str) -> None:
    assert all(hint(language, one) for one in Hint)


@pytest.mark.parametrize(
    "name",
    [
        "欧阳清岚欠款", "欧阳逾期", "催收林", "欧阳 欠 5万", "Ouyang owes us", "Ouyang (overdue)",
        "Owe Ouyang",
        "欧阳·催·收", "歐陽欠債", "Ouyang O-W-E-S  d.e.b.t", "贷款部", "欧阳（还款提醒）",
    ],
)  # fmt: skip
@pytest.mark.parametrize("part", [Part.TO_DEBTOR, Part.SMS_OTHER, Part.CALL_BACK, Part.LETTER_OTHER])
def test_no_name_field_smuggles_a_debt_into_a_message_or_script(name: str, part: Part) -> None:
    with pytest.raises(NotForThirdParties) as caught:
        said("zh", part, person=name)

    assert name not in caught.value.shown()


@pytest.mark.parametrize("place", [Place.SENDER, Place.REPLY_TO])
def test_the_senders_own_name_and_address_carry_no_debt_either(place: Place) -> None:
    with pytest.raises(NotForThirdParties):
        said(
            "en", Part.LETTER_OTHER if place is Place.REPLY_TO else Part.SMS_OTHER, **{place: "虚构催收公司"}
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", DebtorPart)
def test_a_text_for_the_debtor_cannot_be_made_one_for_others(language: str, part: DebtorPart) -> None:
    template = to_debtor(language, part, amount=False)

    with pytest.raises(TypeError, match="third parties"):
        ThirdPartyText(template, VALUES)  # type: ignore[arg-type]


def test_not_even_words_alone_pass_from_the_debtors_text_to_others() -> None:
    with pytest.raises(TypeError, match="third parties"):
        ThirdPartyText(DebtorTemplate(("您有欠款",)), {})  # type: ignore[arg-type]


def test_a_template_for_an_authority_is_none_for_third_parties() -> None:
    form = Template(((Style.BODY, "{person}"),), authority=True)

    with pytest.raises(ValueError, match="authority"):
        ThirdPartyText(form, {Place.PERSON: "欧阳清岚"})


def test_the_debtor_is_told_the_creditor_and_the_amount() -> None:
    template = to_debtor("zh", DebtorPart.CALL, amount=True)

    text = DebtorText(template, {ForDebtor.CREDITOR: "北岸银行", ForDebtor.AMOUNT: "CNY 12,000.50"})

    assert "北岸银行" in text.text
    assert "CNY 12,000.50" in text.text
    assert "北岸" not in repr(text)


@pytest.mark.parametrize("amount", ["12000.50", "CNY 12000.50", "about CNY 5", "", "CNY 5.00\nmore"])
def test_an_amount_is_written_in_one_way_only(amount: str) -> None:
    template = to_debtor("en", DebtorPart.CALL, amount=True)

    with pytest.raises(WrongUse) as caught:
        DebtorText(template, {ForDebtor.CREDITOR: "North Bank", ForDebtor.AMOUNT: amount})

    assert not amount or amount not in caught.value.shown()


@pytest.mark.parametrize("words", ["{client}", "{person.text}", "{amount:>20}", "{0}"])
def test_the_debtors_text_has_a_closed_list_of_places_too(words: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        DebtorTemplate((words,))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.sampled_from([*Part]), st.sampled_from(LANGUAGES))
def test_whatever_stands_as_a_name_nobody_hears_of_a_debt(name: str, part: Part, language: str) -> None:
    try:
        text = said(language, part, person=name)
    except NotForThirdParties:
        return

    assert not speaks_of_debt(text)
