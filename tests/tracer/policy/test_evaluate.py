"""The decision: one no is a no, a missing fact is a no, a failing rule is a no, and all of them are said."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import fields, replace
from pathlib import Path

import pytest

from graph.model import Role
from sources.contract import Channel, Field, Subject, Terms
from tracer.config import Config, Operation, read
from tracer.policy import Policy, Question, Ruling, decide, decide_operation
from tracer.policy.rules import RULES, Rule

GOSSIP = ["gossip"]
TODAY = dt.date(2026, 11, 23)
TERMS = Terms(
    channel=Channel.CARRIER,
    subject=Subject.NUMBER,
    roles=frozenset({Role.DEBTOR, Role.GUARANTOR}),
    sends=frozenset({Field.PHONE, Field.ANCHOR_DATE}),
    needs=frozenset({Field.PHONE}),
)
ASKED = Question(
    operation=Operation.LOOKUP,
    client="northbank",
    purpose="contact_repair",
    case_open=True,
    source="carrier",
    terms=TERMS,
    role=Role.DEBTOR,
    available=frozenset({Field.CASE, Field.PHONE, Field.NAME}),
    sends=frozenset({Field.PHONE}),
)


def config(**changes: object) -> Config:
    client: dict[str, object] = {
        "name": "North Bank (fictional)",
        "agreement": "NB-1",
        "from": dt.date(2026, 1, 1),
        "until": dt.date(2026, 12, 31),
        "operations": ["import", "lookup", "contact", "outcome", "export", "overlap"],
        "purposes": ["contact_repair"],
    }
    source: dict[str, object] = {
        "use": "carrier",
        "authorisation": "SBX-7",
        "from": dt.date(2026, 1, 1),
        "until": dt.date(2026, 12, 31),
        "purposes": ["contact_repair"],
        "roles": ["debtor"],
        "fields": ["phone", "anchor_date"],
    }
    document: dict[str, object] = {"purposes": ["contact_repair"]}
    for name, value in changes.items():
        where, _, key = name.partition("__")
        {"client": client, "source": source}.get(where, document)[key or where] = value
    return read(
        {
            "clients": {"northbank": client, "southbank": {**client, "agreement": "SB-1"}},
            "sources": [source],
            **document,
        },
        file=Path("c.toml"),
    )


def rules(question: Question, settings: Config | None = None, day: dt.date = TODAY) -> list[str]:
    return [fired.rule for fired in decide(question, settings or config(), day).fired]


def test_what_is_covered_on_all_sides_is_allowed() -> None:
    decision = decide(ASKED, config(), TODAY)

    assert decision.verdict is Ruling.ALLOW
    assert decision.allowed
    assert (decision.fired, decision.missing) == ((), ())


def test_an_empty_configuration_allows_nothing() -> None:
    decision = decide(ASKED, Config(), TODAY)

    assert decision.verdict is Ruling.DENY
    assert {"purpose.allowed", "client.known", "source.configured"} <= {
        fired.rule for fired in decision.fired
    }


@pytest.mark.parametrize(
    ("changes", "settings", "rule"),
    [
        (
            {"purpose": "gossip"},
            {"client__purposes": ["gossip"], "source__purposes": ["gossip"]},
            "purpose.allowed",
        ),
        ({}, {"purposes": []}, "purpose.allowed"),
        ({"case_open": False}, {}, "case.open"),
        ({"client": "westbank"}, {}, "client.known"),
        ({"client": None}, {}, "client.known"),
        ({}, {"client__agreement": ""}, "agreement.named"),
        ({}, {"client__until": dt.date(2026, 11, 22)}, "agreement.in_force"),
        ({}, {"client__from": dt.date(2026, 11, 24)}, "agreement.in_force"),
        ({}, {"client__until": None}, "agreement.in_force"),
        ({}, {"client__operations": ["import"]}, "agreement.operation"),
        ({}, {"client__purposes": []}, "agreement.purpose"),
        ({"source": "other"}, {}, "source.configured"),
        ({"source": None}, {}, "source.configured"),
        ({}, {"source__authorisation": ""}, "authorisation.named"),
        ({}, {"source__until": dt.date(2026, 11, 22)}, "authorisation.in_force"),
        ({}, {"source__from": None}, "authorisation.in_force"),
        ({}, {"source__purposes": []}, "authorisation.purpose"),
        ({"role": Role.GUARANTOR}, {}, "authorisation.role"),
        ({"role": Role.CO_DEBTOR}, {"source__roles": ["co_debtor"]}, "terms.role"),
        ({"sends": frozenset({Field.PHONE, Field.NAME})}, {}, "fields.allowed"),
        ({"sends": frozenset({Field.ANCHOR_DATE})}, {"source__fields": ["phone"]}, "fields.allowed"),
        ({"sends": frozenset()}, {"source__fields": ["anchor_date"]}, "fields.needed"),
        ({"available": frozenset({Field.NAME})}, {}, "fields.held"),
    ],
)
def test_each_lack_is_a_no_of_its_own_rule_and_no_other(changes, settings, rule) -> None:
    assert rules(replace(ASKED, **changes), config(**settings)) == [rule]


@pytest.mark.parametrize("fact", ["purpose", "case_open", "terms", "role"])
def test_a_missing_fact_is_a_no_that_names_it(fact: str) -> None:
    decision = decide(replace(ASKED, **{fact: None}), config(), TODAY)

    assert decision.verdict is Ruling.DENY
    assert decision.missing == (fact,)
    assert [fired.rule for fired in decision.fired] == ["facts.known"]
    assert fact in decision.shown()


@pytest.mark.parametrize("role", [role for role in Role if role.third_party])
def test_nobody_who_owes_nothing_is_looked_up_unless_terms_and_authorisation_both_name_him(
    role: Role,
) -> None:
    question = replace(ASKED, role=role)
    named = replace(question, terms=replace(TERMS, roles=TERMS.roles | {role}))
    roles = ["debtor", str(role)]

    assert "third_party" in rules(question)
    assert "third_party" in rules(question, config(source__roles=roles))
    assert "third_party" in rules(named)
    assert rules(named, config(source__roles=roles)) == []


def test_every_rule_is_looked_at_although_others_failed() -> None:
    question = replace(ASKED, purpose="gossip", case_open=False, role=Role.SPOUSE)

    fired = rules(question, config(source__authorisation="", client__agreement=""))

    assert fired == [
        "purpose.allowed",
        "case.open",
        "agreement.named",
        "agreement.purpose",
        "authorisation.named",
        "authorisation.purpose",
        "authorisation.role",
        "terms.role",
        "third_party",
    ]


def test_a_rule_that_raises_is_a_no_and_the_others_are_still_looked_at() -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("15400000001")

    broken = Rule(id="broken", operations=frozenset(Operation), sentence="", remedy="", test=fails)

    decision = decide(replace(ASKED, case_open=False), config(), TODAY, book=(broken, *RULES))

    assert decision.verdict is Ruling.DENY
    assert [fired.rule for fired in decision.fired] == ["broken", "case.open"]
    assert "ZeroDivisionError" in decision.shown()
    assert "15400000001" not in decision.shown()


def test_without_rules_nothing_is_allowed() -> None:
    assert decide(ASKED, config(), TODAY, book=()).verdict is Ruling.DENY


def test_no_combination_of_missing_facts_is_allowed() -> None:
    names = ["client", "purpose", "case_open", "source", "terms", "role"]

    for count in range(1, len(names) + 1):
        for gone in itertools.combinations(names, count):
            assert not decide(replace(ASKED, **dict.fromkeys(gone)), config(), TODAY).allowed, gone


def test_every_sentence_and_remedy_has_its_places_filled() -> None:
    bad = [
        Question(
            operation=operation,
            client=client,
            other_client="southbank",
            source=source,
            role=role,
            terms=terms,
        )
        for operation in Operation
        for client in (None, "northbank")
        for source in (None, "carrier")
        for role in (None, Role.SPOUSE)
        for terms in (None, TERMS)
    ]
    seen = set()

    for question in bad:
        for change in ({}, {"source__until": None, "client__until": None, "client__operations": []}):
            for fired in decide(replace(question, case_open=False), config(**change), TODAY).fired:
                seen.add(fired.rule)
                assert "{" not in fired.shown()

    assert {"case.open", "third_party", "overlap.across", "agreement.in_force"} <= seen


@pytest.mark.parametrize("operation", [Operation.IMPORT, Operation.EXPORT, Operation.OVERLAP])
def test_what_is_done_for_many_cases_needs_the_agreement_alone(operation: Operation) -> None:
    assert decide_operation(operation, "northbank", config(), TODAY).allowed
    assert not decide_operation(operation, "northbank", config(client__operations=["lookup"]), TODAY).allowed
    assert not decide_operation(operation, "westbank", config(), TODAY).allowed
    assert not decide_operation(operation, "northbank", config(), TODAY, purpose="gossip").allowed


@pytest.mark.parametrize("operation", [Operation.CONTACT, Operation.OUTCOME])
def test_what_is_done_for_one_debtor_needs_an_open_case(operation: Operation) -> None:
    def allowed(case_open: bool | None) -> bool:
        return decide_operation(
            operation, "northbank", config(), TODAY, purpose="contact_repair", case_open=case_open
        ).allowed

    assert [allowed(True), allowed(False), allowed(None)] == [True, False, False]


def test_a_contact_needs_a_purpose_and_an_outcome_does_not() -> None:
    def allowed(operation: Operation) -> bool:
        return decide_operation(operation, "northbank", config(), TODAY, case_open=True).allowed

    assert (allowed(Operation.CONTACT), allowed(Operation.OUTCOME)) == (False, True)


def test_debtors_of_two_clients_are_compared_only_when_both_allow_it() -> None:
    def allowed(one: bool, two: bool) -> bool:
        document = config().model_dump(by_alias=True)
        document["clients"]["northbank"]["overlap_across_clients"] = one
        document["clients"]["southbank"]["overlap_across_clients"] = two
        settings = Config.model_validate(document)
        return decide_operation(
            Operation.OVERLAP, "northbank", settings, TODAY, other_client="southbank"
        ).allowed

    assert [allowed(True, True), allowed(True, False), allowed(False, True)] == [True, False, False]
    assert not decide_operation(Operation.OVERLAP, "northbank", config(), TODAY, other_client="gone").allowed


def test_the_digest_changes_with_the_configuration() -> None:
    one = Policy(config()).decide(ASKED, TODAY)
    same = Policy(config()).decide(ASKED, TODAY)
    other = Policy(config(source__authorisation="SBX-8")).decide(ASKED, TODAY)

    assert one.digest == same.digest
    assert one.digest != other.digest


def test_every_fact_a_rule_can_miss_is_a_field_of_the_question() -> None:
    asked = {field.name for field in fields(Question)}

    for fact in decide(Question(operation=Operation.LOOKUP, client=None), config(), TODAY).missing:
        assert fact in asked
