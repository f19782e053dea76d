"""A log in a folder of its own, a clock that is set by hand, and drafts to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tracer.log import Draft, Log
from tracer.log.columns import Columns

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


class Book:
    """A log as columns, written by hand: what happened, who did it, on which case, and when (UTC)."""

    def __init__(self) -> None:
        self._rows: list[dict[str, object]] = []
        self.now = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)  # a Monday, ten in the morning in Shanghai

    def add(self, event: str, actor: str = "li.ming", case: str = "case_a", **more: object) -> int:
        """Add an entry now; gives its number."""
        self._rows.append({"event": event, "actor": actor, "case": case, "at": self.now, **more})
        return len(self._rows)

    def asked(self, actor: str = "li.ming", case: str = "case_a", **more: object) -> int:
        said = {"source": "case_file", "purpose": "contact_repair", "client": "northbank", **more}
        return self.add("asked", actor, case, **said)

    def move(self, **by: float) -> None:
        self.now += dt.timedelta(**by)

    @property
    def clock(self) -> int:
        return int(self.now.timestamp() * 1000)

    def columns(self) -> Columns:
        words = {"": 0}

        def code(row: dict[str, object], key: str) -> int:
            return words.setdefault(str(row.get(key, "")), len(words))

        coded = {
            key: np.array([code(row, key) for row in self._rows], dtype=np.int64)
            for key in ("event", "actor", "case", "source", "session", "purpose", "client", "to")
        }
        whole = {
            key: np.array([row.get(key, 0) for row in self._rows], dtype=np.int64)
            for key in ("about", "rows")
        }
        at = [int(row["at"].timestamp() * 1000) for row in self._rows]  # type: ignore[attr-defined]
        return Columns(
            seq=np.arange(1, len(self._rows) + 1),
            at=np.array(at, dtype=np.int64),
            words=tuple(words),
            **coded,
            **whole,
        )


@pytest.fixture
def book() -> Book:
    return Book()
