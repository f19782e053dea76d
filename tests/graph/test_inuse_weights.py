"""The constants of the in-use model hang together."""

from __future__ import annotations

import re

from graph.hidden import STATES, State
from graph.inuse_weights import DEFAULT
from graph.model import LineFact, LineType, StatedUser

# Of the values a fact may take (graph.model documents them) those that say nothing by themselves.
_SILENT = {"unknown", "mixed"}


def _documented(kind: str) -> set[str]:
    text = re.sub(r"\s+", " ", LineFact.__doc__ or "")
    found = re.search(rf"``{kind}`` ([a-z_, ]+)[;.]", text)
    assert found is not None
    return set(found[1].split(", ")) - _SILENT


def test_every_likelihood_names_all_states_and_excludes_none() -> None:
    tables = [*DEFAULT.claims.values(), *DEFAULT.facts.values(), *DEFAULT.calls.values()]

    for table in [*tables, DEFAULT.mismatch, DEFAULT.initial]:
        assert len(table) == STATES
        assert all(0 < like <= 1.5 for like in table)


def test_every_value_a_carrier_fact_may_take_has_a_weight() -> None:
    for kind in ("line_status", "reachability", "attribute_match"):
        weighed = {name.split(".")[1] for name in DEFAULT.facts if name.startswith(f"{kind}.")}
        assert _documented(kind) <= weighed


def test_every_stated_user_and_every_class_of_source_has_a_weight() -> None:
    classes = {*DEFAULT.source_class.values(), "unknown"}

    for user in StatedUser:
        assert user.value in DEFAULT.claims or all(
            f"{user.value}.{kind}" in DEFAULT.claims for kind in classes
        )


def test_a_claim_that_a_number_is_anothers_never_speaks_for_the_debtor() -> None:
    for name, table in DEFAULT.claims.items():
        if name in {"reference", "contact", "guarantor", "workplace"}:
            assert table[State.IN_USE] < table[State.ASSOCIATE]


def test_every_line_type_has_rates() -> None:
    assert set(DEFAULT.rates) == set(LineType)


def test_tempers_are_shares() -> None:
    for name in DEFAULT.tempers.__slots__:  # type: ignore[attr-defined]
        assert 0 <= getattr(DEFAULT.tempers, name) <= 1
