"""When a message is tried again."""

from __future__ import annotations

import datetime as dt

from tracer.messages.backoff import FIRST, LONGEST, wait


def test_each_wait_is_longer_until_the_longest() -> None:
    waits = [wait(attempts, lambda: 0.999_999) for attempts in range(1, 40)]

    assert waits == sorted(waits)
    assert waits[0] <= FIRST < waits[1]
    assert waits[-1] <= LONGEST


def test_chance_moves_a_wait_by_half_at_most() -> None:
    soonest, latest = wait(5, lambda: 0.0), wait(5, lambda: 0.999_999)

    assert soonest < latest <= 2 * soonest


def test_nine_attempts_last_longer_than_a_day_off() -> None:
    assert sum((wait(n, lambda: 0.0) for n in range(1, 9)), dt.timedelta()) > dt.timedelta(hours=13)
    assert sum((wait(n, lambda: 0.999_999) for n in range(1, 9)), dt.timedelta()) > dt.timedelta(hours=26)


def test_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    assert wait(1, lambda: 0.5, 3600) == dt.timedelta(hours=1)
    assert wait(1, lambda: 0.5, 10**9) == LONGEST
    assert wait(1, lambda: 0.5, 1) < FIRST
