"""A log in a folder of its own, a clock that is set by hand, and drafts to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tracer.log import Draft, Log

CASE = "case_bcdfghjklmnpqrstbcdfghjklmnp"


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "tracer.db"


@pytest.fixture
def log(database: Path, clock: SetClock) -> Iterator[Log]:
    with Log.create(database, clock) as opened:
        yield opened


@pytest.fixture
def asked() -> Callable[..., Draft]:
    def draft(source: str = "camara.kyc-tenure", **more: object) -> Draft:
        body = {"source": source, "fields_sent": ["phone", "anchor_date"], **more}
        return Draft("asked", actor="li.ming", purpose="contact_repair", case=CASE, body=body)

    return draft


@pytest.fixture
def sign_in() -> Draft:
    return Draft("sign_in", actor="li.ming")
