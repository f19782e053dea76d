"""The people the debtor named himself when he applied: family, colleagues, references (联系人)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from graph.model import StatedUser
from sources.case_file import filed, own_terms
from sources.contract import Answer, Ask, Channel, Flow, Outcome, Terms

_NOT_THEIRS = frozenset({StatedUser.DEBTOR, StatedUser.GUARANTOR})


@dataclass(frozen=True, slots=True)
class References:
    """The references of a case. Only what the debtor stated is handed in; nobody is asked about them."""

    name: str = "references"
    terms: ClassVar[Terms] = own_terms(Channel.DEBTOR_STATEMENT, "references")

    def lookup(self, ask: Ask) -> Flow:
        """Ask for the rows of the case; give the third parties' records, and claims that say whose they are.

        A claim that makes a third party's number the debtor's own is a protocol error: it would put somebody
        who owes nothing at the head of the list.
        """
        answer = yield from filed(ask, "references", lambda record: record.role.third_party)
        if any(claim.stated_user in _NOT_THEIRS for claim in answer.claims):
            return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="claim_of_another_kind")
        return answer
