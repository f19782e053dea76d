"""The decision: every rule is looked at, whatever the others said, and one no is a no."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracer.config import Config, Operation
from tracer.policy import rules
from tracer.policy.lookups import with_law
from tracer.policy.pack import Pack
from tracer.policy.question import Decision, Fired, Question, Ruling
from tracer.words import N_

# Raised by one whenever a rule is added, dropped or means something else.
VERSION = "house-1"

_FAILED = N_("Rule {rule} could not be worked out ({error}), so the answer is no.")
_FAILED_REMEDY = N_("This is a fault of the program: report it with the rule's name.")
_MISSING = N_("It is not known: {fact}. What is not known counts as no.")
_MISSING_REMEDY = N_("State it and ask again.")

# Facts whose absence has a rule of its own, which says it better.
_SAID_BY_A_RULE = {"client": "client.known", "source": "source.configured"}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules bound to a configuration: what a gateway is given. ``packs``: those shipped, if None."""

    config: Config
    packs: tuple[Pack, ...] | None = None

    def decide(self, question: Question, today: dt.date) -> Decision:
        """Decide ``question`` under this configuration."""
        decision = decide(question, self.config, today)
        if question.operation is Operation.LOOKUP and self.config.policy.lookups:
            return with_law(decision, question, self.config, today, self.packs)
        return decision


def decide(
    question: Question, config: Config, today: dt.date, *, book: Sequence[rules.Rule] = rules.RULES
) -> Decision:
    """Look at every rule of ``book`` that is about the operation; allow only if all are satisfied.

    A fact that is missing and a rule that fails are each a no. With no rule about an operation, it is denied.
    """
    about = [rule for rule in book if question.operation in rule.operations]
    fired: list[Fired] = []
    missing: list[str] = []
    for rule in about:
        try:
            seen = rule.test(question, config, today)
        except rules.Missing as gap:
            if gap.fact not in missing:
                missing.append(gap.fact)
        except Exception as error:
            # Fail closed: whatever went wrong inside a rule, its type is enough to find it by.
            places = (("rule", rule.id), ("error", type(error).__name__))
            fired.append(Fired(rule=rule.id, sentence=_FAILED, remedy=_FAILED_REMEDY, params=places))
        else:
            if seen is not None:
                places_seen = tuple((name, str(value)) for name, value in seen.items())
                fired.append(
                    Fired(rule=rule.id, sentence=rule.sentence, remedy=rule.remedy, params=places_seen)
                )
    said = {item.rule for item in fired}
    fired.extend(
        Fired(rule="facts.known", sentence=_MISSING, remedy=_MISSING_REMEDY, params=(("fact", fact),))
        for fact in missing
        if _SAID_BY_A_RULE.get(fact) not in said
    )
    return Decision(
        verdict=Ruling.ALLOW if about and not fired and not missing else Ruling.DENY,
        rules=tuple(rule.id for rule in about),
        fired=tuple(fired),
        missing=tuple(missing),
        version=VERSION,
        digest=_digest(config.digest),
    )


def decide_operation(
    operation: Operation,
    client: str | None,
    config: Config,
    today: dt.date,
    *,
    purpose: str | None = None,
    case_open: bool | None = None,
    other_client: str | None = None,
) -> Decision:
    """Decide something other than a look-up: import, export, contact, outcome, overlap.

    Contact and outcome need ``case_open``; contact needs ``purpose``; a purpose given anywhere is checked.
    """
    question = Question(
        operation=operation, client=client, purpose=purpose, case_open=case_open, other_client=other_client
    )
    return decide(question, config, today)


@cache
def _digest(config_digest: str) -> str:
    return hashlib.sha256(f"{_rules_digest()}:{config_digest}".encode()).hexdigest()


@cache
def _rules_digest() -> str:
    # The bytes of the rules as they stand, so that an edited rule shows in the log without a new VERSION.
    return hashlib.sha256(Path(rules.__file__).read_bytes()).hexdigest()
