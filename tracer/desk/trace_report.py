"""What a trace did, as values: each look-up, each case, the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sources.contract import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One look-up of a trace: what came of it and why, if policy said no."""

    source: str
    outcome: Outcome
    entry: int
    price: int | None
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTrace:
    """What a trace did for one case. ``skipped`` look-ups were answered before and are still fresh.

    ``stopped`` is the code of why no more was asked (tracer.desk.wording_plan), ``then`` of what to do; empty
    when everything that could be asked was, in the order of the configuration.
    """

    case: str = field(repr=False)
    client: str
    lookups: tuple[Asked, ...]
    skipped: int
    linked: int
    stopped: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceReport:
    """What a trace did: the cases, look-ups by outcome, the price in minor units, and broken sources."""

    cases: tuple[CaseTrace, ...]
    outcomes: Mapping[str, int]
    spent: int
    unknown_price: int
    broken: Mapping[str, str]
    interrupted: bool = False

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why policy said no, each reason once."""
        return tuple(
            dict.fromkeys(asked.refusal for case in self.cases for asked in case.lookups if asked.refusal)
        )
