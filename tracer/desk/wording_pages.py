"""Words that only pages say."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.words import N_

FACT_KINDS: Mapping[str, str] = {
    "name": N_("name"),
    "born": N_("date of birth"),
    "id": N_("id number"),
    "address": N_("address"),
    "employer": N_("employer"),
    "email": N_("e-mail address"),
}

REVEALS: Mapping[str, str] = {
    "call": N_("to call"),
    "letter": N_("for a letter"),
    "check": N_("to compare"),
    "complaint": N_("for a complaint"),
}

VERDICTS: Mapping[str, str] = {
    "allow": N_("yes"),
    "warn": N_("yes, with care"),
    "approve": N_("with approval"),
    "deny": N_("no"),
}

IDENTITIES_SEEN: Mapping[str, str] = {
    "id_seen": N_("identity document seen"),
    "call_back": N_("called back on a known number"),
    "known_address": N_("written from a known address"),
    "by_lawyer": N_("through a lawyer with authority"),
}
"""How it was checked who asks by right: what pages offer; the log takes any coded word."""

RULINGS: Mapping[str, str] = {
    "allow": N_("allows"),
    "warn": N_("warns"),
    "approve": N_("wants a second person"),
    "deny": N_("forbids"),
}
"""What a rule brings when it fires (tracer.policy.question.Ruling)."""

STANDINGS: Mapping[str, str] = {
    "enforced": N_("enforced"),
    "part": N_("part of another rule"),
    "listed": N_("not decidable by a program"),
}
"""How a rule of a pack is held (tracer.policy.pack.Clause.standing)."""

SEATS: Mapping[str, str] = {
    "collector": N_("collector"),
    "specialist": N_("specialist"),
    "compliance": N_("compliance"),
    "manager": N_("manager"),
    "admin": N_("administrator"),
}
"""What somebody works here as (tracer.policy.roles.Role)."""
