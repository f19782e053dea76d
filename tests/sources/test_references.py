"""The people the debtor named."""

from __future__ import annotations

import pytest

from graph.model import Claim, Record, Role, StatedUser
from sources.contract import Channel, Outcome, Reply
from sources.references import References
from sources.testing import an_ask, drive, fictional


def reply(role: Role, user: StatedUser) -> Reply:
    record = Record(source="case_file", record="7.1", role=role, case=an_ask().case)
    claim = Claim(phone=fictional(1).phone, source="case_file", record="7.1", stated_user=user)
    return Reply(rows=({"record": record, "claims": (claim,)},))


@pytest.mark.parametrize("role", [role for role in Role if role.third_party])
@pytest.mark.parametrize("user", [StatedUser.REFERENCE, StatedUser.CONTACT, StatedUser.HOUSEHOLD])
def test_a_third_party_is_given_with_the_role_the_debtor_stated(role: Role, user: StatedUser) -> None:
    answer = drive(References().lookup(an_ask()), reply(role, user)).answer

    assert [record.role for record in answer.records] == [role]
    assert [claim.stated_user for claim in answer.claims] == [user]


@pytest.mark.parametrize("role", [Role.DEBTOR, Role.GUARANTOR, Role.CO_DEBTOR])
def test_those_liable_are_the_case_files_to_give(role: Role) -> None:
    answer = drive(References().lookup(an_ask()), reply(role, StatedUser.DEBTOR)).answer

    assert answer.outcome is Outcome.NO_RECORD


@pytest.mark.parametrize("user", [StatedUser.DEBTOR, StatedUser.GUARANTOR])
def test_a_third_partys_number_is_never_handed_in_as_the_debtors_own(user: StatedUser) -> None:
    answer = drive(References().lookup(an_ask()), reply(Role.FRIEND, user)).answer

    assert (answer.outcome, answer.claims) == (Outcome.PROTOCOL_ERROR, ())


def test_what_the_debtor_stated_about_others_is_his_statement_and_about_him() -> None:
    terms = References().terms

    assert terms.channel is Channel.DEBTOR_STATEMENT
    assert not any(role.third_party for role in terms.roles)
