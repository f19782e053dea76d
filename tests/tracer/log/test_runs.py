"""A run is known to be alive by its lock, and by nothing that outlives it."""

from __future__ import annotations

from pathlib import Path

from tracer.log.runs import Run, alive


def test_a_run_is_alive_while_it_holds_its_lock(database: Path) -> None:
    run = Run(database)
    assert not alive(database, run.name)

    run.start()
    assert alive(database, run.name)
    assert alive(database, run.name)

    run.end()
    assert not alive(database, run.name)


def test_the_file_of_a_run_that_was_killed_is_cleared_away(database: Path) -> None:
    run = Run(database)
    run.start()
    run.end()
    left = database.with_name(database.name + "-runs") / run.name
    left.touch()

    assert not alive(database, run.name)
    assert not left.exists()


def test_a_name_that_is_no_runs_is_nobody_and_touches_no_file(database: Path) -> None:
    database.touch()

    assert not alive(database, "../tracer.db")
    assert not alive(database, "None")
    assert database.exists()


def test_two_runs_have_different_names(database: Path) -> None:
    assert Run(database).name != Run(database).name
