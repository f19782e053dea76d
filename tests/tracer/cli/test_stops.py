"""Real processes that are stopped: Ctrl-C loses nothing, a reader that goes away is no mistake."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tracer.cli import program
from tracer.clock import now
from tracer.demo.bulk import write_simple
from tracer.demo.files import write_files
from tracer.demo.sandbox import Sandbox
from tracer.demo.world import World
from tracer.desk import Desk

TRACER = Path(sys.executable).with_name("tracer")
SECRET = "TRACER_STOPS_SECRET"
ROWS = 6_000


@pytest.fixture(scope="module")
def slow_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Sandbox, dt.date]]:
    """A home with a few cases whose carrier takes its time; no look-up was made yet."""
    folder = tmp_path_factory.mktemp("slow")
    today = now().date()
    world = World.build(5, 3, today)
    files = write_files(world, folder / "files")
    with Sandbox(world.sandbox(), latency=0.1) as carrier:
        os.environ[SECRET] = carrier.client_secret
        settings = files.config(
            base_url=carrier.base_url,
            token_url=carrier.token_url,
            client_id=carrier.client_id,
            secret_env=SECRET,
        )
        Desk.init(folder / "home", "li.ming", config_text=settings)
        with Desk.open(folder / "home", "li.ming") as desk:
            for client, path in files.placements.items():
                desk.import_file(path, client)
        yield folder / "home", carrier, today
        del os.environ[SECRET]


def start(home: Path, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(TRACER), "--home", str(home), "--actor", "li.ming", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(home: Path, *words: object) -> tuple[int, Any]:
    """Run a command to its end, in this process: that is quicker."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = program.run(["--home", str(home), "--actor", "li.ming", "--json", *map(str, words)])
    return code, json.loads(out.getvalue())


def stopped(process: subprocess.Popen[str], begun: Callable[[], bool]) -> tuple[int, str, str]:
    """Let a process work until it has begun, then press Ctrl-C."""
    until = time.monotonic() + 30
    while not begun() and time.monotonic() < until:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.005)
            break
    assert process.poll() is None, "it was done before it could be stopped"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def ranking(home: Path) -> list[Any]:
    """Every case's numbers in order, with what was made of them."""
    with Desk.open(home, "li.ming") as desk:
        found = [
            (line.client, line.case, desk.contacts(f"{line.client}/{line.case}")) for line in desk.cases()
        ]
    return [
        (client, case, [(one.token, round(one.ranked.p, 9)) for one in contacts.numbers], contacts.nobody)
        for client, case, contacts in found
    ]


def whole(home: Path) -> bool:
    with Desk.open(home, "li.ming") as desk:
        return desk.log_verify().ok and desk.log_unfinished() == ()


def left_unknown(home: Path) -> int:
    with Desk.open(home, "li.ming") as desk:
        return len(list(desk.office.log.entries(event="unknown")))


def test_a_trace_that_is_stopped_goes_on_where_it_was(slow_home: Any, tmp_path: Path) -> None:
    made, carrier, _ = slow_home
    cut, straight = tmp_path / "cut", tmp_path / "straight"
    shutil.copytree(made, cut)
    shutil.copytree(made, straight)
    before = sum(carrier.requests.values())

    code, out, err = stopped(
        start(cut, "trace", "--all", "--purpose", "contact_repair"),
        lambda: sum(carrier.requests.values()) >= before + 6,
    )

    assert code == 130
    assert "run the same command again to go on" in out + err
    assert "Traceback" not in err
    assert whole(cut)
    code, rest = ran(cut, "trace", "--all", "--purpose", "contact_repair")
    # A billed question that was under way may have been charged: it waits for --again.
    left = rest["outcomes"].get("refused", 0)
    assert code == (1 if left else 0)
    assert left <= left_unknown(cut)
    first, told = ran(straight, "trace", "--all", "--purpose", "contact_repair")
    assert first == 0
    # What was answered before the interruption was not asked again.
    assert 0 < sum(rest["outcomes"].values()) < sum(told["outcomes"].values())
    assert whole(cut)
    # Only a case whose question waits for --again may rank otherwise.
    apart = [told for told, as_if in zip(ranking(cut), ranking(straight), strict=True) if told != as_if]
    assert len(apart) <= left


def test_an_import_that_is_stopped_goes_on_where_it_was(slow_home: Any, tmp_path: Path) -> None:
    made, _, today = slow_home
    cut, straight = tmp_path / "cut", tmp_path / "straight"
    shutil.copytree(made, cut)
    shutil.copytree(made, straight)
    file = write_simple(tmp_path / "bulk.csv", ROWS, 1, today)
    store = cut / "tracer.db-wal"

    code, _out, err = stopped(
        start(cut, "import", file, "--client", "northbank"),
        lambda: store.exists() and store.stat().st_size > 500_000,
    )

    assert code == 130
    assert "Traceback" not in err
    assert whole(cut)
    code, rest = ran(cut, "import", file, "--client", "northbank")
    first, told = ran(straight, "import", file, "--client", "northbank")
    assert code == first, (rest, told)
    assert rest["problems"] == told["problems"]
    assert rest["counts"] == told["counts"]
    assert rest["resumed"]
    assert whole(cut)
    with Desk.open(cut, "li.ming") as one, Desk.open(straight, "li.ming") as other:
        cases = {(line.client, line.case, line.amount_due, line.placed_on) for line in one.cases()}
        assert cases == {(line.client, line.case, line.amount_due, line.placed_on) for line in other.cases()}
        ref = f"northbank/BK001{ROWS - 1:08d}"
        assert [number.phone for number in one.contacts(ref).numbers] == [
            number.phone for number in other.contacts(ref).numbers
        ]


def test_a_reader_who_goes_away_is_no_mistake(slow_home: Any) -> None:
    home, _, _ = slow_home

    found = subprocess.run(
        ["bash", "-c", f"{TRACER} --home {home} --actor li.ming log list --limit 1000 | head -1"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.stdout.count("\n") == 1
    assert found.stderr == ""


def test_what_goes_into_a_file_has_no_colours_and_progress_stays_out(slow_home: Any, tmp_path: Path) -> None:
    home, _, _ = slow_home

    with (tmp_path / "out").open("w") as out:
        done = subprocess.run(
            [TRACER, "--home", home, "--actor", "li.ming", "--lang", "zh", "log", "verify"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in (tmp_path / "out").read_text(encoding="utf-8")
