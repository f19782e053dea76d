"""Rate and budget: never faster than agreed, never more than the day allows."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.pace import Budget, Limiter, Timing

NOW = dt.datetime(2026, 11, 23, 15, 59, tzinfo=dt.UTC)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


class Moments:
    def __init__(self) -> None:
        self.seconds = 0.0

    def timing(self) -> Timing:
        return Timing(now=self.now, monotonic=lambda: self.seconds, sleep=self.sleep)

    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        # Whoever wakes first moves the time for all: waiting side by side, as on a real clock.
        until = self.seconds + seconds
        await asyncio.sleep(0)
        self.seconds = max(self.seconds, until)


@given(st.floats(0.5, 200), st.integers(2, 40))
def test_any_two_turns_are_a_step_apart(rate: float, count: int) -> None:
    moments = Moments()
    limiter = Limiter(rate, moments.timing())
    turns: list[float] = []

    async def run() -> None:
        for _ in range(count):
            await limiter.turn()
            turns.append(moments.seconds)

    asyncio.run(run())

    gaps = [later - earlier for earlier, later in itertools.pairwise(turns)]
    assert min(gaps) >= 1 / rate - 1e-9
    assert turns[-1] == pytest.approx((count - 1) / rate)


def test_a_pause_holds_back_those_who_wait_already() -> None:
    moments = Moments()
    limiter = Limiter(1.0, moments.timing())
    turns: list[float] = []

    async def one() -> None:
        await limiter.turn()
        turns.append(moments.seconds)

    async def run() -> None:
        await one()
        waiting = asyncio.create_task(one())
        await asyncio.sleep(0)
        limiter.pause(30.0)
        await waiting

    asyncio.run(run())

    assert turns[0] == 0
    assert turns[1] >= 30


def budget(limit: int | None, moments: Moments) -> Budget:
    return Budget(limit, lambda since, after: iter(()), lambda entry: False, SHANGHAI, moments.timing())


def test_the_day_is_the_houses_and_not_utc() -> None:
    moments = Moments()
    day = budget(1, moments)

    taken = [day.take(), day.take()]  # 23:59 in Shanghai
    moments.seconds = 120

    assert taken == [True, False]
    assert day.take()


def test_no_limit_counts_nothing_and_zero_allows_nothing() -> None:
    moments = Moments()

    assert all(budget(None, moments).take() for _ in range(5))
    assert not budget(0, moments).take()
