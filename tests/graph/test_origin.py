"""Copies go back to whoever had the number first."""

from __future__ import annotations

import datetime as dt
import itertools

from graph.model import Claim, Phone, StatedUser
from graph.origin import first_hand

PHONE = Phone(e164="+8615400000001")


def claim(source: str, record: str, year: int | None, upstream: str = "") -> Claim:
    return Claim(
        phone=PHONE,
        source=source,
        record=record,
        stated_user=StatedUser.DEBTOR,
        date=dt.date(year, 1, 1) if year else None,
        upstream=upstream,
    )


def credited(*claims: Claim) -> list[tuple[str, int]]:
    return [(one.source, copies) for one, copies in first_hand(claims)]


def test_whoever_had_it_first_is_credited_and_copies_are_counted() -> None:
    bureau = claim("bureau", "b1", 2020)
    vendor = claim("vendor", "v1", 2024, upstream="b1")
    other = claim("other", "o1", 2025, upstream="vendor:v1")

    assert credited(bureau, vendor, other) == [("bureau", 2)]


def test_sources_that_know_it_themselves_are_each_credited() -> None:
    assert credited(claim("bureau", "1", 2020), claim("form", "1", 2019)) == [("bureau", 0), ("form", 0)]


def test_two_copies_of_a_record_nobody_shows_are_one() -> None:
    found = credited(claim("a", "a1", 2021, upstream="x"), claim("b", "b1", 2022, upstream="x"))

    assert found == [("a", 1)]


def test_a_source_that_says_it_again_counts_once() -> None:
    assert credited(claim("form", "1", 2019), claim("form", "2", 2023)) == [("form", 0)]


def test_an_undated_claim_was_had_last() -> None:
    assert credited(claim("a", "a1", None), claim("b", "b1", 2025, upstream="a1")) == [("b", 1)]


def test_the_order_of_claims_does_not_matter_and_rings_end() -> None:
    ring = (
        claim("a", "1", 2020, upstream="3"),
        claim("b", "2", 2021, upstream="1"),
        claim("c", "3", 2022, "2"),
    )

    assert {tuple(credited(*one)) for one in itertools.permutations(ring)} == {(("a", 2),)}
    assert first_hand(()) == ()
