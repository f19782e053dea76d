"""One row read twice is one record: no evidence counts double, and no record stands for two rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from graph.model import Claim, FactKind, LineFact, Phone, Record, Role, StatedUser
from tracer.desk.contacts import once
from tracer.store.evidence import Findings

DAY = dt.date(2026, 11, 23)
OLD, NEW = Phone(e164="+8615477000001"), Phone(e164="+8615477000002")


def reading(case: str, entry: int, phone: Phone, role: Role = Role.DEBTOR) -> Findings:
    """One row of a roster as one look-up read it."""
    record = Record(
        source="employer", record="roster.csv:7", role=role, case=case, phones=(phone,), entry=entry
    )
    claim = Claim(
        phone=phone,
        source="employer",
        record="roster.csv:7",
        stated_user=StatedUser.DEBTOR,
        entry=entry,
    )
    return Findings(records=(record,), claims=(claim,))


def test_of_a_row_that_two_cases_found_the_cases_own_reading_counts() -> None:
    own, theirs = reading("case_b", 4, OLD), reading("case_c", 9, NEW)

    found = once(own, theirs)

    assert found == own


def test_of_two_readings_by_linked_cases_the_newer_counts() -> None:
    older, newer = reading("case_c", 4, OLD), reading("case_d", 9, NEW)

    assert once(Findings(), older + newer) == newer
    assert once(Findings(), newer + older) == newer


def test_a_contact_who_became_a_guarantor_is_what_the_file_says_last() -> None:
    before = reading("case_b", 4, OLD, role=Role.COLLEAGUE)
    after = reading("case_b", 9, OLD, role=Role.GUARANTOR)

    found = once(before + after, Findings())

    assert [record.role for record in found.records] == [Role.GUARANTOR]
    assert [claim.entry for claim in found.claims] == [9]


def test_different_rows_and_claims_without_a_record_stay() -> None:
    own = reading("case_b", 4, OLD)
    other = replace(own.records[0], record="roster.csv:8")
    loose = replace(own.claims[0], record="roster.csv:9")
    fact = LineFact(kind=FactKind.LINE_STATUS, value="active", phone=OLD, source="carrier", as_of=DAY)

    found = once(own, Findings(records=(other,), claims=(loose,), facts=(fact, fact)))

    assert found.records == (own.records[0], other)
    assert found.claims == (own.claims[0], loose)
    assert found.facts == (fact,)
