"""The fictional markets of the in-use benchmark: the same from the same seed, of nobody real, with a truth
that agrees with itself and with what look-ups and calls say."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graph.plain import read_case
from tests.benchmarks.inuse.desk import COSTS, LOOKUPS, hear
from tests.benchmarks.inuse.lives import DEBTOR, NONE, Line, others_line, own_lines, person
from tests.benchmarks.inuse.market import MARKETS, Way
from tests.benchmarks.inuse.score import scores
from tests.benchmarks.inuse.sources import Told
from tests.benchmarks.inuse.world import Case, cases, generate, market_named, random_market, write

DRAWN = tuple(f"random:{seed}" for seed in range(8))
EVERY = (*MARKETS, *DRAWN)
TODAY = dt.date(2024, 6, 1).toordinal()


@pytest.fixture(scope="module", params=EVERY)
def some(request: pytest.FixtureRequest) -> tuple[Case, ...]:
    return tuple(cases(market_named(request.param), 150, 4))


@pytest.mark.parametrize("name", ["us_like", "random:3"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path, name: str) -> None:
    write(market_named(name), 40, 4, tmp_path / "one")
    write(market_named(name), 40, 4, tmp_path / "same")
    write(market_named(name), 40, 5, tmp_path / "other")

    for file in ("evidence.jsonl", "truth.jsonl", "lookups.jsonl"):
        one, same, other = ((tmp_path / which / file).read_bytes() for which in ("one", "same", "other"))
        assert one == same
        assert one != other


def test_a_case_is_the_same_however_many_are_made_and_with_or_without_lookups() -> None:
    whole = list(generate(MARKETS["cn_like"], 20, 4))
    late = list(generate(MARKETS["cn_like"], 5, 4, start=15, lookups=False))

    assert [evidence for evidence, _, _ in whole[15:]] == [evidence for evidence, _, _ in late]
    assert [truth for _, truth, _ in whole[15:]] == [truth for _, truth, _ in late]
    assert all(not lookups for _, _, lookups in late)


def test_every_number_has_one_truth_and_four_lookups_and_every_claim_a_number(some: tuple[Case, ...]) -> None:
    for case in some:
        named = [number["number"] for number in case.evidence["numbers"]]  # type: ignore[attr-defined]
        asked = Counter(row["number"] for row in case.lookups)

        assert [row["number"] for row in case.truth] == named
        assert len(set(named)) == len(named) == len(case.parts)
        assert asked == dict.fromkeys(named, len(LOOKUPS))
        assert all(row["cost"] == COSTS[str(row["lookup"])] for row in case.lookups)
        for number in case.evidence["numbers"]:  # type: ignore[attr-defined]
            assert any(item["kind"] == "claim" for item in number["evidence"])


def test_truth_agrees_with_itself(some: tuple[Case, ...]) -> None:
    for case in some:
        primaries = [row for row in case.truth if row["primary"]]
        assert len(primaries) <= 1
        for row, part in zip(case.truth, case.parts, strict=True):
            assert row["debtor_uses"] == (row["state"] == "debtor")
            assert not row["shared_use"] or row["debtor_uses"]
            if row["primary"]:
                assert part in {"own", "second", "suspended"}


def test_nothing_is_dated_after_the_day_of_the_case_and_items_are_sorted(some: tuple[Case, ...]) -> None:
    for case in some:
        for number in case.evidence["numbers"]:  # type: ignore[attr-defined]
            dates = [item["date"] for item in number["evidence"]]
            dated = [date for date in dates if date]
            assert dated == sorted(dated)
            assert dates == dated + [None] * (len(dates) - len(dated))
            assert all(date <= str(case.evidence["as_of"]) for date in dated)


def test_numbers_belong_to_nobody_and_are_read_without_loss(some: tuple[Case, ...]) -> None:
    for case in some:
        read = read_case(case.evidence)

        assert read.skipped == 0
        assert all(re.fullmatch(r"\+999\d{9}", number) for number in read.numbers)


def test_carriers_call_dead_numbers_empty_far_more_often_than_those_in_use(some: tuple[Case, ...]) -> None:
    said: dict[bool, list[bool]] = {True: [], False: []}
    for case in some:
        dead = {row["number"] for row, part in zip(case.truth, case.parts, strict=True) if part == "dead"}
        used = {row["number"] for row in case.truth if row["debtor_uses"]}
        for row in case.lookups:
            if row["lookup"] == "carrier_status" and row["number"] in dead | used:
                said[row["number"] in dead].append(row["answer"]["value"] == "empty")  # type: ignore[index]

    assert np.mean(said[True]) > 0.4 > 0.1 > np.mean(said[False])


@pytest.mark.parametrize("name", MARKETS)
def test_a_named_market_leaves_as_many_cases_without_a_number_in_use_as_real_ones(name: str) -> None:
    made = list(cases(MARKETS[name], 500, 9, lookups=False))

    nobody = np.mean([not any(row["debtor_uses"] for row in case.truth) for case in made])

    assert 0.1 < nobody < 0.3


def test_drawn_markets_differ_and_bring_sources_nobody_has_heard_of() -> None:
    drawn = [random_market(seed) for seed in range(40)]
    usual = {source.name for market in MARKETS.values() for source in market.sources}

    names = [{source.name for source in market.sources} for market in drawn]

    assert random_market(7) == drawn[7]
    assert len({market.loss for market in drawn}) == 40
    assert 5 < sum(bool(found - usual) for found in names) < 40
    assert all(any(source.way in (Way.FORM, Way.VENDOR) for source in market.sources) for market in drawn)


def test_no_sold_number_was_sold_again_before_its_ageing_was_over() -> None:
    market = MARKETS["cn_like"]
    rng = random.Random(3)
    waits = []
    for _ in range(300):
        debtor = person(rng, market, TODAY - 300)
        lines: list[Line] = own_lines(rng, market, debtor, TODAY)
        lines.append(others_line(rng, market, TODAY - 2000, TODAY, "associate", "kin"))
        for line in lines:
            assert line.spans == sorted(line.spans, key=lambda span: span[0])
            freed = None
            for day, who in line.spans:
                if freed is not None and who == "stranger":
                    waits.append(day - freed)
                freed = day if who == NONE else None

    assert len(waits) > 100
    assert min(waits) >= market.carrier.ageing[0]


def test_a_dodger_says_wrong_number_where_an_honest_debtor_does_not() -> None:
    rng = random.Random(5)
    market = MARKETS["us_like"]
    heard: dict[float, Counter[str]] = {}
    for dodges in (0.0, 1.0):
        debtor = replace(person(rng, market, TODAY - 400), dodges=dodges, answers=0.9)
        told = Told(rng, market, debtor, TODAY - 400, TODAY, 1)
        line = Line(rng, "own")
        line.spans.append((TODAY - 900, DEBTOR))
        heard[dodges] = Counter(hear(told, line, TODAY - 10)[0] for _ in range(400))

    assert heard[0.0]["wrong_party"] == 0
    assert heard[0.0]["right_party"] > 200
    assert heard[1.0]["right_party"] == 0
    assert heard[1.0]["wrong_party"] > 100


def test_figures_of_a_hand_made_example_are_those_reckoned_by_hand() -> None:
    p = np.array([0.9, 0.2, 0.6, 0.5, 0.1, 0.3])
    y = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    case = np.array([0, 0, 1, 1, 2, 2])

    found = scores(p, y, case)

    assert found["p_at_1"] == pytest.approx(1 / 3)
    assert found["top1_hit"] == pytest.approx(1 / 2)
    assert found["ndcg_at_3"] == pytest.approx((1 + 1 / np.log2(3)) / 2)
    assert found["auc"] == pytest.approx(7 / 8)
    assert found["brier"] == pytest.approx((0.01 + 0.04 + 0.36 + 0.25 + 0.01 + 0.09) / 6)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.8, 0.4, 0.5, 0.9, 0.7]).mean())


def test_the_files_are_json_lines_of_the_agreed_fields(tmp_path: Path) -> None:
    write(MARKETS["us_like"], 5, 1, tmp_path)

    truth = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    evidence = [json.loads(line) for line in (tmp_path / "evidence.jsonl").read_text().splitlines()]
    asked = [json.loads(line) for line in (tmp_path / "lookups.jsonl").read_text().splitlines()]
    assert {tuple(row) for row in truth} == {
        ("case_id", "number", "debtor_uses", "state", "shared_use", "primary")
    }
    assert {tuple(row) for row in evidence} == {("case_id", "regime", "as_of", "opened", "debtor", "numbers")}
    assert {tuple(row) for row in asked} == {("case_id", "number", "lookup", "cost", "answer")}
