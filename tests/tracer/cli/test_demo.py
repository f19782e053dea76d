"""`tracer demo` as a stranger runs it: whole, verified, nobody in clear, and in its own folder only."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tracer.cli import program
from tracer.demo.world import World
from tracer.desk import Desk

TRACER = Path(sys.executable).with_name("tracer")


def demo(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TRACER, "demo", "--cases", "12", "--home", home, "--actor", "li.ming", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    home = tmp_path_factory.mktemp("demo") / "here"
    return home, demo(home)


def needles(world: World) -> set[bytes]:
    """Names, numbers and ids of the market in every writing, long enough not to be there by chance."""
    names = {
        name
        for name in world.names()
        if len(re.findall(r"[\u3400-\u9fff]", name)) >= 2 or len(re.findall(r"[A-Za-z]", name)) >= 5
    }
    texts = names | world.phones() | world.ids()
    return {
        written
        for text in texts
        for encoding in ("utf-8", "gb18030", "utf-16-le")
        if len(written := text.encode(encoding)) >= 6
    }


def test_the_whole_job_runs_and_the_log_is_verified(shown: Any) -> None:
    home, done = shown

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "The log is whole" in done.stdout
    assert "Top number right" in done.stdout
    assert "\x1b" not in done.stdout
    with Desk.open(home / "home", "li.ming") as desk:
        assert desk.log_verify().ok
        assert desk.log_unfinished() == ()


def test_nobody_of_the_market_stands_in_clear_in_the_store(shown: Any) -> None:
    home, _ = shown
    with Desk.open(home / "home", "li.ming") as desk:
        placed = {line.placed_on for line in desk.cases() if line.placed_on}
        today = desk.office.today()
    wanted = needles(World.build(12, 7, today))
    assert placed
    assert len(wanted) > 200

    blobs = {path.name: path.read_bytes() for path in (home / "home").rglob("*") if path.is_file()}

    assert sum(map(len, blobs.values())) > 100_000
    assert [name for name, blob in blobs.items() if any(needle in blob for needle in wanted)] == []
    # And the search finds who is there: the placement files of the same folder hold them all.
    files = b"".join(path.read_bytes() for path in (home / "files").rglob("*.csv"))
    assert sum(needle in files for needle in wanted) > 20


def test_what_it_says_to_look_at_works(shown: Any, tmp_path: Path) -> None:
    _home, done = shown
    lines = [line.strip() for line in done.stdout.splitlines() if line.startswith("  tracer --home")]
    assert len(lines) == 8
    assert any(line.endswith(" serve") for line in lines)

    # One of them as it is written; the others are the same commands that the other tests run.
    words = next(line for line in lines if " contacts " in line).split()[1:]
    found = subprocess.run([TRACER, *words], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert found.returncode == 0
    assert "Before any evidence" in found.stdout


def test_run_again_it_replaces_its_own_folder_and_nothing_else(
    shown: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, _ = shown
    neighbour = home.parent / "neighbour.txt"
    neighbour.write_text("mine", encoding="utf-8")
    (home / "left-over").write_text("of the first run", encoding="utf-8")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("mine", encoding="utf-8")

    again = demo(home, "--json", "--cases", "3")
    refused = program.run(["demo", "--cases", "12", "--home", str(foreign), "--actor", "li.ming"])

    assert again.returncode == 0
    assert not (home / "left-over").exists()
    assert neighbour.read_text(encoding="utf-8") == "mine"
    assert refused == 2
    assert "was not made by a demo" in capsys.readouterr().err
    assert (foreign / "letter.txt").read_text(encoding="utf-8") == "mine"
