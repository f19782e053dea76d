"""Each role's main journey in Chromium, from signing in to its entry in the log."""

from __future__ import annotations

import re
from typing import Any

import pytest


def own_case(room: Any, which: int = 0) -> Any:
    """Give a case of collector.one."""
    return list(room.office.store.cases.listed(assigned_to="collector.one"))[which]


def test_a_specialist_works_a_case_with_the_keyboard_alone(room: Any) -> None:
    page = room.sit("specialist")
    before = len(room.entries("outcome"))

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/case_*")
    page.keyboard.press("e")
    why = page.locator("section[aria-labelledby=why]")
    why.wait_for()
    reasons = why.locator("li").count()
    page.keyboard.press("g")
    page.keyboard.press("g")
    page.locator("section[aria-labelledby=drawing] svg circle").first.wait_for()
    with page.expect_navigation():
        page.keyboard.press("n")
    noted = room.entries("outcome")
    with page.expect_navigation():
        page.keyboard.press("z")

    assert reasons > 0
    assert [one.body["actor"] for one in noted[before:]] == ["specialist.one"]
    assert [one.about for one in room.entries("outcome_undone")] == [noted[-1].seq]


def test_a_verdict_on_two_masked_records_is_one_key_and_can_be_taken_back(room: Any) -> None:
    from tracer.desk import side_by_side

    cases = room.office.store.cases.listed(client="northbank")
    case = next(one for one in cases if side_by_side.review(room.office, one).item is not None)
    page = room.sit("specialist")
    page.goto(f"{room.base}/cases/{case.pseudonym}/pairs")
    shown = page.locator("main").inner_text()

    with page.expect_navigation():
        page.keyboard.press("d")
    with page.expect_navigation():
        page.keyboard.press("z")

    assert re.search(r"(?<!\d)1[56]4\d{8}", shown) is None
    assert [one.body["judgement"] for one in room.entries("verdict")] == ["different", "unsure"]
    assert page.locator("section[aria-labelledby=given]").count() == 0


def test_the_keys_of_a_page_are_listed_by_a_question_mark(room: Any) -> None:
    page = room.sit("specialist")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/case_*")

    page.keyboard.press("?")

    told = page.locator("dialog[open] kbd").all_inner_texts()
    used = page.locator("[data-key], [data-row]").evaluate_all(
        "all => all.flatMap(one => (one.dataset.key || one.dataset.row).split(' '))"
    )
    assert set(used) <= set(told)


def test_a_collector_reveals_one_number_calls_and_asks_and_is_told_the_answer(room: Any) -> None:
    case = own_case(room)
    page = room.sit("collector")
    page.goto(f"{room.base}/cases/{case.pseudonym}")
    row = page.locator("tbody tr:has(button:text('Show'))").first
    masked = row.locator("td").first.inner_text()

    row.locator("select[name=reason]").select_option("call")
    row.get_by_role("button", name="Show").click()
    whole = row.locator(".whole").inner_text()
    row.get_by_role("button", name="I call now").click()
    page.locator("#said .note").wait_for()
    row.click(position={"x": 4, "y": 4})
    with page.expect_navigation():
        page.keyboard.press("p")
    page.locator("section[aria-labelledby=wishes] select[name=reason]").select_option(index=0)
    page.get_by_role("button", name="Ask for refreshed contacts").click()
    page.locator("section[aria-labelledby=wishes]").get_by_text("waiting").wait_for()
    other = room.sit("specialist")
    other.goto(f"{room.base}/cases/{case.pseudonym}")
    other.locator("select[name=result]").select_option("CONFIRMED")
    other.get_by_role("button", name="Answer", exact=True).click()
    other.locator("select[name=result]").wait_for(state="detached")
    page.goto(f"{room.base}/")

    assert "*" in masked
    assert "*" not in whole
    assert [one.body["reason"] for one in room.entries("reveal")] == ["call"]
    assert whole not in str([one.body for one in room.entries("reveal")])
    assert len(room.entries("contact")) == 1
    answered = page.locator("section[aria-labelledby=asked] strong").all_inner_texts()
    assert answered == ["contact confirmed"]


def test_compliance_finds_the_entry_and_another_pair_of_eyes_grants(room: Any) -> None:
    from tracer.desk import approvals

    case = own_case(room, 1)
    wish = approvals.ask(room.office, "lookup", case, ["CN-PIPL-13"], "urgent", {"source": "case_file"})
    page = room.sit("compliance")

    page.goto(f"{room.base}/log/{wish.entry}")
    seen = page.locator("dl.body").first.inner_text()
    page.goto(f"{room.base}/approvals")
    page.locator(f"form[action='/approvals/{wish.id}'] button[value=grant]").click()
    page.locator(f"form[action='/approvals/{wish.id}']").wait_for(state="detached")

    assert case.pseudonym in seen
    assert case.number not in seen
    assert [one.body["actor"] for one in room.entries("approval_granted")] == ["compliance.one"]


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_who_manages_the_house_sees_nobody_s_data(room: Any, role: str) -> None:
    page = room.sit(role)
    shown = page.locator("main").inner_text()

    answer = page.request.get(f"{room.base}/cases/{own_case(room).pseudonym}", max_redirects=0)

    assert answer.status == 403
    assert not any(one.number in shown for one in room.office.store.cases.listed())


def test_a_new_person_chooses_a_password_by_a_link_that_works_once(room: Any) -> None:
    import pyotp

    from tracer.desk import people

    people.add(room.office, "new.hand", "collector")
    link = f"{room.base}/link/{people.link(room.office, 'new.hand').secret}"
    page = room.page()

    page.goto(link)
    secret = page.locator("figcaption").inner_text().rsplit(" ", 1)[-1]
    page.fill("input[name=password]", "quite another five words")
    page.fill("input[name=again]", "quite another five words")
    page.fill("input[name=code]", pyotp.TOTP(secret).at(room.clock()))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{room.base}/")
    again = page.request.get(link)

    assert page.locator(".who").inner_text().startswith("new.hand")
    assert again.status == 404
