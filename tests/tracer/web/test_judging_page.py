"""The merge review and the scripts on screen: for whom, and what is said."""

from __future__ import annotations

from typing import Any

OURS = """
[enquiry]
sender = "林晓岚"
reply_to = "虚构市虚构路1号302室"
phone = "010-5555 0100"
"""


def test_who_may_not_judge_is_turned_away(placed: Any) -> None:
    address = f"/cases/{placed.bench.case('NB000001').pseudonym}/pairs"

    answer = placed.signed_in("collector").get(address)

    assert answer.status_code == 403


def test_a_script_is_shown_for_one_number_and_says_nothing_of_a_debt_to_others(placed: Any) -> None:
    placed.bench.configure(lambda text: text + OURS)
    placed.app.state.office = placed.bench.office
    browser = placed.signed_in("collector")
    case = placed.bench.case("NB000001")
    token = placed.bench.contacts("NB000001").numbers[0].token

    page = browser.get(f"/cases/{case.pseudonym}/numbers/{token}/script", headers={"HX-Request": "true"})
    english = browser.get(f"/cases/{case.pseudonym}/numbers/{token}/script?speak=en")

    assert page.status_code == english.status_code == 200
    assert 'lang="zh-CN"' in page.text
    assert 'lang="en"' in english.text
    other = english.text.partition("anybody else")[2]
    assert "12,000" not in other
