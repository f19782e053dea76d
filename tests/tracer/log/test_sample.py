"""How many look-ups an auditor sees, and that nobody chose which."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import comb
from typing import Any

import pytest

from tracer.log.sample import draw, places_of, sample_size, shuffled

ROOT = bytes(range(32))


@pytest.mark.parametrize(
    ("assurance", "tolerable", "size"),
    # The zero-error row of the AICPA's attribute sampling tables at 95 % and 90 %; 99 % by the same formula.
    [
        (95, 1, 299), (95, 2, 149), (95, 3, 99), (95, 4, 74), (95, 5, 59), (95, 6, 49), (95, 7, 42),
        (95, 8, 36), (95, 9, 32), (95, 10, 29), (95, 15, 19), (95, 20, 14), (90, 5, 45), (90, 10, 22),
        (99, 5, 90), (99, 1, 459),
    ],
)  # fmt: skip
def test_the_size_for_a_large_population_is_the_published_one(
    assurance: float, tolerable: float, size: int
) -> None:
    assert sample_size(10_000_000, assurance, tolerable) == size


@pytest.mark.parametrize("population", [1, 2, 7, 20, 40, 100, 333, 1000])
@pytest.mark.parametrize(("assurance", "tolerable"), [(95, 5), (90, 10), (99, 1), (50, 50), (80, 0.5)])
def test_the_size_is_the_fewest_that_reach_the_assurance_exactly(
    population: int, assurance: int, tolerable: float
) -> None:
    size = sample_size(population, assurance, tolerable)

    wrong = max(1, -(-population * Fraction(str(tolerable)) // 100))

    def missed(drawn: int) -> Fraction:
        return Fraction(comb(population - int(wrong), drawn), comb(population, drawn))

    limit = 1 - Fraction(assurance, 100)
    assert missed(size) <= limit
    assert size == 0 or missed(size - 1) > limit


def test_a_population_of_nothing_needs_no_sample_and_one_of_little_is_seen_whole() -> None:
    assert sample_size(0, 95, 5) == 0
    assert sample_size(5, 95, 5) == 5


@pytest.mark.parametrize(("assurance", "tolerable"), [(0, 5), (100, 5), (95, 0), (95, 100), (-1, 5)])
def test_shares_that_cannot_be_are_refused(assurance: float, tolerable: float) -> None:
    with pytest.raises(ValueError, match="percentages"):
        sample_size(100, assurance, tolerable)


def test_the_shuffle_can_be_redone_in_any_language() -> None:
    # A known answer: whoever draws again in another language compares with it.
    assert list(shuffled(b"seed", 10, 10)) == [3, 0, 2, 5, 8, 6, 4, 1, 7, 9]
    assert list(shuffled(b"seed", 10, 4)) == list(shuffled(b"seed", 10, 10))[:4]


def test_every_look_up_is_as_likely_as_any_other() -> None:
    counts: Counter[int] = Counter()
    for seed in range(4000):
        counts.update(shuffled(seed.to_bytes(4, "big"), 20, 5))

    # 4000 draws of a quarter: 1000 ± 5 standard deviations of 27.
    assert set(counts) == set(range(20))
    assert all(abs(count - 1000) < 137 for count in counts.values())


def _many(book: Any, count: int = 400) -> Any:
    for number in range(count):
        book.asked(f"person{number % 3}", f"case_{number % 50}", source=("case_file", "employer")[number % 2])
    book.asked("rare.person", "case_1", source="rare.source")
    return book.columns()


def test_one_head_gives_one_sample_and_another_head_another(book: Any) -> None:
    log = _many(book)

    first = draw(log, size=401, root=ROOT, assurance=95, tolerable=5)
    again = draw(log, size=401, root=ROOT, assurance=95, tolerable=5)
    other = draw(log, size=401, root=ROOT[::-1], assurance=95, tolerable=5)

    assert first == again
    assert {one.seq for one in first.drawn} != {one.seq for one in other.drawn}


def test_every_person_and_every_source_appears(book: Any) -> None:
    log = _many(book)

    for last in range(30):
        sample = draw(log, size=401, root=bytes([last]) * 32, assurance=95, tolerable=20)
        drawn = log.picked(places_of(log, [one.seq for one in sample.drawn]))
        assert {log.words[code] for code in drawn.actor.tolist()} >= {
            "person0",
            "person1",
            "person2",
            "rare.person",
        }
        assert {log.words[code] for code in drawn.source.tolist()} == {"case_file", "employer", "rare.source"}
        assert sum(one.why == "chance" for one in sample.drawn) == sample.by_chance


def test_a_larger_sample_from_the_same_head_holds_the_smaller_one(book: Any) -> None:
    log = _many(book)

    small = draw(log, size=401, root=ROOT, assurance=90, tolerable=10)
    large = draw(log, size=401, root=ROOT, assurance=99, tolerable=5)

    by_chance = [{one.seq for one in sample.drawn if one.why == "chance"} for sample in (small, large)]
    assert by_chance[0] < by_chance[1]


def test_no_look_ups_give_an_empty_sample(book: Any) -> None:
    sample = draw(book.columns(), size=1, root=ROOT, assurance=95, tolerable=5)

    assert (sample.population, sample.drawn) == (0, ())
