"""The creditor's own file on a case."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from graph.model import Claim, Record, Role, StatedUser
from sources.case_file import CaseFile
from sources.contract import Outcome, Reply, Source
from sources.references import References
from sources.testing import an_ask, check_source, drive, fictional

CASE = an_ask().case
BOTH = [CaseFile(), References()]


def row(
    number: int, role: Role, *users: StatedUser, case: str = CASE, source: str = "case_file"
) -> Mapping[str, object]:
    who = fictional(number)
    record = Record(source=source, record=f"7.{number}", role=role, case=case, names=(who.name,))
    claims = tuple(
        Claim(phone=who.phone, source=source, record=record.record, stated_user=user) for user in users
    )
    return {"record": record, "claims": claims}


DEBTOR = row(0, Role.DEBTOR, StatedUser.DEBTOR, StatedUser.WORKPLACE)
GUARANTOR = row(1, Role.GUARANTOR, StatedUser.GUARANTOR)
MOTHER = row(2, Role.PARENT, StatedUser.CONTACT)


@pytest.mark.parametrize("source", BOTH, ids=lambda source: source.name)
def test_it_has_the_manners_of_a_source(source: Source) -> None:
    check_source(source)


@pytest.mark.parametrize("source", BOTH, ids=lambda source: source.name)
def test_it_is_asked_by_the_case_and_nothing_else(source: Source) -> None:
    rows = drive(source.lookup(an_ask()), Reply()).rows

    assert (rows.table, rows.key) == (source.name, {"case": CASE})


def test_debtor_and_guarantor_are_given_and_the_mother_is_not() -> None:
    answer = drive(CaseFile().lookup(an_ask()), Reply(rows=(DEBTOR, MOTHER, GUARANTOR))).answer

    assert answer.outcome is Outcome.ANSWERED
    assert [record.role for record in answer.records] == [Role.DEBTOR, Role.GUARANTOR]
    assert [claim.record for claim in answer.claims] == ["7.0", "7.0", "7.1"]


@pytest.mark.parametrize("rows", [(), (MOTHER,)], ids=["empty", "third parties only"])
def test_a_file_without_anybody_liable_is_no_record(rows: tuple[Mapping[str, object], ...]) -> None:
    answer = drive(CaseFile().lookup(an_ask()), Reply(rows=rows)).answer

    assert answer.outcome is Outcome.NO_RECORD


@pytest.mark.parametrize("source", BOTH, ids=lambda source: source.name)
@pytest.mark.parametrize(
    "bad",
    [
        row(3, Role.DEBTOR, StatedUser.DEBTOR, case="C-OTHER"),
        {"record": DEBTOR["record"], "claims": GUARANTOR["claims"]},
        {"record": DEBTOR["record"], "claims": [*DEBTOR["claims"]]},
        {"record": DEBTOR["record"]},
        {"record": "赵未名", "claims": ()},
        {},
    ],
    ids=["another case", "another's claims", "claims in a list", "no claims", "text", "nothing"],
)
def test_one_row_that_is_not_the_cases_spoils_all(source: Source, bad: Mapping[str, object]) -> None:
    answer = drive(source.lookup(an_ask()), Reply(rows=(DEBTOR, MOTHER, bad))).answer

    assert (answer.outcome, answer.records, answer.claims) == (Outcome.PROTOCOL_ERROR, (), ())
