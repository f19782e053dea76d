"""The command line in this process, on the clock of the tests, with what it printed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tracer.cli import program, show
from tracer.desk import Desk
from tracer.words import speak


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; fails when there is anything else."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def tracer(clock: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a command in this process: ``tracer("cases", "--json")``; ``home=`` names the home."""
    for name in ("open", "init"):
        function = getattr(Desk, name)
        defaults = getattr(function, "__func__", function).__kwdefaults__
        monkeypatch.setitem(defaults, "clock", clock)
    monkeypatch.setenv("TRACER_ACTOR", "li.ming")
    monkeypatch.delenv("TRACER_HOME", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def run(*arguments: object, home: Path | None = None) -> Ran:
        capsys.readouterr()
        words = [str(one) for one in arguments]
        code = program.run(["--home", str(home), *words] if home else words)
        found = capsys.readouterr()
        return Ran(code, found.out, found.err)

    yield run
    speak("en")
    show.ZONE.set(None)


@pytest.fixture
def at_town(tracer: Run, town: Any) -> Run:
    """The same, at the home in which the demonstration was run."""

    def run(*arguments: object) -> Ran:
        return tracer(*arguments, home=town.home)

    return run


@pytest.fixture
def at_desk(tracer: Run, desk: Any) -> Run:
    """The same, at an empty home."""

    def run(*arguments: object) -> Ran:
        return tracer(*arguments, home=desk.home)

    return run
