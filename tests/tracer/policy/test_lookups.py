"""Look-ups under the packs: beside the house's rules when it is configured, never instead of them."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

from graph.model import Role
from sources.carrier.camara import NumberRecycling
from sources.contract import Field
from tracer.config import Config, Operation, read
from tracer.policy import Policy, Question, Ruling

EXAMPLE = Path(__file__).resolve().parents[3] / "config.example.toml"
TODAY = dt.date(2026, 11, 24)
NOTICED = {
    "notice_given": True, "sensitive": False, "impact_assessment": True, "pretext": False, "consent": False,
}  # fmt: skip


def config(**policy: Any) -> Config:
    document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["policy"] |= {"lookups": True, "facts": NOTICED, "residence": {}} | policy
    return read(document, file=EXAMPLE)


def question(**more: Any) -> Question:
    facts: dict[str, Any] = {
        "operation": Operation.LOOKUP,
        "client": "northbank",
        "purpose": "contact_repair",
        "case_open": True,
        "source": "camara.number-recycling",
        "terms": NumberRecycling.terms,
        "role": Role.DEBTOR,
        "available": frozenset({Field.PHONE, Field.ANCHOR_DATE}),
        "sends": frozenset({Field.PHONE, Field.ANCHOR_DATE}),
    }
    return Question(**(facts | more))


def law(**words: Any) -> dict[str, Any]:
    source: dict[str, Any] = {
        "basis": "PIPL-13(2)", "provenance": "own_records", "kind": "carrier", "channel": "contract",
        "asks": "number_status", "data": ["number_status"],
    }  # fmt: skip
    return {"sources": {"camara.number-recycling": source | words}}


def test_a_lookup_of_which_all_is_known_is_allowed_under_house_and_packs() -> None:
    decision = Policy(config(**law())).decide(question(), TODAY)

    assert (decision.verdict, decision.missing) == (Ruling.ALLOW, ())
    assert {"purpose.allowed", "CN-PIPL-13-BASIS", "CN-CRIM-BUY", "CN-CBA26-SRC6"} <= set(decision.rules)


def test_without_the_setting_the_house_decides_alone() -> None:
    decision = Policy(config(lookups=False)).decide(question(), TODAY)

    assert decision.allowed
    assert not any(rule.startswith("CN-") for rule in decision.rules)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ({"basis": "because"}, "CN-PIPL-13-BASIS"),
        ({"provenance": "bought"}, "CN-CRIM-BUY"),
        ({"channel": "a friend"}, "CN-CBA26-SRC6"),
        ({"asks": "numbers_of_id"}, "X-FACT-UNKNOWN"),
        ({"kind": "credit_bureau"}, "X-FACT-UNKNOWN"),
    ],
)
def test_a_source_that_the_law_does_not_allow_is_not_asked(words: dict[str, str], rule: str) -> None:
    decision = Policy(config(**law(**words))).decide(question(), TODAY)

    assert decision.verdict is Ruling.DENY
    assert rule in {fired.rule for fired in decision.fired}


def test_a_source_of_which_nothing_is_said_is_not_asked_and_the_gaps_are_named() -> None:
    decision = Policy(config(sources={})).decide(question(), TODAY)

    assert decision.verdict is Ruling.DENY
    assert {"basis", "provenance", "source_kind", "source_channel"} <= set(decision.missing)


def test_the_contract_carries_no_lookup_of_somebody_who_signed_none() -> None:
    decision = Policy(config(**law())).decide(question(role=Role.SPOUSE), TODAY)

    assert {"third_party", "CN-PIPL-13-3P"} <= {fired.rule for fired in decision.fired}


def test_the_packs_never_allow_what_the_house_refuses() -> None:
    decision = Policy(config(**law())).decide(question(case_open=False), TODAY)

    assert decision.verdict is Ruling.DENY


def test_the_digest_pins_the_packs() -> None:
    on = Policy(config(**law())).decide(question(), TODAY)
    house = Policy(config(lookups=False, **law())).decide(question(), TODAY)

    assert on.version != house.version
    assert len(on.digest) == 64
