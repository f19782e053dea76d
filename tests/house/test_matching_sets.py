"""The generated matching sets: the same from the same seed, with the shares they state, of nobody real."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from graph.clean.ids import read_id
from graph.frequency import SURNAMES
from graph.link.kinds import known
from tests.benchmarks.matching.cn_placement import SHARES, make
from tests.benchmarks.matching.sets import MAKERS, generate
from tests.benchmarks.matching.table import Table
from tests.benchmarks.matching.western import households_us
from tracer.demo.people import prc_check

RECORDS = 6_000


@pytest.fixture(scope="module")
def placement() -> Table:
    return make(RECORDS, 5)


def _column(table: Table, name: str) -> list[str]:
    at = [*table.columns].index(name) + 1
    return [row[at] for row in table.rows]


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path, name: str) -> None:
    one = generate(name, 300, tmp_path / "one", seed=4)
    same = generate(name, 300, tmp_path / "same", seed=4)
    other = generate(name, 300, tmp_path / "other", seed=5)

    for file in ("records.csv", "truth.csv", "columns.toml"):
        assert (one.folder / file).read_bytes() == (same.folder / file).read_bytes()
    assert (one.folder / "records.csv").read_bytes() != (other.folder / "records.csv").read_bytes()


@pytest.mark.parametrize("name", MAKERS)
def test_records_and_truth_name_the_same_records_in_an_order_that_tells_nothing(
    tmp_path: Path, name: str
) -> None:
    made = generate(name, 800, tmp_path)

    with made.tables[0].open(encoding="utf-8") as file:
        records = [row["rec_id"] for row in csv.DictReader(file)]
    with made.truth.open(encoding="utf-8") as file:
        truth = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    neighbours = sum(truth[a] == truth[b] for a, b in pairwise(records))
    assert records == list(truth)
    assert len(records) == 800
    assert neighbours < 20


@pytest.mark.parametrize("name", MAKERS)
def test_every_column_is_of_a_kind_that_link_knows(name: str) -> None:
    table = MAKERS[name](50, 1)

    assert [kind for kind in table.columns.values() if not known(kind)] == []


def test_chinese_ids_are_of_a_county_that_does_not_exist(placement: Table) -> None:
    ids = [text for text in _column(placement, "身份证号") if text]

    assert [text for text in ids if not re.fullmatch(r"\d{2}9999.*|\d{2}9\*+.{4}", text)] == []


def test_most_chinese_ids_are_sound_and_read_so(placement: Table) -> None:
    whole = [text for text in _column(placement, "身份证号") if len(text) == 18 and "*" not in text]

    sound = [text for text in whole if prc_check(text[:17]) == text[17].upper()]

    assert 0.97 < len(sound) / len(whole) < 0.995
    assert all(read_id(text).value is not None for text in sound[:50])


@pytest.mark.parametrize("column", ["手机号", "备用电话"])
def test_chinese_numbers_have_prefixes_of_no_operator(placement: Table, column: str) -> None:
    digits = [re.sub(r"[^\d*]", "", text)[-11:] for text in _column(placement, column) if text]

    assert {text[:3] for text in digits} == {"154", "164"}


@pytest.mark.parametrize(
    ("name", "columns"), [("households_us", ("phone",)), ("mixed", ("phone_1", "phone_2"))]
)
def test_us_numbers_are_those_set_aside_for_fiction(name: str, columns: tuple[str, ...]) -> None:
    table = MAKERS[name](1_000, 2)

    numbers = [re.sub(r"\D", "", text)[-10:] for column in columns for text in _column(table, column) if text]

    assert [number for number in numbers if number[3:8] != "55501"] == []


def test_us_social_security_numbers_are_never_issued_ones() -> None:
    numbers = [text for text in _column(MAKERS["mixed"](2_000, 2), "ssn") if text]

    assert numbers
    assert [text for text in numbers if text[0] != "9"] == []


def test_masked_and_missing_values_have_the_shares_stated(placement: Table) -> None:
    ids = _column(placement, "身份证号")
    masked = sum("*" in text for text in ids) / RECORDS
    plain = [text for text in ids if "*" not in text]

    assert masked == pytest.approx(SHARES["masked"], abs=0.015)
    assert plain.count("") / len(plain) == pytest.approx(SHARES["id_missing"], abs=0.015)
    assert sum(len(text) == 15 for text in plain) / len(plain) == pytest.approx(
        SHARES["id_fifteen"] * 0.87, abs=0.008
    )


def test_family_names_have_the_published_shares() -> None:
    table = make(20_000, 6)
    bearers = {
        person: name[0]
        for name, person in zip(_column(table, "姓名"), table.truth, strict=True)
        if name[0] in SURNAMES
    }

    found = Counter(bearers.values())

    # A household of one family name counts several times: four standard errors at half the people.
    people = len(set(table.truth))
    for name in "王李张刘陈":
        error = (SURNAMES[name] / (people / 2)) ** 0.5
        assert found[name] / people == pytest.approx(SURNAMES[name] * 0.95, abs=4 * error)


def test_households_hold_several_people_of_one_name_and_line() -> None:
    table = households_us(4_000, 3)
    homes: dict[tuple[str, str], set[str]] = {}
    for row, person in zip(table.rows, table.truth, strict=True):
        homes.setdefault((row[7], row[9]), set()).add(person)

    shared = [people for people in homes.values() if len(people) > 1]

    assert len(shared) > 300


def test_a_father_and_a_son_of_one_name_are_two_persons() -> None:
    table = households_us(4_000, 3)
    suffixes = Counter(
        last.rpartition(" ")[2] for last in _column(table, "last_name") if last.endswith((" jr", " sr"))
    )

    assert min(suffixes["jr"], suffixes["sr"]) > 10
