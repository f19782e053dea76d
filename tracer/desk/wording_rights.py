"""Words for requests by right, suppression lists and the rules that want cases gone."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.words import N_, _

KINDS: Mapping[str, str] = {
    "access": N_("access to his data"),
    "correct": N_("correction"),
    "object": N_("objection"),
    "erase": N_("erasure"),
    "wrong_person": N_("wrong person"),
}

STATES: Mapping[str, str] = {"open": N_("open"), "done": N_("granted"), "refused": N_("refused")}

APPROVALS: Mapping[str, str] = {
    "asked": N_("waits"),
    "granted": N_("granted"),
    "denied": N_("denied"),
    "used": N_("used"),
}

DUE: Mapping[str, str] = {
    "CN-PIPL-21-END": N_("the mandate has ended (PIPL article 21)"),
    "US-SAFE-DISPOSE": N_("not used for two years (16 CFR 314.4)"),
    "house.closed": N_("closed for as long as the configuration says"),
    "house.unused": N_("unused for as long as the configuration says"),
}


def word_for(table: Mapping[str, str], code: str) -> str:
    """Give the word for a code in the reader's language, or the code."""
    return _(table[code]) if code in table else code
