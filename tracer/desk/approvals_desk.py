"""Approvals as the command line and the pages call them."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.desk import approvals
from tracer.desk.approvals import Approval, ApprovalLine
from tracer.desk.office import Office

__all__ = ["Approval", "ApprovalLine", "ApprovalsDesk"]


class ApprovalsDesk:
    """What waits for a second person."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def listed(self, state: str | None = None) -> tuple[ApprovalLine, ...]:
        """The approvals, oldest first."""
        return approvals.listed(self._office, state=state)

    def decide(self, number: int, *, grant: bool, reason: str = "") -> Approval:
        """Grant or deny."""
        return approvals.decide(self._office, number, grant=grant, reason=reason)

    def lookup(self, ref: str, source: str, rules: Sequence[str], reason: str) -> Approval:
        """Ask that one look-up of a case at a source may pass the rules named."""
        case = self._office.case(ref)
        return approvals.ask(self._office, approvals.LOOKUP, case, rules, reason, {"source": source})
