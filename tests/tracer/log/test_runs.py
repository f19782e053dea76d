"""A run is known to be alive by its lock, and by nothing that outlives it."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from tracer.log.runs import Run, alive, clear, died


def test_a_run_is_alive_while_it_holds_its_lock(database: Path) -> None:
    run = Run(database)
    assert not alive(database, run.name)

    run.start()
    assert alive(database, run.name)
    assert alive(database, run.name)

    run.end()
    assert not alive(database, run.name)


def test_a_run_that_was_killed_is_found_by_its_file_until_that_is_cleared_away(database: Path) -> None:
    run, living = Run(database), Run(database)
    run.start()
    run.end(finished=False)
    living.start()

    assert died(database) == (run.name,)
    clear(database, living.name)
    clear(database, run.name)

    assert died(database) == ()
    assert alive(database, living.name)
    living.end()


def test_a_run_whose_file_was_cleared_while_it_began_makes_it_anew(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(database)
    lock = fcntl.flock
    cleared: list[str] = []

    def beaten(handle: int, how: int) -> None:
        if not cleared:
            cleared.append(run.name)
            (database.with_name(database.name + "-runs") / run.name).unlink()
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", beaten)
    run.start()
    monkeypatch.undo()

    assert cleared
    assert alive(database, run.name)
    run.end()


def test_a_name_that_is_no_runs_is_nobody_and_touches_no_file(database: Path) -> None:
    database.touch()

    assert not alive(database, "../tracer.db")
    assert not alive(database, "None")
    assert database.exists()


def test_two_runs_have_different_names(database: Path) -> None:
    assert Run(database).name != Run(database).name
