"""The commands about the law, in text and as one JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[1] / "policy" / "vectors.tsv"


@pytest.fixture
def token(town: Any) -> tuple[str, str]:
    """A case of the demonstration's bank and its first number."""
    for case in town.cases():
        if case.client == "northbank" and case.state == "open":
            numbers = town.contacts(case.number).numbers
            if numbers:
                return f"{case.client}/{case.number}", numbers[0].token
    raise AssertionError("no such case")


def test_packs_and_rules_are_listed_with_versions_and_grades(at_town: Any) -> None:
    packs = at_town("policy", "packs", "--json").document["packs"]

    assert sum(len(pack["rules"]) for pack in packs if pack["id"] != "trade-conduct") == 163
    assert all(len(pack["sha256"]) == 64 for pack in packs)
    assert at_town("policy", "packs").code == 0


def test_a_rule_is_shown_with_every_edition(at_town: Any) -> None:
    document = at_town("policy", "show", "US-DC-4IN7", "--json").document

    assert [part["parameters"]["max"] for part in document["parts"]] == [4, 3]
    assert "D.C. Code" in at_town("policy", "show", "us-dc-4in7").out


def test_an_unknown_rule_is_wrong_use(at_town: Any) -> None:
    assert at_town("policy", "show", "NO-SUCH").code == 2


def test_the_examples_are_tried_one_line_each_and_a_total(at_town: Any) -> None:
    told = at_town("policy", "try", str(VECTORS), "--json").document
    text = at_town("policy", "try", str(VECTORS))

    assert told["total"] == {"rows": 56, "ok": 56, "failed": 0}
    assert {"vector_id", "expected", "got", "ok"} <= set(told["vectors"][0])
    assert text.code == 0
    assert len(text.out.strip().splitlines()) == 57


def test_an_example_that_fails_gives_exit_code_1(at_town: Any, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text(VECTORS.read_text(encoding="utf-8").replace("\tallow\t", "\tdeny\t"), encoding="utf-8")

    assert at_town("policy", "try", str(wrong)).code == 1


def test_may_contact_ends_with_the_code_of_its_answer(at_town: Any, token: tuple[str, str]) -> None:
    night = at_town("may-contact", *token, "--at", "2026-11-23T23:30", "--json")

    assert night.code == 3
    assert night.document["verdict"] == "deny"
    assert "CN-GB45251-HOURS" in night.document["rules"]
    assert {"fired", "missing", "next_lawful", "packs", "checklist"} <= set(night.document)
    assert "22:00" in at_town("may-contact", *token, "--at", "2026-11-23T23:30").out


@pytest.mark.parametrize("wrong", [("--channel", "pigeon"), ("--fact", "colour=true"), ("--fact", "consent")])
def test_may_contact_says_what_it_does_not_understand(
    at_town: Any, token: tuple[str, str], wrong: tuple[str, str]
) -> None:
    assert at_town("may-contact", *token, *wrong).code == 2


def test_contacts_say_of_each_number_whether_it_may_be_called_now(
    at_town: Any, token: tuple[str, str]
) -> None:
    numbers = at_town("contacts", token[0], "--json").document["numbers"]

    assert all(
        {"verdict", "rules", "missing", "next_lawful"} == set(one["may_contact_now"]) for one in numbers
    )


def test_a_replay_ends_with_a_total_and_takes_a_draft(
    at_town: Any, token: tuple[str, str], tmp_path: Path
) -> None:
    reserved = at_town("may-contact", *token, "--reserve", "--json")
    draft = tmp_path / "draft.toml"
    draft.write_text(
        '[pack]\nid = "draft"\ntitle = "t"\nversion = "1"\nplaces = ["*"]\n[[rule]]\nid = "DRAFT-1"\n'
        'text = "None."\ncitation = "draft"\nsource = "draft"\ntier = "A"\nneeds_legal_review = false\n'
        'operations = ["contact"]\n'
        'verdict = "deny"\npredicate = "hours"\nzone = "Asia/Shanghai"\nopen = "20:00"\nclose = "21:00"\n',
        encoding="utf-8",
    )

    plain = at_town("policy", "replay", "--json").document
    drafted = at_town("policy", "replay", "--pack", str(draft), "--json").document

    (before,), (after,) = plain["events"], drafted["events"]
    assert before["entry"] == after["entry"] == reserved.document["entry"]
    assert (before["then"], before["changed"]) == ("warn", False)
    assert (after["now"], after["rules"], after["changed"]) == ("deny", ["DRAFT-1"], True)
    assert drafted["total"] == {"events": 1, "changed": 1}
