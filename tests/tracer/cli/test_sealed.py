"""Sealed contacts on the command line: what is shown, and that no number is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sources.virtual import Pool, SealedCount, VirtualNumber
from tracer.store.sealed import SealedContacts


@pytest.fixture
def sealed(desk: Any, debtor: Any) -> Any:
    """A home in which one debtor was counted and bound, and the other never asked about."""
    desk.place(debtor(1), debtor(2))
    case, store = desk.case("NB000001"), SealedContacts(desk.office.store.database)
    entry = desk.office.write("log_read").seq
    now = desk.clock()
    store.counted(case, "sealed.repair", SealedCount(count=2, reference="P1"), now, "li.ming", entry)
    number = VirtualNumber(number="+867001234567", pool=Pool(("+86700",)), until=now + dt.timedelta(hours=24))
    store.bound(case, "sealed.repair", number, now, "li.ming", entry, which=2, caller="+861055550100")
    desk.office.close()
    return desk


def test_contacts_says_that_he_is_callable_and_until_when_and_shows_no_number(
    sealed: Any, at_desk: Any
) -> None:
    ran = at_desk("contacts", "NB000001")

    assert "2 numbers of his" in ran.out
    assert "Callable through a virtual number" in ran.out
    assert "2026-11-24 17:00" in ran.out
    assert "7001234567" not in ran.out
    document = at_desk("contacts", "NB000001", "--json").document
    assert [one["which"] for one in document["sealed"]["callable"]] == [2]
    assert "7001234567" not in str(document)


def test_contacts_of_another_case_says_nothing_of_it(sealed: Any, at_desk: Any) -> None:
    assert "virtual" not in at_desk("contacts", "NB000002").out


@pytest.mark.parametrize(
    "words",
    [
        ("count", "NB000001"),
        ("bind", "NB000001", "--caller", "010-55550100", "--reason", "call"),
    ],
)
def test_without_a_configured_vendor_nobody_is_asked(
    sealed: Any, at_desk: Any, words: tuple[str, ...]
) -> None:
    ran = at_desk("sealed", *words)

    assert ran.code == 2
    assert "sealed.repair" in ran.err
