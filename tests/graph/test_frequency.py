"""How rare a name is."""

from __future__ import annotations

import pytest

from graph.frequency import (
    ENOUGH_CASES,
    SURNAMES,
    Frequencies,
    bits,
    count,
    published_han,
    published_latin,
    published_pinyin,
)


def test_the_table_stays_within_the_published_sums():
    first_five = sum(SURNAMES[name] for name in "王李张刘陈")

    assert first_five == pytest.approx(0.308, abs=0.003)
    assert 0.75 < sum(SURNAMES.values()) < 0.86


def test_the_commonest_full_name_is_as_common_as_published():
    # Nearly 300,000 of 1.4 billion (Ministry of Public Security, 2019).
    assert published_han("张", "伟") == pytest.approx(300_000 / 1.4e9, rel=0.05)


def test_a_rare_surname_or_a_longer_given_name_is_rarer():
    assert published_han("邹", "伟") < published_han("张", "伟")
    assert published_han("张", "语桐") < published_han("张", "伟")


def test_a_name_in_pinyin_is_commoner_than_any_name_it_may_stand_for():
    assert published_pinyin("zhang", "wei") > published_han("张", "伟")
    assert published_latin("zhang", "wei") == published_pinyin("zhang", "wei")


def test_counts_of_few_cases_do_not_speak():
    few = count((f"case-{i}", "张伟", ()) for i in range(20))

    assert few.rarity("张伟", 1e-4) == bits(1e-4)


def test_counts_of_many_cases_make_a_name_commoner_but_never_rarer():
    cases = ENOUGH_CASES * 2
    seen = count((f"case-{i}", "阿依古丽" if i % 10 == 0 else f"name {i}", ()) for i in range(cases))

    assert seen.rarity("阿依古丽", 1e-6) < 5
    assert seen.rarity("张伟", 2.1e-4) == bits(2.1e-4)


def test_records_that_share_a_case_or_a_mark_are_one_bearer_in_any_order():
    seen = [
        ("A", "张伟", ("phone:1",)),
        ("A", "张伟", ("phone:9",)),
        ("B", "张伟", ("phone:2", "born:1990-2-3")),
        ("C", "张伟", ("phone:2",)),
        ("D", "张伟", ("phone:9", "phone:2")),
        ("E", "张伟", ()),
        ("E", "李娜", ("phone:1",)),
    ]

    assert count(seen).holders == {"张伟": 2, "李娜": 1}
    assert count(seen[::-1]).holders == {"张伟": 2, "李娜": 1}


def test_no_counts_means_published_figures():
    assert Frequencies().rarity("张伟", 2.1e-4) == bits(2.1e-4)
