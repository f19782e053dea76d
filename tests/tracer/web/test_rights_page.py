"""Rights on screen: deadlines, pseudonyms only, what counts at once, the one file that leaves the desk."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture
def officer(placed: Any) -> Any:
    return placed.signed_in("compliance")


def at(placed: Any, number: str = "NB000001") -> str:
    return f"/rights/cases/{placed.bench.case(number).pseudonym}"


def test_no_page_of_rights_names_anybody(placed: Any, officer: Any) -> None:
    officer.post(at(placed), data={"kind": "access", "identity": "id_seen"})
    officer.post(f"{at(placed)}/holds", data={"reason": "lawsuit"})

    pages = [officer.get(path).text for path in ("/rights", at(placed), "/destruction", "/log")]

    assert "case_" in pages[0]
    for page in pages:
        assert not re.search(r"NB000001|欧阳清岚|15400000001", page)


def test_a_request_is_registered_with_its_deadline_and_shown_as_due(placed: Any, officer: Any) -> None:
    officer.post(at(placed), data={"kind": "object", "identity": "call_back", "received": "2026-11-01"})

    wish = placed.bench.office.store.rights.listed()[0]
    page = officer.get("/rights").text
    assert wish.due_on is not None
    assert f"{(wish.due_on - placed.bench.office.today()).days} days left".replace("-", "") in page or (
        "days late" in page
    )
    assert wish.rule in page


def test_an_objection_stops_what_is_done_at_once(placed: Any, officer: Any) -> None:
    from tracer.desk.barring import stopped

    officer.post(at(placed), data={"kind": "object", "identity": "id_seen"})

    assert stopped(placed.bench.office, placed.bench.case("NB000001")) == {"objection"}


def test_refusing_takes_a_reason(placed: Any, officer: Any) -> None:
    officer.post(at(placed), data={"kind": "object", "identity": "id_seen"})
    number = placed.bench.office.store.rights.listed()[0].id

    bare = officer.post(f"/rights/requests/{number}", data={"answer": "refuse"})
    given = officer.post(f"/rights/requests/{number}", data={"answer": "refuse", "reason": "unfounded"})

    assert (bare.status_code, given.status_code) == (400, 303)
    assert placed.bench.entries("rights_decided")[-1].body["reason"] == "unfounded"


def test_the_copy_is_a_file_under_an_entry_and_answers_the_request(placed: Any, officer: Any) -> None:
    officer.post(at(placed), data={"kind": "access", "identity": "id_seen"})

    answer = officer.post(f"{at(placed)}/copy", data={"identity": "id_seen"})

    assert "欧阳清岚" in answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "NB000001" not in answer.headers["content-disposition"]
    assert placed.bench.office.store.rights.listed()[0].state == "done"
    assert len(placed.bench.entries("rights_decided")) == 1


def test_a_wrong_value_is_set_aside(placed: Any, officer: Any) -> None:
    form = {"kind": "phone", "wrong": "15400000001", "identity": "id_seen"}

    answer = officer.post(f"{at(placed)}/correct", data=form)

    assert answer.status_code == 303
    barred = {one.phone.key: one.ranked.barred for one in placed.bench.contacts("NB000001").numbers}
    assert barred.get("+8615400000001") is None or barred["+8615400000001"].code == "disputed"
    assert placed.bench.entries("rights_asked")[-1].body["fields"] == ["phone"]


def test_a_hold_is_set_and_lifted(placed: Any, officer: Any) -> None:
    officer.post(f"{at(placed)}/holds", data={"reason": "lawsuit", "until": "2027-01-31"})
    held = officer.get("/destruction").text
    officer.post(f"{at(placed)}/holds/release", data={"reason": "settled"})

    assert "lawsuit" in held
    assert "lawsuit" not in officer.get("/destruction").text


def test_erasing_takes_the_pseudonym_typed_again(placed: Any, officer: Any) -> None:
    pseudonym = placed.bench.case("NB000001").pseudonym

    slip = officer.post(f"/rights/cases/{pseudonym}/erase", data={"identity": "id_seen", "sure": "yes"})
    meant = officer.post(
        f"/rights/cases/{pseudonym}/erase", data={"identity": "id_seen", "sure": pseudonym[:13]}
    )

    assert (slip.status_code, meant.status_code) == (400, 200)
    gone = placed.bench.office.store.cases.by_pseudonym(pseudonym)
    assert gone.key is None
    text = officer.get(re.search(r'href="(/destruction/\d+)"', meant.text).group(1))
    assert text.headers["content-disposition"].startswith("attachment")


def test_whoever_has_the_number_now_is_believed(placed: Any, officer: Any) -> None:
    page = officer.post("/rights/wrong-person", data={"said": "15400000001"}).text

    assert "Barred in 1 cases" in page
    assert "15400000001" not in page


@pytest.mark.parametrize("role", ["collector", "specialist", "manager", "admin"])
def test_nobody_else_sees_to_rights(placed: Any, role: str) -> None:
    browser = placed.signed_in(role)

    assert browser.get("/rights").status_code == 403
    assert browser.post(f"{at(placed)}/copy", data={"identity": "id_seen"}).status_code == 403
