"""What policy is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph.model import Role
from sources.contract import Field, Terms
from tracer.config import Operation
from tracer.words import _


class Ruling(StrEnum):
    """The answer, from best to worst. A decision takes the worst of its rules."""

    ALLOW = "allow"
    WARN = "warn"
    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody wants to do. None means not known, and what is not known counts as no.

    ``case_barred`` are the reasons why nothing may be looked up for this debtor any more; ``approved`` are
    the rules that want a second person, where one has let this pass. ``available`` are the kinds of
    information held about the subject; ``sends`` those that would leave for the source. ``other_client`` is
    set when debtors of two clients would be compared.
    """

    operation: Operation
    client: str | None
    purpose: str | None = None
    case_open: bool | None = None
    case_barred: frozenset[str] = frozenset()
    approved: frozenset[str] = frozenset()
    source: str | None = None
    terms: Terms | None = None
    role: Role | None = None
    available: frozenset[Field] = frozenset()
    sends: frozenset[Field] = frozenset()
    other_client: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule that said no: its id, what it says and what to do, as English with named places."""

    rule: str
    sentence: str
    remedy: str
    params: tuple[tuple[str, str], ...] = ()

    def shown(self) -> str:
        """The rule in the reader's language: what is wrong, and on a line of its own what to do."""
        values = dict(self.params)
        return f"{_(self.sentence, **values)}\n{_(self.remedy, **values)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What policy answered: every rule looked at, those that fired, the facts that were missing.

    ``version`` names the rules, ``digest`` (SHA-256, hex) pins rules and configuration together, so that an
    old decision can be told from one made today.
    """

    verdict: Ruling
    rules: tuple[str, ...]
    fired: tuple[Fired, ...] = ()
    missing: tuple[str, ...] = ()
    version: str = ""
    digest: str = ""

    @property
    def allowed(self) -> bool:
        """True when it may be done without asking anybody."""
        return self.verdict in {Ruling.ALLOW, Ruling.WARN}

    def shown(self) -> str:
        """Every rule that fired, in the reader's language."""
        return "\n".join(fired.shown() for fired in self.fired)
