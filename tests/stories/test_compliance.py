"""The compliance officer: what was asked, what was refused, and that nothing is left of a returned case."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tracer.desk import Desk
from tracer.errors import LogUnavailable, Refused, WrongUse


def test_an_officer_follows_every_lookup_and_sees_what_was_refused(town: Any, debtor: Any) -> None:
    work = Desk(town.office)

    # He takes one case and reads its whole story: what was asked of whom, for what, with which ending.
    case = next(case for case in work.open_cases() if town.office.store.notes.of(case))
    story = list(town.office.log.entries(case=case.pseudonym))
    questions = [entry for entry in story if entry.event == "asked"]
    endings = {entry.about: entry.event for entry in story if entry.about}
    assert questions
    assert all(entry.purpose == "contact_repair" for entry in questions)
    assert all(endings[entry.seq] in {"answered", "no_record", "not_served"} for entry in questions)
    assert {entry.source for entry in questions} >= {"case_file", "references", "employer"}

    # Every number on the screen leads back to an entry.
    shown = work.contacts(f"{case.client}/{case.number}")
    assert set(shown.entries) & {entry.seq for entry in questions}

    # The agreement with the carrier ends. Its look-ups are refused, each refusal is logged with its rule.
    head, mark, tail = (
        (town.home / "config.toml").read_text(encoding="utf-8").partition('use = "camara.number-recycling"')
    )
    town.configure(lambda _: head + mark + tail.replace("until = 2027-09-19", "until = 2026-11-22"))
    work = Desk(town.office)
    assert len(town.entries("config_changed")) == 1
    last = town.office.log.head().size
    report = work.trace(work.open_cases(), "contact_repair", again=True)
    assert report.outcomes["refused"] >= 4
    assert report.refusals
    assert all(entry.body["fired"] for entry in town.entries("refused"))
    assert not any(entry.source.startswith("camara") for entry in town.entries("asked") if entry.seq > last)

    # The client's agreement ends too: its files stay out.
    town.configure(lambda text: text.replace("until = 2027-09-19", "until = 2026-11-22", 1))
    with pytest.raises(Refused):
        town.place(debtor(1))

    # All of it is one log that verifies from its bytes.
    assert Desk(town.office).log_verify().ok


def test_an_officer_sees_that_a_returned_case_is_gone_and_the_log_is_whole(town: Any) -> None:
    work = Desk(town.office)
    case = next(case for case in work.open_cases() if town.office.store.notes.of(case))
    with sqlite3.connect(town.database) as connection:
        query = "SELECT wrapped_key FROM debt_case WHERE id = ?"
        key = bytes(connection.execute(query, (case.id,)).fetchone()[0])
    connection.close()
    size = town.office.log.head().size

    # The client takes the case back.
    assert work.rights.destroy([case], "agreement_ended").cases == 1

    # Its number, its people and its calls cannot be read any more by anybody.
    with pytest.raises(WrongUse, match="returned"):
        work.contacts(f"{case.client}/{case.number}")
    gone = town.office.store.cases.get(case.id)
    assert (gone.state, gone.number, gone.key) == ("returned", "", None)
    stored = b"".join(path.read_bytes() for path in town.home.glob("tracer.db*") if path.is_file())
    assert key not in stored

    # The log has grown by the return, points to nobody, and still verifies.
    assert town.office.log.head().size > size
    assert work.log_verify().ok
    assert case.number not in str(town.entries())


def test_an_officer_finds_no_way_to_look_anything_up_without_the_log(town: Any, market: Any) -> None:
    before = sum(market.carrier.requests.values())
    cases = Desk(town.office).open_cases()
    town.office.log.close()

    with pytest.raises(LogUnavailable):
        Desk(town.office).trace(cases, "contact_repair", again=True)

    assert sum(market.carrier.requests.values()) == before
