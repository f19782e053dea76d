"""Every letter there is can be made, in both languages, and says what the law wants said and no more."""

from __future__ import annotations

import itertools

import pytest

from sources.enquiry import ASKS, Addressee, Asks, Kind
from tracer.letters import speaks_of_debt
from tracer.letters.wording import LANGUAGES, template

ALL = [
    pytest.param(language, kind, to, asks, id=f"{language}-{kind}-{to}-{asks}")
    for language, kind, to in itertools.product(LANGUAGES, Kind, Addressee)
    for asks in ASKS[to]
]


@pytest.mark.parametrize(("language", "kind", "to", "asks"), ALL)
def test_every_letter_can_be_made(language: str, kind: Kind, to: Addressee, asks: Asks) -> None:
    form = template(language, kind, to, asks, abode=to.third_party, number=True, postal=True)

    words = "\n".join(text for _style, text in form.lines)
    assert {"addressee", "person", "sender", "reference", "reply_by"} <= form.places
    assert form.authority is not to.third_party
    assert not (to.third_party and speaks_of_debt(words))
    assert ("id_number" in form.places) is not to.third_party


@pytest.mark.parametrize(
    ("language", "kind", "to", "asks"), [one for one in ALL if one.values[2].third_party]
)  # type: ignore[union-attr]
def test_a_third_party_reads_that_nothing_follows_from_not_answering(
    language: str, kind: Kind, to: Addressee, asks: Asks
) -> None:
    form = template(language, kind, to, asks, abode=False, number=False, postal=False)

    words = "\n".join(text for _style, text in form.lines)
    assert {"zh": "您可以不作答复", "en": "You are free not to answer"}[language] in words
    assert ("if_asked" in words) is False
    assert (kind is Kind.LETTER) is not ({"zh": "登记为“拒绝”", "en": "it was refused"}[language] in words)
