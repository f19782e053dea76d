"""How rare a name is."""

from __future__ import annotations

import pytest

from graph.frequency import SURNAMES, part_bits, sound_bits


def test_the_table_stays_within_the_published_sums():
    first_five = sum(SURNAMES[name] for name in "王李张刘陈")

    assert first_five == pytest.approx(0.308, abs=0.003)
    assert 0.75 < sum(SURNAMES.values()) < 0.86


def test_the_commonest_full_name_is_as_common_as_published():
    # Nearly 300,000 of 1.4 billion (Ministry of Public Security, 2019).
    both = part_bits("张", "name.family") + part_bits("伟", "name.given")

    assert 2.0**-both == pytest.approx(300_000 / 1.4e9, rel=0.05)


def test_a_rare_surname_or_a_longer_given_name_is_rarer():
    assert part_bits("邹", "name.family") > part_bits("张", "name.family")
    assert part_bits("语桐", "name.given") > part_bits("伟", "name.given")


def test_a_sound_is_commoner_than_any_name_it_may_stand_for():
    assert sound_bits("zhang", "name.family") <= part_bits("张", "name.family")
    assert sound_bits("wei", "name.given") < part_bits("玮", "name.given")


def test_what_a_mask_hides_has_no_rarity():
    assert part_bits("*", "name.given") == 0.0
