"""What may still be spent: the limit of the run, and the budgets of a case, a client's day and the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from tracer.desk.office import Office
from tracer.store.cases import CaseFile


@dataclass(slots=True)
class Purse:
    """Spending of one run against every limit there is, in minor units.

    What was spent before is read from the store once a case and client; two runs at the same time each know
    only what the other had spent when they first asked.
    """

    office: Office
    max_cost: int | None = None
    spent: int = 0
    _cases: dict[int, int] = field(default_factory=dict)
    _clients: dict[str, int] = field(default_factory=dict)
    _day: int | None = None

    def left(self, case: CaseFile) -> tuple[int | None, str]:
        """What may still be spent on a case, and the name of the limit that says so; None: no limit."""
        settings = self.office.config.plan
        limits = []
        if self.max_cost is not None:
            limits.append((self.max_cost - self.spent, "max_cost"))
        per_case, per_client = self._limits(case)
        if per_case is not None:
            limits.append((per_case - self._of_case(case), "case_budget"))
        if per_client is not None:
            limits.append((per_client - self._of_client(case.client), "client_budget"))
        if settings.per_day is not None:
            limits.append((settings.per_day - self._of_day(), "day_budget"))
        if not limits:
            return None, ""
        least, name = min(limits, key=lambda one: one[0])
        return max(least, 0), name

    def stops(self, case: CaseFile, price: int) -> str:
        """The name of the limit that does not reach for ``price``, or nothing."""
        left, name = self.left(case)
        return name if left is not None and price > left else ""

    def take(self, case: CaseFile, amount: int) -> None:
        """Count ``amount`` (less than nought gives back) against every limit."""
        # Reserved before it is asked: two cases at once must not both spend the last of the budget.
        settings = self.office.config.plan
        per_case, per_client = self._limits(case)
        self.spent += amount
        if per_case is not None:
            self._cases[case.id] = self._of_case(case) + amount
        if per_client is not None:
            self._clients[case.client] = self._of_client(case.client) + amount
        if settings.per_day is not None:
            self._day = self._of_day() + amount

    def _limits(self, case: CaseFile) -> tuple[int | None, int | None]:
        """The budgets of a case and of its client's day: the smaller of the house's and the waterfall's."""
        plan, client = self.office.config.plan, self.office.config.clients.get(case.client)
        own = client.waterfall if client else None
        if own is None:
            return plan.per_case, plan.per_client
        return _smaller(plan.per_case, own.per_case), _smaller(plan.per_client, own.per_day)

    def _of_case(self, case: CaseFile) -> int:
        if case.id not in self._cases:
            self._cases[case.id] = self.office.store.evidence.spent(case)
        return self._cases[case.id]

    def _of_client(self, client: str) -> int:
        if client not in self._clients:
            self._clients[client] = self.office.store.evidence.spent_since(self._midnight(), client)
        return self._clients[client]

    def _of_day(self) -> int:
        if self._day is None:
            self._day = self.office.store.evidence.spent_since(self._midnight())
        return self._day

    def _midnight(self) -> dt.datetime:
        zone = self.office.config.zone
        return dt.datetime.combine(self.office.today(), dt.time(), zone).astimezone(dt.UTC)


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)
