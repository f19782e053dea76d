"""Planted patterns are found, and what is ordinary is left in peace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tracer.log.flags import Flag, Habits, Strength, before, local
from tracer.log.overuse import chance_of
from tracer.log.patterns import PATTERNS, find

SHANGHAI = ZoneInfo("Asia/Shanghai")
HABITS = Habits(zone=SHANGHAI)
DAY = 86_400_000


def found(book: Any, pattern: str, habits: Habits = HABITS, **more: Any) -> list[Flag]:
    more.setdefault("now", book.clock)
    return [one for one in find(book.columns(), habits, **more) if one.pattern == pattern]


def test_a_look_up_of_a_case_that_is_somebody_elses_is_flagged(book: Any) -> None:
    book.add("case_assigned", "boss", "case_1", to="chen.fang")
    book.add("case_assigned", "boss", "case_2", to="li.ming")
    theirs = book.asked("li.ming", "case_1")
    book.asked("li.ming", "case_2")
    book.asked("li.ming", "case_3")  # nobody's

    flags = found(book, "not_assigned")

    assert [(one.actor, one.entries, one.strength) for one in flags] == [
        ("li.ming", (theirs,), Strength.MEDIUM)
    ]


def test_an_assignment_counts_from_when_it_was_made(book: Any) -> None:
    book.asked("li.ming", "case_1")
    book.add("case_assigned", "boss", "case_1", to="chen.fang")
    book.asked("chen.fang", "case_1")
    book.add("case_assigned", "boss", "case_1", to="li.ming")
    book.asked("li.ming", "case_1")

    assert found(book, "not_assigned") == []


def test_who_works_on_the_whole_portfolio_is_not_flagged_for_it(book: Any) -> None:
    book.add("case_assigned", "boss", "case_1", to="chen.fang")
    book.asked("li.ming", "case_1")

    habits = Habits(zone=SHANGHAI, whole_portfolio=frozenset({"li.ming"}))

    assert found(book, "not_assigned", habits) == []
    assert len(found(book, "not_assigned")) == 1


@pytest.mark.parametrize(
    ("when", "outside"),
    [
        pytest.param("2026-03-02T08:00+08:00", False, id="at the opening"),
        pytest.param("2026-03-02T07:59+08:00", True, id="a minute before"),
        pytest.param("2026-03-02T19:59+08:00", False, id="the last minute"),
        pytest.param("2026-03-02T20:00+08:00", True, id="at the close"),
        pytest.param("2026-03-07T10:00+08:00", False, id="a Saturday"),
        pytest.param("2026-03-08T10:00+08:00", True, id="a Sunday"),
        pytest.param("2026-03-08T23:30+00:00", True, id="Monday half past seven there, Sunday in UTC"),
    ],
)
def test_hours_are_those_of_the_house_in_its_own_zone(book: Any, when: str, outside: bool) -> None:
    book.now = dt.datetime.fromisoformat(when).astimezone(dt.UTC)
    book.asked()

    assert bool(found(book, "outside_hours")) is outside


def test_a_night_shift_closes_before_it_opens(book: Any) -> None:
    habits = Habits(zone=SHANGHAI, opens=22 * 60, closes=6 * 60, days=frozenset(range(7)))
    book.now = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)  # 23:00
    book.asked()
    assert found(book, "outside_hours", habits) == []

    book.move(hours=11)  # 10:00
    book.asked()
    assert len(found(book, "outside_hours", habits)) == 1


def test_numbers_shown_whole_on_one_night_stand_out(book: Any) -> None:
    book.now = dt.datetime(2026, 3, 2, 19, 0, tzinfo=dt.UTC)  # three at night
    book.asked("chen.fang")
    book.add("reveal", "chen.fang")

    (flag,) = found(book, "outside_hours")

    assert (flag.strength, flag.count, flag.params["days"]) == (Strength.STRONG, 2, "1")


def test_local_time_follows_the_change_of_clocks() -> None:
    zone = ZoneInfo("America/New_York")
    moments = [dt.datetime(2026, 3, 8, 6, 59, tzinfo=dt.UTC), dt.datetime(2026, 3, 8, 7, 0, tzinfo=dt.UTC)]

    minute, weekday, _ = local(np.array([int(one.timestamp() * 1000) for one in moments]), zone)

    assert minute.tolist() == [119, 180]
    assert weekday.tolist() == [6, 6]


def _walk(book: Any, cases: int, seconds: float, actor: str = "li.ming", **more: object) -> None:
    for number in range(cases):
        book.asked(actor, f"case_{number}", **more)
        book.move(seconds=seconds)


def test_many_cases_one_after_the_other_by_hand_are_flagged(book: Any) -> None:
    _walk(book, 40, seconds=8)

    (flag,) = found(book, "many_people")

    assert (flag.strength, flag.params["cases"], flag.count) == (Strength.MEDIUM, "40", 40)


def test_a_days_work_is_not_many_in_few_minutes(book: Any) -> None:
    _walk(book, 200, seconds=60)

    assert found(book, "many_people") == []


def test_one_case_asked_about_often_is_one_person(book: Any) -> None:
    for _ in range(100):
        book.asked()

    assert found(book, "many_people") == []


def test_a_command_over_a_list_is_weak(book: Any) -> None:
    _walk(book, 500, seconds=0.05, session="session_x")

    (flag,) = found(book, "many_people")

    assert (flag.strength, flag.params["how"], flag.params["cases"]) == (Strength.WEAK, "list", "500")


def test_a_person_at_one_long_sign_in_is_not_taken_for_a_command(book: Any) -> None:
    _walk(book, 40, seconds=8, session="session_x")

    (flag,) = found(book, "many_people")

    assert flag.params["how"] == "by_hand"


def test_two_bursts_are_two_flags_with_names_of_their_own(book: Any) -> None:
    _walk(book, 40, seconds=8)
    book.move(hours=2)
    _walk(book, 40, seconds=8)

    flags = found(book, "many_people")

    assert len({one.id for one in flags}) == 2


def test_a_case_opened_for_one_look_up_is_flagged(book: Any) -> None:
    book.add("case_closed", "boss", "case_1")
    book.move(days=1)
    book.add("case_reopened", "li.ming", "case_1")
    asked = book.asked("li.ming", "case_1")
    book.move(hours=1)
    book.add("case_closed", "li.ming", "case_1")

    flags = found(book, "opened_for_one")

    assert [one.entries for one in flags] == [(asked,)]


@pytest.mark.parametrize("hours", [30, None], ids=["closed much later", "left open"])
def test_a_case_opened_to_be_worked_on_is_not_flagged(book: Any, hours: int | None) -> None:
    book.add("case_reopened", "li.ming", "case_1")
    book.asked("li.ming", "case_1")
    if hours:
        book.move(hours=hours)
        book.add("case_closed", "li.ming", "case_1")

    assert found(book, "opened_for_one") == []


def test_a_case_borrowed_for_a_look_is_flagged(book: Any) -> None:
    book.add("case_assigned", "boss", "case_1", to="chen.fang")
    book.move(hours=1)
    book.add("case_assigned", "li.ming", "case_1", to="li.ming")
    asked = book.add("reveal", "li.ming", "case_1")
    book.move(hours=1)
    book.add("case_assigned", "li.ming", "case_1", to="chen.fang")

    flags = found(book, "borrowed_case")

    assert [(one.actor, one.entries) for one in flags] == [("li.ming", (asked,))]


def _refused(book: Any, **more: object) -> int:
    said = {"source": "employer", "purpose": "contact_repair", "client": "northbank", **more}
    return int(book.add("refused", "li.ming", "case_1", **said))


@pytest.mark.parametrize(
    ("then", "seconds", "strength"),
    [
        pytest.param({"purpose": "asset_search"}, 60, Strength.STRONG, id="another purpose"),
        pytest.param({"client": "harbor"}, 60, Strength.STRONG, id="another client"),
        pytest.param({"source": "camara.kyc-match"}, 60, Strength.MEDIUM, id="another source"),
        pytest.param({"purpose": "asset_search"}, 60 * 16, None, id="much later"),
        pytest.param({"source": "camara.kyc-match"}, 1, None, id="the next source of the same command"),
        pytest.param({}, 60, None, id="the same again"),
    ],
)
def test_a_refusal_and_then_other_words_are_flagged(
    book: Any, then: dict[str, object], seconds: float, strength: Strength | None
) -> None:
    _refused(book)
    book.move(seconds=seconds)
    asked = book.asked("li.ming", "case_1", **({"source": "employer"} | then))

    flags = found(book, "refused_then_rephrased")

    assert [(one.entries, one.strength) for one in flags] == ([((asked,), strength)] if strength else [])


def test_a_source_that_was_asked_before_the_refusal_is_not_another_way_round(book: Any) -> None:
    book.asked("li.ming", "case_1", source="case_file")
    _refused(book)
    book.move(minutes=2)
    book.asked("li.ming", "case_1", source="case_file")

    assert found(book, "refused_then_rephrased") == []


def test_somebody_elses_refusal_is_not_his(book: Any) -> None:
    _refused(book)
    book.move(minutes=1)
    book.asked("chen.fang", "case_1", purpose="asset_search")

    assert found(book, "refused_then_rephrased") == []


def test_look_ups_on_returned_cases_are_strong_and_refused_ones_weak(book: Any) -> None:
    book.asked("li.ming", "case_1")
    book.add("case_returned", "boss", "case_1")
    made = book.asked("li.ming", "case_1")
    tried = book.add("refused", "chen.fang", "case_1", source="case_file")

    flags = found(book, "returned_case")

    assert [(one.actor, one.entries, one.strength) for one in flags] == [
        ("li.ming", (made,), Strength.STRONG),
        ("chen.fang", (tried,), Strength.WEAK),
    ]


def test_a_case_opened_again_is_open(book: Any) -> None:
    book.add("case_closed", "boss", "case_1")
    book.add("case_reopened", "boss", "case_1")
    book.asked("li.ming", "case_1")

    assert found(book, "returned_case") == []


def _peers(book: Any, often: Callable[[int], int]) -> None:
    for person in range(4):
        for case in range(40):
            book.asked(f"person{person}", f"case_{person}_{case}", source="case_file")
            for number in range(often(person)):
                if (case + number) % 4 == 0:
                    book.asked(f"person{person}", f"case_{person}_{case}", source="camara.kyc-match")


def test_a_source_used_far_more_than_peers_do_is_flagged(book: Any) -> None:
    _peers(book, lambda person: 6 if person == 2 else 1)

    flags = found(book, "source_overuse")

    assert [(one.actor, one.params["source"]) for one in flags] == [("person2", "camara.kyc-match")]
    assert float(flags[0].params["times"]) == pytest.approx(5.9, abs=0.2)


def test_peers_who_differ_as_people_do_are_not_flagged(book: Any) -> None:
    _peers(book, lambda person: 2 if person == 2 else 1)

    assert found(book, "source_overuse") == []


def test_with_one_peer_alone_nobody_knows_who_is_unusual(book: Any) -> None:
    for case in range(40):
        book.asked("person0", f"case_{case}", source="case_file")
        for _ in range(5):
            book.asked("person1", f"case_{case}", source="case_file")

    assert found(book, "source_overuse") == []


def test_the_chance_of_a_count_is_that_of_the_negative_binomial() -> None:
    # Shape 1 is geometric: the chance of n or more is q to the n.
    assert chance_of(7, 3.0, 1.0) == pytest.approx(0.75**7)
    # A large shape is Poisson: 1 - e^-2 (1 + 2 + 2) for three or more at mean 2.
    assert chance_of(3, 2.0, 1e9) == pytest.approx(0.3233235, rel=1e-5)
    assert chance_of(100_000, 10.0, 10.0) == pytest.approx(0.0)


def test_reveals_without_a_call_are_flagged_once_there_was_time_for_one(book: Any) -> None:
    lone = book.add("reveal", "li.ming", "case_1")
    book.add("reveal", "li.ming", "case_2")
    book.move(hours=2)
    book.add("outcome", "chen.fang", "case_2")

    assert found(book, "reveal_without_call") == []
    (flag,) = found(book, "reveal_without_call", now=book.clock + 4 * DAY)
    assert flag.entries == (lone,)


def test_calls_that_came_in_a_file_count(book: Any) -> None:
    book.add("reveal", "li.ming", "case_1")
    later = book.clock + 4 * DAY

    assert found(book, "reveal_without_call", now=later, called={"case_1": (book.clock + 60_000,)}) == []
    assert found(book, "reveal_without_call", now=later, called={"case_1": (book.clock - DAY,)}) != []


def test_numbers_shown_whole_again_and_again_without_calls_are_strong(book: Any) -> None:
    for case in range(6):
        book.add("reveal", "li.ming", f"case_{case}")

    (flag,) = found(book, "reveal_without_call", now=book.clock + 4 * DAY)

    assert (flag.strength, flag.count) == (Strength.STRONG, 6)


def test_reading_the_log_is_flagged_for_who_is_no_reviewer(book: Any) -> None:
    book.asked("li.ming")
    for actor in ("li.ming", "wang.jun", "auditor"):
        book.add("log_read", actor, "", rows=700)
    book.add("log_read", "chen.fang", "", rows=3)

    flags = found(book, "log_reading", Habits(zone=SHANGHAI, reviewers=frozenset({"auditor"})))

    assert [(one.actor, one.strength) for one in flags] == [
        ("li.ming", Strength.MEDIUM),
        ("wang.jun", Strength.WEAK),
    ]


def test_a_retry_is_not_another_look_up(book: Any) -> None:
    first = book.asked("li.ming", "case_1")
    book.add("case_assigned", "boss", "case_1", to="chen.fang")
    book.asked("li.ming", "case_1", about=first)

    assert found(book, "not_assigned") == []


def test_what_happened_before_the_period_is_known_and_not_flagged(book: Any) -> None:
    book.add("case_assigned", "boss", "case_1", to="chen.fang")
    book.asked("li.ming", "case_1")
    book.move(days=1)
    since = book.clock
    later = book.asked("li.ming", "case_1")

    (flag,) = found(book, "not_assigned", since=since)

    assert flag.entries == (later,)
    assert flag.id == found(book, "not_assigned")[0].id


def test_an_empty_log_has_no_patterns(book: Any) -> None:
    assert find(book.columns(), HABITS, now=book.clock) == ()


def test_an_ordinary_week_gives_no_flags(book: Any) -> None:
    # Four people, forty cases each, sources as everybody asks them, calls after reveals, in working hours.
    for person in range(4):
        for case in range(40):
            book.add("case_assigned", "boss", f"case_{person}_{case}", to=f"person{person}")
    for day in range(5):
        start = book.now
        for case in range(8):
            for person in range(4):
                actor, name = f"person{person}", f"case_{person}_{day * 8 + case}"
                for source in ("case_file", "references", "employer"):
                    book.asked(actor, name, source=source, session=f"session_{person}_{day}_{case}")
                book.move(minutes=10)
                book.add("reveal", actor, name)
                book.move(minutes=2)
                book.add("outcome", actor, name)
        book.now = start + dt.timedelta(days=1)

    assert find(book.columns(), HABITS, now=book.clock + 10 * DAY) == ()


def test_the_latest_before_is_the_one_a_plain_loop_finds(book: Any) -> None:
    dice = np.random.default_rng(5)
    for _ in range(400):
        book.add(
            str(dice.choice(["case_assigned", "asked", "refused"])),
            str(dice.choice(["a", "b", "c"])),
            str(dice.choice([f"case_{number}" for number in range(7)])),
        )
    log = book.columns()
    these, places = log.of("case_assigned"), np.flatnonzero(log.of("asked"))

    got = before(log, these, places, by=(log.actor,))

    plain = [
        max(
            (
                place
                for place in np.flatnonzero(these)
                if place < at and log.case[place] == log.case[at] and log.actor[place] == log.actor[at]
            ),
            default=-1,
        )
        for at in places
    ]
    assert got.tolist() == plain


def test_flags_come_in_one_order_and_every_pattern_is_listed(book: Any) -> None:
    _walk(book, 40, seconds=8)
    book.add("case_returned", "boss", "case_1")
    book.asked("li.ming", "case_1")

    flags = find(book.columns(), HABITS, now=book.clock)

    assert [one.pattern for one in flags] == ["returned_case", "many_people"]
    assert {one.pattern for one in flags} <= set(PATTERNS)
