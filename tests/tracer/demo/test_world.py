from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from graph.clean.phones import read_phones
from tracer.demo.carrier import LineState
from tracer.demo.lives import Story
from tracer.demo.world import COUNTRY, HARBORCREDIT, NORTHBANK, PlacedCase, World

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(1500, 7, TODAY)


def _cells(case: PlacedCase) -> list[str]:
    return [case.phone, case.spouse[1], *(contact[2] for contact in case.contacts)]


def test_equal_arguments_give_an_equal_market_and_another_seed_another(world: World) -> None:
    again, other = World.build(1500, 7, TODAY), World.build(1500, 8, TODAY)

    assert again.cases == world.cases
    assert again.truth == world.truth
    assert again.sandbox() == world.sandbox()
    assert other.cases != world.cases


def test_what_a_cell_is_said_to_show_is_what_the_cleaner_reads_from_it(world: World) -> None:
    for case in world.cases:
        read = {
            phone.e164
            for cell in _cells(case)
            for phone in read_phones(cell, COUNTRY[case.client]).value or ()
            if phone.e164
        }

        assert read == case.shown


def test_the_true_number_is_used_today_and_can_be_found_and_none_says_that_there_is_none(
    world: World,
) -> None:
    for case in world.cases:
        true, both = world.truth[case.key], world.used[case.key] & world.findable[case.key]

        assert (true in both) if true else not both


def test_a_used_number_is_a_working_line_of_its_user_today(world: World) -> None:
    lines = world.sandbox().lines

    for case in world.cases:
        family = {case.debtor.person.id}
        if case.debtor.spouse:
            family.add(case.debtor.spouse.person.id)
        for number in case.debtor.used:
            line = lines[number]
            holding = line.holding_on(TODAY)
            assert line.status is LineState.ACTIVE
            assert holding is not None
            assert holding.holder_id in family


def test_no_two_holdings_of_a_line_overlap_and_none_is_in_the_future(world: World) -> None:
    for line in world.sandbox().lines.values():
        end = dt.date.min
        for holding in line.holder_history:
            assert end <= holding.since <= TODAY
            end = holding.until or dt.date.max


def test_every_story_is_told_and_about_a_fifth_of_the_cases_have_no_number_to_find(world: World) -> None:
    stories = Counter(case.debtor.story for case in world.cases)
    nobody = sum(true is None for true in world.truth.values()) / len(world.cases)

    assert set(stories) == set(Story)
    assert 0.12 < nobody < 0.28


def test_debtors_come_again_within_a_client_and_across_clients(world: World) -> None:
    clients: dict[str, Counter[str]] = {}
    for case in world.cases:
        clients.setdefault(case.debtor.person.id, Counter())[case.client] += 1

    assert any(max(seen.values()) > 1 for seen in clients.values())
    assert any(set(seen) == {NORTHBANK, HARBORCREDIT} for seen in clients.values())


def test_a_number_given_up_is_with_a_stranger_now_or_with_nobody(world: World) -> None:
    lines = world.sandbox().lines
    dropped = [
        (case.debtor.person.id, own.number) for case in world.cases for own in case.debtor.own if own.until
    ]

    recycled = [lines[number].holding_on(TODAY) for _, number in dropped]

    assert any(recycled)
    assert not all(recycled)
    assert all(
        now.holder_id != person for (person, _), now in zip(dropped, recycled, strict=True) if now is not None
    )


def test_households_and_switchboards_are_shared_by_several_debtors(world: World) -> None:
    users = Counter(
        number
        for debtor in {case.debtor.person.id: case.debtor for case in world.cases}.values()
        for number in debtor.used
    )
    boards = Counter(case.debtor.workplace.switchboard for case in world.cases if case.debtor.workplace)

    assert users.most_common(1)[0][1] > 1
    assert boards.most_common(1)[0][1] > 1


def test_the_clear_text_sets_hold_everybody_a_file_or_the_operator_names(world: World) -> None:
    names, phones, ids = world.names(), world.phones(), world.ids()

    for case in world.cases:
        assert case.debtor.person.name in names
        assert case.debtor.person.id in ids
        assert case.shown <= phones
    for number, line in world.sandbox().lines.items():
        assert number in phones
        assert {holding.holder_id for holding in line.holder_history} <= ids
        assert {holding.holder_name for holding in line.holder_history} <= names
    assert all(len(name) > 1 and "*" not in name for name in names)


def test_a_large_world_does_not_run_out_of_us_numbers() -> None:
    world = World.build(30_000, 2, TODAY)

    clients = Counter(case.client for case in world.cases)

    assert clients[HARBORCREDIT] > 1000
    assert sum(clients.values()) == 30_000
    assert len({case.key for case in world.cases}) == 30_000


@pytest.mark.parametrize("cases", [0, 1, 2])
def test_a_tiny_world_can_be_built(cases: int) -> None:
    world = World.build(cases, 1, TODAY)

    assert len(world.truth) == cases
