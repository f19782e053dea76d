"""The packs: every rule of the table is there, cited, dated, graded; what cannot be is refused."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tracer.policy.facts import FACTS
from tracer.policy.pack import Clause, PackError, read_pack, rule, shipped
from tracer.policy.predicates import PREDICATES
from tracer.policy.question import Ruling

HEAD = '[pack]\nid = "p"\ntitle = "t"\nversion = "1"\nplaces = ["CN"]\n'
RULE = """[[rule]]
id = "R"
text = "A text."
citation = "law 1"
source = "s"
tier = "A"
needs_legal_review = false
operations = ["contact"]
verdict = "deny"
"""
CLAUSES = [clause for pack in shipped() for clause in pack.clauses]
LAW = {one.id for one in CLAUSES if not one.id.startswith("TRADE-")}


def test_all_163_rules_are_there_enforced_or_listed_with_what_is_done_instead() -> None:
    by_standing = {
        standing: {one.id for one in CLAUSES if one.standing == standing and one.id in LAW}
        for standing in ("enforced", "part", "listed")
    }

    assert len(LAW) == 163
    assert sum(map(len, by_standing.values())) == 163
    assert all(
        one.instead and (one.undecidable or one.part_of is not None) for one in CLAUSES if not one.predicate
    )


def test_every_rule_of_tier_b_or_c_waits_for_a_lawyer() -> None:
    waiting = {one.id for one in CLAUSES if {"B", "C"} & set(one.tier)}

    assert waiting == {one.id for one in CLAUSES if one.needs_legal_review}
    assert len(waiting) == 53


def test_a_rule_from_memory_denies_nothing_until_somebody_signs_it() -> None:
    (_pack, found) = rule("EU-GDPR-9")[0]

    assert (found.verdict, found.severity) == (Ruling.DENY, Ruling.APPROVE)


def test_every_part_and_repetition_names_a_rule_there_is() -> None:
    named = {
        name for one in CLAUSES for name in (*(one.part_of or ()), *([one.repeats] if one.repeats else []))
    }

    assert named <= {one.id for one in CLAUSES}


def test_every_predicate_is_used() -> None:
    assert {one.predicate for one in CLAUSES if one.predicate} == set(PREDICATES)


def test_every_fact_named_by_a_pack_is_in_the_vocabulary() -> None:
    named = {
        str(one.params[key])
        for one in CLAUSES
        for key in ("fact", "allowed_by", "barred_by", "most_by", "consent", "for_good")
        if key in one.params
    }

    assert named <= set(FACTS)


def test_a_rule_binds_from_its_first_to_its_last_day() -> None:
    old, new = sorted(
        (clause for _pack, clause in rule("US-DC-4IN7")), key=lambda one: str(one.effective_from)
    )

    assert old.in_force(dt.date(2022, 12, 31))
    assert not old.in_force(dt.date(2023, 1, 1))
    assert new.in_force(dt.date(2023, 1, 1))
    assert not new.in_force(dt.date(2022, 12, 31))


def test_a_pack_is_pinned_by_its_bytes() -> None:
    text = HEAD + RULE + 'predicate = "fact_true"\nfact = "consent"\n'

    one, other = read_pack(text.encode()), read_pack((text + "# more\n").encode())

    assert one.sha256 != other.sha256


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "neither decided"),
        ('predicate = "guess"\n', "no such predicate"),
        ('predicate = "fact_true"\nfact = "weather"\n', "no such fact"),
        ('predicate = "fact_true"\nfact = "consent"\nmost = 3\n', "has no parameter"),
        ('predicate = "fact_true"\nfact = "consent"\nundecidable = "x"\n', "both decided and not"),
        ('predicate = "fact_true"\nfact = "consent"\nunknown = "allow"\n', "rule of law"),
        ('undecidable = "x"\nhow = "prayer"\n', "neither decided"),
        ('predicate = "fact_true"\nfact = "consent"\nwhen = { weather = ["rain"] }\n', "no such fact"),
    ],
)
def test_a_pack_that_says_what_cannot_be_is_refused(more: str, said: str) -> None:
    with pytest.raises(PackError, match=said):
        read_pack((HEAD + RULE + more).encode())


def test_an_unreviewed_tier_must_say_that_it_needs_review() -> None:
    text = HEAD + RULE.replace('tier = "A"', 'tier = "C"') + 'predicate = "fact_true"\nfact = "consent"\n'

    with pytest.raises(PackError, match="legal review"):
        read_pack(text.encode())


def test_every_rule_of_every_pack_says_in_chinese_what_it_says() -> None:
    assert [one.id for one in CLAUSES if not re.search(r"[\u4e00-\u9fff]", one.text_zh)] == []
    assert len({(one.id, one.text_zh) for one in CLAUSES}) == len({one.id for one in CLAUSES})


@pytest.mark.parametrize("clause", {one.id: one for one in CLAUSES}.values(), ids=lambda one: one.id)
def test_a_rules_figures_are_the_same_in_both_languages(clause: Clause) -> None:
    assert figures(clause.text, _ENGLISH_FIGURES) == figures(clause.text_zh, _CHINESE_FIGURES)


# Words of numbers, the longer ones first; "one" and "once" are articles as often as figures and are left out.
_ENGLISH_FIGURES = {
    "fourteen": 14, "thirty": 30, "seventh": 7, "eighth": 8, "fourth": 4, "two": 2, "twice": 2, "three": 3,
    "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
}  # fmt: skip
_CHINESE_FIGURES = {
    "三十": 30, "十四": 14, "第七": 7, "第八": 8, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8,
    "十": 10,
}  # fmt: skip


def figures(text: str, words: dict[str, int]) -> set[int]:
    """Give the figures of a sentence, in digits or in words; times by their hours and minutes."""
    found = {int(digits) for digits in re.findall(r"\d+", text)}
    rest = text.lower().replace("第三方", "")
    for word, value in words.items():
        pattern = rf"\b{word}\b" if word.isascii() else word
        if re.search(pattern, rest):
            found.add(value)
            rest = re.sub(pattern, " ", rest)
    return found - {0, 1}


# shared/reference/trade-practice.md, "Conduct rules for collectors" by the numbers of the deck, and what it
# says besides: identity before the debt (TRADE-ID), claims that somebody else borrowed (TRADE-DISPUTED).
_ENFORCED = (
    "05",
    "08",
    "09",
    "10",
    "12",
    "ID",
    "STRANGER",
    "BARRED",
    "DISPUTED",
    "3P-LOST",
    "3P-ONCE",
    "3P-CEILING",
)


@pytest.mark.parametrize("number", _ENFORCED)
def test_a_conduct_rule_that_the_program_can_see_is_enforced(number: str) -> None:
    ((_pack, clause),) = rule(f"TRADE-{number}")

    assert clause.standing == "enforced"
    assert clause.verdict in {Ruling.DENY, Ruling.APPROVE}


@pytest.mark.parametrize("number", ["06", "07", "11"])
def test_a_conduct_rule_about_what_was_said_or_given_stands_on_the_checklist(number: str) -> None:
    ((_pack, clause),) = rule(f"TRADE-{number}")

    assert (clause.standing, clause.how) == ("listed", "checklist")
    assert clause.undecidable
    assert clause.instead


def test_the_pack_of_conduct_rules_holds_these_and_no_others() -> None:
    named = {f"TRADE-{number}" for number in (*_ENFORCED, "06", "07", "11")}

    assert {one.id for one in CLAUSES if one.pack == "trade-conduct"} == named
